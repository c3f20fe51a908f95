"""The headline: which heading of the page, and which part of it, readers take for the title.

The titles that a page gives to machines (JSON-LD, OpenGraph, ``title``) are witnesses, not the value: they are
shortened, carry site names, or were written for search engines. The order:

1. the ``h1`` that agrees best with the witnesses; a lone ``h1`` of some length needs only a word in common;
2. instead of it an ``h2`` between it and the text that is, word for word, one of the witnesses, where the ``h1`` is
   none of those of JSON-LD and OpenGraph or another one: pages that show a line for search engines in small print;
3. without such an ``h1`` an ``h2`` or ``h3`` that is a witness word for word;
4. the first title given to machines, its site name cut off.

Of a heading that holds a kicker or a subtitle (by its names, or because a title has a colon where a part of the
heading ends) the rest is the headline. Called by `html`; strips site names for `html` too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from newsidx.extract.structured import Claims, squash

__all__ = ["Heading", "best_title", "is_site", "parts_of_title", "site_in_title", "strip_site"]

_SEPARATOR = re.compile(r"\s+[|\-–—·•»«:/]{1,2}\s+|\s*[|»«]\s*|\s+::\s+")
_COLON = re.compile(r"^\s*(?:[:|·•]|[-–—](?=\s))\s*")
_WORD = re.compile(r"\w+")
_MAX_SITE_CHARS = 40
_MIN_AGREEMENT = 0.5
_ALL_WORDS = 1.2
"""The agreement of two titles that are the same."""
_TITLE_WEIGHT = 0.9
"""What ``title`` says counts for less than what JSON-LD and OpenGraph say: on many pages it names the section."""
_LONE_WORDS = 4
_LONE_WORD_CHARS = 4
_MAX_BETWEEN = 3
"""Runs between an ``h1`` and the ``h2`` that stands for it."""
_MIN_CHARS = 4
_MAX_TITLES = 30
_NOT_HEADLINE = frozenset(("kicker", "deck"))


class Heading(NamedTuple):
    """A heading of the page: 1 for ``h1``; its text; its parts as (meanings, text), in order, where it has several;
    and the number of its first run."""

    level: int
    text: str
    parts: tuple[tuple[frozenset[str], str], ...] = ()
    start: int = 0
    is_stacked: bool = False
    """Whether its parts stand above each other, each a block of its own, and not in one line."""


# --- site names ----------------------------------------------------------------------------------------------------


def strip_site(title: str, sites: Iterable[str]) -> str:
    """The title without the name of the site before or after it: "Rain at last - The Daily" is "Rain at last"."""
    keys = {squash(site) for site in sites if site}
    keys.discard("")
    for _ in range(3):
        pieces = list(_SEPARATOR.finditer(title))
        if not pieces:
            return title
        first, last = pieces[0], pieces[-1]
        tail, head = title[last.end() :], title[: first.start()]
        if is_site(tail, keys) and title[: last.start()].strip():
            title = title[: last.start()].strip()
        elif is_site(head, keys) and title[first.end() :].strip():
            title = title[first.end() :].strip()
        else:
            return title
    return title


def parts_of_title(title: str) -> Iterator[tuple[str, str]]:
    """The title whole, then without its last, its first, … parts: (what is left, what was cut off), longest first."""
    cuts = list(_SEPARATOR.finditer(title))[:8]
    parts = [(title, "")]
    parts += [(title[: cut.start()].strip(), title[cut.end() :].strip()) for cut in cuts]
    parts += [(title[cut.end() :].strip(), title[: cut.start()].strip()) for cut in cuts]
    yield from sorted((part for part in parts if part[0]), key=lambda part: -len(part[0]))


def site_in_title(claims: Claims, headline: str) -> str | None:
    """The site's name, where the page's title is nothing but the headline and it."""
    for title in claims.titles[:1]:
        for piece, rest in parts_of_title(title):
            if (
                rest
                and squash(piece) == squash(headline)
                and len(rest) <= _MAX_SITE_CHARS
                and not _SEPARATOR.search(rest)
            ):
                return rest
    return None


def is_site(piece: str, keys: set[str]) -> bool:
    """Whether a part of a title is one of the site's names (squashed)."""
    key = squash(piece)
    return bool(key) and any(
        key == each or (len(key) > 3 and (key in each or (each in key and len(key) < len(each) + 12 and len(each) > 3)))
        for each in keys
    )


# --- choosing ------------------------------------------------------------------------------------------------------


def best_title(headings: Sequence[Heading], claims: Claims, sites: Sequence[str]) -> tuple[str | None, str, int]:
    """The headline, its evidence, and which of `headings` (the page's first, in page order) it is, or -1."""
    titles = [(strip_site(text, sites), evidence) for text, evidence in claims.of("headline")]
    bare = [strip_site(text, sites) for text in claims.titles]
    said = [text for text, _ in titles][:_MAX_TITLES]
    keys = {squash(site) for site in sites} - {""}
    first = _best_h1(headings, said, (bare + claims.alternates)[:_MAX_TITLES], keys)
    if first >= 0:
        at = _stand_in(headings, first, said)
        return _part(headings[at], said), "markup", at
    lower = _exact(headings, {squash(text) for text in (*said, *bare, *claims.alternates)} - keys - {""})
    if lower >= 0:
        return _part(headings[lower], said), "markup", lower
    firsts = [i for i, each in enumerate(headings) if each.level == 1]
    if firsts and not (said or bare or claims.alternates):
        return headings[firsts[0]].text, "markup", firsts[0]
    for text, evidence in titles:
        return text, evidence, -1
    for text in bare:
        return text, "markup", -1
    return (headings[firsts[0]].text, "markup", firsts[0]) if firsts else (None, "", -1)


