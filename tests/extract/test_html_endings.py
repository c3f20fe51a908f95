"""What stands among the paragraphs and is none: pulled quotations, lists of links, sign-offs, unnamed captions."""

from __future__ import annotations

import pytest

from tests.extract.html_pages import BODY, SENTENCES, page, read

PULLED = "the silt had cost them two days of work"
AUTHOR = {"@type": "NewsArticle", "headline": "x", "author": {"@type": "Person", "name": "Jonas Ferrow"}}


def test_a_pulled_quotation_is_no_second_paragraph() -> None:
    article = read(page(body=f"{BODY}<blockquote>“{PULLED}”</blockquote><p>{SENTENCES[0]} Again.</p>"))
    assert article.body == (*SENTENCES, f"{SENTENCES[0]} Again.")
    assert any(PULLED in line for line in article.page)


def test_a_quotation_of_its_own_is_text() -> None:
    own = "“We have waited for this dredger for eleven years,” the harbour master said."
    article = read(page(body=f"<blockquote>{own}</blockquote>{BODY}"))
    assert own in article.body


def test_a_paragraph_said_again_is_text() -> None:
    article = read(page(body=f"{BODY}<p>{SENTENCES[1]}</p>"))
    assert article.body.count(SENTENCES[1]) == 2


def test_items_that_are_links_are_promo() -> None:
    items = "".join(f'<li>Harbour: <a href="/{i}">What the {i}th storm did to the piers</a></li>' for i in range(3))
    article = read(page(body=f"{BODY}<ul>{items}</ul>"))
    assert article.body == SENTENCES
    assert sum("storm" in line for line in article.promo) == 3


def test_items_with_a_link_in_a_sentence_are_text() -> None:
    items = "".join(f"<li>The {i}th pier is closed, the <a href='/{i}'>board said on Monday</a>.</li>" for i in (4, 5))
    assert len(read(page(body=f"{BODY}<ul>{items}</ul>")).body) == len(SENTENCES) + 2


@pytest.mark.parametrize(
    "line",
    [
        "Reporting by Jonas Ferrow; Editing by Ada Lind",
        "Associated Press writer Ada Lind contributed to this report.",
        "(Mit Material von dpa)",
        "Con información de agencias",
    ],
)
def test_sign_offs_are_no_text(line: str) -> None:
    article = read(page(body=f"{BODY}<p>{line}</p>"))
    assert article.body == SENTENCES
    assert line in article.page


def test_words_of_a_sign_off_inside_the_text_are_text() -> None:
    first = "Reporting by the harbour board showed that the channel had lost two metres of depth in a year."
    assert read(page(body=f"<p>{first}</p>{BODY}{BODY}")).body[0] == first


def test_who_the_writer_is_is_no_text() -> None:
    bio = "Jonas Ferrow is the harbour correspondent of the Gazette and writes about ships."
    assert read(page(body=f"{BODY}<p>{bio}</p>", json_ld=AUTHOR)).body == SENTENCES
    assert read(page(body=f"{BODY}<p>{bio}</p>")).body == (*SENTENCES, bio)


def test_a_heading_of_signs_is_no_text() -> None:
    assert "___" not in read(page(body=f"{BODY}<h2>___</h2>{BODY}")).body


WORDS = "The dredger Marta at work in the northern channel"


@pytest.mark.parametrize(
    "markup",
    [
        f"<div><img src=a.jpg><div>{WORDS}</div></div>",
        f"<div><div><a href=/a.jpg><picture><img src=a.jpg></picture></a></div><span>{WORDS}</span></div>",
        f"<div><img src=a.jpg><div>{WORDS}</div><div>Photo by Ada Lind, staff of the Gazette</div></div>",
    ],
)
def test_a_line_alone_with_an_image_is_its_caption(markup: str) -> None:
    article = read(page(body=BODY + markup + BODY))
    assert article.body == SENTENCES * 2
    assert WORDS in article.captions


@pytest.mark.parametrize(
    "markup",
    [
        f"<p><img src=a.jpg>{WORDS}.</p>",
        f"<div><img src=a.jpg>{BODY.replace('.', ' again.')}</div>",
    ],
)
def test_paragraphs_beside_an_image_are_text(markup: str) -> None:
    article = read(page(body=BODY + markup))
    assert len(article.body) > len(SENTENCES)
    assert article.captions == ()


def test_linked_lines_and_headings_beside_an_image_are_no_captions() -> None:
    card = (
        f'<div><img src=a.jpg><div><a href="/x">{WORDS}</a></div></div><div><img src=b.jpg><h3>{WORDS} too</h3></div>'
    )
    assert read(page(body=BODY + card + BODY)).captions == ()
