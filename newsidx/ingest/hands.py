"""Work of a commit, and of articles made in memory, in processes of its own (`newsidx.engine.seam.Hands`).

A `Pool` like that for captures, since those are in the middle of reading when a commit is due. What one of them cannot
do, for whatever reason, whoever asked does himself: he comes to the same, or to the error that says why not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any

from newsidx.ingest.pool import Pool, Task
from newsidx.ingest.reader import Reading
from newsidx.ingest.worker import resolve
from newsidx.model import Hint

__all__ = ["Helpers", "run"]

_RUN = "newsidx.ingest.hands:run"
_LIMIT_SECONDS = 600.0
_COST = (_LIMIT_SECONDS, 2 << 30)
"""What a task may take before it is given up, in seconds and bytes: a hundred times what a segment takes, and eight."""


class Helpers:
    """Up to `jobs` processes that are started when there is something for them to do; a context manager."""

    def __init__(self, jobs: int, *, worker_bytes: int) -> None:
        self.jobs = jobs
        self._worker_bytes = worker_bytes
        self._pool: Pool | None = None

    def __enter__(self) -> Helpers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.close()

    def run(self, function: str, orders: Sequence[tuple[object, ...]]) -> list[Any]:
        if self._pool is None:
            self._pool = Pool(self.jobs, time_limit_seconds=_LIMIT_SECONDS, worker_bytes=self._worker_bytes)
        results: list[Any] = [None] * len(orders)
        if self._pool.jobs:
            tasks = (Task("", reader=_RUN, args=(function, order), cost=_COST, tag=i) for i, order in enumerate(orders))
            for task, reading in self._pool.map_unordered(tasks):
                if isinstance(task.tag, int) and reading.status == "ok":
                    results[task.tag] = reading.found
        return results


def run(path: str, *, hints: Iterable[Hint] = (), expect_sha: str | None = None, args: tuple[Any, ...]) -> Reading:
    """What a worker does for `Helpers.run`; whatever it raises is the worker's to tell."""
    function, order = args
    return Reading("ok", found=resolve(function)(*order))
