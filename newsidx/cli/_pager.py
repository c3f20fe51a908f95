"""Long text on a terminal goes through the reader's pager, all else straight to standard output."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys

from newsidx.cli._screen import is_terminal

__all__ = ["print_paged"]


def print_paged(text: str) -> None:
    """Print the text; on a terminal through $PAGER (else less), which may end early."""
    command = _pager() if is_terminal(sys.stdout) and is_terminal(sys.stdin) else None
    if command is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    environment = {"LESS": "FRX", "LESSCHARSET": "utf-8"} | os.environ  # as git: end where one screen is enough
    try:
        # The reader chose the pager, as a command line of a shell.
        pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    except OSError:
        sys.stdout.write(text)
        return
    try:
        pager.communicate(text.encode("utf-8", "backslashreplace"))
    except KeyboardInterrupt:
        pager.wait()  # Ctrl-C is the pager's to understand


def _pager() -> list[str] | None:
    """The pager's command, None for none."""
    chosen = os.environ.get("PAGER")
    if chosen is None:
        less = shutil.which("less")
        return [less, "-R"] if less else None
    try:
        command = shlex.split(chosen)
    except ValueError:
        return None
    return command if command and command != ["cat"] else None
