"""The doors that a server opens to a network: which address, by which names it may be called, who may come in.

For the front ends that listen (`newsidx.server`, `newsidx.mcp`); what they answer is theirs. An address that others
reach asks for a token, or for a yes. A name that is not ours in Host is another site's attempt to be taken for this
one (DNS rebinding); a request that another site's page makes on its own could measure what is in the index.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hmac
import ipaddress
import re
import signal
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from newsidx.errors import OptionError, UsageError

__all__ = ["Door", "Refusal", "listening", "signals_end_it"]

_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?", re.IGNORECASE)
_SHORTEST_TOKEN = 16
_BACKLOG = 256


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further: an HTTP status, a stable short name, a sentence; `headers` to send along."""

    status: int
    kind: str
    detail: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """Where a server listens and to whom it answers. OptionError for what cannot be.

    `names` are host names by which it may be called beside its address and ``localhost``. A `token` is asked of every
    request, as ``Authorization: Bearer`` or as the password of HTTP's own login. Without one, an address that is not
    this machine's loopback needs `is_open`: everyone who reaches it can read the index.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    names: tuple[str, ...] = ()
    token: str | None = None
    is_open: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise OptionError(f"port cannot be {self.port}: ports go to 65535", option="port")
        if self.token is not None and not re.fullmatch(rf"[!-~]{{{_SHORTEST_TOKEN},}}", self.token):
            message = f"a token needs at least {_SHORTEST_TOKEN} characters, of ASCII and without blanks"
            raise OptionError(message, option="token")
        for name in self.names:
            if not _HOST_NAME.fullmatch(name):
                raise OptionError(f"{name!r} is no host name", option="names")
        if not (self.is_loopback or self.token or self.is_open):
            message = (
                f"{self.host} can be reached from other machines: give a token (--token-file FILE), "
                "or say --open if everyone who reaches it may read the index"
            )
            raise OptionError(message, option="host")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches the address."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def answers_to(self) -> frozenset[str]:
        """The host names that a request may name, as they stand in Host; addresses it may always name."""
        own = {"localhost", "127.0.0.1", "[::1]", *(name.lower() for name in self.names)}
        if self.host not in ("0.0.0.0", "::"):
            own.add(f"[{self.host}]" if ":" in self.host else self.host.lower())
        return frozenset(own)

    def url(self, port: int) -> str:
        """The address to go to."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{port}/"

    def refusal(self, scope: Mapping[str, Any]) -> Refusal | None:
        """Why an HTTP request (its ASGI scope) may not come in; None where it may."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        host = _without_port(headers.get(b"host", b"").decode("latin-1").lower())
        if host not in self.answers_to and not _is_address(host):
            return Refusal(421, "wrong-host", "this server does not answer to that name; --name NAME adds it")
        if headers.get(b"sec-fetch-site") == b"cross-site" and headers.get(b"sec-fetch-mode") != b"navigate":
            return Refusal(403, "cross-site", "another site's page may link here, and not more")
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        if origin and _without_port(origin.partition("://")[2]) not in self.answers_to | {host}:
            return Refusal(403, "cross-site", "another site's page may link here, and not more")
        if self.token is not None and not _holds(headers.get(b"authorization", b""), self.token):
            asks = ((b"www-authenticate", b'Bearer realm="newsidx"'), (b"www-authenticate", b'Basic realm="newsidx"'))
            return Refusal(401, "token", "this server asks for its token: Authorization: Bearer TOKEN", asks)
        return None


def _is_address(host: str) -> bool:
    """Whether it is an IP address: whoever calls the server by its address cannot have been led by a name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


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


def listening(door: Door) -> socket.socket:
    """A socket that listens at the door. UsageError where the address cannot be had."""
    family = socket.AF_INET6 if ":" in door.host else socket.AF_INET
    try:
        return socket.create_server((door.host, door.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(f"cannot listen on {door.host}, port {door.port}: {reason}") from error


@contextlib.contextmanager
def signals_end_it() -> Iterator[None]:
    """For a server that stops at SIGINT and SIGTERM and raises them again once it has: then nothing is left to do."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in handlers:
        signal.signal(number, lambda *_: None)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
