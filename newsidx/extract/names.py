"""What the names that a page gives its elements (class, id, role, …) mean: nav, share, promo, caption, byline, ….

The words stand in ``tables/html_names.txt``: a meaning, a colon, its words. A word may be several parts joined by
``-`` and matches those parts in a row (at most four, the longest first); a trailing ``*`` matches any longer part. Names are cut into parts at
everything that is no letter and at a capital after a small letter, so ``article__body``, ``articleBody`` and
``article-body`` are the same; ``articlebody`` is another word.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

__all__ = ["meanings"]

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_LETTER = re.compile(r"[^a-z]+")
_MAX_CHARS = 400
_MAX_PARTS = 4
_NONE: frozenset[str] = frozenset()


def meanings(names: str) -> frozenset[str]:
    """The meanings found in some names, as written in the attributes of one element, separated by blanks."""
    found = _NONE
    for name in names[:_MAX_CHARS].split():
        of_name = _meanings_of(name)
        if of_name:
            found |= of_name
    return found


@lru_cache(maxsize=32768)
def _meanings_of(name: str) -> frozenset[str]:
    phrases, prefixes = _table()
    found = set()
    parts = _NO_LETTER.sub("-", _CAPITAL.sub("-", name).lower()).strip("-").split("-")
    count = len(parts)
    for at, part in enumerate(parts):
        for length in range(min(_MAX_PARTS, count - at), 0, -1):
            meaning = phrases.get(part if length == 1 else "-".join(parts[at : at + length]))
            if meaning is not None:
                found.add(meaning)
                break
        else:
            found.update(meaning for prefix, meaning in prefixes if part.startswith(prefix))
    return frozenset(found)


@cache
def _table() -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Phrases and prefixes with their meanings; the first line of the table that has a phrase decides."""
    phrases: dict[str, str] = {}
    prefixes: list[tuple[str, str]] = []
    for line in (Path(__file__).parent / "tables" / "html_names.txt").read_text("utf-8").splitlines():
        meaning, _, words = line.partition("#")[0].partition(":")
        for word in words.split():
            if word.endswith("*"):
                prefixes.append((word[:-1], meaning.strip()))
            else:
                phrases.setdefault(word, meaning.strip())
    return phrases, tuple(prefixes)
