"""Errors as a model can act on: what is wrong, where, and what to ask instead."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from mcp.server.mcpserver.exceptions import ToolError

from newsidx.errors import IndexFault, NewsidxError, QuerySyntaxError, UnknownID

__all__ = ["told"]


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn an error of newsidx into the tool's answer."""
    try:
        yield
    except NewsidxError as error:
        raise ToolError(_message(error)) from error


def _message(error: NewsidxError) -> str:
    lines = [f"{error.kind}: {error}"]
    if isinstance(error, QuerySyntaxError):
        lines.append(f"at characters {error.start} to {error.end} of the query:")
        lines.append(error.caret())
        if error.suggestion:
            lines.append(f"try: {error.suggestion}")
    elif isinstance(error, UnknownID):
        if error.matches:
            lines.append(f"they are: {', '.join(error.matches)}")
        lines.append("search gives IDs.")
    elif isinstance(error, IndexFault):
        lines = [f"{error.kind}: the index cannot be read now; trying again will help only once it is mended."]
    return "\n".join(lines)
