"""The local engine finds and ranks exactly what the slow reference does, on random articles, commits and queries."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.analysis import analyze
from newsidx.engine.local import LocalEngine
from newsidx.engine.seam import Part
from newsidx.model import Article
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes

from .reference import Reference, Stored
from .strategies import articles, trees

NOW = dt.datetime(2023, 7, 2, 12, tzinfo=dt.UTC)
ALL = SearchRequest("", limit=None, snippets=0)


def found(engine: LocalEngine, tree: nodes.Node, request: SearchRequest = ALL) -> list[tuple[str, float]]:
    stream = engine.search(request, tree, NOW)
    hits = [(hit.id, hit.score) for hit in stream.hits]
    assert request.limit is not None or stream.total == len(hits)
    return hits


def committed(engine: LocalEngine, added: Sequence[Article], **part: object) -> None:
    engine.commit(Part(puts=tuple((article, analyze(article)) for article in added), **part))  # type: ignore[arg-type]


@given(
    batches=st.lists(st.lists(articles(), max_size=5), min_size=1, max_size=3),
    queries=st.lists(trees(), min_size=1, max_size=8),
    data=st.data(),
)
def test_it_finds_and_ranks_what_the_reference_does(
    batches: list[list[Article]], queries: list[nodes.Node], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine.open(f"{folder}/index", create=True)
        stored: dict[str, Stored] = {}
        for batch in batches:
            unique = {article.id: article for article in batch}
            ids = sorted(set(stored) | set(unique))
            gone = frozenset(data.draw(st.sets(st.sampled_from(ids), max_size=2))) - set(unique) if ids else frozenset()
            flips = {id_: data.draw(st.booleans()) for id_ in ids if id_ not in gone and data.draw(st.booleans())}
            committed(engine, list(unique.values()), deletes=gone, earlier=flips)
            for id_, article in unique.items():
                stored[id_] = Stored(article, False)
            for id_ in gone:
                stored.pop(id_, None)
            for id_, earlier in flips.items():
                stored[id_] = Stored(stored[id_].article, earlier)
        assert engine.check() == []
        reference = Reference(stored.values(), NOW)
        for tree in queries:
            hits = found(engine, tree)
            assert {id_ for id_, _ in hits} == reference.matching(tree), tree
            expected = reference.ranked(tree)
            assert [score for _, score in hits] == pytest.approx([score for _, score in expected])
        engine.close()


@given(batch=st.lists(articles(), min_size=1, max_size=6, unique_by=lambda a: a.id), tree=trees())
def test_scores_do_not_depend_on_how_the_index_came_to_be(batch: list[Article], tree: nodes.Node) -> None:
    with tempfile.TemporaryDirectory() as folder:
        at_once = LocalEngine.open(f"{folder}/a", create=True)
        committed(at_once, batch)
        one_by_one = LocalEngine.open(f"{folder}/b", create=True)
        for article in reversed(batch):
            committed(one_by_one, [article])
        assert found(at_once, tree) == found(one_by_one, tree)
        assert one_by_one.check() == []
        at_once.close()
        one_by_one.close()


@given(batch=st.lists(articles(), min_size=1, max_size=6, unique_by=lambda a: a.id), tree=trees())
def test_a_page_of_hits_is_a_stretch_of_all(batch: list[Article], tree: nodes.Node) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine.open(f"{folder}/index", create=True)
        committed(engine, batch)
        for sort in ("relevance", "newest", "oldest"):
            every = found(engine, tree, SearchRequest("", limit=None, sort=sort, snippets=0))
            request = SearchRequest("", limit=2, offset=1, sort=sort, snippets=0)
            assert found(engine, tree, request) == every[1:3]
            total, lines = engine.brief(request, tree, NOW)
            assert (total, [(line.id, line.score) for line in lines]) == (len(every), every[1:3])
            for line in lines:
                article = engine.article(line.id)
                assert article is not None
                assert (line.headline, line.published) == (article.headline or None, article.published)
                assert line.source == (article.source.name or article.source.domain or "")
        engine.close()
