"""Passages, and the retrievers that hand them to other frameworks; these are tried where the frameworks are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import newsidx
from newsidx.options import SearchRequest
from newsidx.retrievers import passages
from tests.made.news import make_news


@pytest.fixture(scope="module")
def idx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsidx.Index]:
    with newsidx.open(make_news(tmp_path_factory.mktemp("news"))) as index:
        yield index


def test_a_passage_is_a_whole_paragraph_with_where_it_is_from(idx: newsidx.Index) -> None:
    found = list(passages(idx, SearchRequest("ferry inquiry"), limit=7, per_article=2))
    assert len(found) == 7
    assert len({passage.key for passage in found}) == 7
    by_article: dict[str, int] = {}
    for passage in found:
        article = idx.article(passage.metadata["id"])
        zones = dict(article.zones())
        assert passage.text == zones[passage.metadata["zone"]][passage.metadata["paragraph"]]
        assert passage.metadata["source"] == "The Harbour Ledger"
        assert passage.metadata["captured"] == "2024-06-01"
        by_article[article.id] = by_article.get(article.id, 0) + 1
    assert max(by_article.values()) == 2
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


def test_nothing_gives_nothing_and_an_error_is_one(idx: newsidx.Index) -> None:
    assert list(passages(idx, SearchRequest("nosuchword"))) == []
    with pytest.raises(newsidx.QuerySyntaxError):
        list(passages(idx, SearchRequest("mali (ferry OR boat")))


def test_langchain(idx: newsidx.Index) -> None:
    pytest.importorskip("langchain_core")
    from newsidx.retrievers.langchain import NewsidxRetriever

    documents = NewsidxRetriever(index=idx, limit=4).invoke("ferry inquiry")
    assert len(documents) == 4
    assert documents[0].page_content == next(passages(idx, SearchRequest("ferry inquiry"))).text
    assert documents[0].metadata["zone"] in ("headline", "deck", "body", "caption")
    narrow = NewsidxRetriever(index=idx, request=SearchRequest(lang=("fr",), lenient=True))
    assert [d.metadata["headline"] for d in narrow.invoke('bridge "closes')] == ["Bridge closes to lorries"]


def test_llamaindex(idx: newsidx.Index) -> None:
    pytest.importorskip("llama_index.core")
    from newsidx.retrievers.llamaindex import NewsidxRetriever

    nodes = NewsidxRetriever(idx, limit=4).retrieve("ferry inquiry")
    assert len(nodes) == 4
    assert nodes[0].node.get_content() == next(passages(idx, SearchRequest("ferry inquiry"))).text
    assert nodes[0].score is not None
