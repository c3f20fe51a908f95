"""Safari's ``.webarchive``: a binary property list with the main resource, its address, type and encoding.

Python's own reader of property lists checks offsets and sizes; what it cannot read is a named failure. Called by
`stored`.
"""

from __future__ import annotations

import plistlib
from typing import Any

from newsidx.capture.mail import Wrapped
from newsidx.capture.saved import unwrapped
from newsidx.errors import CaptureFailed, NotACapture
from newsidx.model import Hint

__all__ = ["is_webarchive", "page_in_webarchive"]

_MAGIC = b"bplist00"
_MAIN = b"WebMainResource"


def is_webarchive(data: bytes) -> bool:
    """Whether the bytes are such an archive."""
    return data.startswith(_MAGIC) and _MAIN in data


def page_in_webarchive(data: bytes) -> Wrapped:
    """The main resource. CaptureFailed: damaged-webarchive; NotACapture: it is no text."""
    try:
        value: Any = plistlib.loads(data, fmt=plistlib.FMT_BINARY)
        main = value["WebMainResource"]
        page = main["WebResourceData"]
    except (plistlib.InvalidFileException, KeyError, TypeError, ValueError, OverflowError, IndexError) as error:
        raise CaptureFailed("the web archive cannot be read", reason="damaged-webarchive") from error
    if not isinstance(page, bytes):
        raise CaptureFailed("the web archive cannot be read", reason="damaged-webarchive")
    media_type = str(main.get("WebResourceMIMEType", "text/html"))
    if media_type not in ("text/html", "application/xhtml+xml", "text/plain"):
        raise NotACapture(f"its main resource is {media_type[:60]}", reason="binary")
    hints = []
    url, captured = unwrapped(str(main.get("WebResourceURL", "")))
    if url is not None:
        hints.append(Hint("url", url, "header"))
    if captured is not None:
        hints.append(Hint("captured", captured, "header"))
    encoding = main.get("WebResourceTextEncodingName")
    if isinstance(encoding, str) and encoding:
        hints.append(Hint("charset", encoding, "header"))
    return Wrapped(page, "page.txt" if media_type == "text/plain" else "page.html", tuple(hints))
