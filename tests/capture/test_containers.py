"""Containers and wrapped pages: any bytes give records or a named refusal; real shapes give their page."""

from __future__ import annotations

import base64
import gzip
import io
import os
import plistlib
import quopri
import tempfile
import tracemalloc
import zlib
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsidx.capture import Place, container_of, from_bytes, from_record, list_records, parts_of, read_record
from newsidx.capture.bodies import decoded_body
from newsidx.capture.headers import content_type, parse_headers, split_head
from newsidx.capture.zstd import ZSTD, frame_end
from newsidx.errors import CaptureError, CaptureFailed, NotACapture
from newsidx.model import capture_id
from tests.made.archives import Made, arc, page, wacz, warc, warc_zst, zstd

MIB = 1024 * 1024
RECORDS = [
    Made("https://ledger.example/a", page("ferry", 1), coding="gzip"),
    Made("https://ledger.example/a.jpg", bytes(3000), media="image/jpeg"),
    Made("https://ledger.example/b", page("anchor", 2), coding="chunked"),
    Made("https://ledger.example/c", page("quota", 3)),
]
PLAIN, PACKED = warc(RECORDS, gz=False), warc(RECORDS)
ARCS = [arc(RECORDS, gz=False), arc(RECORDS)]
FRAMES = {how: warc_zst(RECORDS, dictionary=how) for how in ("", "plain", "packed")}


def place_of(data: bytes, name: str = "a.warc.gz") -> Place:
    path = Path(tempfile.mkdtemp()) / name
    path.write_bytes(data)
    format_ = container_of(str(path), sniff=True)
    return Place(str(path), format_ or "warc", parts_of(str(path), format_ or "warc")[0])


def all_of(place: Place) -> tuple[list[bytes], list[str], int]:
    """Every record's page, the names of what went wrong, and in how many steps they were listed."""
    start, steps, seen, faults = 0, 0, [], []
    while True:
        listing = list_records(place, start=start)
        steps += 1
        assert listing.end >= start
        assert listing.is_end or listing.end > start
        faults += [problem.reason for problem in listing.problems]
        where = Place(place.path, place.format, place.part, listing.is_inflated, listing.records)
        for entry in listing.entries:
            try:
                seen.append(read_record(where, entry.at).data)
            except CaptureError as error:
                faults.append(error.reason)
        place, start = where, listing.end
        if listing.is_end:
            return seen, faults, steps


KINDS = ["plain", "packed", "zstd", "zstd+", "zstd++", "arc", "arc packed"]
PAGES = [made.data for made in RECORDS if "html" in made.media]


@pytest.mark.parametrize("data", [PLAIN, PACKED, gzip.compress(PLAIN)], ids=["plain", "packed", "packed whole"])
def test_whole(data: bytes) -> None:
    assert all_of(place_of(data)) == (PAGES, [], 1)


@pytest.mark.parametrize("data", [*FRAMES.values(), zstd(PLAIN)], ids=["frames", *list(FRAMES)[1:], "whole"])
def test_zstandard(data: bytes) -> None:
    """With a dictionary, each record is found and read without what stands before it but that."""
    place = place_of(data, "a.warc.zst")
    assert all_of(place) == (PAGES, [], 1)
    listing = list_records(place)
    where = replace(place, is_inflated=listing.is_inflated)
    assert read_record(where, listing.entries[-1].at).data == PAGES[-1]
    again = list_records(where, start=listing.entries[1].at)
    assert [entry.at for entry in again.entries] == [entry.at for entry in listing.entries[1:]]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("how", ["plain", "packed", "whole"])
def test_arc(how: str, version: int) -> None:
    data = arc(RECORDS, gz=how == "packed", version=version)
    place = place_of(gzip.compress(data) if how == "whole" else data, "a.arc.gz")
    assert place.format == "arc"
    assert all_of(place) == (PAGES, [], 1)
    listing = list_records(place)
    assert listing.skips == (("image/jpeg", 1),)
    where = replace(place, is_inflated=listing.is_inflated)
    record = read_record(where, listing.entries[1].at)
    assert {hint.field: hint.value for hint in record.hints} == {
        "url": "https://ledger.example/b",
        "captured": "2023-07-01T12:00:00Z",
        "charset": "utf-8",
    }
    again = list_records(where, start=listing.entries[1].at)
    assert [entry.at for entry in again.entries] == [entry.at for entry in listing.entries[1:]]


