"""Stored bytes → capture: IDs, decompression, what is a page and what is not, whatever the bytes."""

from __future__ import annotations

import gzip
import json
import os
import random
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.capture import from_bytes, load, read_stored
from newsidx.errors import CaptureError, CaptureFailed, NotACapture
from newsidx.model import Hint, capture_id

PAGE = b"<!DOCTYPE html><html><head><title>T</title></head><body><p>Some text.</p></body></html>"
PROSE = (
    "1 Jul, 2023 11:05\nHomeAfrica\n\nUN pulls peacekeepers out of Mali\n\n"
    "The United Nations has announced it is withdrawing its peacekeeping mission from Mali; the pullout (which "
    "begins today) is expected to be over by January 1, 2024.\n\nA second paragraph: “as well”.\n"
)


def reason_of(data: bytes, path: str | None = None) -> str:
    """The media type, or the reason why there is none."""
    try:
        return from_bytes(data, path=path).media_type
    except CaptureError as error:
        assert str(error) == error.message and "\n" not in error.message
        return error.reason


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (PAGE, "page.html"),
        (PAGE, "page.txt"),
        (PAGE, "page"),
        (PAGE, "view.php?id=1"),
        (b"\xef\xbb\xbf  \n" + PAGE, "page"),
        (b"<?xml version='1.0'?>\n" + PAGE, "page"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', "page"),
        (b"<!-- saved by hand --><!-- twice -->\n" + PAGE, "page"),
        (b"<HTML><BODY>Hello", "page"),
        (b"<p>Hello <b>world</b></p>", "page.txt"),
        (b"<div class=x>Hello</div>", "page"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE, "page"),
        (b"Some words first. <p>Then a paragraph.</p>", "page.html"),
        (PAGE.decode().encode("utf-16"), "page"),
        (PAGE.decode().encode("utf-16-le"), "page"),
        (PAGE.decode().encode("utf-16-be"), "page"),
        (PAGE.decode().encode("utf-32"), "page"),
        (PAGE + b"\0" * 3, "page.html"),
        ("<html><body><p>日本語のニュース</p>".encode("shift_jis"), "page.html"),
        ("<html><body><p>日本語のニュース</p>".encode("iso-2022-jp"), "page.html"),
    ],
)
def test_pages(data: bytes, name: str) -> None:
    assert reason_of(data, f"/x/{name}") == "text/html"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (PROSE.encode(), "page.txt"),
        (PROSE.encode(), "page.html"),
        (PROSE.encode(), "page"),
        (PROSE.encode("utf-16"), "page.txt"),
        (PROSE.encode("utf-8-sig"), "page"),
        (PROSE.encode("cp1252"), "page"),
        ("日本語のニュースです。\n".encode("euc-jp") * 20, "page.txt"),
        (b"The <html> tag begins a page.\nIt is followed by <head>.\n", "about.txt"),
        (b"[UPDATE] The talks go on, officials say.\n", "page"),
        (b"{sic} is what the paper printed.\n", "page"),
        (b"<Name> says hello to everybody.\n", "page"),
        (b"x", "page"),
        (b"\x1b[31mred\x1b[0m and more text to read\n", "page.txt"),
    ],
)
def test_texts(data: bytes, name: str) -> None:
    assert reason_of(data, f"/x/{name}") == "text/plain"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_wide_text_is_handed_on_as_utf_8(encoding: str) -> None:
    text = "<html><body><p>Zürich – 日本 😀</p><p>and some more to read</p></body></html>"
    data = text.encode(encoding) if encoding != "utf-32-be" else b"\x00\x00\xfe\xff" + text.encode(encoding)
    capture = from_bytes(data, path="/x/page.html")
    assert capture.data == text.encode("utf-8-sig")
    assert capture.id == capture_id(data)
    assert from_bytes(text.encode("utf-8-sig")).data == text.encode("utf-8-sig")


