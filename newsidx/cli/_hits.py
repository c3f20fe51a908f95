"""Hits for people: one after another on a screen, notes and counts below, what is nearest under its own heading."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace

from newsidx.cli._screen import Screen, Span, Styles, Text, joined
from newsidx.model import Article, Hit, Moment, Note, Piece, Results, Snippet

__all__ = ["count_line", "headline_of", "print_hit", "print_nearest", "print_notes", "shown_moment", "shown_path"]

_MARGIN = 2
_FIRST_WORDS = 12
_QUIET_ZONES = frozenset({"body", "headline"})
_ZONE_TITLES = {"promo": "promoted", "page": "elsewhere on the page"}


def shown_moment(moment: Moment | None) -> str:
    """A date as the outlet printed it, in words that can be read at a glance."""
    if moment is None:
        return "no date"
    minutes = replace(moment, precision="minute") if moment.precision == "second" else moment
    text = str(minutes).replace("T", " ")
    if moment.offset_minutes is None:
        return text
    return f"{text[:-1]} UTC" if text.endswith("Z") else f"{text[:-6]} {text[-6:]}"


def shown_path(path: str) -> str:
    """A path as short as it can be typed here."""
    here = os.getcwd().rstrip(os.sep) + os.sep
    return path.removeprefix(here)


def headline_of(article: Article) -> str:
    """The headline; where there is none, the first words in brackets."""
    if article.headline:
        return article.headline
    for _, paragraphs in article.zones():
        words = " ".join(paragraphs).split()
        if words:
            more = "…" if len(words) > _FIRST_WORDS else ""
            return f"[{' '.join(words[:_FIRST_WORDS])}{more}]"
    return "[no text]"


def print_hit(screen: Screen, hit: Hit, *, number: int) -> None:
    """One hit: headline, where and when, its file, its passages."""
    title = _pieces(hit.headline_pieces, Styles.HEADLINE, Styles.HEADLINE_MATCH) if hit.headline else []
    title = title or [Span(headline_of(hit.article), Styles.HEADLINE)]
    screen.print(*title, lead=Span(f"{number}. ", Styles.FAINT), hanging=_MARGIN, is_prose=True)
    screen.print(*_facts(hit), indent=_MARGIN)
    place = shown_path(hit.path) if hit.path else hit.url
    if place:
        screen.print(Span(place, Styles.NAME, is_name=True), indent=_MARGIN, is_wrapped=False)
    if hit.missing:
        lacks = joined([Span(word, Styles.BAD, is_name=True) for word in hit.missing], ", ")
        screen.print("lacks: ", *lacks, indent=_MARGIN)
    for snippet in hit.snippets:
        _print_passage(screen, hit.article, snippet)
    screen.blank()


def _facts(hit: Hit) -> list[Text]:
    article = hit.article
    facts: list[Text] = [
        article.source.name or article.source.domain or "unknown source",
        shown_moment(article.published),
    ]
    if article.section:
        facts.append(article.section)
    if article.kind != "article":
        facts.append(article.kind)
    if not hit.is_current:
        facts.append("earlier version")
    facts += [f"score {hit.score:.2f}", Span(hit.short_id or article.id, Styles.NAME)]
    return joined(facts)


def _pieces(pieces: Sequence[Piece], style: str, match_style: str) -> list[Text]:
    return [Span(piece.text, match_style if piece.is_match else style) for piece in pieces]


def _print_passage(screen: Screen, article: Article, snippet: Snippet) -> None:
    spans = _pieces(snippet.pieces, Styles.PLAIN, Styles.MATCH)
    if snippet.start > 0:
        spans.insert(0, "… ")
    if snippet.end < _paragraph_length(article, snippet):
        spans.append(" …")
    is_quiet = snippet.zone in _QUIET_ZONES
    zone = "" if is_quiet else f"{_ZONE_TITLES.get(snippet.zone, snippet.zone)}: "
    screen.print(*spans, lead=Span(zone, Styles.FAINT), indent=2 * _MARGIN, is_prose=True)


def _paragraph_length(article: Article, snippet: Snippet) -> int:
    paragraphs = dict(article.zones()).get(snippet.zone, ())
    return len(paragraphs[snippet.paragraph]) if snippet.paragraph < len(paragraphs) else 0


def print_nearest(screen: Screen, hits: Iterable[Hit]) -> None:
    """What has most of the words, where nothing has all."""
    hits = list(hits)
    if not hits:
        return
    screen.print(Span("Nearest: these have most of the words", Styles.HEADING))
    screen.blank()
    for number, hit in enumerate(hits, 1):
        print_hit(screen, hit, number=number)


def print_notes(screen: Screen, notes: Iterable[Note]) -> None:
    """What the reader should know of the result, each note with the query it suggests."""
    for note in notes:
        has_query = note.query is not None and note.query not in note.text
        advice: list[Text] = [": ", Span(note.query or "", Styles.NAME, is_name=True)] if has_query else []
        text = note.text.removesuffix(".") if has_query else note.text
        screen.print(Span("note: ", Styles.FAINT), text, *advice, hanging=6)


def count_line(results: Results, shown: int) -> str:
    """How many of how many, e.g. ``3 of 27``."""
    first = results.offset + 1
    span = f"{shown}" if results.offset == 0 else f"{first} to {results.offset + shown}"
    line = f"{span} of {results.total}"
    return f"{line} (time ran out: there may be more)" if results.partial else line
