"""What a page says of its own saving: the marks that browsers, extensions, mirrors and web archives leave in it.

Looks only at the page's beginning and end, where these tools write. Leaves the page's own metadata to the extractor.
Called by `stored`, once for each HTML capture. A new tool is one function in `_READERS`.

==================  ==================================================================================
browsers            ``<!-- saved from url=(0053)https://… -->``
SingleFile          ``<!-- Page saved with SingleFile url: … saved date: Sat Jul 01 2023 14:22:11 GMT+0200 (…) -->``
HTTrack             ``<!-- Mirrored from HOST/PATH by HTTrack Website Copier/…, Tue, 04 Sep 2018 06:58:36 GMT -->``
monolith            ``<!-- Saved from https://… at 2023-07-01T12:22:11Z using monolith v2.7.0 -->``
ScrapBook           ``<html data-scrapbook-source="…" data-scrapbook-create="20230701122211000">`` (UTC)
Save Page WE        ``<meta name="savepage-url" content="…">``, ``savepage-date``
Wayback Machine     ``FILE ARCHIVED ON 12:22:11 Jul 01, 2023 AND RETRIEVED FROM THE INTERNET ARCHIVE`` (UTC)
==================  ==================================================================================

A URL of a web archive's replay (``https://web.archive.org/web/20230701122211/https://…``) gives the page's own URL
and the time at which the archive captured it, which goes before the time at which the replay was saved.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from newsidx.capture.clock import compact, spoken
from newsidx.capture.content import decoded
from newsidx.model import Hint, Moment

__all__ = ["saved_page_hints", "unreplayed", "unwrapped", "web_url"]

# SingleFile writes after <html>, ScrapBook into it, HTTrack sometimes only at the end; what stands between is prose.
_HEAD_BYTES = 64 * 1024
_TAIL_BYTES = 16 * 1024
_URL_CHARS = 8192
_MARKS = (b"saved from", b"singlefile", b"httrack", b"scrapbook", b"savepage-", b"wombat", b"file archived on")


def saved_page_hints(data: bytes) -> tuple[Hint, ...]:
    """The URL and the capture time that the tool which saved the page left in it (evidence ``saved-page``)."""
    head, tail = data[:_HEAD_BYTES], data[max(_HEAD_BYTES, len(data) - _TAIL_BYTES) :]
    seen = (head + tail).replace(b"\0", b"").lower()
    if not any(mark in seen for mark in _MARKS):
        return ()
    text = decoded(head, _HEAD_BYTES)
    if tail:
        text += "\n" + tail.replace(b"\0", b"").decode("utf-8", "replace")
    found: dict[str, str] = {}
    for reader in _READERS:
        for field, value in reader(text):
            found.setdefault(field, value)
    return tuple(Hint(field, value, "saved-page") for field, value in found.items())


def web_url(text: str) -> str | None:
    """The URL, if it is one of the web that can be shown: http(s), a host, no blanks; the default port left out."""
    text = text.strip()
    if len(text) > _URL_CHARS or any(c.isspace() or ord(c) < 0x20 or c in '<>"' for c in text):
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    if port == {"http": 80, "https": 443}[parts.scheme] and parts.netloc.endswith(f":{port}"):
        return parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()
    return text


_REPLAY = re.compile(
    r"(?:https?:)?//(?:web\.archive\.org|archive\.org|wayback\.archive-it\.org)(?::\d+)?/(?:web|all|\d+)/"
    r"(\d{4,14})(?:[a-z]{2}_)?/(https?:/{1,2}.+)",
    re.DOTALL,
)


def unwrapped(url: str) -> tuple[str | None, str | None]:
    """(URL, capture time): what a web archive's replay URL holds; for any other URL it and None."""
    match = _REPLAY.fullmatch(url.strip())
    if match is None:
        return web_url(url), None
    inner = re.sub(r"^(https?):/(?=[^/])", r"\1://", match[2])
    return web_url(inner), compact(match[1], is_utc=True)


_REWRITTEN = re.compile(
    rb"(?:(?:https?:)?//(?:web\.archive\.org|wayback\.archive-it\.org)(?::\d{1,5})?|(?<=[\"'(=\s,]))"
    rb"/(?:web|all|\d{1,9})/\d{4,14}(?:[a-z]{2}_)?/(https?:/{1,2})"
)
_REPLAYED = (b"__wm.wombat(", b"WB_wombat_Init(", b"AND RETRIEVED FROM THE")


def unreplayed(data: bytes) -> bytes:
    """A page that a web archive replayed with its own addresses again: the replay has put the archive's before each,
    also before those by which the page names itself and its outlet. Other pages stay as they are."""
    if b"archive" not in data or not any(mark in data[:_HEAD_BYTES] + data[-_TAIL_BYTES:] for mark in _REPLAYED):
        return data
    return _REWRITTEN.sub(rb"\1", data)


