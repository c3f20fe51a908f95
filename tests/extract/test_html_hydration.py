"""Pages whose text is in the data of their scripts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from newsidx.extract.hydration import story_in_scripts
from tests.extract.html_pages import HEADLINE, SENTENCES, read

STORY = tuple(f"{text} That was the {n}. point of the meeting." for n in range(4) for text in SENTENCES)
ITEMS = [
    {"type": "paragraph", "data": {"id": "a1"}, "content": [{"type": "text", "value": text}]} for text in STORY
] + [{"type": "advert", "data": {"slot": 3}, "content": []}]
HTML = "".join(f'<p class="p">{text}</p>' for text in STORY)
ARTICLE = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x"}</script>'


def page(script: str, shown: str = "", head: str = ARTICLE) -> str:
    return f"<title>{HEADLINE}</title>{head}<h1>{HEADLINE}</h1><main>{shown}</main>{script}"


def as_data(value: Any) -> str:
    return f'<script id="__DATA__" type="application/json">{json.dumps(value)}</script>'


@pytest.mark.parametrize(
    "script",
    [
        as_data({"props": {"story": {"id": 7, "body": ITEMS}}}),
        as_data({"story": {"body": HTML}}),
        as_data({"story": {"paragraphs": list(STORY)}}),
        f"<script>window.__STATE__ = {json.dumps({'story': {'content': HTML}})};start()</script>",
        f"<script>self.push([1,{json.dumps(HTML)}])</script>".replace("</p>", "\\u003c/p>"),
    ],
)
def test_a_story_in_data_is_the_body(script: str) -> None:
    article = read(page(script, shown=f"<p>{STORY[0]}</p>"))
    assert article.body == STORY
    assert article.flags == ("text-from-script",)


def test_markup_of_the_story_is_read_as_markup() -> None:
    story = HTML.replace("northern channel", '<a href="https://example.org/c">northern channel</a>')
    figure = "<figure><img src='a.jpg'><figcaption>The dredger Marta at work on Tuesday</figcaption></figure>"
    article = read(page(as_data({"body": story + figure})))
    assert article.body == STORY
    assert article.captions == ("The dredger Marta at work on Tuesday",)
    assert article.links[0].url == "https://example.org/c"


def test_a_story_that_is_another_one_is_not_taken() -> None:
    shown = "<p>The mayor opened the new library on the market square in the rain on Friday.</p>"
    assert len(read(page(as_data({"body": ITEMS}), shown=shown)).body) == 1


def test_a_page_that_is_no_article_keeps_its_text() -> None:
    assert read(page(as_data({"body": ITEMS}), head="")).flags == ()


def test_a_page_with_text_enough_keeps_it() -> None:
    shown = "".join(f"<p>{text} {text} {text}</p>" for text in SENTENCES)
    assert read(page(as_data({"body": ITEMS}), shown=shown)).flags == ()


@pytest.mark.parametrize(
    "markup",
    [
        "<script>" * 100_000,
        "<script>" + '=[{"a":' * 100_000 + "</script>",
        "<script>" + "=[" * 200_000 + "</script>",
        "<script>[" + "[1,2,[" * 10_000 + "</script>",
        "<script>" + json.dumps([["x " * 100] * 100] * 200) + "</script>",
    ],
)
def test_hostile_scripts_are_read_to_their_end(markup: str) -> None:
    """Of a size at which what is not linear does not end."""
    assert story_in_scripts(markup, ()) == ""
