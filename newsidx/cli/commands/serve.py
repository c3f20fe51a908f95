"""``newsidx serve``: the page and the HTTP API, from the extra ``newsidx[server]``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._doors import HostOption, NameOption, OpenOption, TokenOption, door, needs_extra, say
from newsidx.cli._options import IndexOption, open_index

__all__ = ["make"]


def serve(
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 is any free one.")] = 8765,
    name: NameOption = None,
    token_file: TokenOption = None,
    is_open: OpenOption = False,
    log_requests: Annotated[
        bool, typer.Option("--log-requests", help="A line for each request, with what was searched for.")
    ] = False,
    index: IndexOption = None,
) -> int:
    r"""Serve a page to search with, and an HTTP API, until Ctrl-C.

    Only this machine reaches it unless told otherwise, it only reads, and what is searched for is not logged. What
    other processes add to the index is found at once. Needs the extra server: pip install 'newsidx[server]'.

    \b
    newsidx serve                                    then open http://127.0.0.1:8765/
    newsidx serve --host 0.0.0.0 --name search.example.org --token-file token.txt
    """
    with needs_extra("server", "starlette", "uvicorn", "jinja2", "httptools", "anyio"):
        from newsidx.server import ServeOptions
        from newsidx.server import serve as run

    options = ServeOptions(door(host, port, name, token_file, is_open), log_requests)
    with open_index(index) as idx:
        run(idx, options, started=lambda url: say(f"{idx.path} is served at {url} until Ctrl-C"))
    return _exits.DONE


def make() -> Any:
    """The command."""
    return build(serve, name="serve")
