"""On a real terminal (a pseudo-terminal): colours, width, pager, questions, progress."""

from __future__ import annotations

import os
import re
import select
import signal
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pty = pytest.importorskip("pty", reason="no pseudo-terminals on this system")
fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")

INTERRUPT = b"\x03"
COLOR = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(
    command: list[str], environment: dict[str, str], *, columns: int = 60, answer: bytes = b"", after: str = ""
) -> tuple[int, str]:
    """Run a command on a terminal of its own; once it has printed `after`, type `answer`. Its code and all it shows."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if not select.select([ours], [], [], 0.2)[0]:
            if process.poll() is not None:
                break
            continue
        try:
            data = os.read(ours, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not data:
            break
        shown += data
        if answer and after.encode() in shown:
            if answer == INTERRUPT:  # the terminal is not the process's controlling one, so it sends no signal
                process.send_signal(signal.SIGINT)
            else:
                os.write(ours, answer)
            answer = b""
    os.close(ours)
    if process.poll() is None and time.monotonic() >= until:
        process.kill()
    code = process.wait(timeout=10)
    return code, shown.decode().replace("\r\n", "\n")


@pytest.fixture
def terminal(command: list[str], environment: dict[str, str]) -> Callable[..., tuple[int, str]]:
    def run(*args: str, columns: int = 60, answer: bytes = b"", after: str = "", **changes: str) -> tuple[int, str]:
        kept = {name: value for name, value in environment.items() if name not in ("NO_COLOR", "PAGER", "LESS")}
        return on_terminal([*command, *args], kept | changes, columns=columns, answer=answer, after=after)

    return run


def test_hits_are_coloured_and_wrapped(terminal: Callable[..., tuple[int, str]], index: str) -> None:
    code, shown = terminal("search", "ferry", "--index", index)
    assert code == 0
    assert "\x1b[1;33mferry\x1b[0m" in shown
    lines = COLOR.sub("", shown).splitlines()
    assert max(len(line) for line in lines if ".html" not in line) <= 60
    assert sum(1 for line in lines if "ferry.html" in line) == 1  # a path is not cut


def test_no_color_is_honoured(terminal: Callable[..., tuple[int, str]], index: str) -> None:
    assert "\x1b" not in terminal("search", "ferry", "--index", index, NO_COLOR="1")[1]
    assert "\x1b" not in terminal("search", "ferry", "--index", index, TERM="dumb")[1]
    assert "\x1b" not in terminal("search", "ferry", "--index", index, "--color", "never")[1]


def test_json_is_indented(terminal: Callable[..., tuple[int, str]], index: str) -> None:
    import json

    code, shown = terminal("search", "ferry", "--index", index, "--json")
    assert (code, json.loads(shown)["total"]) == (0, 2)
    assert '\n  "headline"' in shown


def test_show_goes_through_the_pager(terminal: Callable[..., tuple[int, str]], index: str, tmp_path: Path) -> None:
    id_ = terminal("search", "lorries", "--index", index, "--fields", "short_id")[1].strip()
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho paged $1\ncat\n", "utf-8")
    pager.chmod(0o755)
    code, shown = terminal("show", id_, "--index", index, PAGER=f"{pager} -x")
    assert code == 0
    assert shown.startswith("paged -x\n")
    assert "Bridge closes to lorries" in shown
    for other in ("cat", "/not/there", "'", ""):
        code, shown = terminal("show", id_, "--index", index, PAGER=other)
        assert code == 0
        assert COLOR.sub("", shown).startswith("Bridge closes to lorries")


@pytest.mark.parametrize(("answer", "code", "last"), [(b"y\n", 0, "removed 1 article"), (b"\n", 1, "nothing removed")])
def test_remove_asks(
    terminal: Callable[..., tuple[int, str]], pages: Path, tmp_path: Path, answer: bytes, code: int, last: str
) -> None:
    import newsidx

    where = str(tmp_path / "index")
    with newsidx.open(where, create=True) as idx:
        idx.add(str(pages), jobs=1)
    got, shown = terminal(
        "remove", "--query", "lorries", "--index", where, answer=answer, after="Remove this article? [y/N]"
    )
    assert got == code
    assert "Bridge closes to lorries" in shown
    assert COLOR.sub("", shown).splitlines()[-1] == last


def test_add_shows_a_bar_and_takes_it_away(terminal: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(60):
        text = f"Headline number {number}\n\n" + f"The ferry {number} came back to the harbour again. " * 30
        (folder / f"{number}.txt").write_text(text, "utf-8")
    code, shown = terminal("add", str(folder), "--index", str(tmp_path / "index"), "--jobs", "1", columns=100)
    assert code == 0
    assert re.search(r"\r\x1b\[K▕.*▏ \d+ of 60 captures, \d+ %, [\d.]+ a second", shown)
    assert "\r\x1b[K\x1b" not in shown
    assert shown.split("\r\x1b[K")[-1].startswith("60 added")


def test_interrupted_at_the_question(terminal: Callable[..., Any], index: str) -> None:
    code, shown = terminal("remove", "--query", "ferry", "--index", index, answer=INTERRUPT, after="[y/N]")
    assert code == 130
    assert shown.rstrip().endswith("newsidx: interrupted")
