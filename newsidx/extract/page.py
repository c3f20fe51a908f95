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
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
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


_TAG = re.compile(r'<(/?[a-zA-Z][^\s/>]*)([^">]*(?:"[^"]*"[^">]*)*)>')
_COMMENT = re.compile(r"<!--.*?-->|<\?[^>]*>", re.DOTALL)
_RAW_TAG = re.compile(r"<(/?[a-zA-Z][^\s<>/]*)([^<>]*)>")
_RAW_COMMENT = re.compile(r"<![^<>]*>")
_ATTRIBUTE = re.compile(
    r' (class|id|role|itemprop|data-(?:testid|component|type|qa|module)|rel|hidden|style)="([^"]*)"'
)
_RAW_ATTRIBUTE = re.compile(r"""\s([a-zA-Z-]{2,20})(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?(?=[\s/]|$)""")
_RELATIONS = {"tag": "tags", "author": "byline"}
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|clip\s*:\s*rect\(0", re.IGNORECASE)
_INVISIBLE = ("\u00ad", "\u200b", "\ufeff", "\u2060")

_STRIPPED = [
    "script", "style", "svg", "template", "iframe", "noembed", "noframes", "object", "video", "audio", "canvas",
    "datalist", "xmp", "plaintext", "math", "img", "source", "input", "meta", "link", "wbr",
]  # fmt: skip
_RAW_STRIPPED = re.compile(r"<(script|style|svg|template|iframe|noscript|head)\b", re.IGNORECASE)

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small"
    " span strike strong sub sup tt u var wbr time".split()
)
_VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())
_BOLD = frozenset(("b", "strong"))
_SEEN = _BOLD | {"a", "time"}
"""Inline elements that mean something without a name."""

# What the pass does at a tag.
_OPEN, _CLOSE, _INLINE_OPEN, _INLINE_CLOSE, _BREAK, _SPLIT, _SKIP = range(7)
_ACTIONS = (
    dict.fromkeys(_INLINE, _INLINE_OPEN)
    | {f"/{name}": _INLINE_CLOSE for name in _INLINE}
    | dict.fromkeys(_VOID, _SKIP)
    | {f"/{name}": _SKIP for name in _VOID}
    | {"br": _BREAK, "hr": _SPLIT}
)

_MAX_STACK_SEARCH = 64

# Elements of which the lines and links are wanted, but nothing else: whatever stands in them is the page's.
_FURNITURE_TAGS = frozenset("nav menu select button textarea dialog".split())
_FURNITURE = frozenset("nav comment share letter hidden promo".split())
_FOOTER_DEPTH = 4
_SKIMS = 3
_SKIM_PROSE = 900
_PROSE_CHARS = 25
_MAINS = frozenset("body main article section h1".split())
_KEPT = frozenset(("h1", "h2", "h3", "nav"))


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
    if "<!--" in markup or "<?" in markup:
        markup = _COMMENT.sub("", markup)
    _Walk(page).run(_TAG.split(markup))


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
    parts = _RAW_TAG.split(_RAW_COMMENT.sub("", "".join(kept)))
    parts[1::3] = [name.lower() for name in parts[1::3]]
    parts[2::3] = [_written_well(rest) if rest else "" for rest in parts[2::3]]
    _Walk(page).run(parts, is_well_formed=False)
    return page


