"""What feed readers and browsers take: a search as an Atom feed (RFC 4287), and the OpenSearch 1.1 description.

XML is made of elements, so that nothing needs escaping by hand; what XML cannot hold has gone through `harmless`.
"""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote
from xml.etree import ElementTree as ET

from newsidx.harmless import harmless
from newsidx.model import Hit, Moment, Results
from newsidx.options import SearchRequest
from newsidx.server._params import query_string

__all__ = ["atom_feed", "open_search"]

_ATOM = "http://www.w3.org/2005/Atom"
_OPEN_SEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_NEVER = "1970-01-01T00:00:00Z"


def atom_feed(results: Results, request: SearchRequest, *, base: str) -> bytes:
    """The hits as entries; `base` is the address of the server, without a slash at its end."""
    feed = ET.Element("feed", {"xmlns": _ATOM, "xmlns:opensearch": _OPEN_SEARCH})
    wanted = query_string(request, cursor=None)
    _text(feed, "title", f"newsidx: {request.query or 'all articles'}")
    _text(feed, "id", f"{base}/?{wanted}")
    ET.SubElement(
        feed, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{base}/api/search.atom?{wanted}"}
    )
    ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": f"{base}/?{wanted}"})
    ET.SubElement(feed, "link", {"rel": "search", "type": _DESCRIPTION, "href": f"{base}/opensearch.xml"})
    moments = [when for hit in results.hits if (when := hit.article.indexed or hit.published)]
    _text(feed, "updated", _rfc3339(max(moments, key=Moment.sort_key)) if moments else _NEVER)
    author = ET.SubElement(feed, "author")
    _text(author, "name", "newsidx")
    _text(feed, "opensearch:totalResults", str(results.total))
    for hit in results.hits:
        _entry(feed, hit, base)
    return _written(feed)


_DESCRIPTION = "application/opensearchdescription+xml"


def _entry(feed: ET.Element, hit: Hit, base: str) -> None:
    entry = ET.SubElement(feed, "entry")
    article = hit.article
    _text(entry, "title", hit.headline or "(without a headline)")
    _text(entry, "id", f"urn:sha256:{hit.id}")
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": f"{base}/articles/{quote(hit.id)}"})
    if hit.url and hit.url.startswith(("http://", "https://")):
        ET.SubElement(entry, "link", {"rel": "via", "href": harmless(hit.url)})
    if hit.published:
        _text(entry, "published", _rfc3339(hit.published))
    changed = article.modified or article.published or article.captured or article.indexed
    _text(entry, "updated", _rfc3339(changed) if changed else _NEVER)
    for name in article.authors:
        author = ET.SubElement(entry, "author")
        _text(author, "name", name)
    for term in article.tags:
        ET.SubElement(entry, "category", {"term": harmless(term)})
    source = article.source.name or article.source.domain
    summary = " … ".join(str(snippet) for snippet in hit.snippets) or article.deck or ""
    _text(entry, "summary", f"{source}: {summary}" if source and summary else summary or source or "")


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = harmless(text)


def _rfc3339(moment: Moment) -> str:
    """The moment as Atom wants it; a time without an offset, and a day without a time, are taken for UTC."""
    offset = dt.timezone(dt.timedelta(minutes=moment.offset_minutes or 0))
    return moment.wall.replace(tzinfo=offset).isoformat(timespec="seconds").replace("+00:00", "Z")


def open_search(base: str) -> bytes:
    """The description by which a browser adds this server to its search engines."""
    root = ET.Element("OpenSearchDescription", {"xmlns": _OPEN_SEARCH})
    _text(root, "ShortName", "newsidx")
    _text(root, "Description", "Search the news captures of this index")
    _text(root, "InputEncoding", "UTF-8")
    for media_type, template in (
        ("text/html", "/?q={searchTerms}"),
        ("application/atom+xml", "/api/search.atom?q={searchTerms}&offset={startIndex?}"),
        ("application/json", "/api/search.json?q={searchTerms}&offset={startIndex?}"),
        ("application/x-suggestions+json", "/api/suggest?prefix={searchTerms}&form=browser"),
    ):
        ET.SubElement(root, "Url", {"type": media_type, "template": base + template, "indexOffset": "0"})
    return _written(root)


def _written(root: ET.Element) -> bytes:
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text
