"""Commits lose nothing: whatever call fails, whatever is not yet durable, however often segments are merged."""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import newsidx
from newsidx.analysis import analyze
from newsidx.engine.local import LocalEngine
from newsidx.engine.local._files import Files
from newsidx.engine.local._merge import FAN
from newsidx.engine.local._store import Store
from newsidx.engine.seam import Part
from newsidx.model import Article, capture_id
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes

NOW = dt.datetime(2023, 7, 2, 12, tzinfo=dt.UTC)
ALL = SearchRequest("", limit=None, snippets=0)


def made(name: str, text: str = "It was late.") -> Article:
    return Article(capture_id(name.encode()), headline=f"Vote in {name}", body=(text,), lang="en")


def part(*added: Article, **more: object) -> Part:
    return Part(puts=tuple((article, analyze(article)) for article in added), **more)  # type: ignore[arg-type]


def found(engine: LocalEngine, tree: nodes.Node) -> list[tuple[str, float]]:
    return [(hit.id, hit.score) for hit in engine.search(ALL, tree, NOW).hits]


class Stop(Exception):
    """The process ends here."""


class Failing(Files):
    """Fails, or ends the process, at the k-th call; remembers what was not synced."""

    def __init__(self, folder: Path, at: int = -1, error: BaseException | None = None) -> None:
        super().__init__(folder)
        self.calls: list[str] = []
        self.unsynced: dict[str, bytes | None] = {}
        self._at = at
        self._error = error

    def _call(self, what: str) -> None:
        self.calls.append(what)
        if len(self.calls) - 1 == self._at and self._error is not None:
            raise self._error

    def write(self, name: str, fill: Callable[[Callable[[bytes | memoryview], object]], object]) -> None:
        self._call(f"create {name}")

        def halfway(write: Callable[[bytes | memoryview], object]) -> None:
            fill(write)
            self._call(f"fill {name}")

        self.unsynced[name] = None
        super().write(name, halfway)
        del self.unsynced[name]

    def sync(self, descriptor: int) -> None:
        self._call("sync")
        super().sync(descriptor)

    def rename(self, name: str, to: str) -> None:
        self._call(f"rename {to}")
        self.unsynced["rename"] = self.read(to) if to in self.names() else None
        super().rename(name, to)

    def sync_folder(self) -> None:
        self._call("sync folder")
        super().sync_folder()
        self.unsynced.pop("rename", None)

    def remove(self, name: str) -> None:
        self._call(f"remove {name}")
        super().remove(name)


def commit_through(folder: Path, files: Failing, change: Part) -> None:
    store = Store.open(folder, lambda _: files)
    store.commit(change, store.view())


@pytest.fixture
def index(tmp_path: Path) -> Path:
    engine = LocalEngine.open(tmp_path / "index", create=True)
    for i in range(FAN - 1):
        engine.commit(part(made(f"old{i}"), ledger={"page": b"%d" % i}))
    engine.close()
    return tmp_path / "index"


CHANGE = part(made("new"), deletes=frozenset({made("old0").id}), ledger={"page": b"new"})
BEFORE = {made(f"old{i}").id for i in range(FAN - 1)}
AFTER = BEFORE - {made("old0").id} | {made("new").id}


def steps(index: Path) -> list[str]:
    copy = index.parent / "steps"
    shutil.copytree(index, copy)
    files = Failing(copy)
    commit_through(copy, files, CHANGE)
    shutil.rmtree(copy)
    return files.calls


