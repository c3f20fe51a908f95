"""The timeline of a search: a bar for each year, month or day, in order, without gaps; an SVG drawn from numbers.

Months are drawn by whole years and days by whole months where they fit, so that few articles are not a few broad slabs.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from newsidx.model import Facet
from newsidx.server._words import shown_period

__all__ = ["Bar", "Timeline", "is_short", "timeline"]

_MOST_BARS = 72
"""More bars than six years of months are too thin to hit on a phone (360 px / 72 = 5 px): years are drawn then."""
_HEIGHT = 100
_LEAST_HEIGHT = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A period: its name in words, how many articles, where its bar stands (in units of the drawing)."""

    period: str
    name: str
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """All bars, and what to write below them: (first, last) period in words. `width` is in units of the drawing."""

    bars: tuple[Bar, ...]
    unit: str
    width: int
    height: int
    first: str
    last: str
    most: int


def timeline(facets: Mapping[str, Facet]) -> Timeline | None:
    """The finest of the facets day, month, year that can be drawn; None where no article has a date."""
    for unit in ("day", "month", "year"):
        facet = facets.get(unit)
        counts = {count.value: count.count for count in facet.counts if count.value} if facet is not None else {}
        if not counts or facet is None:
            continue
        first, last = min(counts), max(counts)
        periods = _between(first, last, unit)
        if periods and len(periods) <= _MOST_BARS:
            whole = _between(_opening(first, unit), _ending(last, unit), unit)
            return _drawn(whole if 0 < len(whole) <= _MOST_BARS else periods, counts, unit)
        if unit == "month":
            years: dict[str, int] = {}
            for period, count in counts.items():
                years[period[:4]] = years.get(period[:4], 0) + count
            periods = _between(min(years), max(years), "year")[-_MOST_BARS:]
            return _drawn(periods, years, "year") if periods else None
    return None


def is_short(since: str | None, until: str | None) -> bool:
    """Whether two months or days are so close that each day between them can have its bar."""
    pattern = r"\d{4}-\d\d(-\d\d)?"
    if not (since and until and re.fullmatch(pattern, since) and re.fullmatch(pattern, until)):
        return False
    first = since if len(since) > len("2023-07") else f"{since}-01"
    try:
        return bool(_between(first, until if len(until) > len("2023-07") else _ending(f"{until}-01", "day"), "day"))
    except ValueError:  # there is no such day
        return False


def _drawn(periods: list[str], counts: Mapping[str, int], unit: str) -> Timeline:
    most = max(counts.get(period, 0) for period in periods) or 1
    bars = []
    for i, period in enumerate(periods):
        count = counts.get(period, 0)
        height = max(_LEAST_HEIGHT, round(_HEIGHT * count / most)) if count else 0
        bars.append(Bar(period, shown_period(period), count, 10 * i, _HEIGHT - height, height))
    first, last = shown_period(periods[0]), shown_period(periods[-1])
    return Timeline(tuple(bars), unit, 10 * len(periods), _HEIGHT, first, last, most)


def _opening(period: str, unit: str) -> str:
    """The first month of its year, the first day of its month."""
    return {"month": f"{period[:4]}-01", "day": f"{period[:7]}-01"}.get(unit, period)


def _ending(period: str, unit: str) -> str:
    if unit == "day":
        year, month = int(period[:4]), int(period[5:7])
        return f"{period[:7]}-{calendar.monthrange(year, month)[1]:02}"
    return f"{period[:4]}-12" if unit == "month" else period


def _between(first: str, last: str, unit: str) -> list[str]:
    """All periods from the first to the last; none where they are no periods, or too many to be drawn or counted."""
    pattern = {"day": r"\d{4}-\d\d-\d\d", "month": r"\d{4}-\d\d", "year": r"\d{4}"}[unit]
    if not (re.fullmatch(pattern, first) and re.fullmatch(pattern, last)):
        return []
    if unit == "year":
        return [f"{year:04}" for year in range(int(first), int(last) + 1)]
    if unit == "month":
        low, high = (int(text[:4]) * 12 + int(text[5:7]) - 1 for text in (first, last))
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(low, high + 1)]
    day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    if (end - day).days > _MOST_BARS:
        return []
    return [(day + dt.timedelta(i)).isoformat() for i in range((end - day).days + 1)]
