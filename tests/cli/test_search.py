"""``newsidx search``: what is query and what is option, every form of output, every exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.cli._query_words import _sorted_arguments
from newsidx.errors import UsageError
from newsidx.wire import HIT_FIELDS

TAKES_VALUE = {"-n": True, "--limit": True, "--json": False, "--since": True, "--help": False, "-h": False}


@pytest.mark.parametrize(
    ("args", "options", "words"),
    [
        ("mali -france", "", "mali -france"),
        ("-france mali", "", "-france mali"),
        ("mali -niger", "", "mali -niger"),
        ("-n5 mali", "-n5", "mali"),
        ("mali -n 5 un", "-n 5", "mali un"),
        ("mali --limit=5", "--limit=5", "mali"),
        ("--json mali", "--json", "mali"),
        ("--since -x mali", "--since -x", "mali"),
        ("-- --limit -n", "", "--limit -n"),
        ("mali --", "", "mali"),
        ("--france mali", "", "--france mali"),
        ("a - b", "", "a - b"),
        ("-h", "-h", ""),
        ("-hamas", "", "-hamas"),
        ("mali --since", "--since", "mali"),
        ("date:2023 -source:rt", "", "date:2023 -source:rt"),
    ],
)
def test_arguments(args: str, options: str, words: str) -> None:
    assert _sorted_arguments(args.split(), TAKES_VALUE)[:2] == (options.split(), words.split())


def test_an_option_misspelt_is_told_of() -> None:
    with pytest.raises(UsageError, match="--limt; did you mean --limit"):
        _sorted_arguments(["mali", "--limt", "5"], TAKES_VALUE)


@given(st.lists(st.text(min_size=1)))
def test_behind_two_hyphens_all_is_query(words: list[str]) -> None:
    assert _sorted_arguments(["--", *words], TAKES_VALUE) == ([], words, True)


@given(
    st.lists(st.sampled_from(["mali", "-un", "--foo", "-n", "5", "--json", "-n7", "--since", "--", "-", "--limit=3"]))
)
def test_no_argument_is_lost(args: list[str]) -> None:
    options, words, is_literal = _sorted_arguments(args, TAKES_VALUE)
    assert sorted([*options, *words, *(["--"] if is_literal else [])]) == sorted(args)


def search(run: Callable[..., Any], index: str, *args: str, stdin: bytes = b"") -> Any:
    return (
        run("search", *args, "--index", index, stdin=stdin)
        if "--" not in args
        else run("search", "--index", index, *args, stdin=stdin)
    )


def test_hits_for_people(run: Callable[..., Any], index: str) -> None:
    ran = search(run, index, "ferry")
    assert ran.code == 0
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert lines[0] == "1. Ferry back in harbour"
    assert lines[1].startswith("  The Northern Post · 2023-07-01 11:05 +02:00 · score ")
    assert lines[2].endswith("ferry.html")
    assert "The ferry that broke down" in lines[3]
    assert lines[-1] == "2 of 2"
    assert "\x1b" not in ran.out


def test_any_form_of_a_word(run: Callable[..., Any], index: str) -> None:
    assert search(run, index, "withdrawal", "libraries").code == 0


def test_words_that_begin_with_a_hyphen_are_query(run: Callable[..., Any], index: str) -> None:
    ran = search(run, index, "ferry", "-lorries")
    assert ran.out.splitlines()[-1] == "1 of 1"


def test_nothing_found(run: Callable[..., Any], index: str) -> None:
    ran = search(run, index, "zeppelin")
    assert ran.code == 1
    assert ran.out.splitlines()[0] == "no article matches"


def test_nearest_stand_under_their_own_heading(run: Callable[..., Any], index: str) -> None:
    ran = search(run, index, "ferry", "zeppelin")
    assert ran.code == 1
    assert "Nearest: these have most of the words" in ran.out
    assert "  lacks: zeppelin" in ran.out
    assert search(run, index, "ferry", "zeppelin", "--csv").out.count("\n") == 1


def test_notes(run: Callable[..., Any], index: str) -> None:
    ran = search(run, index, "source:nobody-of-that-name")
    assert ran.code == 1
    assert "note: " in ran.out
    assert "newsidx: " in search(run, index, "source:nobody-of-that-name", "--jsonl").err


def test_standard_input_is_the_query(run: Callable[..., Any], index: str) -> None:
    ran = search(run, index, "-", stdin=b'"old bridge" -harbour\n')
    assert ran.code == 0
    assert "1. Bridge closes to lorries" in ran.out
    assert "  -\n" in search(run, index, "--", "-", stdin=b"ferry").err  # a hyphen, and no word


def test_undecodable_standard_input_is_an_error_or_a_query(run: Callable[..., Any], index: str) -> None:
    assert search(run, index, "-", stdin=b"ferry \xff\x00").code in (0, 1, 2)


def test_limit_offset_sort(run: Callable[..., Any], index: str) -> None:
    assert (
        search(run, index, "*", "-n", "1", "--sort", "newest").out.splitlines()[0]
        == "1. Library reopens under a new roof"
    )
    ran = search(run, index, "*", "-n1", "--sort", "oldest", "--offset", "1")
    assert ran.out.splitlines()[0] == "2. Bridge closes to lorries"
    assert ran.out.splitlines()[-1] == "2 to 2 of 3"
    assert search(run, index, "*", "--limit", "0").out.splitlines()[-1] == "3 of 3"
    assert search(run, index, "*", "--offset", "7").out.splitlines()[0] == "no more hits: there are 3"
    assert search(run, index, "*", "--offset", "7").code == 1


def test_filters(run: Callable[..., Any], index: str) -> None:
    def found(*args: str) -> list[str]:
        return search(run, index, *args, "--fields", "headline", "--sort", "oldest").out.splitlines()

    assert found("--since", "2023-08") == ["Bridge closes to lorries", "Library reopens under a new roof"]
    assert found("--until", "2023-08-01") == ["Ferry back in harbour"]
    assert found("--source", "Tarn Valley Echo") == ["Library reopens under a new roof"]
    assert len(found("--source", "Tarn Valley Echo", "--source", "The Northern Post")) == 3
    assert len(found("--lang", "en")) == 3
    assert found("--lang", "fr") == []
    assert len(found("--any", "harbour", "roof")) == 2
    assert found("--quote", "NOT", "ferry") == []


def test_json(run: Callable[..., Any], index: str) -> None:
    ran = search(run, index, "ferry", "--json")
    document = ran.json
    assert document["version"] == 1
    assert (document["query"], document["total"], document["offset"]) == ("ferry", 2, 0)
    assert [tuple(hit) for hit in document["hits"]] == [HIT_FIELDS, HIT_FIELDS]
    assert ran.out.count("\n") == 5  # the head, where the hits begin, each hit, the end
    piece = next(p for s in document["hits"][0]["snippets"] for p in s["pieces"] if p["is_match"])
    assert piece["text"].lower().startswith("ferr")
    assert search(run, index, "ferry", "--json", "--limit", "0").json["hits"] == document["hits"]


def test_json_of_nothing(run: Callable[..., Any], index: str) -> None:
    ran = search(run, index, "zeppelin", "ferry", "--json")
    assert ran.code == 1
    assert ran.json["hits"] == []
    assert ran.json["nearest"][0]["missing"] == ["zeppelin"]


def test_json_lines(run: Callable[..., Any], index: str) -> None:
    ran = search(run, index, "ferry", "--jsonl", "--fields", "headline,short_id")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [list(line) for line in lines] == [["version", "headline", "short_id"]] * 2


def test_csv(run: Callable[..., Any], index: str) -> None:
    rows = list(csv.DictReader(io.StringIO(search(run, index, "ferry", "--csv").out)))
    assert [row["source"] for row in rows] == ["The Northern Post"] * 2
    assert float(rows[0]["score"]) > 0


def test_forms_exclude_each_other(run: Callable[..., Any], index: str) -> None:
    assert search(run, index, "ferry", "--csv", "--jsonl").code == 2


def test_unknown_fields(run: Callable[..., Any], index: str) -> None:
    ran = search(run, index, "ferry", "--fields", "headline,author")
    assert ran.code == 2
    assert "there is no field 'author'; fields are id, " in ran.err


def test_an_error_points_at_the_place(run: Callable[..., Any], index: str) -> None:
    ran = search(run, index, "ferry", "words:x")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[1:3] == ["  ferry words:x", "              ^"]


def test_an_error_in_json_has_the_place(run: Callable[..., Any], index: str) -> None:
    for form in ("--json", "--jsonl"):
        ran = search(run, index, "ferry", "words:x", form)
        assert (ran.code, ran.err) == (2, "")
        assert ran.json["version"] == 1
        error = ran.json["error"]
        assert (error["kind"], error["start"], error["end"]) == ("query-syntax", 12, 13)


@pytest.mark.parametrize(
    "args",
    [
        ("--sort", "best", "x"),
        ("-n", "-1", "x"),
        ("-n", "x", "x"),
        (),
        ("--since", "never", "x"),
        ("--tz", "Mars", "x"),
    ],
)
def test_wrong_use(run: Callable[..., Any], index: str, args: tuple[str, ...]) -> None:
    ran = search(run, index, *args)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("newsidx: ")
    ran = search(run, index, *args, "--json")
    assert (ran.code, ran.err) == (2, "")
    assert ran.json["error"]["message"]


def test_a_missing_index_is_one_line(run: Callable[..., Any], tmp_path: Any) -> None:
    ran = run("search", "x", "--index", str(tmp_path / "none"))
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("newsidx: no index in ")
    assert run("search", "x", "--json", "--index", str(tmp_path / "none")).json["error"]["kind"] == "index-missing"


def test_a_damaged_index_is_one_line(run: Callable[..., Any], index: str, tmp_path: Any) -> None:
    import shutil

    damaged = tmp_path / "index"
    shutil.copytree(index, damaged)
    for path in sorted(damaged.rglob("*")):
        if path.is_file():
            path.write_bytes(b"\x00" * 10)
    ran = run("search", "ferry", "--index", str(damaged))
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


def test_the_index_is_found_upward(
    run: Callable[..., Any], index: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    below = os.path.join(os.path.dirname(index), "pages")
    monkeypatch.chdir(below)
    ran = run("search", "ferry")
    assert ran.code == 0
    assert "\n  ferry.html\n" in ran.out  # paths as they can be typed here
    monkeypatch.chdir(tmp_path)
    assert run("search", "ferry").code == 2
    monkeypatch.setenv("NEWSIDX_INDEX", index)
    assert run("search", "ferry").code == 0


def test_a_partial_result(run: Callable[..., Any], index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    import newsidx

    whole = newsidx.Index.search
    monkeypatch.setattr(
        newsidx.Index, "search", lambda self, request: dataclasses.replace(whole(self, request), partial=True)
    )
    ran = search(run, index, "ferry")
    assert ran.code == 3
    assert "time ran out" in ran.out
    assert search(run, index, "ferry", "--json").json["partial"] is True


def test_our_own_fault(run: Callable[..., Any], index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import newsidx

    def fail(*_: object) -> None:
        raise ZeroDivisionError("boom \x1b[31m")

    monkeypatch.setattr(newsidx.Index, "search", fail)
    ran = search(run, index, "ferry")
    assert (ran.code, ran.out) == (70, "")
    assert r"ZeroDivisionError: boom \x1b[31m" in ran.err
    assert "Traceback" not in ran.err
    assert search(run, index, "ferry", "--json").json["error"]["kind"] == "internal"
    monkeypatch.setenv("NEWSIDX_DEBUG", "1")
    assert "Traceback" in search(run, index, "ferry").err


def test_an_interrupt(run: Callable[..., Any], index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import newsidx

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(newsidx.Index, "search", interrupt)
    ran = search(run, index, "ferry")
    assert (ran.code, ran.err) == (130, "newsidx: interrupted\n")


def test_a_closed_pipe_is_silent(command: list[str], environment: dict[str, str], index: str, tmp_path: Any) -> None:
    """Standard output that nobody reads: a pipe whose other end is closed before anything is written."""
    for form in ([], ["--json"], ["--csv"], ["--limit", "0"]):
        reader, writer = os.pipe()
        os.close(reader)
        process = subprocess.run(
            [*command, "search", "ferry", "--index", index, *form],
            stdout=writer, stderr=subprocess.PIPE, env=environment, check=False,
        )  # fmt: skip
        os.close(writer)
        assert (process.returncode, process.stderr) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")
def test_a_full_disk_is_one_line(command: list[str], environment: dict[str, str], index: str) -> None:
    for form in ([], ["--json"], ["--limit", "0"]):
        with open("/dev/full", "wb") as full:
            process = subprocess.run(
                [*command, "search", "ferry", "--index", index, *form],
                stdout=full, stderr=subprocess.PIPE, env=environment, check=False,
            )  # fmt: skip
        assert process.returncode == 2
        assert process.stderr.decode().endswith("No space left on device\n")
        assert process.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="streams are closed by a shell")
def test_closed_streams_are_streams_that_nobody_reads(
    command: list[str], environment: dict[str, str], index: str
) -> None:
    import shlex

    line = shlex.join([*command, "search", "--index", index])
    for rest, code in (("ferry >&-", 0), ("ferry 2>&-", 0), ("'words:x' 2>&-", 2), ("- <&-", 2)):
        done = subprocess.run(
            ["sh", "-c", f"{line} {rest}"], env=environment, capture_output=True, timeout=60, check=False
        )
        assert done.returncode == code, (rest, done.stderr)
        assert b"Traceback" not in done.stderr


def test_an_encoding_that_lacks_letters(run_apart: Callable[..., Any], index: str) -> None:
    ran = run_apart("search", "ferry", "--index", index, PYTHONIOENCODING="ascii")
    assert ran.code == 0
    assert r"The Northern Post \xb7 2023" in ran.out


def test_colours_are_told_or_not(run: Callable[..., Any], index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" in search(run, index, "ferry", "--color", "always").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" in search(run, index, "ferry", "--color", "always").out
    assert "\x1b[" not in search(run, index, "ferry").out


def test_columns_wrap(run: Callable[..., Any], index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    ran = search(run, index, "ferry")
    assert max(len(line) for line in ran.out.splitlines() if ".html" not in line) <= 40


BUDGET = """
import dataclasses, sys
from newsidx.cli import main
code = main(sys.argv[1:])
sys.stdout.flush()
local = "newsidx.engine.local"
banned = {
    *("rich", "pydantic", "nltk", "selectolax", "whoosh", "multiprocessing", "csv", "zoneinfo", "tomllib"),
    *("newsidx.extract", "newsidx.capture", "newsidx.ingest.add", "newsidx.ingest.memories", "newsidx.cells"),
    *("newsidx.model._upkeep", "newsidx.cli._json", "newsidx.cli._reasons"),
    *(f"{local}.{name}" for name in ("_build", "_merge", "_parts", "_remake", "_salvage", "_check", "_why")),
    *(f"{local}.{name}" for name in ("_explain", "_facets", "_feedback", "whoosh")),
}
found = sorted(banned & set(sys.modules))
ours = [module for name, module in sys.modules.items() if name.startswith("newsidx")]
slow = [
    f"{each.__module__}.{each.__name__}"
    for module in ours
    for each in vars(module).values()
    if isinstance(each, type) and each.__module__ == module.__name__ and dataclasses.is_dataclass(each)
    if each.__dataclass_params__.frozen or not each.__doc__ or each.__doc__.startswith(f"{each.__name__}(")
]
sys.exit(f"loaded: {found}, made slowly: {slow}" if found or slow or code else 0)
"""
"""What is loaded, and frozen classes that the standard library made (`newsidx.frozen` makes them in a quarter of the
time), or that have no docstring, for which it makes up one."""


def test_a_search_loads_nothing_that_it_does_not_need(environment: dict[str, str], index: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BUDGET, "search", "ferry", "--index", index],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
