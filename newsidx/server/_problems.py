"""Errors as ``application/problem+json`` (RFC 9457): a stable type, one sentence, and the fields that the error has.

Of an error in a query these are ``start`` and ``end`` (its place, in code points), ``reason`` and ``suggestion``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from newsidx.errors import (
    CursorExpired,
    IndexFault,
    NewsidxError,
    OptionError,
    QuerySyntaxError,
    QueryUnsupported,
    UnknownID,
    UsageError,
)
from newsidx.wire import dumps, error_to_wire

__all__ = ["PROBLEM_TYPE", "Problem", "problem_of", "problem_response"]

PROBLEM_TYPE = "application/problem+json"

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (QueryUnsupported, 422),
    (QuerySyntaxError, 400),
    (OptionError, 400),
    (CursorExpired, 410),
    (UnknownID, 404),
    (UsageError, 400),
    (IndexFault, 503),
)
_RETRY_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Problem(Exception):
    """What went wrong with a request: `kind` is stable and short, `detail` one sentence."""

    status: int
    kind: str
    detail: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The status in words."""
        return HTTPStatus(self.status).phrase

    @property
    def headers(self) -> dict[str, str]:
        """What the response says beside its body."""
        return {"Retry-After": str(_RETRY_SECONDS)} if self.status == HTTPStatus.SERVICE_UNAVAILABLE else {}

    def document(self) -> dict[str, Any]:
        """The problem as JSON has it."""
        head = {"type": f"urn:newsidx:{self.kind}", "title": self.title, "status": self.status, "detail": self.detail}
        return head | dict(self.fields)


def problem_of(error: Exception) -> Problem:
    """The problem that an error of newsidx is to who asked; of any other nothing is told but that there was one."""
    if isinstance(error, Problem):
        return error
    if not isinstance(error, NewsidxError):
        return Problem(500, "internal", "this is a fault of newsidx; its log says more")
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    told = error_to_wire(error)["error"]
    detail = str(error)
    if isinstance(error, IndexFault):  # where the server keeps its files is nobody's business
        detail = detail.replace(error.path, "the index's folder") if error.path else detail
        told.pop("path", None)
    return Problem(status, error.kind, detail, {k: v for k, v in told.items() if k not in ("kind", "message")})


def problem_response(problem: Problem) -> Response:
    """The problem as a response of the API."""
    body = dumps(problem.document()).encode()
    return Response(
        body, problem.status, media_type=PROBLEM_TYPE, headers=problem.headers | {"Cache-Control": "no-store"}
    )
