"""What the engine must know of each article without reading it: a fixed number of bytes a document.

======  =======  ===========================================================================================
offset  type     what
======  =======  ===========================================================================================
0       32 s     SHA-256 of the capture; all zero: no article
32      16 s     BCP 47 language tag, ASCII, zero-padded; empty: unknown
48      B        kind: index into `newsidx.model.KINDS`, plus one
49      B        flags: bit i for HAS[i]
50      4 B      precision of published, modified, captured, indexed: 0 none, then year … second
54      4 h      their UTC offsets in minutes; 32767 not printed
62      4 q      their wall clocks, in seconds from 1970 as printed
94      12 I     tokens of each zone, by zone number
142     I        words in the body
======  =======  ===========================================================================================
"""

from __future__ import annotations

import datetime as dt
import struct
from dataclasses import dataclass

from newsidx.model import KINDS, Article, Moment
from newsidx.model import Precision as _Precision
from newsidx.schema import ZONES

__all__ = ["CLOCKS", "FACTS_BYTES", "HAS", "Facts", "pack_facts", "unpack_facts"]

CLOCKS = ("published", "modified", "captured", "indexed")
HAS = ("caption", "correction", "author", "date", "headline")

_LAYOUT = struct.Struct(f"<32s16sBB4B4h4q{len(ZONES)}II")
FACTS_BYTES = _LAYOUT.size
_PRECISIONS: tuple[_Precision, ...] = ("year", "month", "day", "minute", "second")
_NO_OFFSET = 32767
_EPOCH = dt.datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """`moments` follows `CLOCKS`; `lengths` counts the tokens of each zone by its number."""

    id: str
    kind: str
    lang: str | None
    has: frozenset[str]
    moments: tuple[Moment | None, ...]
    lengths: tuple[int, ...]
    words: int

    @property
    def published(self) -> Moment | None:
        return self.moments[0]


def pack_facts(article: Article, lengths: tuple[int, ...]) -> bytes:
    """The bytes of the article's row; `lengths` as analysis counted them."""
    has = (article.captions, article.corrections, article.authors, article.published, article.headline)
    flags = sum(1 << bit for bit, value in enumerate(has) if value)
    moments = [getattr(article, clock) for clock in CLOCKS]
    return _LAYOUT.pack(
        bytes.fromhex(article.id),
        (article.lang or "").encode("ascii", "ignore")[:16],
        KINDS.index(article.kind) + 1,
        flags,
        *(0 if m is None else _PRECISIONS.index(m.precision) + 1 for m in moments),
        *(_NO_OFFSET if m is None or m.offset_minutes is None else m.offset_minutes for m in moments),
        *(0 if m is None else int((m.wall - _EPOCH).total_seconds()) for m in moments),
        *(min(length, 0xFFFFFFFF) for length in lengths),
        min(article.words, 0xFFFFFFFF),
    )


def unpack_facts(row: bytes) -> Facts | None:
    """The facts of a row, None where the document is no article. ValueError or struct.error where it is damaged."""
    values = _LAYOUT.unpack(row)
    if not values[2]:
        return None
    moments = tuple(map(_moment, values[4:8], values[8:12], values[12:16]))
    if values[2] > len(KINDS):
        raise ValueError(f"no such kind: {values[2]}")
    return Facts(
        id=values[0].hex(),
        kind=KINDS[values[2] - 1],
        lang=values[1].rstrip(b"\0").decode("ascii") or None,
        has=frozenset(name for bit, name in enumerate(HAS) if values[3] & 1 << bit),
        moments=moments,
        lengths=values[16:-1],
        words=values[-1],
    )


def _moment(precision: int, offset: int, wall: int) -> Moment | None:
    if not precision:
        return None
    clock = _EPOCH + dt.timedelta(seconds=wall)
    return Moment(clock, _PRECISIONS[precision - 1], None if offset == _NO_OFFSET else offset)
