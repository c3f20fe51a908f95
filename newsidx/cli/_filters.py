"""Options that narrow a search, or say how its query is read and its hits are ranked: shared by the commands that take
a query."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = [
    "AnyOption",
    "FeedbackOption",
    "FilterOption",
    "KindOption",
    "LangOption",
    "QuoteOption",
    "RecentOption",
    "SectionOption",
    "SeedOption",
    "SinceOption",
    "SourceOption",
    "TagOption",
    "TzOption",
    "UntilOption",
]

SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE", help="Published on that day (month, year) or later: 2023-06, yesterday."),
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Published on that day (month, year) or earlier.")
]
SourceOption = Annotated[
    list[str] | None, typer.Option("--source", metavar="NAME", help="By this outlet, named whole, or by its domain.")
]
SectionOption = Annotated[
    list[str] | None, typer.Option("--section", metavar="NAME", help="In this section of the outlet, named whole.")
]
TagOption = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="With this tag.")]
LangOption = Annotated[list[str] | None, typer.Option("--lang", metavar="LANG", help="In this language: fr, pt-BR.")]
KindOption = Annotated[
    list[str] | None, typer.Option("--kind", metavar="KIND", help="Of this kind: article, live, listing.")
]
FilterOption = Annotated[
    list[str] | None,
    typer.Option("--filter", metavar="QUERY", help="Matching this query too, which ranks nothing: 'NOT tag:sport'."),
]
AnyOption = Annotated[bool, typer.Option("--any", help="Articles with any of the words, not all.")]
QuoteOption = Annotated[bool, typer.Option("--quote", help="Take the query as plain words, without operators.")]
RecentOption = Annotated[bool, typer.Option("--recent", help="Let newer articles of like relevance go first.")]
FeedbackOption = Annotated[bool, typer.Option("--feedback", help="Rank by words of the best hits, too.")]
SeedOption = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, help="With --sort random: another order for each N.")
]
TzOption = Annotated[
    str | None,
    typer.Option(
        "--tz", metavar="ZONE", help="Time zone of yesterday and the like: Europe/Paris. Without it the machine's."
    ),
]
