"""Template memory: which lines of a page recur across other captures of its source, and what that says of them.

A page's `fingerprints` are a number for each of its blocks, in page order. Whoever keeps an index keeps the
fingerprints of some captures of each source, and `learn` makes of them a `Template`, with which other pages of that
source are read. Its evidence is used only where it can do no harm (`relabel`): a line that recurs is no part of the
text *around* the article's own paragraphs, and several in a row that are no prose are none between them either. Prose
between the article's own paragraphs stays, however often it recurs, since fifty stories may share a paragraph of
background; and what stands so in any of the captures that were learnt from is template nowhere. A deck stays, too,
which recurs in teasers.

Captures of one story count once, known by their address or by their paragraphs: all of it recurs. A teaser of the
story on other pages recurs, too, with what the story begins with; hence a paragraph is template only beside a line
that it stood beside elsewhere, and never where it follows, or is followed by, a paragraph that does not recur.

Fingerprints depend on blocks alone, never on labels or on a template: what is learnt from a capture is the same
whatever it was read with. Pure. Called by both readers and by `ingest`, which keeps what was learnt.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TypeAlias

from newsidx.extract.blocks import Block, Label

__all__ = [
    "NO_TEMPLATE",
    "Memory",
    "Template",
    "fingerprint",
    "fingerprints",
    "learn",
    "no_memory",
    "relabel",
    "source_key",
    "with_template",
]

_MIN_STORIES = 2
"""In how many stories a line has to stand. Body F1 on the text twins of 124 pages of sites with three and more, each
read with what its site's pages teach: no template .928, two stories .929, three .928."""
_OTHERS_WEIGHT = -0.6
_PROSE_WEIGHT = -0.2
"""What a recurring line of a dump weighs at most against a run of lines being the body: as much as any short line.
Body F1 on the text twins of 282 pages, each read with what the others of its site teach: no template .914, these .919,
-1.5 and -1.0 (which cut an article in two at a form that stands in it) .911."""

_MAX_LINES = 512
"""Of a page with more lines the first and last are kept, where templates are."""
_MAX_CHARS = 400
_FOLDED_CHARS = 60
"""Of shorter lines the digits do not count ("12 comments")."""
_PROSE_CHARS = 30
"""A line so long that ends as sentences do is a paragraph. With 60, 40 and 30, body F1 was the same within .0002; pages
that became worse were 4, 2 and none as HTML, 2, none and none as text."""
_MIN_PROSE = 3
"""A page with fewer paragraphs tells no story from another: nothing is learnt from it."""
_SAME_LINES = 2
_SAME_SHARE = 0.2
"""Two captures are of one story if so few paragraphs of one are not in the other: what an update adds."""

_WIDE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_FINAL = re.compile(r"[.!?…。！？।؟۔][\"”“„»«’')\]」』]*\s*$")
_DIGITS = re.compile(r"\d+")
_NO_DIGITS = str.maketrans("", "", "0123456789")
_LETTER = re.compile(r"[^\W\d_]")
_URL = re.compile(r"(?:https?:)?//(?:www\.)?([^?#]*?)/*(?:[?#]|$)")


@dataclass(frozen=True, slots=True)
class Template:
    """What recurs across the captures of one source.

    `lines` are fingerprints (31 bits, and 1 for prose); `pairs` say beside which line a paragraph stood. `digest` names
    this template in what articles record; it is empty if there is none.
    """

    lines: frozenset[int] = frozenset()
    pairs: frozenset[int] = frozenset()
    digest: str = ""

    @classmethod
    def of(cls, lines: Iterable[int], pairs: Iterable[int]) -> Template:
        """The template of these, with its digest."""
        bare = cls(frozenset(lines), frozenset(pairs))
        return cls(bare.lines, bare.pairs, hashlib.sha256(bare.encode()).hexdigest()[:8]) if bare.lines else cls()

    @classmethod
    def decode(cls, data: bytes) -> Template:
        """What `encode` gave. ValueError where it is not that."""
        if not data:
            return cls()
        numbers = _numbers(data)
        if not numbers or numbers[0] >= len(numbers):
            raise ValueError("no template")
        return cls.of(numbers[1 : numbers[0] + 1], numbers[numbers[0] + 1 :])

    def encode(self) -> bytes:
        """As bytes, the same for equal templates: 32-bit numbers, how many lines, then these, then the pairs."""
        if not self.lines:
            return b""
        return _bytes([len(self.lines), *sorted(self.lines), *sorted(self.pairs)])

    def hits(self, texts: Sequence[str]) -> list[bool]:
        """Which of a page's blocks recur."""
        found = [False] * len(texts)
        if not self.lines:
            return found
        numbers = [(i, fingerprint(text)) for i, text in enumerate(texts) if _LETTER.search(text)]
        for at, (i, number) in enumerate(numbers):
            if number in self.lines:
                found[i] = not number & 1 or self._is_beside(numbers, at)
        return _apart(found, texts)

    def _is_beside(self, numbers: Sequence[tuple[int, int]], at: int) -> bool:
        """Whether a paragraph stands beside a line that it stood beside elsewhere."""
        number = numbers[at][1]
        if at and _pair(numbers[at - 1][1], number) in self.pairs:
            return True
        return at + 1 < len(numbers) and _pair(number, numbers[at + 1][1]) in self.pairs


NO_TEMPLATE = Template()

Memory: TypeAlias = Callable[[str], Template]
"""The template to read pages of a source with, by `source_key`."""


def no_memory(source: str) -> Template:
    """The memory of whoever has none."""
    return NO_TEMPLATE


def source_key(domain: str | None, name: str | None) -> str:
    """Under which name a source's captures are gathered: its domain, else its name; empty if neither is known."""
    if domain:
        return domain.lower()
    return f"name:{' '.join(name.casefold().split())}" if name and name.strip() else ""


