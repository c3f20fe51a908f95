"""The walk: every file of a tree is found once or has its outcome, in an order that only the tree decides."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.ingest.walk import Found, Walk, walk
from newsidx.model import Outcome


def grow(root: Path, *names: str) -> None:
    """Make files (and folders, where a name ends in a slash)."""
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"text of {name}")


def seen(walked: Walk, root: Path) -> dict[str, str]:
    """Path below `root` → found, or the reason."""
    result: dict[str, str] = {}
    for item in walked:
        path = os.path.relpath(item.path, root)
        assert path not in result, f"{path} has two outcomes"
        if isinstance(item, Outcome):
            assert item.status in ("skipped", "failed")
            assert item.reason and item.detail and "\n" not in item.detail
            result[path] = item.reason
        else:
            result[path] = "found"
    return result


def test_what_is_found_and_what_is_not(tmp_path: Path) -> None:
    grow(
        tmp_path,
        "a.html",
        "a_files/logo.png",
        "a_files/frame.html",
        "b.txt.gz",
        "page",
        "view.php?id=1",
        ".hidden.html",
        ".git/config",
        "CVS/Root",
        ".cache/page.html",
        "node_modules/x/readme.html",
        "deep/er/c.htm",
        "deep/data.json",
        "deep/c.htm.meta.json",
        "photo.jpg",
        "idx/newsidx.json",
        "idx/segment.html",
        "empty/",
    )
    assert seen(walk([str(tmp_path)]), tmp_path) == {
        ".cache": "hidden",
        ".git": "version-control",
        ".hidden.html": "hidden",
        "CVS": "version-control",
        "a.html": "found",
        "a_files": "companion",
        "b.txt.gz": "found",
        "deep/c.htm.meta.json": "sidecar",
        "deep/data.json": "data",
        "deep/er/c.htm": "found",
        "idx": "index",
        "node_modules": "code",
        "page": "found",
        "photo.jpg": "image",
        "view.php?id=1": "found",
    }


def test_the_order_is_that_of_the_names_bytes(tmp_path: Path) -> None:
    grow(tmp_path, "b/1.html", "a.html", "B.html", "é.html", "z.html", "b.html", "a/2.html", "a/10.html")
    walked = walk([str(tmp_path)])
    paths = [os.path.relpath(item.path, tmp_path) for item in walked]
    assert paths == ["B.html", "a/10.html", "a/2.html", "a.html", "b/1.html", "b.html", "z.html", "é.html"]
    assert [item.path for item in walked] == [item.path for item in walked]


def test_found(tmp_path: Path) -> None:
    grow(tmp_path, "www.example.com/a/page.html", "www.example.com/a/page.meta.json")
    root = tmp_path / "www.example.com"
    (found,) = [item for item in walk([str(root)]) if isinstance(item, Found)]
    status = (root / "a" / "page.html").stat()
    assert found == Found(
        path=str(root / "a" / "page.html"),
        given=str(root),
        relative=os.path.join("a", "page.html"),
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        device=status.st_dev,
        inode=status.st_ino,
        sidecar_mtime_ns=(root / "a" / "page.meta.json").stat().st_mtime_ns,
    )
    assert found.hint_path == os.path.join("www.example.com", "a", "page.html")


def test_relative_paths_and_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(tmp_path, "host.example/a.html")
    monkeypatch.chdir(tmp_path / "host.example")
    (found,) = walk(["."])
    assert isinstance(found, Found)
    assert (found.path, found.given, found.relative) == (str(tmp_path / "host.example" / "a.html"), ".", "a.html")
    assert found.hint_path == os.path.join("host.example", "a.html")


# ---- given paths ----------------------------------------------------------------------------------------------------


def test_a_file_given_by_name_is_always_tried_and_found_once(tmp_path: Path) -> None:
    grow(tmp_path, ".hidden.json", "a.html", "b.html")
    given_paths = [str(tmp_path), str(tmp_path / ".hidden.json"), str(tmp_path / "a.html"), str(tmp_path / "a.html")]
    assert seen(walk(given_paths), tmp_path) == {".hidden.json": "found", "a.html": "found", "b.html": "found"}
    assert seen(walk(given_paths, exclude=["*"]), tmp_path) == {
        ".hidden.json": "found",
        "a.html": "found",
        "b.html": "excluded",
    }


def test_folders_given_twice_or_one_in_the_other(tmp_path: Path) -> None:
    grow(tmp_path, "a/1.html", "a/.old/2.html", "a/b/3.html")
    expected = {"a/1.html": "found", "a/.old": "hidden", "a/b/3.html": "found", "a/.old/2.html": "found"}
    names = [str(tmp_path / name) for name in ("a", "a/", "a/b", "a/.old", "a/../a")]
    assert seen(walk(names), tmp_path) == expected


def test_missing_paths(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    grow(tmp_path, "file")
    gone = [str(tmp_path / "gone"), str(tmp_path / "link"), str(tmp_path / "file" / "below"), "a\0b"]
    walked = walk(gone)
    outcomes = list(walked)
    assert [(o.status, o.reason) for o in outcomes if isinstance(o, Outcome)] == [("failed", "missing")] * 4
    assert walked.missing == [os.path.abspath(path) for path in gone]


def test_a_link_given_by_name_is_followed(tmp_path: Path) -> None:
    grow(tmp_path, "real/a.html", "real/b.txt")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "one").symlink_to("real/a.html")
    assert seen(walk([str(tmp_path / "link")]), tmp_path) == {"link/a.html": "found", "link/b.txt": "found"}
    assert seen(walk([str(tmp_path / "one")]), tmp_path) == {"one": "found"}
    both = walk([str(tmp_path / "one"), str(tmp_path / "real")])
    assert seen(both, tmp_path) == {"one": "found", "real/a.html": "same-file", "real/b.txt": "found"}


# ---- links ----------------------------------------------------------------------------------------------------------


def test_links(tmp_path: Path) -> None:
    root = tmp_path / "root"
    grow(tmp_path, "outside/x.html", "root/z/real.html", "root/.store/kept.html", "root/.store/all/1.html")
    links = {
        "a-first.html": "z/real.html",
        "b-again": "z",
        "c-up": "..",
        "d-self": "d-self",
        "e-loop": ".",
        "f-out.html": "../outside/x.html",
        "g-out": "../outside",
        "h-dangling": "nowhere.html",
        "i-kept.html": ".store/kept.html",
        "j-kept.html": "i-kept.html",
        "k-all": ".store/all",
        "l-image.png": "z/real.html",
        ".m-hidden": "z/real.html",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    assert seen(walk([str(root)]), root) == {
        ".m-hidden": "hidden",
        ".store": "hidden",
        "a-first.html": "same-file",
        "b-again": "same-file",
        "c-up": "link-outside",
        "d-self": "dangling-link",
        "e-loop": "same-file",
        "f-out.html": "link-outside",
        "g-out": "link-outside",
        "h-dangling": "dangling-link",
        "i-kept.html": "found",
        "j-kept.html": "same-file",
        "k-all/1.html": "found",
        "l-image.png": "image",
        "z/real.html": "found",
    }


def test_a_neighbour_whose_name_begins_alike_is_outside(tmp_path: Path) -> None:
    grow(tmp_path, "news/a.html", "news2/b.html")
    (tmp_path / "news" / "link.html").symlink_to("../news2/b.html")
    assert seen(walk([str(tmp_path / "news")]), tmp_path)["news/link.html"] == "link-outside"


def test_hard_links_are_one_file(tmp_path: Path) -> None:
    grow(tmp_path, "b.html")
    os.link(tmp_path / "b.html", tmp_path / "a.html")
    os.link(tmp_path / "b.html", tmp_path / "c.png")
    assert seen(walk([str(tmp_path)]), tmp_path) == {"a.html": "found", "b.html": "same-file", "c.png": "image"}


def test_special_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.html")
    (tmp_path / "fifo-link.html").symlink_to("fifo.html")
    with socket.socket(socket.AF_UNIX) as server, tempfile.TemporaryDirectory(prefix="nx") as short:
        server.bind(os.path.join(short, "s.html"))
        assert seen(walk([short]), Path(short)) == {"s.html": "special"}
    assert seen(walk([str(tmp_path)]), tmp_path) == {"fifo.html": "special", "fifo-link.html": "special"}
    assert seen(walk([str(tmp_path / "fifo.html")]), tmp_path) == {"fifo.html": "special"}


# ---- names ----------------------------------------------------------------------------------------------------------


def test_odd_names(tmp_path: Path) -> None:
    names = [b"a\nb.html", b"\xff\xfe.html", b"  .html", b"-rf.html", b"\xe2\x80\xaetxt.html", b"*?[x].html"]
    for name in names:
        try:
            with open(os.path.join(os.fsencode(tmp_path), name), "wb"):
                pass
        except OSError:
            pytest.skip("this file system does not take the names")
    found = [item for item in walk([str(tmp_path)]) if isinstance(item, Found)]
    assert [os.fsencode(os.path.basename(item.path)) for item in found] == sorted(names)
    assert all(os.path.exists(item.path) for item in found)
    assert [item for item in walk([os.path.join(str(tmp_path), "\udcff\udcfe.html")]) if isinstance(item, Found)]


def test_very_deep_trees(tmp_path: Path) -> None:
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        for _ in range(300):
            os.mkdir("deep-folder")
            os.chdir("deep-folder")
        Path("page.html").write_text("x")
    finally:
        os.chdir(here)
    walked = walk([str(tmp_path)])
    items = list(walked)
    assert len(items) == 1
    if isinstance(items[0], Outcome):  # longer than the system's longest path
        assert items[0].reason == "unreadable"
        assert walked.unreadable == [items[0].path]


# ---- globs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["*.html"], [], {"a.html", "x/b.html", "x/y/c.html"}),
        (["x/*.html"], [], {"x/b.html"}),
        (["x/**"], [], {"x/b.html", "x/d.txt", "x/y/c.html"}),
        (["x"], [], {"x/b.html", "x/d.txt", "x/y/c.html"}),
        (["**/y/*"], [], {"x/y/c.html"}),
        (["/a.html"], [], {"a.html"}),
        (["[ab].html"], [], {"a.html", "x/b.html"}),
        ([], ["*.html"], {"e.txt", "x/d.txt"}),
        ([], ["x"], {"a.html", "e.txt"}),
        ([], ["x/"], {"a.html", "e.txt"}),
        ([], ["x/*"], {"a.html", "e.txt"}),
        ([], ["y"], {"a.html", "e.txt", "x/b.html", "x/d.txt"}),
        (["*.html"], ["x/y"], {"a.html", "x/b.html"}),
        (["*.HTML"], [], set()),
    ],
)
def test_globs(tmp_path: Path, include: list[str], exclude: list[str], expected: set[str]) -> None:
    grow(tmp_path, "a.html", "e.txt", "x/b.html", "x/d.txt", "x/y/c.html")
    result = seen(walk([str(tmp_path)], include=include, exclude=exclude), tmp_path)
    assert {path for path, what in result.items() if what == "found"} == expected
    assert set(result.values()) <= {"found", "excluded", "not-included"}


# ---- indexes --------------------------------------------------------------------------------------------------------


def test_the_folders_of_indexes_are_not_entered(tmp_path: Path) -> None:
    grow(tmp_path, "archive/a.html", "archive/mine/b.html", "archive/mine/sub/c.html", "other/newsidx.json")
    (tmp_path / "other" / "d.html").write_text("x")
    mine = str(tmp_path / "archive" / "mine")
    (tmp_path / "alias").symlink_to(mine)
    for name in (mine, str(tmp_path / "alias")):
        result = seen(walk([str(tmp_path / "archive")], skip_dirs=[name]), tmp_path)
        assert result == {"archive/a.html": "found", "archive/mine": "index"}
    assert seen(walk([str(tmp_path / "other")]), tmp_path) == {"other": "index"}
    assert seen(walk([mine], skip_dirs=[mine]), tmp_path) == {"archive/mine": "index"}
    inner = str(tmp_path / "archive" / "mine" / "sub")
    assert seen(walk([inner], skip_dirs=[mine]), tmp_path) == {"archive/mine/sub": "index"}
    assert seen(walk([inner], skip_dirs=["/nowhere"]), tmp_path) == {"archive/mine/sub/c.html": "found"}


# ---- what cannot be seen --------------------------------------------------------------------------------------------


def refuse(monkeypatch: pytest.MonkeyPatch, function: str, path: Path, number: int) -> None:
    """Let the system refuse one path."""
    real = getattr(os, function)

    def fake(given_path: Any, *args: Any, **kwargs: Any) -> Any:
        if os.fspath(given_path) == str(path):
            raise OSError(number, os.strerror(number))
        return real(given_path, *args, **kwargs)

    monkeypatch.setattr(os, function, fake)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ENOENT, errno.ENAMETOOLONG])
def test_an_unreadable_folder_is_told_and_the_rest_is_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    grow(tmp_path, "a.html", "closed/b.html", "open/c.html")
    refuse(monkeypatch, "scandir", tmp_path / "closed", number)
    walked = walk([str(tmp_path)])
    assert seen(walked, tmp_path) == {"a.html": "found", "closed": "unreadable", "open/c.html": "found"}
    assert walked.unreadable == [str(tmp_path / "closed")]
    assert walked.missing == []


def test_a_given_path_that_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, "stat", tmp_path, errno.EACCES)
    walked = walk([str(tmp_path)])
    (outcome,) = walked
    assert isinstance(outcome, Outcome)
    assert (outcome.status, outcome.reason, outcome.detail) == ("failed", "unreadable", "Permission denied")
    assert walked.unreadable == [str(tmp_path)]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_permissions(tmp_path: Path) -> None:
    grow(tmp_path, "closed/b.html")
    (tmp_path / "closed").chmod(0)
    try:
        assert seen(walk([str(tmp_path)]), tmp_path) == {"closed": "unreadable"}
    finally:
        (tmp_path / "closed").chmod(0o700)


@pytest.mark.parametrize(("number", "reason"), [(errno.ENOENT, "vanished"), (errno.EIO, "unreadable")])
def test_a_file_that_vanishes_or_fails_while_its_folder_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    grow(tmp_path, "a.html", "b.html")

    class Entry:
        def __init__(self, entry: os.DirEntry[str]) -> None:
            self._entry = entry

        def __getattr__(self, name: str) -> Any:
            return getattr(self._entry, name)

        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            if self._entry.name == "a.html":
                raise OSError(number, os.strerror(number))
            return self._entry.stat(follow_symlinks=follow_symlinks)

    class Scan:
        def __init__(self, path: str) -> None:
            self._scan = scandir(path)

        def __enter__(self) -> Iterator[Entry]:
            return map(Entry, self._scan)

        def __exit__(self, *_: object) -> None:
            self._scan.close()

    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", Scan)
    walked = walk([str(tmp_path)])
    assert seen(walked, tmp_path) == {"a.html": reason, "b.html": "found"}
    assert walked.unreadable == ([str(tmp_path / "a.html")] if reason == "unreadable" else [])


# ---- law ------------------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a.html", "b", "c.txt", ".d", "e.png", "x", "x.html", "x_files", "CVS", "z.meta.json"])


@given(st.lists(st.tuples(st.lists(NAMES, min_size=1, max_size=3), st.sampled_from("fdl"), NAMES), max_size=12))
def test_every_file_of_any_tree_is_accounted_for(steps: list[tuple[list[str], str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for parts, what, target in steps:
            path = root.joinpath(*parts)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if what == "f":
                    path.write_text("x")
                elif what == "d":
                    path.mkdir()
                else:
                    path.symlink_to(target)
            except OSError:
                continue
        result = seen(walk([folder]), root)
        for parent, _, files in os.walk(folder):
            for name in files:
                path = Path(parent, name).relative_to(root)
                assert any(str(part) in result for part in (path, *path.parents)), path
        reals = [os.path.realpath(root / path) for path, what in result.items() if what == "found"]
        assert len(reals) == len(set(reals))
