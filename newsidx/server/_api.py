"""``/api``: each endpoint reads its parameters, asks the index once in a thread, and writes what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from newsidx.api import Index
from newsidx.errors import CursorExpired
from newsidx.model import Note, Results
from newsidx.options import FACETS, SearchRequest
from newsidx.server._desk import Desk
from newsidx.server._feeds import atom_feed, open_search
from newsidx.server._forms import FORMS, Form, best_form, fields_of, rendered
from newsidx.server._openapi import openapi_document
from newsidx.server._params import (
    CURSOR_PARAMS,
    FACET_PARAMS,
    FIELDS_PARAM,
    SEARCH_PARAMS,
    SUGGEST_PARAMS,
    WHY_PARAMS,
    Param,
    read,
    request_of,
)
from newsidx.server._problems import Problem
from newsidx.wire import article_to_wire, dumps, results_to_wire, stats_to_wire, suggestions_to_wire, why_to_wire

__all__ = ["Api", "Passing", "base_of", "desk_of", "search_again", "tagged"]


def desk_of(request: Request) -> Desk:
    """The desk of the server that got the request."""
    desk: Desk = request.app.state.desk
    return desk


def base_of(request: Request) -> str:
    """The address of the server as the client called it (its name has been looked at), without a slash at the end."""
    return str(request.base_url).rstrip("/")


class Passing(bytes):
    """A body that may be another the next time, though nothing has changed: time ran out before it was whole."""


def tagged(request: Request, tag: str, body: Callable[[], bytes], media_type: str, **headers: str) -> Response:
    """The body with its ETag, or 304 where the client has it; it is not made then."""
    etag = f'W/"{tag}"'
    head = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"} | headers
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or etag[2:] in [each.strip().removeprefix("W/") for each in known.split(",")]:
        return Response(status_code=304, headers=head)
    content = body()
    if isinstance(content, Passing):
        head = headers | {"Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=head)


def _tag(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def search_again(index: Index, wanted: SearchRequest, *, restarts: bool) -> Results:
    """What the search finds; where its cursor's commit is gone and it `restarts`, its first hits, with a note."""
    try:
        return index.search(wanted)
    except CursorExpired:
        if not restarts:
            raise
        found = index.search(replace(wanted, cursor=None, offset=0))
        note = Note("restarted", "the index has changed since: these are the first hits again")
        return replace(found, notes=(note, *found.notes))


