"""Articles as lines of JSON, as news-please, Fundus and trafilatura write them; also as one JSON document, which is
an article or a list of them.

Finds the lines and says which tool wrote them, by the fields of the first (tables/records.toml); what the fields
mean is the extraction's (`extract.record`). Called by `container`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, BinaryIO

from newsidx.capture.files import LIMIT_BYTES, too_large
from newsidx.capture.record import Entry, Listing, Problem, Record
from newsidx.capture.tables import toml
from newsidx.errors import CaptureFailed, NotACapture
from newsidx.model import Hint

__all__ = ["list_records", "read_record", "record_format", "record_formats", "value_at", "values_in"]

_STEP_RECORDS = 2000
_STEP_BYTES = 256 * 1024 * 1024


@cache
def record_formats() -> tuple[str, ...]:
    """The names of the tools whose records are known."""
    return tuple(toml("records"))


def record_format(line: bytes) -> str | None:
    """Which tool wrote this line; None where its fields do not tell."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    for name, table in toml("records").items():
        if all(any(key in value for key in keys) for keys in table["told"]):
            return str(name)
    return None


def list_records(stream: BinaryIO, start: int, limit: int | None, records: str) -> Listing:
    """The lines from the byte `start` on, which is a line's beginning."""
    if start == 0 and (whole := _document(stream, records)) is not None:
        return whole
    if records.endswith(_DOCUMENT):
        return Listing(records, end=start, is_end=True)
    entries: list[Entry] = []
    problems: list[Problem] = []
    stream.seek(start)
    at = end = start
    is_end = False
    while len(entries) + len(problems) < (limit or _STEP_RECORDS) and at - start < _STEP_BYTES:
        line = stream.readline(LIMIT_BYTES + 1)
        if not line:
            is_end = True
            break
        size = len(line)
        is_long = size > LIMIT_BYTES
        while not line.endswith(b"\n") and (more := stream.readline(LIMIT_BYTES)):
            line, size = more, size + len(more)
        if is_long:
            problems.append(Problem(at, "too-large", too_large(LIMIT_BYTES).message))
        elif line.strip(b"\xef\xbb\xbf \t\r\n\0"):
            records = records or _told(line)
            entries.append(Entry(at, size))
        at += size
        # A line that nothing ends may be half of one: it is read again when there is more.
        end = at if line.endswith(b"\n") else end
    return Listing(records, tuple(entries), problems=tuple(problems), end=end, is_end=is_end)


def _document(stream: BinaryIO, records: str) -> Listing | None:
    """The articles of a file that is one document over several lines; None for lines of JSON."""
    stream.seek(0)
    line = stream.readline(LIMIT_BYTES + 1)
    if len(line) > LIMIT_BYTES or not line.lstrip(b"\xef\xbb\xbf \t").startswith((b"[", b"{")):
        return None
    if _is_json(line) and not line.lstrip(b"\xef\xbb\xbf \t").startswith(b"["):
        return None
    data = line + stream.read(LIMIT_BYTES + 1 - len(line))
    if len(data) > LIMIT_BYTES:
        return None
    problems: list[Problem] = []
    places = list(_values(data, problems))
    if not places:
        return None
    records = records.removesuffix(_DOCUMENT) or _told(data[places[0].at : places[0].at + places[0].size])
    return Listing(records + _DOCUMENT, tuple(places), problems=tuple(problems), end=len(data), is_end=True)


def _values(data: bytes, problems: list[Problem] | None = None) -> Iterator[Entry]:
    return (Entry(at, size) for at, size, _ in values_in(data, problems=problems))


def values_in(data: bytes, start: int = 0, *, problems: list[Problem] | None = None) -> Iterator[tuple[int, int, Any]]:
    """The objects of a document, each with the byte at which it begins and its length: the one that it is, all that
    follow one another, or those of the list that it is, or that begins at the byte `start`. Of what is damaged, those
    before the damage, of which `problems` are told."""
    text = data[start:].decode("utf-8", "surrogateescape")
    match = _BEGINNING.match(text)
    at = match.end() if match is not None else 0
    is_list = text.startswith("[", at)
    at += is_list
    place = start + _size(text[:at])  # the byte at which the character `at` begins
    while (gap := _GAP.match(text, at)) is not None:
        place += _size(gap[0])
        at = gap.end()
        if text.startswith("]", at) if is_list else at == len(text):
            return
        try:
            value, end = _DECODER.raw_decode(text, at) if text.startswith("{", at) else (None, at)
        except (ValueError, RecursionError):
            value, end = None, at
        if value is None:
            if problems is not None:
                problems.append(_no_value(place, is_end=at == len(text)))
            return
        size = _size(text[at:end])
        yield place, size, value
        at, place = end, place + size


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def _no_value(at: int, *, is_end: bool) -> Problem:
    if is_end:
        return Problem(at, "truncated", "the list of records does not end")
    return Problem(at, "damaged-json", "the record is no JSON that can be read; those behind it are not looked for")


def value_at(stream: BinaryIO, at: int) -> Any:
    """The object that begins at a byte. CaptureFailed: damaged-json."""
    size = _FIRST_LOOK_BYTES
    while True:
        stream.seek(at)
        data = stream.read(size)
        try:
            return _DECODER.raw_decode(data.decode("utf-8", "surrogateescape"))[0]
        except (ValueError, RecursionError) as error:
            if len(data) < size or size >= LIMIT_BYTES:
                raise CaptureFailed("no JSON that can be read begins there", reason="damaged-json") from error
        size = min(size * 16, LIMIT_BYTES)


_FIRST_LOOK_BYTES = 1024 * 1024
_DOCUMENT = "+document"
_DECODER = json.JSONDecoder()
_BEGINNING = re.compile(r"\ufeff?\s*")
_GAP = re.compile(r"[\s,]*")


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _told(line: bytes) -> str:
    found = record_format(line.lstrip(b"\xef\xbb\xbf"))
    if found is None:
        names = ", ".join(record_formats())
        raise NotACapture(f"JSON of no known kind; if it is articles, say by --format whose: {names}", reason="data")
    return found


def read_record(stream: BinaryIO, at: int, records: str) -> Record:
    """The line that begins at `at`."""
    stream.seek(at)
    if records.endswith(_DOCUMENT):
        rest = stream.read(LIMIT_BYTES)
        found = next(_values(rest), Entry(0, 0))
        line, records = rest[found.at : found.at + found.size], records.removesuffix(_DOCUMENT)
    else:
        line = stream.readline(LIMIT_BYTES + 1)
    if len(line) > LIMIT_BYTES:
        raise too_large(LIMIT_BYTES)
    data = line.strip(b"\xef\xbb\xbf \t\r\n\0")
    if not data.startswith(b"{"):
        raise CaptureFailed("the line is no JSON object", reason="damaged-json")
    return Record(data, "record.json", (Hint("format", records, "record"),))
