"""``newsidx serve``: a page to search with and an HTTP API, over the same requests and results as everything else.

Responsible for addresses, parameters, forms of answers, the page and who may ask. It sees only the api and the wire
format, never an engine; it only reads. Starlette, uvicorn and Jinja stay in here (the extra ``newsidx[server]``), so
that this package is imported only by who serves.
"""

from __future__ import annotations

from newsidx.server._app import make_app
from newsidx.server._options import Limits, ServeOptions
from newsidx.server._run import serve

__all__ = ["Limits", "ServeOptions", "make_app", "serve"]
