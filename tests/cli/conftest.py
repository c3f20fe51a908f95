"""What the tests of the command line share: running it in this process or in one of its own, and two small indexes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import newsidx
from newsidx.cli import main

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run_here(*args: str, stdin: bytes = b"") -> Ran:
    """The command line in this process."""
    before = sys.stdin, sys.stdout, sys.stderr
    streams = [io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="\n") for data in (stdin, b"", b"")]
    sys.stdin, sys.stdout, sys.stderr = streams
    try:
        code = main(args)
        for stream in streams[1:]:
            stream.flush()
        out, err = (stream.buffer.getvalue() for stream in streams[1:])  # type: ignore[attr-defined]
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    return Ran(code, out.decode(), err.decode())


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """The command line in this process, untouched by the caller's environment."""
    for name in ("NEWSIDX_INDEX", "NEWSIDX_DEBUG", "NO_COLOR", "COLUMNS", "PAGER"):
        monkeypatch.delenv(name, raising=False)
    return run_here


@pytest.fixture(scope="session")
def command() -> list[str]:
    """How a process of its own is started."""
    return [sys.executable, "-m", "newsidx"]


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """The environment of such a process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSIDX_", "COLUMNS"))}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TERM": "xterm-256color"}


@pytest.fixture
def run_apart(command: list[str], environment: dict[str, str]) -> Callable[..., Ran]:
    """The command line in a process of its own."""

    def run_process(*args: str, stdin: bytes = b"", **changes: str) -> Ran:
        done = subprocess.run(
            [*command, *args], input=stdin, capture_output=True, env=environment | changes, timeout=60, check=False
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run_process


def page(
    headline: str, *paragraphs: str, date: str = "2023-07-01T11:05:00+02:00", name: str = "The Northern Post"
) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><title>{headline} - {name}</title>'
        f'<meta property="og:title" content="{headline}"><meta property="og:site_name" content="{name}">'
        f'<meta property="og:type" content="article"><meta property="article:published_time" content="{date}">'
        f"</head><body><article><h1>{headline}</h1>{body}</article></body></html>"
    )


FERRY = (
    "The ferry that broke down on Monday off the northern shore was towed back into harbour in the night.",
    "None of the ninety passengers was hurt, said the company, which will run buses until the ship is repaired.",
)
BRIDGE = (
    "The town council voted on Tuesday to close the old bridge over the Tarn to lorries from the first of the month.",
    "Engineers had found cracks in two of its pillars, and the ferry will carry goods for as long as repairs take.",
)
LIBRARY = (
    "After eleven years of rain through the roof the library reopened on Saturday with a reading by a borrower.",
    "The roof cost twice what had been promised, and the council will withdraw the mobile library instead.",
)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three captures and one file that is none."""
    folder = tmp_path_factory.mktemp("captures") / "pages"
    folder.mkdir()
    (folder / "ferry.html").write_text(page("Ferry back in harbour", *FERRY), "utf-8")
    (folder / "bridge.html").write_text(page("Bridge closes to lorries", *BRIDGE, date="2023-08-02"), "utf-8")
    (folder / "library.html").write_text(
        page("Library reopens under a new roof", *LIBRARY, date="2024-01-13", name="Tarn Valley Echo"), "utf-8"
    )
    (folder / "style.css").write_text("body { color: red }", "utf-8")
    return folder


@pytest.fixture(scope="session")
def index(pages: Path) -> Iterator[str]:
    """An index of these pages."""
    path = str(pages.parent / "index")
    with newsidx.open(path, create=True) as idx:
        idx.add(str(pages), jobs=1)
        assert idx.check() == []
    yield path


HOSTILE = (
    "red \x1b[31mred\x1b]0;title\x07 \x9b31m bell\x07 back\x08 null\x00 del\x7f [bold]markup[/bold] "
    "rlo\u202e evil\u202c iso\u2067late\u2069 tag\U000e0041\U000e0042 zero\u200bwidth\u2060 soft\u00adhyphen "
    "line\u2028separator\x85next =cmd|' /C calc'!A0"
)


@pytest.fixture(scope="session")
def hostile_index(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An index of articles that say what no terminal should hear, in every field."""
    path = str(tmp_path_factory.mktemp("hostile") / "index")
    article = newsidx.article(
        key=f"key {HOSTILE}",
        headline=f"={HOSTILE} hostile",
        deck=f"deck {HOSTILE}",
        body=[f"body hostile {HOSTILE}", f"@SUM {HOSTILE}", "سلام \u200f hostile \u202b words"],
        captions=[f"caption {HOSTILE}"],
        section=f"-{HOSTILE}",
        source=f"+{HOSTILE}",
        authors=[f"@{HOSTILE}"],
        tags=[HOSTILE],
        published="2023-07-01",
    )
    with newsidx.open(path, create=True) as idx:
        idx.add(article)
    return path
