"""Which of many forms are at most so many edits away from a word: Levenshtein's distance, of all of them at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from newsidx.codec import Ints

__all__ = ["within_distance"]


def within_distance(word: str, distance: int) -> Callable[[list[str]], Ints]:
    """A test of forms. One row of the usual table is kept, for all forms that are not too long or too short: some
    40 ns a form and letter."""

    def test(forms: list[str]) -> Ints:
        lengths = np.fromiter(map(len, forms), np.int64, len(forms))
        near = np.flatnonzero(np.abs(lengths - len(word)) <= distance)
        found = np.zeros(len(forms), np.bool_)
        if len(near):
            found[near] = _distances(word, [forms[i] for i in near.tolist()], lengths[near]) <= distance
        return found

    return test


def _distances(word: str, forms: list[str], lengths: Ints) -> Ints:
    width = int(lengths.max())
    padded = "".join(form.ljust(width) for form in forms)
    letters = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), np.uint32).reshape(len(forms), width).T
    row = [np.full(len(forms), j, np.int16) for j in range(width + 1)]  # row[j]: the first j letters, against none yet
    for i, letter in enumerate(word, start=1):
        last = np.full(len(forms), i, np.int16)
        new = [last]
        for j in range(1, width + 1):
            change = row[j - 1] + (letters[j - 1] != ord(letter))
            last = np.minimum(np.minimum(row[j], last) + 1, change)
            new.append(last)
        row = new
    return np.stack(row)[lengths, np.arange(len(forms))]
