"""One search, from tree to stream of hits: match, rank or sort, look around where nothing matched, read what is shown.

Hits are read only as they are taken, so that all of them can be streamed; the caller's lock is held for each read.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from typing import TYPE_CHECKING

import numpy as np

from newsidx import query
from newsidx.analysis import primary
from newsidx.codec import Ints
from newsidx.engine.local import _vocabulary
from newsidx.engine.local._execute import AnyOf, Executor, OutOfTime, Scope, is_wordless
from newsidx.engine.local._facts import CLOCKS
from newsidx.engine.local._languages import split_words
from newsidx.engine.local._leaf import Leaf
from newsidx.engine.local._order import Ranked, ordered
from newsidx.engine.local._rank import DEPTH, Ranker
from newsidx.engine.local._scores import scores
from newsidx.engine.local._sets import NONE, have, intersect, unite
from newsidx.engine.local._view import View
from newsidx.engine.local._words import Words
from newsidx.engine.seam import Paths
from newsidx.errors import QuerySyntaxError
from newsidx.frozen import dataclass
from newsidx.model import KINDS, Hit, Moment, Note, Stream
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes
from newsidx.schema import DEFAULT_KINDS, ZONES
from newsidx.snippet import Match, headline_pieces, passages

if TYPE_CHECKING:
    from newsidx.model import Explanation, Facet, Suggestion, Why

__all__ = ["Asked", "Brief", "brief", "search", "suggest", "why"]

_Lock = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as the engine is asked for it (`newsidx.engine.seam.Engine.search`)."""

    request: SearchRequest
    tree: nodes.Node
    now: dt.datetime
    filters: tuple[query.Query, ...] = ()
    paths: Paths | None = None

    @property
    def whole(self) -> nodes.Node:
        """The query with its filters beside it."""
        return nodes.And((self.tree, *(each.tree for each in self.filters))) if self.filters else self.tree

    def executor(self, view: View) -> Executor:
        executor = Executor(Words(view), Scope.of(self.whole), self.now, self.request.query, self.paths)
        if self.request.limit_seconds is not None:
            executor.deadline = time.monotonic() + self.request.limit_seconds
        return executor


def search(view: View, asked: Asked, lock: _Lock) -> Stream:
    """The answer to a request over one commit."""
    request = asked.request
    executor = asked.executor(view)
    executor.traces = request.explain
    begun = time.perf_counter()
    notes: list[Note] = []
    any_of = _any_of(executor, asked)
    try:
        found = executor.answer(asked.tree, asked.filters) if any_of is None else NONE
    except QuerySyntaxError as error:
        if not request.lenient:
            raise
        found, notes = NONE, [Note("syntax", error.message, error.suggestion)]
    matched = time.perf_counter()
    ranker = Ranker(view, executor.leaves)
    order = _ordered(executor, ranker, found if any_of is None else any_of, asked) if request.limit != 0 else []
    total = len(found) if any_of is None else any_of.total
    if any_of is not None and _looks_at_all(view, request, total):
        found = any_of.articles()
    took = 1000 * (matched - begun), 1000 * (time.perf_counter() - matched)
    facets = _facets(view, found, request) if request.facets else {}
    beside = _beside(executor, asked, found, total) if not (executor.is_partial or notes) else _Beside()
    if executor.is_partial:
        notes.append(Note("time-limit", f"time ran out after {request.limit_seconds} s: other articles may match"))
    is_explained = request.explain and not (executor.is_partial or notes)
    return Stream(
        total=total,
        commit=view.name,
        suggestion=beside.suggestion,
        hits=_hits(view, ranker, executor.leaves, order, request, lock),
        nearest=beside.nearest,
        notes=(*executor.notes, *notes, *beside.notes),
        partial=executor.is_partial,
        explanation=_explained(executor, asked, total, took) if is_explained else None,
        facets=facets,
    )


def _any_of(executor: Executor, asked: Asked) -> AnyOf | None:
    """What was found, where it need not be gathered."""
    if asked.filters or executor.traces or not _is_plain(asked.request):
        return None
    return executor.any_of_words(asked.tree)


def _looks_at_all(view: View, request: SearchRequest, total: int) -> bool:
    """Whether what stands beside the hits is worked out of all articles found: counts, words of several languages."""
    return bool(request.facets) or len(view.languages[0]) > 1 or total <= _vocabulary.FEW


