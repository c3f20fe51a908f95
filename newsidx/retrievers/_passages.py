"""Passages: the paragraphs of the hits that match, whole, best articles first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from newsidx.api import Index
from newsidx.model import Hit, Snippet
from newsidx.options import SearchRequest

__all__ = ["Passage", "passages"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph: its `text` as captured, the `score` of its article, and what is known of both."""

    text: str
    score: float
    metadata: dict[str, Any] = field(default_factory=dict)
    """``id``, ``headline``, ``source``, ``url``, ``published``, ``captured``, ``lang``, ``zone``, ``paragraph``."""

    @property
    def key(self) -> str:
        """A name that no other passage has."""
        return f"{self.metadata['id']}:{self.metadata['zone']}:{self.metadata['paragraph']}"


def passages(index: Index, request: SearchRequest, *, limit: int = 10, per_article: int = 3) -> Iterator[Passage]:
    """At most `limit` passages, no more than `per_article` of one article; in the order of the hits, then of the text.

    The errors of `Index.search`. Text from captures is of unknown trust, whatever a model makes of it.
    """
    index.refresh()
    results = index.search(replace(request, limit=limit, snippets=per_article + _TAGS))
    left = limit
    for hit in results.hits:
        best = [passage for snippet in hit.snippets if (passage := _passage(hit, snippet)) is not None]
        found = best[:per_article]
        found.sort(key=lambda each: (_ZONES.index(each.metadata["zone"]), each.metadata["paragraph"]))
        for passage in found[:left]:
            yield passage
            left -= 1
        if not left:
            return


_TAGS = 4
"""So many snippets more are asked for, since some are of tags, which are no paragraphs."""
_ZONES = ("headline", "deck", "body", "caption", "credit", "correction", "promo", "page")


def _passage(hit: Hit, snippet: Snippet) -> Passage | None:
    """The whole paragraph of a snippet; None where it is of no zone (a tag)."""
    paragraphs = dict(hit.article.zones()).get(snippet.zone, ())
    if snippet.paragraph >= len(paragraphs):
        return None
    article = hit.article
    metadata = {
        "id": article.id,
        "headline": article.headline,
        "source": article.source.name or article.source.domain,
        "url": hit.url,
        "published": None if article.published is None else str(article.published),
        "captured": None if article.captured is None else str(article.captured),
        "lang": article.lang,
        "zone": snippet.zone,
        "paragraph": snippet.paragraph,
    }
    return Passage(paragraphs[snippet.paragraph], hit.score, metadata)
