"""When an article was published: what the page tells machines, held against what it prints for readers.

The order: dates told to machines as the publication's (JSON-LD, OpenGraph, microdata, meta); dates printed around the
headline or with a word for publication; dates of meta elements that may be another thing's (``date``, ``created``);
dates printed elsewhere; hints of the capture. What departs from it:

- of dates told to machines that differ in the day, the one that is printed around the headline;
- a moment told in UTC gets the calendar day that is printed for it: late evenings of the west, early mornings of the
  east;
- microdata that name several days name those of other articles too, and come last of what is told.

Called by `html`. Dates are read in `dates`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from newsidx.extract.blocks import Block, Label
from newsidx.extract.dates import find_date, find_dates, parse_date
from newsidx.extract.lines_phrases import sections, words_of
from newsidx.extract.page import TimeTag
from newsidx.extract.resolve import Valued
from newsidx.extract.structured import Claims
from newsidx.model import Capture, Moment

__all__ = ["Sight", "find_published"]

_LINE_CHARS = 160
_ALONE_CHARS = 60
_BEFORE_TITLE = 4
_BEFORE_BODY = 8
_AFTER_BODY = 12
_HEAD_RUNS = 40
_NEVER = frozenset("comment letter consent ad".split())
_NOT_ITS_OWN = _NEVER | frozenset("nav share promo bio".split())
_BESIDE_TITLE = 2
"""So near to the headline the names of elements say little: dates stand in bars of buttons and in boxes of teasers."""
_DATE = frozenset(("date", "byline"))
_DIGIT = re.compile(r"\d[./-]\d|\d{4}|['’]\d\d")
_ONE_MOMENT_SECONDS = 3 * 3600
_DAY_SECONDS = 86_400
_MONTH_FIRST = frozenset(("us", "ph"))
_NUMERIC = re.compile(r"(?<![\d./-])\d\d?/\d\d?/\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a page its dates are looked for in. `title` is the number of the headline's block, -1 for none."""

    blocks: Sequence[Block]
    labels: Sequence[Label]
    times: Sequence[TimeTag]
    title: int = -1
    lang: str | None = None
    domain: str | None = None


def find_published(capture: Capture, claims: Claims, sight: Sight) -> Valued[Moment | None]:
    """The moment of publication with its evidence; None where nothing says when."""
    told = _told(claims, "published")
    if told:
        chosen = _one_of([*told, *_told(claims, "dated")], sight)
        return _local(chosen, told, sight) or chosen
    near = list(_near(sight))
    dated = _told(claims, "dated")
    if near:
        same = next((each for each in dated if each.value.day == near[0].day and each.value.has_time), None)
        return Valued(same.value, same.evidence) if same else Valued(_with_time(near), "markup")
    if dated:
        return _local(dated[0], dated, sight) or Valued(dated[0].value, dated[0].evidence)
    far = list(_far(sight))
    if far:
        return Valued(_with_time(far), "markup")
    others = _told(claims, "created") + _hinted(capture)
    return Valued(others[0].value, others[0].evidence) if others else Valued(None)


def _with_time(found: Sequence[Moment]) -> Moment:
    """The first date, or another reading of the same day that has a time."""
    return next((each for each in found if each.day == found[0].day and each.has_time), found[0])


def _hinted(capture: Capture) -> list[Valued[Moment]]:
    hints = [(each.value, each.evidence) for each in capture.hints if each.field == "published"]
    return [Valued(moment, evidence) for text, evidence in hints if (moment := parse_date(text)) is not None]


# --- told to machines ----------------------------------------------------------------------------------------------


def _told(claims: Claims, name: str) -> list[Valued[Moment]]:
    found = []
    for text, evidence in claims.of(name):
        moment = parse_date(text)
        if moment is not None:
            found.append(Valued(moment, evidence))
    days = {each.value.day for each in found if each.evidence == "microdata"}
    if len(days) > 1:
        found.sort(key=lambda each: each.evidence == "microdata")
    return found


