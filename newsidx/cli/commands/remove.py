"""``newsidx remove``: take articles out, after showing them and asking."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

import newsidx
from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._hits import headline_of, shown_moment, shown_path
from newsidx.cli._json import print_json
from newsidx.cli._options import IndexOption, JsonOption, WaitOption, open_index, say_waiting
from newsidx.cli._screen import Screen, Span, Styles, Text, is_terminal, joined, screen_on
from newsidx.cli._sizes import shown_count

__all__ = ["make"]

_MOST = 20
"""How many of the articles that would go are shown one by one."""


def remove(
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID|PATH", help="An article's ID or its beginning, or its capture's path."),
    ] = None,
    query: Annotated[
        str | None, typer.Option("--query", metavar="Q", help="Every article that matches this query.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    purge: Annotated[
        bool, typer.Option("--purge", help="Erase their text from the disk at once, not at some later merge.")
    ] = False,
    wait: WaitOption = None,
    as_json: JsonOption = False,
    index: IndexOption = None,
) -> int:
    r"""Take articles out of the index, with their duplicates and earlier versions. The captures are not touched.

    What would go is shown, and you are asked. It is remembered: the next add says "removed earlier" and passes the
    captures over, unless it is told --again.

    \b
    newsidx remove 3f2a9c04
    newsidx remove corpus/rt/mali.html --yes
    newsidx remove --query source:rt
    newsidx remove 3f2a9c04 --purge
    """
    if not targets and query is None:
        raise newsidx.UsageError("nothing to remove: give IDs, paths or --query")
    if not yes and (as_json or not is_terminal(sys.stdin)):
        raise newsidx.UsageError("there is nobody to ask whether to remove: look with newsidx search, then say --yes")
    with open_index(index) as idx:
        removal = idx.find_removal(*targets or (), query=query)
        screen = screen_on()
        if not as_json:
            _print_removal(screen, idx, removal)
        if removal.ids and (yes or _is_wanted(len(removal.articles))):
            whole_ids = [article.id for article in removal.articles]
            removed = idx.remove(*whole_ids, purge=purge, wait_seconds=wait, waiting=say_waiting)
        else:
            removed = None
    if as_json:
        from newsidx.wire import removal_to_wire

        print_json(removal_to_wire(removed or removal, removed=removed is not None))
    elif removed is not None:
        screen.print(f"removed {shown_count(len(removed.articles), 'article')}")
    else:
        screen.print("nothing removed")
    return _exits.NOTHING if removed is None else _exits.DONE


def _print_removal(screen: Screen, idx: newsidx.Index, removal: newsidx.Removal) -> None:
    for article in removal.articles[:_MOST]:
        paths: Sequence[str] = idx.paths(article.id)
        screen.print(Span(headline_of(article), Styles.HEADLINE))
        source = article.source.name or article.source.domain or "unknown source"
        facts: list[Text] = [source, shown_moment(article.published), Span(idx.short_id(article.id), Styles.NAME)]
        screen.print(*joined(facts), indent=2)
        for path in paths:
            screen.print(Span(shown_path(path), Styles.NAME, is_name=True), indent=2, is_wrapped=False)
    if len(removal.articles) > _MOST:
        screen.print(f"and {len(removal.articles) - _MOST} more")


def _is_wanted(count: int) -> bool:
    """Ask. No answer is no."""
    sys.stdout.flush()
    these = "this article" if count == 1 else f"these {count} articles"
    sys.stderr.write(f"Remove {these}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def make() -> Any:
    """The command."""
    return build(remove, name="remove")
