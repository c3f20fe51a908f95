"""Facets count exactly, and every row's query finds just the articles of the row."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsidx
from newsidx import analysis, query
from newsidx.engine.local import LocalEngine, _marks
from newsidx.model import Article, Facet, Moment, Source
from newsidx.options import FACETS, SearchRequest
from newsidx.query import tree as nodes

from .reference import Reference, Stored
from .strategies import FEWER, articles, asked, trees
from .test_search import NOW, committed

pytestmark = pytest.mark.usefixtures("unsynced")

SOURCES = [
    Source(),
    Source("RT", "rt.com"),
    Source("rt", "rt.com"),
    Source(None, "rt.com"),
    Source("rt.com"),
    Source("The Times", "times.example"),
    Source("the  times"),
    Source('The "Other" Times', "times.example"),
]


def values_of(article: Article, field: str) -> set[str | None]:
    """What the article is counted under, folded."""
    published = article.published
    long = {"year": 4, "month": 7, "day": 10}
    match field:
        case "source":
            name = article.source.name or article.source.domain
            return {_marks.folded(name) if name else None}
        case "lang":
            return {analysis.primary(article.lang)}
        case "kind":
            return {article.kind}
        case "year" | "month" | "day":
            text = str(published) if published else ""
            return {text[: long[field]] if len(text) >= long[field] else None}
    names = {"tag": article.tags, "author": article.authors, "section": (article.section or "",)}[field]
    return {_marks.folded(name) for name in names if name} or {None}


def expected(found: list[Article], field: str) -> Counter[str | None]:
    return Counter(value for article in found for value in values_of(article, field))


def with_source(article: Article, source: Source) -> Article:
    id_ = hashlib.sha256((article.id + repr(source)).encode()).hexdigest()
    return dataclasses.replace(article, id=id_, source=source)


ARTICLES = st.builds(with_source, articles(), st.sampled_from(SOURCES))


@FEWER
@given(
    batches=st.lists(st.lists(ARTICLES, max_size=6), min_size=1, max_size=3),
    queries=asked(st.one_of(st.just(nodes.Every()), trees())),
    merges=st.booleans(),
)
def test_rows_count_what_their_queries_find(
    batches: list[list[Article]], queries: list[nodes.Node], merges: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine.open(f"{folder}/index", create=True)
        stored: dict[str, Article] = {}
        for batch in batches:
            unique = {article.id: article for article in batch}
            gone = frozenset(list(stored)[:1]) - set(unique)
            committed(engine, list(unique.values()), deletes=gone)
            stored = {id_: article for id_, article in stored.items() if id_ not in gone} | unique
        if merges:
            engine.merge()
        assert engine.check() == []
        reference = Reference([Stored(article, False) for article in stored.values()], NOW)
        for tree in queries:
            ids = reference.matching(tree)
            found = [stored[id_] for id_ in ids]
            request = SearchRequest("", limit=0, facets=FACETS, facet_limit=None)
            stream = engine.search(request, tree, NOW)
            assert set(stream.facets) == set(FACETS)
            for field, facet in stream.facets.items():
                counts = expected(found, field)
                assert {_value(field, row.value): row.count for row in facet.counts} == counts, field
                assert facet.distinct == len([value for value in counts if value is not None])
                for row in facet.counts:
                    narrowed = nodes.And((tree, query.parse(row.query).tree))
                    assert reference.matching(narrowed) == {
                        article.id for article in found if _value(field, row.value) in values_of(article, field)
                    }, row
        engine.close()


def _value(field: str, value: str | None) -> str | None:
    return _marks.folded(value) if value is not None and field in ("source", "tag", "author", "section") else value


@pytest.fixture
def index(tmp_path: Path) -> Iterator[newsidx.Index]:
    with newsidx.open(tmp_path / "index", create=True) as idx:
        for i, tag in enumerate(["Mali", "mali", "Mali", "Niger", "Niger", "Chad", None]):
            idx.add(
                newsidx.article(
                    key=str(i),
                    headline=f"Coup {i}",
                    body="About it.",
                    tags=[tag] if tag else [],
                    published=f"2023-0{i + 1}",
                    section="Africa" if i else "World",
                )
            )
        yield idx


def rows(facet: Facet) -> list[tuple[str | None, int]]:
    return [(row.value, row.count) for row in facet.counts]


def test_the_most_frequent_come_first_and_the_unknown_last(index: newsidx.Index) -> None:
    results = index.search("coup", limit=1, facets=("tag", "section"), facet_limit=2)
    assert results.total == 7
    assert rows(results.facets["tag"]) == [("Mali", 3), ("Niger", 2), (None, 1)]
    assert results.facets["tag"].distinct == 3
    assert [row.query for row in results.facets["section"].counts] == ["section:=Africa", "section:=World"]


def test_times_come_in_order_the_latest_where_there_are_too_many(index: newsidx.Index) -> None:
    facets = index.search("coup", facets=("month", "day", "year"), facet_limit=3).facets
    assert rows(facets["month"]) == [("2023-05", 1), ("2023-06", 1), ("2023-07", 1)]
    assert facets["month"].distinct == 7
    assert rows(facets["year"]) == [("2023", 7)]
    assert rows(facets["day"]) == [(None, 7)]  # none of them says its day


def test_no_facets_where_none_are_asked_for_or_nothing_is_found(index: newsidx.Index) -> None:
    assert index.search("coup").facets == {}
    (facet,) = index.search("zeppelin", facets="tag").facets.values()
    assert facet == Facet("tag", (), 0)


def test_filters_narrow_and_rank_nothing(index: newsidx.Index) -> None:
    plain = index.search("coup", limit=None)
    scores = {hit.id: hit.score for hit in plain}
    filtered = index.search("coup", filters=("about tag:mali", "NOT section:=world"))
    assert filtered.total == 2
    assert all(scores[hit.id] == hit.score for hit in filtered)
    assert index.search("coup", section="AFRICA").total == 6
    assert index.search("coup", section=("none", 'South "Africa" Jr.')).total == 0
    assert index.search("coup", section=("africa", "world"), kind="live").total == 0
    with pytest.raises(newsidx.QuerySyntaxError) as error:
        index.search("coup", filters="tag:mali (niger")
    assert error.value.text == "tag:mali (niger"
    with pytest.raises(newsidx.QueryUnsupported) as unsupported:
        index.search("coup", filters="is:reprint")
    assert unsupported.value.text == "is:reprint"


def test_a_random_order_is_a_function_of_the_articles_and_the_seed(index: newsidx.Index, tmp_path: Path) -> None:
    first = [hit.id for hit in index.search("coup", sort="random", seed=1)]
    assert first == [hit.id for hit in index.search("coup", sort="random", seed=1)]
    assert sorted(first) == sorted(hit.id for hit in index.search("coup"))
    orders = {tuple(hit.id for hit in index.search("coup", sort="random", seed=seed)) for seed in range(20)}
    assert len(orders) > 15
    pages = [hit.id for offset in (0, 3, 6) for hit in index.search("coup", sort="random", offset=offset, limit=3)]
    assert len(set(pages)) == 7


def test_the_day_is_the_one_that_was_printed(tmp_path: Path) -> None:
    with newsidx.open(tmp_path / "index", create=True) as idx:
        when = Moment(dt.datetime(2023, 7, 1, 23, 30), "minute", -300)
        idx.add(newsidx.article(key="a", headline="Late", body="It was late.", published=str(when)))
        (row,) = idx.search("late", facets="day").facets["day"].counts
        assert (row.value, row.query) == ("2023-07-01", "date:2023-07-01")
        assert idx.search("late", filters=row.query).total == 1
