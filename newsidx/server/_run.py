"""Runs the application: the socket is opened here, what comes in on it is uvicorn's, and so is a stop in good order."""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn

from newsidx.api import Index
from newsidx.errors import UsageError
from newsidx.server._app import make_app
from newsidx.server._options import ServeOptions

__all__ = ["serve"]

_STOP_SECONDS = 5
_BACKLOG = 256


def serve(index: Index, options: ServeOptions, *, started: Callable[[str], object] | None = None) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is being answered; `started` is told the address.

    Requests are logged only if the options say so, since their addresses hold what was searched for. UsageError where
    the address cannot be had.
    """
    config = uvicorn.Config(
        make_app(index, options),
        access_log=options.log_requests,
        log_level=logging.INFO if options.log_requests else logging.WARNING,
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_keep_alive=30,
        limit_concurrency=options.limits.threads + options.limits.waiting + _BACKLOG,
        h11_max_incomplete_event_size=4 * options.limits.query_bytes,
        lifespan="on",
    )
    with contextlib.closing(_listening(options)) as listener, _signals_end_it():
        if started is not None:
            host = f"[{options.host}]" if ":" in options.host else options.host
            started(f"http://{host}:{listener.getsockname()[1]}/")
        uvicorn.Server(config).run(sockets=[listener])


def _listening(options: ServeOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    try:
        return socket.create_server((options.host, options.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"cannot listen on {options.host}, port {options.port}: {reason}") from error


@contextlib.contextmanager
def _signals_end_it() -> Iterator[None]:
    """uvicorn stops at these signals, and raises them again once it has stopped: then nothing is left to do."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in handlers:
        signal.signal(number, lambda *_: None)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
