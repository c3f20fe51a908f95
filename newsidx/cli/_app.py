"""The commands by name, each loaded when it is called. Leaves running one, and its errors, to `_run`."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated, Any

import typer

from newsidx import __version__
from newsidx.cli._command import HELP_NAMES, CliGroup, help_of

__all__ = ["COMMANDS", "make_app"]

COMMANDS: dict[str, str] = {
    "add": "Put captures into the index.",
    "search": "Find articles.",
    "suggest": "Complete a word from the index.",
    "why": "Say why a search finds an article, or why it does not.",
    "show": "Print one article to read.",
    "parse": "Show what would be extracted from a capture, and why.",
    "reparse": "Read the captures of the index again.",
    "stats": "Count what is in the index.",
    "check": "Look for damage in the index.",
    "remove": "Take articles out of the index.",
    "merge": "Make one segment of the index, and erase what was removed.",
    "rebuild": "Make a new index of the articles stored in one.",
    "serve": "Serve a page to search with, and an HTTP API.",
    "mcp": "Serve the index to language models.",
    "roots": "List the folders that were added, or say that one has moved.",
}
"""Each command in the order of help, with its one line. The module ``commands.NAME`` makes it with ``make()``."""


class _Commands(CliGroup):
    """All commands, none of them loaded until it is wanted."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command with this name, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = import_module(f"newsidx.cli.commands.{cmd_name}").make()
        return self.commands[cmd_name]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the arguments call; the error for an unknown one says what to type."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, COMMANDS, n=1)
            advice = f"did you mean {near[0]!r}?" if near else f"to search, type: newsidx search {name}"
            ctx.fail(f"there is no command {name!r}; {advice}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands with their lines, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(value: bool) -> None:
    if value:
        sys.stdout.write(f"newsidx {__version__}\n")
        raise typer.Exit


def make_app() -> Any:
    """The whole command line."""
    app = typer.Typer(
        name="newsidx",
        cls=_Commands,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": HELP_NAMES},
    )

    def newsidx(
        _version: Annotated[
            bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
        ] = False,
    ) -> None:
        r"""A search engine for news captures.

        \b
        newsidx add corpus/                        puts a folder of captures into ./index
        newsidx search peacekeepers withdrawal     finds articles in it
        newsidx show 3f2a9c04                      prints one, by its ID
        newsidx COMMAND --help                     explains a command
        """

    app.callback(help=help_of(newsidx))(newsidx)
    return typer.main.get_command(app)
