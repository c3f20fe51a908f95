"""The slow, obvious engine: articles in a list, every query answered by reading all of them from front to back.

It shares with the real one only the analysis of single words and the rules for names (`_marks.folded`); matching,
counting and ranking are written again, as plainly as they can be said.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newsidx import analysis, query
from newsidx.model import Article
from newsidx.query import tree as nodes
from newsidx.schema import BARE_ZONES, DEFAULT_KINDS, ZONES, zone_texts

K1, B = 1.2, 0.75
_Leaf = tuple[nodes.Word | nodes.Phrase, set[str], float]


@dataclass(frozen=True)
class Stored:
    article: Article
    earlier: bool


class Reference:
    def __init__(self, stored: Iterable[Stored], now: dt.datetime) -> None:
        self.stored = list(stored)
        self.now = now

    def matching(self, tree: nodes.Node) -> set[str]:
        return {s.article.id for s in self._in_scope(tree) if self._holds(s.article, tree, set(BARE_ZONES))}

    def ranked(self, tree: nodes.Node) -> list[tuple[str, float]]:
        found = [s.article for s in self._in_scope(tree) if self._holds(s.article, tree, set(BARE_ZONES))]
        scored = [(self._score(article, tree), article) for article in found]
        scored.sort(key=lambda pair: (-pair[0], *self._newest(pair[1]), pair[1].id))
        return [(article.id, score) for score, article in scored]

    @staticmethod
    def _newest(article: Article) -> tuple[bool, float]:
        return article.published is None, -article.published.sort_key() if article.published else 0.0

    # Scope

    def _in_scope(self, tree: nodes.Node) -> Iterator[Stored]:
        fields = {node.field for node in nodes.walk(tree) if isinstance(node, nodes.Attr)}
        for s in self.stored:
            if s.earlier and not fields & {"versions", "id"}:
                continue
            if s.article.kind not in DEFAULT_KINDS and not fields & {"kind", "id"}:
                continue
            yield s

    # Matching

    def _holds(self, article: Article, node: nodes.Node, zones: set[str]) -> bool:
        match node:
            case nodes.Every():
                return True
            case nodes.Word() | nodes.Phrase():
                return self._mentions(article, node, zones) != {}
            case nodes.And(parts):
                worded = [part for part in parts if not self._is_wordless(part)]
                return all(self._holds(article, part, zones) for part in worded)
            case nodes.Or(parts):
                return any(self._holds(article, part, zones) for part in parts)
            case nodes.Not(part):
                return not self._holds(article, part, zones)
            case nodes.Boost(inner, _):
                return self._holds(article, inner, zones)
            case nodes.In(zone, inner):
                return self._holds(article, inner, {z.name for z in ZONES} if zone == "any" else {zone})
            case nodes.Attr(field, value):
                return self._has(article, field, value)
            case nodes.Range(_, low, high, low_in, high_in):
                n = article.words
                return (low is None or n > low or (low_in and n == low)) and (
                    high is None or n < high or (high_in and n == high)
                )
            case nodes.When():
                return query.interval(node, self.now).holds(getattr(article, node.clock))
            case nodes.WhenNone(clock):
                return getattr(article, clock) is None
        raise AssertionError(f"the reference does not know {node}")

    @staticmethod
    def _is_wordless(node: nodes.Node) -> bool:
        return isinstance(node, nodes.Word | nodes.Phrase) and not analysis.tokens(node.text)

    @staticmethod
    def _has(article: Article, field: str, value: str | None) -> bool:
        def same(a: str | None, b: str) -> bool:
            return a is not None and " ".join(analysis.fold(a.casefold()).split()) == " ".join(
                analysis.fold(b.casefold()).split()
            )

        source = article.source
        domain = source.domain or ""
        match field, value:
            case "source", None:
                return source.name is None and source.domain is None
            case "source", str(v):
                return same(source.name, v) or same(source.domain, v)
            case "site", str(v) if v.startswith("*."):
                return domain.endswith(v[1:])
            case "site", str(v):
                return domain == v or domain.endswith("." + v)
            case "tag", str(v):
                return any(same(tag, v) for tag in article.tags)
            case "lang", None:
                return article.lang is None
            case "lang", str(v):
                lang = (article.lang or "").lower()
                return lang == v.lower() or lang.startswith(v.lower() + "-")
            case "kind", str(v):
                return article.kind == v
            case "id", str(v):
                return article.id.startswith(v)
            case "versions", _:
                return True
            case "has", str(v):
                return bool(getattr(article, {"date": "published", "headline": "headline"}.get(v, v + "s")))
        raise AssertionError(f"the reference does not know {field}:{value}")

    def _mentions(self, article: Article, leaf: nodes.Word | nodes.Phrase, zones: set[str]) -> dict[str, int]:
        """How often each zone has the leaf's words next to each other, in any form; only zones that have them."""
        if isinstance(leaf, nodes.Word):
            readings = analysis.readings(leaf.text)
        else:
            forms = tuple(token.form for token in analysis.tokens(leaf.text))
            readings = (forms,) if forms else ()
        found = {}
        lang = analysis.primary(article.lang)
        for zone, paragraphs in zone_texts(article):
            if zone.name not in zones:
                continue
            marked: set[tuple[int, int]] = set()
            for number, paragraph in enumerate(paragraphs):
                forms = [token.form for token in analysis.tokens(paragraph)]
                for wanted in readings:
                    for i in range(len(forms) - len(wanted) + 1):
                        if all(_match(forms[i + j], word, lang) for j, word in enumerate(wanted)):
                            marked |= {(number, i + j) for j in range(len(wanted))}
            if marked:
                found[zone.name] = len(marked)
        return found

    # Ranking

    def _score(self, article: Article, tree: nodes.Node) -> float:
        return sum(
            self._leaf_score(article, leaf, zones, weight)
            for leaf, zones, weight in self._leaves(tree, set(BARE_ZONES), 1.0)
        )

    def _leaves(self, node: nodes.Node, zones: set[str], weight: float) -> Iterator[_Leaf]:
        match node:
            case nodes.Word() | nodes.Phrase():
                yield node, zones, weight
            case nodes.And(parts) | nodes.Or(parts):
                for part in parts:
                    yield from self._leaves(part, zones, weight)
            case nodes.Boost(inner, by):
                yield from self._leaves(inner, zones, weight * by)
            case nodes.In(zone, inner):
                yield from self._leaves(inner, {z.name for z in ZONES} if zone == "any" else {zone}, weight)

    def _idf(self, peers: list[Article], leaf: nodes.Word | nodes.Phrase, zones: set[str]) -> float:
        df = sum(1 for peer in peers if self._mentions(peer, leaf, zones))
        return math.log(1 + (len(peers) - df + 0.5) / (df + 0.5))

    def _leaf_score(self, article: Article, leaf: nodes.Word | nodes.Phrase, zones: set[str], weight: float) -> float:
        lang = analysis.primary(article.lang)
        peers = [
            s.article
            for s in self.stored
            if not s.earlier and s.article.kind in DEFAULT_KINDS and analysis.primary(s.article.lang) == lang
        ]
        mentions = self._mentions(article, leaf, zones)
        if not mentions:
            return 0.0
        everyone = [s.article for s in self.stored if not s.earlier and s.article.kind in DEFAULT_KINDS]
        idf = min(self._idf(peers, leaf, zones), self._idf(everyone, leaf, zones))
        tf = 0.0
        for zone in ZONES:
            if zone.name in mentions:
                total = sum(_length(peer, zone.name) for peer in peers)
                average = max(total, 1) / max(len(peers), 1)
                norm = 1 - B + B * _length(article, zone.name) / average
                tf += (zone.weight or 1.0) * mentions[zone.name] / norm
        return weight * idf * tf * (K1 + 1) / (K1 + tf)


def _match(form: str, word: str, lang: str | None) -> bool:
    return bool({*analysis.terms(form, lang)} & {*analysis.terms(word, lang)})


def _length(article: Article, zone: str) -> int:
    paragraphs = next(texts for z, texts in zone_texts(article) if z.name == zone)
    return sum(len(analysis.tokens(paragraph)) for paragraph in paragraphs)
