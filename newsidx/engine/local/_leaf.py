"""A part of the query that articles are ranked by: a word in all its forms, a phrase, words near each other.

Its occurrences are kept the way they were found: as lists of the index, which are not read before they are needed
(`ListedPart`), or as keys (`SpottedPart`, see `_spots`). Both say in which articles, how often in which zone, and
where exactly in one article, for its snippets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from newsidx.analysis import ZONE_SHIFT
from newsidx.codec import Ints, firsts, spans
from newsidx.engine.local._sets import NONE, distinct, unite
from newsidx.engine.local._spots import ARTICLE_SHIFT, article_of, place_of, zone_of
from newsidx.engine.local._zoned import Zoned
from newsidx.frozen import dataclass
from newsidx.schema import ZONE_NUMBERS, ZONES

__all__ = [
    "MOST",
    "NEAR_ZONES",
    "Known",
    "Leaf",
    "ListedPart",
    "Near",
    "Occurrences",
    "Part",
    "SpottedPart",
    "ZoneMentions",
    "by_zone",
    "counted",
    "first_ones",
]

_BYTES = 17  # an article of a part: number, score, and a bit or some; what it has in each zone is the term's
_MOST_PLACED = 1 << 15
"""Words that occur oftener are looked up list by list: the places of all words that queries use take a third of the
memory, half of that for a few words that are everywhere, and then others have to go."""

NEAR_ZONES = frozenset(ZONE_NUMBERS[name] for name in ("headline", "deck", "body"))
"""Where closeness looks for words: in the running text, not among tags and captions."""
MOST = 256
"""Occurrences of a part in one zone of an article that it looks at, so that an article of ten megabytes costs what
others cost."""

MOST_PLACES = 2000
"""Occurrences in one zone of an article that its snippets are made from: news articles have a hundred at most, and
one of ten megabytes shall not take seconds."""


@dataclass(frozen=True, slots=True)
class ZoneMentions:
    """How often something stands in one zone: `counts` in each of the sorted `articles`."""

    zone: int
    articles: Ints
    counts: Ints


@dataclass(slots=True)
class Known:
    """What the ranking has worked out for a part: how many counted articles of each language have it; how much it says
    of an article where it is all of a leaf, by the leaf's sort and form and the article's language; what it gives each
    of its articles, with the weight that this was worked out for, and the most of that; the articles as a mask of bits;
    how often closeness has asked where it stands, and the ranking what it gives to a few."""

    df: dict[str, int] | None = None
    idf: dict[tuple[bool, str, str], float] = field(default_factory=dict)
    worth: tuple[float, NDArray[np.float64], float] | None = None
    bits: NDArray[np.uint64] | None = None
    asked: int = 0
    weighed: int = 0


Occurrences: TypeAlias = tuple[int, int, Sequence[int], Sequence[str] | None]
"""Which of some articles, zone number, positions in it; how the word is written at each, where that is known."""


class Part(Protocol):
    """Some occurrences of a leaf. `lang` is the language of all their articles ("" unknown); None: of several."""

    @property
    def lang(self) -> str | None: ...

    @property
    def known(self) -> Known: ...

    @property
    def size(self) -> int:
        """About how many bytes it takes once it was used."""

    @property
    def zones(self) -> Sequence[ZoneMentions]:
        """Mentions zone by zone, in the order of zones; zones without any are left out."""

    @property
    def articles(self) -> Ints:
        """All articles that have it, sorted; also those that are not there any more."""

    def occurrences(self, articles: Ints) -> Iterator[Occurrences]:
        """Its occurrences in these articles (sorted, each once); of more than `MOST_PLACES` in a zone the first."""

    def starts(self, articles: Ints, zones: frozenset[int], most: int) -> Iterator[tuple[Ints, Ints]]:
        """Where it begins to stand in these articles (sorted, each once) and zones: (which of the articles,
        occurrences), sorted, in one or several goes; of more than `most` in one zone of an article the first ones."""


@dataclass(frozen=True, slots=True)
class Near:
    """Where a part stands in the running text: `places` (zone and position) in the order of its articles, and for each
    of them where its places begin in `ends`, and behind the last where these end."""

    ends: NDArray[np.uint32]
    places: NDArray[np.uint32]


class ListedPart:
    """All occurrences of a term in some zones."""

    def __init__(self, lang: str, zones: Mapping[int, Zoned]) -> None:
        self.lang: str | None = lang
        self.known = Known()
        self._zones = zones

    @property
    def size(self) -> int:
        df, cf = (sum([getattr(each, name) for each in self._zones.values()]) for name in ("df", "cf"))
        return df * _BYTES + (4 * (df + cf) if cf <= _MOST_PLACED else 0)

    @cached_property
    def zones(self) -> Sequence[ZoneMentions]:
        return [ZoneMentions(zone, each.articles, each.counts) for zone, each in self._zones.items()]

    @cached_property
    def articles(self) -> Ints:
        return unite([each.articles for each in self._zones.values()]).astype(np.intp, copy=False)

    def near(self) -> Near | None:
        """Where it stands in the running text of all its articles; None where it is asked for the first time, as most
        words are only once, and where there are too many."""
        self.known.asked += 1
        return self._near if self.known.asked > 1 else None

    @cached_property
    def _near(self) -> Near | None:
        lists = [(zone, each) for zone, each in self._zones.items() if zone in NEAR_ZONES]
        if sum([each.cf for _, each in lists]) > _MOST_PLACED:
            return None
        if max([int(each.counts.max(initial=0)) for _, each in lists], default=0) > MOST:
            return None
        at = [self.articles.searchsorted(each.articles) for _, each in lists]
        many = np.zeros(len(self.articles), np.int64)
        begins = []
        for (_, each), some in zip(lists, at, strict=True):
            begins.append(many[some])
            many[some] += each.counts
        ends = firsts(many)
        places = np.empty(int(ends[-1]), np.uint32)
        for (zone, each), some, begin in zip(lists, at, begins, strict=True):
            places[spans(ends[some] + begin, each.counts)] = each.every_place() + np.uint32(zone << ZONE_SHIFT)
        return Near(ends.astype(np.uint32), places)

    def occurrences(self, articles: Ints) -> Iterator[Occurrences]:
        for zone, each in self._zones.items():
            for i, positions, written in each.of(articles, MOST_PLACES):
                yield i, zone, positions, written

    def starts(self, articles: Ints, zones: frozenset[int], most: int) -> Iterator[tuple[Ints, Ints]]:
        wanted = articles.astype(np.int32)  # or all of the lists would be converted
        for zone, each in self._zones.items():
            if zone not in zones:
                continue
            place = each.articles.searchsorted(wanted)
            at = (each.articles.take(place, mode="clip") == wanted).nonzero()[0]
            if not len(at):
                continue
            inside = place[at]
            counts = each.counts[inside].astype(np.int64)
            first = each.ends[inside] - counts
            counts = np.minimum(counts, most)
            if int(counts.sum()) > len(at):
                at, first = at.repeat(counts), spans(first, counts)
            yield at, each.places(first).astype(np.int64) + (zone << ZONE_SHIFT)


class SpottedPart:
    """Occurrences given as sorted keys, each once: the first ones (`starts`), so that a phrase is mentioned once where
    it stands once, and those of all its words (`keys`), which only snippets ask for."""

    def __init__(self, lang: str | None, starts: Ints, keys: Callable[[], Ints]) -> None:
        self._starts = starts
        self.lang = lang
        self.known = Known()
        self._spotted = keys

    @property
    def size(self) -> int:
        return len(self._starts) * _BYTES

    @cached_property
    def _keys(self) -> Ints:
        return self._spotted()

    @cached_property
    def zones(self) -> Sequence[ZoneMentions]:
        zone = zone_of(self._starts)
        present = np.bincount(zone).nonzero()[0].tolist()
        return [
            ZoneMentions(
                number, *counted(article_of(self._starts if len(present) == 1 else self._starts[zone == number]))
            )
            for number in present
        ]

    @cached_property
    def articles(self) -> Ints:
        return distinct(article_of(self._starts)) if len(self._starts) else NONE

    def occurrences(self, articles: Ints) -> Iterator[Occurrences]:
        cuts = self._keys.searchsorted(np.concatenate((articles, articles + 1)) << ARTICLE_SHIFT).tolist()
        for i, (first, last) in enumerate(zip(cuts, cuts[len(articles) :], strict=False)):
            if first < last:
                for zone, positions in by_zone(place_of(self._keys[first:last])):
                    yield i, zone, positions, None

    def starts(self, articles: Ints, zones: frozenset[int], most: int) -> Iterator[tuple[Ints, Ints]]:
        first = self._starts.searchsorted(articles << ARTICLE_SHIFT)
        counts = self._starts.searchsorted((articles + 1) << ARTICLE_SHIFT) - first
        places = place_of(self._starts[spans(first, counts)])
        yield first_ones(np.arange(len(articles)).repeat(counts), places, zones, most)


def counted(articles: Ints) -> tuple[Ints, Ints]:
    """(articles each once, how often each comes), of sorted ones."""
    begins = np.flatnonzero(np.diff(articles, prepend=-1))
    return articles[begins], np.diff(begins, append=len(articles))


def by_zone(places: Ints) -> Iterator[tuple[int, list[int]]]:
    """One article's sorted places zone by zone: (zone, positions), of each zone at most `MOST_PLACES`."""
    ends = places.searchsorted(np.arange(1, len(ZONES) + 1) << ZONE_SHIFT).tolist()
    first = 0
    for zone, end in enumerate(ends):
        if first < end:
            yield zone, (places[first : min(end, first + MOST_PLACES)] - (zone << ZONE_SHIFT)).tolist()
        first = end


