"""What of an outsized page or dump is read, and as what: so that none costs more than a second or 256 MB.

A page within the limits (all real ones looked at) is handed on as it is, after a count of its tags. Of any other

1. what has no text is taken out first: comments, styles, drawings, pictures written into the page (``data:``), values
   of attributes and ends of titles of a length that no reader asks for; and, if that is not enough, scripts that hold
   no JSON or more of it than is read, and what a ``head`` holds beyond measure;
2. what is still too much is cut: the beginning (`Fitted.head`) is read as any page is, some of what follows as bare
   text (`Fitted.rest`), which goes to the page zone, so that its words are found;
3. what follows that is not read, and the article says so.

`FLAGS` tell which of it was done. All looks are searches for fixed bytes, or bounded in their number. Called by the
readers, before anything else is done with the bytes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["FLAGS", "MAX_TAGS", "Fitted", "cut_text", "fit", "fit_text", "pieces_of_text", "plain_text"]

FLAGS = ("rest-as-text", "cut-short")
"""The page's end was read as bare text; of its end, not all was read."""

# Of 975 real pages the largest has 2.9 MB (0.54 MB without scripts and comments), 19,629 tags, 0.21 MB of text.
_MAX_WHOLE_BYTES = 3_000_000
_MAX_SEEN_BYTES = 900_000
"""Of a page without its scripts. A megabyte of words that are all different takes 0.75 s, most of it their analysis."""
MAX_TAGS = 25_000
"""Of a page of 399,000 paragraphs of a sentence so many tags (and the rest as text) take .73 s, 30,000 take .89 s."""
_MAX_REST_BYTES = 1_500_000
_MAX_REST_CHARS = 300_000
"""More than the text of the page that has most."""
_FIRST_LOOK_BYTES = 8_000_000
"""Most outsized pages hold enough here; the searches take .3 s for 64 MB."""
_PIECE_CHARS = 2000

_MAX_TEXT_CHARS = 600_000
_MAX_TEXT_BYTES = 4_000_000
"""Of a dump, as which no tool of those known writes more than a million bytes of a page."""

_MAX_HEAD_TAGS = 5000
_MAX_JSON_BYTES = 500_000
_MAX_SCRIPTS = 20
_LONG_ADDRESS = 200
_LONG_VALUE = 20_000
_MAX_SPANS = 50_000
"""Stretches of one kind that are looked for; a page of more is cut sooner."""
_JSON_TYPE = re.compile(rb"""\btype\s*=\s*["']?application/(?:ld\+)?json""", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")


@dataclass(frozen=True, slots=True)
class Fitted:
    """The bytes to be read as a page; those to be read as text after it; what was done, of `FLAGS`."""

    head: bytes
    rest: bytes = b""
    flags: tuple[str, ...] = ()


def fit(markup: bytes) -> Fitted:
    """What of a page is read. `markup` is in an encoding in which ASCII is ASCII."""
    tags = markup.count(b"<")
    if tags <= MAX_TAGS and (len(markup) <= _MAX_SEEN_BYTES or _is_scripts(markup)):
        return Fitted(markup)
    silent, scripts, seen = _look(markup, _FIRST_LOOK_BYTES)
    if seen.size <= _MAX_SEEN_BYTES + _MAX_REST_BYTES and len(markup) > _FIRST_LOOK_BYTES:
        silent, scripts, seen = _look(markup, len(markup))
    if seen.size <= _MAX_SEEN_BYTES and seen.count_tags(MAX_TAGS) <= MAX_TAGS:
        if len(markup) <= _MAX_WHOLE_BYTES:
            return Fitted(markup)
        unread = [span for span in scripts if not _is_read(markup, *span)]
        kept = _Kept(markup, [*silent, *unread, *_overfull_head(markup)], len(markup))
        if kept.size <= _MAX_WHOLE_BYTES:
            return Fitted(kept.take(_MAX_WHOLE_BYTES))
    head = seen.take(_MAX_SEEN_BYTES, MAX_TAGS)
    rest = seen.take(_MAX_REST_BYTES)
    told = _some(markup[start:end] for start, end in scripts if _is_read(markup, start, end))
    flags = FLAGS[: 1 + (not seen.is_done)] if rest else ()
    return Fitted(head + told, rest, flags)


def _is_scripts(markup: bytes) -> bool:
    """Whether little is left of the page without its scripts: most large pages are such, and one look tells."""
    if len(markup) > _MAX_WHOLE_BYTES:
        return False
    spans = _between(markup, b"<script", b"</script", len(markup))
    return len(markup) - sum(end - start for start, end in spans) <= _MAX_SEEN_BYTES


def _look(markup: bytes, window: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]], _Kept]:
    """What begins in the first `window` bytes and has no text; scripts that do; what is left without both."""
    silent, scripts = [*_textless(markup, window)], [*_scripts(markup, window)]
    return silent, scripts, _Kept(markup, [*silent, *scripts, *_overfull_head(markup)], window)


