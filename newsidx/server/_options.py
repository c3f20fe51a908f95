"""How a server is set up: its door, and what one request may ask for."""

from __future__ import annotations

from dataclasses import dataclass, field

from newsidx.doors import Door

__all__ = ["Limits", "ServeOptions"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for, and all of them together.

    `threads` searches run at once (the engine's readers take turns, so that a few keep it busy while others read and
    write JSON), `waiting` requests more may wait; a request that has not been answered after `seconds` is told so.
    """

    hits: int = 1000
    query_bytes: int = 16_000
    threads: int = 4
    waiting: int = 64
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """`log_requests` writes a line for each to standard error; their addresses hold what was searched for."""

    door: Door = field(default_factory=Door)
    log_requests: bool = False
    limits: Limits = field(default_factory=Limits)
