"""The reparse: captures that are in the index are read again, with the readers and the memory of today.

In rounds, since what is learnt from a capture decides with what the others are read:

1. every source's sample is made what it has to be: the fingerprints of its captures with the least IDs, whatever was
   added, removed or read with other readers in between;
2. the captures are read, and what became of each replaces its article; duplicates and versions are decided again;
3. where that has changed which source a capture is of, and so a template, those that are read with it are next.

At the end the order of adding is forgotten as well. So an index after a reparse is a function of the captures alone
(and of what is known beside their bytes). Captures whose bytes are gone keep their articles. Called by the API.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from newsidx.capture import Place, sidecar_hints_of
from newsidx.engine.seam import Engine
from newsidx.errors import AddInterrupted
from newsidx.extract import versions
from newsidx.ingest.add import Adder, cores
from newsidx.ingest.intake import Taken
from newsidx.ingest.ledger import CaptureRow, Ledger, PathRow
from newsidx.ingest.members import READ, Batch
from newsidx.ingest.memories import SAMPLE, template_of
from newsidx.ingest.pool import Pool, Task
from newsidx.ingest.reader import Reading
from newsidx.ingest.tally import Tally
from newsidx.model import AddReport, Article, Note, Outcome, Progress
from newsidx.options import ReparseOptions

__all__ = ["Reparser"]

_MOST_ROUNDS = 3
_BATCH = 32
_MOST_WAITING = 1000
_COMMIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A capture to read, the path keys that may still hold it, the next of them first."""

    id: str
    row: CaptureRow
    keys: tuple[str, ...]


@dataclass(slots=True)
class _Queue:
    """What is left to read, as tasks; captures of one container together."""

    ledger: Ledger
    left: deque[Task] = field(default_factory=deque)

    def __iter__(self) -> _Queue:
        return self

    def __next__(self) -> Task:
        if not self.left:
            raise StopIteration
        return self.left.popleft()

    def put(self, wanted: Sequence[_Wanted]) -> None:
        """Make tasks of these."""
        batches: dict[tuple[object, ...], list[_Wanted]] = {}
        for each in wanted:
            place = self.ledger.place_of(each.keys[0])
            if place is None:
                self.left.append(Task(self.ledger.file_of(each.keys[0]), each.row.hints, tag=(each,)))
                continue
            held = batches.setdefault((self.ledger.file_key(each.keys[0]), place[0], each.row.hints), [])
            held.append(each)
            if len(held) == _BATCH:
                self.put_places(held)
                held.clear()
        for held in batches.values():
            if held:
                self.put_places(held)

    def put_places(self, held: Sequence[_Wanted]) -> None:
        """A task for records of one part of a container."""
        key = held[0].keys[0]
        path, places = self.ledger.file_of(key), [self.ledger.place_of(each.keys[0]) for each in held]
        row = self.ledger.container(self.ledger.file_key(key))
        part = places[0][0] if places[0] is not None else ""
        known = next((each for each in row.parts if each.part == part), None) if row is not None else None
        if row is None or known is None:
            return
        place = Place(path, row.format, part, known.is_inflated, known.records)
        args = (place, tuple(each[1] for each in places if each is not None))
        hints = (*sidecar_hints_of(path, _ignore), *held[0].row.hints)
        self.left.append(Task(path, hints, reader=READ, args=args, tag=tuple(held)))


def _ignore(problem: str) -> None:
    """Of a sidecar that cannot be read in full, what can be is taken, as the add did."""


