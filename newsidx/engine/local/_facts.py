"""What the engine knows of each article without reading it: columns of a segment, and the same over all segments.

================  =====  =====================================================================================
column            type   what
================  =====  =====================================================================================
kind              u8     index into `newsidx.model.KINDS`
flags             u8     bit i for HAS[i]
earlier           u8     1 where the article came in as an earlier version
lang              uint   index into the segment's ``langs``: BCP 47 tags, "" unknown
source            uint   index into the segment's ``sources``: name, else domain, else ""
words             uint   words in the body
length-Z          uint   tokens in zone number Z
precision-C       u8     of clock C (`CLOCKS`): 0 none, then year, month, day, minute, second
wall-C            i64    its clock as printed, in seconds from 1970
offset-C          i16    its UTC offset in minutes; 32767 not printed
================  =====  =====================================================================================
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from typing import get_args

import numpy as np

from newsidx.codec import Ints
from newsidx.model import KINDS, Article, Moment, Precision
from newsidx.schema import ZONES

__all__ = ["CLOCKS", "COLUMNS", "HAS", "NO_OFFSET", "PRECISIONS", "SIGNED", "article_facts", "facts_columns", "moment"]

CLOCKS = ("published", "modified", "captured", "indexed")
HAS = ("caption", "correction", "author", "date", "headline")
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
NO_OFFSET = 32767

COLUMNS = (
    *("kind", "flags", "earlier", "lang", "source", "words"),
    *(f"length-{zone.number}" for zone in ZONES),
    *(f"{name}-{clock}" for name in ("precision", "wall", "offset") for clock in range(len(CLOCKS))),
)
SIGNED = {
    name: np.int64 if name.startswith("wall") else np.int16 for name in COLUMNS if name[0] in "wo" and "-" in name
}

_EPOCH = dt.datetime(1970, 1, 1)
_MOST = 0xFFFFFFFF
_MEMO_MOMENTS = 4096


def article_facts(article: Article, lengths: Sequence[int], *, lang: int, source: int, earlier: bool) -> list[int]:
    """The article's row, in the order of `COLUMNS`."""
    has = (article.captions, article.corrections, article.authors, article.published, article.headline)
    flags = sum(1 << bit for bit, value in enumerate(has) if value)
    moments: list[Moment | None] = [getattr(article, clock) for clock in CLOCKS]
    return [
        KINDS.index(article.kind),
        flags,
        int(earlier),
        lang,
        source,
        max(0, min(article.words, _MOST)),
        *(min(length, _MOST) for length in lengths),
        *(0 if m is None else PRECISIONS.index(m.precision) + 1 for m in moments),
        *(0 if m is None else int((m.wall - _EPOCH).total_seconds()) for m in moments),
        *(NO_OFFSET if m is None or m.offset_minutes is None else m.offset_minutes for m in moments),
    ]


@functools.lru_cache(maxsize=_MEMO_MOMENTS)  # hits of one day share it, and to make one takes 2 us
def moment(precision: int, wall: int, offset: int) -> Moment | None:
    """A clock again, from its three columns."""
    if not precision:
        return None
    printed = None if offset == NO_OFFSET else offset
    return Moment(_EPOCH + dt.timedelta(seconds=wall), PRECISIONS[precision - 1], printed)


def facts_columns(rows: Sequence[Sequence[int]]) -> dict[str, Ints]:
    """Rows as columns."""
    table = np.array(rows, np.int64).reshape(len(rows), len(COLUMNS))
    return {name: table[:, i].astype(SIGNED.get(name, np.uint64)) for i, name in enumerate(COLUMNS)}
