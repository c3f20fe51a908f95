"""Which line of a dump is the headline: length, place before the body, words shared with it, repetition, neighbours.

Rules score the lines; then trees (``tables/text_title.json``) choose among the best of them, the rules' choice being
one thing that they see. Responsible for choosing the line and for cutting an outlet's name off a page title; called by
`text_label` and by scripts/train_lines.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from newsidx.extract.lines_phrases import sections
from newsidx.extract.text_lines import Line, fold
from newsidx.extract.trees import Forest, load

__all__ = ["TITLE_FEATURES", "Headline", "content_words", "find_headline", "rivals", "title_parts"]

_WORD = re.compile(r"[^\W_]{2,}")
_ASCII_WORD = re.compile("[a-z0-9]{2,}")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_PARTS = re.compile(r"\s+[|–—\-·•]+\s+|\s*[|｜]\s*")
_GREEK = "\u0370"
_EXCLUDED = frozenset(("boilerplate", "promo-heading", "comments", "advert", "tags-lead", "correction", "consent"))

_MAX_VOCABULARY_CHARS = 600
_MIN_SCORE = 1.0
_WITHIN_LINES = 12
_WITHIN_SCORE = 1.3
"""Of lines about as good and near each other the first is the headline: decks and captions come after it."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The chosen line's index and text; `suffix` is the outlet's name that a page title carries behind it."""

    index: int
    text: str
    suffix: str | None
    score: float


def content_words(text: str) -> set[str]:
    """The words of `text` that say what it is about, of other alphabets their first letters only (inflection); pairs of
    characters where a script does not part words."""
    if text.isascii():
        return {word for word in _ASCII_WORD.findall(text.lower()) if len(word) > 3 or word.isdigit()}
    folded = text.casefold()
    words = {word if word < _GREEK else word[:5] for word in _WORD.findall(folded) if len(word) > 3 or word.isdigit()}
    for stretch in _UNSPACED.findall(folded):
        words.discard(stretch)
        words.update(a + b for a, b in pairwise(stretch))
    return words


def title_parts(text: str) -> list[str]:
    """The parts of a page title: "Headline | Outlet" gives two."""
    return [part.strip() for part in _PARTS.split(text) if part.strip()]


@dataclass(frozen=True, slots=True)
class _Page:
    """What scoring a line needs of the page: its lines, where the body begins, the words in it."""

    lines: list[Line]
    low: int
    vocabulary: frozenset[str]
    titles: tuple[str, ...]
    """What the first lines may be a page title of, folded."""
    has_gaps: bool


def find_headline(lines: list[Line], low: int, high: int, forest: Forest | None = None) -> Headline | None:
    """The headline of the article whose body is about ``lines[low:high]``; None if no line is likely enough."""
    found, rows = rivals(lines, low, high)
    if not found:
        return None
    forest = forest or load("text_title.json")
    odds = [forest.score(row) for row in rows]
    return found[odds.index(max(odds))]


def rivals(lines: list[Line], low: int, high: int) -> tuple[list[Headline], list[list[float]]]:
    """The lines that may be the headline, the rules' favourite first, and the numbers of each in the order of
    TITLE_FEATURES; none if the rules have no line that is likely enough."""
    body = (line for line in lines[low:high] if line.weight > 0)
    vocabulary = frozenset(word for line in body for word in content_words(line.text[:_MAX_VOCABULARY_CHARS]))
    if not vocabulary:
        return [], []
    titles = tuple(line.key() for line in lines[:4] if line.size >= 20)
    page = _Page(lines, low, vocabulary, titles, any(line.gap for line in lines[1:]))
    scores = _scores(page, min(high, low + 6))
    if not scores:
        return [], []
    best = max(scores, key=lambda index: (scores[index], -index))
    if scores[best] < _MIN_SCORE:
        return [], []
    for index in sorted(scores):
        is_near = best - _WITHIN_LINES <= index <= best
        if is_near and (index == best or (scores[index] >= scores[best] - _WITHIN_SCORE and _is_full(lines[index]))):
            best = index
            break
    best = _past_trail(lines, best)
    scores.setdefault(best, _MIN_SCORE)
    order = sorted(scores, key=lambda index: (-scores[index], -index))
    order = [best, *(index for index in order if index != best)]
    del order[_RIVALS:]
    top = max(scores.values())
    firsts: dict[str, int] = {}
    for line in lines:
        if line.repeats > 1:
            firsts.setdefault(line.key(), line.index)
    rows = [
        [scores[index], scores[index] - top, rank, *_numbers(page, index, firsts), index == best, index - best]
        for rank, index in enumerate(order)
    ]
    return [_without_suffix(Headline(index, lines[index].text, None, scores[index]), lines) for index in order], rows


