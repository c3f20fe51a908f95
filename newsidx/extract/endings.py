"""What stands among the paragraphs of a text and is none: quotations pulled out of it, lists of links, and at its end
who else worked on it and who its writer is.

These rules look at the text as `label` has found it; each takes blocks out of it, none adds any. Called by `label`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from newsidx.extract.blocks import Block, Label
from newsidx.extract.choose import ends_sentence
from newsidx.extract.lines_phrases import sections
from newsidx.extract.structured import squash

__all__ = ["trim"]

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_MIN_PULLED_CHARS = 30
_MAX_PULLED_CHARS = 400
_MAX_PULLED = 50
"""Quotations looked at, each in all paragraphs."""
_LIST_LINK_SHARE = 0.35
_MIN_LIST = 2
_LAST_BLOCKS = 4
_MAX_SIGN_OFF = 320
_MAX_BIO = 600


def trim(blocks: Sequence[Block], labels: list[Label], authors: set[str]) -> None:
    """`authors` are their names, squashed."""
    body = [i for i, given in enumerate(labels) if given.zone == "body"]
    for i in body:
        if blocks[i].tag in _HEADINGS and not any(map(str.isalnum, blocks[i].text)):
            labels[i] = Label("page", "a rule written in signs")
    _pulled_quotes(blocks, labels, body)
    _lists_of_links(blocks, labels, body)
    _last_lines(blocks, labels, [i for i in body if labels[i].zone == "body"][-_LAST_BLOCKS:], authors)


def _pulled_quotes(blocks: Sequence[Block], labels: list[Label], body: Sequence[int]) -> None:
    """A line that another paragraph has in full is shown a second time to catch the eye."""
    pulled = [i for i in body if _may_be_pulled(blocks[i])][:_MAX_PULLED]
    if not pulled:
        return
    keys = [squash(blocks[i].text) for i in body]
    for i in pulled:
        key = squash(blocks[i].text)
        if len(key) >= _MIN_PULLED_CHARS and any(len(other) > len(key) and key in other for other in keys):
            labels[i] = Label("page", "a quotation pulled out of the text")


def _may_be_pulled(block: Block) -> bool:
    if block.tag in _HEADINGS or len(block.text) > _MAX_PULLED_CHARS:
        return False
    return block.tag in ("blockquote", "aside") or "quote" in block.context


def _lists_of_links(blocks: Sequence[Block], labels: list[Label], body: Sequence[int]) -> None:
    """Items that follow each other, each a link to another page, with a kicker before it perhaps."""
    items: list[int] = []
    for i in (*body, -1):
        if i >= 0 and _is_linked_item(blocks[i], labels[i]) and (not items or items[-1] == i - 1):
            items.append(i)
            continue
        if len(items) >= _MIN_LIST:
            for item in items:
                labels[item] = Label("promo", "an item of a list of links")
        items = [i] if i >= 0 and _is_linked_item(blocks[i], labels[i]) else []


def _is_linked_item(block: Block, given: Label) -> bool:
    return (
        block.tag == "li"
        and len(block.links) == 1
        and given.why == "prose"
        and block.link_chars > _LIST_LINK_SHARE * len(block.text)
        and not block.links[0][0].startswith("#")
        and block.text[-1] not in ".;,"
    )


def _last_lines(blocks: Sequence[Block], labels: list[Label], last: Sequence[int], authors: set[str]) -> None:
    begin, within = _sign_offs()
    for at, i in enumerate(last):
        text = blocks[i].text
        if blocks[i].tag in _HEADINGS:
            continue
        folded = text.casefold()
        if len(text) <= _MAX_SIGN_OFF and (begin.match(folded) or within.search(folded)):
            labels[i] = Label("page", "who else worked on the text")
        elif at >= len(last) - 2 and len(text) <= _MAX_BIO and ends_sentence(text):
            key = squash(text[:60])
            if any(len(name) > 5 and key.startswith(name) and key != name for name in authors) and _SAYS_WHO.search(
                text
            ):
                labels[i] = Label("page", "who the writer is")


_SAYS_WHO = re.compile(r"^\S+ (?:\S+ ){1,4}?(?:is|are|was|writes|covers|ist|schreibt|arbeitet|est|es|é|è|är|er) ")


@cache
def _sign_offs() -> tuple[re.Pattern[str], re.Pattern[str]]:
    tables = dict(sections("html_ends.txt"))
    begin, within = ("|".join(map(re.escape, tables[name])) for name in ("begin", "within"))
    return re.compile(rf"\W*(?:{begin})(?!\w)"), re.compile(rf"(?<!\w)(?:{within})(?!\w)")
