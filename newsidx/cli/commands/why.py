"""``newsidx why``: what a query makes of one article."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import newsidx
from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._filters import (
    AnyOption,
    FeedbackOption,
    FilterOption,
    KindOption,
    LangOption,
    QuoteOption,
    RecentOption,
    SectionOption,
    SeedOption,
    SinceOption,
    SourceOption,
    TagOption,
    TzOption,
    UntilOption,
)
from newsidx.cli._json import print_json
from newsidx.cli._options import ColorOption, IndexOption, JsonOption, open_index
from newsidx.cli._query_words import QueryCommand
from newsidx.cli._reasons import print_why
from newsidx.cli._screen import screen_on
from newsidx.options import Sort

__all__ = ["make"]


def why(  # noqa: PLR0913, PLR0917 - a parameter an option
    words: Annotated[list[str], typer.Argument(metavar="QUERY... ID", help="The query, then the article's ID.")],
    sort: Annotated[Sort, typer.Option("--sort", help="The order of the hits.")] = "relevance",
    seed: SeedOption = 0,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    section: SectionOption = None,
    tag: TagOption = None,
    lang: LangOption = None,
    kind: KindOption = None,
    filters: FilterOption = None,
    any_: AnyOption = False,
    quote: QuoteOption = False,
    recent: RecentOption = False,
    feedback: FeedbackOption = False,
    tz: TzOption = None,
    as_json: JsonOption = False,
    index: IndexOption = None,
    color: ColorOption = "auto",
) -> int:
    r"""Say why a search finds an article where it does, or why it does not, and what would find it.

    Give the query, with the options of the search, and behind it the article's ID or its beginning. Of an article
    that is found, each part of the query says what it adds to the score and where it stands; of one that is not, which
    parts fail and why.

    \b
    newsidx why peacekeepers withdrawal 3f2a9c04
    newsidx why headline:mali date:2023-06 3f2a9c04
    newsidx why mali --lang fr 3f2a9c04 --json
    """
    if len(words) < 2:
        raise newsidx.UsageError("give a query and, behind it, the ID of an article")
    *query, id_ = words
    request = newsidx.SearchRequest(
        query=" ".join(query),
        sort=sort,
        seed=seed,
        since=since,
        until=until,
        source=tuple(source or ()),
        section=tuple(section or ()),
        tag=tuple(tag or ()),
        lang=tuple(lang or ()),
        kind=tuple(kind or ()),
        filters=tuple(filters or ()),
        any=any_,
        quote=quote,
        recent=recent,
        feedback=feedback,
        tz=tz,
    )
    with open_index(index) as idx:
        found = idx.why(request, id_)
    if as_json:
        from newsidx.wire import why_to_wire

        print_json(why_to_wire(found))
    else:
        print_why(screen_on(color=color), found)
    return _exits.DONE if found.matches else _exits.NOTHING


def make() -> Any:
    """The command."""
    return build(why, name="why", cls=QueryCommand)
