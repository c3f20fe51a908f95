"""The memory of an index: what is read depends on the commit and the captures; reparse forgets the order of adding."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsidx
from newsidx.api import Index
from newsidx.ingest import add as add_module
from newsidx.ingest.ledger import Ledger
from newsidx.ingest.memories import SAMPLE, Memories
from newsidx.ingest.pool import Pool
from newsidx.model import Article
from tests.made.source import APPEAL, SIGN_UP, dump, page, story


@pytest.fixture
def workers() -> None:
    """A test that wants real ones."""


@pytest.fixture(autouse=True)
def in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "workers" not in request.fixturenames:
        monkeypatch.setattr(add_module, "Pool", lambda jobs, **_: Pool(0))


def write(folder: Path, numbers: Iterable[int]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in numbers:
        path = folder / (f"{number}.html" if number % 2 else f"{number}.txt")
        path.write_text(page(number) if number % 2 else dump(number))
        paths.append(path)
    return paths


def index(path: Path) -> Index:
    return newsidx.open(path, create=True)


def held(idx: Index) -> dict[str, Article]:
    return {id_: replace(idx.article(id_), indexed=None) for id_ in idx.ids()}


def by_number(idx: Index) -> dict[int, Article]:
    return {int((article.url or article.canonical_url or "").split("/")[-2]): article for article in held(idx).values()}


def test_an_add_learns_for_the_next(tmp_path: Path) -> None:
    idx = index(tmp_path / "index")
    idx.add(*write(tmp_path / "a", range(6)))
    assert all(SIGN_UP in article.body and "+m" not in article.extractor for article in held(idx).values())
    idx.add(*write(tmp_path / "b", range(6, 12)))
    for number, article in by_number(idx).items():
        assert (article.body == tuple(story(number)[1])) == (number >= 6)
        assert ("+m" in article.extractor) == (number >= 6)
    assert idx.check() == []


def test_commits_on_the_way_change_nothing(tmp_path: Path) -> None:
    paths = write(tmp_path / "a", range(6)), write(tmp_path / "b", range(6, 14))
    whole, parts = index(tmp_path / "whole"), index(tmp_path / "parts")
    for add in paths:
        whole.add(*add)
        report = parts.add(*add, commit_bytes=1)
        assert report.commits == len(add)
    assert held(whole) == held(parts)


def test_adds_of_one_batch_read_with_the_commit_before(tmp_path: Path) -> None:
    idx = index(tmp_path / "index")
    with idx.batch():
        idx.add(*write(tmp_path / "a", range(6)))
        idx.add(*write(tmp_path / "b", range(6, 12)))
    assert all(SIGN_UP in article.body for article in held(idx).values())


@pytest.mark.usefixtures("workers")
def test_neither_workers_nor_order_matter(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a", range(8)), write(tmp_path / "b", range(8, 24))
    found = []
    for number, jobs in enumerate((1, 2, 8)):
        dice = random.Random(number)
        idx = index(tmp_path / f"index{jobs}")
        for paths in (first, second):
            idx.add(*dice.sample(paths, len(paths)), jobs=jobs)
        found.append(held(idx))
    assert found[0] == found[1] == found[2]
    assert sum(SIGN_UP not in article.body for article in found[0].values()) == len(second)


def test_sources_do_not_share_memories(tmp_path: Path) -> None:
    idx = index(tmp_path / "index")
    idx.add(*write(tmp_path / "a", range(6)))
    other = tmp_path / "other.html"
    other.write_text(page(9, host="elsewhere.example"))
    idx.add(other)
    article = next(article for article in held(idx).values() if article.source.domain == "elsewhere.example")
    assert SIGN_UP in article.body and APPEAL in article.body


def test_what_is_removed_is_forgotten(tmp_path: Path) -> None:
    idx = index(tmp_path / "index")
    paths = write(tmp_path / "a", range(6))
    idx.add(*paths)
    sample = Ledger(idx._engine.ledger).memories.sampled("harbour.example")
    assert set(sample) == set(idx.ids())
    idx.remove(paths[0], paths[1])
    sample = Ledger(idx._engine.ledger).memories.sampled("harbour.example")
    assert set(sample) == set(idx.ids()) and len(sample) == 4
    paths[2].unlink()
    idx.add(tmp_path / "a", prune=True, exclude=["0.txt", "1.html"])
    sample = Ledger(idx._engine.ledger).memories.sampled("harbour.example")
    assert set(sample) == set(idx.ids()) and len(sample) == 3


# ---- the sample -----------------------------------------------------------------------------------------------------


def made(pages: dict[str, bytes | None]) -> Memories:
    return Memories(pages.get)


@given(st.permutations(range(3 * SAMPLE)), st.lists(st.integers(1, 3 * SAMPLE), max_size=3))
def test_a_sample_depends_on_the_set_of_captures_alone(order: list[int], cuts: list[int]) -> None:
    pages: dict[str, bytes | None] = {}
    start = 0
    for end in (*sorted(cuts), len(order)):
        memories = made(pages)
        for number in order[start:end]:
            memories.learn("a", f"{number:04}", number.to_bytes(4, "little"))
        pages |= memories.changed()
        start = end
    expected = made({})
    for number in range(3 * SAMPLE):
        expected.learn("a", f"{number:04}", number.to_bytes(4, "little"))
    assert pages == expected.changed()
    assert set(made(pages).sampled("a")) == {f"{number:04}" for number in range(SAMPLE)}


def test_a_sample_with_a_hole_takes_nothing_that_it_would_not_have_had() -> None:
    memories = made({})
    for number in range(SAMPLE + 10):
        memories.learn("a", f"{number:04}", b"")
    memories.forget("a", "0003")
    memories.learn("a", f"{SAMPLE + 1:04}", b"")
    assert set(memories.sampled("a")) == {f"{number:04}" for number in range(SAMPLE) if number != 3}
    memories.learn("a", "0003x", b"")
    assert "0003x" in memories.sampled("a")


@given(st.binary(max_size=100))
def test_a_damaged_page_is_named(data: bytes) -> None:
    with pytest.raises(newsidx.IndexDamaged):
        made(dict.fromkeys(made_names(), data)).template("a")


def made_names() -> list[str]:
    memories = made({})
    memories.learn("a", "0", b"")
    return list(memories.changed())