def _some(scripts: Iterable[bytes]) -> bytes:
    """The first of them, up to a size."""
    taken: list[bytes] = []
    left = _MAX_JSON_BYTES
    for script in scripts:
        left -= len(script)
        if left < 0 or len(taken) > _MAX_SCRIPTS:
            break
        taken.append(script)
    return b"".join(taken)


def plain_text(markup: str) -> tuple[list[str], bool]:
    """The words of a stretch of markup, tags taken off, as `pieces_of_text`."""
    return pieces_of_text(html.unescape(_TAG.sub(" ", markup)))


def pieces_of_text(text: str) -> tuple[list[str], bool]:
    """A text in pieces of some 2,000 code points, white space folded; and whether that is all of it."""
    text = " ".join(text.split())
    taken = text[:_MAX_REST_CHARS]
    is_all = len(taken) == len(text)
    pieces, at = [], 0
    while at < len(taken):
        end = taken.find(" ", at + _PIECE_CHARS)
        end = len(taken) if end < 0 else end
        pieces.append(taken[at:end])
        at = end + 1
    return pieces, is_all


def fit_text(data: bytes) -> tuple[bytes, bool]:
    """What of a dump's bytes is read, and whether that is all. `data` is in an encoding in which ASCII is ASCII."""
    if len(data) <= _MAX_TEXT_BYTES:
        return data, True
    return data[: _text_end(data)], False


def _text_end(data: bytes) -> int:
    for blank in (b"\n", b" "):
        end = data.rfind(blank, _MAX_TEXT_BYTES - _PIECE_CHARS, _MAX_TEXT_BYTES)
        if end > 0:
            return end
    return _whole_character(data, _MAX_TEXT_BYTES)


def _whole_character(data: bytes, end: int) -> int:
    """An end that is not inside of a character of UTF-8."""
    for back in range(4):
        if data[end - back] & 0xC0 != 0x80:
            return end - back
    return end


def cut_text(text: str) -> tuple[str, str]:
    """A dump's text as what is read line by line, and the rest."""
    if len(text) <= _MAX_TEXT_CHARS:
        return text, ""
    end = text.rfind("\n", 0, _MAX_TEXT_CHARS)
    end = end if end > _MAX_TEXT_CHARS - 20 * _PIECE_CHARS else text.rfind(" ", 0, _MAX_TEXT_CHARS)
    end = end if end > _MAX_TEXT_CHARS - 20 * _PIECE_CHARS else _MAX_TEXT_CHARS
    return text[:end], text[end:]


# ---- what has no text -----------------------------------------------------------------------------------------------


def _textless(markup: bytes, window: int) -> Iterator[tuple[int, int]]:
    """Stretches that begin in the first `window` bytes and hold no text."""
    yield from _between(markup, b"<!--", b"-->", window)
    for name in (b"style", b"svg", b"STYLE", b"SVG"):
        for start, end in _between(markup, b"<" + name, b"</" + name, window):
            # The tag itself stays, so that the closing one has something to close.
            opened = markup.find(b">", start, end)
            yield (opened + 1 if opened >= 0 else end), end - len(name) - 2
    for start, end in _between(markup, b"<title", b"</title", window):
        if end - start > _LONG_VALUE:  # all of it would leave no room for the article
            yield start + _LONG_VALUE, end - len(b"</title")
    yield from _data_addresses(markup, window)
    for quote in (b'"', b"'"):
        yield from _long_values(markup, quote, window)


def _scripts(markup: bytes, window: int) -> Iterator[tuple[int, int]]:
    for name in (b"script", b"SCRIPT"):
        for start, end in _between(markup, b"<" + name, b"</" + name, window):
            opened = markup.find(b">", end)
            yield start, (opened + 1 if opened >= 0 else end)


def _is_read(markup: bytes, start: int, end: int) -> bool:
    """Whether a script is of a kind and a size that the readers look at."""
    if end - start > _MAX_JSON_BYTES:
        return False
    opened = markup.find(b">", start, min(end, start + 1000))
    return _JSON_TYPE.search(markup, start, opened if opened >= 0 else start) is not None


