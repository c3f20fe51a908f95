"""What a commit's part becomes: patches to what is there, totals, the lexicon, new segments.

`_store` writes what comes of it, `_remake` makes a whole index the same way, and only who writes loads this module.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Protocol

import numpy as np

from newsidx import analysis
from newsidx.analysis import AnalyzedArticle
from newsidx.codec import CURRENT, DELETED, EARLIER, Contents, Page, Patches
from newsidx.engine.local import _keys
from newsidx.engine.local._build import contents_of, used_words
from newsidx.engine.local._summary import Summary
from newsidx.engine.local._view import View
from newsidx.engine.seam import Part
from newsidx.model import Article
from newsidx.schema import DEFAULT_KINDS

__all__ = ["Forms", "changes", "count_puts", "lexicon_of", "new_segments"]

_SEGMENT_TOKENS = 1 << 21
"""Occurrences of words that a new segment is made of at once: some 200 MB of arrays while they are sorted."""


def changes(part: Part, view: View) -> tuple[Patches, Summary]:
    """What the part does to articles that are there, and the totals after all of it."""
    summary = view.summary.copy()
    gone = {number for id_ in part.deletes if (number := view.number(id_)) is not None}
    gone |= {number for article, _ in part.puts if (number := view.number(article.id)) is not None}
    put = {article.id for article, _ in part.puts}
    flipped: dict[int, bool] = {}
    for id_, earlier in part.earlier.items():
        number = None if id_ in put else view.number(id_)
        if number is not None and number not in gone and earlier != bool(view.earlier[number]):
            flipped[number] = earlier
    leaving = sorted(gone) + sorted(number for number, earlier in flipped.items() if earlier)
    _recount(summary, view, leaving, -1)
    _recount(summary, view, sorted(number for number, earlier in flipped.items() if not earlier), 1)
    count_puts(summary, part.puts, part.earlier)
    rows = [(number, DELETED) for number in sorted(gone)]
    rows += [(number, EARLIER if earlier else CURRENT) for number, earlier in sorted(flipped.items())]
    places = [view.place(number) for number, _ in rows]
    ids = sorted({segment.id for segment, _ in places})
    columns = (
        [ids.index(segment.id) for segment, _ in places],
        [local for _, local in places],
        [what for _, what in rows],
        [view.generation + 1] * len(rows),
    )
    return Patches(tuple(ids), *(np.array(column, np.int64) for column in columns)), summary


def _recount(summary: Summary, view: View, numbers: list[int], by: int) -> None:
    """Articles that are there begin (`by` 1) or cease (-1) to count, as far as their kinds do."""
    chosen = np.array(sorted(numbers), np.intp)
    if by < 0:
        chosen = chosen[view.alive[chosen] & ~view.earlier[chosen]]
    for names, lang, lengths, counts in view.counting(chosen):
        merged = list(dict.fromkeys(names))  # two tags may be of one language
        numbered = np.array([merged.index(name) for name in names], np.int64)
        summary.count(numbered[lang[counts]], lengths[counts], merged, by)


def count_puts(summary: Summary, puts: Iterable[tuple[Article, AnalyzedArticle]], earlier: Mapping[str, bool]) -> None:
    """New articles begin to count, as far as their kinds do."""
    names: dict[str, int] = {}
    rows = [
        (names.setdefault(analyzed.lang or "", len(names)), *analyzed.lengths)
        for article, analyzed in puts
        if article.kind in DEFAULT_KINDS and not earlier.get(article.id, False)
    ]
    if rows:
        table = np.array(rows, np.int64)
        summary.count(table[:, 0], table[:, 1:], list(names), 1)


def new_segments(part: Part, view: View, patches: Patches, summary: Summary) -> Iterator[Contents]:
    """The segments that the part becomes, of some millions of occurrences each."""
    lexicon = lexicon_of([analyzed for _, analyzed in part.puts], view, summary)
    pages = {_keys.encoded(name): Page(data, view.generation + 1) for name, data in part.ledger.items()}
    pages = {name: page for name, page in pages.items() if page.data is not None or _is_known(view, name)}
    first = True
    for puts in _batches(part.puts):
        if first:
            yield contents_of(puts, part.earlier, lexicon, pages, patches)
        else:
            yield contents_of(puts, part.earlier, {}, {}, Patches.none())
        first = False
    if first and (pages or len(patches.segment)):
        yield contents_of((), {}, lexicon, pages, patches)


def _is_known(view: View, name: bytes) -> bool:
    return any(segment.page_names.find(name) >= 0 for segment in view.segments)


def _batches(puts: Sequence[tuple[Article, AnalyzedArticle]]) -> Iterator[Sequence[tuple[Article, AnalyzedArticle]]]:
    """Parts of about one size, none of much more than `_SEGMENT_TOKENS`."""
    ends = list(accumulate(len(analyzed.words) // 4 for _, analyzed in puts))
    if not ends:
        return
    parts = -(-ends[-1] // _SEGMENT_TOKENS) or 1
    cuts = [bisect.bisect_left(ends, ends[-1] * i // parts) for i in range(1, parts)]
    for start, stop in pairwise((0, *cuts, len(puts))):
        if start < stop:
            yield puts[start:stop]


class Forms(Protocol):
    """The written forms that an index has seen."""

    def unknown_forms(self, forms: Iterable[str]) -> set[str]: ...

    def all_forms(self) -> list[str]: ...


def lexicon_of(analyzed: Sequence[AnalyzedArticle], known_forms: Forms, summary: Summary) -> dict[bytes, bytes]:
    """Keep the lexicon whole: every form that the index has seen, with its terms in every language that it holds."""
    known = tuple(summary.languages)
    groups = list(used_words(analyzed))
    forms: set[str] = set()
    for some in groups:
        forms.update(map(some.vocabulary.forms.__getitem__, some.used.tolist()))
    # A query without accents asks for the folded form: that one must be known too.
    forms |= {analysis.fold(form) for form in forms if not form.isascii()}
    new = summary.meet(dict.fromkeys(some.lang for some in groups if some.lang is not None))
    unknown = known_forms.unknown_forms(forms)
    seen: dict[str, dict[str, tuple[str, ...]]] = {form: {} for form in (forms if new else unknown)}
    for some in groups:
        if some.lang is not None:
            wanted = [word for word in some.used.tolist() if some.vocabulary.forms[word] in seen]
            for word, terms in zip(wanted, some.vocabulary.terms(some.lang).of(wanted), strict=True):
                seen[some.vocabulary.forms[word]][some.lang] = terms
    entries = {form: _in_languages(form, seen[form], (*known, *new)) for form in unknown}
    if new:
        for form in known_forms.all_forms():
            became = _in_languages(form, seen.get(form, {}), new)
            if became:
                entries[form] = became
    return {_keys.encoded(form): _keys.form_terms(became) for form, became in entries.items()}


def _in_languages(
    form: str, known: Mapping[str, tuple[str, ...]], languages: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """What the form becomes in each language where that is not just its folded self."""
    plain = (analysis.fold(form),)
    became = {lang: known[lang] if lang in known else analysis.terms(form, lang) for lang in languages}
    return {lang: terms for lang, terms in became.items() if terms != plain}
