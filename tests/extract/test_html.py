"""The HTML reader: zones, values with their evidence, and that nothing on the page is lost."""

from __future__ import annotations

import re

import pytest

from newsidx.errors import NotACapture
from newsidx.model import Hint, Moment
from tests.extract.html_pages import BODY, HEADLINE, SENTENCES, page, read


def test_body_is_the_article_and_not_the_page() -> None:
    article = read(page())
    assert article.body == SENTENCES
    assert article.headline == HEADLINE
    assert article.kind == "article"
    assert article.words == sum(len(re.findall(r"\w+", text)) for text in SENTENCES)


def test_nothing_visible_is_lost() -> None:
    article = read(page(before='<p class="byline">By Jane Roe</p>', after="<p>Odd words: quagga zebu.</p>"))
    everything = " ".join(text for _, zone in article.zones() for text in zone)
    for words in ("World", "Most read", "Ten soups", "Terms of use", "Jane Roe", "quagga zebu"):
        assert words in everything


def test_scripts_and_styles_are_not_text() -> None:
    article = read(page(after="<script>var zzz = 1;</script><style>.zzz {}</style><svg><title>zzz</title></svg>"))
    assert "zzz" not in " ".join(text for _, zone in article.zones() for text in zone)


def test_rail_is_promo() -> None:
    article = read(page())
    assert "Ten soups for the cold days of a long winter" in article.promo


@pytest.mark.parametrize(
    "line",
    [
        "<p>READ MORE: <a href='/x'>Ferry late again, passengers say</a></p>",
        '<div class="related-posts"><a href="/x">Ferry late again, passengers say</a></div>',
        "<h3><a href='/x'>Ferry late again, passengers of the island say</a></h3>",
    ],
)
def test_links_to_other_articles_within_the_text_are_promo(line: str) -> None:
    article = read(page(body=BODY[: BODY.index("</p>") + 4] + line + BODY[BODY.index("</p>") + 4 :]))
    assert article.body == SENTENCES
    assert any("Ferry late again" in text for text in article.promo)


def test_subheads_and_list_items_are_paragraphs() -> None:
    article = read(page(body=f"{BODY}<h2>What comes next</h2><ul><li>The tender closes on Friday.</li></ul>{BODY}"))
    assert article.body == (*SENTENCES, "What comes next", "The tender closes on Friday.", *SENTENCES)


def test_double_line_breaks_part_paragraphs() -> None:
    article = read(page(body="<br><br>".join(SENTENCES)))
    assert article.body == SENTENCES


def test_captions_and_credits_are_apart() -> None:
    figure = (
        '<figure><img src="a.jpg"><figcaption>The dredger Anna at work.'
        ' <span class="credit">Lena Ober / Wire</span></figcaption></figure>'
    )
    article = read(page(body=figure + BODY))
    assert article.captions == ("The dredger Anna at work.",)
    assert article.credits == ("Lena Ober / Wire",)
    assert article.body == SENTENCES


def test_deck_is_apart() -> None:
    deck = "Crews have waited for two years while the silt kept coming back."
    article = read(page(before=f'<p class="standfirst">{deck}</p>'))
    assert article.deck == deck
    assert article.body == SENTENCES


def test_correction_is_apart() -> None:
    text = "Correction: An earlier version of this article misspelt the name of the port's spokeswoman."
    article = read(page(body=f"{BODY}<p>{text}</p>"))
    assert article.corrections == (text,)
    assert article.body == SENTENCES


def test_links_keep_their_paragraph_and_become_absolute() -> None:
    body = f'<p>{SENTENCES[0]}</p><p>More is in <a href="../report.pdf">the report</a> that the board published.</p>'
    article = read(page(body=body, head='<link rel="canonical" href="https://news.example/a/b/story-1">'))
    (link,) = article.links
    assert (link.url, link.text, link.paragraph) == ("https://news.example/a/report.pdf", "the report", 1)


@pytest.mark.parametrize("target", ["javascript:alert(1)", "mailto:a@b.example", "data:text/html,x", "http://[broken"])
def test_links_that_lead_nowhere_are_dropped(target: str) -> None:
    body = f'<p>{SENTENCES[0]} Here is <a href="{target}">a link</a> within a sentence.</p>'
    assert read(page(body=body, head='<link rel=canonical href="https://news.example/a/story">')).links == ()


def test_headline_is_the_heading_not_the_title_with_the_site() -> None:
    article = read(page(title=f"{HEADLINE} - The Daily", head='<meta property="og:site_name" content="The Daily">'))
    assert article.headline == HEADLINE
    assert article.evidence["headline"] == "markup"
    assert article.source.name == "The Daily"


def test_headline_without_heading_loses_the_site() -> None:
    markup = page(title=f"{HEADLINE} | The Daily", head='<meta property="og:site_name" content="The Daily">')
    article = read(re.sub(r"<h1>.*?</h1>", "", markup))
    assert article.headline == HEADLINE


def test_heading_of_the_site_is_no_headline() -> None:
    markup = page(title=f"{HEADLINE} - The Daily", head='<meta property="og:site_name" content="The Daily">')
    markup = markup.replace("<nav>", "<h1>The Daily</h1><nav>").replace(
        f"<article><h1>{HEADLINE}</h1>", f"<article><h2>{HEADLINE}</h2>"
    )
    assert read(markup).headline == HEADLINE


