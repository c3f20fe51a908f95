"""Containers on the command line: ``parse`` shows each record, ``--format`` says whose JSON it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.made.archives import Made, page, warc


def test_parse_shows_each_record(run: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(
        warc([Made(f"https://ledger.example/{word}", page(word)) for word in ("ferry", "anchor")], gz=False)
    )
    ran = run("parse", str(path))
    assert (ran.code, ran.err) == (0, "")
    names = [line for line in ran.out.splitlines() if line.startswith("==> ")]
    assert names[0] == f"==> {path}#0 <=="
    assert len(names) == 2
    place = names[1].removeprefix("==> ").removesuffix(" <==")
    ran = run("parse", "--json", place)
    document = json.loads(ran.out)
    assert (document["headline"], document["path"]) == ("Vote in anchor on motion 0", place)


def test_parse_says_why_not(run: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "Vote", "text": "The council met and talked about the ferry for nine hours."}\n')
    ran = run("parse", str(path))
    assert ran.code == 1
    assert "--format" in ran.err
    assert run("parse", str(path), "--format", "trafilatura").out.startswith("==> ")
    assert run("add", str(path), "--format", "nobody", "--index", str(tmp_path / "index")).code == 2
    ran = run("add", str(path), "--format", "trafilatura", "--index", str(tmp_path / "index"))
    assert (ran.code, ran.out.splitlines()[0]) == (0, "1 added")
