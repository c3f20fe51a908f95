"""What a commit's part becomes: patches to what is there, totals, the lexicon, new segments.

A part is cut into orders (`changes`), each of which becomes a segment (`contents_for`), here or in another process
(`_elsewhere`). `_store` writes what comes of it, `_remake` makes a whole index the same way, and only who writes loads
this module.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Protocol, TypeAlias

import numpy as np

from newsidx import analysis
from newsidx.analysis import AnalyzedArticle
from newsidx.codec import CURRENT, DELETED, EARLIER, Contents, Page, Patches
from newsidx.engine.local import _keys
from newsidx.engine.local._build import UsedWords, contents_of, used_words
from newsidx.engine.local._summary import Summary
from newsidx.engine.local._view import View
from newsidx.engine.seam import Part
from newsidx.frozen import dataclass
from newsidx.model import Article
from newsidx.schema import DEFAULT_KINDS

__all__ = ["BUILD", "Order", "Seen", "changes", "contents_for", "count_puts", "is_worth_hands", "lexicon_of"]

BUILD = "newsidx.engine.local._elsewhere:build"

_SEGMENT_TOKENS = 1 << 20
"""Occurrences of words that a new segment is made of at once: some 100 MB of arrays while they are sorted."""

_HANDS_TOKENS = 1 << 18
"""Occurrences for which it is worth to start other processes: what takes half a second to index, as much as they take
to start."""

_MOST_HANDS = 4
"""Segments that a part becomes for the sake of as many processes; more would soon have to be merged."""

_TOKEN_BYTES = 6
"""Bytes of text for each word of it, about."""

_Put: TypeAlias = tuple[Article, AnalyzedArticle | None]


@dataclass(frozen=True, slots=True)
class Order:
    """All that goes into a new segment: articles, which of them are earlier versions, the languages of the index,
    entries of the lexicon beside those of the articles' own words."""

    puts: Sequence[_Put]
    earlier: frozenset[str]
    languages: tuple[str, ...]
    lexicon: Mapping[bytes, bytes]
    pages: Mapping[bytes, Page]
    patches: Patches
    tokens: int


def changes(part: Part, view: View, jobs: int) -> tuple[list[Order], Summary]:
    """The segments that a part becomes, with what it does to articles that are there; and the totals after that, where
    the new articles are not counted yet."""
    summary = view.summary.copy()
    patches = _patches(part, view, summary)
    pages = {_keys.encoded(name): Page(data, view.generation + 1) for name, data in part.ledger.items()}
    pages = {name: page for name, page in pages.items() if page.data is not None or _is_known(view, name)}
    lexicon = _in_new_languages(part, view, summary)
    languages = tuple(summary.languages)
    orders = []
    for puts, tokens in _batches(part.puts, jobs):
        earlier = frozenset(article.id for article, _ in puts if part.earlier.get(article.id))
        orders.append(Order(puts, earlier, languages, lexicon, pages, patches, tokens))
        lexicon, pages, patches = {}, {}, Patches.none()
    if not orders and (pages or len(patches.segment)):
        orders.append(Order((), frozenset(), languages, lexicon, pages, patches, 0))
    return orders, summary


def contents_for(order: Order, forms: Forms) -> tuple[Contents, Summary]:
    """What was ordered, and what it adds to the totals; `forms` are those that the index has seen."""
    puts = [(article, analyzed or analysis.analyze(article)) for article, analyzed in order.puts]
    earlier = dict.fromkeys(order.earlier, True)
    counted = Summary()
    count_puts(counted, puts, earlier)
    words = list(used_words([analyzed for _, analyzed in puts]))
    lexicon = {**order.lexicon, **_entries(words, forms, order.languages)}
    return contents_of(puts, earlier, lexicon, order.pages, order.patches), counted


def is_worth_hands(orders: Sequence[Order]) -> bool:
    return len(orders) > 1 and sum(order.tokens for order in orders) >= _HANDS_TOKENS


def _patches(part: Part, view: View, summary: Summary) -> Patches:
    """What the part does to articles that are there; they are counted anew."""
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
    return Patches(tuple(ids), *(np.array(column, np.int64) for column in columns))


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


