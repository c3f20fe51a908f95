r"""One run of text without blanks, read as a word, a pattern or a fuzzy word.

Responsible for what inside a word is an operator (``*``, ``?``, ``{}``, ``~``, ``\``) and what around it is
punctuation. Called by `_tokenizer` for text and by `_parser` for quoted text; `_unparse` uses the same rules to
know what must be escaped. ::

    word     = { letter | escape | "*" | "?" | choice | more } [ fuzzy ]
    escape   = "\" any character
    choice   = "{" letters { "," letters } "}"           at least one comma
    more     = "{.." digits "}"
    fuzzy    = "~" [ "1" | "2" ]                         at the end of the word

``?`` is an operator only with a letter, digit or other operator on both sides; ``{`` only behind one and where its
``}`` follows. Everything else is a letter of the word, and what is punctuation at its edges is cut off.
"""

from __future__ import annotations

import re
import unicodedata

from newsidx.frozen import dataclass
from newsidx.query._faults import Fault
from newsidx.query.tree import Choice, Every, Fuzzy, Gap, Node, Wildcard, WildPart, Word

__all__ = ["MAX_GAPS", "MAX_MORE", "MAX_OPTIONS", "QUOTES", "is_edge", "plain_word", "read_word", "with_blanks"]

MAX_MORE = 20
"""Letters that ``{..n}`` may stand for; no inflection adds more, and each multiplies the expansions."""
MAX_GAPS = 32
"""Wildcards in one word, each ``?`` counted: more than any word that was ever looked for with them has letters."""
MAX_OPTIONS = 64
"""Alternatives that one ``{a,b}`` may hold."""

# What parts words like a blank beside white space: control characters, and marks of direction and width that are
# not seen (and come along when text is pasted).
_UNSEEN = (*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F))
_BLANK_FOR = dict.fromkeys((*_UNSEEN, *range(0x2066, 0x206A), 0xFEFF), " ")
QUOTES = '"“”„‟«»＂'

_RUN = re.compile(rf"[^\s{QUOTES}\\()*?{{~^]+")
_BRACES = re.compile(r"\{((?:[^\s{}()\\]|\\.)*)\}", re.DOTALL)
_OPTION = re.compile(r"\\(.)|(,)|([^\\,]+)", re.DOTALL)
_END = rf"(?=[?!.,;:]*(?:[\s{QUOTES}()]|\Z)|\^\d)"
_FUZZY = re.compile(rf"~(\d*){_END}")
_BOOST = re.compile(rf"\^\d{{1,20}}(?:\.\d{{1,4}})?(?=[?!.,;:]*(?:[\s{QUOTES}()]|\Z))")
_ABBREVIATION = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")

# Symbols that belong to a word at its edges: @rt_com, #67, 90%, $5bn (currency by its category), C++.
_KEPT_FIRST = frozenset("#@%&_")
_KEPT_LAST = frozenset("#@%&_+")


def with_blanks(text: str) -> str:
    """The text, each character at its place, with a blank for every character that only parts words."""
    return text.translate(_BLANK_FOR)


@dataclass(slots=True)
class _Item:
    """`kind`: literal, escaped, ``*``, ``?`` or part (a finished part of a pattern)."""

    kind: str
    text: str
    part: WildPart | None = None

    @property
    def is_wild(self) -> bool:
        return self.kind in ("*", "?", "part")


def is_edge(char: str, *, last: bool = False) -> bool:
    """Whether this character, unescaped, is punctuation where a word begins (or ends)."""
    if char.isalnum() or char in (_KEPT_LAST if last else _KEPT_FIRST):
        return False
    category = unicodedata.category(char)
    return category[0] in "PSCZ" and category != "Sc"


