"""``newsidx search``: the words of the command line are the query, the options filters and forms of output."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

import newsidx
from newsidx.cli import _exits
from newsidx.cli._command import CliCommand, build
from newsidx.cli._options import ColorOption, IndexOption, JsonOption, open_index
from newsidx.cli._screen import Span, Styles, note, screen_on
from newsidx.model import Hit, Results, Stream
from newsidx.options import SearchRequest, Sort

__all__ = ["SearchCommand", "make"]

_STDIN_LIMIT = 1_000_000
"""Characters read of a query on standard input; the query language's own limit is lower, and names itself."""
_ALIKE = 0.8
"""From which likeness on (difflib's ratio) an unknown ``--word`` is an option misspelt: ``--limt`` has 0.92."""

_FROM_STDIN = "newsidx.from_stdin"


class SearchCommand(CliCommand):
    """Takes for query whatever begins with a hyphen and is no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Sort the arguments into options and words of the query; Typer reads the options."""
        options, words, is_literal = _sorted_arguments(args, self._takes_value(ctx))
        ctx.meta[_FROM_STDIN] = words == ["-"] and not is_literal
        return super().parse_args(ctx, [*options, "--", *words])

    def _takes_value(self, ctx: Any) -> dict[str, bool]:
        return {
            name: not getattr(param, "is_flag", False)
            for param in self.get_params(ctx)
            if param.param_type_name == "option"
            for name in param.opts
        }


def _sorted_arguments(args: Sequence[str], takes_value: dict[str, bool]) -> tuple[list[str], list[str], bool]:
    """The arguments that are options (with their values), those that are query, and whether ``--`` set words apart."""
    options: list[str] = []
    words: list[str] = []
    rest = iter(args)
    for argument in rest:
        name, equals, _ = argument.partition("=")
        if argument == "--":
            words += rest
            return options, words, True
        if argument in takes_value:
            options.append(argument)
            if takes_value[argument]:
                options += next(([value] for value in rest), [])
        elif (equals and name.startswith("--") and name in takes_value) or _is_short_number(argument):
            options.append(argument)
        elif argument.startswith("--") and (near := difflib.get_close_matches(name, takes_value, 1, _ALIKE)):
            raise newsidx.UsageError(f"there is no option {name}; did you mean {near[0]}? Words to search go after --")
        else:
            words.append(argument)
    return options, words, False


def _is_short_number(argument: str) -> bool:
    return argument.startswith("-n") and argument[2:].isdecimal()


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
        int, typer.Option("-n", "--limit", metavar="N", min=0, help="At most so many hits; 0 is all.")
    ] = 10,
    offset: Annotated[int, typer.Option("--offset", metavar="N", min=0, help="Pass over the first N hits.")] = 0,
    sort: Annotated[Sort, typer.Option("--sort", help="The order of the hits.")] = "relevance",
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DATE", help="Published on that day (month, year) or later: 2023-06, yesterday."
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Published on that day (month, year) or earlier.")
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="NAME", help="By this outlet, named whole, or by its domain."),
    ] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="With this tag.")] = None,
    lang: Annotated[
        list[str] | None, typer.Option("--lang", metavar="LANG", help="In this language: fr, pt-BR.")
    ] = None,
    any_: Annotated[bool, typer.Option("--any", help="Articles with any of the words, not all.")] = False,
    quote: Annotated[bool, typer.Option("--quote", help="Take the query as plain words, without operators.")] = False,
    tz: Annotated[
        str | None,
        typer.Option(
            "--tz", metavar="ZONE", help="Time zone of yesterday and the like: Europe/Paris. Without it the machine's."
        ),
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
    newsidx search --lang fr mali --csv --limit 0
    newsidx search --fields short_id,headline,path mali
    newsidx search -- --limit                    the word --limit itself

    Quotes and parentheses must be kept from the shell: newsidx search '"security council" (mali OR niger)'. A query
    on standard input needs no such care: newsidx search -
    """
    form = _form(as_json, as_jsonl, as_csv, fields)
    request = SearchRequest(
        query=_query(words or [], from_stdin=ctx.meta[_FROM_STDIN]),
        limit=limit or None,
        offset=offset,
        sort=sort,
        since=since,
        until=until,
        source=tuple(source or ()),
        tag=tuple(tag or ()),
        lang=tuple(lang or ()),
        any=any_,
        quote=quote,
        tz=tz,
    )
    if not (request.query.strip() or since or until or source or tag or lang):
        raise newsidx.UsageError("no words to search for; every article is: newsidx search \\*")
    with open_index(index) as idx:
        results, hits = _searched(idx, request)
        count = _print(results, hits, color) if form.is_for_people else _write(results, hits, form)
    if results.partial:
        return _exits.PARTIAL
    return _exits.DONE if count else _exits.NOTHING


def _form(as_json: bool, as_jsonl: bool, as_csv: bool, fields: str | None) -> _Form:
    if as_json + as_jsonl + as_csv > 1:
        raise newsidx.UsageError("--json, --jsonl and --csv exclude each other")
    if fields is None:
        return _Form(as_json, as_jsonl, as_csv, None)
    from newsidx.cells import chosen_fields

    return _Form(as_json, as_jsonl, as_csv, chosen_fields(fields))


def _query(words: Sequence[str], *, from_stdin: bool) -> str:
    if not from_stdin:
        return " ".join(words)
    stream = getattr(sys.stdin, "buffer", None)
    data = stream.read(_STDIN_LIMIT) if stream is not None else sys.stdin.read(_STDIN_LIMIT).encode()
    return data.decode("utf-8-sig", "surrogateescape").rstrip("\r\n")


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
    return build(search, name="search", cls=SearchCommand)