def _ordered(executor: Executor, ranker: Ranker, found: Ints | AnyOf, asked: Asked) -> list[Ranked]:
    request = asked.request
    if isinstance(found, AnyOf):
        found, values = ranker.best_of_any(found.in_scope)
    elif _is_plain(request):  # no article but the best can be among those that are asked for
        found, values = ranker.best(found)
    else:
        values = scores(executor, ranker, found, request)
    return ordered(executor.view, values, found, request.sort, request.limit, request.offset, seed=request.seed)


def _is_plain(request: SearchRequest) -> bool:
    """Whether a few of the best are asked for, as the ranker finds them."""
    few = request.limit is not None and request.limit + request.offset <= DEPTH
    return few and request.sort == "relevance" and not (request.recent or request.feedback)


def _facets(view: View, found: Ints, request: SearchRequest) -> dict[str, Facet]:
    from newsidx.engine.local._facets import facet

    return {name: facet(view, name, found, request.facet_limit) for name in request.facets}


def _explained(executor: Executor, asked: Asked, total: int, took: tuple[float, float]) -> Explanation:
    from newsidx.engine.local._explain import explained

    return explained(executor, asked.request, asked.whole, total, took)


@dataclass(slots=True)
class _Beside:
    """What is told beside the hits, as far as there is time for it."""

    notes: list[Note] = field(default_factory=list)
    nearest: tuple[Hit, ...] = ()
    suggestion: str | None = None


def _beside(executor: Executor, asked: Asked, found: Ints, total: int) -> _Beside:
    request, tree, view = asked.request, asked.whole, executor.view
    told = _Beside()
    with contextlib.suppress(OutOfTime):
        told.notes += _left_out(executor, tree)
        if not total:
            told.nearest = _nearest(executor, request, tree)
            told.notes += _elsewhere(executor, tree)
        elif request.sort in ("newest", "oldest"):
            undated = int(np.count_nonzero(view.column("precision-0")[found] == 0))
            if undated:
                query_text = _suggestion(*_conjuncts(tree), nodes.WhenNone("published"))
                verb = "comes" if undated == 1 else "come"
                told.notes.append(Note("undated", f"{undated} without a date {verb} last", query_text))
        told.notes += split_words(executor, asked.tree, found)
        if total <= _vocabulary.FEW:
            told.suggestion = _meant(executor, asked, total)
    return told


def _meant(executor: Executor, asked: Asked, total: int) -> str | None:
    """The query with misspelt words set right, where it finds more."""
    from newsidx.engine.local._suggest import corrected

    better = corrected(executor, asked.request, asked.tree)
    if better is None or len(executor.again().answer(better[1], asked.filters)) <= total:
        return None
    return better[0]


def why(view: View, asked: Asked, id_: str) -> Why | None:
    """Why the article with this ID is found where it is, or not; None where there is none."""
    number = view.number(id_)
    if number is None:
        return None
    from newsidx.engine.local._why import why as reasons

    return reasons(asked.executor(view), asked.request, asked.tree, asked.filters, number)


def suggest(view: View, prefix: str, limit: int, now: dt.datetime) -> tuple[Suggestion, ...]:
    """How what was typed may go on."""
    from newsidx.engine.local._complete import complete

    return complete(Executor(Words(view), Scope(), now, prefix), prefix, limit)


@dataclass(frozen=True, slots=True)
class Brief:
    """A hit as one line, without its article having been read; `source` is the outlet's name, else its domain."""

    id: str
    score: float
    headline: str | None
    source: str
    published: Moment | None


def brief(view: View, asked: Asked) -> tuple[int, tuple[Brief, ...]]:
    """How many articles match, and the asked-for hits as lines."""
    executor = asked.executor(view)
    any_of = _any_of(executor, asked)
    found = executor.answer(asked.tree, asked.filters) if any_of is None else any_of
    total = found.total if isinstance(found, AnyOf) else len(found)
    order = _ordered(executor, Ranker(view, executor.leaves), found, asked)
    numbers = [hit.number for hit in order]
    sources, source = view.named("source")
    columns = (view.ids_as_text(numbers), view.headlines(numbers), source[numbers].tolist(), view.published(numbers))
    return total, tuple(
        [
            Brief(id_, hit.score, headline, sources[of], when)
            for hit, id_, headline, of, when in zip(order, *columns, strict=True)
        ]
    )


