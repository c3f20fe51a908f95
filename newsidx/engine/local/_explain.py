"""How a query was understood and answered: its parts with what each finds, its words' readings, the plan's steps.

Made only where a request asks for it; every part is then evaluated once more by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from newsidx import analysis, query
from newsidx.engine.local._execute import Executor
from newsidx.engine.local._words import BARE, JoinedWord, Where
from newsidx.model import Explanation, QueryPart, WordReading
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes

__all__ = ["explained"]

_MOST_PARTS = 200
"""Parts and words of a query that are told of."""
_MOST_FORMS = 20
"""Words that a pattern stands for that are named."""


def explained(
    executor: Executor, request: SearchRequest, tree: nodes.Node, total: int, milliseconds: Sequence[float]
) -> Explanation:
    """The explanation of a search that found `total` articles; `milliseconds` for finding them and ranking them."""
    seen: dict[tuple[str, Where], tuple[nodes.Node, Where]] = {}
    parts: list[QueryPart] = []
    for node, where, depth in _walk(executor, tree, BARE, 0):
        if len(parts) == _MOST_PARTS:
            break
        count = total if depth == 0 else len(executor.again().matching(node, where, ranks=False))
        text = query.unparse(node)
        parts.append(QueryPart(text, count, depth))
        if isinstance(node, nodes.Word | nodes.Phrase | nodes.Exact | nodes.Wildcard | nodes.Fuzzy):
            seen.setdefault((text, where), (node, where))
    words = tuple(reading for node, where in seen.values() for reading in _readings(executor, node, where))
    plan = (*_scope_lines(executor), *executor.trace, _ranking_line(executor, request, milliseconds))
    return Explanation(query.unparse(tree), tuple(parts), words, plan, round(sum(milliseconds), 3))


def _walk(executor: Executor, node: nodes.Node, where: Where, depth: int) -> Iterator[tuple[nodes.Node, Where, int]]:
    yield node, where, depth
    inner = (Where.named(node.zone) or where) if isinstance(node, nodes.In) else where
    for child in executor.parts_of(node) if isinstance(node, nodes.And | nodes.Or) else nodes.children(node):
        yield from _walk(executor, child, inner, depth + 1)


# Words


def _readings(executor: Executor, node: nodes.Node, where: Where) -> list[WordReading]:
    match node:
        case nodes.Word(text) if not executor.is_capital(text, where):
            joined = node.joined if isinstance(node, JoinedWord) else ()
            return _in_languages(executor, text, analysis.readings(text) + joined, where)
        case nodes.Phrase(text):
            readings = analysis.phrase_readings(text)
            return _in_languages(executor, query.unparse(replace(node, slop=None)), readings, where)
    articles = len(executor.again().matching(node, where, ranks=False))
    written = executor.written_forms(node)
    more = ("…",) if len(written) > _MOST_FORMS else ()
    return [WordReading(query.unparse(node), "*", (*written[:_MOST_FORMS], *more), articles)]


def _in_languages(
    executor: Executor, word: str, readings: Sequence[tuple[str, ...]], where: Where
) -> list[WordReading]:
    found = []
    for part in executor.words.parts(readings, where):
        articles = len(executor.scoped(part.articles))
        if articles:
            found.append(WordReading(word, part.lang or None, _terms(executor, readings, part.lang or None), articles))
    found.sort(key=lambda reading: (-reading.articles, reading.lang or ""))
    if found or not readings:
        return found
    counts = executor.view.summary.counts
    most = max(counts, key=lambda lang: (counts[lang], lang), default="")
    return [WordReading(word, most or None, _terms(executor, readings, most or None), 0)]


def _terms(executor: Executor, readings: Sequence[tuple[str, ...]], lang: str | None) -> tuple[str, ...]:
    """What any of the readings becomes in a language: terms, or terms next to each other."""
    terms: dict[str, None] = {}
    for forms in readings:
        each = [tuple(executor.words.terms(form, lang)) for form in forms]
        if len(each) == 1:
            terms |= dict.fromkeys(each[0])
        else:
            terms[" ".join("|".join(some) for some in each)] = None
    return tuple(terms)


# The plan


def _scope_lines(executor: Executor) -> tuple[str, ...]:
    view, scope = executor.view, executor.scope
    kinds = "all kinds" if scope.kinds is None else " ".join(sorted(scope.kinds))
    versions = "all versions" if scope.versions else "newest versions"
    size = len(executor.universe())
    segments = f"{len(view.segments)} segment{'' if len(view.segments) == 1 else 's'}"
    return (f"{segments}, {int(np.count_nonzero(view.alive))} articles", f"searched are {size}: {kinds}; {versions}")


def _ranking_line(executor: Executor, request: SearchRequest, milliseconds: Sequence[float]) -> str:
    if request.sort != "relevance" or not executor.leaves:
        how = f"sorted: {request.sort}" if request.sort != "relevance" else "nothing to rank by: newest first"
    else:
        count = len(executor.leaves)
        also = [name for name in ("recent", "feedback") if getattr(request, name)]
        with_ = f", with {' and '.join(also)}" if also else ""
        how = f"ranked by {count} part{'' if count == 1 else 's'} of the query (BM25F){with_}"
    matching, ranking = milliseconds
    return f"{how}; found in {matching:.1f} ms, ranked in {ranking:.1f} ms"
