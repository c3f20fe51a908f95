"""The keywords of `Index.search`, `add` and `reparse`, for type checkers and editors: the fields of their options.

Only type checkers read this module; a test holds it against the fields of `newsidx.options`. A keyword may be given
more loosely than the field keeps it: one text for a list of one, a date for its text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TypeAlias, TypedDict

from newsidx.model import Hint, Moment
from newsidx.options import Sort

__all__ = ["AddKeywords", "ReparseKeywords", "SearchKeywords"]

_Texts: TypeAlias = "str | Iterable[str] | None"
_Period: TypeAlias = "str | dt.date | Moment | None"


class SearchKeywords(TypedDict, total=False):
    """Those of `newsidx.SearchRequest`, but for the query, which comes first."""

    limit: int | None
    offset: int
    sort: Sort
    since: _Period
    until: _Period
    source: _Texts
    tag: _Texts
    lang: _Texts
    section: _Texts
    kind: _Texts
    filters: _Texts
    any: bool
    quote: bool
    tz: str | None
    snippets: int
    snippet_chars: int
    nearest: int
    facets: _Texts
    facet_limit: int | None
    recent: bool
    feedback: bool
    seed: int
    explain: bool
    cursor: str | None
    lenient: bool
    limit_seconds: float | None


class AddKeywords(TypedDict, total=False):
    """Those of `newsidx.AddOptions`."""

    include: _Texts
    exclude: _Texts
    hints: Hint | Iterable[Hint]
    path_pattern: str | None
    format: str | None
    replace: bool
    prune: bool
    dry_run: bool
    again: bool
    jobs: int | None
    wait_seconds: float | None
    commit_seconds: float
    commit_bytes: int
    memory_bytes: int


class ReparseKeywords(TypedDict, total=False):
    """Those of `newsidx.ReparseOptions`."""

    stale: bool
    source: _Texts
    dry_run: bool
    jobs: int | None
    wait_seconds: float | None