def _one_of(told: Sequence[Valued[Moment]], sight: Sight) -> Valued[Moment | None]:
    """The first, if the others mean its day; else the one that is printed."""
    first = told[0]
    chosen = first
    if any(abs(each.value.sort_key() - first.value.sort_key()) > _DAY_SECONDS for each in told[1:]):
        printed = {moment.day for moment in _near(sight)}
        if first.value.day not in printed:
            chosen = next((each for each in told if each.value.day in printed), first)
    if not chosen.value.has_time:
        same = (each for each in told if each.value.has_time and each.value.day == chosen.value.day)
        chosen = next(same, chosen)
    return Valued(chosen.value, chosen.evidence)


def _local(
    chosen: Valued[Moment | None] | Valued[Moment], told: Sequence[Valued[Moment]], sight: Sight
) -> Valued[Moment | None] | None:
    """The same moment with the calendar day of its place, where that is told or printed and is another one."""
    claimed = chosen.value
    if claimed is None or claimed.offset_minutes != 0:
        return None
    for each in told:
        # The clock of the place, given out for UTC: whole hours from the moment, to the second.
        ahead = (each.value.wall - claimed.wall).total_seconds()
        is_clock = each.value.precision == "second" and not ahead % 3600 and 0 < abs(ahead) <= 14 * 3600
        if is_clock and not each.value.offset_minutes and each.value.day != claimed.day:
            return Valued(Moment(each.value.wall, each.value.precision, None), each.evidence)
    for text in _lines_over_body(sight):
        seen = _nearest(text, claimed)
        if seen is None:
            continue
        if seen.offset_minutes is not None and abs(seen.sort_key() - claimed.sort_key()) > _ONE_MOMENT_SECONDS:
            return None  # the time of an update
        hours = (dt.datetime.combine(seen.wall.date(), dt.time()) - claimed.wall).total_seconds() / 3600
        is_another = seen.wall.date() != claimed.wall.date() and -36 < hours <= 14
        return Valued(seen, "markup") if is_another else None
    return None


def _nearest(text: str, claimed: Moment) -> Moment | None:
    """The first date of a line; if it can be read in both orders of day and month, the reading by what is claimed."""
    seen = find_date(text)
    if seen is not None or not _NUMERIC.search(text):
        return seen[0] if seen else None
    for day_first in (True, False):
        read = find_date(text, day_first=day_first)
        if read is not None and abs(read[0].sort_key() - claimed.sort_key()) < 2 * _DAY_SECONDS:
            return read[0]
    return None


# --- printed -------------------------------------------------------------------------------------------------------


def _bounds(sight: Sight) -> tuple[int, int]:
    """The numbers of the first and the last block of the body; those of the article's where there is no body."""
    body = [i for i, given in enumerate(sight.labels) if given.zone == "body"]
    if not body:
        body = [i for i, block in enumerate(sight.blocks) if block.place == "article"]
    if body:
        return body[0], body[-1]
    return len(sight.blocks), len(sight.blocks)


def _is_line(block: Block, strangers: frozenset[str] = _NOT_ITS_OWN, chars: int = _LINE_CHARS) -> bool:
    return len(block.text) < chars and block.context.isdisjoint(strangers) and _DIGIT.search(block.text) is not None


def _lines_over_body(sight: Sight) -> Iterator[str]:
    first, _ = _bounds(sight)
    yield from (each.text for each in sight.times if each.run <= first)
    start = max(0, sight.title, first - _HEAD_RUNS)
    for i in range(start, first):
        block, zone = sight.blocks[i], sight.labels[i].zone
        if block.place != "outside" and zone in ("page", "byline", "date") and len(block.text) < _LINE_CHARS:
            yield block.text


