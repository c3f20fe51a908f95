"""``newsidx roots``: the folders that were added, and ``roots move`` for one that is elsewhere now."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from newsidx.cli import _exits
from newsidx.cli._command import HELP_NAMES, CliCommand, CliGroup, help_of
from newsidx.cli._json import print_json
from newsidx.cli._options import IndexOption, JsonOption, WaitOption, open_index, say_waiting
from newsidx.cli._screen import Span, Styles, screen_on
from newsidx.cli._sizes import shown_count

__all__ = ["make"]


def roots(ctx: typer.Context, as_json: JsonOption = False, index: IndexOption = None) -> int:
    r"""List the folders that were added, how many captures of each are in the index, and whether they are still there.

    \b
    newsidx roots
    newsidx roots move /media/old/news /media/new/news
    """
    if ctx.invoked_subcommand is not None:
        ctx.obj = index
        return _exits.DONE
    with open_index(index) as idx:
        infos = idx.roots()
    if as_json:
        from newsidx.wire import roots_to_wire

        print_json(roots_to_wire(infos))
        return _exits.DONE
    screen = screen_on()
    for info in infos:
        gone = [] if info.exists else [Span(" (not there now)", Styles.BAD)]
        count = shown_count(info.captures, "capture")
        screen.print(Span(info.path, Styles.NAME, is_name=True), f": {count}", *gone, hanging=2)
    if not infos:
        screen.print("no folder has been added")
    return _exits.DONE


def move(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The folder as newsidx roots lists it.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Where it is now.")],
    wait: WaitOption = None,
    index: IndexOption = None,
) -> int:
    r"""Say that a folder that was added is elsewhere now: its captures keep their IDs and are not read again.

    \b
    newsidx roots move /media/old/news /media/new/news
    """
    with open_index(index or ctx.obj) as idx:
        idx.move_root(old, new, wait_seconds=wait, waiting=say_waiting)
    screen_on().print(Span(old, Styles.NAME, is_name=True), " is now ", Span(new, Styles.NAME, is_name=True))
    return _exits.DONE


def make() -> Any:
    """The command and the one below it."""
    settings = {"help_option_names": HELP_NAMES}
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        cls=CliGroup,
        invoke_without_command=True,
        subcommand_metavar="[COMMAND ARGS...]",
    )
    app.callback(help=help_of(roots), context_settings=settings)(roots)
    app.command("move", cls=CliCommand, help=help_of(move), context_settings=settings)(move)
    group = typer.main.get_command(app)
    group.name = "roots"
    return group
