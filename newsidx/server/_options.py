"""How a server is set up, refused when it cannot be: an address that others reach asks for a token, or for a yes."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from newsidx.errors import OptionError

__all__ = ["LIMITS", "Limits", "ServeOptions"]

_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?", re.IGNORECASE)
_SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for, and all of them together.

    `threads` searches run at once (the engine's readers take turns, so that a few keep it busy while others wait for
    the disk), `waiting` requests more may wait; a request that has not been answered after `seconds` is told so.
    """

    hits: int = 1000
    articles_out: int = 200
    query_bytes: int = 16_000
    threads: int = 4
    waiting: int = 64
    seconds: float = 10.0


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ServeOptions:
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
    log_requests: bool = False
    limits: Limits = LIMITS

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise OptionError(f"port cannot be {self.port}: ports go to 65535", option="port")
        if self.token is not None and (len(self.token) < _SHORTEST_TOKEN or not self.token.isascii()):
            message = f"a token needs at least {_SHORTEST_TOKEN} characters, of ASCII"
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
        """The host names that a request may name; any other is another site's attempt to be taken for this one."""
        own = {"localhost", "127.0.0.1", "[::1]", *(name.lower() for name in self.names)}
        if self.host not in ("0.0.0.0", "::"):
            own.add(f"[{self.host}]" if ":" in self.host else self.host.lower())
        return frozenset(own)
