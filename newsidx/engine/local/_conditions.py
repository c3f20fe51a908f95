"""Conditions on an article as a whole: marks that it must have, and tests of its facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from newsidx import query
from newsidx.engine.local import _marks
from newsidx.engine.local._facts import CLOCKS, Facts
from newsidx.engine.local._view import View
from newsidx.model import Note
from newsidx.query import tree as nodes

__all__ = ["in_range", "mark_of", "unknown_value", "when", "when_none"]


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


def in_range(facts: Facts, node: nodes.Range) -> bool:
    """Whether the length of the body lies between the ends of ``words:``."""
    words = facts.words
    low_ok = node.low is None or (words >= node.low if node.low_inclusive else words > node.low)
    high_ok = node.high is None or (words <= node.high if node.high_inclusive else words < node.high)
    return low_ok and high_ok


def when(node: nodes.When, now: dt.datetime) -> Callable[[Facts], bool]:
    """The test of a date condition; articles without the date fail it."""
    interval = query.interval(node, now)
    clock = CLOCKS.index(node.clock)
    return lambda facts: interval.holds(facts.moments[clock])


def when_none(node: nodes.WhenNone) -> Callable[[Facts], bool]:
    clock = CLOCKS.index(node.clock)
    return lambda facts: facts.moments[clock] is None


def unknown_value(view: View, node: nodes.Attr, mark: str, found: set[int]) -> list[Note]:
    """A note on a source or tag that no article has, with the nearest that one has."""
    if found or node.field not in ("source", "tag") or node.value is None:
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
