"""One search, from tree to stream of hits: match, rank or sort, look around where nothing matched, read what is shown.

Hits are read only as they are taken, so that all of them can be streamed; the caller's lock is held for each read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

from newsidx import query
from newsidx.analysis import ZONE_SHIFT, primary
from newsidx.engine.local._execute import Executor, Scope
from newsidx.engine.local._leaf import Leaf
from newsidx.engine.local._order import Ranked, ordered
from newsidx.engine.local._rank import Ranker
from newsidx.engine.local._sets import have, intersect, unite
from newsidx.engine.local._view import View
from newsidx.errors import QuerySyntaxError
from newsidx.model import KINDS, Hit, Moment, Note, Stream
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes
from newsidx.schema import DEFAULT_KINDS, ZONES
from newsidx.snippet import Match, headline_pieces, passages

__all__ = ["Brief", "brief", "search"]

_Lock = Callable[[], AbstractContextManager[object]]


def search(view: View, request: SearchRequest, tree: nodes.Node, now: dt.datetime, lock: _Lock) -> Stream:
    """The answer to `request` over one commit; `tree` holds its filters too."""
    scope = Scope.of(tree)
    executor = Executor(view, scope, now, request.query)
    found = executor.matching(tree)
    ranker = Ranker(view, executor.leaves)
    order = ordered(view, ranker.scores(found), found, request.sort, request.limit, request.offset)
    notes = list(executor.notes)
    nearest: tuple[Hit, ...] = ()
    if not len(found):
        nearest = _nearest(view, request, tree, now, scope)
        notes += _elsewhere(view, request, tree, now, scope)
    elif request.sort != "relevance":
        undated = int(np.count_nonzero(view.column("precision-0")[found] == 0))
        if undated:
            notes.append(Note("undated", f"{undated} without a date come last", "date:none"))
    hits = _hits(view, ranker, executor.leaves, order, request, lock)
    return Stream(total=len(found), hits=hits, nearest=nearest, notes=tuple(notes))


@dataclass(frozen=True, slots=True)
class Brief:
    """A hit as one line, without its article having been read; `source` is the outlet's name, else its domain."""

    id: str
    score: float
    headline: str | None
    source: str
    published: Moment | None