class Api:
    """The endpoints, as Starlette calls them."""

    @staticmethod
    def _read(request: Request, params: Sequence[Param]) -> dict[str, Any]:
        return read(request.query_params.multi_items(), params)

    @staticmethod
    def _form(request: Request, forms: Sequence[Form] = FORMS) -> Form:
        suffix = request.path_params.get("suffix")
        if suffix is not None:
            form = next((each for each in forms if each.suffix == suffix), None)
            if form is None:
                raise Problem(404, "not-found", f"there is no form {suffix[:20]!r}; forms are json, jsonl, csv, atom")
            return form
        form = best_form(request.headers.get("accept", ""), forms)
        if form is None:
            offered = ", ".join(each.media_type for each in forms)
            raise Problem(406, "not-acceptable", f"what Accept asks for is not to be had; there are {offered}")
        return form

    async def search(self, request: Request) -> Response:
        """Hits, in four forms."""
        form = self._form(request)
        values = self._read(request, (*SEARCH_PARAMS, *CURSOR_PARAMS, FIELDS_PARAM))
        desk = desk_of(request)
        wanted = request_of(values, desk.limits)
        fields = fields_of(values.get("fields"))
        restarts = bool(values.get("restart"))
        is_feed = form.suffix == "atom"
        base = base_of(request) if is_feed else ""

        def body(index: Index) -> bytes:
            results = search_again(index, wanted, restarts=restarts)
            content = atom_feed(results, wanted, base=base) if is_feed else rendered(results, form, fields)
            return Passing(content) if results.partial else content

        def work(index: Index) -> Response:
            tag = _tag(index.fingerprint(wanted), form.suffix, fields, base, restarts)
            return tagged(request, tag, lambda: body(index), form.media_type)

        return await desk.ask(work)

    async def article(self, request: Request) -> Response:
        """One article, whole."""
        self._read(request, ())
        id_ = request.path_params["id"]

        def body(index: Index, whole: str) -> bytes:
            article = index.article(whole)
            document = article_to_wire(article, short_id=index.short_id(whole), paths=index.paths(whole))
            return dumps(document).encode()

        def work(index: Index) -> Response:
            whole = index.resolve(id_)
            return tagged(request, _tag(index.commit, whole), lambda: body(index, whole), "application/json")

        return await desk_of(request).ask(work)

    async def facets(self, request: Request) -> Response:
        """All matching articles counted, without any of them."""
        values = self._read(request, FACET_PARAMS)
        desk = desk_of(request)
        wanted = replace(request_of(values, desk.limits), limit=0, nearest=0)
        wanted = wanted if wanted.facets else replace(wanted, facets=FACETS)

        def body(index: Index) -> bytes:
            results = index.search(wanted)
            document = results_to_wire(results)
            content = dumps(
                {name: value for name, value in document.items() if name not in ("hits", "nearest")}
            ).encode()
            return Passing(content) if results.partial else content

        def work(index: Index) -> Response:
            tag = _tag("facets", index.fingerprint(wanted))
            return tagged(request, tag, lambda: body(index), "application/json")

        return await desk.ask(work)

    async def suggest(self, request: Request) -> Response:
        """How what has been typed may go on; for browsers in the form that they take from search engines."""
        values = self._read(request, SUGGEST_PARAMS)
        prefix, is_for_browser = values["prefix"], values.get("form") == "browser"

        def body(index: Index) -> bytes:
            found = index.suggest(prefix, values.get("limit", 10))
            if is_for_browser:
                return dumps([prefix, [each.text for each in found]]).encode()
            return dumps(suggestions_to_wire(prefix, found)).encode()

        def work(index: Index) -> Response:
            media_type = "application/x-suggestions+json" if is_for_browser else "application/json"
            tag = _tag("suggest", index.commit, sorted(values.items()))
            return tagged(request, tag, lambda: body(index), media_type)

        return await desk_of(request).ask(work)

    async def why(self, request: Request) -> Response:
        """Why an article is found where it is, or not."""
        values = self._read(request, WHY_PARAMS)
        desk = desk_of(request)
        wanted = request_of(values, desk.limits)

        def work(index: Index) -> Response:
            def body() -> bytes:
                return dumps(why_to_wire(index.why(wanted, values["id"]))).encode()

            tag = _tag("why", index.fingerprint(wanted), values["id"])
            return tagged(request, tag, body, "application/json")

        return await desk.ask(work)

    async def stats(self, request: Request) -> Response:
        """How much of what is in the index; not where it lies."""
        self._read(request, ())

        def work(index: Index) -> Response:
            def body() -> bytes:
                document = stats_to_wire(index.stats(), index="")
                return dumps({name: value for name, value in document.items() if name != "index"}).encode()

            return tagged(request, _tag(index.commit), body, "application/json")

        return await desk_of(request).ask(work)

    async def openapi(self, request: Request) -> Response:
        """What this API is, as OpenAPI 3.1 says it."""
        self._read(request, ())
        return Response(dumps(openapi_document()).encode(), media_type="application/json")

    async def health(self, request: Request) -> Response:
        """Whether the index answers."""
        commit = await desk_of(request).ask(lambda index: index.commit)
        body = dumps({"status": "ok", "commit": commit}).encode()
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})

    async def open_search(self, request: Request) -> Response:
        """The description for browsers."""
        return Response(open_search(base_of(request)), media_type="application/opensearchdescription+xml")
