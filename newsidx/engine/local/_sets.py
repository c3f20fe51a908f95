"""Sets of articles: sorted arrays of numbers, none below 0, each once. In NumPy the call costs, not the element; so few
calls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from newsidx.codec import Ints

__all__ = ["NONE", "distinct", "have", "intersect", "standing", "subtract", "unite"]

NONE: Ints = np.zeros(0, np.intp)

_FEW = 16  # times smaller: looking each up in the larger set is then cheaper than walking both

_DENSE = 64  # as large a part of all numbers: then to mark each one and to collect the marks is cheaper than sorting


def distinct(numbers: Ints) -> Ints:
    """Sorted numbers, each once."""
    if len(numbers) < 2:
        return numbers
    new = np.empty(len(numbers), np.bool_)
    new[0] = True
    np.not_equal(numbers[1:], numbers[:-1], out=new[1:])
    return numbers if new.all() else numbers[new]


def have(sets: Ints, numbers: Ints) -> Ints:
    """For each of `numbers` whether it is in the sorted set."""
    if not len(sets):
        return np.zeros(len(numbers), np.bool_)
    place = np.searchsorted(sets, numbers)
    return sets[np.minimum(place, len(sets) - 1)] == numbers


def intersect(one: Ints, other: Ints) -> Ints:
    if len(one) > len(other):
        one, other = other, one
    if not len(one):
        return one
    if len(one) * _FEW < len(other):
        return one[have(other, one)]
    top = int(other[-1]) + 1
    if len(other) * _DENSE > top and one[-1] < top:
        return one[_marked(other, top)[one]]
    both = np.concatenate((one, other))
    both.sort(kind="stable")  # which merges two sorted runs
    return both[1:][both[1:] == both[:-1]]


def standing(sets: Ints, numbers: Ints) -> Ints:
    """Where those of the sorted `numbers` stand in the sorted set that are in it."""
    if not len(sets) or not len(numbers):
        return NONE
    top = int(sets[-1]) + 1
    if len(numbers) * _FEW < len(sets) or numbers[-1] >= top or len(sets) * _DENSE < top:
        numbers = numbers.astype(sets.dtype, copy=False)  # or all of the set would be converted
        place = sets.searchsorted(numbers)
        return place[sets.take(place, mode="clip") == numbers]
    return np.flatnonzero(_marked(numbers, top)[sets])


def _marked(numbers: Ints, top: int) -> Ints:
    mask = np.zeros(top, np.bool_)
    mask[numbers] = True
    return mask


def subtract(one: Ints, other: Ints) -> Ints:
    return one[~have(other, one)] if len(one) and len(other) else one


def unite(sets: Sequence[Ints]) -> Ints:
    """The union; sets that are empty cost nothing."""
    there = [each for each in sets if len(each)]
    if len(there) < 2:
        return there[0] if there else NONE
    top = max(int(each[-1]) for each in there) + 1
    if sum(map(len, there)) * _DENSE > top:
        mask = np.zeros(top, np.bool_)
        for each in there:
            mask[each] = True
        return np.flatnonzero(mask)
    both = np.concatenate(there)
    both.sort(kind="stable")
    return distinct(both)
