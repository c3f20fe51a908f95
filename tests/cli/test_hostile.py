"""The law of hostile text: no output but JSON holds a special character that is not ours."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.cells import write_csv, write_lines
from newsidx.cli._article import print_article
from newsidx.cli._hits import count_line, print_hit, print_nearest, print_notes
from newsidx.cli._screen import Screen
from newsidx.model import Article, Hit, Link, Note, Piece, Results, Snippet, Source
from newsidx.wire import HIT_FIELDS, SPECIALS

SPECIAL = re.compile(f"[{SPECIALS}]")
COLOR = re.compile(r"\x1b\[[0-9;]+m")
ISOLATE = re.compile("\u2068[^\u2068\u2069\n]*\u2069")
JOINER = re.compile(r"(?<=\w)[\u200c\u200d](?=\w)")

odd = st.sampled_from(
    "\x1b\x00\x07\x7f\x9b\xad\u200b\u200c\u200f\u202e\u2067\u2068\u2069\u2028\ufeff\U000e0041\ud800\r\n\t"
)
texts = st.text(st.one_of(odd, st.characters(), st.sampled_from("=+-@[b]ا日")), max_size=30)
some = st.lists(texts, max_size=2).map(tuple)
maybe = st.none() | texts


def assert_harmless(output: str, *, has_color: bool = False) -> None:
    """Only line ends, our colours, and isolates that are closed on their line."""
    if has_color:
        output = COLOR.sub("", output)
    rest = ISOLATE.sub(lambda match: match[0][1:-1], output).replace("\n", "")
    assert not SPECIAL.search(JOINER.sub("", rest)), ascii(output)


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    article = Article(
        id=draw(texts),
        headline=draw(maybe),
        deck=draw(maybe),
        body=draw(some),
        captions=draw(some),
        credits=draw(some),
        corrections=draw(some),
        promo=draw(some),
        page=draw(some),
        tags=draw(some),
        section=draw(maybe),
        authors=draw(some),
        source=Source(draw(maybe), draw(maybe)),
        url=draw(maybe),
        canonical_url=draw(maybe),
        lang=draw(maybe),
        links=tuple(Link(draw(texts), draw(texts), 0) for _ in range(draw(st.integers(0, 1)))),
        evidence={"headline": draw(texts)},
        flags=draw(some),
        key=draw(maybe),
    )
    pieces = tuple(Piece(draw(texts), draw(st.booleans())) for _ in range(2))
    zone = draw(st.sampled_from(["body", "caption", "promo"]))
    snippets = (Snippet(zone, 0, draw(st.integers(0, 3)), 5, pieces),)
    return Hit(
        article,
        1.5,
        short_id=draw(texts),
        paths=draw(some),
        headline_pieces=pieces,
        snippets=snippets,
        missing=draw(some),
    )


@given(hits(), texts, st.booleans(), st.sampled_from([None, 5, 40]))
def test_text_for_people(hit: Hit, text: str, has_color: bool, width: int | None) -> None:
    stream = io.StringIO()
    screen = Screen(stream, width, has_color)
    print_hit(screen, hit, number=1)
    print_nearest(screen, [hit])
    print_notes(screen, [Note("kind", text, text)])
    print_article(screen, hit.article, short_id=hit.short_id, paths=hit.paths, evidence=True)
    assert_harmless(stream.getvalue(), has_color=has_color)
    assert stream.getvalue().endswith("\n")


@given(hits())
def test_tables(hit: Hit) -> None:
    lines = io.StringIO()
    write_lines(lines, [hit], HIT_FIELDS)
    line = lines.getvalue()
    assert line.count("\n") == 1
    assert line.count("\t") == len(HIT_FIELDS) - 1
    assert_harmless(line.replace("\t", ""))

    table = io.StringIO()
    write_csv(table, [hit], HIT_FIELDS)
    assert_harmless(table.getvalue())
    head, cells = csv.reader(io.StringIO(table.getvalue()))
    assert tuple(head) == HIT_FIELDS
    assert not [cell for cell in cells if cell[:1] and cell[0] in "=+-@\t\r＝＋－＠"]


def test_colours_are_only_where_they_are_wanted() -> None:
    hit = Hit(Article("a", headline="mali"), 1.0, headline_pieces=(Piece("mali", is_match=True),))
    plain, coloured = io.StringIO(), io.StringIO()
    print_hit(Screen(plain, None, False), hit, number=1)
    print_hit(Screen(coloured, None, True), hit, number=1)
    assert "\x1b" not in plain.getvalue()
    assert COLOR.sub("", coloured.getvalue()) == plain.getvalue()


def test_a_page_of_hits_counts() -> None:
    results = Results("q", (), 27, offset=10)
    assert count_line(results, 3) == "11 to 13 of 27"
    assert count_line(Results("q", (), 27), 3) == "3 of 27"


WAYS = [
    (),
    ("--color", "always"),
    ("--csv",),
    ("--csv", "--fields", ",".join(HIT_FIELDS)),
    ("--fields", ",".join(HIT_FIELDS)),
]


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_search(run: Callable[..., Any], hostile_index: str, way: tuple[str, ...]) -> None:
    ran = run("search", "hostile", "--index", hostile_index, *way)
    assert ran.code == 0
    assert_harmless(ran.out.replace("\t", ""), has_color="always" in way)
    assert_harmless(ran.err)
    assert "[bold]markup[/bold]" in ran.out


@pytest.mark.parametrize("way", ["--json", "--jsonl"])
def test_json_holds_everything_and_escapes_it(run: Callable[..., Any], hostile_index: str, way: str) -> None:
    ran = run("search", "hostile", "--index", hostile_index, way)
    assert ran.code == 0
    assert not SPECIAL.search(ran.out.replace("\n", ""))
    document = json.loads(ran.out)
    hit = document["hits"][0] if way == "--json" else document
    assert "\x1b[31m" in hit["headline"]
    assert "\U000e0041" in hit["headline"]


def test_show_and_the_rest(run: Callable[..., Any], hostile_index: str) -> None:
    id_ = run("search", "hostile", "--index", hostile_index, "--fields", "id").out.strip()
    for args in (("show", id_), ("show", id_, "--color", "always"), ("stats",), ("check",)):
        ran = run(*args, "--index", hostile_index)
        assert ran.code == 0, ran.err
        assert_harmless(ran.out, has_color="always" in args)


@pytest.mark.parametrize(
    "args",
    [
        ("search", "--index", "no\x1b[31m\u202e\n\udcffindex", "x"),
        ("search", "(\x1b]0;x\x07\u202e mali"),
        ("search", "--sort", "\x1b[31m[red]x[/red]", "x"),
        ("search", "--fields", "\x1b[31m", "x"),
        ("search", "--since", "\x1b[31m\u202e", "x"),
        ("search", "--tz", "\x1b[31m\u202e", "x"),
        ("\x1b[31m[red]nothing[/red]",),
        ("show", "\x1b[31m\u202e"),
        ("parse", "no\x1b[31m\n\udcff"),
        ("add", "no\x1b[31m\n\udcff"),
        ("remove", "--yes", "no\x1b[31m\n\udcff"),
        ("roots", "move", "a\x1b[31m", "b\u202e"),
    ],
    ids=lambda args: args[0] if args[0].isprintable() else "nothing",
)
def test_errors(
    run: Callable[..., Any], hostile_index: str, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    monkeypatch.setenv("NEWSIDX_INDEX", hostile_index)
    ran = run(*args)
    assert ran.code in (1, 2)
    assert ran.err or ran.out
    assert_harmless(ran.err)
    assert_harmless(ran.out)
