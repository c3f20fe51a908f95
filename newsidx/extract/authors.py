"""Names out of what pages write as their authors: no "By", no addresses, no roles, no outlets beside people.

The words are in ``tables/html_authors.txt``. Called by `html`. Byline lines are split by `lines.split_byline`; where no
line is labelled a byline and machines are told nothing, `printed_authors` looks around the text for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from newsidx.extract.blocks import Block, Label
from newsidx.extract.lines import split_byline
from newsidx.extract.lines_phrases import sections

__all__ = ["best_authors", "printed_authors"]

_URL = re.compile(r"^(?:https?:)?//|^www\.|^@|\.(?:com|org|net|html?|php)\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_BRACKETS = re.compile(r"\s*[(\[<][^)\]>]*[)\]>]?\s*")
_NOT_WORD = re.compile(r"\W+")
_PLACE = re.compile(r"(\w[\w.'’-]*(?: [\w.'’-]+)* \w[\w'’-]{3,})\. \w[\w ]*$")
"""A name, a full stop and the place that the report comes from."""
_EDGES = " ,:;-–—|*•\"'"
_MAX_CHARS = 80
_MAX_NAMES = 20


def best_authors(
    by_evidence: Iterable[tuple[str, Sequence[str]]], outlets: Iterable[str]
) -> tuple[tuple[str, ...], str]:
    """The names and the evidence that gave them: the first kind of evidence that names anyone but the outlet itself,
    else the first that names the outlet."""
    own = {_key(each) for each in outlets if each} - {""}
    fallback: tuple[tuple[str, ...], str] = ((), "")
    for evidence, values in by_evidence:
        names: dict[str, str] = {}
        for value in values:
            for name in _names(value):
                names.setdefault(_key(name), name)
        people = [name for key, name in names.items() if key not in own]
        if people:
            return tuple(people[:_MAX_NAMES]), evidence
        if names and not fallback[0]:
            fallback = (tuple(names.values()), evidence)
    return fallback


def printed_authors(blocks: Sequence[Block], labels: Sequence[Label], title: int) -> tuple[str, ...]:
    """Names in the lines between headline and text, or right after it: named bylines inside them, or "By" and names."""
    body = [i for i, given in enumerate(labels) if given.zone == "body"]
    if not body:
        return ()
    first, last = body[0], body[-1]
    start = title if 0 <= title < first else max(0, first - _BEFORE_BODY)
    for i in (*range(start, min(first, start + _MAX_HEAD)), *range(last + 1, min(len(blocks), last + 1 + _AFTER_BODY))):
        block = blocks[i]
        if len(block.text) > _LINE_CHARS or not block.context.isdisjoint(_NOT_ITS_OWN):
            continue
        marked = [words for names, words in block.marks if "byline" in names and len(words) < _MAX_CHARS]
        found = marked or [", ".join(split_byline(block.text))]
        names = _without_wholes(best_authors([("markup", found)], ())[0])
        if names:
            return names
    return ()


def _without_wholes(names: Sequence[str]) -> tuple[str, ...]:
    """Without what holds another of the names: elements around each other are named alike."""
    return tuple(each for each in names if not any(each != other and other in each for other in names))


_BEFORE_BODY = 6
_MAX_HEAD = 60
_AFTER_BODY = 3
_LINE_CHARS = 200
_NOT_ITS_OWN = frozenset("comment promo letter consent ad".split())


def _names(value: str) -> Iterator[str]:
    value = _EMAIL.sub(" ", value).strip()
    if not value or _URL.search(value):
        return
    words = _table()
    parts = [part for part in words.split.split(_BRACKETS.sub(" ", words.lead.sub("", value, count=1))) if part]
    for at, part in enumerate(parts):
        name = words.tail.sub("", words.lead.sub("", part, count=1).strip(_EDGES))
        place = _PLACE.match(name)
        if place is not None:
            name = place[1]
        if name.endswith(".") and not re.search(r"\b\w\.$", name):
            name = name[:-1]
        if not name or len(name) > _MAX_CHARS or name.casefold() in words.generic or not any(c.isalpha() for c in name):
            continue
        if any(c.isdigit() for c in name) and " " in name:
            continue
        if at and (words.role.search(name) or (name.islower() and " " not in name)):
            continue
        yield name


def _key(name: str) -> str:
    return _NOT_WORD.sub("", name).casefold()


class _Words:
    """The table as patterns."""

    def __init__(self) -> None:
        tables = dict(sections("html_authors.txt"))

        def any_of(name: str) -> str:
            return "|".join(re.escape(each) for each in sorted(tables[name], key=len, reverse=True))

        self.lead = re.compile(rf"^(?:{any_of('lead')})\s*[:.]?\s+|^(?-i:By(?=[A-Z]))", re.IGNORECASE)
        self.split = re.compile(
            r"\s*(?:[;|/·•]|,(?!\s*(?:jr|sr|md|phd|m\.d|ph\.d|ii|iii|esq)\b))\s*"
            rf"|\s+(?:{any_of('join')}|&)\s+",
            re.IGNORECASE,
        )
        self.role = re.compile(rf"\b(?:{any_of('role')})\b", re.IGNORECASE)
        self.tail = re.compile(rf"\s+(?:{any_of('tail')})$")
        self.generic = frozenset(tables["generic"])


@cache
def _table() -> _Words:
    return _Words()
