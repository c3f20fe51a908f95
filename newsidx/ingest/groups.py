"""Which captures are one article, which of them is searched: a pure function of what the captures are.

Captures of one URL form a group; so do the former and the present bytes of one path. In a group, captures with the
same article text are duplicates: the first of them stands in the index. The texts that are left are versions: the
newest is searched. Nothing here depends on how many workers read the captures or in which order they came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from newsidx.ingest.ledger import CaptureRow

__all__ = ["arrange"]

_UNKNOWN = float("-inf")


def arrange(rows: Mapping[str, CaptureRow], path_of: Callable[[str], str] = str) -> dict[str, CaptureRow]:
    """The same captures, by ID, with `duplicate_of` and `is_earlier` decided. `path_of` tells the path of a path key,
    whose root's number depends on the order of adding.

    First among duplicates: what still has a path before what has none, then the add that brought it, then capture
    time (unknown last), then path. Newest among versions: what still has a path, then a whole text before a paywall's
    stub (which shall not hide it), then capture time (unknown before known), then the page's own modification and
    publication time, then the run in which it was superseded, then the add, then path.
    """
    texts: dict[str, list[str]] = {}
    for id_ in sorted(rows):
        texts.setdefault(rows[id_].digest, []).append(id_)
    first = {digest: min(ids, key=lambda id_: _age(rows[id_], id_, path_of)) for digest, ids in texts.items()}
    newest = max(texts, key=lambda digest: max(_rank(rows[id_], id_, path_of) for id_ in texts[digest]), default=None)
    return {
        id_: replace(
            row,
            duplicate_of=None if first[row.digest] == id_ else first[row.digest],
            is_earlier=row.digest != newest,
        )
        for id_, row in rows.items()
    }


def _age(row: CaptureRow, id_: str, path_of: Callable[[str], str]) -> tuple[bool, int, float, list[str], str]:
    captured = row.times[0]
    return not row.paths, row.run, float("inf") if captured is None else captured, _paths(row, path_of), id_


def _rank(
    row: CaptureRow, id_: str, path_of: Callable[[str], str]
) -> tuple[bool, bool, tuple[float, ...], int, int, list[str], str]:
    times = tuple(_UNKNOWN if time is None else time for time in row.times)
    return bool(row.paths), not row.is_stub, times, row.superseded, row.run, _paths(row, path_of), id_


def _paths(row: CaptureRow, path_of: Callable[[str], str]) -> list[str]:
    return sorted(map(path_of, row.paths))
