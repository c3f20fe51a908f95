"""The ledger: rows come back as they were written, pages are read when touched and written when changed."""

from __future__ import annotations

import os
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.ingest.ledger import CaptureRow, Ledger, PathRow, Table

NAMES = st.text(st.characters(codec=None), min_size=1, max_size=20)


def saved(ledger: Ledger, pages: dict[str, bytes]) -> Ledger:
    """What another process would read after a commit."""
    for name, page in ledger.changed().items():
        if page is None:
            pages.pop(name, None)
        else:
            pages[name] = page
    ledger.committed()
    return Ledger(pages.get)


@given(st.dictionaries(NAMES, st.tuples(st.integers(0, 2**60), st.integers(0, 2**62), NAMES), max_size=20))
def test_path_rows_survive_a_commit(rows: dict[str, tuple[int, int, str]]) -> None:
    pages: dict[str, bytes] = {}
    ledger = Ledger(pages.get)
    written = {key: PathRow(size, mtime, "skipped", reason=reason) for key, (size, mtime, reason) in rows.items()}
    for key, row in written.items():
        ledger.set_path(key, row)
    again = saved(ledger, pages)
    assert dict(again.paths()) == written
    for key in written:
        again.set_path(key, None)
    assert dict(saved(again, pages).paths()) == {}
    assert not [name for name in pages if name.startswith("path:")]


def test_capture_rows_and_groups_agree() -> None:
    pages: dict[str, bytes] = {}
    ledger = Ledger(pages.get)
    row = CaptureRow("url:a", "d", (1.0, None, None), run=1, paths=("1\0x",), is_earlier=True)
    ledger.set_capture("i1", row)
    ledger.set_capture("i2", CaptureRow("url:a", "e", (None, None, 2.0), run=1, duplicate_of="i1"))
    ledger = saved(ledger, pages)
    assert ledger.capture("i1") == row
    assert ledger.group("url:a") == ("i1", "i2")
    ledger.set_capture("i1", CaptureRow("url:b", "d", (1.0, None, None), run=1))
    ledger.set_capture("i2", None)
    ledger = saved(ledger, pages)
    assert ledger.group("url:a") == ()
    assert ledger.group("url:b") == ("i1",)


def test_only_changed_pages_are_written() -> None:
    pages: dict[str, bytes] = {}
    ledger = Ledger(pages.get)
    ledger.set_path("1\0a", PathRow(1, 1, "skipped"))
    ledger = saved(ledger, pages)
    ledger.set_path("1\0a", PathRow(1, 1, "skipped"))
    assert ledger.changed() == {}


def test_a_path_belongs_to_its_innermost_root() -> None:
    ledger = Ledger({}.get)
    outer = ledger.add_root(os.path.join(os.sep, "a"))
    inner = ledger.add_root(os.path.join(os.sep, "a", "b"))
    deep = os.path.join(os.sep, "a", "b", "c.html")
    assert ledger.root_of(deep) == inner
    assert ledger.root_of(os.path.join(os.sep, "a", "bc.html")) == outer
    assert ledger.root_of(os.path.join(os.sep, "ab")) is None
    assert ledger.path_of(ledger.path_key(deep)) == deep
    with pytest.raises(KeyError):
        ledger.path_key(os.path.join(os.sep, "elsewhere"))


def test_a_root_takes_its_paths_along() -> None:
    ledger = Ledger({}.get)
    root = ledger.add_root(os.path.join(os.sep, "old"))
    key = ledger.path_key(os.path.join(os.sep, "old", "x", "y.html"))
    ledger.move_root(root.number, os.path.join(os.sep, "new"))
    assert ledger.path_of(key) == os.path.join(os.sep, "new", "x", "y.html")


HOSTILE = st.sampled_from(["a", '"a', 'a"', '"a":', '{"a":', ',"a":[', "\\", '\\"a', "a\\", ",", "{", "\ud800"]) | NAMES


