"""Commits with the help of other processes: the same index, whoever made its segments."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import newsidx
from newsidx.engine.local import LocalEngine, _parts
from newsidx.engine.local._parts import BUILD
from newsidx.engine.seam import Part
from newsidx.errors import OptionError
from newsidx.ingest import add as adding
from newsidx.ingest.hands import Helpers
from newsidx.model import Article, Moment, Source, capture_id

WORKER_BYTES = 1 << 30
LANGS = ("en", "de", "fr", None)


def article(number: int) -> Article:
    words = " ".join(f"word{number % (i + 2)} running Häuser élections" for i in range(number % 7 + 1))
    return Article(
        capture_id(str(number).encode()),
        headline=f"Number {number}",
        body=(f"{words}.", f"Houses of {number}. The end."),
        tags=("even" if number % 2 else "odd",),
        published=Moment.parse(f"2024-01-{number % 28 + 1:02}"),
        source=Source(f"site{number % 3}", f"site{number % 3}.example"),
        lang=LANGS[number % 4],
    )


def parts() -> list[Part]:
    """Articles in several languages; then more of them, some anew, some removed, some earlier versions now."""
    first = [article(number) for number in range(60)]
    second = [article(number) for number in range(50, 100)]
    return [
        Part(puts=tuple((each, None) for each in first), ledger={"page": b"one"}),
        Part(
            puts=tuple((each, None) for each in second),
            deletes=frozenset(each.id for each in first[:5]),
            earlier={first[7].id: True, second[-1].id: True},
            ledger={"page": None, "other": b"two"},
        ),
    ]


def made(folder: Path, hands: Any) -> LocalEngine:
    engine = LocalEngine.open(folder, create=True)
    for part in parts():
        engine.commit(part, hands)
    return engine


def said(folder: Path, engine: LocalEngine) -> list[object]:
    """What an index holds and how it answers, whatever its segments."""
    totals = engine.stats()
    index = newsidx.open(folder)
    answers: list[object] = [totals.articles, totals.earlier, totals.by_kind, totals.by_lang, totals.by_source]
    answers += [[engine.article(id_) for id_ in engine.ids()], engine.ledger("page"), engine.ledger("other")]
    for query in ("run", "haus", "häuser", "election", '"the end"', "number*", "houses word1", "tag:even", "word3~1"):
        answers.append([(hit.article.id, hit.score) for hit in index.search(query, limit=100)])
    index.close()
    return answers


@pytest.fixture
def easily_helped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parts, "_HANDS_TOKENS", 1)


@pytest.mark.usefixtures("easily_helped")
def test_an_index_is_the_same_whoever_made_its_segments(tmp_path: Path) -> None:
    alone = made(tmp_path / "alone", None)
    with Helpers(2, worker_bytes=WORKER_BYTES) as helpers:
        asked: list[str] = []

        class Counted(Helpers):
            def run(self, function: str, orders: Sequence[tuple[object, ...]]) -> list[Any]:
                results = helpers.run(function, orders)
                asked.extend(function for result in results if result is not None)
                return results

        helped = made(tmp_path / "helped", Counted(2, worker_bytes=WORKER_BYTES))
    assert asked == [BUILD] * 4
    assert helped.check() == [] == alone.check()
    assert said(tmp_path / "helped", helped) == said(tmp_path / "alone", alone)


@pytest.mark.usefixtures("easily_helped")
def test_what_a_helper_cannot_do_is_done_here(tmp_path: Path) -> None:
    class Unable:
        jobs = 3

        def run(self, function: str, orders: Sequence[tuple[object, ...]]) -> list[Any]:
            return [None] * len(orders)

    engine = made(tmp_path / "unable", Unable())
    assert engine.check() == []
    assert said(tmp_path / "unable", engine) == said(tmp_path / "alone", made(tmp_path / "alone", None))


@pytest.mark.usefixtures("easily_helped")
def test_segments_of_a_commit_that_never_was_are_taken_away_by_the_next(tmp_path: Path) -> None:
    class Halted(Helpers):
        def run(self, function: str, orders: Sequence[tuple[object, ...]]) -> list[Any]:
            super().run(function, orders)
            raise KeyboardInterrupt

    engine = LocalEngine.open(tmp_path / "index", create=True)
    with Halted(2, worker_bytes=WORKER_BYTES) as helpers, pytest.raises(KeyboardInterrupt):
        engine.commit(parts()[0], helpers)
    assert [engine.stats().articles, len(list((tmp_path / "index").glob("*.seg")))] == [0, 2]
    engine.commit(parts()[0])
    assert engine.stats().articles == 60
    assert len(list((tmp_path / "index").glob("*.seg"))) == 1
    assert engine.check() == []


def test_a_helper_that_fails_is_no_error_of_the_helped() -> None:
    with Helpers(2, worker_bytes=WORKER_BYTES) as helpers:
        assert helpers.run("json:loads", [("[1]",), ("[",), ("2",)]) == [[1], None, 2]
        assert helpers.run("os:_exit", [(3,)]) == [None]
        assert helpers.run("json:loads", [("3",)]) == [3]


def test_helpers_are_not_started_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Helpers, function: str, orders: object) -> list[Any]:
        raise AssertionError("asked for help")

    monkeypatch.setattr(Helpers, "run", fail)
    with newsidx.open(tmp_path, create=True) as index:
        index.add(*(newsidx.article(key=str(number), body="A few words.") for number in range(20)), jobs=2)


def test_many_articles_made_in_memory_are_finished_by_helpers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "_ARTICLES_AT_ONCE", 20)
    monkeypatch.setattr(adding, "_ARTICLES_A_TASK", 5)
    monkeypatch.setattr(_parts, "_HANDS_TOKENS", 1)
    articles = [
        newsidx.article(key=str(number), headline=f"The number {number}", body="Words that stand in it. And more.")
        for number in range(50)
    ]
    indexed = []
    for jobs in (1, 2):
        with newsidx.open(tmp_path / str(jobs), create=True) as index:
            report = index.add(*articles, jobs=jobs)
            assert report.counts == {"added": 50}
            found = index.search("number", limit=100)
            indexed.append([(hit.article.id, hit.article.lang, hit.score) for hit in found])
            assert index.check() == []
    assert indexed[0] == indexed[1]
    assert len(indexed[0]) == 50


def test_what_is_wrong_with_one_of_many_articles_is_told_by_its_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "_ARTICLES_AT_ONCE", 4)
    monkeypatch.setattr(adding, "_ARTICLES_A_TASK", 2)
    good = [newsidx.article(key=str(number), body="Words.") for number in range(6)]
    for wrong in (Article("", key="x", section=7), Article("", key="x", body=(lambda: None,))):  # type: ignore[arg-type]
        with newsidx.open(tmp_path, create=True) as index, pytest.raises(OptionError, match=r"section|body"):
            index.add(*good, wrong, jobs=2)


def test_a_helper_sees_no_main_module(tmp_path: Path) -> None:
    with Helpers(1, worker_bytes=WORKER_BYTES) as helpers:
        (pid,) = helpers.run("os:getpid", [()])
        assert pid != os.getpid()
        assert json.loads(helpers.run("json:dumps", [([1, 2],)])[0]) == [1, 2]
