"""The slow, obvious engine: articles in a list, every query answered by reading all of them from front to back.

It shares with the real one only the analysis of single words and the rules for names (`_marks.folded`); matching,
counting and ranking are written again, as plainly as they can be said.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from newsidx import analysis, query
from newsidx.model import Article
from newsidx.query import tree as nodes
from newsidx.schema import BARE_ZONES, DEFAULT_KINDS, ZONES, zone_texts

K1, B, LIGHT, DEPTH = 1.6, 0.7, 0.3, 100
PAIR, PAIR_K1, WINDOW, EARLY, EARLY_AT = 0.3, 1.6, 8, 0.5, 100
RUNNING = ("headline", "deck", "body")
ZONE_WEIGHTS = {zone.name: zone.weight or 1.0 for zone in ZONES}
_Leaf = tuple[nodes.Node, set[str], float]
_Run = tuple[str, int, int]
"""(zone, first position, last position)"""


@dataclass(frozen=True)
class Token:
    zone: str
    position: int
    paragraph: int
    sentence: int
    ordinal: int
    form: str
    surface: str
    in_deck: int


_TOKENS: dict[str, tuple[Article, tuple[Token, ...]]] = {}
_MOST_KEPT = 1000


def tokens_of(article: Article) -> tuple[Token, ...]:
    """Every token of the article, positions counted as phrases and nearness count them."""
    kept, tokens = _TOKENS.get(article.id, (None, ()))
    if kept is not article:  # it may be another text of the same ID
        tokens = tuple(_tokens(article))
        if len(_TOKENS) >= _MOST_KEPT:
            _TOKENS.clear()
        _TOKENS[article.id] = article, tokens
    return tokens


def _tokens(article: Article) -> list[Token]:
    found: list[Token] = []
    lang = analysis.primary(article.lang)
    deck = sum(len(analysis.tokens(text)) for text in ((article.deck,) if article.deck else ()))
    for zone, paragraphs in zone_texts(article):
        position = ordinal = sentence = number = 0
        for text in paragraphs:
            tokens = analysis.tokens(text)
            if not tokens:
                continue
            begin = set(analysis.sentence_starts(text, [token.start for token in tokens], lang)) | {0}
            for i, token in enumerate(tokens):
                sentence += i in begin
                surface = analysis.surface_form(text[token.start : token.end])
                found.append(Token(zone.name, position, number, sentence, ordinal, token.form, surface, deck))
                position += 1
                ordinal += 1
            position += analysis.PARAGRAPH_GAP
            number += 1
    return found


def _inside(token: Token, zones: set[str]) -> bool:
    if "lead" in zones:
        return token.zone in ("headline", "deck") or (token.zone == "body" and token.paragraph < 2)
    if "first50" in zones:
        before = token.in_deck if token.zone == "body" else 0
        return token.zone in ("deck", "body") and before + token.ordinal < 50
    return token.zone in zones


@dataclass(frozen=True)
class Stored:
    article: Article
    earlier: bool


class Capital(nodes.Exact):
    """An abbreviation in capitals."""

    __slots__ = ()


@dataclass(frozen=True, eq=False)
class WithNeighbour(nodes.Node):
    """A word, or what it is as one with the word beside it."""

    word: nodes.Node
    joined: tuple[str, ...]
    span: nodes.Span = (0, 0)


def _as_one(left: nodes.Node, right: nodes.Node) -> list[str]:
    """COVID 19 as one word, and F 16 with its plural."""
    if not (isinstance(left, nodes.Word) and isinstance(right, nodes.Word)):
        return []
    forms = [token.form for node in (left, right) for token in analysis.tokens(node.text)]
    if len(forms) != 2 or [bool(re.fullmatch(r"[0-9.,]+", form)) for form in forms].count(True) != 1:
        return []
    if not any(form.isalpha() for form in forms):
        return []
    return [run[0] for run in analysis.readings("".join(forms)) if len(run) == 1]


class Reference:
    def __init__(self, stored: Iterable[Stored], now: dt.datetime) -> None:
        self.stored = list(stored)
        self.now = now

    def matching(self, tree: nodes.Node) -> set[str]:
        tree = self._capitals(self._neighbours(tree), set(BARE_ZONES))
        return {s.article.id for s in self._in_scope(tree) if self._holds(s.article, tree, set(BARE_ZONES))}

    def ranked(self, tree: nodes.Node) -> list[tuple[str, float]]:
        tree = self._capitals(self._neighbours(tree), set(BARE_ZONES))
        found = [s.article for s in self._in_scope(tree) if self._holds(s.article, tree, set(BARE_ZONES))]
        scored = [(self._score(article, tree), article) for article in found]
        depth = sorted((score for score, _ in scored), reverse=True)[:DEPTH]
        scored = [(s + self._beside(article, tree) if s >= depth[-1] else s, article) for s, article in scored]
        scored.sort(key=lambda pair: (-pair[0], *self._newest(pair[1]), pair[1].id))
        return [(article.id, score) for score, article in scored]

    @staticmethod
    def _newest(article: Article) -> tuple[bool, float]:
        return article.published is None, -article.published.sort_key() if article.published else 0.0

    def _capitals(self, node: nodes.Node, zones: set[str]) -> nodes.Node:
        """The node with each abbreviation that some article has in capitals made one that means just these. What is
        searched where nothing is said of kinds and versions decides, so that no condition changes a word."""
        if isinstance(node, nodes.Word) and re.fullmatch(r"[A-Z]{2,4}|([A-Z]\.){2,4}", node.text):
            only = Capital(node.text)
            return only if any(_stretches(s.article, only, zones) for s in self._in_scope(nodes.Every())) else node
        if isinstance(node, nodes.In):
            zones = {z.name for z in ZONES} if node.zone == "any" else {node.zone}
        changes: dict[str, object] = {}
        for name in node.__match_args__:
            value = getattr(node, name)
            if isinstance(value, nodes.Node):
                changes[name] = self._capitals(value, zones)
            elif name == "parts" and not isinstance(node, nodes.Wildcard):
                changes[name] = tuple(self._capitals(part, zones) for part in value)
        return dataclasses.replace(node, **changes) if changes else node

    def _neighbours(self, node: nodes.Node) -> nodes.Node:
        """The node with each word beside another, which articles may write as one with it, made both."""
        changes: dict[str, object] = {}
        for name in node.__match_args__:
            value = getattr(node, name)
            if isinstance(value, nodes.Node):
                changes[name] = self._neighbours(value)
            elif name == "parts" and not isinstance(node, nodes.Wildcard):
                changes[name] = tuple(map(self._neighbours, value))
        if isinstance(node, nodes.And) and node.implied:
            parts = []
            for i, part in enumerate(node.parts):
                before = _as_one(node.parts[i - 1], part) if i else []
                joined = before + (_as_one(part, node.parts[i + 1]) if i + 1 < len(node.parts) else [])
                parts.append(WithNeighbour(part, tuple(joined)) if joined else self._neighbours(part))
            changes["parts"] = tuple(parts)
        return dataclasses.replace(node, **changes) if changes else node

    # Scope

    def _in_scope(self, tree: nodes.Node) -> Iterator[Stored]:
        fields = set(self._asked_for(tree, True))
        for s in self.stored:
            if s.earlier and not fields & {"versions", "id"}:
                continue
            if s.article.kind not in DEFAULT_KINDS and not fields & {"kind", "id"}:
                continue
            yield s

    def _asked_for(self, node: nodes.Node, positive: bool) -> Iterator[str]:
        if isinstance(node, nodes.Attr) and positive:
            yield node.field
        for child in nodes.children(node):
            yield from self._asked_for(child, positive != isinstance(node, nodes.Not))

    # Matching

    def _holds(self, article: Article, node: nodes.Node, zones: set[str]) -> bool:
        match node:
            case nodes.Every():
                return True
            case (
                nodes.Word()
                | nodes.Phrase()
                | nodes.Exact()
                | nodes.Wildcard()
                | nodes.Fuzzy()
                | nodes.Near()
                | nodes.Same()
                | WithNeighbour()
            ):
                return self._mentions(article, node, zones) != {}
            case nodes.AtLeast(count, inner):
                return self._holds(article, inner, zones) and _count(article, inner, zones) >= count
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
            case "tag" | "author" | "section", None:
                return not _names(article, field)
            case "tag" | "author" | "section", str(v):
                return any(same(name, v) for name in _names(article, field))
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

    @staticmethod
    def _mentions(article: Article, leaf: nodes.Node, zones: set[str]) -> dict[str, int]:
        """How often each zone has the leaf, by where it begins; only zones that have it."""
        found: dict[str, int] = {}
        for zone, _ in _begin(article, leaf, zones):
            found[zone] = found.get(zone, 0) + 1
        return found

    # Ranking

    def _score(self, article: Article, tree: nodes.Node) -> float:
        return sum(
            self._leaf_score(article, leaf, zones, weight)
            for leaf, zones, weight in self._leaves(tree, set(BARE_ZONES), 1.0)
        )

    def _leaves(self, node: nodes.Node, zones: set[str], weight: float) -> Iterator[_Leaf]:
        match node:
            case (
                nodes.Word()
                | nodes.Phrase()
                | nodes.Exact()
                | nodes.Wildcard()
                | nodes.Fuzzy()
                | nodes.Near()
                | nodes.Same()
                | WithNeighbour()
            ):
                yield node, zones, weight
            case nodes.AtLeast(_, inner):
                yield from self._leaves(inner, zones, weight)
            case nodes.And(parts) | nodes.Or(parts):
                for part in parts:
                    yield from self._leaves(part, zones, weight)
            case nodes.Boost(inner, by):
                yield from self._leaves(inner, zones, weight * by)
            case nodes.In(zone, inner):
                yield from self._leaves(inner, {z.name for z in ZONES} if zone == "any" else {zone}, weight)

    def _beside(self, article: Article, tree: nodes.Node) -> float:
        """What it gets for parts of the query that stand close together, and early."""
        leaves = list(self._leaves(tree, set(BARE_ZONES), 1.0))
        total = 0.0
        for leaf, zones, weight in leaves:
            begin = _begin(article, leaf, zones)
            body = [position for zone, position in begin if zone == "body"]
            early = EARLY_AT / (EARLY_AT + min(body)) if body else 0.0
            if any(zone in ("headline", "deck") for zone, _ in begin):
                early = 1.0
            total += EARLY * weight * self._rarity(article, leaf, zones) * early
        for i, one in enumerate(leaves):
            for other in leaves[i + 1 : i + 3]:
                tf = sum(
                    ZONE_WEIGHTS[zone] / self._norm(article, zone) / abs(a - b)
                    for zone, a in _begin(article, one[0], one[1])
                    for other_zone, b in _begin(article, other[0], other[1])
                    if zone == other_zone and zone in RUNNING and 0 < abs(a - b) <= WINDOW
                )
                idf = min(self._pair_idf(peers, one, other) for peers in (self._peers(article), self._everyone()))
                total += PAIR * min(one[2], other[2]) * idf * tf * (PAIR_K1 + 1) / (PAIR_K1 + tf)
        return total

    @staticmethod
    def _pair_idf(peers: list[Article], one: _Leaf, other: _Leaf) -> float:
        both = sum(1 for peer in peers if _begin(peer, one[0], one[1]) and _begin(peer, other[0], other[1]))
        return math.log(1 + (max(len(peers) - both / 2, 0) + 0.5) / (both / 2 + 0.5))

    def _everyone(self) -> list[Article]:
        return [s.article for s in self.stored if not s.earlier and s.article.kind in DEFAULT_KINDS]

    def _peers(self, article: Article) -> list[Article]:
        lang = analysis.primary(article.lang)
        return [peer for peer in self._everyone() if analysis.primary(peer.lang) == lang]

    def _norm(self, article: Article, zone: str) -> float:
        peers = self._peers(article)
        average = max(sum(_length(peer, zone) for peer in peers), 1) / max(len(peers), 1)
        return 1 - B + B * _length(article, zone) / average

    def _rarity(self, article: Article, leaf: nodes.Node, zones: set[str]) -> float:
        idf = self._idf(self._everyone(), leaf, zones)
        if not isinstance(leaf, nodes.Wildcard | nodes.Fuzzy):
            idf = min(self._idf(self._peers(article), leaf, zones), idf)
        if isinstance(leaf, WithNeighbour):
            leaf = leaf.word
        readings = analysis.readings(leaf.text) if isinstance(leaf, nodes.Word) else ()
        if list(map(len, readings)) == [1] and analysis.fold(readings[0][0]) in analysis.light_words(article.lang):
            idf *= LIGHT
        return idf

    def _idf(self, peers: list[Article], leaf: nodes.Node, zones: set[str]) -> float:
        df = sum(1 for peer in peers if self._mentions(peer, leaf, zones))
        return math.log(1 + (len(peers) - df + 0.5) / (df + 0.5))

    def _leaf_score(self, article: Article, leaf: nodes.Node, zones: set[str], weight: float) -> float:
        mentions = self._mentions(article, leaf, zones)
        tf = sum(ZONE_WEIGHTS[zone] * count / self._norm(article, zone) for zone, count in mentions.items())
        return weight * self._rarity(article, leaf, zones) * tf * (K1 + 1) / (K1 + tf)


def _names(article: Article, field: str) -> list[str]:
    section = (article.section,) if article.section else ()
    return [name for name in {"tag": article.tags, "author": article.authors, "section": section}[field] if name]


def _begin(article: Article, leaf: nodes.Node, zones: set[str]) -> set[tuple[str, int]]:
    """The (zone, position) where the leaf begins to stand."""
    if isinstance(leaf, nodes.Phrase) and leaf.slop is not None:
        return {min(window) for window in _windows(article, leaf, zones)}
    return {(row[0][0], min(first for _, first, _ in row)) for row in _stretches(article, leaf, zones)}


def _windows(article: Article, leaf: nodes.Phrase, zones: set[str]) -> list[set[tuple[str, int]]]:
    """For each occurrence from which on a window holds all words of the phrase, the words' occurrences in it."""
    wanted = [token.form for token in analysis.tokens(leaf.text)]
    lang = analysis.primary(article.lang)
    tokens = [t for t in tokens_of(article) if _inside(t, zones) and any(_match(t.form, w, lang) for w in wanted)]
    found = []
    for begin in tokens:
        width = len(wanted) + (leaf.slop or 0)
        held = [t for t in tokens if t.zone == begin.zone and 0 <= t.position - begin.position < width]
        if _enough(held, wanted, lang):
            found.append({(t.zone, t.position) for t in held})
    return found