@given(st.dictionaries(HOSTILE, st.lists(HOSTILE, max_size=3), max_size=8), st.lists(HOSTILE, max_size=4))
def test_a_row_that_is_peeked_at_is_the_row(rows: dict[str, list[str]], others: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "_number", lambda table, key: 0)
        pages: dict[str, bytes | None] = {}
        table = Table("group", pages.get)
        for key, row in rows.items():
            table.set(key, row)
        pages |= table.changed()
        peeked = Table("group", pages.get)
        assert {key: peeked.peek(key) for key in (*rows, *others)} == {key: rows.get(key) for key in (*rows, *others)}
        assert table.peek("a") == rows.get("a"), "a page that is loaded is asked"


def test_paths_of_a_capture_and_its_duplicates() -> None:
    pages: dict[str, bytes] = {}
    ledger = Ledger(pages.get)
    ledger.set_capture("i1", CaptureRow("g", "d", (None, None, None), run=1, paths=("1\0x", "1\0y")))
    ledger.set_capture("i2", CaptureRow("g", "d", (None, None, None), run=1, paths=("1\0z",), duplicate_of="i1"))
    ledger.set_capture("i3", CaptureRow("g", "e", (None, None, None), run=1, paths=("1\0v",)))
    ledger = saved(ledger, pages)
    assert ledger.paths_of("i1") == ["1\0x", "1\0y", "1\0z"]
    assert ledger.paths_of("i3") == ["1\0v"]
    assert ledger.paths_of("i9") == []


def test_duplicates_are_found_whoever_comes_first_and_whatever_leaves() -> None:
    pages: dict[str, bytes] = {}
    ledger = Ledger(pages.get)
    alone = CaptureRow("g", "d", (None, None, None), run=1, paths=("1\0x",))
    ledger.set_capture("i1", alone)
    ledger = saved(ledger, pages)
    assert ledger.capture("i1") == alone
    duplicate = CaptureRow("g", "d", (None, None, None), run=1, paths=("1\0y",), duplicate_of="i1")
    ledger.set_capture("i2", duplicate)
    ledger = saved(ledger, pages)
    assert ledger.paths_of("i1") == ["1\0x", "1\0y"]
    assert (ledger.capture("i1"), ledger.capture("i2")) == (alone, duplicate)
    ledger.set_capture("i2", None)
    ledger.set_capture("i1", alone)
    ledger = saved(ledger, pages)
    assert ledger.paths_of("i1") == ["1\0x"]


def test_a_table_that_has_grown_gets_more_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsidx.ingest.ledger._FULL", 300)
    pages: dict[str, bytes] = {}
    ledger = Ledger(pages.get)
    rows = {f"1\0{number}": PathRow(number, number, "skipped", detail="a" * 60) for number in range(3000)}
    for key in list(rows)[:60]:
        ledger.set_path(key, rows[key])
    ledger = saved(ledger, pages)
    assert {len(name) for name in pages if name.startswith("path:")} == {len("path:00")}, "few rows, few pages"
    for key, row in rows.items():
        ledger.set_path(key, row)
    pages |= {"path:fff": b'{"1\\u0000gone":{}}', "path:ff0": b"{}"}  # of a time that nobody remembers
    ledger = saved(ledger, pages)
    assert {len(name) for name in pages if name.startswith("path:")} == {len("path:000")}
    assert dict(ledger.paths()) == rows
    assert all(ledger.path(key) == row for key, row in rows.items())
    ledger.set_path("1\x007", None)
    assert len(ledger.changed()) == 2, "one page and the roots"
    assert dict(saved(ledger, pages).paths()) == {key: row for key, row in rows.items() if key != "1\x007"}


def test_pages_as_they_were_written_before_are_read() -> None:
    pages: dict[str, bytes] = {}
    ledger = Ledger(pages.get)
    root = ledger.add_root("/a")
    row = CaptureRow("g", "d", (None, None, None), run=1, paths=("1\0x",))
    ledger.set_capture("i1", row)
    saved(ledger, pages)
    former = {name: zlib.compress(page.replace(b',"alone":true', b""), 1) for name, page in pages.items()}
    assert former != pages
    ledger = Ledger(former.get)
    assert (ledger.roots(), ledger.capture("i1"), ledger.paths_of("i1")) == ([root], row, ["1\0x"])
