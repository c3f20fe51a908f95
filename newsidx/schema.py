"""The fields of an article as data: zones, their numbers in the index, what a bare word searches, ranking weights.

One table, read by the analysis (what to index), the query language (which names are fields), the engine (where a
word may stand) and the front ends (what to show). Nothing here knows how any of them work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from newsidx.frozen import dataclass
from newsidx.model import Article

__all__ = ["BARE_ZONES", "DEFAULT_KINDS", "ZONES", "ZONE_NUMBERS", "Zone", "zone_paragraphs", "zone_texts"]


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of text that words can be found in. `number` is what a posting's occurrence carries (under 16)."""

    name: str
    number: int
    is_bare: bool
    """Searched by a word without a field."""
    weight: float
    """Weight of a mention in BM25F; 0 for zones that are found but never ranked with the article."""


# Weights: a headline mention counts about as much as several in the body; swept values belong to the ranking's own
# evidence and are kept here as the one place where they are set.
ZONES: tuple[Zone, ...] = (
    Zone("headline", 0, True, 5.0),
    Zone("deck", 1, True, 2.0),
    Zone("body", 2, True, 1.0),
    Zone("caption", 3, True, 1.0),
    Zone("correction", 4, True, 1.0),
    Zone("tag", 5, True, 2.0),
    Zone("credit", 6, False, 1.0),
    Zone("author", 7, False, 1.0),
    Zone("section", 8, False, 1.0),
    Zone("url", 9, False, 1.0),
    Zone("promo", 10, False, 0.0),
    Zone("page", 11, False, 0.0),
)

ZONE_NUMBERS: Mapping[str, int] = MappingProxyType({zone.name: zone.number for zone in ZONES})
BARE_ZONES: tuple[str, ...] = tuple(zone.name for zone in ZONES if zone.is_bare)
DEFAULT_KINDS: frozenset[str] = frozenset({"article", "live", "gallery", "stub"})


def zone_texts(article: Article) -> Iterator[tuple[Zone, tuple[str, ...]]]:
    """Each zone that words can be found in, with its paragraphs, in the order of `ZONES`."""
    for zone in ZONES:
        yield zone, _PARAGRAPHS[zone.name](article)


def zone_paragraphs(article: Article, name: str) -> tuple[str, ...]:
    """The paragraphs of one of these zones."""
    return _PARAGRAPHS[name](article)


def _only(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


_PARAGRAPHS: Mapping[str, Callable[[Article], tuple[str, ...]]] = {
    "headline": lambda article: _only(article.headline),
    "deck": lambda article: _only(article.deck),
    "body": lambda article: article.body,
    "caption": lambda article: article.captions,
    "correction": lambda article: article.corrections,
    "tag": lambda article: article.tags,
    "credit": lambda article: article.credits,
    "author": lambda article: article.authors,
    "section": lambda article: _only(article.section),
    "url": lambda article: _only(article.canonical_url or article.url),
    "promo": lambda article: article.promo,
    "page": lambda article: article.page,
}