# Fingerprints


def fingerprint(text: str) -> int:
    """The number of a line, the same in all captures whatever its case and, if it is short, its digits."""
    folded = text[:_MAX_CHARS].casefold()
    if len(folded) < _FOLDED_CHARS:
        folded = folded.translate(_NO_DIGITS) if folded.isascii() else _DIGITS.sub("", folded)
    return (zlib.crc32(folded.encode("utf-8", "surrogatepass")) & 0xFFFFFFFE) | _is_prose(text)


def fingerprints(texts: Iterable[str], url: str | None = None) -> bytes:
    """A page's address (0: unknown) and its blocks that have a letter, as 32-bit numbers (little-endian)."""
    numbers = [fingerprint(text) for text in texts if _LETTER.search(text)]
    if len(numbers) > _MAX_LINES:
        numbers[_MAX_LINES // 2 : -_MAX_LINES // 2] = []
    return _bytes([_address(url) if url else 0, *numbers])


def _address(url: str) -> int:
    """The number of an address, whatever its scheme, query and fragment; never 0."""
    match = _URL.match(url.casefold())
    return zlib.crc32((match[1] if match else url).encode("utf-8", "surrogatepass")) or 1


def _is_prose(text: str) -> bool:
    """Whether a text is a sentence or more."""
    chars = len(text)
    if 2 * chars < _PROSE_CHARS:
        return False
    if chars < _PROSE_CHARS and (text.isascii() or chars + len(_WIDE.findall(text)) < _PROSE_CHARS):
        return False
    return _FINAL.search(text[-12:]) is not None


def _apart(hits: list[bool], texts: Sequence[str]) -> list[bool]:
    """The hits, without paragraphs that follow each other and others that do not recur: no line sets them apart."""
    prose = [_is_prose(text) for text in texts]
    for is_prose, group in groupby(range(len(texts)), key=prose.__getitem__):
        run = list(group)
        if is_prose and not all(hits[i] for i in run):
            for i in run:
                hits[i] = False
    return hits


def _pair(one: int, two: int) -> int:
    return (one * 0x9E3779B1 ^ two) & 0xFFFFFFFF


def _bytes(numbers: Sequence[int]) -> bytes:
    """32-bit numbers, little-endian."""
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _numbers(data: bytes) -> list[int]:
    try:
        return list(struct.unpack(f"<{len(data) // 4}I", data))
    except struct.error as error:
        raise ValueError(str(error)) from error


# Learning


def learn(captures: Iterable[bytes]) -> Template:
    """The template of captures, given by their fingerprints in an order that depends on nothing else. ValueError where
    they are not fingerprints."""
    stories = _stories([_numbers(each) for each in captures])
    counts = Counter(number for page in stories for number in set(page))
    inside = _between(stories, counts)
    lines = {number for number, count in counts.items() if count >= _MIN_STORIES and number not in inside}
    beside = Counter(
        pair
        for page in stories
        for pair in {_pair(a, b) for a, b in pairwise(page) if (a & 1 and a in lines) or (b & 1 and b in lines)}
    )
    return Template.of(lines, (pair for pair, count in beside.items() if count >= _MIN_STORIES))


def _stories(pages: Iterable[list[int]]) -> list[list[int]]:
    """The lines of one page a story, the first of each."""
    stories: list[list[int]] = []
    told: list[set[int]] = []
    addresses: set[int] = set()
    for address, *lines in (page for page in pages if page):
        prose = {number for number in lines if number & 1}
        if len(prose) < _MIN_PROSE or address in addresses or any(_is_same(prose, other) for other in told):
            continue
        stories.append(lines)
        told.append(prose)
        addresses |= {address} - {0}
    return stories


def _is_same(one: set[int], two: set[int]) -> bool:
    fewer = min(len(one), len(two))
    return fewer - len(one & two) <= max(_SAME_LINES, _SAME_SHARE * fewer)


def _between(stories: Iterable[list[int]], counts: Counter[int]) -> set[int]:
    """The recurring paragraphs that stand between a story's own in any of the stories."""
    found: set[int] = set()
    for page in stories:
        since: set[int] | None = None
        for number in page:
            if number & 1 == 0:
                continue
            if counts[number] > 1:
                if since is not None:
                    since.add(number)
                continue
            found |= since or set()
            since = set()
    return found


# What it says of a page


def with_template(weights: Sequence[float], texts: Sequence[str], hits: Sequence[bool]) -> list[float]:
    """The weights of a dump's lines, with what recurs among them weighing nothing for the article's body."""
    caps = (_PROSE_WEIGHT if _is_prose(text) else _OTHERS_WEIGHT for text in texts)
    return [min(weight, cap) if hit else weight for weight, cap, hit in zip(weights, caps, hits, strict=True)]


def relabel(blocks: Sequence[Block], labels: Sequence[Label], hits: Sequence[bool]) -> list[Label]:
    """The labels, without what recurs around the article's own paragraphs, and without lines between these that recur
    side by side."""
    prose = [_is_prose(block.text) for block in blocks]
    own = [
        i
        for i, block in enumerate(blocks)
        if labels[i].zone == "body" and prose[i] and not hits[i] and 2 * block.link_chars <= len(block.text)
    ]
    first, last = (own[0], own[-1]) if own else (len(blocks), -1)
    found = list(labels)
    for i, given in enumerate(labels):
        if not hits[i]:
            continue
        is_around = not first < i < last
        if given.zone == "body" and (is_around or (not prose[i] and (hits[i - 1] or hits[i + 1]))):
            found[i] = Label("page", _RECURS)
        elif given.zone == "page":
            found[i] = Label("page", f"{given.why}; {_RECURS}")
    return found


_RECURS = "recurs across captures of the source"
