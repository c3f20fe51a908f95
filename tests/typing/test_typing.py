"""The types of the API as two checkers see them, and the keywords that they are told of."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import get_type_hints

import pytest

import newsidx
from newsidx import keywords

ROOT = Path(__file__).resolve().parents[2]
USE = Path(__file__).parent / "api_use.py"
LINES = USE.read_text("utf-8").splitlines()
WRONG = [number for number, line in enumerate(LINES, 1) if "# wrong" in line and "``" not in line]


@pytest.mark.parametrize(
    ("given", "kept", "beside"),
    [
        (keywords.SearchKeywords, newsidx.SearchRequest, {"query"}),
        (keywords.AddKeywords, newsidx.AddOptions, set()),
        (keywords.ReparseKeywords, newsidx.ReparseOptions, set()),
    ],
)
def test_keywords_are_the_fields_of_the_options(given: type, kept: type, beside: set[str]) -> None:
    assert [*get_type_hints(given)] == [field.name for field in fields(kept) if field.name not in beside]


@pytest.mark.long
def test_mypy_reads_a_program_as_it_is_meant(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nstrict = true\n[mypy-whoosh.*,nltk.*]\nfollow_imports = skip\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(config), "--cache-dir", str(tmp_path), str(USE)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    found = re.findall(rf"{re.escape(USE.name)}:(\d+): error", done.stdout)
    assert [int(number) for number in found] == WRONG, done.stdout + done.stderr
    assert f"{len(WRONG)} errors in 1 file" in done.stdout, done.stdout


def pyright() -> list[str] | None:
    """The command that runs pyright without a network, if its package and Node are here."""
    spec, node = find_spec("pyright"), shutil.which("node")
    if spec is None or spec.origin is None or node is None:
        return None
    script = Path(spec.origin).parent / "dist" / "index.js"
    return [node, str(script)] if script.is_file() else None


@pytest.mark.skipif(pyright() is None, reason="needs pyright and Node, which are not here")
def test_pyright_reads_a_program_as_it_is_meant(tmp_path: Path) -> None:
    command = pyright()
    assert command is not None
    shutil.copy(USE, tmp_path)
    project = {"include": [USE.name], "typeCheckingMode": "strict", "extraPaths": [str(ROOT)]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(project))
    done = subprocess.run(
        [*command, "--outputjson", "--pythonpath", sys.executable, "--project", str(tmp_path)],
        capture_output=True,
        text=True,
        env=os.environ | {"NODE_OPTIONS": "--max-old-space-size=1024"},
        check=False,
    )
    told = json.loads(done.stdout)["generalDiagnostics"]
    lines = [each["range"]["start"]["line"] + 1 for each in told if each["severity"] == "error"]
    assert sorted(set(lines)) == WRONG, told
