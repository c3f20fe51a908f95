"""Kinds: declared and undeclared articles, lists, refusals, stubs, galleries, live pages."""

from __future__ import annotations

import pytest

from tests.extract.html_pages import BODY, HEADLINE, SENTENCES, page, read

CARD = '<li><h3><a href="/{0}">The headline of another article, number {0}</a></h3><p>A teaser of it.</p></li>'


def test_front_page_is_a_listing() -> None:
    cards = "".join(CARD.format(i) for i in range(30))
    article = read(f"<html><head><title>The Daily</title></head><body><h1>The Daily</h1><ul>{cards}</ul></body></html>")
    assert article.kind == "listing"
    assert len(article.promo) >= 30


def test_an_article_in_a_crowd_of_links_is_one() -> None:
    cards = "".join(CARD.format(i) for i in range(60))
    article = read(page(after=f"<section class=related><ul>{cards}</ul></section>"))
    assert article.kind == "article"
    assert article.body == SENTENCES


def test_a_short_declared_article_is_one() -> None:
    claim = {"@type": "NewsArticle", "headline": HEADLINE}
    assert read(page(body=f"<p>{SENTENCES[0]}</p>", json_ld=claim)).kind == "article"


@pytest.mark.parametrize(
    "title",
    [
        "Access Denied",
        "404 Not Found",
        "Just a moment...",
        "Page not found - The Daily",
        "Attention Required! | Cloudflare",
    ],
)
def test_refusals(title: str) -> None:
    head = f"<html><head><title>{title}</title></head>"
    assert read(f"{head}<body><h1>{title}</h1><p>Please go back to the start.</p></body></html>").kind == "refusal"


def test_captcha_by_its_words() -> None:
    text = "Please enable JavaScript and cookies to continue. Verify you are human by ticking the box."
    assert read(f"<html><body><p>{text}</p></body></html>").kind == "refusal"


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        ("Kirjaudu", "Unohditko salasanasi?"),
        ("Ověření", "Potvrďte prosím, že nejste robot."),
        ("Vi respekterer personvernet ditt", "Du kan velge hva som lagres."),
        ("お使いの環境について", "ロボットではないことを確認してください。"),
        ("Oops!", "There is nothing at this address."),
    ],
)
def test_refusals_in_words_that_no_phrase_has(headline: str, text: str) -> None:
    assert read(f"<html><body><h1>{headline}</h1><p>{text}</p></body></html>").kind == "refusal"


@pytest.mark.parametrize("headline", ["Opsonin", "Upstairs"])
def test_hardly_any_text_is_no_refusal_by_itself(headline: str) -> None:
    assert read(f"<html><body><h1>{headline}</h1><p>Open from ten.</p></body></html>").kind == "other"


def test_an_article_about_passwords_is_one() -> None:
    headline = "Oops: the password was 1234, says the robot"
    assert read(page(headline=headline)).kind == "article"


def test_an_article_about_a_refusal_is_one() -> None:
    headline = "Forbidden City reopens to visitors"
    assert read(page(headline=headline)).kind == "article"


def test_stub() -> None:
    claim = {"@type": "NewsArticle", "headline": HEADLINE, "isAccessibleForFree": False}
    assert read(page(body=f"<p>{SENTENCES[0]}</p>", json_ld=claim)).kind == "stub"
    assert read(page(body=BODY * 6, json_ld=claim)).kind == "article"


def test_live() -> None:
    assert read(page(json_ld={"@type": "LiveBlogPosting", "headline": HEADLINE})).kind == "live"


def test_gallery() -> None:
    assert read(page(json_ld={"@type": "ImageGallery", "name": HEADLINE})).kind == "gallery"


def test_no_text_at_all() -> None:
    article = read("<html><body><img src=a.png></body></html>")
    assert article.kind == "other"
    assert article.body == ()
