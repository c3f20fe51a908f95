"""An article's zones → where each index term occurs: what the engine writes, and how a snippet finds its place again.

An occurrence is one unsigned 32-bit number: the zone's number (`newsidx.schema`) in the top four bits, the token's
position in the zone below. Positions of neighbours differ by one; each paragraph with words starts `PARAGRAPH_GAP`
further on, so that a phrase, for which occurrences must follow each other, never runs from one paragraph or zone into
the next.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, pairwise, repeat
from typing import Any, cast

from newsidx.analysis import tokenizer
from newsidx.analysis.folding import MAX_FORM, surface_form, written_form
from newsidx.analysis.sentences import sentence_bounds
from newsidx.analysis.stems import primary, terms
from newsidx.frozen import dataclass
from newsidx.model import Article
from newsidx.schema import ZONES, zone_texts

__all__ = ["PARAGRAPH_GAP", "ZONE_SHIFT", "AnalyzedArticle", "Vocabulary", "analyze", "place_tokens", "place_words"]

ZONE_SHIFT = 28
PARAGRAPH_GAP = 64
_LAST_POSITION = (1 << ZONE_SHIFT) - 2 * PARAGRAPH_GAP


class Vocabulary:
    """Words by number, each as it stands in texts: `forms` has its written form, `surfaces` the same with capitals.

    Shared by articles, so that each word is analysed once; it only grows, and belongs to one thread.
    """

    def __init__(self) -> None:
        self.forms: list[str] = []
        self.surfaces: list[str] = []
        self.numbers = _Numbers(self)
        self.chunks = _Chunks(self.numbers)
        self.memo: dict[str, object] = {}
        """What others worked out of the words, by name."""
        self._terms: dict[str | None, WordTerms] = {}

    def __len__(self) -> int:
        return len(self.forms)

    def terms(self, lang: str | None) -> WordTerms:
        """What a word is indexed under in articles of this language, by the word's number."""
        found = self._terms.get(lang)
        if found is None:
            found = self._terms[lang] = WordTerms(self.forms, lang)
        return found


class _Numbers(dict[str, int]):
    """A word as it stands in the text → its number."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._forms = vocabulary.forms
        self._surfaces = vocabulary.surfaces
        self._pairs: dict[str | tuple[str, str], int] = {}

    def __missing__(self, raw: str) -> int:
        # One string for all three where they are alike, as most are; what is ASCII is quicker made than remembered.
        if raw.isascii():
            surface = raw[:MAX_FORM].replace("`", "'")
            form = surface.lower()
        else:
            surface, form = surface_form(raw), written_form(raw)
        surface = raw if surface == raw else surface
        number = self.of(surface if form == surface else form, surface)
        if len(raw) <= MAX_FORM:
            self[raw] = number
        return number

    def of(self, form: str, surface: str) -> int:
        """The number of a word by its forms, a new one where there is none."""
        number = self._pairs.setdefault(surface if form == surface else (form, surface), len(self._forms))
        if number == len(self._forms):
            self._forms.append(form)
            self._surfaces.append(surface)
        return number


class _Chunks(dict[str, tuple[int, ...]]):
    """What stands between two blanks → the numbers of its words. Texts repeat themselves, punctuation and all: a word
    with its comma is looked up in the time of a word, and cut out of the text by no regular expression."""

    def __init__(self, numbers: _Numbers) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, chunk: str) -> tuple[int, ...]:
        words = tuple(map(self._numbers.__getitem__, tokenizer.words_of_chunk(chunk)))
        if len(chunk) <= _MEMO_CHARS:
            if len(self) >= _MOST_CHUNKS:
                self.clear()
            self[chunk] = words
        return words


class WordTerms:
    """The terms of a vocabulary's words in one language, by the word's number, worked out when first asked for."""

    def __init__(self, forms: list[str], lang: str | None) -> None:
        self._forms = forms
        self._lang = lang
        self._known: list[tuple[str, ...] | None] = []

    def __getitem__(self, number: int) -> tuple[str, ...]:
        return self.of([number])[0]

    def of(self, numbers: Sequence[int]) -> list[tuple[str, ...]]:
        """The terms of each of these words."""
        known, forms, lang = self._known, self._forms, self._lang
        known += repeat(None, len(forms) - len(known))
        for number in numbers:
            if known[number] is None:
                known[number] = terms(forms[number], lang)
        return cast("list[tuple[str, ...]]", list(map(known.__getitem__, numbers)))

    def learn(self, numbers: Sequence[int], became: Sequence[tuple[str, ...]]) -> None:
        """Take over what another process worked out."""
        self._known += repeat(None, len(self._forms) - len(self._known))
        for number, these in zip(numbers, became, strict=True):
            self._known[number] = these


_MOST_WORDS = 1 << 18
"""Words of a vocabulary before the next articles get another: with all that is remembered of them some 250 MB, which
honest texts reach after some 50,000 articles. Half as many make the indexing of synthetic articles, of whose words a
third are numbers, slower by a quarter: of 10,000 that follow on 10,000, nine words in ten were met before."""

_MOST_CHUNKS = 1 << 18
_MEMO_CHARS = 64
"""Chunks that are remembered, and how long they may be: some 50 MB."""


class _Present(threading.local):
    """The vocabulary that articles are analysed with now, in each thread."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()


