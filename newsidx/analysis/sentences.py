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
from functools import cache, lru_cache

from newsidx.analysis.characters import table_lines

__all__ = ["sentence_bounds", "sentence_breaks", "sentence_starts"]

_ENDS = re.compile(
    r"[.!?…。！？](?:(?<=[.!?…])(?<![.!?…]{2})[.!?…]*+[\"'”’»)\]]*+\s++|(?<=[。！？])(?<![。！？]{2})[。！？]*+[」』”]*+)"
    r"(?=\W{0,15}+([^\Wa-z]))"
)
"""Stops with what closes after them, then the first letter of what follows: looked for in 16 code points, and no small
one. It begins with a set of characters, which is what a text is searched for fastest, and only where no stop stands
before, so that a run of them is looked at once."""

_LOOK_AHEAD = 16
_MEMO_WORDS = 1 << 14
_WORD_BEFORE = 24  # code points that are looked at before a full stop
_LAST_WORD = re.compile(r"(?:^|[^\w.])((?:\w\.)*\w+)$")


def sentence_bounds(text: str) -> list[int]:
    """Where the sentences of a paragraph begin, in code points, and where the last one ends: never less than two."""
    return [0, *sentence_breaks(text, 0, len(text)), len(text)]


def sentence_breaks(text: str, low: int, high: int) -> list[int]:
    """Where sentences begin, but for the first one, as far as they and their ends before lie from `low` to `high`."""
    breaks = []
    for end in _ENDS.finditer(text, low, high + _LOOK_AHEAD):
        if end.end() > high:
            break
        if not _goes_on(text, end):
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


def _goes_on(text: str, end: re.Match[str]) -> bool:
    if end[1].islower():
        return True
    start = end.start()
    if text[start] != "." or text[start + 1] == ".":
        return False
    before = text[max(0, start - _WORD_BEFORE) : start]
    _, blank, last = before.rpartition(" ")
    if blank:
        return _is_short(last)
    word = _LAST_WORD.search(text, max(0, start - _WORD_BEFORE), start)
    return word is not None and _is_abbreviation(word[1])


@lru_cache(maxsize=_MEMO_WORDS)
def _is_short(last: str) -> bool:
    """Whether what stands between a blank and a full stop ends with an initial or an abbreviation."""
    word = _LAST_WORD.search(last)
    return word is not None and _is_abbreviation(word[1])


def _is_abbreviation(word: str) -> bool:
    return len(word) == 1 or "." in word or word.lower() in _abbreviations()


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(" ".join(table_lines("abbreviations.txt")).split())
