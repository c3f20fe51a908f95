"""The page: HTML from templates, which escape what they write by construction, and work without any script."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import Response

from newsidx.api import Index
from newsidx.harmless import harmless
from newsidx.model import Results, Snippet
from newsidx.options import SearchRequest
from newsidx.server._api import Passing, search_again, tagged
from newsidx.server._desk import Desk
from newsidx.server._params import CURSOR_PARAMS, SEARCH_PARAMS, query_string, read, request_of
from newsidx.server._problems import Problem
from newsidx.server._timeline import is_short
from newsidx.server._views import PAGE_DEFAULTS, ArticleView, article_view, search_view
from newsidx.server._words import number

__all__ = ["Pages"]

_HERE = Path(__file__).parent
_PAGE_FACETS = ("source", "section", "tag", "lang", "month")
_FACET_VALUES = 400
"""So that a timeline of thirty years of months is whole; a list of filters shows the first of them."""
_WHOLE_CHARS = 1_000_000


class Pages:
    """The pages, as Starlette calls them."""

    def __init__(self) -> None:
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            finalize=_harmless,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals |= {"asset": _assets().__getitem__}
        self._templates.filters |= {"number": number}

    def _rendered(self, template: str, **values: Any) -> bytes:
        return self._templates.get_template(template).render(values).encode("utf-8", "replace")

    # One handler an address

    async def search(self, request: Request) -> Response:
        """The box, and what it found: without a query or a filter, the newest articles."""
        values = _values(request)
        desk = _desk(request)
        wanted = request_of(values, desk.limits, defaults=PAGE_DEFAULTS)
        is_start = not (wanted.query.strip() or _is_filtered(wanted))
        if is_start and "sort" not in values:
            wanted = replace(wanted, sort="newest")
        asked = _asked(wanted)

        def body(index: Index) -> bytes:
            results = search_again(index, asked, restarts=True)
            # Asked leniently as one types, the links of the page are strict again, if nothing was wrong.
            is_wrong = any(note.kind == "syntax" for note in results.notes)
            shown = replace(wanted, lenient=wanted.lenient and is_wrong)
            content = self._rendered("search.html", view=search_view(shown, results, is_start=is_start))
            return Passing(content) if results.partial else content

        def work(index: Index) -> Response:
            tag = _tag("search", index.fingerprint(asked))
            return tagged(request, tag, lambda: body(index), "text/html")

        return await desk.ask(work)

    async def article(self, request: Request) -> Response:
        """One article to read, with what the query found in it lit up."""
        values = _values(request)
        wanted = request_of(values, _desk(request).limits, defaults=PAGE_DEFAULTS)

        def body(index: Index, whole: str) -> bytes:
            view = _article(index, whole, wanted)
            return self._rendered("article.html", view=view)

        def work(index: Index) -> Response:
            whole = index.resolve(request.path_params["id"])
            tag = _tag("article", index.commit, whole, query_string(wanted))
            return tagged(request, tag, lambda: body(index, whole), "text/html")

        return await _desk(request).ask(work)

    async def why(self, request: Request) -> Response:
        """Why the article is found where it is, or not."""
        wanted = request_of(_values(request), _desk(request).limits, defaults=PAGE_DEFAULTS)

        def body(index: Index, whole: str) -> bytes:
            shown = query_string(SearchRequest(query=wanted.query, any=wanted.any, quote=wanted.quote))
            return self._rendered(
                "why.html",
                why=index.why(wanted, whole),
                query=wanted.query,
                headline=index.article(whole).headline,
                href=f"/articles/{whole}?{shown}",
                back="/?" + query_string(wanted, defaults=PAGE_DEFAULTS),
            )

        def work(index: Index) -> Response:
            whole = index.resolve(request.path_params["id"])
            tag = _tag("why", index.fingerprint(wanted), whole)
            return tagged(request, tag, lambda: body(index, whole), "text/html")

        return await _desk(request).ask(work)

    async def help(self, request: Request) -> Response:
        """The operators of the query language."""
        return Response(self._rendered("help.html"), media_type="text/html")

    def problem(self, request: Request, problem: Problem) -> Response:
        """What went wrong, with the box to try again; an error in a query is pointed at."""
        typed = request.query_params.get("q", "")
        place = None
        if isinstance(problem.fields.get("start"), int):
            place = _place(str(problem.fields["text"]), problem.fields["start"], problem.fields["end"])
        body = self._rendered(
            "problem.html", problem=problem, typed=typed, place=place, suggestion=problem.fields.get("suggestion")
        )
        return Response(
            body, problem.status, media_type="text/html", headers=problem.headers | {"Cache-Control": "no-store"}
        )


def _harmless(value: Any) -> Any:
    return harmless(value) if type(value) is str else value


def _assets() -> dict[str, str]:
    """The addresses of the styles and scripts, which change with what is in them."""
    found = {}
    for path in sorted((_HERE / "static").iterdir()):
        found[path.name] = f"/static/{path.name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"
    return found


_STYLE = "".join(_assets().values())


def _tag(*parts: object) -> str:
    return hashlib.sha256(repr((_STYLE, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _values(request: Request) -> dict[str, Any]:
    """The parameters. A form sends its empty fields too; they ask for nothing."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if value.strip()]
    return read(pairs, (*SEARCH_PARAMS, *CURSOR_PARAMS))


def _is_filtered(wanted: SearchRequest) -> bool:
    return any(
        getattr(wanted, name)
        for name in ("since", "until", "source", "tag", "lang", "section", "kind", "filters", "cursor")
    )


def _asked(wanted: SearchRequest) -> SearchRequest:
    """What the page needs beside what its visitor asked for: the counts of the filters and of the timeline."""
    facets: tuple[str, ...] = _PAGE_FACETS
    if is_short(wanted.since, wanted.until):
        facets = (*facets, "day")
    return replace(wanted, facets=facets, facet_limit=_FACET_VALUES)


def _article(index: Index, whole: str, wanted: SearchRequest) -> ArticleView:
    article = index.article(whole)
    return article_view(
        article,
        tuple(_lit(index, whole, wanted)) if wanted.query.strip() else (),
        short_id=index.short_id(whole),
        paths=index.paths(whole),
        query=wanted.query,
        back="/?" + query_string(wanted, defaults=PAGE_DEFAULTS),
    )


def _lit(index: Index, whole: str, wanted: SearchRequest) -> Iterator[Snippet]:
    """Every paragraph of the article that has a match, whole."""
    asked = SearchRequest(
        query=wanted.query,
        any=wanted.any,
        quote=wanted.quote,
        filters=(f"id:{whole}", "versions:all"),
        limit=1,
        nearest=1,
        snippets=10_000,
        snippet_chars=_WHOLE_CHARS,
    )
    results: Results = index.search(asked)
    for hit in (*results.hits, *results.nearest):
        if hit.id == whole:
            at = 0
            for piece in hit.headline_pieces:  # as a snippet of its own
                yield Snippet("headline", 0, at, at + len(piece.text), (piece,))
                at += len(piece.text)
            yield from hit.snippets


def _place(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The query before, at and after the place of its error."""
    return text[:start], text[start:end] or " ", text[end:]
