"""The right to write to an index: a lock of the operating system on one file, so that a killed process leaves none.

The file holds the owner's process number, for the message to whoever waits; the lock itself is what counts.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from newsidx.engine.local._damage import trouble_named
from newsidx.errors import IndexBusy

__all__ = ["write_lock"]

_POLL_SECONDS = 0.1

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # a byte that is never written, so that the process number beside it can be read

    def _try_lock(fd: int) -> bool:
        os.lseek(fd, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(fd: int) -> None:
        os.lseek(fd, _FAR, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_UN)


@contextlib.contextmanager
def write_lock(
    path: Path, *, index: str, wait_seconds: float | None, waiting: Callable[[int | None], object] | None = None
) -> Iterator[None]:
    """Hold the lock on the file at `path` (made where it is absent).

    While another process holds it: `waiting` is called once with its process number (None where unknown), then the
    lock is tried again until `wait_seconds` are over (None: for ever); then IndexBusy.
    """
    with trouble_named(index):
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        with trouble_named(index):
            _acquire(fd, index, wait_seconds, waiting)
        try:
            _sign(fd)
            yield
        finally:
            _unlock(fd)
    finally:
        os.close(fd)


def _sign(fd: int) -> None:
    """Write our process number, for whoever waits. A disk too full for it is no reason not to hold the lock."""
    with contextlib.suppress(OSError):
        os.ftruncate(fd, 0)
        os.lseek(fd, 0, os.SEEK_SET)
        os.write(fd, b"%d\n" % os.getpid())


def _acquire(fd: int, index: str, wait_seconds: float | None, waiting: Callable[[int | None], object] | None) -> None:
    deadline = None if wait_seconds is None else time.monotonic() + wait_seconds
    told = False
    while not _try_lock(fd):
        owner = _owner(fd)
        if deadline is not None and time.monotonic() >= deadline:
            who = f"process {owner}" if owner else "another process"
            raise IndexBusy(f"the index {index} is being written to by {who}", path=index, pid=owner)
        if not told and waiting is not None:
            waiting(owner)
            told = True
        time.sleep(_POLL_SECONDS)


def _owner(fd: int) -> int | None:
    try:
        os.lseek(fd, 0, os.SEEK_SET)
        return int(os.read(fd, 32))
    except (OSError, ValueError):
        return None
