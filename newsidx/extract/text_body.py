"""Which lines of a dump are the article's body: the run of lines with the greatest sum of weights, then what is in it."""

from __future__ import annotations

from newsidx.extract.text_lines import Line

__all__ = ["best_run"]


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
