"""Looking after an index: merging, erasing, repairing, rebuilding, and what is refused or warned of by name."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import newsidx
from newsidx.codec import FORMAT, Frames, Segment
from newsidx.engine.local import LocalEngine, _store
from newsidx.engine.local._files import Files
from newsidx.engine.local._mounts import network_file_system

PAGE = """<!doctype html><html lang="en"><head><title>{name}</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="2023-07-01">
</head><body><article><h1>Vote in {name}</h1><p>The council of {name} voted on Tuesday to close the old bridge to
lorries.</p><p>Engineers had found cracks in two of its pillars, and the ferry will carry goods.</p></article></body>
</html>"""
NAMES = ["Aldmoor", "Brackwater", "Corvane", "Dunmere", "Elmstead"]


@dataclass(frozen=True)
class Desk:
    """A folder of captures, an index of it, and what a search of that finds."""

    captures: Path
    index: Path
    found: list[tuple[str, float]]


def searched(index: Path) -> list[tuple[str, float]]:
    with newsidx.open(index) as idx:
        return [(hit.id, hit.score) for hit in idx.search("vote", limit=None, snippets=0)]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("care")
    captures = folder / "captures"
    captures.mkdir()
    with newsidx.open(folder / "index", create=True) as idx:
        for name in NAMES:
            (captures / f"{name.lower()}.html").write_text(PAGE.format(name=name))
            idx.add(captures, jobs=1)
        idx.add(newsidx.article(key="made", headline="Vote in memory", body="It was late.", lang="en"))
        assert idx.check() == []
        assert idx.stats().segments == 6
    return Desk(captures, folder / "index", searched(folder / "index"))


@pytest.fixture
def desk(original: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The same in a folder of its own; the captures stay where they were."""
    shutil.copytree(original.index, tmp_path / "index")
    yield Desk(original.captures, tmp_path / "index", original.found)


# Merging and erasing


def test_merge_makes_one_segment_and_changes_no_answer(desk: Desk) -> None:
    with newsidx.open(desk.index) as idx:
        before = idx.stats()
        after = idx.merge()
        assert (before.segments, after.segments) == (6, 1)
        assert after.size_bytes < before.size_bytes
        assert idx.check() == []
        assert idx.add(desk.captures, jobs=1).counts == {"unchanged": len(NAMES)}
    assert searched(desk.index) == desk.found


def bytes_on_disk(index: Path) -> bytes:
    """All that the index holds, with what is compressed also as it is."""
    found = b""
    for path in sorted(index.rglob("*")):
        data = path.read_bytes()
        found += data
        if path.suffix == ".seg":
            id_ = bytes.fromhex(path.stem.removeprefix("newsidx_"))
            frames = Frames(data, segment=id_, name=path.name, path=str(index))
            segment = Segment(frames, id_)
            found += b"".join(segment.stored[i] for i in range(segment.stored.count))
            pages = (segment.page(i).data for i in range(len(segment.page_names)))
            found += b"".join(page for page in pages if page is not None)
    return found.lower()


def test_texts_that_a_merge_takes_over_are_erased_like_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsidx.engine.local._merge._TAKEN_OVER", 8)
    index = tmp_path / "index"
    with newsidx.open(index, create=True) as idx:
        for part in range(3):  # enough of them for a sample, which the first are in
            headlines = [f"Quokka {part} {i}" if not i else f"Other {part} {i}" for i in range(40)]
            articles = [  # their keys stay known
                newsidx.article(key=f"{part} {i}", headline=headline, body="Of this and that.")
                for i, headline in enumerate(headlines)
            ]
            idx.add(*articles)
        idx.merge()
        assert idx.check() == []
        assert {hit.headline for hit in idx.search("headline:39")} == {f"Other {part} 39" for part in range(3)}
        assert b"quokka" in bytes_on_disk(index)
        idx.remove(query="quokka", purge=True)
        assert b"quokka" not in bytes_on_disk(index)
        assert idx.search("other").total == 117
        assert idx.check() == []


