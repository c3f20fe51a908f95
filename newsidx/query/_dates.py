"""Periods in words and digits: what may stand behind ``date:`` and its kin, and which days or moments that means.

Responsible for the table "When" of the query language. `_values` calls `read_when`; engines call `interval`. No
clock is read here: `now` is the caller's. ::

    when     = "none" | "[" period "TO" period "]" | period ".." [ period ] | ".." period
             | ( "<" | "<=" | ">" | ">=" ) period | iso | period
    iso      = ( period | duration ) "/" ( period | duration )       not two durations
    period   = named | YYYY [ "-" MM [ "-" DD [ "T" hh ":" mm [ ":" ss ] [ "Z" | offset ] ] ] ]
             | "today" | "yesterday" | "tomorrow" | "now" | ( "last" | "this" | "next" ) unit
             | number unit "ago" | "last" number unit                hyphens may stand for the blanks
    named    = [ day ] month YYYY | month day YYYY                   June 2023, 30-june-2023, Jun 30th, 2023
    age      = ( "<" | "<=" | ">" | ">=" ) number unit
    duration = "P" [ n "Y" ] [ n "M" ] [ n "W" ] [ n "D" ] [ "T" [ n "H" ] [ n "M" ] [ n "S" ] ]

In ``[a TO b]`` a ``*`` is an open end. Weeks begin on Monday (ISO 8601).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Literal, NamedTuple

from newsidx.frozen import dataclass
from newsidx.model import Moment
from newsidx.query._faults import Fault
from newsidx.query.fields import Field
from newsidx.query.tree import Period, Relative, Span, When, WhenNone

__all__ = ["Bound", "Interval", "interval", "period_text", "read_when"]

Unit = Literal["hour", "day", "week", "month", "year"]

_UNITS: dict[str, Unit] = {
    "h": "hour",
    "hour": "hour",
    "hours": "hour",
    "d": "day",
    "day": "day",
    "days": "day",
    "w": "week",
    "week": "week",
    "weeks": "week",
    "month": "month",
    "months": "month",
    "y": "year",
    "year": "year",
    "years": "year",
}
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_TURNS = {"last": -1, "this": 0, "next": 1}
_MAX_COUNT = 99_999

_SECOND = dt.timedelta(seconds=1)
_MONTHS = "january february march april may june july august september october november december".split()
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_HELP = "a date is 2023, 2023-06, 2023-06-30, june-2023, yesterday, last-month or 3-weeks-ago"


# ---------------------------------------------------------------- reading


class _Pair(NamedTuple):
    """Where a period begins and where it ends; the same period twice but for ``last 3 weeks``."""

    low: Period
    high: Period


def read_when(field: Field, value: str, span: Span) -> When | WhenNone:
    """The condition that ``field:value`` stands for. Raises `Fault`."""
    value = value.strip()
    clock = field.target
    if field.kind == "age":
        return _read_age(field, value, span)
    if field.name in ("after", "before", "since", "until"):
        if ".." in value or value[:1] in ("[", "<", ">"):
            raise Fault("range-here", f"{field.name}: takes one date; a range is date:2023-06..2023-07", span)
        pair = _period(value, span)
        match field.name:
            case "after":
                return When(clock, low=pair.high, low_open=True, span=span)
            case "before":
                return When(clock, high=pair.low, high_open=True, span=span)
            case "since":
                return When(clock, low=pair.low, span=span)
            case _:
                return When(clock, high=pair.high, span=span)
    if value.lower() == "none":
        return WhenNone(clock, span=span)
    return _read_range(clock, value, span)


def _read_age(field: Field, value: str, span: Span) -> When:
    match = re.fullmatch(r"(<=?|>=?)?\s*(\d+)[\s-]*([A-Za-z]+)", value)
    unit = _UNITS.get(match[3].lower()) if match else None
    if match is None or unit is None:
        hint = None
        if match and match[3].lower() in ("m", "min", "minute", "minutes", "mo", "mon"):
            hint = f"{match[1] or '<'}{match[2]}month"
        raise Fault("age", "An age is < or >, a number and h, d, w, month or y, as in age:<1w", span, hint or "<1w")
    if match[1] is None:
        raise Fault("age", "An age needs < or >, as in age:<1w", span, f"<{match[2]}{match[3]}")
    ago = Relative("age", unit, _count(match[2], span))
    is_open = not match[1].endswith("=")
    if match[1][0] == "<":
        return When(field.target, low=ago, low_open=is_open, span=span)
    return When(field.target, high=ago, high_open=is_open, span=span)


def _read_range(clock: str, value: str, span: Span) -> When:
    if match := re.fullmatch(r"\[\s*(\S.*?)\s+TO\s+(.*?\S)\s*\]", value, re.IGNORECASE | re.DOTALL):
        low, high = (None if end == "*" else _period(end.strip('"“”'), span) for end in match.groups())
    elif value.startswith("["):
        raise Fault("range", "A range in brackets is [2023-06 TO 2023-07]", span, "[2023-06 TO 2023-07]")
    elif ".." in value:
        first, _, last = value.partition("..")
        low = _period(first, span) if first.strip() else None
        high = _period(last, span) if last.strip() else None
    elif match := re.fullmatch(r"(<=?|>=?)\s*(.*)", value, re.DOTALL):
        pair, sign = _period(match[2], span), match[1]
        return {
            "<": When(clock, high=pair.low, high_open=True, span=span),
            "<=": When(clock, high=pair.high, span=span),
            ">": When(clock, low=pair.high, low_open=True, span=span),
            ">=": When(clock, low=pair.low, span=span),
        }[sign]
    elif "/" in value and (slashed := _iso_interval(value, span)):
        low, high = _Pair(slashed.low, slashed.low), _Pair(slashed.high, slashed.high)
    else:
        pair = _period(value, span)
        return When(clock, pair.low, pair.high, span=span)
    if low is None and high is None:
        raise Fault("range", "A range needs an end", span, "2023-06..2023-07")
    if low and high and _is_reversed(low.low, high.high):
        raise Fault("range-reversed", "This range ends before it begins", span, _range_text(high.low, low.high))
    return When(clock, low and low.low, high and high.high, span=span)


def _period(text: str, span: Span) -> _Pair:
    """One period. Raises `Fault`."""
    text = text.strip()
    try:
        moment = Moment.parse(text)
    except ValueError as error:
        pair = _relative(text, span) or _named(text, span)
        if pair is None:
            hint = _better(text)
            if re.match(r"\d{4}(-\d\d)?(-\d\d)?([T ]|\Z)", text):
                reason = str(error) if "ISO" not in str(error) else "not a date or time"
                raise Fault("date", f"There is no such day or time ({reason})", span, hint) from None
            raise Fault("date", f"Not a date: {_HELP}", span, hint) from None
        return pair
    return _Pair(moment, moment)


def _relative(text: str, span: Span) -> _Pair | None:
    """A period in words, None if it is none."""
    words = [word for word in re.split(r"[\s_-]+", text.lower()) if word]
    period: Relative
    match words:
        case ["now"]:
            period = Relative("ago", "hour", 0)
        case [day] if day in _DAYS:
            period = Relative("calendar", "day", _DAYS[day])
        case [turn, unit] if turn in _TURNS and _UNITS.get(unit, "hour") != "hour" and len(unit) > 1:
            period = Relative("calendar", _UNITS[unit], _TURNS[turn])
        case [count, unit, "ago"] if _is_number(count) and unit in _UNITS:
            period = Relative("ago", _UNITS[unit], _count(count, span))
        case [("last" | "past"), count, unit] if _is_number(count) and unit in _UNITS:
            ago = Relative("ago", _UNITS[unit], _count(count, span))
            end = Relative("ago", "hour", 0) if ago.unit == "hour" else Relative("calendar", "day", 0)
            return _Pair(ago, end)
        case _:
            return None
    return _Pair(period, period)


def _named(text: str, span: Span) -> _Pair | None:
    """A month or day whose month is named in English, in full or by three letters and more; None if it is none."""
    words = [word for word in re.split(r"[\s,./-]+", text.lower()) if word not in ("", "of", "the")]
    months = [i for i, word in enumerate(words) if _month(word)]
    if len(months) != 1:
        return None
    month = _month(words.pop(months[0]))
    year = next((word for word in words if re.fullmatch(r"\d{4}", word)), None)
    days = [match[1] for word in words if word != year and (match := _ORDINAL.fullmatch(word))]
    if len(days) + (year is not None) != len(words) or len(days) > 1:
        return None
    if year is None:
        day = f"{days[0]} " if days else ""
        message = f"A date with the name of a month needs the year, as in {day}{_MONTHS[month - 1].title()} 2023"
        raise Fault("date", message, span)
    iso = f"{year}-{month:02}" + "".join(f"-{day.zfill(2)}" for day in days)
    try:
        moment = Moment.parse(iso)
    except ValueError:
        raise Fault("date", "There is no such day", span) from None
    return _Pair(moment, moment)


def _month(word: str) -> int:
    """Which month a word names, 0 if none."""
    if len(word) < 3:
        return 0
    return next((i for i, name in enumerate(_MONTHS, 1) if name.startswith(word)), 0)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _count(digits: str, span: Span) -> int:
    if len(digits) > len(str(_MAX_COUNT)):
        raise Fault("limit-count", f"A count is at most {_MAX_COUNT}", span)
    return int(digits)


def _as_iso(text: str) -> str | None:
    """A date written another way, as ISO 8601, if it can only mean one thing."""
    parts: tuple[str, ...] | None = None
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?", text):
        parts = match.groups("")
    elif match := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text):
        parts = match.groups()
    elif match := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text):
        parts = match.groups()[::-1]
    elif match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        first, second, year = match.groups()
        if int(first) > 12:
            parts = (year, second, first)
        elif int(second) > 12:
            parts = (year, first, second)
    if parts is None:
        return None
    return "-".join([parts[0], *(part.zfill(2) for part in parts[1:] if part)])


def _better(text: str) -> str | None:
    """What may have been meant: the date in ISO 8601, or the month or year that it begins with, if there is such a one;
    of a date in words, which has no beginning, nothing."""
    iso = _as_iso(text)
    for hint in (iso, text[:7], text[:4]) if text[4:5] == "-" else (iso,):
        try:
            if hint is not None:
                Moment.parse(hint)
                return hint
        except ValueError:
            continue
    return None


def _is_reversed(low: Period, high: Period) -> bool:
    if not isinstance(low, Moment) or not isinstance(high, Moment):
        return False
    if (low.offset_minutes is None) != (high.offset_minutes is None):
        return False
    return low.sort_key() > Moment(_last(high), "second", high.offset_minutes).sort_key()


_DURATION = re.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,5})D)?(T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?",
    re.IGNORECASE,
)


def _iso_interval(value: str, span: Span) -> _Pair | None:
    """``start/end``, ``start/duration`` or ``duration/end``; None where the slash is not an interval's."""
    first, _, last = (part.strip() for part in value.partition("/"))
    forward, back = _DURATION.fullmatch(last), _DURATION.fullmatch(first)
    if not re.match(r"\d{4}(-\d\d)*(T|\Z)", first) and not back:
        return None
    if forward and back:
        raise Fault("range", "An interval needs a date on one side of the slash", span, "2023-06/P2W")
    if not forward and not back:
        # 2023/06 is a month or a day with slashes, not an interval that ends in the year 6.
        is_day = re.fullmatch(r"\d{1,3}(/\d{1,2})?", last) is not None
        return None if is_day else _Pair(_period(first, span).low, _period(last, span).high)
    anchor, duration = _period(first if forward else last, span).low, forward or back
    assert duration is not None
    if not isinstance(anchor, Moment):
        raise Fault("range", "An interval with a duration begins or ends with a date in digits", span)
    return _lasting(anchor, duration, is_start=bool(forward), span=span)