_PRESENT = _Present()


def _vocabulary() -> Vocabulary:
    if len(_PRESENT.vocabulary) >= _MOST_WORDS:
        _PRESENT.vocabulary = Vocabulary()
    return _PRESENT.vocabulary


@dataclass(frozen=True, slots=True)
class AnalyzedArticle:
    """An article as the index takes it in.

    `words` has for each token of the article, zone by zone and in reading order, the number of its word in
    `vocabulary`; `places` its occurrence. `sentences` and `paragraphs` are the occurrences that begin one. All four
    are unsigned 32-bit numbers in the machine's order. `lengths` counts the tokens of each zone, by zone number;
    `lang` is the primary language subtag, None where the language is unknown.
    """

    lang: str | None
    vocabulary: Vocabulary
    words: bytes
    places: bytes
    sentences: bytes
    paragraphs: bytes
    lengths: tuple[int, ...]

    def alone(self) -> AnalyzedArticle:
        """The same with a vocabulary of its own words only, in the order in which they come."""
        words = array("I", self.words)
        own = dict.fromkeys(words)
        numbers = {number: i for i, number in enumerate(own)}
        vocabulary = Vocabulary()
        vocabulary.forms += map(self.vocabulary.forms.__getitem__, own)
        vocabulary.surfaces += map(self.vocabulary.surfaces.__getitem__, own)
        vocabulary.terms(self.lang).learn(range(len(own)), self.vocabulary.terms(self.lang).of([*own]))
        return replace(self, vocabulary=vocabulary, words=_packed(array("I", map(numbers.__getitem__, words))))

    def __reduce__(self) -> tuple[object, ...]:
        mine = self.alone()
        vocabulary = mine.vocabulary
        rest = (self.lang, mine.words, self.places, self.sentences, self.paragraphs, self.lengths)
        every = vocabulary.terms(self.lang).of(range(len(vocabulary)))
        return _unpickled, (vocabulary.forms, vocabulary.surfaces, every, *rest)

    def occurrences(self) -> dict[str, array[int]]:
        """Each index term with its sorted occurrences."""
        found: dict[str, array[int]] = {}
        words, places = array("I", self.words), array("I", self.places)
        terms_of = self.vocabulary.terms(self.lang).of(words)
        for these, place in zip(terms_of, places, strict=True):
            for term in these:
                found.setdefault(term, array("I")).append(place)
        return found


def _unpickled(
    forms: list[str], surfaces: list[str], terms_of: list[tuple[str, ...]], lang: str | None, words: bytes, *rest: Any
) -> AnalyzedArticle:
    """The article with its words in the vocabulary of this thread, so that many of them take little more than one."""
    vocabulary = _vocabulary()
    numbers = list(map(vocabulary.numbers.of, forms, surfaces))
    vocabulary.terms(lang).learn(numbers, terms_of)
    packed = _packed(array("I", map(numbers.__getitem__, array("I", words))))
    return AnalyzedArticle(lang, vocabulary, packed, *rest)


