"""A query tree over one commit: which articles match, and the parts of the query that they are ranked by.

Each node becomes a sorted array of article numbers. What depends on words is looked up; conditions on facts (dates,
lengths, …) are columns compared at once, and beside words only of the articles that have these. What a word, a
condition or a date means here is the query language's; anything of it that this index does not record is a
QueryUnsupported that points at the place, never nothing and never everything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from newsidx import analysis
from newsidx.codec import Ints
from newsidx.engine.local import _conditions
from newsidx.engine.local._leaf import Leaf, SpottedPart
from newsidx.engine.local._near import MAX_EXPANSIONS, Nearness, TooManyForms, Unjoinable
from newsidx.engine.local._sets import intersect, subtract, unite
from newsidx.engine.local._spots import Stretches
from newsidx.engine.local._words import BARE, Where, Words
from newsidx.errors import QuerySyntaxError, QueryUnsupported
from newsidx.model import Note
from newsidx.query import tree as nodes
from newsidx.schema import DEFAULT_KINDS

__all__ = ["Executor", "Scope", "is_wordless"]


_Readings = tuple[tuple[str, ...], ...]


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


class Executor:
    """Evaluates trees over a view; `leaves` gathers the parts to rank by, `notes` what the searcher should know."""

    def __init__(self, words: Words, scope: Scope, now: dt.datetime, text: str) -> None:
        view = words.view
        self.view = view
        self.scope = scope
        self.leaves: list[Leaf] = []
        self.notes: list[Note] = []
        self._words = words
        self._nearness = Nearness(view, self._words)
        self._in_scope = view.scope(scope.kinds, scope.versions)
        self._now = now
        self._text = text

    @property
    def words(self) -> Words:
        return self._words

    def again(self, scope: Scope | None = None) -> Executor:
        """Another one for the same search, with leaves and notes of its own, in the same scope or in another."""
        return Executor(self._words, scope or self.scope, self._now, self._text)

    def universe(self) -> Ints:
        """Every article within the scope."""
        return np.arange(self.view.size) if self._in_scope is None else np.flatnonzero(self._in_scope)

    def _scoped(self, articles: Ints) -> Ints:
        return articles if self._in_scope is None else articles[self._in_scope[articles]]

    # Nodes

    def matching(self, node: nodes.Node, where: Where = BARE, *, ranks: bool = True) -> Ints:
        """The articles that match, sorted. `ranks` is off below NOT."""
        match node:
            case nodes.Every():
                return self.universe()
            case nodes.Word(text):
                return self._rank_by(self._word(text, where), ranks)
            case nodes.Phrase(text, None):
                forms = tuple(token.form for token in analysis.tokens(text))
                return self._rank_by(self._leaf(text, (forms,) if forms else (), where), ranks)
            case nodes.Boost(inner, weight):
                return self._boost(inner, weight, where, ranks)
            case nodes.And(parts):
                return self._and(parts, where, ranks)
            case nodes.Or(parts):
                return unite([self.matching(part, where, ranks=ranks) for part in parts if not is_wordless(part)])
            case nodes.Not(part):
                return subtract(self.universe(), self.matching(part, where, ranks=False))
            case nodes.In(_, inner):
                return self.matching(inner, self._where(node), ranks=ranks)
            case nodes.Attr():
                return self._attr(node)
            case nodes.Phrase():
                return self._rank_by(self._spotted(node, *self._nearness.loose(node, where)), ranks)
            case nodes.Exact() | nodes.Wildcard() | nodes.Fuzzy() | nodes.Near() | nodes.Same():
                found = self._stretches(node, where)
                return self._rank_by(self._spotted(node, found.keys(), found.starts()), ranks)
            case nodes.AtLeast(count, inner):
                return self._at_least(count, inner, where, ranks)
        condition = self._condition(node)
        if condition is None:
            raise self._unsupported(node, type(node).__name__)
        every = self.universe()
        return every[condition(every)]

    def _unsupported(self, node: nodes.Node, what: str) -> QueryUnsupported:
        start, end = node.span
        return QueryUnsupported(
            f"this index cannot answer {what} yet", reason="unsupported", text=self._text, start=start, end=end
        )

    def _rank_by(self, leaf: Leaf, ranks: bool) -> Ints:
        if ranks:
            self.leaves.append(leaf)
        return self._scoped(leaf.articles)

    def _spotted(self, node: nodes.Node, keys: Ints, starts: Ints) -> Leaf:
        start, end = node.span
        parts = (SpottedPart(None, keys, starts),) if len(keys) else ()
        return Leaf(self._text[start:end], parts, is_one_word=not isinstance(node, nodes.Wildcard | nodes.Fuzzy))

    def _stretches(self, node: nodes.Node, where: Where) -> Stretches:
        try:
            return self._nearness.stretches(node, where)
        except Unjoinable as error:
            raise self._unsupported(error.node, "this within nearness") from None
        except TooManyForms as error:
            raise self._too_many(error.node) from None

    def _too_many(self, node: nodes.Node) -> QuerySyntaxError:
        start, end = node.span
        text = f"This stands for more than {MAX_EXPANSIONS} different words of the index"
        return QuerySyntaxError(text, reason="limit-expansions", text=self._text, start=start, end=end)

    def _at_least(self, count: int, inner: nodes.Node, where: Where, ranks: bool) -> Ints:
        try:
            articles, counts = self._nearness.mentions(inner, where)
        except Unjoinable as error:
            raise self._unsupported(error.node, "this within atleast") from None
        except TooManyForms as error:
            raise self._too_many(error.node) from None
        return intersect(self.matching(inner, where, ranks=ranks), articles[counts >= count])

    def _boost(self, inner: nodes.Node, weight: float, where: Where, ranks: bool) -> Ints:
        first = len(self.leaves)
        found = self.matching(inner, where, ranks=ranks)
        self.leaves[first:] = [replace(leaf, weight=leaf.weight * weight) for leaf in self.leaves[first:]]
        return found

    def _and(self, parts: tuple[nodes.Node, ...], where: Where, ranks: bool) -> Ints:
        """Words first; then what is only asked of the articles that have them."""
        found: Ints | None = None
        conditions = []
        for part in parts:
            if isinstance(part, nodes.Not) or is_wordless(part):
                continue
            condition = self._condition(part)
            if condition is not None:
                conditions.append(condition)
                continue
            some = self.matching(part, where, ranks=ranks)
            found = some if found is None else intersect(found, some)
        if found is None:
            found = self.universe()
        for condition in conditions:
            found = found[condition(found)]
        for part in parts:
            if isinstance(part, nodes.Not):
                found = subtract(found, self.matching(part.part, where, ranks=False))
        return found

    def _where(self, node: nodes.In) -> Where:
        where = Where.named(node.zone)
        if where is None:
            raise self._unsupported(node, f"{node.zone}:")
        return where

    # Conditions

    def _condition(self, node: nodes.Node) -> Callable[[Ints], Ints] | None:
        """What a node asks of an article by itself, as a test of many; None where it is not of that sort."""
        match node:
            case nodes.Range():
                return lambda articles: _conditions.in_range(self.view, node, articles)
            case nodes.When():
                return lambda articles: _conditions.when(self.view, node, self._now, articles)
            case nodes.WhenNone():
                return lambda articles: _conditions.when_none(self.view, node, articles)
            case nodes.Attr("has", value) if value in _conditions.HAS:
                return lambda articles: _conditions.has(self.view, value, articles)
        return None

    def _attr(self, node: nodes.Attr) -> Ints:
        mark = _conditions.mark_of(node)
        condition = self._condition(node)
        if node.field == "versions":  # it widens the scope; by itself it asks for nothing
            return self.universe()
        if condition is not None:
            every = self.universe()
            return every[condition(every)]
        if node.field == "id":
            found = self.view.numbers(node.value or "")
        elif mark is not None:
            found = self.view.marked(mark)
            itself = _conditions.site_itself(node)
            if itself is not None:
                found = subtract(found, self.view.marked(itself))
            self._note(*_conditions.unknown_value(self.view, node, mark, found))
        else:
            raise self._unsupported(node, f"{node.field}:{node.value or 'none'}")
        return self._scoped(found)

    # Words

    def _leaf(self, text: str, readings: _Readings, where: Where) -> Leaf:
        """Any of the readings, each a word or several next to each other, in any form. A text without a word in it
        ("&") has none and matches nothing by itself."""
        if not readings:
            self._note(Note("wordless", f"there is no word in {text!r}, so it is in no article"))
        return Leaf(text, self._words.parts(readings, where))

    def _word(self, text: str, where: Where) -> Leaf:
        readings = analysis.readings(text)
        leaf = self._leaf(text, readings, where)
        is_plain = len(readings) == 1 and len(readings[0]) == 1
        return replace(leaf, form=analysis.fold(readings[0][0])) if is_plain else leaf

    def _note(self, *notes: Note) -> None:
        self.notes += [note for note in notes if note not in self.notes]


def is_wordless(node: nodes.Node) -> bool:
    """Whether this is a sign without a letter or digit ("&" in a pasted headline), which no index holds."""
    return isinstance(node, nodes.Word | nodes.Phrase) and not analysis.tokens(node.text)