def _overfull_head(markup: bytes) -> Iterator[tuple[int, int]]:
    """What stands in the page's head beyond some thousand tags: it would leave no room for the article."""
    end = markup.find(b"</head", 0, _FIRST_LOOK_BYTES)
    at = _tag_number(markup, 0, _MAX_HEAD_TAGS) if end > 0 else -1
    if 0 < at < end:
        yield at, end


def _tag_number(markup: bytes, start: int, number: int) -> int:
    """Where the tag of this number, from 0, begins; -1 if there are fewer."""
    at = start - 1
    for _ in range(number + 1):
        at = markup.find(b"<", at + 1)
        if at < 0:
            break
    return at


def _between(markup: bytes, opening: bytes, closing: bytes, window: int) -> Iterator[tuple[int, int]]:
    """From each opening to the end of its closing. What nothing closes stays."""
    at = 0
    for _ in range(_MAX_SPANS):
        start = markup.find(opening, at, window)
        end = markup.find(closing, start + len(opening)) if start >= 0 else -1
        if end < 0:
            return
        at = end + len(closing)
        yield start, at


def _data_addresses(markup: bytes, window: int) -> Iterator[tuple[int, int]]:
    at = 0
    for _ in range(_MAX_SPANS):
        start = markup.find(b"data:", at, window)
        if start <= 0:
            return
        closing = {b'"': b'"', b"'": b"'", b"(": b")"}.get(markup[start - 1 : start])
        end = markup.find(closing, start) if closing else -1
        at = start + 5
        if end - start > _LONG_ADDRESS and markup.find(b"<", start, end) < 0:
            yield start, end
            at = end


def _long_values(markup: bytes, quote: bytes, window: int) -> Iterator[tuple[int, int]]:
    at = 0
    for _ in range(_MAX_SPANS):
        start = markup.find(b"=" + quote, at, window) + 2
        end = markup.find(quote, start) if start > 1 else -1
        if end < 0:
            return
        at = end
        if end - start > _LONG_VALUE and markup.find(b"<", start, end) < 0:
            yield start, end


class _Kept:
    """What is left of a page without some stretches, taken from its beginning on."""

    def __init__(self, markup: bytes, spans: list[tuple[int, int]], window: int) -> None:
        self._markup = markup
        self._is_whole = window >= len(markup)
        self._starts, self._ends = [0], []
        end = 0
        for start, stop in sorted(spans):
            if start >= end:
                self._ends.append(start)
                self._starts.append(stop)
            elif stop > end:
                self._starts[-1] = stop
            end = max(end, stop)
        self._ends.append(max(end, min(window, len(markup))))
        self._at = 0
        """The number of the stretch that comes next."""

    @property
    def size(self) -> int:
        return sum(end - start for start, end in self._stretches())

    @property
    def is_done(self) -> bool:
        return self._is_whole and next(self._stretches(), None) is None

    def _stretches(self) -> Iterator[tuple[int, int]]:
        for i in range(self._at, len(self._starts)):
            if self._starts[i] < self._ends[i]:
                yield self._starts[i], self._ends[i]

    def count_tags(self, most: int) -> int:
        """How many tags there are; more than `most` are not counted further."""
        count = 0
        for start, end in self._stretches():
            count += self._markup.count(b"<", start, end)
            if count > most:
                break
        return count

    def take(self, most_bytes: int, most_tags: int | None = None) -> bytes:
        """The next so many bytes, cut before a tag where there is one."""
        taken: list[bytes] = []
        left, tags = most_bytes, most_tags
        while self._at < len(self._starts):
            start, end = self._starts[self._at], self._ends[self._at]
            cut = self._cut(start, end, left, tags) if start < end else end
            taken.append(self._markup[start:cut])
            left -= cut - start
            if tags is not None:
                tags -= self._markup.count(b"<", start, cut)
            if cut < end:
                self._starts[self._at] = cut
                break
            self._at += 1
        return b"".join(taken)

    def _cut(self, start: int, end: int, left: int, tags: int | None) -> int:
        cut = end
        if end - start > left:
            tag = self._markup.rfind(b"<", start, start + left)
            blank = self._markup.rfind(b" ", max(start, start + left - _PIECE_CHARS), start + left)
            cut = tag if tag > start + left // 2 else blank if blank > start else start + left
            cut = _whole_character(self._markup, cut)
        if tags is not None and self._markup.count(b"<", start, cut) > tags:
            cut = _tag_number(self._markup, start, tags)
        return cut
