"""Runs the application: what comes in on the socket is uvicorn's, and so is a stop in good order."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable

import uvicorn

from newsidx.api import Index
from newsidx.doors import listening, signals_end_it
from newsidx.server._app import make_app
from newsidx.server._options import ServeOptions

__all__ = ["serve"]

_STOP_SECONDS = 5
_CONNECTIONS = 256
"""Beside those that wait for the index: browsers keep several open and send nothing."""


def serve(index: Index, options: ServeOptions, *, started: Callable[[str], object] | None = None) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is being answered; `started` is told the address.

    UsageError where the address cannot be had.
    """
    limits = options.limits
    config = uvicorn.Config(
        make_app(index, options),
        access_log=options.log_requests,
        log_level=logging.INFO if options.log_requests else logging.WARNING,
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_keep_alive=30,
        limit_concurrency=limits.threads + limits.waiting + _CONNECTIONS,
        h11_max_incomplete_event_size=4 * limits.query_bytes,
        lifespan="on",
    )
    with contextlib.closing(listening(options.door)) as listener, signals_end_it():
        if started is not None:
            started(options.door.url(listener.getsockname()[1]))
        uvicorn.Server(config).run(sockets=[listener])
