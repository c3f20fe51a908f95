"""What every request passes before it is answered, and what every response says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsidx.server._options import ServeOptions
from newsidx.server._problems import Problem, problem_response

__all__ = ["Guard"]

_POLICY = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_Headers = tuple[tuple[bytes, bytes], ...]


class Guard:
    """Stands before the whole application."""

    def __init__(self, app: ASGIApp, options: ServeOptions) -> None:
        self._app = app
        self._door = options.door
        self._longest = options.limits.query_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        problem, headers = self._refusal(scope)
        app = self._app if problem is None else problem_response(problem)
        await app(scope, receive, _guarded(send, headers))

    def _refusal(self, scope: Scope) -> tuple[Problem | None, _Headers]:
        refusal = self._door.refusal(scope)
        if refusal is not None:
            return Problem(refusal.status, refusal.kind, refusal.detail), refusal.headers
        if len(scope["query_string"]) + len(scope["raw_path"] or b"") > self._longest:
            return Problem(414, "too-long", f"an address is at most {self._longest} bytes long here"), ()
        if scope["method"] not in ("GET", "HEAD"):
            return Problem(405, "read-only", "this server only reads: GET and HEAD"), ((b"allow", b"GET, HEAD"),)
        return None, ()


def _guarded(send: Send, more: _Headers) -> Callable[[Message], Awaitable[None]]:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_HEADERS, *more]
        await send(message)

    return guarded
