"""What each block of a page is: the rules, on blocks alone, whichever reader made them.

`label` takes the blocks in page order and gives each a zone (headline, deck, body, caption, credit, correction, promo,
page) or one of byline, date, tags, and the rule that said so. Rules come in three passes: what a block says of
itself; what its neighbours say (a heading belongs to what follows it, a short line before the text to the head of the
page); and what the witnesses (headline and description as the page gives them to machines) say. Called by `html` and
`text`; finds no dates and splits no names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from newsidx.extract.blocks import Block, Label
from newsidx.extract.choose import ends_sentence
from newsidx.extract.dates import find_date
from newsidx.extract.endings import trim
from newsidx.extract.lines import (
    is_boilerplate,
    is_correction,
    is_promo_heading,
    is_read_more,
    split_byline,
    split_credit,
)
from newsidx.extract.lines_phrases import sections
from newsidx.extract.structured import squash

__all__ = ["Witness", "label"]

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_TITLES = frozenset(("h1", "h2"))
_PROSE = frozenset("p li blockquote dd pre line".split())

# Meanings of the elements around a block that decide by themselves, and the zone.
_BY_CONTEXT = (
    ("hidden", "page"),
    ("nav", "page"),
    ("footer", "page"),
    ("consent", "page"),
    ("form", "page"),
    ("share", "page"),
    ("ad", "page"),
    ("letter", "page"),
    ("comment", "page"),
    ("promo", "promo"),
    ("tags", "tags"),
    ("bio", "page"),
    ("player", "page"),
    ("box", "page"),
    ("aside", "page"),
)
_LONG_CHARS = 240
"""A paragraph so long is prose whatever the names around it say, if these are of the kind that is often wrong."""
_OFTEN_WRONG = frozenset(("promo", "tags", "player", "ad"))


@dataclass(frozen=True, slots=True)
class Witness:
    """What the page's own metadata says of its text: headline and other titles, descriptions, texts of images,
    authors, tags, the body (squashed)."""

    headlines: tuple[str, ...] = ()
    decks: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    body: str = ""


def label(blocks: Sequence[Block], witness: Witness) -> list[Label]:
    """One label a block, in the blocks' order."""
    headlines = {squash(text) for text in witness.headlines} - {""}
    decks = {squash(text) for text in witness.decks} - {""}
    captions = {squash(text) for text in witness.captions} - headlines
    labels = [
        _by_itself(block, headlines, witness.body)
        if block.place != "outside" or block.tag in _TITLES or "tags" in block.context
        else _PROMO_OUTSIDE
        if "promo" in block.context
        else _PAGE_OUTSIDE
        for block in blocks
    ]
    _captions(blocks, labels, captions, decks)
    _after_headings(blocks, labels)
    _head_of_page(blocks, labels, decks)
    _edges(blocks, labels, witness)
    _tags(blocks, labels)
    trim(blocks, labels, {squash(name) for name in witness.authors} - {""})
    _end_of_body(blocks, labels)
    return labels


def _by_itself(block: Block, headlines: set[str], body: str) -> Label:
    text, context = block.text, block.context
    if block.tag in _TITLES and squash(text) in headlines:
        return Label("headline", "heading agrees with the page's title")
    if block.place != "article":
        return _outside(block)
    if body and len(text) > 30 and squash(text) in body and not _is_pointer(block):
        return Label("body", "in the page's own articleBody")
    named = _named_caption(block)
    if named is not None:
        return named
    if "embed" in context and block.tag == "blockquote":
        return Label("page", "another site's post")
    for meaning, zone in _BY_CONTEXT:
        if meaning in context:
            if meaning in _OFTEN_WRONG and len(text) - block.link_chars > _LONG_CHARS and ends_sentence(text):
                break
            return Label(zone, f"inside {meaning}")
    return _by_words(block)


