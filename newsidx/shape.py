"""An article as plain data (dicts, lists, strings, numbers) and back: the one shape that is stored, sent and printed.

The engine stores it, `newsidx.wire` sends it; both carry `ARTICLE_SHAPE`, which rises when a field changes meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newsidx.model import Article, Link, Moment, Source

__all__ = ["ARTICLE_SHAPE", "article_from_dict", "article_to_dict"]

ARTICLE_SHAPE = 1

_PLAIN = ("id", "kind", "headline", "deck", "section", "url", "canonical_url", "lang", "words", "extractor", "key")
_LISTS = ("body", "captions", "credits", "corrections", "promo", "page", "tags", "authors", "flags")
_MOMENTS = ("published", "modified", "captured", "indexed")


def article_to_dict(article: Article) -> dict[str, Any]:
    """The article, field by field: moments as ISO 8601, zones as lists of paragraphs, None for what is missing."""
    data: dict[str, Any] = {name: getattr(article, name) for name in _PLAIN}
    data |= {name: list(getattr(article, name)) for name in _LISTS}
    for name in _MOMENTS:
        moment = getattr(article, name)
        data[name] = None if moment is None else str(moment)
    data["source"] = {"name": article.source.name, "domain": article.source.domain}
    data["links"] = [{"url": link.url, "text": link.text, "paragraph": link.paragraph} for link in article.links]
    data["evidence"] = dict(article.evidence)
    return data


def article_from_dict(data: Mapping[str, Any]) -> Article:
    """The article that `article_to_dict` was given. KeyError, TypeError or ValueError where it is not that."""
    values: dict[str, Any] = {name: data[name] for name in _PLAIN}
    values |= {name: tuple(data[name]) for name in _LISTS}
    for name in _MOMENTS:
        values[name] = None if data[name] is None else Moment.parse(data[name])
    values["source"] = Source(data["source"]["name"], data["source"]["domain"])
    values["links"] = tuple(Link(link["url"], link["text"], link["paragraph"]) for link in data["links"])
    values["evidence"] = data["evidence"]
    return Article(**values)
