"""What was meant by a query that finds next to nothing, from the index's own words.

`corrected` sets misspelt words right: only where a search has found few articles, only words that few articles have,
and only if the query then finds more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from newsidx import analysis, query
from newsidx.engine.local import _vocabulary
from newsidx.engine.local._execute import Executor
from newsidx.engine.local._fuzzy import within_distance
from newsidx.errors import QuerySyntaxError
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes
from newsidx.query.fields import edit_distance

__all__ = ["corrected"]

_LIKELIER = 10
"""How many times more often another word must stand in articles, where any has this one: a rare name that is right is
one or two letters away from some common word more often than not (Mali, mal)."""
_MOST_WORDS = 20
"""Words of a query that are looked at."""


# Misspelt words


def corrected(executor: Executor, request: SearchRequest, tree: nodes.Node) -> tuple[str, nodes.Node] | None:
    """The text of the query with misspelt words set right, and its tree; None where nothing is likely. Whether it
    finds more is for the caller to see."""
    changes = []
    for word, start, end in _misspellable(executor, request.query, tree):
        other = _meant(executor, word)
        if other is not None:
            changes.append((start, end, other))
    text = request.query
    for start, end, other in sorted(set(changes), reverse=True):
        text = text[:start] + other + text[end:]
    if text == request.query:
        return None
    try:
        return text, query.parse(text, any=request.any, quote=request.quote).tree
    except QuerySyntaxError:
        return None


def _misspellable(executor: Executor, text: str, tree: nodes.Node) -> Iterator[tuple[str, int, int]]:
    """(word, from, to) of the words of the query that may be misspelt: plain ones that are asked for, and those of
    phrases that no article has."""
    pending = [tree]
    count = 0
    while pending and count < _MOST_WORDS:
        node = pending.pop()
        match node:
            case nodes.Not():
                continue
            case nodes.Word(word):
                places = [node.span]
                words = [word]
            case nodes.Phrase(phrase) if not len(executor.again().matching(node, ranks=False)):
                words = [phrase[token.start : token.end] for token in analysis.tokens(phrase)]
                places = [node.span] * len(words)
            case _:
                pending += nodes.children(node)[::-1]
                continue
        for word, (first, last) in zip(words, places, strict=True):
            at = text.find(word, first, last)
            if at >= 0 and len(word) > _SHORTEST and _vocabulary.is_word(word):
                count += 1
                yield word, at, at + len(word)


_SHORTEST = 3
_LONG = 6
"""Letters of a word that may be two edits off, one where some article has it; a shorter one may be one off, where none
has it."""


def _meant(executor: Executor, word: str) -> str | None:
    """The word that was most likely meant, as articles write it; None where this one may be right."""
    own = len(executor.again().matching(nodes.Word(word), ranks=False))
    if own > _vocabulary.FEW:
        return None
    folded = analysis.fold(word.lower())
    if own and len(folded) < _LONG:
        return None
    distance = 2 if len(folded) >= _LONG and not own else 1
    known = _vocabulary.similar(executor.view, folded, distance, 1)
    forms = [form for form in known if form != folded]
    near = within_distance(folded, distance + 1)(forms)  # which takes two neighbours that changed places for two edits
    rows = []
    for form, is_near in zip(forms, near.tolist(), strict=True):
        edits = edit_distance(folded, form) if is_near and form.isalpha() else distance + 1
        if edits <= distance and known[form] >= _LIKELIER * own:
            rows.append((edits, -known[form], form))
    best: tuple[float, str] | None = None
    for edits, _, form in sorted(rows)[:_MOST_ALIKE]:
        written, times = _vocabulary.most_written(executor.view, (form,))
        # What counts is how often it is written so: a rare form may be one of a frequent word (Mani, of many).
        if times >= max(_LIKELIER * own, 1):
            is_other = form[0] != folded[0] or (word[0].isupper() and not written[0].isupper())
            rank = edits + is_other - math.log10(times + 1) / 2
            best = min(best or (rank, written), (rank, written))
    return None if best is None else best[1]


_MOST_ALIKE = 20
"""Words like a misspelt one that are looked up."""
