"""Template memory: what recurs across the pages of a source is no article's, and what stories share stays theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.extract import Extracted, Template, learn, no_memory, read
from newsidx.extract.memory import fingerprint, fingerprints, source_key
from newsidx.model import Article, Capture
from tests.made.source import APPEAL, SIGN_UP, dump, page, story

KINDS = {"text/html": page, "text/plain": dump}
BACKGROUND = (
    "The dispute over the harbour began in 1998, when the council first let the quays to a company from abroad, and it "
    "has been before three courts since."
)


def reading(text: str, media_type: str, template: Template | None = None) -> Extracted:
    capture = Capture("0" * 64, text.encode(), media_type)
    return read(capture, memory=no_memory if template is None else lambda source: template)


def taught(media_type: str, pages: list[str]) -> Template:
    return learn(reading(each, media_type).fingerprints for each in pages)


def told(article: Article) -> set[str]:
    """What is told: a dump's first sentence may be taken for the deck."""
    return {article.deck or "", *article.body}


def all_text(article: Article) -> str:
    return "\n".join(paragraph for _, paragraphs in article.zones() for paragraph in paragraphs)


@pytest.mark.parametrize("media_type", KINDS)
def test_what_recurs_is_no_body(media_type: str) -> None:
    make = KINDS[media_type]
    template = taught(media_type, [make(number) for number in range(6)])
    without, with_ = (reading(make(9), media_type, each).article for each in (None, template))
    assert SIGN_UP in without.body and APPEAL in without.body
    assert with_.body == tuple(story(9)[1])
    assert SIGN_UP in with_.page and APPEAL in with_.page
    assert sorted(all_text(without).split("\n")) == sorted(all_text(with_).split("\n"))
    assert with_.extractor == f"{without.extractor}+m{template.digest}"


@pytest.mark.parametrize("media_type", KINDS)
@pytest.mark.parametrize("place", ["first", "between", "last", "anywhere"])
def test_a_paragraph_of_background_stays_in_all_stories(media_type: str, place: str) -> None:
    pages = []
    for number in range(50):
        texts = story(number)[1]
        at = {"first": 0, "between": 3, "last": len(texts), "anywhere": number % (len(texts) + 1)}[place]
        texts.insert(at, BACKGROUND)
        pages.append(KINDS[media_type](number, texts=texts))
    template = taught(media_type, pages)
    for number, each in enumerate(pages):
        article = reading(each, media_type, template).article
        assert BACKGROUND in told(article) and SIGN_UP not in article.body
        assert set(story(number)[1]) <= told(article)


@pytest.mark.parametrize("media_type", KINDS)
def test_one_story_captured_often_is_one_story(media_type: str) -> None:
    make = KINDS[media_type]
    pages = [make(1, texts=[*story(1)[1], f"The desk has now been told of {number} ships."]) for number in range(20)]
    assert taught(media_type, pages) == Template()
    template = taught(media_type, [*pages, make(2), make(3)])
    assert set(story(1)[1]) <= told(reading(pages[0], media_type, template).article)


def test_a_story_that_other_pages_tease_keeps_its_beginning() -> None:
    headline, texts = story(1)
    teaser = f"<div><h3>{headline}</h3><p>{texts[0]}</p></div>"
    pages = [page(1), *(page(number, tail=teaser) for number in range(2, 12))]
    template = taught("text/html", pages)
    assert reading(pages[0], "text/html", template).article.body == tuple(texts)


def test_a_source_is_known_by_its_domain_then_by_its_name() -> None:
    assert source_key("Harbour.example", "Harbour Post") == "harbour.example"
    assert source_key(None, " Harbour  POST ") == "name:harbour post"
    assert source_key(None, None) == source_key(None, " ") == ""
    assert reading(dump(1), "text/plain").source == "harbour.example"
    assert reading(dump(1, with_url=False), "text/plain").source == "name:harbour post"
    nameless = reading("A line\n\nAnother line\n", "text/plain")
    assert (nameless.source, nameless.fingerprints) == ("", b"")


def test_lines_are_the_same_whatever_their_case_and_digits() -> None:
    assert fingerprint("12 comments") == fingerprint("3 COMMENTS") != fingerprint("3 comment")
    assert fingerprint(SIGN_UP) & 1 and not fingerprint("News") & 1


def test_of_a_long_page_the_ends_are_kept() -> None:
    texts = [f"line {'x' * number}" for number in range(1000)]
    numbers = fingerprints(texts)
    assert len(numbers) == 513 * 4
    assert numbers[:8] == fingerprints(texts[:1]) and numbers[-4:] == fingerprints(texts[-1:])[4:]


def test_versions_of_one_address_are_one_story_however_they_differ() -> None:
    urls = ["https://a.example/x/", "http://www.a.example/x?from=letter#top", "//A.example/x", "https://a.example/y"]
    pages = [fingerprints([*story(number)[1], "Three villages empty"], url) for number, url in enumerate(urls)]
    assert learn(pages[:3]) == Template()
    assert learn(pages).hits(["Three villages empty", "Four"]) == [True, False]


def test_a_heading_that_stories_share_stays_between_their_paragraphs() -> None:
    pages = [
        page(number, texts=[*story(number)[1][:3], "Why it matters", *story(number)[1][3:]]) for number in range(9)
    ]
    body = reading(pages[0], "text/html", taught("text/html", pages)).article.body
    assert "Why it matters" in body and SIGN_UP not in body


def test_a_box_that_stands_in_all_stories_does_not() -> None:
    box = ["Never miss the tide", "Letters from the coast, twice a week"]
    pages = [page(number, texts=[*story(number)[1][:3], *box, *story(number)[1][3:]]) for number in range(9)]
    article = reading(pages[0], "text/html", taught("text/html", pages)).article
    assert article.body == tuple(story(0)[1]) and set(box) <= set(article.page)


@given(st.lists(st.lists(st.text(max_size=100))), st.lists(st.text()))
def test_any_pages_make_a_template_that_can_be_kept(pages: list[list[str]], texts: list[str]) -> None:
    template = learn(map(fingerprints, pages))
    assert Template.decode(template.encode()) == template
    assert len(template.hits(texts)) == len(texts)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_template_or_a_value_error(data: bytes) -> None:
    try:
        template = Template.decode(data)
    except ValueError:
        return
    assert Template.decode(template.encode()) == template
