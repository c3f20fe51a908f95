"""The add: walk, compare with the ledger, hand what is new to the workers, take in what they read, commit.

`Adder` is one writer's session: the caller holds the engine's lock for as long as it lives, so that the ledger it
works on stays the newest. Several adds on one adder without `commit_each` are one commit (`Index.batch`).
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from newsidx.analysis import AnalyzedArticle, analyze
from newsidx.capture import Glob, PathPattern, Place, container_of_name, folder_hints, record_formats
from newsidx.engine.seam import Engine
from newsidx.errors import AddInterrupted, OptionError
from newsidx.ingest import reader
from newsidx.ingest.containers import Containers, Errand
from newsidx.ingest.files import is_below, is_gone
from newsidx.ingest.intake import Intake, Taken
from newsidx.ingest.ledger import CaptureRow, Ledger, PathRow
from newsidx.ingest.made import finished, moment_of
from newsidx.ingest.members import Member, article_at
from newsidx.ingest.memories import template_of
from newsidx.ingest.pool import Pool, Task
from newsidx.ingest.reader import Reading
from newsidx.ingest.tally import Tally
from newsidx.ingest.walk import Found, walk
from newsidx.model import AddReport, Article, Hint, Note, Outcome, Progress
from newsidx.options import AddOptions

__all__ = ["Adder", "check_options", "cores"]

_PASSING = frozenset({"unreadable", "special", "needs-warc", "feed"})
"""Why a file may be passed over that may be readable the next time without having changed. What failed is tried again
as well, since the trouble may have been the disk's; not so what took too much time or memory, until there are other
readers."""

_WAITING_SHARE = 0.25
"""Of the memory allowed, what captures that wait for a commit may hold. As much again goes into their segment while it
is made; the rest is the workers', and what Python, NumPy and the index itself take."""

_WORKERS_SHARE = 0.4
_LEAST_WORKER = 160 * 1024 * 1024
"""A worker has some 90 MB when it has read its first page."""

_CAPTURE_BYTES = 12_000
"""What a waiting capture holds beside its text and its words: metadata, links, rows of the ledger."""


def check_options(options: AddOptions) -> None:
    """OptionError for a path pattern, a glob or a date that cannot be read."""
    if options.path_pattern:
        PathPattern(options.path_pattern)
    for pattern in (*options.include, *options.exclude):
        Glob(pattern)
    for hint in options.hints:
        if hint.field in ("captured", "published"):
            moment_of(hint.value, hint.field)
    if options.format is not None and options.format not in record_formats():
        raise OptionError(f"format is one of {', '.join(record_formats())}", option="format")
    if options.jobs is not None and options.jobs < 1:
        raise OptionError("jobs must be at least 1", option="jobs")


@dataclass(frozen=True, slots=True)
class _Work:
    """A capture to read: what the walk found, its path key and what the ledger says of it."""

    found: Found
    key: str
    before: PathRow | None


