"""What a caller asks for: one frozen class a verb, the same for the API, the command line and every other front end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from newsidx.model import Hint

__all__ = ["AddOptions", "SearchRequest", "Sort"]

Sort = Literal["relevance", "newest", "oldest"]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Everything that one search wants, so that it is planned once.

    `query` is text in the query language (with `quote`, plain words); the filters narrow it further: `since` and
    `until` take what ``since:`` and ``until:`` take; several values of `source`, `tag`, `lang` mean any of them.
    `limit` None is every hit. `tz` is an IANA name, in which relative dates are read (None: the machine's own).
    `snippets` is how many passages a hit may carry, `snippet_chars` about how long each may be, in code points.
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
    any: bool = False
    quote: bool = False
    tz: str | None = None
    snippets: int = 3
    snippet_chars: int = 240
    nearest: int = 5
    """How many articles with most of the words to offer where none has all."""


@dataclass(frozen=True, slots=True)
class AddOptions:
    """How an add goes about it.

    `format` says whose JSON records the given files hold, where they do not tell (``news-please``, …). `hints` are
    evidence for every capture of the add (``--source``, ``--captured``, …); `path_pattern` is evidence
    read from each path below its root. `jobs` None is one a core; `wait_seconds` None waits for another writer as
    long as it takes. Commits come at least each `commit_seconds` or `commit_bytes` of text.
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
