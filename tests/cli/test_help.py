"""Help and documentation are complete, and made from the commands."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from newsidx.cli._app import COMMANDS
from newsidx.cli._exits import CODES, codes_of

PATHS = [(name,) for name in COMMANDS] + [("roots", "move")]


@pytest.fixture(scope="module")
def cli_docs(repo: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("cli_docs", repo / "scripts" / "cli_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_documentation_is_fresh(repo: Path, cli_docs: ModuleType) -> None:
    text = (repo / "docs" / "cli.md").read_text("utf-8")
    assert text == cli_docs.document(), "stale: run python scripts/cli_docs.py"


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_teaches(run: Callable[..., Any], path: tuple[str, ...]) -> None:
    ran = run(*path, "--help")
    assert (ran.code, ran.err) == (0, "")
    examples = re.findall(rf"^  newsidx {' '.join(path)}\b.*", ran.out, re.MULTILINE)
    assert examples
    name = " ".join(path)
    for code, meaning in codes_of(name).items():
        assert re.search(rf"^  {code} +\S", ran.out, re.MULTILINE), (code, meaning)
    assert run(*path, "-h").out == ran.out


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_option_says_what_it_is_for(run: Callable[..., Any], path: tuple[str, ...]) -> None:
    options = run(*path, "--help").out.partition("\nOptions:\n")[2].partition("\n\n")[0]
    for option in re.split(r"\n(?=  -)", options):
        names, _, meaning = option.strip().partition("  ")
        meaning = meaning or option.partition("\n")[2]
        assert len(meaning.split()) >= 3, names


def test_help_at_the_top(run: Callable[..., Any]) -> None:
    out = run("--help").out
    for name, line in COMMANDS.items():
        assert name in out
        assert line.split()[0] in out


def test_examples_need_no_quoting(cli_docs: ModuleType) -> None:
    """Within a block of examples a shell takes each line as it stands; what must be quoted is quoted."""
    blocks = re.findall(r"```sh\n(.*?)```", cli_docs.document(), re.DOTALL)
    for line in "".join(blocks).splitlines():
        unquoted = re.sub(r'"[^"]*"', "", line)
        assert not re.search(r"[*?<>|;&()\[\]{}!$`'\\]", unquoted), line


def test_exit_codes_have_one_meaning() -> None:
    assert list(CODES) == [0, 1, 2, 3, 70, 130]
    for path in PATHS:
        assert set(codes_of(" ".join(path))) <= set(CODES)
