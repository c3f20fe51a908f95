"""A request as queries: its text and its filters read by the query language, and what ``path:`` means.

The api asks for these and hands them to an engine, which knows trees, and nothing of the fields of a request. A server
asks twice for each request, for its fingerprint and for its answer; what was read last is kept for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from newsidx import query
from newsidx.errors import OptionError, QuerySyntaxError
from newsidx.model import Note
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes

__all__ = ["filters_of", "parsed", "path_test"]


_KEPT = 64


@lru_cache(_KEPT)
def parsed(request: SearchRequest) -> query.Query:
    """The request's query. QuerySyntaxError where it is wrong, unless that is taken leniently."""
    if request.lenient and not request.quote:
        found, errors = query.parse_lenient(request.query, any=request.any)
        return replace(found, notes=(*(Note("syntax", e.message, e.suggestion) for e in errors), *found.notes))
    return query.parse(request.query, any=request.any, quote=request.quote)


@lru_cache(_KEPT)
def filters_of(request: SearchRequest) -> tuple[query.Query, ...]:
    """The request's filters, each read by the query language itself; several values of a field mean any of them."""
    filters = [_filter(name, (value,)) for name in ("since", "until") if (value := getattr(request, name))]
    filters += [_filter(name, values) for name in _FILTERS if (values := getattr(request, name))]
    return (*filters, *(query.parse(text) for text in request.filters))


_FILTERS = {"source": "source:", "tag": "tag:", "section": "section:=", "lang": "lang:", "kind": "kind:"}

_NAMES = frozenset({"source", "tag", "section"})


def _filter(name: str, values: Sequence[str]) -> query.Query:
    texts = [_filter_text(name, value) for value in values]
    return query.parse(" OR ".join(texts))


def _filter_text(name: str, value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    field = _FILTERS.get(name, f"{name}:")
    texts = [f"{field}{value}", f'{field}"{quoted}"']
    if name in _NAMES and value.lower() != "none":
        texts.reverse()  # a name may end with a point
    reason = ""
    for text in texts:
        try:
            node = query.parse(text).tree
        except QuerySyntaxError as error:
            reason = error.message
            continue
        if isinstance(node, nodes.Attr | nodes.When | nodes.WhenNone):
            return text
        reason = "it is not one value"
    raise OptionError(f"{name} cannot be {value!r}: {reason}", option=name)


def path_test(value: str) -> Callable[[str], bool]:
    """Whether a path holds these folders and files one after another, as whole names or as globs of them."""
    names = [_glob_regex(name) for name in value.strip("/").split("/")]
    begin = "/" if value.startswith("/") else "(?:.*/)?"
    pattern = re.compile(f"(?s:{begin}{'/'.join(names)})(?:[/#].*)?", re.DOTALL)
    return lambda path: pattern.fullmatch(path) is not None


def _glob_regex(name: str) -> str:
    """A name with ``*`` and ``?`` as a regular expression, without a second try for any ``*`` but the last."""
    first, *others = ("".join("[^/]" if c == "?" else re.escape(c) for c in part) for part in name.split("*"))
    if not others:
        return first
    return first + "".join(f"(?>[^/]*?{part})" for part in others[:-1]) + f"[^/]*{others[-1]}"
