"""An article's zones → where each index term occurs: what the engine writes, and how a snippet finds its place again.

An occurrence is one unsigned 32-bit number: the zone's number (`newsidx.schema`) in the top four bits, the token's
position in the zone below. Positions of neighbours differ by one; each paragraph with words starts `PARAGRAPH_GAP`
further on, so that a phrase, for which occurrences must follow each other, never runs from one paragraph or zone into
the next.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsidx.analysis import tokenizer
from newsidx.analysis.folding import surface_form, written_form
from newsidx.analysis.sentences import sentence_starts
from newsidx.analysis.stems import primary, terms
from newsidx.model import Article
from newsidx.schema import ZONES, zone_texts

__all__ = ["PARAGRAPH_GAP", "ZONE_SHIFT", "AnalyzedArticle", "analyze", "place_tokens"]

ZONE_SHIFT = 28
PARAGRAPH_GAP = 64
_LAST_POSITION = (1 << ZONE_SHIFT) - 2 * PARAGRAPH_GAP


@dataclass(frozen=True, slots=True)
class AnalyzedArticle:
    """An article as the index takes it in.

    `surfaces` are the words of the article as they stand, capitals kept, each once; `forms` has the written form of
    each of them and `terms` what it is indexed under in `lang` (the primary language subtag, None where the language
    is unknown). `words` has for each token of the article, zone by zone and in reading order, the number of its
    surface; `places` its occurrence. `sentences` and `paragraphs` are the occurrences that begin one. All four are
    unsigned 32-bit numbers in the machine's order. `lengths` counts the tokens of each zone, by zone number.
    """

    lang: str | None
    surfaces: tuple[str, ...]
    forms: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]
    words: bytes
    places: bytes
    sentences: bytes
    paragraphs: bytes
    lengths: tuple[int, ...]

    def occurrences(self) -> dict[str, array[int]]:
        """Each index term with its sorted occurrences."""
        found: dict[str, array[int]] = {}
        words, places = array("I", self.words), array("I", self.places)
        for word, place in zip(words, places, strict=True):
            for term in self.terms[word]:
                found.setdefault(term, array("I")).append(place)
        return found


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
    numbers = _Numbers()
    number_of = numbers.__getitem__
    words, places, sentences, paragraphs = (array("I") for _ in range(4))
    lengths = [0] * len(ZONES)
    for zone, texts in zone_texts(article):
        base = zone.number << ZONE_SHIFT
        position = 0
        for text in texts:
            raw, starts, _ = tokenizer.words_as_written(text)
            if not raw:
                continue
            if position:
                position += PARAGRAPH_GAP
            first = base + min(position, _LAST_POSITION)
            words.extend(map(number_of, raw))
            if position + len(raw) <= _LAST_POSITION:
                places.extend(range(first, first + len(raw)))
            else:
                places.extend(base + min(position + i, _LAST_POSITION) for i in range(len(raw)))
            paragraphs.append(first)
            sentences.append(first)
            sentences.extend(base + min(position + i, _LAST_POSITION) for i in sentence_starts(text, starts))
            position += len(raw)
            lengths[zone.number] += len(raw)
    forms_of = tuple(form for form, _ in numbers.written)
    return AnalyzedArticle(
        lang=lang,
        surfaces=tuple(surface for _, surface in numbers.written),
        forms=forms_of,
        terms=tuple(terms(form, lang) for form in forms_of),
        words=_packed(words),
        places=_packed(places),
        sentences=_packed(sentences),
        paragraphs=_packed(paragraphs),
        lengths=tuple(lengths),
    )


class _Numbers(dict[str, int]):
    """A word as it stands in the text → the number of its written form and surface in `written`."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[tuple[str, str], int] = {}

    def __missing__(self, raw: str) -> int:
        key = written_form(raw), surface_form(raw)
        number = self[raw] = self.written.setdefault(key, len(self.written))
        return number


def _packed(places: array[int]) -> bytes:
    if places.itemsize != 4:  # a C compiler whose unsigned int is not 32 bits
        raise AssertionError("array('I') is expected to hold 32-bit numbers")
    return places.tobytes()
