"""`check`: what can be derived from the stored articles is derived again and compared with what the index says.

Trusts nothing but the stored articles themselves: their words are split and stemmed anew.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsidx.analysis import analyze, fold
from newsidx.engine.local import _fields, _marks
from newsidx.engine.local._facts import pack_facts, unpack_facts
from newsidx.engine.local._summary import Summary
from newsidx.engine.local._view import View
from newsidx.errors import IndexDamaged
from newsidx.model import Article, Problem

__all__ = ["check_view"]


def check_view(view: View) -> list[Problem]:
    """Everything that is wrong with a commit, by name; a structure that cannot be read at all is one problem."""
    expected = _Expected()
    checks = (
        lambda: _check_articles(view, expected),
        lambda: _check_words(view, expected),
        lambda: _check_lexicon(view, expected),
        lambda: _check_marks(view, expected),
        lambda: _check_summary(view, expected.summary),
    )
    problems: list[Problem] = []
    for check in checks:
        try:
            problems += check()
        except IndexDamaged as error:
            problems.append(Problem("files", str(error)))
    return problems


@dataclass(slots=True)
class _Expected:
    """What the articles say that the index must hold: occurrences by tagged term and article, articles by mark, terms
    by form and language, totals."""

    words: dict[str, dict[int, bytes]] = field(default_factory=dict)
    marks: dict[str, set[int]] = field(default_factory=dict)
    forms: dict[tuple[str, str | None], tuple[str, ...]] = field(default_factory=dict)
    summary: Summary = field(default_factory=Summary)


def _check_articles(view: View, expected: _Expected) -> list[Problem]:
    problems = []
    for number in sorted(view.articles()):
        try:
            article = view.article(number)
        except IndexDamaged as error:
            problems.append(Problem(f"article number {number}", str(error)))
            continue
        problems += _check_article(view, number, article, expected)
    return problems


def _check_article(view: View, number: int, article: Article, expected: _Expected) -> Iterator[Problem]:
    name = f"article {article.id[:12]}"
    analyzed = analyze(article)
    if view.facts(number) != unpack_facts(pack_facts(article, analyzed.lengths)):
        yield Problem(name, "its facts (dates, kind, lengths) do not agree with its record")
    if view.number(article.id) != number:
        yield Problem(name, "it is not found by its ID, or stands in the index twice")
    for term, places in analyzed.terms.items():
        expected.words.setdefault(_fields.tagged(term, analyzed.lang), {})[number] = places
    for mark in _marks.article_marks(article):
        expected.marks.setdefault(mark, set()).add(number)
    for form, terms in analyzed.forms.items():
        expected.forms[form, analyzed.lang] = terms
    earlier = article.id in view.summary.earlier
    expected.summary.learn(article.id, article.kind, analyzed.lang, analyzed.lengths, earlier=earlier)


def _check_words(view: View, expected: _Expected) -> Iterator[Problem]:
    terms = {_fields.untagged(key) for key in expected.words} | set(view.words())
    for term, lang in sorted(terms, key=str):
        articles = expected.words.get(_fields.tagged(term, lang), {})
        found = {number: array("I", places).tobytes() for number, places in view.occurrences(term, lang).items()}
        if found != articles:
            wrong = sum(1 for number in found.keys() | articles.keys() if found.get(number) != articles.get(number))
            yield Problem(f"postings of {term!r}", f"wrong in {wrong} of {len(articles)} articles")


def _check_lexicon(view: View, expected: _Expected) -> Iterator[Problem]:
    lexicon = view.lexicon()
    for (form, lang), terms in expected.forms.items():
        known = lexicon.get(form)
        said = None if known is None else known.get(lang or "", (fold(form),))
        if said != terms:
            yield Problem(f"the lexicon's {form!r}", f"says {said}, the articles {terms}")


def _check_marks(view: View, expected: _Expected) -> Iterator[Problem]:
    marks = expected.marks
    for mark, articles in marks.items():
        if view.marked(mark) != articles:
            yield Problem(f"mark {mark!r}", "it does not stand with the articles that have it")
    for mark in view.marks_from(""):
        if mark not in marks and view.marked(mark):
            yield Problem(f"mark {mark!r}", "it stands with articles that do not have it")


def _check_summary(view: View, expected: Summary) -> Iterator[Problem]:
    said = {lang: n for lang, n in view.summary.counts.items() if n}
    if said != expected.counts or any(view.summary.tokens[lang] != expected.tokens[lang] for lang in said):
        yield Problem("summary", f"its totals are {said}, the articles' {expected.counts}")
    if missing := view.summary.earlier - expected.earlier:
        yield Problem("summary", f"{len(missing)} earlier versions are not in the index")
