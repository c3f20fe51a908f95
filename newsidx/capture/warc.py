"""WARC: where the records with pages begin, and one record's page. Also WET, which is WARC with texts. Records may be
compressed, each by itself, by gzip or by Zstandard (`zstd`).

By fastwarc (the extra ``newsidx[warc]``): it reads 20,000 compressed records a second, where extracting their pages
takes a hundred times as long, so that one process can list what many read. What it cannot read is passed over: after
damage the next record is looked for in the raw bytes. Called by `container`.

Worth reading are responses with status 200 whose type is HTML, XHTML, plain text or unknown; revisits; resources with
a web address of such types; conversions to plain text. A record's page is its payload with transfer and content
codings taken off (`bodies`).
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from typing import Any, BinaryIO

from newsidx.capture.bodies import decoded_body
from newsidx.capture.container_file import GZIP
from newsidx.capture.files import LIMIT_BYTES, too_large
from newsidx.capture.headers import content_type, page_reason
from newsidx.capture.record import Entry, Listing, Problem, Record, Revisit
from newsidx.capture.saved import unwrapped
from newsidx.capture.zstd import ZSTD, begins_with, frame_end, frames_from, is_zstd
from newsidx.errors import CaptureFailed, NotACapture
from newsidx.model import Hint, Moment

__all__ = ["CompressedAsAWhole", "list_records", "member_end", "read_record"]

_STEP_RECORDS = 1000
_STEP_BYTES = 256 * 1024 * 1024
_RECORD_BYTES = 1 << 30
"""A record that says it is longer is taken for damage: the listing would have to inflate it all."""
_MOST_PROBLEMS = 100
_MOST_REASONS = 200
_HEAD_BYTES = 64 * 1024
_CHUNK_BYTES = 1024 * 1024
_PLAIN = re.compile(rb"(?:\A|(?<=\n))WARC/[01]\.\d\d?\r?\n")


class CompressedAsAWhole(Exception):
    """The WARC's records have no places in the compressed file."""


def _fastwarc() -> Any:
    try:
        from fastwarc import warc
    except ImportError as error:
        message = 'reading WARC needs the package fastwarc: pip install "newsidx[warc]"'
        raise NotACapture(message, reason="needs-warc") from error
    return warc


def list_records(stream: BinaryIO, start: int, limit: int | None, passes_first: bool = False) -> Listing:
    """The records from the byte `start` on, which is a record's beginning; at most `limit`; `passes_first`: without
    the first one."""
    return _Listing(stream, start, min(limit or _STEP_RECORDS, _STEP_RECORDS)).run(passes_first=passes_first)


