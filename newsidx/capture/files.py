"""Reading a file's bytes: within a limit, for reading only, and never waiting for what is no regular file.

Called by `stored` for captures, by `sidecar` for what stands beside them, and by the workers. `Seekable` is the base of
what reads as a file and is none: a stretch of one, what comes out of one.
"""

from __future__ import annotations

import io
import os
import stat
from typing import Any

from newsidx.errors import CaptureFailed

__all__ = ["LIMIT_BYTES", "Seekable", "read_stored", "too_large"]

LIMIT_BYTES = 64 * 1024 * 1024
"""The most bytes of one capture, as stored and as decompressed. The largest of 975 real pages measured has 2.9 MB."""


class Seekable(io.RawIOBase):
    """What is read from `_at` on; those that inherit say what stands there (`take`) and where one may go (`seek`)."""

    _at = 0

    def take(self, size: int) -> bytes:
        """The bytes from `_at` on, at most `size`; none only at the end."""
        raise NotImplementedError

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        data = self.take(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def read_stored(path: str, *, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """The bytes of the file as they are stored. CaptureFailed: unreadable, special (no regular file), too-large."""
    flags = os.O_RDONLY
    for name in ("O_BINARY", "O_CLOEXEC", "O_NONBLOCK", "O_NOCTTY"):  # non-blocking: a FIFO must not hold us
        flags |= getattr(os, name, 0)
    try:
        descriptor = os.open(path, flags)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise CaptureFailed("it is no regular file", reason="special")
            if status.st_size > limit_bytes:
                raise too_large(limit_bytes)
            return _read_all(descriptor, status.st_size, limit_bytes)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise CaptureFailed(error.strerror or type(error).__name__, reason="unreadable") from error
    except ValueError as error:  # a name that no system takes: a zero byte in it
        raise CaptureFailed(str(error), reason="unreadable") from error


def _read_all(descriptor: int, size: int, limit_bytes: int) -> bytes:
    """All bytes, also of a file that grows meanwhile or says it has none (some virtual file systems)."""
    chunks: list[bytes] = []
    total, wanted = 0, size + 1
    while chunk := os.read(descriptor, min(wanted, limit_bytes + 1 - total)):
        chunks.append(chunk)
        total += len(chunk)
        if total > limit_bytes:
            raise too_large(limit_bytes)
        wanted = max(size + 1 - total, 64 * 1024)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def too_large(limit_bytes: int) -> CaptureFailed:
    """The error of a capture over its limit."""
    shown = f"{limit_bytes >> 20} MiB" if limit_bytes >= 1 << 20 else f"{limit_bytes} bytes"
    return CaptureFailed(f"larger than {shown}", reason="too-large")
