"""What a word of a query stands for in the index: its terms in each language, and where they occur.

Called by the executor; the lexicon spares it the stemmer wherever the index has seen the word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import pairwise

import numpy as np

from newsidx import analysis
from newsidx.codec import Ints
from newsidx.engine.local._keys import tagged
from newsidx.engine.local._leaf import ListedPart, Part, SpottedPart
from newsidx.engine.local._sets import NONE, distinct, have, intersect, unite
from newsidx.engine.local._spots import Stretches, adjacent, article_of, zone_of
from newsidx.engine.local._view import TermList, View
from newsidx.engine.local._zoned import Zoned, zoned
from newsidx.frozen import dataclass
from newsidx.query import tree as nodes
from newsidx.schema import BARE_ZONES, ZONE_NUMBERS

__all__ = ["BARE", "JoinedWord", "Where", "Words", "read_word"]

_MEMO_WORDS = 4096


@dataclass(frozen=True, slots=True)
class Where:
    """Where in an article words are looked for: zones by number, and of these only the first two paragraphs of the
    body (`is_lead`), or the first `words` of deck and body together."""

    zones: frozenset[int]
    is_lead: bool = False
    words: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all of each zone is meant."""
        return not self.is_lead and self.words is None

    @classmethod
    def named(cls, zone: str) -> Where | None:
        """What a field of the query language means by its zone; None where the index has no such zone."""
        if zone == "any":
            return ALL
        if zone == "lead":
            return cls(_LEAD, is_lead=True)
        if zone == "first50":
            return cls(_OPENING, words=50)
        number = ZONE_NUMBERS.get(zone)
        return None if number is None else cls(frozenset({number}))


_LEAD = frozenset(ZONE_NUMBERS[name] for name in ("headline", "deck", "body"))
_OPENING = frozenset(ZONE_NUMBERS[name] for name in ("deck", "body"))
BARE = Where(frozenset(ZONE_NUMBERS[name] for name in BARE_ZONES))
ALL = Where(frozenset(ZONE_NUMBERS.values()))

_Lists = Mapping[int, Zoned]
_Readings = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class JoinedWord(nodes.Word):
    """A word of the query beside another that articles also write as one with it (COVID 19, COVID19): `joined` are the
    readings of both as one, any of which counts for the word too."""

    joined: _Readings = ()


