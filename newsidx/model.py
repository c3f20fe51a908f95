"""The values that cross borders: captures, articles, moments, hits, results. Frozen, slotted, and nothing else.

This layer knows no files, no index and no third party. Words are those of docs/ARCHITECTURE.md: a *capture* is the
raw bytes, an *article* what was read from them, a *zone* a labelled stretch of its text.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args

__all__ = [
    "EVIDENCE",
    "KINDS",
    "AddReport",
    "Article",
    "Capture",
    "Explanation",
    "Facet",
    "FacetCount",
    "Hint",
    "Hit",
    "LabelledBlock",
    "Link",
    "Moment",
    "Note",
    "Outcome",
    "ParseExplanation",
    "Piece",
    "Precision",
    "Problem",
    "Progress",
    "QueryPart",
    "Removal",
    "Repair",
    "Results",
    "RootInfo",
    "Snippet",
    "Source",
    "Stats",
    "Stream",
    "Suggestion",
    "Why",
    "WhyPart",
    "WordReading",
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


@dataclass(frozen=True, slots=True, order=False)
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


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a snippet; `is_match` where it is lit up."""

    text: str
    is_match: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of one paragraph: `start` and `end` are code points into ``zone``'s paragraph number `paragraph`."""

    zone: str
    paragraph: int
    start: int
    end: int
    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Note:
    """Something the result's reader should know. `kind` is stable, `text` one sentence, `query` a query to try."""

    kind: str
    text: str
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `missing`: the query's words that it lacks (only among `Results.nearest`)."""

    article: Article
    score: float
    short_id: str = ""
    paths: tuple[str, ...] = ()
    headline_pieces: tuple[Piece, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    missing: tuple[str, ...] = ()
    is_current: bool = True
    """False for an earlier version of the article."""

    @property
    def id(self) -> str:
        return self.article.id

    @property
    def headline(self) -> str | None:
        return self.article.headline

    @property
    def published(self) -> Moment | None:
        return self.article.published

    @property
    def source(self) -> Source:
        return self.article.source

    @property
    def section(self) -> str | None:
        return self.article.section

    @property
    def url(self) -> str | None:
        return self.article.canonical_url or self.article.url

    @property
    def path(self) -> str | None:
        return self.paths[0] if self.paths else None


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many of the matching articles have a `value` (None: none is known). `query` is what narrows a search to
    them, in the query language, e.g. ``source:"The Times"``, ``lang:none``."""

    value: str | None
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Facet:
    """All matching articles counted by one `field` of `newsidx.options.FACETS`: the most frequent values first (days,
    months and years in order of time, gaps left out), the unknown last. `distinct` is how many values there are,
    though no more than the request's ``facet_limit`` are in `counts`. An article with several tags counts for each."""

    field: str
    counts: tuple[FacetCount, ...]
    distinct: int


@dataclass(frozen=True, slots=True)
class WordReading:
    """What a `word` of the query became in the articles of one language (None: those whose language is unknown; ``*``:
    in any language alike, as patterns and exact words are looked up), and how many articles of that language have
    it."""

    word: str
    lang: str | None
    terms: tuple[str, ...]
    articles: int


@dataclass(frozen=True, slots=True)
class QueryPart:
    """A part of the query as it was understood, written out again, and how many articles match it by itself; `depth`
    says how far inside the query it stands (0: the whole)."""

    text: str
    articles: int
    depth: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was understood and answered: its parts from the outside in, its words' readings, the `plan` (one
    line a step) and how long it took."""

    query: str
    parts: tuple[QueryPart, ...]
    words: tuple[WordReading, ...]
    plan: tuple[str, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class WhyPart:
    """One reason: a part of the query as text; whether the article `matches` it; what it adds to the score (0 where it
    ranks nothing); one sentence for people, e.g. why it does not match: ``only in page:``."""

    text: str
    matches: bool
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why an article is found where it is, or not: `rank` from 1 (None where it does not match). `change` is the
    smallest change of the query that would find it, None where it is found or none is known."""

    id: str
    matches: bool
    score: float
    rank: int | None
    total: int
    parts: tuple[WhyPart, ...]
    change: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion: `text` as it may be typed, and how many articles have it."""

    text: str
    articles: int


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found. `hits` are the asked-for part of all `total` (exact) articles that match as written.

    `suggestion` is a query with a misspelt word set right; `facets` has one for each field asked for; `commit` names
    the commit that answered; `cursor` asks the same search for the hits after these, None where there are none.
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    offset: int = 0
    nearest: tuple[Hit, ...] = ()
    notes: tuple[Note, ...] = ()
    tz: str | None = None
    partial: bool = False
    suggestion: str | None = None
    facets: Mapping[str, Facet] = field(default_factory=lambda: MappingProxyType({}))
    explanation: Explanation | None = None
    commit: str = ""
    cursor: str | None = None

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, i: int) -> Hit:
        return self.hits[i]

    def _repr_html_(self) -> str:
        """The hits for a notebook: text and marks, without links or anything else that a page could have put there."""
        shown = "".join(map(_hit_html, self.hits))
        notes = "".join(f"<p>{html.escape(note.text)}</p>" for note in self.notes)
        end = self.offset + len(self.hits)
        return f'<ol start="{self.offset + 1}">{shown}</ol>{notes}<p>{end} of {self.total}</p>'


def _hit_html(hit: Hit) -> str:
    source = hit.source.name or hit.source.domain or "unknown source"
    facts = " · ".join(str(fact) for fact in (source, hit.published, hit.section, hit.short_id) if fact)
    headline = _pieces_html(hit.headline_pieces) or html.escape(hit.headline or "[no headline]")
    passages = "".join(f"<br>{_pieces_html(snippet.pieces)}" for snippet in hit.snippets)
    return f'<li dir="auto"><b>{headline}</b><br><small>{html.escape(facts)}</small>{passages}</li>'


def _pieces_html(pieces: Sequence[Piece]) -> str:
    texts = ((html.escape(piece.text), piece.is_match) for piece in pieces)
    return "".join(f"<mark>{text}</mark>" if is_match else text for text, is_match in texts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one path (or key) in an add; a record of a container has the path ``FILE#PLACE``.

    `status` is one of added, version, updated, duplicate, unchanged, skipped, failed, pruned; of a reparse changed,
    unchanged, gone, failed. `reason` is a stable
    short name (for skipped and failed: why; for updated: moved, text, replaced), `detail` one line for people.
    """

    path: str
    status: str
    id: str | None = None
    reason: str | None = None
    detail: str | None = None
    of: str | None = None
    """The ID of the article that a duplicate belongs to, or of the version that came before."""
    count: int = 1
    """Of how many captures this is said: a container's pictures are skipped with one outcome for each media type."""