def test_purge_leaves_nothing_of_a_removed_text_on_disk(tmp_path: Path) -> None:
    index = tmp_path / "index"
    secret = newsidx.article(
        key="s",
        headline="Xylograph of a Quokka",
        body="Said Ermintrude: plugh.",
        authors=["Zbigniew"],
        tags=["Vorpal"],
        source="Mimsy Borogoves",
        section="Jabberwock",
        url="https://tulgey.example/gimble",
        captions=["A frumious picture."],
        lang="en",
    )
    words = (
        b"xylograph quokka ermintrude plugh zbigniew vorpal mimsy borogove jabberwock tulgey gimble frumious".split()
    )
    with newsidx.open(index, create=True) as idx:
        idx.add(
            *(newsidx.article(key=f"{i}", headline=f"Before {i}", body="Of something else.") for i in range(4)), secret
        )
        idx.add(newsidx.article(key="b", headline="After", body="Of something else again."))
        assert all(word in bytes_on_disk(index) for word in words)
        idx.remove(query="quokka")
        assert idx.search("quokka").total == 0
        assert any(word in bytes_on_disk(index) for word in words), "not yet erased"
        idx.add(secret, again=True)
        removal = idx.remove(query="quokka", purge=True)
        assert len(removal.ids) == 1
        held = bytes_on_disk(index)
        assert [word for word in words if word in held] == []
        assert b"something" in held
        assert idx.check() == []
        assert idx.add(secret).counts == {"skipped": 1}, "what is removed is remembered"


# Repairing


def flipped(path: Path, *places: int) -> None:
    data = bytearray(path.read_bytes())
    for at in places:
        data[at % len(data)] ^= 0x10
    path.write_bytes(bytes(data))


def frame_at(path: Path, name: str) -> int:
    """A byte in the middle of a frame of a segment's file."""
    id_ = bytes.fromhex(path.stem.removeprefix("newsidx_"))
    data = path.read_bytes()
    frames = Frames(data, segment=id_, name=path.name, path="")
    guard = frames[name]
    start = data.index(bytes(guard._view))
    return start + guard.length // 2


FRAMES = "terms words written uses lexicon marks facts ids sentences headlines articles page-names pages patches meta"


@pytest.mark.parametrize("frame", FRAMES.split())
def test_repair_restores_what_is_damaged_from_the_captures(desk: Desk, frame: str) -> None:
    path = max(desk.index.glob("*.seg"), key=lambda file: (b"Corvane" in file.read_bytes(), file.name))
    flipped(path, frame_at(path, frame))
    done = newsidx.repair(desk.index)
    assert any(path.name in f"{problem.what} {problem.text}" for problem in done.problems)
    # Without its meta nothing of a segment can be read, its part of the ledger neither: another add brings it back.
    assert [problem.what for problem in done.lost] == (["1 article"] if frame == "meta" else [])
    with newsidx.open(desk.index) as idx:
        assert idx.check() == []
        idx.add(desk.captures, jobs=1)
        assert idx.check() == []
    assert [id_ for id_, _ in searched(desk.index)] == [id_ for id_, _ in desk.found]
    assert newsidx.repair(desk.index) == newsidx.Repair()


