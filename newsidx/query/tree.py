"""The query tree: what a searcher asked for, as frozen nodes, the same for every engine.

Responsible for the shape of a query and nothing else: no analysis, no index, no text to read. `_parser` builds
trees from text, `_unparse` gives text back, engines compile them; saved searches and the API carry them.

====================  =================================================  =========================================
node                  fields                                             as text
====================  =================================================  =========================================
``Every``                                                                ``*``
``Word``              text                                               ``mali``
``Phrase``            text, slop                                         ``"security council"``, ``"troops mali"~5``
``Exact``             text, is_phrase, case                              ``exact:word``, ``case:"Turkey"``
``Wildcard``          parts                                              ``withdr*``, ``wom?n``, ``analy{..3}``
``Fuzzy``             text, distance                                     ``peacekeper~2``
``Boost``             node, weight                                       ``mali^2``
``And``               parts, implied                                     ``a b`` (implied), ``a AND b``
``Or``                parts                                              ``a OR b``
``Not``               part                                               ``NOT a``, ``-a``
``Near``              left, right, distance, ordered                     ``a NEAR/5 b``, ``a PRE/5 b``
``Same``              left, right, unit                                  ``a SAME/S b``, ``a SAME/P b``
``In``                zone, node                                         ``headline:a``
``AtLeast``           count, node                                        ``atleast5:a``
``Attr``              field, value                                       ``source:rt``, ``lang:none`` (value None)
                                                                         ``section:=Africa``
``Range``             field, low, high, low_inclusive, high_inclusive    ``words:300..600``
``When``              clock, low, high, low_open, high_open              ``date:2023-06..``, ``after:2023``
``WhenNone``          clock                                              ``date:none``
====================  =================================================  =========================================

Every node also carries `span`, the code points of the query text that it was read from; it takes no part in
comparison. Nodes that belong together are equal, hash alike and pickle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field as _field
from typing import Literal

from newsidx.frozen import dataclass
from newsidx.model import Moment

__all__ = [
    "And",
    "AtLeast",
    "Attr",
    "Boost",
    "Choice",
    "Every",
    "Exact",
    "Fuzzy",
    "Gap",
    "In",
    "Near",
    "Node",
    "Not",
    "Or",
    "Period",
    "Phrase",
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
    "is_plain",
    "walk",
]

Span = tuple[int, int]


class Node:
    """What all nodes are. Match on the classes below, not on this one."""

    __slots__ = ()
    span: Span


@dataclass(frozen=True, slots=True)
class Every(Node):
    """Every article."""

    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A word in any form, as typed but for escapes and the punctuation around it.

    It may hold hyphens, apostrophes, dots, slashes, symbols and, where they were escaped, even blanks: what is one
    token and what several is the analysis's to say. It may have no token at all.
    """

    text: str
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Phrase(Node):
    """Words next to each other in this order; with `slop`, all within a window of so many more words, any order."""

    text: str
    slop: int | None = None
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Exact(Node):
    """A word or phrase as written: not inflected, accents count; with `case`, capitals too."""

    text: str
    is_phrase: bool = False
    case: bool = False
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Gap:
    """Between `low` and `high` letters of any kind (None: no end): ``*`` is 0 and None, ``?`` 1 and 1."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these stretches of letters, one of which may be empty."""

    options: tuple[str, ...]


WildPart = str | Gap | Choice


@dataclass(frozen=True, slots=True)
class Wildcard(Node):
    """A pattern over written forms: literal stretches, gaps and choices, no two literals side by side.

    Of neighbouring gaps, those of one letter come first and the endless one last. `typed` is the pattern as a
    plain word (``Kund*innen``), for engines that would also find it so.
    """

    parts: tuple[WildPart, ...]
    typed: str = _field(default="", kw_only=True, compare=False)
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)

    @property
    def prefix(self) -> str:
        """The letters that every match begins with."""
        return self.parts[0] if self.parts and isinstance(self.parts[0], str) else ""

    def to_regex(self, fold: Callable[[str], str]) -> str:
        """A regular expression that a folded form must match in full; `fold` folds the literal stretches."""
        return "".join(_part_regex(part, fold) for part in self.parts)


