"""The index's own words: which are like a given one, about how many articles have each, how each is mostly written.

For completing what is typed and for setting misspelt words right. What is worked out of a segment (a few numbers for
each written form) is kept with it; the words themselves are only read where they may be wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType

import numpy as np

from newsidx import analysis
from newsidx.codec import Ints, Segment, read_written
from newsidx.engine.local import _keys
from newsidx.engine.local._damage import reads
from newsidx.engine.local._view import View
from newsidx.frozen import dataclass
from newsidx.schema import BARE_ZONES, ZONE_NUMBERS

__all__ = ["FEW", "begun", "capital_share", "is_word", "most_written", "similar"]

FEW = 3
"""From how few hits on words are looked at for being misspelt."""

_MOST_READ = 400
"""Forms of a segment that are read for one question, the most frequent ones."""

_BARE = np.isin(np.arange(16), [ZONE_NUMBERS[name] for name in BARE_ZONES])


@dataclass(frozen=True, slots=True)
class _Forms:
    """Of each written form of a segment: about how many articles have the word (in any form), a bit for each letter
    of its folded form, and how many bytes that has."""

    articles: Ints
    letters: Ints
    length: Ints


def _forms(segment: Segment) -> _Forms:
    found = segment.memo.get("forms")
    if not isinstance(found, _Forms):
        found = segment.memo["forms"] = _Forms(_articles(segment), *_letters(segment))
    return found


def _articles(segment: Segment) -> Ints:
    lists = segment.words
    in_zone = np.where(_BARE[lists.zones(0, lists.count)], lists.df, 0).astype(np.int64)
    by_term = np.zeros(len(segment.terms), np.int64)
    np.maximum.at(by_term, segment.terms_of_lists(), in_zone)
    uses = segment.uses
    found = np.zeros(len(segment.written), np.int64)
    np.maximum.at(found, uses.written, by_term[uses.term])
    return found


def _letters(segment: Segment) -> tuple[Ints, Ints]:
    blob, ends = segment.written.blob()
    owner = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    parted = np.cumsum(blob == _SEPARATOR)
    before = np.concatenate(([0], parted))[ends[:-1]]
    folded = parted == before[owner]  # what stands before the first separator
    letters = np.zeros(len(ends) - 1, np.uint32)
    np.bitwise_or.at(letters, owner[folded], np.uint32(1) << (blob[folded] & 31).astype(np.uint32))
    return letters, np.bincount(owner[folded], minlength=len(letters))


_SEPARATOR = 0x1F


@reads
def begun(view: View, prefix: str) -> dict[str, int]:
    """Frequent folded forms that begin with `prefix` (folded), each with about how many articles have its word."""
    found: dict[str, int] = {}
    for segment in view.segments:
        first, last = segment.written.range(_keys.encoded(prefix))
        if first < last:
            articles = _forms(segment).articles
            _count(segment, first + _most(articles[first:last]), articles, found)
    return found


@reads
def similar(view: View, word: str, distance: int, least: int) -> dict[str, int]:
    """Folded forms that may be `distance` edits away from `word` (folded), of words that at least `least` articles of
    a segment have; with about how many have them. Not all of them are: letters are only counted."""
    data = np.frombuffer(_keys.encoded(word), np.uint8)
    letters = np.bitwise_or.reduce(np.uint32(1) << (data & 31).astype(np.uint32))
    bytes_each = 1 if word.isascii() else 2
    found: dict[str, int] = {}
    for segment in view.segments:
        forms = _forms(segment)
        near = np.abs(forms.length - len(data)) <= distance * bytes_each
        near &= forms.articles >= least
        numbers = np.flatnonzero(near)
        apart = np.bitwise_count(forms.letters[numbers] ^ letters)
        numbers = numbers[apart <= 2 * distance * bytes_each]
        _count(segment, numbers[_most(forms.articles[numbers], 10 * _MOST_READ)], forms.articles, found)
    return found


def _most(articles: Ints, limit: int = _MOST_READ) -> Ints:
    """Which are among the most frequent, in order."""
    if len(articles) <= limit:
        return np.arange(len(articles))
    return np.sort(np.argpartition(articles, len(articles) - limit)[len(articles) - limit :])


def _count(segment: Segment, numbers: Ints, articles: Ints, found: dict[str, int]) -> None:
    """Add up the articles of these forms by their folded forms; several forms of one word have the same articles."""
    here: dict[str, int] = {}
    for number in numbers.tolist():
        folded = read_written(segment.written[number])[0]
        here[folded] = max(here.get(folded, 0), int(articles[number]))
    for folded, count in here.items():
        found[folded] = found.get(folded, 0) + count


@reads
def most_written(view: View, forms: Sequence[str]) -> tuple[str, int]:
    """The way in which articles write one of these folded forms most often, capitals and accents as they are there;
    and how often they have any of them."""
    counts: dict[str, int] = {}
    for segment in view.segments:
        for folded in forms:
            first, last = segment.written.range(_keys.encoded(folded))
            for number in range(first, last):
                of, _, surface = read_written(segment.written[number])
                if of > folded:
                    break
                if of == folded:
                    counts[surface] = counts.get(surface, 0) + _occurrences(segment, number)
    best = min(counts, key=lambda surface: (-counts[surface], surface), default=forms[0])
    return best, sum(counts.values())


@reads
def capital_share(view: View, folded: str, lang: str | None) -> float:
    """In which part of its places in articles of a language a folded form begins with a capital."""
    capital = total = 0
    for segment in view.segments:
        first, last = segment.written.range(_keys.encoded(folded))
        for number in range(first, last):
            of, _, surface = read_written(segment.written[number])
            if of > folded:
                break
            count = _occurrences(segment, number, lang)
            total += count
            capital += count * surface[:1].isupper()
    return capital / total if total else 0.0


def _occurrences(segment: Segment, number: int, lang: str | EllipsisType | None = ...) -> int:
    """How often a written form stands in articles (of one language)."""
    terms, codes = segment.uses_of(number, number + 1)
    total = 0
    for term, code in zip(terms.tolist(), codes.tolist(), strict=True):
        if lang is ... or _keys.untagged(segment.terms[term])[1] == lang:
            total += sum(_stands(segment, i, code) for i in segment.lists_of(term) if _BARE[segment.words.zone(i)])
    return total


def _stands(segment: Segment, i: int, code: int) -> int:
    codes = segment.words.codes(i)
    if codes is not None:
        return int(np.count_nonzero(codes == code))
    return int(segment.words.cf[i]) if code == 0 else 0


def is_word(text: str) -> bool:
    """Whether a text is one word of letters in a script that sets blanks."""
    tokens = analysis.tokens(text)
    return len(tokens) == 1 and text.isalpha() and not analysis.is_segmentless(text[0])
