"""``newsidx merge``: one segment of all."""

from __future__ import annotations

from typing import Any

from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._json import print_json
from newsidx.cli._options import IndexOption, JsonOption, WaitOption, open_index, say_waiting
from newsidx.cli._screen import Span, Styles, screen_on
from newsidx.cli._sizes import shown_bytes, shown_count

__all__ = ["make"]


def merge(wait: WaitOption = None, as_json: JsonOption = False, index: IndexOption = None) -> int:
    r"""Make one segment of all, which is the smallest and fastest form, and erase from the disk what was removed.

    Adds merge by themselves as far as searches need it; this is for an index that will not grow for a while.

    \b
    newsidx merge
    newsidx merge --index archive
    """
    with open_index(index) as idx:
        before = idx.stats()
        after = idx.merge(wait_seconds=wait, waiting=say_waiting)
        path = idx.path
    if as_json:
        from newsidx.wire import stats_to_wire

        print_json(stats_to_wire(after, index=path))
        return _exits.DONE
    sizes = (f"{shown_count(each.segments, 'segment')}, {shown_bytes(each.size_bytes)}" for each in (before, after))
    screen_on().print(Span(path, Styles.NAME, is_name=True), ": ", " → ".join(sizes))
    return _exits.DONE


def make() -> Any:
    """The command."""
    return build(merge, name="merge")
