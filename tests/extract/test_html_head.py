"""What stands around an article's text: headline, deck, date, captions, tags, as the page shows them to readers."""

from __future__ import annotations

import pytest

from tests.extract.html_pages import BODY, HEADLINE, SENTENCES, page, read


def og(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


# --- headline ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headline", "title"),
    [
        ('<span class="kicker">After the storm</span> Harbour board votes to dredge', "Storm: Harbour board votes"),
        ('<span class="x1">Harbour</span> <span class="x2">Harbour board votes to dredge</span>', None),
        ("Politics | Harbour board votes to dredge", None),
        ('Harbour board votes to dredge <span class="subtitle">Crews welcome the sand</span>', "The board votes"),
    ],
)
def test_kickers_are_no_part_of_the_headline(headline: str, title: str | None) -> None:
    article = read(page(headline=headline, title="Daily", head=og(title or "Harbour board votes to dredge")))
    assert article.headline == "Harbour board votes to dredge"
    assert all("Harbour board votes" not in text for text in article.body)


def test_a_kicker_that_the_titles_keep_is_kept() -> None:
    headline = '<span class="kicker">Northport</span> Harbour board votes to dredge'
    article = read(page(headline=headline, title="Daily", head=og("Northport: Harbour board votes to dredge")))
    assert article.headline == "Northport: Harbour board votes to dredge"


def test_a_kicker_above_the_headline_is_not_its_part() -> None:
    headline = "<div>Northport</div><div>Harbour board votes to dredge</div>"
    article = read(page(headline=headline, title="Daily", head=og("Northport: Harbour board votes to dredge")))
    assert article.headline == "Harbour board votes to dredge"


def test_the_large_heading_under_a_line_for_search_engines() -> None:
    shown = "Sand in the channel: what the crews have lost"
    before = f'<p class="x">Harbour</p><h2>{shown}</h2>'
    told = {"@type": "NewsArticle", "headline": shown}
    assert read(page(before=before, json_ld=told)).headline == shown
    far = f"{BODY}<h2>{shown}</h2>{BODY}"
    assert read(page(body=far, json_ld={**told, "headline": shown, "name": HEADLINE})).headline != shown


def test_a_lone_h1_needs_a_word_in_common_only() -> None:
    markup = page(headline="Crews of Northport count their losses after the winter", title="Losses in the harbour")
    assert read(markup).headline == "Crews of Northport count their losses after the winter"
    assert read(markup.replace("their losses", "their sorrows")).headline == "Losses in the harbour"


def test_the_section_in_h1_gives_way_to_what_the_page_is_called() -> None:
    markup = page(headline="News", title="News", head=og(HEADLINE)).replace("<article><h1>News</h1>", "<h1>News</h1>")
    markup = markup.replace('<div class="article-body">', f'<h1>{HEADLINE}</h1><div class="article-body">')
    assert read(markup).headline == HEADLINE


# --- date ----------------------------------------------------------------------------------------------------------


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def day(markup: str) -> str | None:
    published = read(markup).published
    return None if published is None else published.day.isoformat()


def test_of_dates_that_differ_the_printed_one() -> None:
    told = {"@type": "NewsArticle", "headline": HEADLINE, "datePublished": "2021-12-06T14:36:00Z"}
    head = '<meta property="article:published_time" content="2022-12-15T09:13:00+01:00">'
    assert day(page(json_ld=told, head=head)) == "2021-12-06"
    assert day(page(json_ld=told, head=head, before='<p class="m">15 December 2022</p>')) == "2022-12-15"
    assert day(page(json_ld=told, before='<p class="m">15 December 2022</p>')) == "2021-12-06"


