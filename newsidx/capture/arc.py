"""ARC, in which web archives were kept before WARC (until about 2009): where its records begin, and one record's page.

::

    record  = header newline body newline
    header  = URL " " IP " " date " " type *(" " field) " " length        ; in version 2 there are more fields
    body    = what the server sent, HTTP headers first, `length` bytes

Records may be compressed, each by itself, by gzip. The first one, ``filedesc://``, is about the file. Damage costs the
records up to the next header that is found. Called by `container`.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from newsidx.capture.bodies import decoded_body
from newsidx.capture.clock import compact
from newsidx.capture.container_file import GZIP
from newsidx.capture.files import LIMIT_BYTES, too_large
from newsidx.capture.headers import content_type, page_reason, parse_headers, split_head
from newsidx.capture.record import Entry, Listing, Problem, Record
from newsidx.capture.saved import unwrapped
from newsidx.capture.warc import CompressedAsAWhole, member_end
from newsidx.errors import CaptureFailed
from newsidx.model import Hint

__all__ = ["is_arc", "list_records", "read_record"]

_STEP_RECORDS = 1000
_STEP_BYTES = 256 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024
_LINE_BYTES = 16 * 1024
_MOST_PROBLEMS = 100
_HEADER = re.compile(
    rb"([a-zA-Z][\w+.-]{1,20}:\S{0,8000}) (\S{1,60}) (\d{8,17}) (\S{1,200})(?: \S{1,4000}){0,6} (\d{1,18})\r?\n"
)
_NEXT = re.compile(
    rb"\n(?=[a-zA-Z][\w+.-]{1,20}:\S{1,4000} \S{1,60} \d{14} \S{1,200}(?: \S{1,1000}){0,6} \d{1,18}\r?\n)"
)
_STATUS = re.compile(rb"HTTP/[\d.]{1,5} +(\d{3})\b")


def is_arc(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return head.startswith(b"filedesc://") and _HEADER.match(head) is not None


def list_records(stream: BinaryIO, start: int, limit: int | None, passes_first: bool = False) -> Listing:
    """The records from the byte `start` on, which is a record's beginning; at most `limit`; `passes_first`: without
    the first one. CompressedAsAWhole."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    skips: Counter[str] = Counter()
    at, seen, size = start, 0, stream.seek(0, 2)
    if passes_first:
        following = _next_record(stream, start + 1, size)
        at = size if following is None else following
    while at < size:
        if seen >= min(limit or _STEP_RECORDS, _STEP_RECORDS) or at - start >= _STEP_BYTES:
            return Listing("", tuple(entries), tuple(sorted(skips.items())), tuple(problems), at)
        at = _begin(stream, at)
        header, head, end = _look(stream, at, size)
        if header is None or end is None:
            if header is None and _is_blank(stream, at, size):
                break
            following = _next_record(stream, at + 1, size)
            if following is None and header is not None:  # it may still be written
                problems.append(Problem(at, "truncated", "the record ends too early"))
                return Listing("", tuple(entries), tuple(sorted(skips.items())), tuple(problems), at, is_end=True)
            problems.append(Problem(at, "damaged-record", "bytes that are no record"))
            at = size if following is None or len(problems) >= _MOST_PROBLEMS else following
            continue
        seen += 1
        reason = _reason(header, head)
        if reason == "":
            entries.append(Entry(at, int(header[5])))
        elif reason is not None:
            skips[reason] += 1
        at = end
    return Listing("", tuple(entries), tuple(sorted(skips.items())), tuple(problems), size, is_end=True)


def _begin(stream: BinaryIO, at: int) -> int:
    """Where the record begins after the line ends that part records."""
    stream.seek(at)
    head = stream.read(16)
    return at + len(head) - len(head.lstrip(b"\r\n"))


def _is_gzip(stream: BinaryIO, at: int) -> bool:
    stream.seek(at)
    return stream.read(3) == GZIP


