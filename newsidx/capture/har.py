"""HAR, as browsers export what they have loaded: one JSON document, of whose entries those with a page are records.

An entry's body is text (decoded by the browser, whatever the page says of its encoding) or base64; its address and
time are hints. Called by `container`.
"""

from __future__ import annotations

import binascii
import re
from collections import Counter
from typing import Any, BinaryIO

from newsidx.capture.files import LIMIT_BYTES, too_large
from newsidx.capture.headers import content_type, page_reason
from newsidx.capture.jsonl import value_at, values_in
from newsidx.capture.record import Entry, Listing, Problem, Record
from newsidx.capture.saved import unwrapped
from newsidx.errors import CaptureFailed
from newsidx.model import Hint, Moment

__all__ = ["is_har", "list_records", "read_record"]

_MOST_ENTRY_BYTES = 16 * 1024 * 1024
_HEAD = re.compile(rb'\s*\{\s*"log"\s*:\s*\{')
_ENTRIES = re.compile(rb'"entries"\s*:\s*(?=\[)')


def is_har(head: bytes) -> bool:
    """Whether a file that begins so is one."""
    return _HEAD.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def list_records(stream: BinaryIO) -> Listing:
    """The entries with a page. CaptureFailed: too-large, damaged-json."""
    stream.seek(0)
    data = stream.read(LIMIT_BYTES + 1)
    if len(data) > LIMIT_BYTES:
        raise too_large(LIMIT_BYTES)
    begins = _ENTRIES.search(data)
    if begins is None:
        raise CaptureFailed("it has no list of entries", reason="damaged-json")
    entries: list[Entry] = []
    skips: Counter[str] = Counter()
    problems: list[Problem] = []
    for at, size, value in values_in(data, begins.end(), problems=problems):
        reason = _reason(value) if size <= _MOST_ENTRY_BYTES else "too-large"
        if reason:
            skips[reason] += 1
        else:
            entries.append(Entry(at, size))
    return Listing("", tuple(entries), tuple(sorted(skips.items())), tuple(problems), end=len(data), is_end=True)


def _reason(entry: Any) -> str:
    """Why an entry is no page's; empty for one that is."""
    response = _at(entry, "response")
    status = _at(response, "status")
    if status not in (200, 203):
        return f"http-{status}" if isinstance(status, int) and 0 <= status < 1000 else "unknown-type"
    media = content_type(str(_at(response, "content", "mimeType") or "")).media_type
    reason = page_reason(media) if media else "unknown-type"
    return reason or ("" if _at(response, "content", "text") else "no-body")


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def read_record(stream: BinaryIO, at: int) -> Record:
    """The entry that begins at `at`. CaptureFailed: damaged-json, encoding."""
    entry = value_at(stream, at)
    content = _at(entry, "response", "content")
    text = _at(content, "text")
    if not isinstance(text, str):
        raise CaptureFailed("the entry has no text", reason="damaged-json")
    kind = content_type(str(_at(content, "mimeType") or ""))
    hints = [*_hints(entry)]
    if _at(content, "encoding") == "base64":
        try:
            data = binascii.a2b_base64(text.encode("ascii", "replace"))
        except binascii.Error as error:
            raise CaptureFailed("the body's base64 is damaged", reason="encoding") from error
        charset = kind.charset
    else:
        data, charset = text.encode("utf-8", "replace"), "utf-8"
    if charset:
        hints.append(Hint("charset", charset, "header"))
    return Record(data, "page.txt" if kind.media_type == "text/plain" else "page.html", tuple(hints))


def _hints(entry: Any) -> list[Hint]:
    url, replayed = unwrapped(str(_at(entry, "request", "url") or ""))
    hints = [Hint("url", url, "header")] if url is not None else []
    captured = replayed
    if captured is None:
        try:
            captured = str(Moment.parse(str(_at(entry, "startedDateTime") or "")))
        except ValueError:
            return hints
    return [*hints, Hint("captured", captured, "header")]
