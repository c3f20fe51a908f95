"""``newsidx parse``: what would be extracted from captures, and (with ``--explain``) why; nothing is indexed."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

import newsidx
from newsidx.cli import _exits
from newsidx.cli._article import print_article
from newsidx.cli._command import build
from newsidx.cli._explain import html_of, print_explanation
from newsidx.cli._json import print_json
from newsidx.cli._options import ColorOption, FormatOption, JsonOption
from newsidx.cli._screen import Screen, Span, Styles, note, screen_on
from newsidx.wire import article_to_wire, error_to_wire, parse_explanation_to_wire

__all__ = ["make"]

_LIMIT_BYTES = 1 << 30
"""At most so much is read of what may be endless; the API's own limit on a capture is lower, and names itself."""


def parse(  # noqa: PLR0913, PLR0917 - a parameter an option
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Captures; - is standard input.")],
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="The page's address, if it does not say.")
    ] = None,
    captured: Annotated[
        str | None,
        typer.Option("--captured", metavar="DATE", help="When it was captured, if it does not say: 2023-07-01."),
    ] = None,
    format_: FormatOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Each block of the page with its zone and why, each field's evidence.")
    ] = False,
    html_view: Annotated[
        str | None,
        typer.Option("--html", metavar="OUT", help="Write what --explain says to OUT as a page with coloured zones."),
    ] = None,
    index: Annotated[
        str | None,
        typer.Option(
            "--index", metavar="DIR", help="Read it as this index does, with what it has learnt of its outlet."
        ),
    ] = None,
    as_json: JsonOption = False,
    color: ColorOption = "auto",
) -> int:
    r"""Show what would be extracted from a capture; it is not added to any index.

    Of several files, each is shown under its name; as JSON, each is one line. Of a container (WARC, WACZ, ARC, HAR,
    feed, mbox, JSON Lines) each record is, under FILE#PLACE; that given as FILE shows the one. With --index, a capture
    that is in that index comes out as it was indexed.

    \b
    newsidx parse page.html
    newsidx parse page.txt.gz --url https://news.example/2023/mali
    newsidx parse --json page.html other.txt
    newsidx parse crawl.warc.gz#20512
    newsidx parse --explain page.html
    newsidx parse --html why.html page.html
    newsidx parse --index archive page.html
    newsidx parse -
    """
    if url is not None and len(files) > 1:
        raise newsidx.OptionError("--url is the address of one page, and several files are given", option="url")
    with contextlib.ExitStack() as stack:
        idx = stack.enter_context(newsidx.open(index)) if index is not None else None
        found = _Found(_explained(files, url=url, captured=captured, format_=format_, index=idx), as_json)
        if html_view is not None:
            _write_html(html_view, found)
        else:
            screen = screen_on(color=color)
            for name, explanation in found:
                is_one = len(files) == 1 and name == files[0]
                _print(screen, name, explanation, is_one=is_one, as_json=as_json, explain=explain)
    return _exits.NOTHING if found.has_failed else _exits.DONE


def _print(
    screen: Screen, name: str, explanation: newsidx.ParseExplanation, *, is_one: bool, as_json: bool, explain: bool
) -> None:
    if as_json:
        paths = () if name == "-" else (name,)
        document = article_to_wire(explanation.article, paths=paths)
        print_json(parse_explanation_to_wire(explanation, paths=paths) if explain else document, is_line=not is_one)
        return
    if not is_one:
        screen.print(Span(f"==> {name} <==", Styles.NAME, is_name=True))
    if explain:
        print_explanation(screen, explanation)
    else:
        print_article(screen, explanation.article, evidence=True)
    if not is_one:
        screen.blank()


def _write_html(out: str, found: Iterable[tuple[str, newsidx.ParseExplanation]]) -> None:
    with open(out, "w", encoding="utf-8") as stream:
        stream.writelines(html_of(found))
    note("wrote ", Span(out, is_name=True))


class _Found:
    """Those captures that are articles; the others are told of as they come."""

    def __init__(
        self, found: Iterator[tuple[str, newsidx.ParseExplanation | newsidx.CaptureError]], as_json: bool
    ) -> None:
        self._found, self._as_json = found, as_json
        self.has_failed = False

    def __iter__(self) -> Iterator[tuple[str, newsidx.ParseExplanation]]:
        for name, explanation in self._found:
            if isinstance(explanation, newsidx.CaptureError):
                self.has_failed = True
                _say_failed(name, explanation, self._as_json)
            else:
                yield name, explanation


def _explained(
    files: list[str], *, url: str | None, captured: str | None, format_: str | None, index: newsidx.Index | None
) -> Iterator[tuple[str, newsidx.ParseExplanation | newsidx.CaptureError]]:
    """Each capture under its name; of a container each record under ``FILE#PLACE``."""
    for file in files:
        if file != "-" and (os.path.isfile(file) or ("#" in file and not os.path.exists(file))):
            yield from newsidx.explain_path(file, url=url, captured=captured, format=format_, index=index)
            continue
        try:
            yield file, newsidx.explain(_read(file), url=url, path=None if file == "-" else file, captured=captured)
        except newsidx.CaptureError as error:
            yield file, error


def _say_failed(file: str, error: newsidx.CaptureError, as_json: bool) -> None:
    if as_json:
        document = error_to_wire(error)
        document["error"]["path"] = file
        print_json(document, is_line=True)
    else:
        note(Span(file, is_name=True), f": {error}")


def _read(file: str) -> bytes:
    """The bytes of a file, a pipe or standard input. CaptureFailed where it cannot be read."""
    if file == "-":
        return sys.stdin.buffer.read(_LIMIT_BYTES)
    try:
        with open(file, "rb") as stream:
            return stream.read(_LIMIT_BYTES)
    except OSError as error:
        raise newsidx.CaptureFailed(error.strerror or type(error).__name__, reason="unreadable") from error


def make() -> Any:
    """The command."""
    return build(parse, name="parse")
