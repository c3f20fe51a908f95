"""Which days and moments a date condition means, and which articles fulfil it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.model import Moment
from newsidx.query import Bound, Interval, When, interval, parse

BERLIN = ZoneInfo("Europe/Berlin")
NOW = dt.datetime(2023, 7, 12, 15, 30, 20, tzinfo=BERLIN)  # a Wednesday, +02:00


def meant(text: str, now: dt.datetime = NOW) -> Interval:
    tree = parse(text).tree
    assert isinstance(tree, When)
    return interval(tree, now)


def ends(text: str, now: dt.datetime = NOW) -> str:
    """The interval as one line: bounds with their offsets, brackets as in mathematics."""
    found = meant(text, now)
    return f"{end(found.low, '[', '(')} {end(found.high, ']', ')')}"


def end(bound: Bound | None, closed: str, opened: str) -> str:
    if bound is None:
        return "-"
    shown = bound.wall.isoformat(timespec="seconds")
    shown += "" if bound.offset_minutes is None else f"{bound.offset_minutes // 60:+03}"
    bracket = closed if bound.is_included else opened
    return bracket + shown if closed == "[" else shown + bracket


MEANING = [
    ("date:2023-07-01", "[2023-07-01T00:00:00 2023-07-01T23:59:59]"),
    ("date:2023-02", "[2023-02-01T00:00:00 2023-02-28T23:59:59]"),
    ("date:2024", "[2024-01-01T00:00:00 2024-12-31T23:59:59]"),
    ("date:2023-06-15..2023-07-01", "[2023-06-15T00:00:00 2023-07-01T23:59:59]"),
    ("date:2023..", "[2023-01-01T00:00:00 -"),
    ("date:[2023-06 TO 2023-07]", "[2023-06-01T00:00:00 2023-07-31T23:59:59]"),
    ("date:2023-06/P2W", "[2023-06-01T00:00:00 2023-06-14T23:59:59]"),
    ("date:P1Y2M10DT2H/2023-06-30", "[2022-04-20T22:00:00 2023-06-30T23:59:59]"),
    ("date:2023-01-31/P1M", "[2023-01-31T00:00:00 2023-02-27T23:59:59]"),
    ("date:2023-07-01T10:00Z/PT6H", "[2023-07-01T10:00:00+00 2023-07-01T15:59:59+00]"),
    ("after:2023-06", "(2023-06-30T23:59:59 -"),
    ("before:2023", "- 2023-01-01T00:00:00)"),
    ("since:2023-06-30", "[2023-06-30T00:00:00 -"),
    ("until:2023-06", "- 2023-06-30T23:59:59]"),
    ("date:2023-07-01T10:00", "[2023-07-01T10:00:00 2023-07-01T10:00:59]"),
    ("after:2023-07-01T10:00:30+02:00", "(2023-07-01T10:00:30+02 -"),
    ('date:"June 2023"', "[2023-06-01T00:00:00 2023-06-30T23:59:59]"),
    ("since:june-2023", "[2023-06-01T00:00:00 -"),
    ('before:"1st of Sept. 2023"', "- 2023-09-01T00:00:00)"),
    ('date:"Jul 4, 2023"', "[2023-07-04T00:00:00 2023-07-04T23:59:59]"),
    ('date:"June 2023".."4 July 2023"', "[2023-06-01T00:00:00 2023-07-04T23:59:59]"),
    ('date:"June 2023"..2023-07', "[2023-06-01T00:00:00 2023-07-31T23:59:59]"),
    ('date:"June 2023"..', "[2023-06-01T00:00:00 -"),
    ("date:[june-2023 TO JULY-2023]", "[2023-06-01T00:00:00 2023-07-31T23:59:59]"),
    ("until:yesterday", "- 2023-07-11T23:59:59+02]"),
    ("date:today", "[2023-07-12T00:00:00+02 2023-07-12T23:59:59+02]"),
    ("date:tomorrow", "[2023-07-13T00:00:00+02 2023-07-13T23:59:59+02]"),
    ("date:this-week", "[2023-07-10T00:00:00+02 2023-07-16T23:59:59+02]"),
    ("date:last-week", "[2023-07-03T00:00:00+02 2023-07-09T23:59:59+02]"),
    ('date:"last month"', "[2023-06-01T00:00:00+02 2023-06-30T23:59:59+02]"),
    ("date:last-year", "[2022-01-01T00:00:00+01 2022-12-31T23:59:59+01]"),
    ('since:"3 weeks ago"', "[2023-06-21T00:00:00+02 -"),
    ('after:"1 month ago"', "(2023-06-12T23:59:59+02 -"),
    ('since:"5 hours ago"', "[2023-07-12T10:30:20+02 -"),
    ('date:"last 7 days"', "[2023-07-05T00:00:00+02 2023-07-12T23:59:59+02]"),
    ("until:now", "- 2023-07-12T15:30:20+02]"),
    ("age:<1w", "(2023-07-05T15:30:20+02 -"),
    ("age:<=6months", "[2023-01-12T15:30:20+01 -"),
    ("age:>2h", "- 2023-07-12T13:30:20+02)"),
    ("age:<99999y", "(0001-01-01T00:00:00+00 -"),
]


@pytest.mark.parametrize(("text", "shown"), MEANING)
def test_interval_to_the_second(text: str, shown: str) -> None:
    assert ends(text) == shown


def test_hours_are_counted_across_a_change_of_the_clocks() -> None:
    now = dt.datetime(2023, 3, 26, 4, 0, tzinfo=BERLIN)  # the hour from 2 to 3 was left out
    assert ends("age:<3h", now) == "(2023-03-26T00:00:00+01 -"
    assert ends("date:today", now) == "[2023-03-26T00:00:00+01 2023-03-26T23:59:59+02]"


def test_months_end_where_they_end() -> None:
    now = dt.datetime(2024, 3, 31, 12, 0, tzinfo=dt.UTC)
    assert ends("age:<1month", now) == "(2024-02-29T12:00:00+00 -"
    assert ends("date:last-month", now) == "[2024-02-01T00:00:00+00 2024-02-29T23:59:59+00]"
    assert ends("date:next-month", now) == "[2024-04-01T00:00:00+00 2024-04-30T23:59:59+00]"


HELD = [
    # An absolute day is the day as printed, wherever the outlet and the searcher sit.
    ("date:2023-07-01", "2023-07-01", True),
    ("date:2023-07-01", "2023-07-01T23:30-08:00", True),
    ("date:2023-07-01", "2023-07-02T00:30+09:00", False),
    ("date:2023-07-01", "2023-06-30", False),
    # A time with an offset is an instant, one without is compared as printed.
    ("since:2023-07-01T12:00Z", "2023-07-01T13:00+02:00", False),
    ("since:2023-07-01T12:00Z", "2023-07-01T14:00+02:00", True),
    ("since:2023-07-01T12:00Z", "2023-07-01T12:30", True),
    ("since:2023-07-01T12:00", "2023-07-01T11:59:59-08:00", False),
    # Relative days are the searcher's.
    ("date:yesterday", "2023-07-11T23:30Z", False),
    ("date:yesterday", "2023-07-10T22:30Z", True),
    ("date:yesterday", "2023-07-11", True),
    ("age:<1w", "2023-07-05", True),
    ("age:<1w", "2023-07-04", False),
    ("age:<1w", "2023-07-05T15:30+02:00", True),
    ("age:<1w", "2023-07-05T15:30:20+02:00", False),
    # Known to the day: held if any of it lies inside; known to the month or year: only if all does.
    ("date:2023-07-01T10:00", "2023-07-01", True),
    ("date:2023-07", "2023-07", True),
    ("date:2023", "2023-07", True),
    ("date:2023-07-01", "2023-07", False),
    ("since:2023-07-02", "2023-07", False),
    ("since:2023-07", "2023-07", True),
    ("until:2023-07", "2023", False),
    ("after:2023-06", "2023-07-01", True),
    ("after:2023-06", "2023-06-30T23:59:59", False),
    ("before:2023", "2022-12-31T23:59:59", True),
    ("before:2023", "2023-01-01", False),
]


@pytest.mark.parametrize(("text", "printed", "is_held"), HELD)
def test_articles_that_fulfil_it(text: str, printed: str, is_held: bool) -> None:
    assert meant(text).holds(Moment.parse(printed)) is is_held


def test_an_article_without_the_date_fulfils_nothing() -> None:
    assert not meant("since:2023").holds(None)


def test_now_must_say_where_it_is() -> None:
    tree = parse("date:today").tree
    assert isinstance(tree, When)
    with pytest.raises(ValueError, match="time zone"):
        interval(tree, dt.datetime(2023, 7, 12))


_CONDITIONS = st.sampled_from(
    "date:2023 date:2023-07 since:2023-07-05 until:2023-08 after:2023-07-01T10:00Z before:2023-07-30T00:00 age:<2w "
    "age:>3h date:yesterday date:last-month since:3-weeks-ago date:2023-06/P2W date:this-year until:now age:<99999y "
    "age:>99999month date:0001 date:9999 since:0001-01-01T00:00+14:00 until:9999-12-31T23:59:59-14:00".split()
)
_ZONES = st.sampled_from([dt.UTC, BERLIN, ZoneInfo("Pacific/Kiritimati"), dt.timezone(dt.timedelta(hours=-11))])
_MOMENTS = st.builds(
    Moment,
    st.datetimes(dt.datetime(2022, 12, 1), dt.datetime(2023, 12, 31)).map(lambda d: d.replace(microsecond=0)),
    st.just("second"),
    st.none() | st.integers(-14 * 60, 14 * 60),
)


@given(_CONDITIONS, st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30)), _ZONES)
def test_an_interval_at_any_time_and_place(text: str, now: dt.datetime, zone: dt.tzinfo) -> None:
    found = meant(text, now.replace(tzinfo=zone))
    for bound in (found.low, found.high):
        assert bound is None or isinstance(bound.wall_seconds, float)
    assert isinstance(found.holds(Moment.parse("2023-07-01")), bool)


@given(_MOMENTS)
def test_opposites_part_the_dates(moment: Moment) -> None:
    """Since and before, until and after, ages below and not below: each date is on one side."""
    for one, other in (
        ("since:2023-07-05", "before:2023-07-05"),
        ("until:2023-07", "after:2023-07"),
        ("age:<2w", "age:>=2w"),
        ("date:>2023-07-01T10:00Z", "date:<=2023-07-01T10:00Z"),
        ("since:yesterday", "before:yesterday"),
    ):
        assert meant(one).holds(moment) is not meant(other).holds(moment)
