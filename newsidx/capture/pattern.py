"""Metadata read from where a capture lies: ``{source}/{captured:%Y-%m-%d}/*``.

Grammar::

    pattern   = component *( "/" component )
    component = "**" | 1*( literal | "*" | field )
    field     = "{" name [ ":" format ] "}"         name: source captured published section lang url authors tags
    format    = 1*( literal | directive )           directive: %Y %y %m %d %H %M %S %b %B %j %z %%
    literal   = any character but / * { } %          ("{{" and "}}" stand for braces)

``*`` is any run within a component, also none; a field is a run of at least one character, as short as what follows
allows. Month names are English. Called by the add, for each path.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsidx.capture.clock import MONTHS
from newsidx.capture.saved import web_url
from newsidx.errors import OptionError
from newsidx.model import Hint, Moment, Precision

__all__ = ["PathPattern"]

_FIELDS = ("source", "captured", "published", "section", "lang", "url", "authors", "tags")
_REPEATABLE = ("authors", "tags")
_DATES = ("captured", "published")
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d\d)",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})",
    "b": r"(?P<b>[A-Za-z]{3})",
    "B": r"(?P<b>[A-Z][a-z]{2,8})",
    "j": r"(?P<j>\d{1,3})",
    "z": r"(?P<z>Z|[+-]\d\d:?\d\d)",
    "%": "%",
}


@dataclass(frozen=True, slots=True)
class _Part:
    """One element of a component: a literal, a wildcard (no field), or a field with its date format, if any."""

    literal: str | None = None
    field: str | None = None
    date: re.Pattern[str] | None = None


_Component = tuple[_Part, ...] | None


class PathPattern:
    """A compiled pattern. OptionError, with the place and the reason, if it cannot be read."""

    __slots__ = ("_components", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        text = pattern.removesuffix("/")
        if not text or text.startswith("/"):
            raise _bad(pattern, "it is a path below the given folder, without a slash at its beginning")
        components = [_component(part, pattern) for part in text.split("/")]
        self._components: tuple[_Component, ...] = tuple(components)
        names = [part.field for component in components if component for part in component if part.field]
        if not names:
            raise _bad(pattern, "it has no field; the fields are " + ", ".join(f"{{{name}}}" for name in _FIELDS))
        for name in names:
            if names.count(name) > 1 and name not in _REPEATABLE:
                raise _bad(pattern, f"it has the field {{{name}}} twice")

    def matches(self, relative_path: str) -> bool:
        """Whether the path fits the pattern."""
        return self._values(relative_path) is not None

    def hints(self, relative_path: str) -> tuple[Hint, ...]:
        """What the path says (evidence ``pattern``); nothing if it does not fit the pattern."""
        return tuple(Hint(field, value, "pattern") for field, value in self._values(relative_path) or ())

    def _values(self, relative_path: str) -> tuple[tuple[str, str], ...] | None:
        parts = relative_path.replace(os.sep, "/").split("/")
        return _match_components(self._components, parts)


def _bad(pattern: str, why: str) -> OptionError:
    return OptionError(f"the path pattern {pattern!r} cannot be read: {why}", option="path_pattern")


# ---- compiling ------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"\{\{|\}\}|\{[^{}]*\}|\*+|[^{}*]+|[{}]")


def _component(text: str, pattern: str) -> _Component:
    if text == "**":
        return None
    if not text:
        raise _bad(pattern, "two slashes in a row")
    parts: list[_Part] = []
    for token in _TOKEN.findall(text):
        if token in ("{{", "}}"):
            parts.append(_Part(literal=token[0]))
        elif token in ("{", "}"):
            raise _bad(pattern, "a brace has no partner (write {{ or }} for a brace)")
        elif token.startswith("{"):
            parts.append(_field(token[1:-1], pattern))
        elif token.startswith("*"):
            if len(token) > 1:
                raise _bad(pattern, "** stands for whole folders, alone between slashes")
            parts.append(_Part())
        else:
            parts.append(_Part(literal=token))
    return tuple(parts)


def _field(text: str, pattern: str) -> _Part:
    name, colon, date_format = text.partition(":")
    if name not in _FIELDS:
        raise _bad(pattern, f"there is no field {{{name}}}; the fields are " + ", ".join(_FIELDS))
    if not colon:
        return _Part(field=name)
    if name not in _DATES:
        raise _bad(pattern, f"only dates have a format, not {{{name}}}")
    return _Part(field=name, date=_date_pattern(date_format, pattern))


def _date_pattern(date_format: str, pattern: str) -> re.Pattern[str]:
    source, seen = [], set()
    for token in re.findall(r"%.?|[^%]+", date_format, re.DOTALL):
        if not token.startswith("%"):
            source.append(re.escape(token))
            continue
        letter = token[1:]
        if letter not in _DIRECTIVES:
            raise _bad(pattern, f"{token} is none of " + " ".join(f"%{known}" for known in _DIRECTIVES))
        if letter != "%" and letter in seen:
            raise _bad(pattern, f"{token} stands twice in one date")
        seen.add(letter)
        source.append(_DIRECTIVES[letter])
    for group, why in (("Yy", "a year"), ("mbB", "a month"), ("HM", "")):
        if why and not seen & set(group) and (group == "Yy" or (seen & set("dHMS") and "j" not in seen)):
            raise _bad(pattern, f"the date format {date_format!r} has no {why[2:]}")
    if seen >= {"Y", "y"} or len(seen & set("mbBj")) > 1 or (seen & set("MS") and "H" not in seen):
        raise _bad(pattern, f"the date format {date_format!r} does not say one time in one way")
    return re.compile("".join(source))


# ---- matching -------------------------------------------------------------------------------------------------------

_Values = tuple[tuple[str, str], ...]


def _match_components(pattern: tuple[_Component, ...], parts: list[str]) -> _Values | None:
    """The first way in which the components fit, by a table over (pattern place, path place)."""
    fits: dict[int, _Values] = {0: ()}
    for component in pattern:
        if component is None:
            first = min(fits, default=len(parts) + 1)
            fits = {i: fits[max(j for j in fits if j <= i)] for i in range(first, len(parts) + 1)}
            continue
        following: dict[int, _Values] = {}
        for i, values in fits.items():
            if i < len(parts) and (found := _match_name(component, parts[i])) is not None:
                following.setdefault(i + 1, values + found)
        fits = following
    return fits.get(len(parts))


def _match_name(component: tuple[_Part, ...], name: str) -> _Values | None:
    """The fields' values, each as short as can be; each (part, place) is tried once, so time is bounded."""
    dead: set[tuple[int, int]] = set()
    trail: list[tuple[Iterator[tuple[int, _Values]], _Values]] = [(iter([(0, ())]), ())]
    while trail:
        choices, values = trail[-1]
        choice = next(choices, None)
        if choice is None:
            trail.pop()
            continue
        end, found = choice
        i = len(trail) - 1
        if (i, end) in dead:
            continue
        dead.add((i, end))
        values = values + found
        if i == len(component):
            if end == len(name):
                return values
            continue
        trail.append((_choices(component[i], name, end), values))
    return None


