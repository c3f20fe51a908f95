"""The reader of dumps: laws for any bytes, and small dumps in the styles of several tools."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.errors import NotACapture
from newsidx.extract.text import extract_text
from newsidx.model import Article, Capture, Hint


def read(text: str | bytes, *hints: Hint) -> Article:
    data = text.encode() if isinstance(text, str) else text
    return extract_text(Capture("0" * 64, data, "text/plain", hints=hints))


PARAGRAPHS = """\
The old lighthouse on Gull Point was moved two hundred metres inland on Monday, after a winter in which the cliff lost \
more ground than in the ten years before it.
Engineers lifted the tower onto rails in the early morning, and by noon it had reached its new place, where a crowd of \
several hundred people was waiting with flags.
“We were told that it could not be done,” said the keeper, Ann Example, who has lived in the tower since she was a \
child. “They said the same when we brought the piano up.”
The work cost four million, most of it given by readers of the local paper. The lamp will be lit again on Friday.
""".splitlines()
MENU = ["Home", "World", "Business", "Sport", "Culture", "Weather", "Opinion", "Video"]
RAIL = [
    "Ferry service to the islands ends after ninety years",
    "Town council argues about the colour of its benches",
    "Fishermen find a bell that nobody has lost",
]
FOOT = [
    "About us",
    "Contact",
    "Privacy policy",
    "© The Harbour Paper 2023. All rights reserved.",
    "This website uses cookies.",
]


def dump(*, gap: str = "\n") -> str:
    """A page in the style of a browser's text."""
    head = [*MENU, "", "Home > World", "", "Lighthouse is moved inland before the sea can take it", ""]
    head += ["Readers paid for most of the work", "", "By Ann Writer", "3 July 2023, 11:05", ""]
    head += ["The tower on its rails. Photograph: John Sample/Getty Images", ""]
    body: list[str] = []
    for i, paragraph in enumerate(PARAGRAPHS):
        body += [paragraph, ""]
        if i == 1:
            body += ["READ MORE: How to move a house", "", "Advertisement", ""]
    tail = ["Topics: lighthouses, coast, engineering", "", "Most read", "", *RAIL, "", *FOOT]
    lines = head + body + tail
    return gap.join(line for line in lines if line or gap == "\n")


def test_the_fields_of_a_dump() -> None:
    article = read(dump())
    assert article.kind == "article"
    assert article.headline == "Lighthouse is moved inland before the sea can take it"
    assert article.deck == "Readers paid for most of the work"
    assert article.body == tuple(PARAGRAPHS)
    assert str(article.published) == "2023-07-03T11:05"
    assert article.section == "World"
    assert article.authors == ("Ann Writer",)
    assert article.captions == ("The tower on its rails.",)
    assert article.credits == ("John Sample/Getty Images",)
    assert article.tags == ("lighthouses", "coast", "engineering")
    assert article.lang == "en"
    assert "READ MORE: How to move a house" in article.promo
    assert set(RAIL) <= set(article.promo)
    assert set(FOOT[:3]) <= set(article.page)
    assert article.evidence["headline"] == article.evidence["published"] == "text"


def test_a_block_a_line_gives_the_same() -> None:
    with_gaps, without = read(dump()), read("\n".join(line for line in dump().splitlines() if line))
    assert without.body == with_gaps.body
    assert without.headline == with_gaps.headline
    assert without.published == with_gaps.published


def test_wrapped_lines_with_numbered_links() -> None:
    import textwrap

    parts = ["[1]Home | [2]World | [3]Sport | [4]Culture", "You are here: [5]Home > [6]World"]
    parts += ["Lighthouse is moved inland before the sea can take it", "By [7]Ann Writer", "Published: July 3, 2023"]
    parts += [*PARAGRAPHS, "RELATED: [8]How to move a house", "References"]
    text = "\n\n".join(textwrap.fill(part, 72, initial_indent="   ", subsequent_indent="   ") for part in parts)
    text += "\n\n" + "\n".join(f"   {i}. https://paper.example/{i}" for i in range(1, 9))
    article = read(text)
    assert article.headline == "Lighthouse is moved inland before the sea can take it"
    assert article.body == tuple(PARAGRAPHS)
    assert article.authors == ("Ann Writer",)
    assert article.section == "World"
    assert "RELATED: How to move a house" in article.promo