def _look(stream: BinaryIO, at: int, size: int) -> tuple[re.Match[bytes] | None, bytes, int | None]:
    """A record's header, what its body begins with, and where it ends; None for what cannot be told."""
    if _is_gzip(stream, at):
        try:
            stream.seek(at)
            head = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(stream.read(_LINE_BYTES), _LINE_BYTES)
        except zlib.error:
            return None, b"", None
        head = head.lstrip(b"\r\n")
        header = _HEADER.match(head)
        if header is not None and len(head) > header.end() + int(header[5]) + 16:
            raise CompressedAsAWhole
        end, is_whole = member_end(stream, at)
        return header, head[header.end() :] if header is not None else b"", end if is_whole else None
    stream.seek(at)
    head = stream.read(_LINE_BYTES)
    header = _HEADER.match(head)
    if header is None:
        return None, b"", None
    end = at + header.end() + int(header[5])
    return header, head[header.end() :], end if end <= size else None


def _is_blank(stream: BinaryIO, at: int, size: int) -> bool:
    stream.seek(at)
    return size - at <= _LINE_BYTES and not stream.read(size - at).strip(b"\r\n\0 ")


def _next_record(stream: BinaryIO, start: int, size: int) -> int | None:
    at = start
    while at < size:
        stream.seek(at)
        window = stream.read(_CHUNK_BYTES)
        found = min(_headers_in(stream, window, at), default=None)
        if found is not None:
            return found
        if len(window) < _CHUNK_BYTES:
            return None
        at += len(window) - _LINE_BYTES  # a header may lie across the windows' border
    return None


def _headers_in(stream: BinaryIO, window: bytes, at: int) -> Iterator[int]:
    match = _NEXT.search(window)
    if match is not None:
        yield at + match.end()
    found = window.find(GZIP)
    while found >= 0:
        if _look(stream, at + found, at + found)[0] is not None:
            yield at + found
            return
        found = window.find(GZIP, found + 1)


def _reason(header: re.Match[bytes], body: bytes) -> str | None:
    """Why a record is no page's; empty for one that is, None for what is nothing captured."""
    url = header[1].lower()
    if url.startswith(b"filedesc:"):
        return None
    if not url.startswith((b"http:", b"https:")):
        return "no-web-address"
    status = _STATUS.match(body)
    if status is not None and status[1] not in (b"200", b"203"):
        return f"http-{status[1].decode('ascii')}"
    told = content_type(parse_headers(split_head(body)[0]).get("content-type") if status is not None else None)
    return page_reason(told.media_type or content_type(header[4].decode("latin-1")).media_type)


def read_record(stream: BinaryIO, at: int) -> Record:
    """The record that begins at `at`. CaptureFailed: damaged-record, truncated, too-large, encoding."""
    is_packed = _is_gzip(stream, at)
    stream.seek(at)
    try:
        data = _member(stream) if is_packed else stream.read(_LINE_BYTES)
    except zlib.error as error:
        raise CaptureFailed(f"the record is damaged: {error}", reason="damaged-record") from error
    header = _HEADER.match(data)
    if header is None:
        raise CaptureFailed("no record begins there", reason="damaged-record")
    size = int(header[5])
    if size > LIMIT_BYTES:
        raise too_large(LIMIT_BYTES)
    if not is_packed:
        stream.seek(at + header.end())
    body = data[header.end() : header.end() + size] if is_packed else stream.read(size)
    if len(body) < size:
        raise CaptureFailed("the record ends too early", reason="truncated")
    return _record(header, body)


def _member(stream: BinaryIO) -> bytes:
    """What comes out of the gzip member at the stream's place, up to a little more than a page may have."""
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    chunks: list[bytes] = []
    total = 0
    while not inflater.eof and total <= LIMIT_BYTES + _LINE_BYTES:
        data = inflater.unconsumed_tail or stream.read(_CHUNK_BYTES)
        if not data:
            break
        chunks.append(inflater.decompress(data, _CHUNK_BYTES))
        total += len(chunks[-1])
    return b"".join(chunks).lstrip(b"\r\n")


def _record(header: re.Match[bytes], body: bytes) -> Record:
    headers: dict[str, str] = {}
    if _STATUS.match(body) is not None:
        head, body = split_head(body)
        headers = parse_headers(head)
    body = decoded_body(body, headers, limit_bytes=LIMIT_BYTES)
    kind = content_type(headers.get("content-type") or header[4].decode("latin-1"))
    url, replayed = unwrapped(header[1].decode("utf-8", "replace"))
    captured = replayed or compact(header[3].decode("ascii"), is_utc=True)
    told = (("url", url), ("captured", captured), ("charset", kind.charset))
    hints = tuple(Hint(name, value, "header") for name, value in told if value)
    return Record(body, "page.txt" if kind.media_type == "text/plain" else "page.html", hints)
