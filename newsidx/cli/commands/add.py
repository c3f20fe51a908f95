"""``newsidx add``: captures into the index, with a progress bar, a summary and, if wanted, a report of outcomes."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from typing import Annotated, Any

import typer

import newsidx
from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._json import print_json
from newsidx.cli._options import FormatOption, IndexOption, JsonOption, WaitOption, index_path, reporter, say_waiting
from newsidx.cli._progress import ProgressLine
from newsidx.cli._screen import Span, note, screen_on
from newsidx.cli._sizes import shown_count
from newsidx.model import AddReport, Hint
from newsidx.options import AddOptions

__all__ = ["make"]


def add(  # noqa: PLR0913, PLR0917 - a parameter an option
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Captures, and folders of them.")],
    include: Annotated[
        list[str] | None, typer.Option("--include", metavar="GLOB", help="Only files that match: *.html, 2023/**.")
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option("--exclude", metavar="GLOB", help="No files or folders that match.")
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace", help="Where a file's text has changed, do not keep the former article as an earlier version."
        ),
    ] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Take out what is gone from the given folders.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also what was removed earlier or cost too much.")] = False,
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="The outlet, where the captures do not say.")
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            "--url", metavar="URL", help="The page's address, where the capture does not say; of one capture."
        ),
    ] = None,
    captured: Annotated[
        str | None,
        typer.Option("--captured", metavar="DATE", help="When they were captured, where they do not say: 2023-07-01."),
    ] = None,
    path_pattern: Annotated[
        str | None,
        typer.Option(
            "--path-pattern",
            metavar="PATTERN",
            help="What the paths below PATH say, e.g. {source}/{captured:%Y-%m-%d}/* (quote it for the shell).",
        ),
    ] = None,
    format_: FormatOption = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="N", min=1, help="How many processes read captures; without it one a core."),
    ] = None,
    memory: Annotated[
        int,
        typer.Option("--memory", metavar="MB", min=512, help="About how much memory all processes together may take."),
    ] = 1024,
    wait: WaitOption = None,
    as_json: JsonOption = False,
    report_file: Annotated[
        str | None,
        typer.Option("--report", metavar="FILE", help="Write what became of each capture to FILE, as JSON Lines."),
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")] = False,
    index: IndexOption = None,
) -> int:
    r"""Put captures into the index: saved pages (HTML, MHTML, web archives), mails and plain-text dumps, also gzipped,
    in files or whole folders; and what is in WARC, WET, WACZ, ARC and HAR files, in feeds, in mailboxes and in JSON
    Lines of articles.

    The first add makes the index. A capture that has not changed is not read again; one that cannot be read is told
    of, and stops no other. What is interrupted goes on where it was when it is run again.

    \b
    newsidx add corpus/
    newsidx add corpus/ extra/page.html --index archive
    newsidx add corpus/ --prune
    newsidx add dumps/ --source RT --captured 2023-07-01
    newsidx add mirror/ --path-pattern "{source}/{captured:%Y-%m-%d}/*"
    newsidx add corpus/ --dry-run --report outcomes.jsonl
    """
    options = AddOptions(
        include=tuple(include or ()),
        exclude=tuple(exclude or ()),
        hints=_hints(source=source, url=url, captured=captured),
        path_pattern=path_pattern,
        format=format_,
        replace=replace,
        prune=prune,
        dry_run=dry_run,
        again=again,
        jobs=jobs,
        memory_bytes=memory * 1024 * 1024,
        wait_seconds=wait,
    )
    newsidx.check_options(options)
    place = index_path(index)
    with contextlib.ExitStack() as stack:
        tell = stack.enter_context(reporter(report_file))
        idx, created = stack.enter_context(_opened(place, paths, dry_run=dry_run))
        if created and not quiet:
            _say_created(place, dry_run)
        progress = ProgressLine(sys.stderr)
        try:
            report = idx.add(
                *paths,
                options=options,
                progress=None if quiet else progress.update,
                report=tell,
                waiting=None if quiet else say_waiting,
            )
        except newsidx.AddInterrupted as interrupted:
            report = interrupted.report
        progress.clear()
    _print_report(report, place, created=created, as_json=as_json, quiet=quiet)
    if report.interrupted:
        return _exits.INTERRUPTED
    return _exits.NOTHING if report.failed else _exits.DONE


def _hints(**values: str | None) -> tuple[Hint, ...]:
    return tuple(Hint(field, value, "option") for field, value in values.items() if value is not None)


@contextlib.contextmanager
def _opened(place: str, paths: list[str], *, dry_run: bool) -> Iterator[tuple[newsidx.Index, bool]]:
    """The index, and whether it is new. A dry run has a new one elsewhere, for as long as it takes; where nothing is
    there to be added, none is made."""
    with contextlib.ExitStack() as stack:
        try:
            idx, created = newsidx.open(place), False
        except newsidx.IndexMissing:
            if not any(map(os.path.lexists, paths)):
                raise newsidx.UsageError(f"there is no such file or folder: {', '.join(paths)}") from None
            if dry_run:
                place = os.path.join(stack.enter_context(tempfile.TemporaryDirectory()), "index")
            idx, created = newsidx.open(place, create=True), True
        yield stack.enter_context(idx), created


def _say_created(place: str, dry_run: bool) -> None:
    name = Span(os.path.abspath(place), is_name=True)
    note("the add would make the index " if dry_run else "made the index ", name)


def _print_report(report: AddReport, place: str, *, created: bool, as_json: bool, quiet: bool) -> None:
    if as_json:
        from newsidx.wire import report_to_wire

        print_json(report_to_wire(report, index=os.path.abspath(place), created=created))
    elif quiet:
        _print_failures(report)
    else:
        from newsidx.cli._summary import print_summary

        print_summary(screen_on(), report)
    if report.interrupted:
        note(_interrupted_text(report))


def _interrupted_text(report: AddReport) -> str:
    if not report.commits:
        return "interrupted: nothing was committed"
    lost = f" ({shown_count(report.uncommitted, 'capture')} more had been read)" if report.uncommitted else ""
    return f"interrupted: what was committed stays{lost}; the next add goes on from there"


def _print_failures(report: AddReport) -> None:
    failed = [example for example in report.examples if example.status == "failed"]
    for example in failed:
        note(Span(example.path, is_name=True), f": {example.detail or example.reason}")
    if report.failed > len(failed):
        note(f"{report.failed - len(failed)} more failed")


def make() -> Any:
    """The command."""
    return build(add, name="add")
