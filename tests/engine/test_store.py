"""The index folder: made only where it may be, damage told by name, killed and crowded adds lose nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import newsidx
from newsidx.engine.local import LocalEngine
from newsidx.engine.local._files import Files
from newsidx.engine.seam import Part

NO_WAIT = {"wait_seconds": 0.0}


def made(word: str) -> newsidx.Article:
    return newsidx.article(key=word, headline=f"Vote in {word}", body=f"The council of {word} voted. It was late.")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    with newsidx.open(tmp_path / "index", create=True) as idx:
        idx.add(made("Aldmoor"), made("Brackwater"))
    return tmp_path / "index"


def test_open_never_creates_unless_asked(tmp_path: Path) -> None:
    with pytest.raises(newsidx.IndexMissing):
        newsidx.open(tmp_path / "index")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("kept", [[], [".gitignore"]])
def test_an_index_is_made_in_an_empty_folder(tmp_path: Path, kept: list[str]) -> None:
    for name in kept:
        (tmp_path / name).write_text("*\n")
    with newsidx.open(tmp_path, create=True) as idx:
        assert idx.search("anything").total == 0
    assert newsidx.open(tmp_path, create=True).search("").total == 0


def test_an_index_is_not_made_among_other_things(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("x")
    with pytest.raises(newsidx.IndexNotEmpty) as error:
        newsidx.open(tmp_path, create=True)
    assert error.value.path == str(tmp_path)
    with pytest.raises(newsidx.IndexNotEmpty):
        newsidx.open(tmp_path / "thesis.docx", create=True)
    assert os.listdir(tmp_path) == ["thesis.docx"]


@pytest.mark.parametrize("change", [{"newsidx index": 99}, {"analysis": -1}])
def test_another_version_is_refused_by_name(index: Path, change: dict[str, int]) -> None:
    marker = index / "newsidx.json"
    marker.write_text(json.dumps(json.loads(marker.read_text()) | change))
    with pytest.raises(newsidx.IndexVersion):
        newsidx.open(index)


def _files(index: Path) -> list[str]:
    return sorted(p.name for p in index.iterdir() if p.stat().st_size and not p.name.endswith(".lock"))


@pytest.mark.parametrize("harm", ["empty", "half", "gone", "noise"])
def test_damage_is_an_error_with_a_name_never_no_hits(index: Path, harm: str) -> None:
    names = _files(index)
    assert any(name.endswith(".toc") for name in names), names
    assert any(name.endswith(".seg") for name in names), names
    for name in names:
        whole = (index / name).read_bytes()
        match harm:
            case "empty":
                (index / name).write_bytes(b"")
            case "half":
                (index / name).write_bytes(whole[: len(whole) // 2])
            case "gone":
                (index / name).unlink()
            case "noise":
                (index / name).write_bytes(bytes(255 - byte for byte in whole))
        with pytest.raises(newsidx.IndexDamaged), newsidx.open(index) as idx:
            assert idx.search("vote").total == 2
            list(idx.search("vote"))
        with pytest.raises((newsidx.IndexFault, newsidx.IndexNotEmpty)):
            newsidx.open(index, create=True).add(made("Corvane"))
        (index / name).write_bytes(whole)
    assert newsidx.open(index).search("vote").total == 2


def test_a_writer_waits_for_the_other_and_says_so(index: Path) -> None:
    told: list[int | None] = []
    with newsidx.open(index) as first, newsidx.open(index) as second, first.batch():
        with pytest.raises(newsidx.IndexBusy) as busy:
            second.add(made("Corvane"), wait_seconds=0.0, waiting=told.append)
        assert busy.value.pid == os.getpid()
        assert told == []
        with pytest.raises(newsidx.IndexBusy):
            second.add(made("Corvane"), wait_seconds=0.2, waiting=told.append)
        assert told == [os.getpid()]


ADD = """
import sys, newsidx
index, words = sys.argv[1], sys.argv[2:]
idx = newsidx.open(index, create=True)
for word in words:
    idx.add(newsidx.article(key=word, headline=f"Vote in {word}", body="It was late."))
    print(word, flush=True)