class _Listing:
    """One step of listing."""

    def __init__(self, stream: BinaryIO, start: int, limit: int) -> None:
        self._stream, self._start, self._limit = stream, start, limit
        self._warc = _fastwarc()
        self._magic = _magic(stream)
        self._entries: list[Entry] = []
        self._problems: list[Problem] = []
        self._skips: Counter[str] = Counter()
        self._seen = self._bytes = 0

    def run(self, *, passes_first: bool) -> Listing:
        at: int | None = self._start
        end, is_end = self._start, False
        if passes_first:
            size = self._stream.seek(0, 2)
            at = _next_record(self._stream, self._start + 1, size, self._magic)
            end, is_end = (size, True) if at is None else (at, False)
        while at is not None and not is_end:
            last, fault = self._records_from(at)
            if fault is None:  # the step is full: `last` is where the next one begins
                end = last
                break
            end, at, is_end = self._after(last, fault)
        return Listing("", tuple(self._entries), tuple(sorted(self._skips.items())), tuple(self._problems), end, is_end)

    def _records_from(self, start: int) -> tuple[int, str | None]:
        """List up to the step's end, the file's end or damage. Returns the last record's place and what was the
        trouble (empty: the file ended); at the step's end the next record's place and None."""
        last = start
        stream, shift = _from(self._stream, start, self._magic)
        records = iter(self._warc.ArchiveIterator(stream, parse_http=False, max_header_len=_HEAD_BYTES))
        while True:
            try:
                record = next(records, None)
                if record is None:
                    return last, ""
                at = int(record.stream_pos) + shift
                if self._seen >= self._limit or self._bytes >= _STEP_BYTES:
                    return at, None
                last = at
                size = int(record.content_length)
                if self._magic and not self._is_member(at):
                    raise CompressedAsAWhole
                if size > _RECORD_BYTES:
                    self._fault(at, "too-large", "it says that it is longer than 1 GiB")
                    return at, "its length"
                verdict = self._verdict(record)
            except CompressedAsAWhole:
                raise
            except Exception as error:  # noqa: BLE001 (a foreign parser on foreign bytes)
                return last, str(error) or type(error).__name__
            self._seen += 1
            self._bytes += size
            if verdict == "":
                self._entries.append(Entry(at, size))
            elif verdict is not None:
                is_known = verdict in self._skips or len(self._skips) < _MOST_REASONS
                self._skips[verdict if is_known else "other-types"] += 1

    def _verdict(self, record: Any) -> str | None:
        """Empty for a record worth reading; None for one that holds nothing captured; else why it is skipped."""
        kind = str(record.record_type)
        if kind == "revisit":
            return ""
        if kind == "response":
            if not record.is_http:
                media = content_type(record.headers.get("Content-Type")).media_type
                return page_reason(media) or media or "unknown-type"
            try:
                record.parse_http(strict_mode=False)
            except (OSError, ValueError):
                return ""  # reading it will say what is wrong
            status = record.http_headers.status_code
            if status is not None and status not in (200, 203):
                return f"http-{status}"
            return page_reason(content_type(record.http_headers.get("Content-Type")).media_type)
        if kind in ("resource", "conversion"):
            media = content_type(record.headers.get("Content-Type")).media_type
            if reason := page_reason(media):
                return reason
            return "" if _target(record).startswith(("http://", "https://")) else "no-web-address"
        return "segment" if kind == "continuation" else None

    # After the file's end, or damage

    def _after(self, last: int, fault: str) -> tuple[int, int | None, bool]:
        """(End of what is listed, where to go on or None, whether the file ends there)."""
        size = self._stream.seek(0, 2)
        if self._is_blank(last, size):
            return last, None, True
        end, is_whole = self._end_of(last, size)
        if is_whole and self._is_blank(end, size):
            return size, None, True
        following = _next_record(self._stream, end if is_whole else last + 1, size, self._magic)
        if following is None and not is_whole and not fault:
            # The last record ends too early: it may still be written. What was listed of it is taken back.
            self._take_back(last)
            self._fault(last, "truncated", "the record ends too early")
            return last, None, True
        if is_whole and following == end:
            return following, following, False  # the trouble was with what follows, and is met again there
        if not is_whole:
            self._take_back(last)
        detail = f"bytes that are no record: {fault}" if fault else "the record ends too early"
        self._fault(end if is_whole else last, "damaged-record", detail)
        if following is None or len(self._problems) >= _MOST_PROBLEMS:
            return (size, None, True) if following is None else (following, None, False)
        return following, following, False

    def _fault(self, at: int, reason: str, detail: str) -> None:
        if not self._problems or self._problems[-1].at != at:  # the same trouble, met again from the other side
            self._problems.append(Problem(at, reason, detail))

    def _take_back(self, at: int) -> None:
        if self._entries and self._entries[-1].at == at:
            self._entries.pop()

    def _end_of(self, at: int, size: int) -> tuple[int, bool]:
        """Where the record that begins at `at` ends in the file, and whether it is whole."""
        if self._magic:
            return (frame_end if self._magic == ZSTD else member_end)(self._stream, at)
        self._stream.seek(at)
        head = self._stream.read(_HEAD_BYTES)
        blank = re.search(rb"\r?\n\r?\n", head)
        length = re.search(rb"(?im)^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", head[: blank.start()] if blank else b"")
        if blank is None or length is None or not head.startswith(b"WARC/"):
            return at, False
        end = at + blank.end() + int(length[1])
        if end > size:
            return at, False
        self._stream.seek(end)
        return end, end == size or self._stream.read(2) in (b"\r\n", b"\n\n")

    def _is_blank(self, start: int, size: int) -> bool:
        """Whether nothing stands between here and the file's end but line ends, or the zeros that tapes pad with."""
        self._stream.seek(start)
        return size - start <= _HEAD_BYTES and not self._stream.read(size - start).strip(b"\r\n\0 ")

    def _is_member(self, at: int) -> bool:
        where = self._stream.tell()
        self._stream.seek(at)
        found = self._stream.read(4)
        self._stream.seek(where)
        return found.startswith(self._magic)


def _magic(stream: BinaryIO) -> bytes:
    """What each record of the file begins with, if it is compressed by itself."""
    stream.seek(0)
    head = stream.read(4)
    return GZIP if head.startswith(GZIP) else ZSTD if is_zstd(head) else b""


def _from(stream: BinaryIO, at: int, magic: bytes) -> tuple[BinaryIO, int]:
    """The file from a record on, with what is needed to unpack it; by how much places in it are before those in the
    file."""
    if magic == ZSTD:
        return frames_from(stream, at)
    stream.seek(at)
    return stream, 0


