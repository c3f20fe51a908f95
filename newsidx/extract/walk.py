"""The pass over the tags of a page: elements with what their names mean, and the runs of text in them.

A run ends where a block begins or ends, at an empty line and at a rule. What stands inside furniture (menus, comments,
newsletters, lists of other articles, by the names of the elements) is skimmed: its lines, links and headings, without
elements or marks; if it turns out to hold much prose, the name was wrong and it is read after all. Called by `page`;
linear in the tags.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from newsidx.extract.names import meanings, names_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

__all__ = ["Element", "Page", "Run", "TimeTag", "closing", "walk"]

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
    images: list[int] = field(default_factory=list)
    """The elements that images stand in."""
    tree: LexborHTMLParser | None = None
    """The parsed document, for selectors over the head; None where the page was read without a tree."""
    is_cut: bool = False
    """Whether scripts, styles and the like are gone from the tree."""


_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small"
    " span strike strong sub sup tt u var wbr time".split()
)
_VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())
_BOLD = frozenset(("b", "strong"))
_SEEN = _BOLD | {"a", "time"}
"""Inline elements that mean something without a name."""

# What the pass does at a tag; every other tag is the begin or the end of a block.
_INLINE_OPEN, _INLINE_CLOSE, _BREAK, _RULE, _SKIP, _IMAGE, _KEPT, _LINK_OPEN, _GONE = range(9)
_ACTIONS = (
    dict.fromkeys(_INLINE, _INLINE_OPEN)
    | {f"/{name}": _INLINE_CLOSE for name in _INLINE}
    | dict.fromkeys(_VOID, _SKIP)
    | {f"/{name}": _SKIP for name in _VOID}
    | dict.fromkeys("input link meta source wbr".split(), _GONE)
    | {"br": _BREAK, "hr": _RULE, "img": _IMAGE}
)

_MAX_STACK_SEARCH = 64

# Elements of which the lines and links are wanted, but nothing else: whatever stands in them is the page's.
_FURNITURE_TAGS = frozenset("nav menu select button textarea dialog".split())
_FURNITURE = frozenset("nav comment share letter hidden promo".split())
_MAYBE_FURNITURE = _FURNITURE_TAGS | {"footer"}
_FOOTER_DEPTH = 4
_SKIMS = 3
_SKIM_PROSE = 900
_PROSE_CHARS = 25
_MAINS = frozenset("body main article section h1".split())
_SKIM_ACTIONS = {name: action for name, action in _ACTIONS.items() if action != _RULE}
_SKIM_ACTIONS |= {"a": _LINK_OPEN} | dict.fromkeys("h1 h2 h3 nav /h1 /h2 /h3 /nav".split(), _KEPT)
"""What the pass does at a tag inside furniture; every other tag is the end of a line."""


def walk(page: Page, parts: list[str], *, is_well_formed: bool) -> None:
    """Fills the page's elements, runs and times. `parts`: text, then name, attributes and text of each tag, written as
    Lexbor writes them; one that is not `is_well_formed` may close what it has not opened."""
    _Walk(page).run(parts, is_well_formed=is_well_formed)


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

    def run(self, parts: list[str], *, is_well_formed: bool) -> None:
        if parts[0].strip():
            self.buffer.append(parts[0])
        self.read(parts[1::3], parts[2::3], parts[3::3], _SKIMS if is_well_formed else 0)
        self.flush()
        count = len(self.page.runs)
        for element in self.page.elements:
            if element.end < 0:
                element.end = count

    def read(  # noqa: PLR0912, PLR0915 - the loop over all tags, where a call costs as much as a tag
        self, names: list[str], rests: list[str], texts: list[str], skims: int
    ) -> None:
        """The tags, each with its attributes and the text after it. `skims`: how many elements around each other may
        turn out to have been skimmed in vain."""
        buffer, stack, elements, runs = self.buffer, self.stack, self.page.elements, self.page.runs
        action_of = _ACTIONS.get
        is_after_inline = False
        tags = iter(zip(names, rests, texts, range(1, len(names) + 1), strict=True))
        for name, rest, text, after in tags:
            action = action_of(name)
            if action is None:
                if buffer:
                    self.flush()
                if name[:1] == "/":
                    if stack and stack[-1][0] == name[1:]:
                        stack.pop()
                        elements[self.current].end = len(runs)
                        self.current = max(elements[self.current].parent, 0)
                    else:
                        self.close(name[1:])
                else:
                    own = names_of(rest) if rest else NOTHING
                    if "-" in name:  # an element of the page's own making says what it is: ad-slot, share-bar
                        own |= meanings(name)
                    parent, self.current = self.current, len(elements)
                    depth = elements[parent].depth + 1
                    elements.append(Element(name, parent, depth, own, len(runs)))
                    stack.append((name, rest, -1))
                    if (own or name in _MAYBE_FURNITURE) and skims and _is_furniture(name, own, depth):
                        end = closing(name, names, after)
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
                if stack and stack[-1][0] == name[1:]:
                    self.close_inline(*stack.pop())
                if not text:
                    is_after_inline = True
                    continue
            elif action == _GONE:
                if not text:
                    continue
            elif action == _IMAGE:
                self.page.images.append(self.current)
            elif action != _SKIP:
                self.line_break(is_rule=action == _RULE)
            is_after_inline = False
            if text:
                if not text.isspace():
                    buffer.append(text)
                    self.has_break = False
                elif buffer:
                    buffer.append(" ")

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

    def skim(  # noqa: PLR0912 - as `read`
        self, names: list[str], rests: list[str], texts: list[str]
    ) -> int:
        """Lines, links, headings and times, and nothing else. How many code points of prose there were."""
        elements, runs, current = self.page.elements, self.page.runs, self.current
        line: list[str] = []
        links: list[tuple[str, str]] = []
        action_of = _SKIM_ACTIONS.get
        start, prose, target, is_after_inline = 0, 0, "", False
        if texts[0].strip():
            line.append(texts[0])
        for name, rest, text in zip((*names, "/"), (*rests, ""), (*texts[1:], ""), strict=True):
            action = action_of(name)
            if action is None or action == _KEPT:
                if line:
                    prose += self.flush_skimmed(line, links, target)
                    line, links, start = [], [], 0
                if action == _KEPT:
                    if self.current != current:
                        elements[self.current].end = len(runs)
                        self.current = current
                    if name[0] != "/":
                        self.current = len(elements)
                        elements.append(Element(name, current, elements[current].depth + 1, NOTHING, len(runs)))
            elif action == _LINK_OPEN:
                if is_after_inline:
                    line.append(" ")
                start, target = len(line), value_of("href", rest)
            elif action == _INLINE_OPEN:
                if is_after_inline and rest:
                    line.append(" ")
                if name == "time":
                    self.page.times.append(TimeTag(value_of("datetime", rest), text, len(runs), NOTHING))
            elif action == _INLINE_CLOSE:
                if target and name == "/a":
                    words = clean(line[-1] if start == len(line) - 1 else "".join(line[start:]))
                    if words:
                        links.append((target, words))
                    target = ""
                if not text:
                    is_after_inline = True
                    continue
            elif action == _GONE:
                if not text:
                    continue
            elif action == _BREAK and line:
                line.append(" ")
            is_after_inline = False
            if text and (line or not text.isspace()):
                line.append(text)
        self.current = current
        return prose

    def flush_skimmed(self, pieces: list[str], links: list[tuple[str, str]], target: str) -> int:
        """The end of a line; `target`, if any, of the link that is open around it. Its code points of prose."""
        line = clean(pieces[0] if len(pieces) == 1 else "".join(pieces))
        if not line:
            return 0
        if target:
            links.append((target, line))
        run = Run(line, self.current)
        plain = len(line)
        if links:
            run.links = tuple(links)
            chars = len(links[0][1]) if len(links) == 1 else sum([len(words) for _, words in links])
            run.link_chars = min(plain, chars)
            plain -= run.link_chars
        self.page.runs.append(run)
        if plain < _PROSE_CHARS:
            return 0
        return plain if line.isascii() else 2 * plain

    def close(self, name: str) -> None:
        """The end of an element that is not the one on top: it is searched for, not far."""
        stack = self.stack
        back = 1
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

    def close_inline(self, name: str, rest: str, start: int) -> None:
        names = names_of(rest) if rest else NOTHING
        if not names and name not in _SEEN:
            return
        buffer = self.buffer
        if start > len(buffer):  # the run that it began in has been closed inside it
            start = 0
        if "hidden" in names and start:  # words for screen readers inside a line: "opens in a new tab"
            buffer[start:] = [" "]
            return
        text = clean(buffer[-1] if start == len(buffer) - 1 else "".join(buffer[start:]))
        if name == "time":
            self.page.times.append(TimeTag(value_of("datetime", rest), text, len(self.page.runs), names))
            self.marks.append((names | {"date"}, text))
            return
        if not text:
            return
        if name == "a":
            self.links.append((value_of("href", rest), text))
        elif name in _BOLD:
            self.bold_chars += len(text)
        if names:
            self.marks.append((names, text))

    def line_break(self, *, is_rule: bool) -> None:
        if is_rule or self.has_break or (self.bold_chars and self.bold_chars >= len(clean("".join(self.buffer)))):
            self.flush()  # an empty line, or the end of a line that is bold as a whole: a heading of old pages
        elif self.buffer:
            self.buffer.append(" ")
            self.has_break = True

    def flush(self) -> None:
        buffer = self.buffer
        text = clean(buffer[0] if len(buffer) == 1 else "".join(buffer))
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
                return value_of("href", rest)
        return None


def _is_furniture(name: str, own: frozenset[str], depth: int) -> bool:
    """Whether an element is some by its name. A footer deep in the tree is an article's, with tags."""
    if name in _MAINS:
        return False
    if name in _FURNITURE_TAGS or not own.isdisjoint(_FURNITURE):
        return True
    return (name == "footer" or "footer" in own) and depth <= _FOOTER_DEPTH


def closing(name: str, names: list[str], start: int) -> int:
    """The number of the tag that closes an element whose inside begins at tag `start`; `start` also if none does."""
    depth, at, closed_by = 1, start, "/" + name
    try:
        while True:
            end = names.index(closed_by, at)
            depth += names[at:end].count(name) - 1
            if not depth:
                return end
            at = end + 1
    except ValueError:
        return start


def clean(text: str) -> str:
    """A text of the markup as one line."""
    if "&" in text:
        text = _plain(text)
    return " ".join(text.split())


def value_of(name: str, rest: str) -> str:
    """The value of an attribute in the attributes of a tag, "" without one."""
    start = rest.find(f' {name}="')
    if start < 0:
        return ""
    start += len(name) + 3
    value = rest[start : rest.find('"', start)]
    return _plain(value) if "&" in value else value


def _plain(text: str) -> str:
    """The entities that Lexbor writes, and no others."""
    return (
        text.replace("&nbsp;", "\u00a0")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&amp;", "&")
    )