class Adder:
    """Adds captures and articles to an engine whose lock the caller holds."""

    def __init__(
        self,
        engine: Engine,
        *,
        now: Callable[[], dt.datetime],
        index_path: str | None = None,
    ) -> None:
        self._engine = engine
        self.index_path = index_path
        self.ledger = Ledger(engine.ledger)
        self.ledger.start_run()
        self.intake = Intake(engine, self.ledger, now=now(), recover=self._read_again)

    def add(
        self,
        items: Sequence[str | Article],
        options: AddOptions,
        *,
        commit_each: bool = True,
        progress: Callable[[Progress], object] | None = None,
        report: Callable[[Outcome], object] | None = None,
    ) -> AddReport:
        """Take in paths and articles.

        OptionError where an option cannot be read; a capture that cannot be is an outcome, never an error.
        AddInterrupted for a KeyboardInterrupt: while captures are read, what was read is still committed; while it is
        committed, it is given up.
        """
        started = time.monotonic()
        tally = Tally(report)
        self.intake.replaces = options.replace
        commits = commit_each and not options.dry_run
        interrupted = False
        uncommitted = 0
        try:
            run = _PathRun(self, options, tally, progress, commits, started)
            run.prepare([item for item in items if isinstance(item, str)])
            self._add_articles([item for item in items if isinstance(item, Article)], options, tally, commits=commits)
            interrupted = run.add()
            if commits:
                self.commit(tally)
        except KeyboardInterrupt:
            interrupted = True
            uncommitted = tally.roll_back()
        report_ = tally.report_of(
            seconds=time.monotonic() - started,
            interrupted=interrupted,
            uncommitted=uncommitted,
            dry_run=options.dry_run,
        )
        if interrupted:
            raise AddInterrupted(report_)
        return report_

    def _read_again(self, key: str, id_: str, known: CaptureRow) -> Article | None:
        """The article of the capture at a path key, where that still holds the bytes with this ID; read with the same
        template as before."""
        memories = self.ledger.memories
        template = memories.recorded(known.source, template_of(known.extractor)) or memories.template(known.source)
        hints = known.hints
        place = self.ledger.place_of(key)
        path = self.ledger.file_of(key)
        if place is None:
            reading = reader.read(path, hints=hints, memory=lambda source: template)
            return reading.article if reading.id == id_ else None
        row = None if self.ledger.is_former(key) else self.ledger.container(self.ledger.file_key(key))
        part = next((part for part in row.parts if part.part == place[0]), None) if row is not None else None
        if row is None or part is None:
            return None
        at = Place(path, row.format, part.part, part.is_inflated, part.records)
        article = article_at(at, place[1], hints, memory=lambda source: template)
        return article if article is not None and article.id == id_ else None

    def commit(self, tally: Tally | None = None) -> None:
        """Make durable what has been taken in."""
        if self.intake.commit() and tally is not None:
            tally.committed()

    def _add_articles(self, articles: Sequence[Article], options: AddOptions, tally: Tally, *, commits: bool) -> None:
        batch: list[Taken] = []
        held = 0
        for made in articles:
            article, name = finished(made, options.hints)
            key = self.ledger.memory_key(name)
            before = self.ledger.path(key)
            if self.ledger.removed_at(article.id) and not options.again:
                tally.add(Outcome(name, "skipped", article.id, "removed-earlier"))
            elif before is not None and before.id == article.id and before.status == "article":
                tally.add(Outcome(name, "unchanged", article.id))
            else:
                self.ledger.set_removed(article.id, None)
                taken = Taken(key, name, PathRow(-1, -1, "article", article.id), article, analyze(article))
                batch.append(taken)
                held += held_bytes(taken)
            if commits and held >= options.memory_bytes * _WAITING_SHARE:
                self._take(batch, tally)
                self.commit(tally)
                batch, held = [], 0
        self._take(batch, tally)

    def _take(self, batch: Sequence[Taken], tally: Tally) -> None:
        for outcome in self.intake.take(batch):
            tally.add(outcome)


