"""An index as a retriever of LangChain (the extra ``newsidx[langchain]``)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from newsidx.api import Index
from newsidx.options import SearchRequest
from newsidx.retrievers._passages import passages

__all__ = ["NewsidxRetriever"]


class NewsidxRetriever(BaseRetriever):
    """Gives `limit` passages for a query, as documents with where they are from.

    The query is taken in newsidx's language, leniently; with ``request=SearchRequest(quote=True)`` as plain words. All
    else that `request` holds (filters, dates, sort) holds for every query.
    """

    model_config = {"arbitrary_types_allowed": True}  # noqa: RUF012 - pydantic's way to be told

    index: Index
    request: SearchRequest = SearchRequest(lenient=True)
    limit: int = 10
    per_article: int = 3

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **_: Any
    ) -> list[Document]:
        found = passages(self.index, replace(self.request, query=query), limit=self.limit, per_article=self.per_article)
        return [
            Document(id=passage.key, page_content=passage.text, metadata=passage.metadata | {"score": passage.score})
            for passage in found
        ]
