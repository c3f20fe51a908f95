"""Marks: the exact strings an article is found by, e.g. ``source:rt.com``, ``tag:mali``; one place makes both ends.

An article is marked at add, a query's condition asks for a mark. Values are compared folded: case, accents, white
space. Nothing here is a part of a word: ``source:times`` is not The Times of Anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from newsidx.analysis import fold
from newsidx.model import Article

__all__ = ["ARTICLE", "article_marks", "domain_suffixes", "folded", "lang_marks", "link_keys", "url_key"]

ARTICLE = "article"
"""Every article has this mark; nothing else has."""


def folded(value: str) -> str:
    """A name as it is compared: lower case, accents folded, white space single."""
    return " ".join(fold(value.casefold()).split())


def domain_suffixes(host: str) -> Iterator[str]:
    """``a.b.c``: itself, then ``b.c``, then ``c``."""
    labels = host.lower().strip(".").split(".")
    for i in range(len(labels)):
        yield ".".join(labels[i:])


def url_key(url: str) -> str:
    """A URL as it is compared: no scheme, no ``www.``, no fragment, no slash at the end; host in lower case."""
    text = url.strip()
    try:
        parts = urlsplit(text if "//" in text else "//" + text)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return text.lower()
    key = host + parts.path.rstrip("/")
    return f"{key}?{parts.query}" if parts.query else key


def link_keys(url: str) -> Iterator[str]:
    """What ``link:`` finds a link by: its whole address, each folder above it, its host and the domains above."""
    key = url_key(url)
    yield key
    whole = key.partition("?")[0]
    host, *folders = whole.split("/")
    for i in range(1, len(folders) + 1):
        yield "/".join([host, *folders[:i]])
    yield from domain_suffixes(host)


def lang_marks(tag: str) -> Iterator[str]:
    """``pt-BR``: itself, then what holds it (``pt``)."""
    parts = tag.lower().replace("_", "-").split("-")
    for i in range(len(parts), 0, -1):
        yield "-".join(parts[:i])


def article_marks(article: Article) -> Iterator[str]:
    """All marks of an article."""
    yield ARTICLE
    yield f"kind:{article.kind}"
    yield from _source_marks(article)
    for tag in article.tags:
        yield f"tag:{folded(tag)}"
    if article.section:
        yield f"section:{folded(article.section)}"
    yield from (f"lang:{tag}" for tag in lang_marks(article.lang)) if article.lang else ("none:lang",)
    for author in article.authors:
        yield f"author:{folded(author)}"
    for url in (article.url, article.canonical_url):
        if url:
            yield f"url:{url_key(url)}"
    for link in article.links:
        for key in link_keys(link.url):
            yield f"link:{key}"
    for name in ("author", "tag", "section"):
        if not getattr(article, {"author": "authors", "tag": "tags"}.get(name, name)):
            yield f"none:{name}"


def _source_marks(article: Article) -> Iterator[str]:
    source = article.source
    if not (source.name or source.domain):
        yield "none:source"
    if source.name:
        yield f"source:{folded(source.name)}"
    if source.domain:
        domain = source.domain.lower()
        yield f"source:{domain}"
        yield f"domain:{domain}"
        for suffix in domain_suffixes(domain):
            yield f"site:{suffix}"
