"""Single lines by their own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.extract import lines, lines_phrases

READ_MORE = [
    "READ MORE: The lighthouse that moved",
    "Harbour closes for a week READ MORE: Harbour closes for a week",
    "Lesen Sie auch: Der Leuchtturm",
    "Lire aussi : Le phare qui bouge",
    "Baca juga: Mercusuar",
    "Читайте также: Маяк",
    "اقرأ أيضا: المنارة",
    "関連記事：灯台",
]


@pytest.mark.parametrize("text", READ_MORE)
def test_read_more(text: str) -> None:
    assert lines.is_read_more(text)


def test_sentences_are_not_read_more() -> None:
    assert not lines.is_read_more("The keeper said: read what you like.")
    assert not lines.is_read_more("Nobody wanted to read more than that, and the meeting ended early on Friday.")


@pytest.mark.parametrize(
    "text", ["Top stories", "MOST READ", "Das könnte Sie auch interessieren", "Les plus lus", "Самое читаемое"]
)
def test_promo_heading(text: str) -> None:
    assert lines.is_promo_heading(text)
    assert not lines.is_promo_heading(f"{text} was what the paper called its new page, and nobody knew why it did.")


BOILERPLATE = [
    "Accept cookies",
    "This website uses cookies. Read our policy to find out more.",
    "Share on Facebook",
    "© The Example Ledger Ltd, 2011–2023. All rights reserved.",
    "Sign in",
    "Subscribe now",
    "12 Comments",
    "Advertisement",
    "Alle Rechte vorbehalten",
    "この記事は有料会員限定です。残り200文字",
]


@pytest.mark.parametrize("text", BOILERPLATE)
def test_boilerplate(text: str) -> None:
    assert lines.is_boilerplate(text)


@pytest.mark.parametrize(
    "text",
    [
        "About 20 people were rescued.",
        "Live music returned to the pier on Sunday evening.",
        "Top prices fell.",
        "The sea rose.",
    ],
)
def test_sentences_are_not_boilerplate(text: str) -> None:
    assert not lines.is_boilerplate(text)


def test_corrections() -> None:
    assert lines.is_correction("Correction: an earlier version of this report misspelled the ship's name.")
    assert lines.is_correction("In einer früheren Version dieses Artikels stand ein falscher Name.")
    assert not lines.is_correction("Corrections officers went on strike at the county jail on Monday.")
    assert not lines.is_correction("Corrections")


CREDITS = [
    ("A keeper waves. ©  Ann EXAMPLE / AFP", "A keeper waves.", "Ann EXAMPLE / AFP"),
    ("A boat at sea. Photograph: Ann Example/Getty Images", "A boat at sea.", "Ann Example/Getty Images"),
    ("Floods in town (Photo by Ann Example/AFP)", "Floods in town", "Ann Example/AFP"),
    ("A dog runs on Monday. (AP Photo/Ann Example)", "A dog runs on Monday.", "AP Photo/Ann Example"),
    ("Boats at sea. REUTERS/Ann Example", "Boats at sea.", "REUTERS/Ann Example"),
    ("A view of the city Getty Images", "A view of the city", "Getty Images"),
    ("Der Leuchtturm. Foto: dpa", "Der Leuchtturm.", "dpa"),
    ("Le phare, à l’aube. ANNE EXEMPLE / AFP", "Le phare, à l’aube.", "ANNE EXEMPLE / AFP"),
    ("The tower. (Ann Example/The Harbour Paper)", "The tower.", "Ann Example/The Harbour Paper"),
    ("Foto de familia EFE/ A. Ejemplo", "Foto de familia", "EFE/ A. Ejemplo"),
    ("Foto: Ann Example (Getty)", "", "Ann Example (Getty)"),
    ("Getty Images", "", "Getty Images"),
    ("Photo: Handout", "", "Handout"),
    ("Image source, Getty Images", "", "Getty Images"),
    ("渔船挤在避风港内。本报记者 卓远航 摄", "渔船挤在避风港内。", "本报记者 卓远航 摄"),
    ("车队渡过大河。某某摄/CPA", "车队渡过大河。", "某某摄/CPA"),
]


@pytest.mark.parametrize(("text", "caption", "credit"), CREDITS)
def test_credits(text: str, caption: str, credit: str) -> None:
    assert lines.split_credit(text) == (caption, credit)


@pytest.mark.parametrize(
    "text",
    [
        "The mayor (right) speaks with aides (left)",
        "The plan of the image was clear.",
        "Photos by the dozen were taken there in the night before",
        "© 2023 Example Inc. All rights reserved",
        "He said: Reuters is wrong.",
        "影片于去年完成。随后在北京拍摄。",
    ],
)
def test_captions_without_credit(text: str) -> None:
    assert lines.split_credit(text) == (text, None)


BYLINES = [
    ("By Ann Example and John Sample, staff writers", ("Ann Example", "John Sample")),
    ("BY ANN EXAMPLE", ("ANN EXAMPLE",)),
    ("Von Max Muster, Berlin", ("Max Muster",)),
    ("Ann Example, Political editor", ("Ann Example",)),
    ("Ann Example Transport correspondent", ("Ann Example",)),
    ("By Ann Example | July 3, 2023", ("Ann Example",)),
    ("Written by Ann Example Published July 3, 2023", ("Ann Example",)),
    ("Par Anne Exemple avec AFP", ("Anne Exemple",)),
    ("Por María del Carmen Ejemplo", ("María del Carmen Ejemplo",)),
    ("By Associated Press", ("Associated Press",)),
    ("김철수 기자", ("김철수",)),
    ("By the end of the day, nobody was left.", ()),
    ("Von der Leyen spricht", ()),
    ("Ann Example", ()),
]


@pytest.mark.parametrize(("text", "names"), BYLINES)
def test_bylines(text: str, names: tuple[str, ...]) -> None:
    assert lines.split_byline(text) == names


def test_a_bare_name_is_a_byline_only_where_one_stands() -> None:
    assert lines.split_byline("Ann Example 2 hours ago", is_lead_needed=False) == ("Ann Example",)
    assert lines.split_byline("Getty Images", is_lead_needed=False) == ()


def test_the_tables_can_be_read() -> None:
    for name in ("lines_phrases.txt", "lines_credits.txt", "lines_bylines.txt", "text_words.txt"):
        found = dict(lines_phrases.sections(name))
        assert found
        assert all(entries for entries in found.values())


@given(st.text(max_size=400))
def test_any_text_is_judged(text: str) -> None:
    lines.is_read_more(text)
    lines.is_promo_heading(text)
    lines.is_boilerplate(text)
    lines.is_correction(text)
    lines.split_byline(text)
    caption, credit = lines.split_credit(text)
    assert caption == text.strip() or credit


@given(st.text(alphabet="AaBb© ()[]/:.,-–|Photoby", max_size=300))
def test_a_credit_is_a_part_of_the_line(text: str) -> None:
    caption, credit = lines.split_credit(text)
    assert text.strip().startswith(caption)
    assert credit is None or credit in text
