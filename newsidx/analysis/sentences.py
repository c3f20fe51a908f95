"""Where sentences begin in a paragraph: what ``SAME/S`` and a snippet mean by a sentence.

A sentence ends at ``. ! ? …`` and the like of other scripts (and closing quotes or brackets) before a blank, unless the
next word begins with a small letter; and at ``。！？`` without a blank. It goes on after the stop of an initial, of an
abbreviation, of an ordinal where the language writes them so (``am 3. Oktober``) and of a number that begins an item of
a list, as ``tables/full_stops.txt`` has it, for some of these only where the next word is none that begins sentences. A
rule in doubt does not cut: words too near are better than words torn apart. Called by `newsidx.snippet` and, for whole
articles, by `newsidx.analysis.postings`; linear in the text's length.

On the 397 German articles of the extraction sets 487 ends of sentences of 11,161 went when rules by language came, and
19 came: of two samples of thirty that went and of all that came, read one by one, all were right.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from newsidx.analysis.characters import table_lines
from newsidx.frozen import dataclass

__all__ = ["sentence_bounds", "sentence_breaks", "sentence_starts"]

_STOPS = ".!?…؟۔।॥።፧။៖։"
_ENDS = re.compile(
    rf"[{_STOPS};。！？](?:(?<=[{_STOPS}]|(?<=[\u0370-\u03ff\u1f00-\u1fff]);)(?<![{_STOPS}]{{2}})"
    rf"[{_STOPS}]*+[\"'”’»)\]]*+\s++|(?<=[。！？])(?<![。！？]{{2}})[。！？]*+[」』”]*+)"
    r"(?=\W{0,15}+([^\Wa-z]))"
)
"""Stops with what closes after them, then the first letter of what follows: looked for in 16 code points, and no small
one. It begins with a set of characters, which is what a text is searched for fastest, and only where no stop stands
before, so that a run of them is looked at once."""

_LOOK_AHEAD = 16
_MEMO_WORDS = 1 << 14
_MEMO_LANGUAGES = 64
_WORD_BEFORE = 24  # code points that are looked at before a full stop
_LAST_WORD = re.compile(r"(?:^|[^\w.])((?:[^\W\d_]\.)*[^\W\d_]+(?:[-.][^\W\d_]+\.?)*)$")
_ORDINAL = re.compile(r"(?:^|[^\w.,:/%-])(?:\d{1,2}\.[-\u2013/]?(?=\d{1,2}$))?\d{1,3}$")
_ROMAN = re.compile(r"[IVXL]{1,6}")
_LIST_NUMBER = re.compile(r"(?:^|(?:^|\s)(\S{1,18})[.!?…]\s{1,4})\d{1,3}$")
"""A number at the beginning of the paragraph or behind a stop."""
_IS_ELIDED = re.compile(r"[^\W\d_]['’].$")  # don't, UK's
_PAIR = re.compile(r"(?:^|[^\w.])([^\W\d_]{1,2}\.)\s{1,2}([^\W\d_]{1,3})$")  # z. B, EE. UU
_PART_LETTERS = 3
_NEXT_WORD = re.compile(r"\W{0,15}+([^\W\d_]+)(.?)", re.DOTALL)
_NEXT_NUMBER = re.compile(r"\W{0,15}+(?:\d|[A-Z]{1,4}\b)")


@dataclass(frozen=True, slots=True)
class _Rules:
    """What the table has for a language: words by what they are."""

    before: frozenset[str]
    number: frozenset[str]
    doubtful: frozenset[str]
    openers: frozenset[str]
    particles: frozenset[str]
    has_ordinals: bool


def sentence_bounds(text: str, lang: str | None = None) -> list[int]:
    """Where the sentences of a paragraph begin, in code points, and where the last one ends: never less than two.
    `lang` is a primary language subtag; where it is not known, what any language writes is a reason not to cut."""
    return [0, *sentence_breaks(text, 0, len(text), lang), len(text)]


def sentence_breaks(text: str, low: int, high: int, lang: str | None = None) -> list[int]:
    """Where sentences begin, but for the first one, as far as they and their ends before lie from `low` to `high`."""
    breaks = []
    for end in _ENDS.finditer(text, low, high + _LOOK_AHEAD):
        if end.end() > high:
            break
        if not _goes_on(text, end, lang):
            breaks.append(end.end())
    return breaks


def sentence_starts(text: str, starts: Sequence[int], lang: str | None = None) -> Iterator[int]:
    """The numbers of the tokens that begin a sentence, but for the first token; `starts` has where tokens begin."""
    last = 0
    for bound in sentence_bounds(text, lang)[1:-1]:
        token = bisect_left(starts, bound)
        if token not in (last, len(starts)):
            last = token
            yield token


def _goes_on(text: str, end: re.Match[str], lang: str | None) -> bool:
    """Whether the sentence goes on behind a stop."""
    if end[1].islower():
        return True
    start = end.start()
    if text[start] != "." or text[start + 1] == ".":
        return False
    before = text[max(0, start - _WORD_BEFORE) : start]
    last = before[before.rfind(" ") + 1 :]
    kind = _kind(last, lang)
    if len(last) <= _PART_LETTERS and kind in ("", "letter"):
        pair = _PAIR.search(text, max(0, start - _WORD_BEFORE), start)
        kind = (pair and _named(_rules(lang), (pair[1] + pair[2]).lower())) or kind
    if kind in ("digits", "ordinal"):
        item = _LIST_NUMBER.search(text, max(0, start - _WORD_BEFORE), start)
        if item is not None and not (item[1] and _kind(item[1], lang)):
            return True
    elif kind == "number":
        return _NEXT_NUMBER.match(text, end.end()) is not None and not _is_opened(text, end.end(), kind, lang)
    return kind == "before" or (kind in _DOUBTFUL and not _is_opened(text, end.end(), kind, lang))


_DOUBTFUL = frozenset(("doubtful", "letter", "ordinal"))


@lru_cache(maxsize=_MEMO_WORDS)
def _kind(last: str, lang: str | None) -> str:
    """What stands between a blank and a full stop: a kind of word of the table, or a letter, digits, an ordinal; else
    the empty string."""
    rules = _rules(lang)
    if last[-1:].isdecimal():
        return "ordinal" if rules.has_ordinals and _ORDINAL.search(last) is not None else "digits"
    found = _LAST_WORD.search(last)
    if found is None:
        return ""
    word = found[1][found[1].rfind("-") + 1 :]
    kind = _named(rules, found[1].lower()) or _named(rules, word.lower())
    if kind:
        return kind
    if len(word) == 1:
        is_word = _HANGUL_FIRST <= word <= _HANGUL_LAST or (word.islower() and _IS_ELIDED.search(last) is not None)
        return "" if is_word else "letter"
    if "." in word and len(word.split(".")[0]) == 1:
        return "doubtful"
    return "doubtful" if rules.has_ordinals and _ROMAN.fullmatch(word) is not None else ""


def _named(rules: _Rules, word: str) -> str:
    """The kind that the table gives a word; else the empty string."""
    if word in rules.before:
        return "before"
    if word in rules.number:
        return "number"
    return "doubtful" if word in rules.doubtful else ""


_HANGUL_FIRST, _HANGUL_LAST = "\uac00", "\ud7a3"
"""Syllables, of which one is a word and no initial."""


def _is_opened(text: str, at: int, kind: str, lang: str | None) -> bool:
    """Whether what begins here is a word that begins sentences."""
    following = _NEXT_WORD.match(text, at)
    if following is None or following[2] == "." or (len(following[1]) == 1 and not following[2].isspace()):
        return False
    word, rules = following[1].lower(), _rules(lang)
    return word in rules.openers and not (kind == "letter" and word in rules.particles)


@lru_cache(maxsize=_MEMO_LANGUAGES)
def _rules(lang: str | None) -> _Rules:
    kinds: dict[str, set[str]] = {}
    for languages, kind, words in _table():
        if lang is None or languages == ("*",) or lang in languages:
            kinds.setdefault(kind, set()).update(words)
    named = {kind: frozenset(kinds.get(kind, ())) for kind in ("before", "number", "doubtful", "openers", "particles")}
    return _Rules(**named, has_ordinals="ordinals" in kinds)


@cache
def _table() -> list[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    lines = map(str.split, table_lines("full_stops.txt"))
    return [(tuple(languages.split(",")), kind, tuple(words)) for languages, kind, *words in lines]
