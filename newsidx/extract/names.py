"""What the names that a page gives its elements (class, id, role, …) mean: nav, share, promo, caption, byline, ….

The words stand in ``tables/html_names.txt``: a meaning, a colon, its words. A word may be several parts joined by
``-`` and matches those parts in a row, the longest first. Names are cut into parts at
everything that is no letter and before a capital that begins a word, so ``article__body``, ``articleBody`` and
``article-body`` are the same; ``articlebody`` is another word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

__all__ = ["meanings"]

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\s+")
_LOWER_PART = re.compile(r"[a-z]+|\s+")
"""Blanks are parts too, so that no phrase runs on from one name into the next."""
_MAX_CHARS = 400
_NONE: frozenset[str] = frozenset()


def meanings(names: str) -> frozenset[str]:
    """The meanings found in some names, as written in the attributes of one element, separated by blanks."""
    names = names[:_MAX_CHARS]
    parts = _LOWER_PART.findall(names) if names.islower() else [part.lower() for part in _PART.findall(names)]
    table = _table()
    if table.keys().isdisjoint(parts):
        return _NONE
    found = set()
    for at, part in enumerate(parts):
        begun = table.get(part)
        if begun is None:
            continue
        for phrase, meaning in begun.longer.get(parts[at + 1], ()) if at + 1 < len(parts) else ():
            if phrase == parts[at : at + len(phrase)]:
                found.add(meaning)
                break
        else:
            if begun.meaning:
                found.add(begun.meaning)
    return frozenset(found) if found else _NONE


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
