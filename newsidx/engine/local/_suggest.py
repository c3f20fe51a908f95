"""How a query may go on, and what was meant by one that finds next to nothing: both from the index's own words.

`complete` finishes the word at the end of what was typed. `corrected` sets misspelt words right: only where a search
has found few articles, only words that few articles have, and only if the query then finds more.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from newsidx import analysis, query
from newsidx.codec import Ints
from newsidx.engine.local import _vocabulary
from newsidx.engine.local._execute import Executor
from newsidx.engine.local._fuzzy import within_distance
from newsidx.engine.local._sets import intersect
from newsidx.engine.local._words import BARE, Words
from newsidx.errors import QuerySyntaxError
from newsidx.model import Suggestion
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes
from newsidx.query.fields import edit_distance

__all__ = ["complete", "corrected"]

_LIKELIER = 10
"""How many times more often another word must stand in articles, where any has this one: a rare name that is right is
one or two letters away from some common word more often than not (Mali, mal)."""
_MOST_WORDS = 20
"""Words of a query that are looked at."""
_CANDIDATES = 40
"""Forms that are looked up to be offered as completions, beside four for each that is wanted."""
_TAIL = re.compile(
    r"(?:(?<=[\s(])|\A)(?:[a-z]\w*:)*[\"“]?(?=[^\W_])(?:[^\s()\"]*[^\w\s()\"])?([^\W_]+)\Z", re.IGNORECASE
)
_OPENED = re.compile(r"(?:\s|AND\s|[\"“(])*\Z")
_APART = re.compile(r"(?:^|\s)(?:OR|NOT|-|NEAR/\d+|PRE/\d+|SAME/[SP])\s*\Z", re.IGNORECASE)
"""After these the words before do not narrow what may follow."""

# Words


def complete(executor: Executor, typed: str, limit: int) -> tuple[Suggestion, ...]:
    """What `typed` may become: its last word finished, most articles first. Before it may stand other words; then only
    articles that match these count."""
    match = _TAIL.search(typed)
    if match is None or analysis.is_segmentless(match[1][-1]) or limit < 1:
        return ()
    head = typed[: match.start(1)]
    within = _matching_head(executor, typed[: match.start()])
    forms = _vocabulary.begun(executor.view, analysis.fold(match[1].lower()))
    likely = sorted(forms, key=lambda form: (-forms[form], form))[: _CANDIDATES + 4 * limit]
    words: dict[object, list[str]] = {}
    for form in likely:
        words.setdefault(_word_of(executor.words, form), []).append(form)
    counted = [(_count(executor, same[0], within), same) for same in words.values()]
    counted.sort(key=lambda pair: (-pair[0], pair[1][0]))
    found = []
    for number, same in counted[: 2 * limit]:
        word, _ = _vocabulary.most_written(executor.view, same)
        count = _count(executor, word, within) if word.isupper() else number  # capitals mean just that form
        if count:
            found.append(Suggestion(head + word, count))
    return tuple(sorted(found, key=lambda s: (-s.articles, s.text))[:limit])


def _count(executor: Executor, word: str, within: Ints | None) -> int:
    articles = executor.again().matching(nodes.Word(word), ranks=False)
    return len(articles if within is None else intersect(articles, within))


def _matching_head(executor: Executor, head: str) -> Ints | None:
    """The articles that match the words before the last one; None where there are none, or they do not narrow it."""
    head = _OPENED.sub("", head)
    tree = query.parse_lenient(head)[0].tree
    if isinstance(tree, nodes.Every) or _APART.search(head):
        return None
    try:
        return executor.again().matching(tree, ranks=False)
    except QuerySyntaxError:
        return None


def _word_of(words: Words, form: str) -> object:
    """What two forms share that are one word: their terms in the language that has most articles with the first."""
    parts = words.parts(analysis.readings(form), BARE)
    lang = max(parts, key=lambda part: len(part.articles)).lang if parts else None
    return lang, *words.terms(form, lang or None)


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
