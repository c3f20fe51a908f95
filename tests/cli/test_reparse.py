"""``newsidx reparse``: what it says, what it lists, how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import newsidx
from tests.made.source import SIGN_UP, dump


@pytest.fixture
def where(tmp_path: Path) -> str:
    folder = tmp_path / "dumps"
    folder.mkdir()
    for number in range(8):
        (folder / f"{number}.txt").write_text(dump(number))
    index = str(tmp_path / "index")
    with newsidx.open(index, create=True) as idx:
        idx.add(folder, jobs=1)
    return index


def test_reparse(run: Callable[..., Any], where: str, tmp_path: Path) -> None:
    (tmp_path / "dumps" / "3.txt").unlink()
    dry = run("reparse", "--index", where, "--dry-run", "--jobs", "1")
    assert dry.code == 0 and dry.out.splitlines()[0] == "would be: 7 changed, 0 unchanged"
    report = tmp_path / "report.jsonl"
    ran = run("reparse", "--index", where, "--jobs", "1", "--report", str(report))
    assert ran.code == 0
    assert ran.out.splitlines()[:3] == ["7 changed, 0 unchanged", "1 gone", "  1 gone"]
    assert str(tmp_path / "dumps" / "3.txt") in ran.out
    statuses = [json.loads(line)["status"] for line in report.read_text().splitlines()]
    assert sorted(statuses) == ["changed"] * 7 + ["gone"]
    with newsidx.open(where) as idx:
        assert sum(SIGN_UP in idx.article(id_).body for id_ in idx.ids()) == 1


def test_reparse_json(run: Callable[..., Any], where: str) -> None:
    ran = run("reparse", "--index", where, "--json", "-q", "--stale", "--source", "harbour.example", "--jobs", "1")
    assert ran.code == 0
    document = ran.json
    assert document["counts"] == {"changed": 8} and document["dry_run"] is False and document["index"] == where
    again = run("reparse", "--index", where, "--stale")
    assert again.out.splitlines()[0] == "0 changed, 0 unchanged"


def test_reparse_names_an_outlet_that_is_not_there(run: Callable[..., Any], where: str) -> None:
    ran = run("reparse", "--index", where, "--stale", "--source", "harbor.exmaple", "--source", "harbour.example")
    assert ran.code == 0
    assert ran.out.splitlines()[:2] == ["8 changed, 0 unchanged", "note: no capture is of the outlet harbor.exmaple"]


def test_reparse_of_no_index(run: Callable[..., Any], tmp_path: Path) -> None:
    assert run("reparse", "--index", str(tmp_path / "none")).code == 2
