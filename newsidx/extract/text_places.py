"""What can be seen of a line near the headline or the body, as numbers for the trained models of single fields.

Deck, byline, date and caption are told apart by where a line stands among others of its kind: a name right above a
date, two sentences between headline and byline, a short sentence beside a credit. `Places` describes lines by that;
``tables/text_fields.json`` holds the trees. Training (scripts/train_fields.py) and reading (`text_label`,
`text_fields`) share it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from newsidx.extract.text_lines import Line, fold

__all__ = ["PLACE_FEATURES", "Places"]

_FAR = 9
_LAST = {".": 1, "!": 2, "?": 2, ":": 3, ",": 4, "…": 5}
_CLOSERS = "\"”“»’')]"
_ZONES = ("page", "promo", "head", "body", "deck", "caption", "credit", "headline", "again", "byline", "date")
_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")

_OWN = ("size", "words", "final", "prose", "stops", "repeats", "gap", "last", "title", "digits", "furniture", "colon")
_KINDS = ("is_date", "beside_date", "is_byline", "is_names", "names", "is_credit", "credit_share")
_WHERE = ("from_headline", "from_low", "from_high", "from_top", "zone", "shared", "unlike")
_NEAR = ("before", "before2", "after", "after2")
_NEAR_OF = ("size", "final", "prose", "date", "byline", "names", "credit", "zone")
_DISTANCES = ("date_after", "date_before", "byline_after", "byline_before", "names_after")
PLACE_FEATURES = (
    *_OWN,
    *_KINDS,
    *_WHERE,
    *(f"{of}_{near}" for near in _NEAR for of in _NEAR_OF),
    *_DISTANCES,
    "pair_before",
    "pair_after",
    "gap_after",
    "name_again",
)
"""The names of the numbers, in their order."""
_NOTHING = (-1.0,) * len(_NEAR_OF)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What the line is by its own words: length beside its date (-1 without one), names of a byline with a word that
    leads it or of nothing but names, length of the caption before its credit (-1 without a credit)."""

    beside_date: int
    names: tuple[str, ...]
    bare: tuple[str, ...]
    caption: int


@dataclass(slots=True)
class Places:
    """The lines of one page as the models see them; what costs is looked at once, and only where it is asked for."""

    lines: list[Line]
    zones: list[str]
    headline: int
    low: int
    high: int
    _kinds: dict[int, _Kinds] = field(default_factory=dict)
    _seen: dict[int, tuple[float, ...]] = field(default_factory=dict)
    _starts: dict[str, int] = field(default_factory=dict)
    _text: str = ""

    def kinds(self, i: int) -> _Kinds:
        """What line `i` is by its own words."""
        found = self._kinds.get(i)
        if found is None:
            found = self._kinds[i] = _kinds(self.lines[i])
        return found

    def names(self, i: int) -> tuple[str, ...]:
        """The names on line `i`, if it is a byline or nothing but names."""
        kinds = self.kinds(i)
        return kinds.names or kinds.bare

    def row(self, i: int) -> list[float]:
        """The numbers of line `i`, in the order of PLACE_FEATURES."""
        lines, line, kinds = self.lines, self.lines[i], self.kinds(i)
        text = line.text
        last = text.rstrip(_CLOSERS)[-1:]
        words = text[:160].split()
        head = lines[self.headline].text if self.headline >= 0 else ""
        mine = set(_WORD.findall(text[:400].casefold()))
        row: list[float] = [
            line.size,
            line.words,
            line.is_final,
            line.is_prose,
            line.stops,
            min(4, line.repeats),
            line.gap,
            _LAST.get(last, 0 if last.isalnum() else 6),
            sum([word[0].isupper() for word in words]) / len(words),
            len(_DIGIT.findall(text[:160])) / len(text[:160]),
            len(line.phrases),
            ":" in text[:40],
            kinds.beside_date >= 0,
            kinds.beside_date,
            len(kinds.names),
            len(kinds.bare),
            sum(len(name.split()) for name in kinds.names or kinds.bare),
            kinds.caption >= 0,
            kinds.caption / len(text),
            _clip(i - self.headline) if head else -50,
            _clip(i - self.low),
            _clip(i - self.high),
            min(400, i),
            _ZONES.index(self.zones[i]) if self.zones[i] in _ZONES else -1,
            len(mine & set(_WORD.findall(head.casefold()))) / max(1, len(mine)),
            1 - len(mine) / max(1, len(words)),
        ]
        for j in (i - 1, i - 2, i + 1, i + 2):
            row += self._near(j)
        row += self._distances(i)
        names = kinds.names or kinds.bare
        row += (
            i > 0 and _is_pair(text, lines[i - 1].text),
            i + 1 < len(lines) and _is_pair(text, lines[i + 1].text),
            lines[i + 1].gap if i + 1 < len(lines) else _FAR,
            self._again(names[0]) if names else 0,
        )
        return row

    def _near(self, j: int) -> tuple[float, ...]:
        if not 0 <= j < len(self.lines):
            return _NOTHING
        found = self._seen.get(j)
        if found is None:
            line, kinds = self.lines[j], self.kinds(j)
            found = self._seen[j] = (
                line.size,
                line.is_final,
                line.is_prose,
                kinds.beside_date,
                len(kinds.names),
                len(kinds.bare),
                kinds.caption,
                _ZONES.index(self.zones[j]) if self.zones[j] in _ZONES else -1,
            )
        return found

    def _distances(self, i: int) -> tuple[float, ...]:
        dates = names = bare = _FAR
        for j in range(min(len(self.lines), i + _FAR) - 1, i, -1):
            kinds = self.kinds(j)
            if 0 <= kinds.beside_date < 70:
                dates = j - i
            if kinds.names:
                names = j - i
            elif kinds.bare:
                bare = j - i
        dates_before = names_before = _FAR
        for j in range(max(0, i - _FAR + 1), i):
            kinds = self.kinds(j)
            if 0 <= kinds.beside_date < 70:
                dates_before = i - j
            if kinds.names:
                names_before = i - j
        return (dates, dates_before, names, names_before, bare)

    def _again(self, name: str) -> int:
        """How often the name stands in the lines of the page, counted up to four."""
        key = fold(name)
        if key not in self._starts:
            if not self._text:
                self._text = "\n".join([line.text for line in self.lines if line.size < 500]).casefold()
            self._starts[key] = self._text.count(key)
        return min(4, self._starts[key])


def _clip(distance: int) -> int:
    return max(-40, min(40, distance))


def _kinds(line: Line) -> _Kinds:
    beside = line.beside_date() if line.size < 200 else -1
    names = line.names() if 4 <= line.size < 200 else ()
    bare = line.bare_names() if not names and 3 <= line.size < 90 else ()
    caption = -1
    if line.size < 900:
        before, credit = line.credit()
        caption = len(before) if credit is not None else -1
    return _Kinds(beside, names, bare, caption)


def _is_pair(one: str, two: str) -> bool:
    shorter, longer = (one, two) if len(one) < len(two) else (two, one)
    return len(shorter) >= 12 and longer[: len(shorter) + 4].casefold().find(shorter.casefold()) >= 0
