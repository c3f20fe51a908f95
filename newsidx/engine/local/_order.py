"""The order of hits: by score or by date, ties by the newest published, then by ID; exactly the best, found fast."""

from __future__ import annotations

import itertools
import math

import numpy as np

from newsidx.codec import Ints
from newsidx.engine.local._facts import NO_OFFSET
from newsidx.engine.local._view import View
from newsidx.frozen import dataclass
from newsidx.options import Sort

__all__ = ["Ranked", "best_of", "floor_of", "ordered"]

_STRETCHES = 1024
_SMALL = 64


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article's number, and its score."""

    number: int
    score: float


def ordered(
    view: View,
    scores: Ints,
    found: Ints,
    sort: Sort,
    limit: int | None,
    offset: int,
    *,
    first: Ints | None = None,
    seed: int = 0,
) -> list[Ranked]:
    """The hits from `offset` on, at most `limit`. What is given as `first` goes before all else, smaller first;
    `seed` makes a random order another one."""
    if limit is not None and sort == "relevance" and first is None:
        best = best_of(scores, limit + offset)
        scores, found = scores[best], found[best]
    if len(found) <= _SMALL and first is None and sort == "relevance":
        return _sorted(view, scores, found)[offset : None if limit is None else offset + limit]
    undated, newest = _dates(view, found)
    keys: list[Ints]
    if sort == "relevance":
        keys = [newest, undated, -scores]  # the last one counts first
    elif sort == "random":
        keys = [_shuffled(view, found, seed)]
    else:
        keys = [-scores, newest if sort == "newest" else -newest, undated]
    ids = _ids(view, found) if _has_ties(keys) else np.zeros(len(found), np.int8)
    order = np.lexsort((ids, *keys, *(() if first is None else (first,))))
    order = order[offset : None if limit is None else offset + limit]
    return [Ranked(number, score) for number, score in zip(found[order].tolist(), scores[order].tolist(), strict=True)]


def _sorted(view: View, scores: Ints, found: Ints) -> list[Ranked]:
    """The same for a few hits by relevance, without arrays; dates and IDs are read where scores are equal."""
    rows = sorted(zip((-scores).tolist(), found.tolist(), strict=True))
    if any(one[0] == other[0] for one, other in itertools.pairwise(rows)):
        numbers = [number for _, number in rows]
        undated, newest = (column.tolist() for column in _dates(view, np.array(numbers)))
        ids = view.ids_as_text(numbers)
        keys = sorted(zip([score for score, _ in rows], undated, newest, ids, numbers, strict=True))
        rows = [(key[0], key[4]) for key in keys]
    return [Ranked(number, -score) for score, number in rows]


def best_of(scores: Ints, count: int) -> Ints:
    """Which scores are among the `count` best, and all that equal the last of these, in order.

    Scores are dealt out to stretches, and the best of each is found first: the count-th best of these is no better than
    the count-th best of all, so what lies below it is out. Ten times faster than a partition of all.
    """
    if count <= 0:
        return np.zeros(0, np.intp)
    if len(scores) <= count:
        return np.arange(len(scores))
    high = (scores >= floor_of(scores, count)).nonzero()[0]
    if len(high) > count:
        of_high = scores[high]
        high = high[of_high >= _last_of(of_high, count)]
    return high


def _last_of(scores: Ints, count: int) -> float:
    """The `count`-th best."""
    ordered = scores.copy()
    ordered.partition(len(scores) - count)
    return float(ordered[len(scores) - count])


def floor_of(scores: Ints, count: int) -> float:
    """No more than the `count`-th best of the scores, and not much less where there are many."""
    width = len(scores) // _STRETCHES
    if width < 2 or count >= _STRETCHES:
        return _last_of(scores, count) if 0 < count <= len(scores) else -math.inf
    tops = scores[: width * _STRETCHES].reshape(width, _STRETCHES).max(axis=0)
    tops.partition(_STRETCHES - count)
    return float(tops[_STRETCHES - count])


def _dates(view: View, found: Ints) -> tuple[Ints, Ints]:
    """(is it undated, its date as a number that is smaller for newer ones; 0 where undated)."""
    precision, wall, offset = (view.column(f"{name}-0")[found] for name in ("precision", "wall", "offset"))
    undated = precision == 0
    shift = np.where(offset == NO_OFFSET, 0, offset.astype(np.int64) * 60)
    return undated, np.where(undated, 0, shift - wall)


def _has_ties(keys: list[Ints]) -> bool:
    if len(keys[0]) < 2:
        return False
    order = np.lexsort(keys)
    same = np.ones(len(order) - 1, np.bool_)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    return bool(same.any())


def _ids(view: View, found: Ints) -> Ints:
    """The rank of each article's ID among these."""
    return np.unique(view.ids_of(found), return_inverse=True)[1]


_GAMMA = 0x9E3779B97F4A7C15
_MIX = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def _shuffled(view: View, found: Ints, seed: int) -> Ints:
    """A number for each article, made of its ID and the seed alone, so that an article's place among others does not
    depend on the index (the mixing function of SplitMix64)."""
    heads = np.ascontiguousarray(view.ids_of(found)).view("<u8").reshape(-1, 4)[:, 0] if len(found) else found
    mixed = heads.astype(np.uint64) + np.uint64(_GAMMA * (seed + 1) % (1 << 64))
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[1]
    return mixed ^ (mixed >> np.uint64(31))
