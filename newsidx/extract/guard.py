"""Limits before the parse: what a page may be so that building its tree takes linear time.

Lexbor, as the HTML standard demands, searches its stack of open elements for every tag and reopens misnested
formatting elements in every paragraph, and it compares each attribute with those before it. Measured with Lexbor of
selectolax 1.0 on one core: 5,000 nested ``div`` 36 ms, 20,000 535 ms; 5,000 attributes of one tag 45 ms, 20,000
665 ms; 500 distinct unclosed ``font`` before 2,000 ``p`` 709 ms and 21 MB of tree out of 14 KB. Real pages (1,700
looked at) nest 396 deep at most and write fewer than 200 attributes in a tag.

`is_sound` is a few linear scans in C. A page that fails is read without a tree (see `page.read_page`).
"""

from __future__ import annotations

import re
from itertools import accumulate

__all__ = ["MAX_BYTES", "is_sound"]

MAX_BYTES = 24_000_000
"""Bytes read of a page; the largest real page seen has 3,000,000."""

_MAX_TAGS = 400_000
_MAX_DEPTH = 3000
_MAX_UNCOUNTED = 6000
"""A page of no more tags is not looked at: 5,000 deep takes 36 ms, and the look a tenth of a page's time."""
_MAX_REOPENED = 2_000_000
"""Unclosed formatting elements times tags: an upper bound of the elements that misnesting makes."""


# Tags that never nest, as their end is implied or they have none, are no depth: many pages never close them.
_NEVER_NEST = (
    "br|img|input|meta|link|hr|p|li|td|tr|th|dd|dt|option|source|area|base|col|embed|wbr|param|path|html|head|body|tbody"
    "|thead|colgroup|rect|circle|use|g|polygon"
)
_TAGS = re.compile(rf"<(/?)(?!(?:{_NEVER_NEST})\b)[a-zA-Z]".encode(), re.IGNORECASE)
_FORMATTING = re.compile(rb"<(/?)(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b", re.IGNORECASE)
_LIKE_FORMATTING = re.compile(rb"<[bcefinstuBCEFINSTU][\s/>iomtIOMT]")
"""All of them, a few others, and in a fraction of the time: an upper bound."""
_MANY_PARTS = re.compile(rb"""<[a-zA-Z](?>[^>"']{1,16}+|"[^"]*+"|'[^']*+'){120}""")
"""What a tag of 960 attributes matches: 16 bytes hold 8 at most. Cheaper than to count the attributes of each tag."""
_ATTRIBUTES = re.compile(
    rb"""<[a-zA-Z][^\s>/]*+(?>[\s/]*+[^\s>/][^\s>/=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]*+))?+){500}"""
)
_MAX_LIKE_CROWDED = 5000
_SCRIPT = re.compile(rb"</[sS][cC][rR][iI][pP][tT]")
_STEP = {b"": 1, b"/": -1}


def is_sound(markup: bytes) -> bool:
    """Whether the tree of this page can be built in time linear in its length."""
    brackets = markup.count(b"<")
    if brackets > _MAX_TAGS:
        return False
    if brackets > _MAX_UNCOUNTED and _deepest(_TAGS.findall(markup)) > _MAX_DEPTH:
        return False
    if brackets * brackets > _MAX_REOPENED and len(_LIKE_FORMATTING.findall(markup)) * brackets > _MAX_REOPENED:
        formatting = _FORMATTING.findall(markup)
        if len(formatting) * brackets > _MAX_REOPENED and _deepest(formatting) * brackets > _MAX_REOPENED:
            return False
    return not _has_crowded_tag(markup)


def _has_crowded_tag(markup: bytes) -> bool:
    """Whether a tag has some 500 attributes or more; "a<b" in a script begins no tag."""
    position = 0
    for _ in range(_MAX_LIKE_CROWDED):
        found = _MANY_PARTS.search(markup, position)
        if found is None:
            return False
        start = found.start()
        opening = markup.rfind(b"<script", position, start)
        script = _SCRIPT.search(markup, opening) if opening >= 0 else None
        if script is not None and script.start() > start:
            position = script.end()
        elif _ATTRIBUTES.match(markup, start):
            return True
        else:
            position = start + 1
    return True


def _deepest(slashes: list[bytes]) -> int:
    return max(accumulate(map(_STEP.__getitem__, slashes)), default=0)
