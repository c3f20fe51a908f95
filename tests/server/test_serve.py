"""``newsidx serve`` as it is used: a process that listens, answers, sees commits, and stops in good order."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import newsidx
from newsidx.cli import main

pytest.importorskip("uvicorn")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    path = tmp_path / "index"
    with newsidx.open(path, create=True) as idx:
        idx.add(newsidx.article(key="a", headline="The ferry returned", body="It returned to the harbour at night."))
    return path


@contextlib.contextmanager
def serving(*args: str, command: str = "serve") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server, and the address that it says it has."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSIDX_")}
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "newsidx", command, "--port", "0", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment | {"PYTHONPATH": str(ROOT)},
    )
    try:
        assert process.stderr is not None
        assert select.select([process.stderr], [], [], 60)[0], "it did not say where it listens"
        line = process.stderr.readline()
        found = re.search(r"http://\S+", line)
        assert found is not None, line + process.stderr.read()
        yield process, found[0]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def fetched(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_sees_commits_logs_no_queries_and_stops(index: Path, number: signal.Signals) -> None:
    with serving("--index", str(index)) as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert json.loads(fetched(f"{url}api/search?q=ferry")[1])["total"] == 1
        assert "The <mark>ferry</mark>" in fetched(f"{url}?q=ferry")[1]
        with newsidx.open(index) as idx:
            idx.add(newsidx.article(key="b", headline="Another ferry", body="Another one."))
        assert json.loads(fetched(f"{url}api/search?q=ferry")[1])["total"] == 2
        assert fetched(f"{url}api/search?q=(privatewords%20OR%20other")[0] == 400
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0, err
        assert "privatewords" not in out + err
        assert "Traceback" not in err


def test_odd_bytes_on_the_wire_get_an_answer_and_hurt_nobody(index: Path) -> None:
    with serving("--index", str(index)) as (_, url):
        host, port = url.removeprefix("http://").rstrip("/").split(":")
        for data in (
            b"\x16\x03\x01\x02\x00\x01\x00",
            b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000,
            b"GET /api/search?q=%ff%00%c3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        ):
            with socket.create_connection((host, int(port)), timeout=30) as connection:
                with contextlib.suppress(OSError):
                    connection.sendall(data)
                    connection.shutdown(socket.SHUT_WR)
                with contextlib.suppress(OSError):
                    got = connection.recv(1000)
                    assert not got or got.startswith(b"HTTP/1.1 "), got
                    assert b" 500 " not in got
        assert fetched(f"{url}health")[0] == 200


def test_a_token_in_a_file_is_asked_for(index: Path, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("a-token-of-some-length\n")
    with serving("--index", str(index), "--token-file", str(token)) as (_, url):
        assert fetched(f"{url}api/search?q=ferry")[0] == 401
        assert fetched(f"{url}api/search?q=ferry", Authorization="Bearer a-token-of-some-length")[0] == 200


def test_what_cannot_be_served_is_one_line(index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").write_text("")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for args, said in (
            (("--host", "0.0.0.0"), "can be reached from other machines"),
            (("--port", port), "cannot listen on 127.0.0.1"),
            (("--host", "192.0.2.7", "--open"), "cannot listen on"),
            (("--token-file", str(tmp_path / "empty")), "holds no token"),
            (("--token-file", str(tmp_path / "none")), "No such file"),
            (("--index", str(tmp_path / "nowhere")), "newsidx add PATH makes one"),
        ):
            assert main(["serve", *(("--index", str(index)) if "--index" not in args else ()), *args]) == 2
            told = capsys.readouterr().err
            assert said in told
            assert len(told.splitlines()) == 1


@pytest.mark.parametrize(("command", "package"), [("serve", "starlette"), ("serve", "jinja2"), ("mcp", "mcp")])
def test_an_extra_that_is_missing_is_named_in_one_line(index: Path, command: str, package: str) -> None:
    program = f"""
import sys
sys.modules[{package!r}] = None
from newsidx.cli import main
sys.exit(main([{command!r}, "--index", {str(index)!r}]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    extra = "server" if command == "serve" else "mcp"
    assert done.returncode == 2, done.stderr
    assert f"pip install 'newsidx[{extra}]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1