def _numbers(page: _Page, index: int, firsts: dict[str, int]) -> list[float]:
    """What the trees see of one line beside its score."""
    lines, line = page.lines, page.lines[index]
    words = content_words(line.text)
    count = len(lines)
    return [
        line.size,
        min(5, line.repeats),
        len(words & page.vocabulary) / max(1, len(words)),
        page.low - index,
        index,
        line.text.endswith(_FULL_STOPS),
        index - firsts[line.key()] if line.repeats > 1 else 0,
        *(lines[at].size if 0 <= at < count else -1 for at in (index - 1, index - 2, index + 1, index + 2)),
        next((d for d in range(1, min(_DATE_WITHIN, count - index)) if _has_date(lines[index + d])), _DATE_WITHIN),
        next((d for d in range(1, min(_PROSE_WITHIN, count - index)) if lines[index + d].is_prose), _PROSE_WITHIN),
        sum([before.size < _MENU_SIZE for before in lines[max(0, index - 8) : index]]),
    ]


def _has_date(line: Line) -> bool:
    return line.size < 140 and 0 <= line.beside_date() < 70


_FULL_STOPS = (".", "。")
_DATE_WITHIN = 10
_PROSE_WITHIN = 16
_MENU_SIZE = 25
_RIVALS = 12
"""Lines that the trees choose from. Of pages with the headline on a line of its own, the best 12 by score have it in 94
to 99 of 100, the best 16 in .01 more, with no better choice by unseen site."""
_NO_RIVAL = -5.0
TITLE_FEATURES = (
    *("score", "below_best", "rank", "size", "repeats", "share", "from_low", "place", "stop", "from_first"),
    *("size_before", "size_before2", "size_after", "size_after2", "date_after", "prose_after", "menu_before"),
    *("is_choice", "from_choice"),
)
"""The names of the numbers, in their order: of 81 that were tried, those that trees split by, and no worse by unseen
site (headlines exact, by rules and with all 81: naeb .838 and .860, Fundus .697 and .697; with these .860 and .714)."""


def _past_trail(lines: list[Line], best: int) -> int:
    """A trail of breadcrumbs often ends in a title of its own; what follows it and a kicker, if it is about the same,
    is the headline that readers see."""
    if best + 2 >= len(lines) or not _ends_trail(lines, best):
        return best
    kicker, other = lines[best + 1], lines[best + 2]
    if kicker.size >= 60 or kicker.is_final or kicker.beside_date() >= 0 or not _is_full(other):
        return best
    if other.size > 200 or other.stops >= 2 or other.text.endswith((".", lines[best].text)):
        # What ends with the whole of the trail's own title is the kicker and it, run together.
        return best
    mine, its = content_words(lines[best].text), content_words(other.text)
    return best + 2 if len(mine & its) >= max(1, 0.3 * min(len(mine), len(its))) else best


def _ends_trail(lines: list[Line], index: int) -> bool:
    """Whether short lines before the line go back to one that begins with the word for the first page."""
    for line in reversed(lines[max(0, index - 5) : index]):
        if line.size > 90 or line.is_final:
            return False
        if line.text.casefold().startswith(_homes()):
            return True
    return False


@cache
def _homes() -> tuple[str, ...]:
    return next(tuple(words) for name, words in sections("text_words.txt") if name == "home")


