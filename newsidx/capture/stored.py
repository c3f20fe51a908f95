"""Stored bytes → capture: the ID, decompression within limits, media type, hints.

Leaves the file to `files`, what bytes are to `content`, what the page says of its own saving to `saved`, what stands
beside it to `sidecar`. Called by `ingest.reader` and the API's `parse`.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace

from newsidx.capture.content import media_type_of, narrowed
from newsidx.capture.feed import ENTRY_NAME, page_in_entry
from newsidx.capture.files import LIMIT_BYTES, read_stored, too_large
from newsidx.capture.mail import is_mail, page_in_mail
from newsidx.capture.record import Record
from newsidx.capture.saved import saved_page_hints, unreplayed
from newsidx.capture.sidecar import sidecar_hints_of
from newsidx.capture.webarchive import is_webarchive, page_in_webarchive
from newsidx.errors import CaptureFailed
from newsidx.model import EVIDENCE, Capture, Hint, capture_id

__all__ = ["from_bytes", "from_record", "load"]

_GZIP = b"\x1f\x8b\x08"
_CHUNK_BYTES = 1024 * 1024


def load(
    path: str,
    *,
    hints: Iterable[Hint] = (),
    limit_bytes: int = LIMIT_BYTES,
    on_problem: Callable[[str], None] | None = None,
) -> Capture:
    """The capture in the file at `path`, with the hints of a sidecar beside it.

    NotACapture: the bytes are no page (`reason` empty, binary, code, …). CaptureFailed: unreadable, special,
    too-large, damaged-gzip; also sidecar, if that cannot be read and there is no `on_problem` to be told (with one,
    the capture is read with what could be read of its sidecar).
    """
    data = read_stored(path, limit_bytes=limit_bytes)
    return from_bytes(data, path=path, hints=(*sidecar_hints_of(path, on_problem), *hints), limit_bytes=limit_bytes)


def from_bytes(
    data: bytes, *, path: str | None = None, hints: Iterable[Hint] = (), limit_bytes: int = LIMIT_BYTES
) -> Capture:
    """The capture that these bytes, as stored, are: as `load`, without any file. `path` only tells the name.

    Hints are in the order of `model.EVIDENCE`; those of the page's own saving are added. Of a file that wraps one page
    (MHTML, mail, Safari's web archive) the capture's bytes are that page's, and its ID is the file's. Text in UTF-16
    or UTF-32 is handed on as UTF-8 with a byte order mark, a page that a web archive replayed with its own addresses.
    """
    identity = capture_id(data)
    if data.startswith(_GZIP):
        data = _gunzip(data, limit_bytes)
    elif len(data) > limit_bytes:
        raise too_large(limit_bytes)
    name = os.path.basename(path) if path else ""
    if is_mail(data, name) or is_webarchive(data):
        wrapped = page_in_webarchive(data) if is_webarchive(data) else page_in_mail(data, name)
        data, name, hints = wrapped.data, wrapped.name, (*wrapped.hints, *hints)
    media_type = media_type_of(data, name)
    data = narrowed(data)
    saved = saved_page_hints(data) if media_type == "text/html" else ()
    if saved:
        data = unreplayed(data)
    return Capture(identity, data, media_type, path, _ordered((*saved, *hints)))


def from_record(record: Record, *, path: str | None = None, hints: Iterable[Hint] = ()) -> Capture:
    """The capture that a container's record holds; its ID is that of the record's bytes with all codings taken off,
    so that the same page in a file of its own has the same. As `from_bytes`; a record of JSON is no page."""
    if record.name == "record.json":
        return Capture(
            capture_id(record.data), record.data, "application/json", path, _ordered((*record.hints, *hints))
        )
    if record.name == ENTRY_NAME:
        page = page_in_entry(record.data)
        return Capture(capture_id(record.data), page.data, "text/html", path, _ordered((*record.hints, *hints)))
    capture = from_bytes(record.data, path=record.name, hints=(*record.hints, *hints))
    return replace(capture, path=path)


def _ordered(hints: Iterable[Hint]) -> tuple[Hint, ...]:
    ranks = {evidence: rank for rank, evidence in enumerate(EVIDENCE)}
    return tuple(sorted(dict.fromkeys(hints), key=lambda hint: ranks.get(hint.evidence, len(ranks))))


def _gunzip(data: bytes, limit_bytes: int) -> bytes:
    """All members' content; the limit is on what comes out, so that a bomb costs no more than an honest page."""
    chunks: list[bytes] = []
    total, rest = 0, data
    while rest.startswith(_GZIP):
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        pending = rest
        while not member.eof:
            try:
                chunk = member.decompress(pending, min(_CHUNK_BYTES, limit_bytes + 1 - total))
            except zlib.error as error:
                raise CaptureFailed(f"the gzip data is damaged: {error}", reason="damaged-gzip") from error
            total += len(chunk)
            if total > limit_bytes:
                raise too_large(limit_bytes)
            chunks.append(chunk)
            pending = member.unconsumed_tail
            if not chunk and not pending and not member.eof:
                raise CaptureFailed("the gzip data ends too early", reason="damaged-gzip")
        rest = member.unused_data
    if rest.strip(b"\0"):  # tapes and block devices pad with zeros; anything else is damage
        raise CaptureFailed("something follows the gzip data", reason="damaged-gzip")
    return b"".join(chunks)