def read_word(text: str, start: int) -> tuple[Node | None, int]:
    """The word that begins at `start`, None where it is punctuation only, and where it ends.

    A weight (``^2``) behind it is left to the caller. Raises `Fault`.
    """
    items, end = _scan(text, start)
    raw_end = end
    distance = None
    if match := _FUZZY.match(text, end):
        distance = match[1] or "1"
        end = match.end()
    _settle_question_marks(items)
    dotted = _trim(items)
    span = (start + _leading(text, start, items), raw_end)
    if not items:
        return None, end
    if any(item.is_wild for item in items):
        if distance is not None:
            raise Fault("wild-fuzzy", "A pattern cannot be fuzzy too", (start, end), text[start:raw_end])
        return _pattern(items, text[start:raw_end], span), end
    word = "".join(item.text for item in items)
    if not _has_word(items):
        return None, end
    if dotted:
        word += "."
    span = (span[0], min(raw_end, span[0] + len(word))) if text.startswith(word, span[0]) else span
    if distance is None:
        return Word(word, span=span), end
    if distance not in ("1", "2"):
        raise Fault("fuzzy-distance", "A fuzzy word may be 1 or 2 letters away", (raw_end, end), "~2")
    return Fuzzy(word, int(distance), span=(span[0], end)), end


def plain_word(text: str, span: tuple[int, int]) -> Word | None:
    """The word `text` with no operator in it, or None if it is punctuation only."""
    items = [_Item("literal", text)]
    dotted = _trim(items)
    if not items or not _has_word(items):
        return None
    start = span[0] + text.index(items[0].text)
    word = items[0].text + ("." if dotted else "")
    return Word(word, span=(start, start + len(word)))


def _scan(text: str, start: int) -> tuple[list[_Item], int]:
    """The word's items, up to a blank, bracket, quote, fuzzy mark or weight."""
    items: list[_Item] = []
    pos, size = start, len(text)
    has_letter = False
    while pos < size:
        char = text[pos]
        if match := _RUN.match(text, pos):
            items.append(_Item("literal", match[0]))
            has_letter = has_letter or any(map(str.isalpha, match[0]))
            pos = match.end()
        elif char == "\\" and pos + 1 < size:
            items.append(_Item("escaped", text[pos + 1]))
            has_letter = has_letter or text[pos + 1].isalpha()
            pos += 2
        elif char in "*?":
            end = pos + 1
            while text.startswith(char, end):
                end += 1
            items.append(_Item(char, text[pos:end]))
            pos = end
        elif char == "{" and (found := _braces(text, pos, items)):
            items.append(_Item("part", found[0], found[1]))
            pos += len(found[0])
        elif char in "{\\~^" or (char == '"' and _is_inner_quote(text, pos)):
            # 10^6 is a number, 5~10 a range: only what has a letter can be weighed or fuzzy.
            if has_letter and char in "~^" and (_FUZZY if char == "~" else _BOOST).match(text, pos):
                break
            items.append(_Item("literal", char))
            pos += 1
        else:
            break
    return items, pos


def _is_inner_quote(text: str, pos: int) -> bool:
    return 0 < pos < len(text) - 1 and text[pos - 1].isalpha() and text[pos + 1].isalpha()


def _braces(text: str, pos: int, items: list[_Item]) -> tuple[str, WildPart] | None:
    """The alternatives or letter count in the braces at `pos`; None where they are plain text."""
    match = _BRACES.match(text, pos)
    before = next((item for item in reversed(items) if item.kind != "?"), None)
    if match is None or before is None or not _may_touch(before, last=True):
        return None
    inner = match[1]
    span = match.span()
    if inner.startswith("..") and inner[2:].isascii() and inner[2:].isdigit():
        count = int(inner[2:5])
        if not 0 < count <= MAX_MORE or len(inner) > 5:
            raise Fault("limit-more", f"{{..n}} stands for 1 to {MAX_MORE} letters", span, f"{{..{MAX_MORE}}}")
        return match[0], Gap(0, count)
    if (".." in inner or inner.isdecimal()) and "," not in inner:
        raise Fault("braces", "Write {..3} for up to three more letters, {s,z} for alternatives", span, "{..3}")
    options = [""]
    for escaped, comma, letters in _OPTION.findall(inner):
        if comma:
            options.append("")
        else:
            options[-1] += escaped or letters
    if len(options) < 2:
        return None
    if len(options) > MAX_OPTIONS:
        raise Fault("limit-options", f"Braces hold at most {MAX_OPTIONS} alternatives", span)
    return match[0], Choice(tuple(options))


