"""``newsidx check``: whether the index is whole."""

from __future__ import annotations

from typing import Any

from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._json import print_json
from newsidx.cli._options import IndexOption, JsonOption, open_index
from newsidx.cli._screen import Span, Styles, screen_on
from newsidx.cli._sizes import shown_count

__all__ = ["make"]


def check(as_json: JsonOption = False, index: IndexOption = None) -> int:
    r"""Look for damage in the index: derive again from the stored articles what can be, and compare.

    \b
    newsidx check
    newsidx check --index archive
    """
    with open_index(index) as idx:
        problems = idx.check()
        path = idx.path
    code = _exits.WRONG if problems else _exits.DONE
    if as_json:
        from newsidx.wire import check_to_wire

        print_json(check_to_wire(problems, index=path))
        return code
    screen = screen_on()
    for problem in problems:
        screen.print(Span(problem.what, Styles.BAD, is_name=True), f": {problem.text}", hanging=2)
    found = shown_count(len(problems), "problem") if problems else "nothing is wrong"
    screen.print(Span(path, Styles.NAME, is_name=True), f": {found}")
    return code


def make() -> Any:
    """The command."""
    return build(check, name="check")
