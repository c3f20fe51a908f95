"""The page without a browser: what it shows in each state, what links lead to, and that captured text stays text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import newsidx
from newsidx.model import Article, Facet, FacetCount, Moment, Piece, Snippet
from newsidx.server import ServeOptions, make_app
from newsidx.server._timeline import is_short, timeline
from newsidx.server._views import article_view
from newsidx.server._words import citation, direction, language, original_link, shown_moment
from tests.made.news import INVISIBLE
from tests.server.conftest import BASE

_VOID = {"input", "link", "meta", "br", "img", "hr", "wbr"}


class Page(HTMLParser):
    """Elements with their attributes and texts; fails where tags are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == [], self._open

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1] == tag, (tag, self._open)
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [a for t, a in self.elements if t == tag and all(a.get(n) == v for n, v in wanted.items())]


def page_at(client: TestClient, path: str, status: int = 200, **params: str) -> Page:
    answer = client.get(path, params=params or None, follow_redirects=False)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return Page(answer.text)


def test_the_start_shows_the_newest_and_how_much_there_is(client: TestClient) -> None:
    page = page_at(client, "/")
    assert re.search(r"\d+ articles from \d+ sources", page.text)
    assert len(page.all("article", class_="hit")) == 20
    assert page.all("a", rel="next")


def test_a_search_lights_up_counts_filters_and_turns_pages(client: TestClient) -> None:
    page = page_at(client, "/", q="ferry inquiry")
    assert "24 articles" in page.text
    assert page.all("mark")
    assert page.all("svg")
    only = [a for a in page.all("a", class_="only") if "Harbour" in str(a["href"])]
    without = [a for a in page.all("a", class_="without") if "Harbour" in str(a["href"])]
    assert only and without
    kept = page_at(client, str(only[0]["href"]))
    assert "24 articles" in kept.text
    assert kept.all("ul", class_="chips")
    left_out = page_at(client, str(without[0]["href"]))
    assert "No article matches" in left_out.text
    more = page_at(client, str(page.all("a", rel="next")[0]["href"]))
    assert len(more.all("article", class_="hit")) == 4
    assert more.all("a", rel="prev")
    assert "24 articles: 21 to 24" in more.text


def test_every_link_of_a_page_of_results_leads_somewhere(client: TestClient) -> None:
    page = page_at(client, "/", q="ferry")
    links = {str(a["href"]) for a in page.all("a") if str(a["href"]).startswith("/")}
    assert len(links) > 30
    for link in sorted(links):
        assert client.get(link).status_code == 200, link


def test_the_timeline_leads_to_its_periods(client: TestClient) -> None:
    page = page_at(client, "/", q="ferry")
    bars = [a for a in page.all("a") if "since=" in str(a["href"]) and "aria-label" in a]
    assert bars
    period = page_at(client, str(bars[0]["href"]))
    assert "published 20" in period.text
    count = int(str(bars[0]["aria-label"]).rpartition(": ")[2])
    assert f"{count} article" in period.text


def test_no_hits_says_what_is_near(client: TestClient) -> None:
    page = page_at(client, "/", q="ferry zeppelin")
    assert "No article matches" in page.text
    assert "The nearest have most of the words" in page.text
    assert page.all("s")


def test_an_error_is_shown_at_its_place_with_a_way_on(client: TestClient) -> None:
    page = page_at(client, "/", 400, q="mali (ferry OR boat")
    assert "The query cannot be read" in page.text
    assert page.all("span", class_="fault")
    assert page.all("input", **{"id": "q", "aria-invalid": "true"})
    plain = [a for a in page.all("a") if "quote=true" in str(a["href"])]
    assert client.get(str(plain[0]["href"])).status_code == 200
    assert page_at(client, "/nothing/here", 404).text
    assert page_at(client, "/articles/ffffffffffff", 404).text


def test_as_one_types_what_is_wrong_is_taken_as_words_and_links_stay_strict(client: TestClient) -> None:
    typed = page_at(client, "/", q='bridge "closes', lenient="true")
    assert "1 article" in typed.text
    wrong = page_at(client, "/", q="bridge (closes OR", lenient="true")
    assert not wrong.all("section", class_="problem")
    right = page_at(client, "/", q="ferry", lenient="true", sort="newest")
    assert not [a for a in right.all("a") if "lenient" in str(a["href"])]
    assert right.all("input", type="hidden", name="sort", value="newest")


