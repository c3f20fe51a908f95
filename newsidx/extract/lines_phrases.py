"""Phrase tables: which of the phrases of ``tables/lines_phrases.txt`` a line says, by section, in one pass over it.

Responsible for reading the table, folding (case, quotes, punctuation) and matching; what a section means is for
`lines` and the readers. The time is linear in the line: a phrase is looked at only where its first word stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

__all__ = ["could_say", "phrases_of", "sections", "words_of"]

_TABLES = Path(__file__).parent / "tables"
_MAX_LINE = 500
"""Code points of a line that are looked at; furniture is short, or says so at its start."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DIGIT = re.compile(r"\d")
# The same where there are no underscores and straight apostrophes only: one category is matched twice as fast as a set.
_PLAIN_WORD = re.compile(r"\w+(?:'\w+)*")
# The same for what is all ASCII: sets of few characters are matched three times as fast as classes of all scripts; and
# where there is no apostrophe, blanks for all that is no letter or digit are twice as fast again.
_ASCII_WORD = re.compile("[a-z0-9]+(?:'[a-z0-9]+)*")
_ASCII_DIGIT = re.compile("[0-9]")
_BLANKS = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum() and chr(code) != "'"})
_MARKS = "“”„–—…‘«»\u00a0"
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SHORT_START_WORDS = 2
"""A start of so few words counts on short lines only: many a sentence begins with "About" or "More than"."""
_SHORT_LINE_WORDS = 12
_MAX_END_WORDS = 8
_STOPS = (".", "!", "?", "…", "。", "।", '."', ".”", ".“", ".»", "؟", "۔")


@dataclass(slots=True)
class _Table:
    whole: dict[str, set[str]] = field(default_factory=dict)
    start: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    end: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    within: dict[str, list[tuple[int, list[str], str]]] = field(default_factory=dict)
    """By the longest word of the phrase, which few lines have, with its place in the phrase."""
    triggers: set[str] = field(default_factory=set)
    """Words one of which stands in any line that says a phrase; most lines of a page have none."""
    unspaced: list[tuple[str, str, str]] = field(default_factory=list)
    """(mode, phrase without blanks, section) of the scripts that do not part words."""


def sections(name: str) -> Iterator[tuple[str, list[str]]]:
    """The sections of a table file: ``[name]``, then one entry a line; ``#`` and a blank begin a comment."""
    title = ""
    entries: list[str] = []
    for row in (_TABLES / name).read_text(encoding="utf-8").splitlines():
        line = row.strip()
        if line.startswith("[") and line.endswith("]"):
            if title:
                yield title, entries
            title, entries = line[1:-1], []
        elif line and not (line.startswith("# ") and not title):
            entries.append(line)
    if title:
        yield title, entries


def words_of(text: str) -> list[str]:
    """The folded words of `text`; numbers are ``#``."""
    if not text.isascii():
        text = text.replace("’", "'")
        for mark in _MARKS:
            if mark in text:
                text = text.replace(mark, " ")
    if text.isascii():
        text = text.lower()
        words = text.translate(_BLANKS).split()
        if "'" in text:
            words = _ASCII_WORD.findall(" ".join(words))
        return ["#" if word.isdecimal() else word for word in words] if _ASCII_DIGIT.search(text) else words
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("_", " ")
    words = _PLAIN_WORD.findall(text.casefold())
    return ["#" if word.isdecimal() else word for word in words] if _DIGIT.search(text) else words


@lru_cache(maxsize=1)
def _table() -> _Table:
    table = _Table()
    for section, entries in sections("lines_phrases.txt"):
        for entry in entries:
            begins, ends = entry.endswith(" *"), entry.startswith("* ")
            bare = entry.removeprefix("* ").removesuffix(" *")
            words = tuple("#" if word == "#" else word for word in words_of(bare.replace("#", " 0 ")))
            if not words:
                continue
            mode = "within" if begins and ends else "start" if begins else "end" if ends else "whole"
            if mode == "whole":
                table.whole.setdefault(" ".join(words), set()).add(section)
                continue
            if _UNSPACED.search(bare):
                table.unspaced.append((mode, "".join(words), section))
            if mode == "within":
                key = max(words, key=len)
                table.within.setdefault(key, []).append((words.index(key), list(words), section))
            else:
                slots = table.start if mode == "start" else table.end
                slots.setdefault(words[0], []).append((words, section))
    table.triggers = {*table.start, *table.end, *table.within, *(phrase.split(" ")[0] for phrase in table.whole)}
    return table