def _is_pointer(block: Block) -> bool:
    """Whether a line points elsewhere: such lines are in many an articleBody."""
    text = block.text
    if len(text) >= _LONG_CHARS or block.tag in _HEADINGS:
        return False
    return (
        (block.link_chars > 0.9 * len(text) and not ends_sentence(text)) or is_read_more(text) or is_boilerplate(text)
    )


def _named_caption(block: Block) -> Label | None:
    context = block.context
    if block.tag in _HEADINGS and "deck" in context:
        return None
    if len(block.text) > _LABEL_CHARS and any(
        "caption" in names and words == block.text for names, words in block.marks
    ):
        return Label("caption", "named a caption")
    for meaning, zone in _INSIDE_CAPTION:
        if (
            meaning == "form"
            and block.tag == "figcaption"
            and len(block.text) > _LABEL_CHARS
            and "letter" not in context
        ):
            continue  # a button that shows and hides the caption
        if meaning in context:
            return Label(zone, f"{meaning} inside a caption") if "caption" in context or "figure" in context else None
    if "caption" in context:
        return Label("caption", "named a caption")
    if "credit" in context:
        return Label("credit", "named a credit")
    if "figure" in context and block.tag not in ("td", "th", "blockquote", "pre"):
        return Label("caption", _IN_FIGURE)
    return None


_IN_FIGURE = "inside a figure"
_INSIDE_CAPTION = (
    ("byline", "byline"), ("date", "date"), ("share", "page"), ("form", "page"), ("letter", "page"), ("hidden", "page"),
    ("player", "page"),
)  # fmt: skip


def _captions(blocks: Sequence[Block], labels: list[Label], texts: set[str], decks: set[str]) -> None:
    """What figures and images say of their neighbours: in a figure with a caption all else is furniture; a line that
    repeats the text of an image is its caption."""
    start = 0
    while start < len(blocks):
        if "figure" not in blocks[start].context:
            start += 1
            continue
        end = start
        while end < len(blocks) and "figure" in blocks[end].context:
            end += 1
        if any(labels[i].why.startswith("named a c") for i in range(start, end)):
            for i in range(start, end):
                if labels[i].why == _IN_FIGURE:
                    labels[i] = Label("page", "beside a figure's caption")
        start = end
    first = next((i for i, block in enumerate(blocks) if block.place != "outside"), len(blocks))
    for i, block in enumerate(blocks):
        zone = labels[i].zone
        if not (zone == "body" or (zone == "page" and i >= first - _CAPTIONS_BEFORE)) or not 25 < len(block.text) < 400:
            continue
        if block.tag in _HEADINGS or (zone == "page" and not block.context.isdisjoint(_NO_CAPTION)):
            continue
        key = squash(block.text) if texts else ""
        if key in texts and (zone == "body" or (block.place != "outside" and key not in decks)):
            labels[i] = Label("caption", "agrees with an image's text")
        elif i < first and "caption" in block.context:
            labels[i] = Label("caption", "named a caption, above the article")


_CAPTIONS_BEFORE = 8
_NO_CAPTION = frozenset("nav footer comment share consent letter hidden promo player".split())


def _by_words(block: Block) -> Label:
    """Of a block of the article whose surroundings decide nothing."""
    text = block.text
    if is_correction(text):
        return Label("correction", "a correction's words")
    if len(text) < _LONG_CHARS:
        label = _short_line(block)
        if label is not None:
            return label
    share = block.link_chars / len(text)
    if share > _LINKS_SHARE and not (block.tag == "p" and ends_sentence(text)):
        if len(block.links) > 1:
            return Label("promo", _LINKS)
        if len(text) < _LINK_CHARS or block.tag in _BOXES:
            return Label("promo" if len(text) > _LABEL_CHARS else "page", _LINKS)
    if text.count(" | ") > 1 and not ends_sentence(text):
        return Label("page", "a row of words")
    if text[-1] == ")" and len(text) < 2 * _LONG_CHARS and _SIGNED.search(text):
        return Label("caption", _CREDIT)
    return Label("body", "prose")


