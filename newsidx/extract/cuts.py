"""What of a page's bytes no reader looks at is cut out before the parse: scripts, styles, drawings, frames, comments.

They are two thirds of a page's bytes today (the median of 159 pages), and the guard, the parse and the selectors cost
as much as the page is long. What is cut is what the tokenizer of the HTML standard takes for these elements: up to the
first end tag (of drawings, to their own). Where that is in doubt (no end tag, a comment with a script inside a script,
an element inside an attribute) the page stays as it is, and the tree decides. JSON-LD is kept apart. One pass, linear
in the bytes, on any encoding in which ASCII is itself. Called by `html`.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

__all__ = ["Cut", "cut"]


def _whole(name: str, *stops: str) -> str:
    """A pattern for the name, from its second letter on, of an element whose inside is text, and for the rest of it up
    to its end tag, where it has one. `stops` (one at most) ends a first stretch of it, which then is a group."""
    inside, rest = (rf"(?>[^<]+|<(?!/(?i:{name})[\s/>]{more}))*+" for more in ("".join(f"|{s}" for s in stops), ""))
    comment = "".join(rf"(?:<({stop}){rest})?" for stop in stops)
    return rf"""(?i:{name[1:]})(?![-\w:])((?>[^>"']+|"[^"]*"|'[^']*')*+>{inside}{comment}</(?i:{name})[^>]*>)?"""


_PARTS = re.compile(
    rf"""<(?:!--(-?>|(?>[^-]+|-(?!->))*+-->)?
    |[sS](?:{"|".join((_whole("script", "!--"), _whole("style"), _whole("svg")))})
    |[iI](?:{_whole("iframe")})
    |[tT](?:{"|".join(map(_whole, ("title", "textarea")))})
    |[xnpXNP](?i:mp|oembed|oframes|laintext)(?![-\w:])
    )""".encode(),
    re.VERBOSE,
)
"""One search does it all, in C; the alternatives are told apart by their first letters."""
_ATTRIBUTES = re.compile(rb"""<[a-z]+((?>[^>"']+|"[^"]*"|'[^']*')*+)>""", re.IGNORECASE)
_JSON_LD = re.compile(r"""[\s"'/]type\s*=\s*(?:"[^"]*ld\+json|'[^']*ld\+json|[^\s"'>]*ld\+json)""", re.IGNORECASE)
_DRAWING = re.compile(rb"<(/?)svg(?=[\s/>])[^>]*>", re.IGNORECASE)


_SCRIPT, _COMMENT, _SVG, _TITLE = 2, 3, 5, 7


class Cut(NamedTuple):
    """What is left of a page, and the insides of its JSON-LD scripts; None where nothing was cut."""

    markup: bytes
    json_ld: list[bytes] | None = None


def cut(markup: bytes) -> Cut:
    """The page without what no reader looks at, or the page as it stands."""
    kept: list[bytes] = []
    json_ld: list[bytes] = []
    begin = position = 0
    while (found := _PARTS.search(markup, position)) is not None:
        kind = found.lastindex
        start, position = found.span()
        if kind is None:
            return Cut(markup)
        if kind >= _TITLE:
            continue
        if kind == _SVG:
            position = _end_of_drawing(markup, start, position)
        elif kind == _SCRIPT:
            if found[_COMMENT] and not _ends_there(found[0]):
                return Cut(markup)
            if markup.find(b"json", start, markup.find(b">", start)) >= 0:
                json_ld += _json_in(found[0])
        before = markup[start - 1 : start]
        if before != b">" and markup.rfind(b"<", begin, start) > markup.rfind(b">", begin, start):
            return Cut(markup)  # inside an attribute, or after a bracket that begins no tag
        if not position:
            return Cut(markup)
        kept.append(markup[begin:start])
        begin = position
    kept.append(markup[begin:])
    return Cut(b"".join(kept), json_ld)


def _ends_there(script: bytes) -> bool:
    """Whether a script with a comment ends where it seems to: one with a script in the comment does not."""
    comment = script.find(b"<!--")
    while comment >= 0:
        stop = script.find(b"-->", comment + 2)
        if stop < 0:
            return b"<script" not in script[comment:].lower()
        comment = script.find(b"<!--", stop)
    return True


def _json_in(script: bytes) -> list[bytes]:
    """The inside of a script of JSON-LD."""
    opening = _ATTRIBUTES.match(script)
    if opening is None or not _JSON_LD.search(html.unescape(opening[1].decode("latin-1"))):
        return []
    return [script[opening.end() : script.rfind(b"</")]]


def _end_of_drawing(markup: bytes, start: int, end: int) -> int:
    """Where a drawing ends, in which others may be; 0 if nowhere. `end`: behind its first end tag."""
    inside = markup.find(b">", start) + 1
    if markup[inside - 2] == _SLASH:
        return inside
    if markup.find(b"<svg", inside, end) < 0:
        return end
    depth = 0
    for tag in _DRAWING.finditer(markup, start):
        depth += -1 if tag[1] else not tag[0].endswith(b"/>")
        if not depth:
            return tag.end()
    return 0


_SLASH = ord("/")
