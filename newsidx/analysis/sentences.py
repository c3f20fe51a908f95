"""Where sentences begin in a paragraph: what ``SAME/S`` and a snippet mean by a sentence.

A sentence ends at ``. ! ? …`` (and closing quotes or brackets) before a blank, unless the next word begins with a
small letter or the stop ends an initial or an abbreviation (``tables/abbreviations.txt``); and at ``。！？`` without a
blank. A rule in doubt does not cut: words too near are better than words torn apart. Called by `newsidx.snippet` and,
for whole articles, by `newsidx.analysis.postings`; linear in the text's length.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache

from newsidx.analysis.characters import table_lines

__all__ = ["sentence_bounds", "sentence_breaks", "sentence_starts"]

_ENDS = re.compile(r"[.!?…]++[\"'”’»)\]]*+\s++|[。！？]++[」』”]*+")
_LETTER = re.compile(r"\w")
_LOOK_AHEAD = 16  # code points in which the next sentence must begin with a letter
_WORD_BEFORE = 24  # code points that are looked at before a full stop
_LAST_WORD = re.compile(r"(?:^|[^\w.])((?:\w\.)*\w+)$")


def sentence_bounds(text: str) -> list[int]:
    """Where the sentences of a paragraph begin, in code points, and where the last one ends: never less than two."""
    return [0, *sentence_breaks(text, 0, len(text)), len(text)]


def sentence_breaks(text: str, low: int, high: int) -> list[int]:
    """Where sentences begin, but for the first one, as far as their ends before lie between `low` and `high`."""
    breaks = []
    for end in _ENDS.finditer(text, low, high):
        following = _LETTER.search(text, end.end(), end.end() + _LOOK_AHEAD)
        if following is not None and not _goes_on(text, end, following.start()):
            breaks.append(end.end())
    return breaks


def sentence_starts(text: str, starts: Sequence[int]) -> Iterator[int]:
    """The numbers of the tokens that begin a sentence, but for the first token; `starts` has where tokens begin."""
    last = 0
    for bound in sentence_bounds(text)[1:-1]:
        token = bisect_left(starts, bound)
        if token not in (last, len(starts)):
            last = token
            yield token


def _goes_on(text: str, end: re.Match[str], following: int) -> bool:
    if text[following].islower():
        return True
    if text[end.start()] != "." or text[end.start() : end.start() + 2] == "..":
        return False
    word = _LAST_WORD.search(text, max(0, end.start() - _WORD_BEFORE), end.start())
    return word is not None and (len(word[1]) == 1 or "." in word[1] or word[1].lower() in _abbreviations())


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(" ".join(table_lines("abbreviations.txt")).split())
