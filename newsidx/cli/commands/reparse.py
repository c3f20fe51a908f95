"""``newsidx reparse``: read again what is in the index, with the readers and the memory of today."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

import newsidx
from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._json import print_json
from newsidx.cli._options import IndexOption, JsonOption, WaitOption, open_index, reporter, say_waiting
from newsidx.cli._progress import ProgressLine
from newsidx.cli._screen import note, screen_on
from newsidx.cli._sizes import shown_count

__all__ = ["make"]


def reparse(  # noqa: PLR0913, PLR0917 - a parameter an option
    stale: Annotated[
        bool,
        typer.Option("--stale", help="Only captures that were read with other readers or another memory than today's."),
    ] = False,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="NAME", help="Only of this outlet, named whole, or by its domain."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="N", min=1, help="How many processes read captures; without it one a core."),
    ] = None,
    wait: WaitOption = None,
    as_json: JsonOption = False,
    report_file: Annotated[
        str | None,
        typer.Option("--report", metavar="FILE", help="Write what became of each capture to FILE, as JSON Lines."),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")] = False,
    index: IndexOption = None,
) -> int:
    r"""Read the captures of the index again: what newsidx has learnt since of their outlets' pages makes them better.

    An add reads pages with what it knows of the templates of their outlets; the first ones are read without. This
    brings all up to the same knowledge, so that it does not matter any more in which order they were added. Captures
    that are gone keep their articles, and are listed. What is interrupted is continued with --stale.

    \b
    newsidx reparse
    newsidx reparse --stale
    newsidx reparse --source rt.com --dry-run
    """
    with open_index(index) as idx, reporter(report_file) as tell:
        progress = ProgressLine(sys.stderr)
        try:
            report = idx.reparse(
                stale=stale,
                source=tuple(source or ()),
                dry_run=dry_run,
                jobs=jobs,
                wait_seconds=wait,
                progress=None if quiet else progress.update,
                report=tell,
                waiting=None if quiet else say_waiting,
            )
        except newsidx.AddInterrupted as interrupted:
            report = interrupted.report
        progress.clear()
        place = os.path.abspath(idx.path)
    if as_json:
        from newsidx.wire import report_to_wire

        print_json(report_to_wire(report, index=place, created=False))
    elif not quiet:
        from newsidx.cli._summary import print_reparse_summary

        print_reparse_summary(screen_on(), report)
    if report.interrupted:
        lost = f" ({shown_count(report.uncommitted, 'capture')} more had been read)" if report.uncommitted else ""
        note(f"interrupted: what was committed stays{lost}; newsidx reparse --stale goes on from there")
        return _exits.INTERRUPTED
    return _exits.NOTHING if report.failed else _exits.DONE


def make() -> Any:
    """The command."""
    return build(reparse, name="reparse")
