"""Numbers of articles (or of lists), a column each, as narrow as they are.

::

    count:u32  rows:u32
    name:24 bytes  type:8 bytes  offset:u64            a column (40 bytes); type is NumPy's, e.g. "<u2"
    values                                             each column at a multiple of 8

A column that is the same in every row is kept once, its type preceded by "=". A text type ("S32") holds fixed bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

import numpy as np

from newsidx.codec.frame import Guard
from newsidx.codec.ragged import Ints, narrow

__all__ = ["Columns", "write_columns"]

_HEAD = struct.Struct("<II")
_COLUMN = struct.Struct("<24s8sQ")


def write_columns(columns: Mapping[str, Ints], rows: int) -> bytes:
    """The payload. Columns of unsigned type are made as narrow as can be."""
    heads, bodies = [], []
    at = _HEAD.size + _COLUMN.size * len(columns)
    for name, values in columns.items():
        if len(values) != rows:
            raise ValueError(f"column {name} has {len(values)} rows of {rows}")
        kept = narrow(values) if values.dtype.kind == "u" else np.ascontiguousarray(values)
        is_constant = rows > 1 and kept.dtype.kind != "S" and bool((kept == kept[0]).all())
        body = (kept[:1] if is_constant else kept).astype(kept.dtype.newbyteorder("<")).tobytes()
        body += bytes(-len(body) % 8)
        kind = ("=" if is_constant else "") + kept.dtype.newbyteorder("<").str
        heads.append(_COLUMN.pack(name.encode(), kind.encode(), at))
        bodies.append(body)
        at += len(body)
    return _HEAD.pack(len(columns), rows) + b"".join(heads) + b"".join(bodies)


class Columns:
    """Reads what `write_columns` wrote."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        count, self.rows = guard.unpack(_HEAD, 0)
        self._where: dict[str, tuple[str, int]] = {}
        for i in range(count):
            name, kind, offset = guard.unpack(_COLUMN, _HEAD.size + _COLUMN.size * i)
            self._where[name.rstrip(b"\0").decode()] = kind.rstrip(b"\0").decode(), offset

    def __getitem__(self, name: str) -> Ints:
        """The column, `rows` long. A constant one is a view of stride 0."""
        kind, offset = self._where[name]
        if kind.startswith("="):
            value = self._guard.array(kind[1:], offset, 1)
            return np.broadcast_to(value, (self.rows,))
        return self._guard.array(kind, offset, self.rows)
