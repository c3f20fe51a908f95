"""The index as a server asks it: a few threads, a short queue, a time limit, and always the newest commit.

The engine's calls block, so they run in threads. A call that takes too long cannot be broken off; it keeps its thread
until it is done while the client is told, and what waits behind it is turned away once the queue is full.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
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
        # The thread tells the loop itself: a future of the executor wrapped as one of the loop's costs twice as much.
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_Answer] = loop.create_future()
        timer = loop.call_later(self.limits.seconds, _late, answer)
        try:
            self._threads.submit(self._work, work, loop, answer)
            return await answer
        finally:
            timer.cancel()

    def _work(
        self, work: Callable[[Index], _Answer], loop: asyncio.AbstractEventLoop, answer: asyncio.Future[_Answer]
    ) -> None:
        told: Callable[[], object] = _nothing
        try:
            if not answer.done():  # or who asked has been told that it took too long, or has gone
                self.index.refresh()
                told = partial(answer.set_result, work(self.index))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is for who asked
            told = partial(answer.set_exception, error)
        finally:
            with self._lock:
                self._asked -= 1
        if not loop.is_closed():
            loop.call_soon_threadsafe(_tell, answer, told)

    def close(self) -> None:
        """Wait for nothing: what runs runs out, what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _nothing() -> None:
    pass


def _tell(answer: asyncio.Future[_Answer], told: Callable[[], object]) -> None:
    if not answer.done():
        told()


def _late(answer: asyncio.Future[_Answer]) -> None:
    if not answer.done():
        answer.set_exception(TooLong())
