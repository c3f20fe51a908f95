"""The fields of the query language as data: their names and aliases, and what kind of value each takes.

Read by the tokenizer (is `name:` an operator here?), by `_values` (what may its value be?), by help and by
completion. What a field means is the engine's to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from newsidx.frozen import dataclass
from newsidx.model import KINDS

__all__ = [
    "CLOCKS",
    "FIELDS",
    "ZONE_NAMES",
    "Field",
    "FieldKind",
    "edit_distance",
    "find_field",
    "nearest_field",
    "other_word",
]

FieldKind = Literal["zone", "form", "text", "address", "host", "language", "hex", "choice", "number", "period", "age"]
"""zone: a word, phrase or group is searched there. form: how a word or phrase is compared. The rest take values:
text as typed (punctuation after it is not part of it), address (URL or path, kept whole), host name, language tag,
hexadecimal digits, one of `choices`, a number or range of them, a date or range of them, an age."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field: `target` is the tree's word for it, a zone, an attribute's name or a clock."""

    name: str
    kind: FieldKind
    target: str
    choices: tuple[str, ...] = ()
    takes_none: bool = False
    """``name:none`` finds the articles that lack it."""

    @property
    def takes_whole(self) -> bool:
        """Whether, besides words in it, its whole value can be asked for: ``section:=Africa``, ``section:none``."""
        return self.kind == "zone" and self.takes_none

    @property
    def takes_brackets(self) -> bool:
        """Whether ``[a TO b]`` may follow."""
        return self.kind in ("number", "period")


def _table() -> dict[str, Field]:
    zones = ("headline", "deck", "body", "caption", "credit", "correction", "lead", "first50", "promo", "page", "any")
    fields = [Field(name, "zone", name) for name in zones]
    fields += [
        Field("author", "zone", "author", takes_none=True),
        Field("section", "zone", "section", takes_none=True),
        Field("inurl", "zone", "url"),
        Field("exact", "form", "exact"),
        Field("case", "form", "case"),
        Field("source", "text", "source", takes_none=True),
        Field("site", "host", "site"),
        Field("url", "address", "url"),
        Field("link", "address", "link"),
        Field("tag", "text", "tag", takes_none=True),
        Field("lang", "language", "lang", takes_none=True),
        Field("kind", "choice", "kind", KINDS),
        Field("id", "hex", "id"),
        Field("path", "address", "path"),
        Field("has", "choice", "has", ("caption", "correction", "author", "date", "headline", "versions")),
        Field("is", "choice", "is", ("reprint",)),
        Field("versions", "choice", "versions", ("all",)),
        Field("words", "number", "words"),
        Field("date", "period", "published", takes_none=True),
        Field("modified", "period", "modified", takes_none=True),
        Field("captured", "period", "captured", takes_none=True),
        Field("indexed", "period", "indexed", takes_none=True),
        Field("after", "period", "published"),
        Field("before", "period", "published"),
        Field("since", "period", "published"),
        Field("until", "period", "published"),
        Field("age", "age", "published"),
    ]
    table = {field.name: field for field in fields}
    table["intitle"] = table["headline"]
    return table


FIELDS: Mapping[str, Field] = MappingProxyType(_table())
"""Every name that may stand before a colon (lower case), aliases included; ``atleastN`` beside them."""

ZONE_NAMES: tuple[str, ...] = tuple(dict.fromkeys(f.target for f in FIELDS.values() if f.kind == "zone"))
"""What `In.zone` can be."""

CLOCKS: tuple[str, ...] = ("published", "modified", "captured", "indexed")
"""What `When.clock` can be; each is an attribute of the article."""

# What people who come from other search languages type; only ever offered in a note, never taken for the field.
_OTHER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "byline": "author",
        "domain": "site",
        "from": "source",
        "language": "lang",
        "outlet": "source",
        "published": "date",
        "publisher": "source",
        "text": "body",
        "title": "headline",
        "topic": "tag",
        "type": "kind",
    }
)


def find_field(name: str) -> Field | None:
    """The field that this name, in any case, stands for."""
    return FIELDS.get(name.lower())


def other_word(name: str) -> str | None:
    """The field that other search languages call by this name."""
    return _OTHER_WORDS.get(name.lower())


@lru_cache(maxsize=256)
def nearest_field(name: str) -> str | None:
    """The field that this unknown name was most likely meant to be, if it is a slip of the finger away.

    Two letters apart for names of six letters and more, one for those of three to five: of two-letter names
    everything is a slip away, and most ``xy:`` in running text is no field.
    """
    name = name.lower()
    allowed = 0 if len(name) < 3 else 1 if len(name) < 6 else 2
    best: tuple[int, str] | None = None
    for known in FIELDS:
        if len(known) > 2 and abs(len(known) - len(name)) <= allowed:
            apart = edit_distance(name, known)
            if apart <= allowed and (best is None or apart < best[0]):
                best = (apart, known)
    return best[1] if best else None


def edit_distance(a: str, b: str) -> int:
    """Letters to insert, delete, replace or swap with their neighbour to turn `a` into `b` (for short words)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