def test_an_empty_index_says_how_to_fill_it(tmp_path: Path) -> None:
    with (
        newsidx.open(tmp_path / "index", create=True) as idx,
        TestClient(make_app(idx, ServeOptions()), base_url=BASE) as c,
    ):
        assert "newsidx add" in page_at(c, "/").text


def an_article(client: TestClient, query: str) -> str:
    found = client.get("/api/search", params={"q": query, "limit": 1, "fields": "id"}).json()
    id_: str = found["hits"][0]["id"]
    return id_


def test_reading_lights_up_every_match_and_tells_the_evidence(client: TestClient) -> None:
    id_ = an_article(client, "ferry inquiry")
    page = page_at(client, f"/articles/{id_}", q="ferry inquiry")
    assert len(page.all("mark")) >= 5
    assert "matches for ferry inquiry" in page.text
    for text in ("Captured", "1 June 2024", "given", "Inquiry", "The Harbour Ledger"):
        assert text in page.text
    away = page.all("a", class_="away")[0]
    assert str(away["href"]).startswith("https://harbour.example/inquiry/")
    assert "#:~:text=" in str(away["href"])
    assert str(away["rel"]) == "noreferrer noopener external"
    assert "leaves your machine" in page.text


def test_an_article_from_right_to_left(client: TestClient) -> None:
    page = page_at(client, f"/articles/{an_article(client, 'lang:ar')}")
    article = page.all("article", class_="article")[0]
    assert (article["dir"], article["lang"]) == ("rtl", "ar")


def test_captured_markup_is_text_and_captured_addresses_are_dead(client: TestClient) -> None:
    scripts = 0
    paths = ["/?q=hostile", "/?q=invisible", "/"]
    paths += [f"/articles/{an_article(client, q)}?q={q}" for q in ("hostile", "invisible")]
    paths += [f"/articles/{an_article(client, q)}/why?q={q}" for q in ("hostile", "invisible")]
    for path in paths:
        answer = client.get(path)
        page = Page(answer.text)
        assert "document.title='owned'" in page.text or path == "/" or path.endswith("/why?q=invisible")
        scripts += len(page.all("script"))
        assert [a for a in page.all("script") if not str(a.get("src")).startswith("/static/")] == []
        assert not page.all("img")
        for _, attributes in page.elements:
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            for name in ("href", "src", "action"):
                if name in attributes:
                    assert re.match(r"(/(?!/)|#|https://)", str(attributes[name])), attributes
        assert not set(INVISIBLE) - {"[", "3", "1", "m"} & set(answer.text)
    assert scripts == len(paths)


def test_a_query_is_text_too(client: TestClient) -> None:
    attack = '"><script>alert(1)</script>'
    for path in ("/", "/nothing"):
        for name in ("q", "since", "source", "filter"):
            text = client.get(path, params={name: attack}).text
            assert "<script>alert" not in text
            Page(text)


def test_no_asset_comes_from_another_host(client: TestClient) -> None:
    for path in ("/", "/?q=ferry", "/help", "/static/newsidx.css", "/static/newsidx.js"):
        text = client.get(path).text
        assert not re.search(r"(src|@import|url\()[^\n]{0,3}['\"( ]?(https?:)?//", text)


def test_what_must_be_named_for_all_to_use_the_page(client: TestClient) -> None:
    for path in ("/", "/?q=ferry", f"/articles/{an_article(client, 'ferry')}?q=ferry", "/?q=(", "/help"):
        page = Page(client.get(path).text)
        assert page.all("html", lang="en")
        assert len(page.all("h1")) == 1
        assert len(page.all("main")) == 1
        ids = [a["id"] for _, a in page.elements if "id" in a]
        assert len(ids) == len(set(ids))
        labels = {a["for"] for a in page.all("label")}
        for box in page.all("input"):
            assert box.get("type") == "hidden" or box["id"] in labels
        assert page.all("a", class_="skip", href="#main")


# The words of the page


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2023", "2023"),
        ("2023-07", "July 2023"),
        ("2023-07-01", "1 July 2023"),
        ("2023-07-01T09:05", "1 July 2023, 09:05"),
        ("2023-07-01T09:05+05:30", "1 July 2023, 09:05 UTC+5:30"),
        ("2023-07-01T09:05Z", "1 July 2023, 09:05 UTC"),
        ("2023-07-01T09:05-03:00", "1 July 2023, 09:05 UTC−3"),
    ],
)
def test_dates_are_as_exact_as_they_are_known(moment: str, shown: str) -> None:
    assert shown_moment(Moment.parse(moment)) == shown


