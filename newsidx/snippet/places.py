"""Where the matched words stand in the paragraphs of a zone, to the code point.

An occurrence that is known by its position alone is found by counting the words of the text, as the index counts them.
Most are also known as they are written (the index keeps the written form of each occurrence). These are looked for with
`str.find`, which takes a fiftieth of the time: a form that stands between blanks or signs that end words is a word of
the text by itself, and where as many such are found as there are occurrences, they are the occurrences. Otherwise the
words are counted after all.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from newsidx.analysis import place_words, surface_form, words_as_written

__all__ = ["Match", "Spot", "spots_of"]

Spot: TypeAlias = tuple[int, int, int, float]
"""A matched token in a paragraph: from, to (code points), which part of the query, its weight."""


class Match(NamedTuple):
    """The occurrences of a part of the query in a zone: the zone, which part (`term`, from 0), how much that part
    weighs in the ranking, its tokens' positions there; `written`: how each of them is written, with capitals, where
    that is known. Of a written form all occurrences in the zone are given, or none. No dataclass: a search makes
    hundreds."""

    zone: str
    term: int
    weight: float
    positions: Sequence[int]
    written: Sequence[str] | None = None


_SEARCHED = 1 << 18
"""Code points of a zone that are searched for words as they are written: a longer text is read only as far as its last
match."""


def spots_of(paragraphs: Sequence[str], matches: Sequence[Match]) -> dict[int, list[Spot]]:
    """The matched tokens by paragraph, in order; where several parts of the query match one token, the weightiest
    counts."""
    found = _as_written(paragraphs, matches)
    return _counted(paragraphs, matches) if found is None else found


def _counted(paragraphs: Sequence[str], matches: Sequence[Match]) -> dict[int, list[Spot]]:
    wanted: dict[int, Match] = {}
    for match in sorted(matches, key=_by_weight):
        wanted.update(dict.fromkeys(match.positions, match))
    spots: dict[int, list[Spot]] = {}
    rest = sorted(wanted, reverse=True)
    if not rest:
        return spots
    for number, first, starts, ends in place_words(paragraphs):
        while rest and rest[-1] < first + len(starts):
            i = rest[-1] - first
            match = wanted[rest.pop()]
            if i >= 0:
                spots.setdefault(number, []).append((starts[i], ends[i], match.term, match.weight))
        if not rest:
            break
    return spots


def _by_weight(match: Match) -> tuple[float, int]:
    return match.weight, -match.term


def _as_written(paragraphs: Sequence[str], matches: Sequence[Match]) -> dict[int, list[Spot]] | None:
    """The same by the forms of all matches; None where they do not tell."""
    by_form: dict[str, list[Match]] = {}
    for match in matches:
        if match.written is None:
            return None
        for form in match.written:
            if form in by_form:
                by_form[form].append(match)
            else:
                by_form[form] = [match]
    size = sum(map(len, paragraphs))
    if size > _SEARCHED:
        return None
    text = "\n".join(("", *paragraphs, ""))
    found: list[Spot] = []
    for form, some in by_form.items():
        best, count = some[0], len(some)
        if some[-1] is not best:  # parts of the query that have a form in common have it at the same places
            best, count = max(some, key=_by_weight), some.count(best)
        places = _standing(text, form, count)
        if len(places) != count:
            return None
        _, term, weight, _, _ = best
        size = len(form)
        found += [(at, at + size, term, weight) for at in places]
    found.sort()
    return _by_paragraph(paragraphs, found)


def _by_paragraph(paragraphs: Sequence[str], found: list[Spot]) -> dict[int, list[Spot]]:
    """Spots of a text made of the paragraphs, each with a line end before it."""
    spots: dict[int, list[Spot]] = {}
    low, high, number = 0, 0, -1
    mine: list[Spot] = []
    for start, end, term, weight in found:
        while start > high:
            number += 1
            low, high = high + 1, high + 1 + len(paragraphs[number])
            mine = []
        if not mine:
            spots[number] = mine
        mine.append((start - low, end - low, term, weight))
    return spots


# What stands beside a word and can be no part of one: the grammar is the tokenizer's. An apostrophe, a point, a quote
# between Hebrew letters, a no-break space between digits, a mark may join what stands on both sides. After letters
# (more than one) a point ends a word, too; after digits only a blank surely does.
_BLANKS = frozenset(" \n")
_BEFORE = _BLANKS | frozenset('([{<"-/:;,!?“„«»—–”')
_BEHIND = _BLANKS | frozenset(')]}>"-/:;,!?.”“«»—–')


def _standing(text: str, form: str, most: int) -> list[int]:
    """Where the form stands by itself, so that it is a word of the text for sure; not many more than `most`."""
    spellings, before, behind = _spellings(form)
    places: list[int] = []
    size, find = len(form), text.find
    for spelling in spellings:
        at = find(spelling)
        while at >= 0 and len(places) <= most:
            if text[at - 1] in before and text[at + size] in behind:
                places.append(at)
            at = find(spelling, at + size)
    return places


def _is_joined(form: str) -> bool:
    return form[0].isalpha() and form.replace("'", "").replace("\u2019", "").isalpha()


@lru_cache(maxsize=8192)
def _spellings(form: str) -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    """How a word with this form may be spelt, that is a word wherever it stands by itself: of more than one letter,
    of scripts in which no quotation mark or sign stands inside of words (none where that is not so); what must stand
    before and behind it."""
    before, behind = (_BEFORE, _BEHIND) if form.isalpha() or _is_joined(form) else (_BLANKS, _BLANKS)
    some = (form, form.replace("'", "\u2019")) if "'" in form else (form,)
    if len(form) < 2 or len(form) > _LONGEST or not all(map(_is_simple, form)):
        return (), before, behind
    plain = (each for each in some if words_as_written(each)[0] == [each] and surface_form(each) == form)
    return tuple(plain), before, behind


_LONGEST = 64


def _is_simple(char: str) -> bool:
    """Latin, Greek, Cyrillic letters and ASCII."""
    return char < "\u0250" or "\u0370" <= char < "\u0530"
