"""Captions: what the rules for single blocks (`label`) cannot see of them.

- a short line that shares a small element with a picture is its caption, and the next one its credit;
- a stretch that the markup names a caption takes the line that it begins;
- a line over the text that ends in a picture's credit is a caption, though it stands in a row of pictures that is
  named like a row of teasers;
- a line that goes on from the text of an image is its caption, and what is left is the credit;
- bylines, dates, lengths of films, words of buttons and the names under quotations stand in figures, too.

Called by `html` with the labels that `label` gave, which it mends in place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsidx.extract.blocks import Block, Label
from newsidx.extract.dates import find_date
from newsidx.extract.lines import is_boilerplate, split_byline, split_credit
from newsidx.extract.walk import Element

__all__ = ["mend_captions", "split_by_alt"]

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_NEVER = frozenset("nav footer comment share letter consent form hidden bio byline date ad player quote tags".split())
_FREE = frozenset(("body", "page", "deck", "caption", "credit"))
_MAX_RUNS = 2
"""Lines in an element that is a picture with its caption and credit. Swept over 2, 3, 4, 6: captions F1 .858, .857,
.848, .847 on 91 pages of as many outlets."""
_MAX_CHARS = 500
_MAX_SHARE = 4
"""Captions are less than a fourth of the text: pages of many pictures set each paragraph beside one."""
_AFTER = 3
_MAX_UP = 4
_CREDIT_CHARS = 60
_SHORT_CHARS = 60
_MIN_WORD_CHARS = 4
_WORD = re.compile(r"[^\W\d_]+")
_LEAD = re.compile(r"[▲△▶►◆■●↑\s]+")
_CREDIT_FENCE = re.compile(r"^[\s.,;:|/()\[\]–—。，-]+|[\s()\[\]]+$")
_CREDITED = re.compile(r"\([^()]{3,60}/[^()]{3,60}\)$")


def split_by_alt(text: str, alts: Sequence[str]) -> tuple[str, str]:
    """A caption and what follows the text of an image in it, if that is short: a credit ("" for none)."""
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    for alt in alts:
        if text.startswith(alt, start) and len(text) - len(alt) <= _CREDIT_CHARS:
            credit = _CREDIT_FENCE.sub("", text[start + len(alt) :].strip())
            if any(each.isalpha() for each in credit):
                return alt, credit
    return text, ""


def mend_captions(
    elements: Sequence[Element], first: int, blocks: Sequence[Block], labels: list[Label], alts: Sequence[str]
) -> None:
    """One pass over the captions that `label` found, one over the pictures; `first` is the number of the run that is
    the first block, `alts` are the texts of images."""
    near = [i for i, given in enumerate(labels) if given.zone in ("headline", "body")]
    start, end = (near[0], near[-1]) if near else (0, 0)
    for i, block in enumerate(blocks):
        given = labels[i]
        if given.zone in ("caption", "credit"):
            why = _not_caption(blocks, i)
            if why is not None:
                labels[i] = why
        elif start < i < end and given.zone == "body" and len(block.text) < _MAX_CHARS:
            if split_by_alt(block.text, alts)[1]:
                labels[i] = Label("caption", "goes on from an image's text")
        elif start < i < end + _AFTER and given.zone in ("page", "promo") and _is_shown(block):
            if _is_marked(block):
                labels[i] = Label("caption", "begins with a caption")
            elif block.link_chars:
                continue
            elif _CREDITED.search(block.text):
                labels[i] = Label("caption", "ends in a picture's credit, over the text")
            elif split_by_alt(block.text, alts)[1]:
                labels[i] = Label("caption", "goes on from an image's text")
            elif block.place != "outside" and all(split_credit(block.text)):
                labels[i] = Label("caption", "ends in a picture's credit, over the text")
    pictures = [(low - first, high - first) for low, high in _beside_pictures(elements)]
    beside = [range(*each) for each in pictures if start < each[0] <= end + _AFTER and each[1] <= len(blocks)]
    taken = [runs for runs in beside if _is_beside(blocks, labels, runs)]
    body = sum(len(block.text) for block, given in zip(blocks, labels, strict=True) if given.zone == "body")
    if sum(len(blocks[i].text) for runs in taken for i in runs if labels[i].zone == "body") * _MAX_SHARE < body:
        for runs in taken:
            _take(blocks, labels, runs)


def _not_caption(blocks: Sequence[Block], i: int) -> Label | None:
    """What a line is that stands where captions stand, if it is none."""
    block = blocks[i]
    text = block.text
    if "aside" in block.context or block.tag == "h1" or (len(text) < _SHORT_CHARS and is_boilerplate(text)):
        return Label("page", "no caption: furniture in a figure")
    if "quote" in block.context or (i and blocks[i - 1].tag == "blockquote" and "figure" in blocks[i - 1].context):
        return Label("page", "no caption: whose words these are")
    marked = {name for names, _ in block.marks for name in names}
    if "byline" in marked and len(text) < _SHORT_CHARS * 2 and split_byline(text):
        return Label("byline", "a byline in a figure")
    if len(text) < _SHORT_CHARS and not any(len(word) >= _MIN_WORD_CHARS for word in _WORD.findall(text)):
        if find_date(text) is None:
            return None
        return Label("date" if "date" in marked else "page", "no caption: a date")
    return None


def _is_shown(block: Block) -> bool:
    return block.tag not in _HEADINGS and len(block.text) <= _MAX_CHARS and block.context.isdisjoint(_NEVER)


def _is_marked(block: Block) -> bool:
    return block.place != "outside" and any(
        "caption" in names and "credit" not in names and block.text.startswith(words) for names, words in block.marks
    )


def _beside_pictures(elements: Sequence[Element]) -> list[tuple[int, int]]:
    """The runs after a picture in the largest element around it that holds few: (first, past the last)."""
    found = []
    for element in elements:
        if element.tag != "picture" or element.end > element.start:
            continue
        around, best = element, None
        for _ in range(_MAX_UP):
            if around.parent <= 0:
                break
            around = elements[around.parent]
            if around.end - around.start > _MAX_RUNS:
                break
            if around.tag in ("a", "li", "header"):
                best = None
                break
            if around.end > element.start:
                best = element.start, around.end
        if best is not None:
            found.append(best)
    return found


def _is_beside(blocks: Sequence[Block], labels: Sequence[Label], runs: range) -> bool:
    """Whether the lines beside a picture can be its caption and credit: no teaser's, no furniture, no prose."""
    for i in runs:
        block = blocks[i]
        if block.tag in _HEADINGS or block.link_chars * 2 > len(block.text) or len(block.text) > _MAX_CHARS:
            return False
        if i > runs.start and split_credit(block.text)[1]:
            continue
        if labels[i].zone not in _FREE or not block.context.isdisjoint(_NEVER):
            return False
    return True


def _take(blocks: Sequence[Block], labels: list[Label], runs: range) -> None:
    """The lines beside a picture: a caption, then credits."""
    for at, i in enumerate(runs):
        if labels[i].zone in ("caption", "credit"):
            continue
        text, credit = split_credit(blocks[i].text)
        is_credit = (bool(credit) and not text) or (at > 0 and len(blocks[i].text) < _CREDIT_CHARS)
        labels[i] = Label("credit" if is_credit else "caption", "beside a picture")
