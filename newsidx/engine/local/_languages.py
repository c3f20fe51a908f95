"""Words whose hits are of several languages: told, where they are likely to be different words that look alike.

The rule. A plain word of the query is told of when, of the articles found, those that have it are of two languages or
more, and it is not written like a name: names are the same in all languages, and begin with a capital in most places
of each. So ``war`` (English, German) is told of, and ``gift``, which German writes with a capital and English does not;
``Mali`` is not. Languages with fewer than `LEAST` articles, or less than `SHARE` of them all, are left out.

A word that says nothing in any of these languages (``in``) is not told of, nor is one letter. One that says nothing in
the language that most articles of the index are in (``also``, among English ones) is told of only where it is all that
was asked for: beside other words it is part of the sentence.
"""

from __future__ import annotations

import numpy as np

from newsidx import analysis, query
from newsidx.codec import Ints
from newsidx.engine.local import _vocabulary
from newsidx.engine.local._execute import Executor
from newsidx.engine.local._sets import intersect
from newsidx.engine.local._words import BARE
from newsidx.errors import QuerySyntaxError
from newsidx.model import Note
from newsidx.query import tree as nodes

__all__ = ["LEAST", "SHARE", "split_words"]

LEAST = 3
SHARE = 0.01
_MOST_WORDS = 5
"""Words of a query that are looked at."""


def split_words(executor: Executor, tree: nodes.Node, found: Ints) -> list[Note]:
    """A note for each such word, e.g. ``war: de 9,840, en 312; narrow with lang:en``."""
    names, numbers = executor.view.languages
    if len(names) < 2:
        return []
    if len(_many(dict(enumerate(np.bincount(numbers[found], minlength=len(names)).tolist())))) < 2:
        return []
    notes = []
    words = _plain_words(tree)
    for text in words[:_MOST_WORDS]:
        if executor.is_capital(text, BARE):  # WHO is no word
            continue
        parts = executor.words.parts(analysis.readings(text), BARE)
        counts = _many({part.lang or "": len(intersect(part.articles, found)) for part in parts})
        if len(counts) > 1 and not _is_name(executor, text, list(counts)):
            lang = _readers(executor, text, list(counts), is_alone=len(words) == 1)
            if lang is not None:
                notes.append(_note(text, counts, lang, tree))
    return notes


def _readers(executor: Executor, text: str, langs: list[str], *, is_alone: bool) -> str | None:
    """The language in which the reader most likely means the word: of those in which it says something, the one that
    most articles of the index are in. None where it hardly matters to the reader."""
    index = executor.view.summary.counts
    folded = analysis.fold(text.lower())
    by_size = sorted(filter(None, langs), key=lambda lang: (-index.get(lang, 0), lang))
    meant = [lang for lang in by_size if folded not in analysis.light_words(lang)]
    if not meant or (len(folded) == 1 and not analysis.is_segmentless(folded)):
        return None
    return meant[0] if is_alone or meant[0] == by_size[0] else None


def _many(counts: dict[str, int] | dict[int, int]) -> dict[str, int]:
    least = max(LEAST, SHARE * sum(counts.values()))
    chosen = ((str(lang), count) for lang, count in counts.items() if count >= least)
    return dict(sorted(chosen, key=lambda pair: (-pair[1], pair[0])))


def _plain_words(tree: nodes.Node) -> list[str]:
    """The words that are asked for in any form, one letter's case aside, each once."""
    words: dict[str, None] = {}
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, nodes.Word) and _vocabulary.is_word(node.text):
            words.setdefault(node.text)
        elif isinstance(node, nodes.And | nodes.Or | nodes.Boost):
            pending += nodes.children(node)[::-1]
    return list(words)


def _is_name(executor: Executor, text: str, langs: list[str]) -> bool:
    folded = analysis.fold(text.lower())
    return all(_vocabulary.capital_share(executor.view, folded, lang or None) > 1 / 2 for lang in langs)


def _note(text: str, counts: dict[str, int], lang: str, tree: nodes.Node) -> Note:
    told = ", ".join(f"{name or 'unknown'} {count:,}" for name, count in counts.items())
    narrowed = query.unparse(nodes.And((tree, nodes.Attr("lang", lang)), implied=True))
    try:
        query.parse(narrowed)
    except QuerySyntaxError:
        return Note("languages", f"{text}: {told}")
    return Note("languages", f"{text}: {told}; narrow with lang:{lang}", narrowed)
