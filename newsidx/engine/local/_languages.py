"""Words whose hits are of several languages: told, where they are likely to be different words that look alike.

The rule. A plain word of the query is told of when, of the articles found, those that have it are of two languages or
more, and it is not written like a name: names are the same in all languages, and begin with a capital in most places
of each. So ``war`` (English, German) is told of, and ``gift``, which German writes with a capital and English does not;
``Mali`` is not. Languages with fewer than `LEAST` articles, or less than `SHARE` of them all, are left out.
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
    for text in _plain_words(tree)[:_MOST_WORDS]:
        parts = executor.words.parts(analysis.readings(text), BARE)
        counts = _many({part.lang or "": len(intersect(part.articles, found)) for part in parts})
        if len(counts) > 1 and not _is_name(executor, text, list(counts)):
            notes.append(_note(executor, text, counts, tree))
    return notes


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


def _note(executor: Executor, text: str, counts: dict[str, int], tree: nodes.Node) -> Note:
    known = {lang: count for lang, count in counts.items() if lang}
    index = executor.view.summary.counts
    # The language of most articles is most likely the reader's.
    lang = max(known, key=lambda name: (index.get(name, 0), name))
    told = ", ".join(f"{name or 'unknown'} {count:,}" for name, count in counts.items())
    narrowed = query.unparse(nodes.And((tree, nodes.Attr("lang", lang)), implied=True))
    try:
        query.parse(narrowed)
    except QuerySyntaxError:
        return Note("languages", f"{text}: {told}")
    return Note("languages", f"{text}: {told}; narrow with lang:{lang}", narrowed)
