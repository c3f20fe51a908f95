"""Why a search found nothing, in a sentence, and which words of the index are like those that it lacks."""

from __future__ import annotations

from newsidx.api import Index
from newsidx.mcp._shapes import NearWords
from newsidx.mcp._text import clean
from newsidx.model import Explanation, Results
from newsidx.options import SearchRequest

__all__ = ["near_words", "reason"]

_MOST_WORDS = 4
_NEAR = 5
_SHORTEST = 3
_FILTERS = ("since", "until", "source", "lang", "filters")


def reason(index: Index, request: SearchRequest, results: Results) -> tuple[str | None, list[NearWords]]:
    """Why there are no results, and the words of the index that begin as those do which no article has."""
    if results.hits or not request.limit:
        return None, []
    if results.total:
        return f"offset {request.offset} is past the last of {results.total} articles", []
    bare = SearchRequest(request.query, limit=0, nearest=0, explain=True, limit_seconds=request.limit_seconds)
    unfiltered = index.search(bare)
    explanation = unfiltered.explanation
    if unfiltered.total:
        named = ", ".join(name for name in _FILTERS if getattr(request, name))
        return f"{unfiltered.total} articles match the query, but none of them passes {named}", []
    if explanation is None:
        return None, []
    lacking = _lacking(explanation)
    if lacking:
        return f"no article has {', '.join(map(clean, lacking))}", near_words(index, lacking)
    parts = [f"{clean(part.text)}: {part.articles}" for part in explanation.parts if part.depth == 1]
    return (f"no article has all parts of the query at once (each alone: {', '.join(parts)})" if parts else None), []


def _lacking(explanation: Explanation) -> list[str]:
    """The words that are in no article in whichever language they are read."""
    most: dict[str, int] = {}
    for each in explanation.words:
        most[each.word] = max(most.get(each.word, 0), each.articles)
    return [word for word, articles in most.items() if not articles]


def near_words(index: Index, words: list[str]) -> list[NearWords]:
    """For each word those of the index that share the longest beginning with it."""
    found = []
    for word in words[:_MOST_WORDS]:
        if not word.isalnum():
            continue  # a phrase, a pattern
        near: list[str] = []
        for length in range(len(word) - 1, _SHORTEST - 1, -1):
            near = [clean(each.text) for each in index.suggest(word[:length], _NEAR)]
            if near:
                break
        if near:
            found.append(NearWords(word=clean(word), near=near))
    return found
