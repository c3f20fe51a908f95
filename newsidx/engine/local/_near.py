"""Words in relation to each other, and words as they are written: nearness, sentences, patterns, exact forms, mentions.

All of it is about stretches of occurrences (`newsidx.engine.local._spots`), of any language: NEAR joins stretches by
the distance of their nearer ends, SAME by the sentence or paragraph that both stand in, atleast counts them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import numpy as np

from newsidx import analysis
from newsidx.codec import Ints, read_written, spans
from newsidx.engine.local import _keys
from newsidx.engine.local._fuzzy import within_distance
from newsidx.engine.local._pattern import PatternPart, chosen, keys_of_chosen
from newsidx.engine.local._sets import NONE, distinct, unite
from newsidx.engine.local._spots import Stretches, adjacent, article_of, zone_of
from newsidx.engine.local._view import View
from newsidx.engine.local._words import JoinedWord, Where, Words
from newsidx.query import tree as nodes

__all__ = ["MAX_EXPANSIONS", "MAX_ROWS", "Nearness", "TooManyForms", "TooManyPlaces", "Unjoinable"]

_Units = Literal["sentences", "paragraphs"]
MAX_EXPANSIONS = 5000
"""How many written forms a pattern or a fuzzy word may stand for."""

MAX_ROWS = 10_000_000
"""Pairs that words may stand near each other in, over the whole index; with more than two operands so many fewer. Four
millions take 400 MB while they are found. The commonest words (the, of) have 18 pairs an article within five words, 95
in one paragraph, 2,200 anywhere: of 1,860 articles of many sites."""

_ANY = nodes.Gap(0, None)


class Unjoinable(Exception):
    """The node cannot be joined by nearness, or counted."""

    def __init__(self, node: nodes.Node) -> None:
        super().__init__(type(node).__name__)
        self.node = node


class TooManyForms(Exception):
    """The pattern stands for more than `MAX_EXPANSIONS` written forms."""

    def __init__(self, node: nodes.Node) -> None:
        super().__init__(type(node).__name__)
        self.node = node


class TooManyPlaces(TooManyForms):
    """The operands stand near each other in more than `MAX_ROWS` places."""


class Nearness:
    """Stretches over one commit."""

    def __init__(
        self,
        view: View,
        words: Words,
        capital: Callable[[str, Where], Ints | None],
        beside: Callable[[nodes.And | nodes.Or], tuple[nodes.Node, ...]],
    ) -> None:
        """`capital` says where the capital form stands that a word means; None where it means any form. `beside` gives
        the parts of a node, with what its words are as one."""
        self._view = view
        self._words = words
        self._capital = capital
        self._beside = beside

    def stretches(self, node: nodes.Node, where: Where) -> Stretches:
        """Where the node stands, each place once. Unjoinable where it is of no such sort; TooManyForms."""
        match node:
            case nodes.Word(text):
                capital = self._capital(text, where)
                readings = analysis.readings(text) if capital is None else ()
                if isinstance(node, JoinedWord):
                    readings += node.joined
                found = [self._readings(readings, where)] if readings or capital is None else []
                return Stretches.united([*found, *([] if capital is None else [Stretches.of(capital, 1)])])
            case nodes.Phrase(text, None):
                return self._readings(analysis.phrase_readings(text), where)
            case nodes.Exact(text, _, case):
                return self._exact(text, case, where)
            case nodes.Wildcard() | nodes.Fuzzy():
                return self._pattern(node, where)
            case nodes.Boost(inner, _):
                return self.stretches(inner, where)
            case nodes.Or(parts):
                return Stretches.united([self.stretches(part, where) for part in parts])
            case nodes.Near(left, right, distance, ordered):
                return _near(node, self.stretches(left, where), self.stretches(right, where), distance, ordered)
            case nodes.Same(left, right, unit):
                return self._same(node, self.stretches(left, where), self.stretches(right, where), unit)
        raise Unjoinable(node)

    def written_forms(self, node: nodes.Wildcard | nodes.Fuzzy) -> list[str]:
        """The folded forms that a pattern or a fuzzy word stands for, sorted."""
        if isinstance(node, nodes.Wildcard):
            wanted = [self._expanded(node, _by_pattern(node))]
        else:
            tokens = analysis.tokens(node.text)
            wanted = [self._alike(node, token.form) for token in tokens]
        written = (self._view.segments[i].written[number] for some in wanted for i, n in some for number in n.tolist())
        return sorted({read_written(key)[0] for key in written})

    def mentions(self, node: nodes.Node, where: Where) -> tuple[Ints, Ints]:
        """(articles, how often the node's operands stand in each): of alternatives and conjunctions the sum."""
        if isinstance(node, nodes.And | nodes.Or):
            return _summed([self.mentions(part, where) for part in self._beside(node)])
        if isinstance(node, nodes.Boost):
            return self.mentions(node.node, where)
        if isinstance(node, nodes.In):
            return self.mentions(node.node, Where.named(node.zone) or where)
        if isinstance(node, nodes.AtLeast):
            articles, counts = self.mentions(node.node, where)
            return articles[counts >= node.count], counts[counts >= node.count]
        if isinstance(node, nodes.Phrase) and node.slop is not None:
            return _counted(article_of(_windows(*self._slop_words(node, where))[0]))
        return _counted(np.sort(article_of(self.stretches(node, where).start)))

    def loose(self, node: nodes.Phrase, where: Where) -> tuple[Ints, Ints]:
        """(the occurrences, those with which a window begins) of the words of a phrase with slop, where all of them
        stand within a window of as many words and `slop` more, in any order."""
        keys, window = self._slop_words(node, where)
        starts, every = _windows(keys, window)
        if not len(starts):
            return NONE, NONE
        # An occurrence counts that lies in a window: behind the last window's beginning, and not too far.
        place = np.searchsorted(starts, every, side="right") - 1
        return every[(place >= 0) & (every - starts[np.maximum(place, 0)] < window)], starts

    def _slop_words(self, node: nodes.Phrase, where: Where) -> tuple[list[tuple[Ints, int]], int]:
        forms = [token.form for token in analysis.tokens(node.text)]
        counts = {form: forms.count(form) for form in forms}
        found = [(self._readings(((form,),), where).start, count) for form, count in counts.items()]
        merged: list[tuple[Ints, int]] = []
        for keys, count in found:  # two forms of one word need two places
            same = next((i for i, (other, _) in enumerate(merged) if np.array_equal(keys, other)), None)
            if same is None:
                merged.append((keys, count))
            else:
                merged[same] = keys, merged[same][1] + count
        return merged, len(forms) + (node.slop or 0)

    def _readings(self, readings: Sequence[Sequence[str]], where: Where) -> Stretches:
        parts = []
        for forms in readings:
            for lang in (*self._view.summary.languages, None):
                starts = self._words.starts(forms, lang, where)
                if len(starts):
                    parts.append(Stretches.of(starts, len(forms)))
        return Stretches.united(parts) if parts else Stretches.of(NONE, 1)

    # As written

    def _exact(self, text: str, case: bool, where: Where) -> Stretches:
        words = []
        for token in analysis.tokens(text):
            surface = analysis.surface_form(text[token.start : token.end])
            words.append(self._written(_is_form(token.form, surface if case else None), token.form, where))
        starts = adjacent(words) if words else NONE
        return Stretches.of(self._words.both_inside(starts, len(words), where), len(words))

    def capitals(self, text: str, where: Where) -> Ints:
        """The occurrences of an abbreviation in capitals, with or without points and endings: US, U.S., US's."""
        folded = analysis.fold(text.replace(".", "").lower())
        return self._written(_is_capital_form(folded), folded, where)

    def _written(self, chosen: Callable[[bytes], bool], form: str, where: Where) -> Ints:
        """The occurrences of the written forms that fold as `form` does and that `chosen` takes."""
        folded = analysis.fold(form)
        wanted: list[tuple[int, Ints]] = []
        for i, segment in enumerate(self._view.segments):
            first, last = segment.written.range(_keys.encoded(folded))
            keys = segment.written.strings(first, last)
            numbers = [first + j for j, key in enumerate(keys) if chosen(key)]
            wanted.append((i, np.array(numbers, np.int64)))
        return self._occurrences(wanted, where)

    def _occurrences(self, wanted: Iterable[tuple[int, Ints]], where: Where) -> Ints:
        """The sorted occurrences of written forms, given by segment and their numbers there."""
        return self._words.inside(keys_of_chosen(self._view, chosen(self._view, wanted), where.zones), where)

    # Patterns

    def _pattern(self, node: nodes.Wildcard | nodes.Fuzzy, where: Where) -> Stretches:
        if isinstance(node, nodes.Wildcard):
            keys = self._occurrences(self._expanded(node, _by_pattern(node)), where)
            if len(analysis.tokens(node.typed)) < 2:
                return Stretches.of(keys, 1)
            # Kund*innen may be a pattern or how a text writes it.
            return Stretches.united([Stretches.of(keys, 1), self._readings(analysis.readings(node.typed), where)])
        words = [self._occurrences(self._alike(node, token.form), where) for token in analysis.tokens(node.text)]
        return Stretches.of(adjacent(words) if words else NONE, max(len(words), 1))

    def pattern(self, node: nodes.Wildcard | nodes.Fuzzy, where: Where) -> PatternPart | None:
        """One word's pattern by itself, whose positions nothing asks for; None where that is not all it is."""
        text = node.typed if isinstance(node, nodes.Wildcard) else node.text
        if not where.is_whole or len(analysis.tokens(text)) > 1:
            return None
        key = node, where.zones
        known: PatternPart | None = self._view.cache.get(key)
        if known is not None:
            return known
        if isinstance(node, nodes.Wildcard):
            expanded = self._expanded(node, _by_pattern(node))
        else:
            tokens = analysis.tokens(text)
            if not tokens:
                return None
            expanded = self._alike(node, tokens[0].form)
        part = PatternPart(self._words, chosen(self._view, expanded), where.zones)
        self._view.cache.put(key, part, 500 + part.size)
        return part

    def _alike(self, node: nodes.Fuzzy, form: str) -> list[tuple[int, Ints]]:
        """For each segment the written forms that are like one of the words of a fuzzy node."""
        folded = analysis.fold(form)
        return self._expanded(node, within_distance(folded, node.distance), (folded, node.distance))

    def _expanded(
        self, node: nodes.Wildcard | nodes.Fuzzy, matches: Callable[[list[str]], Ints], key: object = None
    ) -> list[tuple[int, Ints]]:
        """For each segment the written forms whose folded form is one that `matches` says it is. All words of the
        index are gone through once for a `key` (the node), however many zones and scopes are asked for it."""
        known = self._words.expansions.get(key or node)
        if known is None:
            known = self._words.expansions[key or node] = self._gone_through(node, matches)
        return known

    def _gone_through(
        self, node: nodes.Wildcard | nodes.Fuzzy, matches: Callable[[list[str]], Ints]
    ) -> list[tuple[int, Ints]]:
        prefix = _keys.encoded(_folded(node.prefix)) if isinstance(node, nodes.Wildcard) else b""
        wanted = []
        distinct_forms: set[str] = set()
        for i, segment in enumerate(self._view.segments):
            first, strings = segment.written.beginning(prefix)
            folded = [key.partition(b"\x1f")[0].decode("utf-8", "surrogatepass") for key in strings]
            numbers = np.flatnonzero(matches(folded))
            distinct_forms.update(folded[j] for j in numbers.tolist())
            if len(distinct_forms) > MAX_EXPANSIONS:
                raise TooManyForms(node)
            wanted.append((i, numbers + first))
        return wanted

    # Sentences and paragraphs

    def _same(self, node: nodes.Node, left: Stretches, right: Stretches, unit: str) -> Stretches:
        """Pairs that stand, each whole, in one sentence or paragraph, and do not overlap."""
        kind: _Units = "sentences" if unit == "s" else "paragraphs"
        left, of_left = self._whole_in(left, kind)
        right, of_right = self._whole_in(right, kind)
        order = np.argsort(of_right, kind="stable")
        low = np.searchsorted(of_right[order], of_left, side="left")
        high = np.searchsorted(of_right[order], of_left, side="right")
        mine, theirs = _pairs(node, low, high, order, left.first.shape[1] + 1)
        apart = (left.end[mine] < right.start[theirs]) | (right.end[theirs] < left.start[mine])
        return left.beside(right, mine[apart], theirs[apart])

    def _whole_in(self, some: Stretches, kind: _Units) -> tuple[Stretches, Ints]:
        """(the stretches that lie in one unit as a whole, the key with which it begins)."""
        if not len(some.first):
            return some, NONE
        start, end = some.start, some.end
        breaks = self._view.breaks(kind, np.unique(article_of(start)))
        first, last = np.searchsorted(breaks, start, side="right"), np.searchsorted(breaks, end, side="right")
        whole = (first == last) & (zone_of(start) == zone_of(end))
        return some.chosen(whole), breaks[first[whole] - 1]


def _is_form(form: str, surface: str | None) -> Callable[[bytes], bool]:
    def chosen(key: bytes) -> bool:
        _, of, stands = read_written(key)
        return of == form and surface in (None, stands)

    return chosen


def _is_capital_form(letters: str) -> Callable[[bytes], bool]:
    def chosen(key: bytes) -> bool:
        folded, _, stands = read_written(key)
        word = stands.partition("'")[0].replace(".", "")
        return folded == letters and word.isupper()

    return chosen


def _folded(letters: str) -> str:
    """A stretch of a pattern as written forms are folded: small letters, without accents."""
    return analysis.fold(letters.lower())


def _by_pattern(node: nodes.Wildcard) -> Callable[[list[str]], Ints]:
    if node.parts == (node.prefix, _ANY):
        return lambda forms: np.ones(len(forms), np.bool_)  # all of them begin so
    pattern = re.compile(node.to_regex(_folded))
    return lambda forms: np.fromiter((pattern.fullmatch(form) is not None for form in forms), np.bool_, len(forms))


def _near(node: nodes.Node, left: Stretches, right: Stretches, distance: int, ordered: bool) -> Stretches:
    """Pairs whose nearer ends are at most `distance` apart; `ordered` where the left one comes first."""
    order = np.argsort(right.start, kind="stable")
    starts = right.start[order]
    low = np.searchsorted(starts, left.end + 1, side="left")
    high = np.searchsorted(starts, left.end + distance, side="right")
    columns = left.first.shape[1] + 1
    mine, theirs = _pairs(node, low, high, order, columns)
    if not ordered:
        order = np.argsort(right.end, kind="stable")
        ends = right.end[order]
        low = np.searchsorted(ends, left.start - distance, side="left")
        high = np.searchsorted(ends, left.start - 1, side="right")
        more, others = _pairs(node, low, high, order, columns)
        mine, theirs = np.concatenate((mine, more)), np.concatenate((theirs, others))
    return left.beside(right, mine, theirs)


def _pairs(node: nodes.Node, low: Ints, high: Ints, order: Ints, columns: int) -> tuple[Ints, Ints]:
    counts = np.maximum(high - low, 0)
    if int(counts.sum()) * columns > 2 * MAX_ROWS:
        raise TooManyPlaces(node)
    return np.repeat(np.arange(len(low)), counts), order[spans(low, counts)]


def _counted(articles: Ints) -> tuple[Ints, Ints]:
    """(articles each once, how often each comes), of sorted ones."""
    begins = np.flatnonzero(np.diff(articles, prepend=-1))
    return articles[begins], np.diff(begins, append=len(articles))


def _summed(parts: Sequence[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    articles = unite([some for some, _ in parts])
    counts = np.zeros(len(articles), np.int64)
    for some, many in parts:
        counts[np.searchsorted(articles, some)] += many
    return articles, counts


def _windows(words: Sequence[tuple[Ints, int]], window: int) -> tuple[Ints, Ints]:
    """(the occurrences from which on a window holds each word as often as it is wanted, all occurrences)."""
    if not words:
        return NONE, NONE
    every = unite([keys for keys, _ in words])
    starts = every
    for keys, count in words:
        held = np.searchsorted(keys, starts + window, side="left") - np.searchsorted(keys, starts, side="left")
        starts = starts[held >= count]
    return starts, distinct(every)
