"""Containers of captures for tests, written by the tools that write them in the world where these can be had."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

import brotli
from fastwarc.stream_io import ZstdWriter, zstd_train_dictionary_from_samples
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

WORDS = "harbour quarter council motion ferry pilot lantern mayor estuary tide anchor quota mill bridge meadow".split()


def page(word: str, n: int = 0, *, head: str = "") -> bytes:
    """A page with an article about a word of its own."""
    paragraphs = "".join(
        f"<p>The council of {word} met on {WORDS[(n + i) % len(WORDS)]} day and talked for {i + 3} hours about the "
        f"{WORDS[(n * 3 + i) % len(WORDS)]}, whose keeper had written to all of its members in the week before.</p>"
        for i in range(5)
    )
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Vote in {word}</title>{head}</head>"
        f"<body><nav><a href=/>Home</a></nav><article><h1>Vote in {word} on motion {n}</h1>"
        f"{paragraphs}</article></body></html>"
    ).encode()


class _Writer(WARCWriter):
    """Keeps what it measures in memory: the tool leaves its temporary files open."""

    @classmethod
    def _create_temp_file(cls) -> io.BytesIO:
        return io.BytesIO()


@dataclass(frozen=True)
class Made:
    """A record to be written. `coding`: gzip, deflate, raw-deflate, br, chunked, chunked+gzip or nothing."""

    url: str
    data: bytes
    kind: str = "response"
    media: str = "text/html; charset=utf-8"
    date: str = "2023-07-01T12:00:00Z"
    status: str = "200 OK"
    coding: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def coded(data: bytes, coding: str) -> tuple[bytes, list[tuple[str, str]]]:
    """The body as a server sends it, and the headers that say so."""
    headers: list[tuple[str, str]] = []
    for name in coding.split("+")[::-1]:
        if name == "gzip":
            data = gzip.compress(data)
        elif name == "deflate":
            data = zlib.compress(data)
        elif name == "raw-deflate":
            data = zlib.compress(data)[2:-4]
        elif name == "br":
            data = brotli.compress(data, quality=4)
        elif name == "chunked":
            pieces = [data[i : i + 700] for i in range(0, len(data), 700)]
            data = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
            headers.append(("Transfer-Encoding", "chunked"))
        if name and name != "chunked":
            headers.append(("Content-Encoding", "deflate" if name == "raw-deflate" else name))
    return data, headers


def warc(records: Iterable[Made], *, gz: bool = True, whole: bool = False) -> bytes:
    """The bytes of a WARC. `whole`: compressed as a whole, not record by record."""
    out = io.BytesIO()
    writer = _Writer(out, gzip=gz and not whole)
    for made in records:
        dates = {"WARC-Date": made.date, **made.headers}
        if made.kind in ("resource", "conversion", "metadata"):
            record = writer.create_warc_record(
                made.url,
                made.kind,
                payload=io.BytesIO(made.data),
                warc_content_type=made.media,
                warc_headers_dict=dates,
            )
        elif made.kind == "revisit":
            record = writer.create_revisit_record(
                made.url, made.headers["digest"], made.headers["url"], made.headers["date"]
            )
            record.rec_headers.replace_header("WARC-Date", made.date)
        else:
            body, more = coded(made.data, made.coding)
            http = StatusAndHeaders(made.status, [("Content-Type", made.media), *more], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                made.url, "response", payload=io.BytesIO(body), http_headers=http, warc_headers_dict=dates
            )
        writer.write_record(record)
    return gzip.compress(out.getvalue()) if whole else out.getvalue()


def zstd(data: bytes) -> bytes:
    """One frame."""
    out = io.BytesIO()
    writer = ZstdWriter(out)
    writer.write(data)
    writer.close()
    return out.getvalue()


def warc_zst(records: Iterable[Made], *, dictionary: str = "") -> bytes:
    """A WARC compressed record by record by Zstandard; with a `dictionary` before it, ``plain`` or ``packed``."""
    pieces = [warc([made], gz=False) for made in records]
    words = zstd_train_dictionary_from_samples([*pieces, *(page(word) for word in WORDS)], 4096) if dictionary else None
    out = io.BytesIO()
    writer = ZstdWriter(out, dictionary=words, compress_dictionary_frame=dictionary == "packed")
    for piece in pieces:
        writer.write(piece)
        writer.finish()
    writer.close()
    return out.getvalue()


def wacz(parts: dict[str, bytes], *, stored: bool = True) -> bytes:
    """The bytes of a WACZ with these WARCs."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", '{"profile": "data-package"}')
        for name, data in parts.items():
            archive.writestr(f"archive/{name}", data)
        archive.writestr("pages/pages.jsonl", '{"format": "json-pages-1.0"}\n')
    return out.getvalue()


def arc(records: Iterable[Made], *, gz: bool = True, version: int = 1) -> bytes:
    """The bytes of an ARC, as its description says; no tool still writes it."""
    names = "URL IP-address Archive-date Content-type Archive-length"
    more_names = "Result-code Checksum Location Offset Filename Archive-length"
    fields = names if version == 1 else names.replace("Archive-length", more_names)
    about = f"{version} 0 Made\n{fields}\n".encode()
    pieces = [b"filedesc://made.arc 0.0.0.0 20080701120000 text/plain %d\n%s\n" % (len(about), about)]
    for made in records:
        body, more = coded(made.data, made.coding)
        head = "".join(f"{name}: {value}\r\n" for name, value in [("Content-Type", made.media), *more])
        sent = f"HTTP/1.1 {made.status}\r\n{head}\r\n".encode() + body
        date = "".join(filter(str.isdigit, made.date))
        rest = "200 - - 0 made.arc " if version == 2 else ""
        line = f"{made.url} 10.0.0.1 {date} {made.media.partition(';')[0]} {rest}{len(sent)}\n"
        pieces.append(line.encode() + sent + b"\n")
    return b"".join(gzip.compress(piece) if gz else piece for piece in pieces)
