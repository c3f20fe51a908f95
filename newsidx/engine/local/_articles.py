"""An article as it is stored: JSON of what it has; its ID is a column, and what it lacks is not written."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from newsidx.model import Article, Link, Moment, Source
from newsidx.shape import article_to_dict

__all__ = ["decoded_article", "encoded_article"]


_JSON = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False)


@cache
def _empty() -> dict[str, Any]:
    return article_to_dict(Article(""))


def encoded_article(article: Article) -> bytes:
    """The bytes to store."""
    empty = _empty()
    data = {name: value for name, value in article_to_dict(article).items() if name != "id" and value != empty[name]}
    return _JSON.encode(data).encode("utf-8", "surrogatepass")


def decoded_article(data: bytes, id_: str) -> Article:
    """The article again. KeyError, TypeError or ValueError where the bytes are of none.

    `newsidx.shape.article_from_dict` does the same; here only what is there is looked at, since a search reads ten.
    """
    values: dict[str, Any] = json.loads(data.decode("utf-8", "surrogatepass"))
    for name, value in values.items():
        made = _MADE.get(name)
        if made is not None and value is not None:
            values[name] = made(value)
    return Article(id_, **values)


@lru_cache(maxsize=1024)
def _moment(text: str) -> Moment:
    """`Moment.parse`; what `str` gives of a moment with a time in a third of the time."""
    length = len(text)
    if length >= _TO_THE_MINUTE and text[10] == "T" and text[13] == ":":
        has_seconds = length >= _TO_THE_SECOND and text[16] == ":"
        rest = text[_TO_THE_SECOND if has_seconds else _TO_THE_MINUTE :]
        if rest in ("", "Z") or (len(rest) == _OFFSET and rest[0] in "+-" and rest[3] == ":"):
            when = dt.datetime.fromisoformat(text)
            offset = when.utcoffset()
            minutes = None if offset is None else (offset.days * 86400 + offset.seconds) // 60
            return Moment(when.replace(tzinfo=None), "second" if has_seconds else "minute", minutes)
    return Moment.parse(text)


_TO_THE_MINUTE, _TO_THE_SECOND, _OFFSET = len("2023-06-01T12:00"), len("2023-06-01T12:00:00"), len("+02:00")


def _source(data: Mapping[str, Any]) -> Source:
    return _source_of(data["name"], data["domain"])


_source_of = lru_cache(maxsize=1024)(Source)


def _links(data: list[Mapping[str, Any]]) -> tuple[Link, ...]:
    return tuple([Link(link["url"], link["text"], link["paragraph"]) for link in data])


_MADE: Mapping[str, Callable[[Any], object]] = {
    **dict.fromkeys(("body", "captions", "credits", "corrections", "promo", "page", "tags", "authors", "flags"), tuple),
    **dict.fromkeys(("published", "modified", "captured", "indexed"), _moment),
    "source": _source,
    "links": _links,
}
"""What becomes of the values that JSON has no type for."""