def _is_known(view: View, name: bytes) -> bool:
    return any(segment.page_names.find(name) >= 0 for segment in view.segments)


def _batches(puts: Sequence[_Put], jobs: int) -> Iterator[tuple[Sequence[_Put], int]]:
    """Parts of about one size, with their occurrences: none of much more than `_SEGMENT_TOKENS`, and where it pays as
    many as can be made at a time."""
    ends = list(accumulate(map(_tokens, puts)))
    if not ends:
        return
    at_a_time = min(jobs, _MOST_HANDS) if ends[-1] >= _HANDS_TOKENS else 1
    parts = -(-ends[-1] // (_SEGMENT_TOKENS * at_a_time)) * at_a_time or 1
    cuts = [bisect.bisect_left(ends, ends[-1] * i // parts) for i in range(1, parts)]
    for start, stop in pairwise((0, *cuts, len(puts))):
        if start < stop:
            yield puts[start:stop], ends[stop - 1] - (ends[start - 1] if start else 0)


def _tokens(put: _Put) -> int:
    article, analyzed = put
    if analyzed is not None:
        return len(analyzed.words) // 4
    texts = (text for _, texts in article.zones() for text in texts)
    size = sum(len(text) if text.isascii() else len(_keys.encoded(text)) for text in texts)
    return size // _TOKEN_BYTES


class Forms(Protocol):
    """The written forms that an index has seen."""

    def unknown_forms(self, forms: Iterable[str]) -> set[str]: ...


class Seen:
    """The written forms of an index, and those that were met since."""

    def __init__(self, known: Forms | None = None) -> None:
        self._known = known
        self._forms: set[str] = set()

    def unknown_forms(self, forms: Iterable[str]) -> set[str]:
        new = set(forms) - self._forms
        return self._known.unknown_forms(new) if self._known is not None else new

    def all_forms(self) -> list[str]:
        return sorted(self._forms)

    def add(self, lexicon: Mapping[bytes, bytes]) -> None:
        self._forms |= {key.decode("utf-8", "surrogatepass") for key in lexicon}


def _entries(words: Sequence[UsedWords], known: Forms, languages: tuple[str, ...]) -> dict[bytes, bytes]:
    """Entries of the lexicon for the words that are not in it yet: their terms in all languages of the index."""
    forms: set[str] = set()
    for some in words:
        forms.update(map(some.vocabulary.forms.__getitem__, some.used.tolist()))
    # A query without accents asks for the folded form: that one must be known too.
    forms |= {analysis.fold(form) for form in forms if not form.isascii()}
    unknown = known.unknown_forms(forms)
    return {_keys.encoded(form): _keys.form_terms(_in_languages(form, languages)) for form in unknown}


def _in_new_languages(part: Part, view: View, summary: Summary) -> dict[bytes, bytes]:
    """Keep the lexicon whole: what the forms that the index has seen become in languages that it did not hold."""
    langs = (analysis.primary(article.lang) for article, _ in part.puts)
    return _met(summary, dict.fromkeys(lang for lang in langs if lang is not None), view.all_forms)


def _met(summary: Summary, languages: Iterable[str], all_forms: Callable[[], Iterable[str]]) -> dict[bytes, bytes]:
    new = summary.meet(languages)
    became = {form: _in_languages(form, new) for form in (all_forms() if new else ())}
    return {_keys.encoded(form): _keys.form_terms(terms) for form, terms in became.items() if terms}


def lexicon_of(analyzed: Sequence[AnalyzedArticle], seen: Seen, summary: Summary) -> dict[bytes, bytes]:
    """Entries of the lexicon for an index that is made of these articles and of what was seen before them."""
    words = list(used_words(analyzed))
    more = _met(summary, dict.fromkeys(some.lang for some in words if some.lang is not None), seen.all_forms)
    return {**more, **_entries(words, seen, tuple(summary.languages))}


def _in_languages(form: str, languages: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What the form becomes in each language where that is not just its folded self."""
    plain = (analysis.fold(form),)
    became = ((lang, analysis.terms(form, lang)) for lang in languages)
    return {lang: terms for lang, terms in became if terms != plain}