def _short_line(block: Block) -> Label | None:
    text, context = block.text, block.context
    if "byline" in context:
        return Label("byline", "named a byline")
    if "date" in context:
        return Label("date", "named a date")
    if is_read_more(text):
        return Label("promo", "a read-more line")
    if (block.tag in _HEADINGS or len(text) < _LINE_CHARS) and is_promo_heading(text):
        return Label("promo", _PROMO_HEADING)
    if is_boilerplate(text):
        return Label("page", "boilerplate words")
    if len(text) < _LINE_CHARS and block.tag in ("td", "th"):
        return Label("page", "a cell of a table")
    if len(text) < _LABEL_CHARS and block.tag in _BOXES and not ends_sentence(text):
        return Label("page", "a short label")
    if block.tag not in _HEADINGS and block.tag != "li" and not ends_sentence(text[:-1]):
        caption, credit = split_credit(text)
        if credit and len(credit) < _CREDIT_CHARS and (len(text) < _CAPTION_CHARS or not ends_sentence(caption)):
            return Label("caption", _CREDIT)
    if text.startswith("©"):
        return Label("caption", "begins with a picture's credit")
    return None


_LINKS = "nothing but links"
_CREDIT = "ends in a picture's credit"
_PROMO_HEADING = "a heading over other articles"
_BOXES = frozenset("td th button label div span a section article".split())
_LINKS_SHARE = 0.8
_LINK_CHARS = 120
_LINE_CHARS = 80
_LABEL_CHARS = 25
_CREDIT_CHARS = 60
_CAPTION_CHARS = 160

_SIGNED = re.compile(r"[.…\w]\s*\([A-ZÀ-Ý][^()/]{2,40} / [A-ZÀ-Ý][^()/]{2,40}\)$")
"""A picture's line signed "(Name / Agency)"; agencies' own signatures under reports have a verb before the names."""


def _outside(block: Block) -> Label:
    context = block.context
    if block.place == "head" and not context & _NEVER_HEAD:
        if "promo" not in context:
            named = _named_caption(block)
            if named is not None:
                return named
        if "byline" in context and len(block.text) < _LONG_CHARS:
            return Label("byline", "named a byline")
        if "date" in context and len(block.text) < _LONG_CHARS:
            return Label("date", "named a date")
        if len(block.text) < _EDGE_CHARS and split_byline(block.text):
            return Label("byline", "reads like a byline")
        if "kicker" in context and block.links and len(block.text) < _SECTION_CHARS:
            return Label("section", "named a kicker")
    if "tags" in context and block.links and not context & _NO_TAGS:
        return Label("tags", "named tags")
    return _PROMO_OUTSIDE if "promo" in context else _PAGE_OUTSIDE


_OUTSIDE = ("outside the article", "inside promo, outside the article")
_PAGE_OUTSIDE, _PROMO_OUTSIDE = Label("page", _OUTSIDE[0]), Label("promo", _OUTSIDE[1])
_NEVER_HEAD = frozenset("nav footer comment share letter consent form hidden bio".split())


def _after_headings(blocks: Sequence[Block], labels: list[Label]) -> None:
    """A heading over other articles takes the links below it along; a heading with no text below it is none."""
    promoting = -1
    for i, block in enumerate(blocks):
        if labels[i].why == _PROMO_HEADING:
            promoting = i
        elif promoting >= 0 and labels[i].zone == "body":
            if block.link_chars * 2 > len(block.text) and i - promoting <= 20:
                labels[i] = Label("promo", "a link below such a heading")
            elif block.tag not in _HEADINGS:
                promoting = -1


