"""Matching articles counted by what they are: outlets, tags, languages, days, … Exact, and over all of them.

Every row carries the query that finds just its articles (`newsidx.model.FacetCount`). What counts as one value is what
the query language compares as one: names without regard to case and accents, languages by their first subtag, dates
as the outlet printed them. A row shows the spelling that most of its articles have.

Only matching articles are looked at, all at once: a column of each, and a count of its numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from newsidx import query
from newsidx.codec import Ints, spans
from newsidx.engine.local import _marks
from newsidx.engine.local._view import View
from newsidx.model import KINDS, Facet, FacetCount
from newsidx.query import tree as nodes

__all__ = ["facet"]

_UNITS = {"year": "Y", "month": "M", "day": "D"}
_LEAST = {"year": 1, "month": 2, "day": 3}
"""How precise a date must be, as the column numbers it, to lie in one of these."""


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of a column, the value that each stands for (numbered), and the names of the counted articles."""

    names: Sequence[str]
    value: Ints
    found: Ints
    unknown: int


def facet(view: View, field: str, found: Ints, limit: int | None) -> Facet:
    """The articles `found` counted by `field`, one of `newsidx.options.FACETS`; at most `limit` rows of values."""
    match field:
        case "year" | "month" | "day":
            return _by_time(view, field, found, limit)
        case "source":
            names, numbers = view.named("source")
            value = _source_values(view)
            known = numbers[found][value[numbers[found]] >= 0]
            some = _Names(names, value, known, len(found) - len(known))
            return _by_name(field, some, limit, lambda name, number: _source_query(view, name, number))
        case "lang":
            languages, numbers = view.languages
            known = numbers[found]
            known = known[np.array([name != "" for name in languages], np.bool_)[known]] if len(known) else known
            some = _Names(languages, np.arange(len(languages)), known, len(found) - len(known))
        case "kind":
            some = _Names(KINDS, np.arange(len(KINDS)), view.column("kind")[found], 0)
        case _:
            labels = view.labels(field)
            starts = labels.ends[found]
            counts = labels.ends[found + 1] - starts
            some = _Names(
                labels.names, labels.value, labels.numbers[spans(starts, counts)], int(np.count_nonzero(counts == 0))
            )
    return _by_name(field, some, limit, lambda name, _: query.unparse(nodes.Attr(field, name)))


def _by_name(field: str, some: _Names, limit: int | None, narrowed: Callable[[str, int], str]) -> Facet:
    """The most frequent values first, of equally frequent ones the one that sorts first."""
    by_name = np.bincount(some.found, minlength=len(some.names))
    known = np.flatnonzero(by_name)
    values, of = np.unique(some.value[known], return_inverse=True)
    totals = np.bincount(of, weights=by_name[known], minlength=len(values)).astype(np.int64)
    shown = {}
    for name in known[np.argsort(by_name[known], kind="stable")].tolist():
        shown[int(some.value[name])] = some.names[name]
    rows = sorted(zip((-totals).tolist(), (shown[v] for v in values.tolist()), values.tolist(), strict=True))
    chosen = rows if limit is None else rows[:limit]
    counts = [FacetCount(name, -less, narrowed(name, number)) for less, name, number in chosen]
    return Facet(field, (*counts, *_unknown(field, some.unknown)), len(rows))


def _unknown(field: str, count: int) -> tuple[FacetCount, ...]:
    name = "date" if field in _UNITS else field
    return (FacetCount(None, count, f"{name}:none"),) if count else ()


def _by_time(view: View, field: str, found: Ints, limit: int | None) -> Facet:
    """In the order of time; where there are more than `limit`, the latest."""
    precise = view.column("precision-0")[found] >= _LEAST[field]
    wall = view.column("wall-0")[found[precise]].astype(np.int64).astype("datetime64[s]")
    values, counts = np.unique(wall.astype(f"datetime64[{_UNITS[field]}]"), return_counts=True)
    first = 0 if limit is None else max(len(values) - limit, 0)
    rows = [
        FacetCount(str(value), count, f"date:{value}")
        for value, count in zip(values[first:], counts[first:].tolist(), strict=True)
    ]
    return Facet(field, (*rows, *_unknown(field, len(found) - int(precise.sum()))), len(values))


# Sources


def _source_values(view: View) -> Ints:
    """For each source name of the index the number of the value it stands for; -1 for the unknown one."""
    found: Ints | None = view.memo.get("sources")
    if found is None:
        numbers: dict[str, int] = {}
        folded = [_marks.folded(name) for name in view.named("source")[0]]
        found = np.array([numbers.setdefault(name, len(numbers)) if name else -1 for name in folded], np.int64)
        view.memo["sources"] = found
    return found


def _source_query(view: View, name: str, number: int) -> str:
    """What finds the articles counted under this name and no others: ``source:`` also finds an outlet by its domain,
    so that ``source:rt.com`` must leave out the articles that have a name to be counted under."""
    wanted = nodes.Attr("source", name)
    value = _source_values(view)[view.named("source")[1]]
    others = [_shown(view, other) for other in _values_found(view, name, value) - {number, -1}]
    without = [other for other in sorted(others) if number not in _values_found(view, other, value)]
    parts = (wanted, *(nodes.Not(nodes.Attr("source", other)) for other in without))
    return query.unparse(nodes.And(parts, implied=True) if without else wanted)


def _values_found(view: View, name: str, value: Ints) -> set[int]:
    articles = view.marked(f"source:{_marks.folded(name)}")
    return set(np.unique(value[articles[view.alive[articles]]]).tolist())


def _shown(view: View, value: int) -> str:
    return view.named("source")[0][int(np.flatnonzero(_source_values(view) == value)[0])]