def _scores(page: _Page, end: int) -> dict[int, float]:
    """The scores of the lines before `end` that may matter: the cheap part for all, the rest from the best on down."""
    cheap = [
        (_score(line, page), line.index)
        for line in page.lines[:end]
        if 8 <= line.size <= 260 and (line.words >= 2 or line.size >= 20)
    ]
    cheap.sort(reverse=True)
    scores: dict[int, float] = {}
    best = 0.0
    for rank, (score, index) in enumerate(cheap):
        wanted = max(_MIN_SCORE, best - _WITHIN_SCORE)
        is_rival = rank < _RIVALS and score > _NO_RIVAL
        if score + _MAX_NEAR < wanted and not is_rival:
            break
        nearer = score + _near(index, page)
        if nearer >= wanted or is_rival:
            scores[index] = nearer - _against(page.lines[index], page.lines)
            best = max(best, scores[index])
    return scores


def _is_full(line: Line) -> bool:
    """Long enough for a headline in itself: a kicker ("Windows 11") before the headline is not."""
    return line.size >= 28 and line.words >= 4


def _ends_with_neighbour(line: Line, lines: list[Line]) -> bool:
    """A breadcrumb that runs into the headline: the line ends with the whole of a line near it."""
    for other in lines[max(0, line.index - 6) : line.index + 10]:
        if other is not line and other.size >= 20 and other.size < line.size and line.text.endswith(other.text):
            return True
    return False


def _is_meta(line: Line) -> bool:
    """A date line or a byline: what stands beside a headline."""
    if not 6 <= line.size < 140:
        return False
    return 0 <= line.beside_date() < 70 or bool(line.names())


_MAX_NEAR = 1.5


def _near(index: int, page: _Page) -> float:
    """What a byline or date line soon after a line (or right before it) adds to its being the headline."""
    lines = page.lines
    low, high = max(0, page.low - 80), min(len(lines), page.low + 12)
    if low <= index < high and _is_meta(lines[index]):
        return -1.0
    for distance in range(1, 9):
        if low <= index + distance < high and _is_meta(lines[index + distance]):
            return _MAX_NEAR - 0.1 * (distance - 1)
    for distance in (1, 2, 3):
        if low <= index - distance < high and _is_meta(lines[index - distance]):
            return 0.5
    return 0.0


def _score(line: Line, page: _Page) -> float:
    """How likely the line is the headline, by what is quickly seen."""
    text, size = line.text, line.size
    if (line.phrases & _EXCLUDED and size < 90) or line.is_read_more:
        return -9.0
    words = content_words(text)
    if not words:
        return -9.0
    shared = len(words & page.vocabulary)
    score = 3.0 * shared / len(words) + 0.3 * min(5, shared)
    score += 1.0 if 25 <= size <= 130 else 0.2 if size < 180 else -1.5
    if not _is_full(line):
        score -= 1.0
    distance = page.low - line.index
    score -= min(distance, 40) * 0.04 if distance >= 0 else 2.5 - 0.3 * distance
    if text.endswith((".", "。", ":", "，", ",")):
        score -= 2.2
    if line.stops >= 2:
        score -= 1.0
    if text[0].islower():
        score -= 0.8
    if line.repeats > 1:
        score += 0.5
    if line.index and page.titles:
        folded = fold(text)
        if any(title.startswith(folded) for title in page.titles):
            score += 1.5
    lines = page.lines
    if page.has_gaps and line.gap and line.index + 1 < len(lines) and lines[line.index + 1].gap:
        score += 0.9
    return score


def _against(line: Line, lines: list[Line]) -> float:
    """What speaks against a line that looks like a headline: a breadcrumb, a credit, a date."""
    against = 2.5 if _ends_with_neighbour(line, lines) else 0.0
    if line.credit()[1]:
        against += 1.5
    if line.size < 60 and line.beside_date() >= 0:
        against += 3.0
    return against


def _without_suffix(best: Headline, lines: list[Line]) -> Headline:
    """A title line "Headline | Outlet": the outlet's name goes, where the page shows that it is one."""
    parts = title_parts(best.text)
    if len(parts) < 2:
        return best
    known = {line.key() for line in lines if line.size < 160 and line.index != best.index}
    for count in range(len(parts) - 1, 0, -1):
        match_end = _cut(best.text, count)
        head, tail = best.text[:match_end].strip(), best.text[match_end:].strip(" |–—-·»•:")
        if fold(head) in known or (len(tail) <= 30 and fold(tail) in known and best.index < 3):
            return Headline(best.index, head, tail, best.score)
    return best


def _cut(text: str, count: int) -> int:
    matches = list(_PARTS.finditer(text))
    return matches[count - 1].start()