class Words:
    """Words over one commit. What was looked up is kept, for all executors of one search."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._forms: dict[str, dict[str, tuple[str, ...]] | None] = {}
        self._lists: dict[tuple[str, str | None], list[_Lists]] = {}
        self._of_term: dict[tuple[str, str | None], _Lists] = {}
        self.expansions: dict[object, list[tuple[int, Ints]]] = {}
        """What patterns and fuzzy words stand for, by what they ask: for each segment the numbers of written forms."""
        self._parts: dict[tuple[tuple[tuple[str, ...], ...], Where], tuple[Part, ...]] = {}

    def parts(self, readings: Sequence[tuple[str, ...]], where: Where) -> tuple[Part, ...]:
        """The occurrences of any of these readings, each one word or several next to each other, in any form: a part
        for each language that has any."""
        key = tuple(readings), where
        parts: tuple[Part, ...] | None = self.view.cache.get(key)
        if parts is None:
            parts = self._parts.get(key)
        if parts is None:
            found = (self._part(readings, lang, where) for lang in (*self.view.summary.languages, None))
            parts = self._parts[key] = tuple([part for part in found if part is not None])
            if all(isinstance(part, ListedPart) for part in parts):  # words, not what was made of them
                self.view.cache.put(key, parts, 500 + sum([part.size for part in parts]))
                self._let_go(readings)
        return parts

    def _let_go(self, readings: Sequence[tuple[str, ...]]) -> None:
        """The lists of a word that are held by its parts from now on. Without this the parts that were used longest ago
        would go before lists that cannot be freed, and queries that come round in turn would each find theirs gone."""
        for lang in (*self.view.summary.languages, None):
            for term in self.terms(readings[0][0], lang) if readings else ():
                self.view.cache.first_to_go(tagged(term, lang))

    def beside_each_other(self, parts: tuple[nodes.Node, ...], text: str, *, implied: bool) -> tuple[nodes.Node, ...]:
        """The parts, with each word that some article writes as one with its neighbour made a `JoinedWord`. Neighbours
        are words with nothing but a blank between them: all of an `implied` And, else as the query's text has them."""
        found: dict[int, _Readings] = {}
        for i, (left, right) in enumerate(pairwise(parts)):
            if type(left) is nodes.Word and type(right) is nodes.Word:
                form = analysis.joined_form(left.text, right.text)
                if form is not None and (implied or text[left.span[1] : right.span[0]].isspace()):
                    joined = tuple(run for run in analysis.readings(form) if len(run) == 1)
                    if any(self.view.knows_form(one) for run in joined for one in run):
                        found[i] = found.get(i, ()) + joined
                        found[i + 1] = joined
        if not found:
            return parts
        return tuple(
            JoinedWord(part.text, found[i], span=part.span) if i in found and isinstance(part, nodes.Word) else part
            for i, part in enumerate(parts)
        )

    def _part(self, readings: Sequence[Sequence[str]], lang: str | None, where: Where) -> Part | None:
        if len(readings) == 1 and len(readings[0]) == 1 and where.is_whole:
            terms = self._found(readings[0][0], lang, where)
            if not terms:
                return None
            if len(terms) == 1:
                return ListedPart(lang or "", terms[0])
        found = [(self.starts(forms, lang, where), len(forms)) for forms in readings]
        starts = unite([some for some, _ in found])

        def keys() -> Ints:
            return unite([Stretches.of(some, words).keys() for some, words in found])

        return SpottedPart(lang or "", starts, keys) if len(starts) else None

    def starts(self, forms: Sequence[str], lang: str | None, where: Where) -> Ints:
        """The keys where these words begin to stand next to each other in articles of one language."""
        words = [self._found(form, lang, where) for form in forms]
        if not words or not all(words):
            return NONE
        parts = []
        for zone in sorted(set.intersection(*[_zones(lists) for lists in words])):
            within = self._within(words, zone) if len(words) > 1 else None
            if within is None or len(within):
                parts.append(adjacent([_any_of(lists, zone, within) for lists in words]))
        return self.both_inside(unite(parts), len(forms), where)

    def both_inside(self, starts: Ints, words: int, where: Where) -> Ints:
        """Of stretches of so many words those that begin and end where they should."""
        if where.is_whole or not len(starts):
            return starts
        ends = self.inside(np.sort(starts + words - 1), where)
        return self.inside(starts[have(ends, starts + words - 1)], where)

    def inside(self, keys: Ints, where: Where) -> Ints:
        """Those of the keys (of the right zones) that stand where they should."""
        if where.is_whole or not len(keys):
            return keys
        body, deck = ZONE_NUMBERS["body"], ZONE_NUMBERS["deck"]
        zone = zone_of(keys)
        if where.is_lead:
            keeps = zone != body
            keeps[~keeps] = self.view.paragraph_numbers(keys[~keeps]) < 2
            return keys[keeps]
        ordinal = self.view.word_numbers(keys)
        in_body = zone == body
        ordinal[in_body] += self.view.column(f"length-{deck}")[article_of(keys[in_body])]
        return keys[ordinal < (where.words or 0)]

    @staticmethod
    def _within(words: Sequence[Sequence[_Lists]], zone: int) -> Ints:
        """The articles that have all of the words in a zone; the rarest word leads."""
        sets = [[lists[zone] for lists in word if zone in lists] for word in words]
        sets.sort(key=lambda word: sum([each.df for each in word]))
        within: Ints | None = None
        for word in sets:
            articles = unite([each.articles for each in word])
            within = articles if within is None else intersect(within, articles)
            if not len(within):
                break
        return NONE if within is None else within

    def _found(self, form: str, lang: str | None, where: Where) -> list[_Lists]:
        """The lists of each term of the form that the index has there."""
        every = self._lists.get((form, lang))
        if every is None:
            every = self._lists[form, lang] = [self._term(term, lang) for term in self.terms(form, lang)]
        found = ({zone: some for zone, some in lists.items() if zone in where.zones} for lists in every)
        return [lists for lists in found if lists]

    def _term(self, term: str, lang: str | None) -> _Lists:
        lists = self._of_term.get((term, lang))
        if lists is None:
            key = tagged(term, lang)
            lists = self._of_term[term, lang] = self._kept(key, lambda: self.view.term_lists(term, lang))
        return lists

    def _kept(self, key: bytes, read: Callable[[], Mapping[int, Sequence[TermList]]]) -> _Lists:
        lists: _Lists | None = self.view.cache.get(key)
        if lists is None:
            lists = zoned(read())
            self.view.cache.put(key, lists, 500 + sum([each.size for each in lists.values()]))
        return lists

    def whole_terms(self, by_key: Mapping[bytes, Sequence[tuple[int, int]]], zones: frozenset[int]) -> Iterator[_Lists]:
        """What each of these terms has in some zones; only in those segments, where not in all that have it."""
        for key, some in by_key.items():
            is_all = len(some) == len(self.view.term_places(key))
            read = partial(self.view.lists_at, some)
            lists = self._kept(key, read) if is_all else zoned(read())
            wanted = {zone: each for zone, each in lists.items() if zone in zones}
            if wanted:
                yield wanted

    def terms(self, form: str, lang: str | None) -> Iterable[str]:
        """What a written form becomes in a language: as the lexicon knows it, else by analysis."""
        if lang is None:
            return (analysis.fold(form),)
        if form not in self._forms:
            self._forms[form] = self.view.form(form)
        known = self._forms[form]
        if known is None:
            return analysis.terms(form, lang)
        return known.get(lang) or (analysis.fold(form),)


@lru_cache(maxsize=_MEMO_WORDS)
def read_word(text: str) -> tuple[tuple[tuple[str, ...], ...], str]:
    """(the readings of a typed word, its folded form where it is one word and no more, else "")."""
    readings = analysis.readings(text)
    is_plain = len(readings) == 1 and len(readings[0]) == 1
    return readings, analysis.fold(readings[0][0]) if is_plain else ""


def _zones(terms: Sequence[_Lists]) -> set[int]:
    return {zone for lists in terms for zone in lists}


def _any_of(terms: Sequence[_Lists], zone: int, within: Ints | None) -> Ints:
    """The keys of any of the terms in a zone."""
    parts = [lists[zone].keys(within) for lists in terms if zone in lists]
    if len(parts) == 1:
        return parts[0]
    both = np.concatenate(parts)
    both.sort(kind="stable")
    return distinct(both)
