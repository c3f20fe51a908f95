"""Makes docs/cli.md from the commands themselves: ``python scripts/cli_docs.py``; with ``--check`` only compares.

A test compares too, so a command, an option or an exit code that is not documented cannot be released.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from newsidx.cli._app import COMMANDS, make_app
from newsidx.cli._command import CliGroup, records_of
from newsidx.cli._exits import codes_of
from newsidx.wire import HIT_FIELDS

TARGET = Path(__file__).resolve().parent.parent / "docs" / "cli.md"

INTRODUCTION = """\
<!-- Made by scripts/cli_docs.py from the commands themselves; change those. -->

# The command line

Every command explains itself: `newsidx COMMAND --help`. What a command can do, the [Python API](python.md) can do too.

**Which index.** `--index DIR`; else `NEWSIDX_INDEX`; else the nearest folder `index/` that is an index, in the working
directory or a folder above it; else `./index`. Only `add` makes an index, and only in a folder that is empty or not
there. No index is an error with exit code 2, never an empty result.

**For people and for programs.** On a terminal, text is wrapped to its width and coloured; elsewhere each paragraph is
one line without colour (`COLUMNS` wraps it, `--color always` colours it). `--json` prints one document a line (of a
search, one hit a line) and indents it on a terminal; its shape, which carries a `version`, is described in
`newsidx/wire.py`. With `--json`, an error is a document too, on standard output: `{"version": 1, "error": {"kind": …,
"message": …}}`, for an error in a query with `start` and `end`, its place in code points. Everything that is not a
result (progress, notes beside JSON Lines and CSV, errors) goes to standard error. A pipe that is closed early is no
error.

**Hostile text.** What captures, names and queries say is shown harmlessly: control characters and bytes that are no
text are spelled out (`\\x1b`), invisible characters and bidi controls are left out of text and spelled out in names,
text that runs from right to left is isolated. CSV cells that a spreadsheet would run get a leading apostrophe. JSON
holds everything, with special characters escaped.

**Environment.**

| variable | meaning |
|---|---|
| `NEWSIDX_INDEX` | the index, where `--index` is not given |
| `NEWSIDX_DEBUG` | where set, a fault of newsidx itself prints its traceback |
| `NO_COLOR` | where set, no colours |
| `PAGER` | what `show` on a terminal goes through; without it `less`; `cat` for none |
| `COLUMNS` | the width to wrap text to |

**Exit codes.** Each command lists its own; together they are:
"""


def _table(head: tuple[str, str], rows: list[tuple[str, str]]) -> Iterator[str]:
    yield f"| {head[0]} | {head[1]} |"
    yield "|---|---|"
    for left, right in rows:
        yield f"| {left} | {right} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*")


def _code(text: str) -> str:
    return f"`{text.replace('|', chr(92) + '|')}`"


def _exit_rows(command: str) -> list[tuple[str, str]]:
    return [(str(code), _cell(meaning)) for code, meaning in codes_of(command).items()]


def _help(command: Any) -> Iterator[str]:
    """The help text; a paragraph that keeps its lines becomes a block of code."""
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        keeps_lines, _, rest = paragraph.partition("\b\n")
        if rest and not keeps_lines:
            yield f"```sh\n{rest}\n```"
        else:
            yield " ".join(paragraph.split())
        yield ""


def _section(path: str, command: Any, ctx: Any) -> Iterator[str]:
    yield f"## {path}"
    yield ""
    yield f"`{path} {' '.join(command.collect_usage_pieces(ctx))}`"
    yield ""
    yield from _help(command)
    rows = [
        (_code(record.name), _cell(f"{record.help} ({record.extra})" if record.extra else record.help))
        for record in records_of(command, ctx)
    ]
    yield from _table(("argument or option", "meaning"), rows)
    yield from _table(("exit code", "meaning"), _exit_rows(path.partition(" ")[2]))


def _sections(path: str, command: Any, parent: Any = None) -> Iterator[str]:
    ctx = typer.Context(command, info_name=path.rpartition(" ")[2], parent=parent, help_option_names=["-h", "--help"])
    if parent is not None:
        yield from _section(path, command, ctx)
    if isinstance(command, CliGroup):
        for name in command.list_commands(ctx):
            yield from _sections(f"{path} {name}", command.get_command(ctx, name), ctx)


def document() -> str:
    """The whole text of docs/cli.md."""
    app = make_app()
    commands = [(f"[`newsidx {name}`](#newsidx-{name})", line) for name, line in COMMANDS.items()]
    lines = [
        INTRODUCTION,
        *_table(("exit code", "meaning"), _exit_rows("")),
        *_table(("command", "what it does"), commands),
        "`newsidx --version` prints the version; `newsidx --install-completion` teaches your shell to complete",
        "commands and options.",
        "",
        f"**Fields**, for `--fields`: {', '.join(f'`{name}`' for name in HIT_FIELDS)}.",
        "",
        *_sections("newsidx", app),
    ]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Write the file, or with ``--check`` say whether it is what it should be."""
    text = document()
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") == text:
            return 0
        print("docs/cli.md is stale: run python scripts/cli_docs.py", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
