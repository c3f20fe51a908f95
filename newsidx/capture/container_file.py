"""The bytes of a container, or of one file in a zip, as something to read from and to seek in.

Called by `container`. Opens for reading only, never waits for what is no regular file, and extracts nothing.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from newsidx.capture.files import Seekable
from newsidx.capture.zstd import Unpacked, is_zstd
from newsidx.errors import CaptureFailed

__all__ = ["GZIP", "open_part", "open_stored", "parts_of_zip"]

GZIP = b"\x1f\x8b\x08"
_MOST_PARTS = 10_000
_ENDINGS = (".warc", ".warc.gz", ".warc.zst")
_ENCRYPTED = 0x1


@contextmanager
def open_stored(path: str) -> Iterator[BinaryIO]:
    """The file. CaptureFailed: unreadable, special."""
    flags = os.O_RDONLY
    for name in ("O_BINARY", "O_CLOEXEC", "O_NONBLOCK", "O_NOCTTY"):
        flags |= getattr(os, name, 0)
    try:
        file = os.fdopen(os.open(path, flags), "rb")
    except (OSError, ValueError) as error:
        text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CaptureFailed(text, reason="unreadable") from error
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise CaptureFailed("it is no regular file", reason="special")
        yield file


@contextmanager
def open_part(path: str, part: str, *, is_inflated: bool = False) -> Iterator[BinaryIO]:
    """The file (`part` empty), or what the zip file at `path` holds under that name; `is_inflated`: what comes out of
    it by gzip or Zstandard."""
    with open_stored(path) as file:
        stream = _zipped(file, part) if part else file
        if is_inflated and is_zstd(_head(stream)):
            yield cast("BinaryIO", Unpacked(stream))
        elif is_inflated:
            with gzip.GzipFile(fileobj=stream, mode="rb") as inflated:
                yield cast("BinaryIO", inflated)
        else:
            yield stream


def _head(stream: BinaryIO) -> bytes:
    head = stream.read(4)
    stream.seek(0)
    return head


def parts_of_zip(path: str) -> tuple[str, ...]:
    """The names of the WARC files in a zip file, sorted. CaptureFailed: damaged-zip, too-large (members that lie over
    one another, as no tool writes them)."""
    with open_stored(path) as file, _zip(file) as archive:
        infos = [info for info in archive.infolist() if info.filename.lower().endswith(_ENDINGS) and info.file_size]
        if len(infos) > _MOST_PARTS or sum(info.compress_size for info in infos) > os.fstat(file.fileno()).st_size:
            raise CaptureFailed("the zip file says that it holds more than it can", reason="too-large")
        return tuple(sorted({info.filename for info in infos}))


@contextmanager
def _zip(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, KeyError, ValueError) as error:
        raise CaptureFailed(f"the zip file is damaged: {error}", reason="damaged-zip") from error


def _zipped(file: BinaryIO, part: str) -> BinaryIO:
    with _zip(file) as archive:
        info = archive.getinfo(part)
        if info.flag_bits & _ENCRYPTED:
            raise CaptureFailed("it is encrypted", reason="encrypted")
        if info.compress_type == zipfile.ZIP_STORED:
            return cast("BinaryIO", io.BufferedReader(_Window(file, _content_at(file, info), info.file_size)))
        # It lives on without the archive, and inflates again from its beginning to go back.
        return cast("BinaryIO", archive.open(info))


def _content_at(file: BinaryIO, info: zipfile.ZipInfo) -> int:
    """Where a member's content begins: after its local header, whose two lengths stand at its end."""
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise CaptureFailed("the zip file is damaged: no local header", reason="damaged-zip")
    name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    return info.header_offset + 30 + name + extra


class _Window(Seekable):
    """A stretch of a file."""

    def __init__(self, file: BinaryIO, base: int, size: int) -> None:
        self._file, self._base, self._size = file, base, size

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def take(self, size: int) -> bytes:
        self._file.seek(self._base + self._at)
        return self._file.read(max(0, min(size, self._size - self._at)))