def _enough(held: list[Token], wanted: list[str], lang: str | None) -> bool:
    """Whether each word is there, as often as it is wanted."""
    groups: dict[frozenset[str], int] = {}
    for word in wanted:
        terms = frozenset(analysis.terms(word, lang))
        groups[terms] = groups.get(terms, 0) + 1
    return all(
        sum(1 for t in held if terms & {*analysis.terms(t.form, lang)}) >= count for terms, count in groups.items()
    )


def _runs(article: Article, zones: set[str], tests: list[Callable[[Token], bool]]) -> set[tuple[_Run, ...]]:
    """Where tokens next to each other pass these tests in turn."""
    if not tests:
        return set()
    tokens = [t for t in tokens_of(article) if _inside(t, zones)]
    found = set()
    for i in range(len(tokens) - len(tests) + 1):
        run = tokens[i : i + len(tests)]
        together = run[0].zone == run[-1].zone and run[-1].position - run[0].position == len(tests) - 1
        if together and all(test(token) for test, token in zip(tests, run, strict=True)):
            found.add(((run[0].zone, run[0].position, run[-1].position),))
    return found


def _stretches(article: Article, node: nodes.Node, zones: set[str]) -> set[tuple[_Run, ...]]:
    lang = analysis.primary(article.lang)

    def word(wanted: str) -> Callable[[Token], bool]:
        return lambda token: _match(token.form, wanted, lang)

    match node:
        case nodes.Word(text):
            return {row for forms in analysis.readings(text) for row in _runs(article, zones, [word(w) for w in forms])}
        case WithNeighbour(inner, joined):
            alone = {row for form in joined for row in _runs(article, zones, [word(form)])}
            return _stretches(article, inner, zones) | alone
        case nodes.Phrase(text):
            runs = analysis.phrase_readings(text)
            return {row for forms in runs for row in _runs(article, zones, [word(w) for w in forms])}
        case Capital(text):
            letters = text.replace(".", "").lower()
            return _runs(article, zones, [lambda token: _is_capital(token, letters)])
        case nodes.Exact(text, _, case):
            return _runs(article, zones, [_as_written(text, token, case) for token in analysis.tokens(text)])
        case nodes.Wildcard():
            pattern = re.compile(node.to_regex(lambda letters: analysis.fold(letters.lower())))
            return _runs(article, zones, [lambda token: bool(pattern.fullmatch(analysis.fold(token.form)))])
        case nodes.Fuzzy(text, distance):
            return _runs(article, zones, [_near_to(token.form, distance) for token in analysis.tokens(text)])
        case nodes.Boost(inner, _):
            return _stretches(article, inner, zones)
        case nodes.Or(parts):
            return {row for part in parts for row in _stretches(article, part, zones)}
        case nodes.Near(left, right, distance, ordered):
            pairs = _pairs(article, left, right, zones)
            return {a + b for a, b in pairs if _is_near(a, b, distance) or (not ordered and _is_near(b, a, distance))}
        case nodes.Same(left, right, unit):
            pairs = _pairs(article, left, right, zones)
            return {a + b for a, b in pairs if _are_apart(a, b) and _share(article, a + b, unit)}
    raise AssertionError(f"the reference cannot join {node}")


