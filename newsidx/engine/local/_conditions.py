"""Conditions on an article as a whole: marks that it must have, and tests of its facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from newsidx import query
from newsidx.engine.local import _marks
from newsidx.engine.local._facts import CLOCKS, Facts
from newsidx.engine.local._view import View
from newsidx.model import Note
from newsidx.query import tree as nodes

__all__ = ["in_range", "mark_of", "site_itself", "unknown_value", "when", "when_none"]

_MOST_CANDIDATES = 2000
"""Names that a misspelt one is compared with: each costs some 6 µs, a very long one 200."""


def mark_of(node: nodes.Attr) -> str | None:
    """The mark that an attribute asks for; None where it is not asked by a mark (or not recorded at all)."""
    if node.value is None:
        return f"none:{node.field}"
    match node.field:
        case "source" | "tag":
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
    text = f"no article has the {node.field} {node.value!r}"
    near = _nearest_name(mark.partition(":")[2], view.marks_from(f"{node.field}:"))
    if near is None:
        return [Note(f"unknown-{node.field}", text)]
    suggestion = query.unparse(nodes.Attr(node.field, near))
    return [Note(f"unknown-{node.field}", f"{text}; the nearest is {near!r}", suggestion)]


def _nearest_name(wanted: str, marks: Sequence[str]) -> str | None:
    """The name most like the wanted one, else the first that contains it. Compared are at most `_MOST_CANDIDATES`:
    names of about its length, those with its first letter before the others."""
    import difflib

    known = [name for mark in marks if len(name := mark.partition(":")[2]) < _marks.MAX_KEY]
    about = [name for name in known if abs(len(name) - len(wanted)) <= max(4, len(wanted) // 2)]
    about.sort(key=lambda name: name[:1] != wanted[:1])
    near = difflib.get_close_matches(wanted, about[:_MOST_CANDIDATES], n=1, cutoff=0.6)
    return next(iter(near), None) or next((name for name in known if name and wanted in name), None)
