"""JSON on standard output: always UTF-8, indented on a terminal, one document a line for programs."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable

from newsidx.cli._screen import is_terminal
from newsidx.wire import dumps

__all__ = ["json_indent", "print_json", "write_json_text"]


def json_indent() -> int | None:
    """The indentation of JSON: for people on a terminal, none for programs."""
    return 2 if is_terminal(sys.stdout) else None


def print_json(document: object, *, is_line: bool = False) -> None:
    """Print one document; on one line (`is_line`) also for people."""
    write_json_text([dumps(document, indent=None if is_line else json_indent()), "\n"])


def write_json_text(pieces: Iterable[str]) -> None:
    """Write the pieces of JSON text as they come."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # JSON has no other encoding (RFC 8259)
    sys.stdout.writelines(pieces)
