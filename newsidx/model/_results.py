"""What every search gives: hits with their snippets, notes, and all of it together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING

from newsidx.frozen import dataclass

if TYPE_CHECKING:
    from newsidx.model._reasons import Explanation, Facet

from newsidx.model._articles import Article, Moment, Source

__all__ = [
    "Hit",
    "Note",
    "Piece",
    "Results",
    "Snippet",
    "Stream",
]


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

    def _repr_html_(self) -> str:
        from newsidx.model._notebook import hit_html

        return hit_html(self)


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
        from newsidx.model._notebook import results_html

        return results_html(self)


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