def brief(view: View, request: SearchRequest, tree: nodes.Node, now: dt.datetime) -> tuple[int, tuple[Brief, ...]]:
    """How many articles match, and the asked-for hits as lines."""
    executor = Executor(view, Scope.of(tree), now, request.query)
    found = executor.matching(tree)
    scores = Ranker(view, executor.leaves).scores(found)
    order = ordered(view, scores, found, request.sort, request.limit, request.offset)
    numbers = [hit.number for hit in order]
    sources, source = view.named("source")
    published = view.published(numbers)
    return len(found), tuple(
        Brief(view.id(hit.number), hit.score, view.headline(hit.number), sources[of], when)
        for hit, of, when in zip(order, source[numbers].tolist(), published, strict=True)
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
    for ranked in order:
        with lock():
            hit = _hit(view, ranker, leaves, ranked, request, missing(ranked.number))
        yield hit


def _hit(
    view: View,
    ranker: Ranker,
    leaves: Sequence[Leaf],
    ranked: Ranked,
    request: SearchRequest,
    missing: tuple[str, ...],
) -> Hit:
    article = view.article(ranked.number)
    lang = primary(article.lang) or ""
    matches = [
        Match(ZONES[place >> ZONE_SHIFT].name, place & (1 << ZONE_SHIFT) - 1, term, ranker.idf(leaf, lang))
        for term, leaf in enumerate(leaves)
        for place in leaf.places(ranked.number)
    ]
    return Hit(
        article=article,
        score=ranked.score,
        short_id=view.short_id(article.id),
        headline_pieces=headline_pieces(article, matches),
        snippets=passages(article, matches, limit=request.snippets, chars=request.snippet_chars),
        missing=missing,
        is_current=not view.earlier[ranked.number],
    )


# Where nothing matched


def _relaxable(tree: nodes.Node) -> tuple[tuple[nodes.Word, ...], tuple[nodes.Node, ...]]:
    """The plain words that were only written side by side at the top of the query, and all that must stand beside
    them. A request's filters stand beside the query in an explicit And; whoever writes AND means it."""
    parts = tree.parts if isinstance(tree, nodes.And) and not tree.implied else (tree,)
    words: list[nodes.Word] = []
    fixed: list[nodes.Node] = []
    for part in parts:
        if isinstance(part, nodes.And) and part.implied:
            words += [inner for inner in part.parts if isinstance(inner, nodes.Word)]
            fixed += [inner for inner in part.parts if not isinstance(inner, nodes.Word)]
        else:
            fixed.append(part)
    return tuple(words), tuple(fixed)


def _nearest(view: View, request: SearchRequest, tree: nodes.Node, now: dt.datetime, scope: Scope) -> tuple[Hit, ...]:
    """Articles with most of the words, where none has all: at least half of them, most words first, then by score."""
    words, fixed = _relaxable(tree)
    if len(words) < 2 or not request.nearest:
        return ()
    executor = Executor(view, scope, now, request.query)
    allowed = executor.matching(nodes.And(fixed)) if fixed else None
    sets = [executor.matching(word) for word in words]
    found = unite(sets) if allowed is None else intersect(unite(sets), allowed)
    had = np.array([have(each, found) for each in sets])
    most = had.sum(axis=0)
    found, had, most = found[2 * most >= len(words)], had[:, 2 * most >= len(words)], most[2 * most >= len(words)]
    ranker = Ranker(view, executor.leaves)
    order = ordered(view, ranker.scores(found), found, "relevance", request.nearest, 0, first=-most)
    place = {number: i for i, number in enumerate(found.tolist())}

    def missing(number: int) -> tuple[str, ...]:
        return tuple(word.text for i, word in enumerate(words) if not had[i, place[number]])

    return tuple(_hit(view, ranker, executor.leaves, ranked, request, missing(ranked.number)) for ranked in order)


def _elsewhere(view: View, request: SearchRequest, tree: nodes.Node, now: dt.datetime, scope: Scope) -> list[Note]:
    """Where the words stand that no article has: outside the article, in captures of other kinds, in earlier
    versions."""
    notes = []
    outside = _outside(view, request, tree, now, scope)
    if outside is not None:
        notes.append(outside)
    text = request.query.strip()
    if scope.kinds is not None:
        wider = Executor(view, Scope(None, scope.versions), now, request.query)
        kinds: dict[str, int] = {}
        for number, count in enumerate(np.bincount(view.column("kind")[wider.matching(tree)]).tolist()):
            kinds[KINDS[number]] = count
        for kind in (kind for kind in KINDS if kinds.get(kind) and kind not in DEFAULT_KINDS):
            them = _captures(kinds[kind])
            notes.append(Note("other-kind", f"{them} of the kind {kind} match", f"{text} kind:{kind}"))
    if not scope.versions:
        older = Executor(view, Scope(scope.kinds, True), now, request.query).matching(tree)
        if len(older):
            them = f"{len(older)} earlier version{'' if len(older) == 1 else 's'}"
            notes.append(Note("earlier-versions", f"{them} match", f"{text} versions:all"))
    return notes


def _outside(view: View, request: SearchRequest, tree: nodes.Node, now: dt.datetime, scope: Scope) -> Note | None:
    """Captures that have outside the article what no article has."""
    for zone in ("promo", "page", "any"):
        found = Executor(view, scope, now, request.query).matching(nodes.In(zone, tree))
        if len(found):
            text = request.query.strip()
            them = "it" if isinstance(tree, nodes.Word) else "them"
            verb = "has" if len(found) == 1 else "have"
            note = f"{_captures(len(found))} {verb} {them} outside the article"
            return Note("outside", note, _parsable(f"{zone}:{text}" if them == "it" else f"{zone}:({text})"))
    return None


def _parsable(text: str) -> str | None:
    """A query to suggest, if it is one: not everything that can be asked can be asked of one zone."""
    try:
        query.parse(text)
    except QuerySyntaxError:
        return None
    return text


def _captures(count: int) -> str:
    return f"{count} capture{'' if count == 1 else 's'}"
