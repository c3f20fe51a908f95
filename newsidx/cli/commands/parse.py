"""``newsidx parse``: what would be extracted from captures, without an index."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

import newsidx
from newsidx.cli import _exits
from newsidx.cli._article import print_article
from newsidx.cli._command import build
from newsidx.cli._json import print_json
from newsidx.cli._options import ColorOption, FormatOption, JsonOption
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
    format_: FormatOption = None,
    as_json: JsonOption = False,
    color: ColorOption = "auto",
) -> int:
    r"""Show what would be extracted from a capture, without an index.

    Of several files, each is shown under its name; as JSON, each is one line. Of a container (WARC, WACZ, JSON Lines)
    each record is, under FILE#PLACE; that given as FILE shows the one.

    \b
    newsidx parse page.html
    newsidx parse page.txt.gz --url https://news.example/2023/mali
    newsidx parse --json page.html other.txt
    newsidx parse crawl.warc.gz#20512
    newsidx parse -
    """
    if url is not None and len(files) > 1:
        raise newsidx.OptionError("--url is the address of one page, and several files are given", option="url")
    screen = screen_on(color=color)
    code = _exits.DONE
    for name, article in _articles(files, url=url, captured=captured, format_=format_):
        if isinstance(article, newsidx.CaptureError):
            code = _exits.NOTHING
            _say_failed(name, article, as_json)
            continue
        is_one = len(files) == 1 and name == files[0]
        if as_json:
            print_json(article_to_wire(article, paths=() if name == "-" else (name,)), is_line=not is_one)
            continue
        if not is_one:
            screen.print(Span(f"==> {name} <==", Styles.NAME, is_name=True))
        print_article(screen, article, evidence=True)
        if not is_one:
            screen.blank()
    return code


def _articles(
    files: list[str], *, url: str | None, captured: str | None, format_: str | None
) -> Iterator[tuple[str, newsidx.Article | newsidx.CaptureError]]:
    """Each capture under its name; of a container each record under ``FILE#PLACE``."""
    for file in files:
        if file != "-" and (os.path.isfile(file) or ("#" in file and not os.path.exists(file))):
            yield from newsidx.parse_path(file, url=url, captured=captured, format=format_)
            continue
        try:
            yield file, newsidx.parse(_read(file), url=url, path=None if file == "-" else file, captured=captured)
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