CODE = b"import os\n\n\ndef walk(path):\n    for name in os.listdir(path):\n        print(name)\n    return None\n"
SCRIPT = b"(function(){var a=1;function b(c){return c+a;}window.x=b(2);})();\n"
STYLE = (
    b"body { margin: 0; color: #333; }\n.nav a:hover { text-decoration: none; }\n@media print { p { color: red; } }\n"
)
TABLE = b"".join(b"%d,town %d,%d.5\n" % (i, i, i * 7) for i in range(20))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        ("\ufeff \u3000\n".encode("utf-16-le"), "empty"),
        (b"\0" * 100, "binary"),
        (bytes(range(256)) * 40, "binary"),
        (b"text with " + b"\0\1\2" * 20, "binary"),
        (random.Random(1).randbytes(10_000), "binary"),
        (b"%PDF-1.7\n%\xe2\xe3", "document"),
        (b"{\\rtf1\\ansi Hello}", "document"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>", "image"),
        (b"<?xml version='1.0'?><!DOCTYPE svg PUBLIC 'x' 'y'><svg/>", "image"),
        (b"\x00\x00\x00\x18ftypmp42", "video"),
        (b"ID3\x03\x00", "audio"),
        (b"PK\x03\x04\x14\x00", "archive"),
        (b"x" * 257 + b"ustar\x0000", "archive"),
        (b"\x7fELF\x02\x01", "binary"),
        (b"SQLite format 3\0", "data"),
        (b"WARC/1.0\r\nWARC-Type: warcinfo\r\n", "container"),
        (b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.com/\r\n", "container"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n", "empty"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", "feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "feed"),
        (b"<?xml version='1.0'?><urlset><url><loc>https://example.com/</loc></url></urlset>", "data"),
        (b"<note><to>A</to></note>", "data"),
        (b'{"headline": "x", "body": "<p>text</p><p>text</p><p>a</p><p>b</p><p>c</p>"}', "data"),
        (b"[1, 2, 3]", "data"),
        (b"[]", "data"),
        (b'{"a": 1}\n{"a": 2}\n', "data"),
        (b"[" * 200_000, "data"),
        (TABLE, "data"),
        (TABLE.replace(b",", b"\t"), "data"),
        (CODE, "code"),
        (SCRIPT, "code"),
        (b"#!/bin/sh\nexit 0\n", "code"),
        (b"<?php echo 1; ?>\n<html>", "code"),
        (STYLE, "style"),
    ],
)
def test_no_captures(data: bytes, reason: str) -> None:
    assert reason_of(data, "/x/page") == reason


def test_what_is_no_capture_is_a_skip_with_a_name() -> None:
    with pytest.raises(NotACapture, match="holds no text"):
        from_bytes(b"")


# ---- gzip -----------------------------------------------------------------------------------------------------------


def test_the_id_is_of_the_stored_bytes() -> None:
    stored = gzip.compress(PAGE, mtime=0)
    capture = from_bytes(stored, path="/x/page.html.gz")
    assert capture.data == PAGE
    assert capture.id == capture_id(stored) != capture_id(PAGE)
    assert from_bytes(PAGE).id == capture_id(PAGE)


def test_gzip_under_another_name_and_in_several_members() -> None:
    half = len(PAGE) // 2
    members = gzip.compress(PAGE[:half]) + gzip.compress(b"") + gzip.compress(PAGE[half:])
    assert from_bytes(members, path="/x/page.html").data == PAGE
    assert from_bytes(members + b"\0" * 512).data == PAGE


@pytest.mark.parametrize("cut", [3, 9, 12, 40, -9, -4, -1])
def test_truncated_gzip(cut: int) -> None:
    stored = gzip.compress(PAGE, mtime=0)[:cut]
    assert reason_of(stored, "/x/page.html.gz") == "damaged-gzip"


def test_damaged_gzip() -> None:
    stored = bytearray(gzip.compress(PAGE, mtime=0))
    for i in range(12, len(stored)):
        stored[i] ^= 0x55
    assert reason_of(bytes(stored)) == "damaged-gzip"
    assert reason_of(gzip.compress(PAGE) + b"junk") == "damaged-gzip"
    wrong_sum = bytearray(gzip.compress(PAGE, mtime=0))
    wrong_sum[-5] ^= 1
    assert reason_of(bytes(wrong_sum)) == "damaged-gzip"


def test_a_bomb_costs_no_more_than_the_limit() -> None:
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    block = b"<p>" + b" " * 1_000_000
    bomb = b"".join(packer.compress(block) for _ in range(200)) + packer.flush()
    assert len(bomb) < 1_000_000
    with pytest.raises(CaptureFailed) as caught:
        from_bytes(bomb, limit_bytes=2_000_000)
    assert caught.value.reason == "too-large"
    many = gzip.compress(b"x" * 1000) * 50
    assert from_bytes(many, limit_bytes=50_000).media_type == "text/plain"
    with pytest.raises(CaptureFailed):
        from_bytes(many, limit_bytes=49_999)


def test_an_archive_in_gzip_is_no_page() -> None:
    assert reason_of(gzip.compress(b"x" * 257 + b"ustar  \0")) == "archive"
    assert reason_of(gzip.compress(gzip.compress(PAGE))) == "archive"


# ---- files ----------------------------------------------------------------------------------------------------------