class _Walk:
    """The state of the pass: open elements, and the run being gathered."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.current = 0
        self.buffer: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.marks: list[tuple[frozenset[str], str]] = []
        self.bold_chars = 0
        self.stack: list[tuple[str, str, int]] = []
        """Open tags: name, attributes, and where in the buffer an inline one begins (-1 for the others)."""
        self.has_break = False
        page.elements.append(Element("body", -1, 0, NOTHING, 0))

    def run(self, parts: list[str], *, is_well_formed: bool = True) -> None:
        """`parts`: text, then name, attributes, text of each tag."""
        if parts[0].strip():
            self.buffer.append(parts[0])
        self.read(parts[1::3], parts[2::3], parts[3::3], _SKIMS if is_well_formed else 0)
        self.flush()
        count = len(self.page.runs)
        for element in self.page.elements:
            if element.end < 0:
                element.end = count

    def read(self, names: list[str], rests: list[str], texts: list[str], skims: int) -> None:
        """The tags, each with its attributes and the text after it. `skims`: how many elements around each other may
        turn out to have been skimmed in vain."""
        buffer, stack, elements, runs = self.buffer, self.stack, self.page.elements, self.page.runs
        is_after_inline = False
        tags = iter(zip(names, rests, texts, range(1, len(names) + 1), strict=True))
        for name, rest, text, after in tags:
            action = _ACTIONS.get(name)
            if action is None:
                if buffer:
                    self.flush()
                if name[0] == "/":
                    self.close(name[1:])
                else:
                    own = names_of(rest) if rest else NOTHING
                    parent, self.current = self.current, len(elements)
                    elements.append(Element(name, parent, elements[parent].depth + 1, own, len(runs)))
                    stack.append((name, rest, -1))
                    if skims and name not in _MAINS and self.is_furniture(name, own):
                        end = _closing(name, names, after)
                        if end > after and not (name == "button" and "figcaption" in names[after:end]):
                            inside = slice(after, end)
                            self.pass_over(names[inside], rests[inside], [text, *texts[inside]], skims)
                            next(islice(tags, end - after, end - after), None)
                            continue
            elif action == _INLINE_OPEN:
                if is_after_inline and rest:
                    buffer.append(" ")
                stack.append((name, rest, len(buffer)))
            elif action == _INLINE_CLOSE:
                self.close_inline(name[1:])
                if not text:
                    is_after_inline = True
                    continue
            elif action != _SKIP:
                self.line_break(is_rule=action == _SPLIT)
            is_after_inline = False
            if text and not text.isspace():
                buffer.append(text)
                self.has_break = False
            elif text and buffer:
                buffer.append(" ")

    def is_furniture(self, name: str, own: frozenset[str]) -> bool:
        """Whether an element just opened is one by its name. A footer deep in the tree is an article's, with tags."""
        if name in _FURNITURE_TAGS or not own.isdisjoint(_FURNITURE):
            return True
        return (name == "footer" or "footer" in own) and self.page.elements[self.current].depth <= _FOOTER_DEPTH

    def pass_over(self, names: list[str], rests: list[str], texts: list[str], skims: int) -> None:
        """The inside of an element that is furniture by its name; `texts` has one more, the text before all tags."""
        page = self.page
        counts = len(page.runs), len(page.elements), len(page.times)
        if ("h1" in names and "main" in names) or self.skim(names, rests, texts) > _SKIM_PROSE:
            # The name is not to be believed (see `choose`): what was skimmed is read after all.
            del page.runs[counts[0] :], page.elements[counts[1] :], page.times[counts[2] :]
            if texts[0]:
                self.buffer.append(texts[0])
            self.read(names, rests, texts[1:], skims - 1)

    def skim(self, names: list[str], rests: list[str], texts: list[str]) -> int:
        """Lines, links, headings and times, and nothing else. How many code points of prose there were."""
        elements, current = self.page.elements, self.current
        buffer, links = self.buffer, self.links
        start, prose, target, is_after_inline = 0, 0, "", False
        if texts[0].strip():
            buffer.append(texts[0])
        for name, rest, text in zip((*names, "/"), (*rests, ""), (*texts[1:], ""), strict=True):
            action = _ACTIONS.get(name)
            if action is None or action == _SPLIT:
                if buffer:
                    prose += self.flush_skimmed(target)
                    links, start = self.links, 0
                if name in _KEPT:
                    self.current = len(elements)
                    elements.append(Element(name, current, elements[current].depth + 1, NOTHING, len(self.page.runs)))
                elif self.current != current and name[1:] in _KEPT:
                    elements[self.current].end = len(self.page.runs)
                    self.current = current
            elif action == _INLINE_OPEN:
                if is_after_inline and rest:
                    buffer.append(" ")
                if name == "a":
                    start, target = len(buffer), _value_of("href", rest)
                elif name == "time":
                    self.page.times.append(TimeTag(_value_of("datetime", rest), text, len(self.page.runs), NOTHING))
            elif name == "/a" and target:
                links += [(target, words)] if (words := _clean("".join(buffer[start:]))) else []
                target = ""
            elif action == _BREAK and buffer:
                buffer.append(" ")
            is_after_inline = action == _INLINE_CLOSE and not text
            if text and not text.isspace():
                buffer.append(text)
            elif text and buffer:
                buffer.append(" ")
        self.current = current
        return prose

    def flush_skimmed(self, target: str) -> int:
        """The end of a line; `target`, if any, of the link that is open around it. Its code points of prose."""
        line = _clean("".join(self.buffer))
        self.buffer.clear()
        links = self.links
        chars = 0
        if line:
            if target:
                links.append((target, line))
            run = Run(line, self.current)
            if links:
                run.links = tuple(links)
                run.link_chars = min(len(line), sum(len(words) for _, words in links))
            self.page.runs.append(run)
            plain = len(line) - run.link_chars
            if plain >= _PROSE_CHARS:
                chars = plain if line.isascii() else 2 * plain
        if links:
            self.links = []
        return chars

    def close(self, name: str) -> None:
        """Well-formed input closes what is on top; anything else is searched for, not far."""
        stack = self.stack
        back = 1
        if not stack or stack[-1][0] != name:
            while back <= len(stack) and stack[-back][0] != name:
                back += 1
                if back > _MAX_STACK_SEARCH:
                    return
            if back > len(stack):
                return
        for _ in range(back):
            if stack.pop()[2] < 0:
                element = self.page.elements[self.current]
                element.end = len(self.page.runs)
                self.current = max(element.parent, 0)

    def close_inline(self, name: str) -> None:
        stack = self.stack
        if not stack or stack[-1][0] != name:
            return
        _, rest, start = stack.pop()
        names = names_of(rest) if rest else NOTHING
        if not names and name not in _SEEN:
            return
        buffer = self.buffer
        if start > len(buffer):  # the run that it began in has been closed inside it
            start = 0
        if "hidden" in names and start:  # words for screen readers inside a line: "opens in a new tab"
            buffer[start:] = [" "]
            return
        text = _clean(buffer[-1] if start == len(buffer) - 1 else "".join(buffer[start:]))
        if name == "time":
            self.page.times.append(TimeTag(_value_of("datetime", rest), text, len(self.page.runs), names))
            self.marks.append((names | {"date"}, text))
            return
        if not text:
            return
        if name == "a":
            self.links.append((_value_of("href", rest), text))
        elif name in _BOLD:
            self.bold_chars += len(text)
        if names:
            self.marks.append((names, text))

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
            if not links and self.stack:
                open_link = self.open_link()
                if open_link is not None:
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
        for name, rest, _ in self.stack[:-9:-1]:
            if name == "a":
                return _value_of("href", rest)
        return None