@pytest.mark.parametrize(
    ("told", "printed", "expected"),
    [
        ("2022-05-04T02:41:00Z", "3/5/2022 22:41", "2022-05-03"),
        ("2022-05-04T02:41:00Z", "May 3, 2022, 10:41 p.m.", "2022-05-03"),
        ("2022-05-04T02:41:00Z", "5 May 2022", "2022-05-04"),
        ("2022-05-04T11:41:00Z", "5 May 2022", "2022-05-05"),
        ("2022-05-04T02:41:00Z", "Updated 8 May 2022", "2022-05-04"),
        ("2022-05-04T02:41:00-04:00", "May 3, 2022", "2022-05-04"),
    ],
)
def test_the_calendar_day_of_the_place(told: str, printed: str, expected: str) -> None:
    json_ld = {"@type": "NewsArticle", "headline": HEADLINE, "datePublished": told}
    assert day(page(json_ld=json_ld, before=f'<p class="m">{printed}</p>')) == expected


def test_the_clock_of_the_place_given_out_for_utc() -> None:
    json_ld = {"@type": "NewsArticle", "headline": HEADLINE, "datePublished": "2022-05-04T00:44:52.000Z"}
    article = read(page(json_ld=json_ld, head=meta("publish-date", "2022-05-03T21:44:52Z")))
    assert article.published is not None
    assert (str(article.published), article.published.offset_minutes) == ("2022-05-03T21:44:52", None)


def test_a_claim_that_is_no_date_leaves_the_printed_one() -> None:
    assert day(page(head=meta("pubdate", "2:33 PM"), before="<p>October 16, 2019</p>")) == "2019-10-16"


def test_a_vague_meta_date_gives_way_to_the_printed_one() -> None:
    head = meta("date", "2020-04-30")
    assert day(page(head=head)) == "2020-04-30"
    assert day(page(head=head, before='<p class="m">29 April 2020, 12:01</p>')) == "2020-04-29"


def test_dates_in_other_boxes_are_not_the_articles() -> None:
    comments = '<div class="comments"><p><time datetime="2024-01-05">5 January 2024</time></p></div>'
    signed = "<p>Written by M. Ilves on 2 January 2024</p>"
    assert day(page(after=comments + signed)) == "2024-01-02"
    many = "".join(f"<p>Ferry of {n} March 2023</p>" for n in range(1, 5))
    assert day(page().replace('<ul><li><a href="/1">', many + '<ul><li><a href="/1">')) is None


def test_microdata_of_other_articles() -> None:
    teasers = "".join(f'<p><meta itemprop="datePublished" content="2020-02-{n:02}"></p>' for n in (1, 2))
    head = '<meta property="article:published_time" content="2017-04-12T18:33:59+02:00">'
    assert day(page(head=head, after=teasers)) == "2017-04-12"


# --- deck ----------------------------------------------------------------------------------------------------------

DECK = "The silt has cost the crews two days of every week, and nobody wants the sand."


@pytest.mark.parametrize("tag", ["p", "div", "h2"])
def test_a_paragraph_under_the_headline_is_the_deck(tag: str) -> None:
    head = f'<meta name="description" content="{DECK}">' if tag == "h2" else ""
    article = read(page(head=head, before=f"<{tag}>{DECK}</{tag}>"))
    assert article.deck == DECK
    assert article.body == SENTENCES


def test_a_deck_of_several_lines() -> None:
    lines = [DECK, "A contract is to be signed.", "Work begins in November."]
    article = read(page(before="".join(f'<p class="standfirst">{line}</p>' for line in lines)))
    assert article.deck == " ".join(lines)


@pytest.mark.parametrize(
    "line",
    [
        "You'll be asked to sign in to your account at The Daily Harbour before you go on.",
        "Marta Ilves is the harbour correspondent of this paper and lives on a boat of her own.",
        "By Marta Ilves on Monday, November 18th, 2019 at 11:04 a.m. in the old harbour.",
    ],
)
def test_what_tells_of_the_writer_or_the_outlet_is_no_deck(line: str) -> None:
    told = {"@type": "NewsArticle", "headline": HEADLINE, "author": {"name": "Marta Ilves"},
            "publisher": {"name": "The Daily Harbour"}}  # fmt: skip
    deck = read(page(json_ld=told, before=f"<div>{line}</div>")).deck
    assert deck is None


def test_a_deck_ends_at_its_author() -> None:
    told = {"@type": "NewsArticle", "headline": HEADLINE, "author": {"name": "Marta Ilves"}}
    before = f"<p>{DECK}</p><p>Marta Ilves, Thursday 19 October 2023</p>"
    assert read(page(json_ld=told, before=before)).deck == DECK


