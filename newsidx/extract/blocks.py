"""Blocks: what both readers (HTML, plain text) make of a page, and what the labelling rules work on.

A block is a run of text that stands by itself on the page: a paragraph, a heading, a list item, a line of a dump.
Readers know markup or line shape; rules (`label`) know blocks only. Both classes are named tuples, since a page makes
hundreds of them: a frozen dataclass of eleven fields takes four times as long to make.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["Block", "Label", "Place"]

Place = Literal["article", "head", "outside"]


class Block(NamedTuple):
    """One run of text, in page order.

    `tag` is what it is written as: ``p h1 … h6 li td figcaption blockquote pre time a button div`` (the nearest block
    element's name), ``alt`` for the text of an image, ``line`` for a line of a dump. `link_chars` counts the code
    points of `text` that are inside links, `links` holds their (target, text). `context` are the words of meaning
    found in names of the elements around it (nav, share, promo, caption, credit, byline, comment, …; the meanings of
    tables/html_names.txt, and ``figure aside``), empty for a dump. `container` numbers the element (or the run of
    lines without a blank one) that it stands in, the one around that where
    it is all of its element; `depth` is that element's depth. `gap` counts the blank lines before
    it in a dump.
    """

    text: str
    tag: str
    link_chars: int = 0
    links: tuple[tuple[str, str], ...] = ()
    context: frozenset[str] = frozenset()
    container: int = 0
    depth: int = 0
    gap: int = 0
    place: Place = "article"
    """Where on the page: in what the reader takes for the article's text, between the headline and it, or elsewhere."""
    is_emphatic: bool = False
    """Whether the whole of it is bold: a heading written as a paragraph."""
    marks: tuple[tuple[frozenset[str], str], ...] = ()
    """Stretches of it that the markup names (credit, byline, date, …), as (meanings, text)."""


class Label(NamedTuple):
    """What a block was taken for (a zone of docs/ARCHITECTURE.md, or byline, date, section, tags, none), and by which
    rule."""

    zone: str
    why: str