@pytest.mark.parametrize("harm", ["gone", "empty", "half", "flip"])
@pytest.mark.parametrize("file", ["newsidx.json", "newsidx.toc", "seg"])
def test_repair_of_whole_files(desk: Desk, file: str, harm: str) -> None:
    path = desk.index / file if file != "seg" else max(desk.index.glob("*.seg"), key=lambda seg: seg.stat().st_size)
    whole = path.read_bytes()
    match harm:
        case "gone":
            path.unlink()
        case "empty":
            path.write_bytes(b"")
        case "half":
            path.write_bytes(whole[: len(whole) // 2])
        case "flip":
            flipped(path, 3)
    done = newsidx.repair(desk.index)
    assert done.problems
    with newsidx.open(desk.index) as idx:
        assert idx.check() == []
        lost = {problem.what for problem in done.lost}
        idx.add(desk.captures, jobs=1)
        assert idx.check() == []
        here = {id_ for id_, _ in searched(desk.index)}
        for id_, _ in desk.found:
            assert id_ in here or f"capture {id_[:12]}" in lost


def test_damage_is_told_once_and_by_its_file(desk: Desk) -> None:
    commit, marker = desk.index / "newsidx.toc", desk.index / "newsidx.json"
    whole = commit.read_bytes()
    commit.write_bytes(whole[:100])
    assert newsidx.repair(desk.index).problems == (newsidx.Problem("newsidx.toc", "commit is cut off"),)
    commit.unlink()
    with pytest.raises(newsidx.IndexDamaged, match=r"is damaged: newsidx\.toc is missing$"):
        newsidx.open(desk.index)
    assert newsidx.repair(desk.index).problems == (newsidx.Problem("newsidx.toc", "it is missing"),)
    marker.unlink()
    for create in (False, True):
        with pytest.raises(newsidx.IndexDamaged, match=r"is damaged: newsidx\.json is missing$"):
            newsidx.open(desk.index, create=create)
    assert newsidx.repair(desk.index).problems == (newsidx.Problem(str(desk.index), "newsidx.json is missing"),)
    assert searched(desk.index) == desk.found


def test_articles_whose_ids_are_lost_are_counted(desk: Desk) -> None:
    with newsidx.open(desk.index) as idx:
        idx.merge()
    for path in desk.index.glob("*.seg"):
        path.unlink()
    done = newsidx.repair(desk.index)
    assert [problem.what for problem in done.lost] == ["6 articles"]
    assert newsidx.repair(desk.index) == newsidx.Repair()


def test_what_repair_cannot_restore_is_told(desk: Desk) -> None:
    with newsidx.open(desk.index) as idx:
        (made,) = (hit.id for hit in idx.search("memory"))
    for path in desk.index.glob("*.seg"):
        id_ = bytes.fromhex(path.stem.removeprefix("newsidx_"))
        segment = Segment(Frames(path.read_bytes(), segment=id_, name=path.name, path=""), id_)
        if any(each == bytes.fromhex(made) for each in segment.ids.tolist()):
            flipped(path, frame_at(path, "articles"))
    done = newsidx.repair(desk.index)
    assert [problem.what for problem in done.lost] == [f"capture {made[:12]}"]
    assert "made" in done.lost[0].text
    with newsidx.open(desk.index) as idx:
        assert idx.check() == []
        assert idx.search("vote").total == len(NAMES)


def test_repair_changes_nothing_where_nothing_is_wrong(desk: Desk) -> None:
    before = {path.name: path.read_bytes() for path in desk.index.iterdir() if path.suffix != ".lock"}
    assert newsidx.repair(desk.index) == newsidx.Repair()
    assert {path.name: path.read_bytes() for path in desk.index.iterdir() if path.suffix != ".lock"} == before


@pytest.mark.parametrize(
    "trouble", [PermissionError(13, "Permission denied"), OSError(24, "Too many open files"), None]
)
def test_repair_drops_nothing_that_is_whole_but_cannot_be_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, trouble: OSError | None
) -> None:
    (desk.index / "newsidx.toc").unlink()
    segments = {path.name: path.read_bytes() for path in desk.index.glob("*.seg")}
    real, last = Files.map, max(segments)

    def refused(files: Files, name: str) -> object:
        if name == last and trouble is not None:
            raise trouble
        return real(files, name)

    with monkeypatch.context() as patch:
        if trouble is None:  # a file of another version
            patch.setattr("newsidx.codec.frame.READ_FORMATS", frozenset({99}))
        patch.setattr(Files, "map", refused)
        with pytest.raises(newsidx.IndexFault) as error:
            newsidx.repair(desk.index)
        assert not isinstance(error.value, newsidx.IndexDamaged)
    assert {path.name: path.read_bytes() for path in desk.index.glob("*.seg")} == segments
    assert newsidx.repair(desk.index).lost == ()


def test_repair_needs_an_index_and_the_right_to_write(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    for missing in (tmp_path / "nowhere", tmp_path / "other"):
        with pytest.raises(newsidx.IndexMissing):
            newsidx.repair(missing)
    assert os.listdir(tmp_path / "other") in ([], ["newsidx.lock"])
    with newsidx.open(desk.index) as idx, idx.batch(), pytest.raises(newsidx.IndexBusy):
        newsidx.repair(desk.index, wait_seconds=0)


# Flipped bits


def _answers(index: Path) -> object:
    with newsidx.open(index) as idx:
        hits = [(hit.id, hit.score, hit.headline) for hit in idx.search('"council of" OR memory', limit=None)]
        return hits, idx.search("tag:none words:1..").total, [idx.article(id_) for id_ in idx.ids()], idx.roots()


@pytest.mark.parametrize("step", [211, pytest.param(7, marks=pytest.mark.long)])
def test_a_flipped_bit_is_an_error_or_changes_nothing(desk: Desk, step: int) -> None:
    right = _answers(desk.index)
    for path in sorted(desk.index.iterdir()):
        if path.suffix == ".lock":
            continue
        whole = path.read_bytes()
        for at in range(0, len(whole), step if path.suffix == ".seg" else 1):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
            try:
                answer = _answers(desk.index)
            except newsidx.IndexFault:
                continue
            assert answer == right, (path.name, at)
        path.write_bytes(whole)


# Rebuilding, versions


def test_rebuild_makes_the_same_index_while_the_old_one_serves(desk: Desk, tmp_path: Path) -> None:
    with newsidx.open(desk.index) as old:
        newsidx.rebuild(desk.index, tmp_path / "new")
        assert old.search("vote").total == len(desk.found)
    assert searched(tmp_path / "new") == desk.found
    with newsidx.open(tmp_path / "new") as idx:
        assert idx.check() == []
        assert idx.add(desk.captures, jobs=1).counts == {"unchanged": len(NAMES)}
    for taken in (tmp_path / "new", desk.captures):
        with pytest.raises(newsidx.IndexNotEmpty):
            newsidx.rebuild(desk.index, taken)
    with pytest.raises(newsidx.IndexMissing):
        newsidx.rebuild(tmp_path / "nowhere", tmp_path / "third")


def test_rebuild_refuses_a_damaged_index_and_says_what_repairs_it(desk: Desk, tmp_path: Path) -> None:
    path = min(desk.index.glob("*.seg"))
    flipped(path, frame_at(path, "words"))
    with pytest.raises(newsidx.IndexDamaged, match=f"{path.name}.*--repair"):
        newsidx.rebuild(desk.index, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_other_rules_of_splitting_words_are_refused_and_rebuilt(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = _store.analysis.ANALYSIS_VERSION
    monkeypatch.setattr(_store.analysis, "ANALYSIS_VERSION", present + 1)
    said = f"by rules {present}, this newsidx by rules {present + 1}.*newsidx rebuild"
    with pytest.raises(newsidx.IndexVersion, match=said):
        newsidx.open(desk.index)
    with pytest.raises(newsidx.IndexVersion):
        newsidx.open(desk.index, create=True)
    newsidx.rebuild(desk.index, tmp_path / "new")
    assert searched(tmp_path / "new") == desk.found


def test_a_segment_of_other_rules_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(_store.analysis, "ANALYSIS_VERSION", 99)
        marker = desk.index / "newsidx.json"
        marker.write_text(json.dumps(json.loads(marker.read_text()) | {"analysis": 99}))
        with pytest.raises(newsidx.IndexVersion, match="rebuild"):
            newsidx.open(desk.index)


def test_a_newer_format_is_refused_by_name(desk: Desk) -> None:
    marker = desk.index / "newsidx.json"
    for version, who in ((99, "a newer newsidx"), (1, "another newsidx")):
        marker.write_text(json.dumps(json.loads(marker.read_text()) | {"newsidx index": version}))
        for refuses in (newsidx.open, newsidx.repair, lambda path: newsidx.rebuild(path, path / "x")):
            with pytest.raises(newsidx.IndexVersion, match=f"format {version}, of {who}"):
                refuses(desk.index)  # type: ignore[operator]


FORMATS = sorted(folder for folder in (Path(__file__).parent / "formats").iterdir() if folder.name.isdigit())


FIRST_WITH_PACKED_LISTS = 5


@pytest.mark.parametrize("kept", FORMATS, ids=[folder.name for folder in FORMATS])
def test_an_index_of_each_released_format_opens(kept: Path, tmp_path: Path) -> None:
    path = tmp_path / "index"
    shutil.copytree(kept, path)
    if json.loads((path / "newsidx.json").read_text())["analysis"] != _store.analysis.ANALYSIS_VERSION:
        with pytest.raises(newsidx.IndexVersion, match="newsidx rebuild"):
            newsidx.open(path)
        newsidx.rebuild(path, tmp_path / "new")
        path = tmp_path / "new"
    _holds_what_was_kept(path, int(kept.name))


@pytest.mark.parametrize("kept", FORMATS, ids=[folder.name for folder in FORMATS])
def test_the_files_of_each_released_format_are_read(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they lie, where the rules of splitting words are those of the index: the words in it are the same by all."""
    path = tmp_path / "index"
    shutil.copytree(kept, path)
    rules = json.loads((path / "newsidx.json").read_text())["analysis"]
    monkeypatch.setattr(_store.analysis, "ANALYSIS_VERSION", rules)
    _holds_what_was_kept(path, int(kept.name))


def _holds_what_was_kept(path: Path, format_: int) -> None:
    with newsidx.open(path) as idx:
        assert [hit.headline for hit in idx.search("ferry sink")] == ["A ferry sinks"]
        assert {hit.headline for hit in idx.search("ferries")} == {"A ferry sinks", "Ferries return at last"}
        assert [hit.headline for hit in idx.search("schiff", since="2023-07-02")] == ["Die Schiffe sind da"]
        assert idx.search("ferries versions:all").total == 3
        assert idx.search("removed").total == 0
        assert idx.search('tag:harbours source:"the northern post" versions:all').total == 1
        assert idx.check() == []
        idx.add(newsidx.article(key="e", headline="A new ferry", body="It floats.", lang="en"))
        assert json.loads((path / "newsidx.json").read_text())["newsidx index"] == FORMAT
        idx.merge()
        assert idx.search("ferries").total == 3
        if format_ >= FIRST_WITH_PACKED_LISTS:
            assert idx.search('"tide after tide"').total == idx.search("case:TIDE").total == 1
        assert idx.check() == []


# Where an index lies


MOUNTS = """22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /mnt/far\\040away rw,relatime - nfs4 far:/export rw
41 40 8:2 / /mnt/far\\040away/near rw,relatime - xfs /dev/sdb rw
42 22 0:36 / /net rw - fuse.sshfs host:/ rw
odd line
"""


def test_network_file_systems_are_known_by_their_mounts(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    for path, expected in {
        "/home/me/index": None,
        "/mnt/far away/index": "nfs4",
        "/mnt/far away": "nfs4",
        "/mnt/far away/near/index": None,
        "/mnt/far awaynot": None,
        "/net/x": "fuse.sshfs",
    }.items():
        assert network_file_system(path, str(mounts)) == expected, path
    assert network_file_system("/net/x", str(tmp_path / "none")) is None


def test_an_add_to_an_index_on_a_network_file_system_warns(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsidx.engine.local._mounts.network_file_system", lambda path: "nfs4")
    with newsidx.open(desk.index) as idx:
        (note,) = idx.add(desk.captures, jobs=1).notes
    assert note.kind == "network-file-system"
    assert "(nfs4)" in note.text
    monkeypatch.undo()
    assert LocalEngine.open(desk.index).warning() is None or network_file_system(str(desk.index))
