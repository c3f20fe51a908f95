"""Conditions on an article as a whole: marks that it must have, and tests of its facts."""

from __future__ import annotations

import datetime as dt

import numpy as np

from newsidx import query
from newsidx.codec import Ints
from newsidx.engine.local import _marks
from newsidx.engine.local._facts import CLOCKS, HAS, NO_OFFSET, PRECISIONS
from newsidx.engine.local._view import View
from newsidx.model import Note
from newsidx.query import tree as nodes

__all__ = ["HAS", "has", "in_range", "mark_of", "unknown_value", "when", "when_none"]


def mark_of(node: nodes.Attr) -> str | None:
    """The mark that an attribute asks for; None where it is not asked by a mark (or not recorded at all)."""
    if node.value is None:
        return f"none:{node.field}"
    match node.field:
        case "source" | "tag":
            return f"{node.field}:{_marks.folded(node.value)}"
        case "site":
            return f"site:{node.value.removeprefix('*.').removeprefix('www.')}"
        case "url" | "link":
            return f"{node.field}:{_marks.url_key(node.value)}"
        case "lang":
            return f"lang:{node.value.lower()}"
        case "kind":
            return f"kind:{node.value}"
        case _:
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
    first, last = wall.astype(np.int64), _last(wall.astype(np.int64), precision)
    is_long = precision <= PRECISIONS.index("month") + 1
    first, last = np.where(is_long, first, last), np.where(is_long, last, first)
    shift = np.where((precision > PRECISIONS.index("day") + 1) & (offset != NO_OFFSET), offset.astype(np.int64) * 60, 0)
    is_fixed = (precision > PRECISIONS.index("day") + 1) & (offset != NO_OFFSET)
    inside = precision > 0
    for seconds, bound, side in ((first, interval.low, 1), (last, interval.high, -1)):
        if bound is not None:
            inside &= _is_inside(seconds, shift, is_fixed, bound, side)
    return inside


def _is_inside(seconds: Ints, shift: Ints, is_fixed: Ints, bound: query.Bound, side: int) -> Ints:
    beyond = side * (seconds - bound.wall_seconds)
    if bound.utc_seconds is not None:
        beyond = np.where(is_fixed, side * (seconds - shift - bound.utc_seconds), beyond)
    return beyond >= 0 if bound.is_included else beyond > 0


_DAY = 86400


def _last(wall: Ints, precision: Ints) -> Ints:
    """The last second of what was printed, from its first and how precise it is."""
    days = wall.astype("datetime64[s]")
    last = wall + np.array([0, 0, 0, _DAY - 1, 59, 0])[precision]
    for unit, number in (("Y", 1), ("M", 2)):
        mine = precision == number
        if mine.any():
            after = (days[mine].astype(f"datetime64[{unit}]") + 1).astype("datetime64[s]").astype(np.int64)
            last[mine] = after - 1
    return last


def when_none(view: View, node: nodes.WhenNone, articles: Ints) -> Ints:
    """Whether each article lacks the date."""
    return view.column(f"precision-{CLOCKS.index(node.clock)}")[articles] == 0


def unknown_value(view: View, node: nodes.Attr, mark: str, found: Ints) -> list[Note]:
    """A note on a source or tag that no article has, with the nearest that one has."""
    if len(found) or node.field not in ("source", "tag") or node.value is None:
        return []
    import difflib

    known = [other.partition(":")[2] for other in view.marks_from(f"{node.field}:")]
    near = difflib.get_close_matches(mark.partition(":")[2], known, n=1, cutoff=0.6)
    near = near or [name for name in known if mark.partition(":")[2] in name][:1]
    text = f"no article has the {node.field} {node.value!r}"
    if not near:
        return [Note(f"unknown-{node.field}", text)]
    query_text = f'{node.field}:"{near[0]}"' if " " in near[0] else f"{node.field}:{near[0]}"
    return [Note(f"unknown-{node.field}", f"{text}; the nearest is {near[0]!r}", query_text)]
