"""Runs the command line once: streams set up, a command called, every way that it can end turned into an exit code.

Errors are one line on standard error beginning with ``newsidx:``, or with ``--json`` a document on standard output.
The commands raise; nobody else prints errors.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
from collections.abc import Sequence
from typing import Any

from newsidx.cli import _exits
from newsidx.cli._screen import screen_on
from newsidx.errors import (
    CaptureError,
    IndexDamaged,
    IndexFault,
    IndexMissing,
    InternalError,
    NewsidxError,
    QuerySyntaxError,
    UnknownID,
    UsageError,
)
from newsidx.harmless import harmless, harmless_name

__all__ = ["main"]

_JSON_FLAGS = frozenset({"--json", "--jsonl"})

_COLLECT_AFTER = 200_000
"""New objects after which Python looks for cycles among them; 700 is its default. A search makes 55,000, nearly all of
them modules and classes, which stay. Not to look takes 5 % from the time of a cold one, and 12 % not to look when the
process ends (user and system time, medians of 15 runs)."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (that of the process, which then ends) and give its exit code."""
    if argv is not None:
        return _main(list(argv))
    gc.set_threshold(_COLLECT_AFTER)
    code = _main(sys.argv[1:])
    gc.freeze()  # what is left is left to the operating system
    return code


def _main(args: list[str]) -> int:
    _prepare_streams()
    wants_json = not _JSON_FLAGS.isdisjoint(args[: args.index("--")] if "--" in args else args)
    try:
        code = _run(args, wants_json)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
        return _exits.DONE
    except OSError as error:  # of a disk that is full
        _silence(sys.stdout)
        return _report(_Plain("system", f"standard output: {_describe(error)}"), False, _exits.WRONG)
    except KeyboardInterrupt:  # before or after the command itself
        return _report(_Plain("interrupted", "interrupted"), wants_json, _exits.INTERRUPTED)
    return code


def _run(args: list[str], wants_json: bool) -> int:
    from typer import TyperException

    from newsidx.cli._app import make_app
    from newsidx.cli._command import Interrupted, PipeClosed

    try:
        code = make_app().main(args or ["--help"], prog_name="newsidx", standalone_mode=False)
        if not args:
            return _exits.WRONG
        return code if isinstance(code, int) else _exits.DONE
    except Interrupted:
        return _report(_Plain("interrupted", "interrupted"), wants_json, _exits.INTERRUPTED)
    except PipeClosed:
        raise BrokenPipeError from None
    except NewsidxError as error:
        return _report(error, wants_json, _code_of(error))
    except TyperException as error:
        return _report_usage(error, wants_json)
    except SystemExit as end:
        return _exit_of(end)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _report(_Plain("system", _describe(error)), wants_json, _exits.WRONG)
    except Exception as error:  # noqa: BLE001 - the last door: whatever comes here is a bug, and is reported as one
        return _report_fault(error, wants_json)


def _prepare_streams() -> None:
    """A stream that is closed is one that nobody reads; text that an encoding lacks is escaped, never an error."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _silence(stream: Any) -> None:
    """Let what is still buffered go nowhere, also at the interpreter's end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


class _Plain(NewsidxError):
    """An error that is not of newsidx's own making, to be reported like one."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def _code_of(error: NewsidxError) -> int:
    if isinstance(error, InternalError):
        return _exits.FAULT
    if isinstance(error, CaptureError):
        return _exits.NOTHING
    return _exits.WRONG if isinstance(error, UsageError | IndexFault) else _exits.FAULT


def _report(error: NewsidxError, wants_json: bool, code: int, hint: str = "") -> int:
    if wants_json:
        from newsidx.cli._json import print_json
        from newsidx.wire import error_to_wire

        print_json(error_to_wire(error), is_line=True)
        return code
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    with contextlib.suppress(OSError, ValueError):  # standard error is closed: the code must do
        lines = [f"newsidx: {harmless_name(_said(error))}", *_pointers(error), *([hint] if hint else [])]
        sys.stderr.write("\n".join(lines) + "\n")
        sys.stderr.flush()
    return code


def _said(error: NewsidxError) -> str:
    """The error's line, with what helps who typed the command."""
    if isinstance(error, IndexMissing):
        return f"{error}; newsidx add PATH makes one"
    if isinstance(error, IndexDamaged) and "--repair" not in str(error):
        return f"{error}; newsidx check --repair repairs what can be"
    if isinstance(error, UnknownID) and error.matches:
        return f"{error}: {', '.join(match[:12] for match in error.matches)}"
    return str(error)


def _pointers(error: NewsidxError) -> list[str]:
    """Under a query's error the query, the place, and what would have been understood."""
    if not isinstance(error, QuerySyntaxError):
        return []
    from newsidx.cli._caret import caret_lines

    lines = caret_lines(error.text, error.start, error.end, screen_on(sys.stderr).width)
    return [*lines, f"  try: {harmless_name(error.suggestion)}"] if error.suggestion else lines


def _report_usage(error: Any, wants_json: bool) -> int:
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    lines = [harmless(line) for line in str(message).splitlines() if line.strip()]
    path = error.ctx.command_path if getattr(error, "ctx", None) is not None else "newsidx"
    text = " ".join(lines) or "wrong use"
    return _report(_Plain("usage", text), wants_json, _exits.WRONG, f"  {path} --help explains")


def _exit_of(end: SystemExit) -> int:
    """Typer's own exits, of which the only one left is that of a pipe that closed under its help."""
    if isinstance(end.__context__, BrokenPipeError):
        return _exits.DONE
    return end.code if isinstance(end.code, int) else _exits.DONE


def _describe(error: OSError) -> str:
    reason = error.strerror or type(error).__name__
    return f"{os.fsdecode(error.filename)}: {reason}" if isinstance(error.filename, str | bytes) else reason


def _report_fault(error: Exception, wants_json: bool) -> int:
    if os.environ.get("NEWSIDX_DEBUG"):
        import traceback

        traceback.print_exc()
    text = f"this is a fault of newsidx: {type(error).__name__}: {error}"
    hint = "  please report it, with what NEWSIDX_DEBUG=1 adds, at the project's issue tracker"
    return _report(_Plain("internal", text), wants_json, _exits.FAULT, hint)