def _choices(part: _Part, name: str, at: int) -> Iterator[tuple[int, _Values]]:
    """The places where the part may end if it begins at `at`, and its value for each."""
    if part.literal is not None:
        if name.startswith(part.literal, at):
            yield at + len(part.literal), ()
    elif part.date is not None and part.field is not None:
        match = part.date.match(name, at)
        text = None if match is None else _moment(match.groupdict())
        if match is not None and text is not None:
            yield match.end(), ((part.field, text),)
    elif part.field is None:
        yield from ((end, ()) for end in range(at, len(name) + 1))
    else:
        for end in range(at + 1, len(name) + 1):
            value = _value(part.field, name[at:end])
            if value is not None:
                yield end, ((part.field, value),)


def _value(field: str, text: str) -> str | None:
    if field in _DATES:
        try:
            return str(Moment.parse(text))
        except ValueError:
            return None
    if field == "url":
        return web_url(text if "://" in text else f"http://{text}")
    return text.strip() or None


def _moment(found: dict[str, str | None]) -> str | None:
    """The `Moment` text of what a date format's directives matched; None if there is no such date."""
    digits = {key: value for key, value in found.items() if value is not None}
    year = int(digits["Y"]) if "Y" in digits else _full_year(int(digits["y"]))
    month = int(digits["m"]) if "m" in digits else _month_number(digits["b"]) if "b" in digits else 1
    precision: Precision = (
        "second"
        if "S" in digits
        else "minute"
        if "H" in digits
        else "day"
        if digits.keys() & {"d", "j"}
        else "month"
        if digits.keys() & {"m", "b"}
        else "year"
    )
    try:
        wall = dt.datetime(
            year,
            month,
            int(digits.get("d", 1)),
            int(digits.get("H", 0)),
            int(digits.get("M", 0)),
            min(int(digits.get("S", 0)), 59),
        )
        if "j" in digits:
            wall += dt.timedelta(days=int(digits["j"]) - 1)
            if wall.year != year or digits["j"].strip("0") == "":
                return None
    except (ValueError, OverflowError):
        return None
    return str(Moment(wall, precision, _offset(digits.get("z"))))


def _full_year(two_digits: int) -> int:
    """As POSIX reads ``%y``: 69 to 99 are of the last century, 00 to 68 of this one."""
    return two_digits + (1900 if two_digits >= 69 else 2000)


def _month_number(name: str) -> int:
    """By the first three letters; 0 if it is no month."""
    short = name[:3].lower()
    return MONTHS.index(short) + 1 if short in MONTHS else 0


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "")
    minutes = min(int(digits[:2]) * 60 + int(digits[2:]), 24 * 60 - 1)
    return -minutes if zone.startswith("-") else minutes
