"""``newsidx mcp``: the index as tools for language models, from the extra ``newsidx[mcp]``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._doors import HostOption, NameOption, OpenOption, TokenOption, door, needs_extra, say
from newsidx.cli._options import IndexOption, open_index

__all__ = ["make"]


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Listen for clients over HTTP, in place of standard input and output.")
    ] = False,
    host: HostOption = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="0 is any free one.")] = 8766,
    name: NameOption = None,
    token_file: TokenOption = None,
    is_open: OpenOption = False,
    index: IndexOption = None,
) -> int:
    r"""Serve the index to language models, over the Model Context Protocol.

    The tools are search, fetch, suggest, facets, timeline and why; they only read. A client that starts servers runs
    this command and talks to it over standard input and output; with --http others come to the address that it
    prints. Needs the extra mcp: pip install 'newsidx[mcp]'.

    \b
    newsidx mcp --index /archive/index
    newsidx mcp --http --port 8766
    """
    with needs_extra("mcp", "mcp", "mcp_types", "pydantic", "starlette", "uvicorn", "anyio"):
        from newsidx.mcp import serve_http, serve_stdio

    at = door(host, port, name, token_file, is_open)
    with open_index(index) as idx:
        if http:
            serve_http(idx, at, started=lambda url: say(f"{idx.path} is served at {url} until Ctrl-C"))
        else:
            serve_stdio(idx)
    return _exits.DONE


def make() -> Any:
    """The command."""
    return build(mcp, name="mcp")