def phrases_of(text: str) -> frozenset[str]:
    """The sections of the table that have a phrase which `text` says."""
    return _phrases_of_short(text) if len(text) <= _MAX_KEPT else _phrases_of(text)


def _phrases_of(text: str) -> frozenset[str]:
    table = _table()
    words = words_of(text[:_MAX_LINE])
    if not words:
        return frozenset()
    found: set[str] = set()
    is_unspaced = not text.isascii() and _UNSPACED.search(text[:_MAX_LINE]) is not None
    if not is_unspaced and table.triggers.isdisjoint(words):
        return frozenset()
    joined = " ".join(words) if len(words) <= _SHORT_LINE_WORDS else ""
    if joined in table.whole:
        found |= table.whole[joined]
    _starts(table, words, text, found)
    if not table.within.keys().isdisjoint(words):
        for i, word in enumerate(words):
            for place, inner, section in table.within.get(word, ()):
                if i >= place and words[i - place : i - place + len(inner)] == inner:
                    found.add(section)
    if not table.end.keys().isdisjoint(words[-_MAX_END_WORDS:]):
        _ends(table, words, found)
    if is_unspaced:
        _unspaced(table, "".join(words), found)
    return frozenset(found)


def _ends(table: _Table, words: list[str], found: set[str]) -> None:
    count = len(words)
    for i in range(max(0, count - _MAX_END_WORDS), count):
        for phrase, section in table.end.get(words[i], ()):
            if i + len(phrase) == count and tuple(words[i:]) == phrase:
                found.add(section)


def could_say(text: str, section: str) -> bool:
    """Whether `text` may say a phrase of a section that has no phrases for ends of lines: a quick look before the
    exact one, for the paragraphs of a text, of which hardly any do."""
    firsts, within = _openings(section)
    folded = text[:_MAX_LINE].casefold()
    if not folded.isascii():
        if _UNSPACED.search(folded[:_UNSPACED_SOON]):
            return True
        folded = unicodedata.normalize("NFKC", folded).replace("’", "'")
    first = _WORD.search(folded)
    if first is not None and first[0] in firsts:
        return True
    for word in within:  # noqa: SIM110 -- a generator costs as much as the search
        if word in folded:
            return True
    return False


_UNSPACED_SOON = 60
"""A text in a script that does not part words shows it in so many code points."""


@lru_cache(maxsize=8)
def _openings(section: str) -> tuple[frozenset[str], tuple[str, ...]]:
    table = _table()
    firsts = {phrase.split(" ")[0] for phrase, found in table.whole.items() if section in found}
    firsts |= {word for word, entries in table.start.items() if any(each == section for _, each in entries)}
    within = [word for word, entries in table.within.items() if any(each == section for _, _, each in entries)]
    return frozenset(firsts), tuple(within)


_MAX_KEPT = 240
_phrases_of_short = lru_cache(maxsize=4096)(_phrases_of)
"""A line is asked about several times over, and menus stand on every page of an outlet: lines are remembered (at most
2 MB)."""


def _starts(table: _Table, words: list[str], text: str, found: set[str]) -> None:
    entries = table.start.get(words[0])
    if not entries:
        return
    is_sentence = text.rstrip().endswith(_STOPS)
    for phrase, section in entries:
        if tuple(words[: len(phrase)]) != phrase:
            continue
        if len(phrase) <= _SHORT_START_WORDS and section not in ("read-more", "correction"):
            limit = _SHORT_LINE_WORDS if len(phrase) == _SHORT_START_WORDS else 7
            if len(words) > limit or (is_sentence and len(phrase) == 1):
                continue
        found.add(section)


def _unspaced(table: _Table, joined: str, found: set[str]) -> None:
    for mode, phrase, section in table.unspaced:
        if mode == "start":
            hit = joined.startswith(phrase)
        elif mode == "end":
            hit = joined.endswith(phrase)
        else:
            hit = phrase in joined
        if hit:
            found.add(section)
