"""The deck: what stands between headline and text and sums the article up.

`label` finds decks by name and by the page's description. Here the head of the page is seen as a whole:

- a paragraph between headline and text is the deck rather than a long heading there, and rather than none;
- one that is named a deck, right under the headline, is one if the paragraphs after it are not named so;
- a deck goes on in the lines of the same making after it (several sentences or points, each its own element);
- nothing in a box beside the text is a deck.

Called by `html` with the labels that `label` gave, which it mends in place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsidx.extract.blocks import Block, Label
from newsidx.extract.choose import ends_sentence
from newsidx.extract.dates import find_date
from newsidx.extract.lines import is_boilerplate, is_promo_heading, split_byline, split_credit
from newsidx.extract.structured import squash

__all__ = ["mend_deck"]

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_NEVER = frozenset(
    "nav comment share promo letter consent form hidden bio byline date ad player tags caption figure aside box embed"
    " paywall correction".split()
)
_FURNITURE = re.compile(r"[,;:.)|>]")
_MIN_NAME = 5
_MIN_CHARS = 40
_MAX_CHARS = 600
_MIN_BODY = 4
"""Blocks of body after a deck: shorter reports have none, but a first paragraph."""
_UNDER = 4
_MAX_HEAD = 100
_MAX_LINES = 6
_MAX_ALL_CHARS = 900
_MAX_LINE_CHARS = 100


def mend_deck(
    blocks: Sequence[Block], labels: list[Label], title: int, descriptions: Sequence[str], names: Sequence[str]
) -> None:
    """`title` is the number of the headline's block, -1 for none; `descriptions` are those given to machines; `names`
    are the authors' and the outlet's: what tells of them is no deck."""
    body = [i for i, given in enumerate(labels) if given.zone == "body" and blocks[i].place == "article"]
    found = [i for i, given in enumerate(labels) if given.zone == "deck"]
    for i in found:
        if "aside" in blocks[i].context:
            labels[i] = Label("page", "beside the text")
    found = [i for i in found if labels[i].zone == "deck"]
    if not 0 <= title < len(blocks) or len(body) < _MIN_BODY or title >= body[0]:
        return
    strangers = [key for name in names if len(key := squash(name)) >= _MIN_NAME]
    if not found or labels[found[0]].why == "a long heading before the text":
        keys = [squash(text) for text in descriptions]
        at = _paragraph(blocks, labels, range(title + 1, min(body[0], title + _MAX_HEAD)), keys, strangers)
        if at < 0 and not found:
            at = _named(blocks, title, body)
        if at >= 0:
            for i in found:
                labels[i] = Label("page", "a heading over the deck")
            labels[at] = Label("deck", "between headline and text")
            found = [at]
    if found and found[0] > title:
        _go_on(blocks, labels, found[-1], body, strangers)


def _paragraph(
    blocks: Sequence[Block], labels: Sequence[Label], head: range, keys: Sequence[str], strangers: Sequence[str]
) -> int:
    """The first block of the head of the page that is prose, or is what the page says of itself."""
    for i in head:
        block = blocks[i]
        if block.place != "head" or labels[i].zone not in ("page", "body") or block.link_chars * 2 > len(block.text):
            continue
        if not _MIN_CHARS <= len(block.text) <= _MAX_CHARS:
            continue
        key = squash(block.text)
        if key in keys and "promo" not in block.context:
            return i
        if block.tag in _HEADINGS or not block.context.isdisjoint(_NEVER) or not ends_sentence(block.text):
            continue
        if _FURNITURE.match(block.text) or is_boilerplate(block.text) or any(name in key for name in strangers):
            continue
        if not (split_byline(block.text) or split_credit(block.text)[1] or find_date(block.text)):
            return i
    return -1


def _named(blocks: Sequence[Block], title: int, body: Sequence[int]) -> int:
    """The first block of the body, if it is named a deck and those after it are not."""
    first = body[0]
    is_named = "deck" in blocks[first].context and "deck" not in blocks[body[1]].context & blocks[body[2]].context
    is_under = first - title <= _UNDER and len(blocks[first].text) <= _MAX_CHARS
    return first if is_named and is_under else -1


def _go_on(
    blocks: Sequence[Block], labels: list[Label], at: int, body: Sequence[int], strangers: Sequence[str]
) -> None:
    """The lines after the deck that are made like it."""
    deck, chars = blocks[at], len(blocks[at].text)
    last = body[0] if deck.place == "head" else at
    for i in range(at + 1, min(at + _MAX_LINES, last)):
        block = blocks[i]
        chars += len(block.text)
        is_alike = (block.tag, block.depth, block.context, block.place) == (
            deck.tag,
            deck.depth,
            deck.context,
            deck.place,
        )
        if not is_alike or labels[i].zone != "page" or chars > _MAX_ALL_CHARS:
            return
        if block.link_chars * 2 > len(block.text):
            return
        if split_byline(block.text) or is_boilerplate(block.text) or is_promo_heading(block.text):
            return
        if len(block.text) < _MAX_LINE_CHARS and any(name in squash(block.text) for name in strangers):
            return
        labels[i] = Label("deck", "goes on as the deck")
