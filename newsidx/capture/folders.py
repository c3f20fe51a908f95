"""What the folders above a capture say: mirrors made by wget or HTTrack are named after the host they come from.

The weakest evidence there is. Leaves patterns that the user gives to `pattern`. Called by the add, for each path.
"""

from __future__ import annotations

import os
import re
from urllib.parse import quote

from newsidx.capture.clock import compact
from newsidx.capture.names import is_text_name
from newsidx.capture.saved import unwrapped
from newsidx.capture.tables import words
from newsidx.model import Hint

__all__ = ["folder_hints", "is_host"]

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PORT = re.compile(r"[:+](\d{1,5})$")
_STAMP = re.compile(r"\d{14}")
_ARCHIVES = frozenset({"web.archive.org", "archive.org"})
_INDEX = re.compile(r"(?:^|/)(index\.html?)$", re.IGNORECASE)
# What RFC 3986 allows in a path and a query, and the percent sign: mirrors keep escapes as they were.
_SAFE = "%/:@!$&'()*+,;=~?-._"


def is_host(name: str) -> bool:
    """Whether a folder's name reads as a host's: labels joined by dots, the last one a top-level domain."""
    if "." not in name or len(name) > 253:
        return False
    labels = name.lower().split(".")
    return (
        (labels[-1] in words("tlds") or labels[-1].startswith("xn--"))
        and all(_LABEL.fullmatch(label) for label in labels)
        and not all(label.isdigit() for label in labels[:-1])
    )


def folder_hints(relative_path: str) -> tuple[Hint, ...]:
    """The URL (of an HTML page), or the source (of a text), by the first folder that is named after a host.

    `relative_path` is the path from the given folder on, that folder's own name included (it may be the host). The
    scheme is not known; ``http`` is given. A web archive's time stamp, a folder of 14 digits beside the host, is the
    capture time. Evidence ``folder``.
    """
    parts = [part for part in relative_path.replace(os.sep, "/").split("/") if part]
    for i, part in enumerate(parts[:-1]):
        host = _PORT.sub("", part)
        if is_host(host):
            port = _PORT.search(part)
            return _of_mirror(host.lower(), port[1] if port else None, parts[i + 1 :], parts[:i])
    return ()


def _of_mirror(host: str, port: str | None, below: list[str], above: list[str]) -> tuple[Hint, ...]:
    captured: str | None = None
    if above and _STAMP.fullmatch(above[-1]):
        captured = compact(above[-1], is_utc=True)
    elif host not in _ARCHIVES and len(below) > 1 and _STAMP.fullmatch(below[0]):
        captured = compact(below[0], is_utc=True)
        below = below[1:] if captured else below
    path = "/".join(below)
    if path.lower().endswith(".gz"):
        path = path[:-3]
    hints: list[Hint] = []
    if is_text_name(path):
        hints.append(Hint("source", host.removeprefix("www."), "folder"))
    else:
        location = quote(os.fsencode(_INDEX.sub(lambda m: m[0][: -len(m[1])], path)), safe=_SAFE)
        authority = f"{host}:{port}" if port and port not in ("80", "443") else host
        scheme = "https" if port == "443" else "http"
        url, replayed = unwrapped(f"{scheme}://{authority}/{location}")
        captured = replayed or captured
        if url is not None:
            hints.append(Hint("url", url, "folder"))
    if captured is not None:
        hints.append(Hint("captured", captured, "folder"))
    return tuple(hints)
