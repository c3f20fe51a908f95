"""``newsidx show``: one article to read, or to open as it was captured."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import Annotated, Any

import typer

import newsidx
from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._json import print_json
from newsidx.cli._options import ColorOption, IndexOption, JsonOption, open_index
from newsidx.cli._screen import Screen, Span, note, screen_on

__all__ = ["make"]

_OPENED_ENDINGS = (".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".txt", ".text", ".md", ".gz")
"""Files whose names end otherwise are not handed to the desktop, which might run them."""


def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="The ID of an article, or its beginning.")],
    open_: Annotated[
        bool, typer.Option("--open", help="Open the capture, or its page on the web, in the desktop's own viewer.")
    ] = False,
    as_json: JsonOption = False,
    index: IndexOption = None,
    color: ColorOption = "auto",
) -> int:
    r"""Print one article to read.

    Its text first, then what else the page holds, each zone under its own heading. On a terminal it is shown through
    $PAGER (less where that is not set; PAGER=cat for none).

    \b
    newsidx show 3f2a9c04
    newsidx show 3f2a9c04 --json
    newsidx show 3f2a9c04 --open
    """
    with open_index(index) as idx:
        article = idx.article(id_)
        paths = idx.paths(article.id)
        short_id = idx.short_id(article.id)
    if open_:
        return _open(article, paths)
    if as_json:
        from newsidx.wire import article_to_wire

        print_json(article_to_wire(article, short_id=short_id, paths=paths))
        return _exits.DONE
    from newsidx.cli._article import print_article
    from newsidx.cli._pager import print_paged

    screen = screen_on(color=color)
    page = io.StringIO()
    print_article(Screen(page, screen.width, screen.has_color), article, short_id=short_id, paths=paths)
    print_paged(page.getvalue())
    return _exits.DONE


def _open(article: newsidx.Article, paths: tuple[str, ...]) -> int:
    """Hand the capture's file to the desktop, or its address where there is no file any more."""
    place = next(_openable(article, paths), None)
    if place is None:
        note("nothing to open: its file is gone, or no page by its name, and it has no address on the web")
        return _exits.NOTHING
    if typer.launch(place):
        note("no program of the desktop opens ", Span(place, is_name=True))
        return _exits.NOTHING
    return _exits.DONE


def _openable(article: newsidx.Article, paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        if os.path.isfile(path) and path.lower().endswith(_OPENED_ENDINGS):
            yield os.path.abspath(path)
    for url in (article.url, article.canonical_url):
        if url and url.startswith(("https://", "http://")):
            yield url


def make() -> Any:
    """The command."""
    return build(show, name="show")
