"""A query tree over one commit: which articles match, and the parts of the query that they are ranked by.

Sets and dicts, one node at a time, each a few lines: exact before fast. (A planner over arrays takes its place when
the index has arrays.) What a word, a condition or a date means here is the query language's; anything of it that this
index does not record is a QueryUnsupported that points at the place, never nothing and never everything.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from newsidx import analysis
from newsidx.analysis import ZONE_SHIFT
from newsidx.engine.local import _conditions
from newsidx.engine.local._facts import HAS, Facts
from newsidx.engine.local._rank import Leaf
from newsidx.engine.local._view import View
from newsidx.errors import QueryUnsupported
from newsidx.model import Note
from newsidx.query import tree as nodes
from newsidx.schema import BARE_ZONES, DEFAULT_KINDS, ZONE_NUMBERS

__all__ = ["Executor", "Scope", "Words", "is_wordless"]

_BARE = frozenset(ZONE_NUMBERS[name] for name in BARE_ZONES)
_ALL = frozenset(ZONE_NUMBERS.values())
_Places = dict[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles a search is about: of which kinds (None: all), earlier versions too or not."""

    kinds: frozenset[str] | None = DEFAULT_KINDS
    versions: bool = False

    @classmethod
    def of(cls, tree: nodes.Node) -> Scope:
        """What the query itself says: asking for a kind or an ID searches whatever kinds there are. Ruling one out
        does not: ``page -kind:gallery`` wants no front pages."""
        names = {(node.field, node.value) for node in _asked_for(tree)}
        fields = {field for field, _ in names}
        return cls(
            kinds=None if fields & {"kind", "id"} else DEFAULT_KINDS,
            versions=("versions", "all") in names or "id" in fields,
        )


def _asked_for(tree: nodes.Node) -> Iterator[nodes.Attr]:
    """The attributes that stand below no NOT, or an even number of them."""
    pending = [(tree, True)]
    while pending:
        node, is_asked = pending.pop()
        if isinstance(node, nodes.Attr) and is_asked:
            yield node
        is_asked ^= isinstance(node, nodes.Not)
        pending += [(child, is_asked) for child in nodes.children(node)]


class Words:
    """Where words stand in one commit. What was looked up is kept, for all executors of one search: most of what a
    search costs that finds nothing is looking for its words again."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._leaves: dict[tuple[tuple[tuple[str, ...], ...], frozenset[int]], Leaf] = {}
        self._forms: dict[str, dict[str, tuple[str, ...]] | None] = {}
        self._places: dict[tuple[str, str | None], _Places] = {}

    @functools.cached_property
    def articles(self) -> frozenset[int]:
        """All articles, in whatever scope."""
        return frozenset(self.view.articles())

    def leaf(self, text: str, readings: tuple[tuple[str, ...], ...], zones: frozenset[int]) -> Leaf:
        """Any of the readings, each a word or several next to each other, in any form, within `zones`. A text without
        a word in it ("&") has none and matches nothing by itself."""
        key = (readings, zones)
        leaf = self._leaves.get(key)
        if leaf is None:
            starts: _Places = {}
            places: _Places = {}
            for lang in (*self.view.summary.languages(), None):
                found = [(self._starts(forms, lang, zones), len(forms)) for forms in readings]
                starts |= _united(some for some, _ in found)
                places |= _united(_spread(some, length) for some, length in found)
            leaf = self._leaves[key] = Leaf(text, places, starts, self._df(places))
        return leaf

    def _starts(self, forms: Sequence[str], lang: str | None, zones: frozenset[int]) -> _Places:
        found: list[Mapping[int, Sequence[int]]] = []
        for form in forms:
            places = _within(self._form_places(form, lang), zones)
            if not places:
                return {}
            found.append(places)
        return _adjacent(found) if found else {}

    def _form_places(self, form: str, lang: str | None) -> _Places:
        places = self._places.get((form, lang))
        if places is None:
            places = _united(self.view.occurrences(term, lang) for term in self._terms(form, lang))
            self._places[form, lang] = places
        return places

    def _terms(self, form: str, lang: str | None) -> Iterable[str]:
        """What a written form becomes in a language: as the lexicon knows it, else by analysis."""
        if lang is None:
            return (analysis.fold(form),)
        if form not in self._forms:
            self._forms[form] = self.view.form(form)
        known = self._forms[form]
        if known is None:
            return analysis.terms(form, lang)
        return known.get(lang) or (analysis.fold(form),)

    def _df(self, places: Mapping[int, Any]) -> dict[str, int]:
        df: dict[str, int] = {}
        for number in places:
            facts = self.view.facts(number)
            if facts is not None and self._counts(facts):
                lang = analysis.primary(facts.lang) or ""
                df[lang] = df.get(lang, 0) + 1
        return df

    def _counts(self, facts: Facts) -> bool:
        """Whether the ranking's statistics count this article; the summary counts the same ones."""
        return facts.kind in DEFAULT_KINDS and facts.id not in self.view.summary.earlier


