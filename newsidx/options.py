"""What a caller asks for: one frozen class a verb, the same for the API, the command line and every other front end.

A request that cannot be is refused when it is made, with an OptionError that names the option: whoever is handed one
need not look again. What a value means (a time zone, a glob, a period) is for those who read it.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Iterable
from dataclasses import field
from typing import Any, Literal, get_args

from newsidx.errors import OptionError
from newsidx.frozen import dataclass
from newsidx.model import Hint, Moment

__all__ = ["FACETS", "MIN_SNIPPET_CHARS", "AddOptions", "ReparseOptions", "SearchRequest", "Sort"]

Sort = Literal["relevance", "newest", "oldest", "random"]
_SORTS: tuple[str, ...] = get_args(Sort)

FACETS: tuple[str, ...] = ("source", "section", "tag", "author", "lang", "kind", "year", "month", "day")
"""What matching articles can be counted by; the last three are of the day they were published."""

MIN_SNIPPET_CHARS = 20
"""A shorter snippet shows a word and nothing of what is said about it."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Everything that one search wants, so that it is planned once.

    `query` is text in the query language (with `quote`, plain words); the filters narrow it further: `since` and
    `until` take what ``since:`` and ``until:`` take, or a date, datetime or `Moment`; several values of `source`,
    `tag`, `lang`, `section`, `kind` mean any of them, and a string is one value; each of `filters` is a query that
    must match too and ranks nothing (what a facet's value gives, or ``NOT`` that). `limit` None is every hit, 0 none
    of them (`total` is exact all the same). `tz` is an IANA name, in which relative dates are read (None: the
    machine's own). `snippets` is how many passages a hit may carry, `snippet_chars` (from 20) about how long each may
    be, in code points; none is longer than twice that.

    `facets` are fields of `FACETS` to count all matching articles by, `facet_limit` (None: none) how many values of
    each to give. `recent` lets newer articles of like relevance rank higher; `feedback` widens the query by the
    words of its best hits; `seed` makes the order of ``sort="random"`` another one, and goes with no other.
    `explain` says how the query was understood. `cursor` is `Results.cursor` of a search before: it takes the place
    of `offset`, and names its commit.

    `lenient` takes what is wrong in the query as plain words, and says so in notes of the kind ``syntax``: for search
    as one types. After `limit_seconds` a search gives what it has, marked `Results.partial`. OptionError for a value
    that cannot be.
    """

    query: str = ""
    limit: int | None = 10
    offset: int = 0
    sort: Sort = "relevance"
    since: str | None = None
    until: str | None = None
    source: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    any: bool = False
    quote: bool = False
    tz: str | None = None
    snippets: int = 3
    snippet_chars: int = 240
    nearest: int = 5
    """How many articles with most of the words to offer where none has all."""
    facets: tuple[str, ...] = ()
    facet_limit: int | None = 10
    recent: bool = False
    feedback: bool = False
    seed: int = 0
    explain: bool = False
    cursor: str | None = None
    lenient: bool = False
    limit_seconds: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.query, str):
            raise _refusal("query", self.query, "it is text")
        if self.sort not in _SORTS:
            raise _refusal("sort", self.sort, f"it is {' or '.join(_SORTS)}")
        if self.tz is not None and not isinstance(self.tz, str):
            raise _refusal("tz", self.tz, "it is the name of a time zone")
        for name in ("since", "until"):
            _set(self, name, _period(name, getattr(self, name)))
        for name in ("source", "tag", "lang", "section", "kind", "filters", "facets"):
            value = getattr(self, name)
            if value is not _NONE:
                _set(self, name, _strings(name, value))
        unknown = set(self.facets).difference(FACETS)
        if unknown:
            raise _refusal("facets", min(unknown), f"it is one of {', '.join(FACETS)}")
        for name in ("any", "quote", "recent", "feedback", "explain", "lenient"):
            _yes_or_no(name, getattr(self, name))
        if self.cursor is not None and not isinstance(self.cursor, str):
            raise _refusal("cursor", self.cursor, "it is the text that a search gave")
        if self.limit_seconds is not None:
            _seconds("limit_seconds", self.limit_seconds)
        for name in ("limit", "facet_limit", "offset", "snippets", "nearest", "seed"):
            value = getattr(self, name)
            if (type(value) is not int or value < 0) and (value is not None or "limit" not in name):
                _set(self, name, _whole(name, value))
        if self.seed and self.sort != "random":
            raise _refusal("seed", self.seed, "it makes another order of sort random, and there is none in this search")
        _set(self, "snippet_chars", _whole("snippet_chars", self.snippet_chars, least=MIN_SNIPPET_CHARS))


_LEAST_MEMORY = 512 * 1024 * 1024
"""Less than this an add cannot do with: 6,000 pages of 2.6 KB of text, two workers, allowed 256 MB, took 496 MB at the
most (private memory of all processes), allowed 1 GB, 385 MB; a worker has 77 MB, and a segment is made in 150 MB."""


@dataclass(frozen=True, slots=True)
class AddOptions:
    """How an add goes about it.

    `include` and `exclude` are globs (a string is one); `hints` are evidence for every capture of the add
    (``--source``, ``--captured``, …); `path_pattern` is evidence read from each path below its root; `format` says
    whose JSON records the given files hold, where they do not tell (``news-please``, …). `jobs` None is one a core;
    `wait_seconds` None waits for another writer as long as it takes. Commits come at least each `commit_seconds` or
    `commit_bytes` of text. `memory_bytes` is about what all processes together may take: what waits for a commit is
    committed earlier, and workers that have grown are replaced. OptionError for a value that cannot be.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()
    path_pattern: str | None = None
    format: str | None = None
    replace: bool = False
    prune: bool = False
    dry_run: bool = False
    again: bool = False
    jobs: int | None = None
    wait_seconds: float | None = None
    commit_seconds: float = 60.0
    commit_bytes: int = field(default=256 * 1024 * 1024)
    memory_bytes: int = field(default=1024 * 1024 * 1024)

    def __post_init__(self) -> None:
        for name in ("include", "exclude"):
            _set(self, name, _strings(name, getattr(self, name)))
        _set(self, "hints", _hints(self.hints))
        if self.path_pattern is not None and not isinstance(self.path_pattern, str):
            raise _refusal("path_pattern", self.path_pattern, "it is text")
        if self.format is not None and not isinstance(self.format, str):
            raise _refusal("format", self.format, "it is text")
        for name in ("replace", "prune", "dry_run", "again"):
            _yes_or_no(name, getattr(self, name))
        if self.jobs is not None:
            _set(self, "jobs", _whole("jobs", self.jobs, least=1))
        if self.wait_seconds is not None:
            _seconds("wait_seconds", self.wait_seconds)
        _seconds("commit_seconds", self.commit_seconds)
        _set(self, "commit_bytes", _whole("commit_bytes", self.commit_bytes))
        _set(self, "memory_bytes", _whole("memory_bytes", self.memory_bytes, least=_LEAST_MEMORY))


@dataclass(frozen=True, slots=True)
class ReparseOptions:
    """How a reparse goes about it: `stale` only those captures that were read with another version of the readers or
    another memory than is there now, `source` only those of these outlets (named whole, or by their domains).
    `dry_run`, `jobs` and `wait_seconds` as in `AddOptions`. OptionError for a value that cannot be.
    """

    stale: bool = False
    source: tuple[str, ...] = ()
    dry_run: bool = False
    jobs: int | None = None
    wait_seconds: float | None = None

    def __post_init__(self) -> None:
        _set(self, "source", _strings("source", self.source))
        for name in ("stale", "dry_run"):
            _yes_or_no(name, getattr(self, name))
        if self.jobs is not None:
            _set(self, "jobs", _whole("jobs", self.jobs, least=1))
        if self.wait_seconds is not None:
            _seconds("wait_seconds", self.wait_seconds)


_NONE: tuple[str, ...] = ()  # what most requests have for most fields, and CPython has once


def _set(options: object, name: str, value: object) -> None:
    object.__setattr__(options, name, value)


def _refusal(option: str, value: object, why: str) -> OptionError:
    shown = repr(value)
    return OptionError(f"{option} cannot be {shown if len(shown) <= 80 else shown[:79] + '…'}: {why}", option=option)


# The values come from programs that no type checker has seen: hence Any.


def _strings(option: str, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, bytes) or not isinstance(value, Iterable):
        raise _refusal(option, value, "it is text, or a list of texts")
    values = tuple(value)
    for one in values:
        if not isinstance(one, str):
            raise _refusal(option, one, "it is text")
    return values


def _hints(value: Any) -> tuple[Hint, ...]:
    if isinstance(value, Hint):
        return (value,)
    if not isinstance(value, Iterable):
        raise _refusal("hints", value, "they are a list of Hint")
    values = tuple(value)
    for one in values:
        if not (isinstance(one, Hint) and isinstance(one.value, str)):
            raise _refusal("hints", one, "each is a Hint whose value is text")
    return values


def _period(option: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dt.date):  # a datetime is one, too
        return str(Moment.of(value))
    if isinstance(value, Moment):
        return str(value)
    raise _refusal(option, value, "it is text, a date, a datetime or a Moment")


def _whole(option: str, value: Any, *, least: int = 0) -> int:
    if type(value) is int and value >= least:
        return value
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None or number < least:
        raise _refusal(option, value, f"it is a whole number of at least {least}")
    return number


def _seconds(option: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:  # not NaN either
        raise _refusal(option, value, "it is a number of at least 0")


def _yes_or_no(option: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise _refusal(option, value, "it is True or False")
