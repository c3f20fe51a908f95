"""A request's parameters: one table that reads them, writes them into links, and describes them in OpenAPI.

An unknown parameter, one given twice that takes one value, and a value that cannot be are errors: nothing that was
asked for is dropped silently.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args
from urllib.parse import urlencode

from newsidx.errors import OptionError
from newsidx.model import KINDS
from newsidx.options import FACETS, MIN_SNIPPET_CHARS, SearchRequest, Sort
from newsidx.server._options import Limits

__all__ = [
    "CURSOR_PARAMS",
    "FACET_PARAMS",
    "FIELDS_PARAM",
    "SEARCH_PARAMS",
    "SUGGEST_PARAMS",
    "WHY_PARAMS",
    "Param",
    "query_string",
    "read",
    "request_of",
]


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter: its `name` in a URL, the `field` of a request that it fills, what its values can be."""

    name: str
    field: str
    type: Literal["text", "texts", "whole", "flag"]
    help: str
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()
    is_required: bool = False

    def value(self, text: str) -> Any:
        """One value from its text. OptionError."""
        if self.type == "flag":
            if text not in ("true", "false"):
                raise OptionError(f"{self.name} is true or false, not {text!r}", option=self.name)
            return text == "true"
        if self.type == "whole":
            return self._number(text)
        if self.choices and text not in self.choices:
            raise OptionError(f"{self.name} is one of {', '.join(self.choices)}, not {text!r}", option=self.name)
        return text

    def _number(self, text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
        if number is None or number < (self.low or 0) or (self.high is not None and number > self.high):
            upper = "" if self.high is None else f" to {self.high}"
            limits = f"from {self.low or 0}{upper}"
            raise OptionError(f"{self.name} is a whole number {limits}, not {text[:40]!r}", option=self.name)
        return number

    def schema(self) -> dict[str, Any]:
        """What OpenAPI says of its value."""
        one: dict[str, Any] = {"text": {"type": "string"}, "texts": {"type": "string"}}.get(self.type, {})
        if self.type == "flag":
            return {"type": "boolean", "default": False}
        if self.type == "whole":
            one = {"type": "integer", "minimum": self.low or 0}
            if self.high is not None:
                one["maximum"] = self.high
            return one
        if self.choices:
            one = {"type": "string", "enum": list(self.choices)}
        return {"type": "array", "items": one} if self.type == "texts" else one


SEARCH_PARAMS: tuple[Param, ...] = (
    Param("q", "query", "text", "The query, in the query language; empty: every article that passes the filters."),
    Param("limit", "limit", "whole", "At most so many hits.", 0, 1000),
    Param("offset", "offset", "whole", "Pass over so many hits first; a cursor is quicker.", 0, 1_000_000_000),
    Param("cursor", "cursor", "text", "The cursor of an answer to the same search: the hits after those."),
    Param("sort", "sort", "text", "The order of the hits.", choices=get_args(Sort)),
    Param("since", "since", "text", "Published on that day (month, year) or later: 2023-06, yesterday."),
    Param("until", "until", "text", "Published on that day (month, year) or earlier."),
    Param("source", "source", "texts", "By one of these outlets, named whole, or by domain."),
    Param("section", "section", "texts", "In one of these sections."),
    Param("tag", "tag", "texts", "With one of these tags."),
    Param("lang", "lang", "texts", "In one of these languages: fr, pt-BR."),
    Param("kind", "kind", "texts", "Of one of these kinds; the first four if not said.", choices=KINDS),
    Param("filter", "filters", "texts", "A query that must match too, and ranks nothing; each of several must."),
    Param("any", "any", "flag", "Articles with any of the words, not all."),
    Param("quote", "quote", "flag", "Take the query as plain words, without operators."),
    Param("tz", "tz", "text", "Time zone of yesterday and the like, e.g. Europe/Paris; without it the server's."),
    Param("snippets", "snippets", "whole", "At most so many passages a hit.", 0, 100),
    Param("snippet_chars", "snippet_chars", "whole", "About how long each is.", MIN_SNIPPET_CHARS, 2000),
    Param("nearest", "nearest", "whole", "How many near misses to give where nothing matches.", 0, 50),
    Param("facet", "facets", "texts", "Count all matching articles by this field.", choices=FACETS),
    Param("facet_limit", "facet_limit", "whole", "At most so many values of each facet.", 0, 10_000),
    Param("recent", "recent", "flag", "Newer articles of like relevance first."),
    Param("feedback", "feedback", "flag", "Widen the query by the words of its best hits."),
    Param("seed", "seed", "whole", "Another order of sort=random.", 0, 2**31 - 1),
    Param("lenient", "lenient", "flag", "Take what is wrong in the query as plain words, with a note: as one types."),
    Param("explain", "explain", "flag", "Say how the query was understood."),
)
"""Everything that a `SearchRequest` holds."""

CURSOR_PARAMS: tuple[Param, ...] = (
    Param("restart", "", "flag", "Where the commit that a cursor names is gone, begin anew instead of failing."),
)

FIELDS_PARAM = Param("fields", "", "text", "Only these fields of each hit, with commas between them; * are all.")

_SHOWN = ("limit", "offset", "cursor", "snippets", "snippet_chars", "nearest", "facet")
_RANKED = ("sort", "seed", "recent", "feedback")
FACET_PARAMS: tuple[Param, ...] = (
    Param("facet", "facets", "texts", "The fields to count by; without any all of them.", choices=FACETS),
    *(param for param in SEARCH_PARAMS if param.name not in (*_SHOWN, *_RANKED)),
)
"""Of a search what says which articles are meant, and by what to count them."""

WHY_PARAMS: tuple[Param, ...] = (
    Param("id", "", "text", "The ID of the article, or the beginning of one.", is_required=True),
    *(param for param in SEARCH_PARAMS if param.name not in (*_SHOWN, "facet_limit", "explain")),
)
SUGGEST_PARAMS: tuple[Param, ...] = (
    Param("prefix", "", "text", "What has been typed.", is_required=True),
    Param("limit", "", "whole", "At most so many; 10 if not said.", 1, 50),
    Param("form", "", "text", "json, or what browsers take from a search engine.", choices=("json", "browser")),
)

_FILLED = tuple((param.name, param.field) for param in SEARCH_PARAMS)
_DEFAULTS = SearchRequest()
_SHARE = 0.8
"""Of a request's time, that a search may take: what it has by then is still sent, marked partial."""


def read(pairs: Iterable[tuple[str, str]], params: Sequence[Param]) -> dict[str, Any]:
    """The values by the parameters' names; of ``texts`` a tuple. OptionError for what cannot be."""
    known = {param.name: param for param in params}
    found: dict[str, Any] = {}
    for name, text in pairs:
        param = known.get(name)
        if param is None:
            near = difflib.get_close_matches(name, known, n=1)
            advice = f"; did you mean {near[0]}?" if near else ""
            raise OptionError(f"there is no parameter {name[:40]!r}{advice}", option=name[:40])
        value = param.value(text)
        if param.type == "texts":
            found[name] = (*found.get(name, ()), value)
        elif name in found:
            raise OptionError(f"{name} is given twice", option=name)
        else:
            found[name] = value
    for param in params:
        if param.is_required and param.name not in found:
            raise OptionError(f"{param.name} is missing", option=param.name)
    return found


def request_of(values: Mapping[str, Any], limits: Limits, *, defaults: SearchRequest = _DEFAULTS) -> SearchRequest:
    """The search that the values ask for, within the limits. OptionError."""
    known = {field: values[name] for name, field in _FILLED if name in values}
    if known.get("limit", 0) > limits.hits:
        message = f"limit is at most {limits.hits} here; cursor gives the hits after these"
        raise OptionError(message, option="limit")
    known["limit_seconds"] = _SHARE * limits.seconds
    return SearchRequest(**known) if defaults is _DEFAULTS else replace(defaults, **known)


def query_string(request: SearchRequest, *, defaults: SearchRequest = _DEFAULTS, **changes: Any) -> str:
    """The part of a URL after the question mark that asks for the request; what is as by `defaults` is left out."""
    wanted = replace(request, **changes) if changes else request
    pairs: list[tuple[str, str]] = []
    for param in SEARCH_PARAMS:
        value = getattr(wanted, param.field)
        if value == getattr(defaults, param.field) or value is None:
            continue
        if param.type == "texts":
            pairs += [(param.name, each) for each in value]
        else:
            pairs.append((param.name, "true" if value is True else str(value)))
    return urlencode(pairs, errors="surrogatepass")
