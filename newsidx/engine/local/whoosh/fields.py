"""The fields of the Whoosh index: views of zones, marks and facts.

=============================================  ============================================================ ======
field                                          terms                                                        scored
=============================================  ============================================================ ======
``text``                                       words of all that a bare word of newsidx searches            yes
``headline``, ``deck``, ``body``, ``caption``  words of the zone: as they are written, but for case,        yes
``correction``, ``credit``, ``promo``,         accents and inner punctuation
``page``, ``tag_words``, ``author_words``,
``section_words``, ``url_words``
the same and ``_LANG``: ``body_en``            stems of the words of articles in that language, as          yes
                                               newsidx finds them; ``_und`` for an unknown one
``source``, ``site``, ``tag``, ``author``,     names as a whole, folded: each article has any number        no
``section``, ``lang``, ``kind``, ``url``,
``link``
``id``                                         the article's ID                                             no
``version``                                    ``current`` or ``earlier``                                   no
``words``                                      a number: words of the body                                  no
``published``, ``modified``, ``captured``,     a date and time as it was printed, whatever its UTC offset,  no
``indexed``                                    as newsidx's own conditions on dates take it
=============================================  ============================================================ ======

Positions of words differ by one between neighbours and by more between paragraphs and zones, so that no phrase runs
over their ends.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from whoosh import columns, fields, formats

from newsidx.engine.local import _marks
from newsidx.engine.local._facts import CLOCKS
from newsidx.engine.local.whoosh.analyzers import Key, Words
from newsidx.schema import BARE_ZONES, ZONE_NUMBERS

__all__ = ["MARKS", "TEXTS", "lang_of", "schema"]

TEXTS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"text": tuple(ZONE_NUMBERS[zone] for zone in BARE_ZONES)}
    | {
        zone + ("_words" if zone in ("tag", "author", "section", "url") else ""): (number,)
        for zone, number in ZONE_NUMBERS.items()
    }
)
"""Fields of words, and the numbers of their zones."""

MARKS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "author": _marks.folded,
        "kind": str,
        "lang": _marks.lang_key,
        "link": _marks.url_key,
        "section": _marks.folded,
        "site": _marks.host_key,
        "source": _marks.folded,
        "tag": _marks.folded,
        "url": _marks.url_key,
    }
)
"""Fields of marks (which are named after them), and how their names are compared."""

_SORTED = frozenset({"id", "kind", "lang", "source", "version"})
_STORED = frozenset({*TEXTS, *MARKS}) - {"text", "tag_words", "author_words", "section_words", "url_words"}
_UNKNOWN = "und"


def lang_of(name: str) -> tuple[str, str | None]:
    """``body_en``: (body, en); ``body_und``: (body, ""); ``body``: (body, None)."""
    field, _, lang = name.rpartition("_")
    return (field, "" if lang == _UNKNOWN else lang) if field in TEXTS else (name, None)


def schema(languages: Iterable[str]) -> fields.Schema:
    """The schema of an index that has met these languages."""
    found = fields.Schema()
    for name in TEXTS:
        found.add(name, _Text(Words(), is_stored=name in _STORED, is_sorted=name == "headline"))
        for lang in dict.fromkeys((*languages, "")):
            found.add(f"{name}_{lang or _UNKNOWN}", _Text(Words(lang)))
    for name, key in (*MARKS.items(), ("id", str.lower), ("version", str.lower)):
        found.add(name, _Name(Key(key), is_sorted=name in _SORTED))
    found.add("words", fields.NUMERIC(int, bits=32, shift_step=0, signed=False, stored=True, sortable=True))
    for name in CLOCKS:
        found.add(name, _Clock())
    return found


class _Places(formats.Format):
    """What a posting holds: its positions, as unsigned 32-bit numbers."""

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        return float(len(value) // 4)

    def decode_positions(self, value: bytes) -> list[int]:
        return list(struct.unpack(f"={len(value) // 4}I", value))

    def combine(self, values: Iterable[bytes]) -> bytes:
        every = [np.frombuffer(value, np.uint32) for value in values]
        return np.unique(np.concatenate(every)).tobytes()


class _Bytes(fields.FieldType):
    """Terms are text, also such as has no UTF-8."""

    def to_bytes(self, value: Any) -> bytes:
        first = value[0] if isinstance(value, list | tuple) else value
        return first if isinstance(first, bytes) else str(first).encode("utf-8", "surrogatepass")

    def from_bytes(self, bs: Any) -> str:
        return bytes(bs).decode("utf-8", "surrogatepass")


class _Text(_Bytes):
    def __init__(self, analyzer: Words, *, is_stored: bool = False, is_sorted: bool = False) -> None:
        super().__init__(
            _Places(),
            analyzer,
            scorable=True,
            stored=is_stored,
            multitoken_query="phrase",
            sortable=is_sorted,
        )


class _Name(_Bytes):
    def __init__(self, analyzer: Key, *, is_sorted: bool) -> None:
        super().__init__(
            formats.Existence(), analyzer, stored=True, sortable=columns.RefBytesColumn() if is_sorted else False
        )


class _Clock(fields.DATETIME):
    """A date and time that an article may lack: then it sorts last, and is None."""

    def __init__(self) -> None:
        super().__init__(stored=True, sortable=True)
        self.shift_step = 0

    def from_column_value(self, x: Any) -> dt.datetime | None:
        return None if x == self.column_type.default_value() else super().from_column_value(x)