def member_end(stream: BinaryIO, at: int) -> tuple[int, bool]:
    """Where the gzip member at `at` ends, and whether it is whole; bounded by what comes out of it."""
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    stream.seek(at)
    read = out = 0
    data = b""
    try:
        while not inflater.eof and out <= _RECORD_BYTES:
            data = inflater.unconsumed_tail or stream.read(_CHUNK_BYTES)
            if not data:
                return at, False
            read += 0 if inflater.unconsumed_tail else len(data)
            out += len(inflater.decompress(data, _CHUNK_BYTES))
    except zlib.error:
        return at, False
    return (at + read - len(inflater.unused_data), True) if inflater.eof else (at, False)


def _next_record(stream: BinaryIO, start: int, size: int, magic: bytes) -> int | None:
    """The next place from `start` on at which a record begins."""
    at, before = start, b"\n"
    while at < size:
        stream.seek(at)
        window = stream.read(_CHUNK_BYTES)
        if magic:
            found = window.find(magic)
            while found >= 0:
                if _begins_record(stream, at + found, magic):
                    return at + found
                found = window.find(magic, found + 1)
        elif (match := _PLAIN.search(before + window)) is not None:
            return at + match.start() - len(before)
        if len(window) < _CHUNK_BYTES:
            return None
        at += len(window) - 16  # a mark may lie across the windows' border
        before = b""
    return None


def _begins_record(stream: BinaryIO, at: int, magic: bytes) -> bool:
    if magic == ZSTD:
        return begins_with(frames_from(stream, at)[0], b"WARC/")
    stream.seek(at)
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(stream.read(512), 16).startswith(b"WARC/")
    except zlib.error:
        return False


def _target(record: Any) -> str:
    return (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")


# ---- one record -----------------------------------------------------------------------------------------------------


def read_record(stream: BinaryIO, at: int) -> Record:
    """The record that begins at `at`. CaptureFailed: damaged-record, truncated, too-large, encoding."""
    stream, shift = _from(stream, at, _magic(stream))
    try:
        reader = _fastwarc().ArchiveIterator(stream, parse_http=False, max_header_len=_HEAD_BYTES)
        record = next(iter(reader), None)
        if record is None or record.stream_pos + shift != at:
            raise CaptureFailed("no record begins there", reason="damaged-record")
        is_http = bool(record.is_http)
        if is_http:
            record.parse_http(strict_mode=False)
    except (OSError, ValueError) as error:
        raise CaptureFailed(f"the record cannot be read: {error}", reason="damaged-record") from error
    digest = (record.headers.get("WARC-Payload-Digest") or "").strip().lower()
    if str(record.record_type) == "revisit":
        return Record(b"", "", _hints(record), digest, _revisit(record, digest))
    headers = _http_headers(record) if is_http else {}
    body = decoded_body(_body(record), headers, limit_bytes=LIMIT_BYTES)
    kind = content_type(headers.get("content-type") if is_http else record.headers.get("Content-Type"))
    hints = [*_hints(record)]
    if kind.charset:
        hints.append(Hint("charset", kind.charset, "header"))
    name = "" if not kind.media_type else "page.txt" if kind.media_type == "text/plain" else "page.html"
    return Record(body, name, tuple(hints), digest)


def _body(record: Any) -> bytes:
    expected = int(record.content_length)
    if expected > LIMIT_BYTES:
        raise too_large(LIMIT_BYTES)
    chunks: list[bytes] = []
    total = 0
    try:
        while total < expected and (chunk := record.reader.read(min(_CHUNK_BYTES, expected - total))):
            chunks.append(chunk)
            total += len(chunk)
    except (OSError, ValueError) as error:
        raise CaptureFailed(f"the record is damaged: {error}", reason="damaged-record") from error
    if total < expected:
        raise CaptureFailed("the record ends too early", reason="truncated")
    return b"".join(chunks)


def _http_headers(record: Any) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in record.http_headers.items_bytes():
        headers.setdefault(name.decode("latin-1").strip().lower(), value.decode("latin-1"))
    return headers


def _hints(record: Any) -> tuple[Hint, ...]:
    url, replayed = unwrapped(_target(record))
    hints = [Hint("url", url, "header")] if url is not None else []
    captured = replayed or _moment(record.headers.get("WARC-Date"))
    return (*hints, Hint("captured", captured, "header")) if captured is not None else tuple(hints)


def _revisit(record: Any, digest: str) -> Revisit:
    url = (record.headers.get("WARC-Refers-To-Target-URI") or "").strip().strip("<>") or _target(record)
    return Revisit(url, _moment(record.headers.get("WARC-Refers-To-Date")) or "", digest)


def _moment(text: str | None) -> str | None:
    try:
        return str(Moment.parse(text)) if text else None
    except ValueError:
        return None
