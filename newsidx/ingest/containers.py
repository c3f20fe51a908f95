"""Containers in an add: how far each has been read, what workers do next, what came of every record.

A container goes through these steps; the first four are tasks for workers (`members`):

1. `reader.read` says that a file is a container, and in which parts its records are;
2. each part is listed, a stretch at a time: places of records worth reading, counts of the others;
3. listed records are read in small batches, many at a time, also while the listing goes on;
4. a batch whose worker dies or hangs is read again record by record, so that the one at fault costs only itself; a
   listing that does goes on in smaller steps, and past the record at fault;
5. at each commit the ledger says how far every part is listed and which of its records are not read yet: an add that
   is killed goes on there. A part that has only grown is listed from its old end; one whose bytes are others is listed
   anew, and its records' former places are gone.

Batches go out before listings, and listings before the next file, so that few containers are in hand at a time and
memory stays bounded. Called by the add, on whose `Taker` the readings of records end up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from newsidx.capture import Place
from newsidx.ingest.ledger import ContainerRow, Ledger, PartRow, PathRow
from newsidx.ingest.members import LIST, NO_PAGES, READ, Batch, Listed, Member
from newsidx.ingest.pool import Task
from newsidx.ingest.reader import Reading, readers
from newsidx.ingest.urls import url_key
from newsidx.ingest.walk import Found
from newsidx.model import Hint, Outcome

__all__ = ["Containers", "Taker"]

_BATCH_RECORDS = 32
_BATCH_BYTES = 4 * 1024 * 1024
_INFLATED_FACTOR = 4
"""Batches are larger where each has to inflate all that stands before it."""
_LISTED_AHEAD = 64
"""So many batches may wait before listing goes on: enough for 32 workers, and some megabytes at most."""
_LIST_COST = (60.0, 1 << 30)
_BATCH_COST = (60.0, 1 << 30)
_RECORD_COST = (10.0, 768 << 20)
"""What a task may take. A batch that takes more is read again record by record, and a record in what is compressed as a
whole takes the 3 s by which 1 GiB is inflated."""
_TRANSIENT = frozenset({"crashed", "timeout", "unreadable", "internal"})
"""Reasons for which a record is tried again by the next add; damage in its bytes stays what it is."""


_ENDED = frozenset({"crashed", "timeout", "costly", "memory"})


class Taker(Protocol):
    """Where readings go: the add."""

    def take_member(self, found: Found, key: str, member: Member) -> None: ...
    def take_outcome(self, outcome: Outcome) -> None: ...
    def release(self, key: str) -> None: ...
    def see_again(self, key: str, id_: str) -> None: ...
    def advance(self, size_bytes: int, *, files: int = 0, is_read: bool = True) -> None: ...


@dataclass(slots=True, eq=False)
class _Part:
    """A part in hand. `pending` are records that were listed and are not taken in; `unread` those of an earlier add,
    until a listing has found that the file is the same; in `row`, `pending` are those left to the next add."""

    row: PartRow
    hints: tuple[Hint, ...]
    pending: dict[int, None] = field(default_factory=dict)
    unread: tuple[int, ...] = ()
    is_listed: bool = False
    has_failures: bool = False


@dataclass(slots=True, eq=False)
class _Container:
    found: Found
    key: str
    format: str
    generation: int
    parts: list[_Part] = field(default_factory=list)
    fault: Reading | None = None
    advanced_bytes: int = 0

    @property
    def is_done(self) -> bool:
        return all(part.is_listed and not part.pending for part in self.parts)

    def place(self, part: _Part) -> Place:
        row = part.row
        return Place(self.found.path, self.format, row.part, row.is_inflated, row.records)


@dataclass(frozen=True, slots=True)
class Errand:
    """A task of a container, as its tag: a listing (no places) or a batch."""

    container: _Container
    part: _Part
    places: tuple[int, ...] = ()
    limit: int | None = None
    passes_first: bool = False


class Containers:
    """All containers of one add."""

    def __init__(self, ledger: Ledger, taker: Taker, *, again: bool) -> None:
        self._ledger, self._taker, self._again = ledger, taker, again
        self._listings: deque[Errand] = deque()
        self._batches: deque[Errand] = deque()
        self._open: dict[str, _Container] = {}
        self._revisits: list[tuple[_Container, _Part, Member, str]] = []
        self._removed_places: dict[str, dict[str, list[int]]] | None = None

    # What is known

    @staticmethod
    def known(ledger: Ledger, found: Found, key: str) -> Iterator[Outcome]:
        """The outcomes of a container that has not changed since it was read whole."""
        row = ledger.container(key)
        parts = row.parts if row is not None else ()
        count = sum(part.captures for part in parts)
        if count:
            yield Outcome(found.path, "unchanged", count=count)
        yield from _skips(found.path, parts)

    @classmethod
    def is_stale(cls, ledger: Ledger, key: str) -> bool:
        """Whether a container has records that other readers than today's failed at."""
        row = ledger.container(key)
        return row is not None and any(cls._is_refused_by_others(part) for part in row.parts)

    @staticmethod
    def _is_refused_by_others(part: PartRow) -> bool:
        return bool(part.refused) and part.readers != readers()

    # Opening

    def open(self, found: Found, key: str, hints: tuple[Hint, ...], reading: Reading) -> None:
        """A file is a container: take up reading it where an earlier add left off."""
        before = self._ledger.path(key)
        if before is not None and before.status != "container":
            self._taker.release(key)
        row = self._ledger.container(key)
        format_ = reading.container or ""
        if (row is not None and row.format != format_) or (
            row is not None and not {part.part for part in row.parts} <= set(reading.parts)
        ):
            row = ContainerRow(format_, (), row.generation + 1)
        container = _Container(found, key, format_, row.generation if row is not None else 0)
        known = {part.part: part for part in row.parts} if row is not None else {}
        removed = self._removed(key) if self._again else {}
        hints = (*reading.hints, *hints)
        told = next((hint.value for hint in hints if hint.field == "format"), "")
        for name in reading.parts:
            before_part = known.get(name, PartRow(name))
            if told:
                before_part = replace(before_part, records=told)
            refused = before_part.refused if self._again or self._is_refused_by_others(before_part) else ()
            unread = dict.fromkeys((*before_part.pending, *refused, *removed.get(name, ())))
            kept = () if refused else before_part.refused
            part = _Part(replace(before_part, pending=(), refused=kept), hints, dict(unread), tuple(unread))
            container.parts.append(part)
            self._listings.append(Errand(container, part))
        container.advanced_bytes = min(sum(part.row.end for part in container.parts), found.size)
        self._taker.advance(container.advanced_bytes, is_read=False)
        self._open[key] = container
        self._settle(container)

    def _removed(self, key: str) -> dict[str, list[int]]:
        """The places of records that were removed on request, by part."""
        if self._removed_places is None:
            self._removed_places = {}
            for other, row in self._ledger.paths():
                place = self._ledger.place_of(other) if row.status == "removed" else None
                if place is not None and not self._ledger.is_former(other):
                    parts = self._removed_places.setdefault(self._ledger.file_key(other), {})
                    parts.setdefault(place[0], []).append(place[1])
        return self._removed_places.get(key, {})

    # Tasks

    def next_task(self) -> Task | None:
        """What a worker may do next for a container; None for nothing now."""
        if self._listings and len(self._batches) < _LISTED_AHEAD:
            return self._list(self._listings.popleft())
        return self._read(self._batches.popleft()) if self._batches else None

    @staticmethod
    def _list(errand: Errand) -> Task:
        row = errand.part.row
        args = (errand.container.place(errand.part), row.end, row.mark or None, errand.limit, errand.passes_first)
        return Task(errand.container.found.path, reader=LIST, args=args, cost=_LIST_COST, tag=errand)

    @staticmethod
    def _read(errand: Errand) -> Task:
        args = (errand.container.place(errand.part), errand.places)
        cost = _BATCH_COST if len(errand.places) > 1 else _RECORD_COST
        return Task(errand.container.found.path, errand.part.hints, reader=READ, args=args, cost=cost, tag=errand)

    def receive(self, errand: Errand, reading: Reading) -> None:
        """What came of a task."""
        if errand.places:
            self._receive_batch(errand, reading)
        else:
            self._receive_listing(errand, reading)
        self._settle(errand.container)

    # Listings

    def _receive_listing(self, errand: Errand, reading: Reading) -> None:
        container, part = errand.container, errand.part
        if part not in container.parts:  # it was begun anew meanwhile
            return
        if not isinstance(reading.analyzed, Listed):
            self._listing_failed(errand, reading)
            return
        listing = reading.analyzed.listing
        if listing.is_other:
            self._begin_anew(container)
            return
        if errand.passes_first:
            self._member_failed(
                container, part, part.row.end, reason="crashed", detail="it cannot be read by any means"
            )
        for problem in listing.problems:
            self._member_failed(container, part, problem.at, reason=problem.reason, detail=problem.detail)
        sizes = [(at, 0) for at in part.unread] + [(entry.at, entry.size) for entry in listing.entries]
        part.unread = ()
        part.pending.update((at, None) for at, _ in sizes)
        skips = dict(part.row.skips)
        for reason, count in listing.skips:
            skips[reason] = skips.get(reason, 0) + count
        row = replace(part.row, records=listing.records, is_inflated=listing.is_inflated, skips=skips)
        part.row = replace(row, end=listing.end, mark=listing.mark)
        self._cut_batches(container, part, sizes)
        self._advance(container, sum(other.row.end for other in container.parts))
        if listing.is_end:
            part.is_listed = True
        else:
            self._listings.append(Errand(container, part, limit=None if errand.passes_first else errand.limit))

    def _advance(self, container: _Container, done_bytes: int, *, files: int = 0) -> None:
        """Say how far a container is, by what is listed of it: reading follows close behind."""
        done = max(container.advanced_bytes, min(done_bytes, container.found.size))
        self._taker.advance(done - container.advanced_bytes, files=files)
        container.advanced_bytes = done

    def _cut_batches(self, container: _Container, part: _Part, sizes: list[tuple[int, int]]) -> None:
        factor = _INFLATED_FACTOR if part.row.is_inflated else 1
        batch: list[int] = []
        total = 0
        for at, size in sizes:
            if batch and (len(batch) >= _BATCH_RECORDS * factor or total + size > _BATCH_BYTES * factor):
                self._batches.append(Errand(container, part, tuple(batch)))
                batch, total = [], 0
            batch.append(at)
            total += size
        if batch:
            self._batches.append(Errand(container, part, tuple(batch)))

    def _listing_failed(self, errand: Errand, reading: Reading) -> None:
        """A listing whose worker died goes on in smaller steps; any other failure is the container's."""
        container, part = errand.container, errand.part
        if reading.reason in _ENDED and not errand.passes_first:
            smaller = 1 if errand.limit is not None else 30
            passes_first = errand.limit == 1
            self._listings.appendleft(Errand(container, part, limit=smaller, passes_first=passes_first))
            return
        part.is_listed, part.unread = True, ()
        part.row = replace(part.row, pending=tuple(part.pending))
        part.pending.clear()
        container.fault = reading

    def _begin_anew(self, container: _Container) -> None:
        """Its bytes are not those that were read before: what is known of places in it means nothing any more."""
        container.generation += 1
        self._listings = deque(errand for errand in self._listings if errand.container is not container)
        self._batches = deque(errand for errand in self._batches if errand.container is not container)
        for old in container.parts:
            old.is_listed, old.pending = True, {}
        hints = container.parts[0].hints
        container.parts = [_Part(PartRow(old.row.part), hints) for old in container.parts]
        self._listings.extend(Errand(container, part) for part in container.parts)
        self._save(container)

    # Batches

    def _receive_batch(self, errand: Errand, reading: Reading) -> None:
        container, part = errand.container, errand.part
        if part not in container.parts:  # it was begun anew meanwhile
            return
        if isinstance(reading.analyzed, Batch):
            for member in reading.analyzed.members:
                self._receive_member(container, part, member)
        elif len(errand.places) > 1:
            self._batches.extendleft(Errand(container, part, (at,)) for at in reversed(errand.places))
        else:
            self._receive_member(container, part, Member(errand.places[0], reading))

    def _receive_member(self, container: _Container, part: _Part, member: Member) -> None:
        key = self._key(container, part, member.at)
        if member.revisit is not None:
            self._revisits.append((container, part, member, key))
            return
        if member.reading.status == "ok":
            part.row = replace(part.row, captures=part.row.captures + 1)
            if member.digest and member.reading.id is not None:
                self._ledger.set_payload(member.digest, member.reading.id)
        elif member.reading.status == "failed":
            part.has_failures = True
        # Last: an interrupt on the way here has the record read twice, not lost.
        self._taker.take_member(container.found, key, member)
        if member.reading.is_lasting:
            part.row = replace(part.row, refused=(*part.row.refused, member.at), readers=readers())
        elif member.reading.reason in _TRANSIENT:
            part.row = replace(part.row, pending=(*part.row.pending, member.at))
        part.pending.pop(member.at, None)

    def _member_failed(self, container: _Container, part: _Part, at: int, *, reason: str, detail: str) -> None:
        part.has_failures = True
        reading = Reading("failed", reason=reason, detail=detail)
        self._taker.take_member(container.found, self._key(container, part, at), Member(at, reading))

    def _key(self, container: _Container, part: _Part, at: int) -> str:
        return self._ledger.member_key(container.key, part.row.part, at, container.generation)

    # Revisits

    def settle_revisits(self) -> None:
        """All captures are taken in: say which of them the revisits are of."""
        for container, part, member, key in self._revisits:
            part.pending.pop(member.at, None)
            id_ = self._revisited(member)
            path = self._ledger.path_of(key)
            if id_ is None:
                detail = "it was captured before, and that capture is not in the index"
                self._ledger.set_path(key, PathRow(0, -1, "skipped", None, "revisit"))
                self._taker.take_outcome(Outcome(path, "skipped", None, "revisit", detail))
            else:
                part.row = replace(part.row, captures=part.row.captures + 1)
                self._taker.see_again(key, id_)
                self._taker.take_outcome(Outcome(path, "duplicate", id_, "revisit", of=id_))
            self._settle(container)
        self._revisits.clear()

    def _revisited(self, member: Member) -> str | None:
        revisit = member.revisit
        assert revisit is not None
        if revisit.digest and (id_ := self._ledger.payload(revisit.digest)) is not None:
            return id_
        if revisit.date and revisit.url:
            for id_ in self._ledger.group(url_key(revisit.url)):
                row = self._ledger.capture(id_)
                if row is not None and row.times[0] == _seconds(revisit.date):
                    return id_
        return None

    # Books

    def save(self) -> None:
        """Write into the ledger how far each container is: what has been taken in is what the next commit holds."""
        for container in self._open.values():
            self._save(container)

    def _save(self, container: _Container) -> None:
        parts = tuple(replace(part.row, pending=(*part.row.pending, *part.pending)) for part in container.parts)
        self._ledger.set_container(container.key, ContainerRow(container.format, parts, container.generation))
        found = container.found
        row = PathRow(found.size, found.mtime_ns, "container", sidecar_ns=found.sidecar_mtime_ns or 0)
        if not container.is_done or any(part.pending for part in parts):
            row = replace(row, size=-1)  # no file has this size: the next add goes on
        self._ledger.set_path(container.key, row)

    def _settle(self, container: _Container) -> None:
        """Close a container of which nothing is left to do."""
        if not container.is_done or self._open.pop(container.key, None) is None:
            return
        self._advance(container, container.found.size, files=1)
        path, fault = container.found.path, container.fault
        parts = tuple(part.row for part in container.parts)
        self._save(container)
        if fault is None and not any(
            part.row.captures or part.row.skips or part.has_failures for part in container.parts
        ):
            self._taker.take_outcome(Outcome(path, "skipped", None, "empty", NO_PAGES))
        has_none = not any(part.captures or part.end for part in parts)
        if fault is not None:
            reason, detail = fault.reason, fault.detail
            status = "skipped" if fault.status == "skipped" else "failed"
            self._taker.take_outcome(Outcome(path, status, None, reason, detail))
            row = PathRow(container.found.size, container.found.mtime_ns, status, None, reason, detail)
            if has_none:
                self._ledger.set_container(container.key, None)
                self._ledger.set_path(container.key, replace(row, sidecar_ns=container.found.sidecar_mtime_ns or 0))
            else:
                self._ledger.set_path(container.key, replace(row, status="container", size=-1))
        for outcome in _skips(path, parts):
            self._taker.take_outcome(outcome)


def _skips(path: str, parts: tuple[PartRow, ...]) -> Iterator[Outcome]:
    """One outcome for each reason for which records were passed over."""
    counts: dict[str, int] = {}
    for part in parts:
        for reason, count in part.skips.items():
            counts[reason] = counts.get(reason, 0) + count
    for reason, count in sorted(counts.items()):
        yield Outcome(path, "skipped", reason=reason, count=count)


def _seconds(text: str) -> float | None:
    from newsidx.model import Moment

    return Moment.parse(text).sort_key()
