"""Merged segments answer what the many did, hold nothing that was removed, and stay few; and a segment is the same
whoever analysed its articles."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.analysis import analyze
from newsidx.engine.local import LocalEngine
from newsidx.engine.local._merge import FAN
from newsidx.engine.seam import Part
from newsidx.model import Article
from newsidx.query import tree as nodes

from .reference import Reference, Stored
from .strategies import articles, trees
from .test_commit import NOW, found, made, part

pytestmark = pytest.mark.usefixtures("unsynced")


def test_there_are_few_segments_however_many_commits(tmp_path: Path) -> None:
    engine = LocalEngine.open(tmp_path / "index", create=True)
    most = 0
    for i in range(200):
        engine.commit(part(made(f"a{i % 60}", f"version {i}"), deletes=frozenset({made(f"a{(i * 7) % 60}").id})))
        most = max(most, len(engine._view.segments))
    assert most <= 3 * FAN
    assert engine.check() == []
    engine.close()


def test_merging_leaves_nothing_of_what_was_removed(tmp_path: Path) -> None:
    engine = LocalEngine.open(tmp_path / "index", create=True)
    engine.commit(part(made("Aldmoor", "Xylograph of a Quokka."), made("Brackwater")))
    engine.commit(part(made("Corvane"), deletes=frozenset({made("Aldmoor").id})))
    engine.merge()
    assert engine.check() == []
    for segment in engine._view.segments:
        texts = b"".join(segment.stored[i] for i in range(segment.stored.count)).lower()
        for dictionary in (segment.terms, segment.written, segment.lexicon, segment.marks):
            texts += b" ".join(dictionary.strings()).lower()
        for gone in (b"xylograph", b"quokka", b"aldmoor"):
            assert gone not in texts
        assert b"corvane" in texts
    assert found(engine, nodes.Word("quokka")) == []
    engine.close()


def test_a_word_that_comes_back_is_known_in_every_language(tmp_path: Path) -> None:
    """A merge drops what no article has any more. What another segment says of the word, of a language that came later,
    must not pass for all that is known of it."""
    engine = LocalEngine.open(tmp_path / "index", create=True)
    first, german, again = (
        replace(made(title, text), lang=lang)
        for title, text, lang in (("a", "Libère.", "fr"), ("b", "Die Fähre.", "de"), ("c", "Libère.", "fr"))
    )
    engine.commit(part(first))
    engine.commit(part(german))
    engine.commit(part(deletes=frozenset({first.id})))
    engine.commit(part(again))
    for word in ("libérer", "libère", "libere"):
        assert [id_ for id_, _ in found(engine, nodes.Word(word))] == [again.id], word
    engine.close()


def frames_of(folder: Path) -> list[dict[str, bytes]]:
    view = LocalEngine.open(folder)._view
    return [
        {guard.name.rpartition(", ")[2]: guard.bytes(0, guard.length) for guard in segment.guards()}
        for segment in view.segments
    ]


@given(st.lists(articles(), min_size=1, max_size=6, unique_by=lambda article: article.id))
def test_a_segment_is_the_same_whoever_analysed_its_articles(added: list[Article]) -> None:
    """Articles that share a vocabulary, and articles with one each."""
    with tempfile.TemporaryDirectory() as folder:
        for name, puts in {
            "shared": tuple((article, analyze(article)) for article in added),
            "alone": tuple((article, analyze(article).alone()) for article in added),
        }.items():
            engine = LocalEngine.open(f"{folder}/{name}", create=True)
            engine.commit(Part(puts=puts))
            engine.close()
        assert frames_of(Path(folder) / "shared") == frames_of(Path(folder) / "alone")


def batches() -> st.SearchStrategy[list[list[Article]]]:
    return st.lists(st.lists(articles(), max_size=4), min_size=1, max_size=4)


@given(batches(), st.lists(trees(), min_size=1, max_size=5), st.data())
def test_merging_changes_no_answer(added: list[list[Article]], queries: list[nodes.Node], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine.open(f"{folder}/index", create=True)
        stored: dict[str, Stored] = {}
        for batch in added:
            unique = {article.id: article for article in batch}
            ids = sorted(set(stored) - set(unique))
            gone = frozenset(data.draw(st.sets(st.sampled_from(ids), max_size=2))) if ids else frozenset()
            flips = {id_: True for id_ in sorted(unique) if data.draw(st.integers(0, 4)) == 0}
            engine.commit(part(*unique.values(), deletes=gone, earlier=flips))
            stored |= {id_: Stored(article, id_ in flips) for id_, article in unique.items()}
            for id_ in gone:
                del stored[id_]
            if data.draw(st.booleans()):
                engine.merge()
        before = [found(engine, tree) for tree in queries]
        reference = Reference(stored.values(), NOW)
        for tree, hits in zip(queries, before, strict=True):
            assert {id_ for id_, _ in hits} == reference.matching(tree), tree
        engine.merge()
        assert len(engine._view.segments) <= 1
        assert [found(engine, tree) for tree in queries] == before
        assert engine.check() == []
        engine.close()