def _may_touch(item: _Item, *, last: bool) -> bool:
    """Whether an operator inside a word may stand beside this item (by its `last` or first character)."""
    return item.kind != "literal" or item.text[-1 if last else 0].isalnum()


def _settle_question_marks(items: list[_Item]) -> None:
    """Make every ``?`` a literal that is not inside the word."""
    for i, item in enumerate(items):
        if item.kind == "?":
            inside = 0 < i < len(items) - 1 and _may_touch(items[i - 1], last=True)
            if not (inside and _may_touch(items[i + 1], last=False)):
                item.kind = "literal"


def _trim(items: list[_Item]) -> bool:
    """Cut punctuation off both ends; whether the dot at the end was an abbreviation's (``U.S.``) and belongs to it."""
    dotted = False
    while items and items[-1].kind == "literal":
        kept = items[-1].text
        size = len(kept)
        while size and is_edge(kept[size - 1], last=True):
            size -= 1
        dotted = dotted or kept[size : size + 1] == "."
        items[-1].text = kept[:size]
        if size:
            break
        items.pop()
    while items and items[0].kind == "literal":
        kept = items[0].text
        first = 0
        while first < len(kept) and is_edge(kept[first]):
            first += 1
        items[0].text = kept[first:]
        if first < len(kept):
            break
        items.pop(0)
    return dotted and len(items) == 1 and _ABBREVIATION.fullmatch(items[0].text) is not None


def _leading(text: str, start: int, items: list[_Item]) -> int:
    """How many characters of punctuation were cut off in front."""
    if not items:
        return 0
    first = items[0].text
    mark = "\\" + first if items[0].kind == "escaped" else first
    return max(text.find(mark, start) - start, 0)


def _has_word(items: list[_Item]) -> bool:
    return any(
        item.kind == "escaped" or (item.kind == "literal" and any(map(str.isalnum, item.text))) for item in items
    )


def _pattern(items: list[_Item], typed: str, span: tuple[int, int]) -> Node | None:
    if sum(len(item.text) if item.kind == "?" else item.is_wild for item in items) > MAX_GAPS:
        raise Fault("limit-gaps", f"A pattern holds at most {MAX_GAPS} wildcards", span)
    parts: list[WildPart] = []
    literal = ""
    for item in items:
        if not item.is_wild:
            literal += item.text
            continue
        if literal:
            parts.append(literal)
            literal = ""
        if item.kind == "?":
            for _ in item.text:
                _add_gap(parts, Gap(1, 1))
        elif item.part is None or isinstance(item.part, Gap):
            _add_gap(parts, item.part or Gap(0, None))
        else:
            parts.append(item.part)
    if literal:
        parts.append(literal)
    if parts == [Gap(0, None)]:
        return Every(span=span)
    if not _has_word(items) and not any(isinstance(part, Choice) for part in parts):
        return None
    if any(isinstance(part, Gap) and (part.high or 0) > MAX_MORE for part in parts):
        raise Fault("limit-more", f"Gaps side by side stand for at most {MAX_MORE} letters", span)
    return Wildcard(tuple(parts), typed=typed, span=span)


def _add_gap(parts: list[WildPart], gap: Gap) -> None:
    """Add a gap, keeping a run of gaps in its usual form: single letters first, the endless one last and alone."""
    run = [gap]
    while parts and isinstance(parts[-1], Gap):
        run.append(parts[-1])
        parts.pop()
    ones = [g for g in run if g == Gap(1, 1)]
    if any(g.high is None for g in run):
        # At the very front the endless gap stands first: a leading ? would be punctuation.
        parts += [*ones, Gap(0, None)] if parts else [Gap(0, None), *ones]
        return
    more = sum(g.high or 0 for g in run if g != Gap(1, 1))
    parts += [*ones, *([Gap(0, more)] if more else [])]