class Reparser:
    """One reparse, by a writer whose lock the caller holds."""

    def __init__(
        self,
        engine: Engine,
        adder: Adder,
        options: ReparseOptions,
        *,
        progress: Callable[[Progress], object] | None = None,
        report: Callable[[Outcome], object] | None = None,
    ) -> None:
        self._engine, self._adder, self._options = engine, adder, options
        self._ledger, self._memories = adder.ledger, adder.ledger.memories
        self._progress = progress
        self._tally = Tally(report)
        self._versions = versions()
        self._waiting: list[Taken] = []
        self._started = self._last_commit = time.monotonic()
        self._done = self._total = 0
        self._told: set[str] = set()
        self._hopeless: set[str] = set()
        self._is_settling = False

    def run(self) -> AddReport:
        """Do it. AddInterrupted for a KeyboardInterrupt: while captures are read, what was read is still committed."""
        interrupted, uncommitted = False, 0
        try:
            try:
                self._rounds()
            except KeyboardInterrupt:
                if self._is_settling:
                    raise
                interrupted = True
            self._settle()
            if not self._options.dry_run:
                self._commit()
        except KeyboardInterrupt:
            interrupted, uncommitted = True, self._tally.roll_back()
        report = self._tally.report_of(
            seconds=time.monotonic() - self._started,
            interrupted=interrupted,
            uncommitted=uncommitted,
            dry_run=self._options.dry_run,
        )
        if interrupted:
            raise AddInterrupted(report)
        return report

    def _rounds(self) -> None:
        for number in range(_MOST_ROUNDS):
            rows = self._rows()
            asked, unknown = self._asked(rows)
            if number == 0:
                self._tally.notes += [Note("unknown-source", f"no capture is of the outlet {name}") for name in unknown]
            self._fill_samples(rows, {row.source for row in asked.values()} - {""})
            wanted = {id_: row for id_, row in asked.items() if self._is_wanted(id_, row, is_first=number == 0)}
            if not wanted:
                break
            self._read(wanted)
            self._settle()
        self._is_settling = True
        if not self._options.source:
            self._adder.intake.forget_order()
        self._discard_templates()
        self._is_settling = False

    # What to read

    def _rows(self) -> dict[str, CaptureRow]:
        """All captures that were ever files."""
        return {id_: row for id_, row in self._ledger.captures() if not _is_made(row)}

    def _asked(self, rows: dict[str, CaptureRow]) -> tuple[dict[str, CaptureRow], list[str]]:
        """Those of a source that is asked for, and the names that none is of."""
        names = {_folded(name): name for name in self._options.source}
        if not names:
            return rows, []
        met = {id_: own for id_, row in rows.items() if (own := self._names(id_, row) & names.keys())}
        known = set().union(*met.values())
        return {id_: rows[id_] for id_ in met}, [name for folded, name in names.items() if folded not in known]

    def _names(self, id_: str, row: CaptureRow) -> set[str]:
        article = self._engine.article(row.duplicate_of or id_)
        names = (row.source,) if article is None else (row.source, article.source.name, article.source.domain)
        return {_folded(name) for name in names if name}

    def _is_wanted(self, id_: str, row: CaptureRow, *, is_first: bool) -> bool:
        if id_ in self._hopeless:
            return False
        if is_first and not self._options.stale:
            return True
        base = row.extractor.partition("+")[0]
        expected = self._memories.template(row.source).digest
        return base not in self._versions or template_of(row.extractor) != expected

    def _wanted(self, rows: dict[str, CaptureRow]) -> tuple[list[_Wanted], list[tuple[str, CaptureRow]]]:
        """Those that can be read, in an order in which the captures of one article come together, and those gone."""
        there, gone = [], []
        for id_, row in sorted(rows.items(), key=lambda item: (item[1].group, item[0])):
            keys = tuple(
                key for key in row.paths if not self._ledger.is_memory_key(key) and not self._ledger.is_gone(key)
            )
            if keys:
                there.append(_Wanted(id_, row, keys))
            else:
                gone.append((id_, row))
        return there, gone

    # Samples

    def _fill_samples(self, rows: dict[str, CaptureRow], sources: Collection[str]) -> None:
        """Make the sample of each of these sources what it has to be, reading what is missing from it."""
        by_source: dict[str, list[str]] = {}
        for id_, row in rows.items():
            if row.source in sources:
                by_source.setdefault(row.source, []).append(id_)
        missing: dict[str, CaptureRow] = {}
        for source, ids in by_source.items():
            ids.sort()
            sample = self._memories.sampled(source)
            for id_ in ids[:SAMPLE]:
                if id_ not in sample or rows[id_].extractor.partition("+")[0] not in self._versions:
                    missing[id_] = rows[id_]
        learnt: dict[str, bytes] = {}
        for wanted, reading in self._readings(self._wanted(missing)[0]):
            if reading.source == wanted.row.source:
                learnt[wanted.id] = reading.lines
        for source, ids in by_source.items():
            sample = self._memories.sampled(source)
            lines = {id_: learnt.get(id_, sample.get(id_, b"")) for id_ in ids[:SAMPLE]}
            self._memories.relearn(source, lines, ids[SAMPLE] if len(ids) > SAMPLE else "")

    # Reading

    def _read(self, rows: dict[str, CaptureRow]) -> None:
        there, gone = self._wanted(rows)
        self._total += len(there)
        for id_, row in gone:
            self._hopeless.add(id_)
            self._tell(Outcome(self._last_path(row), "gone", id_, "gone", "its capture is gone; its article stays"))
        for wanted, reading in self._readings(there):
            path = self._ledger.path_of(wanted.keys[0])
            if reading.status == "ok" and reading.article is not None:
                self._waiting.append(_taken(wanted, path, reading, reading.article))
            else:
                self._hopeless.add(wanted.id)
                self._tell(_why_not(wanted, path, reading))
            self._advance(reading)
            self._commit_when_due()

    def _readings(self, there: Sequence[_Wanted]) -> Iterator[tuple[_Wanted, Reading]]:
        """Each capture with its reading; `unchanged` stands for bytes that are not those of the capture."""
        queue = _Queue(self._ledger)
        queue.put(there)
        if not queue.left:
            return
        # Workers of their own each time: what they know of templates is of one round.
        with Pool(min(self._options.jobs or cores(), len(queue.left))) as pool:
            for task, reading in pool.map_unordered(queue, memory=self._memories.template):
                for wanted, found in _each(task, reading, queue):
                    if found.id == wanted.id or (found.id is None and found.status != "container"):
                        yield wanted, found
                    elif len(wanted.keys) > 1:
                        queue.put([_Wanted(wanted.id, wanted.row, wanted.keys[1:])])
                    else:
                        yield wanted, Reading("unchanged")

    def _tell(self, outcome: Outcome) -> None:
        """Count an outcome; a capture that is read in two rounds is counted once, as it was first."""
        if outcome.id is None or outcome.id not in self._told:
            self._told.add(outcome.id or "")
            self._tally.add(outcome)

    def _last_path(self, row: CaptureRow) -> str:
        key = row.paths[0] if row.paths else row.last_path
        return self._ledger.path_of(key) if key else ""

    def _advance(self, reading: Reading) -> None:
        self._done += 1
        self._tally.bytes_read += reading.bytes_read
        if self._progress is not None:
            self._progress(Progress(self._done, self._total, 0, 0, time.monotonic() - self._started))

    # Committing

    def _settle(self) -> None:
        self._is_settling = True
        for outcome in self._adder.intake.reread(self._waiting):
            self._tell(outcome)
        self._waiting.clear()
        self._is_settling = False

    def _commit_when_due(self) -> None:
        late = time.monotonic() - self._last_commit >= _COMMIT_SECONDS
        if self._options.dry_run or not (late or len(self._waiting) >= _MOST_WAITING):
            return
        self._settle()
        self._is_settling = True
        self._commit()
        self._is_settling = False
        self._last_commit = time.monotonic()

    def _commit(self) -> None:
        self._adder.commit(self._tally)

    def _discard_templates(self) -> None:
        """Keep the templates that captures still record (those that are gone, or could not be read), and no others."""
        used: dict[str, set[str]] = {}
        for _, row in self._ledger.captures():
            if row.source:
                used.setdefault(row.source, set()).add(template_of(row.extractor))
        for source, digests in used.items():
            self._memories.discard(source, digests)