def _closing(name: str, names: list[str], start: int) -> int:
    """The number of the tag that closes an element whose inside begins at tag `start`; `start` if none does."""
    depth, at, closing = 1, start, "/" + name
    try:
        while True:
            end = names.index(closing, at)
            depth += names[at:end].count(name) - 1
            if not depth:
                return end
            at = end + 1
    except ValueError:
        return start


def _clean(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        for character in _INVISIBLE:
            if character in text:
                text = text.replace(character, "")
    return " ".join(text.split())


def _value_of(name: str, rest: str) -> str:
    """The value of an attribute in the attributes of a tag, "" without one."""
    start = rest.find(f' {name}="')
    if start < 0:
        return ""
    start += len(name) + 3
    value = rest[start : rest.find('"', start)]
    return html.unescape(value) if "&" in value else value


@lru_cache(maxsize=16384)
def names_of(rest: str) -> frozenset[str]:
    """The meanings in the attributes of a tag: each as ``name="value"``, one blank before it, as Lexbor writes them."""
    found = NOTHING
    naming = []
    for name, value in _ATTRIBUTE.findall(rest):
        if name == "style":
            if _NOT_SHOWN.search(value):
                found = found | {"hidden"}
        elif name == "hidden":
            found = found | {"hidden"}
        elif name == "rel":
            if "category" not in value:
                found = found | {_RELATIONS[each] for each in value.lower().split() if each in _RELATIONS}
        else:
            naming.append(value)
    if naming:
        found = found | meanings(" ".join(naming))
    # What subscribers see is in many a page all along, and hidden until a script has looked at the reader.
    return found - {"hidden"} if "paywall" in found else found


def _written_well(rest: str) -> str:
    """The attributes of a tag, as an author wrote them, as Lexbor would write them; the first of a name counts."""
    found: dict[str, str] = {}
    for key, double, single, bare in _RAW_ATTRIBUTE.findall(rest):
        found.setdefault(key.lower(), double or single.replace('"', "&quot;") or bare)
    return "".join(f' {key}="{value}"' for key, value in found.items())
