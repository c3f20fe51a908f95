"""How a query that is being typed may go on: its last word finished from the index's own words, or, behind a field that
takes a name, from the names that articles have there.

What is offered finds at least one article, together with what was typed before it, and says how many.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from newsidx import analysis, query
from newsidx.codec import Ints
from newsidx.engine.local import _vocabulary
from newsidx.engine.local._execute import Executor, Scope
from newsidx.engine.local._facets import facet
from newsidx.engine.local._sets import intersect
from newsidx.engine.local._words import BARE, Words
from newsidx.errors import QuerySyntaxError
from newsidx.model import Suggestion
from newsidx.query import tree as nodes
from newsidx.query.fields import Field, find_field
from newsidx.schema import BARE_ZONES, zone_texts

__all__ = ["complete"]

_CANDIDATES = 40
"""Forms that are looked up to be offered as completions, beside four for each that is wanted; of a phrase eight times
as many, since the most frequent words need not stand in it (council is the 225th of those that begin with co)."""
_FEW = 40
"""Articles whose own words are looked at, where what was typed before leaves no more: the word that is wanted may be
rare in the index."""
_NAMES = 5
"""Names that are counted for each that is wanted: those of a field beginning so, most articles first."""

_WORD = re.compile(
    r"(?:(?<=[\s(])|\A)((?:[a-z]\w*:)*)[\"“]?(?=[^\W_])(?:[^\s()\"]*[^\w\s()\"])?([^\W_]+)\Z", re.IGNORECASE
)
_VALUE = re.compile(r"(?:(?<=[\s(])|\A)([a-z]\w*):(=?)(?:[\"“]([^\"“”]+)|([^\s\"“”():=]*))\Z", re.IGNORECASE)
_TAG = re.compile(r"(?:(?<=[\s(])|\A)#(\w+)\Z")
_OPENED = re.compile(r"(?:\s|AND\s|[\"“(])*\Z")
_APART = re.compile(r"(?:^|\s)(?:OR|NOT|-|NEAR/\d+|PRE/\d+|SAME/[SP])\s*\Z", re.IGNORECASE)
"""After these the words before do not narrow what may follow."""


def complete(executor: Executor, typed: str, limit: int) -> tuple[Suggestion, ...]:
    """What `typed` may become: its last word finished, most articles first. Before it may stand other words; then only
    articles that match these count."""
    if limit < 1:
        return ()
    if match := _TAG.search(typed):
        return _of_names(executor, typed[: match.start()], find_field("tag"), match[1], limit, is_hashtag=True)
    if match := _VALUE.search(typed):
        field = find_field(match[1])
        if field is not None and (field.kind not in ("zone", "form") or (field.takes_whole and match[2])):
            return _of_names(executor, typed[: match.start()], field, match[3] or match[4] or "", limit)
    match = _WORD.search(typed)
    if match is None or analysis.is_segmentless(match[2][-1]):
        return ()
    return _of_words(executor, typed, match, limit)


def _best(found: Sequence[Suggestion], limit: int) -> tuple[Suggestion, ...]:
    return tuple(sorted(found, key=lambda s: (-s.articles, s.text))[:limit])


# Words


def _of_words(executor: Executor, typed: str, match: re.Match[str], limit: int) -> tuple[Suggestion, ...]:
    head, fields = typed[: match.start(2)], match[1]
    opened = _opened_quote(head)
    within = _matching_head(executor, typed[: match.start()] if opened is None else typed[:opened])
    begun = "" if opened is None else head[opened + 1 :]
    if opened is not None and begun:
        within = _both(within, executor.again().matching(nodes.Phrase(begun), ranks=False))
    forms = _forms(executor, analysis.fold(match[2].lower()), within)
    most = (_CANDIDATES + 4 * limit) * (8 if begun else 1)
    likely = sorted(forms, key=lambda form: (-forms[form], form))[:most]
    if begun:  # to find what they are forms of costs more than to leave out those that do not stand there
        likely = [form for form in likely if _count(executor, fields, begun, form, within)]
    words: dict[object, list[str]] = {}
    for form in likely:
        words.setdefault(_word_of(executor.words, form), []).append(form)
    counted = [(_count(executor, fields, begun, same[0], within), same) for same in words.values()]
    counted.sort(key=lambda pair: (-pair[0], pair[1][0]))
    found = []
    for number, same in counted[: 2 * limit]:
        word, _ = _vocabulary.most_written(executor.view, same)
        count = number
        if word.isupper():  # capitals mean just that form
            count = _count(executor, fields, begun, word, within)
        if count:
            found.append(Suggestion(head + word, count))
    return _best(found, limit)


def _opened_quote(head: str) -> int | None:
    """Where a quote was opened and not closed yet; None where none is."""
    at = max(head.rfind('"'), head.rfind("“"))
    is_open = at >= 0 and (head[at] == "“" or head.count('"') % 2)
    return at if is_open and (at == 0 or head[at - 1] in " (:") else None


def _forms(executor: Executor, prefix: str, within: Ints | None) -> dict[str, int]:
    """Folded forms that begin so, each with about how many articles have it: of the whole index, or of the few articles
    that are left."""
    if within is None or len(within) > _FEW:
        return _vocabulary.begun(executor.view, prefix)
    found: Counter[str] = Counter()
    for number in within.tolist():
        forms: set[str] = set()
        for zone, texts in zone_texts(executor.view.article(number)):
            if zone.name in BARE_ZONES:
                forms.update(analysis.fold(form) for text in texts for form in analysis.spans(text).forms)
        found.update(form for form in forms if form.startswith(prefix))
    return dict(found)


def _count(executor: Executor, fields: str, begun: str, word: str, within: Ints | None) -> int:
    node: nodes.Node = nodes.Phrase(begun + word) if begun else nodes.Word(word)
    if fields:
        try:
            node = query.parse(fields + query.unparse(node)).tree
        except QuerySyntaxError:  # what stands before takes no words
            return 0
    return len(_both(within, executor.again().matching(node, ranks=False)))


def _both(within: Ints | None, articles: Ints) -> Ints:
    return articles if within is None else intersect(articles, within)


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


# Names


def _of_names(
    executor: Executor, head: str, field: Field | None, begun: str, limit: int, *, is_hashtag: bool = False
) -> tuple[Suggestion, ...]:
    """The values of a field with a word that begins so, as queries."""
    if field is None:
        return ()
    found = []
    within = _matching_head(executor, head)
    for text in _queries(executor, field, analysis.fold(begun.lower()), is_hashtag)[: _NAMES * limit]:
        try:
            tree = query.parse(text).tree
            articles = executor.again(Scope.of(tree)).matching(tree, ranks=False)
        except QuerySyntaxError:  # the index does not record it
            continue
        count = len(_both(within, articles))
        if count:
            found.append(Suggestion(head + text, count))
    return _best(found, limit)


def _queries(executor: Executor, field: Field, begun: str, is_hashtag: bool) -> list[str]:
    """The queries for those values; most articles of the index first."""
    if field.kind == "choice":
        return [f"{field.name}:{choice}" for choice in field.choices if choice.startswith(begun)]
    if field.target not in ("source", "section", "tag", "author", "lang"):
        return []
    rows = facet(executor.view, field.target, executor.universe(), None).counts
    names = [row.value for row in rows if row.value is not None]
    names = [name for name in names if _begins(analysis.fold(name.lower()), begun)]
    if is_hashtag:
        return [f"#{name}" for name in names if name.isalnum()]
    return [query.unparse(nodes.Attr(field.target, name)) for name in names]


def _begins(name: str, begun: str) -> bool:
    return name.startswith(begun) or f" {begun}" in name
