"""A query tree over one commit: which articles match, and the parts of the query that they are ranked by.

Each node becomes a sorted array of article numbers. What depends on words is looked up; conditions on facts (dates,
lengths, …) are columns compared at once, and beside words only of the articles that have these. What a word, a
condition or a date means here is the query language's; anything of it that this index does not record is a
QueryUnsupported that points at the place, never nothing and never everything.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from newsidx import analysis
from newsidx.codec import Ints
from newsidx.engine.local import _closeness as closeness
from newsidx.engine.local import _conditions
from newsidx.engine.local._leaf import Leaf, Part, SpottedPart
from newsidx.engine.local._near import MAX_EXPANSIONS, MAX_ROWS, Nearness, TooManyForms, TooManyPlaces, Unjoinable
from newsidx.engine.local._pattern import PatternPart
from newsidx.engine.local._sets import NONE, intersect, subtract, unite
from newsidx.engine.local._spots import Stretches, article_of
from newsidx.engine.local._words import BARE, JoinedWord, Where, Words, read_word
from newsidx.engine.seam import Paths
from newsidx.errors import QuerySyntaxError, QueryUnsupported
from newsidx.frozen import dataclass
from newsidx.model import Note
from newsidx.query import Query, unparse
from newsidx.query import tree as nodes
from newsidx.schema import DEFAULT_KINDS

__all__ = ["AnyOf", "Executor", "OutOfTime", "Scope", "is_wordless"]


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
        if not names:
            return _USUAL
        fields = {field for field, _ in names}
        return cls(
            kinds=None if fields & {"kind", "id"} else DEFAULT_KINDS,
            versions=("versions", "all") in names or "id" in fields,
        )


_USUAL = Scope()


def _asked_for(tree: nodes.Node) -> Iterator[nodes.Attr]:
    """The attributes that stand below no NOT, or an even number of them."""
    pending = [(tree, True)]
    while pending:
        node, is_asked = pending.pop()
        if type(node) is nodes.Word:
            continue
        if isinstance(node, nodes.Attr) and is_asked:
            yield node
        is_asked ^= isinstance(node, nodes.Not)
        pending += [(child, is_asked) for child in nodes.children(node)]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The articles within the scope (None: all) that have any of some leaves: `total` of them."""

    total: int
    leaves: Sequence[Leaf]
    in_scope: Ints | None

    def articles(self) -> Ints:
        found = unite([leaf.articles for leaf in self.leaves])
        return found if self.in_scope is None else found[self.in_scope[found]]


class OutOfTime(Exception):
    """The deadline of a search is past."""


