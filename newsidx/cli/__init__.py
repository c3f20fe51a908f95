"""The command line: a front end over `newsidx.api` that reads arguments, prints, and ends with an exit code.

It has no power of its own: whatever a command does, the API does. Nothing is imported here but what every command
needs; each command's module is imported when that command is called.
"""

from __future__ import annotations

from newsidx.cli._run import main

__all__ = ["main"]
