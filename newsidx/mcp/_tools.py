"""The tools: a function each, from arguments to a shape. They block; the SDK calls them in threads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BeforeValidator, Field

from newsidx.api import Index
from newsidx.mcp._errors import told
from newsidx.mcp._nothing import reason
from newsidx.mcp._shapes import (
    NOTICE,
    Counted,
    FacetCounts,
    Facets,
    Fetched,
    Found,
    FoundArticle,
    Metadata,
    NoteShape,
    Passage,
    PeriodCount,
    Reason,
    Suggested,
    Suggestions,
    TimelineCounts,
    WhyShape,
)
from newsidx.mcp._text import clean, clipped, cost, enveloped, numbered, within
from newsidx.model import Article, Facet, Hit, Note, Results
from newsidx.options import FACETS, SearchRequest

__all__ = ["Tools"]

MAX_RESULTS = 50
MAX_VALUES = 200
_MOST_TOKENS = 32_000
_ENVELOPE_TOKENS = 60
_LEAST_TOKENS = 100
"""Of an article's text, whatever its metadata take."""
_MOST_NAMES = 30
_SECONDS = 10.0


def listed(value: Any) -> Any:
    """One text as a list of it: models give either."""
    return [value] if isinstance(value, str) else value


_Query = Annotated[str, Field(description="In the query language; plain words must all be there, in any form.")]
_Budget = Annotated[int, Field(ge=200, le=_MOST_TOKENS, description="About how long the answer may be, in tokens.")]
_Since = Annotated[str | None, Field(description="Published then or later: 2023, 2023-06, 2023-06-30, yesterday.")]
_Until = Annotated[str | None, Field(description="Published then or earlier.")]
_Sources = Annotated[
    list[str] | None, BeforeValidator(listed), Field(description="By one of these outlets: whole names or domains.")
]
_Langs = Annotated[
    list[str] | None, BeforeValidator(listed), Field(description="In one of these languages: en, fr, pt-BR.")
]
_Filters = Annotated[
    list[str] | None,
    BeforeValidator(listed),
    Field(description="Queries that must match too and rank nothing, as facets gives them."),
]


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools over one index, each call on its newest commit."""

    index: Index

    def search(  # noqa: PLR0913, PLR0917 - a parameter an argument of the tool
        self,
        query: _Query,
        limit: Annotated[int, Field(ge=1, description=f"At most so many results; {MAX_RESULTS} at once.")] = 10,
        offset: Annotated[int, Field(ge=0, description="Pass over so many; next_offset says how to go on.")] = 0,
        sort: Annotated[Literal["relevance", "newest", "oldest"], Field(description="Their order.")] = "relevance",
        since: _Since = None,
        until: _Until = None,
        source: _Sources = None,
        lang: _Langs = None,
        filters: _Filters = None,
        max_tokens: _Budget = 4000,
    ) -> Found:
        """Find articles in the archive of saved news pages, best first, each with the passages that match.

        The query language: words (all must match, in any form) · "a phrase" · a OR b · -not · NEAR/5 SAME/S ·
        headline: body: lead: caption: author: section: tag: source:"Name" lang: · since:2023-06 until: date:2023 ·
        beginn* · mispelt~ · exact:word. Use fetch to read an article whole.
        """
        applied = min(limit, MAX_RESULTS)
        request = SearchRequest(
            query=query,
            limit=applied,
            offset=offset,
            sort=sort,
            since=since,
            until=until,
            source=tuple(source or ()),
            lang=tuple(lang or ()),
            filters=tuple(filters or ()),
        )
        results = self._searched(request)
        kept, is_cut = _kept(results.hits, max_tokens)
        nearest, _ = _kept(results.nearest, max_tokens)
        after = offset + len(kept)
        with told():
            why, near = reason(self.index, replace(request, limit_seconds=_SECONDS), results)
        return Found(
            notice=NOTICE,
            query=query,
            total=results.total,
            results=kept,
            offset=offset,
            applied_limit=applied,
            truncated=is_cut,
            next_offset=after if kept and after < results.total else None,
            reason=why,
            suggestion=results.suggestion,
            near_words=near,
            nearest=nearest,
            partial=results.partial,
            notes=_notes(results),
        )

    def fetch(
        self,
        id: Annotated[str, Field(description="From search; its first eight digits do.")],  # noqa: A002 - as agents say it
        first_paragraph: Annotated[int, Field(ge=0, description="Where to begin; next_paragraph goes on.")] = 0,
        max_tokens: _Budget = 8000,
    ) -> Fetched:
        """Read one article: its text with zones and paragraphs numbered, and what is known of it and from where."""
        with told():
            self.index.refresh()
            article = self.index.article(id)
        paragraphs = numbered(article)
        if first_paragraph and first_paragraph >= len(paragraphs):
            raise ToolError(f"arguments: first_paragraph is less than {len(paragraphs)}, the number of paragraphs")
        metadata = _metadata(article)
        budget = max_tokens - _ENVELOPE_TOKENS - cost(metadata.model_dump_json())
        kept = list(within(paragraphs[first_paragraph:], max(budget, _LEAST_TOKENS)))
        after = first_paragraph + len(kept)
        is_cut = after < len(paragraphs) or (bool(kept) and kept[-1] != paragraphs[after - 1])
        captured = f"at {article.captured}" if article.captured else "at an unknown time"
        return Fetched(
            notice=NOTICE,
            id=article.id,
            title=_title(article),
            text=enveloped(article.id, kept, captured),
            url=_url(article),
            metadata=metadata,
            paragraphs=len(paragraphs),
            first_paragraph=first_paragraph,
            next_paragraph=after if after < len(paragraphs) else None,
            truncated=is_cut,
        )

    def suggest(
        self,
        prefix: Annotated[str, Field(description="What has been typed; its last word is completed.")],
        limit: Annotated[int, Field(ge=1, description=f"At most so many; {MAX_RESULTS} at once.")] = 10,
    ) -> Suggestions:
        """How a query may go on: words that the archive has, with how many articles have them."""
        with told():
            self.index.refresh()
            applied = min(limit, MAX_RESULTS)
            found = self.index.suggest(prefix, applied)
        rows = [Suggested(text=clean(each.text), articles=each.articles) for each in found]
        return Suggestions(notice=NOTICE, prefix=prefix, applied_limit=applied, suggestions=rows)

    def facets(
        self,
        query: _Query = "",
        by: Annotated[
            list[Literal["source", "section", "tag", "author", "lang", "kind", "year", "month", "day"]],
            BeforeValidator(listed),
            Field(min_length=1, description="The fields to count by."),
        ] = ["source", "lang", "year"],  # noqa: B006 - never changed; the schema shows it
        limit: Annotated[int, Field(ge=1, description=f"At most so many values of each; {MAX_VALUES} at once.")] = 15,
        since: _Since = None,
        until: _Until = None,
        filters: _Filters = None,
        max_tokens: _Budget = 4000,
    ) -> Facets:
        """Count all matching articles (an empty query: all there are) by source, section, tag, author, language, …

        Each value comes with the query that narrows a search to it, to be given to search as one of its filters.
        """
        applied = min(limit, MAX_VALUES)
        results = self._counted(query, tuple(dict.fromkeys(by)), applied, since, until, filters)
        return Facets(
            notice=NOTICE,
            query=query,
            total=results.total,
            applied_limit=applied,
            facets=[
                _facet(results.facets[field], max_tokens // len(results.facets))
                for field in FACETS
                if field in results.facets
            ],
            partial=results.partial,
            notes=_notes(results),
        )

    def timeline(
        self,
        query: _Query,
        unit: Annotated[Literal["year", "month", "day"], Field(description="How long a period is.")] = "month",
        since: _Since = None,
        until: _Until = None,
        filters: _Filters = None,
    ) -> TimelineCounts:
        """When the matching articles were published: how many in each year, month or day."""
        results = self._counted(query, (unit,), MAX_VALUES, since, until, filters)
        facet = results.facets.get(unit)
        rows = () if facet is None else facet.counts
        dated = [PeriodCount(period=row.value, count=row.count, query=row.query) for row in rows if row.value]
        return TimelineCounts(
            query=query,
            total=results.total,
            unit=unit,
            counts=dated,
            undated=sum(row.count for row in rows if not row.value),
            truncated=facet is not None and facet.distinct > len(rows),
            partial=results.partial,
            notes=_notes(results),
        )

    def why(
        self,
        query: _Query,
        id: Annotated[str, Field(description="Of an article, from search.")],  # noqa: A002 - as agents say it
    ) -> WhyShape:
        """Why an article is found where it is for this query, or why not, and what change would find it."""
        with told():
            self.index.refresh()
            why = self.index.why(query, id)
        parts = [
            Reason(part=part.text, matches=part.matches, score=part.score, reason=clean(part.reason))
            for part in why.parts
        ]
        return WhyShape(
            notice=NOTICE,
            id=why.id,
            matches=why.matches,
            rank=why.rank,
            total=why.total,
            score=why.score,
            parts=parts,
            change=why.change,
        )

    def _counted(
        self,
        query: str,
        fields: tuple[str, ...],
        limit: int,
        since: str | None,
        until: str | None,
        filters: list[str] | None,
    ) -> Results:
        return self._searched(
            SearchRequest(
                query=query,
                limit=0,
                facets=fields,
                facet_limit=limit,
                since=since,
                until=until,
                filters=tuple(filters or ()),
            )
        )

    def _searched(self, request: SearchRequest) -> Results:
        with told():
            self.index.refresh()
            return self.index.search(request, limit_seconds=_SECONDS)


def _kept(hits: Iterable[Hit], budget: int) -> tuple[list[FoundArticle], bool]:
    """The first hits that the budget holds (at least one), and whether anything was left out."""
    kept: list[FoundArticle] = []
    left = budget
    for hit in hits:
        found = _found(hit)
        needs = cost(found.model_dump_json())
        if needs > left and found.passages:
            found = found.model_copy(update={"passages": found.passages[:1]})
            needs = cost(found.model_dump_json())
        if needs > left and kept:
            return kept, True
        if len(found.passages) < len(hit.snippets):
            kept.append(found)
            return kept, True
        kept.append(found)
        left -= needs
    return kept, False


def _found(hit: Hit) -> FoundArticle:
    article = hit.article
    return FoundArticle(
        id=hit.id,
        title=_title(article),
        url=_url(article),
        source=clipped(article.source.name or article.source.domain) or None,
        published=_text(article.published),
        captured=_text(article.captured),
        lang=clean(article.lang) or None,
        words=article.words,
        score=hit.score,
        missing=[clean(word) for word in hit.missing],
        passages=[
            Passage(zone=snippet.zone, paragraph=snippet.paragraph, text=clean(str(snippet)))
            for snippet in hit.snippets
        ],
    )


def _title(article: Article) -> str:
    return clipped(article.headline) or "(without a headline)"


def _url(article: Article) -> str:
    url = clean(article.canonical_url or article.url)
    return url if re.match(r"https?://", url, re.IGNORECASE) else f"newsidx:{article.id}"


def _metadata(article: Article) -> Metadata:
    return Metadata(
        source=clipped(article.source.name) or None,
        domain=clipped(article.source.domain) or None,
        published=_text(article.published),
        modified=_text(article.modified),
        captured=_text(article.captured),
        indexed=_text(article.indexed),
        authors=[clipped(name, 100) for name in article.authors[:_MOST_NAMES]],
        section=clipped(article.section) or None,
        tags=[clipped(tag, 100) for tag in article.tags[:_MOST_NAMES]],
        lang=clean(article.lang) or None,
        kind=article.kind,
        words=article.words,
        evidence=dict(article.evidence),
        flags=list(article.flags),
        truncated=max(len(article.authors), len(article.tags)) > _MOST_NAMES,
    )


def _facet(facet: Facet, budget: int) -> FacetCounts:
    """As many of its values as the budget holds."""
    counts: list[Counted] = []
    for row in facet.counts:
        counted = Counted(value=None if row.value is None else clean(row.value), count=row.count, query=row.query)
        budget -= cost(counted.model_dump_json())
        if budget < 0:
            break
        counts.append(counted)
    return FacetCounts(
        field=facet.field, distinct=facet.distinct, counts=counts, truncated=facet.distinct > len(counts)
    )


def _notes(results: Results) -> list[NoteShape]:
    def shape(note: Note) -> NoteShape:
        return NoteShape(text=clean(note.text), query=note.query)

    return [shape(note) for note in results.notes]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
