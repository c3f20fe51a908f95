"""When two URLs are the same page: the key under which captures of one article are gathered."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from newsidx.model import Article
from newsidx.schema import DEFAULT_KINDS

__all__ = ["group_key", "url_key"]

# Parameters that say how a reader came, not what is read: the analytics and sharing tags in general use.
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|mc_cid|mc_eid|igshid|ref_src|cmpid|ocid|ns_\w+|at_\w+|xtor|wt_\w+")


def group_key(article: Article) -> str | None:
    """The article's own URL without scheme, ``www.``, fragment, tracking parameters and a slash at the end; None where
    the capture does not tell its URL.

    A consent wall or a listing under an article's address is no version of the article: it has a key of its own.
    """
    prefix = "url" if article.kind in DEFAULT_KINDS else f"url-{article.kind}"
    url = article.canonical_url or article.url
    return url_key(url, prefix) if url else None


def url_key(url: str, prefix: str = "url") -> str:
    """The key of captures that have this URL."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    except ValueError:
        return f"{prefix}:{url.strip()}"
    if parts.scheme not in ("http", "https", "") or not host:
        return f"{prefix}:{url.strip()}"
    # "#!" is a path in the fragment, of pages that a script puts together.
    path = parts.path + (f"#{parts.fragment}" if parts.fragment.startswith("!") else "")
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)])
    return f"{prefix}:{host}{port}{path.rstrip('/')}" + (f"?{query}" if query else "")
