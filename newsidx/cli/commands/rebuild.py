"""``newsidx rebuild``: a new index of the articles stored in one."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import newsidx
from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._json import print_json
from newsidx.cli._options import IndexOption, JsonOption, index_path
from newsidx.cli._screen import Span, Styles, screen_on
from newsidx.cli._sizes import shown_bytes, shown_count

__all__ = ["make"]


def rebuild(
    new: Annotated[str, typer.Argument(metavar="NEW", help="The folder for the new index: empty, or not there yet.")],
    as_json: JsonOption = False,
    index: IndexOption = None,
) -> int:
    r"""Make a new index in NEW of the articles stored in one. The captures are not needed, and the old index serves on.

    This is for an index of an older newsidx, whose words were split by other rules, so that it cannot be searched any
    more. When the new one is there, put it in the old one's place.

    \b
    newsidx rebuild index-new
    newsidx rebuild archive-new --index archive
    """
    path = index_path(index)
    newsidx.rebuild(path, new)
    with newsidx.open(new) as idx:
        made = idx.stats()
    if as_json:
        from newsidx.wire import stats_to_wire

        print_json(stats_to_wire(made, index=new))
        return _exits.DONE
    count = made.articles + made.earlier
    found = f"{shown_count(count, 'article')} of {path}, {shown_bytes(made.size_bytes)}"
    screen_on().print(Span(new, Styles.NAME, is_name=True), f": {found}")
    return _exits.DONE


def make() -> Any:
    """The command."""
    return build(rebuild, name="rebuild")
