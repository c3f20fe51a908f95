"""Options of the commands that listen, and the line for an extra that is not installed."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from newsidx.doors import Door
from newsidx.errors import UsageError

__all__ = ["HostOption", "NameOption", "OpenOption", "TokenOption", "door", "needs_extra", "say"]

_LONGEST_TOKEN_FILE = 10_000

HostOption = Annotated[
    str,
    typer.Option(
        "--host", metavar="ADDRESS", help="Where to listen. Any address but loopback needs --token-file or --open."
    ),
]
NameOption = Annotated[
    list[str] | None,
    typer.Option("--name", metavar="HOST", help="A host name to answer to beside localhost and the address."),
]
TokenOption = Annotated[
    str | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        help="Ask every request for the token in this file: as Authorization: Bearer, or as a browser's password.",
    ),
]
OpenOption = Annotated[bool, typer.Option("--open", help="Answer without a token to everyone who reaches the address.")]


def door(host: str, port: int, names: list[str] | None, token_file: str | None, is_open: bool) -> Door:
    """The door that the options mean. UsageError for a file that holds no token."""
    token = None
    if token_file is not None:
        with open(token_file, encoding="utf-8", errors="replace") as file:
            token = file.read(_LONGEST_TOKEN_FILE).strip()
        if not token:
            raise UsageError(f"{token_file} holds no token")
    return Door(host, port, tuple(names or ()), token, is_open)


@contextlib.contextmanager
def needs_extra(name: str, *packages: str) -> Iterator[None]:
    """Say in one line which extra a command needs, where one of its packages is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in packages:
            raise
        message = f"this command needs the extra {name}: pip install 'newsidx[{name}]' ({error.name} is missing)"
        raise UsageError(message) from None


def say(text: str) -> None:
    """A line on standard error, at once."""
    sys.stderr.write(f"newsidx: {text}\n")
    sys.stderr.flush()