def _near(sight: Sight) -> Iterator[Moment]:
    """Dates printed around the headline, else after the body, else with a word for publication; those of an update
    last."""
    first, last = _bounds(sight)
    blocks, day_first = sight.blocks, _is_day_first(sight)
    title = sight.title if 0 <= sight.title <= first else max(0, first - _BEFORE_BODY)
    later: list[Moment] = []
    for places, strangers, chars in (
        (range(title + 1, first), _NEVER, _LINE_CHARS),
        (range(title - 1, max(-1, title - 1 - _BESIDE_TITLE), -1), _NEVER, _ALONE_CHARS),
        (range(title - 1 - _BESIDE_TITLE, max(-1, title - 1 - _BEFORE_TITLE), -1), _NOT_ITS_OWN, _ALONE_CHARS),
        (range(title, title + 1), _NEVER, _LINE_CHARS),
        (range(last + 1, min(len(blocks), last + 1 + _AFTER_BODY)), _NOT_ITS_OWN, _ALONE_CHARS),
    ):
        for i, kind, moment in _dates_at(sight, places, strangers, chars, day_first):
            if kind == "modified":
                later.append(moment)
            elif i <= last + 3 or kind or _DATE & blocks[i].context:
                yield moment
    for i, block in enumerate(blocks):
        if sight.labels[i].zone != "body" and _is_line(block):
            yield from (moment for kind, moment in _dates_on(block.text, day_first) if kind == "published")
    yield from later


def _dates_at(
    sight: Sight, places: range, strangers: frozenset[str], chars: int, day_first: bool | None
) -> Iterator[tuple[int, str, Moment]]:
    """The dates of some blocks, those of ``time`` elements first: block number, what the date is called, and it."""
    blocks = sight.blocks
    for each in sight.times:
        if each.run in places and each.run < len(blocks) and blocks[each.run].context.isdisjoint(strangers):
            moment = _of_time(each)
            if moment is not None:
                yield each.run, _kind(blocks[each.run].text.partition(each.text)[0]) if each.text else "", moment
    for i in places:
        if i < len(blocks) and _is_line(blocks[i], strangers, chars):
            yield from ((i, kind, moment) for kind, moment in _dates_on(blocks[i].text, day_first))


def _of_time(time: TimeTag) -> Moment | None:
    return (parse_date(time.machine) if time.machine else None) or parse_date(time.text)


def _far(sight: Sight) -> Iterator[Moment]:
    """The day printed anywhere on the page, if it is the only one; else those of ``time`` elements."""
    day_first = _is_day_first(sight)
    found = []
    for i, block in enumerate(sight.blocks):
        if sight.labels[i].zone != "body" and _is_line(block):
            found += [moment for _, moment in _dates_on(block.text, day_first)]
    if len({moment.day for moment in found}) == 1:
        yield from found
    for each in sight.times:
        moment = _of_time(each)
        if moment is not None:
            yield moment


def _dates_on(text: str, day_first: bool | None) -> Iterator[tuple[str, Moment]]:
    """The dates of a line, each with ``published``, ``modified`` or "" by the words around it."""
    position = 0
    for moment, start, end in find_dates(text, day_first=day_first):
        yield _kind(text[position:start]) or _kind(text[end : end + 30], is_after=True), moment
        position = end


def _kind(words: str, *, is_after: bool = False) -> str:
    """What the words before a date (or after it) say of it."""
    found = words_of(words)
    if not found:
        return ""
    for name in ("modified", "published"):
        table = _words()[name]
        for size in (3, 2, 1):
            if size <= len(found):
                near = found[:size] if is_after else found[-size:]
                if " ".join(near) in table:
                    return name
    return ""


def _is_day_first(sight: Sight) -> bool | None:
    """How dates in digits are written in the page's language and country; None if unknown."""
    lang, _, region = (sight.lang or "").lower().partition("-")
    country = region or (sight.domain or "").rsplit(".", 1)[-1]
    if lang and lang != "en":
        return True
    return None if not lang or country in _MONTH_FIRST or len(country) != 2 else True


@cache
def _words() -> dict[str, frozenset[str]]:
    return {name: frozenset(" ".join(words_of(e)) for e in entries) for name, entries in sections("text_words.txt")}