def first_ones(at: Ints, places: Ints, zones: frozenset[int], most: int) -> tuple[Ints, Ints]:
    """Of occurrences (number of the article, place), sorted, those in some zones: the first `most` of each zone of an
    article."""
    zone = places >> ZONE_SHIFT
    wanted = np.array([number in zones for number in range(len(ZONES))])[zone]
    if not wanted.all():
        at, places, zone = at[wanted], places[wanted], zone[wanted]
    of = at * len(ZONES) + zone  # each zone of each article is one number
    if len(of) > most:
        few = np.arange(len(of)) - of.searchsorted(of) < most
        at, places = at[few], places[few]
    return at, places


@dataclass(frozen=True, slots=True)
class Leaf:
    """`parts` have articles of different languages each; `is_one_word` unless it is found in any language alike (a
    pattern, a fuzzy word), for which only statistics over all articles say how rare it is. `weight` is what the
    searcher gave it; `form` the folded form of a word that was asked for as a word, in any form."""

    label: str
    parts: tuple[Part, ...]
    weight: float = 1.0
    is_one_word: bool = True
    form: str = ""

    @property
    def articles(self) -> Ints:
        return unite([part.articles for part in self.parts])

    def places(self, article: int) -> list[int]:
        """Where it stands in one article, as the index counts it."""
        found = self.occurrences(np.array([article], np.int64))
        return sorted({(zone << ZONE_SHIFT) + position for _, zone, positions, _ in found for position in positions})

    def occurrences(self, articles: Ints) -> Iterator[Occurrences]:
        """Its occurrences in these articles (sorted, each once)."""
        for part in self.parts:
            yield from part.occurrences(articles)