def test_load(tmp_path: Path) -> None:
    path = tmp_path / "page.html.gz"
    stored = gzip.compress(PAGE)
    path.write_bytes(stored)
    path.chmod(0o400)
    before = path.stat()
    hints = (Hint("source", "RT", "option"),)
    capture = load(str(path), hints=hints)
    assert (capture.id, capture.data, capture.path) == (capture_id(stored), PAGE, str(path))
    assert capture.hints == hints
    after = path.stat()
    assert (after.st_mtime_ns, after.st_ctime_ns, after.st_size) == (
        before.st_mtime_ns,
        before.st_ctime_ns,
        before.st_size,
    )


@pytest.mark.parametrize("name", ["a\nb.html", "  ", "'\"$(x).html", "\u202etxt.html", "\udcff\udc80.html"])
def test_odd_names(tmp_path: Path, name: str) -> None:
    path = os.path.join(str(tmp_path), name)
    try:
        with open(path, "wb") as file:
            file.write(PAGE)
    except OSError:
        pytest.skip("this file system does not take the name")
    assert load(path).data == PAGE


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    def reason(path: str, limit_bytes: int = 1000) -> str:
        with pytest.raises(CaptureFailed) as caught:
            read_stored(path, limit_bytes=limit_bytes)
        return caught.value.reason

    assert reason(str(tmp_path / "gone")) == "unreadable"
    assert reason(str(tmp_path)) == "special"
    assert reason("a\0b") == "unreadable"
    big = tmp_path / "big.html"
    big.write_bytes(b"x" * 1001)
    assert reason(str(big)) == "too-large"
    assert read_stored(str(big), limit_bytes=1001) == b"x" * 1001
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "fifo")
        assert reason(str(tmp_path / "fifo")) == "special"


def test_a_refusal_is_told_with_its_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(CaptureFailed, match="Permission denied") as caught:
        read_stored(str(tmp_path / "page.html"))
    assert caught.value.reason == "unreadable"


def test_a_file_that_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"a" * 10)
    real_read = os.read

    def read(descriptor: int, count: int) -> bytes:
        if path.stat().st_size < 5000:
            with path.open("ab") as file:
                file.write(b"b" * 10)
        return real_read(descriptor, count)

    monkeypatch.setattr(os, "read", read)
    with pytest.raises(CaptureFailed, match="larger than 100 bytes"):
        read_stored(str(path), limit_bytes=100)


# ---- laws -----------------------------------------------------------------------------------------------------------

SEEDS = st.sampled_from(
    [b"<", b"<!--", b"<?xml ", b"<!DOCTYPE ", b"[", b"{", b"/*", b"<html ", b"\xff\xfe", b"\x1f\x8b\x08", b"\0", b"\n"]
)


@given(st.binary(max_size=300) | st.lists(SEEDS | st.binary(max_size=8), max_size=40).map(b"".join))
def test_any_bytes_give_a_capture_or_our_error(data: bytes) -> None:
    for name in (None, "/x/page.html", "/x/page.txt"):
        try:
            capture = from_bytes(data, path=name)
        except CaptureError as error:
            assert error.reason
        else:
            assert capture.media_type in ("text/html", "text/plain")
            assert capture.id == capture_id(data)


HOSTILE = [
    b"/*" * 100_000,
    b"<!--" * 100_000,
    b"<!-- Page saved with SingleFile" + b"\n" * 60_000,
    b"<!-- saved from url=(1)" * 5_000,
    b"<html " * 50_000,
    b"<html data-scrapbook-source=" * 5_000,
    b"<!-- Mirrored from " * 5_000 + b" by HTTrack",
    b"a{b:" * 50_000,
    b"x" * 199 + b"{" + b" " * 60_000,
    b"a=" * 50_000,
    b"\n" * 200_000 + b"x",
    b"\n<" * 60_000,
    b"<p " + b"a " * 60_000,
    b'"' * 100_000,
    b",\n" * 60_000,
    b"import " * 30_000,
    b"{" + b'"' * 60_000,
    b"\0a" * 100_000,
    b"\xff\xfe" + b"<\0" * 60_000,
]


@pytest.mark.parametrize("data", HOSTILE, ids=lambda data: repr(data[:20]))
def test_hostile_bytes_are_read_to_their_end(data: bytes) -> None:
    for name in ("/x/page.html", "/x/page", "/x/page.txt"):
        reason_of(data, name)


def test_real_texts_are_never_taken_for_code_or_data(shared: Path) -> None:
    pages = sorted((shared / "eval" / "extraction" / "pages").glob("*/*.gz"))[::13]
    for path in [*pages, shared / "captures" / "seed.txt"]:
        expected = "text/html" if path.name.endswith(".html.gz") else "text/plain"
        for name in (str(path), "/x/page"):
            assert reason_of(path.read_bytes(), name) in (expected, "empty"), path


def test_large_json_is_judged_by_its_ends() -> None:
    data = json.dumps([{"text": "x" * 1000}] * 5000).encode()
    assert reason_of(data) == "data"
