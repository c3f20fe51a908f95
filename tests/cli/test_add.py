"""``newsidx add``: what is printed, reported and returned; interruption, waiting, dry runs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import newsidx
from newsidx.cli._progress import ProgressLine, progress_text
from newsidx.ingest.add import Progress


@pytest.fixture
def folder(pages: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pages, tmp_path / "pages"))


def add(run: Callable[..., Any], where: Path, *args: str) -> Any:
    return run("add", *args, "--jobs", "1", "--index", str(where))


def test_first_and_second_add(run: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    ran = add(run, tmp_path / "index", str(folder))
    assert ran.code == 0
    assert ran.err == f"newsidx: made the index {tmp_path / 'index'}\n"
    assert ran.out.splitlines()[0] == "3 added"
    assert "1 skipped" in ran.out
    assert " a second" in ran.out

    again = add(run, tmp_path / "index", str(folder))
    assert (again.code, again.err) == (0, "")
    assert again.out.splitlines()[0] == "0 added, 3 unchanged"


def test_json_and_report(run: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    report = tmp_path / "outcomes.jsonl"
    ran = add(run, tmp_path / "index", str(folder), "--json", "--report", str(report))
    assert ran.code == 0
    document = ran.json
    assert (document["version"], document["created"]) == (1, True)
    assert document["counts"] == {"added": 3, "skipped": 1}
    outcomes = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    assert {Path(outcome["path"]).name: outcome["status"] for outcome in outcomes} == {
        "ferry.html": "added", "bridge.html": "added", "library.html": "added", "style.css": "skipped",
    }  # fmt: skip
    assert all(outcome["version"] == 1 for outcome in outcomes)


def test_failures(run: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    ran = add(run, tmp_path / "index", str(folder), str(tmp_path / "not-there\n\x1b[31m"))
    assert ran.code == 1
    assert "1 failed" in ran.out
    assert r"not-there\n\x1b[31m" in ran.out
    quiet = add(run, tmp_path / "index", str(tmp_path / "not-there"), "-q")
    assert (quiet.code, quiet.out) == (1, "")
    assert "not-there" in quiet.err


def test_a_mistyped_path_makes_no_index(run: Callable[..., Any], tmp_path: Path) -> None:
    for args in ([], ["--dry-run"]):
        ran = add(run, tmp_path / "index", str(tmp_path / "not-there\n\x1b[31m"), *args)
        assert (ran.code, ran.out) == (2, "")
        assert "there is no such file or folder: " in ran.err and r"not-there\n\x1b[31m" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_the_many_of_one_reason_do_not_hide_the_few_of_another(run: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(30):
        (folder / f"a{number}.png").write_bytes(b"x")
    for name in ("v.html", "w.html", "x.html", "y.html"):
        (folder / name).write_bytes(b"")
    ran = add(run, tmp_path / "index", str(folder))
    lines = [line.strip() for line in ran.out.splitlines()]
    assert lines[lines.index("4 empty") + 4] == "and 1 more; --report FILE names all"
    assert "v.html: it holds no text" in lines[lines.index("4 empty") + 1]
    assert "and 27 more; --report FILE names all" in lines


def test_quiet(run: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    ran = add(run, tmp_path / "index", str(folder), "-q")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_dry_run_makes_nothing(run: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    ran = add(run, tmp_path / "index", str(folder), "--dry-run")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "would be: 3 added"
    assert "would make the index" in ran.err
    assert not (tmp_path / "index").exists()


def test_what_captures_cannot_know(run: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "dump.txt").write_text(
        "A headline of a dump\n\n" + "One sentence of many words about a ferry. " * 8, "utf-8"
    )
    ran = add(
        run, tmp_path / "index", str(tmp_path / "dump.txt"), "--source", "Evening Dump", "--captured", "2023-07-02",
        "--url", "https://dump.example/a",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    with newsidx.open(tmp_path / "index") as idx:
        article = idx.search("ferry").hits[0].article
    assert (article.source.name, str(article.captured), article.url) == (
        "Evening Dump",
        "2023-07-02",
        "https://dump.example/a",
    )


@pytest.mark.parametrize(
    "args",
    [
        ("--path-pattern", "{nothing}/*"),
        ("--jobs", "0"),
        ("--wait", "x"),
        ("--url", "https://a.example/"),
    ],
)
def test_wrong_use(run: Callable[..., Any], folder: Path, tmp_path: Path, args: tuple[str, ...]) -> None:
    ran = run("add", str(folder), "--index", str(tmp_path / "index"), *args)
    assert ran.code == 2, ran.out
    assert ran.err.splitlines()[-1]


def test_an_index_is_made_only_in_an_empty_folder(run: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    ran = add(run, folder, str(folder))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("newsidx: ")


def test_a_report_that_cannot_be_written(run: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    ran = add(run, tmp_path / "index", str(folder), "--report", str(tmp_path / "none" / "report"))
    assert ran.code == 2
    assert "No such file or directory" in ran.err
    assert not (tmp_path / "index").exists()


HOLD = """
import sys, time, newsidx
with newsidx.open(sys.argv[1]) as idx, idx.batch():
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def held(folder: Path, tmp_path: Path, environment: dict[str, str]) -> Any:
    """An index that another process writes to, for three seconds."""
    where = tmp_path / "index"
    with newsidx.open(where, create=True) as idx:
        idx.add(str(folder / "ferry.html"), jobs=1)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(where), "3"], env=environment, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    yield where
    holder.kill()
    holder.wait()
    holder.stdout.close()


def test_two_adds_wait_for_each_other(run: Callable[..., Any], folder: Path, held: Path) -> None:
    busy = add(run, held, str(folder), "--wait", "0")
    assert (busy.code, busy.out) == (2, "")
    assert busy.err.splitlines()[-1].startswith("newsidx: ")
    waited = add(run, held, str(folder))
    assert waited.code == 0
    assert "waiting for another newsidx (process " in waited.err
    assert waited.out.splitlines()[0] == "2 added, 1 unchanged"


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_an_interrupt_says_what_was_committed(command: list[str], environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(3000):
        text = f"Headline number {number}\n\n" + f"The ferry {number} came back to the harbour again. " * 60
        (folder / f"{number}.txt").write_text(text, "utf-8")
    process = subprocess.Popen(
        [*command, "add", str(folder), "--index", str(tmp_path / "index"), "--jobs", "1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
    )  # fmt: skip
    assert process.stderr is not None
    process.stderr.readline()  # that the index is made
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in err.decode()
    with newsidx.open(tmp_path / "index") as idx:
        assert idx.check() == []


def test_progress_on_no_terminal_is_a_line_now_and_then() -> None:
    import io

    stream = io.StringIO()
    line = ProgressLine(stream)
    for second in range(31):
        line.update(Progress(second, 100, second * 1000, 100_000, float(second)))
    line.clear()
    assert stream.getvalue().splitlines() == [
        "newsidx: 10 of 100 captures, 10 %, 1.0 a second, 1:30 left",
        "newsidx: 20 of 100 captures, 20 %, 1.0 a second, 1:20 left",
        "newsidx: 30 of 100 captures, 30 %, 1.0 a second, 1:10 left",
    ]


def test_progress_of_nothing_and_of_all() -> None:
    assert progress_text(Progress(0, 10, 0, 100, 0.0)) == "0 of 10 captures, 0 %"
    assert progress_text(Progress(10, 10, 100, 100, 4.0)) == "10 of 10 captures, 100 %, 2.5 a second"
