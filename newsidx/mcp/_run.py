"""Runs the server: on standard input and output for a client that starts it, or over HTTP for clients that come."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from newsidx.api import Index
from newsidx.doors import Door, listening, signals_end_it
from newsidx.mcp._server import make_server

__all__ = ["make_app", "serve_http", "serve_stdio"]

PATH = "/mcp"
_STOP_SECONDS = 5
_LARGEST_REQUEST_BYTES = 256 * 1024
_CONNECTIONS = 128


def serve_stdio(index: Index) -> None:
    """Serve the client at standard input and output until it goes; nothing else is written to standard output."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="newsidx: %(message)s")
    make_server(index).run("stdio")


def make_app(index: Index, door: Door) -> ASGIApp:
    """The ASGI application that speaks streamable HTTP below `PATH`. It keeps no sessions: every tool only reads."""
    app = make_server(index).streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        json_response=True,
        max_request_body_size=_LARGEST_REQUEST_BYTES,
        # The door has looked at Host and Origin, by the names that it answers to.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        refusal = door.refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await app(scope, receive, send)
            return
        headers = {name.decode(): value.decode() for name, value in refusal.headers}
        await PlainTextResponse(refusal.detail, refusal.status, headers=headers)(scope, receive, send)

    return guarded


def serve_http(index: Index, door: Door, *, started: Callable[[str], object] | None = None) -> None:
    """Serve until SIGINT or SIGTERM; `started` is told the address. UsageError where it cannot be had."""
    config = uvicorn.Config(
        make_app(index, door),
        access_log=False,
        log_level=logging.WARNING,
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        limit_concurrency=_CONNECTIONS,
        lifespan="on",
    )
    with contextlib.closing(listening(door)) as listener, signals_end_it():
        if started is not None:
            started(door.url(listener.getsockname()[1]).rstrip("/") + PATH)
        uvicorn.Server(config).run(sockets=[listener])
