"""Byte strings that are read one at a time (stored articles, ledger pages), compressed in small blocks.

::

    count:u32  blocks:u32
    sizes:u32 × count                  bytes of each string
    first:u32 × (blocks + 1)           the first string of each block; the last is `count`
    ends:u64 × (blocks + 1)            where each block begins in `deflated`; the last is where they end
    deflated                           each block by itself, as zlib writes it

(each part at a multiple of 8). A block holds strings of up to `BLOCK_BYTES` together, or one longer string; so to
read a string inflates little more than itself.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence

import numpy as np

from newsidx.codec.frame import Guard
from newsidx.codec.ragged import aligned, firsts

__all__ = ["BLOCK_BYTES", "Texts", "write_texts"]

BLOCK_BYTES = 16384
_HEAD = struct.Struct("<II")


def write_texts(texts: Iterable[bytes]) -> bytes:
    """The payload."""
    sizes: list[int] = []
    first: list[int] = [0]
    blocks: list[bytes] = []
    pending: list[bytes] = []
    room = BLOCK_BYTES
    for text in texts:
        if pending and len(text) > room:
            blocks.append(zlib.compress(b"".join(pending), 6))
            first.append(len(sizes))
            pending, room = [], BLOCK_BYTES
        sizes.append(len(text))
        pending.append(text)
        room -= len(text)
    if pending:
        blocks.append(zlib.compress(b"".join(pending), 6))
        first.append(len(sizes))
    ends = firsts(np.fromiter(map(len, blocks), np.int64, len(blocks)))
    parts = [
        _HEAD.pack(len(sizes), len(blocks)),
        np.array(sizes, "<u4").tobytes(),
        np.array(first, "<u4").tobytes(),
        ends.astype("<u8").tobytes(),
    ]
    return b"".join(part + bytes(-len(part) % 8) for part in parts) + b"".join(blocks)


class Texts:
    """Reads what `write_texts` wrote."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self.count, blocks = guard.unpack(_HEAD, 0)
        sizes = _HEAD.size
        first = sizes + aligned(4 * self.count, 8)
        ends = first + aligned(4 * (blocks + 1), 8)
        self._deflated = ends + 8 * (blocks + 1)
        self._sizes = guard.array("<u4", sizes, self.count)
        self._first = guard.array("<u4", first, blocks + 1)
        self._ends = guard.array("<u8", ends, blocks + 1)
        self._last: tuple[int, bytes] = (-1, b"")

    def __getitem__(self, number: int) -> bytes:
        if not 0 <= number < self.count:
            raise self._guard.damaged(f"there is no text {number}")
        block = int(np.searchsorted(self._first, number, side="right")) - 1
        data = self._block(block)
        start = int(self._sizes[int(self._first[block]) : number].sum())
        return data[start : start + int(self._sizes[number])]

    def all(self, numbers: Sequence[int]) -> Iterable[bytes]:
        """These strings in turn; in order, each block is inflated once."""
        return (self[number] for number in numbers)

    def _block(self, block: int) -> bytes:
        last, data = self._last
        if last != block:
            start, end = (self._deflated + int(self._ends[block + i]) for i in (0, 1))
            try:
                data = zlib.decompress(self._guard.bytes(start, end))
            except zlib.error as error:
                raise self._guard.damaged(f"block {block}: {error}") from error
            self._last = block, data
        return data