def _lasting(anchor: Moment, duration: re.Match[str], *, is_start: bool, span: Span) -> _Pair:
    years, months, weeks, days, _, hours, minutes, seconds = (
        int(group) if group and group[0].isdigit() else 0 for group in duration.groups()
    )
    sign = 1 if is_start else -1
    origin = anchor.wall if is_start else _last(anchor) + _SECOND
    try:
        other = _add_months(origin, sign * (12 * years + months))
        other += sign * dt.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except (OverflowError, ValueError):
        raise Fault("date", "This interval leaves the calendar", span) from None
    if other == origin:
        raise Fault("range", "This interval has no length", span, "2023-06/P2W")
    low, high = (origin, other - _SECOND) if is_start else (other, origin - _SECOND)
    if anchor.has_time or duration[5]:
        offset = anchor.offset_minutes if anchor.has_time else None
        return _Pair(Moment(low, "second", offset), Moment(high, "second", offset))
    return _Pair(Moment.of(low.date()), Moment.of(high.date()))


def _add_months(when: dt.datetime, months: int) -> dt.datetime:
    """The same day so many months on, or that month's last day if it has fewer."""
    if not months:
        return when
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    month += 1
    for day in range(when.day, 27, -1):
        try:
            return when.replace(year=year, month=month, day=day)
        except ValueError:
            if not dt.MINYEAR <= year <= dt.MAXYEAR:
                raise
    return when.replace(year=year, month=month)


