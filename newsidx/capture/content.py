"""What the bytes are: a page, a text, or no capture at all.

Knows no files and no encodings beyond what it takes to look (the extractor decides the encoding for good). Called by
`stored`, once a capture, on the bytes as decompressed. Every look is at a window of bounded size, so that any bytes
are judged in linear time.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from functools import cache

from newsidx.capture.names import is_page_name, is_text_name, skip_detail
from newsidx.capture.tables import toml
from newsidx.errors import NotACapture

__all__ = ["decoded", "media_type_of", "narrowed"]

_WINDOW_BYTES = 64 * 1024
_JSON_BYTES = 4 * 1024 * 1024
# Share of control characters (no white space, no escape) above which bytes are no text. 975 real pages and 2919 texts
# of them have at most 0.00016; random bytes have 0.11. Markup is given more room: broken servers pad it with zeros.
_CONTROL_SHARE = 0.01
_CONTROL_SHARE_IN_MARKUP = 0.05
_CONTROLS = bytes([*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def media_type_of(data: bytes, name: str = "") -> str:
    """``text/html`` or ``text/plain``, by content and then by name. NotACapture with its reason for anything else."""
    if not data.strip():
        raise _not("empty")
    reason = _magic(data)
    if reason is not None:
        raise _not(reason)
    text = decoded(data, _WINDOW_BYTES)
    if not text.strip("\ufeff\u200b\0 \t\r\n\f\v\xa0\u2028\u2029\u3000"):
        if len(data) <= _WINDOW_BYTES:
            raise _not("empty" if "\0" not in text else "binary")
        text = decoded(data, len(data))
    root = _root(text)
    _refuse_binary(data, is_markup=root is not None)
    if root in ("feed", "image", "data", "code"):
        raise _not(root)
    if root == "html":
        return "text/html"
    if _is_json(data, text):  # before loose markup: it often holds some
        raise _not("data")
    if _is_loose_html(text, name):
        return "text/html"
    reason = "data" if _is_table(text) else _code_kind(text)
    if reason is not None:
        raise _not(reason)
    return "text/plain"


def decoded(data: bytes, limit_bytes: int) -> str:
    """The first bytes as text, good enough to look for marks in: by a byte order mark, else UTF-8, else Latin-1."""
    head = data[:limit_bytes]
    encoding = _wide_encoding(head)
    if encoding is not None:
        return head.decode(encoding, "replace").removeprefix("\ufeff")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return head.decode("latin-1")


def narrowed(data: bytes) -> bytes:
    """Text in units of two or four bytes as UTF-8 with its byte order mark, all other bytes as they are: so that who
    reads a capture further need only know encodings that web pages have."""
    encoding = _wide_encoding(data[:1024])
    if encoding is None:
        return data
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    return codecs.BOM_UTF8 + text.encode("utf-8", "replace")


def _not(reason: str) -> NotACapture:
    return NotACapture(skip_detail(reason), reason=reason)


def _wide_encoding(head: bytes) -> str | None:
    """The encoding where units are wider than a byte: by byte order mark, else by where the zero bytes stand."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    sample = head[:1024]
    half = len(sample) // 2
    if half < 4 or b"\0" not in sample:
        return None
    even, odd = sample[0 : 2 * half : 2].count(0), sample[1 : 2 * half : 2].count(0)
    # Latin text in UTF-16 has a zero in nearly every second byte, and none in the others.
    if odd > 0.7 * half and even < 0.02 * half + 1:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.02 * half + 1:
        return "utf-16-be"
    return None


@cache
def _magics() -> tuple[tuple[str, int, tuple[bytes, ...]], ...]:
    return tuple(
        (entry["reason"], entry["at"], tuple(start.encode("latin-1") for start in entry["starts"]))
        for entry in toml("content")["magic"]
    )


def _magic(data: bytes) -> str | None:
    for reason, at, starts in _magics():
        if data.startswith(starts, at):
            return reason
    if data.startswith((b"MIME-Version:", b"From:")) and b"multipart/related" in data[:4096]:
        return "container"
    return None


def _refuse_binary(data: bytes, *, is_markup: bool) -> None:
    if _wide_encoding(data[:1024]) is not None:
        return
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > len(data) * (_CONTROL_SHARE_IN_MARKUP if is_markup else _CONTROL_SHARE):
        raise _not("binary")


# ---- markup ---------------------------------------------------------------------------------------------------------

