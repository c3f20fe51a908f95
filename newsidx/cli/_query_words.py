"""The words of a command line that are a query: told from options, or read from standard input."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence
from typing import Any

import newsidx
from newsidx.cli._command import CliCommand

__all__ = ["QueryCommand", "as_typed", "is_from_stdin", "query_text"]

_STDIN_LIMIT = 1_000_000
"""Characters read of a query on standard input; the query language's own limit is lower, and names itself."""
_ALIKE = 0.8
"""From which likeness on (difflib's ratio) an unknown ``--word`` is an option misspelt: ``--limt`` has 0.92."""

_FROM_STDIN = "newsidx.from_stdin"


class QueryCommand(CliCommand):
    """Takes for query whatever begins with a hyphen and is no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Sort the arguments into options and words of the query; Typer reads the options."""
        options, words, is_literal = _sorted_arguments(args, self._takes_value(ctx))
        words = list(map(as_typed, words))
        ctx.meta[_FROM_STDIN] = words == ["-"] and not is_literal
        return super().parse_args(ctx, [*options, "--", *words])

    def _takes_value(self, ctx: Any) -> dict[str, bool]:
        return {
            name: not getattr(param, "is_flag", False)
            for param in self.get_params(ctx)
            if param.param_type_name == "option"
            for name in param.opts
        }


def _sorted_arguments(args: Sequence[str], takes_value: dict[str, bool]) -> tuple[list[str], list[str], bool]:
    """The arguments that are options (with their values), those that are query, and whether ``--`` set words apart."""
    options: list[str] = []
    words: list[str] = []
    rest = iter(args)
    for argument in rest:
        name, equals, _ = argument.partition("=")
        if argument == "--":
            words += rest
            return options, words, True
        if argument in takes_value:
            options.append(argument)
            if takes_value[argument]:
                options += next(([value] for value in rest), [])
        elif (equals and name.startswith("--") and name in takes_value) or _is_short_number(argument):
            options.append(argument)
        elif argument.startswith("--") and (near := difflib.get_close_matches(name, takes_value, 1, _ALIKE)):
            raise newsidx.UsageError(f"there is no option {name}; did you mean {near[0]}? Words to search go after --")
        else:
            words.append(argument)
    return options, words, False


def as_typed(word: str) -> str:
    """The word as its bytes say in UTF-8, where the locale's encoding could not read them (ASCII, as in LC_ALL=C with
    Python's UTF-8 mode off). Only of words: the path of an index must stay as Python has it."""
    if word.isascii() or not any("\udc80" <= char <= "\udcff" for char in word):
        return word
    try:
        return os.fsencode(word).decode("utf-8")
    except UnicodeError:
        return word


def _is_short_number(argument: str) -> bool:
    return argument.startswith("-n") and argument[2:].isdecimal()


def is_from_stdin(ctx: Any) -> bool:
    """Whether the one word of the query is a hyphen, for standard input."""
    return bool(ctx.meta[_FROM_STDIN])


def query_text(words: Sequence[str], *, from_stdin: bool) -> str:
    """The query: these words, or what standard input holds."""
    if not from_stdin:
        return " ".join(words)
    stream = getattr(sys.stdin, "buffer", None)
    data = stream.read(_STDIN_LIMIT) if stream is not None else sys.stdin.read(_STDIN_LIMIT).encode()
    return data.decode("utf-8-sig", "surrogateescape").rstrip("\r\n")
