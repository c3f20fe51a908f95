"""`check`: what can be derived from the stored articles is derived again and compared with what the index says.

Every byte is held against its checksum first; then nothing is trusted but the stored articles themselves: their words
are split and stemmed anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from newsidx.analysis import ZONE_SHIFT, AnalyzedArticle, analyze, fold, primary
from newsidx.codec import Segment, written_key
from newsidx.engine.local import _keys, _labels, _marks
from newsidx.engine.local._commit import segment_file
from newsidx.engine.local._facts import COLUMNS, article_facts
from newsidx.engine.local._summary import Summary
from newsidx.engine.local._view import View
from newsidx.errors import IndexDamaged
from newsidx.model import Article, Problem
from newsidx.schema import DEFAULT_KINDS

__all__ = ["check_view"]

_Words = dict[bytes, dict[int, list[tuple[int, bytes]]]]
"""Term → article → (occurrence, written form)."""


@dataclass(slots=True)
class _Derived:
    """What the stored articles say the index should hold."""

    words: _Words = field(default_factory=dict)
    marks: dict[str, set[int]] = field(default_factory=dict)
    summary: Summary = field(default_factory=Summary)


def check_view(view: View) -> list[Problem]:
    """Everything that is wrong with a commit, by name; a structure that cannot be read at all is one problem."""
    problems = [problem for segment in view.segments for problem in _check_bytes(segment)]
    if problems:
        return problems
    derived = _Derived()
    try:
        for number in view.articles():
            try:
                article = view.article(number)
            except IndexDamaged as error:
                problems.append(Problem(f"article {number}", f"its record cannot be read: {error}"))
                continue
            problems += _check_article(view, number, article, derived)
        problems += _check_words(view, derived)
        problems += _check_marks(view, derived)
        problems += _check_summary(view, derived)
    except IndexDamaged as error:
        problems.append(Problem("index", str(error)))
    return problems


def _check_bytes(segment: Segment) -> Iterator[Problem]:
    for guard in segment.guards():
        if bad := guard.damaged_pages():
            text = f"{len(bad)} of its pages do not agree with their checksums, the first is {bad[0]}"
            yield Problem(f"{segment_file(segment.id)}, {guard.name.rpartition(', ')[2]}", text)


def _check_article(view: View, number: int, article: Article, derived: _Derived) -> Iterator[Problem]:
    name = f"article {article.id[:12]}"
    analyzed = analyze(article).alone()
    forms, terms_of = analyzed.vocabulary.forms, analyzed.vocabulary.terms(analyzed.lang)
    yield from _check_facts(view, number, article, analyzed, name)
    if view.number(article.id) != number:
        yield Problem(name, "it is not found by its ID, or stands in the index twice")
    words, places = np.frombuffer(analyzed.words, np.uint32), np.frombuffer(analyzed.places, np.uint32)
    keys = [
        written_key(fold(form), form, surface)
        for form, surface in zip(forms, analyzed.vocabulary.surfaces, strict=True)
    ]
    for word, place in zip(words.tolist(), places.tolist(), strict=True):
        for term in terms_of[word]:
            in_term = derived.words.setdefault(_keys.tagged(term, analyzed.lang), {})
            in_term.setdefault(number, []).append((place, keys[word]))
    for mark in _marks.article_marks(article):
        derived.marks.setdefault(mark, set()).add(number)
    unknown = [form for form in forms if not view.knows_form(form)]
    if unknown:
        yield Problem(name, f"the lexicon does not know {len(unknown)} of its words, e.g. {unknown[0]!r}")
    for kind in ("sentences", "paragraphs"):
        expected = np.frombuffer(getattr(analyzed, kind), np.uint32).astype(np.int64) + (number << 32)
        if view.breaks("sentences" if kind == "sentences" else "paragraphs", np.array([number])).tolist() != (
            expected.tolist()
        ):
            yield Problem(name, f"its {kind} do not begin where the index says")
    if article.kind in DEFAULT_KINDS and not view.earlier[number]:
        lang = primary(article.lang) or ""
        derived.summary.count(np.zeros(1, np.int64), np.array([analyzed.lengths]), [lang], 1)


def _check_facts(view: View, number: int, article: Article, analyzed: AnalyzedArticle, name: str) -> Iterator[Problem]:
    segment, local = view.place(number)
    langs: Sequence[str] = segment.meta["langs"]
    sources: Sequence[str] = segment.meta["sources"]
    lang, source = article.lang or "", article.source.name or article.source.domain or ""
    if lang not in langs or source not in sources:
        yield Problem(name, "its segment does not know its language or its source")
        return
    said = [int(segment.facts[column][local]) for column in COLUMNS]
    row = article_facts(
        article,
        analyzed.lengths,
        lang=langs.index(lang),
        source=sources.index(source),
        earlier=bool(said[COLUMNS.index("earlier")]),
    )
    if view.headline(number) != (article.headline or None) or view.published([number]) != [article.published]:
        yield Problem(name, "its headline or date is not that of its record")
    for field_name in _labels.FIELDS:
        names, groups = segment.labels(field_name)
        if [names[number] for number in groups[local].tolist()] != _labels.article_labels(article, field_name):
            yield Problem(name, f"its {field_name} is not that of its record")
    if said != row:
        yield Problem(name, "its facts (dates, kind, lengths) do not agree with its record")


def _check_words(view: View, derived: _Derived) -> Iterator[Problem]:
    found: _Words = {}
    for segment, base in zip(view.segments, view.bases, strict=True):
        _read_words(segment, base, view, found)
    for key in sorted(found.keys() | derived.words.keys()):
        had, expected = found.get(key, {}), derived.words.get(key, {})
        if had != expected:
            wrong = sum(1 for number in had.keys() | expected.keys() if had.get(number) != expected.get(number))
            yield Problem(f"postings of {_keys.untagged(key)[0]!r}", f"wrong in {wrong} articles")


def _read_words(segment: Segment, base: int, view: View, found: _Words) -> None:
    """All occurrences of a segment in articles that are there."""
    uses, keys = segment.uses, segment.written.strings()
    written = {
        (term, code): keys[form]
        for form, term, code in zip(uses.written.tolist(), uses.term.tolist(), uses.code.tolist(), strict=True)
    }
    terms = segment.terms.strings()
    owner = segment.terms_of_lists()
    for first, last in segment.words.steps(0, segment.words.count, 1 << 20):
        tokens = segment.words.tokens(first, last)
        if tokens.place is None or tokens.code is None:
            raise IndexDamaged("lists of words have no places", path=view.folder)
        zone = segment.words.zones(first, last)[tokens.list]
        rows = (owner[first:last][tokens.list], tokens.article + base, zone << ZONE_SHIFT | tokens.place, tokens.code)
        for term, number, place, code in zip(*(row.tolist() for row in rows), strict=True):
            if view.alive[number]:
                form = written.get((term, code), b"")
                found.setdefault(terms[term], {}).setdefault(number, []).append((place, form))


def _check_marks(view: View, derived: _Derived) -> Iterator[Problem]:
    for mark in sorted({*derived.marks, *view.marks_from("")}):
        articles = view.marked(mark)
        found = set(articles[view.alive[articles]].tolist())
        if found - derived.marks.get(mark, set()):
            yield Problem(f"mark {mark!r}", "it stands with articles that do not have it")
        if derived.marks.get(mark, set()) - found:
            yield Problem(f"mark {mark!r}", "it does not stand with the articles that have it")


def _check_summary(view: View, derived: _Derived) -> Iterator[Problem]:
    said = {lang: n for lang, n in view.summary.counts.items() if n}
    if said != derived.summary.counts or any(
        view.summary.tokens[lang] != derived.summary.tokens[lang] for lang in said
    ):
        yield Problem("summary", f"its totals are {said}, the articles' {derived.summary.counts}")