_TAG_NAME = re.compile(r"<([A-Za-z][\w:.-]*)(?=[\s/>])")
_DOCTYPE = re.compile(r"<!doctype\s+([\w:.-]+)", re.IGNORECASE)
_STRONG = re.compile(r"(?:^|[>\n])[ \t]*<(?:!doctype\s+html|html|head|body)\b[^<>]{0,2000}>", re.IGNORECASE)
_ANY_TAG = re.compile(
    r"</?(?:p|div|br|a|span|h[1-6]|table|tr|td|ul|ol|li|body|html|head|title|meta|script|img|b|i|em|strong|font)"
    r"(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"</(?:p|div|a|span|h[1-6]|table|td|ul|li|title|script|article|section)\s*>", re.IGNORECASE)


@cache
def _elements() -> dict[str, str]:
    table = toml("content")["markup"]
    return {name: kind for kind in ("feed", "image", "html") for name in table[kind]}


def _root(text: str) -> str | None:
    """What the first element says: html, feed, image (SVG), data (other XML), code; None where there is none."""
    at, is_xml = 0, False
    while True:
        while at < len(text) and text[at] in " \t\r\n\f\ufeff\0":
            at += 1
        if text.startswith(("<?php", "<?=", "<%"), at):
            return "code"
        if text.startswith("<?", at):
            is_xml, end = True, text.find(">", at)
        elif text.startswith("<!--", at):
            end = text.find("-->", at)
            end = end + 2 if end >= 0 else end
        elif (doctype := _DOCTYPE.match(text, at)) is not None:
            if doctype[1].lower() == "html":
                return "html"
            is_xml, end = True, _doctype_end(text, at)
        else:
            break
        if end < 0:
            return "html" if _ANY_TAG.search(text) else None
        at = end + 1
    return _first_element(text, at, is_xml=is_xml)


def _doctype_end(text: str, at: int) -> int:
    """Where the declaration ends, an internal subset in brackets included."""
    end, bracket = text.find(">", at), text.find("[", at)
    if 0 <= bracket < end:
        close = text.find("]", bracket)
        return text.find(">", close) if close >= 0 else -1
    return end


def _first_element(text: str, at: int, *, is_xml: bool) -> str | None:
    tag = _TAG_NAME.match(text, at)
    if tag is None:
        return None
    name = tag[1].lower()
    kind = _elements().get(name)
    if kind is None and name.endswith(":html"):
        kind = "html"
    if kind == "html" and is_xml and name not in ("html", "head", "body") and not _ANY_TAG.search(text, tag.end()):
        return "data"
    if kind is None and (is_xml or f"</{tag[1]}>" in text[-_WINDOW_BYTES:] or " xmlns" in text[at : at + 500]):
        return "data"
    return kind


def _is_loose_html(text: str, name: str) -> bool:
    """Markup that does not begin at the beginning: after HTTP headers, or in a fragment."""
    if is_text_name(name):
        return False
    if is_page_name(name):
        return _ANY_TAG.search(text) is not None
    if _STRONG.search(text, 0, 16 * 1024):
        return True
    return sum(1 for _ in _CLOSING.finditer(text)) >= 5


# ---- structured data and code ---------------------------------------------------------------------------------------


def _is_json(data: bytes, text: str) -> bool:
    stripped = text.lstrip()
    if not stripped.startswith(("{", "[")):
        return False
    if not re.match(r"\{\s*[\"}]|\[\s*(?:[\[{\"\d\]-]|true|false|null)", stripped):
        return False
    if len(data) > _JSON_BYTES:
        return data.rstrip()[-1:] in (b"}", b"]")
    whole = decoded(data, len(data)).strip()
    return _parses(whole) or all(_parses(line) for line in whole.splitlines()[:3] if line.strip())


def _parses(text: str) -> bool:
    try:
        value = json.loads(text)
    except ValueError:
        return False
    except RecursionError:
        return True
    return isinstance(value, (dict, list))


def _is_table(text: str) -> bool:
    """Lines that all have the same number of separators: comma-, semicolon-, tab- or bar-separated values."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    if len(text) >= _WINDOW_BYTES // 4:
        lines = lines[:-1]
    if len(lines) < 5:
        return False
    for separator in ",;\t|":
        counts = {re.sub(r'"[^"\n]*"', "", line).count(separator) for line in lines}
        fewest = min(counts)
        if len(counts) == 1 and fewest >= 2 and sum(map(len, lines)) <= 60 * (fewest + 1) * len(lines):
            return True
    return False


@dataclass(frozen=True, slots=True)
class _CodeTable:
    starts: tuple[str, ...]
    line: re.Pattern[str]
    symbols: str


@cache
def _code_table() -> _CodeTable:
    table = toml("content")["code"]
    return _CodeTable(tuple(table["starts"]), re.compile(table["line"]), table["symbols"])


# Of 2919 texts of real pages 16 have more than 0.03 of such symbols, and none of these more than 0.2 of such lines (of
# all, 0.1). Of 300 C files 295 are known by it, of 300 Python files 214: the others are little else than prose.
_CODE_SYMBOLS = 0.03
_CODE_SHARE = 0.35
_CODE_LINES = 3
_RULE = re.compile(r"[^{}\n]{1,200}\{(?:\s*[\w-]{2,40}\s*:[^;{}]{1,400}[;}])+", re.DOTALL)


def _code_kind(text: str) -> str | None:
    sample = text[: _WINDOW_BYTES // 4]
    bare = _without_comments(sample).lstrip()
    if _style_share(bare) > 0.5:
        return "style"
    table = _code_table()
    if text.lstrip().startswith(table.starts):
        return "code"
    symbols = sum(map(bare.count, table.symbols)) / max(1, len(bare))
    lines = [line for line in bare.splitlines() if line.strip()]
    if len(lines) < _CODE_LINES or symbols < _CODE_SYMBOLS:
        return None
    shaped = sum(1 for line in lines if table.line.match(line[:300])) / len(lines)
    return "code" if shaped > _CODE_SHARE else None


def _without_comments(text: str) -> str:
    """Without what stands between /* and */, in one pass (a pattern would try each beginning to the end)."""
    kept: list[str] = []
    at = 0
    while (start := text.find("/*", at)) >= 0 and (end := text.find("*/", start + 2)) >= 0:
        kept.append(text[at:start])
        at = end + 2
    kept.append(text[at:])
    return "".join(kept)


def _style_share(text: str) -> float:
    if text.count("{") < 2 or text.count(":") < 2:
        return 0.0
    covered = sum(len(rule[0]) for rule in _RULE.finditer(text))
    return covered / max(1, len(text))