class _PathRun:
    """One add of files and folders."""

    def __init__(
        self,
        adder: Adder,
        options: AddOptions,
        tally: Tally,
        progress: Callable[[Progress], object] | None,
        commits: bool,
        started: float,
    ) -> None:
        self._adder = adder
        self._ledger = adder.ledger
        self._options = options
        self._tally = tally
        self._progress = progress
        self._commits = commits
        self._started = started
        self._given: list[str] = []
        self._walked = walk(())
        self._items: list[Found | Outcome] = []
        self._pattern = PathPattern(options.path_pattern) if options.path_pattern else None
        self._waiting: list[Taken] = []
        self._waiting_bytes = 0  # of text
        self._held_bytes = 0  # of memory
        self._last_commit = time.monotonic()
        self._containers = Containers(self._ledger, self, again=options.again)
        self._done = self._done_bytes = 0
        self._is_settling = False  # in the middle of decisions or a commit, which an interrupt leaves half done

    def prepare(self, paths: Sequence[str]) -> None:
        """Find out what there is to do. OptionError, before anything is taken in, for options that do not fit it."""
        self._given = [os.path.abspath(path) for path in paths]
        options = self._options
        skip = (self._adder.index_path,) if self._adder.index_path else ()
        self._walked = walk(
            self._given,
            include=options.include,
            exclude=options.exclude,
            skip_dirs=skip,
            with_json=options.format is not None,
        )
        self._items = list(self._walked)
        found = [item for item in self._items if isinstance(item, Found)]
        self._refuse_shared_url(found)
        self._note_misfits(found)

    def add(self) -> bool:
        """Take the paths in; True where reading them was interrupted, and only what was read is taken in."""
        for path in self._given:
            if os.path.lexists(path) and self._ledger.root_of(path) is None:
                self._ledger.add_root(path if os.path.isdir(path) else os.path.dirname(path))
        work, seen = self._compare()
        interrupted = False
        try:
            self._read(work)
        except KeyboardInterrupt:
            if self._is_settling:
                raise
            interrupted = True
        self._take_waiting()
        if not interrupted:
            self._containers.settle_revisits()
        self._containers.save()
        if self._options.prune and not interrupted:
            self._prune(seen)
        return interrupted

    # What must be read

    def _compare(self) -> tuple[list[_Work], set[str]]:
        """What the walk found, held against the ledger: the work to do, and every path key that was seen."""
        work = []
        seen = set()
        for item in self._items:
            if isinstance(item, Outcome):
                self._tally.add(item)
                continue
            key = self._ledger.path_key(item.path)
            seen.add(key)
            before = self._ledger.path(key)
            known = None if before is None else self._known(item, key, before)
            if known is None:
                work.append(_Work(item, key, before))
            for outcome in known or ():
                self._tally.add(outcome)
        return work, seen

    def _known(self, found: Found, key: str, before: PathRow) -> list[Outcome] | None:
        """The outcomes of a file that need not be read again; None for one that must."""
        if (before.size, before.mtime_ns, before.sidecar_ns) != (found.size, found.mtime_ns, _sidecar_ns(found)):
            return None
        if before.status == "article":
            return [Outcome(found.path, "unchanged", before.id)]
        if before.status == "failed" and before.readers and not self._options.again:
            is_same = before.readers == reader.readers()
            return [Outcome(found.path, "failed", before.id, before.reason, before.detail)] if is_same else None
        if before.status == "container" and not self._options.again and not Containers.is_stale(self._ledger, key):
            return list(Containers.known(self._ledger, found, key))
        if before.status == "skipped" and before.reason not in _PASSING and not self._options.format:
            return [Outcome(found.path, "skipped", None, before.reason, before.detail)]
        if before.status == "removed" and not self._options.again:
            return [Outcome(found.path, "skipped", before.id, "removed-earlier")]
        return None

    def _refuse_shared_url(self, found: Sequence[Found]) -> None:
        named = {hint.field for hint in self._options.hints if hint.evidence == "option"}
        if "url" in named and len(found) > 1:
            raise OptionError(f"url is the address of one page, and {len(found)} captures are given", option="url")

    def _note_misfits(self, found: Sequence[Found]) -> None:
        """A pattern that fits not all paths is probably a slip, and its captures would silently lack what it tells."""
        if self._pattern is None:
            return
        misfits = [item for item in found if not self._pattern.matches(item.relative)]
        if misfits:
            count = f"{len(misfits)} of {len(found)} paths, e.g. {misfits[0].relative}"
            self._tally.notes.append(Note("pattern-misfit", f"the path pattern does not fit {count}"))

    # Reading

    def _read(self, work: Sequence[_Work]) -> None:
        total_bytes = sum(item.found.size for item in work)
        if not work:
            return
        jobs = self._options.jobs or cores()
        has_container = any(container_of_name(os.path.basename(item.found.path)) for item in work)
        jobs = jobs if has_container else min(jobs, len(work))
        share = int(self._options.memory_bytes * _WORKERS_SHARE) // max(jobs, 1)
        with Pool(jobs, worker_bytes=max(share, _LEAST_WORKER)) as pool:
            tasks = _Source(self._containers, self._tasks(work))
            for task, reading in pool.map_unordered(tasks, memory=self._ledger.memories.template):
                if isinstance(task.tag, Errand):
                    self._containers.receive(task.tag, reading)
                elif isinstance(task.tag, _Work):
                    self._receive(task.tag, reading)
                    if reading.status != "container":
                        self.advance(task.tag.found.size, files=1)
                if self._progress is not None:
                    seconds = time.monotonic() - self._started
                    self._progress(Progress(self._done, len(work), self._done_bytes, total_bytes, seconds))
                self._commit_when_due()

    def _tasks(self, work: Sequence[_Work]) -> Iterator[Task]:
        for item in work:
            yield Task(path=item.found.path, hints=self._hints(item.found), expect_sha=_expected(item), tag=item)

    def _hints(self, found: Found) -> tuple[Hint, ...]:
        """What is known of a capture beside its bytes, the strongest evidence first."""
        pattern = self._pattern.hints(found.relative) if self._pattern is not None else ()
        return (*self._records(), *self._options.hints, *pattern, *folder_hints(found.hint_path))

    def _receive(self, item: _Work, reading: Reading) -> None:
        found = item.found
        if reading.status == "container":
            self._containers.open(found, item.key, self._container_hints(found), reading)
            return
        if item.before is not None and item.before.status == "container" and reading.status == "ok":
            self._ledger.set_container(item.key, None)  # it is one no more, and its records are gone
        row = PathRow(found.size, found.mtime_ns, "article", reading.id, sidecar_ns=_sidecar_ns(found))
        self._enter(item.key, row, found.path, reading, item.before, self._hints(found))

    def _container_hints(self, found: Found) -> tuple[Hint, ...]:
        """What holds for every record of a container. The folders above it say nothing of their addresses."""
        pattern = self._pattern.hints(found.relative) if self._pattern is not None else ()
        return (*self._records(), *self._options.hints, *pattern)

    def _records(self) -> tuple[Hint, ...]:
        return (Hint("format", self._options.format, "option"),) if self._options.format else ()

    # What containers give (`containers.Taker`)

    def take_member(self, found: Found, key: str, member: Member) -> None:
        """A record of a container was read."""
        row = PathRow(member.size, -1, "article", member.reading.id)
        path, before = self._ledger.path_of(key), self._ledger.path(key)
        self._enter(key, row, path, member.reading, before, self._container_hints(found))

    def advance(self, size_bytes: int, *, files: int = 0, is_read: bool = True) -> None:
        """So much more is done, by being read or by an earlier add."""
        self._done += files
        self._done_bytes += size_bytes
        self._tally.bytes_read += size_bytes if is_read else 0

    def take_outcome(self, outcome: Outcome) -> None:
        """Something is said of a container, or of some of its records."""
        self._tally.add(outcome)

    def release(self, key: str) -> None:
        """What was a capture is a container now."""
        self._adder.intake.prune(key)

    def see_again(self, key: str, id_: str) -> None:
        """A record says that it is the same as a capture that is in the index."""
        self._adder.intake.see_again(key, id_)

    def _enter(
        self, key: str, row: PathRow, path: str, reading: Reading, before: PathRow | None, hints: tuple[Hint, ...]
    ) -> None:
        """One capture's reading: into the books at once, or to those that wait to be taken in together."""
        if reading.status == "unchanged":
            self._ledger.set_path(key, row)
            self._tally.add(Outcome(path, "unchanged", reading.id))
        elif reading.status in ("skipped", "failed"):
            # The article that a damaged or emptied file once held stays, and so does the file's claim to it.
            held = before.id if before is not None else None
            readers = reader.readers() if reading.is_lasting else ""
            row = replace(row, status=reading.status, id=held, reason=reading.reason, detail=reading.detail)
            row = replace(row, readers=readers)
            self._ledger.set_path(key, row)
            self._tally.add(Outcome(path, reading.status, held, reading.reason, reading.detail))
        elif reading.id is not None and self._ledger.removed_at(reading.id) and not self._options.again:
            self._adder.intake.leave(key)
            self._ledger.set_path(key, replace(row, status="removed", reason="removed-earlier"))
            self._tally.add(Outcome(path, "skipped", reading.id, "removed-earlier"))
        elif reading.article is not None and isinstance(reading.analyzed, AnalyzedArticle):
            self._ledger.set_removed(reading.article.id, None)
            article, lines = reading.article, reading.lines
            taken = Taken(key, path, row, article, reading.analyzed, reading.detail, hints, reading.source, lines)
            self._waiting.append(taken)
            self._waiting_bytes += _text_bytes(article)
            self._held_bytes += held_bytes(taken)

    def _take_waiting(self) -> None:
        for outcome in self._adder.intake.take(self._waiting):
            self._tally.add(outcome)
        self._waiting.clear()
        self._waiting_bytes = self._held_bytes = 0

    def _commit_when_due(self) -> None:
        options = self._options
        late = time.monotonic() - self._last_commit >= options.commit_seconds
        full = self._waiting_bytes >= options.commit_bytes or (
            self._held_bytes >= options.memory_bytes * _WAITING_SHARE
        )
        if self._commits and self._waiting and (late or full):
            self._is_settling = True
            self._take_waiting()
            self._containers.save()
            self._adder.commit(self._tally)
            self._is_settling = False
            self._last_commit = time.monotonic()

    # What is gone

    def _prune(self, seen: set[str]) -> None:
        """Take out what is gone from the given paths; what cannot be seen is unknown, never gone."""
        unseen = []
        for key, row in self._ledger.paths():
            path = self._ledger.file_of(key)
            if key not in seen and not self._ledger.is_memory_key(key):
                unseen += [(key, row, path)] if any(is_below(path, given) for given in self._given) else []
        # A record's place is never seen by itself: its file is.
        of_files = [path for key, _, path in unseen if self._ledger.file_key(key) not in seen]
        hidden = (*self._walked.unreadable, *self._walked.missing, *self._emptied(of_files))
        gone: list[str] = []
        for key, row, path in unseen:
            if any(is_below(path, place) for place in hidden) or not (is_gone(path) or self._ledger.is_former(key)):
                continue
            if row.status == "container":
                gone.append(key)
                continue
            shown = self._ledger.path_of(key)
            self._tally.add(Outcome(shown, "pruned", self._adder.intake.prune(key) or row.id))
        for key in gone:
            self._ledger.set_path(key, None)
            self._ledger.set_container(key, None)

    def _emptied(self, unseen: Sequence[str]) -> list[str]:
        """Given folders that held captures and now hold no file at all: more likely a disk that is not mounted than
        captures that were all deleted."""
        full = {item.given for item in self._items if isinstance(item, Found)}
        emptied = [given for given in self._given if given not in full and os.path.isdir(given)]
        emptied = [given for given in emptied if any(is_below(path, given) for path in unseen)]
        for path in emptied:
            detail = "there is no file in it; is its disk mounted? nothing was taken out (newsidx remove does)"
            self._tally.add(Outcome(path, "failed", reason="emptied", detail=detail))
        return emptied


class _Source:
    """The tasks of an add: those of the containers in hand before the next file. It may be empty for a while."""

    def __init__(self, containers: Containers, files: Iterator[Task]) -> None:
        self._containers, self._files = containers, files

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> Task:
        return self._containers.next_task() or next(self._files)


def _expected(item: _Work) -> str | None:
    """The ID by which the worker knows that a file was only touched; None where it must be read anew: what is known
    of it beside its bytes may have changed."""
    before = item.before
    if before is None or before.status != "article" or before.sidecar_ns != _sidecar_ns(item.found):
        return None
    return before.id


def _sidecar_ns(found: Found) -> int:
    return found.sidecar_mtime_ns or 0


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def held_bytes(taken: Taken) -> int:
    """About how much memory a capture takes while it waits."""
    analyzed = taken.analyzed
    places = len(analyzed.words) + len(analyzed.places) + len(analyzed.sentences) + len(analyzed.paragraphs)
    return _CAPTURE_BYTES + 2 * _text_bytes(taken.article) + places


def _text_bytes(article: Article) -> int:
    """About how much text an article is."""
    return sum(len(paragraph) for _, paragraphs in article.zones() for paragraph in paragraphs)
