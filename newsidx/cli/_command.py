"""What a command of ours is to Typer: values read without pydantic, help in one plain layout, errors as ours.

Typer builds commands from functions, and would read each option's value through pydantic, whose import costs more
than a whole search; `_Plain` reads the few types that our options have instead. `CliCommand` is the class of all
commands, `records_of` the one account of their options that help and documentation share.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from newsidx.cli._exits import codes_of
from newsidx.frozen import dataclass

__all__ = [
    "HELP_NAMES",
    "CliCommand",
    "CliGroup",
    "Interrupted",
    "PipeClosed",
    "Record",
    "build",
    "help_of",
    "records_of",
    "summary_of",
]

HELP_NAMES = ["-h", "--help"]
_NAME_COLUMNS = 26
"""Columns of an option's name in help; longer names stand on a line of their own."""


class Interrupted(Exception):
    """Ctrl-C, out of Typer's reach."""


class PipeClosed(Exception):
    """Whoever read our output has gone, which is no error; out of Typer's reach."""


class _Plain:
    """Reads the values of one parameter: str, int, float, a Literal, or a list of one of these."""

    def __init__(self, annotation: Any, low: float | None, high: float | None) -> None:
        self._type = get_args(annotation)[0] if get_origin(annotation) is list else annotation
        self._choices = get_args(self._type) if get_origin(self._type) is Literal else ()
        self._low = low
        self._high = high

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """As Typer's own: None stays, several values are a list."""
        if param.multiple or param.nargs == -1:
            return [] if value is None else [self._one(item, param, ctx) for item in value]
        return None if value is None else self._one(value, param, ctx)

    def _one(self, value: Any, param: Any, ctx: Any) -> Any:
        if self._choices:
            if value not in self._choices:
                raise typer.BadParameter(f"{value!r} is none of {', '.join(self._choices)}.", ctx=ctx, param=param)
            return value
        if self._type not in (int, float):
            return value
        try:
            number = self._type(value)
        except ValueError:
            kind = "a whole number" if self._type is int else "a number"
            raise typer.BadParameter(f"{value!r} is not {kind}.", ctx=ctx, param=param) from None
        if not (self._low is None or number >= self._low) or not (self._high is None or number <= self._high):
            limits = f"at least {self._low}" if self._high is None else f"from {self._low} to {self._high}"
            raise typer.BadParameter(f"{value} is not {limits}.", ctx=ctx, param=param)
        return number


def _read_plainly(params: list[Any]) -> list[Any]:
    for param in params:
        if getattr(param, "_runtime_param", None) is None:
            info = param.type_descriptor.parameter_info
            param._runtime_param = _Plain(param.type_descriptor.annotation, info.min, info.max)
    return params


@dataclass(frozen=True, slots=True)
class Record:
    """An argument or option as help and documentation show it."""

    name: str
    is_argument: bool
    help: str
    extra: str
    """Its default, environment variable and the like; may be empty."""


def _record(param: Any) -> Record:
    is_argument = isinstance(param, TyperArgument)
    metavar = param.metavar or ""
    if not is_argument and not metavar and not param.is_flag:
        choices = get_args(param.type_descriptor.annotation)
        metavar = "|".join(map(str, choices)) if choices else param.name.upper()
    if is_argument and param.nargs == -1:
        metavar += "..."
    name = metavar if is_argument else ", ".join(sorted(param.opts, key=len)) + (f" {metavar}" if metavar else "")
    extra = []
    if param.envvar:
        extra.append(f"or {param.envvar} in the environment")
    if param.default not in (None, False, [], ()) and not isinstance(param.default, bool):
        extra.append(f"default: {param.default}")
    if getattr(param, "multiple", False):
        extra.append("may be given several times")
    return Record(name, is_argument, param.help or "", "; ".join(extra))


def records_of(command: Any, ctx: Any) -> list[Record]:
    """The arguments and options of a command, in the order of help."""
    return [_record(param) for param in command.get_params(ctx) if not param.hidden]


def _write_options(command: Any, ctx: Any, formatter: Any) -> None:
    records = records_of(command, ctx)
    for title, is_argument in (("Arguments", True), ("Options", False)):
        rows = [
            (record.name, f"{record.help} [{record.extra}]" if record.extra else record.help)
            for record in records
            if record.is_argument == is_argument
        ]
        if rows:
            with formatter.section(title):
                formatter.write_dl(rows, col_max=_NAME_COLUMNS)


def _write_exits(command: Any, ctx: Any, formatter: Any) -> None:
    path = ctx.command_path.partition(" ")[2]
    with formatter.section("Exit codes"):
        formatter.write_dl([(str(code), meaning) for code, meaning in codes_of(path).items()], col_max=_NAME_COLUMNS)


def _usage_pieces(command: Any, ctx: Any) -> list[str]:
    pieces = ["[OPTIONS]"]
    for param in command.get_params(ctx):
        if isinstance(param, TyperArgument):
            name = _record(param).name
            pieces.append(name if param.required else f"[{name}]")
    return pieces


class CliCommand(TyperCommand):
    """A command: plain values, our help."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, read plainly."""
        return _read_plainly(super().get_params(ctx))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What stands after the command's name in the line of its usage."""
        return _usage_pieces(self, ctx)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The arguments, options and exit codes, for help."""
        _write_options(self, ctx, formatter)
        _write_exits(self, ctx, formatter)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; Typer would turn an interrupt and a closed pipe into exits of its own."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted from None
        except BrokenPipeError:
            raise PipeClosed from None


class CliGroup(TyperGroup):
    """A command that has commands below it."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, read plainly."""
        return _read_plainly(super().get_params(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The options, commands and exit codes, for help."""
        _write_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)
        _write_exits(self, ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands below this one, each with the first sentence of its help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary_of(self.get_command(ctx, name))) for name in self.list_commands(ctx)])

    def invoke(self, ctx: Any) -> Any:
        """As `CliCommand.invoke`."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted from None
        except BrokenPipeError:
            raise PipeClosed from None


def help_of(function: Callable[..., object]) -> str:
    r"""A command's help: its docstring, in which a line ``\b`` begins a paragraph that keeps its lines."""
    return inspect.cleandoc(function.__doc__ or "").replace("\\b", "\b")


def summary_of(command: Any) -> str:
    """The first paragraph of a command's help, on one line."""
    return " ".join(inspect.cleandoc(command.help or "").partition("\n\n")[0].split())


def build(function: Callable[..., int], *, name: str, cls: type[CliCommand] = CliCommand) -> Any:
    """The command made of one function: its parameters are the options, its docstring the help."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=cls, help=help_of(function), context_settings={"help_option_names": HELP_NAMES})(function)
    return typer.main.get_command(app)
