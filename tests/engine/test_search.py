"""The local engine finds and ranks exactly what the slow reference does, on random articles, commits and queries."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.analysis import analyze
from newsidx.engine.local import LocalEngine, _marks
from newsidx.engine.local._spots import adjacent
from newsidx.engine.seam import Part
from newsidx.model import Article, Link, Source
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes

from .reference import Reference, Stored
from .strategies import FEWER, articles, asked, trees

pytestmark = pytest.mark.usefixtures("unsynced")

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


@FEWER
@given(batch=st.lists(articles(), min_size=1, max_size=6, unique_by=lambda a: a.id), queries=asked(trees()))
def test_scores_do_not_depend_on_how_the_index_came_to_be(batch: list[Article], queries: list[nodes.Node]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        at_once = LocalEngine.open(f"{folder}/a", create=True)
        committed(at_once, batch)
        one_by_one = LocalEngine.open(f"{folder}/b", create=True)
        for article in reversed(batch):
            committed(one_by_one, [article])
        for tree in queries:
            assert found(at_once, tree) == found(one_by_one, tree)
        assert one_by_one.check() == []
        at_once.close()
        one_by_one.close()


@FEWER
@given(batch=st.lists(articles(), min_size=1, max_size=6, unique_by=lambda a: a.id), queries=asked(trees()))
def test_a_page_of_hits_is_a_stretch_of_all(batch: list[Article], queries: list[nodes.Node]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine.open(f"{folder}/index", create=True)
        committed(engine, batch)
        for tree, sort in itertools.product(queries, ("relevance", "newest", "oldest")):
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


def made(name: str, **fields: object) -> Article:
    return Article(hashlib.sha256(name.encode()).hexdigest(), lang="en", **fields)  # type: ignore[arg-type]


def test_a_phrase_is_mentioned_once_where_it_stands_once(tmp_path: Path) -> None:
    engine = LocalEngine.open(tmp_path / "index", create=True)
    filler = tuple(f"filler{i}" for i in range(20))
    once = made("once", body=("red green blue grey", *filler))
    twice = made("twice", body=("grey", "grey", "a b", *filler))
    committed(engine, [once, twice, made("none", body=filler)])
    (phrase,) = found(engine, nodes.Phrase("red green blue grey"))
    (word,) = found(engine, nodes.Word("red"))
    assert phrase == word  # as rare, in the same place
    stream = engine.search(SearchRequest(""), nodes.Phrase("red green blue grey"), NOW)
    (hit,) = stream.hits
    assert [piece.text for piece in hit.snippets[0].pieces if piece.is_match] == ["red", "green", "blue", "grey"]
    engine.close()


def test_a_page_full_of_links_has_a_bounded_number_of_marks() -> None:
    folders = "/".join(f"folder{i}" for i in range(900))
    links = tuple(Link(f"https://host{i}.example/{folders}/page{i}?q={i}", "", 0) for i in range(300))
    marks = list(_marks.article_marks(made("links", links=links)))
    of_links = [mark for mark in marks if mark.startswith("link:")]
    assert len(of_links) == len(set(of_links)) <= _marks.MAX_LINK_KEYS
    assert max(map(len, marks)) <= _marks.MAX_KEY + 10
    for link in links:  # all addresses and hosts are there, deep as they are
        host = link.url.split("/")[2]
        assert {f"link:{_marks.url_key(link.url)}", f"link:{host}", f"link:{host}/folder0"} <= set(of_links)
    many = tuple(Link(f"https://a.example/{i}/x", "", 0) for i in range(4000))
    assert len(_marks.link_keys(link.url for link in many)) == _marks.MAX_LINK_KEYS


@pytest.mark.parametrize("host", ["a." * 20_000 + "example", "." * 20_000, "x" * 20_000, ""])
def test_absurd_hosts_have_a_few_short_suffixes(host: str) -> None:
    suffixes = list(_marks.domain_suffixes(host))
    assert len(suffixes) == len(set(suffixes)) <= _marks.MAX_LABELS + 1
    assert max(map(len, suffixes)) <= _marks.MAX_KEY
    assert list(_marks.domain_suffixes("News.Gov.UK.")) == ["news.gov.uk", "gov.uk", "uk"]


def test_very_long_values_are_found_and_told_apart(tmp_path: Path) -> None:
    engine = LocalEngine.open(tmp_path / "index", create=True)
    long = "x" * 400
    hosts = [f"{'a.' * 300}{end}.example" for end in "bc"]
    articles_ = [
        made(
            end,
            url=f"https://news.example/{long}{end}",
            links=(Link(f"https://www.other.example/{long}/{end}?q#fragment", "", 0),),
            tags=(long + end,),
            source=Source(long + end, hosts[i]),
        )
        for i, end in enumerate("bc")
    ]
    committed(engine, articles_)
    for i, end in enumerate("bc"):
        for attr in (
            nodes.Attr("url", f"http://www.news.example/{long}{end}/"),
            nodes.Attr("link", f"other.example/{long}/{end}?q"),
            nodes.Attr("link", f"other.example/{long}/{end}"),
            nodes.Attr("tag", (long + end).upper()),
            nodes.Attr("source", long + end),
            nodes.Attr("source", hosts[i]),
            nodes.Attr("site", hosts[i]),
            nodes.Attr("site", f"a.a.a.{end}.example"),
        ):
            assert [id_ for id_, _ in found(engine, attr)] == [articles_[i].id], attr
    assert len(found(engine, nodes.Attr("link", f"other.example/{long}"))) == 2
    assert found(engine, nodes.Attr("site", f"*.{hosts[0]}")) == []
    assert len(found(engine, nodes.Attr("site", "*.example"))) == 2
    assert engine.check() == []
    engine.close()


def test_a_limit_of_none_at_all_still_counts(tmp_path: Path) -> None:
    engine = LocalEngine.open(tmp_path / "index", create=True)
    committed(engine, [made("a", headline="Mali"), made("b", headline="Mali")])
    stream = engine.search(SearchRequest("", limit=0), nodes.Word("mali"), NOW)
    assert (stream.total, list(stream.hits)) == (2, [])
    engine.close()


def test_what_begins_the_first_article_follows_nothing() -> None:
    """Its key less one is no key: as a place in a list of marks it would be the last one."""
    everywhere = np.arange(11)
    assert adjacent([everywhere, np.array([0])]).tolist() == []
    assert adjacent([everywhere, np.array([0, 4])]).tolist() == [3]
