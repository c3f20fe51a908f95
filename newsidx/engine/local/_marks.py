"""Marks: the exact strings an article is found by, e.g. ``source:rt.com``, ``tag:mali``; one place makes both ends.

An article is marked at add, a query's condition asks for a mark. Values are compared folded: case, accents, white
space. Nothing here is a part of a word: ``source:times`` is not The Times of Anywhere.

Pages decide how many marks they get and how long those are, so both have limits, far above what honest pages hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from newsidx.analysis import fold, primary
from newsidx.model import Article, Source

__all__ = [
    "ARTICLE",
    "article_marks",
    "article_names",
    "domain_suffixes",
    "field_names",
    "folded",
    "host_key",
    "lang_key",
    "link_keys",
    "url_key",
]

ARTICLE = "article"
"""Every article has this mark; nothing else has."""


# Of 1,399 links in the bodies of a thousand news pages, 9 are longer than MAX_KEY and 5 have more folders than
# MAX_FOLDERS; their hosts have at most nine labels, and no page needs more than 109 keys for its links.
MAX_KEY = 256  # code points of a value
MAX_LABELS = 10  # of a host, from the right
MAX_FOLDERS = 8  # of a link, from the left
MAX_LINK_KEYS = 5000  # of an article
MAX_SUBTAGS = 8  # of a language tag
_DIGEST = 16

_MEMO_NAMES = 1 << 13  # of sources, tags, authors: the same ones stand beside many articles


@lru_cache(maxsize=_MEMO_NAMES)
def folded(value: str) -> str:
    """A name as it is compared: lower case, accents folded, white space single."""
    return _bounded(" ".join(fold(value.casefold()).split()))


def host_key(host: str) -> str:
    """A host as it is compared."""
    return _bounded(host.lower().strip("."))


def domain_suffixes(host: str) -> Iterator[str]:
    """``a.b.c``: itself, then ``b.c``, then ``c``; of very long ones, itself and the last ten labels."""
    whole = host.lower().strip(".")
    yield _bounded(whole)
    labels = whole.rsplit(".", MAX_LABELS)[-MAX_LABELS:]
    for i in range(len(labels)):
        suffix = ".".join(labels[i:])
        if suffix != whole:
            yield _bounded(suffix)


def url_key(url: str) -> str:
    """A URL as it is compared: no scheme, no ``www.``, no fragment, no slash at the end; host in lower case."""
    return _bounded(_bare_url(url))


def _bounded(key: str) -> str:
    """The key if it is of a sane length, else its beginning and a digest, which is as good to compare."""
    if len(key) <= MAX_KEY:
        return key
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return f"{key[: MAX_KEY - _DIGEST - 1]}#{digest}"


def _bare_url(url: str) -> str:
    from urllib.parse import urlsplit

    text = url.strip()
    try:
        parts = urlsplit(text if "//" in text else "//" + text)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return text.lower()
    key = host + parts.path.rstrip("/")
    return f"{key}?{parts.query}" if parts.query else key


def link_keys(urls: Iterable[str]) -> tuple[str, ...]:
    """What ``link:`` finds an article's links by, each once: their whole addresses, their hosts and the domains above,
    the folders above them."""
    addresses = dict.fromkeys(map(_bare_url, urls))
    keys: dict[str, None] = {}
    for some in (_ends, _folders):
        for address in addresses:
            if len(keys) >= MAX_LINK_KEYS:
                break
            keys |= dict.fromkeys(some(address))
    return tuple(islice(keys, MAX_LINK_KEYS))


def _ends(address: str) -> Iterator[str]:
    yield _bounded(address)
    path = address.partition("?")[0]
    yield _bounded(path)
    yield from domain_suffixes(path.partition("/")[0])


def _folders(address: str) -> Iterator[str]:
    host, *folders = address.partition("?")[0].split("/", MAX_FOLDERS + 1)
    for i in range(1, min(len(folders), MAX_FOLDERS) + 1):
        yield _bounded("/".join([host, *folders[:i]]))


def lang_key(tag: str) -> str:
    """A language tag as it is compared: lower case, hyphens, at most eight subtags."""
    return _bounded("-".join(tag.lower().replace("_", "-").split("-", MAX_SUBTAGS)[:MAX_SUBTAGS]))


def _lang_keys(tag: str) -> dict[str, None]:
    """``pt-BR``: itself, then what holds it (``pt``); of ``nb`` also ``no``, which is the language it is counted as."""
    parts = lang_key(tag).split("-")
    keys = dict.fromkeys("-".join(parts[:i]) for i in range(len(parts), 0, -1))
    language = primary(tag)
    return keys if language is None else keys | {language: None}


def article_marks(article: Article) -> Iterator[str]:
    """All marks of an article."""
    yield ARTICLE
    yield f"kind:{article.kind}"
    yield from _source_marks(article.source)
    for field, names in article_names(article).items():
        known = dict.fromkeys(folded(name) for name in names)
        yield from (f"{field}:{name}" for name in known)
        if not known:
            yield f"none:{field}"
    if article.lang:
        yield from (f"lang:{tag}" for tag in _lang_keys(article.lang))
    if primary(article.lang) is None:
        yield "none:lang"
    for url in (article.url, article.canonical_url):
        if url:
            yield f"url:{url_key(url)}"
    for key in link_keys(link.url for link in article.links):
        yield f"link:{key}"


def article_names(article: Article) -> dict[str, list[str]]:
    """The article's section, tags and authors, without those that are nothing but blanks."""
    return {field: field_names(article, field) for field in ("section", "tag", "author")}


def field_names(article: Article, field: str) -> list[str]:
    """One of the three."""
    match field:
        case "section":
            names: Iterable[str] = (article.section or "",)
        case "tag":
            names = article.tags
        case _:
            names = article.authors
    return [name for name in names if folded(name)]


@lru_cache(maxsize=_MEMO_NAMES)
def _source_marks(source: Source) -> tuple[str, ...]:
    marks = []
    if not (source.name or source.domain):
        marks.append("none:source")
    if source.name:
        marks.append(f"source:{folded(source.name)}")
    if source.domain:
        marks.append(f"source:{folded(source.domain)}")
        marks.append(f"domain:{host_key(source.domain)}")
        marks += (f"site:{suffix}" for suffix in domain_suffixes(source.domain))
    return tuple(marks)
