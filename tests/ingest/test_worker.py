"""One capture's reading, and the worker's side of the pipe."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsidx.analysis
import newsidx.extract
from newsidx.errors import CaptureFailed, NotACapture
from newsidx.extract import Extracted, Memory
from newsidx.ingest.reader import Reading, one_line, parse_bytes, read
from newsidx.ingest.worker import BOOT, frame, resolve, take_frames
from newsidx.model import Article, Capture, Hint, Moment, capture_id

PAGE = (
    b"<!DOCTYPE html><html lang=en><head><title>UN pulls peacekeepers out of Mali</title></head><body><article>"
    b"<h1>UN pulls peacekeepers out of Mali</h1><p>The United Nations has announced that it is withdrawing its "
    b"peacekeeping mission from the West African nation of Mali, and that the pullout begins today.</p>"
    b"</article></body></html>"
)
ROOT = str(Path(newsidx.analysis.__file__).parents[2])


# ---- readings -------------------------------------------------------------------------------------------------------


def test_a_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "page.html.gz"
    stored = gzip.compress(PAGE)
    path.write_bytes(stored)
    reading = read(str(path))
    assert (reading.status, reading.reason, reading.detail) == ("ok", None, None)
    assert reading.id == capture_id(stored)
    assert reading.bytes_read == len(stored)
    assert reading.article is not None and reading.article.id == reading.id
    assert reading.article.headline == "UN pulls peacekeepers out of Mali"
    assert isinstance(reading.analyzed, newsidx.analysis.AnalyzedArticle)
    again = pickle.loads(pickle.dumps(reading))
    assert again.article == reading.article


def test_the_same_bytes_are_not_extracted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE)

    def fail(capture: Capture, *, memory: Memory) -> Extracted:
        raise AssertionError("extracted")

    monkeypatch.setattr(newsidx.extract, "read", fail)
    reading = read(str(path), expect_sha=capture_id(PAGE))
    assert reading == Reading("unchanged", capture_id(PAGE), bytes_read=len(PAGE))
    assert read(str(path), expect_sha="0" * 64).status == "failed"


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"", "skipped", "empty"),
        (b"\0" * 50, "skipped", "binary"),
        (b'{"a": 1}', "skipped", "data"),
        (gzip.compress(PAGE)[:-9], "failed", "damaged-gzip"),
    ],
)
def test_what_is_no_page_has_a_reason_and_an_id(tmp_path: Path, data: bytes, status: str, reason: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(data)
    reading = read(str(path))
    assert (reading.status, reading.reason, reading.id) == (status, reason, capture_id(data))
    assert reading.detail and reading.article is None


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    reading = read(str(tmp_path / "gone.html"))
    assert (reading.status, reading.reason, reading.id) == ("skipped", "unreadable", None)


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (ZeroDivisionError("a\nb"), "failed", "internal"),
        (MemoryError(), "failed", "memory"),
        (RecursionError(), "failed", "too-deep"),
        (NotACapture("no", reason="empty"), "skipped", "empty"),
        (CaptureFailed("no", reason="too-deep"), "failed", "too-deep"),
    ],
)
def test_whatever_the_extractor_does_is_a_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, status: str, reason: str
) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE)

    def fail(capture: Capture, *, memory: Memory) -> Extracted:
        raise error

    monkeypatch.setattr(newsidx.extract, "read", fail)
    reading = read(str(path))
    assert (reading.status, reading.reason) == (status, reason)
    assert reading.detail and "\n" not in reading.detail
    if isinstance(error, ZeroDivisionError):
        assert reading.detail == "ZeroDivisionError: a b"


def test_a_broken_sidecar_is_told_with_the_article(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE)
    (tmp_path / "page.meta.json").write_text("{")
    reading = read(str(path))
    assert reading.status == "ok"
    assert reading.detail is not None and reading.detail.startswith("sidecar not used in full: page.meta.json: ")


def test_the_text_has_its_say_about_the_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE)
    monkeypatch.setattr(newsidx.analysis, "identify", lambda text, declared: "fr")
    article = read(str(path)).article
    assert article is not None and article.lang == "fr" and article.evidence["lang"] == "text"


def test_hints_reach_the_extractor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"<!-- saved from url=(0021)https://example.com/a -->" + PAGE)
    (tmp_path / "page.meta.json").write_text('{"source": "RT"}')
    captures: list[Capture] = []

    def extract(capture: Capture, *, memory: Memory) -> Extracted:
        captures.append(capture)
        return Extracted(Article(capture.id))

    monkeypatch.setattr(newsidx.extract, "read", extract)
    read(str(path), hints=(Hint("lang", "en", "option"),))
    assert captures[0].hints == (
        Hint("url", "https://example.com/a", "saved-page"),
        Hint("source", "RT", "sidecar"),
        Hint("lang", "en", "option"),
    )


def test_parse_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    article = parse_bytes(PAGE, url="https://example.com/a", captured="2023-07-01")
    assert article.headline == "UN pulls peacekeepers out of Mali"
    assert article.captured == Moment.parse("2023-07-01")
    assert article.url == "https://example.com/a"
    with pytest.raises(NotACapture):
        parse_bytes(b"")
    with pytest.raises(ValueError, match="ISO 8601"):
        parse_bytes(PAGE, captured="soon")


@given(st.text())
def test_one_line(text: str) -> None:
    line = one_line(text)
    assert len(line) <= 300 and line == " ".join(line.split())


# ---- frames ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=50)), st.integers(1, 20))
def test_frames_come_out_as_they_went_in_however_they_are_cut(payloads: list[bytes], step: int) -> None:
    stream = b"".join(map(frame, payloads))
    buffer = bytearray()
    result: list[bytes] = []
    for at in range(0, len(stream), step):
        buffer += stream[at : at + step]
        result += take_frames(buffer)
    assert result == payloads
    assert not buffer


def test_resolve() -> None:
    assert resolve("newsidx.ingest.reader:read") is read


# ---- the process ----------------------------------------------------------------------------------------------------


def start(**options: Any) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", BOOT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        **options,
    )
    assert process.stdin is not None
    process.stdin.write(frame(json.dumps({"path": [*sys.path, ROOT], "most_bytes": 1 << 30}).encode()))
    return process


def finish(process: subprocess.Popen[bytes]) -> int:
    status = process.wait(timeout=20)
    for stream in (process.stdin, process.stdout):
        if stream is not None and not stream.closed:
            stream.close()
    return status


def next_frame(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    buffer = bytearray()
    while chunk := process.stdout.read(1 << 16):
        buffer += chunk
        for payload in take_frames(buffer):
            return payload
    raise EOFError


def order(path: str, reader: str = "newsidx.ingest.reader:read") -> bytes:
    return frame(pickle.dumps((os.fsencode(path), (), None, reader, 60.0, (5.0, 1 << 29), (), False)))


def test_a_worker_serves_until_its_input_ends(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(PAGE)
    process = start()
    assert process.stdin is not None
    assert next_frame(process) == b""
    for path in ("page.html", "gone.html"):
        process.stdin.write(order(str(tmp_path / path)))
        reading = pickle.loads(next_frame(process))
        assert isinstance(reading, Reading)
        assert reading.status == ("ok" if path == "page.html" else "skipped")
    process.stdin.write(order("x", "newsidx.nowhere:read"))
    assert pickle.loads(next_frame(process)).reason == "internal"
    process.stdin.close()
    assert finish(process) == 0


@pytest.mark.parametrize("where", ["boot", "idle", "busy"])
def test_a_worker_ends_when_its_parent_does(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slow_reader.py").write_text("import time\ndef read(path, **_):\n    time.sleep(600)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    process = start()
    assert process.stdin is not None
    if where != "boot":
        next_frame(process)
    if where == "busy":
        process.stdin.write(order("x", "slow_reader:read"))
        time.sleep(0.2)
    process.stdin.close()
    assert finish(process) == 0


def test_the_interrupt_key_is_not_for_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "napping_reader.py").write_text(
        "import time\n"
        "from newsidx.ingest.reader import Reading\n"
        "def read(path, **_):\n"
        "    time.sleep(0.5)\n"
        "    return Reading('skipped', reason='slept')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    process = start()
    assert process.stdin is not None
    next_frame(process)
    process.send_signal(signal.SIGINT)
    process.stdin.write(order("x", "napping_reader:read"))
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    assert pickle.loads(next_frame(process)) == Reading("skipped", reason="slept")
    process.stdin.close()
    assert finish(process) == 0


def test_a_worker_ends_by_itself_in_code_that_lets_no_thread_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stuck_reader.py").write_text(
        "import re\ndef read(path, **_):\n    re.match('(a*)*$', 'a' * 60 + 'b')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    process = start()
    assert process.stdin is not None
    next_frame(process)
    # The time limit of the task is its last field; the grace of five seconds is added to it.
    process.stdin.write(frame(pickle.dumps((b"x", (), None, "stuck_reader:read", -4.5, (0, 0), (), False))))
    time.sleep(0.1)
    process.stdin.close()
    assert finish(process) == -signal.SIGALRM


def test_nothing_that_is_printed_gets_between_the_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loud_reader.py").write_text(
        "import os, sys\n"
        "from newsidx.ingest.reader import Reading\n"
        "def read(path, **_):\n"
        "    print('loud', flush=True); os.write(1, b'loud'); sys.stderr.write('loud')\n"
        "    assert sys.stdin.read() == ''\n"
        "    return Reading('skipped', reason='loud')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    process = start()
    assert process.stdin is not None
    next_frame(process)
    process.stdin.write(order("x", "loud_reader:read"))
    assert pickle.loads(next_frame(process)) == Reading("skipped", reason="loud")
    process.stdin.close()
    finish(process)


def test_starting_a_worker_loads_nothing_that_it_does_not_need() -> None:
    code = (
        f"import sys; sys.path.append({ROOT!r}); import newsidx.ingest.worker, newsidx.ingest.pool;"
        "heavy = {'nltk', 'selectolax', 'whoosh', 'numpy', 'rich', 'typer', 'newsidx.extract'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
