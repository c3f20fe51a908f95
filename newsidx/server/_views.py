"""What the templates are given: plain values made of results and articles. Templates decide how, not what.

Texts stay as captured here. The environment of `_page` lets each value that a template writes through `harmless`, and
escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsidx.model import Article, Facet, Hit, Moment, Piece, Results, Snippet
from newsidx.options import SearchRequest
from newsidx.server._params import query_string
from newsidx.server._timeline import Timeline, timeline
from newsidx.server._words import citation, direction, lang_attr, language, original_link, shown_moment

__all__ = ["PAGE_DEFAULTS", "PAGE_HITS", "ArticleView", "SearchView", "article_view", "search_view"]

PAGE_HITS = 20
PAGE_DEFAULTS = SearchRequest(limit=PAGE_HITS)
_SHOWN_VALUES = 8
_FACETS = (("source", "Source"), ("section", "Section"), ("tag", "Tag"), ("author", "Author"), ("lang", "Language"))


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet, with the addresses of the searches that keep to it and that leave it out."""

    name: str
    count: int
    only: str
    without: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A facet: its first values, those behind "more", and how many there are in all."""

    field: str
    title: str
    values: tuple[Value, ...]
    more: tuple[Value, ...]
    distinct: int


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address of the search without it."""

    text: str
    is_not: bool
    off: str


@dataclass(frozen=True, slots=True)
class BarLink:
    """A bar of the timeline as a link to its period."""

    bar: Any
    href: str