class Executor:
    """Evaluates trees over a view; `leaves` gathers the parts to rank by, `notes` what the searcher should know."""

    def __init__(self, words: Words, scope: Scope, now: dt.datetime, text: str) -> None:
        self.words = words
        self.view = words.view
        self.scope = scope
        self.leaves: list[Leaf] = []
        self.notes: list[Note] = []
        self._now = now
        self._text = text
        self._universe: set[int] | None = None

    def again(self, scope: Scope | None = None) -> Executor:
        """Another one for the same search, with leaves and notes of its own, in the same scope or in another."""
        return Executor(self.words, scope or self.scope, self._now, self._text)

    # Which articles there are

    def universe(self) -> set[int]:
        """Every article within the scope."""
        if self._universe is None:
            self._universe = {number for number in self.words.articles if self.in_scope(number)}
        return self._universe

    def in_scope(self, number: int) -> bool:
        facts = self.view.facts(number)
        if facts is None or (self.scope.kinds is not None and facts.kind not in self.scope.kinds):
            return False
        return self.scope.versions or facts.id not in self.view.summary.earlier

    def _note(self, *notes: Note) -> None:
        self.notes += [note for note in notes if note not in self.notes]

    # Nodes

    def matching(self, node: nodes.Node, zones: frozenset[int] = _BARE, *, ranks: bool = True) -> set[int]:
        """The numbers of the articles that match. `ranks` is off below NOT."""
        handler: Callable[..., set[int]] | None = _HANDLERS.get(type(node))
        if handler is None:
            raise self._unsupported(node, _OPERATORS.get(type(node), type(node).__name__))
        return handler(self, node, zones, ranks)

    def _unsupported(self, node: nodes.Node, what: str) -> QueryUnsupported:
        start, end = node.span
        return QueryUnsupported(
            f"this index cannot answer {what} yet", reason="unsupported", text=self._text, start=start, end=end
        )

    def _every(self, node: nodes.Every, zones: frozenset[int], ranks: bool) -> set[int]:
        return set(self.universe())

    def _word(self, node: nodes.Word, zones: frozenset[int], ranks: bool) -> set[int]:
        return self._rank_by(node.text, analysis.readings(node.text), zones, ranks)

    def _phrase(self, node: nodes.Phrase, zones: frozenset[int], ranks: bool) -> set[int]:
        if node.slop is not None:
            raise self._unsupported(node, "a phrase with a distance (~)")
        forms = tuple(token.form for token in analysis.tokens(node.text))
        return self._rank_by(node.text, (forms,) if forms else (), zones, ranks)

    def _rank_by(
        self, text: str, readings: tuple[tuple[str, ...], ...], zones: frozenset[int], ranks: bool
    ) -> set[int]:
        if not readings:
            self._note(Note("wordless", f"there is no word in {text!r}, so it is in no article"))
        leaf = self.words.leaf(text, readings, zones)
        if ranks:
            self.leaves.append(leaf)
        return {number for number in leaf.places if self.in_scope(number)}

    def _boost(self, node: nodes.Boost, zones: frozenset[int], ranks: bool) -> set[int]:
        first = len(self.leaves)
        found = self.matching(node.node, zones, ranks=ranks)
        for i in range(first, len(self.leaves)):
            leaf = self.leaves[i]
            self.leaves[i] = replace(leaf, weight=leaf.weight * node.weight)
        return found

    def _and(self, node: nodes.And, zones: frozenset[int], ranks: bool) -> set[int]:
        found: set[int] | None = None
        for part in node.parts:
            if isinstance(part, nodes.Not) or is_wordless(part):
                continue
            some = self.matching(part, zones, ranks=ranks)
            found = some if found is None else found & some
        if found is None:
            found = set(self.universe())
        for part in node.parts:
            if isinstance(part, nodes.Not):
                found -= self.matching(part.part, zones, ranks=False)
        return found

    def _or(self, node: nodes.Or, zones: frozenset[int], ranks: bool) -> set[int]:
        found: set[int] = set()
        for part in node.parts:
            if not is_wordless(part):
                found |= self.matching(part, zones, ranks=ranks)
        return found

    def _not(self, node: nodes.Not, zones: frozenset[int], ranks: bool) -> set[int]:
        return self.universe() - self.matching(node.part, zones, ranks=False)

    def _in(self, node: nodes.In, zones: frozenset[int], ranks: bool) -> set[int]:
        return self.matching(node.node, self._zone_numbers(node), ranks=ranks)

    def _zone_numbers(self, node: nodes.In) -> frozenset[int]:
        if node.zone == "any":
            return _ALL
        number = ZONE_NUMBERS.get(node.zone)
        if number is None:
            raise self._unsupported(node, f"{node.zone}:")
        return frozenset({number})

    def _attr(self, node: nodes.Attr, zones: frozenset[int], ranks: bool) -> set[int]:
        mark = _conditions.mark_of(node)
        if node.field == "versions":  # it widens the scope; by itself it asks for nothing
            return set(self.universe())
        if node.field == "id":
            numbers = (self.view.number(id_) for id_ in self.view.ids(node.value or ""))
            found = {number for number in numbers if number is not None}
        elif node.field == "has" and node.value in HAS:
            return self._where(lambda facts: node.value in facts.has)
        elif mark is not None:
            found = self.view.marked(mark)
            itself = _conditions.site_itself(node)
            if itself is not None:
                found -= self.view.marked(itself)
            self._note(*_conditions.unknown_value(self.view, node, mark, found))
        else:
            raise self._unsupported(node, f"{node.field}:{node.value or 'none'}")
        return {number for number in found if self.in_scope(number)}

    def _range(self, node: nodes.Range, zones: frozenset[int], ranks: bool) -> set[int]:
        return self._where(lambda facts: _conditions.in_range(facts, node))

    def _when(self, node: nodes.When, zones: frozenset[int], ranks: bool) -> set[int]:
        return self._where(_conditions.when(node, self._now))

    def _when_none(self, node: nodes.WhenNone, zones: frozenset[int], ranks: bool) -> set[int]:
        return self._where(_conditions.when_none(node))

    def _where(self, holds: Callable[[Facts], bool]) -> set[int]:
        found = set()
        for number in self.universe():
            facts = self.view.facts(number)
            if facts is not None and holds(facts):
                found.add(number)
        return found


