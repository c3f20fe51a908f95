"""How bytes are read as text, as browsers decide it.

Order: a byte order mark; what its HTTP header or the page in a ``meta`` declares, unless the bytes are UTF-8 beyond
doubt; UTF-8 where the bytes are valid as such; windows-1252. Labels are those of the WHATWG Encoding Standard
(https://encoding.spec.whatwg.org/#names-and-labels), where ``iso-8859-1`` means windows-1252, ``gb2312`` means
GB 18030, and so on. Called by the readers; knows nothing of markup but where a declaration stands.
"""

from __future__ import annotations

import codecs
import re
from itertools import islice

__all__ = ["encoding_of", "encoding_of_page", "without_utf_16"]

_PRESCAN_BYTES = 8192
"""Browsers look at 1,024 bytes; saved pages often begin with comments or scripts that a tool has put there."""

_MIN_PROOF = 4
"""So many multi-byte sequences in wholly valid UTF-8 prove it against a declared legacy encoding: tools that save
pages often write UTF-8 and leave the old declaration. A chance sequence in a legacy text is rare, four are none."""

_META = re.compile(rb"<meta\b[^>]{0,1000}?charset\s*=\s*[\"']?\s*([-\w:.]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([-\w:.]+)", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# Python's name for a WHATWG label where it is another one than Python would take the label for.
_LABELS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "windows-1252": "cp1252",
    "x-cp1252": "cp1252",
    "iso-8859-9": "cp1254",
    "iso8859-9": "cp1254",
    "latin5": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "dos-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "logical": "iso-8859-8",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "chinese": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "korean": "cp949",
    "windows-949": "cp949",
    "x-euc-jp": "euc-jp",
    "koi8-ru": "koi8-u",
    "utf-16": "utf-8",
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
    "unicode": "utf-8",
    "utf8": "utf-8",
    "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman",
}
# A label must name a text encoding that cannot be led astray by what it decodes (no utf-7, no codecs of Python's own).
_ALLOWED = re.compile(
    r"utf-8|cp\d+|iso-?8859-?\d+|windows-?125\d|gb18030|big5hkscs|euc[-_]jp|iso-2022-jp|koi8-[ru]|mac-(?:roman|cyrillic)"
)


def encoding_of_page(data: bytes, header: str | None = None) -> str:
    """Python's name of the encoding that a page is to be read with; UTF-16 only where a byte order mark says so.

    `header` is the label of the ``Content-Type`` that the bytes were sent with, which goes before the page's own."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    sent = encoding_of(header)
    if sent == "utf-8" and _is_spoilt(data):
        sent = None  # many servers say so of everything
    declared = sent or _declared(data)
    if declared == "utf-8":
        return declared
    if not _is_spoilt(data) and (declared is None or data.isascii() or _is_proven(data)):
        return "utf-8" if declared != "iso-2022-jp" else declared
    return declared or _guess(data)


def without_utf_16(data: bytes) -> bytes:
    """The bytes of a page in an encoding in which ASCII is ASCII: UTF-16, told by its mark, as UTF-8 with one."""
    for bom, name in _BOMS[1:]:
        if data.startswith(bom):
            return codecs.BOM_UTF8 + data[len(bom) :].decode(name, "replace").encode("utf-8", "replace")
    return data


def _declared(data: bytes) -> str | None:
    head = _COMMENT.sub(b"", data[:_PRESCAN_BYTES])
    found = _META.search(head) or _XML.search(head)
    if found is None:
        return None
    return encoding_of(found[1].decode("ascii", "replace"))


def encoding_of(label: str | None) -> str | None:
    """Python's name for a label of the Encoding Standard; None where it is none, or none that pages have."""
    label = (label or "").strip().lower()
    name = _LABELS.get(label, label)
    if not _ALLOWED.fullmatch(name):
        return None
    try:
        codecs.lookup(name)
    except LookupError:
        return None
    return name


def _is_proven(data: bytes) -> bool:
    return next(islice(_MULTIBYTE.finditer(data), _MIN_PROOF - 1, None), None) is not None


def _is_spoilt(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _guess(data: bytes) -> str:
    """Undeclared and not valid UTF-8: mostly UTF-8 (a cut or a spoilt sequence) or windows-1252."""
    sample = data[:200_000]
    odd = sum(byte >= 0x80 for byte in sample)
    spoilt = sample.decode("utf-8", "replace").count("\ufffd")
    return "utf-8" if spoilt * 10 < odd else "cp1252"
