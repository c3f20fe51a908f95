"""The index as a server asks it: a few threads, a short queue, a time limit, and always the newest commit.

The engine's calls block, so they run in threads. A call that takes too long cannot be broken off; it keeps its thread
until it is done while the client is told, and what waits behind it is turned away once the queue is full.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from newsidx.api import Index
from newsidx.server._options import Limits

__all__ = ["Desk", "TooBusy", "TooLong"]

_Answer = TypeVar("_Answer")


class TooBusy(Exception):
    """More requests are waiting than may."""


class TooLong(Exception):
    """The answer was not there in time."""


class Desk:
    """Asks one index for all requests of a server."""

    def __init__(self, index: Index, limits: Limits) -> None:
        self.index = index
        self.limits = limits
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="newsidx")
        self._lock = threading.Lock()
        self._asked = 0

    async def ask(self, work: Callable[[Index], _Answer]) -> _Answer:
        """What `work` makes of the index as last committed. TooBusy, TooLong, and whatever it raises."""
        if self._asked >= self.limits.threads + self.limits.waiting:
            raise TooBusy
        with self._lock:
            self._asked += 1
        future = self._threads.submit(self._work, work)
        future.add_done_callback(self._done)  # in its thread: to wake the loop for it would cost more
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            raise TooLong from None

    def _work(self, work: Callable[[Index], _Answer]) -> _Answer:
        self.index.refresh()
        return work(self.index)

    def _done(self, _: object) -> None:
        with self._lock:
            self._asked -= 1

    def close(self) -> None:
        """Wait for nothing: what runs runs out, what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)
