"""What the names that a page gives its elements (class, id, role, …) mean: nav, share, promo, caption, byline, ….

The words stand in ``tables/html_names.txt``: a meaning, a colon, its words. A word may be several parts joined by
``-`` and matches those parts in a row, the longest first. Names are cut into parts at
everything that is no letter and before a capital that begins a word, so ``article__body``, ``articleBody`` and
``article-body`` are the same; ``articlebody`` is another word.
"""

from __future__ import annotations

import re
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
        for phrase, meaning in table.get(part, ()):
            if phrase == parts[at : at + len(phrase)]:
                found.add(meaning)
                break
    return frozenset(found)


@cache
def _table() -> dict[str, list[tuple[list[str], str]]]:
    """Phrases (as lists of parts) with their meanings, by first part, the longest first; the first line of the table
    that has a phrase decides."""
    phrases: dict[str, list[tuple[list[str], str]]] = {}
    seen = set()
    for line in (Path(__file__).parent / "tables" / "html_names.txt").read_text("utf-8").splitlines():
        meaning, _, words = line.partition("#")[0].partition(":")
        for word in words.split():
            if word not in seen:
                seen.add(word)
                parts = word.split("-")
                phrases.setdefault(parts[0], []).append((parts, meaning.strip()))
    for each in phrases.values():
        each.sort(key=lambda entry: -len(entry[0]))
    return phrases
