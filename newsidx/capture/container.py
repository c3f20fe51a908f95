"""Files that hold many captures: which they are, where their records begin, and one record's page.

==========  ===========================================================  ==========================================
format      a record is                                                  its place, ``at``
==========  ===========================================================  ==========================================
warc        a WARC record with a page, by `warc`                         byte at which it begins in the file
wacz        the same, in a WARC that lies in a zip file (`part`)         byte at which it begins in that WARC
arc         an ARC record with a page, by `arc`                          byte at which it begins in the file
jsonl       a line of JSON with an article's fields, by `jsonl`          byte at which it begins in the file
mbox        a mail, by `mbox`                                            byte at which it begins in the file
feed        an entry of a news feed, by `feed`                           byte at which it begins in the file
har         a page that a browser loaded, by `har`                       byte at which its entry begins in the file
==========  ===========================================================  ==========================================

A file that is compressed as a whole (``gzip crawl.warc``, ``articles.jsonl.gz``) has no places to jump to: `at` is
then the byte of what comes out, and reading a record begins at the file's beginning. Called by `ingest.members`, in
workers. Nothing is ever written to disk, so that names inside of an archive lead nowhere.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO

from newsidx.capture.container_file import GZIP, open_part, open_stored, parts_of_zip
from newsidx.capture.names import container_of_name
from newsidx.capture.record import Listing, Mark, Problem, Record
from newsidx.capture.zstd import is_zstd
from newsidx.errors import CaptureFailed, NotACapture

__all__ = ["Place", "container_of", "list_records", "open_records", "parts_of", "read_from", "read_record"]

_MARK_BYTES = 64 * 1024
INFLATED_LIMIT_BYTES = 1 << 30
"""The most bytes that come out of a container compressed as a whole: each batch of its records has to inflate all
that stands before them, 3 s a GiB."""


@dataclass(frozen=True, slots=True)
class Place:
    """A container, or a WARC in it. `format` is warc, wacz, arc, jsonl, mbox, feed or har; `part` the name inside of a
    zip file, else empty; `records` the format of JSON records, where it is known."""

    path: str
    format: str
    part: str = ""
    is_inflated: bool = False
    records: str = ""


def container_of(path: str, *, records: str = "", sniff: bool = False) -> str | None:
    """The format of the container at `path`; None for what is none. By its name and its first bytes; by these alone
    with `sniff`. With `records` (a format of JSON records) every JSON file is one."""
    by_name = container_of_name(os.path.basename(path))
    if records and os.path.basename(path).lower().removesuffix(".gz").endswith((".json", ".txt", ".jl")):
        by_name = "jsonl"
    if by_name is None and not sniff:
        return None
    with open_stored(path) as file:
        head = file.read(4096)
    if head.startswith(GZIP):
        try:
            head = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(head, 4096)
        except zlib.error:
            return None
    if head.startswith(b"WARC/") or (by_name == "warc" and is_zstd(head)):
        return "warc"
    if head.startswith(b"filedesc://"):
        return "arc"
    if by_name == "wacz" and head.startswith(b"PK"):
        return "wacz"
    if by_name == "mbox":
        from newsidx.capture import mbox

        return "mbox" if mbox.is_mailbox(head) else None
    if by_name in ("feed", "har", None):
        return _told_by_content(head)
    begins = (b"{", b"[") if records else (b"{",)
    return "jsonl" if by_name == "jsonl" and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(begins) else None


def _told_by_content(head: bytes) -> str | None:
    from newsidx.capture import feed, har

    return "har" if har.is_har(head) else "feed" if feed.is_feed(head) else None


def parts_of(path: str, format_: str) -> tuple[str, ...]:
    """The names of the parts in which records are: one without a name for a file that is its own part."""
    return parts_of_zip(path) if format_ == "wacz" else ("",)


def list_records(
    place: Place, *, start: int = 0, mark: Mark | None = None, limit: int | None = None, passes_first: bool = False
) -> Listing:
    """The records from `start` on, as many as a step may take (at most `limit`).

    `mark` is what an earlier listing that ended at `start` returned: where the file no longer begins and goes on as it
    did, `Listing.is_other` says so, and nothing is listed. `passes_first`: the record at `start` cannot be read by any
    means; go on with the next that is found. CaptureFailed, NotACapture (``needs-warc``: the package
    that reads WARC is not installed; ``data``: JSON of no known kind).
    """
    if mark is not None:
        with open_part(place.path, place.part, is_inflated=place.is_inflated) as stream:
            if _mark(stream, start) != mark:
                return Listing(place.records, is_other=True)
    if place.format in ("jsonl", "mbox", "feed", "har"):
        listing = _list_text(place, start, limit)
    else:
        listing = _list_archive(place, start, limit, passes_first)
    with open_part(place.path, place.part, is_inflated=listing.is_inflated) as stream:
        return replace(listing, mark=_mark(stream, listing.end))


def _list_archive(place: Place, start: int, limit: int | None, passes_first: bool) -> Listing:
    from newsidx.capture import arc, warc

    list_them = arc.list_records if place.format == "arc" else warc.list_records
    with _reading(place) as stream:
        try:
            listing = replace(list_them(stream, start, limit, passes_first), is_inflated=place.is_inflated)
            return _cut(listing) if place.is_inflated else listing
        except warc.CompressedAsAWhole:
            pass
    with _reading(replace(place, is_inflated=True)) as stream:
        return _cut(replace(list_them(stream, 0, limit), is_inflated=True))


def _list_text(place: Place, start: int, limit: int | None) -> Listing:
    from newsidx.capture import feed, har, jsonl, mbox

    with open_part(place.path, place.part) as stream:
        is_inflated = stream.read(3) == GZIP
    with _reading(replace(place, is_inflated=is_inflated)) as stream:
        if place.format in ("feed", "har"):
            listing = (feed if place.format == "feed" else har).list_records(stream)
        elif place.format == "mbox":
            listing = mbox.list_records(stream, start, limit)
        else:
            listing = jsonl.list_records(stream, start, limit, place.records)
        listing = replace(listing, is_inflated=is_inflated)
        return _cut(listing) if is_inflated else listing


def _cut(listing: Listing) -> Listing:
    """What is compressed as a whole is read up to a limit."""
    if listing.end < INFLATED_LIMIT_BYTES:
        return listing
    detail = "compressed as a whole, and more than 1 GiB comes out; compress it record by record (warcio recompress)"
    return replace(listing, is_end=True, problems=(*listing.problems, Problem(listing.end, "too-large", detail)))


def read_record(place: Place, at: int) -> Record:
    """The record that begins at `at`. CaptureFailed, NotACapture."""
    with _reading(place) as stream:
        return read_from(place, stream, at)


@contextmanager
def open_records(place: Place) -> Iterator[BinaryIO]:
    """The container for several `read_from`: what is compressed as a whole is then inflated once for all of them."""
    with _reading(place) as stream:
        yield stream


def read_from(place: Place, stream: BinaryIO, at: int) -> Record:
    """As `read_record`, from an open container."""
    if place.format == "jsonl":
        from newsidx.capture import jsonl

        return jsonl.read_record(stream, at, place.records)
    if place.format == "mbox":
        from newsidx.capture import mbox

        return mbox.read_record(stream, at)
    if place.format == "feed":
        from newsidx.capture import feed

        return feed.read_record(stream, at)
    if place.format == "arc":
        from newsidx.capture import arc

        return arc.read_record(stream, at)
    if place.format == "har":
        from newsidx.capture import har

        return har.read_record(stream, at)
    from newsidx.capture import warc

    return warc.read_record(stream, at)


@contextmanager
def _reading(place: Place) -> Iterator[BinaryIO]:
    """The part's bytes; what reading a damaged one may raise is a CaptureFailed."""
    try:
        with open_part(place.path, place.part, is_inflated=place.is_inflated) as stream:
            yield stream
    except (NotACapture, CaptureFailed):
        raise
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CaptureFailed(f"the gzip data is damaged: {error}", reason="damaged-gzip") from error
    except zipfile.BadZipFile as error:
        raise CaptureFailed(f"the zip file is damaged: {error}", reason="damaged-zip") from error
    except OSError as error:
        raise CaptureFailed(error.strerror or str(error), reason="unreadable") from error


def _mark(stream: BinaryIO, end: int) -> Mark:
    """What the part begins with and what stands before `end`: a part that only grew has the same."""
    stream.seek(0)
    head = stream.read(min(_MARK_BYTES, end))
    start = max(0, end - _MARK_BYTES)
    stream.seek(start)
    tail = stream.read(end - start)
    return hashlib.sha256(len(head).to_bytes(8, "big") + head + tail).hexdigest()[:32]
