"""Why an article is found where it is, or why it is not, and the smallest change of the query that would find it.

A query is taken apart into what must hold together. Of an article that is found, each part says what it adds to the
score and where it stands; of one that is not, each part that fails says why (the words stand in another zone, in
another form, further apart, or nowhere; the date, language, kind, … is another one) and what would hold in its place.
What is given as a change was tried: it finds the article.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from newsidx import analysis, query
from newsidx.analysis import ZONE_SHIFT
from newsidx.codec import Ints
from newsidx.engine.local._execute import Executor, Scope, is_wordless
from newsidx.engine.local._fuzzy import within_distance
from newsidx.engine.local._leaf import Leaf
from newsidx.engine.local._order import ordered
from newsidx.engine.local._rank import Ranker
from newsidx.engine.local._scores import scores
from newsidx.engine.local._words import ALL, BARE, Where
from newsidx.errors import QuerySyntaxError
from newsidx.model import Article, Moment, Source, Why, WhyPart
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes
from newsidx.schema import DEFAULT_KINDS, ZONES, zone_texts

__all__ = ["why"]

_FURTHEST = 60
"""Words apart that are still called near; positions of two paragraphs differ by more."""
_TINY = 1e-9


def why(
    executor: Executor, request: SearchRequest, tree: nodes.Node, filters: Sequence[query.Query], number: int
) -> Why:
    """Why article `number` is found where it is, or not; the executor has done nothing yet."""
    view = executor.view
    article = view.article(number)
    found = executor.answer(tree, filters)
    is_found = _has(found, number)
    case = _Case(executor.again(Scope(None, True)), article, number)
    if not is_found:
        parts, change = _missed(case, executor, tree, filters)
        return Why(article.id, False, 0.0, None, len(found), parts, change)
    values = scores(executor, Ranker(view, executor.leaves), found, request)
    order = ordered(view, values, found, request.sort, None, 0, seed=request.seed)
    rank = next(i for i, ranked in enumerate(order, 1) if ranked.number == number)
    score = order[rank - 1].score
    parts = (*_scored(case, executor.leaves, score), *_conditions_met(case, tree, filters))
    return Why(article.id, True, score, rank, len(found), parts)


def _has(found: Ints, number: int) -> bool:
    at = int(np.searchsorted(found, number))
    return at < len(found) and int(found[at]) == number


# Found


def _scored(case: _Case, leaves: Sequence[Leaf], score: float) -> list[WhyPart]:
    view = case.executor.view
    lang = analysis.primary(case.article.lang) or ""
    parts = []
    rest = score
    for leaf in leaves:
        ranker = Ranker(view, [leaf])
        adds = float(ranker.scores(np.array([case.number]))[0])
        places = leaf.places(case.number)
        rest -= adds
        reason = f"{_mentions(places)}; weight of the word {ranker.idf(leaf, lang):.2f}" if places else "not in it"
        parts.append(WhyPart(leaf.label, bool(places), adds, reason))
    if abs(rest) > _TINY:
        parts.append(WhyPart("", True, rest, "how the words stand together, and the choices of the search"))
    return parts


def _mentions(places: Sequence[int]) -> str:
    counts: dict[str, int] = {}
    for place in places:
        name = ZONES[place >> ZONE_SHIFT].name
        counts[name] = counts.get(name, 0) + 1
    return ", ".join(f"{count} in {zone}" for zone, count in counts.items())


def _conditions_met(case: _Case, tree: nodes.Node, filters: Sequence[query.Query]) -> list[WhyPart]:
    """The parts that rank nothing."""
    parts = [part for part in _conjuncts(tree) if not _is_worded(part) and not isinstance(part, nodes.Every)]
    parts += [part for each in filters for part in _conjuncts(each.tree)]
    return [WhyPart(query.unparse(part), True, 0.0, _fact(case, part)) for part in parts]


def _is_worded(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Not):
        return False
    kinds = (nodes.Word, nodes.Phrase, nodes.Exact, nodes.Wildcard, nodes.Fuzzy, nodes.Near, nodes.Same)
    return isinstance(node, kinds) or any(map(_is_worded, nodes.children(node)))


def _conjuncts(tree: nodes.Node) -> tuple[nodes.Node, ...]:
    if not isinstance(tree, nodes.And):
        return (tree,)
    return tuple(inner for part in tree.parts for inner in _conjuncts(part))


# Missed


@dataclass(frozen=True, slots=True)
class _Case:
    """The article, and an executor that searches all kinds and versions."""

    executor: Executor
    article: Article
    number: int

    def holds(self, node: nodes.Node, where: Where = BARE) -> bool:
        try:
            return _has(self.executor.again().matching(node, where, ranks=False), self.number)
        except QuerySyntaxError:  # a part by itself may be more than can be asked
            return False


def _missed(
    case: _Case, before: Executor, tree: nodes.Node, filters: Sequence[query.Query]
) -> tuple[tuple[WhyPart, ...], str | None]:
    parts: list[WhyPart] = []
    kept: list[nodes.Node] = []
    dropped: list[nodes.Node] = []
    asked = case.executor.beside_each_other(_conjuncts(tree))
    for part in asked:
        if (is_wordless(part) and len(asked) > 1) or case.holds(part):
            kept.append(part)
            dropped.append(part)
            parts.append(WhyPart(query.unparse(part), True, 0.0, _fact(case, part)))
            continue
        reason, other = _diagnosed(case, part, BARE)
        parts.append(WhyPart(query.unparse(part), False, 0.0, reason))
        if other is not None:
            kept.append(other)
    are_met = True
    for part in (part for each in filters for part in _conjuncts(each.tree)):
        is_met = case.holds(part)
        are_met &= is_met
        reason = _fact(case, part) if is_met else f"filtered out: {_diagnosed(case, part, BARE)[0]}"
        parts.append(WhyPart(query.unparse(part), is_met, 0.0, reason))
    scope = _out_of_scope(case, before.scope)
    parts += [WhyPart(query.unparse(node), False, 0.0, reason) for node, reason in scope]
    if not are_met:
        return tuple(parts), None
    for some in (kept, dropped):
        text = _tried(case, before, [*some, *(node for node, _ in scope)])
        if text is not None:
            return tuple(parts), text
    return tuple(parts), None


def _out_of_scope(case: _Case, scope: Scope) -> list[tuple[nodes.Node, str]]:
    """What must be asked for beside the query, and why."""
    found: list[tuple[nodes.Node, str]] = []
    kind = case.article.kind
    if scope.kinds is not None and kind not in DEFAULT_KINDS:
        reason = f"it is no article but of the kind {kind}, which is searched by name only"
        found.append((nodes.Attr("kind", kind), reason))
    if not scope.versions and case.executor.view.earlier[case.number]:
        reason = "it is an earlier version; only the newest of each article is searched"
        found.append((nodes.Attr("versions", "all"), reason))
    return found


def _tried(case: _Case, before: Executor, parts: list[nodes.Node]) -> str | None:
    """The text of the query with these parts, if it finds the article."""
    parts = [part for part in parts if not isinstance(part, nodes.Every)] or [nodes.Every()]
    tree = parts[0] if len(parts) == 1 else nodes.And(tuple(parts), implied=True)
    text = query.unparse(tree)
    try:
        again = query.parse(text).tree
        executor = before.again(Scope.of(again))
        return text if _has(executor.matching(again, ranks=False), case.number) else None
    except QuerySyntaxError:
        return None


_Diagnosis = tuple[str, nodes.Node | None]
"""Why a part does not hold, and what would in its place (None: only its absence)."""


def _diagnosed(case: _Case, node: nodes.Node, where: Where) -> _Diagnosis:
    match node:
        case nodes.In(zone, inner):
            return _in_zone(case, zone, inner)
        case nodes.Boost(inner, weight):
            return _within(_diagnosed(case, inner, where), lambda other: nodes.Boost(other, weight))
        case nodes.AtLeast(count, inner):
            return _at_least(case, count, inner, where)
        case nodes.Not(part):
            return f"it matches {query.unparse(part)}, which was ruled out", None
        case nodes.Or(parts):
            tried = [_diagnosed(case, part, where) for part in parts]
            other = next((other for _, other in tried if other is not None), None)
            return f"none of these holds ({'; '.join(reason for reason, _ in tried[:3])})", other
        case nodes.And(parts):
            failing = [part for part in parts if not case.holds(part, where) and not is_wordless(part)]
            diagnoses = {id(part): _diagnosed(case, part, where) for part in failing}
            left = [diagnoses[id(part)][1] if id(part) in diagnoses else part for part in parts]
            new = tuple(part for part in left if part is not None)
            other = None if not new else new[0] if len(new) == 1 else nodes.And(new, node.implied)
            return "; ".join(reason for reason, _ in diagnoses.values()), other
        case nodes.When() | nodes.Range():
            return _widened(case, node)
        case nodes.Attr("kind", _):
            return _fact(case, node), nodes.Attr("kind", case.article.kind)
        case nodes.Attr() | nodes.WhenNone():
            return _fact(case, node), None
    return _words(case, node, where)


def _within(diagnosis: _Diagnosis, wrap: Callable[[nodes.Node], nodes.Node]) -> _Diagnosis:
    reason, other = diagnosis
    return reason, None if other is None else wrap(other)


def _in_zone(case: _Case, zone: str, inner: nodes.Node) -> _Diagnosis:
    there = Where.named(zone)
    if there is None:
        return f"there is no {zone}:", None
    if case.holds(inner, BARE):
        return f"not in {zone}:, but in {_zones_of(case, inner)}", inner
    zones = _found_in(case, inner)
    if zones:
        return f"only in {_listed(zones)}", nodes.In(zones[0], inner)
    return _within(_diagnosed(case, inner, there), lambda other: nodes.In(zone, other))


def _found_in(case: _Case, node: nodes.Node) -> list[str]:
    return [zone.name for zone in ZONES if case.holds(node, Where(frozenset({zone.number})))]


def _zones_of(case: _Case, node: nodes.Node) -> str:
    return _listed(_found_in(case, node)) or "several zones together"


def _listed(zones: Sequence[str]) -> str:
    return ", ".join(f"{zone}:" for zone in zones)


def _at_least(case: _Case, count: int, inner: nodes.Node, where: Where) -> _Diagnosis:
    if not case.holds(inner, where):
        return _within(_diagnosed(case, inner, where), lambda other: nodes.AtLeast(count, other))
    mentions = next((n for n in range(count - 1, 0, -1) if case.holds(nodes.AtLeast(n, inner), where)), 0)
    if not mentions:
        return "it has too few mentions", inner
    return f"only {mentions} mention{'' if mentions == 1 else 's'}", nodes.AtLeast(mentions, inner)


# Words


def _words(case: _Case, node: nodes.Node, where: Where) -> _Diagnosis:
    if where != ALL and case.holds(node, ALL):
        zones = _found_in(case, node)
        if zones:
            return f"only in {_listed(zones)}", nodes.In(zones[0], node)
    match node:
        case nodes.Exact(text, is_phrase, case=True) if case.holds(nodes.Exact(text, is_phrase), where):
            return "only with other capitals", nodes.Exact(text, is_phrase)
        case nodes.Exact(text, is_phrase):
            loose: nodes.Node = nodes.Phrase(text) if is_phrase else nodes.Word(text)
            if case.holds(loose, where):
                return "only in another form", loose
            return _words(case, loose, where)
        case nodes.Phrase(text, slop):
            return _phrase(case, text, slop, where)
        case nodes.Near(left, right):
            return _near(case, node, left, right, where)
        case nodes.Same(left, right, unit):
            if case.holds(left, where) and case.holds(right, where):
                wider = nodes.Same(left, right, "p")
                if unit == "s" and case.holds(wider, where):
                    return "in one paragraph, but not in one sentence", wider
                return "both are in it, but not in one paragraph", nodes.And((left, right))
            return _absent_side(case, left, right, where)
        case nodes.Word(text):
            return _word(case, text, where)
    return "nothing in it is like that", None


def _word(case: _Case, text: str, where: Where) -> _Diagnosis:
    if analysis.tokens(text) and len(text) > 3:
        forms = _folded_forms(case.article)  # to ask the whole index for what is like a word costs much more
        folded = analysis.fold(text.lower())
        longer = nodes.Wildcard((text, nodes.Gap(0, None)))
        if any(form.startswith(folded) for form in forms) and case.holds(longer, where):
            return "only as the beginning of another word", longer
        for distance in (1, 2)[: 1 + (len(text) > 5)]:
            is_near = bool(within_distance(folded, distance)(forms).any())
            if is_near and case.holds(nodes.Fuzzy(text, distance), where):
                return "only a word that is much like it", nodes.Fuzzy(text, distance)
    return f"the word {text!r} is not in it", None


def _folded_forms(article: Article) -> list[str]:
    texts = (text for _, texts in zone_texts(article) for text in texts)
    return sorted({analysis.fold(token.form) for text in texts for token in analysis.tokens(text)})


def _phrase(case: _Case, text: str, slop: int | None, where: Where) -> _Diagnosis:
    words = [nodes.Word(text[token.start : token.end]) for token in analysis.tokens(text)]
    absent = [word.text for word in words if not case.holds(word, where)]
    if absent or not words:
        return f"not in it: {', '.join(map(repr, absent)) or 'any word'}", None
    apart = _least(lambda n: case.holds(nodes.Phrase(text, n), where), 0 if slop is None else slop + 1)
    if apart is None:
        return "all its words are in it, but not together in one paragraph", nodes.And(tuple(words), implied=True)
    if slop is None and apart == 0:
        return "its words stand together in another order", nodes.Phrase(text, 0)
    return f"its words stand further apart: within {apart} more", nodes.Phrase(text, apart)


def _near(case: _Case, node: nodes.Near, left: nodes.Node, right: nodes.Node, where: Where) -> _Diagnosis:
    if not (case.holds(left, where) and case.holds(right, where)):
        return _absent_side(case, left, right, where)
    if node.ordered and case.holds(replace(node, ordered=False), where):
        return "only in the other order", replace(node, ordered=False)
    apart = _least(lambda n: case.holds(replace(node, distance=n), where), node.distance + 1)
    if apart is None:
        return "both are in it, but not near each other in one zone", nodes.And((left, right))
    return f"the nearest are {apart} words apart", replace(node, distance=apart)


def _absent_side(case: _Case, left: nodes.Node, right: nodes.Node, where: Where) -> _Diagnosis:
    sides = [side for side in (left, right) if not case.holds(side, where)]
    if len(sides) == 1:
        present = left if sides[0] is right else right
        reason, other = _diagnosed(case, sides[0], where)
        if other is None or isinstance(other, nodes.In):
            return reason, present
        return reason, nodes.And((present, other))
    return "; ".join(_diagnosed(case, side, where)[0] for side in sides), None


def _least(holds: Callable[[int], bool], low: int) -> int | None:
    """The least number from `low` on, up to `_FURTHEST`, for which it holds; then it does for all larger ones."""
    high = max(_FURTHEST, low)
    if not holds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return high


# Facts


def _widened(case: _Case, node: nodes.When | nodes.Range) -> _Diagnosis:
    """The condition with one end moved to what the article has."""
    if isinstance(node, nodes.Range):
        words = case.article.words
        ends: list[nodes.Node] = [
            replace(node, low=words, low_inclusive=True),
            replace(node, high=words, high_inclusive=True),
        ]
    else:
        moment: Moment | None = getattr(case.article, node.clock)
        if moment is None:
            return _fact(case, node), None
        day = Moment.of(moment.day) if moment.precision not in ("year", "month") else moment
        ends = [
            replace(node, low=day, low_open=False),
            replace(node, high=day, high_open=False),
            nodes.When(node.clock, day, day),
        ]
    return _fact(case, node), next((other for other in ends if case.holds(other)), None)


_SAID: Mapping[str, Callable[[Article], str]] = {
    "source": lambda article: f"its source is {_source(article.source)}",
    "site": lambda article: f"its source is {_source(article.source)}",
    "lang": lambda article: f"its language is {article.lang or 'unknown'}",
    "kind": lambda article: f"its kind is {article.kind}",
    "section": lambda article: f"its section is {article.section or 'unknown'}",
    "tag": lambda article: f"its tags: {', '.join(article.tags[:10]) or 'none'}",
    "author": lambda article: f"its authors: {', '.join(article.authors[:10]) or 'unknown'}",
    "url": lambda article: f"its URL is {article.canonical_url or article.url or 'unknown'}",
    "id": lambda article: f"its ID is {article.id[:12]}",
}


def _fact(case: _Case, node: nodes.Node) -> str:
    """What the article is, where a condition asks for it; where it has the words, where these stand."""
    article = case.article
    match node:
        case nodes.Attr(field) if field in _SAID:
            return _SAID[field](article)
        case nodes.Attr(field, value):
            return f"{field}:{value} {'holds' if case.holds(node) else 'does not hold'}"
        case nodes.Range():
            return f"its body has {article.words} words"
        case nodes.When(clock) | nodes.WhenNone(clock):
            moment = getattr(article, clock)
            return f"{clock} {moment}" if moment is not None else f"its {clock} date is unknown"
        case nodes.Every():
            return "every article"
        case nodes.Not(part):
            return f"it does not match {query.unparse(part)}"
        case nodes.In():
            return "there"
    zones = _found_in(case, node) if _is_worded(node) else []
    return f"in {_listed(zones)}" if zones else "it holds"


def _source(source: Source) -> str:
    both = [text for text in (source.name, source.domain) if text]
    return f"{both[0]} ({both[1]})" if len(both) > 1 else both[0] if both else "unknown"
