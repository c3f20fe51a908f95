"""Counting, explaining, completing on the command line: for people, as JSON, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


def test_counts_alone(run: Run, index: str) -> None:
    assert run("search", "ferry", "--count", "--index", index).out == "2\n"
    ran = run("search", "zeppelin", "--count", "--index", index)
    assert (ran.code, ran.out) == (1, "0\n")
    document = run("search", "ferry", "--count", "--json", "--index", index).json
    assert (document["total"], document["hits"]) == (2, [])


def test_a_table_with_bars(run: Run, index: str) -> None:
    ran = run("search", "*", "--by", "source", "--by", "tag", "--index", index)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "source",
        "       2  ████████████████████  The Northern Post",
        "       1  ██████████            Tarn Valley Echo",
        "",
        "tag",
        "       3  ████████████████████  unknown",
        "",
        "3 articles",
    ]
    assert "and 1 more" in run("search", "*", "--by", "source", "-n", "1", "--index", index).out


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (20, ["2  The Northern Post", "1  Tarn Valley Echo"]),
        (24, ["2  The Northern Post", "1  Tarn Valley Echo"]),
        (40, ["2  ███████████████  The Northern Post", "1  ███████▌         Tarn Valley Echo"]),
        (59, ["2  ████████████████████  The Northern Post", "1  ██████████            Tarn Valley Echo"]),
    ],
)
def test_a_narrow_screen_has_room_for_names(
    run: Run, index: str, monkeypatch: pytest.MonkeyPatch, columns: int, lines: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert run("search", "*", "--by", "source", "--index", index).out.splitlines()[1:3] == lines


def test_a_query_in_utf_8_is_read_in_any_locale(run_apart: Run, index: str) -> None:
    """Also where Python reads arguments as ASCII, which it does if told not to take UTF-8 instead."""
    ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    assert run_apart("search", "férry", "--count", "--index", index, **ascii_only).out == "2\n"
    assert run_apart("suggest", "férr", "--index", index, **ascii_only).out == "       2  ferry\n"
    assert run_apart("search", "férry", "--count", "--index", index, LC_ALL="C").out == "2\n"


def test_all_months_are_shown(run: Run, index: str) -> None:
    document = run("search", "*", "--by", "month", "--json", "--index", index).json
    assert document["facets"]["month"] == {
        "distinct": 3,
        "counts": [
            {"value": "2023-07", "count": 1, "query": "date:2023-07"},
            {"value": "2023-08", "count": 1, "query": "date:2023-08"},
            {"value": "2024-01", "count": 1, "query": "date:2024-01"},
        ],
    }


def test_csv(run: Run, index: str) -> None:
    rows = list(csv.reader(io.StringIO(run("search", "*", "--by", "source", "--csv", "--index", index).out)))
    assert rows == [
        ["field", "value", "count", "query"],
        ["source", "The Northern Post", "2", 'source:"The Northern Post"'],
        ["source", "Tarn Valley Echo", "1", 'source:"Tarn Valley Echo"'],
    ]


def test_hostile_values_are_harmless(run: Run, hostile_index: str) -> None:
    fields = [argument for name in ("source", "section", "tag", "author") for argument in ("--by", name)]
    shown = run("search", "*", *fields, "--index", hostile_index).out
    assert not any(c < " " and c != "\n" for c in shown)
    rows = list(csv.reader(io.StringIO(run("search", "*", *fields, "--csv", "--index", hostile_index).out)))
    assert len(rows) == 5
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row if cell)


@pytest.mark.parametrize(
    "args",
    [
        ("--by", "colour"),
        ("--by", "tag", "--jsonl"),
        ("--by", "tag", "--fields", "id"),
        ("--by", "tag", "--count"),
        ("--count", "--csv"),
        ("--count", "--explain"),
        ("--explain", "--jsonl"),
        ("--explain", "--csv"),
        ("--explain", "--fields", "id"),
        ("--seed", "3"),
    ],
)
def test_what_cannot_be_shown_is_an_error(run: Run, index: str, args: tuple[str, ...]) -> None:
    ran = run("search", "ferry", *args, "--index", index)
    assert ran.code == 2
    assert len((ran.err + ran.out).splitlines()) == 1


def test_filters(run: Run, index: str) -> None:
    assert run("search", "ferry", "--filter", "NOT bridge", "--count", "--index", index).out == "1\n"
    assert run("search", "--kind", "article", "--count", "--index", index).out == "3\n"
    assert run("search", "--section", "world", "--count", "--index", index).out == "0\n"
    ran = run("search", "ferry", "--filter", "tag:x (", "--index", index)
    assert ran.code == 2
    assert "This bracket is not closed" in ran.err


def test_a_random_order(run: Run, index: str) -> None:
    orders = {
        run("search", "*", "--sort", "random", "--seed", str(seed), "--fields", "id", "--index", index).out
        for seed in range(12)
    }
    assert len(orders) > 2


def test_explain(run: Run, index: str) -> None:
    ran = run("search", "withdrawal OR ferry", "--explain", "-n", "1", "--index", index)
    lines = ran.out.splitlines()
    assert lines[:4] == [
        "Understood as",
        "       3  withdrawal OR ferry",
        "       1    withdrawal",
        "       2    ferry",
    ]
    assert "       1  withdrawal in en: withdraw" in lines
    assert "Plan" in lines
    assert lines[-1] == "1 of 3"
    document = run("search", "ferry", "--explain", "--json", "--index", index).json
    assert document["explanation"]["parts"] == [{"text": "ferry", "articles": 2, "depth": 0}]
    assert run("search", "ferry", "--json", "--index", index).json["explanation"] is None


def test_a_field_that_cannot_be_counted_by_is_named_as_it_was_given(run: Run, index: str) -> None:
    ran = run("search", "ferry", "--by", "outlet", "--index", index)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("newsidx: --by is none of source, section, ") and "'outlet'" in ran.err


def test_why(run: Run, index: str) -> None:
    id_ = run("search", "lorries", "--fields", "short_id", "--index", index).out.strip()
    ran = run("why", "ferry", id_, "--index", index)
    assert ran.code == 0
    assert ran.out.startswith("found: number 2 of 2, score ")
    assert "ferry: 1 in body; weight of the word " in ran.out
    ran = run("why", "ferry", "headline:harbour", "-pillars", id_, "--index", index)
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "not found, among 1 that are",
        "     yes  ferry: in body:",
        "      no  headline:harbour: the word 'harbour' is not in it",
        "      no  NOT pillars: it matches pillars, which was ruled out",
        "this would find it: ferry",
    ]
    assert run("why", "ferry", id_, "--json", "--index", index).json["matches"] is True
    assert run("why", "ferry", "ffffffff", "--index", index).code == 2
    for choices in (["--recent"], ["--feedback"], ["--sort", "random", "--seed", "3"]):
        hits = run("search", "ferry", *choices, "--json", "--index", index).json["hits"]
        for rank, hit in enumerate(hits, 1):
            why = run("why", "ferry", hit["id"], *choices, "--json", "--index", index).json
            assert (why["rank"], why["score"]) == (rank, hit["score"])
    assert run("why", "ferry", "--index", index).code == 2


def test_suggest(run: Run, index: str) -> None:
    assert run("suggest", "libr", "--index", index).out == "       1  library\n"
    assert run("suggest", "ferry", "har", "--json", "--index", index).json["suggestions"] == [
        {"text": "ferry harbour", "articles": 1}
    ]
    ran = run("suggest", "zeppel", "--index", index)
    assert (ran.code, ran.out) == (1, "no word of the index begins so\n")


def test_did_you_mean(run: Run, index: str) -> None:
    ran = run("search", "harbuor", "--index", index)
    assert ran.out.splitlines() == ["no article matches", "did you mean: harbour"]
    assert run("search", "harbuor", "--json", "--index", index).json["suggestion"] == "harbour"
