"""Captures and what is read from them: articles, moments, sources, links, each value with the evidence for it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any, Literal, get_args

from newsidx.frozen import dataclass

__all__ = [
    "EVIDENCE",
    "KINDS",
    "Article",
    "Capture",
    "Hint",
    "LabelledBlock",
    "Link",
    "Moment",
    "ParseExplanation",
    "Precision",
    "Source",
    "capture_id",
    "text_digest",
]

Precision = Literal["year", "month", "day", "minute", "second"]

KINDS: tuple[str, ...] = ("article", "live", "gallery", "stub", "listing", "refusal", "other")
"""What a capture can be; the first four are searched unless others are asked for."""

EVIDENCE: tuple[str, ...] = (
    "json-ld",
    "microdata",
    "opengraph",
    "meta",
    "markup",
    "text",
    "header",
    "saved-page",
    "record",
    "sidecar",
    "option",
    "pattern",
    "folder",
    "given",
)
"""Where a metadata value can come from. The first six are the page's own and stand above the rest; `header` is what
it was stored under (WARC, HTTP, MIME), `record` what a tool that had extracted the article wrote, `given` what a
program that made the article in memory said."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or time as an outlet printed it: wall-clock fields, an offset or none, and how precise it was.

    `wall` is naive: the fields as printed. `offset_minutes` is the UTC offset that was printed with it, None where
    the page did not say. Fields finer than `precision` are zero (or one, for month and day) and mean nothing.
    """

    wall: dt.datetime
    precision: Precision = "second"
    offset_minutes: int | None = None

    def __post_init__(self) -> None:
        wall: Any = self.wall  # programs that no type checker has seen make moments, too
        offset: Any = self.offset_minutes
        if not isinstance(wall, dt.datetime) or wall.tzinfo is not None:
            raise ValueError("Moment.wall is a naive datetime; use Moment.of for a date or an aware one")
        if self.precision not in _PRECISIONS:
            raise ValueError(f"no such precision: {self.precision!r}")
        if offset is not None and not (isinstance(offset, int) and -_DAY_MINUTES < offset < _DAY_MINUTES):
            raise ValueError(f"no such UTC offset in minutes: {offset!r}")

    @classmethod
    def of(cls, when: dt.datetime | dt.date, precision: Precision | None = None) -> Moment:
        """From a date (precision day) or a datetime (precision second, or minute where seconds are zero)."""
        if not isinstance(when, dt.datetime):
            return cls(dt.datetime(when.year, when.month, when.day), precision or "day")
        offset = when.utcoffset()
        minutes = None if offset is None else round(offset.total_seconds() / 60)
        wall = when.replace(tzinfo=None, microsecond=0)
        return cls(wall, precision or ("second" if wall.second else "minute"), minutes)

    @classmethod
    def parse(cls, text: str) -> Moment:
        """From ISO 8601 as `str` gives it (also a blank for the T, a fraction, Z). ValueError if it is not that."""
        m = _ISO.fullmatch(text.strip())
        if m is None:
            raise ValueError(f"not an ISO 8601 date or time: {text!r}")
        year, month, day, hour, minute, second, zone = m.groups()
        precision: Precision = (
            "second" if second else "minute" if hour else "day" if day else "month" if month else "year"
        )
        wall = dt.datetime(
            int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), min(int(second or 0), 59)
        )
        offset: int | None = None
        if zone in ("Z", "z"):
            offset = 0
        elif zone:
            digits = zone[1:].replace(":", "")
            offset = int(digits[:2]) * 60 + int(digits[2:] or 0)
            if offset >= 24 * 60:
                raise ValueError(f"no such UTC offset: {zone}")
            offset = -offset if zone[0] == "-" else offset
        return cls(wall, precision, offset)

    @property
    def day(self) -> dt.date:
        """The calendar day as printed."""
        return self.wall.date()

    @property
    def has_time(self) -> bool:
        return self.precision in ("minute", "second")

    def sort_key(self) -> float:
        """Seconds since 1970, by the offset where there is one, else as if printed in UTC."""
        seconds = (self.wall - _EPOCH).total_seconds()
        return seconds - (self.offset_minutes or 0) * 60

    def __str__(self) -> str:
        match self.precision:
            case "year":
                return f"{self.wall.year:04}"
            case "month":
                return f"{self.wall.year:04}-{self.wall.month:02}"
            case "day":
                return self.wall.date().isoformat()
        text = self.wall.isoformat(timespec="minutes" if self.precision == "minute" else "seconds")
        if self.offset_minutes is None:
            return text
        if self.offset_minutes == 0:
            return text + "Z"
        sign = "-" if self.offset_minutes < 0 else "+"
        hours, minutes = divmod(abs(self.offset_minutes), 60)
        return f"{text}{sign}{hours:02}:{minutes:02}"


_EPOCH = dt.datetime(1970, 1, 1)
_PRECISIONS: tuple[str, ...] = get_args(Precision)
_DAY_MINUTES = 24 * 60
_ISO = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|z|[+-]\d\d(?::?\d\d)?)?)?)?)?"
)


@dataclass(frozen=True, slots=True)
class Hint:
    """What is known of a capture beside its bytes: `field` is source, url, captured, lang, headline, section,
    published, authors or tags (several values of the last two: several hints), charset (what headers say of the bytes)
    or format (whose JSON record it is); `evidence` one of `EVIDENCE`."""

    field: str
    value: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Capture:
    """The raw bytes of one saved page (already decompressed), and what is known of it. `id` is of the stored bytes."""

    id: str
    data: bytes
    media_type: str
    """``text/html`` or ``text/plain``; ``application/json`` for a record of an article that a tool has extracted."""
    path: str | None = None
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet: its name as it writes it, and the host of its pages without ``www.``; either may be unknown."""

    name: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link in the body: where it leads (absolute where the page's URL is known), its text, its paragraph's index."""

    url: str
    text: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Article:
    """What was read from a capture: zones of text and metadata. Missing is None or empty, never invented.

    `evidence` maps a metadata field's name (headline, deck, published, authors, …) to one of `EVIDENCE`; `flags` are
    stable short names of oddities, e.g. ``published-after-captured``. Lists become tuples; a string in the place of
    one is a TypeError, since it would be taken for its letters.
    """

    id: str
    kind: str = "article"
    headline: str | None = None
    deck: str | None = None
    body: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    promo: tuple[str, ...] = ()
    page: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    section: str | None = None
    authors: tuple[str, ...] = ()
    source: Source = Source()
    url: str | None = None
    canonical_url: str | None = None
    published: Moment | None = None
    modified: Moment | None = None
    captured: Moment | None = None
    indexed: Moment | None = None
    lang: str | None = None
    links: tuple[Link, ...] = ()
    words: int = 0
    evidence: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    flags: tuple[str, ...] = ()
    extractor: str = ""
    key: str | None = None
    """The name that a program gave an article made in memory, in place of a path."""

    def __post_init__(self) -> None:
        for name in _SEQUENCES:
            value = getattr(self, name)
            if type(value) is not tuple:
                if isinstance(value, str | bytes | Mapping):
                    raise TypeError(f"Article.{name} is a tuple, not {type(value).__name__}")
                object.__setattr__(self, name, tuple(value))
        object.__setattr__(self, "evidence", MappingProxyType(dict(self.evidence)))

    def __getstate__(self) -> list[Any]:
        values = [getattr(self, name) for name in self.__slots__]
        values[self.__slots__.index("evidence")] = dict(self.evidence)
        return values

    def __setstate__(self, state: list[Any]) -> None:
        for name, value in zip(self.__slots__, state, strict=True):
            object.__setattr__(self, name, MappingProxyType(value) if name == "evidence" else value)

    def _repr_html_(self) -> str:
        from newsidx.model._notebook import article_html

        return article_html(self)

    def zones(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The zones by their names in the query language, each as its paragraphs, in reading order."""
        yield "headline", (self.headline,) if self.headline else ()
        yield "deck", (self.deck,) if self.deck else ()
        yield "body", self.body
        yield "caption", self.captions
        yield "credit", self.credits
        yield "correction", self.corrections
        yield "promo", self.promo
        yield "page", self.page


@dataclass(frozen=True, slots=True)
class LabelledBlock:
    """A stretch of a page that stands by itself, and what it was taken for.

    `written_as` is the name of the element it is in (``line`` in a dump); `zone` a zone, or byline, date, section, tags
    and the like, which go to the page zone; `why` the rule that said so, in a few words.
    """

    text: str
    written_as: str
    zone: str
    why: str


@dataclass(frozen=True, slots=True)
class ParseExplanation:
    """How an article came out of its capture: each block of the page in its order, with its label. `source` is the key
    under which an index remembers the templates of the page's outlet (empty: it does not), `template` names the one
    that it was read with."""

    article: Article
    blocks: tuple[LabelledBlock, ...] = ()
    source: str = ""
    template: str = ""


_SEQUENCES = ("body", "captions", "credits", "corrections", "promo", "page", "tags", "authors", "links", "flags")


def capture_id(data: bytes) -> str:
    """The ID of a capture: the SHA-256 of its bytes as stored on disk, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def text_digest(article: Article) -> str:
    """A digest of the article's own text (headline, deck, body, captions, corrections), white space folded.

    Two captures of one URL with the same digest are duplicates, with different ones versions.
    """
    zones = (
        (article.headline or "",),
        (article.deck or "",),
        article.body,
        article.captions,
        article.corrections,
    )
    folded = [[" ".join(paragraph.split()) for paragraph in zone] for zone in zones]
    return hashlib.sha256(json.dumps(folded).encode()).hexdigest()