class Executor:
    """Evaluates trees over a view; `leaves` gathers the parts to rank by, `notes` what the searcher should know."""

    def __init__(self, words: Words, scope: Scope, now: dt.datetime, text: str, paths: Paths | None = None) -> None:
        view = words.view
        self.view = view
        self.scope = scope
        self.leaves: list[Leaf] = []
        self.notes: list[Note] = []
        self._words = words
        self._in_scope = view.scope(scope.kinds, scope.versions)
        self.deadline: float | None = None
        """When to stop, by `time.monotonic`."""
        self.is_partial = False
        self._capitals: dict[tuple[str, Where], Ints | None] = {}
        self.now = now
        self._asked = self._text = text
        self._paths = paths
        self.trace: list[str] = []
        """The steps that were taken, where `traces` is on."""
        self.traces = False

    @property
    def words(self) -> Words:
        return self._words

    @functools.cached_property
    def _nearness(self) -> Nearness:
        return Nearness(self.view, self._words, self._capital, self.parts_of)

    @functools.cached_property
    def _shouts(self) -> bool:
        """Whether the query has longer words in capitals, so that capitals say nothing of a short one."""
        return any(len(word) > _LONGEST_ABBREVIATION and word.isupper() for word in _LETTERS.findall(self._asked))

    def again(self, scope: Scope | None = None) -> Executor:
        """Another one for the same search, with leaves and notes of its own, in the same scope or in another."""
        other = Executor(self._words, scope or self.scope, self.now, self._text, self._paths)
        other.deadline = self.deadline
        return other

    def universe(self) -> Ints:
        """Every article within the scope."""
        return np.arange(self.view.size) if self._in_scope is None else np.flatnonzero(self._in_scope)

    def scoped(self, articles: Ints) -> Ints:
        """Those of the articles that the search is about."""
        return articles if self._in_scope is None else articles[self._in_scope[articles]]

    def written_forms(self, node: nodes.Node) -> list[str]:
        """The written forms that a leaf of the query stands for."""
        if isinstance(node, nodes.Wildcard | nodes.Fuzzy):
            return self._nearness.written_forms(node)
        return [node.text] if isinstance(node, nodes.Exact | nodes.Word) else []

    def check_time(self) -> None:
        """OutOfTime when the deadline is past."""
        if self.deadline is not None and time.monotonic() >= self.deadline:
            raise OutOfTime

    def answer(self, tree: nodes.Node, filters: Sequence[Query]) -> Ints:
        """The articles that match the tree and all of the filters, which rank nothing. When time runs out, those that
        are known to match (`is_partial`)."""
        try:
            return self._filtered(self._alternatives(tree), filters)
        except OutOfTime:
            self.is_partial = True
            return NONE

    def any_of_words(self, tree: nodes.Node) -> AnyOf | None:
        """What matches a query of words any of which will do, not looked at yet but for its number; None where the
        query is another, or its time is limited."""
        if not isinstance(tree, nodes.Or) or self.deadline is not None:
            return None
        words = [part for part in self.parts_of(tree) if not is_wordless(part)]
        if len(words) < 2 or not all(isinstance(word, nodes.Word) for word in words):
            return None
        self.leaves += [self._word(word) for word in words if isinstance(word, nodes.Word)]
        bits = [closeness.bits_of(part, self.view.size) for leaf in self.leaves for part in leaf.parts]
        if not bits:
            return None
        mask = functools.reduce(np.bitwise_or, bits)
        if self._in_scope is not None:
            mask = mask & self.view.scope_bits(self.scope.kinds, self.scope.versions)
        return AnyOf(closeness.count_of(mask), self.leaves, self._in_scope)

    def _alternatives(self, tree: nodes.Node) -> Ints:
        """What matches the tree; of alternatives as many as there is time for."""
        if not isinstance(tree, nodes.Or):
            return self.matching(tree)
        sets = []
        for part in self.parts_of(tree):
            try:
                if not is_wordless(part):
                    sets.append(self.matching(part))
            except OutOfTime:
                if not sets:
                    raise
                self.is_partial = True
                break
        return unite(sets)

    def _filtered(self, found: Ints, filters: Sequence[Query]) -> Ints:
        text = self._text
        for each in filters:
            self._text = each.text
            found = self.kept(found, each.tree)
        self._text = text
        return found

    def kept(self, found: Ints, node: nodes.Node) -> Ints:
        """Those of the articles that match the node."""
        if is_wordless(node):
            return found
        if isinstance(node, nodes.And):
            for part in self.parts_of(node):
                found = self.kept(found, part)
            return found
        condition = self._condition(node)
        if condition is not None:
            return self._tested(node, condition, found)
        if isinstance(node, nodes.Not):
            found = subtract(found, self.matching(node.part, ranks=False))
        else:
            found = intersect(found, self.matching(node, ranks=False))
        self._trace(node, None, found)
        return found

    # Nodes

    def matching(self, node: nodes.Node, where: Where = BARE, *, ranks: bool = True) -> Ints:
        """The articles that match, sorted. `ranks` is off below NOT. OutOfTime when the deadline is past."""
        self.check_time()
        match node:
            case nodes.Every():
                return self.universe()
            case nodes.Word():
                return self._rank_by(self._word(node, where), ranks)
            case nodes.Phrase(text, None):
                return self._rank_by(self._leaf(text, analysis.phrase_readings(text), where), ranks)
            case nodes.Boost(inner, weight):
                return self._boost(inner, weight, where, ranks)
            case nodes.And():
                return self._and(self.parts_of(node), where, ranks)
            case nodes.Or():
                parts = self.parts_of(node)
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
                return self._rank_by(self._standing(node, where), ranks)
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
        return self.scoped(leaf.articles)

    def _spotted(self, node: nodes.Node, keys: Ints, starts: Ints) -> Leaf:
        return self._leaf_of(node, SpottedPart(None, starts, lambda: keys))

    def _standing(self, node: nodes.Node, where: Where) -> Leaf:
        """What is found by how words are written, or by where they stand."""
        if isinstance(node, nodes.Wildcard | nodes.Fuzzy):
            part = self._pattern(node, where)
            if part is not None:
                return self._leaf_of(node, part)
        found = self._stretches(node, where)
        return self._spotted(node, found.keys(), found.starts())

    def _leaf_of(self, node: nodes.Node, part: Part) -> Leaf:
        start, end = node.span
        parts = (part,) if len(part.articles) else ()
        return Leaf(self._text[start:end], parts, is_one_word=not isinstance(node, nodes.Wildcard | nodes.Fuzzy))

    def _stretches(self, node: nodes.Node, where: Where) -> Stretches:
        try:
            return self._nearness.stretches(node, where)
        except Unjoinable as error:
            raise self._unsupported(error.node, "this within nearness") from None
        except TooManyForms as error:
            raise self._too_many(error) from None

    def _pattern(self, node: nodes.Wildcard | nodes.Fuzzy, where: Where) -> PatternPart | None:
        try:
            return self._nearness.pattern(node, where)
        except TooManyForms as error:
            raise self._too_many(error) from None

    def _too_many(self, error: TooManyForms) -> QuerySyntaxError:
        start, end = error.node.span
        text, reason = f"This stands for more than {MAX_EXPANSIONS} different words of the index", "limit-expansions"
        if isinstance(error, TooManyPlaces):
            text = f"These are near each other in more than {MAX_ROWS:,} places; ask for rarer words or less distance"
            reason = "limit-places"
        return QuerySyntaxError(text, reason=reason, text=self._text, start=start, end=end)

    def _at_least(self, count: int, inner: nodes.Node, where: Where, ranks: bool) -> Ints:
        try:
            articles, counts = self._nearness.mentions(inner, where)
        except Unjoinable as error:
            raise self._unsupported(error.node, "this within atleast") from None
        except TooManyForms as error:
            raise self._too_many(error) from None
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
                conditions.append((part, condition))
                continue
            some = self.matching(part, where, ranks=ranks)
            found = some if found is None else intersect(found, some)
            self._trace(part, None, found)
        if found is None:
            found = self.universe()
        for part, condition in conditions:
            found = self._tested(part, condition, found)
        for part in parts:
            if isinstance(part, nodes.Not):
                found = subtract(found, self.matching(part.part, where, ranks=False))
                self._trace(part, None, found)
        return found

    def _tested(self, node: nodes.Node, condition: Callable[[Ints], Ints], articles: Ints) -> Ints:
        left = articles[condition(articles)]
        self._trace(node, articles, left)
        return left

    def _trace(self, node: nodes.Node, tested: Ints | None, left: Ints) -> None:
        if self.traces:
            how = "looked up" if tested is None else f"tested on {len(tested)}"
            self.trace.append(f"{unparse(node)}: {how}, {len(left)} left")

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
                return lambda articles: _conditions.when(self.view, node, self.now, articles)
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
        elif node.field == "path" and self._paths is not None:
            numbers = {self.view.number(id_) for id_ in self._paths(node.value or "")}
            found = np.array(sorted(number for number in numbers if number is not None), np.intp)
        elif mark is not None:
            found = self.view.marked(mark)
            itself = _conditions.site_itself(node)
            if itself is not None:
                found = subtract(found, self.view.marked(itself))
            self._note(*_conditions.unknown_value(self.view, node, mark, found))
        else:
            raise self._unsupported(node, f"{node.field}:{node.value or 'none'}")
        return self.scoped(found)

    # Words

    def _leaf(self, text: str, readings: _Readings, where: Where, form: str = "") -> Leaf:
        """Any of the readings, each a word or several next to each other, in any form. A text without a word in it
        ("&") has none and matches nothing by itself."""
        if not readings:
            self._note(Note("wordless", f"there is no word in {text!r}, so it is in no article"))
        return Leaf(text, self._words.parts(readings, where), form=form)

    def parts_of(self, node: nodes.And | nodes.Or) -> tuple[nodes.Node, ...]:
        """The node's parts, those words that articles also write as one known for it."""
        implied = isinstance(node, nodes.And) and node.implied
        return self.beside_each_other(node.parts, implied=implied)

    def beside_each_other(self, parts: tuple[nodes.Node, ...], *, implied: bool = False) -> tuple[nodes.Node, ...]:
        """The parts of the query that these are, likewise."""
        return self._words.beside_each_other(parts, self._text, implied=implied)

    def is_capital(self, text: str, where: Where) -> bool:
        """Whether the word means its capital form here: ``US``, not ``us``."""
        return self._capital(text, where) is not None

    def _capital(self, text: str, where: Where) -> Ints | None:
        """Where the capital form stands that a word in capitals means; None where it means any form: it is no
        abbreviation, the whole query shouts, or nothing that is searched has the form."""
        if text.islower() or not _ABBREVIATION.fullmatch(text) or not _is_capital(text) or self._shouts:
            return None
        key = text, where
        if key not in self._capitals:
            keys = self._nearness.capitals(text, where)
            # Whatever the query narrows or widens: a condition more never makes a word mean another.
            usual = self.view.scope(_USUAL.kinds, _USUAL.versions)
            articles = article_of(keys)
            has_it = len(articles) if usual is None else bool(usual[articles].any())
            self._capitals[key] = keys if has_it else None
            if self._capitals[key] is None and self._words.parts(analysis.readings(text), where):
                self._note(Note("capitals", f"no article has {text} in capitals; small letters count too"))
        return self._capitals[key]

    def _word(self, node: nodes.Word, where: Where = BARE) -> Leaf:
        capital = self._capital(node.text, where)
        if capital is not None:
            is_alone = not isinstance(node, JoinedWord)
            return self._spotted(node, capital, capital) if is_alone else self._standing(node, where)
        readings, form = read_word(node.text)
        if isinstance(node, JoinedWord):
            readings += node.joined
        return self._leaf(node.text, readings, where, form)

    def _note(self, *notes: Note) -> None:
        self.notes += [note for note in notes if note not in self.notes]


_LONGEST_ABBREVIATION = 4
_ABBREVIATION = re.compile(r"[^\W\d_]{2,4}|[^\W\d_](?:\.[^\W\d_]){1,3}\.?")
_LETTERS = re.compile(r"[^\W\d_]+")


def _is_capital(text: str) -> bool:
    return all(char.isupper() for char in text if char != ".")


def is_wordless(node: nodes.Node) -> bool:
    """Whether this is a sign without a letter or digit ("&" in a pasted headline), which no index holds."""
    if isinstance(node, nodes.Word):
        return not read_word(node.text)[0]
    return isinstance(node, nodes.Phrase) and not analysis.tokens(node.text)
