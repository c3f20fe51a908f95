"""Labels: the sections, tags and authors that articles are counted by, as numbers of names.

A segment keeps for each field a dictionary of names and, article by article, the numbers of its names
(`newsidx.codec.Labels`). A name's key is its folded self, by which ``tag:`` and ``section:=`` compare, then the name
as written; so names that are one value stand together. An article has each value once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from newsidx.codec import Dictionary, Ints, Labels, Segment, firsts, lengths
from newsidx.engine.local import _keys, _marks
from newsidx.frozen import dataclass
from newsidx.model import Article

__all__ = ["FIELDS", "ViewLabels", "article_labels", "labels_of", "merged_labels", "view_labels"]

FIELDS = ("section", "tag", "author")

_SEPARATOR = "\x1f"  # white space to `folded`, which leaves none of it


def article_labels(article: Article, field: str) -> list[bytes]:
    """The keys of the article's names in a field, each value once, in the order of the article."""
    keys: dict[str, str] = {}
    for name in _marks.field_names(article, field):
        folded = _marks.folded(name)
        keys.setdefault(folded, f"{folded}{_SEPARATOR}{name}")
    return [_keys.encoded(key) for key in keys.values()]


def labels_of(articles: Sequence[Article], field: str) -> Labels:
    """What a new segment keeps of these articles."""
    rows = [article_labels(article, field) for article in articles]
    names = sorted({key for row in rows for key in row})
    place = {key: i for i, key in enumerate(names)}
    numbers = np.array([place[key] for row in rows for key in row], np.int64)
    return Labels(names, numbers, np.array([len(row) for row in rows], np.int64))


def merged_labels(
    segments: Sequence[Segment],
    alive: Sequence[Ints],
    field: str,
    united: Callable[[Sequence[Dictionary], Sequence[Ints]], tuple[list[bytes], list[Ints]]],
) -> Labels:
    """What the segment keeps that takes the place of these."""
    some = [segment.labels(field) for segment in segments]
    rows = [groups.of(np.flatnonzero(there)) for (_, groups), there in zip(some, alive, strict=True)]
    kept = [_flags(len(names), numbers) for (names, _), (numbers, _) in zip(some, rows, strict=True)]
    keys, maps = united([names for names, _ in some], kept)
    moved = [new[numbers] for new, (numbers, _) in zip(maps, rows, strict=True)]
    none = np.zeros(0, np.int64)
    return Labels(keys, np.concatenate([none, *moved]), np.concatenate([none, *(counts for _, counts in rows)]))


def _flags(count: int, numbers: Ints) -> Ints:
    flags = np.zeros(count, np.bool_)
    flags[numbers] = True
    return flags


@dataclass(frozen=True, slots=True)
class ViewLabels:
    """The names of a field over all segments: `names` as written, the number of the value that each of them is
    (`value`, in the order of the folded names), and for each article the numbers of its names from ``ends[article]``
    up to ``ends[article + 1]`` among `numbers`."""

    names: list[str]
    value: Ints
    numbers: Ints
    ends: Ints


def view_labels(segments: Sequence[Segment], field: str) -> ViewLabels:
    """Those of these segments, whose articles are numbered one after another."""
    some = [segment.labels(field) for segment in segments]
    lists = [names.strings() for names, _ in some]
    keys = lists[0] if len(lists) == 1 else sorted({key for strings in lists for key in strings})
    place = {key: i for i, key in enumerate(keys)} if len(lists) != 1 else {}
    parts, counts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for strings, (_, groups) in zip(lists, some, strict=True):
        numbers = groups.between(0, groups.count).astype(np.int64)
        parts.append(np.array([place[key] for key in strings], np.int64)[numbers] if place else numbers)
        counts.append(lengths(groups.ends))
    pairs = [key.decode("utf-8", "surrogatepass").split(_SEPARATOR, 1) for key in keys]
    new = [i > 0 and folded != pairs[i - 1][0] for i, (folded, _) in enumerate(pairs)]
    value = np.cumsum(new, dtype=np.int64) if new else np.zeros(0, np.int64)
    return ViewLabels([name for _, name in pairs], value, np.concatenate(parts), firsts(np.concatenate(counts)))
