"""Reparse: what is here is read again, and then an index is a function of its captures, not of how they were added."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsidx
from newsidx.api import Index
from newsidx.extract import html
from newsidx.extract import text as text_reader
from newsidx.ingest import add as add_module
from newsidx.ingest import reparse as reparse_module
from newsidx.ingest.ledger import Ledger
from newsidx.ingest.memories import SAMPLE
from newsidx.ingest.pool import Pool
from newsidx.model import Article, Outcome
from tests.made.archives import Made, warc
from tests.made.source import SIGN_UP, dump, page, story


@pytest.fixture
def workers() -> None:
    """A test that wants real ones."""


@pytest.fixture(autouse=True)
def in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "workers" in request.fixturenames:
        return
    for module in (add_module, reparse_module):
        monkeypatch.setattr(module, "Pool", lambda jobs, **_: Pool(0))


def write(folder: Path, numbers: Iterable[int]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in numbers:
        path = folder / (f"{number}.html" if number % 2 else f"{number}.txt")
        path.write_text(page(number) if number % 2 else dump(number))
        paths.append(path)
    return paths


def held(idx: Index) -> dict[str, tuple[Article, bool]]:
    return {id_: (replace(idx.article(id_), indexed=None), idx._engine.is_earlier(id_)) for id_ in idx.ids()}


def memory_of(idx: Index, source: str = "harbour.example") -> object:
    memories = Ledger(idx._engine.ledger).memories
    return dict(memories.sampled(source)), memories.current(source)


def test_earlier_captures_are_brought_up(tmp_path: Path) -> None:
    idx = newsidx.open(tmp_path / "index", create=True)
    idx.add(*write(tmp_path / "a", range(8)))
    before = {id_: idx.article(id_).indexed for id_ in idx.ids()}
    outcomes: list[Outcome] = []
    report = idx.reparse(report=outcomes.append)
    assert report.counts == {"changed": 8} and len(outcomes) == 8
    assert all(SIGN_UP not in article.body for article, _ in held(idx).values())
    assert {id_: idx.article(id_).indexed for id_ in idx.ids()} == before
    assert idx.check() == []
    assert idx.reparse().counts == {"unchanged": 8}
    assert idx.reparse(stale=True).counts == {}


def test_stale_are_those_of_another_reader_or_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    idx = newsidx.open(tmp_path / "index", create=True)
    idx.add(*write(tmp_path / "a", range(8)))
    idx.reparse()
    idx.add(*write(tmp_path / "b", range(8, 9)))
    assert sum(idx.reparse(stale=True).counts.values()) in (0, 9)  # as the one has changed the template, or has not
    assert idx.reparse(stale=True).counts == {}
    monkeypatch.setattr(html, "EXTRACTOR", "html-next")
    assert idx.reparse(stale=True).counts == {"unchanged": 4}
    assert {article.extractor.partition("+")[0] for article, _ in held(idx).values()} == {
        "html-next",
        text_reader.EXTRACTOR,
    }


def test_only_the_sources_asked_for(tmp_path: Path) -> None:
    idx = newsidx.open(tmp_path / "index", create=True)
    for host in ("harbour.example", "elsewhere.example"):
        for number in range(6):
            path = tmp_path / host / f"{number}.html"
            path.parent.mkdir(exist_ok=True)
            path.write_text(page(number, host=host))
    idx.add(tmp_path / "harbour.example", tmp_path / "elsewhere.example")
    assert idx.reparse(source="www.Elsewhere.example").counts == {"changed": 6}
    assert idx.reparse(source="harbour post", stale=True).counts == {"changed": 6}
    assert idx.reparse(source="nobody").counts == {}


def test_what_is_gone_keeps_its_article_and_is_told(tmp_path: Path) -> None:
    idx = newsidx.open(tmp_path / "index", create=True)
    paths = write(tmp_path / "a", range(8))
    idx.add(*paths)
    before = held(idx)
    paths[0].unlink()
    paths[1].write_text("<html><body><p>Something else stands here now.</p></body></html>")
    idx.add(newsidx.article(key="made", body="An article made in memory."))
    report = idx.reparse()
    assert report.counts == {"changed": 6, "gone": 2}
    assert {(outcome.path, outcome.reason) for outcome in report.examples} == {
        (str(paths[0]), "gone"),
        (str(paths[1]), "changed"),
    }
    gone = {outcome.id for outcome in report.examples}
    assert {id_: held(idx)[id_] for id_ in gone} == {id_: before[id_] for id_ in gone}
    assert idx.check() == []


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    idx = newsidx.open(tmp_path / "index", create=True)
    idx.add(*write(tmp_path / "a", range(8)))
    before = held(idx)
    report = idx.reparse(dry_run=True)
    assert report.counts == {"changed": 8} and report.dry_run and report.commits == 0
    assert held(idx) == before and idx.reparse().counts == {"changed": 8}


def test_records_of_containers_are_read_again(tmp_path: Path) -> None:
    idx = newsidx.open(tmp_path / "index", create=True)
    crawl = tmp_path / "crawl.warc.gz"
    crawl.write_bytes(
        warc([Made(f"https://harbour.example/2024/{number}/story", page(number).encode()) for number in range(40)])
    )
    idx.add(crawl)
    assert idx.reparse().counts == {"changed": 40}
    assert all(SIGN_UP not in article.body for article, _ in held(idx).values())
    crawl.unlink()
    assert idx.reparse().counts == {"gone": 40}


def test_an_interrupt_commits_what_was_read(tmp_path: Path) -> None:
    idx = newsidx.open(tmp_path / "index", create=True)
    idx.add(*write(tmp_path / "a", range(8)))
    calls = []

    def interrupt(progress: newsidx.Progress) -> None:
        calls.append(progress)
        if len(calls) == 3:
            raise KeyboardInterrupt

    with pytest.raises(newsidx.AddInterrupted) as caught:
        idx.reparse(progress=interrupt)
    assert caught.value.report.counts == {"changed": 3} and caught.value.report.interrupted
    assert sum(SIGN_UP not in article.body for article, _ in held(idx).values()) == 3
    assert idx.check() == []
    assert idx.reparse(stale=True).counts == {"changed": 5}


def test_holes_in_a_sample_are_filled(tmp_path: Path) -> None:
    idx, other = (newsidx.open(tmp_path / name, create=True) for name in ("one", "other"))
    paths = write(tmp_path / "a", range(SAMPLE + 6))
    idx.add(*paths)
    idx.remove(*paths[:10])
    other.add(*paths[10:])
    assert memory_of(idx) != memory_of(other)
    idx.reparse(stale=True), other.reparse(stale=True)
    assert memory_of(idx) == memory_of(other) and held(idx) == held(other)


@pytest.mark.usefixtures("workers")
def test_workers_read_with_the_samples_as_they_are_filled(tmp_path: Path) -> None:
    idx, other = (newsidx.open(tmp_path / name, create=True) for name in ("one", "other"))
    paths = write(tmp_path / "a", range(SAMPLE + 6))
    idx.add(*paths, jobs=2)
    idx.remove(*paths[:20])
    other.add(*paths[20:], jobs=1)
    idx.reparse(jobs=2), other.reparse(jobs=1)
    assert memory_of(idx) == memory_of(other) and held(idx) == held(other)
    assert idx.reparse(stale=True, jobs=2).counts == {}


def test_templates_of_former_readings_are_kept_while_they_are_in_use(tmp_path: Path) -> None:
    idx = newsidx.open(tmp_path / "index", create=True)
    for number in range(4):
        idx.add(*write(tmp_path / str(number), range(number * 4, number * 4 + 4)))
    memories = Ledger(idx._engine.ledger).memories
    digests = {article.extractor.partition("+m")[2] for article, _ in held(idx).values()}
    assert len(digests) > 1
    for digest in digests:
        template = memories.recorded("harbour.example", digest)
        assert template is not None and template.digest == digest
    idx.reparse()
    memories = Ledger(idx._engine.ledger).memories
    (digest,) = {article.extractor.partition("+m")[2] for article, _ in held(idx).values()}
    assert all(memories.recorded("harbour.example", old) is None for old in digests - {digest, ""})


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), cuts=st.lists(st.integers(1, 19), max_size=3))
def test_after_it_the_order_of_adding_does_not_matter(
    seed: int, cuts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Also of duplicates and versions, in folders that were added in different orders."""
    base = tmp_path_factory.mktemp("order")
    paths = [*write(base / "a", range(14)), *write(base / "b", (3, 5, 8))]
    for name, text in (
        ("c", "A first version of it, that says less."),
        ("d", "Another version of it, that says more."),
    ):
        path = base / name / "version.html"
        path.parent.mkdir()
        path.write_text(page(1, texts=[*story(1)[1], text]))
        paths.append(path)
    (base / "b" / "copy.html").write_text(page(7) + "\n")
    paths.append(base / "b" / "copy.html")
    expected = newsidx.open(base / "expected", create=True)
    expected.add(*paths)
    expected.reparse()
    idx = newsidx.open(base / "index", create=True)
    dice = random.Random(seed)
    order = dice.sample(paths, len(paths))
    start = 0
    for end in (*sorted(cuts), len(order)):
        if order[start:end]:
            idx.add(*order[start:end])
        start = max(start, end)
    idx.reparse(stale=dice.random() < 0.5)
    assert held(idx) == held(expected)
    assert memory_of(idx) == memory_of(expected)
    assert {os.path.basename(path) for id_ in idx.ids() for path in idx.paths(id_)} == {path.name for path in paths}
    assert idx.check() == []
