"""What a search gives when it is asked for: counts, explanations, reasons, completions."""

from __future__ import annotations

from newsidx.frozen import dataclass

__all__ = [
    "Explanation",
    "Facet",
    "FacetCount",
    "QueryPart",
    "Suggestion",
    "Why",
    "WhyPart",
    "WordReading",
]


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