def _last(moment: Moment) -> dt.datetime:
    """The last second of what is known of a moment, by its precision."""
    match moment.precision:
        case "year":
            return moment.wall.replace(month=12, day=31, hour=23, minute=59, second=59)
        case "month":
            days = (_add_months(dt.datetime(2000 + moment.wall.year % 400, moment.wall.month, 1), 1) - _SECOND).day
            return moment.wall.replace(day=days, hour=23, minute=59, second=59)
        case "day":
            return moment.wall.replace(hour=23, minute=59, second=59)
        case "minute":
            return moment.wall.replace(second=59)
    return moment.wall


# ---------------------------------------------------------------- text


def period_text(period: Period) -> str:
    """The period as it can be typed, without blanks."""
    if isinstance(period, Moment):
        return str(period)
    if period.form == "age":
        short = period.unit if period.unit == "month" else period.unit[0]
        return f"{period.count}{short}"
    if period.form == "ago":
        if period == Relative("ago", "hour", 0):
            return "now"
        return f"{period.count}-{period.unit}{'' if period.count == 1 else 's'}-ago"
    if period.unit == "day" and abs(period.count) < 2:
        return ("yesterday", "today", "tomorrow")[period.count + 1]
    return f"{('last', 'this', 'next')[period.count + 1]}-{period.unit}"


