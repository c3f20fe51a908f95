"""Pseudo-relevance feedback, as a choice of the searcher: the words of the best hits count beside the query's own.

The relevance model RM3 (Lavrenko and Croft, "Relevance-based language models", SIGIR 2001; Abdul-Jaleel et al., UMass
at TREC 2004): words that the `ARTICLES` best hits use much, and that are rare elsewhere, get a weight each; all of
them together weigh (1 - OWN) / OWN of what the query's own parts do. They rank; what matches is what it was. Which
words these are depends on articles and index alone, so the order is as repeatable as without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from newsidx import analysis
from newsidx.codec import Ints
from newsidx.engine.local._leaf import Leaf, ListedPart
from newsidx.engine.local._order import ordered
from newsidx.engine.local._rank import Ranker
from newsidx.engine.local._view import View
from newsidx.engine.local._words import BARE, Words
from newsidx.engine.local._zoned import zoned

__all__ = ["feedback"]

# As published, but for OWN (.6 there): with more weight on the query, known items lose less. docs/ranking.md.
ARTICLES = 5
WORDS = 20
OWN = 0.7
_CANDIDATES = 200  # words whose rarity is looked up
_MOST_TOKENS = 5000  # of an article; what it is about it says by then
_SHORTEST = 3


def feedback(view: View, words: Words, ranker: Ranker, leaves: Sequence[Leaf], found: Ints) -> Ints:
    """The scores of the articles found, with the words of the best of them."""
    scores = ranker.scores(found)
    best = ordered(view, scores, found, "relevance", ARTICLES, 0)
    whole = sum(hit.score for hit in best)
    if not leaves or not whole:
        return scores
    weights: dict[tuple[str, str], float] = {}
    for hit in best:
        article = view.article(hit.number)
        lang = analysis.primary(article.lang)
        counts = _counted(words, "\n".join((article.headline or "", article.deck or "", *article.body)), lang)
        total = counts.total()
        for term, count in counts.items():
            key = term, lang or ""
            weights[key] = weights.get(key, 0.0) + hit.score / whole * count / total
    chosen = []
    for (term, lang), weight in sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:_CANDIDATES]:
        lists = {z: some for z, some in view.term_lists(term, lang or None).items() if z in BARE.zones}
        if lists:
            leaf = Leaf(term, (ListedPart(lang, zoned(lists)),))
            chosen.append((weight * ranker.idf(leaf, lang), term, lang, leaf))
    chosen.sort(key=lambda each: (-each[0], each[1:3]))
    shares = sum(each[0] for each in chosen[:WORDS])
    if not shares:
        return scores
    scale = sum(leaf.weight for leaf in leaves) * (1 - OWN) / OWN / shares
    more = [Leaf(term, leaf.parts, share * scale) for share, term, _, leaf in chosen[:WORDS]]
    return scores + Ranker(view, more).weighted(found)


def _counted(words: Words, text: str, lang: str | None) -> Counter[str]:
    """How often each term stands in the text; words of no subject, numbers and very short ones left out."""
    light = analysis.light_words(lang)
    forms = Counter(analysis.spans(text).forms[:_MOST_TOKENS])
    counts: Counter[str] = Counter()
    for form, count in forms.items():
        if len(form) >= _SHORTEST and form.isalpha() and analysis.fold(form) not in light:
            counts[next(iter(words.terms(form, lang)))] += count
    return counts
