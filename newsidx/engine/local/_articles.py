"""An article as it is stored: JSON of what it has; its ID is a column, and what it lacks is not written."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from newsidx.model import Article
from newsidx.shape import article_from_dict, article_to_dict

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
    """The article again. KeyError, TypeError or ValueError where the bytes are of none."""
    return article_from_dict({**_empty(), **json.loads(data.decode("utf-8", "surrogatepass")), "id": id_})