def _head_of_page(blocks: Sequence[Block], labels: list[Label], decks: set[str]) -> None:
    """Before the first paragraph stand kickers, decks, places and dates."""
    text = [i for i, b in enumerate(blocks) if labels[i].zone == "body" and _is_paragraph(b)]
    first = text[0] if text else len(blocks)
    total = sum(len(blocks[i].text) for i in text)
    has_deck = False
    for i in range(min(first + 1, len(blocks))):
        block, given = blocks[i], labels[i]
        is_head = given.why in _OUTSIDE and block.place == "head" and not block.context & _NEVER_HEAD
        if given.zone != "body" and not is_head:
            continue
        deck = (
            None if has_deck else _as_deck(block, decks, is_first=i == first, is_apart=_is_apart(blocks, i, text[:4]))
        )
        if deck is not None and (i < first or len(block.text) * _DECK_SHARE < total):
            labels[i] = deck
            has_deck = True
        elif is_head:
            if block.tag == "p" and "promo" not in block.context and _is_paragraph(block):
                labels[i] = Label("body", "a paragraph between headline and text")
        elif i < first < len(blocks) and (block.tag not in _PROSE or "kicker" in block.context) and _is_short(block):
            labels[i] = Label("page", "a short line before the text")


_DECK_SHARE = 4
"""The first paragraph is a deck only if the text is so many times longer: short reports have none."""


def _is_apart(blocks: Sequence[Block], at: int, text: Sequence[int]) -> bool:
    """Whether a block is bold, or stands outside the element that the next paragraphs share."""
    block = blocks[at]
    after = [blocks[i].container for i in text if i > at]
    return block.is_emphatic or (len(after) > 1 and after[0] == after[1] != block.container)


def _is_short(block: Block) -> bool:
    return len(block.text) < 80 and not ends_sentence(block.text)


def _as_deck(block: Block, decks: set[str], *, is_first: bool, is_apart: bool) -> Label | None:
    """`is_apart`: it stands apart from the paragraph that follows (bold, or in another element)."""
    text = block.text
    if not 20 < len(text) < 600 or block.link_chars * 2 > len(text):
        return None
    key = squash(text)
    agrees = key in decks or (len(key) > 60 and any(key in each or each in key for each in decks if len(each) > 60))
    if "deck" in block.context and (agrees or not is_first or is_apart or block.tag in _HEADINGS):
        return Label("deck", "named a deck")
    if agrees and (block.place == "head" or block.tag in _HEADINGS or is_apart):
        return Label("deck", "agrees with the page's description")
    if block.tag in _HEADINGS and block.tag != "h1" and len(text) > 60 and not is_first:
        return Label("deck", "a long heading before the text")
    return None


def _edges(blocks: Sequence[Block], labels: list[Label], witness: Witness) -> None:
    """The first and the last lines of the text, where they are its byline, its date, its tags or its writer's
    address."""
    body = [i for i, given in enumerate(labels) if given.zone == "body"]
    authors = {squash(name) for name in witness.authors} - {""}
    tags = {squash(tag) for tag in witness.tags} - {""}
    first, last = body[:_EDGE_BLOCKS], body[-_EDGE_BLOCKS:]
    for i in dict.fromkeys((*first, *last)):
        block = blocks[i]
        if len(block.text) <= _EDGE_CHARS and block.tag not in _HEADINGS:
            given = _edge(block.text, authors, tags, is_first=i in first)
            if given is not None:
                labels[i] = given


def _edge(text: str, authors: set[str], tags: set[str], *, is_first: bool) -> Label | None:
    key = squash(text)
    named = sum(len(name) for name in authors if name in key)
    if named and (named * 2 > len(key) or find_date(text) is not None):
        return Label("byline", "names the authors")
    said = [tag for tag in tags if tag in key]
    if len(said) > 1 and sum(map(len, said)) > _TAG_SHARE * len(key):
        return Label("tags", "names the tags")
    if not is_first:
        return Label("page", "where to reach the writer") if _ADDRESS.search(text) else None
    if ends_sentence(text):
        return None
    if split_byline(text):
        return Label("byline", "reads like a byline")
    return Label("date", "a date before the text") if len(text) < _LINE_CHARS and find_date(text) is not None else None


