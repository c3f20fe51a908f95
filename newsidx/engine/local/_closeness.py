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

import numpy as np
from numpy.typing import NDArray

from newsidx.analysis import ZONE_SHIFT
from newsidx.codec import Ints, spans
from newsidx.engine.local._leaf import Leaf
from newsidx.engine.local._spots import ARTICLE_SHIFT, article_of, zone_of
from newsidx.schema import ZONE_NUMBERS

__all__ = [
    "BOTH_NEAR",
    "EARLY",
    "PAIR",
    "bits",
    "close_pairs",
    "count_of",
    "earliness",
    "neighbours",
    "occurrences",
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
MOST = 256
"""Occurrences of a part in one zone of an article that are looked at, so that an article of ten megabytes costs what
others cost."""

_Floats = NDArray[np.float64]
_HEADLINE_TO_DECK = ZONE_NUMBERS["deck"]
_BODY = ZONE_NUMBERS["body"]


def neighbours(parts: int) -> list[tuple[int, int]]:
    """The pairs of so many parts of a query: each with the next one and with the one after that."""
    return [(i, j) for i in range(parts) for j in range(i + 1, min(i + 3, parts))]


def occurrences(leaf: Leaf, articles: Ints) -> Ints:
    """The sorted keys where the leaf begins to stand in these articles (sorted, each once)."""
    parts = [keys for keys in (part.starts(articles, MOST) for part in leaf.parts) if len(keys)]
    if not parts:
        return np.zeros(0, np.int64)
    if len(parts) == 1:
        return parts[0]
    both = np.concatenate(parts)
    both.sort(kind="stable")
    return both


def close_pairs(one: Ints, other: Ints, articles: Ints, shares: _Floats) -> _Floats:
    """The weighted nearness of two parts' occurrences in each of the articles.

    `shares` has a row a zone and a column an article: what one mention there counts for.
    """
    low = np.searchsorted(other, one - WINDOW)
    many = np.searchsorted(other, one + WINDOW, side="right") - low
    mine, theirs = np.repeat(one, many), other[spans(low, many)]
    distance = np.abs(mine - theirs)
    if not distance.all():  # a word that is of both parts is near nothing
        mine, distance = mine[distance > 0], distance[distance > 0]
    of = np.searchsorted(articles, article_of(mine))
    added = np.bincount(of, weights=shares[zone_of(mine), of] / distance, minlength=len(articles))
    return added.astype(np.float64, copy=False)


def saturated(tf: _Floats) -> _Floats:
    """From 0 for none to PAIR_K1 + 1 for very many."""
    return tf * (PAIR_K1 + 1) / (PAIR_K1 + tf)


def earliness(keys: Ints, articles: Ints) -> _Floats:
    """How early each of the articles first has what stands at `keys`: 1 in headline or deck, half of that a hundred
    words into the body (a paragraph's end counts as some), 0 where neither has it."""
    if not len(keys):
        return np.zeros(len(articles))
    begin = articles.astype(np.int64) << ARTICLE_SHIFT
    of_body = begin + (_BODY << ZONE_SHIFT)
    first = keys[np.minimum(np.searchsorted(keys, begin), len(keys) - 1)]
    on_top = (first >= begin) & (first < begin + (_HEADLINE_TO_DECK + 1 << ZONE_SHIFT))
    first = keys[np.minimum(np.searchsorted(keys, of_body), len(keys) - 1)] - of_body
    inside = (first >= 0) & (first < 1 << ZONE_SHIFT)
    return np.where(on_top, 1.0, np.where(inside, EARLY_AT / (EARLY_AT + np.where(inside, first, 0)), 0.0))


def bits(articles: Ints, size: int) -> NDArray[np.uint64]:
    """A set of article numbers below `size` as a mask of bits."""
    mask = np.zeros(-(-size // 64) * 64, np.bool_)
    mask[articles] = True
    return np.packbits(mask).view(np.uint64)


def count_of(mask: NDArray[np.uint64]) -> int:
    """How many articles a mask has."""
    return int(np.bitwise_count(mask).sum())
