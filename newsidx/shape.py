"""An article as plain data (dicts, lists, strings, numbers) and back: the one shape that is stored, sent and printed.

The engine stores it, `newsidx.wire` sends it; both carry `ARTICLE_SHAPE`, which rises when a field changes meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from newsidx.model import Article, Link, Moment, Source

__all__ = ["ARTICLE_FIELDS", "ARTICLE_SHAPE", "article_field", "article_from_dict", "article_to_dict"]

ARTICLE_SHAPE = 1

_PLAIN = ("id", "kind", "headline", "deck", "section", "url", "canonical_url", "lang", "words", "extractor", "key")
_LISTS = ("body", "captions", "credits", "corrections", "promo", "page", "tags", "authors", "flags")
_MOMENTS = ("published", "modified", "captured", "indexed")


def _list(name: str) -> Callable[[Article], list[str]]:
    read = attrgetter(name)
    return lambda article: list(read(article))


def _moment(name: str) -> Callable[[Article], str | None]:
    read = attrgetter(name)
    return lambda article: None if (moment := read(article)) is None else str(moment)


_FIELDS: dict[str, Callable[[Article], Any]] = {
    **{name: attrgetter(name) for name in _PLAIN},
    **{name: _list(name) for name in _LISTS},
    **{name: _moment(name) for name in _MOMENTS},
    "source": lambda article: {"name": article.source.name, "domain": article.source.domain},
    "links": lambda article: [
        {"url": link.url, "text": link.text, "paragraph": link.paragraph} for link in article.links
    ],
    "evidence": lambda article: dict(article.evidence),
}
ARTICLE_FIELDS: tuple[str, ...] = tuple(_FIELDS)
"""The names of its fields, in their order."""


def article_to_dict(article: Article) -> dict[str, Any]:
    """The article, field by field: moments as ISO 8601, zones as lists of paragraphs, None for what is missing."""
    return {name: read(article) for name, read in _FIELDS.items()}


def article_field(article: Article, name: str) -> Any:
    """One field of what `article_to_dict` gives, without making the others."""
    return _FIELDS[name](article)


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
