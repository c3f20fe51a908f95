"""News feeds: RSS (0.9 to 2.0, RDF), Atom, JSON Feed. Each entry is a record; where it holds the text of its article,
it is one, else a stub of it, which gives way to the page once that is there.

Feeds are often no XML that a parser would take, so entries and their elements are looked for by their tags, in linear
time, and nothing outside of the file is ever asked for. An entry's page is made of its title and its text, for the
HTML reader; what else it says are hints with the evidence ``record``. Called by `container` and `stored`.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from newsidx.capture.clock import spoken
from newsidx.capture.content import decoded
from newsidx.capture.files import LIMIT_BYTES, too_large
from newsidx.capture.jsonl import value_at, values_in
from newsidx.capture.mail import Wrapped
from newsidx.capture.record import Entry, Listing, Problem, Record
from newsidx.capture.saved import unwrapped
from newsidx.errors import CaptureFailed
from newsidx.model import Hint, Moment

__all__ = ["ENTRY_NAME", "is_feed", "list_records", "page_in_entry", "read_record"]

ENTRY_NAME = "entry.xml"
_ROOT = re.compile(r"(?:<(?:\?[^<>]*\?|!--.*?--|!DOCTYPE[^<>]*)>\s*)*+<(?:\w+:)?(?:rss|feed|RDF)[\s>]", re.DOTALL)
_JSON_FEED = re.compile(
    r'\{\s*"version"\s*:\s*"https://jsonfeed\.org/version/|\{[^{}\[\]]*"https://jsonfeed\.org/version/'
)
_ITEMS = re.compile(rb'"items"\s*:\s*(?=\[)')
_BEGIN = re.compile(rb"<(item|entry)(?=[\s>])")
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([-\w:.]{1,40})")
_HEAD_BYTES = 64 * 1024
_MOST_ENTRIES = 10_000
_MOST_ENTRY_BYTES = 2_000_000
_TOO_MANY = "it has more than ten thousand entries; from here on they are not read"
_TOO_LARGE = "an entry of more than two megabytes"
_FULL_WORDS = 150
"""A description of so many words is the article's text: those that only announce one have 20 to 80."""
_TAGS = re.compile(r"<[^<>]*>")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_LINK = re.compile(r"<(?:\w+:)?link\b([^<>]{0,4000})>")
_CATEGORY = re.compile(r"<(?:\w+:)?category\b([^<>]{0,1000})>")
_ATTRIBUTE = re.compile(r"""([\w:-]{1,30})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MOST_TAGS = 30


def is_feed(head: bytes) -> bool:
    """Whether a file that begins so is a feed."""
    text = decoded(head, len(head))
    start = text.lstrip()
    if start.startswith("{"):
        return _JSON_FEED.match(start) is not None
    return _ROOT.match(start[:4000]) is not None


# ---- where entries stand --------------------------------------------------------------------------------------------


def list_records(stream: BinaryIO) -> Listing:
    """The entries. CaptureFailed: too-large, damaged-json."""
    stream.seek(0)
    data = stream.read(LIMIT_BYTES + 1)
    if len(data) > LIMIT_BYTES:
        raise too_large(LIMIT_BYTES)
    problems: list[Problem] = []
    if _is_json(data):
        begins = _ITEMS.search(data)
        if begins is None:
            raise CaptureFailed("it has no list of entries", reason="damaged-json")
        entries = [Entry(at, size) for at, size, _ in values_in(data, begins.end(), problems=problems)]
    else:
        entries = [*_elements(data, problems)]
    problems += [Problem(each.at, "too-large", _TOO_MANY) for each in entries[_MOST_ENTRIES:][:1]]
    entries = entries[:_MOST_ENTRIES]
    problems += [Problem(each.at, "too-large", _TOO_LARGE) for each in entries if each.size > _MOST_ENTRY_BYTES]
    entries = [each for each in entries if each.size <= _MOST_ENTRY_BYTES]
    return Listing("", tuple(entries), problems=tuple(problems), end=len(data), is_end=True)


def _is_json(data: bytes) -> bool:
    return data[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _elements(data: bytes, problems: list[Problem]) -> Iterator[Entry]:
    at = 0
    for _ in range(_MOST_ENTRIES + 1):
        begin = _BEGIN.search(data, at)
        if begin is None:
            return
        closing = b"</" + begin[1] + b">"
        end = data.find(closing, begin.end())
        if end < 0:
            problems.append(Problem(begin.start(), "truncated", "the entry does not end"))
            return
        at = end + len(closing)
        yield Entry(begin.start(), at - begin.start())


def read_record(stream: BinaryIO, at: int) -> Record:
    """The entry that begins at `at`, as UTF-8. CaptureFailed: damaged-feed, damaged-json."""
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    if _is_json(head):
        value = value_at(stream, at)
        data = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        return Record(data, ENTRY_NAME, tuple(_json_hints(value, decoded(head, len(head)))))
    encoding = _encoding(head)
    stream.seek(at)
    data = stream.read(_MOST_ENTRY_BYTES + 16)
    begin = _BEGIN.match(data)
    end = data.find(b"</" + begin[1] + b">") if begin is not None else -1
    if begin is None or end < 0:
        raise CaptureFailed("no entry begins there", reason="damaged-feed")
    text = data[: end + len(begin[1]) + 3].decode(encoding, "replace")
    first = _BEGIN.search(head)
    about = head[: first.start() if first is not None else len(head)].decode(encoding, "replace")
    return Record(text.encode("utf-8", "replace"), ENTRY_NAME, tuple(_hints(text, about)))


def _encoding(head: bytes) -> str:
    declared = _XML.match(head.removeprefix(b"\xef\xbb\xbf"))
    name = declared[1].decode("ascii").lower() if declared is not None else "utf-8"
    name = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}.get(name, name)
    try:
        return name if not name.startswith("utf-") and b"<".decode(name) == "<" else "utf-8"
    except LookupError:
        return "utf-8"


# ---- what entries say -----------------------------------------------------------------------------------------------


def page_in_entry(data: bytes) -> Wrapped:
    """An entry as a page."""
    text = data.decode("utf-8", "replace")
    if text.startswith("{"):
        value = json.loads(text)
        title, content = str(value.get("title") or ""), _json_content(value)
    else:
        title, content = _title(text), _content(text)
    shown = html.escape(_words(title))
    page = f"<html><head><title>{shown}</title></head><body><article><h1>{shown}</h1>{content}</article></body></html>"
    return Wrapped(page.encode("utf-8", "replace"), "page.html")


def _hints(entry: str, about: str) -> Iterator[Hint]:
    for name, value in (*_said(entry), *_said_of_feed(about)):
        if value:
            yield Hint(name, value, "record")


def _said(entry: str) -> Iterator[tuple[str, str]]:
    yield "url", _address(entry)
    yield "published", _moment(_element(entry, "pubDate", "published", "issued", "dc:date", "date"))
    yield "modified", _moment(_element(entry, "updated", "modified", "dcterms:modified"))
    author = _words(_element(_element(entry, "author"), "name") or _element(entry, "dc:creator", "itunes:author"))
    yield "authors", author
    for tag in [*_tags(entry)][:_MOST_TAGS]:
        yield "tags", tag
    yield "kind", _kind(_content(entry))


def _said_of_feed(about: str) -> Iterator[tuple[str, str]]:
    yield "source", _words(_element(about, "title"))
    language = re.search(r"<(?:rss|feed)\b[^<>]*\bxml:lang=[\"']([\w-]{2,20})", about)
    yield "lang", _words(_element(about, "language", "dc:language")) or (language[1] if language is not None else "")


def _kind(content: str) -> str:
    return "article" if len(_words(content).split()) >= _FULL_WORDS else "stub"


def _element(text: str, *names: str) -> str:
    """What stands in the first element with one of these names, its CDATA and entities read."""
    for name in names:
        begin = re.search(rf"<{name}(?:\s[^<>]*)?(?<!/)>", text)
        if begin is not None:
            end = text.find(f"</{name}>", begin.end())
            if end >= 0:
                return _plain(text[begin.end() : end])
    return ""


def _plain(content: str) -> str:
    if "<![CDATA[" in content:
        return "".join(part if i % 2 else html.unescape(part) for i, part in enumerate(_CDATA.split(content)))
    return content if "<" in content else html.unescape(content)


def _title(entry: str) -> str:
    return _element(entry, "title", "media:title")


def _content(entry: str) -> str:
    return _element(entry, "content:encoded", "content", "xhtml:body", "description", "summary", "media:description")


def _words(text: str) -> str:
    return " ".join(html.unescape(_TAGS.sub(" ", text)).split())


def _attributes(text: str) -> dict[str, str]:
    return {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(text)}


def _address(entry: str) -> str:
    found = _words(_element(entry, "feedburner:origLink", "link"))
    for attributes in map(_attributes, _LINK.findall(entry)):
        if not found and attributes.get("rel", "alternate") == "alternate":
            found = attributes.get("href", "")
    guid = re.search(r"<guid\b([^<>]*)>", entry)
    if not found and guid is not None and _attributes(guid[1]).get("isPermaLink", "true") == "true":
        found = _words(_element(entry, "guid"))
    return unwrapped(found)[0] or ""


def _tags(entry: str) -> Iterator[str]:
    for found in islice(_CATEGORY.finditer(entry), 3 * _MOST_TAGS):
        attributes = _attributes(found[1])
        end = entry.find("<", found.end())
        text = (
            _element(entry[found.start() : found.start() + 2000], "category")
            if not found[1].endswith("/") and end >= 0
            else ""
        )
        tag = _words(attributes.get("label") or attributes.get("term") or text)
        if tag:
            yield tag


def _moment(text: str) -> str:
    text = _words(text)
    try:
        return str(Moment.parse(text))
    except ValueError:
        return spoken(text) or ""


def _json_content(value: dict[str, Any]) -> str:
    content = value.get("content_html")
    if isinstance(content, str) and content:
        return content
    text = value.get("content_text") or value.get("summary") or ""
    return "".join(f"<p>{html.escape(line)}</p>" for line in str(text).splitlines() if line.strip())


def _json_hints(value: Any, head: str) -> Iterator[Hint]:
    if not isinstance(value, dict):
        return
    about = re.search(r'"title"\s*:\s*("(?:[^"\\]|\\.){1,500}")', head.partition('"items"')[0])
    listed = value.get("authors")
    authors = [
        each.get("name")
        for each in [*(listed if isinstance(listed, list) else []), value.get("author")]
        if isinstance(each, dict)
    ]
    tags = value.get("tags")
    told = [
        ("url", unwrapped(str(value.get("url") or value.get("external_url") or ""))[0]),
        ("published", _moment(str(value.get("date_published") or ""))),
        ("modified", _moment(str(value.get("date_modified") or ""))),
        *(("authors", name) for name in authors),
        *(("tags", tag) for tag in (tags if isinstance(tags, list) else [])[:_MOST_TAGS]),
        ("lang", value.get("language")),
        ("source", json.loads(about[1], strict=False) if about is not None else ""),
        ("kind", _kind(_json_content(value))),
    ]
    for name, text in told:
        if isinstance(text, str) and text.strip():
            yield Hint(name, text.strip(), "record")
