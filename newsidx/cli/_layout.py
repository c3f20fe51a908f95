"""How wide text is on a terminal, and where its lines break. Works on text that `newsidx.harmless` has made harmless.

Widths are columns: two for the wide characters of East Asian scripts and emoji, none for combining marks (Unicode
Standard Annex 11). Lines break at blanks and between wide characters, which need no blank; a word that is wider than
a line is cut.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

__all__ = ["fits", "is_right_to_left", "lines_of", "width_of"]

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_NO_LINE_START = frozenset("、。，．・：；？！」』】）〕〉》”’〟ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]}%")


_NARROWEST = 4
"""Columns a line has at least, whatever is asked: two wide characters."""


def _char_width(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def width_of(text: str) -> int:
    """How many columns the text takes."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def fits(text: str, width: int | None) -> str:
    """The text, or as much of it as `width` columns hold, with an ellipsis for the rest."""
    if width is None or width_of(text) <= width:
        return text
    used, end = 1, 0
    for character in text:
        used += _char_width(character)
        if used > width:
            break
        end += 1
    return text[:end].rstrip() + "…"


def is_right_to_left(text: str) -> bool:
    """Whether any of the text is written from right to left."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def lines_of(text: str, width: int | None, *, taken: int = 0) -> Iterator[tuple[int, int]]:
    """Where the lines of the text begin and end, blanks at the breaks left out; one line where `width` is None.

    `taken` columns of the first line are in use already. A text of blanks has no lines.
    """
    start = _skip_blanks(text, 0)
    while start < len(text):
        end = len(text) if width is None else _line_end(text, start, max(width - taken, _NARROWEST))
        taken = 0
        yield start, len(text[:end].rstrip(" "))
        start = _skip_blanks(text, end)


def _skip_blanks(text: str, i: int) -> int:
    while i < len(text) and text[i] == " ":
        i += 1
    return i


def _line_end(text: str, start: int, width: int) -> int:
    """The end of the line that begins at `start`: its last break within `width` columns, or where it is full."""
    used = 0
    last_break = start
    previous_is_wide = False
    for i in range(start, len(text)):
        character = text[i]
        columns = _char_width(character)
        is_wide = columns == 2
        if character == " " or ((is_wide or previous_is_wide) and columns and character not in _NO_LINE_START):
            last_break = i
        used += columns
        if used > width and character != " ":
            return last_break if last_break > start else i
        previous_is_wide = is_wide if columns else previous_is_wide
    return len(text)