def test_a_frame_of_zstandard_ends_where_it_says() -> None:
    for data in (b"", b"x" * 10, os.urandom(500_000), b"ab" * 1_000_000):
        frame = zstd(data)
        stream = io.BytesIO(b"before" + frame + frame)
        assert frame_end(stream, 6) == (6 + len(frame), True)
        for cut in range(0, len(frame), max(1, len(frame) // 50)):
            assert frame_end(io.BytesIO(frame[:cut]), 0) == (0, False)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A WARC's bytes, cut, flipped, with something put in or taken out."""
    data = bytearray(draw(st.sampled_from([PLAIN, PACKED, *FRAMES.values(), *ARCS])))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from("cut flip put out zero".split())):
            case "cut":
                del data[at:]
            case "flip" if at < len(data):
                data[at] ^= draw(st.integers(1, 255))
            case "put":
                data[at:at] = draw(
                    st.sampled_from(
                        [b"WARC/1.0\r\n", b"\x1f\x8b\x08", ZSTD, b"\r\n" * 50, b"x", gzip.compress(b"WARC/1.0")]
                    )
                )
            case "out":
                del data[at : at + draw(st.integers(1, 200))]
            case "zero":
                data[at : at + 50] = bytes(50)
    return bytes(data)


@given(spoilt())
@example(PLAIN.replace(b"Content-Length: ", b"Content-Length: 9", 1))
@example(PLAIN.replace(b"Content-Length: ", b"Content-Length: -", 1))
@example(PACKED + b"\x1f\x8b\x08")
@example(b"WARC/1.0\r\n\r\n" * 500)
def test_spoilt_bytes_give_records_or_refusals(data: bytes) -> None:
    try:
        seen, _, steps = all_of(place_of(data, "a.warc.zst"))
    except CaptureError as error:
        assert error.reason in ("damaged-gzip", "damaged-zstd")
        return
    assert steps <= 3
    assert len(seen) <= len(data) // 10 + 3


@given(st.binary(max_size=2000))
def test_any_bytes(data: bytes) -> None:
    for name in ("a.warc", "a.warc.gz", "a.wacz", "a.jsonl", "a.jsonl.gz", "a.warc.zst"):
        try:
            all_of(place_of(data, name))
        except CaptureError as error:
            assert error.reason


@pytest.mark.parametrize("data", [PLAIN, PACKED, *FRAMES.values(), *ARCS], ids=KINDS)
def test_damage_in_one_record_loses_no_other(data: bytes) -> None:
    starts = [entry.at for entry in list_records(place_of(data)).entries]
    for at in range(starts[1] + 40, starts[2] - 30, max(1, (starts[2] - starts[1]) // 40)):
        spoilt_bytes = bytearray(data)
        spoilt_bytes[at] ^= 0x5A
        seen, _, _ = all_of(place_of(bytes(spoilt_bytes), "a.warc.zst"))
        assert PAGES[0] in seen, at
        assert PAGES[2] in seen, at


def test_a_length_that_lies_loses_no_other() -> None:
    for factor in (b"9", b"1"):
        seen, faults, _ = all_of(place_of(PLAIN.replace(b"Content-Length: ", b"Content-Length: " + factor, 1)))
        assert PAGES[2] in seen
        assert faults


# ---- bombs ----------------------------------------------------------------------------------------------------------


def peak_of(data: bytes, headers: dict[str, str]) -> tuple[str, int]:
    tracemalloc.start()
    try:
        decoded_body(data, headers, limit_bytes=4 * MIB)
        reason = ""
    except CaptureFailed as error:
        reason = error.reason
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return reason, peak


def fast_brotli(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=1))


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data, 9)[2:-4]


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("br", fast_brotli),
        ("zstd", zstd),
    ],
)
def test_bombs_are_cut_by_what_comes_out(coding: str, pack: object) -> None:
    assert callable(pack)
    bomb = pack(bytes(200 * MIB))
    reason, peak = peak_of(bomb, {"content-encoding": coding})
    assert (reason, peak < 16 * MIB) == ("too-large", True)


def test_a_bomb_in_a_bomb() -> None:
    inner = gzip.compress(bytes(200 * MIB), 9)
    reason, peak = peak_of(gzip.compress(inner), {"content-encoding": "gzip, gzip"})
    assert (reason, peak < 16 * MIB) == ("too-large", True)
    reason, _ = peak_of(b"x", {"content-encoding": "gzip, " * 50})
    assert reason == "encoding"


