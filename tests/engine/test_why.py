"""Explanations say what the engine does; reasons are true, and the change that they offer finds the article."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsidx
from newsidx import query
from newsidx.engine.local import LocalEngine
from newsidx.model import Article, Why, WordReading
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes

from .reference import Reference, Stored
from .strategies import FEWER, articles, asked, trees
from .test_search import NOW, committed

pytestmark = pytest.mark.usefixtures("unsynced")


@FEWER
@given(
    batch=st.lists(articles(), min_size=1, max_size=6, unique_by=lambda a: a.id),
    queries=asked(trees()),
    data=st.data(),
)
def test_why_agrees_with_the_search_and_its_change_finds_the_article(
    batch: list[Article], queries: list[nodes.Node], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine.open(f"{folder}/index", create=True)
        earlier = {article.id: True for article in batch if data.draw(st.booleans())}
        committed(engine, batch, earlier=earlier)
        reference = Reference([Stored(article, article.id in earlier) for article in batch], NOW)
        for tree in queries:
            found = [hit.id for hit in engine.search(SearchRequest("", limit=None, snippets=0), tree, NOW).hits]
            scores = dict(reference.ranked(tree))
            for article in batch:
                why = engine.why(SearchRequest(""), tree, NOW, article.id)
                assert why is not None
                assert (why.id, why.matches, why.total) == (article.id, article.id in found, len(found))
                if why.matches:
                    assert why.rank == found.index(article.id) + 1
                    assert why.score == pytest.approx(scores[article.id])
                    assert sum(part.score for part in why.parts) == pytest.approx(why.score)
                    assert why.change is None
                else:
                    assert why.rank is None
                    assert not all(part.matches for part in why.parts)
                    if why.change is not None:
                        assert article.id in reference.matching(query.parse(why.change).tree), why
        engine.close()


@FEWER
@given(batch=st.lists(articles(), max_size=6, unique_by=lambda a: a.id), queries=asked(trees()))
def test_the_parts_of_an_explanation_count_what_they_find(batch: list[Article], queries: list[nodes.Node]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine.open(f"{folder}/index", create=True)
        committed(engine, batch)
        reference = Reference([Stored(article, False) for article in batch], NOW)
        for tree in queries:
            plain = engine.search(SearchRequest("", limit=None), tree, NOW)
            stream = engine.search(SearchRequest("", limit=None, explain=True), tree, NOW)
            assert (stream.total, stream.notes) == (plain.total, plain.notes)
            assert [(hit.id, hit.score) for hit in stream.hits] == [(hit.id, hit.score) for hit in plain.hits]
            explanation = stream.explanation
            assert explanation is not None
            assert explanation.parts[0].articles == stream.total
            kinds = {node.field for node in nodes.walk(tree) if isinstance(node, nodes.Attr)}
            if not kinds & {"kind", "versions", "id"}:  # these change what is searched for the query as a whole
                inside = [part for part in explanation.parts if part.depth == 1]
                if isinstance(tree, nodes.And | nodes.Or):
                    assert [part.articles for part in inside] == [len(reference.matching(part)) for part in tree.parts]
        engine.close()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsidx.Index]:
    with newsidx.open(tmp_path_factory.mktemp("why") / "index", create=True) as idx:
        idx.add(
            newsidx.article(
                key="mali",
                headline="Peacekeepers leave Mali",
                body="The troops withdrew at dawn.\n\nThe Turkish minister for defence said the troops left.",
                published="2023-07-01",
                source="The Times",
                lang="en",
                tags=["Mali"],
                section="World",
            ),
            newsidx.article(key="de", headline="Abzug aus Mali", body="Die Truppen gehen.", lang="de"),
            newsidx.article(key="no", headline="Nothing of note", body="Only a few words of it."),
        )
        yield idx


def why(index: newsidx.Index, text: str, **options: object) -> Why:
    (id_,) = (hit.id for hit in index.search("peacekeepers", limit=1))
    return index.why(text, id_, **options)


@pytest.mark.parametrize(
    ("text", "reason", "change"),
    [
        ("peacekeepers zebra", "the word 'zebra' is not in it", "peacekeepers"),
        ("headline:troops", "not in headline:, but in body:", "troops"),
        ("headline:peacekeepers deck:mali", "not in deck:, but in headline:, tag:", "headline:peacekeepers mali"),
        ("world mali", "only in section:", "section:world mali"),
        ("exact:withdraw mali", "only in another form", "withdraw mali"),
        ("case:turkish", "only with other capitals", "exact:turkish"),
        ('"troops dawn"', "its words stand further apart: within 2 more", '"troops dawn"~2'),
        ("troops NEAR/2 dawn", "the nearest are 3 words apart", "troops NEAR/3 dawn"),
        ("dawn PRE/3 withdrew", "only in the other order", "dawn NEAR/3 withdrew"),
        ("troops SAME/S zebra", "the word 'zebra' is not in it", "troops"),
        ("withdrew SAME/P minister", "both are in it, but not in one paragraph", "withdrew AND minister"),
        ("atleast5:troops", "only 2 mentions", "atleast2:troops"),
        ("troops lang:de", "its language is en", "troops"),
        ("troops kind:live", "its kind is article", "troops kind:article"),
        ("troops source:rt", "its source is The Times", "troops"),
        ("troops tag:niger", "its tags: Mali", "troops"),
        ("troops section:=africa", "its section is World", "troops"),
        ("troops author:=x", "its authors: unknown", "troops"),
        ("troops date:2022", "published 2023-07-01", "troops date:2022..2023-07-01"),
        ("troops captured:2022", "its captured date is unknown", "troops"),
        ("troops words:100..200", "its body has 14 words", "troops words:14..200"),
        ("troops -mali", "it matches mali, which was ruled out", "troops"),
        ("defen", "only as the beginning of another word", "defen*"),
        ("peacekeeprs", "only a word that is much like it", "peacekeeprs~"),
        ("zebra OR headline:troops", "none of these holds", "troops"),
    ],
)
def test_what_is_missing_is_told(index: newsidx.Index, text: str, reason: str, change: str) -> None:
    told = why(index, text)
    assert not told.matches
    assert reason in next(part.reason for part in told.parts if not part.matches), told.parts
    assert told.change == change
    assert told.id in [hit.id for hit in index.search(change)]


def test_a_filter_is_named(index: newsidx.Index) -> None:
    told = why(index, "troops", lang="de")
    assert [(part.text, part.matches, part.reason) for part in told.parts] == [
        ("troops", True, "in body:"),
        ("lang:de", False, "filtered out: its language is en"),
    ]
    assert told.change is None


def test_a_hit_is_explained_part_by_part(index: newsidx.Index) -> None:
    told = why(index, "troops mali lang:en zebra^2", any=True)
    assert (told.matches, told.rank, told.total) == (True, 1, 1)
    assert [(part.text, part.matches) for part in told.parts] == [
        ("troops", True),
        ("mali", True),
        ("zebra", False),
        ("lang:en", True),
    ]
    assert told.parts[1].reason.startswith("1 in headline, 1 in tag; ")
    with pytest.raises(newsidx.UnknownID):
        index.why("mali", "ffffffff")


def test_a_language_without_a_stemmer_is_told(tmp_path: Path) -> None:
    with newsidx.open(tmp_path / "index", create=True) as idx:
        idx.add(newsidx.article(key="pl", headline="Rząd", body="Rząd nie upadł w 2023 roku.", lang="pl"))
        explanation = idx.search("rząd 2023", explain=True).explanation
        assert explanation is not None
        assert explanation.words == (
            WordReading("rząd", "pl", ("rzad",), 1, stemmed=False),
            WordReading("2023", "pl", ("2023",), 1, stemmed=False),
        )


def test_a_word_is_told_by_language(index: newsidx.Index) -> None:
    explanation = index.search("troops mali", explain=True).explanation
    assert explanation is not None
    assert explanation.words == (
        WordReading("troops", "en", ("troop",), 1, stemmed=True),
        WordReading("mali", "de", ("mali",), 1, stemmed=True),
        WordReading("mali", "en", ("mali",), 1, stemmed=True),
    )
    assert [(part.text, part.articles, part.depth) for part in explanation.parts] == [
        ("troops mali", 1, 0),
        ("troops", 1, 1),
        ("mali", 2, 1),
    ]
    assert index.search("troops").explanation is None
    pattern = index.search("troop* trops~", explain=True).explanation
    assert pattern is not None
    assert [reading.terms for reading in pattern.words] == [("troops",), ("troops",)]
