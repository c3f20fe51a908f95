"""The other commands: show, parse, stats, check, remove, roots; and the command line without one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import newsidx


@pytest.fixture
def own(pages: Path, tmp_path: Path) -> tuple[Path, str]:
    """A folder and an index that a test may change."""
    folder = Path(shutil.copytree(pages, tmp_path / "pages"))
    where = str(tmp_path / "index")
    with newsidx.open(where, create=True) as idx:
        idx.add(str(folder), jobs=1)
    return folder, where


def id_of(run: Callable[..., Any], index: str, word: str) -> str:
    return str(run("search", word, "--index", index, "--fields", "id").out.split()[0])


# show


def test_show(run: Callable[..., Any], index: str) -> None:
    id_ = id_of(run, index, "lorries")
    ran = run("show", id_[:12], "--index", index)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "Bridge closes to lorries"
    assert "The Northern Post · 2023-08-02" in ran.out
    assert "Engineers had found cracks in two of its pillars" in ran.out
    assert any(line.startswith("path: ") and line.endswith("bridge.html") for line in lines)


def test_show_json_is_the_article(run: Callable[..., Any], index: str) -> None:
    id_ = id_of(run, index, "lorries")
    document = run("show", id_, "--index", index, "--json").json
    assert (document["version"], document["id"], document["headline"]) == (1, id_, "Bridge closes to lorries")
    assert document["path"].endswith("bridge.html")
    assert document["short_id"] == id_[:8]


@pytest.mark.parametrize("id_", ["ffffffffffff", "zz", ""])
def test_show_of_no_article(run: Callable[..., Any], index: str, id_: str) -> None:
    ran = run("show", id_, "--index", index)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert run("show", id_, "--index", index, "--json").json["error"]["kind"] == "unknown-id"


def test_open_hands_pages_and_addresses_to_the_desktop(
    run: Callable[..., Any], own: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("typer.launch", lambda place: opened.append(place) or 0)
    folder, index = own
    id_ = id_of(run, index, "lorries")
    assert run("show", id_, "--open", "--index", index).code == 0
    assert opened == [str(folder / "bridge.html")]
    (folder / "bridge.html").unlink()
    ran = run("show", id_, "--open", "--index", index)
    assert ran.code == 1
    assert "nothing to open" in ran.err
    assert len(opened) == 1


def test_open_where_there_is_no_desktop(run: Callable[..., Any], index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.launch", lambda place: 1)
    ran = run("show", id_of(run, index, "lorries"), "--open", "--index", index)
    assert ran.code == 1
    assert ran.err.endswith("bridge.html\n")


def test_open_does_not_run_programs(
    run: Callable[..., Any], tmp_path: Path, pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("typer.launch", lambda place: opened.append(place) or 0)
    monkeypatch.setattr(newsidx.Index, "paths", lambda self, id_: (str(tmp_path / "ferry.desktop"),))
    shutil.copy(pages / "ferry.html", tmp_path / "ferry.desktop")
    article = newsidx.article(key="made", url="javascript:alert(1)", headline="Ferry", body="Ferry.")
    with newsidx.open(tmp_path / "index", create=True) as idx:
        idx.add(article)
        id_ = next(idx.ids())
    assert run("show", id_, "--open", "--index", str(tmp_path / "index")).code == 1
    assert opened == []


# parse


def test_parse(run: Callable[..., Any], pages: Path) -> None:
    ran = run("parse", str(pages / "ferry.html"))
    assert ran.code == 0
    assert ran.out.startswith("Ferry back in harbour\n")
    assert "Evidence" in ran.out


def test_parse_json_has_the_fields_of_an_article(run: Callable[..., Any], pages: Path) -> None:
    data = (pages / "ferry.html").read_bytes()
    document = run("parse", "--json", str(pages / "ferry.html")).json
    article = newsidx.parse(data, path=pages / "ferry.html")
    assert document["version"] == 1
    assert document["headline"] == article.headline
    assert document["body"] == list(article.body)
    assert document["published"] == str(article.published) == "2023-07-01T11:05:00+02:00"


def test_parse_standard_input(run: Callable[..., Any], pages: Path) -> None:
    data = (pages / "ferry.html").read_bytes()
    ran = run("parse", "-", "--json", "--url", "https://post.example/ferry", "--captured", "2023-07-03", stdin=data)
    assert ran.code == 0
    assert (ran.json["url"], ran.json["captured"]) == ("https://post.example/ferry", "2023-07-03")


def test_parse_several(run: Callable[..., Any], own: tuple[Path, str]) -> None:
    pages, _ = own
    (pages / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    files = [str(pages / name) for name in ("ferry.html", "image.png", "gone.html", "bridge.html")]
    ran = run("parse", *files)
    assert ran.code == 1
    assert ran.out.count("==> ") == 2
    assert [line.split(": ")[1].rpartition("/")[2] for line in ran.err.splitlines()] == ["image.png", "gone.html"]

    ran = run("parse", "--json", *files)
    documents = [json.loads(line) for line in ran.out.splitlines()]
    assert [document.get("headline") for document in documents] == [
        "Ferry back in harbour", None, None, "Bridge closes to lorries",
    ]  # fmt: skip
    assert [document["error"]["reason"] for document in documents[1:3]] == ["image", "unreadable"]


def test_parse_wrong_use(run: Callable[..., Any], pages: Path) -> None:
    one = str(pages / "ferry.html")
    assert run("parse").code == 2
    assert run("parse", one, "--captured", "soon").code == 2
    assert run("parse", one, one, "--url", "https://a.example/").code == 2


# stats, check


def test_stats(run: Callable[..., Any], index: str) -> None:
    ran = run("stats", "--index", index)
    assert ran.code == 0
    assert "\n3 articles\n" in ran.out
    assert "       2  The Northern Post\n" in ran.out
    document = run("stats", "--index", index, "--json").json
    assert (document["version"], document["articles"], document["by_lang"]) == (1, 3, {"en": 3})


def test_check(run: Callable[..., Any], index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run("check", "--index", index)
    assert (ran.code, ran.out) == (0, f"{index}: nothing is wrong\n")

    from newsidx.model import Problem

    monkeypatch.setattr(newsidx.Index, "check", lambda self: [Problem("segment \x1b1", "it is damaged")])
    advice = "newsidx check --repair repairs what can be"
    ran = run("check", "--index", index)
    assert (ran.code, ran.out) == (2, f"segment \\x1b1: it is damaged\n{index}: 1 problem; {advice}\n")
    ran = run("check", "--index", index, "--json")
    assert (ran.code, ran.json["problems"]) == (2, [{"what": "segment \x1b1", "text": "it is damaged"}])


def test_check_repairs(run: Callable[..., Any], own: tuple[Path, str]) -> None:
    folder, index = own
    assert run("check", "--repair", "--index", index).out == f"{index}: nothing is wrong\n"
    (damaged,) = Path(index).glob("*.seg")
    damaged.write_bytes(damaged.read_bytes()[:-200])
    ran = run("check", "--index", index)
    assert (ran.code, ran.out) == (2, "")
    assert damaged.name in ran.err
    assert ran.err.endswith("; newsidx check --repair repairs what can be\n")
    ran = run("check", "--repair", "--index", index)
    assert damaged.name in ran.out
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1].startswith(f"{index}: ")
    assert ran.out.splitlines()[-1].endswith("made anew, nothing lost")
    assert run("check", "--repair", "--index", index, "--json").json == {
        "version": 1, "index": index, "problems": [], "read_again": 0, "lost": [],
    }  # fmt: skip
    assert run("search", "ferry", "--index", index).code == 0
    assert "3 unchanged" in run("add", str(folder), "--index", index, "--jobs", "1").out


# merge, rebuild


def test_merge(run: Callable[..., Any], own: tuple[Path, str]) -> None:
    folder, index = own
    (folder / "more.html").write_text((folder / "ferry.html").read_text("utf-8").replace("Ferry", "Boat"), "utf-8")
    run("add", str(folder), "--index", index, "--jobs", "1")
    ran = run("merge", "--index", index)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{index}: 2 segments, ")
    assert " → 1 segment, " in ran.out
    assert run("merge", "--index", index, "--json").json["segments"] == 1
    assert run("merge", "--index", str(folder)).code == 2


def test_rebuild(run: Callable[..., Any], own: tuple[Path, str]) -> None:
    _, index = own
    new = f"{index}-new"
    ran = run("rebuild", new, "--index", index)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{new}: 3 articles of {index}, ")
    assert run("check", "--index", new).code == 0
    assert run("search", "ferry", "--index", new).out == run("search", "ferry", "--index", index).out
    ran = run("rebuild", new, "--index", index)
    assert (ran.code, ran.out) == (2, "")
    assert "empty" in ran.err
    assert run("rebuild", f"{index}-third", "--index", index, "--json").json["articles"] == 3
    assert run("rebuild", "--index", index).code == 2


# remove


def test_remove_asks_somebody(run: Callable[..., Any], own: tuple[Path, str]) -> None:
    _, index = own
    ran = run("remove", "--query", "ferry", "--index", index)
    assert (ran.code, ran.out) == (2, "")
    assert "--yes" in ran.err
    assert run("remove", "--query", "ferry", "--index", index, "--json").code == 2
    assert run("remove", "--yes", "--index", index).code == 2


def test_remove_by_query_is_remembered(run: Callable[..., Any], own: tuple[Path, str]) -> None:
    folder, index = own
    ran = run("remove", "--query", "ferry", "--yes", "--index", index)
    assert ran.code == 0
    assert "Ferry back in harbour" in ran.out
    assert ran.out.splitlines()[-1] == "removed 2 articles"
    assert run("search", "ferry", "--index", index).code == 1
    again = run("add", str(folder), "--index", index, "--jobs", "1")
    assert "2 removed earlier" in again.out
    assert run("add", str(folder), "--index", index, "--jobs", "1", "--again").out.splitlines()[0].startswith("2 added")
    assert run("remove", "--query", "zeppelin", "--yes", "--index", index).code == 1
    assert run("remove", "--query", "ferry", "--yes", "--purge", "--index", index).code == 0
    (segment,) = Path(index).glob("*.seg")
    assert b"harbour" not in segment.read_bytes()
    assert b"library" in segment.read_bytes()


def test_remove_by_id_and_path(run: Callable[..., Any], own: tuple[Path, str]) -> None:
    folder, index = own
    id_ = id_of(run, index, "lorries")
    ran = run("remove", id_[:8], str(folder / "ferry.html"), "--yes", "--json", "--index", index)
    assert ran.code == 0
    assert (ran.json["removed"], len(ran.json["ids"])) == (True, 2)
    assert {article["headline"] for article in ran.json["articles"]} == {
        "Bridge closes to lorries", "Ferry back in harbour",
    }  # fmt: skip
    assert run("remove", id_[:8], "--yes", "--index", index).code == 2
    assert run("remove", str(folder / "nothing.html"), "--yes", "--index", index).code == 2


# roots


def test_roots(run: Callable[..., Any], own: tuple[Path, str]) -> None:
    folder, index = own
    assert run("roots", "--index", index).out == f"{folder}: 3 captures\n"
    moved = folder.rename(folder.parent / "elsewhere")
    assert run("roots", "--index", index).out == f"{folder}: 3 captures (not there now)\n"
    ran = run("roots", "move", str(folder), str(moved), "--index", index)
    assert (ran.code, ran.err) == (0, "")
    assert run("roots", "--json", "--index", index).json == {
        "version": 1, "roots": [{"path": str(moved), "captures": 3, "exists": True}],
    }  # fmt: skip
    assert "3 unchanged" in run("add", str(moved), "--index", index, "--jobs", "1").out
    assert run("roots", "--index", index, "move", "/not/there", str(moved)).code == 2


# no command


def test_version(run: Callable[..., Any]) -> None:
    ran = run("--version")
    assert (ran.code, ran.out) == (0, f"newsidx {newsidx.__version__}\n")


def test_no_command_is_help(run: Callable[..., Any]) -> None:
    ran = run()
    assert ran.code == 2
    assert ran.out.startswith("Usage: newsidx ")


def test_an_unknown_command(run: Callable[..., Any]) -> None:
    assert "did you mean 'search'?" in run("serach", "mali").err
    ran = run("mali", "withdrawal")
    assert (ran.code, ran.out) == (2, "")
    assert "newsidx search mali" in ran.err


def test_python_m(run_apart: Callable[..., Any]) -> None:
    assert run_apart("--version").out == f"newsidx {newsidx.__version__}\n"