@dataclass(frozen=True, slots=True)
class PassageView:
    """A snippet; `is_cut` says whether its paragraph has more (before, after)."""

    zone: str
    pieces: tuple[Piece, ...]
    is_cut: tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit as the page shows it."""

    number: int
    hit: Hit
    passages: tuple[PassageView, ...]
    href: str
    why: str
    source: str
    published: str
    lang: str
    dir: str
    original: tuple[str, str] | None
    citation: str


@dataclass(frozen=True, slots=True)
class SearchView:
    """All that a page of results shows."""

    request: SearchRequest
    results: Results
    hits: tuple[HitView, ...]
    nearest: tuple[HitView, ...]
    chips: tuple[Chip, ...]
    filters: tuple[Filter, ...]
    timeline: Timeline | None
    bars: tuple[BarLink, ...]
    any_time: str
    sorts: tuple[tuple[str, str, str], ...]
    feed: str
    first: str
    before: str
    after: str
    is_start: bool
    sources: int
    suggestion: str
    notes: tuple[tuple[str, str], ...]


def _link(request: SearchRequest, **changes: Any) -> str:
    asked = query_string(request, defaults=PAGE_DEFAULTS, **({"offset": 0, "cursor": None} | changes))
    return f"/?{asked}" if asked else "/"


def search_view(request: SearchRequest, results: Results, *, is_start: bool) -> SearchView:
    """The view of what a search (as the page's visitor would write it, without what the page asks beside) found."""
    last = request.offset + len(results.hits)
    drawn = timeline(results.facets)
    bars = () if drawn is None else tuple(BarLink(bar, _period_link(request, bar.period)) for bar in drawn.bars)
    suggestion = results.suggestion
    return SearchView(
        request=request,
        results=results,
        hits=tuple(_hit(hit, request, request.offset + i) for i, hit in enumerate(results.hits, 1)),
        nearest=tuple(_hit(hit, request, i) for i, hit in enumerate(results.nearest, 1)),
        chips=tuple(_chips(request)),
        filters=tuple(_filters(request, results.facets)),
        timeline=drawn,
        bars=bars,
        any_time=_link(request, since=None, until=None),
        sorts=tuple(_sorts(request, is_start=is_start)),
        feed="/api/search.atom?" + query_string(request, offset=0, cursor=None),
        first=_link(request),
        before=_link(request, offset=max(0, request.offset - PAGE_HITS)) if request.offset else "",
        after=_link(request, offset=last) if last < results.total and results.hits else "",
        is_start=is_start,
        sources=_sources(results.facets),
        suggestion=suggestion or "",
        notes=tuple(
            (note.text, note.query or "") for note in results.notes if not (is_start and note.kind == "undated")
        ),
    )


def _sources(facets: Mapping[str, Facet]) -> int:
    """How many sources are known."""
    facet = facets.get("source")
    return 0 if facet is None else facet.distinct - any(count.value is None for count in facet.counts)


def _period_link(request: SearchRequest, period: str) -> str:
    return _link(request, since=period, until=period)


def _sorts(request: SearchRequest, *, is_start: bool) -> Iterable[tuple[str, str, str]]:
    names = {"relevance": "Best match", "newest": "Newest", "oldest": "Oldest"}
    for sort, name in names.items():
        if sort == "relevance" and is_start:
            continue
        yield name, _link(request, sort=sort), "true" if request.sort == sort else "false"


def _chips(request: SearchRequest) -> Iterable[Chip]:
    for name in ("source", "section", "tag", "lang", "kind"):
        chosen = getattr(request, name)
        for value in chosen:
            rest = tuple(each for each in chosen if each != value)
            yield Chip(f"{name}: {language(value) if name == 'lang' else value}", False, _link(request, **{name: rest}))
    if request.since and request.since == request.until:
        yield Chip(f"published {request.since}", False, _link(request, since=None, until=None))
    else:
        if request.since:
            yield Chip(f"since {request.since}", False, _link(request, since=None))
        if request.until:
            yield Chip(f"until {request.until}", False, _link(request, until=None))
    for text in request.filters:
        rest = tuple(each for each in request.filters if each != text)
        yield Chip(text.removeprefix("NOT "), text.startswith("NOT "), _link(request, filters=rest))


def _filters(request: SearchRequest, facets: Mapping[str, Facet]) -> Iterable[Filter]:
    for field, title in _FACETS:
        facet = facets.get(field)
        if facet is None or not facet.counts:
            continue
        values = tuple(
            Value(
                name=language(count.value) if field == "lang" else count.value or "unknown",
                count=count.count,
                only=_link(request, filters=(*request.filters, count.query)),
                without=_link(request, filters=(*request.filters, f"NOT {count.query}")),
            )
            for count in facet.counts
            if count.query not in request.filters
        )
        if values:
            yield Filter(field, title, values[:_SHOWN_VALUES], values[_SHOWN_VALUES:], facet.distinct)


def _hit(hit: Hit, request: SearchRequest, number: int) -> HitView:
    article = hit.article
    words = query_string(SearchRequest(query=request.query, any=request.any, quote=request.quote))
    passage = str(hit.snippets[0]) if hit.snippets and hit.snippets[0].zone == "body" else ""
    return HitView(
        number=number,
        hit=hit,
        passages=_passages(hit),
        href=f"/articles/{hit.id}" + (f"?{words}" if words else ""),
        why=f"/articles/{hit.id}/why?{query_string(request, defaults=PAGE_DEFAULTS, offset=0)}"
        if request.query
        else "",
        source=article.source.name or article.source.domain or "",
        published=shown_moment(article.published),
        lang=lang_attr(article.lang),
        dir=direction(article.lang),
        original=original_link(article, passage),
        citation=citation(article),
    )


def _passages(hit: Hit) -> tuple[PassageView, ...]:
    lengths = {zone: [len(text) for text in paragraphs] for zone, paragraphs in hit.article.zones()}

    def view(snippet: Snippet) -> PassageView:
        paragraphs = lengths.get(snippet.zone, [])
        end = paragraphs[snippet.paragraph] if snippet.paragraph < len(paragraphs) else snippet.end
        return PassageView(snippet.zone, snippet.pieces, (snippet.start > 0, snippet.end < end))

    return tuple(view(snippet) for snippet in hit.snippets)


# One article


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone outside of the body: what it is called, and its paragraphs as pieces."""

    name: str
    paragraphs: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """All that the reading view shows."""

    article: Article
    short_id: str
    paths: tuple[str, ...]
    query: str
    back: str
    headline: tuple[Piece, ...]
    deck: tuple[Piece, ...]
    body: tuple[tuple[Piece, ...], ...]
    captions: tuple[tuple[Piece, ...], ...]
    corrections: tuple[tuple[Piece, ...], ...]
    outside: tuple[Zone, ...]
    facts: tuple[tuple[str, str, str], ...]
    links: tuple[tuple[str, str], ...]
    source: str
    published: str
    lang: str
    language: str
    dir: str
    original: tuple[str, str] | None
    citation: str
    matches: int


def article_view(
    article: Article, snippets: Sequence[Snippet], *, short_id: str, paths: tuple[str, ...], query: str, back: str
) -> ArticleView:
    """The article with what the snippets say is lit up in it."""
    lit = _Lit(snippets)
    body = lit.zone("body", article.body)
    passage = next((article.body[s.paragraph] for s in snippets if s.zone == "body"), "")
    outside = (
        Zone("Credits", lit.zone("credit", article.credits)),
        Zone("What the page promotes", lit.zone("promo", article.promo)),
        Zone("The rest of the page", lit.zone("page", article.page)),
    )
    return ArticleView(
        article=article,
        short_id=short_id,
        paths=paths,
        query=query,
        back=back,
        headline=lit.paragraph("headline", 0, article.headline or "(without a headline)"),
        deck=lit.paragraph("deck", 0, article.deck or ""),
        body=body,
        captions=lit.zone("caption", article.captions),
        corrections=lit.zone("correction", article.corrections),
        outside=tuple(zone for zone in outside if zone.paragraphs),
        facts=tuple(_facts(article)),
        links=tuple((link.url, link.text) for link in article.links),
        source=article.source.name or article.source.domain or "",
        published=shown_moment(article.published),
        lang=lang_attr(article.lang),
        language=language(article.lang),
        dir=direction(article.lang),
        original=original_link(article, passage if query else ""),
        citation=citation(article),
        matches=lit.count,
    )


class _Lit:
    """Paragraphs cut into pieces where snippets that cover them say something matched."""

    def __init__(self, snippets: Iterable[Snippet]) -> None:
        self._spots: dict[tuple[str, int], list[tuple[int, int]]] = {}
        self.count = 0
        for snippet in snippets:
            at = snippet.start
            for piece in snippet.pieces:
                end = at + len(piece.text)
                if piece.is_match:
                    self._spots.setdefault((snippet.zone, snippet.paragraph), []).append((at, end))
                    self.count += 1
                at = end

    def zone(self, name: str, paragraphs: Sequence[str]) -> tuple[tuple[Piece, ...], ...]:
        return tuple(self.paragraph(name, i, text) for i, text in enumerate(paragraphs))

    def paragraph(self, zone: str, number: int, text: str) -> tuple[Piece, ...]:
        pieces, at = [], 0
        for start, end in sorted(self._spots.get((zone, number), ())):
            if at <= start < end <= len(text):
                pieces += [Piece(text[at:start]), Piece(text[start:end], True)]
                at = end
        return tuple(piece for piece in (*pieces, Piece(text[at:])) if piece.text)


_FACT_NAMES = (
    ("published", "Published"),
    ("modified", "Modified"),
    ("captured", "Captured"),
    ("source", "Source"),
    ("authors", "Authors"),
    ("section", "Section"),
    ("tags", "Tags"),
    ("lang", "Language"),
    ("canonical_url", "Address"),
    ("url", "Captured from"),
    ("headline", "Headline"),
    ("deck", "Deck"),
)
_SHOWN_ELSEWHERE = frozenset({"headline", "deck"})


def _facts(article: Article) -> Iterable[tuple[str, str, str]]:
    """(name, value, the evidence that gave it) of each metadata field that is known."""
    for field, name in _FACT_NAMES:
        value = _fact(field, getattr(article, field))
        evidence = article.evidence.get(field, "")
        if field in _SHOWN_ELSEWHERE:
            value = "as above" if value and evidence else ""
        if field == "url" and article.url == article.canonical_url:
            continue
        if value:
            yield name, value, evidence
    if article.indexed:
        yield "Indexed", shown_moment(article.indexed), ""
    yield "Kind", article.kind, article.evidence.get("kind", "")
    yield "Words", f"{article.words:,}", ""
    for flag in article.flags:
        yield "Flag", flag, ""


def _fact(field: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Moment):
        return shown_moment(value)
    if isinstance(value, tuple):
        return ", ".join(value)
    if field == "source":
        return " · ".join(part for part in (value.name, value.domain) if part)
    return language(value) if field == "lang" else str(value)
