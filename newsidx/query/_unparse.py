"""Tree → query text that reads as the same tree.

For people (`--explain`, notes, suggestions) and for saved searches. The law, for every text that parses:
``parse(unparse(parse(text).tree)).tree == parse(text).tree``.
"""

from __future__ import annotations

import re

from newsidx.query._dates import period_text
from newsidx.query._words import QUOTES, is_edge
from newsidx.query.tree import (
    And,
    AtLeast,
    Attr,
    Boost,
    Choice,
    Every,
    Exact,
    Fuzzy,
    Gap,
    In,
    Near,
    Node,
    Not,
    Or,
    Period,
    Phrase,
    Range,
    Relative,
    Same,
    When,
    WhenNone,
    Wildcard,
    WildPart,
    Word,
)

__all__ = ["unparse"]

_OR, _AND, _NOT, _FIELD, _NEAR, _LEAF = range(6)

_OPERATOR = re.compile(rf"[\s{QUOTES}\\()*?{{~^]")
_NAME = re.compile(r"[^\W\d_]\w{0,19}:")
_KEYWORD = re.compile(r"AND|OR|NOT|(?i:near|pre)/\d+|(?i:same)/[spSP]|(?:NEAR|PRE|SAME)/.*", re.DOTALL)
_ABBREVIATION = re.compile(r"[^\W\d_](?:\.[^\W\d_])+\.")
_RAW_VALUE = re.compile(r"(?:\*\.)?\w(?:[\w./%@&+=?#:-]*[\w/])?")


def unparse(node: Node) -> str:
    """The query text of a tree, with brackets where they help a reader."""
    return _text(node)[0]


def _text(node: Node) -> tuple[str, int]:
    """The text of a node and how tightly it binds."""
    match node:
        case And(parts, implied):
            return (" " if implied else " AND ").join(_within(part, _NOT) for part in parts), _AND
        case Or((Attr("tag", str(tag)), Word(word))) if word == f"#{tag}" and _is_tag(tag):
            return f"#{tag}", _LEAF
        case Or(parts):
            return " OR ".join(_within(part, _NOT) for part in parts), _OR
        case Not(part):
            return f"NOT {_within(part, _NOT)}", _NOT
        case In("author" | "section" as zone, Word(text)) if text.lower() == "none":
            return f"{zone}:({text})", _FIELD
        case In(zone, inner):
            return f"{'inurl' if zone == 'url' else zone}:{_within(inner, _FIELD)}", _FIELD
        case AtLeast(count, inner):
            return f"atleast{count}:{_within(inner, _FIELD)}", _FIELD
        case Near(left, right, distance, ordered):
            return f"{_within(left, _NEAR)} {'PRE' if ordered else 'NEAR'}/{distance} {_within(right, _LEAF)}", _NEAR
        case Same(left, right, unit):
            return f"{_within(left, _NEAR)} SAME/{unit.upper()} {_within(right, _LEAF)}", _NEAR
        case Boost(inner, weight):
            text, _ = _text(inner)
            shown = f"{weight:.4f}".rstrip("0").rstrip(".")
            return f"{text if _can_be_weighed(inner) else f'({text})'}^{shown}", _LEAF
        case _:
            return _leaf(node), _LEAF


def _within(node: Node, least: int) -> str:
    """The text of a node, in brackets if it binds less tightly than `least`."""
    text, level = _text(node)
    return text if level >= least else f"({text})"


def _leaf(node: Node) -> str:
    match node:
        case Every():
            return "*"
        case Word(text):
            return _word(text)
        case Phrase(text, slop):
            return _quoted(text) + ("" if slop is None else f"~{slop}")
        case Exact(text, is_phrase, case):
            return f"{'case' if case else 'exact'}:{_quoted(text) if is_phrase else _word(text)}"
        case Fuzzy(text, distance):
            return f"{_word(text)}~{'' if distance == 1 else distance}"
        case Wildcard(parts):
            return "".join(map(_pattern, parts))
        case Attr("author" | "section" as field, str(value)):
            return f"{field}:={_value(value)}"
        case Attr(field, value):
            return f"{field}:{_value(value)}"
        case Range():
            return _range(node)
        case When():
            return _when(node)
        case WhenNone(clock):
            return f"{_clock(clock)}:none"
        case _:
            raise TypeError(f"not a node of a query: {node!r}")


