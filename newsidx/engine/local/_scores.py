"""What articles that were found score, as a request wants them ranked; the same for a search and for its reasons."""

from __future__ import annotations

from newsidx.codec import Ints
from newsidx.engine.local._execute import Executor
from newsidx.engine.local._rank import Ranker, recency
from newsidx.options import SearchRequest

__all__ = ["scores"]


def scores(executor: Executor, ranker: Ranker, found: Ints, request: SearchRequest) -> Ints:
    """A score for each of the articles found by the executor."""
    if request.feedback and request.sort == "relevance":
        from newsidx.engine.local._feedback import feedback

        values = feedback(executor.view, executor.words, ranker, executor.leaves, found)
    else:
        values = ranker.scores(found)
    return values * recency(executor.view, found, executor.now) if request.recent else values
