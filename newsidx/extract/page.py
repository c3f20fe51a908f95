"""The markup of a page made ready for the pass over its tags (`walk`).

The tree is Lexbor's, so misnested and unclosed tags come out as in a browser. It is not walked node by node: Lexbor
writes it out again, well-formed, and one pass over the tags of that text makes the blocks (a visit to a node from
Python costs as much as twenty tags of a split string). A page that no tree may be built of (`guard.is_sound`) goes
through the same pass as it stands.

This module knows tags and attributes; what is body is decided in `choose` and `label`. `read_page` is called by
`html.extract_html`.
"""

from __future__ import annotations

import html
import re

from newsidx.extract.guard import MAX_BYTES, is_sound
from newsidx.extract.walk import Element, Page, Run, TimeTag, closing, walk

__all__ = ["Element", "Page", "Run", "TimeTag", "fill", "read_page"]

_TAG = re.compile(r"<([^\s>]*)([^>]*)>")
"""Lexbor writes ``<`` and ``>`` as themselves in tags only: in attributes and in text they are entities."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_RAW_TAG = re.compile(r"<(/?[a-zA-Z][^\s<>/]*)([^<>]*)>")
_RAW_COMMENT = re.compile(r"<![^<>]*>")
_RAW_ATTRIBUTE = re.compile(r"""\s([a-zA-Z-]{2,20})(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?(?=[\s/]|$)""")
_INVISIBLE = ("\u00ad", "\u200b", "\ufeff", "\u2060")

_NO_MARKUP_INSIDE = "script,style,svg,iframe,noembed,noframes,xmp,plaintext"
_UNREAD = frozenset("noscript template object video audio canvas datalist math".split())
"""Elements that are not shown. To leave these out of the text costs less than to look for them in the tree."""
_RAW_STRIPPED = re.compile(r"<(script|style|svg|template|iframe|noscript|head)\b", re.IGNORECASE)


def read_page(markup: bytes, *, is_cut: bool = False) -> Page:
    """Any UTF-8 gives a page, in linear time. `is_cut`: no element is left in it of which the inside is no markup (see
    `cuts`)."""
    markup = markup[:MAX_BYTES]
    if is_sound(markup):
        from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

        tree = LexborHTMLParser(markup, options=LexborDocumentOptions.WO_EVENTS)
        return Page(tree=tree, is_cut=is_cut)
    return _read_raw(markup.decode("utf-8", "replace"))


def fill(page: Page, *, with_noscript: bool = False) -> None:
    """The pass over the tags of `page.tree`. Scripts and the like are taken out of the tree: read them before."""
    tree = page.tree
    if tree is None:
        return
    root = tree.body or tree.root
    if root is None:
        return
    if not page.is_cut:
        for node in root.css(_NO_MARKUP_INSIDE):
            node.decompose(recursive=False)
    markup = root.html or ""
    if "<!--" in markup:
        markup = _COMMENT.sub("", markup)
    parts = _TAG.split(_without_invisible(markup))
    walk(page, _without(_UNREAD - {"noscript"} if with_noscript else _UNREAD, parts), is_well_formed=True)


def _without(unread: frozenset[str], parts: list[str]) -> list[str]:
    """The texts and tags without the elements of some names; the text after one runs on from the text before it."""
    names = parts[1::3]
    unread = unread.intersection(names)
    if not unread:
        return parts
    kept: list[str] = []
    begin = 0
    next_of = {name: names.index(name) for name in unread}
    while next_of:
        at, name = min((number, name) for name, number in next_of.items())
        end = closing(name, names, at + 1) if at >= begin else at
        if at >= begin and names[end : end + 1] == ["/" + name]:
            kept += parts[3 * begin : 3 * at]
            parts[3 * end + 3] = parts[3 * at] + parts[3 * end + 3]
            begin = end + 1
        try:
            next_of[name] = names.index(name, max(at + 1, begin))
        except ValueError:
            del next_of[name]
    return kept + parts[3 * begin :]


def _without_invisible(markup: str) -> str:
    if not markup.isascii():
        for character in _INVISIBLE:
            if character in markup:
                markup = markup.replace(character, "")
    return markup


def _read_raw(markup: str) -> Page:
    kept: list[str] = []
    position = 0
    for found in _RAW_STRIPPED.finditer(markup):
        if found.start() < position:
            continue
        kept.append(markup[position : found.start()])
        closing = re.compile(f"</{found[1]}", re.IGNORECASE).search(markup, found.end())
        position = len(markup) if closing is None else closing.start()
    kept.append(markup[position:])
    page = Page()
    parts = _RAW_TAG.split(_without_invisible(_RAW_COMMENT.sub("", "".join(kept))))
    parts[0::3] = [_text_written_well(text) if "&" in text else text for text in parts[0::3]]
    parts[1::3] = [name.lower() for name in parts[1::3]]
    parts[2::3] = [_written_well(rest) if rest else "" for rest in parts[2::3]]
    walk(page, parts, is_well_formed=False)
    return page


def _text_written_well(text: str) -> str:
    return html.unescape(text).replace("&", "&amp;")


def _written_well(rest: str) -> str:
    """The attributes of a tag, as an author wrote them, as Lexbor would write them; the first of a name counts."""
    found: dict[str, str] = {}
    for key, double, single, bare in _RAW_ATTRIBUTE.findall(rest):
        found.setdefault(key.lower(), double or single or bare)
    return "".join(f' {key}="{_text_written_well(value).replace(chr(34), "&quot;")}"' for key, value in found.items())
