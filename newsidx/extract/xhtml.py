"""XHTML as HTML: what the two read differently is written as HTML has it.

A parser of HTML takes ``<script src="x"/>`` or ``<div/>`` for an element that goes on, and so a page that was saved as
XML loses what follows; it knows no CDATA in text. Only pages that declare themselves XML, and XHTML, are changed.
Called by `html`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

__all__ = ["as_html"]

_NAMESPACE = b"http://www.w3.org/1999/xhtml"
_LOOK_BYTES = 4096
# An element that HTML would leave open; those that it knows to be empty, and foreign ones, it closes itself.
_CLOSED = re.compile(
    rb"""<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)[\s/])"""
    rb"""([a-zA-Z][a-zA-Z0-9-]{0,30})((?>\s[^<>"'/]*+|"[^"<]*+"|'[^'<]*+'|/(?!>))*+)/>"""
)
_CDATA, _END = b"<![CDATA[", b"]]>"
_IN_SCRIPT = re.compile(rb"<(?:script|style)\b[^<>]*>[\s/*]*\Z", re.IGNORECASE)


def as_html(markup: bytes) -> bytes:
    """The page as HTML; all but XHTML is handed back as it is."""
    head = markup[:_LOOK_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<?xml") or _NAMESPACE not in head:
        return markup
    markup = _CLOSED.sub(rb"<\1\2></\1>", markup)
    return b"".join(_without_cdata(markup))


def _without_cdata(markup: bytes) -> Iterator[bytes]:
    at = 0
    while (start := markup.find(_CDATA, at)) >= 0 and (end := markup.find(_END, start)) >= 0:
        yield markup[at:start]
        at = end + len(_END)
        if _IN_SCRIPT.search(markup, max(0, start - 200), start):
            yield markup[start:at]
        else:
            text = markup[start + len(_CDATA) : end].decode("utf-8", "surrogateescape")
            yield html.escape(text, quote=False).encode("utf-8", "surrogateescape")
    yield markup[at:]
