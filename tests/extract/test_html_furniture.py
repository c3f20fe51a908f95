"""Elements that are furniture by name are skimmed: their lines and links are kept, and a wrong name costs no text."""

from __future__ import annotations

import pytest

from tests.extract.html_pages import BODY, HEADLINE, SENTENCES, page, read


def test_menu_lines_are_page_lines() -> None:
    article = read(page(before='<nav><ul><li>One<li><a href="/2">Two</a> three<br>four</ul></nav>'))
    assert {"One", "Two three four"} <= set(article.page)
    assert article.body == SENTENCES


@pytest.mark.parametrize("name", ["nav", "comment", "share", "newsletter", "sr-only", "related", "site-footer"])
def test_name_is_not_believed_of_an_article(name: str) -> None:
    markup = f"<title>{HEADLINE}</title><div class='{name}'><main><h1>{HEADLINE}</h1>{BODY * 4}</main></div>"
    assert read(markup).body[: len(SENTENCES)] == SENTENCES


def test_nested_furniture_with_long_text_is_read() -> None:
    opened = '<div class="related">' * 300
    assert len(read(f"<h1>{HEADLINE}</h1>{opened}{BODY * 20}{'</div>' * 300}").body) >= len(SENTENCES)


def test_times_in_skimmed_elements_are_seen() -> None:
    article = read(page(before='<div class="share"><time datetime="2023-07-03">3 July</time></div>'))
    assert str(article.published) == "2023-07-03"


def test_words_for_screen_readers_inside_a_line_are_no_text() -> None:
    link = '<a href="/r">report<span class="visually-hidden">, opens new tab</span></a>'
    article = read(page(body=f"{BODY}<p>The engineers wrote a long {link} on the state of the northern channel.</p>"))
    assert article.body[-1] == "The engineers wrote a long report on the state of the northern channel."


def test_text_for_subscribers_that_is_in_the_page_is_body() -> None:
    article = read(page(body=f'{BODY}<div class="subscriber-only" style="display:none">{BODY}</div>'))
    assert article.body == SENTENCES * 2


def test_caption_in_a_button() -> None:
    words = "The dredger Marta at work in the northern channel on Tuesday"
    figure = f"<figure><img src='a.jpg'><button><figcaption>{words}</figcaption></button></figure>"
    assert read(page(body=BODY + figure)).captions == (words,)


@pytest.mark.parametrize(
    ("claimed", "printed", "published"),
    [
        ("2023-12-23T03:40:00Z", "December 22, 2023 9:40 PM", "2023-12-22T21:40"),
        ("2023-12-22T22:30:00Z", "23 December 2023", "2023-12-23"),
        ("2023-12-22T15:00:00Z", "22 December 2023", "2023-12-22T15:00:00Z"),
        ("2023-12-22T15:00:00Z", "Updated 27 December 2023", "2023-12-22T15:00:00Z"),
        ("2023-12-22T03:40:00-06:00", "December 21, 2023", "2023-12-22T03:40:00-06:00"),
    ],
)
def test_printed_local_day_beside_utc(claimed: str, printed: str, published: str) -> None:
    told = {"@type": "NewsArticle", "headline": HEADLINE, "datePublished": claimed}
    assert str(read(page(json_ld=told, before=f"<p class='date'>{printed}</p>")).published) == published


def test_codes_are_no_tags() -> None:
    told = {"@type": "NewsArticle", "headline": HEADLINE, "keywords": ["MTPIX", "EREP", "AER", "GEN", "topic/x"]}
    assert read(page(json_ld=told)).tags == ()


@pytest.mark.parametrize(
    "name", ["amp-ad", "amp-embed", "ad-slot", "share-bar", "amp-consent", "amp-user-notification", "fin-newsletter"]
)
def test_elements_of_a_page_s_own_making_mean_what_their_names_say(name: str) -> None:
    words = "Car insurance for drivers over fifty: compare now and save up to 400 dollars a year."
    first, rest = BODY[: BODY.index("</p>") + 4], BODY[BODY.index("</p>") + 4 :]
    article = read(page(body=f"{first}<{name} width=300><div placeholder>{words}</div></{name}>{rest}"))
    assert article.body == SENTENCES
    assert words in article.page


def test_elements_of_a_page_s_own_making_may_hold_the_article() -> None:
    assert read(page(body=f"<story-text>{BODY}</story-text>")).body == SENTENCES
