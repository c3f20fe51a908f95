"""Bytes of a dump to text: byte-order marks, UTF-8, UTF-16 without a mark, then the legacy encodings by evidence.

Responsible for saying that bytes are no text (`NotACapture`); leaves all meaning to the reader. Called by `text`.
"""

from __future__ import annotations

import codecs
import re

from newsidx.errors import NotACapture
from newsidx.extract.decode import encoding_of

__all__ = ["decode"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(set(range(32)) - {8, 9, 10, 11, 12, 13, 27, 28, 29, 30, 31})
_SAMPLE = 1 << 16
_LEGACY_HIGH_SHARE = 0.25
"""Above this share of bytes over 127 a text is in no Western language: windows-1252 would be letter soup."""


def decode(data: bytes, header: str | None = None) -> str:
    """The text of `data`; what is no UTF-8, by the charset of its header if it has one. NotACapture with reason
    ``empty`` or ``binary``."""
    if not data.strip():
        raise NotACapture("the capture is empty", reason="empty")
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _checked(data[len(mark) :].decode(name, "replace"))
    if wide := _wide(data):
        return _checked(data.decode(wide, "replace"))
    head = data[:_SAMPLE]
    if len(head.translate(None, _CONTROLS)) < len(head) * 0.995:
        raise NotACapture("these bytes are no text", reason="binary")
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if (declared := encoding_of(header)) not in (None, "utf-8"):
        return _checked(data.decode(declared or "", "replace"))
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if bad <= 3 or bad * 50 < len(_HIGH.findall(text[:_SAMPLE])):
        return _checked(text)
    return _checked(_legacy(data))


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: most of every second byte is zero (text in a Latin script)."""
    head = data[:4096]
    even, odd = head[0::2], head[1::2]
    if len(head) < 4:
        return None
    if odd.count(0) > len(odd) * 0.4 and even.count(0) < len(even) * 0.05:
        return "utf-16-le"
    if even.count(0) > len(even) * 0.4 and odd.count(0) < len(odd) * 0.05:
        return "utf-16-be"
    return None


_PRIVATE = re.compile("[\ue000-\uf8ff]")
_HIGH = re.compile("[^\x00-\x7f]")
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HAN = re.compile("[\u4e00-\u9fff]")
_CYRILLIC_LOWER = re.compile("[а-яё]")


def _legacy(data: bytes) -> str:
    head = data[:_SAMPLE]
    high = sum(byte > 127 for byte in head)
    if high >= len(head) * _LEGACY_HIGH_SHARE:
        cyrillic = head.decode("cp1251", "replace")
        if len(_CYRILLIC_LOWER.findall(cyrillic)) > high * 0.75:
            return data.decode("cp1251", "replace")
        for name, pattern, share in (
            ("shift_jis", _KANA, 0.15),
            ("euc_jp", _KANA, 0.15),
            ("euc_kr", _HANGUL, 0.4),
            ("gb18030", _HAN, 0.3),
        ):
            text = head.decode(name, "replace")
            if text.count("\ufffd") < 20 and len(pattern.findall(text)) > share * high / 2:
                return data.decode(name, "replace")
    return data.decode("cp1252", "replace")


def _checked(text: str) -> str:
    if not text.strip("\ufeff\u200b \t\r\n\f\v\0"):
        raise NotACapture("the capture is empty", reason="empty")
    sample = text[:_SAMPLE]
    bad = sample.count("\ufffd") + sample.count("\0") + len(_PRIVATE.findall(sample))
    if bad > len(sample) * 0.2:
        raise NotACapture("these bytes are no text", reason="binary")
    return text
