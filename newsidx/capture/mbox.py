"""Mailboxes: where the mails of an mbox file begin, and one mail as a ``.eml`` file would hold it.

Newsletters are often kept so. A mail begins at a line ``From SENDER DATE`` at the file's beginning or after an empty
line; a line of its text that begins so is quoted with ``>`` (as mboxrd, and mostly mboxo, write it). What a mail holds
is the business of `mail`. Called by `container`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from newsidx.capture.files import LIMIT_BYTES, too_large
from newsidx.capture.record import Entry, Listing, Problem, Record
from newsidx.errors import CaptureFailed

__all__ = ["is_mailbox", "list_records", "read_record"]

_STEP_RECORDS = 1000
_STEP_BYTES = 256 * 1024 * 1024
_LINE_BYTES = 1024 * 1024
_FROM = re.compile(rb"From [^\r\n]{0,300}[0-9]{4}\b")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def is_mailbox(head: bytes) -> bool:
    """Whether a file that begins so is a mailbox."""
    return _FROM.match(head.lstrip(b"\r\n")) is not None


def list_records(stream: BinaryIO, start: int, limit: int | None) -> Listing:
    """The mails from the byte `start` on, at which a mail begins, or where the file ended before. A file whose last
    line is not ended holds half a mail there, which is listed once more when there is more of it."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    begins = list(_begins(stream, start, (limit or _STEP_RECORDS) + 1))
    size = stream.seek(0, 2)
    is_end = len(begins) <= (limit or _STEP_RECORDS) and (not begins or begins[-1] - start < _STEP_BYTES)
    ends = [*begins[1:], size] if is_end else begins[1:]
    for at, end in zip(begins, ends, strict=False):
        if end - at > LIMIT_BYTES:
            problems.append(Problem(at, "too-large", too_large(LIMIT_BYTES).message))
        else:
            entries.append(Entry(at, end - at))
    if not is_end:
        return Listing("", tuple(entries), problems=tuple(problems), end=begins[-1])
    stream.seek(max(0, size - 1))
    is_whole = not begins or stream.read(1) == b"\n"
    end = size if is_whole else begins[-1]
    return Listing("", tuple(entries), problems=tuple(problems), end=end, is_end=True)


def _begins(stream: BinaryIO, start: int, most: int) -> Iterator[int]:
    """Where mails begin; the last may be the first beyond what a step takes."""
    stream.seek(start)
    at, is_after_blank = start, True
    while most > 0:
        line = stream.readline(_LINE_BYTES)
        if not line:
            return
        if is_after_blank and _FROM.match(line):
            yield at
            most -= 1
            if at - start >= _STEP_BYTES:
                return
        at += len(line)
        is_after_blank = line in (b"\n", b"\r\n")


def read_record(stream: BinaryIO, at: int) -> Record:
    """The mail that begins at `at`."""
    stream.seek(at)
    if not _FROM.match(stream.readline(_LINE_BYTES)):
        raise CaptureFailed("no mail begins there", reason="damaged-mbox")
    lines: list[bytes] = []
    size, is_after_blank = 0, False
    while line := stream.readline(_LINE_BYTES):
        if is_after_blank and _FROM.match(line):
            break
        lines.append(line)
        size += len(line)
        if size > LIMIT_BYTES:
            raise too_large(LIMIT_BYTES)
        is_after_blank = line in (b"\n", b"\r\n")
    if lines and is_after_blank:
        lines.pop()  # it parts the mails
    return Record(_QUOTED.sub(rb"\1", b"".join(lines)), "mail.eml")