def place_tokens(paragraphs: Sequence[str]) -> Iterator[tuple[int, tokenizer.Token, int]]:
    """Each token of a zone as (paragraph number, token, position); positions as the index counts them. A long paragraph
    is read a stretch at a time, as tokens are taken."""
    position = 0
    for number, paragraph in enumerate(paragraphs):
        is_first = True
        for start, stretch in _stretches(paragraph):
            for token in tokenizer.tokens(stretch):
                if is_first and position:
                    position += PARAGRAPH_GAP
                is_first = False
                yield (
                    number,
                    token._replace(start=token.start + start, end=token.end + start) if start else token,
                    position,
                )
                position += 1


def place_words(paragraphs: Sequence[str]) -> Iterator[tuple[int, int, list[int], list[int]]]:
    """The same by stretches: (paragraph number, position of the first of some words that follow each other, where each
    of them begins, where each ends); a fifth of the cost where forms are not asked for."""
    position = 0
    for number, paragraph in enumerate(paragraphs):
        is_first = True
        for start, stretch in _stretches(paragraph):
            words, starts, ends = tokenizer.words_as_written(stretch)
            if not words:
                continue
            if is_first and position:
                position += PARAGRAPH_GAP
            is_first = False
            if start:
                starts, ends = [at + start for at in starts], [at + start for at in ends]
            yield number, position, starts, ends
            position += len(words)


_STRETCH_CHARS = 1 << 16


def _stretches(text: str) -> Iterator[tuple[int, str]]:
    """A text in pieces, each with where it begins: cut at spaces, which no token holds."""
    start = 0
    while len(text) - start > _STRETCH_CHARS:
        end = text.find(" ", start + _STRETCH_CHARS)
        if end < 0:
            break
        yield start, text[start:end]
        start = end
    yield start, text[start:] if start else text


def analyze(article: Article) -> AnalyzedArticle:
    """Every zone's words as occurrences of terms. Positions past 2**28 in one zone (a text of a gigabyte) all fall
    on the last one: such a word is found, its neighbours are not told apart."""
    lang = primary(article.lang)
    vocabulary = _vocabulary()
    words, places, sentences, paragraphs = (array("I") for _ in range(4))
    lengths = [0] * len(ZONES)
    for zone, texts in zone_texts(article):
        base = zone.number << ZONE_SHIFT
        position = 0
        for text in texts:
            starts = _take_words(text, vocabulary, words, lang)
            count = starts.pop()
            if not count:
                continue
            if position:
                position += PARAGRAPH_GAP
            places.extend(_ascending(base, position, count))
            paragraphs.append(base + min(position, _LAST_POSITION))
            sentences.extend([base + min(position + i, _LAST_POSITION) for i in starts])
            position += count
            lengths[zone.number] += count
    return AnalyzedArticle(
        lang=lang,
        vocabulary=vocabulary,
        words=_packed(words),
        places=_packed(places),
        sentences=_packed(sentences),
        paragraphs=_packed(paragraphs),
        lengths=tuple(lengths),
    )


def _take_words(text: str, vocabulary: Vocabulary, words: array[int], lang: str | None) -> list[int]:
    """Put the numbers of the text's words behind `words`. Returns which of them begin a sentence, and their count."""
    before = len(words)
    words_of = vocabulary.chunks.__getitem__
    starts = [0]
    for start, end in pairwise(sentence_bounds(text, lang)):
        begun = len(words) - before
        if begun != starts[-1]:
            starts.append(begun)
        words.extend(chain.from_iterable(map(words_of, text[start:end].split(" "))))
    count = len(words) - before
    if starts[-1] != count or not count:
        starts.append(count)
    return starts


def _ascending(base: int, position: int, count: int) -> Sequence[int]:
    """`count` positions from this one on in the zone whose occurrences begin with `base`."""
    if position + count <= _TABLED:
        return _table(base)[position : position + count]
    if position + count <= _LAST_POSITION:
        return range(base + position, base + position + count)
    return [base + min(position + i, _LAST_POSITION) for i in range(count)]


_TABLED = 1 << 13


@cache
def _table(base: int) -> array[int]:
    return array("I", range(base, base + _TABLED))


def _packed(places: array[int]) -> bytes:
    if places.itemsize != 4:  # a C compiler whose unsigned int is not 32 bits
        raise AssertionError("array('I') is expected to hold 32-bit numbers")
    return places.tobytes()
