"""The scores of the articles found, as a request wants them ranked: by the query, by its best hits' words, by date."""

from __future__ import annotations

from newsidx.codec import Ints
from newsidx.engine.local._execute import Executor
from newsidx.engine.local._feedback import feedback
from newsidx.engine.local._rank import Ranker, recency
from newsidx.options import SearchRequest

__all__ = ["scored"]


def scored(executor: Executor, ranker: Ranker, found: Ints, request: SearchRequest) -> Ints:
    """A score for each of these articles (sorted, each once)."""
    if request.feedback and request.sort == "relevance":
        scores = feedback(executor.view, executor.words, ranker, executor.leaves, found)
    else:
        scores = ranker.scores(found)
    return scores * recency(executor.view, found, executor.now) if request.recent else scores
