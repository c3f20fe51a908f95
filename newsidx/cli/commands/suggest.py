"""``newsidx suggest``: how the beginning of a word goes on in the index."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._json import print_json
from newsidx.cli._options import ColorOption, IndexOption, JsonOption, open_index
from newsidx.cli._query_words import as_typed
from newsidx.cli._screen import screen_on

__all__ = ["make"]


def suggest(
    words: Annotated[list[str], typer.Argument(metavar="TEXT", help="What was typed so far.")],
    limit: Annotated[int, typer.Option("-n", "--limit", metavar="N", min=1, help="At most so many.")] = 10,
    as_json: JsonOption = False,
    index: IndexOption = None,
    color: ColorOption = "auto",
) -> int:
    r"""Complete the last word of a text with words that articles have, the most frequent first.

    Each with the number of articles that have it in any form, and the words before it too. Accents do not matter.

    \b
    newsidx suggest peacek
    newsidx suggest "peacekeepers wi" -n 5
    newsidx suggest cote --json
    """
    prefix = " ".join(map(as_typed, words))
    with open_index(index) as idx:
        found = idx.suggest(prefix, limit)
    if as_json:
        from newsidx.wire import suggestions_to_wire

        print_json(suggestions_to_wire(prefix, found))
    else:
        screen = screen_on(color=color)
        for each in found:
            screen.print(each.text, lead=f"{each.articles:>8}  ", hanging=10)
        if not found:
            screen.print("no word of the index begins so")
    return _exits.DONE if found else _exits.NOTHING


def make() -> Any:
    """The command."""
    return build(suggest, name="suggest")
