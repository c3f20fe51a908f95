"""Matching articles counted: as tables with bars for people, as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

from newsidx.cells import inert
from newsidx.cli._screen import Screen, Span, Styles
from newsidx.model import Facet, Results

__all__ = ["print_facets", "write_facets_csv"]

_BAR = 20
"""Columns of the longest bar."""
_WIDE = 60
"""Columns from which on there is room for all: a count of eight, the bar, and names of some words."""
_NARROW = 30
"""Columns below which names need what a bar would take."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def print_facets(screen: Screen, results: Results) -> None:
    """A table for each field, with a bar for each value."""
    for facet in results.facets.values():
        _print_facet(screen, facet)
        screen.blank()
    screen.print(f"{results.total} article{'' if results.total == 1 else 's'}")


def _print_facet(screen: Screen, facet: Facet) -> None:
    screen.print(Span(facet.field, Styles.HEADING))
    most = max((row.count for row in facet.counts), default=0)
    digits, bar = _columns(screen.width, most)
    names = digits + 2 + (bar + 2 if bar else 0)
    for row in facet.counts:
        name = Span("unknown", Styles.FAINT) if row.value is None else Span(row.value)
        drawn = f"{_bar(row.count, most, bar)}  " if bar else ""
        screen.print(name, lead=f"{row.count:>{digits}}  {drawn}", hanging=names)
    shown = sum(1 for row in facet.counts if row.value is not None)
    if shown < facet.distinct:
        screen.print(Span(f"and {facet.distinct - shown} more", Styles.FAINT), indent=names)


def _columns(width: int | None, most: int) -> tuple[int, int]:
    """(columns of the counts, of the longest bar) on a screen of this width; a narrow one has half of it for names."""
    if width is None or width >= _WIDE:
        return 8, _BAR
    digits = len(str(most))
    return digits, 0 if width < _NARROW else min(max(width // 2 - digits - 4, 0), _BAR)


def _bar(count: int, most: int, columns: int) -> str:
    eighths = max(round(8 * columns * count / most), 1) if most else 0
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()).ljust(columns)


def write_facets_csv(stream: TextIO, facets: Iterable[Facet]) -> None:
    """A line for each value: field, value (empty: unknown), count, and the query that narrows to it."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("field", "value", "count", "query"))
    for facet in facets:
        writer.writerows((facet.field, inert(row.value or ""), row.count, inert(row.query)) for row in facet.counts)
