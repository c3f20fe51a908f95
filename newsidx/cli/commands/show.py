"""``newsidx show``: one article to read, or to open as it was captured."""

from __future__ import annotations

import io
import os
import sys
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
    for path in paths:
        if os.path.isfile(path) and path.lower().endswith(_OPENED_ENDINGS):
            typer.launch(os.path.abspath(path))
            return _exits.DONE
    for url in (article.url, article.canonical_url):
        if url and url.startswith(("https://", "http://")):
            typer.launch(url)
            return _exits.DONE
    places = [Span(path, is_name=True) for path in paths]
    note(
        "nothing to open: no file that is a page by its name, and no address",
        *(["; it was read from "] if places else []),
        *places[:1],
    )
    sys.stdout.flush()
    return _exits.NOTHING


def make() -> Any:
    """The command."""
    return build(show, name="show")