def test_a_record_that_says_it_is_endless() -> None:
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: 99999999999999\r\n\r\n"
    )
    data = gzip.compress(head + bytes(50 * MIB)) + PACKED
    seen, faults, _ = all_of(place_of(data))
    assert seen == PAGES
    assert faults


def test_a_jsonl_bomb() -> None:
    data = gzip.compress(b'{"maintext": "' + b"x" * (70 * MIB) + b'"}\n{"maintext": "y", "date_publish": 1}\n')
    place = place_of(data, "a.jsonl.gz")
    seen, faults, _ = all_of(place)
    assert (len(seen), faults) == (1, ["too-large"])


def test_a_zip_that_says_too_much() -> None:
    data = wacz({f"{i}.warc": bytes(9) for i in range(9)})
    spoilt_bytes = data.replace((9).to_bytes(4, "little") * 2, (2**31).to_bytes(4, "little") * 2)
    with pytest.raises(CaptureFailed):
        parts_of(place_of(spoilt_bytes, "b.zip").path, "wacz")


# ---- headers and codings --------------------------------------------------------------------------------------------


@given(st.text(max_size=300), st.binary(max_size=300))
def test_headers_of_any_text(text: str, data: bytes) -> None:
    content_type(text)
    head, body = split_head(data)
    parse_headers(head)
    assert head + body in (data, data) or len(head) + len(body) <= len(data)


def test_content_types() -> None:
    assert content_type('Text/HTML; Charset="UTF-8"; x=y').charset == "UTF-8"
    assert content_type("text/html;charset=iso-8859-1").media_type == "text/html"
    assert content_type(None).media_type == content_type("nonsense").media_type == ""


@given(
    st.binary(max_size=400),
    st.sampled_from(["gzip", "deflate", "br", "zstd", "identity", "x-gzip, br", ""]),
    st.booleans(),
)
def test_bodies_of_any_bytes(data: bytes, coding: str, is_chunked: bool) -> None:
    headers = {"content-encoding": coding} | ({"transfer-encoding": "chunked"} if is_chunked else {})
    try:
        decoded_body(data, headers, limit_bytes=10_000)
    except CaptureFailed as error:
        assert error.reason in ("encoding", "too-large")


def test_codings_that_the_bytes_do_not_show() -> None:
    data = page("ferry")
    for coding in ("gzip", "deflate", "br", "zstd", "unheard-of"):
        assert decoded_body(data, {"content-encoding": coding, "transfer-encoding": "chunked"}, limit_bytes=MIB) == data


# ---- single pages in a wrapping -------------------------------------------------------------------------------------


def mhtml(data: bytes, *, way: str = "quoted-printable") -> bytes:
    """As Chromium saves it."""
    body = quopri.encodestring(data) if way == "quoted-printable" else base64.encodebytes(data)
    body = body.replace(b"\n", b"\r\n")
    return (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://ledger.example/ferry\r\n"
        b"Subject: =?utf-8?Q?Vote=20in=20ferry?=\r\nDate: Sat, 1 Jul 2023 12:22:11 -0000\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n'
        b'\tboundary="----MultipartBoundary--x----"\r\n\r\n\r\n'
        b"------MultipartBoundary--x----\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\n"
        b"Content-Transfer-Encoding: " + way.encode() + b"\r\nContent-Location: https://ledger.example/ferry\r\n\r\n"
        + body + b"\r\n------MultipartBoundary--x----\r\nContent-Type: image/png\r\n"
        b"Content-Transfer-Encoding: base64\r\nContent-Location: https://ledger.example/a.png\r\n\r\niVBORw0KGgo=\r\n\r\n------MultipartBoundary--x------\r\n"
    )  # fmt: skip


@pytest.mark.parametrize("way", ["quoted-printable", "base64"])
@pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "unnamed"])
def test_mhtml(way: str, name: str) -> None:
    data = mhtml(page("Ölmühle"), way=way)
    capture = from_bytes(data, path=name)
    assert capture.data.replace(b"\r\n", b"\n").strip() == page("Ölmühle").strip()
    assert (capture.id, capture.media_type) == (capture_id(data), "text/html")
    hints = {hint.field: (hint.value, hint.evidence) for hint in capture.hints}
    assert hints == {"url": ("https://ledger.example/ferry", "header"), "captured": ("2023-07-01T12:22:11Z", "header")}


