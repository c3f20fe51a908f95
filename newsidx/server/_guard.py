"""What every request passes before it is answered, and what every response says: whoever may not ask goes no further.

A name that is not ours in Host is another site's attempt to be taken for this one (DNS rebinding); a request that
another site's page makes on its own (an image, a script) could measure what is in the index. Both are refused.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Iterable

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


class Guard:
    """Stands before the whole application."""

    def __init__(self, app: ASGIApp, options: ServeOptions) -> None:
        self._app = app
        self._options = options
        self._names = options.answers_to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        app = self._app if refusal is None else problem_response(refusal)
        await app(scope, receive, _guarded(send, () if refusal is None else _asks_for_login(refusal)))

    def _refusal(self, scope: Scope) -> Problem | None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        host = _without_port(headers.get(b"host", b"").decode("latin-1").lower())
        if host not in self._names:
            return Problem(421, "wrong-host", "this server does not answer to that name; newsidx serve --name adds it")
        if len(scope["query_string"]) + len(scope["raw_path"] or b"") > self._options.limits.query_bytes:
            longest = self._options.limits.query_bytes
            return Problem(414, "too-long", f"an address is at most {longest} bytes long here")
        if scope["method"] not in ("GET", "HEAD"):
            return Problem(405, "read-only", "this server only reads: GET and HEAD")
        if headers.get(b"sec-fetch-site") == b"cross-site" and headers.get(b"sec-fetch-mode") != b"navigate":
            return Problem(403, "cross-site", "another site's page may link here, and not more")
        if self._options.token is not None and not _holds(headers.get(b"authorization", b""), self._options.token):
            return Problem(401, "token", "this server asks for its token: Authorization: Bearer TOKEN")
        return None


def _asks_for_login(refusal: Problem) -> Iterable[tuple[bytes, bytes]]:
    if refusal.status == 405:
        return [(b"allow", b"GET, HEAD")]
    if refusal.status != 401:
        return ()
    return [(b"www-authenticate", b'Bearer realm="newsidx"'), (b"www-authenticate", b'Basic realm="newsidx"')]


def _guarded(send: Send, more: Iterable[tuple[bytes, bytes]]) -> Callable[[Message], Awaitable[None]]:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_HEADERS, *more]
        await send(message)

    return guarded


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _holds(authorization: bytes, token: str) -> bool:
    """Whether the header is ``Bearer TOKEN``, or ``Basic`` with the token as the password of any user."""
    scheme, _, value = authorization.partition(b" ")
    given = value.strip()
    if scheme.lower() == b"basic":
        try:
            given = base64.b64decode(given, validate=True).partition(b":")[2]
        except binascii.Error:
            return False
    elif scheme.lower() != b"bearer":
        return False
    return hmac.compare_digest(given, token.encode())
