"""What follows ``field:`` where the field takes a value: checked, brought to its usual form, made a node.

Called by `_tokenizer`. Errors are `Fault`s with the place of the value and, where one can be guessed, a better one.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from newsidx.query._dates import read_when
from newsidx.query._faults import Fault
from newsidx.query.fields import Field, edit_distance
from newsidx.query.tree import Attr, Node, Range, Span

__all__ = ["build_value"]

_HOST = re.compile(r"(?:\*\.)?[\w-]+(?:\.[\w-]+)*\.?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_MAX_NUMBER = 10**12


def build_value(field: Field, value: str, span: Span, *, is_quoted: bool = False) -> Node:
    """The node for ``field:value``; `value` without its quotes and escapes. Raises `Fault`."""
    if not value.strip():
        raise Fault("empty-value", f"{field.name}: needs a value", span)
    if field.takes_none and not is_quoted and value.lower() == "none" and field.kind != "period":
        return Attr(field.target, None, span=span)
    match field.kind:
        case "period" | "age":
            return read_when(field, value, span)
        case "number":
            return _number(field, value.strip(), span)
        case "host":
            value = _host(value.strip().lower(), span)
        case "language":
            value = _language(value.strip(), span)
        case "hex":
            value = value.strip().lower()
            if not re.fullmatch(r"[0-9a-f]{1,64}", value):
                raise Fault("id", "An ID is the digits 0-9 and a-f, or the first few of them", span)
        case "choice":
            value = _choice(field, value.strip().lower(), span)
    return Attr(field.target, value, span=span)


def _number(field: Field, value: str, span: Span) -> Range:
    name = field.target
    if match := re.fullmatch(r"(<=?|>=?)\s*(\d+)", value):
        number, is_closed = _int(match[2], span), match[1].endswith("=")
        if match[1][0] == "<":
            return Range(name, None, number, high_inclusive=is_closed, span=span)
        return Range(name, number, None, low_inclusive=is_closed, span=span)
    match = re.fullmatch(r"(\d*)\.\.(\d*)", value)
    match = match or re.fullmatch(r"\[\s*(\d+|\*)\s+TO\s+(\d+|\*)\s*\]", value, re.IGNORECASE)
    match = match or re.fullmatch(r"(\d+)()", value)
    if match is None:
        raise Fault("number", f"{field.name}: takes a number or a range, as in {field.name}:300..600", span, "300..600")
    low, high = (_int(end, span) if end not in ("", "*") else None for end in match.groups())
    if value.isdigit():
        high = low
    if low is None and high is None:
        raise Fault("range", "A range needs an end", span, "300..600")
    if low is not None and high is not None and low > high:
        raise Fault("range-reversed", "This range ends before it begins", span, f"{high}..{low}")
    return Range(name, low, high, span=span)


def _int(digits: str, span: Span) -> int:
    if len(digits) > 12:
        raise Fault("limit-number", f"A number is at most {_MAX_NUMBER - 1}", span)
    return int(digits)


def _host(value: str, span: Span) -> str:
    if _HOST.fullmatch(value):
        return value.rstrip(".")
    bare = re.sub(r"^[a-z]+://", "", value).split("/", 1)[0]
    hint = bare if _HOST.fullmatch(bare) else None
    raise Fault("site", "site: takes a domain, as in site:gov.uk or site:*.gov.uk", span, hint)


def _language(value: str, span: Span) -> str:
    if not _LANGUAGE.fullmatch(value) or len(value.split("-", 1)[0]) > 3:
        hint = _languages_by_name().get(value.lower())
        raise Fault("language", "lang: takes a language tag, as in lang:en or lang:pt-BR", span, hint)
    language, *rest = value.split("-")
    cased = [language.lower()]
    for part in rest:
        if len(cased[-1]) == 1:
            cased.append(part.lower())  # behind a singleton all is lower case (RFC 5646, 2.1.1)
        elif len(part) == 2:
            cased.append(part.upper())
        else:
            cased.append(part.title() if len(part) == 4 and part.isalpha() else part.lower())
    return "-".join(cased)


@cache
def _languages_by_name() -> dict[str, str]:
    """What searchers call a language, in lower case → its tag."""
    text = Path(__file__).with_name("language_names.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {name: tag for tag, *names in lines for name in names}


def _choice(field: Field, value: str, span: Span) -> str:
    if value in field.choices:
        return value
    several = [part for part in re.split(r"[|,/]", value) if part]
    if len(several) > 1 and all(part in field.choices for part in several):
        hint = f"({' OR '.join(several)})"
    else:
        best = min(field.choices, key=lambda known: edit_distance(value[:40], known))
        hint = best if edit_distance(value[:40], best) <= 2 or len(field.choices) == 1 else ""
    known = ", ".join(field.choices[:-1]) + f" or {field.choices[-1]}" if len(field.choices) > 1 else field.choices[0]
    raise Fault("choice", f"{field.name}: takes {known}", span, hint or None)