def test_short_sentences_and_names_before_a_credit_are_captions() -> None:
    captions = ["The tower stands on its new ground.", "Ann Example"]
    lines = [*MENU, "Lighthouse is moved inland before the sea can take it", "By Ann Writer", "July 3, 2023"]
    lines += [
        *PARAGRAPHS[:2],
        captions[0],
        "Photo: Jo Example (AFP)",
        PARAGRAPHS[2],
        captions[1],
        "Photo: Jo Example / AFP",
    ]
    article = read("\n\n".join([*lines, PARAGRAPHS[3]]))
    assert article.captions == tuple(captions)
    assert article.credits == ("Jo Example (AFP)", "Jo Example / AFP")
    assert article.body == tuple(PARAGRAPHS)


def test_markdown_keeps_its_links() -> None:
    body = PARAGRAPHS[0].replace("Gull Point", "[Gull Point](https://paper.example/gull-point)")
    article = read("\n\n".join(["# Lighthouse is moved inland before the sea can take it", body, *PARAGRAPHS[1:]]))
    assert article.headline == "Lighthouse is moved inland before the sea can take it"
    assert article.body[0] == PARAGRAPHS[0]
    assert [(link.url, link.text, link.paragraph) for link in article.links] == [
        ("https://paper.example/gull-point", "Gull Point", 0)
    ]


def test_the_headline_stands_once() -> None:
    title = "Lighthouse is moved inland before the sea can take it"
    text = dump().replace("Readers paid for most of the work", f"Readers paid for most of the work\n{title}")
    article = read(f"{title} | The Harbour Paper\n\n{text}")
    zones = [part for name, parts in article.zones() if name != "page" for part in parts]
    assert zones.count(title) == 1
    assert article.source.name == "The Harbour Paper"


def test_an_image_text_before_its_caption_is_not_a_paragraph() -> None:
    caption = "The tower of Gull Point stands on two rails while engineers grease the wheels below it."
    lines = [*PARAGRAPHS[:2], caption, f"{caption} Harbour Archive", *PARAGRAPHS[2:]]
    article = read(dump().replace("\n\n".join(PARAGRAPHS), "").split("The tower on its rails.")[0] + "\n\n".join(lines))
    assert caption in article.captions
    assert "Harbour Archive" in article.credits
    assert not [paragraph for paragraph in article.body if paragraph.startswith(caption)]


def test_published_and_modified() -> None:
    text = dump().replace("3 July 2023, 11:05", "Published 3 July 2023 11:05 Updated 5 July 2023 12:10")
    article = read(text)
    assert str(article.published) == "2023-07-03T11:05"
    assert str(article.modified) == "2023-07-05T12:10"


@pytest.mark.parametrize(
    ("place", "expected"), [("11/12/2023 - 18:20", "2023-12-11T18:20"), ("11/12/2023", "2023-12-11")]
)
def test_digits_are_read_by_the_page(place: str, expected: str) -> None:
    text = dump().replace("3 July 2023, 11:05", place).replace("metres", "kilometres")
    if "18:20" not in place:
        text += "\nSeen on 25/11/2023"
    assert str(read(text).published) == expected


def test_a_correction_after_the_body() -> None:
    note = "Correction: an earlier version of this article gave the wrong height of the tower."
    article = read(dump().replace("Topics:", f"{note}\n\nTopics:"))
    assert article.corrections == (note,)
    assert note not in article.body


def test_hints_stand_below_the_dump() -> None:
    hints = (
        Hint("published", "2020-01-01", "pattern"),
        Hint("source", "harbour.example", "option"),
        Hint("captured", "2023-07-01", "option"),
        Hint("url", "https://harbour.example/a/lighthouse", "sidecar"),
    )
    article = read(dump(), *hints)
    assert str(article.published) == "2023-07-03T11:05"
    assert article.source.domain == "harbour.example"
    assert article.url == "https://harbour.example/a/lighthouse"
    assert article.evidence["url"] == "sidecar"
    assert article.flags == ("published-after-captured",)
    bare = read(PARAGRAPHS[0], Hint("published", "2020-01-01", "pattern"))
    assert str(bare.published) == "2020-01-01"
    assert bare.evidence["published"] == "pattern"


def test_refusal_and_listing() -> None:
    refusal = read("Access denied\n\nPlease enable JavaScript and cookies to continue.\n")
    assert refusal.kind == "refusal"
    front = "\n".join([*MENU, *(f"{title} number {i}" for i in range(12) for title in RAIL), *FOOT])
    assert read(front).kind in ("listing", "other")


def test_a_front_page_with_a_sentence_to_each_title_is_a_listing() -> None:
    title = "Title of report number {} from the harbour"
    sentence = "A short sentence says what report number {} is about and for whom."
    items = "\n".join(f"{title}\n{sentence}".format(i, i) for i in range(14))
    assert read(f"{chr(10).join(MENU)}\n{items}\nAbout us").kind == "listing"
    assert read(dump()).kind == "article"