# ---------------------------------------------------------------- words


def _word(text: str) -> str:
    """The word with a backslash before each character that would not be read as part of it."""
    must = {i for i, char in enumerate(text) if _OPERATOR.match(char)}
    if name := _NAME.match(text):
        must.add(name.end() - 1)
    if text and is_edge(text[0]):
        must.add(0)
    if text and is_edge(text[-1], last=True) and not _ABBREVIATION.fullmatch(text):
        must.add(len(text) - 1)
    has_letter = any(map(str.isalpha, text))
    if _KEYWORD.fullmatch(text) or not any(map(str.isalnum, text)) or (text.startswith("#") and has_letter):
        must.add(0)
    return "".join(f"\\{char}" if i in must else char for i, char in enumerate(text))


def _is_tag(tag: str) -> bool:
    """Whether ``#tag`` reads as that tag."""
    return _word(tag) == tag and not tag.startswith("#") and any(map(str.isalpha, tag))


def _quoted(text: str) -> str:
    """In straight quotes; those inside stay bare between letters, where they are part of a word."""
    last = len(text) - 1
    out = [
        f"\\{char}"
        if char == "\\" or (char == '"' and not (0 < i < last and text[i - 1].isalpha() and text[i + 1].isalpha()))
        else char
        for i, char in enumerate(text)
    ]
    return f'"{"".join(out)}"'


def _pattern(part: WildPart) -> str:
    if isinstance(part, str):
        return _all_escaped(part)
    if isinstance(part, Choice):
        return f"{{{','.join(map(_all_escaped, part.options))}}}"
    if part == Gap(1, 1):
        return "?"
    return "*" if part.high is None else f"{{..{part.high}}}"


def _all_escaped(text: str) -> str:
    return "".join(char if char.isalnum() else f"\\{char}" for char in text)


def _can_be_weighed(node: Node) -> bool:
    """Whether ``^2`` right behind the text of this node is its weight."""
    match node:
        case Phrase() | Exact(_, True):
            return True
        case Word(text) | Exact(text, _) | Fuzzy(text):
            return any(map(str.isalpha, text))
        case Wildcard(parts):
            return any(char.isalpha() for part in parts if isinstance(part, str) for char in part)
        case _:
            return False


# ---------------------------------------------------------------- values


def _value(value: str | None) -> str:
    if value is None:
        return "none"
    return value if _RAW_VALUE.fullmatch(value) and value.lower() != "none" else _quoted(value)


def _range(node: Range) -> str:
    low, high = node.low, node.high
    ends = []
    if low is not None and high is not None and node.low_inclusive and node.high_inclusive:
        return f"{node.field}:{low}" if low == high else f"{node.field}:{low}..{high}"
    if low is not None:
        ends.append(f"{node.field}:{low}.." if node.low_inclusive else f"{node.field}:>{low}")
    if high is not None:
        ends.append(f"{node.field}:<={high}" if node.high_inclusive else f"{node.field}:<{high}")
    return ends[0] if len(ends) == 1 else f"({' AND '.join(ends)})"


def _clock(clock: str) -> str:
    return "date" if clock == "published" else clock


def _when(node: When) -> str:
    name, low, high = _clock(node.clock), node.low, node.high
    if low is not None and high is not None and not node.low_open and not node.high_open:
        text = period_text(low)
        return f"{name}:{text}" if low == high else f"{name}:{text}..{period_text(high)}"
    ends = []
    if low is not None:
        ends.append(_end(node.clock, low, node.low_open, is_low=True))
    if high is not None:
        ends.append(_end(node.clock, high, node.high_open, is_low=False))
    return ends[0] if len(ends) == 1 else f"({' AND '.join(ends)})"


def _end(clock: str, period: Period, is_open: bool, *, is_low: bool) -> str:
    text = period_text(period)
    equals = "" if is_open else "="
    if isinstance(period, Relative) and period.form == "age":
        return f"age:{'<' if is_low else '>'}{equals}{text}"
    if clock == "published":
        names = ("after", "since") if is_low else ("before", "until")
        return f"{names[0] if is_open else names[1]}:{text}"
    if is_open:
        return f"{clock}:{'>' if is_low else '<'}{text}"
    return f"{clock}:{text}.." if is_low else f"{clock}:..{text}"
