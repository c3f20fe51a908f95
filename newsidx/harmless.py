"""Foreign text made harmless to look at: what comes out can do nothing to a terminal, a page or who reads it.

What captures, file names, queries and errors say may hold escape sequences, bidi controls, invisible characters and
bytes that are no text. Everything that a front end shows, but JSON, has gone through one of the two functions;
`newsidx.wire.SPECIALS` are the characters that neither lets through. Both are idempotent.
"""

from __future__ import annotations

import re

from newsidx.wire import SPECIALS

__all__ = ["harmless", "harmless_name"]

# The joiners shape words of Arabic, Indic and related scripts, and are kept where they do: singly, between two
# letters of such a script. Everywhere else they are invisible.
_JOINED = "\u0620-\u074a\u0750-\u08ff\u0904-\u0dff\u1000-\u109f\u1780-\u17d3\u1820-\u18aa"
_JOINER = f"(?<=[{_JOINED}])[\u200c\u200d](?=[{_JOINED}])"
_SPECIAL = re.compile(f"(?!{_JOINER})[{SPECIALS}]")
# What may be one, with all that lies beyond the BMP. Without ranges up there the class is a table to the engine of re;
# most texts have none of it, and are gone through at a fifth of the cost.
_MAYBE_SPECIAL = re.compile(f"[{SPECIALS[: SPECIALS.index(chr(0x110BD))]}\U00010000-\U0010ffff]")
_NAME_SPECIAL = re.compile(f"[{SPECIALS}]")
_LINE_ENDS = frozenset("\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029")
# A letter with more marks than any orthography puts on it paints over the lines above and below.
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED_MARKS = re.compile(f"({_MARK}{{4}}){_MARK}+")


def harmless(text: str) -> str:
    r"""Text of an article to read, on one line: line ends are blanks, control characters are spelled out (``\x1b``),
    what is invisible is left out."""
    if text.isascii() and text.isprintable():
        return text
    if _MAYBE_SPECIAL.search(text):
        text = _SPECIAL.sub(_shown_in_text, text)
    return _PILED_MARKS.sub(r"\1", text)


def harmless_name(name: str) -> str:
    r"""A name (a path, a query, an option's value) on one line: every special character is spelled out, so that two
    names that differ look different; bytes that are no text as ``\xff``."""
    if name.isascii() and name.isprintable():
        return name
    return _PILED_MARKS.sub(r"\1", _NAME_SPECIAL.sub(_spelled, name))


def _shown_in_text(match: re.Match[str]) -> str:
    character = match[0]
    if character in _LINE_ENDS:
        return " "
    code = ord(character)
    is_control = code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code <= 0xDFFF
    return _spelled(match) if is_control else ""


_SHORT = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}


def _spelled(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
