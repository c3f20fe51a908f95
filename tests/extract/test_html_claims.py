"""What pages say to machines: JSON-LD in all its shapes, microdata, OpenGraph, meta; authors, tags, languages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from newsidx.extract.authors import best_authors
from newsidx.extract.headline import strip_site
from newsidx.extract.resolve import is_article_url, language_tag
from tests.extract.html_pages import HEADLINE, page, read

ARTICLE: dict[str, Any] = {
    "@type": "NewsArticle",
    "headline": HEADLINE,
    "datePublished": "2024-03-02T10:00:00+01:00",
    "dateModified": "2024-03-03",
    "author": [{"@type": "Person", "name": "Jane Roe"}, {"@type": "Person", "name": "By John Doe"}],
    "publisher": {"@type": "Organization", "name": "The Daily"},
    "keywords": ["harbour", "dredging", "Category: News", "8f507083-bac4-423a-9015-2eb31e1bce50"],
    "articleSection": "Local",
}


@pytest.mark.parametrize(
    "shape",
    [
        ARTICLE,
        [ARTICLE],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"}, ARTICLE]},
        [{"@graph": [[ARTICLE]]}],
        {"@type": "WebPage", "mainEntity": ARTICLE},
        json.dumps(ARTICLE)[:-1] + ",}",
        f"<!-- {json.dumps(ARTICLE)} -->",
        f"//<![CDATA[\n{json.dumps(ARTICLE)}\n//]]>",
        json.dumps(ARTICLE).replace("Local", "Lo\ncal"),
        json.dumps(ARTICLE) + json.dumps({"@type": "BreadcrumbList"}),
        {**ARTICLE, "@type": ["ReportageNewsArticle", "Thing"]},
        {**ARTICLE, "@type": "http://schema.org/NewsArticle"},
    ],
)
def test_json_ld_shapes(shape: Any) -> None:
    article = read(page(json_ld=shape))
    assert article.authors == ("Jane Roe", "John Doe")
    assert article.published is not None
    assert (article.published.day.isoformat(), article.published.offset_minutes) == ("2024-03-02", 60)
    assert article.modified is not None
    assert article.modified.precision == "day"
    assert article.tags == ("harbour", "dredging")
    assert article.section in ("Local", "Lo cal")
    assert article.source.name == "The Daily"
    assert article.evidence["published"] == article.evidence["authors"] == "json-ld"


def test_author_by_reference() -> None:
    graph = {
        "@graph": [{**ARTICLE, "author": {"@id": "#jane"}}, {"@id": "#jane", "@type": "Person", "name": "Jane Roe"}]
    }
    assert read(page(json_ld=graph)).authors == ("Jane Roe",)


def test_circular_references_end() -> None:
    graph = {"@graph": [{**ARTICLE, "author": {"@id": "#a"}}, {"@id": "#a", "author": {"@id": "#a"}}]}
    assert read(page(json_ld=graph)).authors == ()


@pytest.mark.parametrize(
    "broken",
    ["{", "[" * 100_000, '{"headline": ' + "9" * 10_000 + "}", '{"@type": 5}', '"text"', "null", "[1, [2]]", ""],
)
def test_broken_json_is_no_matter(broken: str) -> None:
    assert read(page(json_ld=broken)).headline == HEADLINE


def test_claims_of_other_things_are_not_the_articles() -> None:
    claim = {**ARTICLE, "comment": [{"@type": "Comment", "author": {"name": "Troll"}, "datePublished": "1999-01-01"}]}
    article = read(page(json_ld=claim))
    assert article.authors == ("Jane Roe", "John Doe")


def test_microdata_and_order_of_evidence() -> None:
    before = (
        '<span itemprop="author" itemscope><span itemprop="name">Mia Microdata</span></span>'
        '<meta itemprop="datePublished" content="2024-01-01T08:00Z">'
    )
    head = '<meta name="author" content="Max Meta"><meta property="article:published_time" content="2024-01-02">'
    article = read(page(before=before, head=head))
    assert article.authors == ("Mia Microdata",)
    assert str(article.published) == "2024-01-01T08:00Z"
    assert article.evidence["published"] == "microdata"


def test_a_day_gives_way_to_the_same_day_with_a_time() -> None:
    claim = {**ARTICLE, "datePublished": "2024-03-02"}
    head = '<meta property="article:published_time" content="2024-03-02T11:12:00Z">'
    assert str(read(page(json_ld=claim, head=head)).published).startswith("2024-03-02T11:12")


def test_byline_in_markup_is_the_last_resort() -> None:
    article = read(page(before='<p class="byline">By <a href="/jane">Jane Roe</a></p>'))
    assert article.authors == ("Jane Roe",)
    assert article.evidence["authors"] == "markup"


def test_a_person_in_the_byline_beats_the_outlet_in_json_ld() -> None:
    claim = {**ARTICLE, "author": {"name": "The Daily"}}
    article = read(page(json_ld=claim, before='<p class="byline">By Jane Roe</p>'))
    assert article.authors == ("Jane Roe",)
    assert read(page(json_ld=claim)).authors == ("The Daily",)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (["By Jane Roe and John Doe"], ("Jane Roe", "John Doe")),
        (["Jane Roe, John Doe; Ann Lee"], ("Jane Roe", "John Doe", "Ann Lee")),
        (["Jane Roe, Staff Reporter"], ("Jane Roe",)),
        (["jane@news.example"], ()),
        (["https://news.example/jane"], ()),
        (["admin"], ()),
        (["ByJane Roe"], ("Jane Roe",)),
        (["Jane Roe (Reuters)"], ("Jane Roe",)),
        (["Ana Soto. Punta Ceniza"], ("Ana Soto",)),
        (["Martin King Jr."], ("Martin King Jr",)),
        (["박준석 기자"], ("박준석",)),
    ],
)
def test_names_are_cleaned(values: list[str], names: tuple[str, ...]) -> None:
    assert best_authors([("meta", values)], ())[0] == names


TAGS = '<li><a href="/{0}/harbour/">harbour</a></li><li><a href="/{0}/ferries/">ferries</a></li>'


@pytest.mark.parametrize(
    "listed",
    [
        f'<ul class="tag-list">{TAGS.format("x")}</ul>',
        f"<ul>{TAGS.format('tag')}</ul>",
        f"<ul>{TAGS.format('thema')}</ul>",
        f"<h4>Topics</h4><ul>{TAGS.format('x')}</ul>",
        '<p><a rel="tag" href="/x">harbour</a>, <a rel="tag" href="/y">ferries</a></p>',
    ],
)
def test_tags_in_markup(listed: str) -> None:
    article = read(page(after=listed))
    assert article.tags == ("harbour", "ferries")
    assert article.evidence["tags"] == "markup"
    assert read(page(json_ld=ARTICLE, after=listed)).tags == ("harbour", "dredging")


def test_tags_of_the_site_are_not_the_articles() -> None:
    cloud = "".join(f'<a href="/tag/t{i}/">tag number {i}</a> ' for i in range(100))
    blocks = "".join(f'<li><a href="/tag/u{i}/">tag number {i}</a></li>' for i in range(100))
    assert read(page(after=f"<ul>{blocks}</ul><nav>{cloud}</nav>")).tags == ()


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("en_us", "en-US"),
        ("DE", "de"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("pt_BR.utf8", "pt-BR"),
        ("es-419", "es-419"),
        ("English", None),
        ("", None),
        ("e", None),
    ],
)
def test_language_tags(text: str, tag: str | None) -> None:
    assert language_tag(text) == tag


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Rain at last - The Daily", "Rain at last"),
        ("Rain at last | News | The Daily", "Rain at last | News"),
        ("The Daily: Rain at last", "The Daily: Rain at last"),
        ("The Daily | Rain at last", "Rain at last"),
        ("Rain - at last - maybe", "Rain - at last - maybe"),
        ("The Daily", "The Daily"),
    ],
)
def test_site_names_are_cut_off(title: str, bare: str) -> None:
    assert strip_site(title, ["The Daily", "thedaily.example"]) == bare


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://n.example/", False),
        ("https://n.example", False),
        ("https://n.example/en", False),
        ("https://n.example/index.html", False),
        ("https://n.example/?p=1234", True),
        ("https://n.example/world/story", True),
    ],
)
def test_roots_are_no_articles(url: str, is_one: bool) -> None:
    assert is_article_url(url) is is_one