def is_wordless(node: nodes.Node) -> bool:
    """Whether this is a sign without a letter or digit ("&" in a pasted headline), which no index holds."""
    return isinstance(node, nodes.Word | nodes.Phrase) and not analysis.tokens(node.text)


def _united(parts: Iterable[Mapping[int, Sequence[int]]]) -> _Places:
    """The occurrences of any of the parts, in order, each once."""
    merged: _Places = {}
    for part in parts:
        for number, places in part.items():
            other = merged.get(number)
            merged[number] = places if other is None else sorted({*other, *places})
    return merged


def _within(places: Mapping[int, Sequence[int]], zones: frozenset[int]) -> _Places:
    found: _Places = {}
    for number, codes in places.items():
        inside = [code for code in codes if code >> ZONE_SHIFT in zones]
        if inside:
            found[number] = inside
    return found


def _adjacent(parts: Sequence[Mapping[int, Sequence[int]]]) -> _Places:
    """Where each part follows the one before it directly: the occurrences of the first of them."""
    if len(parts) == 1:
        return dict(parts[0])
    found: _Places = {}
    numbers = set(parts[0])
    for part in parts[1:]:
        numbers &= part.keys()
    for number in numbers:
        starts = set(parts[0][number])
        for offset, part in enumerate(parts[1:], start=1):
            starts &= {code - offset for code in part[number]}
        if starts:
            found[number] = sorted(starts)
    return found


def _spread(starts: _Places, length: int) -> _Places:
    """All the places of runs of so many words, from their first ones."""
    if length == 1:
        return starts
    return {
        number: sorted({start + offset for start in codes for offset in range(length)})
        for number, codes in starts.items()
    }


_OPERATORS: dict[type, str] = {
    nodes.Exact: "exact: and case:",
    nodes.Wildcard: "wildcards",
    nodes.Fuzzy: "fuzzy words (~)",
    nodes.Near: "NEAR and PRE",
    nodes.Same: "SAME",
    nodes.AtLeast: "atleast",
}
"""What the query language has and this index does not record yet, as the searcher wrote it."""

_HANDLERS: dict[type, Callable[..., set[int]]] = {
    nodes.Every: Executor._every,
    nodes.Word: Executor._word,
    nodes.Phrase: Executor._phrase,
    nodes.Boost: Executor._boost,
    nodes.And: Executor._and,
    nodes.Or: Executor._or,
    nodes.Not: Executor._not,
    nodes.In: Executor._in,
    nodes.Attr: Executor._attr,
    nodes.Range: Executor._range,
    nodes.When: Executor._when,
    nodes.WhenNone: Executor._when_none,
}
