"""Printed dates: the forms and languages of the tables, zones, precision, and what must not be invented."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.extract import dates
from newsidx.extract.dates import find_date, find_dates, parse_date

FORMS = [
    ("1 Jul, 2023 11:05", "2023-07-01T11:05"),
    ("July 3, 2023 at 9:14 a.m. EDT", "2023-07-03T09:14-04:00"),
    ("Mon 3 Jul 2023 09.14 BST", "2023-07-03T09:14+01:00"),
    ("13/07/2023 - 11:05", "2023-07-13T11:05"),
    ("07/13/2023", "2023-07-13"),
    ("05/05/2023", "2023-05-05"),
    ("3. Juli 2023, 11:05 Uhr", "2023-07-03T11:05"),
    ("Stand: 03.07.2023, 11:05 Uhr MESZ", "2023-07-03T11:05+02:00"),
    ("03.07.23", "2023-07-03"),
    ("3.7.23", "2023-07-03"),
    ("2023年7月3日 11時05分", "2023-07-03T11:05"),
    ("2023年7月3日（月） 午後3時05分", "2023-07-03T15:05"),
    ("2023년 7월 3일 오후 3:05", "2023-07-03T15:05"),
    ("2023.07.03 11:05", "2023-07-03T11:05"),
    ("٣ يوليو ٢٠٢٣", "2023-07-03"),
    ("3 تموز 2023 11:05", "2023-07-03T11:05"),
    ("3 تشرين الثاني 2023", "2023-11-03"),
    ("Mon, 03 Jul 2023 09:14:00 +0200", "2023-07-03T09:14:00+02:00"),
    ("Mon Jul 03 09:14:00 EDT 2023", "2023-07-03T09:14:00-04:00"),
    ("2023-07-03T09:14:00Z", "2023-07-03T09:14:00Z"),
    ("2023-07-03T09:14:00.123+05:30", "2023-07-03T09:14:00+05:30"),
    ("2023-07-03 09:14", "2023-07-03T09:14"),
    ("2023-07-03 11:05:12 KST", "2023-07-03T11:05:12+09:00"),
    ("2023-07-03", "2023-07-03"),
    ("2023. július 3. 11:05", "2023-07-03T11:05"),
    ("2023 m. liepos 3 d. 11:05", "2023-07-03T11:05"),
    ("2023. gada 3. jūlijs, 11:05", "2023-07-03T11:05"),
    ("3 de julio de 2023 a las 11:05", "2023-07-03T11:05"),
    ("Publié le 3 juillet 2023 à 11h05", "2023-07-03T11:05"),
    ("1er juillet 2023 à 8 h 05", "2023-07-01T08:05"),
    ("3 กรกฎาคม 2566 11:05 น.", "2023-07-03T11:05"),
    ("3 ก.ค. 2566", "2023-07-03"),
    ("thứ Hai, 3 tháng 7, 2023 11:05", "2023-07-03T11:05"),
    ("11:05 AM, July 3, 2023", "2023-07-03T11:05"),
    ("12:01 am July 3rd, 2023", "2023-07-03T00:01"),
    ("12:30 pm, 3 July 2023", "2023-07-03T12:30"),
    ("19:30 GMT Monday 3 July 2023", "2023-07-03T19:30Z"),
    ("Updated 9:14 AM ET, Mon July 3, 2023", "2023-07-03T09:14"),
    ("3 июля 2023 г. в 11:05", "2023-07-03T11:05"),
    ("3 Temmuz 2023 11:05", "2023-07-03T11:05"),
    ("03-Jul-23 11.05am", "2023-07-03T11:05"),
    ("By Ann ExampleJuly 3, 2023", "2023-07-03"),
    ("July 3, 20237:55 AM UTC", "2023-07-03T07:55Z"),
    ("3. heinäkuuta 2023 klo 11.05", "2023-07-03T11:05"),
    ("3 Jul 2023 · 9 am", "2023-07-03T09:00"),
    ("July 2023", "2023-07"),
]


@pytest.mark.parametrize(("text", "expected"), FORMS)
def test_forms(text: str, expected: str) -> None:
    assert str(parse_date(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2 hours ago",
        "03/07/2023",
        "32 July 2023",
        "30 February 2023",
        "version 1.2.2023.4",
        "12 comments",
        "May",
        "99/99/9999",
    ],
)
def test_nothing_is_invented(text: str) -> None:
    assert parse_date(text) is None


def test_the_order_of_digits_is_decided_by_evidence_only() -> None:
    assert str(parse_date("03/07/2023", day_first=True)) == "2023-07-03"
    assert str(parse_date("03/07/2023", day_first=False)) == "2023-03-07"
    assert str(parse_date("03/17/2023", day_first=True)) == "2023-03-17"
    assert str(parse_date("03.07.2023", day_first=False)) == "2023-07-03"


@pytest.mark.parametrize("zone", ["CST", "IST", "PST", "CDT", "ET", "FOO"])
def test_a_zone_with_several_meanings_stays_unknown(zone: str) -> None:
    moment = parse_date(f"3 July 2023 11:05 {zone}")
    assert moment is not None
    assert moment.offset_minutes is None
    assert moment.has_time


def test_a_long_sentence_with_a_date_is_no_date() -> None:
    assert (
        parse_date("The treaty that was signed on 3 July 2023 in the old town hall ended " + "a long dispute " * 6)
        is None
    )


def test_find_date_gives_the_span() -> None:
    text = "Published: 3 July 2023, 11:05 GMT | 4 comments"
    found = find_date(text)
    assert found is not None
    moment, start, end = found
    assert str(moment) == "2023-07-03T11:05Z"
    assert text[start:end] == "3 July 2023, 11:05 GMT"
    assert find_date("No date here, only 2023 and 12:30") is None


def test_find_dates_gives_all_in_order() -> None:
    text = "Published 3 July 2023 11:05 Updated 5 July 2023 12:10"
    assert [str(moment) for moment, _, _ in find_dates(text)] == ["2023-07-03T11:05", "2023-07-05T12:10"]


def test_the_table_has_twelve_groups_and_no_name_with_two_meanings() -> None:
    seen: dict[str, int] = {}
    languages = 0
    for lang, groups in dates.month_table():
        languages += 1
        assert len(groups) == 12, lang
        for number, forms in enumerate(groups, 1):
            for form in forms:
                assert seen.setdefault(form.casefold(), number) == number, (lang, form)
    assert languages >= 20


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.sampled_from([lang for lang, _ in dates.month_table()]))
def test_each_language_reads_its_own_months(day: dt.date, lang: str) -> None:
    groups = dict(dates.month_table())[lang]
    for form in groups[day.month - 1]:
        if len(form.replace(".", "")) < 2:
            continue
        moment = parse_date(f"{day.day} {form} {day.year}")
        assert moment is not None, form
        assert moment.day == day


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2099, 12, 31)))
def test_iso_round_trip(when: dt.datetime) -> None:
    assert str(parse_date(when.isoformat(timespec="seconds"))) == when.isoformat(timespec="seconds")


@given(st.text(max_size=300))
def test_any_text_gives_a_moment_or_none(text: str) -> None:
    parse_date(text)
    found = find_date(text)
    if found is not None:
        assert 0 <= found[1] < found[2] <= len(text)


@given(st.text(alphabet="0123456789./-: ,JulyMartsde年月日h\u0660\u0661", max_size=400))
def test_text_like_dates_gives_a_moment_or_none(text: str) -> None:
    parse_date(text, day_first=True)
    assert len(list(find_dates(text))) < 200
