"""The lines of a dump, labelled: which are headline, deck, body, caption, credit, byline, date, promo, and which are page.

Order of evidence: the run of lines with the greatest weight (`text_body`), the headline before it (`text_headline`),
then each line between the headline and the run's end by its own words and by its neighbours. What stands outside is
page, or promo where it heads or lists other articles. Called by `text`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsidx.extract.blocks import Label
from newsidx.extract.dates import find_date
from newsidx.extract.lines import is_correction, split_byline, split_credit
from newsidx.extract.text_body import best_run
from newsidx.extract.text_headline import Headline, find_headline
from newsidx.extract.text_lines import Line, fold

__all__ = ["Layout", "lay_out"]

_DIGIT = re.compile(r"\d")


@dataclass(slots=True)
class Layout:
    """The labels of all lines (same order), the headline, and the half-open range of the body."""

    labels: list[Label]
    headline: Headline | None
    low: int
    high: int


def lay_out(lines: list[Line]) -> Layout:
    """Labels for the lines of one page."""
    low, high = best_run(lines)
    headline = find_headline(lines, low, high)
    start = low
    if headline is not None:
        start = headline.index + 1
        if headline.index >= low:
            low = start
    labels = [Label("page", "outside")] * len(lines)
    if headline is not None:
        labels[headline.index] = Label("headline", "headline")
    low = _first_prose(lines, min(start, low) if headline else low, high)
    for i in range(start, high):
        labels[i] = _inside(lines, i, low, high, headline)
    _deck(lines, labels, start, low, high)
    _short_lines(lines, labels, low, high)
    return Layout(labels, headline, low, high)


def _first_prose(lines: list[Line], start: int, high: int) -> int:
    for i in range(start, high):
        if lines[i].is_prose and lines[i].weight > 0.2 and split_credit(lines[i].text)[1] is None:
            return i
    return start


def _inside(lines: list[Line], i: int, low: int, high: int, headline: Headline | None) -> Label:
    """The label of a line between the headline and the end of the body, by its own words."""
    line = lines[i]
    text, found = line.text, line.phrases
    if headline is not None and fold(text) == fold(headline.text):
        return Label("again", "headline again")
    if "correction" in found and is_correction(text):
        return Label("correction", "correction phrase")
    if line.is_read_more:
        return Label("promo", "read-more phrase")
    if "promo-heading" in found and line.size < 70:
        return Label("promo", "promo heading")
    if "boilerplate" in found and line.size < 250 or "advert" in found or "comments" in found and line.size < 90:
        return Label("page", "furniture")
    if _DIGIT.search(text) and line.size < 140:
        date = find_date(text)
        if date and len(text) - (date[2] - date[1]) < 60:
            return Label("date", "date")
    if line.size < 120 and split_byline(text, is_lead_needed=i >= low):
        return Label("byline", "byline")
    caption, credit = split_credit(text)
    if credit is not None and line.size < 700:
        return Label("caption" if caption else "credit", "credit")
    if i < low:
        return Label("head", "between headline and body")
    return Label("body", "in the run")


def _deck(lines: list[Line], labels: list[Label], start: int, low: int, high: int) -> None:
    """The line after the headline that is set apart from the body by byline, date, caption or furniture is the deck."""
    for i in range(start, min(high, start + 4)):
        if labels[i].zone in ("head", "body") and 30 <= lines[i].size <= 450 and lines[i].words >= 5:
            following = [labels[j].zone for j in range(i + 1, min(high, i + 3))]
            if labels[i].zone == "body" and all(zone == "body" for zone in following):
                return
            labels[i] = Label("deck", "after the headline")
            return
        if labels[i].zone not in ("again", "page", "head"):
            return


def _short_lines(lines: list[Line], labels: list[Label], low: int, high: int) -> None:
    """Runs of short lines inside the body: lists of other articles, menus."""
    for i in range(low, high):
        line = lines[i]
        if labels[i].zone != "body":
            continue
        if line.weight <= -1.0 and line.words <= 2:
            labels[i] = Label("page", "weak")
