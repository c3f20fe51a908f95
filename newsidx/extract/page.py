"""One pass over the markup of a page: elements with what their names mean, and the blocks of text in them.

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
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from newsidx.extract.guard import MAX_CHARS, is_sound
from newsidx.extract.names import meanings

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

__all__ = ["Element", "Page", "Run", "TimeTag", "read_page"]

NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(slots=True)
class Element:
    """A block-level element. `start` and `end` bound the runs inside it, so that sums over it are two look-ups."""

    tag: str
    parent: int
    depth: int
    own: frozenset[str]
    start: int
    end: int = -1


@dataclass(slots=True)
class Run:
    """A run of text that stands by itself, in element number `element`; `marks` are named inline stretches of it."""

    text: str
    element: int
    links: tuple[tuple[str, str], ...] = ()
    link_chars: int = 0
    marks: tuple[tuple[frozenset[str], str], ...] = ()
    bold_chars: int = 0


@dataclass(frozen=True, slots=True)
class TimeTag:
    """A ``time`` element: its machine-readable attribute, and the number of the run that its text is in."""

    machine: str
    text: str
    run: int
    names: frozenset[str]


@dataclass(slots=True)
class Page:
    """A page as read: elements in document order (number 0 is the body), runs in document order, times."""

    elements: list[Element] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    times: list[TimeTag] = field(default_factory=list)
    tree: LexborHTMLParser | None = None
    """The parsed document, for selectors over the head; None where the page was read without a tree."""


_TAG = re.compile(r'<(!--.*?--|[^">]*(?:"[^"]*"[^">]*)*)>', re.DOTALL)
_RAW_TAG = re.compile(r"<([/!a-zA-Z][^<>]*)>")
_NAME = re.compile(r"/?[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(
    r"""\s(class|id|role|itemprop|data-testid|data-component|data-type|data-qa|data-module|rel|href|datetime|hidden"""
    r"""|style)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?(?=[\s/]|$)""",
    re.IGNORECASE,
)
_NAMING = ("class", "id", "role", "itemprop", "data-testid", "data-component", "data-type", "data-qa", "data-module")
_WANTED = {f" {name}=": name for name in (*_NAMING, "rel", "href", "datetime", "hidden", "style")}
_RELATIONS = {"tag": "tags", "author": "byline"}
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_INVISIBLE = ("\u00ad", "\u200b", "\ufeff", "\u2060")

_STRIPPED = [
    "script", "style", "svg", "template", "iframe", "noembed", "noframes", "object", "video", "audio", "canvas",
    "datalist", "xmp", "plaintext", "math",
]  # fmt: skip
_RAW_STRIPPED = re.compile(r"<(script|style|svg|template|iframe|noscript|head)\b", re.IGNORECASE)

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small"
    " span strike strong sub sup tt u var wbr time".split()
)
_VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())
_BOLD = frozenset(("b", "strong"))

# What the pass does at a tag.
_SKIP, _OPEN, _CLOSE, _INLINE_OPEN, _INLINE_CLOSE, _BREAK, _SPLIT = range(7)

_MAX_STACK_SEARCH = 64


def read_page(markup: str) -> Page:
    """Any text gives a page, in linear time."""
    markup = markup[:MAX_CHARS]
    if is_sound(markup):
        from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

        tree = LexborHTMLParser(markup, options=LexborDocumentOptions.WO_EVENTS)
        return Page(tree=tree)
    return _read_raw(markup)


def fill(page: Page, *, with_noscript: bool = False) -> None:
    """The pass over the tags of `page.tree`. Scripts and the like are taken out of the tree: read them before."""
    tree = page.tree
    if tree is None:
        return
    root = tree.root
    if root is None:
        return
    root.strip_tags(_STRIPPED if with_noscript else [*_STRIPPED, "noscript"], recursive=True)
    body = tree.body
    markup = (body.html if body is not None else root.html) or ""
    _Walk(page, _attributes).run(_TAG.split(markup))


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
    _Walk(page, _raw_attributes).run(_RAW_TAG.split("".join(kept)))
    return page


class _Tag:
    """What a tag, as written, means to the pass; tags recur, so this is made once for each spelling of a page."""

    __slots__ = ("action", "attributes", "name", "names")

    def __init__(
        self, action: int, name: str, names: frozenset[str] = NOTHING, attributes: dict[str, str] | None = None
    ) -> None:
        self.action = action
        self.name = name
        self.names = names
        self.attributes = attributes or _NO_ATTRIBUTES


_NO_ATTRIBUTES: dict[str, str] = {}


class _Walk:
    """The state of the pass: open elements, and the run being gathered."""

    def __init__(self, page: Page, read_attributes: Callable[[str], dict[str, str]]) -> None:
        self.page, self.read_attributes = page, read_attributes
        self.known: dict[str, _Tag] = {}
        self.current = 0
        self.buffer: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.marks: list[tuple[frozenset[str], str]] = []
        self.bold_chars = 0
        self.stack: list[tuple[_Tag, int]] = []
        self.has_break = False
        page.elements.append(Element("body", -1, 0, NOTHING, 0))

    def run(self, parts: list[str]) -> None:
        known, buffer_append = self.known, self.buffer.append
        if parts[0].strip():
            buffer_append(parts[0])
        previous_inline_close = False
        for i in range(1, len(parts) - 1, 2):
            written = parts[i]
            tag = known.get(written)
            if tag is None:
                tag = known[written] = _read_tag(written, self.read_attributes)
            action = tag.action
            if action == _OPEN:
                self.open(tag)
            elif action == _CLOSE:
                self.close(tag)
            elif action == _INLINE_OPEN:
                if previous_inline_close and tag.attributes:
                    buffer_append(" ")
                self.stack.append((tag, len(self.buffer)))
            elif action == _INLINE_CLOSE:
                self.close_inline(tag)
            elif action != _SKIP:
                self.line_break(is_rule=action == _SPLIT)
            text = parts[i + 1]
            previous_inline_close = action == _INLINE_CLOSE and not text
            if text:
                if not text.isspace():
                    buffer_append(text)
                    self.has_break = False
                elif self.buffer:
                    buffer_append(" ")
        self.flush()
        count = len(self.page.runs)
        for element in self.page.elements:
            if element.end < 0:
                element.end = count

    def open(self, tag: _Tag) -> None:
        if self.buffer:
            self.flush()
        elements = self.page.elements
        parent = self.current
        elements.append(Element(tag.name, parent, elements[parent].depth + 1, tag.names, len(self.page.runs)))
        self.current = len(elements) - 1
        self.stack.append((tag, -1))

    def close(self, tag: _Tag) -> None:
        """Well-formed input closes what is on top; anything else is searched for, not far."""
        if self.buffer:
            self.flush()
        stack = self.stack
        back = 1
        if not stack or stack[-1][0].name != tag.name:
            while back <= len(stack) and stack[-back][0].name != tag.name:
                back += 1
                if back > _MAX_STACK_SEARCH:
                    return
            if back > len(stack):
                return
        for _ in range(back):
            if stack.pop()[1] < 0:
                element = self.page.elements[self.current]
                element.end = len(self.page.runs)
                self.current = max(element.parent, 0)

    def close_inline(self, tag: _Tag) -> None:
        stack = self.stack
        if not stack or stack[-1][0].name != tag.name:
            return
        opened, start = stack.pop()
        name = opened.name
        if not opened.names and name not in ("a", "time", "b", "strong"):
            return
        if start > len(self.buffer):  # the run that it began in has been closed inside it
            start = 0
        text = _clean("".join(self.buffer[start:]))
        if name == "time":
            machine = opened.attributes.get("datetime", "")
            self.page.times.append(TimeTag(machine, text, len(self.page.runs), opened.names))
            self.marks.append((opened.names | {"date"}, text))
            return
        if not text:
            return
        if name == "a":
            self.links.append((html.unescape(opened.attributes.get("href", "")), text))
        elif name in _BOLD:
            self.bold_chars += len(text)
        if opened.names:
            self.marks.append((opened.names, text))

    def line_break(self, *, is_rule: bool) -> None:
        if is_rule or self.has_break or (self.bold_chars and self.bold_chars >= len(_clean("".join(self.buffer)))):
            self.flush()  # an empty line, or the end of a line that is bold as a whole: a heading of old pages
        elif self.buffer:
            self.buffer.append(" ")
            self.has_break = True

    def flush(self) -> None:
        buffer = self.buffer
        text = _clean("".join(buffer))
        buffer.clear()
        self.has_break = False
        links, marks, bold = self.links, self.marks, self.bold_chars
        if text:
            open_link = self.open_link()
            if open_link is not None and not links:
                links = [(open_link, text)]
            run = Run(text, self.current)
            if links:
                run.links = tuple(links)
                run.link_chars = min(len(text), sum(len(t) for _, t in links))
            if marks:
                run.marks = tuple(marks)
            run.bold_chars = bold
            self.page.runs.append(run)
        if self.links:
            self.links = []
        if self.marks:
            self.marks = []
        self.bold_chars = 0

    def open_link(self) -> str | None:
        """The target of a link that is open around the run (a link may hold whole blocks)."""
        for tag, _ in self.stack[:-9:-1]:
            if tag.name == "a":
                return html.unescape(tag.attributes.get("href", ""))
        return None


def _clean(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        for character in _INVISIBLE:
            if character in text:
                text = text.replace(character, "")
    return " ".join(text.split())


def _attributes(written: str) -> dict[str, str]:
    """The wanted attributes of a tag that Lexbor wrote: each as ``name="value"``, one blank before it."""
    parts = written[written.find(" ") :].split('"')
    return {_WANTED[name]: value for name, value in zip(parts[::2], parts[1::2], strict=False) if name in _WANTED}


def _raw_attributes(written: str) -> dict[str, str]:
    """The same of a tag as an author wrote it."""
    found: dict[str, str] = {}
    for key, double, single, bare in _ATTRIBUTE.findall(written):
        found.setdefault(key.lower(), double or single or bare)
    return found


def _read_tag(written: str, read_attributes: Callable[[str], dict[str, str]]) -> _Tag:
    found = _NAME.match(written)
    if found is None:
        return _Tag(_SKIP, "")
    name = found[0].lower()
    if name[0] == "/":
        name = name[1:]
        return _Tag(_INLINE_CLOSE if name in _INLINE else _CLOSE if name not in _VOID else _SKIP, name)
    if name == "br":
        return _Tag(_BREAK, name)
    if name == "hr":
        return _Tag(_SPLIT, name)
    if name in _VOID:
        return _Tag(_SKIP, name)
    attributes = read_attributes(written) if len(written) > len(name) else {}
    names = NOTHING
    if attributes:
        naming = [attributes[key] for key in _NAMING if key in attributes]
        if naming:
            names = meanings(" ".join(naming))
        relation = attributes.get("rel")
        if relation and "category" not in relation:
            names |= {_RELATIONS[each] for each in relation.lower().split() if each in _RELATIONS}
        if "hidden" in attributes or _NOT_SHOWN.search(attributes.get("style", "")):
            names = names | {"hidden"}
    return _Tag(_INLINE_OPEN if name in _INLINE else _OPEN, name, names, attributes)
