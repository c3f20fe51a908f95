"""Header blocks of HTTP, WARC and mail: names to values, and what a ``Content-Type`` says.

Lenient as all readers of such headers are: what cannot be read is left out, and nothing raises. Linear in the bytes.
Called by `warc`, `arc`, `har` and `mail`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["ContentType", "content_type", "page_reason", "parse_headers", "split_head"]

HEAD_BYTES = 64 * 1024
"""The most bytes of one header block; servers refuse more than 8 to 32 KiB."""

_PARAMETER = re.compile(r";\s*([\w!#$&^.+-]{1,64})\*?\s*=\s*(?:\"([^\"\r\n]{0,1000})\"|([^\s;\"]{0,1000}))")
_TYPE = re.compile(r"\s*([\w!#$&^.+-]{1,100}/[\w!#$&^.+-]{1,100})\s*(?:;|,|$)")
_MEDIA = re.compile(r"[\w.+-]{1,40}/[\w.+-]{1,60}")
_PAGES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml", "text/plain", ""})
_HEAD_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class ContentType:
    """``text/html`` (lower case, empty where there is none) and the parameters by lower-case name."""

    media_type: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def charset(self) -> str | None:
        return self.parameters.get("charset", "").strip(" '\"") or None


def content_type(value: str | None) -> ContentType:
    """What the value of a ``Content-Type`` header says."""
    text = (value or "")[:4096]
    match = _TYPE.match(text)
    if match is None:
        return ContentType()
    parameters: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(text):
        parameters.setdefault(name.lower(), quoted or bare)
    return ContentType(match[1].lower(), parameters)


def page_reason(media_type: str) -> str:
    """Empty for a type that pages have, or for none; else by what name such a record is passed over."""
    if media_type in _PAGES:
        return ""
    return media_type if _MEDIA.fullmatch(media_type) else "unknown-type"


def split_head(data: bytes) -> tuple[bytes, bytes]:
    """The header block and what follows the blank line after it; (all, nothing) where there is no blank line."""
    if data.startswith((b"\r\n", b"\n")):  # a part without headers
        return b"", data[2:] if data.startswith(b"\r") else data[1:]
    end = _HEAD_END.search(data, 0, HEAD_BYTES)
    return (data, b"") if end is None else (data[: end.start()], data[end.end() :])


def parse_headers(block: bytes) -> dict[str, str]:
    """The first value of each header, by lower-case name; continued lines are joined."""
    block = block[:HEAD_BYTES]
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        text = block.decode("latin-1")
    found: dict[str, list[str]] = {}
    last: list[str] = []
    for line in re.split(r"\r?\n", text):
        if line[:1] in (" ", "\t"):
            last.append(line.strip())
            continue
        name, colon, value = line.partition(":")
        last = [value.strip()]
        if colon:
            found.setdefault(name.strip().lower(), last)
    return {name: " ".join(parts) for name, parts in found.items()}
