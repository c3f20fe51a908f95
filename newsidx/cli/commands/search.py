"""``newsidx search``: the words of the command line are the query, the options filters and forms of output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
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
from newsidx.cli._options import ColorOption, IndexOption, JsonOption, open_index
from newsidx.cli._query_words import QueryCommand, is_from_stdin, query_text
from newsidx.cli._screen import Screen, Span, Styles, note, screen_on
from newsidx.frozen import dataclass
from newsidx.model import Hit, Results, Stream
from newsidx.options import FACETS, SearchRequest, Sort

__all__ = ["make"]


@dataclass(frozen=True, slots=True)
class _Form:
    """In which form the hits are wanted."""

    json: bool
    jsonl: bool
    csv: bool
    fields: tuple[str, ...] | None

    @property
    def is_for_people(self) -> bool:
        return not (self.json or self.jsonl or self.csv or self.fields)


def search(  # noqa: PLR0913, PLR0917 - a parameter an option
    ctx: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="The query; - reads it from standard input.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "-n", "--limit", metavar="N", min=0, help="At most so many hits (10), or rows of --by (20); 0 is all."
        ),
    ] = None,
    offset: Annotated[int, typer.Option("--offset", metavar="N", min=0, help="Pass over the first N hits.")] = 0,
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
    by: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="FIELD", help=f"Count all matching articles by {', '.join(FACETS)}."),
    ] = None,
    count: Annotated[bool, typer.Option("--count", help="Print how many articles match, and nothing else.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how the query was understood and what each part finds.")
    ] = False,
    limit_seconds: Annotated[
        float | None,
        typer.Option("--time", metavar="SECONDS", min=0, help="End with what was found when these are over."),
    ] = None,
    cursor: Annotated[
        str | None,
        typer.Option("--cursor", metavar="TEXT", help="Go on behind the hits of an earlier search; --json gives it."),
    ] = None,
    as_json: JsonOption = False,
    as_jsonl: Annotated[bool, typer.Option("--jsonl", help="Print a line of JSON for each hit.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV that a spreadsheet can open safely.")] = False,
    fields: Annotated[
        str | None,
        typer.Option(
            "--fields",
            metavar="A,B,C",
            help="Only these fields, in JSON, CSV, or else as lines with tabs: short_id,headline,path.",
        ),
    ] = None,
    index: IndexOption = None,
    color: ColorOption = "auto",
) -> int:
    r"""Find articles, best first.

    All words must be in the article, in any form: withdraws finds withdrawal. What begins with a hyphen and is no
    option belongs to the query. If no article has all the words, the nearest are shown under a heading of their own.

    \b
    newsidx search peacekeepers withdrawal
    newsidx search mali -france                  without the word france
    newsidx search mali NOT france               the same
    newsidx search headline:mali since:2023-06   in the headline, since June 2023
    newsidx search source:rt tag:africa words:300..600
    newsidx search coup OR junta --sort newest -n 20
    newsidx search --since yesterday             everything since yesterday
    newsidx search mali --by source --by month   how many, by outlet and by month
    newsidx search mali --count
    newsidx search --lang fr mali --csv --limit 0
    newsidx search --fields short_id,headline,path mali
    newsidx search -- --limit                    the word --limit itself

    Quotes and parentheses must be kept from the shell: newsidx search '"security council" (mali OR niger)'. A query
    on standard input needs no such care: newsidx search -
    """
    form = _form(as_json, as_jsonl, as_csv, fields)
    facets = tuple(dict.fromkeys(by or ()))
    unknown = next((name for name in facets if name not in FACETS), None)
    if unknown is not None:
        raise newsidx.OptionError(f"--by is none of {', '.join(FACETS)}: {unknown!r}", option="by")
    if facets and (as_jsonl or fields):
        raise newsidx.UsageError("--by prints a table, --json or --csv")
    _refuse_unshown(form, count=count, facets=bool(facets), explain=explain)
    request = SearchRequest(
        query=query_text(words or [], from_stdin=is_from_stdin(ctx)),
        limit=0 if facets or count else (10 if limit is None else limit or None),
        offset=offset,
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
        facets=facets,
        facet_limit=_rows(limit, facets),
        explain=explain,
        cursor=cursor,
        limit_seconds=limit_seconds,
    )
    asked = (request.query.strip(), since, until, source, section, tag, lang, kind, filters)
    if not any(asked):
        raise newsidx.UsageError("no words to search for; every article is: newsidx search \\*")
    with open_index(index) as idx:
        results, hits = _searched(idx, request)
        if facets or count:
            shown = _print_counts(results, form, color)
        else:
            shown = _print(results, hits, color) if form.is_for_people else _write(results, hits, form)
    if results.partial:
        return _exits.PARTIAL
    return _exits.DONE if shown else _exits.NOTHING


def _refuse_unshown(form: _Form, *, count: bool, facets: bool, explain: bool) -> None:
    """What was asked for and could not be seen in the form that was asked for is an error, not left out."""
    if count and (facets or form.jsonl or form.csv or form.fields):
        raise newsidx.UsageError(
            "--count prints a number, or --json; --by, --jsonl, --csv and --fields do not go with it"
        )
    if explain and not form.json and (count or form.jsonl or form.csv or form.fields):
        raise newsidx.UsageError("--explain goes with hits for people or with --json")


_TIMES = frozenset({"year", "month", "day"})
_ROWS = 20
"""Values of a field that are shown; of years, months and days all are."""


def _rows(limit: int | None, facets: tuple[str, ...]) -> int | None:
    if limit is None:
        return None if facets and _TIMES.issuperset(facets) else _ROWS
    return limit or None


def _print_counts(results: Results, form: _Form, color: Any) -> int:
    """The counts alone: how many articles match, or how many by each field."""
    if form.json:
        from newsidx.cli._json import print_json
        from newsidx.wire import results_to_wire

        print_json(results_to_wire(results))
    elif form.csv and results.facets:
        from newsidx.cli._counts import write_facets_csv

        write_facets_csv(sys.stdout, results.facets.values())
    elif results.facets:
        from newsidx.cli._counts import print_facets

        screen = screen_on(color=color)
        _print_explanation(screen, results)
        print_facets(screen, results)
    else:
        sys.stdout.write(f"{results.total}\n")
    return results.total


def _print_explanation(screen: Screen, results: Results) -> None:
    if results.explanation is not None:
        from newsidx.cli._reasons import print_explanation

        print_explanation(screen, results.explanation)


def _form(as_json: bool, as_jsonl: bool, as_csv: bool, fields: str | None) -> _Form:
    if as_json + as_jsonl + as_csv > 1:
        raise newsidx.UsageError("--json, --jsonl and --csv exclude each other")
    if fields is None:
        return _Form(as_json, as_jsonl, as_csv, None)
    from newsidx.cells import chosen_fields

    return _Form(as_json, as_jsonl, as_csv, chosen_fields(fields))


def _searched(idx: newsidx.Index, request: SearchRequest) -> tuple[Results, Iterator[Hit]]:
    """What was found, and the hits: all at once, or one by one where all are wanted."""
    if request.limit is not None:
        results = idx.search(request)
        return results, iter(results.hits)
    stream = idx.stream(request)
    values = {name: getattr(stream, name) for name in Results.__slots__ if name in Stream.__slots__ and name != "hits"}
    return Results(query=request.query, hits=(), offset=request.offset, **values), stream.hits


def _print(results: Results, hits: Iterator[Hit], color: Any) -> int:
    from newsidx.cli._hits import count_line, print_hit, print_nearest, print_notes

    screen = screen_on(color=color)
    _print_explanation(screen, results)
    count = 0
    for count, hit in enumerate(hits, 1):
        print_hit(screen, hit, number=results.offset + count)
    if count:
        screen.print(count_line(results, count))
    elif results.total:
        screen.print(f"no more hits: there are {results.total}")
    else:
        screen.print("no article matches")
    if results.suggestion is not None:
        screen.print("did you mean: ", Span(results.suggestion, Styles.NAME, is_name=True), hanging=2)
    print_notes(screen, results.notes)
    if results.nearest:
        screen.blank()
        print_nearest(screen, results.nearest)
    return count


def _write(results: Results, hits: Iterator[Hit], form: _Form) -> int:
    """The hits as JSON, JSON Lines, CSV or lines; what else there is to say goes to standard error, but in JSON."""
    counted = _Counted(hits)
    if form.json:
        from newsidx.cli._json import json_indent, write_json_text
        from newsidx.wire import iter_results_json

        write_json_text(iter_results_json(results, counted, fields=form.fields, indent=json_indent()))
        return counted.count
    if form.jsonl:
        from newsidx.cli._json import print_json
        from newsidx.wire import hit_to_wire, versioned

        for hit in counted:
            values = hit_to_wire(hit)
            chosen = values if form.fields is None else {name: values[name] for name in form.fields}
            print_json(versioned(chosen), is_line=True)
    else:
        from newsidx.cells import CSV_FIELDS, write_csv, write_lines

        write = write_csv if form.csv else write_lines
        write(sys.stdout, counted, form.fields or CSV_FIELDS)
    for message in results.notes:
        note(message.text)
    return counted.count


class _Counted:
    """Hits that are counted as they are taken."""

    def __init__(self, hits: Iterator[Hit]) -> None:
        self._hits = hits
        self.count = 0

    def __iter__(self) -> Iterator[Hit]:
        for hit in self._hits:
            self.count += 1
            yield hit


def make() -> Any:
    """The command."""
    return build(search, name="search", cls=QueryCommand)
