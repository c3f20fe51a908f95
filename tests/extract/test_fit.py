"""Outsized pages: what is read of them, and what an article says of the rest. That they keep within a second and 256 MB
is measured by benchmarks/page_cost.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.errors import NotACapture
from newsidx.extract import extract
from newsidx.extract.fit import FLAGS, MAX_TAGS, cut_text, fit, fit_text, pieces_of_text
from newsidx.ingest.reader import parse_bytes
from newsidx.model import Article, Capture, capture_id
from tests.made.nasty import FIRST, LAST, PAGES, TEXTS

NOT_SHOWN = ("nested svg", "nested math", "nested template")
"""Pages all of whose end stands inside of elements that are no text."""


def words_of(article: Article) -> str:
    return " ".join(text for _, texts in article.zones() for text in texts)


def check_whole_or_told(article: Article) -> None:
    """Nothing is lost but by name, and the article's beginning never is."""
    text = words_of(article)
    assert FIRST in text
    assert LAST in text or "cut-short" in article.flags
    assert "cut-short" not in article.flags or "rest-as-text" in article.flags


@pytest.mark.parametrize("name", PAGES)
def test_nasty_pages_are_read_or_refused_by_name(name: str) -> None:
    """At a twentieth of their size, where most are read whole."""
    try:
        article = parse_bytes(PAGES[name](0.05), path="page.html")
    except NotACapture as error:
        assert error.reason == "binary" and name == "NULs"
        return
    if name not in NOT_SHOWN:
        check_whole_or_told(article)


@pytest.mark.parametrize("name", TEXTS)
def test_nasty_dumps_are_read_or_refused_by_name(name: str) -> None:
    try:
        article = parse_bytes(TEXTS[name](0.05), path="page.txt")
    except NotACapture as error:
        assert error.reason in ("code", "data", "binary")
        return
    check_whole_or_told(article)


@pytest.mark.long
@pytest.mark.parametrize("name", [*PAGES, *(f"text: {name}" for name in TEXTS)])
def test_nasty_pages_at_full_size(name: str) -> None:
    is_text = name.startswith("text: ")
    data = TEXTS[name[6:]](1.0) if is_text else PAGES[name](1.0)
    try:
        check_whole_or_told(parse_bytes(data, path="page.txt" if is_text else "page.html"))
    except NotACapture as error:
        assert error.reason in ("code", "data", "binary")


def test_a_page_within_the_limits_is_handed_on_as_it_is() -> None:
    page = b"<p>" + b"x" * 500_000 + b"<br>" * (MAX_TAGS - 2)
    assert fit(page).head is page
    scripts = page[:100_000] + b"<script>if(a<b)" + b"c();" * 500_000 + b"</script>"
    assert fit(scripts).head is scripts


def test_what_has_no_text_costs_a_page_nothing() -> None:
    """A page of SingleFile with pictures, styles and fonts written into it is read whole."""
    picture = b"data:image/png;base64," + b"iVBORw0K" * 300_000
    around = b"<style>.a{background:url(%s)}</style><p>one</p><!-- %s --><svg>%s</svg>" % (
        picture,
        b"no " * 999,
        picture,
    )
    page = (
        b"<html>"
        + around
        + b'<img alt="A quay" src="%s"><p>two</p>' % picture
        + b'<p title="%s">three</p>' % (b"x " * 50_000)
    )
    fitted = fit(page)
    assert not fitted.rest and not fitted.flags
    assert len(fitted.head) < 2000
    for text in (b"<p>one</p>", b"<p>two</p>", b">three</p>", b'alt="A quay"', b"</style>", b"</svg>"):
        assert text in fitted.head


def test_the_json_that_tells_of_the_article_is_read_wherever_it_stands() -> None:
    told = b'<script type="application/ld+json">{"@type":"NewsArticle"}</script>'
    page = b"<html>" + b"<p>x" * 800_000 + b"<script>" + b"x;" * 100_000 + b"</script>" + told
    fitted = fit(page)
    assert fitted.head.endswith(told)
    assert b"x;" not in fitted.head + fitted.rest
    assert fitted.flags == FLAGS


def test_a_head_beyond_measure_leaves_room_for_the_article() -> None:
    fitted = fit(b"<html><head>" + b"<meta name=a>" * 200_000 + b"</head><body><p>text</p>")
    assert b"</head><body><p>text</p>" in fitted.head
    assert not fitted.rest


def test_words_after_the_cut_are_found_in_the_page_zone() -> None:
    page = b"<html><body><article><h1>Vote</h1>" + b"<p>A short one." * 30_000 + b"<p>A <b>rare&nbsp;word</b>.<script>x"
    article = extract(Capture(capture_id(page), page, "text/html"))
    assert article.flags == ("rest-as-text",)
    assert "rare word" in words_of(article)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "shift_jis"])
def test_the_rest_is_read_in_the_encoding_of_the_page(encoding: str) -> None:
    word = "порт" if encoding != "shift_jis" else "港町"
    page = f"<html><meta charset={encoding}><p>{word}" + f"<p>{word}{word}." * 40_000 + "<p>last"
    data = page.encode(encoding)
    article = extract(Capture(capture_id(data), data, "text/html"))
    assert article.flags == ("rest-as-text",)
    assert article.page[-1].endswith("last")
    assert "\ufffd" not in words_of(article)


def test_a_long_dump_is_read_to_its_limit_and_the_rest_as_text() -> None:
    lines = b"The council met on the pier, and then it went home again.\n" * 10_500 + b"the rare word\n"
    article = extract(Capture(capture_id(lines), lines, "text/plain"))
    assert article.flags == ("rest-as-text",)
    assert "rare" in article.page[-1]


@given(st.text(max_size=300), st.integers(1, 50))
def test_pieces_hold_all_words(text: str, times: int) -> None:
    pieces, is_all = pieces_of_text(text * times)
    assert is_all
    assert " ".join(pieces) == " ".join((text * times).split())


MORE = st.sampled_from(
    [
        b"<p>x",
        b"<!--",
        b"-->",
        b"<script>",
        b"</script>",
        b"<style>",
        b"</style>",
        b'<a b="',
        b"data:x,",
        b'"',
        b"\xd0\xbf",
    ]
)


@given(st.lists(st.tuples(MORE, st.integers(1, 40_000)), max_size=8))
def test_any_outsized_page_is_cut_to_size(parts: list[tuple[bytes, int]]) -> None:
    page = b"".join(part * times for part, times in parts)
    fitted = fit(page)
    assert len(fitted.head) <= 3_000_000
    assert len(fitted.rest) <= 1_500_000
    assert bool(fitted.flags) == bool(fitted.rest)
    assert fitted.flags == FLAGS[: len(fitted.flags)]


@given(st.binary(max_size=40), st.integers(1, 200_000))
def test_dumps_of_any_bytes_are_cut_to_size(data: bytes, times: int) -> None:
    taken, is_all = fit_text(data * times)
    assert (data * times).startswith(taken) and (len(taken) == len(data) * times) == is_all
    assert len(taken) <= 4_000_000


@given(st.text(max_size=40), st.integers(1, 50_000))
def test_a_cut_text_is_the_text(text: str, times: int) -> None:
    first, rest = cut_text(text * times)
    assert first + rest == text * times
