"""`check`: what can be derived from the stored articles is derived again and compared with what the index says.

Trusts nothing but the stored articles themselves: their words are split and stemmed anew.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from newsidx.analysis import analyze
from newsidx.engine.local import _fields, _marks
from newsidx.engine.local._facts import pack_facts, unpack_facts
from newsidx.engine.local._summary import Summary
from newsidx.engine.local._view import View
from newsidx.model import Article, Problem

__all__ = ["check_view"]


def check_view(view: View) -> list[Problem]:
    """Everything that is wrong with a commit, by name; a structure that cannot be read at all is one problem."""
    problems: list[Problem] = []
    expected = Summary()
    terms: dict[str, dict[int, bytes]] = {}
    marks: dict[str, set[int]] = {}
    for number in sorted(view.articles()):
        try:
            article = view.article(number)
        except Exception as error:  # noqa: BLE001 - whatever reading a damaged record raises is what we report
            problems.append(Problem(f"article {number}", f"its record cannot be read: {error}"))
            continue
        problems += _check_article(view, number, article, expected, terms, marks)
    problems += _check_words(view, terms)
    problems += _check_marks(view, marks)
    problems += _check_summary(view, expected)
    return problems


def _check_article(
    view: View,
    number: int,
    article: Article,
    expected: Summary,
    terms: dict[str, dict[int, bytes]],
    marks: dict[str, set[int]],
) -> Iterator[Problem]:
    name = f"article {article.id[:12]}"
    analyzed = analyze(article)
    if view.facts(number) != unpack_facts(pack_facts(article, analyzed.lengths)):
        yield Problem(name, "its facts (dates, kind, lengths) do not agree with its record")
    if view.number(article.id) != number:
        yield Problem(name, "it is not found by its ID, or stands in the index twice")
    for term, places in analyzed.terms.items():
        terms.setdefault(_fields.tagged(term, analyzed.lang), {})[number] = places
    for mark in _marks.article_marks(article):
        marks.setdefault(mark, set()).add(number)
    unknown = [form for form in analyzed.forms if not view.knows_form(form)]
    if unknown:
        yield Problem(name, f"the lexicon does not know {len(unknown)} of its words, e.g. {unknown[0]!r}")
    earlier = article.id in view.summary.earlier
    expected.learn(article.id, article.kind, analyzed.lang, analyzed.lengths, earlier=earlier)


def _check_words(view: View, terms: dict[str, dict[int, bytes]]) -> Iterator[Problem]:
    for key, articles in terms.items():
        term, lang = _fields.untagged(key)
        found = {number: array("I", places).tobytes() for number, places in view.occurrences(term, lang).items()}
        if found != articles:
            wrong = sum(1 for number in found.keys() | articles.keys() if found.get(number) != articles.get(number))
            yield Problem(f"postings of {term!r}", f"wrong in {wrong} of {len(articles)} articles")


def _check_marks(view: View, marks: dict[str, set[int]]) -> Iterator[Problem]:
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