def _pairs(
    article: Article, left: nodes.Node, right: nodes.Node, zones: set[str]
) -> list[tuple[tuple[_Run, ...], tuple[_Run, ...]]]:
    rows = _stretches(article, right, zones)
    return [(a, b) for a in _stretches(article, left, zones) for b in rows if a[0][0] == b[0][0]]


def _is_near(before: tuple[_Run, ...], after: tuple[_Run, ...], distance: int) -> bool:
    return 1 <= min(first for _, first, _ in after) - max(last for _, _, last in before) <= distance


def _are_apart(one: tuple[_Run, ...], other: tuple[_Run, ...]) -> bool:
    return _is_near(one, other, 1 << 30) or _is_near(other, one, 1 << 30)


def _share(article: Article, row: tuple[_Run, ...], unit: str) -> bool:
    where = {(t.zone, t.position): t.sentence if unit == "s" else t.paragraph for t in tokens_of(article)}
    zone = row[0][0]
    ends = min(first for _, first, _ in row), max(last for _, _, last in row)
    # Of two operands each stands in the unit as a whole, so that the ends say it for what is between.
    return where[zone, ends[0]] == where[zone, ends[1]]


def _is_capital(token: Token, letters: str) -> bool:
    word = token.surface.partition("'")[0].replace(".", "")
    return word.isupper() and word.lower() == letters


