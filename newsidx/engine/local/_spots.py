"""Where in articles something stands: occurrences and stretches of them as arrays, for phrases and nearness.

An occurrence is a *key*: the article's number above, below it zone and position as `newsidx.analysis.postings` counts
them; so keys sort by article, zone and position, neighbours in a paragraph differ by one, and keys of two zones or
two paragraphs are never near.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from newsidx.analysis import ZONE_SHIFT
from newsidx.codec import Ints, spans
from newsidx.engine.local._sets import distinct, intersect
from newsidx.engine.local._view import TermList
from newsidx.frozen import dataclass

__all__ = ["ARTICLE_SHIFT", "Stretches", "adjacent", "article_of", "keys_of", "place_of", "zone_of"]

ARTICLE_SHIFT = 32
_PLACE = (1 << ARTICLE_SHIFT) - 1


def article_of(keys: Ints) -> Ints:
    return keys >> ARTICLE_SHIFT


def place_of(keys: Ints) -> Ints:
    """The occurrence within the article, as the index counts it."""
    return keys & _PLACE


def zone_of(keys: Ints) -> Ints:
    return (keys & _PLACE) >> ZONE_SHIFT


def keys_of(lists: Sequence[TermList], zone: int, codes: Ints | None = None) -> Ints:
    """The occurrences of these lists of one zone, sorted; only with one of `codes`."""
    parts = []
    for each in lists:
        articles, places = each.decoded(), each.lists.places(each.number)
        stand = None if codes is None else each.lists.codes(each.number)
        if codes is not None and stand is None and 0 not in codes:
            continue
        keys = np.repeat((articles << ARTICLE_SHIFT) + (zone << ZONE_SHIFT), each.counts()) + places
        parts.append(keys if stand is None or codes is None else keys[np.isin(stand, codes)])
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def adjacent(words: Sequence[Ints]) -> Ints:
    """The first keys of the places where each word follows the one before it directly."""
    starts = words[0]
    for offset, word in enumerate(words[1:], start=1):
        before = word - offset
        if len(before) and before[0] < 0:  # the first words of the first article have none before them
            before = before[before >= 0]
        starts = intersect(starts, before)
    return starts


@dataclass(frozen=True, slots=True)
class Stretches:
    """Places where something stands, a row each: `first` and `last` have a column for each operand (keys). What a
    row covers is from the least `first` to the greatest `last`."""

    first: Ints
    last: Ints

    @classmethod
    def of(cls, starts: Ints, words: int) -> Stretches:
        """Stretches of so many words."""
        return cls(starts[:, None], starts[:, None] + (words - 1))

    @property
    def start(self) -> Ints:
        return self.first.min(axis=1)

    @property
    def end(self) -> Ints:
        return self.last.max(axis=1)

    def keys(self) -> Ints:
        """The occurrences of all operands, each once."""
        first, last = self.first.ravel(), self.last.ravel()
        found = spans(first, last - first + 1)
        found.sort()
        return distinct(found)

    def starts(self) -> Ints:
        """Where the rows begin, each place once: how often they are mentioned."""
        found = np.sort(self.start) if len(self.first) else self.first[:, 0]
        return distinct(found)

    def chosen(self, which: Ints) -> Stretches:
        return Stretches(self.first[which], self.last[which])

    def beside(self, other: Stretches, mine: Ints, theirs: Ints) -> Stretches:
        """Rows of both, side by side."""
        return Stretches(
            np.concatenate((self.first[mine], other.first[theirs]), axis=1),
            np.concatenate((self.last[mine], other.last[theirs]), axis=1),
        )

    @staticmethod
    def united(parts: Sequence[Stretches]) -> Stretches:
        """Any of these, which have as many columns each (fewer: the first one is repeated); each row once."""
        width = max(part.first.shape[1] for part in parts)
        wide = [
            np.concatenate((part.first, np.repeat(part.first[:, :1], width - part.first.shape[1], axis=1)), axis=1)
            for part in parts
        ]
        wide_last = [
            np.concatenate((part.last, np.repeat(part.last[:, :1], width - part.last.shape[1], axis=1)), axis=1)
            for part in parts
        ]
        rows = np.concatenate((np.concatenate(wide), np.concatenate(wide_last)), axis=1)
        rows = np.unique(rows, axis=0)
        return Stretches(rows[:, :width], rows[:, width:])