def test_languages_have_names_and_directions() -> None:
    assert [language(code) for code in ("en", "pt-BR", "xx", None)] == ["English", "Portuguese (BR)", "xx", "unknown"]
    assert [direction(code) for code in ("ar", "fa-AF", "en", None)] == ["rtl", "rtl", "ltr", "auto"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//host/x", "file:///etc", "https://", "", "http://[x"]
)
def test_only_addresses_of_the_web_are_links(url: str) -> None:
    assert original_link(Article(id="a", url=url)) is None


def test_the_link_to_the_original_points_at_the_words() -> None:
    link = original_link(
        Article(id="a", url="https://x.example/a#old"), "One two-three, four & five six seven eight nine"
    )
    assert link is not None
    assert link == (
        "https://x.example/a#:~:text=One%20two%2Dthree%2C%20four%20%26%20five%20six%20seven%20eight",
        "x.example",
    )


def test_a_citation_has_who_what_where_when_and_which_bytes() -> None:
    article = Article(
        id="a" * 64,
        headline="Ferry sinks",
        authors=("A. Reporter",),
        source=newsidx.Source("The Ledger", "ledger.example"),
        published=Moment.parse("2023-07-01"),
        captured=Moment.parse("2023-07-02"),
        canonical_url="https://ledger.example/f",
    )
    assert citation(article) == (
        "A. Reporter. “Ferry sinks.” The Ledger, 1 July 2023. https://ledger.example/f. "
        f"Captured 2 July 2023, SHA-256 {'a' * 64}."
    )


def facet(field: str, *values: str) -> dict[str, Facet]:
    counts = tuple(FacetCount(value, i + 1, f"date:{value}") for i, value in enumerate(values))
    return {field: Facet(field, counts, len(counts))}


def test_a_timeline_leaves_no_period_out() -> None:
    drawn = timeline(facet("month", "2023-11", "2024-02"))
    assert drawn is not None
    years = [f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)]
    assert [bar.period for bar in drawn.bars] == years
    assert [(bar.period, bar.count) for bar in drawn.bars if bar.count] == [("2023-11", 1), ("2024-02", 2)]
    assert drawn.bars[13].height > drawn.bars[10].height > drawn.bars[11].height == 0


def test_a_timeline_is_of_whole_months_and_years_where_they_fit() -> None:
    days = timeline(facet("day", "2024-02-28", "2024-03-01"))
    assert days is not None
    assert (days.bars[0].period, days.bars[-1].period, len(days.bars)) == ("2024-02-01", "2024-03-31", 60)
    tight = timeline(facet("month", "2018-03", "2023-12"))
    assert tight is not None
    assert (tight.bars[0].period, len(tight.bars)) == ("2018-01", 72)
    too_wide = timeline(facet("month", "2018-03", "2024-02"))
    assert too_wide is not None
    assert (too_wide.bars[0].period, len(too_wide.bars)) == ("2018-03", 72)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2023-07", "2023-07", True),
        ("2023-07", "2023-08", True),
        ("2023-07-20", "2023-09", True),
        ("2023-07-20", "2023-07-22", True),
        ("2023-07", "2023-12", False),
        ("2023", "2023", False),
        ("2023-08", "2023-07", False),
        ("2023-02-31", "2023-03-01", False),
        ("2023-13", "2023-13", False),
        ("yesterday", "today", False),
        (None, "2023-07", False),
    ],
)
def test_days_are_asked_for_where_they_can_be_drawn(since: str | None, until: str | None, expected: bool) -> None:
    assert is_short(since, until) is expected


def test_many_months_are_drawn_as_years_and_odd_values_not_at_all() -> None:
    drawn = timeline(facet("month", "1999-11", "2024-02", "2024-03"))
    assert drawn is not None
    assert (drawn.unit, len(drawn.bars), drawn.bars[-1].count) == ("year", 26, 5)
    assert timeline(facet("day", "2024-02-28", "2024-03-01")) is not None
    assert timeline({}) is None
    assert timeline(facet("month", "<script>", "x")) is None


def test_what_is_lit_up_never_changes_the_text() -> None:
    article = Article(id="a", headline="One", body=("alpha beta gamma",))
    odd = Snippet("body", 0, 6, 99, (Piece("beta", True), Piece(" gamma and more than there is", True)))
    view = article_view(article, (odd,), short_id="a", paths=(), query="beta", back="/")
    assert "".join(piece.text for piece in view.body[0]) == "alpha beta gamma"
    assert [piece.text for piece in view.body[0] if piece.is_match] == ["beta"]
