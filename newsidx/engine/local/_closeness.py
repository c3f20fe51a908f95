"""What an article gets beside its weighted mentions: for words of the query that stand close together, and early.

Only the articles that BM25F puts first are looked at (`newsidx.engine.local._rank` says which), so that the cost does
not grow with the hits. Per article::

    closeness = sum over pairs of neighbours in the query of   PAIR * idf * tf * (PAIR_K1 + 1) / (PAIR_K1 + tf)
      tf  = sum over their occurrences at most WINDOW apart in one paragraph, of   zone weight / length norm / distance
      idf = that of a part which half of the articles have that have both
    earliness = sum over the query's parts of   EARLY * idf * EARLY_AT / (EARLY_AT + words before the first mention)
      none before it in headline and deck; counted in the body; nothing for parts that stand elsewhere only

Neighbours are parts of the query that follow each other, or have one part between them. The pairs are those of the
sequential dependence model (Metzler and Croft, "A Markov random field model for term dependencies", SIGIR 2005), their
saturation that of Büttcher, Clarke and Lushman ("Term proximity scoring for ad-hoc retrieval", SIGIR 2006). How many
articles have a pair near each other would cost the positions of all of them; half of those that have both anywhere
ranked as well. Earliness is the news writers' own law: what matters is said first. docs/ranking.md has the figures.

Everything is counted over the whole index or read from the article itself, and summed in the order of the text.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from newsidx.analysis import ZONE_SHIFT
from newsidx.codec import Ints, spans
from newsidx.engine.local._leaf import MOST, NEAR_ZONES, Leaf, ListedPart, Near, Part
from newsidx.engine.local._sets import have
from newsidx.frozen import dataclass
from newsidx.schema import ZONE_NUMBERS

__all__ = [
    "BOTH_NEAR",
    "EARLY",
    "MOST",
    "PAIR",
    "Gathered",
    "bits",
    "bits_of",
    "count_of",
    "earliness",
    "neighbours",
    "saturated",
]

# Tuned together with K1 and B; what was swept, on what, with what result stands in docs/ranking.md.
PAIR = 0.3
PAIR_K1 = 1.6
WINDOW = 8
BOTH_NEAR = 0.5
"""How many of the articles that have both parts of a pair are taken to have them near each other."""
EARLY = 0.5
EARLY_AT = 100

_Floats = NDArray[np.float64]
_BODY = ZONE_NUMBERS["body"]
_TOP_ZONES = frozenset(ZONE_NUMBERS[name] for name in ("headline", "deck"))
_PART_SHIFT = 50  # above the number of the article among those looked at, which stands above zone and position
_BEHIND_ALL = np.array([1 << 62], np.int64)
_ARTICLE_SHIFT = 32
_ZONE_MASK = 15


def neighbours(parts: int) -> list[tuple[int, int]]:
    """The pairs of so many parts of a query: each with the next one and with the one after that."""
    return [(i, j) for i in range(parts) for j in range(i + 1, min(i + 3, parts))]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Where the parts of a query begin to stand in the running text of some articles.

    `keys` are sorted: number of the part, of the article among these, zone, position. `ends` has where the keys of
    each part end; `articles` is how many these are. All parts and pairs are worked on at once, since it is the call
    that costs. `early` is `earliness`, where it is known.
    """

    keys: NDArray[np.int64]
    ends: tuple[int, ...]
    articles: int
    early: _Floats | None = None

    @classmethod
    def of(cls, leaves: Sequence[Leaf], articles: Ints) -> Gathered:
        """In these articles (sorted, each once)."""
        if not len(articles):
            return cls(np.zeros(0, np.int64), (0,) * len(leaves), 0)
        at_hand: list[tuple[int, Part, Near]] = []
        found = []
        for number, leaf in enumerate(leaves):
            for part in leaf.parts:
                near = part.near() if isinstance(part, ListedPart) else None
                if near is not None:
                    at_hand.append((number, part, near))
                    continue
                for at, places in part.starts(articles, NEAR_ZONES, MOST):
                    found.append((number << _PART_SHIFT) + (at << _ARTICLE_SHIFT) + places)
        if at_hand:
            keys, ends, early = _looked_up(at_hand, articles)
            if not found and [number for number, _, _ in at_hand] == list(range(len(leaves))):
                return cls(keys, ends, len(articles), early)
            found.append(keys)
        keys = np.concatenate(found) if found else np.zeros(0, np.int64)
        keys.sort(kind="stable")  # runs are sorted already
        numbers = np.arange(1, len(leaves) + 1, dtype=np.int64)
        return cls(keys, tuple(keys.searchsorted(numbers << _PART_SHIFT).tolist()), len(articles))

    def has(self, part: int) -> bool:
        return self.ends[part] > (self.ends[part - 1] if part else 0)

    def zones(self) -> list[int]:
        """The zones in which anything stands."""
        present: list[int] = np.flatnonzero(np.bincount((self.keys >> ZONE_SHIFT) & _ZONE_MASK)).tolist()
        return present

    def earliness(self) -> _Floats:
        """A row a part, a column an article: how early it first stands there. 1 in headline or deck, half of that a
        hundred words into the body (a paragraph's end counts as some), 0 where it stands in none of them."""
        if self.early is not None:
            return self.early
        begin = _begins(range(len(self.ends)), self.articles).ravel()
        of_body = begin + (_BODY << ZONE_SHIFT)
        keys = np.concatenate((self.keys, _BEHIND_ALL))
        place = keys.searchsorted(begin)
        in_body = keys[keys.searchsorted(of_body)] - of_body
        early = np.where(in_body < 1 << ZONE_SHIFT, EARLY_AT / (EARLY_AT + in_body), 0.0)
        early[keys[place] < of_body] = 1.0
        return early.reshape(len(self.ends), self.articles)

    def nearness(self, pairs: Sequence[tuple[int, int]], shares: _Floats) -> _Floats:
        """A row a pair, a column an article: the weighted nearness of two parts' occurrences.

        `shares` has a row a zone and a column an article: what one mention there counts for.
        """
        one, other = self._side(pairs, 0), self._side(pairs, 1)
        low = other.searchsorted(one - WINDOW)
        many = other.searchsorted(one + WINDOW, side="right") - low
        mine, theirs = one.repeat(many), other[spans(low, many)]
        distance = np.abs(mine - theirs)
        if not distance.all():  # a word that is of both parts is near nothing
            mine, distance = mine[distance > 0], distance[distance > 0]
        of = (mine >> _ARTICLE_SHIFT) & ((1 << _PART_SHIFT - _ARTICLE_SHIFT) - 1)
        weights = shares[(mine >> ZONE_SHIFT) & _ZONE_MASK, of] / distance
        row = (mine >> _PART_SHIFT) * self.articles + of
        added = np.bincount(row, weights=weights, minlength=len(pairs) * self.articles)
        return added.astype(np.float64, copy=False).reshape(len(pairs), self.articles)

    def _side(self, pairs: Sequence[tuple[int, int]], side: int) -> NDArray[np.int64]:
        """The keys of the first or second part of each pair, the pair's number in place of the part's."""
        found = []
        for number, pair in enumerate(pairs):
            part = pair[side]
            some = self.keys[self.ends[part - 1] if part else 0 : self.ends[part]]
            found.append(some + (number - part << _PART_SHIFT))
        return np.concatenate(found)


