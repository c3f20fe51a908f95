"""Conditions on an article as a whole: marks that it must have, and tests of its facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from newsidx import query
from newsidx.codec import Ints
from newsidx.engine.local import _marks
from newsidx.engine.local._facts import CLOCKS, HAS, NO_OFFSET, PRECISIONS
from newsidx.engine.local._view import View
from newsidx.model import Note
from newsidx.query import tree as nodes

__all__ = ["HAS", "has", "in_range", "mark_of", "site_itself", "unknown_value", "when", "when_none"]

_MOST_CANDIDATES = 2000
"""Names that a misspelt one is compared with: each costs some 6 µs, a very long one 200."""


def mark_of(node: nodes.Attr) -> str | None:
    """The mark that an attribute asks for; None where it is not asked by a mark (or not recorded at all)."""
    if node.value is None:
        return f"none:{node.field}"
    match node.field:
        case "source" | "tag" | "section" | "author":
            return f"{node.field}:{_marks.folded(node.value)}"
        case "site":
            return f"site:{_marks.host_key(node.value.removeprefix('*.').removeprefix('www.'))}"
        case "url" | "link":
            return f"{node.field}:{_marks.url_key(node.value)}"
        case "lang":
            return f"lang:{_marks.lang_key(node.value)}"
        case "kind":
            return f"kind:{node.value}"
        case _:
            return None


def site_itself(node: nodes.Attr) -> str | None:
    """The mark of what ``site:*.gov.uk`` leaves out: gov.uk itself. None for other conditions."""
    if node.field == "site" and node.value is not None and node.value.startswith("*."):
        return f"domain:{_marks.host_key(node.value[2:])}"
    return None


def in_range(view: View, node: nodes.Range, articles: Ints) -> Ints:
    """Whether the length of the body lies between the ends of ``words:``, of each article."""
    words = view.column("words")[articles].astype(np.int64)
    inside = np.ones(len(articles), np.bool_)
    if node.low is not None:
        inside &= words >= node.low if node.low_inclusive else words > node.low
    if node.high is not None:
        inside &= words <= node.high if node.high_inclusive else words < node.high
    return inside


def has(view: View, what: str, articles: Ints) -> Ints:
    """Whether each article has a caption, …"""
    return view.column("flags")[articles] >> HAS.index(what) & 1 == 1


def when(view: View, node: nodes.When, now: dt.datetime, articles: Ints) -> Ints:
    """Whether each article's date lies where the condition says: `newsidx.query.Interval.holds`, of many at once.
    Articles without the date fail it."""
    interval = query.interval(node, now)
    clock = CLOCKS.index(node.clock)
    precision, wall, offset = (view.column(f"{name}-{clock}")[articles] for name in ("precision", "wall", "offset"))
    wall = wall.astype(np.int64)
    first, last = wall, _last(wall, precision)
    is_long = precision <= PRECISIONS.index("month") + 1
    if is_long.any():
        first, last = np.where(is_long, first, last), np.where(is_long, last, first)
    else:
        first, last = last, first
    is_fixed = (precision > PRECISIONS.index("day") + 1) & (offset != NO_OFFSET)
    shift = offset.astype(np.int64) * 60
    inside = precision > 0
    for seconds, bound, side in ((first, interval.low, 1), (last, interval.high, -1)):
        if bound is not None:
            inside &= _is_inside(seconds, shift, is_fixed, bound, side)
    return inside


def _is_inside(seconds: Ints, shift: Ints, is_fixed: Ints, bound: query.Bound, side: int) -> Ints:
    beyond = side * (seconds - bound.wall_seconds)
    if bound.utc_seconds is not None and is_fixed.any():
        beyond = np.where(is_fixed, side * (seconds - shift - bound.utc_seconds), beyond)
    return beyond >= 0 if bound.is_included else beyond > 0


_DAY = 86400
_LASTS = np.array([0, 0, 0, _DAY - 1, 59, 0])


def _last(wall: Ints, precision: Ints) -> Ints:
    """The last second of what was printed, from its first and how precise it is."""
    last = wall + _LASTS[precision]
    for unit, number in (("Y", 1), ("M", 2)):
        mine = precision == number
        if mine.any():
            after = (
                (wall[mine].astype("datetime64[s]").astype(f"datetime64[{unit}]") + 1)
                .astype("datetime64[s]")
                .astype(np.int64)
            )
            last[mine] = after - 1
    return last


def when_none(view: View, node: nodes.WhenNone, articles: Ints) -> Ints:
    """Whether each article lacks the date."""
    return view.column(f"precision-{CLOCKS.index(node.clock)}")[articles] == 0


_NAMED = ("source", "tag", "section", "author")


def unknown_value(view: View, node: nodes.Attr, mark: str, found: Ints) -> list[Note]:
    """A note on a source, tag, section or author that no article has, with the nearest that one has."""
    if len(found) or node.field not in _NAMED or node.value is None:
        return []
    text = f"no article has the {node.field} {node.value!r}"
    near = _nearest_name(mark.partition(":")[2], view.marks_from(f"{node.field}:"))
    if near is None:
        return [Note(f"unknown-{node.field}", text)]
    suggestion = query.unparse(nodes.Attr(node.field, near))
    return [Note(f"unknown-{node.field}", f"{text}; the nearest is {near!r}", suggestion)]


def _nearest_name(wanted: str, marks: Sequence[str]) -> str | None:
    """The name most like the wanted one, else the first with a word that begins so. Compared are at most
    `_MOST_CANDIDATES`: names of about its length, those with its first letter before the others."""
    import difflib

    known = [name for mark in marks if len(name := mark.partition(":")[2]) < _marks.MAX_KEY]
    about = [name for name in known if abs(len(name) - len(wanted)) <= max(4, len(wanted) // 2)]
    about.sort(key=lambda name: name[:1] != wanted[:1])
    near = difflib.get_close_matches(wanted, about[:_MOST_CANDIDATES], n=1, cutoff=0.6)
    return next(iter(near), None) or next((name for name in known if f" {wanted}" in f" {name}"), None)
