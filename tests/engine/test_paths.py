"""``path:`` finds captures by the folders and files that they were read from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import newsidx

PAGE = "<html lang=en><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{1}</p></article></body></html>"
TEXT = "The ferry that broke down on Monday off the northern shore was towed back into harbour in the night."


@pytest.fixture
def index(tmp_path: Path) -> Iterator[newsidx.Index]:
    for number, name in enumerate(("mali/2023/a.html", "mali/2024/b.html", "malibu/c.html", "old/mali/d.html")):
        path = tmp_path / "pages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(f"Ferry number {number}", f"{TEXT} Number {number}."), "utf-8")
    with newsidx.open(tmp_path / "index", create=True) as idx:
        idx.add(tmp_path / "pages", jobs=1)
        yield idx


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("mali", "abd"),
        ("mali/2023", "a"),
        ("2023", "a"),
        ("b.html", "b"),
        ("mali*", "abcd"),
        ("mali/*/?.html", "ab"),
        ("*.html", "abcd"),
        ("ali", ""),
        ("/mali", ""),
        ("mali/d.html/", "d"),
        ('"old/mali"', "d"),
        ("*" * 50 + "x", ""),
    ],
)
def test_whole_names_and_globs_of_them(index: newsidx.Index, value: str, names: str) -> None:
    found = sorted(Path(hit.path or "").stem for hit in index.search(f"ferry path:{value}"))
    assert "".join(found) == names


def test_a_whole_path(index: newsidx.Index, tmp_path: Path) -> None:
    assert index.search(f'path:"{tmp_path}/pages/malibu"').total == 1
    assert index.search("NOT path:mali").total == 1


def test_who_takes_hits_one_by_one_is_told_their_paths_when_the_ledger_has_got_more_pages(
    index: newsidx.Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hits = index.stream("ferry").hits
    first = next(hits)
    monkeypatch.setattr("newsidx.ingest.ledger.Table._is_full", lambda table, sizes: bool(sizes) and table.digits == 2)
    (tmp_path / "pages" / "e.html").write_text(PAGE.format("Ferry number 4", TEXT), "utf-8")
    with newsidx.open(index.path) as other:
        other.add(tmp_path / "pages", jobs=1)
    assert index.refresh()
    assert sorted(Path(hit.path or "").name for hit in (first, *hits)) == ["a.html", "b.html", "c.html", "d.html"]