@dataclass(frozen=True, slots=True)
class AddReport:
    """What an add or a reparse did: counts by status and reason, the first outcomes worth telling, time and sizes.

    Where it was `interrupted`, `uncommitted` captures had been read and are not in the index; the next add reads them
    again. They are in no count.
    """

    counts: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, int]]
    examples: Sequence[Outcome]
    seconds: float
    bytes_read: int
    commits: int
    interrupted: bool = False
    uncommitted: int = 0
    dry_run: bool = False
    notes: tuple[Note, ...] = ()

    @property
    def failed(self) -> int:
        return self.counts.get("failed", 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an add is: captures done of all that must be read, their bytes, seconds gone."""

    done: int
    total: int
    bytes_done: int
    bytes_total: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Stream:
    """The answer to a search whose hits are read as they are taken, from the asked-for offset on. `total` is exact;
    the rest is as in `Results`."""

    total: int
    hits: Iterator[Hit]
    nearest: tuple[Hit, ...] = ()
    notes: tuple[Note, ...] = ()
    tz: str | None = None
    partial: bool = False
    suggestion: str | None = None
    facets: Mapping[str, Facet] = field(default_factory=lambda: MappingProxyType({}))
    explanation: Explanation | None = None
    commit: str = ""
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """What an index holds: `articles` current ones, `earlier` versions; counts of the current ones by kind, language
    and source ("" unknown); its segments and its size on disk."""

    articles: int
    earlier: int
    by_kind: Mapping[str, int]
    by_lang: Mapping[str, int]
    by_source: Mapping[str, int]
    segments: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a check found wrong: `what` is damaged, `text` says how and what is lost."""

    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair found wrong (`problems`; none: nothing was changed), how many captures it read again, and what is
    lost for good."""

    problems: tuple[Problem, ...] = ()
    read_again: int = 0
    lost: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class RootInfo:
    """A folder that was added: where it is, how many captures of it the index knows, whether it is there now."""

    path: str
    captures: int
    exists: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """What a removal takes out: the IDs, duplicates' too, and the articles that stand in the index."""

    ids: tuple[str, ...]
    articles: tuple[Article, ...]