def _tags(blocks: Sequence[Block], labels: list[Label]) -> None:
    """Lists of tags around the text: links that lead to tags by their paths, or stand under a heading for tags."""
    near = [i for i, block in enumerate(blocks) if block.place != "outside"]
    if not near:
        return
    words = _tag_words()
    after_heading, depth = False, -1
    for i in range(max(0, near[0] - _TAGS_BEFORE), min(len(blocks), near[-1] + _TAGS_AFTER)):
        block = blocks[i]
        if labels[i].zone not in ("page", "promo", "tags") or block.context & _NO_TAGS:
            continue
        if block.text.strip(" :#").casefold() in words.headings:
            after_heading, depth = True, -1
            continue
        short: list[bool] = []
        if block.links and block.link_chars * 10 > 7 * len(block.text):
            short = [words.path.search(target) is not None for target, text in block.links if len(text) <= _TAG_CHARS]
        is_list = bool(short) and len(short) == len(block.links)
        after_heading = after_heading and is_list and depth in (-1, block.depth)
        depth = block.depth if after_heading else -1
        if is_list and (all(short) or after_heading or _is_marked(block)):
            labels[i] = Label("tags", "under a heading for tags" if after_heading else "links to tags")
    _nearest_tags(labels, near)


def _is_marked(block: Block) -> bool:
    """Whether its links are named tags one by one."""
    return sum(len(text) for names, text in block.marks if "tags" in names) * 10 > 7 * block.link_chars


def _nearest_tags(labels: list[Label], near: Sequence[int]) -> None:
    """Of several lists of tags the one that stands in the article, else the first after it, else the last before."""
    groups: list[list[int]] = []
    for i, given in enumerate(labels):
        if given.zone == "tags":
            if groups and i - groups[-1][-1] <= _TAGS_GAP:
                groups[-1].append(i)
            else:
                groups.append([i])
    inside = [group for group in groups if near[0] <= group[0] <= near[-1]]
    after = [group for group in groups if group[0] > near[-1] and len(group) <= _MAX_TAGS]
    kept = inside or after[:1] or [group for group in groups if group[0] < near[0]][-1:]
    for group in groups:
        if group not in kept:
            for i in group:
                labels[i] = Label("page", "tags of something else")


_TAGS_GAP = 2
_MAX_TAGS = 30
"""More in a list after the text are the site's, not the article's."""
_NO_TAGS = frozenset("nav comment share letter consent hidden aside".split())
_TAGS_BEFORE = 10
_TAGS_AFTER = 40
_TAG_CHARS = 50


@dataclass(frozen=True, slots=True)
class _TagWords:
    path: re.Pattern[str]
    headings: frozenset[str]


@cache
def _tag_words() -> _TagWords:
    tables = dict(sections("html_tags.txt"))
    parts = "|".join(re.escape(each) for each in tables["path"])
    return _TagWords(re.compile(rf"/(?:{parts})/", re.IGNORECASE), frozenset(tables["heading"]))


_ADDRESS = re.compile(r"\w@\w[\w-]*\.\w|(?:^|\s|\()@\w{3,}")
_SECTION_CHARS = 40
_EDGE_BLOCKS = 3
_EDGE_CHARS = 200
_TAG_SHARE = 0.6


def _is_paragraph(block: Block) -> bool:
    if block.tag in _HEADINGS or len(block.text) - block.link_chars <= 60:
        return False
    return ends_sentence(block.text) or len(block.text) > 100


def _end_of_body(blocks: Sequence[Block], labels: list[Label]) -> None:
    """A heading after which no text comes is no part of the text."""
    for i in range(len(blocks) - 1, -1, -1):
        if labels[i].zone != "body":
            continue
        if blocks[i].tag in _HEADINGS or (re.fullmatch(r"\W*", blocks[i].text) is not None):
            labels[i] = Label("page", "a heading with no text below it")
        else:
            break
