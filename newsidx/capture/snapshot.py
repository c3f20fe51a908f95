"""What ArchiveBox knows of the files in a snapshot's folder: one page in several forms (SingleFile, DOM, …).

``archive/TIMESTAMP/index.json`` holds the page's address and when each form was made; of these forms only some tell it
themselves. With the address told, all of them are one article: equal texts as duplicates, others as versions. The
snapshot's own ``index.html`` is an overview, and gets no hints. Called by `sidecar`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any

from newsidx.capture.files import read_stored
from newsidx.capture.saved import unwrapped
from newsidx.errors import CaptureFailed
from newsidx.model import Hint, Moment

__all__ = ["snapshot_hints"]

_FOLDER = re.compile(r"\d{9,11}(?:\.\d{1,9})?")
_LEVELS = 3
_LIMIT_BYTES = 1024 * 1024


def snapshot_hints(path: str) -> tuple[Hint, ...]:
    """The address and the time of a file in such a folder (evidence ``sidecar``); none for any other file."""
    folder = os.path.dirname(path)
    for level in range(_LEVELS):
        if _FOLDER.fullmatch(os.path.basename(folder)):
            if level == 0 and os.path.basename(path).lower() == "index.html":
                return ()
            return tuple(_hints(os.path.join(folder, "index.json")))
        folder = os.path.dirname(folder)
    return ()


def _hints(location: str) -> Iterator[Hint]:
    try:
        value: Any = json.loads(read_stored(location, limit_bytes=_LIMIT_BYTES))
    except (CaptureFailed, ValueError, RecursionError):
        return
    if not isinstance(value, dict) or not isinstance(value.get("url"), str) or "timestamp" not in value:
        return
    url, _ = unwrapped(value["url"])
    if url is not None:
        yield Hint("url", url, "sidecar")
    times = sorted(_times(value.get("history")), key=Moment.sort_key)
    if times:
        yield Hint("captured", str(times[0]), "sidecar")


def _times(history: Any) -> Iterator[Moment]:
    """When the forms were made."""
    for results in history.values() if isinstance(history, dict) else ():
        for result in results if isinstance(results, list) else ():
            text = result.get("start_ts") if isinstance(result, dict) else None
            if isinstance(text, str):
                try:
                    yield Moment.parse(text)
                except ValueError:
                    continue
