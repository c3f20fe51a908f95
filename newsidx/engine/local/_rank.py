"""BM25F: how well an article answers a query, from the mentions of the query's parts in its zones.

Zones are weighted and their lengths normalised before saturation, so that a second zone with a word is worth less than
the first, as a second mention is (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
2009, section 3.6.1)::

    tf  = sum over zones of  weight * mentions / (1 - B + B * length / average length)
    idf = ln(1 + (articles - df + 1/2) / (df + 1/2)), the smaller of the article's language's and that of all languages
    score = sum over the query's parts of  idf * tf * (K1 + 1) / (K1 + tf)

A part of the query is a word in all its forms, or a phrase. Average lengths are those of the article's own language.

Why the smaller of two idfs: with that of all languages alone, a word that is common in one of them (German "war") is
cheap in every other. With that of the article's language alone, an article in a language where the query's words are
strangers is put first, since they are rare there: "president said" gave Portuguese articles before English ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsidx.analysis import ZONE_SHIFT, primary
from newsidx.engine.local._facts import Facts
from newsidx.engine.local._summary import Summary
from newsidx.schema import ZONES

__all__ = ["Leaf", "Ranker"]

# The usual values for news text; no collection of ours has been swept for them yet.
K1 = 1.2
B = 0.75

_WEIGHTS = tuple(zone.weight or 1.0 for zone in ZONES)  # a zone outside the article counts when it is asked for


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part of the query that articles are ranked by, by article number: `places` are all words of its occurrences,
    `starts` their first words, so that a phrase is mentioned once where it stands once. `df` counts the articles that
    have it, language by language; `weight` is what the searcher gave it."""

    label: str
    places: Mapping[int, Sequence[int]]
    starts: Mapping[int, Sequence[int]]
    df: Mapping[str, int]
    weight: float = 1.0


class Ranker:
    """Scores articles; built once for a search."""

    def __init__(self, summary: Summary, leaves: Sequence[Leaf]) -> None:
        self._leaves = leaves
        self._counts = summary.counts
        self._articles = sum(summary.counts.values())
        self._averages = {
            lang: [max(total, 1) / max(summary.counts.get(lang, 0), 1) for total in tokens]
            for lang, tokens in summary.tokens.items()
        }

    def idf(self, leaf: Leaf, lang: str) -> float:
        """How much finding the part says of an article in a language; never negative."""
        own = _idf(self._counts.get(lang, 0), leaf.df.get(lang, 0))
        everywhere = _idf(self._articles, sum(leaf.df.values()))
        return leaf.weight * min(own, everywhere)

    def score(self, number: int, facts: Facts) -> float:
        """The article's score: a sum over the parts in the order of the query, so that it is the same every time."""
        lang = primary(facts.lang) or ""
        averages = self._averages.get(lang) or [1.0] * len(ZONES)
        score = 0.0
        for leaf in self._leaves:
            starts = leaf.starts.get(number)
            if not starts:
                continue
            mentions: dict[int, int] = {}
            for start in starts:
                zone = start >> ZONE_SHIFT
                mentions[zone] = mentions.get(zone, 0) + 1
            tf = 0.0
            for zone, count in sorted(mentions.items()):
                tf += _WEIGHTS[zone] * count / (1 - B + B * facts.lengths[zone] / averages[zone])
            score += self.idf(leaf, lang) * tf * (K1 + 1) / (K1 + tf)
        return score


def _idf(articles: int, df: int) -> float:
    # An article outside the statistics (of a kind asked for by name) may be the only one that has the word.
    return math.log(1 + (max(articles - df, 0) + 0.5) / (df + 0.5))