def _best_h1(headings: Sequence[Heading], said: Sequence[str], others: Sequence[str], keys: set[str]) -> int:
    """The number of the ``h1`` that agrees best with the titles, -1 if none does."""
    best = (_MIN_AGREEMENT, 1, -1)
    keys_said = {squash(each) for each in said} - {""}
    exact = {key for key in keys_said if len(key) > _MAX_SITE_CHARS // 2} - keys
    found = [
        i
        for i, each in enumerate(headings)
        if each.level == 1 and (squash(each.text) in exact or not is_site(each.text, keys))
    ]
    for i in found:
        text = headings[i].text
        is_said = squash(text) in keys_said
        score = _ALL_WORDS if is_said else max((_agreement(text, each) for each in said), default=0.0)
        if score < 1.0:
            score = max(score, _TITLE_WEIGHT * max((_agreement(text, each) for each in others), default=0.0))
        best = max(best, (score, -i, i))
    if best[2] < 0 and len(found) == 1:
        words = {word for word in _words(headings[found[0]].text) if len(word) >= _LONE_WORD_CHARS}
        if len(words) >= _LONE_WORDS and any(not words.isdisjoint(_words(each)) for each in (*said, *others)):
            return found[0]
    return best[2]


def _stand_in(headings: Sequence[Heading], first: int, said: Sequence[str]) -> int:
    """An ``h2`` right after the ``h1`` that is a title given to machines, if the ``h1`` is another one: what readers
    see as the headline. Else the ``h1``."""
    own = headings[first]
    keys = {squash(text) for text in said}
    keys -= {squash(own.text), squash(_part(own, said))}
    for i in range(first + 1, len(headings)):
        each = headings[i]
        if each.start - own.start > _MAX_BETWEEN or each.level == 1:
            break
        if each.level == 2 and (squash(each.text) in keys or squash(_part(each, said)) in keys):
            return i
    return first


def _exact(headings: Sequence[Heading], keys: set[str]) -> int:
    for i, each in enumerate(headings):
        if each.level > 1 and (squash(each.text) in keys or (each.parts and squash(_named_part(each)) in keys)):
            return i
    return -1


# --- the part of a heading -----------------------------------------------------------------------------------------


def _part(heading: Heading, said: Sequence[str]) -> str:
    """The heading without kicker and subtitle. A kicker in one line with it, which a title keeps with a colon, is kept
    (so has the gold in 5 of 8 cases); one that stands above it is none of it (in 3 of 3)."""
    text, keys = heading.text, {squash(title) for title in said}
    for i in range(1, len(heading.parts)):
        rest = " ".join(words for _, words in heading.parts[i:])
        if squash(rest) in keys:
            return _COLON.sub("", rest)
    key = squash(text)
    if key in keys:
        whole = next(title for title in said if squash(title) == key)
        lead = heading.parts[0][1] if heading.is_stacked else text
        if whole.startswith(lead) and _COLON.match(whole[len(lead) :]):
            return " ".join(words for _, words in heading.parts[1:])
        return text if ":" in text else whole if ":" in whole else _named_part(heading)
    named = _named_part(heading)
    return named if named != text else _after_lead(text, key, said)


def _named_part(heading: Heading) -> str:
    """What is left of a heading without the parts that its markup names a kicker or a deck, if that is a title."""
    left = [text for names, text in heading.parts if names.isdisjoint(_NOT_HEADLINE)]
    if left and len(left) < len(heading.parts):
        rest = _COLON.sub("", " ".join(left))
        if len(squash(rest)) > _MIN_CHARS:
            return rest
    return heading.text


def _after_lead(text: str, key: str, said: Sequence[str]) -> str:
    """The heading from where a title says that it begins: "Politics | Rain at last" is "Rain at last"."""
    for title in said:
        other = squash(title)
        if len(other) * 2 > len(key) and key.endswith(other):
            words = title.split()
            at = text.rfind(words[0]) if text.count(words[0]) == 1 else text.find(" ".join(words[:2]))
            if at > 0 and squash(text[at:]) == other:
                return text[at:]
    return text


def _agreement(one: str, other: str) -> float:
    """Shared words over those of the shorter title, 0 to 1, and a little for being of one length."""
    mine, theirs = _words(one), _words(other)
    if not mine or not theirs:
        return 0.0
    shared = len(mine & theirs)
    likeness = 0.2 * shared / max(len(mine), len(theirs))
    if len(mine) < 3 or len(theirs) < 3:
        a, b = squash(one), squash(other)
        contained = (a in b or b in a) and min(len(a), len(b)) > 3
        return 0.6 + 0.6 * min(len(a), len(b)) / max(len(a), len(b)) if contained else likeness
    return shared / min(len(mine), len(theirs)) + likeness


def _words(text: str) -> set[str]:
    words = set(_WORD.findall(text.casefold()))
    if len(words) < 4 and any(ord(c) > 0x2E7F for c in text):
        return {text[i : i + 2] for i in range(len(text) - 1)}
    return words
