"""Which run of lines of a dump is the article's body: the greatest sum of weights, then its tail cut where it frays.

Two steps. `best_run` takes the run whose weights have the greatest sum, with low costs for what stands between
paragraphs, so that galleries, lists and advertisements inside an article do not end it. `trim_tail` then goes from
gap to gap after the run's heaviest part, and ends the body where what follows a gap (paragraphs about the author, a
newsletter, teasers with a sentence each) weighs less than the gap says against it. Called by `text_label`.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsidx.extract.text_lines import Line, fold

__all__ = ["best_run", "trim_tail"]

_SHORT_COST = 0.7
_MAX_SHORT_COST = 6.0
_MIN_CHUNK = 0.0


def best_run(lines: list[Line], start: int = 0) -> tuple[int, int]:
    """The half-open range of `lines`, from `start` on, whose weights have the greatest sum; (start, start) if none."""
    best, best_range = 0.0, (start, start)
    total, low = 0.0, start
    for i in range(start, len(lines)):
        if total <= 0:
            total, low = 0.0, i
        total += lines[i].weight
        if total > best:
            best, best_range = total, (low, i + 1)
    return best_range


@dataclass(slots=True)
class _Chunk:
    """Paragraphs in a row: half-open range, their weight, and what the lines before it cost."""

    low: int
    high: int
    weight: float
    cost: float


def trim_tail(lines: list[Line], low: int, high: int, authors: tuple[str, ...]) -> int:
    """Where the body that begins at `low` ends, at `high` at the latest."""
    chunks = _chunks(lines, low, high, authors)
    if not chunks:
        return high
    heaviest = max(range(len(chunks)), key=lambda i: chunks[i].weight)
    total = best = chunks[heaviest].weight
    end = chunks[heaviest].high
    for chunk in chunks[heaviest + 1 :]:
        total += chunk.weight - chunk.cost
        if total > best:
            best, end = total, chunk.high
    names = {fold(name) for name in authors}
    while end > low + 1 and (lines[end - 1].text.endswith((":", "：")) or _value(lines[end - 1], names) < 0):
        end -= 1
    return end


def _chunks(lines: list[Line], low: int, high: int, authors: tuple[str, ...]) -> list[_Chunk]:
    names = {fold(name) for name in authors}
    chunks: list[_Chunk] = []
    cost = short = 0.0
    for i in range(low, high):
        line = lines[i]
        if line.weight >= 0.3 or (line.weight > 0 and chunks and i == chunks[-1].high):
            weight = _value(line, names)
            if chunks and i == chunks[-1].high:
                chunks[-1].high = i + 1
                chunks[-1].weight += weight
            else:
                chunks.append(_Chunk(i, i + 1, weight, min(short, _MAX_SHORT_COST) + cost))
            cost = short = 0.0
            continue
        say = _say(line, names)
        if say:
            cost += say
        elif not line.is_read_more and "advert" not in line.phrases:
            short += _SHORT_COST
    return chunks


def _say(line: Line, names: set[str]) -> float:
    """What a line between paragraphs says against the body going on."""
    found = line.phrases
    if "comments" in found:
        return 6.0
    if "promo-heading" in found:
        return 3.0
    if "tags-lead" in found:
        return 2.5
    if line.key() in names:
        return 3.0
    if "signup" in found:
        return 2.0
    if "boilerplate" in found:
        return 1.2
    return 0.0


def _value(line: Line, names: set[str]) -> float:
    """The weight of a paragraph; next to nothing if it is about the author or the newsletter."""
    if "signup" in line.phrases or ("bio" in line.phrases and line.size < 700):
        return -1.0
    if names and any(fold(line.text[: len(name) + 2]).startswith(name) for name in names):
        return -0.5
    return line.weight