# --- captions ------------------------------------------------------------------------------------------------------

PICTURE = '<picture><source srcset="/a.webp"><img src="/a.jpg"></picture>'


def with_picture(inside: str) -> str:
    return page(body=f'<p>{SENTENCES[0]}</p><div class="x">{inside}</div>' + BODY)


def test_a_line_beside_a_picture_is_its_caption() -> None:
    article = read(with_picture(f"{PICTURE}<p>The dredger Anna at the mole</p><p>Photo: M. Ilves</p>"))
    assert article.captions == ("The dredger Anna at the mole",)
    assert "The dredger Anna at the mole" not in article.body


def test_teasers_and_paragraphs_beside_pictures_are_none() -> None:
    teaser = f'{PICTURE}<h3><a href="/x">Ten soups for the cold days of winter</a></h3>'
    assert read(with_picture(teaser)).captions == ()
    slides = "".join(f"<div>{PICTURE}<p>{text}</p></div>" for text in SENTENCES)
    assert read(page(body=slides + slides)).captions == ()


def test_a_line_that_goes_on_from_the_text_of_an_image() -> None:
    alt = "The dredger Anna at the mole of Northport, February 2024"
    body = f'<div><img alt="{alt}" src="a.jpg"><p>{alt} (Fot. Anna Kowalska)</p></div>' + BODY
    article = read(page(body=body))
    assert article.captions == (alt,)
    assert article.credits == ("Fot. Anna Kowalska",)
    assert article.body == SENTENCES


def test_bylines_dates_and_furniture_in_figures_are_no_captions() -> None:
    figure = (
        '<figure><img src="a.jpg"><figcaption><span class="author">By Marta Ilves</span></figcaption>'
        "<figcaption>26.10.2025 | 2:43 min</figcaption>"
        "<figcaption>The dredger Anna at the mole</figcaption>"
        "<aside><p>Sign up for the letter of the harbour, twice a week</p></aside></figure>"
    )
    article = read(page(body=f"<p>{SENTENCES[0]}</p>{figure}{BODY}"))
    assert article.captions == ("The dredger Anna at the mole",)
    assert article.authors == ("Marta Ilves",)


# --- tags ----------------------------------------------------------------------------------------------------------


def test_tags_that_two_kinds_of_evidence_give_alike() -> None:
    told = {"@type": "NewsArticle", "headline": HEADLINE, "keywords": ["harbour", "sand", "web", "paywall exclude"]}
    shown = '<p><a class="tag" rel="tag" href="/tag/harbour">Harbour</a> <a rel="tag" href="/tag/sand">Sand</a></p>'
    article = read(page(json_ld=told, head=meta("keywords", "harbour, sand"), after=shown))
    assert [tag.casefold() for tag in article.tags] == ["harbour", "sand"]


def test_a_section_alone_gives_way_to_the_tags_that_have_it() -> None:
    told = {"@type": "NewsArticle", "headline": HEADLINE, "keywords": "Harbour"}
    assert read(page(json_ld=told, head=meta("keywords", "harbour, sand, silt"))).tags == ("harbour", "sand", "silt")


def test_links_named_tags_one_by_one() -> None:
    after = '<div>Filed by M. under <a rel="tag" href="/t/1">harbour</a>, <a rel="tag" href="/t/2">sand</a></div>'
    assert read(page(after=after)).tags == ("harbour", "sand")


# --- authors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "authors"),
    [
        ("<table><tr><td>By Gerald Tuckwell, Foreign Staff</td></tr></table>", "", ("Gerald Tuckwell",)),
        ('<div class="bar"><span class="writer">Bo Ek</span> - Northport</div>', "", ("Bo Ek",)),
        ("", "<p>Written by Marta Ilves</p>", ("Marta Ilves",)),
        ("", '<div class="comments"><p>Written by Marta Ilves</p></div>', ()),
    ],
)
def test_bylines_around_the_text(before: str, after: str, authors: tuple[str, ...]) -> None:
    assert read(page(before=before, after=after)).authors == authors