# Hits


def _hits(
    view: View,
    ranker: Ranker,
    leaves: Sequence[Leaf],
    order: Sequence[Ranked],
    request: SearchRequest,
    lock: _Lock,
    missing: Callable[[int], tuple[str, ...]] = lambda number: (),
) -> Iterator[Hit]:
    weights: dict[str | None, list[float]] = {}
    for first in range(0, len(order), _AT_ONCE):
        some = order[first : first + _AT_ONCE]
        with lock():
            numbers = [ranked.number for ranked in some]
            ids = view.ids_as_text(numbers)
            short_ids = view.short_ids(ids)
            places = _places(leaves, numbers)
        for ranked, id_, short_id, found in zip(some, ids, short_ids, places, strict=True):
            with lock():
                article = view.article(ranked.number, id_)
                is_current = not view.earlier[ranked.number]
            of_lang = weights.get(article.lang)
            if of_lang is None:
                lang = primary(article.lang) or ""
                of_lang = weights[article.lang] = [ranker.idf(leaf, lang) for leaf in leaves]
            matches = [
                Match(_ZONE_NAMES[zone], term, of_lang[term], positions, written)
                for term, zone, positions, written in found
            ]
            yield Hit(
                article=article,
                score=ranked.score,
                short_id=short_id,
                headline_pieces=headline_pieces(article, matches),
                snippets=passages(article, matches, limit=request.snippets, chars=request.snippet_chars),
                missing=missing(ranked.number),
                is_current=is_current,
            )


_AT_ONCE = 32
"""Hits whose matches are looked up together: it is the call that costs, for one article as for many."""

_Found = tuple[int, int, Sequence[int], Sequence[str] | None]
"""Number of the leaf, of the zone, positions there, how it is written at each, where that is known."""


def _places(leaves: Sequence[Leaf], numbers: Sequence[int]) -> list[list[_Found]]:
    """What of the query stands in each of the articles."""
    found: list[list[_Found]] = [[] for _ in numbers]
    if leaves:
        order = sorted(range(len(numbers)), key=numbers.__getitem__)
        articles = np.array([numbers[i] for i in order], np.int64)
        for term, leaf in enumerate(leaves):
            for at, zone, positions, written in leaf.occurrences(articles):
                found[order[at]].append((term, zone, positions, written))
    return found


_ZONE_NAMES = tuple(zone.name for zone in ZONES)


# What a date condition leaves out


def _left_out(executor: Executor, tree: nodes.Node) -> list[Note]:
    """How many articles meet everything else that was asked for, and have no such date at all."""
    notes = []
    parts = _conjuncts(tree)
    for clock in CLOCKS:
        rest = [part for part in parts if not (isinstance(part, nodes.When) and part.clock == clock)]
        if len(rest) == len(parts):
            continue
        without = (*rest, nodes.WhenNone(clock))
        count = len(executor.again().matching(nodes.And(without), ranks=False))
        if count:
            date = "date" if clock == "published" else f"{clock} date"
            text = (
                f"{count} article{'' if count == 1 else 's'} without a {date} {'is' if count == 1 else 'are'} left out"
            )
            notes.append(Note("undated", text, _suggestion(*without)))
    return notes


def _conjuncts(tree: nodes.Node) -> tuple[nodes.Node, ...]:
    """All that must hold, without the brackets."""
    if not isinstance(tree, nodes.And):
        return (tree,)
    return tuple(inner for part in tree.parts for inner in _conjuncts(part))


def _joined(parts: Sequence[nodes.Node]) -> nodes.Node:
    parts = [part for part in parts if not isinstance(part, nodes.Every)] or parts[:1]
    return parts[0] if len(parts) == 1 else nodes.And(tuple(parts), implied=True)


def _suggestion(*parts: nodes.Node) -> str | None:
    """The query that asks for all of the parts; None where the language has no text for just that."""
    tree = _joined(parts)
    text = query.unparse(tree)
    try:
        return text if query.parse(text).tree == tree else None
    except QuerySyntaxError:  # too long, or not everything that can be asked can be asked of one zone
        return None


# Where nothing matched


