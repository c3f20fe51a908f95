"""Arrays of arrays, laid end to end: the index arithmetic that every other structure here stands on."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ints", "aligned", "firsts", "lengths", "narrow", "spans"]

Ints: TypeAlias = NDArray[Any]
"""An array of integers of some width."""


def spans(starts: Ints, counts: Ints) -> NDArray[np.int64]:
    """``starts[i], starts[i] + 1, …`` (`counts[i]` of them) for every i, end to end."""
    counts = counts.astype(np.int64, copy=False)
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    if not total:
        return np.zeros(0, np.int64)
    return (starts.astype(np.int64, copy=False) - ends + counts).repeat(counts) + np.arange(total, dtype=np.int64)


def firsts(counts: Ints) -> NDArray[np.int64]:
    """Where each of the arrays begins, and after them all where the last one ends: one more than there are counts."""
    found = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=found[1:])
    return found


def lengths(ends: Ints) -> NDArray[np.int64]:
    """How long each of the arrays is, from what `firsts` gave."""
    wide = ends.astype(np.int64)
    return wide[1:] - wide[:-1]


def narrow(values: Ints) -> Ints:
    """The same numbers (none negative) in the narrowest unsigned type that holds them all."""
    top = int(values.max()) if len(values) else 0
    for dtype in (np.uint8, np.uint16, np.uint32):
        if top <= np.iinfo(dtype).max:
            return values.astype(dtype)
    return values.astype(np.uint64)


def aligned(offset: Any, to: Any) -> Any:
    """The next multiple of `to` (a power of two), of a number or of an array of them."""
    return (offset + to - 1) & ~(to - 1)
