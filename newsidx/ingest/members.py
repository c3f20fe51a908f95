"""What a worker does with a container: list a stretch of its records, read a few of them. The counterpart, which hands
this out and keeps the books, is `containers`.

Nothing that one record can do reaches the others: each has a reading of its own. Called by workers through `pool`, and
by the API's ``parse``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
)
from newsidx.errors import CaptureError
from newsidx.ingest.reader import Reading, article_of, reading_of, refusal
from newsidx.model import Article, Hint, capture_id

if TYPE_CHECKING:
    from newsidx.extract import Memory

__all__ = ["LIST", "READ", "Batch", "Listed", "Member", "article_at", "list_place", "parse_path", "read_places"]

LIST = "newsidx.ingest.members:list_place"
READ = "newsidx.ingest.members:read_places"


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


def parse_path(path: str, hints: tuple[Hint, ...] = ()) -> Iterator[tuple[str, Article | CaptureError]]:
    """The article of the capture at `path`, or why it has none; of a container each record's, as ``PATH#PLACE``, in
    the order in which they stand (revisits have none). ``PATH#PLACE`` is that record alone."""
    file, _, place = path.partition("#")
    if place and os.path.isfile(file) and not os.path.lexists(path):
        yield from (found for found in _parse_file(file, hints) if found[0] == path)
    else:
        yield from _parse_file(path, hints)


def _parse_file(path: str, hints: tuple[Hint, ...]) -> Iterator[tuple[str, Article | CaptureError]]:
    records = next((hint.value for hint in hints if hint.field == "format"), "")
    try:
        format_ = container_of(path, records=records)
        if format_ is None:
            yield path, article_of(from_bytes(read_stored(path), path=path, hints=hints))
            return
        for part in parts_of(path, format_):
            before = f"{path}#{part}#" if part else f"{path}#"
            for at, found in _parse_part(Place(path, format_, part, records=records), hints):
                yield f"{before}{at}", found
    except CaptureError as error:
        yield path, error


def _parse_part(place: Place, hints: tuple[Hint, ...]) -> Iterator[tuple[int, Article | CaptureError]]:
    start = 0
    while True:
        listing = list_records(place, start=start)
        found = Place(place.path, place.format, place.part, listing.is_inflated, listing.records)
        for entry in listing.entries:
            try:
                with open_records(found) as stream:
                    record = read_from(found, stream, entry.at)
                if record.revisit is None:
                    yield entry.at, article_of(from_record(record, hints=hints))
            except CaptureError as error:
                yield entry.at, error
        place, start = found, listing.end
        if listing.is_end:
            return
