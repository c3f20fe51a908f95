"""In a process of its own: one of the segments that a commit of another process is made of.

Called by name (`newsidx.engine.seam.Hands`) with a folder whose lock the caller holds, so that the newest commit is
the one that it works on. The segment has a name that was never used, and is no part of the index until a commit
names it; where none does, the next commit takes it away.
"""

from __future__ import annotations

from pathlib import Path

from newsidx.engine.local._parts import Order, contents_for
from newsidx.engine.local._store import Store
from newsidx.engine.local._summary import Summary
from newsidx.engine.local._view import View

__all__ = ["build"]

_LAST: dict[str, View] = {}
"""The commit that was built upon last: its segments need not be opened again, nor asked again for words."""


def build(folder: str, order: Order) -> tuple[bytes, Summary]:
    """Make and sync the segment; its ID, and what it adds to the totals."""
    store = Store.open(Path(folder))
    view = _LAST[folder] = store.view(_LAST.pop(folder, None))
    contents, counted = contents_for(order, view)
    return store.put_by(contents), counted
