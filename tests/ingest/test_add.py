"""Adding, again and again: whatever happens to the files in between, the index and its books say what is there."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsidx
from newsidx.api import Index
from newsidx.engine.seam import Part
from newsidx.ingest import add as add_module
from newsidx.ingest import reader as reader_module
from newsidx.ingest.intake import Intake
from newsidx.ingest.pool import Pool
from newsidx.ingest.reader import Reading
from newsidx.model import AddReport, Outcome, capture_id

STORY = (
    "{headline}\n\n{day} July 2023\n\n"
    "The council of {word} met on Monday and talked for nine hours about the harbour.\n\n"
    "Nobody in the hall had expected the {word} motion to pass, and its sponsors had said so before the session.\n\n"
    "The mayor said that the work would begin in autumn and that the {word} quarter would be the first to see it.\n"
)


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read captures in this process: starting workers for each of hundreds of adds would take minutes."""
    monkeypatch.setattr(add_module, "Pool", lambda jobs, **_: Pool(0))


def story(word: str, day: int = 1) -> str:
    return STORY.format(headline=f"Council of {word} votes for the new harbour wall", word=word, day=day)


def page(word: str, url: str, *, tail: str = "", ad: str = "") -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in story(word).split("\n\n")[2:])
    return (
        f"<!DOCTYPE html><html lang=en><head><title>Vote in {word}</title><link rel=canonical href='{url}'></head>"
        f"<body><nav>{ad}</nav><article><h1>Vote in {word}</h1>{paragraphs}{tail}</article></body></html>"
    )


