"""A part of the query that articles are ranked by: a word in all its forms, a phrase, words near each other.

Its occurrences are kept the way they were found: as lists of the index, which are not read before they are needed
(`ListedPart`), or as keys (`SpottedPart`, see `_spots`). Both say in which articles, how often in which zone, and
where exactly in one article, for its snippets.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from newsidx.analysis import ZONE_SHIFT
from newsidx.codec import Ints
from newsidx.engine.local._sets import NONE, distinct, have, unite
from newsidx.engine.local._spots import ARTICLE_SHIFT, article_of, place_of, zone_of
from newsidx.engine.local._view import TermList
from newsidx.schema import ZONES

__all__ = ["Known", "Leaf", "ListedPart", "Part", "SpottedPart", "ZoneMentions"]

_BYTES = 34  # an article of a part: number in a zone and in all, count, end, score

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
    """What the ranking has worked out for a part: how many counted articles of each language have it, and how well
    each of its articles does by it (before the weight of the whole); the articles as a mask of bits."""

    df: dict[str, int] | None = None
    saturated: NDArray[np.float64] | None = None
    bits: NDArray[np.uint64] | None = None


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

    def places(self, article: int) -> Iterator[int]:
        """Its occurrences in one article, as the index counts them; of more than `MOST_PLACES` in a zone the first."""

    def starts(self, articles: Ints, zones: Container[int], most: int) -> Iterator[tuple[Ints, Ints]]:
        """Where it begins to stand in these articles (sorted, each once) and zones: (which of the articles,
        occurrences), sorted, in one or several goes; of more than `most` in one zone of an article the first ones."""


class ListedPart:
    """All occurrences of some lists."""

    def __init__(self, lang: str, lists: Mapping[int, Sequence[TermList]]) -> None:
        self.lang: str | None = lang
        self.known = Known()
        self._lists = lists
        self._in_zone: dict[int, _Occurrences] = {}

    @property
    def size(self) -> int:
        return sum(int(each.lists.df[each.number]) for lists in self._lists.values() for each in lists) * _BYTES

    @cached_property
    def zones(self) -> Sequence[ZoneMentions]:
        return [ZoneMentions(zone, _joined(lists), _counts(lists)) for zone, lists in self._lists.items() if lists]

    @cached_property
    def articles(self) -> Ints:
        return unite([mentions.articles for mentions in self.zones])

    def places(self, article: int) -> Iterator[int]:
        for zone, lists in self._lists.items():
            for each in lists:
                articles = each.articles()
                at = int(np.searchsorted(articles, article))
                if at < len(articles) and articles[at] == article:
                    count = int(each.counts()[at])
                    first = int(each.ends()[at]) - count
                    for place in each.lists.places(each.number)[first : first + min(count, MOST_PLACES)].tolist():
                        yield (zone << ZONE_SHIFT) + place

    def starts(self, articles: Ints, zones: Container[int], most: int) -> Iterator[tuple[Ints, Ints]]:
        for mentions in self.zones:
            if mentions.zone not in zones:
                continue
            place = mentions.articles.searchsorted(articles)
            at = np.flatnonzero(mentions.articles.take(place, mode="clip") == articles)
            if not len(at):
                continue
            inside = place[at]
            occurrences = self._occurrences(mentions)
            counts = mentions.counts[inside].astype(np.int64)
            firsts = occurrences.ends[inside] - counts
            counts = np.minimum(counts, most)
            ends = counts.cumsum()
            which = np.repeat(firsts - ends + counts, counts) + np.arange(ends[-1])
            yield at.repeat(counts), occurrences.at(which, inside, ends) + (mentions.zone << ZONE_SHIFT)

    def _occurrences(self, mentions: ZoneMentions) -> _Occurrences:
        found = self._in_zone.get(mentions.zone)
        if found is None:
            found = self._in_zone[mentions.zone] = _Occurrences.of(self._lists[mentions.zone], mentions)
        return found


@dataclass(frozen=True, slots=True)
class _Occurrences:
    """All occurrences in one zone, over the segments: `ends` has where those of each article end, `places` their
    positions, a part a list; `articles` and `firsts` where each list's articles end and its occurrences begin."""

    ends: Ints
    places: Sequence[Ints]
    articles: Ints
    firsts: Sequence[int]

    @classmethod
    def of(cls, lists: Sequence[TermList], mentions: ZoneMentions) -> _Occurrences:
        sizes = [int(each.lists.cf[each.number]) for each in lists]
        return cls(
            np.cumsum(mentions.counts, dtype=np.int64),
            [each.lists.places(each.number) for each in lists],
            np.cumsum([int(each.lists.df[each.number]) for each in lists]),
            [sum(sizes[:i]) for i in range(len(sizes))],
        )

    def at(self, which: Ints, inside: Ints, ends: Ints) -> Ints:
        """The positions of the occurrences numbered `which`; those of article number `inside[i]` end at `ends[i]`."""
        if len(self.places) == 1:
            return self.places[0][which].astype(np.int64)
        parts = []
        done = 0
        for articles, places, first in zip(
            inside.searchsorted(self.articles).tolist(), self.places, self.firsts, strict=True
        ):
            upto = int(ends[articles - 1]) if articles else 0
            if upto > done:
                parts.append(places[which[done:upto] - first])
                done = upto
        return np.concatenate(parts).astype(np.int64)


def _joined(lists: Sequence[TermList]) -> Ints:
    parts = [each.decoded() for each in lists]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _counts(lists: Sequence[TermList]) -> Ints:
    parts = [each.counts() for each in lists]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


class SpottedPart:
    """Occurrences given as sorted keys, each once: of all its words, and of the first ones (`starts`), so that a
    phrase is mentioned once where it stands once."""

    def __init__(self, lang: str | None, keys: Ints, starts: Ints) -> None:
        self._starts = starts
        self.lang = lang
        self.known = Known()
        self._keys = keys

    @property
    def size(self) -> int:
        return len(self._keys) * _BYTES

    @cached_property
    def zones(self) -> Sequence[ZoneMentions]:
        zone = zone_of(self._starts)
        found = []
        for number in np.unique(zone).tolist():
            articles = article_of(self._starts[zone == number])
            begins = np.flatnonzero(np.diff(articles, prepend=-1))
            found.append(ZoneMentions(number, articles[begins], np.diff(begins, append=len(articles))))
        return found

    @cached_property
    def articles(self) -> Ints:
        return distinct(article_of(self._keys)) if len(self._keys) else NONE

    def places(self, article: int) -> Iterator[int]:
        first, last = np.searchsorted(self._keys, [article << ARTICLE_SHIFT, (article + 1) << ARTICLE_SHIFT])
        keys = self._keys[first:last]
        if len(keys) > MOST_PLACES:
            in_zone = keys >> ZONE_SHIFT
            keys = keys[np.arange(len(keys)) - in_zone.searchsorted(in_zone) < MOST_PLACES]
        yield from place_of(keys).tolist()

    def starts(self, articles: Ints, zones: Container[int], most: int) -> Iterator[tuple[Ints, Ints]]:
        keys = self._starts[have(articles, article_of(self._starts))]
        in_zone = keys >> ZONE_SHIFT  # each zone of each article is one number
        few = np.arange(len(keys)) - in_zone.searchsorted(in_zone) < most
        keys = keys[few & np.isin(zone_of(keys), [*filter(zones.__contains__, range(len(ZONES)))])]
        yield articles.searchsorted(article_of(keys)), place_of(keys)


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
        return sorted({place for part in self.parts for place in part.places(article)})