def _each(task: Task, reading: Reading, queue: _Queue) -> Iterator[tuple[_Wanted, Reading]]:
    """The captures of a task with their readings; a batch that could not be read is read again one by one."""
    held: Sequence[_Wanted] = task.tag if isinstance(task.tag, tuple) else ()
    if isinstance(reading.analyzed, Batch):
        by_place = {member.at: member.reading for member in reading.analyzed.members}
        yield from ((wanted, by_place.get(at, reading)) for wanted, at in zip(held, task.args[1], strict=True))
    elif len(held) > 1:
        for each in held:
            queue.put_places((each,))
    else:
        yield from ((wanted, reading) for wanted in held)


def _taken(wanted: _Wanted, path: str, reading: Reading, article: Article) -> Taken:
    """The reading as it is taken in; its path's row stays as it is."""
    row = PathRow(-1, -1, "article", wanted.id)
    return Taken(
        wanted.keys[0],
        path,
        row,
        article,
        reading.analyzed,
        reading.detail,
        wanted.row.hints,
        reading.source,
        reading.lines,
    )


def _why_not(wanted: _Wanted, path: str, reading: Reading) -> Outcome:
    if reading.status == "unchanged":
        return Outcome(path, "gone", wanted.id, "changed", "other bytes stand in its place; add reads them")
    return Outcome(path, "failed", wanted.id, reading.reason, reading.detail)


def _is_made(row: CaptureRow) -> bool:
    """Whether it is an article made in memory, which no capture is."""
    keys = row.paths or ((row.last_path,) if row.last_path else ())
    return bool(keys) and all(Ledger.is_memory_key(key) for key in keys)


def _folded(name: str) -> str:
    return " ".join(name.removeprefix("name:").casefold().removeprefix("www.").split())
