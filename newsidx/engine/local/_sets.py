"""Sets of articles: sorted arrays of numbers, each once. In NumPy the call costs, not the element; so few calls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from newsidx.codec import Ints

__all__ = ["NONE", "distinct", "have", "intersect", "subtract", "unite"]

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
    both = np.concatenate((one, other))
    both.sort(kind="stable")  # which merges two sorted runs
    return both[1:][both[1:] == both[:-1]]


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