def test_canonical_that_is_the_sites_root_is_not_accepted() -> None:
    head = (
        '<link rel="canonical" href="https://news.example/"><meta property="og:url" content="https://news.example/a-1">'
    )
    article = read(page(head=head))
    assert article.canonical_url == "https://news.example/a-1"
    assert article.evidence["canonical_url"] == "opengraph"
    assert read(page(head='<link rel="canonical" href="https://news.example/en/">')).canonical_url is None


def test_hints_stand_below_the_page() -> None:
    hints = (
        Hint("published", "2001-01-01", "pattern"),
        Hint("authors", "Nobody Known", "option"),
        Hint("lang", "fr", "option"),
        Hint("source", "Told Times", "option"),
        Hint("url", "https://news.example/told", "sidecar"),
        Hint("captured", "2024-05-06T07:08Z", "folder"),
    )
    head = (
        '<meta property="article:published_time" content="2024-03-02T10:00:00+01:00">'
        '<meta name="author" content="Jane Roe"><meta property="og:site_name" content="The Daily">'
    )
    article = read(page(head=head), *hints)
    assert str(article.published) == "2024-03-02T10:00+01:00" or str(article.published) == "2024-03-02T10:00:00+01:00"
    assert article.authors == ("Jane Roe",)
    assert article.lang == "en"
    assert article.source.name == "The Daily"
    assert article.source.domain == "news.example"
    assert article.url == "https://news.example/told"
    assert article.captured is not None
    assert article.captured.sort_key() == Moment.parse("2024-05-06T07:08Z").sort_key()
    bare = read(page().replace(' lang="en"', ""), *hints)
    assert (str(bare.published), bare.authors, bare.lang, bare.source.name) == (
        "2001-01-01",
        ("Nobody Known",),
        "fr",
        "Told Times",
    )
    assert bare.evidence["published"] == "pattern"


def test_published_after_captured_is_kept_and_flagged() -> None:
    head = '<meta property="article:published_time" content="2024-03-02T10:00:00Z">'
    article = read(page(head=head), Hint("captured", "2024-02-01", "folder"))
    assert article.flags == ("published-after-captured",)
    assert article.published is not None


def test_date_without_zone_stays_without() -> None:
    article = read(page(before='<time datetime="2024-03-02T10:30">2 March 2024</time>'))
    assert article.published is not None
    assert article.published.offset_minutes is None
    assert article.evidence["published"] == "markup"


def test_no_date_is_invented() -> None:
    assert read(page()).published is None


def test_second_article_on_the_page_is_not_the_first() -> None:
    other = (
        "<p>An entirely different story about a bakery that moved across the river last week, as told by its owner.</p>"
    )
    one = f"<article><header><h1>{HEADLINE}</h1></header>{BODY}</article>"
    two = f"<article><header><h1>Bakery moves across the river</h1></header>{other * 3}</article>"
    article = read(f"<html><head><title>{HEADLINE}</title></head><body><main>{one}{two}</main></body></html>")
    assert article.body == SENTENCES


def test_old_pages_of_tables_and_fonts() -> None:
    text = "<BR><BR>".join(SENTENCES)
    article = read(
        f"<HTML><HEAD><TITLE>Quay Gazette - {HEADLINE}</TITLE></HEAD><BODY><TABLE><TR><TD><A HREF=/>Home</A></TD>"
        f"<TD><FONT SIZE=6><B>{HEADLINE}</B></FONT><BR><BR><FONT SIZE=1>By Ann Lee</FONT><BR><BR>"
        f"{text}</TD></TR></TABLE></BODY>"
    )
    assert article.headline == HEADLINE
    assert article.body == SENTENCES
    assert article.source.name == "Quay Gazette"


def test_text_that_only_a_script_would_show_comes_from_json_ld() -> None:
    claim = {"@type": "NewsArticle", "headline": HEADLINE, "articleBody": "\n\n".join(SENTENCES) * 2}
    article = read(page(body="", json_ld=claim))
    assert article.evidence["body"] == "json-ld"
    assert SENTENCES[0] in article.body


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b" \n\t", "empty"), (b"\x00" * 4096, "binary")])
def test_what_is_no_page_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(NotACapture) as caught:
        read(data)
    assert caught.value.reason == reason


OTHER = "".join(f"<p>Another story on the same page, and its {n}th paragraph is about a bakery.</p>" for n in range(6))


@pytest.mark.parametrize("wrapped", ["<h1>{}</h1>", "<div><h1>{}</h1></div>"])
def test_the_next_article_of_an_endless_page_is_not_the_article(wrapped: str) -> None:
    second = wrapped.format("The bakery on the market square opens again")
    markup = (
        f"<title>{HEADLINE}</title><main><article><div><h1>{HEADLINE}</h1></div>{BODY}</article>"
        f"<article>{second}{OTHER}</article></main>"
    )
    article = read(markup)
    assert article.body == SENTENCES
    assert sum("bakery" in line for line in article.page) == 7


def test_a_second_first_heading_inside_an_article_is_its_own() -> None:
    article = read(
        f"<title>{HEADLINE}</title><article><h1>{HEADLINE}</h1>{BODY}<div><h1>Why</h1>{OTHER}</div></article>"
    )
    assert article.body == (*SENTENCES, "Why", *re.findall(r"<p>(.*?)</p>", OTHER))
