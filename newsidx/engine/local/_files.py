"""The files of an index folder: the few things that are done to them, and how each is made durable.

A seam of its own, so that tests can let any call fail, lose what was not synced, or kill the process between two.
"""

from __future__ import annotations

import contextlib
import mmap
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["Files"]

_BUFFER_BYTES = 1 << 20


class Files:
    """The files of one folder, by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, fill: Callable[[Callable[[bytes | memoryview], object]], object]) -> None:
        """A new file, filled by `fill` through the function that it is given, and synced."""
        with open(self.folder / name, "wb", buffering=_BUFFER_BYTES) as file:
            fill(file.write)
            file.flush()
            self.sync(file.fileno())

    def sync(self, descriptor: int) -> None:
        """Make durable what was written to a file."""
        os.fsync(descriptor)

    def rename(self, name: str, to: str) -> None:
        """Put one file in the place of another, at once."""
        os.replace(self.folder / name, self.folder / to)

    def sync_folder(self) -> None:
        """Make durable which files there are."""
        if os.name == "nt":  # where a folder cannot be opened, and renames are the file system's journal's
            return
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            self.sync(descriptor)
        finally:
            os.close(descriptor)

    def remove(self, name: str) -> None:
        """Take a file out; one that is not there, or still in use where that matters, is no trouble."""
        with contextlib.suppress(OSError):
            os.unlink(self.folder / name)

    def names(self) -> list[str]:
        return sorted(os.listdir(self.folder))

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def map(self, name: str) -> Any:
        """The file's bytes, mapped into memory for as long as anyone holds them; an empty file is empty bytes."""
        with open(self.folder / name, "rb") as file:
            if not os.fstat(file.fileno()).st_size:
                return b""
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def size(self, name: str) -> int:
        return os.stat(self.folder / name).st_size
