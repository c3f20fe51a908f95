"""Options that several commands share, and the index that they mean."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from newsidx.cli._screen import ColorWhen, note

if TYPE_CHECKING:
    from newsidx import Index
    from newsidx.model import Outcome

__all__ = [
    "ColorOption",
    "FormatOption",
    "IndexOption",
    "JsonOption",
    "WaitOption",
    "index_path",
    "open_index",
    "reporter",
    "say_waiting",
]

IndexOption = Annotated[
    str | None,
    typer.Option(
        "--index",
        metavar="DIR",
        envvar="NEWSIDX_INDEX",
        help="The index. Without it the nearest folder index/ that is one, here or in a folder above, else ./index.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON; an error is JSON too.")]
ColorOption = Annotated[
    ColorWhen, typer.Option("--color", help="Colours: auto is on a terminal, unless NO_COLOR is set.")
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="Whose JSON records of articles the files hold, where they do not tell: news-please, fundus, trafilatura.",
    ),
]
WaitOption = Annotated[
    float | None,
    typer.Option(
        "--wait",
        metavar="SECONDS",
        min=0,
        help="How long to wait for another newsidx that writes to the index; without it as long as it takes.",
    ),
]


def index_path(option: str | None) -> str:
    """The index's folder: the one that was named, else the nearest."""
    if option:
        return option
    from newsidx import find_index

    return str(find_index())


def open_index(option: str | None) -> Index:
    """The index, which must be there."""
    import newsidx

    return newsidx.open(index_path(option))


def say_waiting(pid: int | None) -> None:
    """Say that another writer is waited for."""
    who = f"another newsidx (process {pid})" if pid else "another newsidx"
    note(f"waiting for {who} to finish writing to the index")


@contextlib.contextmanager
def reporter(file: str | None) -> Iterator[Callable[[Outcome], object] | None]:
    """Writes each outcome to the file, where there is one."""
    if file is None:
        yield None
        return
    from newsidx.wire import dumps, outcome_to_wire

    with open(file, "w", encoding="utf-8") as stream:
        yield lambda outcome: stream.write(dumps(outcome_to_wire(outcome)) + "\n")