def _range_text(low: Period, high: Period) -> str:
    return f"{period_text(low)}..{period_text(high)}"


# ---------------------------------------------------------------- meaning


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of an interval, to the second: a wall clock, and the UTC offset at which it is a moment, if any.

    Without an offset it is a printed date or time, and is compared with what the outlet printed. With one it is
    compared as a moment with what has an offset too, and by its wall clock with what has none.
    """

    wall: dt.datetime
    offset_minutes: int | None
    is_included: bool

    @property
    def wall_seconds(self) -> float:
        """Seconds from 1970 to the wall clock, as if it were UTC."""
        return (self.wall - _EPOCH).total_seconds()

    @property
    def utc_seconds(self) -> float | None:
        """Seconds from 1970 to the moment, None where it has no offset."""
        return None if self.offset_minutes is None else self.wall_seconds - self.offset_minutes * 60


_EPOCH = dt.datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Interval:
    """Exactly which dates are meant: from `low` to `high`, None where open. `holds` is the law for engines.

    A date stretches from its first second to its last, by its precision. One known to the day or better is held if
    any of it lies inside (a day without a time is held by ``date:2023-07-01T10:00``); one known only by month or
    year only if all of it does (June 2023 is in ``date:2023`` and ``since:2023-06``, not in ``date:2023-06-01``).
    With an offset printed beside its time it is compared as a moment where the bound has an offset too.
    """

    low: Bound | None
    high: Bound | None

    def holds(self, moment: Moment | None) -> bool:
        """Whether an article with this date fulfils the condition; one without it does not."""
        if moment is None:
            return False
        first, last = moment.wall, _last(moment)
        if moment.precision not in ("year", "month"):
            first, last = last, first
        # Now `first` must not lie below, and `last` not above.
        offset = moment.offset_minutes if moment.has_time else None
        return _is_inside(first, offset, self.low, 1) and _is_inside(last, offset, self.high, -1)


def _is_inside(wall: dt.datetime, offset: int | None, bound: Bound | None, side: int) -> bool:
    if bound is None:
        return True
    seconds = (wall - _EPOCH).total_seconds()
    limit = bound.wall_seconds
    if offset is not None and bound.utc_seconds is not None:
        seconds, limit = seconds - offset * 60, bound.utc_seconds
    return seconds == limit if bound.is_included and seconds == limit else side * (seconds - limit) > 0


def interval(node: When, now: dt.datetime) -> Interval:
    """Which printed days or moments the condition means for a searcher whose clock and time zone are `now`'s.

    Absolute periods have bounds as printed, or at the offset that was typed; relative ones have bounds at the
    searcher's offset on that day. ValueError if `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("interval needs the searcher's now with its time zone")
    low = high = None
    if node.low is not None:
        low = _stretch(node.low, now)[1 if node.low_open else 0]
        low = replace(low, is_included=not node.low_open)
    if node.high is not None:
        high = _stretch(node.high, now)[0 if node.high_open else 1]
        high = replace(high, is_included=not node.high_open)
    return Interval(low, high)