def _looked_up(
    parts: Sequence[tuple[int, Part, Near]], articles: Ints
) -> tuple[NDArray[np.int64], tuple[int, ...], _Floats | None]:
    """Of words whose places are at hand (given with the number of the part of the query), in these articles: (keys,
    where those of each word end, how early each stands in each of the articles)."""
    firsts, counts = [], []
    for _, part, near in parts:
        place = part.articles.searchsorted(articles)
        first = near.ends.take(place)
        many = near.ends.take(place + 1, mode="clip") - first
        firsts.append(first)
        counts.append(many * (part.articles.take(place, mode="clip") == articles))
    count = np.concatenate(counts).astype(np.int64)
    end = count.cumsum()
    ends: list[int] = end[len(articles) - 1 :: len(articles)].tolist()
    which = (np.concatenate(firsts) - end + count).repeat(count) + np.arange(ends[-1], dtype=np.int64)
    cuts = itertools.pairwise([0, *ends])
    places = np.concatenate([near.places[which[i:j]] for (_, _, near), (i, j) in zip(parts, cuts, strict=True)])
    begins = _begins([number for number, _, _ in parts], len(articles)).ravel()
    early = None
    if len(places):
        before = places.take(end - count, mode="clip").astype(np.int64) - (_BODY << ZONE_SHIFT)
        early = EARLY_AT / (EARLY_AT + np.maximum(before, 0)) * (count > 0)  # below 0 in headline and deck
        early = early.reshape(len(parts), len(articles))
    return begins.repeat(count) + places, tuple(ends), early


def _begins(parts: Sequence[int], articles: int) -> NDArray[np.int64]:
    """Where the keys of each part (a row) and article begin."""
    rows = np.array(parts, np.int64)[:, None] << _PART_SHIFT
    return rows + (np.arange(articles, dtype=np.int64) << _ARTICLE_SHIFT)


def earliness(leaf: Leaf, articles: Ints) -> _Floats:
    """`Gathered.earliness` of a query's only part."""
    early = np.zeros(len(articles))
    for part in leaf.parts:
        if _TOP_ZONES.issuperset([mentions.zone for mentions in part.zones]):
            early[have(part.articles, articles)] = 1.0
            continue
        for at, places in part.starts(articles, NEAR_ZONES, 1):
            before = places & ((1 << ZONE_SHIFT) - 1)
            first = np.where(places >> ZONE_SHIFT == _BODY, EARLY_AT / (EARLY_AT + before), 1.0)
            np.maximum.at(early, at, first)
    return early


def saturated(tf: _Floats) -> _Floats:
    """From 0 for none to PAIR_K1 + 1 for very many."""
    return tf * (PAIR_K1 + 1) / (PAIR_K1 + tf)


def bits(articles: Ints, size: int) -> NDArray[np.uint64]:
    """A set of article numbers below `size` as a mask of bits."""
    mask = np.zeros(-(-size // 64) * 64, np.bool_)
    mask[articles] = True
    return np.packbits(mask).view(np.uint64)


def bits_of(part: Part, size: int) -> NDArray[np.uint64]:
    """The articles of a part as a mask."""
    mask = part.known.bits
    if mask is None:
        mask = part.known.bits = bits(part.articles, size)
    return mask


def count_of(mask: NDArray[np.uint64]) -> int:
    """How many articles a mask has."""
    return int(np.bitwise_count(mask).sum())
