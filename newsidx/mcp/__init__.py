"""``newsidx mcp``: the index as tools for language models, over the Model Context Protocol.

Responsible for the tools, their shapes and budgets, and for marking captured text as what it is: data from strangers.
It sees only the api and the wire format, and only reads. The protocol's SDK stays in here (the extra
``newsidx[mcp]``), so that this package is imported only by who serves.
"""

from __future__ import annotations

from newsidx.mcp._run import make_app, serve_http, serve_stdio
from newsidx.mcp._server import make_server

__all__ = ["make_app", "make_server", "serve_http", "serve_stdio"]
