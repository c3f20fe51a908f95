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
from newsidx.codec import Ints
from newsidx.engine.local._execute import Executor, Scope, is_wordless
from newsidx.engine.local._facts import CLOCKS
from newsidx.engine.local._feedback import feedback
from newsidx.engine.local._leaf import Leaf
from newsidx.engine.local._order import Ranked, ordered
from newsidx.engine.local._rank import Ranker, recency
from newsidx.engine.local._sets import have, intersect, unite
from newsidx.engine.local._view import View
from newsidx.engine.local._words import Words
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
    executor = Executor(Words(view), Scope.of(tree), now, request.query)
    found = executor.matching(tree)
    ranker = Ranker(view, executor.leaves)
    order = ordered(
        view, _scores(executor, ranker, found, request, now), found, request.sort, request.limit, request.offset
    )
    notes = executor.notes + _left_out(executor, tree)
    nearest: tuple[Hit, ...] = ()
    if not len(found):
        nearest = _nearest(executor, request, tree)
        notes += _elsewhere(executor, tree)
    elif request.sort != "relevance":
        undated = int(np.count_nonzero(view.column("precision-0")[found] == 0))
        if undated:
            query_text = _suggestion(*_conjuncts(tree), nodes.WhenNone("published"))
            verb = "comes" if undated == 1 else "come"
            notes.append(Note("undated", f"{undated} without a date {verb} last", query_text))
    hits = _hits(view, ranker, executor.leaves, order, request, lock)
    return Stream(total=len(found), hits=hits, nearest=nearest, notes=tuple(notes))


def _scores(executor: Executor, ranker: Ranker, found: Ints, request: SearchRequest, now: dt.datetime) -> Ints:
    """The scores of the articles found, as the request wants them ranked."""
    if request.feedback and request.sort == "relevance":
        scores = feedback(executor.view, executor.words, ranker, executor.leaves, found)
    else:
        scores = ranker.scores(found)
    return scores * recency(executor.view, found, now) if request.recent else scores


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
    executor = Executor(Words(view), Scope.of(tree), now, request.query)
    found = executor.matching(tree)
    scores = _scores(executor, Ranker(view, executor.leaves), found, request, now)
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
    sets = [executor.matching(word) for word in words]
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

    return tuple(_hit(view, ranker, executor.leaves, ranked, request, missing(ranked.number)) for ranked in order)


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
