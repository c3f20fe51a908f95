"""What a worker does with a container: list a stretch of its records, read a few of them. The counterpart, which hands
this out and keeps the books, is `containers`.

Nothing that one record can do reaches the others: each has a reading of its own. Called by workers through `pool`, and
by the API's ``parse``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from newsidx.capture import (
    Listing,
    Place,
    Record,
    Revisit,
    container_of,
    from_bytes,
    from_record,
    list_records,
    open_records,
    parts_of,
    read_from,
    read_stored,
    sidecar_hints_of,
)
from newsidx.errors import CaptureError, CaptureFailed, NotACapture
from newsidx.ingest.reader import Reading, container_by_content, extracted_of, reading_of, refusal
from newsidx.model import Article, Hint, capture_id

if TYPE_CHECKING:
    from newsidx.extract import Extracted, Memory

__all__ = [
    "LIST",
    "NO_PAGES",
    "READ",
    "Batch",
    "Listed",
    "Member",
    "Recall",
    "article_at",
    "list_place",
    "parse_path",
    "read_places",
]

LIST = "newsidx.ingest.members:list_place"
READ = "newsidx.ingest.members:read_places"
NO_PAGES = "no record of it is a page"


@dataclass(frozen=True, slots=True)
class Listed:
    """What a listing found, as a reading carries it."""

    listing: Listing


@dataclass(frozen=True, slots=True)
class Member:
    """One record's reading. `size` is of its page in bytes; `digest` what the archive calls its payload; a `revisit`
    has no page of its own."""

    at: int
    reading: Reading
    size: int = 0
    digest: str = ""
    revisit: Revisit | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Several records' readings."""

    members: tuple[Member, ...]


def list_place(
    path: str,
    *,
    hints: Iterable[Hint] = (),
    expect_sha: str | None = None,
    args: Any = (),
    memory: Memory | None = None,
) -> Reading:
    """List a stretch of records. `args`: place, start, mark or None, limit or None, whether the first is passed over.
    Raises nothing: the reading holds a `Listed`, or says why not."""
    place, start, mark, limit, passes_first = args
    try:
        listing = list_records(place, start=start, mark=mark, limit=limit, passes_first=passes_first)
        return Reading("ok", analyzed=Listed(listing))
    except Exception as error:  # noqa: BLE001 (one container must not end an add)
        return refusal(error)


def read_places(
    path: str,
    *,
    hints: Iterable[Hint] = (),
    expect_sha: str | None = None,
    args: Any = (),
    memory: Memory | None = None,
) -> Reading:
    """Read records. `args`: place, the bytes at which they begin. Raises nothing: the reading holds a `Batch`."""
    place, places = args
    hints = tuple(hints)
    members: list[Member] = []
    try:
        with open_records(place) as stream:
            members.extend(_member(place, stream, at, hints, memory) for at in places)
    except Exception as error:  # noqa: BLE001
        done = {member.at for member in members}
        members += [Member(at, refusal(error)) for at in places if at not in done]
    return Reading("ok", analyzed=Batch(tuple(members)))


def _member(place: Place, stream: Any, at: int, hints: tuple[Hint, ...], memory: Memory | None) -> Member:
    identity: str | None = None
    record: Record | None = None
    try:
        record = read_from(place, stream, at)
        if record.revisit is not None:
            return Member(at, Reading("ok"), revisit=record.revisit)
        identity = capture_id(record.data)
        reading = reading_of(from_record(record, hints=hints), memory, size=len(record.data))
        return Member(at, reading, len(record.data), record.digest)
    except Exception as error:  # noqa: BLE001
        return Member(at, refusal(error, identity), len(record.data) if record is not None else 0)


def article_at(place: Place, at: int, hints: tuple[Hint, ...] = (), *, memory: Memory | None = None) -> Article | None:
    """The article of the record that begins there; None where there is none that can be read."""
    batch = read_places(place.path, hints=hints, args=(place, (at,)), memory=memory).analyzed
    reading = next(iter(batch.members)).reading
    return reading.article if isinstance(reading, Reading) else None


Recall: TypeAlias = "Callable[[str], tuple[Memory, tuple[Hint, ...]]]"
"""What an index knows of the capture with an ID: the memory to read it with, and hints."""


def parse_path(
    path: str, hints: tuple[Hint, ...] = (), recall: Recall | None = None
) -> Iterator[tuple[str, Extracted | CaptureError]]:
    """What is in the capture at `path`, or why it has none; of a container each record's, as ``PATH#PLACE``, in the
    order in which they stand (revisits have none). ``PATH#PLACE`` is that record alone. With `recall`, they are read
    as an add to that index does, with the sidecar beside them."""
    file, _, place = path.partition("#")
    if place and os.path.isfile(file) and not os.path.lexists(path):
        yield from (found for found in _parse_file(file, hints, recall) if found[0] == path)
    else:
        yield from _parse_file(path, hints, recall)


def _parse_file(
    path: str, hints: tuple[Hint, ...], recall: Recall | None
) -> Iterator[tuple[str, Extracted | CaptureError]]:
    records = next((hint.value for hint in hints if hint.field == "format"), "")
    try:
        format_ = container_of(path, records=records)
        if format_ is None:
            try:
                yield path, _parse_page(path, hints, recall)
                return
            except CaptureError as error:
                format_ = container_by_content(path, error)
                if format_ is None:
                    raise
        is_empty = True
        for part in parts_of(path, format_):
            before = f"{path}#{part}#" if part else f"{path}#"
            for at, found in _parse_part(Place(path, format_, part, records=records), hints, recall):
                is_empty = False
                yield f"{before}{at}", found
        if is_empty:
            yield path, NotACapture(NO_PAGES, reason="empty")
    except CaptureError as error:
        yield path, error


def _parse_page(path: str, hints: tuple[Hint, ...], recall: Recall | None) -> Extracted:
    data = read_stored(path)
    memory, more = recall(capture_id(data)) if recall is not None else (None, ())
    return extracted_of(from_bytes(data, path=path, hints=(*hints, *_beside(path, recall), *more)), memory)


def _beside(path: str, recall: Recall | None) -> tuple[Hint, ...]:
    """What a sidecar says, of which what cannot be read is left out."""
    return () if recall is None else sidecar_hints_of(path, lambda problem: None)


def _parse_part(
    place: Place, hints: tuple[Hint, ...], recall: Recall | None
) -> Iterator[tuple[int, Extracted | CaptureError]]:
    start = 0
    hints = (*hints, *_beside(place.path, recall))
    while True:
        listing = list_records(place, start=start)
        found = Place(place.path, place.format, place.part, listing.is_inflated, listing.records)
        for entry in listing.entries:
            try:
                with open_records(found) as stream:
                    record = read_from(found, stream, entry.at)
                if record.revisit is None:
                    memory, more = recall(capture_id(record.data)) if recall is not None else (None, ())
                    yield entry.at, extracted_of(from_record(record, hints=(*hints, *more)), memory)
            except CaptureError as error:
                yield entry.at, error
        for problem in listing.problems:
            yield problem.at, CaptureFailed(problem.detail, reason=problem.reason)
        place, start = found, listing.end
        if listing.is_end:
            return