def _part_regex(part: WildPart, fold: Callable[[str], str]) -> str:
    if isinstance(part, str):
        return re.escape(fold(part))
    if isinstance(part, Choice):
        return f"(?:{'|'.join(re.escape(fold(option)) for option in part.options)})"
    return f"(?s:.){{{part.low},{'' if part.high is None else part.high}}}"


@dataclass(frozen=True, slots=True)
class Fuzzy(Node):
    """A word, or one at most `distance` (1 or 2) edits away from it."""

    text: str
    distance: int = 1
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Boost(Node):
    """The same articles as `node`, its share of the score multiplied by `weight` (over 0)."""

    node: Node
    weight: float
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of two or more parts, which may stand in different zones.

    `implied` where the parts were only written side by side. An implied And never holds an implied And, nor an
    explicit one an explicit one; ``a b AND c`` is an implied And of a and an explicit And of b and c. So the words
    that ``nearest`` may relax are exactly the parts of an implied And at the root for which `is_plain` holds.
    """

    parts: tuple[Node, ...]
    implied: bool = False
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Any of two or more parts. ``#mali`` is ``Or((Attr("tag", "mali"), Word("#mali")))``."""

    parts: tuple[Node, ...]
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Every article but those of `part`."""

    part: Node
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Near(Node):
    """Positions of the nearer ends differ by 1 to `distance`, in one zone; `ordered` where left must come first.

    Operands are words, phrases, exact and fuzzy words, wildcards, boosts of these and ORs of them; `left` may also
    be a Near or Same.
    """

    left: Node
    right: Node
    distance: int
    ordered: bool = False
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Same(Node):
    """Both in one sentence (`unit` "s") or paragraph ("p"). Operands as for `Near`."""

    left: Node
    right: Node
    unit: Literal["s", "p"]
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class In(Node):
    """The words of `node` searched in `zone` only: one of `fields.ZONE_NAMES`."""

    zone: str
    node: Node
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    """At least `count` mentions, summed over the operands in `node`."""

    count: int
    node: Node
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Attr(Node):
    """A fact about the article: `field` one of source, site, url, link, tag, section, author, lang, kind, id, path,
    has, is, versions.

    `value` is as typed, in lower case for site, kind, id, has, is and versions, in its usual case for lang; None
    is ``source:none`` or ``lang:none``: not known. Of section and author it is the whole name (``section:=Africa``);
    words in it are an `In`.
    """

    field: str
    value: str | None
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Range(Node):
    """A number of the article (`field` is "words") between two ends, None where open."""

    field: str
    low: int | None = None
    high: int | None = None
    low_inclusive: bool = True
    high_inclusive: bool = True
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Relative:
    """A period that depends on the searcher's now.

    ``calendar``: the whole unit `count` after the present one (``last month`` is -1 month, today 0 days).
    ``ago``: the day that was `count` units ago; for hours, that moment. ``age``: the moment `count` units ago.
    """

    form: Literal["calendar", "ago", "age"]
    unit: Literal["hour", "day", "week", "month", "year"]
    count: int


Period = Moment | Relative


@dataclass(frozen=True, slots=True)
class When(Node):
    """A date of the article lies between two periods; `interval` says exactly which days or moments are meant.

    `clock` is published, modified, captured or indexed. `low` is included, with `low_open` left out as a whole
    (it begins after the period); `high` likewise. None is an open end; not both are None.
    """

    clock: str
    low: Period | None = None
    high: Period | None = None
    low_open: bool = False
    high_open: bool = False
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class WhenNone(Node):
    """The article has no such date."""

    clock: str
    span: Span = _field(default=(0, 0), kw_only=True, compare=False)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below this one, in the order of the text."""
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
        case Near(left, right) | Same(left, right):
            return (left, right)
        case Boost(inner) | In(_, inner) | AtLeast(_, inner):
            return (inner,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, each before its children, in the order of the text."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(children(node)))


def is_plain(node: Node) -> bool:
    """Whether this is a plain word, which a search for the nearest articles may do without at the top level."""
    while isinstance(node, Boost):
        node = node.node
    return isinstance(node, Word | Wildcard | Fuzzy)
