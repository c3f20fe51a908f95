"""Date texts of the tools that save pages → `Moment` texts (never a local time zone, never an invented part).

Called by `saved`, `sidecar`, `pattern`.
"""

from __future__ import annotations

import datetime as dt
import re

from newsidx.model import Moment, Precision

__all__ = ["MONTHS", "compact", "moment_text", "spoken"]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""The months as RFC 5322 and JavaScript write them, whatever the language of the page."""

_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)\d{0,3})?)?")
# "Sat Jul 01 2023 14:22:11 GMT+0200 (Central European Summer Time)", as JavaScript prints a date, and its parts.
_MONTH_FIRST = re.compile(
    r"(?:[A-Za-z]{3},?\s+)?([A-Za-z]{3})\s+(\d{1,2}),?\s+(\d{4})(?:,?\s+(\d\d):(\d\d)(?::(\d\d))?)?"
)
_DAY_FIRST = re.compile(r"(?:[A-Za-z]{3},?\s+)?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})(?:\s+(\d\d):(\d\d)(?::(\d\d))?)?")
_ZONE = re.compile(r"\s*(?:GMT|UTC|Z)?\s*([+-]\d\d):?(\d\d)\b|\s*(GMT|UTC|Z)\b")


def moment_text(
    parts: tuple[str | None, ...], *, offset_minutes: int | None = None, month: int | None = None
) -> str | None:
    """The `Moment` text of (year, month, day, hour, minute, second) as digits, each None from some place on."""
    year, month_digits, day, hour, minute, second = (*parts, *[None] * 6)[:6]
    if year is None:
        return None
    number = month or (int(month_digits) if month_digits else None)
    precision: Precision = "second" if second else "minute" if hour else "day" if day else "month" if number else "year"
    try:
        wall = dt.datetime(
            int(year), number or 1, int(day or 1), int(hour or 0), int(minute or 0), min(int(second or 0), 59)
        )
    except ValueError:
        return None
    return str(Moment(wall, precision, offset_minutes if hour else None))


def compact(digits: str, *, is_utc: bool) -> str | None:
    """Of ``20230701142211`` (also without time, or with milliseconds); None if it is no such date."""
    match = _COMPACT.fullmatch(digits)
    return None if match is None else moment_text(match.groups(), offset_minutes=0 if is_utc else None)


def spoken(text: str) -> str | None:
    """Of an English date such as ``Sat Jul 01 2023 14:22:11 GMT+0200`` or ``Tue, 04 Sep 2018 06:58:36 GMT``."""
    text = text.strip()
    match = _MONTH_FIRST.match(text)
    if match is not None:
        name, day, year, *time = match.groups()
    else:
        match = _DAY_FIRST.match(text)
        if match is None:
            return None
        day, name, year, *time = match.groups()
    if name.lower() not in MONTHS:
        return None
    month = MONTHS.index(name.lower()) + 1
    zone = _ZONE.match(text, match.end())
    offset: int | None = None
    if zone is not None:
        hours, minutes, _ = zone.groups()
        offset = 0 if hours is None else int(hours) * 60 + (-int(minutes) if hours.startswith("-") else int(minutes))
    if offset is not None and abs(offset) >= 24 * 60:
        offset = None
    return moment_text((year, None, day, *time), offset_minutes=offset, month=month)
