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
from newsidx.extract.dates import find_date
from newsidx.extract.lines_phrases import phrases_of
from newsidx.extract.text_shape import shape

__all__ = ["Line", "blocks_of", "describe", "fold", "language_of"]

_TABLES = Path(__file__).parent / "tables"
_INVISIBLE = "\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\0"
_DIGIT = re.compile(r"\d")
_STOP = re.compile(r"[.!?…؟۔।](?=[\"”“»’')\]]*(?:\s|$))|[。！？]")
_ASCII_STOP = re.compile(r"[.!?](?=[\"')\]]*(?:\s|$))")
_FINAL = re.compile(r"(?:[.!?…؟۔।:]|[。！？」』：])[\"”“„»«’')\]]*$")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SPLIT = re.compile(r"[^\W\d_]+")
_MAX_WORDS_CHARS = 400
_MAX_KEY = 400
_MAX_SAMPLE = 8000
"""Code points that a language is told by: a thousand words or more."""
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
    is_prose: bool = False
    """A sentence or more: what body paragraphs are made of."""
    weight: float = 0.0
    _key: str | None = None
    _date: int | None = None
    _names: tuple[str, ...] | None = None
    _bare: tuple[str, ...] | None = None
    _credit: tuple[str, str | None] | None = None

    # What the line is by its own words costs more than all else, and is asked for in many places: once a line.

    def key(self) -> str:
        """The text folded."""
        if self._key is None:
            self._key = fold(self.text)
        return self._key

    def beside_date(self) -> int:
        """The code points beside the first date on the line, -1 without one."""
        if self._date is None:
            found = find_date(self.text) if _DIGIT.search(self.text) else None
            self._date = len(self.text) - (found[2] - found[1]) if found else -1
        return self._date

    def names(self) -> tuple[str, ...]:
        """The names of the byline that the line is."""
        if self._names is None:
            self._names = line_rules.split_byline(self.text)
        return self._names

    def bare_names(self) -> tuple[str, ...]:
        """The names, if it is nothing but names (and roles, and a date)."""
        if self._bare is None:
            self._bare = line_rules.split_byline(self.text, is_lead_needed=False)
        return self._bare

    def credit(self) -> tuple[str, str | None]:
        """The caption and the credit behind it, as `lines.split_credit` has them."""
        if self._credit is None:
            self._credit = line_rules.split_credit(self.text)
        return self._credit


def blocks_of(text: str) -> list[Block]:
    """The lines of a dump that are not blank, white space folded, with the blank lines before each counted."""
    for invisible in _INVISIBLE:
        if invisible in text:
            text = text.replace(invisible, "")
    shaped = shape(text)
    blocks: list[Block] = []
    gap = run = 0
    nothing: frozenset[str] = frozenset()
    for i, raw in enumerate(shaped.lines):
        line = " ".join(raw.split())
        if not line:
            gap += 1
            continue
        if gap:
            run += 1
        links = shaped.links.get(i, ()) if shaped.links else ()
        chars = sum([len(words) for _, words in links]) if links else 0
        blocks.append(Block(line, "line", chars, links, nothing, run, 0, gap))
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
    joined = " ".join([text for text in sample if len(text) >= 80 or (not text.isascii() and _UNSPACED.search(text))])
    joined = joined[:_MAX_SAMPLE]
    letters = max(1, len(joined))
    if not joined.isascii() and _UNSPACED.search(joined):
        for lang, pattern, share in (("ja", _KANA, 0.1), ("ko", _HANGUL, 0.25), ("zh", _HAN, 0.3), ("th", _THAI, 0.3)):
            if len(pattern.findall(joined)) > share * letters:
                return lang, frozenset()
    counts = Counter(_SPLIT.findall(joined.casefold()))
    everything = max(1, sum(counts.values()))
    shares = sorted(
        (
            (sum([counts[word] for word in counts.keys() & words]) / everything, lang)
            for lang, words in _small_words().items()
        ),
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
    lines = [_line(i, block, counts[keys[i]], small_words) for i, block in enumerate(blocks)]
    for line, key in zip(lines, keys, strict=True):
        if len(line.text) <= _MAX_KEY:
            line._key = key
    return lines


def _line(index: int, block: Block, repeats: int, small_words: frozenset[str]) -> Line:
    text = block.text
    length = len(text)
    head = text[:_MAX_WORDS_CHARS]
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(head))
    size = length + (unspaced / len(head)) * length * (_UNSPACED_FACTOR - 1) if unspaced else float(length)
    is_final = text[-1] not in _NO_END and _FINAL.search(text[-12:]) is not None
    if unspaced > len(head) * 0.3:
        small = 0.3 if size >= 60 else 0.15
    elif not small_words:
        small = 0.2 if size >= 60 else 0.0
    elif size >= _MIN_SENTENCE and (is_final or size >= _MIN_OPEN_SENTENCE):
        tokens = head.casefold().split()
        small = len([token for token in tokens if token in small_words]) / len(tokens)
    else:
        small = 0.0
    phrases = phrases_of(text) if size <= 900 else _NOTHING
    stops = 0
    if size >= 12 and (is_final or size >= _MIN_SENTENCE):
        stops = len((_ASCII_STOP if text.isascii() else _STOP).findall(text[:2000]))
    line = Line(
        index,
        text,
        block.gap,
        block.container,
        size,
        round(size / 6) if unspaced else text.count(" ") + 1,
        stops,
        is_final,
        small,
        repeats,
        phrases,
        ("read-more" in phrases or ": " in text) and length < 260 and line_rules.is_read_more(text),
        _is_prose(size, stops, small, is_final=is_final),
    )
    line.weight = _weight(line)
    return line


_NOTHING: frozenset[str] = frozenset()
_MIN_SENTENCE = 25
_MIN_OPEN_SENTENCE = 120
"""Shorter lines, and shorter ones without an end, are asked for small words by nobody."""
_NO_END = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


def _is_prose(size: float, stops: int, small: float, *, is_final: bool) -> bool:
    if is_final:
        return size >= 60 and (small > 0.1 or stops >= 2)
    return size >= 120 and small >= 0.2 and (stops >= 1 or size >= 220)


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
