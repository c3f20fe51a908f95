"""Dates as pages print them: text in, a `Moment` or None out; nothing that is not printed is added.

Responsible for ISO 8601, RFC 2822, ``ctime`` and the printed forms of newspapers in the languages of
``tables/dates_months.txt``; for the time of day beside the day; and for the zone, where it is printed as an offset or
as an abbreviation with one meaning (``tables/dates_zones.txt``). Which of a page's dates is the publication is left to
the readers, which call this. Forms, ``D M Y`` standing for a day, a month's number and a year, ``Mon`` for a name::

    Y-M-D  Y/M/D  Y.M.D  Y年M月D日  Y년 M월 D일        year first
    D.M.Y                                             dots are always day first
    D/M/Y  M/D/Y  D-M-Y                               decided by a number above 12, equal numbers or `day_first`
    D Mon Y   D. Mon Y   D de Mon de Y   D-Mon-Y      day, name, year
    Mon D, Y                                          name, day, year
    Y Mon D   Y m. Mon D d.   Y. gada D. Mon          year, name, day
    D tháng M năm Y
    Mon Y                                             precision month (`parse_date` only)

A date in digits that both orders can read, without evidence for one, is None: a wrong day is worse than none.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from newsidx.model import Moment, Precision

__all__ = ["find_date", "find_dates", "parse_date"]

_TABLES = Path(__file__).parent / "tables"
_MAX_FIND = 600
"""Code points of a line that are searched: printed dates stand at the start of lines or in short ones."""
_MAX_BARE = 24
"""Code points of a line in which "3.7.23" is a date; in longer ones it may be a version or a score."""
_MAX_PARSE_REST = 80
"""Code points besides the date that `parse_date` accepts (labels such as "Published on", weekdays, zone names)."""
_YEARS = range(1800, 2200)
_BUDDHIST_YEARS = range(2400, 2700)

_NAME = r"[^\W\d_][^\s\d,;:()|/–—\-]{1,19}"
_ARABIC_TAIL = r"(?: (?:الثاني|الأول|الاول))?"
_WORD = rf"({_NAME}{_ARABIC_TAIL})"
_END = r"(?:(?!\d)|(?=\d\d?:\d\d))"
"""After a year: no digit, unless a time runs into it ("20247:55 AM")."""
_OF = r"(?:(?:de|of|di|del|do|da) |d['’])?"

_ISO = re.compile(
    r"(?<![\d.])(\d{4})-(\d\d)-(\d\d)T(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?(?!\d)"
)
_CTIME = re.compile(
    rf"(?<!\w)({_NAME}) (\d{{1,2}}) (\d\d):(\d\d):(\d\d) (?:([A-Z]{{1,5}}|[+-]\d{{4}}) )?(\d{{4}}){_END}"
)
_YEAR_FIRST = re.compile(
    rf"(?<![\d./\-])(\d{{4}})(?:\s?[-/.]\s?|\s?[年년]\s?)(\d\d?)(?:\s?[-/.]\s?|\s?[月월]\s?)(\d\d?)\s?[日일]?{_END}"
)
_DIGITS = re.compile(rf"(?<![\d./\-])(\d\d?)(\s?[-/.]\s?)(\d\d?)\s?[-/.]\s?(\d{{4}}|\d\d){_END}(?![./\-]\d)")
_DAY_NAME_YEAR = re.compile(
    rf"(?<![\d.:])(\d\d?)(?:st|nd|rd|th|er|ος|η|[.ºª°])?[\s\-/.,]{{0,3}}{_OF}{_WORD}[\s,.\-/]{{0,3}}(?:(?:de|del|of) )?"
    rf"(?:(\d{{4}})|['’](\d\d)|(?<=-)(\d\d)){_END}"
)
_NAME_DAY_YEAR = re.compile(
    rf"{_WORD}[\s.]{{1,3}}(\d\d?)(?:st|nd|rd|th)?[\s,.]{{1,3}}(?:(?:de|del|of) )?(\d{{4}}){_END}"
)
_YEAR_NAME_DAY = re.compile(rf"(?<![\d.])(\d{{4}})[\s.,\-]{{0,3}}(?:m\. )?{_WORD}[\s\-.]{{1,3}}(\d\d?){_END}")
_YEAR_DAY_NAME = re.compile(rf"(?<![\d.])(\d{{4}})\. gada (\d\d?)\. ?{_WORD}")
_VIETNAMESE = re.compile(rf"(?<!\d)(\d\d?) tháng (\d\d?)(?: năm|,)? (\d{{4}}){_END}", re.IGNORECASE)
_NAME_YEAR = re.compile(rf"(?<![\d\w])(?<!\d[ .]){_WORD}[\s,.]{{1,3}}(?:(?:de|del|of) )?(\d{{4}}){_END}")
_CANDIDATE = re.compile(r"\d{4}|\d[./\-]\d\d?[./\-]\d\d|['’\-]\d\d")

_TIME = re.compile(
    r"(?<![\d:.,])(\d\d?)(?:(?:\s?[:：]\s?|\s?[hH]\s?|\s?[時时點点시]\s?)(\d\d)(?:[:：](\d\d)(?:[.,]\d{1,9})?)?\s?[分분]?|(\.)(\d\d)(?![.\d%]))"
    r"(?!\d)|(?<![\d:.,])(\d\d?)(?=\s?[aApP]\.?\s?[mM]\b)|(?<![\d:.,])(\d\d?)\s?[時点시](?!\d)"
)
_HALF = re.compile(r"\s?([aApPπμ]\.?\s?[mMμ]\b\.?|[صم](?!\w)|sáng|chiều|tối)")
_ZONE = re.compile(
    r"\s?[(\[]?(?:(?P<z>Z)\b|(?:UTC|GMT|Z)\s?(?P<utc>[+\-−]\d\d?(?::?\d\d)?)(?!\d)|(?P<off>[+\-−]\d\d:?\d\d)(?!\d)|(?P<name>[A-ZМСК]{2,5})(?![\w]))"
)
_LETTERS = re.compile(r"[^\W\d_]+")


def parse_date(text: str, *, day_first: bool | None = None) -> Moment | None:
    """The date that `text` is, with or without a label, a weekday or a time around it; None if it is not one.

    `day_first` decides dates in digits that both orders can read (03/07/2023): True the 3rd of July, False the 7th of
    March, None neither. A month and a year alone give precision ``month``. Never raises.
    """
    return _parsed(" ".join(text[: _MAX_FIND * 2].split()), day_first)


@lru_cache(maxsize=256)
def _parsed(text: str, day_first: bool | None) -> Moment | None:
    """As `parse_date`: a page tells the same moment several times over."""
    best = _first(text, day_first)
    if best is None:
        best = _first_of(_NAME_YEAR, _month_year, text, day_first)
    if best is None or len(text) - (best[2] - best[1]) > _MAX_PARSE_REST:
        return None
    return best[0]


def find_date(text: str, *, day_first: bool | None = None) -> tuple[Moment, int, int] | None:
    """The first date (a day at least) printed in `text`, with the span of it and of the time printed beside it."""
    return _first(text[:_MAX_FIND], day_first)


def find_dates(text: str, *, day_first: bool | None = None) -> Iterator[tuple[Moment, int, int]]:
    """All dates printed in `text`, in order, as `find_date` gives them."""
    text = text[:_MAX_FIND]
    offset = 0
    while (found := _first(text[offset:], day_first)) is not None:
        moment, start, end = found
        yield moment, start + offset, end + offset
        offset += end


_Reader = Callable[["re.Match[str]", "bool | None"], "dt.date | Moment | None"]


def _first(text: str, day_first: bool | None) -> tuple[Moment, int, int] | None:
    if not _CANDIDATE.search(text):
        return None
    best: tuple[int, int, dt.date | Moment] | None = None
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if best is not None and (match.start(), -match.end()) >= (best[0], -best[1]):
                break
            value = read(match, day_first)
            if value is not None:
                start = match.start()
                best = (start, match.end(), value)
                break
        if best is not None and not best[0] and best[1] == len(text):
            break  # all of it: what machines are told
    if best is None:
        return None
    start, end, value = best
    if isinstance(value, Moment):
        return value, start, end
    return _with_time(text, start, end, value)


def _first_of(
    pattern: re.Pattern[str], read: _Reader, text: str, day_first: bool | None
) -> tuple[Moment, int, int] | None:
    for match in pattern.finditer(text):
        value = read(match, day_first)
        if isinstance(value, Moment):
            return value, match.start(), match.end()
    return None


def _date(year: int, month: int | None, day: int) -> dt.date | None:
    if month is None or year not in _YEARS:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _iso(match: re.Match[str], _day_first: bool | None) -> dt.date | Moment | None:
    year, month, day, hour, minute, second, zone = match.groups()
    date = _date(int(year), int(month), int(day))
    if date is None or int(hour) > 23 or int(minute) > 59:
        return date
    offset = 0 if zone == "Z" else _offset(zone) if zone else None
    return _moment(date, int(hour), int(minute), int(second) if second else None, offset)


def _ctime(match: re.Match[str], _day_first: bool | None) -> Moment | None:
    name, day, hour, minute, second, zone, year = match.groups()
    date = _date(int(year), _month(name), int(day))
    if date is None or int(hour) > 23 or int(minute) > 59:
        return None
    offset = None if not zone else _offset(zone) if zone[0] in "+-" else _zones().get(zone)
    return _moment(date, int(hour), int(minute), int(second), offset)


def _year_first(match: re.Match[str], _day_first: bool | None) -> dt.date | None:
    year = int(match[1])
    return _date(year, int(match[2]), int(match[3]))


def _digits(match: re.Match[str], day_first: bool | None) -> dt.date | None:
    first, separator, second, year_text = int(match[1]), match[2].strip(), int(match[3]), match[4]
    year = int(year_text)
    if len(year_text) == 2:
        is_padded = len(match[1]) == 2 and len(match[3]) == 2
        if not is_padded and (separator != "." or len(match.string) > _MAX_BARE):
            return None
        year += 2000 if year < 70 else 1900
    if separator == "." or first > 12 or first == second:
        return _date(year, second, first)
    if second > 12:
        return _date(year, first, second)
    if day_first is None:
        return None
    return _date(year, second, first) if day_first else _date(year, first, second)


def _day_name_year(match: re.Match[str], _day_first: bool | None) -> dt.date | None:
    month = _month(match[2])
    if month is None:
        return None
    if match[3]:
        year = int(match[3])
        return _date(year - 543 if year in _BUDDHIST_YEARS else year, month, int(match[1]))
    return _date(2000 + int(match[4] or match[5]), month, int(match[1]))


def _name_day_year(match: re.Match[str], _day_first: bool | None) -> dt.date | None:
    return _date(int(match[3]), _month(match[1]), int(match[2]))


def _year_name_day(match: re.Match[str], _day_first: bool | None) -> dt.date | None:
    return _date(int(match[1]), _month(match[2]), int(match[3]))


def _year_day_name(match: re.Match[str], _day_first: bool | None) -> dt.date | None:
    return _date(int(match[1]), _month(match[3]), int(match[2]))


def _vietnamese(match: re.Match[str], _day_first: bool | None) -> dt.date | None:
    return _date(int(match[3]), int(match[2]), int(match[1]))


def _month_year(match: re.Match[str], _day_first: bool | None) -> Moment | None:
    date = _date(int(match[2]), _month(match[1]), 1)
    return None if date is None else Moment.of(date, "month")


_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_ISO, _iso),
    (_CTIME, _ctime),
    (_YEAR_FIRST, _year_first),
    (_DIGITS, _digits),
    (_DAY_NAME_YEAR, _day_name_year),
    (_NAME_DAY_YEAR, _name_day_year),
    (_YEAR_NAME_DAY, _year_name_day),
    (_YEAR_DAY_NAME, _year_day_name),
    (_VIETNAMESE, _vietnamese),
)


def _with_time(text: str, start: int, end: int, date: dt.date) -> tuple[Moment, int, int]:
    """`date`, printed at the span, with the time of day that is printed right after or right before it, if any."""
    if text[end : end + 1].isdigit():
        # The time runs into the year.
        moment, start, stop = _with_time(f"{text[:end]} {text[end:]}", start, end, date)
        return moment, start, stop - (stop > end)
    after = _TIME.search(text, end, end + 40)
    if after and _is_between(text[end : after.start()]):
        read = _time(text, after, text[end : after.start()])
        if read:
            moment, stop = _moment(date, *read[0]), read[1]
            return moment, start, stop
    low = max(0, start - 40)
    for before in _TIME.finditer(text, low, start):
        read = _time(text, before, text[low : before.start()][-6:])
        if read and read[1] <= start and _is_between(text[read[1] : start], strangers=2):
            return _moment(date, *read[0]), before.start(), end
    return Moment.of(date), start, end


def _is_between(text: str, strangers: int = 0) -> bool:
    """Whether `text` may stand between a day and its time: punctuation, joining words, a weekday in brackets."""
    if len(text) > 28:
        return False
    text = re.sub(r"[(\[（][^\W\d_]{1,10}\.?[)\]）]", "", text)
    between, _after, am, pm = _words()
    unknown = [w for w in _LETTERS.findall(text.casefold()) if w not in between and w not in am and w not in pm]
    return len(unknown) <= strangers and not re.search(r"[!?\"“”]", text)


_Clock = tuple[int, int, "int | None", "int | None"]


def _time(text: str, match: re.Match[str], lead: str) -> tuple[_Clock, int] | None:
    """Hour, minute, second and offset of a match of `_TIME`, and where they end; `lead` is the text before it."""
    hour_text, minute, second, dot, dot_minute, bare_hour, cjk_hour = match.groups()
    end = match.end()
    half = _HALF.match(text, end)
    mark = _half_day(half[1]) if half else None
    if half:
        end = half.end()
    if mark is None:
        mark = _half_day_before(lead)
    hour = int(hour_text or bare_hour or cjk_hour)
    minutes = int(minute or dot_minute or 0)
    tail = re.match(r"\s?([^\W\d_]+)", text[end : end + 12])
    _between, after, _am, _pm = _words()
    is_named = bool(tail and tail[1].casefold() in after)
    if tail and is_named:
        end += tail.end()
    zone = _ZONE.match(text, end)
    offset: int | None = None
    is_zone = False
    if zone:
        offset, is_zone = _read_zone(zone)
        if is_zone:
            end = zone.end()
            if text[end : end + 1] in (")", "]"):
                end += 1
    if dot and not (
        mark
        or is_named
        or is_zone
        or len(hour_text) == 2
        or re.search(r"(?:kl|klo|ore|alle|um)\W{0,2}$", lead.casefold())
    ):
        return None
    if mark == "pm" and hour < 12:
        hour += 12
    elif mark == "am" and hour == 12:
        hour = 0
    if hour > 23 or minutes > 59 or (second and int(second) > 59):
        return None
    return (hour, minutes, int(second) if second else None, offset), end


def _half_day(mark: str) -> str | None:
    folded = re.sub(r"[.\s]", "", mark.casefold())
    _between, _after, am, pm = _words()
    return "am" if folded in am else "pm" if folded in pm else None


def _half_day_before(lead: str) -> str | None:
    words = _LETTERS.findall(lead.casefold())
    _between, _after, am, pm = _words()
    if words and words[-1] in am and words[-1] != "am":
        return "am"
    return "pm" if words and words[-1] in pm and words[-1] != "pm" else None


def _read_zone(match: re.Match[str]) -> tuple[int | None, bool]:
    if match["z"]:
        return 0, True
    if printed := match["off"] or match["utc"]:
        offset = _offset(printed)
        return offset, offset is not None
    name = match["name"]
    offset = _zones().get(name)
    return offset, offset is not None


def _offset(text: str) -> int | None:
    digits = text[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > 14 or minutes > 59:
        return None
    total = hours * 60 + minutes
    return total if text[0] == "+" else -total


def _moment(date: dt.date, hour: int, minute: int, second: int | None, offset: int | None) -> Moment:
    precision: Precision = "minute" if second is None else "second"
    wall = dt.datetime(date.year, date.month, date.day, hour, minute, min(second or 0, 59))
    return Moment(wall, precision, offset)


def _fold(name: str) -> str:
    folded = unicodedata.normalize("NFC", name.casefold().replace("\u0307", ""))
    return folded.replace(".", "")


def _month(name: str) -> int | None:
    """1–12 for a month's name, also where a word runs into it ("ReporterDec.")."""
    month = _months().get(_fold(name))
    if month is None:
        tail = _LAST_CAPITAL.search(name, 1)
        month = _months().get(_fold(tail[0])) if tail else None
    return month


