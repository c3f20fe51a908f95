"""MIME files that hold one page: MHTML as browsers save it, and mails (newsletters) as ``.eml``.

The page is the main HTML part, else the first text; images and attachments are passed over. A mail's subject, sender
and date are hints; so are the address and the time that a browser wrote. Nothing is parsed but what is looked for:
headers up to 64 KiB, parts by their boundaries, a few levels deep, in linear time. Called by `stored`.
"""

from __future__ import annotations

import binascii
import contextlib
import email.errors
import email.header
import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsidx.capture.clock import spoken
from newsidx.capture.headers import HEAD_BYTES, ContentType, content_type, parse_headers, split_head
from newsidx.capture.saved import unwrapped
from newsidx.errors import NotACapture
from newsidx.model import Hint

__all__ = ["Wrapped", "is_mail", "page_in_mail"]

_INK = re.compile(rb"\S")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_MOST_DEPTH = 8
_MOST_PARTS = 10_000
_HEADER_CHARS = 2000
_ENDINGS = (".mhtml", ".mht", ".eml")
_FIRST_LINE = re.compile(rb"[A-Za-z][\w-]{0,60}:[ \t]?[^\r\n]{0,2000}\r?\n")
_BROWSER_SAVED = re.compile(rb"^(?:From: \"?<?Saved by|Snapshot-Content-Location:)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The page inside of a file: its bytes, a name that tells its media type, and hints."""

    data: bytes
    name: str
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a file; its body begins at `start`. Nothing is copied before it is known which one is the page."""

    type: ContentType
    headers: dict[str, str]
    data: bytes
    start: int
    end: int


def is_mail(data: bytes, name: str) -> bool:
    """Whether the bytes are a MIME file with a page in it: by its first lines, and its name where these leave doubt."""
    head = data[:8192].lstrip(b"\r\n")
    if _FIRST_LINE.match(head) is None:
        return False
    if name.lower().removesuffix(".gz").endswith(_ENDINGS):
        return True
    is_multipart = b"multipart/" in head.lower()
    return is_multipart and (head.startswith(b"MIME-Version:") or _BROWSER_SAVED.search(head) is not None)


def page_in_mail(data: bytes, name: str) -> Wrapped:
    """The page. NotACapture with reason ``empty`` where no part of it is text."""
    data = data.lstrip(b"\r\n")
    head = data[:HEAD_BYTES]
    whole = _part(data, 0, len(data))
    headers = whole.headers
    is_page = _BROWSER_SAVED.search(head) is not None or name.lower().removesuffix(".gz").endswith((".mhtml", ".mht"))
    part = _main_part(whole)
    if part is None:
        raise NotACapture("no part of it is a page or a text", reason="empty")
    hints = list(_page_hints(headers, part) if is_page else _mail_hints(headers))
    if part.type.charset:
        hints.append(Hint("charset", part.type.charset, "header"))
    ending = ".txt" if part.type.media_type == "text/plain" else ".html"
    return Wrapped(_decoded(part), "page" + ending, tuple(hints))


# ---- parts ----------------------------------------------------------------------------------------------------------


def _main_part(whole: _Part) -> _Part | None:
    """The part that a reader of the mail sees first: HTML before text, the start of a group before the rest."""
    start = whole.type.parameters.get("start", "").strip("<>")
    texts: dict[str, _Part] = {}
    for count, part in enumerate(_leaves(whole, 0)):
        if count >= _MOST_PARTS:
            break
        kind = part.type.media_type
        if part.headers.get("content-disposition", "").lower().startswith("attachment"):
            continue
        if start and part.headers.get("content-id", "").strip("<>") == start and kind in _TEXTS:
            return part
        if kind in _TEXTS and _INK.search(part.data, part.start, part.end):
            texts.setdefault(_TEXTS[kind], part)
            if "html" in texts and not start:
                break
    return texts.get("html") or texts.get("text")


_TEXTS = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}


def _leaves(part: _Part, depth: int) -> Iterator[_Part]:
    boundary = part.type.parameters.get("boundary", "")
    if not part.type.media_type.startswith("multipart/") or not boundary:
        yield part
        return
    if depth >= _MOST_DEPTH:
        return
    for start, end in _split(part, boundary.encode("latin-1", "replace")):
        yield from _leaves(_part(part.data, start, end), depth + 1)


def _part(data: bytes, start: int, end: int) -> _Part:
    """The part that begins there, with its headers."""
    window = data[start : min(end, start + HEAD_BYTES + 4)]
    head, rest = split_head(window)
    headers = parse_headers(head)
    begin = start + len(window) - len(rest) if rest else end
    return _Part(content_type(headers.get("content-type", "text/plain")), headers, data, begin, end)


def _split(part: _Part, boundary: bytes) -> Iterator[tuple[int, int]]:
    """What stands between the boundary's lines, as (start, end)."""
    body, mark = part.data, b"--" + boundary
    if body.startswith(mark, part.start, part.end):
        at = part.start
    else:
        at = body.find(b"\n" + mark, part.start, part.end) + 1
        if at == 0:
            return
    while True:
        at += len(mark)
        if body.startswith(b"--", at, part.end):
            return
        line_end = body.find(b"\n", at, part.end)
        if line_end < 0:
            return
        next_mark = body.find(b"\n" + mark, line_end, part.end)
        end = next_mark if next_mark >= 0 else part.end
        yield line_end + 1, end - (end > line_end + 1 and body[end - 1] == 0x0D)
        if next_mark < 0:
            return
        at = next_mark + 1


def _decoded(part: _Part) -> bytes:
    match part.headers.get("content-transfer-encoding", "").strip().lower():
        case "quoted-printable":
            return binascii.a2b_qp(part.data[part.start : part.end])
        case "base64":
            return _unbase64(part.data[part.start : part.end].translate(None, _NOT_BASE64))
        case _:
            return part.data[part.start : part.end]


def _unbase64(body: bytes) -> bytes:
    body = body[: len(body) - 1] if len(body) % 4 == 1 else body
    return binascii.a2b_base64(body + b"=" * (-len(body) % 4))


# ---- hints ----------------------------------------------------------------------------------------------------------


def _page_hints(headers: dict[str, str], part: _Part) -> Iterator[Hint]:
    address = headers.get("snapshot-content-location") or part.headers.get("content-location", "")
    url, captured = unwrapped(address)
    if url is not None:
        yield Hint("url", url, "header")
    captured = captured or spoken(headers.get("date", ""))
    if captured is not None:
        yield Hint("captured", captured, "header")


def _mail_hints(headers: dict[str, str]) -> Iterator[Hint]:
    subject = _words(headers.get("subject", ""))
    if subject:
        yield Hint("headline", subject, "header")
    sender = _words(email.utils.parseaddr(headers.get("from", "")[:_HEADER_CHARS])[0])
    if sender:
        yield Hint("source", sender, "header")
    published = spoken(headers.get("date", ""))
    if published is not None:
        yield Hint("published", published, "header")


def _words(value: str) -> str:
    """A header's text, its encoded words (RFC 2047) read."""
    value = value[:_HEADER_CHARS]
    with contextlib.suppress(email.errors.MessageError, LookupError, ValueError):
        value = str(email.header.make_header(email.header.decode_header(value)))
    return " ".join(value.split())
