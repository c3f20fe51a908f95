"""The examples of README and docs, run in their order, each page in a folder of its own with corpus/ in it.

A ``python`` block is run as it stands, all blocks of a page as one program, which must print the lines that begin with
``# >``. In a ``console`` block each line that begins with ``$`` is run by a shell; where output is shown below it, that
must be what comes out: ``...`` on a line of its own stands for any lines, within a line for any text. A block marked
*elsewhere* is shown, not run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.draw_search import pictures

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)( elsewhere)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """A command with what it must print, None where nothing is shown."""

    command: str
    output: str | None


def blocks(page: Path, language: str) -> list[str]:
    found = _BLOCK.findall(page.read_text("utf-8"))
    return [body for name, elsewhere, body in found if name == language and not elsewhere]


def steps(block: str) -> Iterator[Step]:
    for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
        if part.startswith("$ "):
            command, _, output = part[2:].partition("\n")
            while command.endswith("\\"):
                more, _, output = output.partition("\n")
                command = command[:-1] + more.removeprefix(">").lstrip()
            yield Step(command, output.rstrip() or None)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder as the reader of a page has it: the corpus, and no index yet."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    return tmp_path


@pytest.fixture
def shell_env(desk: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSIDX_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return kept | {"PATH": path, "COLUMNS": "100", "TZ": "UTC", "NO_COLOR": "1", "HOME": str(desk)}


def pages_with(language: str) -> list[object]:
    found = [page for page in PAGES if blocks(page, language)]
    return [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in found]


@pytest.mark.parametrize("page", pages_with("python"))
def test_python_examples_run(page: Path, desk: Path, shell_env: dict[str, str]) -> None:
    parts = blocks(page, "python")
    # One plain script, without a guard: adding must work in it.
    program = desk / "example.py"
    program.write_text("\n".join(parts), "utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(program)],
        cwd=desk,
        env=shell_env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shown = re.findall(r"^ *# > ?(.*)$", program.read_text("utf-8"), re.MULTILINE)
    if shown:
        assert re.fullmatch(_pattern("\n".join(shown)), _trimmed(done.stdout)), done.stdout


@pytest.mark.parametrize("page", pages_with("console"))
def test_shell_examples_print_what_is_shown(page: Path, desk: Path, shell_env: dict[str, str]) -> None:
    for step in (step for part in blocks(page, "console") for step in steps(part)):
        done = subprocess.run(
            ["bash", "-c", step.command],
            cwd=desk,
            env=shell_env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        printed = done.stdout.rstrip()
        assert done.returncode in (0, 1), f"$ {step.command}\n{printed}"
        if step.output is not None:
            assert re.fullmatch(_pattern(step.output), _trimmed(printed)), f"$ {step.command}\n{printed}"


def _trimmed(text: str) -> str:
    """Without the progress that an add tells of each ten seconds, where it takes so long."""
    lines = [line.rstrip() for line in text.splitlines()]
    return "".join(f"{line}\n" for line in lines if not re.match(r"newsidx: \d+ of \d+ captures, ", line))


def _pattern(shown: str) -> str:
    """A regular expression for the output as shown: ``...`` for any lines or any text of a line."""
    lines = [
        "(?:.*\n)*?" if line.strip() == "..." else ".*?".join(map(re.escape, line.rstrip().split("..."))) + "\n"
        for line in shown.splitlines()
    ]
    return "".join(lines)


def test_pictures_of_searches_are_what_the_searches_show() -> None:
    for path, drawn in pictures().items():
        assert path.read_text("utf-8") == drawn, "the picture is stale: make docs"