def _as_written(text: str, wanted: analysis.Token, case: bool) -> Callable[[Token], bool]:
    surface = analysis.surface_form(text[wanted.start : wanted.end])
    return lambda token: token.form == wanted.form and (not case or token.surface == surface)


def _near_to(wanted: str, distance: int) -> Callable[[Token], bool]:
    return lambda token: _edits(analysis.fold(token.form), analysis.fold(wanted)) <= distance


@functools.cache
def _edits(a: str, b: str) -> int:
    if not a or not b:
        return len(a) + len(b)
    return min(_edits(a[1:], b) + 1, _edits(a, b[1:]) + 1, _edits(a[1:], b[1:]) + (a[0] != b[0]))


def _count(article: Article, node: nodes.Node, zones: set[str]) -> int:
    match node:
        case nodes.And(parts) | nodes.Or(parts):
            return sum(_count(article, part, zones) for part in parts)
        case nodes.Boost(inner, _):
            return _count(article, inner, zones)
        case nodes.In(zone, inner):
            return _count(article, inner, {z.name for z in ZONES} if zone == "any" else {zone})
        case nodes.AtLeast(count, inner):
            counted = _count(article, inner, zones)
            return counted if counted >= count else 0
        case nodes.Phrase(_, slop) if slop is not None:
            return len(_windows(article, node, zones))
    return len(_stretches(article, node, zones))


def _match(form: str, word: str, lang: str | None) -> bool:
    return bool({*analysis.terms(form, lang)} & {*analysis.terms(word, lang)})


def _length(article: Article, zone: str) -> int:
    paragraphs = next(texts for z, texts in zone_texts(article) if z.name == zone)
    return sum(len(analysis.tokens(paragraph)) for paragraph in paragraphs)
