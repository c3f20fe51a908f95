"""``newsidx parse``: what would be extracted from captures, without an index."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

import newsidx
from newsidx.cli import _exits
from newsidx.cli._article import print_article
from newsidx.cli._command import build
from newsidx.cli._json import print_json
from newsidx.cli._options import ColorOption, JsonOption
from newsidx.cli._screen import Span, Styles, note, screen_on
from newsidx.wire import article_to_wire, error_to_wire

__all__ = ["make"]

_LIMIT_BYTES = 1 << 30
"""At most so much is read of what may be endless; the API's own limit on a capture is lower, and names itself."""


def parse(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Captures; - is standard input.")],
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="The page's address, if it does not say.")
    ] = None,
    captured: Annotated[
        str | None,
        typer.Option("--captured", metavar="DATE", help="When it was captured, if it does not say: 2023-07-01."),
    ] = None,
    as_json: JsonOption = False,
    color: ColorOption = "auto",
) -> int:
    r"""Show what would be extracted from a capture, without an index.

    Of several files, each is shown under its name; as JSON, each is one line.

    \b
    newsidx parse page.html
    newsidx parse page.txt.gz --url https://news.example/2023/mali
    newsidx parse --json page.html other.txt
    newsidx parse -
    """
    if url is not None and len(files) > 1:
        raise newsidx.OptionError("--url is the address of one page, and several files are given", option="url")
    screen = screen_on(color=color)
    code = _exits.DONE
    for file in files:
        try:
            article = newsidx.parse(_read(file), url=url, path=None if file == "-" else file, captured=captured)
        except newsidx.CaptureError as error:
            code = _exits.NOTHING
            _say_failed(file, error, as_json)
            continue
        if as_json:
            print_json(article_to_wire(article, paths=() if file == "-" else (file,)), is_line=len(files) > 1)
            continue
        if len(files) > 1:
            screen.print(Span(f"==> {file} <==", Styles.NAME, is_name=True))
        print_article(screen, article, evidence=True)
        if len(files) > 1:
            screen.blank()
    return code


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
