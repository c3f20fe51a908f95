"""What the names that a page gives its elements (class, id, role, …) mean: nav, share, promo, caption, byline, ….

The words stand in ``tables/html_names.txt``: a meaning, a colon, its words. A word may be several parts joined by
``-`` and matches those parts in a row, the longest first. Names are cut into parts at
everything that is no letter and before a capital that begins a word, so ``article__body``, ``articleBody`` and
``article-body`` are the same; ``articlebody`` is another word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

__all__ = ["meanings", "names_of"]

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LOWER_PART = re.compile(r"[a-z]+")
_MAX_CHARS = 400
_MAX_KNOWN = 30_000
_NONE: frozenset[str] = frozenset()
_HIDDEN = frozenset(("hidden",))

_NAMING, _RELATION, _HIDING, _STYLED = range(4)
_KINDS = {
    f" {name}=": _NAMING
    for name in "class id role itemprop data-testid data-component data-type data-qa data-module".split()
} | {" rel=": _RELATION, " hidden=": _HIDING, " style=": _STYLED}
_RELATIONS = {"tag": frozenset(("tags",)), "author": frozenset(("byline",))}
_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|clip\s*:\s*rect\(0", re.IGNORECASE)

_known: dict[str, frozenset[str]] = {}
"""The meanings of names met before: a page has few that no other page of its site has."""
_known_values: dict[str, frozenset[str]] = {}
"""The same of whole values of attributes."""


def names_of(rest: str) -> frozenset[str]:
    """The meanings in the attributes of a tag: each as ``name="value"``, one blank before it, as Lexbor writes them.

    What is remembered is the meaning of a value: the attributes as a whole hardly come a second time."""
    found = _NONE
    parts = rest.split('"')
    for i in range(0, len(parts) - 1, 2):
        kind = _KINDS.get(parts[i])
        if kind is None:
            continue
        value = parts[i + 1]
        if kind == _NAMING:
            meant = _known_values.get(value)
            if meant is None:
                meant = _meant_by(value)
            if meant:
                found = found | meant if found else meant
        elif kind == _RELATION:
            if "category" not in value:
                for each in value.lower().split():
                    found |= _RELATIONS.get(each, _NONE)
        elif kind == _HIDING or _STYLE.search(value):
            found |= _HIDDEN
    # What subscribers see is in many a page all along, and hidden until a script has looked at the reader.
    return found - _HIDDEN if "paywall" in found else found


def _meant_by(names: str) -> frozenset[str]:
    found = _NONE
    for name in names[:_MAX_CHARS].split():
        meant = _known.get(name)
        if meant is None:
            meant = _meanings_of(name)
        if meant:
            found |= meant
    if len(_known_values) >= _MAX_KNOWN:
        _known_values.clear()
    if len(names) < _MAX_CHARS:
        _known_values[names] = found
    return found


def meanings(names: str) -> frozenset[str]:
    """The meanings found in some names, separated by blanks."""
    return _NONE.union(*(_meanings_of(name) for name in names[:_MAX_CHARS].split()))


def _meanings_of(name: str) -> frozenset[str]:
    parts = _LOWER_PART.findall(name) if name.islower() else [part.lower() for part in _PART.findall(name)]
    table = _table()
    found = _NONE if table.keys().isdisjoint(parts) else frozenset(_meant(table, parts))
    if len(_known) >= _MAX_KNOWN:
        _known.clear()
    _known[name] = found
    return found


def _meant(table: Mapping[str, _Begun], parts: list[str]) -> Iterator[str]:
    for at, part in enumerate(parts):
        begun = table.get(part)
        if begun is None:
            continue
        for phrase, meaning in begun.longer.get(parts[at + 1], ()) if at + 1 < len(parts) else ():
            if phrase == parts[at : at + len(phrase)]:
                yield meaning
                break
        else:
            if begun.meaning:
                yield begun.meaning


@dataclass(slots=True)
class _Begun:
    """What a part may begin: a word that it is alone, and phrases (as lists of parts) by their second part, the longest
    first."""

    meaning: str = ""
    longer: dict[str, list[tuple[list[str], str]]] = field(default_factory=dict)


@cache
def _table() -> dict[str, _Begun]:
    """The words of the table by their first parts; the first line of the table that has a word decides."""
    table: dict[str, _Begun] = {}
    seen = set()
    for line in (Path(__file__).parent / "tables" / "html_names.txt").read_text("utf-8").splitlines():
        meaning, _, words = line.partition("#")[0].partition(":")
        for word in words.split():
            if word not in seen:
                seen.add(word)
                parts = word.split("-")
                begun = table.setdefault(parts[0], _Begun())
                if len(parts) == 1:
                    begun.meaning = meaning.strip()
                else:
                    begun.longer.setdefault(parts[1], []).append((parts, meaning.strip()))
    for begun in table.values():
        for phrases in begun.longer.values():
            phrases.sort(key=lambda entry: -len(entry[0]))
    return table
