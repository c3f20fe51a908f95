"""Errors as a model can act on: what is wrong, where, and what to ask instead."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ValidationError

from newsidx.errors import IndexFault, NewsidxError, QuerySyntaxError, UnknownID

__all__ = ["misnamed", "misread", "told"]

_SHOWN = 60
_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "int_from_float": "a whole number",
    "list_type": "a list",
}
_LIMITS = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "literal_error": ("one of", "expected"),
}


def misnamed(arguments: Mapping[str, Any], known: Sequence[str]) -> str | None:
    """What is wrong with the names of a tool's arguments: the SDK would pass over one that it does not know."""
    for name in arguments:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            advice = f"did you mean {near[0]}?" if near else f"they are {', '.join(known)}"
            return f"arguments: there is no {_shown(name)}; {advice}"
    return None


def misread(error: ValidationError) -> str:
    """What is wrong with the values of a tool's arguments, a line each."""
    lines: dict[str, str] = {}
    for each in error.errors(include_url=False):
        name = str(each["loc"][0]) if each["loc"] else "the arguments"
        lines.setdefault(name, f"arguments: {name} {_reason(each)}")
    return "\n".join(lines.values())


def _reason(each: Mapping[str, Any]) -> str:
    kind, value = each["type"], _shown(each["input"])
    if kind == "missing":
        return "is missing"
    if kind == "too_short":
        return f"needs at least {each['ctx']['min_length']}"
    if kind in _LIMITS:
        words, key = _LIMITS[kind]
        return f"is {words} {each['ctx'][key]}, not {value}"
    return f"is {_KINDS[kind]}, not {value}" if kind in _KINDS else f"cannot be {value}: {each['msg']}"


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn an error of newsidx into the tool's answer."""
    try:
        yield
    except NewsidxError as error:
        raise ToolError(_message(error)) from error


def _message(error: NewsidxError) -> str:
    lines = [f"{error.kind}: {error}"]
    if isinstance(error, QuerySyntaxError):
        lines.append(f"at characters {error.start} to {error.end} of the query:")
        lines.append(error.caret())
        if error.suggestion:
            lines.append(f"try: {error.suggestion}")
    elif isinstance(error, UnknownID):
        if error.matches:
            lines.append(f"they are: {', '.join(error.matches)}")
        lines.append("search gives IDs.")
    elif isinstance(error, IndexFault):
        lines = [f"{error.kind}: the index cannot be read now; trying again will help only once it is mended."]
    return "\n".join(lines)
