"""The application: which address is answered by whom, errors as problems or as a page, the start and the stop."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from newsidx.api import Index
from newsidx.errors import NewsidxError
from newsidx.server._api import Api
from newsidx.server._desk import Desk, TooBusy, TooLong
from newsidx.server._guard import Guard
from newsidx.server._options import ServeOptions
from newsidx.server._page import Pages
from newsidx.server._problems import Problem, problem_of, problem_response

__all__ = ["make_app"]

_Handler = Callable[[Request], Awaitable[Response]]
_STATIC = Path(__file__).parent / "static"
_log = logging.getLogger("newsidx.server")


def make_app(index: Index, options: ServeOptions) -> ASGIApp:
    """The ASGI application over an open index, which stays the caller's to close."""
    pages = Pages()
    api = Api()
    desk = Desk(index, options.limits)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        desk.close()

    app = Starlette(
        routes=[
            *_routes(api, pages),
            Mount("/static", StaticFiles(directory=_STATIC), name="static"),
        ],
        exception_handlers={HTTPException: _on_http_exception, Problem: _on_error, NewsidxError: _on_error},
        lifespan=lifespan,
    )
    app.state.desk = desk
    app.state.pages = pages
    return Guard(app, options)


def _routes(api: Api, pages: Pages) -> list[Route]:
    # Routes are tried in this order: what programs ask for most stands first.
    table: list[tuple[str, _Handler]] = [
        ("/api/search", api.search),
        ("/", pages.search),
        ("/articles/{id}", pages.article),
        ("/articles/{id}/why", pages.why),
        ("/help", pages.help),
        ("/opensearch.xml", api.open_search),
        ("/robots.txt", _robots),
        ("/health", api.health),
        ("/api/openapi.json", api.openapi),
        ("/api/search.{suffix}", api.search),
        ("/api/articles/{id}", api.article),
        ("/api/facets", api.facets),
        ("/api/suggest", api.suggest),
        ("/api/why", api.why),
        ("/api/stats", api.stats),
    ]
    return [Route(path, _caught(handler), methods=["GET"]) for path, handler in table]


def _caught(handler: _Handler) -> _Handler:
    """The handler, with what it raises turned into a response where Starlette's own way would lose it."""

    async def caught(request: Request) -> Response:
        try:
            return await handler(request)
        except TooBusy:
            return _error(request, Problem(503, "busy", "more requests are waiting than may; try again in a moment"))
        except TooLong:
            seconds = request.app.state.desk.limits.seconds
            return _error(request, Problem(503, "too-long", f"no answer within {seconds:g} seconds; ask for less"))
        except (NewsidxError, Problem) as error:
            return _error(request, problem_of(error))
        except Exception as error:  # noqa: BLE001 - the last door: whatever comes here is a bug, and is told as one
            _log.exception("a request failed")  # without its address, which holds the query
            return _error(request, problem_of(error))

    return caught


async def _on_error(request: Request, error: Exception) -> Response:
    return _error(request, problem_of(error))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _error(
        request, Problem(status, "not-found" if status == 404 else "http", "there is nothing at this address")
    )


def _error(request: Request, problem: Problem) -> Response:
    path = request.url.path
    if path.startswith(("/api/", "/health", "/static/")):
        return problem_response(problem)
    pages: Pages = request.app.state.pages
    return pages.problem(request, problem)


async def _robots(request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")