def test_the_order_of_a_commit(index: Path) -> None:
    calls = [call.partition(" newsidx_")[0] for call in steps(index)]
    toc = calls.index("create newsidx.toc.new")
    assert calls[:toc] == ["create", "fill", "sync"] * 2, "a new segment, and the one that eight are merged into"
    publish = ["create newsidx.toc.new", "fill newsidx.toc.new", "sync", "rename newsidx.toc", "sync folder", "sync"]
    assert calls[toc : toc + 6] == publish
    assert set(calls[toc + 6 :]) == {"remove"}, "nothing is removed before the new commit is durable"
    assert len(calls[toc + 6 :]) == FAN


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), Stop()], ids=["full", "killed"])
def test_a_commit_that_fails_at_any_call_leaves_the_last_or_the_new_one(index: Path, error: BaseException) -> None:
    names = steps(index)
    for at, call in enumerate(names):
        copy = index.parent / f"at{at}"
        shutil.copytree(index, copy)
        files = Failing(copy, at, error)
        with pytest.raises((newsidx.IndexFault, OSError, Stop)):
            commit_through(copy, files, CHANGE)
        is_new = at > names.index("rename newsidx.toc")
        if isinstance(error, OSError) and not is_new:
            assert {each.name for each in copy.glob("*.seg")} == {each.name for each in index.glob("*.seg")}
        _survives(copy, is_new=is_new, what=call)


def test_what_was_not_synced_may_be_lost(index: Path) -> None:
    """As after a power cut: files that were not synced are gone, empty or halved, and a rename is undone."""
    names = steps(index)
    for at, call in enumerate(names):
        for loss in ("gone", "empty", "half"):
            copy = index.parent / f"at{at}{loss}"
            shutil.copytree(index, copy)
            files = Failing(copy, at, Stop())
            with pytest.raises(Stop):
                commit_through(copy, files, CHANGE)
            for name, before in files.unsynced.items():
                if name == "rename":
                    (copy / "newsidx.toc").write_bytes(before or b"")
                elif (copy / name).exists():
                    data = (copy / name).read_bytes()
                    (copy / name).unlink() if loss == "gone" else (copy / name).write_bytes(
                        data[: len(data) // 2] if loss == "half" else b""
                    )
            _survives(copy, is_new=at > names.index("sync folder") + 1, what=call)


def _survives(folder: Path, *, is_new: bool, what: str) -> None:
    engine = LocalEngine.open(folder)
    assert set(engine.ids()) == (AFTER if is_new else BEFORE), what
    assert engine.ledger("page") == (b"new" if is_new else b"%d" % (FAN - 2)), what
    assert engine.check() == [], what
    assert len(found(engine, nodes.Word("vote"))) == len(AFTER if is_new else BEFORE)
    engine.commit(part(made("later")))
    assert len(found(engine, nodes.Word("vote"))) == len(AFTER if is_new else BEFORE) + 1
    named = {f"newsidx_{segment.id.hex()}.seg" for segment in engine._view.segments}
    assert {name for name in os.listdir(folder) if name.endswith((".seg", ".new"))} == named, "leftovers are removed"
    engine.close()


@pytest.mark.parametrize("what", ["empty", "half", "flip"])
def test_damage_of_any_file_is_named(index: Path, what: str) -> None:
    for name in sorted(os.listdir(index)):
        whole = (index / name).read_bytes()
        if name.endswith(".lock") or name == "newsidx.json":
            continue
        for at in range(0, len(whole), 97) if what == "flip" else (0,):
            harmed = {
                "empty": b"",
                "half": whole[: len(whole) // 2],
                "flip": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
            }[what]
            (index / name).write_bytes(harmed)
            try:
                engine = LocalEngine.open(index)
                problems = engine.check()
                engine.close()
            except (newsidx.IndexDamaged, newsidx.IndexVersion) as error:
                assert name in str(error)
            else:
                assert problems, f"{name} is damaged at byte {at}, and nothing says so"
                assert all(name in problem.what for problem in problems)
        (index / name).write_bytes(whole)


def test_a_reader_survives_that_its_segments_are_merged_away(index: Path) -> None:
    reader = LocalEngine.open(index)
    before = found(reader, nodes.Word("vote"))
    writer = LocalEngine.open(index)
    for i in range(2 * FAN):
        writer.commit(part(made(f"new{i}")))
    writer.merge()
    assert len(writer._view.segments) == 1
    assert found(reader, nodes.Word("vote")) == before
    assert reader.refresh()
    assert len(found(reader, nodes.Word("vote"))) == len(before) + 2 * FAN
    reader.close()
    writer.close()