_Found = Iterator[tuple[str, str]]


def _located(url: str) -> _Found:
    page, captured = unwrapped(url)
    if page is not None:
        yield "url", page
    if captured is not None:
        yield "captured", captured


_ARCHIVED_ON = re.compile(
    r"FILE ARCHIVED ON (\d\d):(\d\d):(\d\d) ([A-Z][a-z]{2}) (\d\d), (\d{4}) AND RETRIEVED FROM THE\s+INTERNET ARCHIVE"
)
_WOMBAT = re.compile(r'__wm\.wombat\("([^"\s]+)",\s*"(\d{14})"')
_WOMBAT_HOST = re.compile(r'WB_wombat_Init\("[^"\s]*",\s*"(\d{14})"')


def _wayback(text: str) -> _Found:
    if (match := _WOMBAT.search(text)) is not None:
        yield from _located(match[1])
        if (captured := compact(match[2], is_utc=True)) is not None:
            yield "captured", captured
    if (match := _WOMBAT_HOST.search(text)) is not None and (captured := compact(match[1], is_utc=True)) is not None:
        yield "captured", captured
    if (match := _ARCHIVED_ON.search(text)) is not None:
        hour, minute, second, month, day, year = match.groups()
        captured = spoken(f"{month} {day} {year} {hour}:{minute}:{second} GMT")
        if captured is not None:
            yield "captured", captured


_BROWSER = re.compile(r"<!--\s*saved from url=\(\d{1,6}\)\s*([^\s<>]{1,8192}?)\s*-->", re.IGNORECASE)


def _browser(text: str) -> _Found:
    if (match := _BROWSER.search(text)) is not None:
        yield from _located(match[1])


_SINGLE_FILE = re.compile(r"<!--\s*(?:Page saved with|Archive processed by) SingleFile\b([^<>]{0,20000})")
_SINGLE_URL = re.compile(r"^[ \t]*url:[ \t]*(\S+)[ \t]*$", re.MULTILINE)
_SINGLE_DATE = re.compile(r"^[ \t]*saved date:[ \t]*(\S[^\n]*)$", re.MULTILINE)


def _single_file(text: str) -> _Found:
    match = _SINGLE_FILE.search(text)
    if match is None:
        return
    comment = match[1].partition("--\n")[0].replace("\r", "\n")
    if (url := _SINGLE_URL.search(comment)) is not None:
        yield from _located(url[1])
    if (date := _SINGLE_DATE.search(comment)) is not None and (captured := spoken(date[1])) is not None:
        yield "captured", captured


_HTTRACK = re.compile(r"<!-- Mirrored from (\S{1,8192}) by HTTrack Website Copier/[^<>]{0,80}?, ([\w, :]{20,40}) -->")


def _httrack(text: str) -> _Found:
    if (match := _HTTRACK.search(text)) is not None:
        # HTTrack leaves out the scheme; a plain-HTTP address is the one that servers redirect from.
        yield from _located(match[1] if "://" in match[1] else f"http://{match[1]}")
        if (captured := spoken(match[2])) is not None:
            yield "captured", captured


_MONOLITH = re.compile(r"<!--\s*Saved from (https?://\S{1,8192}) at (\S{8,40}) using monolith\b")


def _monolith(text: str) -> _Found:
    if (match := _MONOLITH.search(text)) is not None:
        yield from _located(match[1])
        try:
            yield "captured", str(Moment.parse(match[2]))
        except ValueError:
            return


_SCRAPBOOK = re.compile(r"<html\b[^<>]{0,4000}?\bdata-scrapbook-(source|create)=\"([^\"<>]{1,8192})\"", re.IGNORECASE)
_SCRAPBOOK_REST = re.compile(r"\bdata-scrapbook-(source|create)=\"([^\"<>]{1,8192})\"")


def _scrapbook(text: str) -> _Found:
    match = _SCRAPBOOK.search(text)
    if match is None:
        return
    tag = text[match.start() : text.find(">", match.end()) + 1]
    for name, value in _SCRAPBOOK_REST.findall(tag):
        if name == "source":
            yield from _located(html.unescape(value))
        elif (captured := compact(value, is_utc=len(value) == 17)) is not None:
            yield "captured", captured  # the first ScrapBook, with 14 digits, wrote its user's own clock


_SAVEPAGE = re.compile(r'<meta name="?savepage-(url|date)"? content="([^"<>]{1,8192})"')


def _savepage(text: str) -> _Found:
    for name, value in _SAVEPAGE.findall(text):
        if name == "url":
            yield from _located(html.unescape(value))
        elif (captured := spoken(value)) is not None:
            yield "captured", captured


_READERS: tuple[Callable[[str], _Found], ...] = (
    _wayback,
    _single_file,
    _browser,
    _scrapbook,
    _savepage,
    _monolith,
    _httrack,
)
