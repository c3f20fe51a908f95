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
from collections import Counter
from itertools import accumulate

__all__ = ["MAX_CHARS", "is_sound"]

MAX_CHARS = 24_000_000
"""Code points read of a page; the largest real page seen has 3,000,000."""

_MAX_TAGS = 400_000
_MAX_DEPTH = 3000
_MAX_REOPENED = 2_000_000
"""Unclosed formatting elements times tags: an upper bound of the elements that misnesting makes."""

# Tags that never nest, as their end is implied or they have none, are no depth: many pages never close them.
_NEVER_NEST = tuple(
    "br img input meta link hr p li td tr th dd dt option source area base col embed wbr param path html head body"
    " tbody thead colgroup rect circle use g polygon".split()
)
_FORMATTING_NAMES = tuple("b big code em font i nobr s small strike strong tt u".split())
_OPEN = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)")
_TAGS = re.compile(rf"<(/?)(?!(?:{'|'.join(_NEVER_NEST)})\b)[a-zA-Z]", re.IGNORECASE)
_FORMATTING = re.compile(rf"<(/?)(?:{'|'.join(_FORMATTING_NAMES)})\b", re.IGNORECASE)
_ATTRIBUTES = re.compile(
    r"""<[a-zA-Z][^\s>/]*+(?>[\s/]*+[^\s>/][^\s>/=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>]*+))?+){500}"""
)
_SCRIPT = re.compile(r"</script", re.IGNORECASE)
_STEP = {"": 1, "/": -1}


def is_sound(markup: str) -> bool:
    """Whether the tree of this page can be built in time linear in its length."""
    if len(markup) > _MAX_TAGS and markup.count("<") > _MAX_TAGS:
        return False
    names = _OPEN.findall(markup)
    tags = len(names)
    if tags <= _MAX_DEPTH and tags * tags <= _MAX_REOPENED:
        return not _has_crowded_tag(markup)
    counts = Counter(map(str.lower, names))
    nesting = tags - sum(counts[name] for name in _NEVER_NEST)
    if nesting > _MAX_DEPTH and _depth(_TAGS, markup) > _MAX_DEPTH:
        return False
    formatting = sum(counts[name] for name in _FORMATTING_NAMES)
    if formatting * tags > _MAX_REOPENED and _depth(_FORMATTING, markup) * tags > _MAX_REOPENED:
        return False
    return not _has_crowded_tag(markup)


def _has_crowded_tag(markup: str) -> bool:
    """Whether a tag has 500 attributes; "a<b" in a script begins no tag."""
    position = 0
    while (found := _ATTRIBUTES.search(markup, position)) is not None:
        script = _SCRIPT.search(markup, found.start())
        opening = markup.rfind("<script", 0, found.start())
        if script is None or opening < 0 or _SCRIPT.search(markup, opening, found.start()) is not None:
            return True
        position = script.end()
    return False


def _depth(tags: re.Pattern[str], markup: str) -> int:
    return max(accumulate(map(_STEP.__getitem__, tags.findall(markup))), default=0)
