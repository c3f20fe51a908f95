"""Worker processes for reading captures: start them, keep each busy, replace those that die or hang.

A capture that kills its worker, or takes longer than its limit, costs itself and nothing else. Workers are plain
child processes with a pipe each way (`worker` has the protocol): no threads and no forks in the caller's process, so
that it works in scripts, notebooks and servers alike. Leaves the order of results to its caller, the add.

On Windows, where pipes cannot be waited for together, one thread a worker reads them.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import queue
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Protocol

from newsidx.errors import InternalError
from newsidx.ingest.reader import Reading
from newsidx.ingest.worker import ANSWER, BOOT, QUESTION, RETIRED, frame, resolve, take_frames
from newsidx.model import Hint

if TYPE_CHECKING:
    from newsidx.extract import Memory

__all__ = ["PAGE_COST", "Pool", "Task"]

PAGE_COST = (5.0, 512 << 20)
"""No page takes more than a second and 256 MB (benchmarks/page_cost.py), on the machine that this was measured on and
beside seven others at work on it. What takes so much all the same is ended."""
READER = "newsidx.ingest.reader:read"
_DEPTH = 2  # one task being read and one waiting, so that a worker need not wait for its parent
_BOOT_SECONDS = 60.0
_BOOT_TRIES = 3
_CHUNK_BYTES = 1 << 20
_PIPE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Task:
    """One capture to read. `reader` is the ``module:function`` that does it, with `args` where it takes any; `cost`
    what it may take, in seconds of computing and bytes of memory; `tag` stays with the caller."""

    path: str
    hints: tuple[Hint, ...] = ()
    expect_sha: str | None = None
    reader: str = READER
    args: tuple[Any, ...] = ()
    cost: tuple[float, int] = PAGE_COST
    tag: object = field(default=None, compare=False)


@dataclass(slots=True, eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    log: IO[bytes]
    buffer: bytearray = field(default_factory=bytearray)
    tasks: deque[Task] = field(default_factory=deque)
    since: float = 0.0
    """When its present task began or it last gave a sign, on the monotonic clock."""
    is_ready: bool = False

    @property
    def output(self) -> int:
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def send(self, payload: bytes) -> bool:
        """False if it is dead."""
        assert self.process.stdin is not None
        data = memoryview(frame(payload))
        try:
            while data:
                data = data[os.write(self.process.stdin.fileno(), data) :]
        except OSError:
            return False
        return True

    def end(self, *, wait_seconds: float = 5.0) -> int | None:
        """Kill it, close its pipes, and have its exit status; None if the system does not let go of it in time."""
        with contextlib.suppress(OSError):
            self.process.kill()
        status: int | None = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self.process.wait(timeout=wait_seconds)
        for stream in (self.process.stdin, self.process.stdout, self.log):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        return status


class Pool:
    """Up to `jobs` workers, started when first needed and kept for the next call; a context manager.

    A worker that has grown beyond `worker_bytes` is replaced between two captures. With `jobs` 0, or where there is no
    Python to start (a frozen program), captures are read in this process, without protection against those that kill
    it. Not for use from two threads at once.
    """

    def __init__(self, jobs: int, *, time_limit_seconds: float = 60.0, worker_bytes: int = 1 << 30) -> None:
        if jobs < 0:
            raise ValueError("jobs is 0 or more")
        is_startable = bool(sys.executable) and not getattr(sys, "frozen", False)
        self.jobs = jobs if is_startable else 0
        self._limit_seconds = time_limit_seconds
        self._worker_bytes = worker_bytes
        self._workers: list[_Worker] = []
        self._mail: _Mail = _ThreadMail() if sys.platform == "win32" else _SelectorMail()
        self._again: deque[Task] = deque()
        self._failed_starts = 0
        self._memory: Memory | None = None
        self._is_running = self._is_closed = False
        self._finalizer = weakref.finalize(self, _end_all, self._workers, os.getpid())

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers at once. They only read: nothing is lost that was not abandoned."""
        self._is_closed = True
        for worker in list(self._workers):
            self._dismiss(worker)
        self._mail.close()
        self._finalizer.detach()

    def map_unordered(self, tasks: Iterable[Task], *, memory: Memory | None = None) -> Iterator[tuple[Task, Reading]]:
        """Each task with its reading, as they are finished; tasks are taken from the iterable only as they are needed.
        It may have none for now and more when readings have been handed out: it is asked again while any is at work.
        With a `memory`, readers are given one, and what they ask is asked of this.

        Abandoning the iterator ends the workers that are in the middle of something.
        """
        if self._is_closed:
            raise ValueError("the pool is closed")
        if self._is_running:
            raise ValueError("the pool is at work on other tasks")
        if self.jobs == 0:
            yield from ((task, _read_here(task, memory)) for task in tasks)
            return
        self._is_running = True
        self._memory = memory
        source = iter(tasks)
        try:
            while self._feed(source):
                yield from self._gather()
        finally:
            self._is_running = False
            self._again.clear()
            for worker in [worker for worker in self._workers if worker.tasks]:
                self._dismiss(worker)

    # Handing out

    def _feed(self, source: Iterator[Task]) -> bool:
        """Hand out tasks until every worker has its fill; False when there are none left and none at work."""
        while (worker := self._next_worker()) is not None:
            task = self._again.popleft() if self._again else next(source, None)
            if task is None:
                break
            worker = worker if isinstance(worker, _Worker) else self._start()
            if not worker.tasks:
                worker.since = time.monotonic()
            worker.tasks.append(task)
            order = (
                os.fsencode(task.path),
                task.hints,
                task.expect_sha,
                task.reader,
                self._limit_seconds,
                task.cost,
                task.args,
            )
            # A dead one is seen where its output ends.
            worker.send(pickle.dumps((*order, self._memory is not None), protocol=5))
        return any(worker.tasks for worker in self._workers)

    def _next_worker(self) -> _Worker | bool | None:
        """Who takes the next task: an idle worker, True for a new one, one with room; None when all are full."""
        best = min(self._workers, key=lambda worker: len(worker.tasks), default=None)
        if best is not None and not best.tasks:
            return best
        if len(self._workers) < self.jobs:
            return True
        return best if best is not None and len(best.tasks) < _DEPTH else None

    def _start(self) -> _Worker:
        log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by _Worker.end)
        try:
            process = subprocess.Popen(
                [sys.executable, *_flags(), "-c", BOOT],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                env=_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            log.close()
            raise InternalError(f"the worker processes cannot start: {error.strerror}") from error
        worker = _Worker(process, log, since=time.monotonic())
        self._workers.append(worker)
        self._mail.add(worker)
        start = {"path": _import_path(), "most_bytes": self._worker_bytes}
        worker.send(json.dumps(start).encode("ascii"))
        return worker

    def _dismiss(self, worker: _Worker) -> int | None:
        self._mail.remove(worker)
        if worker in self._workers:
            self._workers.remove(worker)
        return worker.end()

    # Gathering

    def _gather(self) -> Iterator[tuple[Task, Reading]]:
        """Wait for something to happen, and give the readings that it brought."""
        mail = self._mail.wait(self._patience())
        # Who is late is decided here, before readings are handed out: a caller that is long away with one finds the
        # others' in the pipes when it comes back, and nobody to blame.
        heard = {id(worker) for worker, _ in mail}
        now = time.monotonic()
        late = [w for w in self._workers if w.tasks and id(w) not in heard and now - w.since > self._allowed(w)]
        for worker, chunk in mail:
            if worker not in self._workers:
                continue
            if not chunk:
                yield from self._bury(worker)
                continue
            worker.buffer += chunk
            worker.since = time.monotonic()
            for payload in take_frames(worker.buffer):
                if payload.startswith(QUESTION):
                    self._answer(worker, payload[len(QUESTION) :].decode("utf-8", "surrogatepass"))
                    continue
                if worker.is_ready:
                    yield worker.tasks.popleft(), _unpacked(payload)
                worker.is_ready = True
                self._failed_starts = 0
        for worker in late:
            yield from self._bury(worker, is_late=True)

    def _answer(self, worker: _Worker, source: str) -> None:
        worker.send(ANSWER + (self._memory(source).encode() if self._memory is not None else b""))

    def _allowed(self, worker: _Worker) -> float:
        return self._limit_seconds if worker.is_ready else _BOOT_SECONDS

    def _patience(self) -> float:
        """Seconds until the first worker is late."""
        now = time.monotonic()
        return max(0.0, min(w.since + self._allowed(w) - now for w in self._workers if w.tasks)) + 0.01

    def _bury(self, worker: _Worker, *, is_late: bool = False) -> Iterator[tuple[Task, Reading]]:
        """A worker is dead or has to die: its present capture bears it, its waiting ones go to others."""
        status = None if is_late else self._exit_status(worker)
        log = b"" if worker.is_ready else _tail(worker.log)
        self._dismiss(worker)
        tasks = list(worker.tasks)
        worker.tasks.clear()
        if not worker.is_ready:
            self._failed_starts += 1
            if self._failed_starts >= _BOOT_TRIES:
                raise InternalError(f"the worker processes cannot start: {_last_line(log) or status}")
        elif tasks and status != RETIRED:
            yield tasks[0], self._epitaph(tasks.pop(0), status, is_late=is_late)
        self._again.extendleft(reversed(tasks))

    def _exit_status(self, worker: _Worker) -> int | None:
        """How it ended by itself; None if it has not."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            # Its output ends a moment before the process does.
            return worker.process.wait(timeout=0.5 if worker.process.poll() is None else 0)
        return None

    def _epitaph(self, task: Task, status: int | None, *, is_late: bool) -> Reading:
        alarm = getattr(signal, "SIGALRM", None)
        if is_late or (alarm is not None and status == -alarm):
            return Reading("failed", reason="timeout", detail=f"it took longer than {self._limit_seconds:g} s to read")
        if status is not None and -status == getattr(signal, "SIGPROF", None):
            detail = f"it takes more than {task.cost[0]:g} s of computing to read"
            return Reading("failed", reason="costly", detail=detail, is_lasting=True)
        how = f"with exit status {status}" if status is not None else "without a trace"
        if status is not None and status < 0:
            with contextlib.suppress(ValueError):
                how = f"by {signal.Signals(-status).name}"
        is_own = status is not None and -status in _FAULTS
        detail = f"the process that read it ended {how}"
        return Reading("failed", reason="crashed", detail=detail, is_lasting=is_own)


_FAULTS = frozenset(getattr(signal, name, 0) for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE")) - {0}
"""Ends that come from within; others (a lack of memory has the system kill someone) come from elsewhere."""


def _read_here(task: Task, memory: Memory | None) -> Reading:
    more = ({"args": task.args} if task.args else {}) | ({"memory": memory} if memory is not None else {})
    return resolve(task.reader)(task.path, hints=task.hints, expect_sha=task.expect_sha, **more)


def _unpacked(payload: bytes) -> Reading:
    try:
        reading: Reading = pickle.loads(payload)
    except Exception as error:  # noqa: BLE001 (unpickling may raise anything)
        return Reading("failed", reason="internal", detail=f"the reading cannot be taken over: {error}")
    return reading


def _end_all(workers: list[_Worker], owner: int) -> None:
    """For pools that nobody closed. A fork of the process that owns the workers leaves them alone."""
    if os.getpid() == owner:
        for worker in workers:
            worker.end()
        workers.clear()


def _import_path() -> list[str]:
    """The path by which the child finds what this process has: its own, and the folder that newsidx lies in."""
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    paths = [os.path.abspath(entry) for entry in sys.path]
    return paths if here in paths else [*paths, here]


def _flags() -> list[str]:
    """Isolated: no module of the current folder, no setting of the environment comes before the parent's path."""
    flags = ["-I"]
    if sys.dont_write_bytecode:
        flags.append("-B")
    if sys.flags.utf8_mode:
        flags += ["-X", "utf8"]
    return flags


def _environment() -> dict[str, str]:
    """One thread a worker: there are as many workers as cores already."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**threads, **os.environ}


def _tail(log: IO[bytes]) -> bytes:
    try:
        log.seek(max(0, log.seek(0, os.SEEK_END) - 4096))
        return log.read()
    except (OSError, ValueError):
        return b""


def _last_line(log: bytes) -> str:
    lines = log.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip() if lines else ""


# ---- waiting for several pipes --------------------------------------------------------------------------------------


class _Mail(Protocol):
    """What comes from the workers: (worker, bytes), no bytes where its output has ended."""

    def add(self, worker: _Worker) -> None: ...
    def remove(self, worker: _Worker) -> None: ...
    def wait(self, timeout_seconds: float) -> list[tuple[_Worker, bytes]]: ...
    def close(self) -> None: ...


class _SelectorMail:
    """By the system's own waiting for many descriptors; no threads."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def add(self, worker: _Worker) -> None:
        os.set_blocking(worker.output, False)
        _widen(worker.output)
        self._selector.register(worker.output, selectors.EVENT_READ, worker)

    def remove(self, worker: _Worker) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(worker.output)

    def wait(self, timeout_seconds: float) -> list[tuple[_Worker, bytes]]:
        mail: list[tuple[_Worker, bytes]] = []
        for key, _ in self._selector.select(timeout_seconds):
            try:
                mail.append((key.data, os.read(key.fd, _CHUNK_BYTES)))
            except BlockingIOError:
                continue
            except OSError:
                mail.append((key.data, b""))
        return mail

    def close(self) -> None:
        self._selector.close()


class _ThreadMail:
    """By one thread a worker, each of which ends with its worker's output."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[_Worker, bytes]] = queue.SimpleQueue()

    def add(self, worker: _Worker) -> None:
        # A descriptor of the thread's own: the worker's may be closed, and its number given away, at any time.
        threading.Thread(target=self._read, args=(worker, os.dup(worker.output)), daemon=True).start()

    def _read(self, worker: _Worker, descriptor: int) -> None:
        chunk = b"-"
        while chunk:
            try:
                chunk = os.read(descriptor, _CHUNK_BYTES)
            except OSError:
                chunk = b""
            self._queue.put((worker, chunk))
        os.close(descriptor)

    def remove(self, worker: _Worker) -> None:
        """The thread ends by itself when the process is ended; what it still sends is of no worker of the pool."""

    def wait(self, timeout_seconds: float) -> list[tuple[_Worker, bytes]]:
        mail: list[tuple[_Worker, bytes]] = []
        with contextlib.suppress(queue.Empty):
            mail.append(self._queue.get(timeout=timeout_seconds))
            while True:
                mail.append(self._queue.get_nowait())
        return mail

    def close(self) -> None:
        """Nothing is held."""


def _widen(descriptor: int) -> None:
    """Room for several readings in the pipe (Linux; 64 KiB else), so that a worker need not wait for a busy parent."""
    try:
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)  # type: ignore[attr-defined,unused-ignore]
    except (ImportError, AttributeError, OSError):
        return
