"""The place of an error in a query, pointed at from below, whatever the query holds and however long it is."""

from __future__ import annotations

from newsidx.cli._layout import width_of
from newsidx.harmless import harmless_name

__all__ = ["caret_lines"]

_MARGIN = "  "
_LONGEST = 100
"""Columns of a query that are shown where there is no terminal to say how many it has."""


def caret_lines(text: str, start: int, end: int, width: int | None) -> list[str]:
    """Two lines: as much of the query around ``text[start:end]`` as `width` columns hold, and carets below the place.

    Line ends and tabs are shown as blanks; other odd characters spelled out, with as many carets.
    """
    room = max(20, (width or _LONGEST) - len(_MARGIN) - 2)
    blanks = str.maketrans(dict.fromkeys("\t\r\n\v\f", " "))
    before, place, after = (
        harmless_name(part.translate(blanks)) for part in (text[:start], text[start:end], text[end:])
    )
    before = _last(before, room // 2)
    place = _first(place, max(1, room - width_of(before)))
    after = _first(after, max(0, room - width_of(before) - width_of(place)))
    carets = "^" * max(1, width_of(place))
    return [f"{_MARGIN}{before}{place}{after}", f"{_MARGIN}{' ' * width_of(before)}{carets}"]


def _first(text: str, columns: int) -> str:
    if width_of(text) <= columns:
        return text
    end = min(len(text), max(0, columns - 1))
    while end and width_of(text[:end]) > columns - 1:
        end -= 1
    return text[:end] + "…" if columns else ""


def _last(text: str, columns: int) -> str:
    if width_of(text) <= columns:
        return text
    start = max(0, len(text) - columns + 1)
    while width_of(text[start:]) > columns - 1:
        start += 1
    return "…" + text[start:]
