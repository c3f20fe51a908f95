"""An index as a retriever of LlamaIndex (the extra ``newsidx[llamaindex]``)."""

from __future__ import annotations

from dataclasses import replace

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from newsidx.api import Index
from newsidx.options import SearchRequest
from newsidx.retrievers._passages import passages

__all__ = ["NewsidxRetriever"]


class NewsidxRetriever(BaseRetriever):
    """Gives `limit` passages for a query, as nodes with where they are from; otherwise as the one for LangChain."""

    def __init__(
        self, index: Index, *, request: SearchRequest | None = None, limit: int = 10, per_article: int = 3
    ) -> None:
        self._index = index
        self._request = request or SearchRequest(lenient=True)
        self._limit = limit
        self._per_article = per_article
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        request = replace(self._request, query=query_bundle.query_str)
        found = passages(self._index, request, limit=self._limit, per_article=self._per_article)
        return [
            NodeWithScore(node=TextNode(id_=each.key, text=each.text, metadata=each.metadata), score=each.score)
            for each in found
        ]
