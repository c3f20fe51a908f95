"""An article's zones → where each index term occurs: what the engine writes, and how a snippet finds its place again.

An occurrence is one unsigned 32-bit number: the zone's number (`newsidx.schema`) in the top four bits, the token's
position in the zone below. Positions of neighbours differ by one; each paragraph starts `PARAGRAPH_GAP` further on,
so that a phrase, for which occurrences must follow each other, never runs from one paragraph or zone into the next.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsidx.analysis import tokenizer
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

    `terms` maps each index term to its sorted occurrences, as unsigned 32-bit numbers in the machine's byte order;
    `lengths` counts the tokens of each zone, by zone number; `forms` holds each written form with the terms that it
    became in `lang` (the primary language subtag, None where the language is unknown).
    """

    lang: str | None
    terms: Mapping[str, bytes]
    lengths: tuple[int, ...]
    forms: Mapping[str, tuple[str, ...]]


def place_tokens(paragraphs: Sequence[str]) -> Iterator[tuple[int, tokenizer.Token, int]]:
    """Each token of a zone as (paragraph number, token, position); positions as the index counts them."""
    position = 0
    for number, paragraph in enumerate(paragraphs):
        if number:
            position += PARAGRAPH_GAP
        for token in tokenizer.tokens(paragraph):
            yield number, token, position
            position += 1


def analyze(article: Article) -> AnalyzedArticle:
    """Every zone's words as occurrences of terms. Positions that do not fit into 28 bits (a zone of 268 million
    words, or four million paragraphs with the gaps between them) all fall on the last one that does: such a word is
    found, its neighbours are not told apart."""
    lang = primary(article.lang)
    forms: dict[str, tuple[str, ...]] = {}
    occurrences: dict[str, array[int]] = {}
    lengths = [0] * len(ZONES)
    for zone, paragraphs in zone_texts(article):
        base = zone.number << ZONE_SHIFT
        count = 0
        position = 0
        for paragraph in paragraphs:
            for form in tokenizer.spans(paragraph).forms:
                became = forms.get(form)
                if became is None:
                    became = forms[form] = terms(form, lang)
                code = base + min(position, _LAST_POSITION)
                for term in became:
                    places = occurrences.get(term)
                    if places is None:
                        occurrences[term] = array("I", (code,))
                    else:
                        places.append(code)
                position += 1
                count += 1
            position += PARAGRAPH_GAP
        lengths[zone.number] = count
    return AnalyzedArticle(
        lang=lang,
        terms={term: _packed(places) for term, places in occurrences.items()},
        lengths=tuple(lengths),
        forms=forms,
    )


def _packed(places: array[int]) -> bytes:
    if places.itemsize != 4:  # a C compiler whose unsigned int is not 32 bits
        raise AssertionError("array('I') is expected to hold 32-bit numbers")
    return places.tobytes()