def _relaxable(tree: nodes.Node) -> tuple[tuple[nodes.Word, ...], tuple[nodes.Node, ...]]:
    """The plain words that were only written side by side at the top of the query, and all that must stand beside
    them. A request's filters stand beside the query in an explicit And; whoever writes AND means it."""
    parts = tree.parts if isinstance(tree, nodes.And) and not tree.implied else (tree,)
    words: list[nodes.Word] = []
    fixed: list[nodes.Node] = []
    for part in parts:
        if isinstance(part, nodes.And) and part.implied:
            words += [inner for inner in part.parts if isinstance(inner, nodes.Word) and not is_wordless(inner)]
            fixed += [inner for inner in part.parts if not isinstance(inner, nodes.Word)]
        else:
            fixed.append(part)
    return tuple(words), tuple(fixed)


def _nearest(before: Executor, request: SearchRequest, tree: nodes.Node) -> tuple[Hit, ...]:
    """Articles with most of the words, where none has all: at least half of them, most words first, then by score."""
    words, fixed = _relaxable(tree)
    if len(words) < 2 or not request.nearest:
        return ()
    view = before.view
    executor = before.again()
    allowed = executor.matching(nodes.And(fixed)) if fixed else None
    sets = [executor.matching(word) for word in executor.beside_each_other(words)]
    found = unite(sets) if allowed is None else intersect(unite(sets), allowed)
    had = np.array([have(each, found) for each in sets])
    enough = 2 * had.sum(axis=0) >= len(words)
    found, had = found[enough], had[:, enough]
    ranker = Ranker(view, executor.leaves)
    first = -had.sum(axis=0)
    order = ordered(view, ranker.scores(found), found, "relevance", request.nearest, 0, first=first)
    place = {number: i for i, number in enumerate(found.tolist())}

    def missing(number: int) -> tuple[str, ...]:
        return tuple(word.text for i, word in enumerate(words) if not had[i, place[number]])

    return tuple(_hits(view, ranker, executor.leaves, order, request, contextlib.nullcontext, missing))


def _elsewhere(executor: Executor, tree: nodes.Node) -> list[Note]:
    """Where the words stand that no article has: outside the article, in captures of other kinds, in earlier
    versions."""
    notes = []
    # Without a word to look for, "outside the article" would be wherever some other word is not.
    outside = _outside(executor, tree) if executor.leaves else None
    if outside is not None:
        notes.append(outside)
    view, scope, parts = executor.view, executor.scope, _conjuncts(tree)
    if scope.kinds is not None:
        wider = executor.again(Scope(None, scope.versions)).matching(tree)
        counts = np.bincount(view.column("kind")[wider], minlength=len(KINDS)).tolist()
        kinds = dict(zip(KINDS, counts, strict=True))
        for kind in (kind for kind in KINDS if kinds[kind] and kind not in DEFAULT_KINDS):
            text = f"{_captures(kinds[kind])} of the kind {kind} {_match(kinds[kind])}"
            notes.append(Note("other-kind", text, _suggestion(*parts, nodes.Attr("kind", kind))))
    if not scope.versions:
        older = len(executor.again(Scope(scope.kinds, True)).matching(tree))
        if older:
            text = f"{older} earlier version{'' if older == 1 else 's'} {_match(older)}"
            notes.append(Note("earlier-versions", text, _suggestion(*parts, nodes.Attr("versions", "all"))))
    return notes


def _outside(executor: Executor, tree: nodes.Node) -> Note | None:
    """Captures that have outside the article what no article has; conditions on the article stay as they are."""
    parts = _conjuncts(tree)
    conditions = tuple(part for part in parts if not any(isinstance(node, _WORDED) for node in nodes.walk(part)))
    words = _joined([part for part in parts if part not in conditions]) if conditions else tree
    for zone in ("promo", "page", "any"):
        there = (nodes.In(zone, words), *conditions)
        found = executor.again().matching(nodes.And(there))
        if len(found):
            them = "it" if isinstance(words, nodes.Word) else "them"
            verb = "has" if len(found) == 1 else "have"
            text = f"{_captures(len(found))} {verb} {them} outside the article"
            return Note("outside", text, _suggestion(*there))
    return None


_WORDED = (nodes.Word, nodes.Phrase, nodes.Exact, nodes.Wildcard, nodes.Fuzzy)


def _captures(count: int) -> str:
    return f"{count} capture{'' if count == 1 else 's'}"


def _match(count: int) -> str:
    return "matches" if count == 1 else "match"