"""


def adder(index: Path, words: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ADD, str(index), *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_two_adds_at_once_lose_nothing(index: Path) -> None:
    adders = [adder(index, [f"{name}{i}" for i in range(6)]) for name in ("Corvane", "Dunmere")]
    for process in adders:
        process.communicate(timeout=120)
        assert process.returncode == 0
    with newsidx.open(index) as idx:
        assert idx.search("vote").total == 14
        assert idx.check() == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_add_leaves_what_was_committed(index: Path) -> None:
    committed = 2
    for round_ in range(3):
        process = adder(index, [f"Corvane{round_}x{i}" for i in range(200)])
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(2 + round_)]
        time.sleep(0.013 * round_)
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0]
        committed += len(said) + len(rest.splitlines())
        with newsidx.open(index) as idx:
            total = idx.search("vote").total
            assert committed <= total <= committed + 1, "one more may be committed and not told of"
            committed = total
            assert idx.check() == []
            idx.add(made(f"After{round_}"), **NO_WAIT)
            committed += 1
    assert newsidx.open(index).search("vote").total == committed


def test_readers_in_threads_while_another_adds(index: Path) -> None:
    errors: list[BaseException] = []
    counts: list[list[int]] = [[] for _ in range(3)]
    done = threading.Event()
    shared = newsidx.open(index)

    def read(mine: list[int]) -> None:
        try:
            while not done.is_set():
                results = shared.search("vote", limit=3)
                assert all(hit.headline and hit.headline.startswith("Vote in") for hit in results)
                mine.append(results.total)
                shared.refresh()
        except BaseException as error:  # noqa: BLE001 - told to the main thread
            errors.append(error)

    threads = [threading.Thread(target=read, args=(mine,)) for mine in counts]
    for thread in threads:
        thread.start()
    with newsidx.open(index) as writer:
        for i in range(12):
            writer.add(made(f"Corvane{i}"))
    done.set()
    for thread in threads:
        thread.join()
    assert errors == []
    for mine in counts:
        assert mine == sorted(mine), "nothing that was committed goes away again"
    shared.refresh()
    assert shared.search("vote").total == 14


def test_a_stream_goes_on_reading_the_commit_that_it_began_with(index: Path) -> None:
    with newsidx.open(index) as idx:
        stream = idx.stream("vote")
        first = next(stream.hits)
        for i in range(8):
            idx.add(made(f"Corvane{i}"))
        rest = [hit.headline for hit in stream.hits]
    assert sorted([first.headline, *rest]) == ["Vote in Aldmoor", "Vote in Brackwater"]


def test_short_ids_are_shared_by_no_other(index: Path) -> None:
    engine = LocalEngine.open(index)
    for id_ in engine.ids():
        assert list(engine.ids(engine.short_id(id_))) == [id_]
    engine.close()


def test_a_folder_in_which_the_making_of_an_index_was_killed_is_free(tmp_path: Path) -> None:
    newsidx.open(tmp_path / "index", create=True).close()
    (tmp_path / "index" / "newsidx.json").unlink()
    with newsidx.open(tmp_path / "index", create=True) as idx:
        assert idx.search("vote").total == 0


def test_first_adds_at_once_make_one_index(tmp_path: Path) -> None:
    adders = [adder(tmp_path / "index", [f"{name}{i}" for i in range(2)]) for name in ("Corvane", "Dunmere", "Elm")]
    for process in adders:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert newsidx.open(tmp_path / "index").search("vote").total == 6


def test_a_closed_index_says_that_it_is_closed(index: Path) -> None:
    idx = newsidx.open(index)
    stream = idx.stream("vote")
    idx.close()
    idx.close()
    for use in (lambda: idx.search("vote"), idx.refresh, idx.stats, idx.check, lambda: next(stream.hits)):
        with pytest.raises(newsidx.UsageError):
            use()


def test_a_full_disk_is_told_as_one(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    idx = newsidx.open(index)
    for name in ("write", "sync", "rename", "sync_folder"):
        with monkeypatch.context() as patch:
            patch.setattr(Files, name, full)
            with pytest.raises(newsidx.IndexFault) as error:
                idx.add(made("Corvane"))
            assert not isinstance(error.value, newsidx.IndexDamaged)
            assert "No space left" in str(error.value)
    idx.add(made("Corvane"))
    assert idx.search("vote").total == 3
    assert idx.check() == []


def test_a_segment_that_is_merged_away_meanwhile_is_not_damage(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader has read the commit file when a writer publishes the next and deletes what that does not name."""
    real = Files.map
    merged = []

    def late(files: Files, name: str) -> object:
        if not merged:
            merged.append(name)
            with newsidx.open(index) as other:
                other.add(made("Corvane"))
                other._engine.merge()
        return real(files, name)

    monkeypatch.setattr(Files, "map", late)
    assert newsidx.open(index).search("vote").total == 3


def test_a_damaged_ledger_is_told_as_damage(index: Path) -> None:
    with newsidx.open(index) as idx:
        idx._engine.commit(Part(ledger={"roots": b"noise"}))
        for use in (lambda: idx.search("vote"), idx.roots, lambda: idx.add(made("Corvane"))):
            with pytest.raises(newsidx.IndexDamaged):
                use()