def _stretch(period: Period, now: dt.datetime) -> tuple[Bound, Bound]:
    """The first and the last second of a period."""
    if isinstance(period, Moment):
        offset = period.offset_minutes if period.has_time else None
        return Bound(period.wall, offset, True), Bound(_last(period), offset, True)
    wall = now.replace(tzinfo=None, microsecond=0)
    if period.form == "calendar":
        first, after = _calendar(wall, period.unit, period.count)
        return _local(first, now), _local(after - _SECOND if after < dt.datetime.max else after, now)
    if period.unit == "hour":
        at = _hours_ago(now, period.count)
        return at, at
    then = _units_ago(wall, period.unit, period.count)
    if period.form == "age":
        return _local(then, now), _local(then, now)
    midnight = then.replace(hour=0, minute=0, second=0)
    return _local(midnight, now), _local(midnight.replace(hour=23, minute=59, second=59), now)


def _calendar(wall: dt.datetime, unit: str, count: int) -> tuple[dt.datetime, dt.datetime]:
    """Where the unit `count` after the present one begins, and where the next one does."""
    day = wall.replace(hour=0, minute=0, second=0)
    try:
        if unit in ("month", "year"):
            months = 12 if unit == "year" else 1
            start = day.replace(day=1, month=1 if unit == "year" else day.month)
            return _add_months(start, months * count), _add_months(start, months * (count + 1))
        step = dt.timedelta(days=7 if unit == "week" else 1)
        start = day - dt.timedelta(days=day.weekday() if unit == "week" else 0)
        return start + step * count, start + step * (count + 1)
    except (OverflowError, ValueError):
        edge = dt.datetime.min if count < 0 else dt.datetime.max.replace(microsecond=0)
        return edge, edge


def _units_ago(wall: dt.datetime, unit: str, count: int) -> dt.datetime:
    try:
        if unit in ("month", "year"):
            return _add_months(wall, -count * (12 if unit == "year" else 1))
        return wall - dt.timedelta(days=count * (7 if unit == "week" else 1))
    except (OverflowError, ValueError):
        return dt.datetime.min


def _hours_ago(now: dt.datetime, hours: int) -> Bound:
    """Exactly so many hours ago, also across a change of the clocks."""
    try:
        then = (now.astimezone(dt.UTC) - dt.timedelta(hours=hours)).astimezone(now.tzinfo)
    except OverflowError:
        return Bound(dt.datetime.min, 0, True)
    return Bound(then.replace(tzinfo=None, microsecond=0), _offset(then), True)


def _local(wall: dt.datetime, now: dt.datetime) -> Bound:
    return Bound(wall, _offset(wall.replace(tzinfo=now.tzinfo)), True)


def _offset(when: dt.datetime) -> int:
    try:
        offset = when.utcoffset()
    except (OverflowError, ValueError):
        offset = None
    return 0 if offset is None else round(offset.total_seconds() / 60)
