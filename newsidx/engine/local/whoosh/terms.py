"""The terms of one field in one segment, and where they stand: four kinds of fields, one interface.

Articles are numbered within the segment, and only those that the Whoosh index shows (`Shown`) are ever named: a term
that stands in none of them is not there. Terms are bytes, as in Whoosh.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from newsidx.analysis import ZONE_SHIFT
from newsidx.codec import Dictionary, Ints, Segment
from newsidx.engine.local._cache import Cache
from newsidx.engine.local._spots import ARTICLE_SHIFT, keys_of
from newsidx.engine.local._view import TermList
from newsidx.engine.local.whoosh.analyzers import EITHER

__all__ = ["MarkTerms", "Occurrences", "Shown", "StemTerms", "Terms", "ValueTerms", "WrittenTerms"]

_SEPARATOR = b"\x1f"  # of the parts of a key; no term holds it
_AFTER_SEPARATOR = b"\x20"
_STEP = 256  # terms that are read at once


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Where a term stands: sorted articles, how often in each, and the places of all (None: none are kept)."""

    articles: Ints
    counts: Ints
    places: Ints | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A segment and which of its articles are shown."""

    segment: Segment
    articles: Ints
    cache: Cache

    def those(self, articles: Ints) -> Ints:
        return articles[self.articles[articles]]


class Terms(Protocol):
    """The terms of a field."""

    def find(self, term: bytes) -> Occurrences | None:
        """Where the term stands; None where it does not."""

    def since(self, start: bytes) -> Iterator[bytes]:
        """The terms from `start` on, sorted."""


class _Words:
    """What terms of words have in common: occurrences in some zones."""

    def __init__(self, shown: Shown, zones: Sequence[int]) -> None:
        self._shown = shown
        self._zones = frozenset(zones)
        # One zone is numbered from 0; of several, each stays far from the next.
        self._places = (1 << (ARTICLE_SHIFT if len(zones) > 1 else ZONE_SHIFT)) - 1

    def _keys(self, term: int, codes: Ints | None = None) -> Iterator[Ints]:
        segment = self._shown.segment
        for number in segment.lists_of(term):
            zone = segment.words.zone(number)
            if zone in self._zones:
                found = TermList(segment.words, number, 0, self._shown.cache, segment, term)
                yield keys_of([found], zone, codes=codes)

    def _occurrences(self, parts: Iterator[Ints]) -> Occurrences | None:
        keys = np.unique(np.concatenate([np.zeros(0, np.int64), *parts]))
        keys = keys[self._shown.articles[keys >> ARTICLE_SHIFT]]
        if not len(keys):
            return None
        articles, counts = np.unique(keys >> ARTICLE_SHIFT, return_counts=True)
        return Occurrences(articles, counts, keys & self._places)


class WrittenTerms(_Words):
    """Words as they are written, folded: in all articles, whatever their language."""

    def find(self, term: bytes) -> Occurrences | None:
        written = self._shown.segment.written
        first, last = written.place(term), written.place(term + _AFTER_SEPARATOR)
        if first == last or _SEPARATOR in term:
            return None
        terms, codes = self._shown.segment.uses_of(first, last)
        return self._occurrences(
            keys for number in np.unique(terms).tolist() for keys in self._keys(number, codes[terms == number])
        )

    def since(self, start: bytes) -> Iterator[bytes]:
        last = None
        for key in _strings(self._shown.segment.written, start):
            term = key.partition(_SEPARATOR)[0]
            if term != last and term >= start and self.find(term) is not None:
                yield term
            last = term


class StemTerms(_Words):
    """The stems of the words of articles in one language ("": unknown)."""

    def __init__(self, shown: Shown, zones: Sequence[int], lang: str) -> None:
        super().__init__(shown, zones)
        self._end = _SEPARATOR + lang.encode()

    def find(self, term: bytes) -> Occurrences | None:
        terms = self._shown.segment.terms
        numbers = [terms.find(each + self._end) for each in term.split(EITHER.encode())]
        return self._occurrences(keys for number in numbers if number >= 0 for keys in self._keys(number))

    def since(self, start: bytes) -> Iterator[bytes]:
        for key in _strings(self._shown.segment.terms, start):
            term = key.removesuffix(self._end)
            if term != key and term >= start and self.find(term) is not None:
                yield term


class MarkTerms:
    """What articles are marked with: names that are compared as a whole."""

    def __init__(self, shown: Shown, prefix: str) -> None:
        self._shown = shown
        self._prefix = prefix.encode()

    def find(self, term: bytes) -> Occurrences | None:
        segment = self._shown.segment
        number = segment.marks.find(self._prefix + term)
        if number < 0:
            return None
        articles = self._shown.those(segment.mark_lists.articles(number))
        return Occurrences(articles, np.ones(len(articles), np.int64)) if len(articles) else None

    def since(self, start: bytes) -> Iterator[bytes]:
        for key in _strings(self._shown.segment.marks, self._prefix + start):
            if not key.startswith(self._prefix):
                return
            term = key[len(self._prefix) :]
            if self.find(term) is not None:
                yield term


class ValueTerms:
    """One value an article, or none: IDs, numbers, dates."""

    def __init__(self, shown: Shown, values: Sequence[bytes | None]) -> None:
        self._articles: dict[bytes, list[int]] = {}
        for article in np.flatnonzero(shown.articles).tolist():
            value = values[article]
            if value is not None:
                self._articles.setdefault(value, []).append(article)
        self._sorted = sorted(self._articles)

    def find(self, term: bytes) -> Occurrences | None:
        articles = self._articles.get(term)
        return None if articles is None else Occurrences(np.array(articles), np.ones(len(articles), np.int64))

    def since(self, start: bytes) -> Iterator[bytes]:
        return (term for term in self._sorted if term >= start)


def _strings(dictionary: Dictionary, start: bytes) -> Iterator[bytes]:
    """The strings of a dictionary from `start` on, some at a time."""
    for first in range(dictionary.place(start), dictionary.count, _STEP):
        yield from dictionary.strings(first, min(first + _STEP, dictionary.count))
