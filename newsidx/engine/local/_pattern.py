"""A pattern or a fuzzy word as a part of the query: any of some written forms, without a look at their positions.

A term all of whose written forms are asked for is taken as it is, article by article; of the others only the
occurrences with the right forms are, as keys. Neither may count an occurrence twice: a form that stands under two
terms of one language is looked for by keys. Called by the executor; `_near` says which forms match.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from newsidx.codec import Ints
from newsidx.engine.local import _keys
from newsidx.engine.local._leaf import (
    MOST_PLACES,
    Known,
    ListedPart,
    Occurrences,
    SpottedPart,
    ZoneMentions,
    first_ones,
)
from newsidx.engine.local._sets import NONE, unite
from newsidx.engine.local._spots import article_of, keys_of, place_of
from newsidx.engine.local._view import View
from newsidx.engine.local._words import Words
from newsidx.frozen import dataclass

__all__ = ["Chosen", "PatternPart", "chosen", "keys_of_chosen"]

_Term = tuple[int, int]  # number of the segment, number of the term in it


@dataclass(frozen=True, slots=True)
class Chosen:
    """Terms all of whose forms were chosen, each of whose occurrences counts; and others, with the codes that do."""

    whole: Sequence[_Term]
    mixed: dict[_Term, list[int]]


def chosen(view: View, wanted: Iterable[tuple[int, Ints]]) -> Chosen:
    """The terms under which some written forms stand, given by segment and their sorted numbers there."""
    whole: list[_Term] = []
    mixed: dict[_Term, list[int]] = {}
    for i, numbers in wanted:
        by_term: dict[int, list[int]] = {}
        twice: set[int] = set()
        for form in _uses(view, i, numbers):
            if len(form) > 1:
                twice |= _of_one_language(view, i, [term for term, _ in form])
            for term, code in form:
                by_term.setdefault(term, []).append(code)
        sizes = view.segments[i].forms_of_terms
        for term, codes in by_term.items():
            if term not in twice and len(codes) == sizes[term]:
                whole.append((i, term))
            else:
                mixed[i, term] = codes
    return Chosen(whole, mixed)


def _uses(view: View, i: int, numbers: Ints) -> Iterator[list[tuple[int, int]]]:
    """(term, code) of each use, of each of the written forms."""
    if not len(numbers):
        return
    runs = np.flatnonzero(np.diff(numbers) != 1) + 1
    for low, high in pairwise([0, *runs.tolist(), len(numbers)]):
        terms, codes, ends = view.segments[i].uses_by_form(int(numbers[low]), int(numbers[high - 1]) + 1)
        pairs = list(zip(terms.tolist(), codes.tolist(), strict=True))
        for first, last in pairwise(ends):
            yield pairs[first:last]


def _of_one_language(view: View, i: int, terms: Sequence[int]) -> set[int]:
    """Those of the terms that are of a language that another one is of."""
    by_lang: dict[str | None, list[int]] = {}
    for term in terms:
        by_lang.setdefault(_keys.untagged(view.term_key(i, term))[1], []).append(term)
    return {term for same in by_lang.values() if len(same) > 1 for term in same}


def keys_of_chosen(view: View, terms: Chosen, zones: Container[int]) -> Ints:
    """All of the occurrences as keys, sorted, each once."""
    everything: dict[_Term, list[int] | None] = {**dict.fromkeys(terms.whole), **terms.mixed}
    return _keys_of(view, everything, zones)


def _keys_of(view: View, terms: Mapping[_Term, list[int] | None], zones: Container[int]) -> Ints:
    parts = [
        keys_of(lists, zone, codes=None if codes is None else np.array(codes))
        for term, codes in terms.items()
        for zone, lists in view.lists_at((term,)).items()
        if zone in zones
    ]
    return unite(parts)  # a form that stands under two terms is met twice


class PatternPart:
    """The occurrences of some terms as a whole, and of others as keys; of any language."""

    lang: str | None = None

    def __init__(self, words: Words, terms: Chosen, zones: frozenset[int]) -> None:
        self.known = Known()
        self._view = words.view
        by_key: dict[bytes, list[_Term]] = {}
        for i, term in terms.whole:
            by_key.setdefault(words.view.term_key(i, term), []).append((i, term))
        self._parts = [ListedPart("", lists) for lists in words.whole_terms(by_key, zones)]
        keys = _keys_of(words.view, terms.mixed, zones)
        self._spotted = SpottedPart(None, keys, lambda: keys) if len(keys) else None

    @property
    def size(self) -> int:
        return sum([part.size for part in self._every])

    @cached_property
    def _every(self) -> Sequence[ListedPart | SpottedPart]:
        return [*self._parts, *(() if self._spotted is None else (self._spotted,))]

    @cached_property
    def zones(self) -> Sequence[ZoneMentions]:
        by_zone: dict[int, list[ZoneMentions]] = {}
        for part in self._every:
            for mentions in part.zones:
                by_zone.setdefault(mentions.zone, []).append(mentions)
        return [self._summed(zone, some) for zone, some in sorted(by_zone.items())]

    def _summed(self, zone: int, some: Sequence[ZoneMentions]) -> ZoneMentions:
        if len(some) == 1:
            return some[0]
        articles = unite([each.articles for each in some]).astype(np.intp, copy=False)
        every = self._view.scratches[1]
        for each in some:
            every[each.articles] += each.counts
        counts = every[articles].astype(np.int64)
        every[articles] = 0.0
        return ZoneMentions(zone, articles, counts)

    @cached_property
    def articles(self) -> Ints:
        found = unite([mentions.articles for mentions in self.zones])
        return found.astype(np.intp, copy=False) if len(found) else NONE

    def occurrences(self, articles: Ints) -> Iterator[Occurrences]:
        found: dict[tuple[int, int], dict[int, str | None]] = {}
        for part in self._every:
            for i, zone, positions, written in part.occurrences(articles):
                forms: Sequence[str | None] = written or [None] * len(positions)
                found.setdefault((i, zone), {}).update(zip(positions, forms, strict=True))
        for (i, zone), by_position in found.items():
            positions = sorted(by_position)[:MOST_PLACES]
            known = [form for position in positions if (form := by_position[position]) is not None]
            yield i, zone, positions, known if len(known) == len(positions) else None

    def starts(self, articles: Ints, zones: frozenset[int], most: int) -> Iterator[tuple[Ints, Ints]]:
        found = [each for part in self._every for each in part.starts(articles, zones, most)]
        if not found:
            return
        at, places = (np.concatenate(some) for some in zip(*found, strict=True))
        keys = (at.astype(np.int64) << 32) + places
        keys.sort(kind="stable")
        yield first_ones(article_of(keys), place_of(keys), zones, most)
