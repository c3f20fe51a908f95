"""What a term has in one zone, over all segments as one: the arrays that ranking, phrases and closeness work on.

Read when first asked for, and kept with the term in the view's cache, so that each word of a query costs a few calls
whatever the number of segments. Called by `_words`, `_leaf` and `_pattern`; what lies where is `_view`'s to know.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from newsidx.analysis import ZONE_SHIFT
from newsidx.codec import Ints, firsts, spans
from newsidx.engine.local._sets import NONE, standing
from newsidx.engine.local._spots import ARTICLE_SHIFT
from newsidx.engine.local._view import TermList

__all__ = ["Zoned", "zoned"]

_ARTICLE_BYTES = 9  # number, count and end
_PLACE_BYTES = 2  # of what is unpacked: positions are below 65,536
_JOINED = 1 << 16  # occurrences: up to so many are copied into one array rather than looked for list by list


class Zoned:
    """The occurrences of a term in one zone. What stays of it is small: articles, and the positions of long lists."""

    def __init__(self, zone: int, lists: Sequence[TermList]) -> None:
        self.zone = zone
        self._lists = lists
        self._written: dict[int, Callable[[range], list[str]]] = {}
        self.df = sum([int(each.lists.df[each.number]) for each in lists])
        """Its articles, also those that are not there any more."""
        self.cf = sum([int(each.lists.cf[each.number]) for each in lists])

    @property
    def size(self) -> int:
        """How many bytes it takes, once it was used."""
        places = sum([int(each.lists.cf[each.number]) for each in self._lists if each.lists.is_packed(each.number)])
        return self.df * _ARTICLE_BYTES + places * _PLACE_BYTES

    @cached_property
    def articles(self) -> Ints:
        """Sorted; four bytes each, since these are looked up, and what is added up for all is kept elsewhere."""
        return _joined([each.decoded(np.int32) for each in self._lists])

    @cached_property
    def counts(self) -> Ints:
        """Occurrences in each of the articles."""
        return _joined([each.counts() for each in self._lists])

    @cached_property
    def ends(self) -> Ints:
        """Where each article's occurrences end among all."""
        return np.cumsum(self.counts, dtype=np.uint32 if self._firsts[-1] < 1 << 32 else np.int64)

    @cached_property
    def _places(self) -> Sequence[Ints]:
        return [each.lists.places(each.number) for each in self._lists]

    def every_place(self) -> Ints:
        """The positions of all occurrences. Whoever has kept them needs no more than that here."""
        self.__dict__.pop("ends", None)
        return _joined(self._places)

    @cached_property
    def _listed_places(self) -> list[memoryview]:
        return [places.data for places in self._places]  # a few of which take less than a few of an array

    @cached_property
    def _firsts(self) -> Ints:
        return firsts(np.array([int(each.lists.cf[each.number]) for each in self._lists]))

    def places(self, which: Ints) -> Ints:
        """The positions of the occurrences with these numbers (sorted)."""
        if len(self._places) == 1:
            return self._places[0][which]
        if self._firsts[-1] <= _JOINED:
            return np.concatenate(self._places)[which]
        cuts = which.searchsorted(self._firsts).tolist()
        parts = zip(self._places, self._firsts.tolist(), itertools.pairwise(cuts), strict=False)
        return np.concatenate([some[which[low:high] - first] for some, first, (low, high) in parts if low < high])

    @cached_property
    def _firsts_listed(self) -> list[int]:
        found: list[int] = self._firsts.tolist()
        return found

    def _written_in(self, which: int) -> Callable[[range], list[str]]:
        """How occurrences of one of the lists are written."""
        written = self._written.get(which)
        if written is None:
            written = self._written[which] = self._lists[which].written()
        return written

    def of(self, articles: Ints, most: int) -> Iterator[tuple[int, Sequence[int], list[str]]]:
        """Which of a few articles (sorted, each once) have it, at which positions, written how; of more than `most`
        occurrences in one of them the first ones."""
        wanted = articles.astype(np.int32)  # or all of the lists would be converted
        place = self.articles.searchsorted(wanted)
        at = (self.articles.take(place, mode="clip") == wanted).nonzero()[0]
        if not len(at):
            return
        inside = place[at]
        firsts_of = self._firsts_listed
        for i, end, count in zip(at.tolist(), self.ends[inside].tolist(), self.counts[inside].tolist(), strict=True):
            which = bisect_right(firsts_of, end - 1) - 1
            first = end - count - firsts_of[which]
            last = first + min(count, most)
            yield i, self._listed_places[which][first:last], self._written_in(which)(range(first, last))

    def keys(self, within: Ints | None = None) -> Ints:
        """The occurrences as sorted keys; only in the articles `within` (sorted)."""
        if within is None or len(within) >= self.df:
            return self._based(self.articles).repeat(self.counts) + _joined(self._places)
        inside = standing(self.articles, within)
        if not len(inside):
            return NONE
        counts = self.counts[inside].astype(np.int64)
        return self._based(self.articles[inside]).repeat(counts) + self.places(
            spans(self.ends[inside] - counts, counts)
        )

    def _based(self, articles: Ints) -> Ints:
        return (articles.astype(np.int64) << ARTICLE_SHIFT) + (self.zone << ZONE_SHIFT)


def zoned(lists: Mapping[int, Sequence[TermList]]) -> dict[int, Zoned]:
    """A term's lists, zone by zone."""
    return {zone: Zoned(zone, some) for zone, some in lists.items()}


def _joined(parts: Sequence[Ints]) -> Ints:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
