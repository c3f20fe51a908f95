"""BM25F: how well an article answers a query, from the mentions of the query's parts in its zones.

Zones are weighted and their lengths normalised before saturation, so that a second zone with a word is worth less than
the first, as a second mention is (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
2009, section 3.6.1)::

    tf  = sum over zones of  weight * mentions / (1 - B + B * length / average length)
    idf = ln(1 + (articles - df + 1/2) / (df + 1/2)), the smaller of the article's language's and that of all languages
    score = sum over the query's parts of  idf * (tf * (K1 + 1) / (K1 + tf))

A part of the query is a word in all its forms, or a phrase. Average lengths are those of the article's own language.

Why the smaller of two idfs: with that of all languages alone, a word that is common in one of them (German "war") is
cheap in every other. With that of the article's language alone, an article in a language where the query's words are
strangers is put first, since they are rare there: "president said" gave Portuguese articles before English ones.

The best `DEPTH` articles (and all that equal the last of them) get besides what `newsidx.engine.local._closeness` gives
for words that stand close together, and early.

A score is the same to the bit however the index came to be: it is made of whole numbers counted over the whole index,
in double precision, one article's zones summed in the order of zones and its parts in the order of the query; segments
and the other articles of an array take no part in it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from newsidx.analysis import light_words
from newsidx.codec import Ints
from newsidx.engine.local import _closeness as closeness
from newsidx.engine.local._leaf import Leaf, Part
from newsidx.engine.local._order import best_of, floor_of
from newsidx.engine.local._sets import NONE, unite
from newsidx.engine.local._view import View
from newsidx.schema import ZONES

__all__ = ["DEPTH", "Ranker", "recency"]

# Swept together with what `_closeness` adds; docs/ranking.md says on what, with what result.
K1 = 1.6
B = 0.7
LIGHT = 0.3
"""What a word counts for that every text of its language is full of, beside its idf: in a question (what, which, are,
there) such words are rarer in articles than their idf should have it."""
DEPTH = 100
"""So many articles, the best by BM25F, are looked at for closeness: what lies below gets nothing for it, so none of
them can overtake these."""

_WEIGHTS = tuple(zone.weight or 1.0 for zone in ZONES)  # a zone outside the article counts when it is asked for

_Floats = NDArray[np.float64]

_LONGEST = 1 << 16  # tokens of a zone; for longer ones the norm is worked out article by article

# Looking each found article up in a part's articles costs more than to add the whole part up, unless the found ones
# are so many times fewer: 40 ns against 6 ns an article.
_FEW = 6

_WORTH_PRUNING = 4096  # occurrences of parts: fewer are added up before it is known which of them need not be
# As small a part of all articles that is left is added up sooner than the others are looked at.
_WORTH_A_LOOK = 4
_LOOK_UP = 8  # times what it costs to add one up: to look an article up in a part
_ROUNDED = 1 + 1e-9  # more than sums of a few numbers may be off by, in whatever order they are added

_SPARSE = 8  # as small a part of all: then to clear article by article (1.1 ns) is cheaper than all (0.14 ns)


RECENT = 1.0
RECENT_DAYS = 30
"""With ``recent``, an article as new as the newest that matches counts for twice its score (RECENT), one as many days
older for one and a half times, an undated one for its score. No judged queries of ours tell what readers want here."""
_DAY = 86400


def recency(view: View, found: Ints, now: dt.datetime) -> _Floats:
    """What the scores of these articles are multiplied by where the searcher wants newer ones first."""
    precision, wall = view.column("precision-0")[found], view.column("wall-0")[found].astype(np.float64)
    dated = precision > 0
    if not dated.any():
        return np.ones(len(found))
    today = (now.replace(tzinfo=None) - dt.datetime(1970, 1, 1)).total_seconds()
    newest = min(today, float(wall[dated].max()))
    age = np.maximum(newest - wall, 0.0) / _DAY
    return np.where(dated, 1.0 + RECENT / (1.0 + age / RECENT_DAYS), 1.0)


class Ranker:
    """Scores articles; built once for a search."""

    def __init__(self, view: View, leaves: Sequence[Leaf]) -> None:
        self._view = view
        self._leaves = leaves
        self._counts = view.summary.counts
        self._articles = sum(self._counts.values())
        self._df: dict[int, dict[str, int]] = {}
        self._idf_of: dict[tuple[int, str], float] = {}
        self._masks: dict[int, NDArray[np.uint64]] = {}

    def idf(self, leaf: Leaf, lang: str) -> float:
        """How much finding the part says of an article in a language; never negative."""
        known = self._idf_of.get((id(leaf), lang))
        if known is not None:
            return known
        kept = leaf.parts[0].known.idf if len(leaf.parts) == 1 and leaf.weight == 1.0 else {}
        key = leaf.is_one_word, leaf.form, lang
        if key not in kept:
            kept[key] = self._worked_out(leaf, lang)
        known = self._idf_of[id(leaf), lang] = kept[key]
        return known

    def _worked_out(self, leaf: Leaf, lang: str) -> float:
        return self._rarity(leaf, lang) * (LIGHT if leaf.form and leaf.form in light_words(lang) else 1.0)

    def _rarity(self, leaf: Leaf, lang: str) -> float:
        df = self._df.get(id(leaf))
        if df is None:
            df = self._df[id(leaf)] = self._count(leaf)
        everywhere = _idf(self._articles, sum(df.values()))
        if not leaf.is_one_word:
            return leaf.weight * everywhere
        return leaf.weight * min(_idf(self._counts.get(lang, 0), df.get(lang, 0)), everywhere)

    def scores(self, found: Ints) -> _Floats:
        """The scores of these articles (sorted, each once)."""
        scores = self.weighted(found)
        if self._leaves and len(found):
            scores = scores.copy()
            best = best_of(scores, DEPTH)
            scores[best] += self._beside(found[best])
        return scores

    def best(self, found: Ints) -> tuple[Ints, _Floats]:
        """The best `DEPTH` of these articles (sorted, each once), and all that equal the last of them, with their
        scores."""
        return self._with_closeness(found, self.weighted(found))

    def _with_closeness(self, found: Ints, scores: _Floats) -> tuple[Ints, _Floats]:
        best = best_of(scores, DEPTH)
        found, scores = found[best], scores[best]
        if self._leaves and len(found):
            scores += self._beside(found)
        return found, scores

    def best_of_any(self, in_scope: Ints | None) -> tuple[Ints, _Floats]:
        """As `best`, of all articles within the scope (None: of all) that have any of the leaves.

        What a part can give at most is known. Those that give most are added up first; as soon as the `DEPTH` best are
        better for sure than any article can become that has only the rest, the rest is looked up for those articles
        alone that can still be among the best. An article's sum is made in the order of the query all the same.
        """
        parts = [(leaf, part) for leaf in self._leaves for part in leaf.parts]
        worths = [self._worth_of_any(leaf, part) for leaf, part in parts]
        candidates = self._candidates(parts, worths, in_scope)
        if candidates is None:
            found = unite([part.articles for _, part in parts])
            return self.best(found if in_scope is None else found[in_scope[found]])
        scores = np.zeros(len(candidates))
        for (_, part), (values, _) in zip(parts, worths, strict=True):
            there, place = _standing(part, candidates)
            scores[there] += values[place]
        return self._with_closeness(candidates, scores)

    def _worth_of_any(self, leaf: Leaf, part: Part) -> tuple[_Floats, float]:
        values = self._of_part(leaf, part)
        worth = part.known.worth
        if worth is not None and worth[1] is values:
            return values, worth[2]
        return values, float(values.max()) if len(values) else 0.0

    def _candidates(
        self, parts: Sequence[tuple[Leaf, Part]], worths: Sequence[tuple[_Floats, float]], in_scope: Ints | None
    ) -> Ints | None:
        """The articles that may be among the `DEPTH` best, or equal the last of them; None where that is not known
        before all is added up."""
        order = sorted(range(len(parts)), key=lambda i: -worths[i][1])
        left = sum([len(part.articles) for _, part in parts])
        if left < _WORTH_PRUNING:
            return None
        rest = sum([most for _, most in worths])
        everything = self._view.scratches[0]
        try:
            for n, i in enumerate(order):
                values, most = worths[i]
                np.add.at(everything, parts[i][1].articles, values)  # no article comes twice; half the time of +=
                rest -= most
                left -= len(values)
                if left and left * _WORTH_A_LOOK < len(everything):
                    continue
                if in_scope is not None:
                    everything *= in_scope
                least = rest * _ROUNDED if left else 0.0
                # Most of the best have what gives most; where that is no help, all are looked at.
                floor = floor_of(everything.take(parts[order[0]][1].articles), DEPTH)
                if floor <= least:
                    floor = floor_of(everything, DEPTH)
                if floor <= least:
                    continue
                found: Ints = (everything >= (floor - max(rest, 0.0)) / _ROUNDED).nonzero()[0]
                if not left:
                    return found
                if len(found) * len(parts) * _LOOK_UP < left:
                    return self._closer(found, everything[found], [(parts[j][1], worths[j][0]) for j in order[n + 1 :]])
            return None
        finally:
            everything.fill(0.0)

    @staticmethod
    def _closer(found: Ints, sums: _Floats, rest: Sequence[tuple[Part, _Floats]]) -> Ints:
        """Those of the articles that may be among the best once their sums have the rest in them too."""
        if len(found) <= 2 * DEPTH:
            return found
        for part, values in rest:
            there, place = _standing(part, found)
            sums[there] += values[place]
        return found[sums >= floor_of(sums, DEPTH) / _ROUNDED]

    def weighted(self, found: Ints) -> _Floats:
        """BM25F of these articles."""
        scores = np.zeros(len(found))
        if not len(found):
            return scores
        parts = [(leaf, part) for leaf in self._leaves for part in leaf.parts]
        if len(found) * _FEW < max([len(part.articles) for _, part in parts], default=0):
            for leaf, part in parts:
                values = self._at_hand(leaf, part)
                if values is None:
                    scores += self._idfs(leaf, part.lang, found) * self._saturated(part, found)
                else:
                    there, place = _standing(part, found)
                    scores[there] += values[place]
            return scores
        if len(parts) == 1 and found is parts[0][1].articles:
            return self._of_part(*parts[0])
        everything = self._view.scratches[0]
        try:
            for i, (leaf, part) in enumerate(parts):
                if i:
                    np.add.at(everything, part.articles, self._of_part(leaf, part))
                else:
                    everything[part.articles] = self._of_part(leaf, part)
            return everything.take(found)
        finally:
            if sum([len(part.articles) for _, part in parts]) * _SPARSE < len(everything):
                for _, part in parts:
                    everything[part.articles] = 0.0
            else:
                everything.fill(0.0)

    def _at_hand(self, leaf: Leaf, part: Part) -> _Floats | None:
        """What the part gives each of its articles, where that is known or worth to be known: a word that is asked for
        again, with the weight that it had before."""
        known = part.known
        known.weighed += 1
        if (known.worth is None and known.weighed == 1) or (part.lang is None and len(self._view.languages[0]) > 1):
            return None
        idf = self._idfs(leaf, part.lang, NONE)
        if not isinstance(idf, float) or (known.worth is not None and known.worth[0] != idf):
            return None
        return self._worth(part, idf)[0]

    def _of_part(self, leaf: Leaf, part: Part) -> _Floats:
        """What the part alone gives each of its articles."""
        idf = self._idfs(leaf, part.lang, part.articles)
        if not isinstance(idf, float):
            return idf * self._saturated(part, part.articles)
        return self._worth(part, idf)[0]

    def _worth(self, part: Part, idf: float) -> tuple[_Floats, float]:
        """(what a part of one language gives each of its articles, which is not to be changed; the most of it)."""
        worth = part.known.worth
        if worth is None or worth[0] != idf:
            values = idf * self._saturated(part, part.articles)
            worth = part.known.worth = idf, values, float(values.max()) if len(values) else 0.0
        return worth[1:]

    def _beside(self, articles: Ints) -> _Floats:
        """What these articles get for words of the query that stand close together, and early."""
        total = np.zeros(len(articles))
        if len(self._leaves) == 1:
            early = closeness.earliness(self._leaves[0], articles)
            langs, at = self._languages(articles)
            idfs = np.array([[self.idf(self._leaves[0], lang) for lang in langs]])
            total += (closeness.EARLY * self._spread(idfs, at) * early)[0]
            return total
        gathered = closeness.Gathered.of(self._leaves, articles)
        if not len(gathered.keys):
            return total
        langs, at = self._languages(articles)
        earliness = gathered.earliness()
        idfs = np.array([[self.idf(leaf, lang) for lang in langs] for leaf in self._leaves])
        # Row by row, so that an article's sum does not depend on how many articles there are.
        for row in closeness.EARLY * self._spread(idfs, at) * earliness:
            total += row
        stands = (earliness > 0).astype(np.float32)
        together = (stands @ stands.T).tolist()
        pairs = [(i, j) for i, j in closeness.neighbours(len(self._leaves)) if together[i][j]]
        if not pairs:
            return total
        near = gathered.nearness(pairs, self._shares(articles, gathered.zones()))
        there = np.flatnonzero(near.any(axis=1)).tolist()
        if there:
            idfs = self._pair_idfs([pairs[i] for i in there], langs)
            for row in closeness.PAIR * self._spread(idfs, at) * closeness.saturated(near[there]):
                total += row
        return total

    def _languages(self, articles: Ints) -> tuple[list[str], Ints | None]:
        """(the languages of the articles, the number of each one's among these; None where there is one only)."""
        names, numbers = self._view.languages
        if len(names) == 1:
            return names, None
        present, at = np.unique(numbers[articles], return_inverse=True)
        return [names[number] for number in present.tolist()], at

    @staticmethod
    def _spread(by_lang: _Floats, at: Ints | None) -> _Floats:
        """What is known by language (a column each), for each article; one column where all are of one language."""
        return by_lang if at is None else by_lang[:, at]

    def _shares(self, articles: Ints, zones: Sequence[int]) -> _Floats:
        """What a mention counts for, by zone and article; other zones are left empty."""
        shares = np.zeros((len(ZONES), len(articles)))
        names, _ = self._view.languages
        lang = names[0] if len(names) == 1 else None
        for zone in zones:
            shares[zone] = _WEIGHTS[zone] / self._norm(lang, zone, articles)
        return shares

    def _pair_idfs(self, pairs: Sequence[tuple[int, int]], langs: Sequence[str]) -> _Floats:
        """How much it says of an article that two parts of the query stand near each other in it: a row a pair, a
        column a language."""
        both = [self._mask(self._leaves[i]) & self._mask(self._leaves[j]) for i, j in pairs]
        everywhere = self._pair_counts(both, None)
        rarity = [_idf(self._articles, closeness.BOTH_NEAR * count) for count in everywhere]
        rows = [[each] * len(langs) for each in rarity]
        if len(self._view.languages[0]) > 1:
            for column, lang in enumerate(langs):
                for row, count in zip(rows, self._pair_counts(both, lang), strict=True):
                    row[column] = min(row[column], _idf(self._counts.get(lang, 0), closeness.BOTH_NEAR * count))
        weights = [min(self._leaves[i].weight, self._leaves[j].weight) for i, j in pairs]
        return np.array([[weight * each for each in row] for weight, row in zip(weights, rows, strict=True)])

    def _pair_counts(self, both: Sequence[NDArray[np.uint64]], lang: str | None) -> list[int]:
        """How many counted articles of a language (None: of any) each of the masks has."""
        if lang is not None or not self._view.all_counted:
            counted = self._view.counted_in(lang)
            return [closeness.count_of(each & counted) for each in both]
        return [closeness.count_of(each) for each in both]

    def _mask(self, leaf: Leaf) -> NDArray[np.uint64]:
        """The articles of a leaf as bits."""
        mask = self._masks.get(id(leaf))
        if mask is None and not leaf.parts:
            mask = self._masks[id(leaf)] = closeness.bits(NONE, self._view.size)
        elif mask is None:
            for part in leaf.parts:
                bits = closeness.bits_of(part, self._view.size)
                mask = bits if mask is None else mask | bits
            assert mask is not None, "asked for leaves that stand somewhere"
            self._masks[id(leaf)] = mask
        return mask

    def _saturated(self, part: Part, articles: Ints) -> _Floats:
        """How well each of these articles does by the part: 0 where it does not stand, less than K1 + 1 where it does
        most."""
        if articles is part.articles:
            tf = self._added_up(part)
        else:
            tf = np.zeros(len(articles))
            for mentions in part.zones:
                where, counts = _looked_up(mentions.articles, mentions.counts, articles)
                tf[where] += _WEIGHTS[mentions.zone] * counts / self._norm(part.lang, mentions.zone, articles[where])
        return tf * (K1 + 1) / (K1 + tf)

    def _added_up(self, part: Part) -> _Floats:
        """The weighted mentions in each of the part's articles."""
        by_zone = [
            (m.articles, _WEIGHTS[m.zone] * m.counts / self._norm(part.lang, m.zone, m.articles)) for m in part.zones
        ]
        if len(by_zone) == 1:
            return by_zone[0][1]
        every = self._view.scratches[1]
        for articles, tf in by_zone:
            every[articles] += tf
        total = every[part.articles]
        every[part.articles] = 0.0
        return total

    def _norm(self, lang: str | None, zone: int, articles: Ints) -> _Floats:
        """What mentions in a zone of these articles are divided by."""
        length = self._view.column(f"length-{zone}")
        if lang is None and len(self._view.languages[0]) == 1:
            lang = self._view.languages[0][0]
        if lang is None:
            return _length_norm(length[articles], self._averages(None, zone, articles))
        norms = self._view.norms.get((lang, zone))
        if norms is None:
            # By length rather than by article: one look-up in place of a multiplication, a division and a sum.
            longest = min(int(length.max()) if len(length) else 0, _LONGEST)
            norms = _length_norm(np.arange(longest + 1), self._average(lang, zone))
            self._view.norms[lang, zone] = norms
        of = length[articles]
        return norms[of] if len(norms) <= _LONGEST else _length_norm(of, self._average(lang, zone))

    def _averages(self, lang: str | None, zone: int, articles: Ints) -> float | _Floats:
        if lang is not None:
            return self._average(lang, zone)
        names, numbers = self._view.languages
        return np.array([self._average(name, zone) for name in names])[numbers[articles]]

    def _average(self, lang: str, zone: int) -> float:
        tokens = self._view.summary.tokens.get(lang)
        if not tokens:
            return 1.0
        return max(tokens[zone], 1) / max(self._counts.get(lang, 0), 1)

    def _idfs(self, leaf: Leaf, lang: str | None, articles: Ints) -> float | _Floats:
        if lang is not None:
            return self.idf(leaf, lang)
        names, numbers = self._view.languages
        if len(names) == 1:
            return self.idf(leaf, names[0])
        return np.array([self.idf(leaf, name) for name in names])[numbers[articles]]

    def _count(self, leaf: Leaf) -> dict[str, int]:
        """How many counted articles of each language have it."""
        df: dict[str, int] = {}
        for part in leaf.parts:
            if part.known.df is None:
                part.known.df = self._count_part(part)
            for lang, count in part.known.df.items():
                df[lang] = df.get(lang, 0) + count
        return df

    def _count_part(self, part: Part) -> dict[str, int]:
        view = self._view
        articles = part.articles
        if part.lang is not None:
            counted = len(articles) if view.all_counted else int(np.count_nonzero(view.counted[articles]))
            return {part.lang: counted}
        names, numbers = view.languages
        each = np.bincount(numbers[articles[view.counted[articles]]], minlength=len(names)).tolist()
        return dict(zip(names, each, strict=True))


def _standing(part: Part, articles: Ints) -> tuple[Ints, Ints]:
    """(which of the articles have the part, where they stand among its own)."""
    place = part.articles.searchsorted(articles)
    there = (part.articles.take(place, mode="clip") == articles).nonzero()[0]
    return there, place[there]


def _length_norm(length: Ints, average: float | _Floats) -> _Floats:
    return 1 - B + B * length / average


def _looked_up(having: Ints, counts: Ints, articles: Ints) -> tuple[Ints, Ints]:
    """(which of `articles` are among `having`, their counts)."""
    if len(having) * 4 < len(articles):
        place = np.minimum(np.searchsorted(articles, having), len(articles) - 1)
        there = articles[place] == having
        return place[there], counts[there]
    articles = articles.astype(having.dtype, copy=False)  # or all of the others would be converted
    place = np.minimum(np.searchsorted(having, articles), max(len(having) - 1, 0))
    there = np.flatnonzero(having[place] == articles)
    return there, counts[place[there]]


def _idf(articles: int, df: float) -> float:
    # An article outside the statistics (of a kind asked for by name) may be the only one that has the word.
    return math.log(1 + (max(articles - df, 0) + 0.5) / (df + 0.5))
