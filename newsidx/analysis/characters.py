"""Which characters make words: the classes of ``tables/characters.txt``, as sets for regular expressions.

The classes are read from a table rather than asked of `unicodedata`, whose answers differ from one Python to the
next: an index and the queries on it are read alike wherever they are. The tokenizer and the folding call this; what
a class means for a token is theirs to say. This module also reads the other tables of the package for its siblings.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["APOSTROPHES", "HEBREW_QUOTES", "class_ranges", "is_segmentless", "regex_set", "table_lines", "table_text"]

APOSTROPHES = "'\u2019\u2018\u02bc\u02bb\u02b9\u02bd`\u00b4\uff07\u05f3\u2032"
"""What is written for an apostrophe between letters: quotes, modifier letters, accents alone, the Hebrew geresh, the
prime. A form has ``'``."""

HEBREW_QUOTES = '"\u05f4\u201c\u201d\u201e\u2033'
"""What is written for gershayim between Hebrew letters (as in the Hebrew for IDF). A form has ``"``."""

_TABLES = Path(__file__).with_name("tables")


def table_text(name: str) -> str:
    """A table of this package, whole."""
    return (_TABLES / name).read_text(encoding="utf-8")


def table_lines(name: str) -> list[str]:
    """The lines of a table of this package, without comments and blank lines."""
    return [line for line in map(str.strip, table_text(name).splitlines()) if line and not line.startswith("#")]


def class_ranges(name: str) -> tuple[tuple[int, int], ...]:
    """The code points of a class, as sorted ranges with both ends included. KeyError if there is no such class."""
    return _classes()[name]


@cache
def _classes() -> dict[str, tuple[tuple[int, int], ...]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for line in table_lines("characters.txt"):
        name, _, words = line.partition(":")
        ranges = found.setdefault(name, [])
        for word in words.split():
            first, _, last = word.partition("-")
            ranges.append((int(first, 16), int(last or first, 16)))
    return {name: tuple(ranges) for name, ranges in found.items()}


def regex_set(*names: str, end: int | None = None) -> str:
    """The inside of a ``[…]`` for the characters of these classes, none of which means anything else there; without
    those after the code point `end`."""
    ranges = [each for name in names for each in class_ranges(name)]
    if end is not None:
        ranges = [(first, min(last, end)) for first, last in ranges if first <= end]
    return "".join(f"{chr(first)}-{chr(last)}" if last > first else chr(first) for first, last in ranges)


def is_segmentless(char: str) -> bool:
    """Whether a character is a letter of a script written without spaces, where each letter is a token."""
    code = ord(char)
    ranges = class_ranges("segmentless")
    return code >= ranges[0][0] and any(first <= code <= last for first, last in ranges)