class World:
    """A folder of captures and an index of it."""

    def __init__(self, base: str | Path) -> None:
        self.folder = Path(base) / "captures"
        self.folder.mkdir()
        self.index: Index = newsidx.open(Path(base) / "index", create=True)
        self.outcomes: list[Outcome] = []
        self._clock = 1_600_000_000

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self._clock += 10
        os.utime(path, (self._clock, self._clock))
        return path

    def add(self, *paths: Path, **options: object) -> AddReport:
        self.outcomes = []
        return self.index.add(*(paths or (self.folder,)), report=self.outcomes.append, **options)

    def status(self, name: str) -> tuple[str, str | None]:
        found = [o for o in self.outcomes if o.path == str(self.folder / name)]
        assert len(found) == 1, (name, self.outcomes)
        return found[0].status, found[0].reason

    def headlines(self, query: str, **options: object) -> list[str | None]:
        return [hit.headline for hit in self.index.search(query, **options)]

    def is_clean(self) -> bool:
        problems = self.index.check()
        assert problems == []
        return True


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_the_second_add_reads_nothing(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    assert dict(world.add().counts) == {"added": 1}
    report = world.add()
    assert (dict(report.counts), report.bytes_read, report.commits) == ({"unchanged": 1}, 0, 0)
    assert world.is_clean()


def test_a_touched_file_is_read_and_found_unchanged(world: World) -> None:
    path = world.write("a.txt", story("Aldmoor"))
    world.add()
    os.utime(path, (1, 1))
    assert dict(world.add().counts) == {"unchanged": 1}


def test_changed_bytes_make_a_version(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    world.add()
    world.write("a.txt", story("Brackwater"))
    world.add()
    assert world.status("a.txt") == ("version", None)
    assert world.index.search("Aldmoor").total == 0
    assert world.index.search("Brackwater").total == 1
    assert world.index.search("Aldmoor versions:all").total == 1
    note = next(note for note in world.index.search("Aldmoor").notes if note.kind == "earlier-versions")
    assert note.query == "Aldmoor versions:all"
    assert world.is_clean()


def test_replace_keeps_no_version(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    world.add()
    world.write("a.txt", story("Brackwater"))
    world.add(replace=True)
    assert world.status("a.txt") == ("updated", "replaced")
    assert world.index.search("Aldmoor versions:all").total == 0
    assert world.is_clean()


def test_bytes_that_change_around_the_article_make_no_version(world: World) -> None:
    url = "https://news.example/vote"
    world.write("a.html", page("Aldmoor", url, ad="one"))
    world.add()
    world.write("a.html", page("Aldmoor", url, ad="two"))
    world.add()
    assert world.status("a.html") == ("updated", "same-text")
    assert world.index.search("Aldmoor versions:all").total == 1
    assert world.is_clean()


def test_the_bytes_that_were_there_before_come_back(world: World) -> None:
    for word in ("Aldmoor", "Brackwater", "Aldmoor"):
        world.write("a.txt", story(word))
        world.add()
    assert world.index.search("Aldmoor").total == 1
    assert world.index.search("Brackwater").total == 0
    assert world.index.search("Brackwater versions:all").total == 1
    assert world.is_clean()


def test_a_copy_is_a_duplicate_and_takes_over_when_the_first_goes(world: World) -> None:
    first = world.write("a.txt", story("Aldmoor"))
    world.write("b.txt", story("Aldmoor"))
    assert dict(world.add().counts) == {"added": 1, "duplicate": 1}
    hit = world.index.search("Aldmoor")[0]
    assert hit.paths == (str(first), str(world.folder / "b.txt"))
    first.unlink()
    world.add(prune=True)
    assert [hit.path for hit in world.index.search("Aldmoor")] == [str(world.folder / "b.txt")]
    assert world.is_clean()


def test_one_url_and_text_in_two_files_is_one_hit(world: World) -> None:
    url = "https://news.example/vote"
    world.write("a.html", page("Aldmoor", url, ad="one"))
    world.write("b.html", page("Aldmoor", url + "?utm_source=feed", ad="two"))
    assert dict(world.add().counts) == {"added": 1, "duplicate": 1}
    assert len(world.index.search("Aldmoor")[0].paths) == 2
    (world.folder / "a.html").unlink()
    world.add(prune=True)
    hit = world.index.search("Aldmoor")[0]
    assert (hit.path, hit.id) == (str(world.folder / "b.html"), capture_id((world.folder / "b.html").read_bytes()))
    assert world.is_clean()


def test_two_texts_of_one_url_are_versions_whatever_the_order_of_adding(tmp_path: Path) -> None:
    url = "https://news.example/vote"
    tail = "<p>Correction follows: the wall was built in Brackwater.</p>"
    pages = {
        "2023-07-01/vote.html": page("Aldmoor", url),
        "2023-07-05/vote.html": page("Aldmoor", url, tail=tail),
    }
    for order in (list(pages), list(reversed(pages))):
        base = tmp_path / order[0][:10]
        base.mkdir()
        world = World(base)
        for name in order:
            world.write(name, pages[name])
            world.add(path_pattern="{captured:%Y-%m-%d}/*")
        assert world.index.search("Brackwater").total == 1
        assert world.index.search("Aldmoor").total == 1
        assert world.index.search("Aldmoor versions:all").total == 2
        assert world.is_clean()


def test_a_moved_file_keeps_its_id_and_is_not_two(world: World) -> None:
    path = world.write("a.txt", story("Aldmoor"))
    world.add()
    before = world.index.search("Aldmoor")[0].id
    path.rename(world.folder / "b.txt")
    world.add()
    assert world.status("b.txt") == ("updated", "moved")
    hit = world.index.search("Aldmoor")[0]
    assert (hit.id, hit.paths) == (before, (str(world.folder / "b.txt"),))
    # What is written where it was is another article, not a version of it.
    world.write("a.txt", story("Brackwater"))
    assert dict(world.add().counts) == {"added": 1, "unchanged": 1}
    assert world.index.search("Aldmoor").total == 1
    assert world.is_clean()


def test_a_copy_that_stays_is_not_hidden_by_a_new_text_at_the_other_path(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    world.write("b.txt", story("Aldmoor"))
    world.add()
    world.write("a.txt", story("Brackwater"))
    world.add()
    assert world.index.search("Aldmoor").total == 1
    assert world.index.search("Brackwater").total == 1
    assert world.is_clean()


def test_prune_takes_versions_along_and_nothing_else(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    world.write("sub/b.txt", story("Corvane"))
    for name in ("stays.txt", "sub/stays.txt"):
        world.write(name, story("Dunmere", day=len(name)))
    world.add()
    world.write("a.txt", story("Brackwater"))
    world.add()
    (world.folder / "a.txt").unlink()
    (world.folder / "sub" / "b.txt").unlink()
    world.add(world.folder / "sub", prune=True)
    assert world.index.search("Brackwater").total == 1, "it was not below the given folder"
    assert world.index.search("Corvane versions:all").total == 0
    world.add(prune=True)
    assert world.index.search("Brackwater versions:all").total == 0
    assert world.index.search("Dunmere").total == 2
    assert world.is_clean()


def test_an_emptied_root_is_taken_for_a_missing_disk(world: World) -> None:
    path = world.write("a.txt", story("Aldmoor"))
    world.add()
    path.unlink()
    report = world.add(prune=True)
    assert report.reasons == {"failed": {"emptied": 1}}
    assert world.index.search("Aldmoor").total == 1
    (world.folder / "notes.json").write_text("{}")
    assert world.add(prune=True).reasons["failed"] == {"emptied": 1}
    world.index.remove(path)
    assert world.index.search("Aldmoor").total == 0


def test_a_root_that_has_vanished_is_unknown_not_gone(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    world.add()
    away = world.folder.with_name("away")
    world.folder.rename(away)
    report = world.add(prune=True)
    assert report.counts == {"failed": 1}
    assert world.index.search("Aldmoor").total == 1
    away.rename(world.folder)
    assert dict(world.add(prune=True).counts) == {"unchanged": 1}


def test_a_file_that_cannot_be_read_any_more_keeps_its_article(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    world.add()
    world.write("a.txt", "")
    world.add(prune=True)
    assert world.status("a.txt") == ("skipped", "empty")
    assert world.index.search("Aldmoor").total == 1
    world.write("a.txt", story("Brackwater"))
    world.add()
    assert world.status("a.txt") == ("version", None)
    assert world.is_clean()


def test_what_costs_too_much_is_read_again_only_by_other_readers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write("a.html", page("harbour", "https://ledger.example/a"))
    seen: list[str] = []
    refusal = Reading("failed", "0" * 64, reason="costly", detail="it takes too long", is_lasting=True)

    def refuse(path: str, **how: object) -> Reading:
        seen.append(path)
        return refusal

    with monkeypatch.context() as patch:
        patch.setattr(reader_module, "read", refuse)
        for _ in range(3):
            report = world.add()
            assert report.counts == {"failed": 1} and report.reasons["failed"] == {"costly": 1}
        assert len(seen) == 1
        world.add(again=True)
        assert len(seen) == 2
        world.write("a.html", page("harbour", "https://ledger.example/a", ad="touched"))
        world.add()
        assert len(seen) == 3
    assert world.add().counts == {"failed": 1}
    monkeypatch.setattr(reader_module, "readers", lambda: "better ones")
    assert world.add().counts == {"added": 1}
    assert world.is_clean()


def test_what_was_removed_is_passed_over_until_asked_for_again(world: World) -> None:
    path = world.write("a.txt", story("Aldmoor"))
    world.write("copy.txt", story("Aldmoor"))
    world.add()
    assert len(world.index.remove(path).ids) == 1
    assert world.index.search("Aldmoor versions:all").total == 0
    report = world.add()
    assert report.reasons == {"skipped": {"removed-earlier": 2}}
    world.write("third.txt", story("Aldmoor"))
    assert world.add().reasons == {"skipped": {"removed-earlier": 3}}
    assert dict(world.add(again=True).counts) == {"added": 1, "duplicate": 2}
    assert world.index.search("Aldmoor").total == 1
    assert world.is_clean()


def test_removing_takes_a_query_and_shows_what_would_go(world: World) -> None:
    for word in ("Aldmoor", "Brackwater"):
        world.write(f"{word}.txt", story(word))
    world.add()
    plan = world.index.find_removal(query="Aldmoor")
    assert [article.headline for article in plan.articles] == ["Council of Aldmoor votes for the new harbour wall"]
    world.index.remove(query="Aldmoor")
    assert world.index.search("harbour").total == 1
    with pytest.raises(newsidx.UnknownID):
        world.index.remove("ffffffff")
    with pytest.raises(newsidx.UnknownID, match="was read from nosuch"):
        world.index.remove("nosuch")
    with pytest.raises(newsidx.UnknownID, match="at least 8 digits"):
        world.index.remove("ffff")
    assert world.is_clean()


def test_a_moved_root_takes_its_captures_along(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    world.add()
    new = world.folder.with_name("moved")
    world.folder.rename(new)
    world.index.move_root(world.folder, new)
    assert dict(world.add(new).counts) == {"unchanged": 1}
    assert world.index.search("Aldmoor")[0].path == str(new / "a.txt")
    assert [root.path for root in world.index.roots()] == [str(new)]
    with pytest.raises(newsidx.UsageError):
        world.index.move_root(world.folder, new)


def test_a_sidecar_that_changes_is_evidence_anew(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    world.add()
    world.write("a.txt.meta.json", json.dumps({"source": "The Harbour Bell"}))
    world.add()
    assert world.status("a.txt") == ("updated", "evidence")
    hit = world.index.search('source:"the harbour bell"')[0]
    assert hit.article.evidence["source"] == "sidecar"
    assert world.is_clean()


def test_a_dry_run_says_what_would_be_and_does_nothing(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    report = world.add(dry_run=True)
    assert (dict(report.counts), report.commits) == ({"added": 1}, 0)
    assert list(world.index.ids()) == []
    assert dict(world.add().counts) == {"added": 1}


def test_one_address_for_several_captures_is_refused(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    world.write("b.txt", story("Brackwater"))
    hint = newsidx.model.Hint("url", "https://news.example/one", "option")
    with pytest.raises(newsidx.OptionError):
        world.add(hints=(hint,))
    assert dict(world.add(world.folder / "a.txt", hints=(hint,)).counts) == {"added": 1}
    assert world.index.search("Aldmoor")[0].url == "https://news.example/one"


def test_ctrl_c_keeps_what_was_committed(world: World) -> None:
    for i in range(6):
        world.write(f"{i}.txt", story(f"Aldmoor{i}"))

    def interrupt(progress: newsidx.Progress) -> None:
        if progress.done == 4:
            raise KeyboardInterrupt

    with pytest.raises(newsidx.AddInterrupted) as error:
        world.add(progress=interrupt)
    report = error.value.report
    assert (report.interrupted, dict(report.counts), report.uncommitted) == (True, {"added": 4}, 0)
    assert len(list(world.index.ids())) == 4
    assert world.is_clean()
    assert dict(world.add().counts) == {"unchanged": 4, "added": 2}


def test_ctrl_c_during_a_commit_gives_up_what_was_not_committed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(6):
        world.write(f"{i}.txt", story(f"Aldmoor{i}"))
    commits = []

    def commit(intake: Intake) -> bool:
        commits.append(intake)
        if len(commits) == 3:
            raise KeyboardInterrupt
        return real(intake)

    real = Intake.commit
    monkeypatch.setattr(Intake, "commit", commit)
    with pytest.raises(newsidx.AddInterrupted) as error:
        world.add(commit_seconds=0)
    report = error.value.report
    assert (dict(report.counts), report.uncommitted, report.commits) == ({"added": 2}, 1, 2)
    monkeypatch.undo()
    assert len(list(world.index.ids())) == 2
    assert world.is_clean()


def test_a_batch_is_one_commit_or_none(world: World) -> None:
    def made(word: str) -> newsidx.Article:
        return newsidx.article(key=word, headline=f"Vote in {word}", body=story(word), published="2023-07-01")

    with world.index.batch() as batch:
        batch.add(made("Aldmoor"))
        batch.add(made("Brackwater"))
        assert batch.search("vote").total == 0
    assert world.index.search("vote").total == 2
    with pytest.raises(RuntimeError), world.index.batch() as batch:
        batch.add(made("Corvane"))
        raise RuntimeError
    assert world.index.search("vote").total == 2
    world.index.add(made("Aldmoor"))
    assert world.is_clean()


def test_articles_made_in_memory_have_versions_and_a_name(world: World) -> None:
    world.index.add(newsidx.article(key="k", headline="First text", body="One."))
    again = world.index.add(newsidx.article(key="k", headline="First text", body="One."))
    assert dict(again.counts) == {"unchanged": 1}
    world.index.add(newsidx.article(key="k", headline="Second text", body="Two."))
    assert world.headlines("text") == ["Second text"]
    assert world.index.search("first versions:all").total == 1
    world.index.remove("k")
    assert world.headlines("text versions:all") == []
    with pytest.raises(newsidx.OptionError):
        newsidx.article(headline="Nameless")
    assert world.is_clean()


# Found by attacking it


def test_a_duplicate_whose_file_changes_does_not_stop_the_add(world: World) -> None:
    url = "https://news.example/vote"
    world.write("b.html", page("Aldmoor", url, ad="one"))
    world.write("c.html", page("Aldmoor", url, ad="two"))
    world.add()
    world.write("c.html", page("Brackwater", "https://news.example/other"))
    world.add()
    assert world.status("c.html") == ("version", None)
    assert (world.index.search("Aldmoor").total, world.index.search("Brackwater").total) == (1, 1)
    assert world.is_clean()


def test_a_duplicate_that_changes_when_the_first_is_gone_keeps_the_text(world: World) -> None:
    url = "https://news.example/vote"
    first = world.write("b.html", page("Aldmoor", url, ad="one"))
    world.write("c.html", page("Aldmoor", url, ad="two"))
    world.add()
    first.unlink()
    world.write("c.html", page("Brackwater", "https://news.example/other"))
    world.add()
    world.add(prune=True)
    assert world.index.search("Brackwater").total == 1
    assert world.is_clean()


def test_a_removed_capture_met_again_takes_the_place_of_what_was_there(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    removed = world.write("c.txt", story("Brackwater"))
    world.add()
    world.index.remove(removed)
    world.write("a.txt", story("Brackwater"))
    world.add()
    assert world.status("a.txt") == ("skipped", "removed-earlier")
    assert world.index.search("Brackwater versions:all").total == 0
    assert world.is_clean()


def test_what_a_path_says_stays_with_a_duplicate_that_takes_over(world: World) -> None:
    for day in (1, 2):
        world.write(f"bell/2023-07-0{day}/a.txt", story("Aldmoor"))
    world.write("bell/2023-07-03/b.txt", story("Brackwater"))
    world.add(path_pattern="{source}/{captured:%Y-%m-%d}/*")
    (world.folder / "bell/2023-07-01/a.txt").unlink()
    world.add(prune=True, path_pattern="{source}/{captured:%Y-%m-%d}/*")
    hit = world.index.search("Aldmoor")[0]
    assert hit.path == str(world.folder / "bell/2023-07-02/a.txt")
    assert hit.article.source.name == "bell"
    assert world.is_clean()


def test_what_cannot_go_into_a_batch_is_refused(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    with world.index.batch() as batch:
        for attempt in (
            lambda: batch.add(world.folder, dry_run=True),
            lambda: batch.move_root(world.folder, "/elsewhere"),
            lambda: batch.remove("a.txt"),
            lambda: batch.batch().__enter__(),
        ):
            with pytest.raises(newsidx.UsageError):
                attempt()
    assert list(world.index.ids()) == []


def test_removing_needs_something_to_remove(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    world.add()
    id_ = next(world.index.ids())
    for targets, query in (((), None), ((), ""), ((), "  "), (("",), None), ((id_[:7],), None)):
        with pytest.raises(newsidx.UsageError):
            world.index.remove(*targets, query=query)
    assert world.index.find_removal(id_[:8]).ids == (id_,)
    world.index.remove(query="*")
    assert list(world.index.ids()) == []


def test_what_may_not_be_seen_is_not_gone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write("shut/a.txt", story("Aldmoor"))
    world.write("b.txt", story("Brackwater"))
    world.add()
    lstat = os.lstat

    def refused(path: str, *args: object) -> os.stat_result:
        if "shut" in str(path):
            raise PermissionError(13, "Permission denied", path)
        return lstat(path, *args)

    monkeypatch.setattr(os, "lstat", refused)
    world.add(prune=True, exclude=("shut",))
    world.write("copy.txt", story("Aldmoor"))
    world.add(exclude=("shut",))
    assert world.status("copy.txt") == ("duplicate", "same-bytes")
    monkeypatch.undo()
    assert len(world.index.search("Aldmoor")[0].paths) == 2


def test_roots_inside_a_root_move_along(world: World) -> None:
    world.write("b/a.txt", story("Aldmoor"))
    world.write("c.txt", story("Brackwater"))
    world.add(world.folder / "b")
    world.add()
    new = world.folder.with_name("moved")
    world.folder.rename(new)
    world.index.move_root(world.folder, new)
    assert [root.path for root in world.index.roots()] == [str(new), str(new / "b")]
    assert dict(world.add(new).counts) == {"unchanged": 2}


def test_an_empty_path_is_no_folder(world: World) -> None:
    with pytest.raises(newsidx.UsageError):
        world.index.add("")


def test_the_address_is_refused_before_anything_is_taken_in(world: World) -> None:
    world.write("a.txt", story("Aldmoor"))
    world.write("b.txt", story("Brackwater"))
    hint = newsidx.Hint("url", "https://news.example/one", "option")
    with world.index.batch() as batch:
        with pytest.raises(newsidx.OptionError):
            batch.add(newsidx.article(key="k", headline="Kept out"), world.folder, hints=(hint,))
        batch.add(newsidx.article(key="l", headline="Taken in"))
    assert world.headlines("kept OR taken") == ["Taken in"]


def test_a_text_that_nothing_has_any_more_is_read_as_new(world: World) -> None:
    """A ledger that claims what the index does not hold heals with the next adds."""
    world.write("a.txt", story("Aldmoor"))
    world.add()
    id_ = next(world.index.ids())
    engine = world.index._engine
    engine.commit(Part(deletes=frozenset({id_})))
    world.write("a.txt.meta.json", "{}")
    world.add()
    world.add()
    assert world.index.search("Aldmoor").total == 1
    assert world.is_clean()


# Random histories


NAMES = ["a.txt", "b.txt", "sub/c.txt"]
TEXTS = [story(word) for word in ("Aldmoor", "Brackwater", "Corvane")]
PAGES = [page(word, "https://news.example/vote", ad=ad) for word in ("Aldmoor", "Corvane") for ad in ("one", "two")]
STEPS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(TEXTS + PAGES)),
    st.tuples(st.just("delete"), st.sampled_from(NAMES), st.none()),
    st.tuples(st.just("move"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("copy"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("add"), st.none(), st.none()),
)


def step(world: World, what: str, name: str, other: str) -> None:
    path = world.folder / name
    match what:
        case "write":
            world.write(name, other)
        case "delete":
            path.unlink(missing_ok=True)
        case "move" | "copy" if path.exists() and name != other:
            target = world.folder / other
            target.parent.mkdir(exist_ok=True)
            do: Callable[[Path, Path], object] = shutil.move if what == "move" else shutil.copy
            do(path, target)


@settings(max_examples=25)
@given(steps=st.lists(STEPS, max_size=14))
def test_after_any_history_the_index_holds_what_is_there(steps: list[tuple[str, str, str]]) -> None:
    with tempfile.TemporaryDirectory() as base:
        world = World(base)
        for what, name, other in steps:
            if what == "add":
                world.add()
            else:
                step(world, what, name, other)
        world.write("stays.txt", story("Dunmere"))
        world.add(prune=True)
        assert world.is_clean()
        there = {str(path): path.read_text() for path in world.folder.rglob("*") if path.is_file()}
        hits = list(world.index.search("council OR vote", limit=None))
        shown = {path for hit in hits for path in hit.paths}
        texts = {path for path, text in there.items() if "<html" not in text}
        assert texts <= shown <= set(there), "a plain text has no URL, so no other text may hide it"
        # Of the pages, which share one URL, exactly the newest text is searched.
        assert sum(1 for hit in hits if hit.url) == (1 if texts != set(there) else 0)
        assert dict(world.add(prune=True).counts).keys() <= {"unchanged"}
        world.index.close()


def test_what_an_add_does_is_no_matter_of_workers_or_order(tmp_path: Path, repo: Path) -> None:
    states = []
    for jobs, names in ((1, ["breakwater-ledger", "thornwick-post"]), (2, ["thornwick-post", "breakwater-ledger"])):
        with newsidx.open(tmp_path / str(jobs), create=True) as index:
            paths = [repo / "corpus" / name for name in names]
            index.add(*paths, jobs=jobs, commit_seconds=0.0 if jobs == 2 else 60.0)
            assert index.check() == []
            hits = index.search("peacekeepers OR eruption", limit=None)
            states.append([(hit.id, hit.score, hit.paths, hit.is_current) for hit in hits])
            states.append(sorted(index.ids()))
    assert states[0] == states[2]
    assert states[1] == states[3]


@pytest.mark.parametrize("in_memory", [True, False])
def test_what_waits_for_a_commit_is_bounded_by_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    names = [f"Corvane{i}" for i in range(6)]
    items: list[object] = [newsidx.article(key=name, headline=f"Vote in {name}", body="It was late.") for name in names]
    if not in_memory:
        for name in names:
            (tmp_path / f"{name}.txt").write_text(f"Vote in {name}\n\nThe council of {name} voted. It was late.\n" * 3)
        items = [*tmp_path.glob("*.txt")]
    found = []
    for share in (0.25, 1e-9):
        monkeypatch.setattr(add_module, "_WAITING_SHARE", share)
        with newsidx.open(tmp_path / f"index{share}", create=True) as idx:
            done = idx.add(*items, jobs=1)  # type: ignore[arg-type]
            assert done.counts["added"] == len(names)
            assert (done.commits > len(names) // 2) == (share < 0.1), done.commits
            assert idx.check() == []
            found.append([(hit.id, hit.score) for hit in idx.search("vote", limit=None)])
    assert found[0] == found[1]