def letter(*parts: tuple[str, bytes], way: str = "base64") -> bytes:
    blocks = b"".join(
        b"--b1\r\nContent-Type: "
        + kind.encode()
        + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(data)
        for kind, data in parts
    )
    return (
        b"Return-Path: <x@ledger.example>\r\nReceived: from a\r\n\tby b\r\n"
        b"From: =?utf-8?B?" + base64.b64encode(b"Der Bote") + b"?= <news@ledger.example>\r\n"
        b"Subject: The week in the\r\n harbour\r\nDate: Sat, 1 Jul 2023 06:00:00 +0200\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=outer\r\n\r\npreamble\r\n--outer\r\n"
        b'Content-Type: multipart/alternative; boundary="b1"\r\n\r\n' + blocks + b"--b1--\r\n\r\n--outer\r\n"
        b"Content-Type: text/html\r\nContent-Disposition: attachment; filename=x.html\r\n\r\n<p>attached</p>\r\n"
        b"--outer--\r\n"
    )  # fmt: skip


def test_mail() -> None:
    html = page("ferry").decode().encode("cp1252")
    data = letter(("text/plain; charset=utf-8", b"The week in text"), ("text/html; charset=windows-1252", html))
    capture = from_bytes(data, path="letter.eml")
    assert (capture.data, capture.media_type) == (html, "text/html")
    hints = {hint.field: hint.value for hint in capture.hints}
    assert hints == {
        "headline": "The week in the harbour", "source": "Der Bote", "published": "2023-07-01T06:00:00+02:00",
        "charset": "windows-1252",
    }  # fmt: skip
    text = from_bytes(letter(("text/plain; charset=utf-8", b"The week in text")), path="letter.eml")
    assert (text.data, text.media_type) == (b"The week in text", "text/plain")


def test_mail_without_parts() -> None:
    data = b"From: a@ledger.example\r\nSubject: Vote\r\n\r\nThe council met.\r\n"
    assert from_bytes(data, path="letter.eml").data == b"The council met.\r\n"
    with pytest.raises(NotACapture) as caught:
        from_bytes(b"From: a@b.example\r\nContent-Type: image/png\r\n\r\n\x89PNG", path="letter.eml")
    assert caught.value.reason == "empty"


@given(st.binary(max_size=500), st.integers(0, 900), st.integers(0, 60))
def test_spoilt_mail(noise: bytes, at: int, cut: int) -> None:
    whole = letter(("text/html", page("ferry")))
    for data in (whole[:at] + noise + whole[at + cut :], mhtml(page("x"))[:at] + noise, noise):
        try:
            from_bytes(data, path="letter.eml")
        except CaptureError as error:
            assert error.reason


def test_deep_and_many_parts_take_linear_time() -> None:
    nested = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (i, i + 1) for i in range(5000))
    many = b"--b0\r\n\r\n" * 100_000
    head = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
    for body in (nested, many, b"--b0" * 200_000, b"\n" * 500_000):
        with pytest.raises(CaptureError):
            from_bytes(head + body, path="letter.eml")


def test_web_archive() -> None:
    main = {
        "WebResourceData": page("ferry"), "WebResourceURL": "https://ledger.example/ferry",
        "WebResourceMIMEType": "text/html", "WebResourceTextEncodingName": "UTF-8", "WebResourceFrameName": "",
    }  # fmt: skip
    data = plistlib.dumps({"WebMainResource": main, "WebSubresources": []}, fmt=plistlib.FMT_BINARY)
    capture = from_bytes(data, path="a.webarchive")
    assert (capture.data, capture.id) == (page("ferry"), capture_id(data))
    hints = {hint.field: hint.value for hint in capture.hints}
    assert hints == {"url": "https://ledger.example/ferry", "charset": "UTF-8"}


@given(st.binary(max_size=200), st.integers(0, 3000))
def test_spoilt_web_archives(noise: bytes, at: int) -> None:
    main = {"WebResourceData": b"<p>x</p>", "WebResourceURL": "https://a.example/", "WebResourceMIMEType": "text/html"}
    whole = plistlib.dumps({"WebMainResource": main}, fmt=plistlib.FMT_BINARY)
    for data in (whole[:at] + noise + whole[at + len(noise) :], b"bplist00WebMainResource" + noise):
        try:
            from_bytes(data, path="a.webarchive")
        except CaptureError as error:
            assert error.reason


def test_a_record_is_the_capture_that_its_page_is() -> None:
    place = place_of(PACKED)
    listing = list_records(place)
    record = read_record(place, listing.entries[0].at)
    assert from_record(record).id == from_bytes(RECORDS[0].data).id
    with pytest.raises(CaptureFailed):
        read_record(place, listing.entries[0].at + 3)
