"""What is known of the records in a container: values between `warc`, `jsonl`, `container` and their callers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from newsidx.model import Hint

__all__ = ["Entry", "Listing", "Mark", "Problem", "Record", "Revisit"]

Mark: TypeAlias = str
"""A digest of what a container begins with and of what stands before a place in it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record worth reading: the byte at which it begins, and the bytes it holds by its own account."""

    at: int
    size: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A stretch of a container that is no record; `at` is where it, or the record spoilt by it, begins."""

    at: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The records of a stretch of a container, from where the listing was to start up to `end`.

    `skips` are counts of records that are no pages, by media type or another reason. `is_end`: nothing stands after
    `end` (a record that ends too early does, and is read when it is whole). `is_other`: it is not the file that the
    mark was made of.
    """

    records: str = ""
    entries: tuple[Entry, ...] = ()
    skips: tuple[tuple[str, int], ...] = ()
    problems: tuple[Problem, ...] = ()
    end: int = 0
    is_end: bool = False
    is_inflated: bool = False
    is_other: bool = False
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Revisit:
    """A record that says: the same as was captured before, at `url` and `date`, with `digest` (empty: not said)."""

    url: str
    date: str
    digest: str


@dataclass(frozen=True, slots=True)
class Record:
    """One record's page: its bytes with all codings taken off, a name that tells its media type, what is known of it.

    `digest` is the payload's as the record gives it, by which later revisits name it. A revisit has no bytes.
    """

    data: bytes
    name: str
    hints: tuple[Hint, ...] = ()
    digest: str = ""
    revisit: Revisit | None = None
