"""Zstandard as archives use it: where a frame ends, streams that begin at any frame, bodies and whole files unpacked.

A ``.warc.zst`` holds a frame a record, and may begin with a dictionary that all of them need, in a frame of its own
that other readers pass over (IIPC, "Zstandard compression in WARC files"). fastwarc unpacks; that what comes out has a
limit, and that a record is found without what stands before it, is done here. Called by `warc`, `bodies`,
`container_file`.

A frame (RFC 8878) is a magic number, a header of 1 to 14 bytes, blocks, each with its length, and a checksum or none:
so that where it ends is known without unpacking it.
"""

from __future__ import annotations

import io
from typing import Any, BinaryIO, cast

from newsidx.capture.files import Seekable, too_large
from newsidx.errors import CaptureFailed

__all__ = ["ZSTD", "Unpacked", "begins_with", "frame_end", "frames_from", "is_zstd", "unpacked"]

ZSTD = b"\x28\xb5\x2f\xfd"
_DICTIONARY = b"\x5d\x2a\x4d\x18"
_MOST_DICTIONARY = 16 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024
_ID_BYTES = (0, 1, 2, 4)
_SIZE_BYTES = (0, 2, 4, 8)
_RAW, _RLE, _PACKED, _RESERVED = range(4)


def is_zstd(head: bytes) -> bool:
    """Whether a file that begins so is a frame of Zstandard, or a dictionary and frames that need it."""
    return head.startswith((ZSTD, _DICTIONARY))


def frame_end(stream: BinaryIO, at: int) -> tuple[int, bool]:
    """Where the frame at `at` ends, and whether it is whole."""
    stream.seek(at)
    header = stream.read(6)
    if not header.startswith(ZSTD) or len(header) < 6:
        return at, False
    flags = header[4]
    is_single = flags >> 5 & 1
    size = _SIZE_BYTES[flags >> 6] or is_single
    place = at + 5 + (not is_single) + _ID_BYTES[flags & 3] + size
    while True:
        stream.seek(place)
        block = int.from_bytes(head := stream.read(3), "little")
        kind = block >> 1 & 3
        if len(head) < 3 or kind == _RESERVED:
            return at, False
        place += 3 + (1 if kind == _RLE else block >> 3)
        if block & 1:
            break
    place += 4 * (flags >> 2 & 1)
    stream.seek(place - 1)
    return (place, True) if stream.read(1) else (at, False)


def frames_from(stream: BinaryIO, at: int) -> tuple[BinaryIO, int]:
    """The file from the frame at `at` on, the dictionary that stands at its beginning before it; and by how much
    places in it are before those in the file."""
    stream.seek(0)
    head = stream.read(8)
    if at and head.startswith(_DICTIONARY) and len(head) == 8:
        size = 8 + int.from_bytes(head[4:], "little")
        if size <= min(at, _MOST_DICTIONARY):
            stream.seek(0)
            return cast("BinaryIO", _After(stream.read(size), stream, at)), at - size
    stream.seek(at)
    return stream, 0


def _reader(stream: Any) -> Any:
    from fastwarc.stream_io import ZstdReader

    return ZstdReader(stream)


def unpacked(body: bytes, limit_bytes: int) -> bytes:
    """What a body unpacks to; of one that is cut short or damaged further on, what there is. CaptureFailed: too-large,
    encoding."""
    try:
        reader = _reader(io.BytesIO(body))
    except ImportError as error:
        raise CaptureFailed('the body is compressed by zstd: pip install "newsidx[warc]"', reason="encoding") from error
    chunks: list[bytes] = []
    total = 0
    try:
        while chunk := reader.read(min(_CHUNK_BYTES, limit_bytes + 1 - total)):
            chunks.append(chunk)
            total += len(chunk)
            if total > limit_bytes:
                raise too_large(limit_bytes)
    except (OSError, ValueError) as error:
        if not chunks:
            raise CaptureFailed("the compressed body is damaged", reason="encoding") from error
    return b"".join(chunks)


def begins_with(frames: BinaryIO, text: bytes) -> bool:
    """Whether what comes out of these frames begins so."""
    try:
        return bool(_reader(frames).read(len(text)) == text)
    except (OSError, ValueError):
        return False


class _After(Seekable):
    """Some bytes, and then a file from a place on, as one file. A read is only short at its end: what is told of where
    frames begin is wrong else."""

    def __init__(self, head: bytes, stream: BinaryIO, at: int) -> None:
        self._head, self._stream, self._shift = head, stream, at - len(head)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at}
        end = 0 if whence in origin else self._stream.seek(0, io.SEEK_END) - self._shift
        self._at = max(0, origin.get(whence, end) + offset)
        return self._at

    def take(self, size: int) -> bytes:
        data = self._head[self._at : self._at + size]
        if len(data) < size:
            self._stream.seek(self._at + len(data) + self._shift)
            data += self._stream.read(size - len(data))
        return data


class Unpacked(Seekable):
    """What comes out of a file that is compressed as a whole; to go back it is unpacked again from its beginning."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._begin()

    def _begin(self) -> None:
        self._stream.seek(0)
        self._reader, self._at = _reader(self._stream), 0

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        target = offset + (self._at if whence == io.SEEK_CUR else 0)
        if whence == io.SEEK_END:
            while self.read(_CHUNK_BYTES):
                pass
            target = self._at + offset
        if target < self._at:
            self._begin()
        while self._at < target and self.read(min(_CHUNK_BYTES, target - self._at)):
            pass
        return self._at

    def take(self, size: int) -> bytes:
        return bytes(self._reader.read(size))
