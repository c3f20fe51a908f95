"""Any bytes give an article or a named refusal, in bounded time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.errors import NotACapture
from newsidx.extract.guard import is_sound
from newsidx.extract.names import meanings
from newsidx.model import KINDS, Article
from tests.extract.html_pages import HEADLINE, SENTENCES, page, read

MANY = 100_000
HOSTILE = {
    "nested": "<div>" * MANY,
    "nested, with text": "<div>x" * 20_000,
    "attributes": "<a " + " ".join(f"a{i}=1" for i in range(MANY)) + ">x",
    "attributes with brackets": "<a " + " ".join(f'a{i}="<>"' for i in range(MANY)) + ">x",
    "attributes run together": "<a " + "".join(f'a{i}="1"' for i in range(MANY)) + ">x",
    "attributes that are quotes": "<a " + " ".join(f'"{i}' for i in range(MANY)) + ">x",
    "misnested formatting": "<p>" + "".join(f"<font a={i}>" for i in range(2000)) + "<p>x" * 20_000,
    "misnested pairs": "<b><i><p></b></i>" * 10_000,
    "tables": "<table><tr><td>" * 20_000,
    "open quotes": '<a href="' * MANY,
    "open comments": "<!--" * MANY,
    "angles": "<" * MANY,
    "cards": "<ul>" + "<li><h3><a href=/x>A linked heading of some length</a></h3><p>x</p></li>" * 5000,
    "title of separators": f"<title>{' | ' * 20_000}</title><p>x",
    "deep json": '<script type="application/ld+json">' + '{"@graph":[' * MANY + "</script>x",
    "names": "<div class='" + "article-body " * 50_000 + "'>x",
    "headings": "<h1>x" * 20_000,
    "images": "<div><img>" * 5000 + "x",
    "drawings": "<svg/>" * 20_000 + "</svg>",
    "drawings in drawings": "<svg>" * 20_000 + "</svg>" * 20_000 + "x",
    "open scripts": "<script>" * MANY,
    "scripts with comments": "<script><!--</script>" * 20_000 + "x",
    "open titles": "<title><!--" * 20_000,
    "comparisons": "<script>" + "if(a<b&&c)" * 50_000 + "</script>x",
    "unclosed comparisons": "if(a <b " * 50_000,
    "quotations": f"<p>{'word ' * 400}</p>"
    + "".join(f"<blockquote>{'word ' * 20}{i}</blockquote>" for i in range(2000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_read_to_their_end(name: str) -> None:
    """Of a size at which what is not linear does not end."""
    assert read(HOSTILE[name]).kind in KINDS


def test_real_depths_are_sound_and_hostile_ones_are_not() -> None:
    assert is_sound(b"<div>" * 400 + b"x" + b"</div>" * 400)
    assert is_sound(b"<p>x" * 10_000)
    assert not is_sound(HOSTILE["nested"].encode())
    assert not is_sound(HOSTILE["attributes"].encode())
    assert not is_sound(HOSTILE["misnested formatting"].encode())


def test_a_comparison_in_a_script_is_no_tag() -> None:
    names = " ".join(f"x{i}" for i in range(1000)).encode()
    script = b"<script>if (a<b) { " + names + b" }</script>"
    assert is_sound(script)
    assert is_sound(script + b"<p>x" * 100 + script)
    assert not is_sound(b"<script>x</script>" + b"<a " + b'x="1>" ' * 2000 + b">")
    assert not is_sound(script + b"<a " + names + b">")


def test_a_page_without_tree_is_read_all_the_same() -> None:
    article = read(page(after="<div>" * 7000))
    assert article.flags == ("read-without-tree",)
    assert set(SENTENCES) <= set(article.body)
    assert HEADLINE in (article.headline, *article.page, *article.body)


def check(article: Article) -> None:
    """What holds of every article."""
    assert article.kind in KINDS
    for _, zone in article.zones():
        for text in zone:
            assert text == " ".join(text.split()) != ""
    assert all(0 <= link.paragraph < len(article.body) for link in article.links)
    assert all(link.url.startswith(("http://", "https://")) for link in article.links)


@given(st.binary(max_size=3000))
def test_any_bytes(data: bytes) -> None:
    try:
        check(read(data))
    except NotACapture as error:
        assert error.reason in ("empty", "binary")


PIECES = st.sampled_from(
    "<div> </div> <p> </p> <a href=/x> </a> <b> </b> <table> <td> </table> <li> <ul> <h1> </h1> <br> <script> </script>"
    " <!-- --> <figure> <figcaption> </figure> < > &amp; &#0; <time> </time> <title> </title> <svg> </svg> <template>"
    " <select> <form> <body> <html> </body> <frameset> <plaintext> <noscript> </noscript> <article> </article>"
    " 中文。 \ufeff \u00ad".split()
)


@given(st.lists(PIECES | st.text(max_size=30), max_size=60))
def test_any_soup_of_tags(pieces: list[str]) -> None:
    data = "".join(pieces).encode("utf-8", "surrogatepass")
    try:
        article = read(data)
    except NotACapture:
        return
    check(article)
    assert article == read(data)


@given(st.text(max_size=500))
def test_names_mean_something_or_nothing(names: str) -> None:
    assert isinstance(meanings(names), frozenset)


def test_names_of_all_spellings() -> None:
    for spelling in ("article-body", "articleBody", "article__body", "ArticleBody", "story article_body x1"):
        assert "article" in meanings(spelling)
    assert meanings("particle-embodied") == frozenset()
