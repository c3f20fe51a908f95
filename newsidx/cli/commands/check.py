"""``newsidx check``: whether the index is whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

import newsidx
from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._json import print_json
from newsidx.cli._options import IndexOption, JsonOption, WaitOption, index_path, open_index, say_waiting
from newsidx.cli._screen import Screen, Span, Styles, screen_on
from newsidx.cli._sizes import shown_count

__all__ = ["make"]


def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Make what is damaged anew, of what is left of it and of the captures.")
    ] = False,
    wait: WaitOption = None,
    as_json: JsonOption = False,
    index: IndexOption = None,
) -> int:
    r"""Look for damage in the index: derive again from the stored articles what can be, and compare.

    With --repair, an index in which something is wrong is made anew in its place: of the articles that can be read of
    it, and where one cannot, of its capture, if that is still where it was. What is lost is told.

    \b
    newsidx check
    newsidx check --repair --index archive
    """
    if repair:
        return _repaired(index, wait, as_json)
    with open_index(index) as idx:
        problems = idx.check()
        path = idx.path
    code = _exits.WRONG if problems else _exits.DONE
    if as_json:
        from newsidx.wire import check_to_wire

        print_json(check_to_wire(problems, index=path))
        return code
    screen = screen_on()
    _print_problems(screen, problems)
    found = shown_count(len(problems), "problem") if problems else "nothing is wrong"
    advice = "; newsidx check --repair repairs what can be" if problems else ""
    screen.print(Span(path, Styles.NAME, is_name=True), f": {found}{advice}")
    return code


def _repaired(index: str | None, wait: float | None, as_json: bool) -> int:
    path = index_path(index)
    done = newsidx.repair(path, wait_seconds=wait, waiting=say_waiting)
    code = _exits.NOTHING if done.lost else _exits.DONE
    if as_json:
        from newsidx.wire import repair_to_wire

        print_json(repair_to_wire(done, index=path))
        return code
    screen = screen_on()
    _print_problems(screen, done.problems)
    _print_problems(screen, done.lost)
    if not done.problems:
        found = "nothing is wrong"
    else:
        again = f", {shown_count(done.read_again, 'capture')} read again" if done.read_again else ""
        lost = ", what is lost stands above" if done.lost else ", nothing lost"
        found = f"{shown_count(len(done.problems), 'problem')}; made anew{again}{lost}"
    screen.print(Span(path, Styles.NAME, is_name=True), f": {found}")
    return code


def _print_problems(screen: Screen, problems: Sequence[newsidx.Problem]) -> None:
    for problem in problems:
        screen.print(Span(problem.what, Styles.BAD, is_name=True), f": {problem.text}", hanging=2)


def make() -> Any:
    """The command."""
    return build(check, name="check")