def test_a_paywall_after_a_short_text_is_a_stub() -> None:
    text = dump().split(PARAGRAPHS[1])[0] + "\n\nSubscribe to continue reading this article.\n\nSign in\n\nContact"
    assert read(text).kind == "stub"


def test_the_header_of_an_archive_is_not_the_page() -> None:
    header = "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://paper.example/world/lighthouse\r\n"
    article = read(f"{header}WARC-Date: 2023-07-04T10:00:00Z\r\n\r\n{dump()}")
    assert article.url == "https://paper.example/world/lighthouse"
    assert article.source.domain == "paper.example"
    assert str(article.captured) == "2023-07-04T10:00:00Z"
    assert article.evidence["captured"] == "saved-page"
    assert article.body == tuple(PARAGRAPHS)


def test_nothing_is_dropped() -> None:
    text = dump()
    article = read(text)
    kept = " ".join(part for _, parts in article.zones() for part in parts)
    words = re.findall(r"\w+", text)
    found = set(re.findall(r"\w+", kept))
    assert [word for word in words if word not in found] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert read(dump().encode(encoding, "replace")).body[:2] == tuple(PARAGRAPHS[:2])


def test_legacy_encodings_by_evidence() -> None:
    russian = (
        "Старый маяк на мысу перенесли в понедельник на двести метров от моря, потому что берег осыпался всю зиму. " * 3
    )
    assert read(russian.encode("cp1251")).body[0].startswith("Старый маяк")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"-----\n", "empty"),
        ("\u00ad\n".encode(), "empty"),
        (bytes(range(256)) * 9, "binary"),
    ],
)
def test_no_text(data: bytes, reason: str) -> None:
    with pytest.raises(NotACapture) as caught:
        read(data)
    assert caught.value.reason == reason


@given(st.binary(max_size=2000))
def test_any_bytes_give_an_article_or_our_error(data: bytes) -> None:
    try:
        article = read(data)
    except NotACapture:
        return
    assert isinstance(article, Article)


@given(
    st.lists(
        st.sampled_from([*PARAGRAPHS, *MENU, *RAIL, *FOOT, "", "3 July 2023", "By Ann Writer", "Most read"]),
        max_size=60,
    )
)
def test_any_page_keeps_its_words(parts: list[str]) -> None:
    text = "\n".join(parts)
    if not text.strip():
        return
    article = read(text)
    kept = " ".join(part for _, zone in article.zones() for part in zone)
    assert set(re.findall(r"\w+", text)) <= set(re.findall(r"\w+", kept))


@given(st.text(max_size=1500))
def test_any_text_gives_the_same_twice(text: str) -> None:
    try:
        assert read(text) == read(text)
    except NotACapture:
        return


@pytest.mark.parametrize(
    "unit", ["a\n", "Word. ", "© ", "(", "1/1/2023 ", "By A B, ", "Home > ", ": x", "[1]a ", "](x) [a", "**a "]
)
def test_what_repeats_is_read_to_its_end(unit: str) -> None:
    """Of a size at which what is not linear does not end."""
    assert isinstance(read(unit * (320_000 // len(unit))), Article)


def test_the_first_capture(shared: Path) -> None:
    """The capture that the project was asked for with, read from beside the checkout."""
    article = read((shared / "captures" / "seed.txt").read_bytes())
    assert article.headline == "UN pulls peacekeepers out of Mali"
    assert article.deck is not None
    assert str(article.published) == "2023-07-01T11:05"
    assert article.published is not None
    assert article.published.offset_minutes is None
    assert article.section == "Africa"
    assert len(article.captions) == 1
    assert article.captions[0].startswith("FILE PHOTO: ")
    assert article.captions[0].endswith("MINUSMA.")
    assert article.credits == ("Marco LONGARI / AFP",)
    assert article.body[0].startswith("The United Nations has announced")
    assert article.body[-1].endswith("relations between Paris and Bamako soured.")
    assert len(article.body) == 11
    text = " ".join(article.body)
    assert "READ MORE" not in text
    assert "Wagner mutiny" not in text
    assert any("READ MORE" in part for part in article.promo)
    assert any("Wagner mutiny" in part for part in article.promo)
    assert "Accept cookies" in article.page
    assert any(part.startswith("العربية") for part in article.page)
    assert sum(part == article.headline for _, parts in article.zones() for part in parts) == 1