_LAST_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞА-Я][^A-ZÀ-ÖØ-ÞА-Я]{2,}$")


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Month names, folded, to 1–12. A name with two meanings would be an error of the table; a test looks."""
    months: dict[str, int] = {}
    for _lang, groups in month_table():
        for number, forms in enumerate(groups, 1):
            for form in forms:
                months.setdefault(_fold(form), number)
    return months


def month_table() -> Iterator[tuple[str, list[list[str]]]]:
    """The languages of the table with their twelve groups of forms."""
    for line in (_TABLES / "dates_months.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            lang, rest = line.split(":", 1)
            yield lang, [[form.replace("_", " ") for form in group.split()] for group in rest.split(";")]


@lru_cache(maxsize=1)
def _zones() -> dict[str, int]:
    zones: dict[str, int] = {}
    for line in (_TABLES / "dates_zones.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, minutes = line.split()
            zones[name] = int(minutes)
    return zones


@lru_cache(maxsize=1)
def _words() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    """The words of ``dates_words.txt``: between, after, am, pm."""
    rows: dict[str, frozenset[str]] = {}
    for line in (_TABLES / "dates_words.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, rest = line.split(":", 1)
            words = [part for word in rest.split() for part in word.split("_") if part]
            rows[name] = frozenset(unicodedata.normalize("NFC", word.casefold()) for word in words)
    return rows["between"], rows["after"], rows["am"], rows["pm"]
