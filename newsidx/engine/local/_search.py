"""One search, from tree to stream of hits: match, rank or sort, look around where nothing matched, read what is shown.

Hits are read only as they are taken, so that all of them can be streamed; the caller's lock is held for each read.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from newsidx import query
from newsidx.analysis import ZONE_SHIFT, primary
from newsidx.engine.local._execute import Executor, Scope
from newsidx.engine.local._facts import Facts
from newsidx.engine.local._rank import Leaf, Ranker
from newsidx.engine.local._view import View
from newsidx.errors import QuerySyntaxError
from newsidx.model import KINDS, Hit, Note, Stream
from newsidx.options import SearchRequest, Sort
from newsidx.query import tree as nodes
from newsidx.schema import DEFAULT_KINDS, ZONES
from newsidx.snippet import Match, headline_pieces, passages

__all__ = ["search"]

_Lock = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class _Ranked:
    number: int
    score: float


def search(view: View, request: SearchRequest, tree: nodes.Node, now: dt.datetime, lock: _Lock) -> Stream:
    """The answer to `request` over one commit; `tree` holds its filters too."""
    scope = Scope.of(tree)
    executor = Executor(view, scope, now, request.query)
    found = executor.matching(tree)
    ranker = Ranker(view.summary, executor.leaves)
    order = _ordered(view, ranker, found, request)
    notes = list(executor.notes)
    nearest: tuple[Hit, ...] = ()
    if not found:
        nearest = _nearest(view, request, tree, now, scope)
        notes += _elsewhere(view, request, tree, now, scope)
    elif request.sort != "relevance":
        undated = sum(1 for number in found if _published(view, number) is None)
        if undated:
            notes.append(Note("undated", f"{undated} without a date come last", "date:none"))
    hits = _hits(view, ranker, executor.leaves, order, request, lock)
    return Stream(total=len(found), hits=hits, nearest=nearest, notes=tuple(notes))


# Order


def _ordered(view: View, ranker: Ranker, found: set[int], request: SearchRequest) -> list[_Ranked]:
    """The asked-for stretch of the hits: by score or date; ties by newest published, then ID."""
    keyed = []
    for number in found:
        facts = view.facts(number)
        if facts is not None:
            score = ranker.score(number, facts)
            keyed.append((_key(request.sort, score, facts), number, score))
    if request.limit is not None:
        top = heapq.nsmallest(request.offset + request.limit, keyed)[request.offset :]
    else:
        top = sorted(keyed)[request.offset :]
    return [_Ranked(number, score) for _, number, score in top]


def _key(sort: Sort, score: float, facts: Facts) -> tuple[object, ...]:
    published = facts.published
    when = None if published is None else published.sort_key()
    newest = (when is None, 0.0 if when is None else -when)
    if sort == "newest":
        return *newest, -score, facts.id
    if sort == "oldest":
        return when is None, when or 0.0, -score, facts.id
    return -score, *newest, facts.id


def _published(view: View, number: int) -> object:
    facts = view.facts(number)
    return None if facts is None else facts.published


# Hits


def _hits(
    view: View,
    ranker: Ranker,
    leaves: Sequence[Leaf],
    order: Sequence[_Ranked],
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
    ranked: _Ranked,
    request: SearchRequest,
    missing: tuple[str, ...],
) -> Hit:
    article = view.article(ranked.number)
    lang = primary(article.lang) or ""
    matches = [
        Match(ZONES[place >> ZONE_SHIFT].name, place & (1 << ZONE_SHIFT) - 1, term, ranker.idf(leaf, lang))
        for term, leaf in enumerate(leaves)
        for place in leaf.places.get(ranked.number, ())
    ]
    return Hit(
        article=article,
        score=ranked.score,
        short_id=view.short_id(article.id),
        headline_pieces=headline_pieces(article, matches),
        snippets=passages(article, matches, limit=request.snippets, chars=request.snippet_chars),
        missing=missing,
        is_current=article.id not in view.summary.earlier,
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
    having: dict[int, set[int]] = {}
    for i, word in enumerate(words):
        for number in executor.matching(word):
            if allowed is None or number in allowed:
                having.setdefault(number, set()).add(i)
    ranker = Ranker(view.summary, executor.leaves)
    keyed = []
    for number, had in having.items():
        facts = view.facts(number)
        if facts is not None and 2 * len(had) >= len(words):
            score = ranker.score(number, facts)
            keyed.append(((-len(had), *_key("relevance", score, facts)), number, score))
    order = [_Ranked(number, score) for _, number, score in heapq.nsmallest(request.nearest, keyed)]

    def missing(number: int) -> tuple[str, ...]:
        return tuple(word.text for i, word in enumerate(words) if i not in having[number])

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
        for number in wider.matching(tree):
            facts = view.facts(number)
            if facts is not None:
                kinds[facts.kind] = kinds.get(facts.kind, 0) + 1
        for kind in (kind for kind in KINDS if kind in kinds and kind not in DEFAULT_KINDS):
            count = _captures(kinds[kind])
            notes.append(Note("other-kind", f"{count} of the kind {kind} match", f"{text} kind:{kind}"))
    if not scope.versions:
        older = Executor(view, Scope(scope.kinds, True), now, request.query).matching(tree)
        if older:
            count = f"{len(older)} earlier version{'' if len(older) == 1 else 's'}"
            notes.append(Note("earlier-versions", f"{count} match", f"{text} versions:all"))
    return notes


def _outside(view: View, request: SearchRequest, tree: nodes.Node, now: dt.datetime, scope: Scope) -> Note | None:
    """Captures that have outside the article what no article has."""
    for zone in ("promo", "page", "any"):
        found = Executor(view, scope, now, request.query).matching(nodes.In(zone, tree))
        if found:
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
