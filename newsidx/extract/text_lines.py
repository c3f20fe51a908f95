"""The lines of a dump with what can be seen of each: length, sentences, small words, repetition, phrases, weight.

Responsible for the evidence of one line (and for how often it stands on the page); `text_body` weighs runs of lines,
`text_fields` finds the headline and the other fields among them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from newsidx.extract import lines as line_rules
from newsidx.extract.blocks import Block
from newsidx.extract.lines_phrases import phrases_of
from newsidx.extract.text_shape import shape

__all__ = ["Line", "blocks_of", "describe", "fold", "language_of"]

_TABLES = Path(__file__).parent / "tables"
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\0")
)
_INVISIBLE.pop(0x200C)
_STOP = re.compile(r"[.!?…؟۔।](?=[\"”“»’')\]]*(?:\s|$))|[。！？]")
_FINAL = re.compile(r"(?:[.!?…؟۔।:]|[。！？」』：])[\"”“„»«’')\]]*$")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SPLIT = re.compile(r"[^\W\d_]+")
_MAX_WORDS_CHARS = 400
_MAX_KEY = 400
_MIN_SHARE = 0.08
"""A language whose small words are a lower share of the page's long lines is not the page's; none of the table is."""
_UNSPACED_FACTOR = 2.5
"""An ideograph is taken for 2.5 Latin letters: assumed, not swept (few of the pages measured on have any)."""


@dataclass(slots=True)
class Line:
    """One line, not empty. `size` is its length as if in a Latin script; `small` the share of small words."""

    index: int
    text: str
    gap: int
    run: int
    size: float
    words: int
    stops: int
    is_final: bool
    small: float
    repeats: int
    phrases: frozenset[str]
    is_read_more: bool
    weight: float = 0.0

    @property
    def is_prose(self) -> bool:
        """A sentence or more: what body paragraphs are made of."""
        if self.is_final:
            return self.size >= 60 and (self.small > 0.1 or self.stops >= 2)
        return self.size >= 120 and self.small >= 0.2 and (self.stops >= 1 or self.size >= 220)


def blocks_of(text: str) -> list[Block]:
    """The lines of a dump that are not blank, white space folded, with the blank lines before each counted."""
    shaped = shape(text)
    blocks: list[Block] = []
    gap = run = 0
    for i, raw in enumerate(shaped.lines):
        line = " ".join((raw if raw.isascii() and "\0" not in raw else raw.translate(_INVISIBLE)).split())
        if not line:
            gap += 1
            continue
        if gap:
            run += 1
        links = shaped.links.get(i, ())
        chars = sum(len(words) for _, words in links)
        blocks.append(Block(line, "line", link_chars=chars, links=links, container=run, gap=gap))
        gap = 0
    return blocks


def fold(text: str) -> str:
    """`text` for comparison: case, quotes and punctuation at the ends do not count."""
    if text.isascii():
        return text.casefold().strip(" .:|-\"'>")
    return (
        text.casefold().replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"').strip(" .:|-–—\"'…>»›")
    )


@lru_cache(maxsize=1)
def _small_words() -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for row in (_TABLES / "text_stopwords.txt").read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            lang, words = row.split(":", 1)
            table[lang] = frozenset(words.split())
    return table


_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HAN = re.compile("[\u3400-\u9fff]")
_THAI = re.compile("[\u0e00-\u0e7f]")


def language_of(blocks: list[Block]) -> tuple[str | None, frozenset[str]]:
    """The language that the page's long lines are written in (ISO 639-1), None where unsure; and its small words.

    By script where one tells, else by whose small words make up the greatest share of the words.
    """
    sample = [block.text[:_MAX_WORDS_CHARS] for block in blocks if len(block.text) >= 30][:200]
    joined = " ".join(text for text in sample if len(text) >= 80 or _UNSPACED.search(text))[:24000]
    letters = max(1, len(joined))
    for lang, pattern, share in (("ja", _KANA, 0.1), ("ko", _HANGUL, 0.25), ("zh", _HAN, 0.3), ("th", _THAI, 0.3)):
        if len(pattern.findall(joined)) > share * letters:
            return lang, frozenset()
    counts = Counter(_SPLIT.findall(joined.casefold()))
    everything = max(1, sum(counts.values()))
    shares = sorted(
        ((sum(counts[word] for word in words) / everything, lang) for lang, words in _small_words().items()),
        reverse=True,
    )
    top, lang = shares[0]
    if top < _MIN_SHARE:
        return None, frozenset()
    is_sure = top >= 2 * _MIN_SHARE and top > 1.1 * shares[1][0] and everything >= 40
    return (lang if is_sure else None), _small_words()[lang]


def describe(blocks: list[Block], small_words: frozenset[str] | None = None) -> list[Line]:
    """The evidence of each line of the page; `small_words` are those of its language (see `language_of`)."""
    if small_words is None:
        small_words = language_of(blocks)[1]
    keys = [fold(block.text[:_MAX_KEY]) for block in blocks]
    counts = Counter(keys)
    return [_line(i, block, counts[keys[i]], small_words) for i, block in enumerate(blocks)]


def _line(index: int, block: Block, repeats: int, small_words: frozenset[str]) -> Line:
    text = block.text
    head = text[:_MAX_WORDS_CHARS]
    unspaced = 0 if head.isascii() else len(_UNSPACED.findall(head))
    size = len(text) + (unspaced / max(1, len(head))) * len(text) * (_UNSPACED_FACTOR - 1)
    if small_words and size >= 12:
        tokens = head.casefold().split()
        small = len([token for token in tokens if token in small_words]) / max(1, len(tokens))
    else:
        small = 0.2 if size >= 60 else 0.0
    if unspaced > len(head) * 0.3:
        small = 0.3 if size >= 60 else 0.15
    words = len(text.split()) if not unspaced else round(size / 6)
    phrases = phrases_of(text) if size <= 900 else frozenset[str]()
    line = Line(
        index=index,
        text=text,
        gap=block.gap,
        run=block.container,
        size=size,
        words=words,
        stops=len(_STOP.findall(text[:2000])) if size >= 12 else 0,
        is_final=_FINAL.search(text[-12:]) is not None,
        small=small,
        repeats=repeats,
        phrases=phrases,
        is_read_more=("read-more" in phrases and line_rules.is_read_more(text))
        or (": " in text and len(text) < 260 and line_rules.is_read_more(text)),
    )
    line.weight = _weight(line)
    return line


def _weight(line: Line) -> float:
    """How much the line speaks for (or against) a run of lines being the article's body."""
    found = line.phrases
    size = line.size
    if "comments" in found and size < 90:
        return -6.0
    if line.text.startswith(("©", "Copyright", "(c) ")) or ("promo-heading" in found and size < 70):
        return -2.5
    if line.is_read_more or "advert" in found:
        return -0.2
    return _weight_of_prose(line) if line.is_prose else _weight_of_others(line)


def _weight_of_prose(line: Line) -> float:
    found, size = line.phrases, line.size
    base = min(1.0 + size / 150, 6.0)
    if "boilerplate" in found:
        return -1.0 if size < 250 else base * 0.3
    if "consent" in found and size < 700:
        return 0.3
    return 0.2 if line.repeats > 1 else base


def _weight_of_others(line: Line) -> float:
    found, size = line.phrases, line.size
    if "boilerplate" in found or "tags-lead" in found:
        return -1.2
    if line.repeats > 2:
        return -1.0
    if line.is_final and size >= 25 and line.small > 0:
        return 0.4
    if line.is_final and size >= 15 and line.words >= 3 and not line.text.endswith((":", "：")):
        return 0.1
    if size >= 70:
        return -0.5
    return -0.6
