"""The query language: text → a frozen tree that says what was asked for, the same for every engine.

Responsible for all of the language as text: what is an operator and what plain text, precedence, values of fields,
periods, limits, and errors that point at a place. It leaves to the engines what a word is in an article's language
and which operators their index can answer. The engines and the api call it; nothing here reads a file or a clock.

`parse` gives a `Query` or raises `QuerySyntaxError`; `parse_lenient` always gives a query, and the errors beside it;
`unparse` gives the text of a tree; `interval` the exact meaning of a `When`. The nodes are listed in
`newsidx.query.tree`, the fields in `newsidx.query.fields`. The grammar, loosest
binding first; its tokens are in `_tokenizer`, words in `_words`, periods in `_dates`::

    query    = [ or ]                                            nothing: every article
    or       = and { "OR" and }
    and      = not { [ "AND" ] not }                             "AND" binds before the implied one
    not      = { "NOT" | "-" } field
    field    = { zone ":" | "atleast" n ":" } near
    near     = primary { ( "NEAR/" n | "PRE/" n | "SAME/S" | "SAME/P" ) primary }
    primary  = ( leaf | "(" or ")" ) [ "^" weight ]
    leaf     = word | pattern | word "~" [ n ] | phrase [ "~" n ] | form ":" ( word | phrase | "(" or ")" )
             | name ":" ( value | "(" or ")" ) | "#" word | url | "*"
"""

from __future__ import annotations

from newsidx.errors import QuerySyntaxError
from newsidx.frozen import dataclass
from newsidx.model import Note
from newsidx.query import _parser
from newsidx.query._dates import Bound, Interval, interval
from newsidx.query._faults import Fault
from newsidx.query._limits import MAX_CLAUSES, MAX_DEPTH, MAX_LENGTH, Limits
from newsidx.query._unparse import unparse
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
    Span,
    When,
    WhenNone,
    Wildcard,
    WildPart,
    Word,
    children,
    is_plain,
    walk,
)

__all__ = [
    "MAX_CLAUSES",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "And",
    "AtLeast",
    "Attr",
    "Boost",
    "Bound",
    "Choice",
    "Every",
    "Exact",
    "Fuzzy",
    "Gap",
    "In",
    "Interval",
    "Limits",
    "Near",
    "Node",
    "Not",
    "Or",
    "Period",
    "Phrase",
    "Query",
    "Range",
    "Relative",
    "Same",
    "Span",
    "When",
    "WhenNone",
    "WildPart",
    "Wildcard",
    "Word",
    "children",
    "interval",
    "is_plain",
    "parse",
    "parse_lenient",
    "unparse",
    "walk",
]

_MAX_REPAIRS = 16
_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood: its tree, its text, and notes on what the reader may not have meant.

    Kinds of notes: mixed (AND and OR without brackets), unknown-field (``name:`` taken as words), stray (a quote,
    bracket or operator taken as plain text), phrase-wildcard, capital-not, nearness (``near/x`` taken as words).
    """

    tree: Node
    text: str
    notes: tuple[Note, ...] = ()


def parse(text: str, *, any: bool = False, quote: bool = False, limits: Limits = _LIMITS) -> Query:
    """Read a query. With `quote` the text is plain words; with `any`, any of the plain words will do.

    Raises `QuerySyntaxError` with the place (code points of `text`), a stable reason, and where possible a
    suggestion, which is a text that parses. Takes time linear in the length of the text.
    """
    try:
        return _read(text, limits, any=any, quote=quote)
    except Fault as fault:
        raise _syntax_error(text, fault, limits) from None


def parse_lenient(
    text: str, *, any: bool = False, limits: Limits = _LIMITS
) -> tuple[Query, tuple[QuerySyntaxError, ...]]:
    """Read a query whatever it is: what is wrong is taken as plain words, and told beside the query.

    For search as one types, and for saved texts. Never raises; of a text beyond the limits only the beginning counts.
    """
    errors: list[QuerySyntaxError] = []
    current = text
    for _ in range(_MAX_REPAIRS):
        try:
            query = _read(current, limits)
        except Fault as fault:
            start, end = _clip(fault.span, len(text))
            if current is text:
                errors.append(_syntax_error(text, fault, limits))
            else:
                errors.append(QuerySyntaxError(fault.message, reason=fault.reason, text=text, start=start, end=end))
            repaired = current[:start] + _defused(current[start:end]) + current[end:]
            if fault.reason.startswith("limit-") or repaired == current:
                break
            current = repaired
        else:
            return Query(_parser.any_of(query.tree) if any else query.tree, text, query.notes), tuple(errors)
    tree = _some_words(text, limits)
    return Query(_parser.any_of(tree) if any else tree, text), tuple(errors)


def _read(text: str, limits: Limits, *, any: bool = False, quote: bool = False) -> Query:
    notes: list[Note] = []
    try:
        if quote:
            tree = _parser.quoted_words(text, limits)
        else:
            tree, notes = _parser.parse_text(text, limits)
    except RecursionError:
        # Only where the caller is deep in its own calls already; MAX_DEPTH is well within Python's own limit.
        raise Fault("limit-depth", "This query is too deep to be read here", (0, len(text))) from None
    return Query(_parser.any_of(tree) if any else tree, text, tuple(notes))


def _syntax_error(text: str, fault: Fault, limits: Limits) -> QuerySyntaxError:
    start, end = _clip(fault.span, len(text))
    suggestion = fault.whole
    if suggestion is None and fault.replacement is not None:
        suggestion = text[:start] + fault.replacement + text[end:]
    if suggestion is not None:
        try:
            _read(suggestion, limits)
        except Fault:
            suggestion = None
    return QuerySyntaxError(fault.message, reason=fault.reason, text=text, start=start, end=end, suggestion=suggestion)


def _clip(span: tuple[int, int], size: int) -> tuple[int, int]:
    start = min(max(span[0], 0), size)
    return start, min(max(span[1], start), size)


def _defused(text: str) -> str:
    """The faulty place as plain words of the same length."""
    small = (char.lower() if char.isalnum() else " " for char in text)  # of a dotted capital I that is two characters
    return "".join(now if len(now) == 1 else char for now, char in zip(small, text, strict=True))


def _some_words(text: str, limits: Limits) -> Node:
    """The first words of a text as plain words, every article if it has none."""
    try:
        return _parser.quoted_words(_parser.beginning(text, limits), limits)
    except Fault:
        return _parser.quoted_words("", limits)
