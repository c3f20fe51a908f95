r"""A segment file is frames one after another; every byte of it is covered by a checksum.

::

    file     = header frame* contents
    header   = "newsidx\0"  format:u32  0:u32  segment:16 bytes                     32 bytes
    frame    = payload, zeros up to 8  |  crc32:u32 of each page, zeros up to 8  |  footer
    footer   = "nsxframe"  name:16 bytes  segment:16 bytes  length:u64  version:u16  0:u16
               crc32:u32 of the page checksums  crc32:u32 of the 60 bytes before       64 bytes, ends the frame
    contents = a frame named "contents" that ends the file: the header again, then for each frame
               name:16 bytes  offset:u64  length:u64                                   32 bytes a row

A page is 16 KiB of a payload (and of the zeros after it). Footers and page checksums are verified when a file is
opened, pages when they are first touched (`Guard`): a search pays for what it reads, and damage is never an answer.
Numbers are little-endian everywhere. A *sheet* is a file of one frame without header and contents: the commit file.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from newsidx.codec.ragged import Ints
from newsidx.errors import IndexDamaged, IndexVersion

__all__ = ["FORMAT", "READ_FORMATS", "Frames", "Guard", "SegmentWriter", "read_sheet", "write_sheet"]

FORMAT = 5
"""Rises when what one version writes cannot be read by the one before. 1 was Whoosh's own files, 2 had no labels, 3 had
one sample for all texts of a segment, 4 had only lists of whole bytes."""

READ_FORMATS = frozenset({3, 4, FORMAT})

_MAGIC = b"newsidx\0"
_FRAME = b"nsxframe"
_HEADER = struct.Struct("<8sII16s")
_FOOTER = struct.Struct("<8s16s16sQHHII")
_ROW = struct.Struct("<16sQQ")
_CONTENTS = "contents"
_VERSION = 1

# Verifying costs about 10 µs a page of 16 KiB, at the first touch; the checksums of a file of 1 GB are 256 KiB.
_PAGE_SHIFT = 14
_PAGE = 1 << _PAGE_SHIFT
_ZEROS = bytes(8)


class Guard:
    """A payload whose pages are verified when they are first touched. `name` says which, for messages."""

    __slots__ = ("_checked", "_crcs", "_padded", "_path", "_view", "length", "name")

    def __init__(self, view: memoryview, length: int, crcs: memoryview, name: str, path: str) -> None:
        self._view = view
        self._padded = len(view)
        self._crcs = crcs.cast("I")
        self._checked = bytearray(len(self._crcs))
        self._path = path
        self.length = length
        self.name = name

    def array(self, dtype: Any, start: int, count: int) -> Ints:
        """`count` items from byte `start` on, read-only and not copied."""
        if not count:
            return np.zeros(0, dtype)
        size = count * np.dtype(dtype).itemsize
        self._touch(start, start + size)
        return np.frombuffer(self._view, dtype, count, start)

    def bytes(self, start: int, stop: int) -> bytes:
        """The bytes from `start` to `stop`."""
        if start == stop:
            return b""
        self._touch(start, stop)
        return bytes(self._view[start:stop])

    def unpack(self, layout: struct.Struct, start: int) -> tuple[Any, ...]:
        self._touch(start, start + layout.size)
        return layout.unpack_from(self._view, start)

    def damaged(self, what: str) -> IndexDamaged:
        """An error that names the file and the structure."""
        return IndexDamaged(f"the index in {self._path} is damaged: {self.name}: {what}", path=self._path)

    def damaged_pages(self) -> list[int]:
        """The pages whose checksums do not agree, of the whole payload."""
        return [page for page in range(len(self._crcs)) if not self._agrees(page)]

    def _touch(self, start: int, stop: int) -> None:
        if not 0 <= start <= stop <= self.length:
            raise self.damaged(f"a place outside of it is asked for ({start} to {stop} of {self.length} bytes)")
        last = (stop - 1 >> _PAGE_SHIFT) + 1
        page = self._checked.find(0, start >> _PAGE_SHIFT, last)
        while page >= 0:
            if not self._agrees(page):
                raise self.damaged(f"page {page} does not agree with its checksum")
            self._checked[page] = 1
            page = self._checked.find(0, page + 1, last)

    def _agrees(self, page: int) -> bool:
        start = page << _PAGE_SHIFT
        return zlib.crc32(self._view[start : start + _PAGE]) == self._crcs[page]


class _Paged:
    """Checksums of pages of what is written piece by piece."""

    def __init__(self) -> None:
        self.crcs: list[int] = []
        self.length = 0
        self._crc = 0

    def add(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        while view:
            room = _PAGE - (self.length & _PAGE - 1)
            piece, view = view[:room], view[room:]
            self._crc = zlib.crc32(piece, self._crc)
            self.length += len(piece)
            if not self.length & _PAGE - 1:
                self.crcs.append(self._crc)
                self._crc = 0

    def table(self) -> bytes:
        crcs = [*self.crcs, self._crc] if self.length & _PAGE - 1 else self.crcs
        return struct.pack(f"<{len(crcs)}I", *crcs) + bytes(4 * (len(crcs) & 1))


class SegmentWriter:
    """Writes one segment file through `write`, frame by frame, without ever going back. `close` ends it."""

    def __init__(self, write: Callable[[bytes | memoryview], object], segment: bytes) -> None:
        self._write = write
        self._segment = segment
        self._header = _HEADER.pack(_MAGIC, FORMAT, 0, segment)
        self._rows: list[bytes] = []
        self._at = len(self._header)
        write(self._header)

    def frame(self, name: str, payload: bytes | memoryview) -> None:
        self.stream(name, iter((payload,)))

    def stream(self, name: str, pieces: Iterator[bytes | memoryview]) -> None:
        """One frame, given in pieces."""
        start, paged = self._at, _Paged()
        for piece in pieces:
            view = memoryview(piece).cast("B") if len(piece) else memoryview(b"")
            paged.add(view)
            self._write(view)
        length = paged.length
        tail = _end_of_frame(name, self._segment, length, paged)
        self._write(tail)
        self._at = start + length + len(tail)
        self._rows.append(_ROW.pack(name.encode(), start, length))

    def close(self) -> int:
        """End the file; its size in bytes."""
        self.stream(_CONTENTS, iter((self._header + b"".join(self._rows),)))
        return self._at


def _end_of_frame(name: str, segment: bytes, length: int, paged: _Paged) -> bytes:
    pad = _ZEROS[: -length % 8]
    paged.add(pad)
    table = paged.table()
    footer = _FOOTER.pack(_FRAME, name.encode(), segment, length, _VERSION, 0, zlib.crc32(table), 0)[:-4]
    return pad + table + footer + struct.pack("<I", zlib.crc32(footer))


class Frames:
    """The frames of a segment file, by name. IndexDamaged or IndexVersion where the file is not whole."""

    def __init__(
        self,
        buffer: Any,
        *,
        segment: bytes,
        name: str,
        path: str,
        damage: Callable[[IndexDamaged], object] | None = None,
    ) -> None:
        """With `damage`, it is told of what is damaged, and the frames that are whole are there all the same."""
        self._buffer = buffer
        self._view = memoryview(buffer)
        self._segment = segment
        self._name = name
        self._path = path
        self._guards: dict[str, Guard] = {}
        try:
            rows = list(self._listed())
        except IndexDamaged as error:
            if damage is None:
                raise
            damage(error)
            rows = list(self._scanned())
        for key, offset, length in rows:
            try:
                self._guards[key] = self._frame(key, offset, length)
            except IndexDamaged as error:
                if damage is None:
                    raise
                damage(error)

    def _listed(self) -> Iterator[tuple[str, int, int]]:
        """(name, offset, length) of the frames, as the last one lists them."""
        contents = self._frame(_CONTENTS, None, None)
        header = bytes(self._view[: _HEADER.size])
        if contents.bytes(0, _HEADER.size) != header:
            raise contents.damaged("the beginning of the file is not what it was")
        magic, written, *_ = _HEADER.unpack(header)
        if magic != _MAGIC or written not in READ_FORMATS:
            raise IndexVersion(
                f"the index in {self._path} holds a file of another format: {self._name}", path=self._path
            )
        for at in range(_HEADER.size, contents.length, _ROW.size):
            frame, offset, length = contents.unpack(_ROW, at)
            yield frame.rstrip(b"\0").decode("ascii", "replace"), offset, length

    def _scanned(self) -> Iterator[tuple[str, int, int]]:
        """The same from the footers that are found whole in the file."""
        at = self._buffer.find(_FRAME)
        while at >= 0:
            footer = self._view[at : at + _FOOTER.size]
            if len(footer) == _FOOTER.size:
                _, name, segment, length, _, _, _, crc = _FOOTER.unpack(footer)
                if crc == zlib.crc32(footer[:-4]) and segment == self._segment and length < at:
                    key = name.rstrip(b"\0").decode("ascii", "replace")
                    if key != _CONTENTS:
                        yield key, at - sum(_sizes(length)), length
            at = self._buffer.find(_FRAME, at + 1)

    def __getitem__(self, name: str) -> Guard:
        try:
            return self._guards[name]
        except KeyError:
            text = f"the index in {self._path} is damaged: {self._name} has no {name}"
            raise IndexDamaged(text, path=self._path) from None

    def __iter__(self) -> Iterator[Guard]:
        return iter(self._guards.values())

    def _frame(self, name: str, offset: int | None, length: int | None) -> Guard:
        return _open_frame(self._view, name, self._segment, offset, length, label=self._name, path=self._path)


def _open_frame(
    view: memoryview, name: str, segment: bytes, offset: int | None, length: int | None, *, label: str, path: str
) -> Guard:
    """The frame at `offset`; without one, the frame that ends the buffer."""

    def damaged(what: str) -> IndexDamaged:
        return IndexDamaged(f"the index in {path} is damaged: {label}: {what}", path=path)

    if offset is None or length is None:
        if len(view) < _FOOTER.size:
            raise damaged(f"it has {len(view)} bytes")
        footer_at = len(view) - _FOOTER.size
        length = _FOOTER.unpack_from(view, footer_at)[3]
        offset = footer_at - _sizes(length)[0] - _sizes(length)[1] if length < len(view) else -1
    padded, table_bytes = _sizes(length)
    footer_at = offset + padded + table_bytes
    if offset < 0 or footer_at + _FOOTER.size > len(view):
        raise damaged(f"{name} is cut off")
    footer = view[footer_at : footer_at + _FOOTER.size]
    magic, written, of, said, version, _, table_crc, crc = _FOOTER.unpack(footer)
    if crc != zlib.crc32(footer[:-4]) or magic != _FRAME:
        raise damaged(f"the footer of {name} does not agree with its checksum")
    if written.rstrip(b"\0") != name.encode() or of != segment or said != length:
        raise damaged(f"there is something else where {name} should be")
    if version != _VERSION:
        raise IndexVersion(f"the index in {path} has a {name} of version {version}; this reads {_VERSION}", path=path)
    table = view[offset + padded : footer_at]
    if zlib.crc32(table) != table_crc:
        raise damaged(f"the checksums of {name} do not agree with theirs")
    pages = -(-padded // _PAGE)
    return Guard(view[offset : offset + padded], length, table[: 4 * pages], f"{label}, {name}", path)


def _sizes(length: int) -> tuple[int, int]:
    """Bytes of a payload with its zeros, and of its page checksums with theirs."""
    padded = length + -length % 8
    pages = -(-padded // _PAGE)
    return padded, 4 * (pages + (pages & 1))


_NOBODY = bytes(16)


def write_sheet(name: str, payload: bytes) -> bytes:
    """A file of one frame."""
    paged = _Paged()
    paged.add(payload)
    return payload + _end_of_frame(name, _NOBODY, len(payload), paged)


def read_sheet(name: str, data: bytes, *, label: str, path: str) -> bytes:
    """The payload of a file that `write_sheet` made. IndexDamaged where it is not whole."""
    guard = _open_frame(memoryview(data), name, _NOBODY, None, None, label=label, path=path)
    if _sizes(guard.length)[0] + _sizes(guard.length)[1] + _FOOTER.size != len(data):
        raise guard.damaged("there is more in the file than there should be")
    return guard.bytes(0, guard.length)
