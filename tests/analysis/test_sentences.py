"""Where sentences begin: after their closing marks, not after initials, abbreviations and before small letters."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.analysis import sentence_bounds, sentence_breaks
from newsidx.analysis.characters import table_lines


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One. ", "Two! ", "Three? ", "Four"]),
        ("It has until Jan. 31 to leave. More follows.", ["It has until Jan. 31 to leave. ", "More follows."]),
        (
            "Mr. J. R. Smith of the U.S. Army left. He was glad.",
            ["Mr. J. R. Smith of the U.S. Army left. ", "He was glad."],
        ),
        ("“We withdraw.” He sat down.", ["“We withdraw.” ", "He sat down."]),
        ("He paused … and went on.", ["He paused … and went on."]),
        ("平和維持軍は撤退した。次に進む。", ["平和維持軍は撤退した。", "次に進む。"]),
        ("", []),
        ("No mark at the end", ["No mark at the end"]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    bounds = sentence_bounds(text)
    assert [text[a:b] for a, b in pairwise(bounds) if a < b] == sentences


# In these one text is one sentence, whatever stops it holds.
ONE = {
    "de": [
        "Die Frist läuft bis zum 31. Dezember und die Feier am 3. Oktober.",
        "Der 1. FC Köln, der 2. Weltkrieg, am 3./4. Mai, am 14.-16. Juni und im 19. Jahrhundert.",
        "Obst, z. B. Äpfel, d. h. Kernobst, bzw. Birnen, ca. 30 Kisten, Nr. 5, Abs. 2 usw. Vgl. Seite 3.",
        "Dr. A. von der Heide kam mit Prof. Huber, Hans-L. Maier und der Hl. Anna.",
        "Papst Johannes XXIII. Grüße.",
    ],
    "da": ["Han blev født den 3. Oktober i Kbh., f.eks. Amager.", "Dronning Margrethe II. Pris 500 kr. Danske."],
    "no": ["Den 17. Mai feires, bl.a. Oslo, kl. 12."],
    "fi": ["Hän syntyi 3. Lokakuuta, esim. Turussa."],
    "cs": ["Dne 3. Října, např. Praha, ul. Dlouhá, č. 5."],
    "pl": ["Dnia 3. Maja, np. Warszawa, ul. Długa, im. Adama Mickiewicza."],
    "hu": ["Az 1. Világháború, pl. Budapest."],
    "tr": ["2. Dünya Savaşı, Dr. Ali ve 3. Köprü."],
    "hr": ["Dana 3. Listopada, npr. Zagreb."],
    "sr": ["Други светски рат, 2. Светски рат, нпр. Београд."],
    "ru": ["Он, т. е. Иванов, и г-н А. С. Петров, ул. Ленина."],
    "fr": ["M. Le Goff et Mme. Dupont, p. ex. Paris, art. 5."],
    "es": ["El Sr. Pérez y la Dra. Ruiz, p. ej. Madrid, núm. 5 de EE. UU. Norte."],
    "el": ["Ο κ. Παπάς, π.χ. Αθήνα."],
    "en": [
        "1. Gen. Smith of St. Louis, No. 5 vs. No. 6, Fig. A, on Jan. 31.",
        "J. Van Dyke and M. Le Pen of the U.S. Army.",
    ],
    None: ["Am 3. Oktober, z. B. Berlin, f.eks. Oslo, i.e. Dr. Smith."],
}
# And in these each text is two.
TWO = {
    "de": [
        "Er ist 25.| Sie ist 30.",
        "Die Frist endet 2023.| Danach gilt nichts.",
        "Das sind 3.000.| Kunden zahlen.",
        "Es gab Obst usw.| Das reichte.",
        "Gegen Hepatitis B.| Die Impfung hilft.",
        "Es stand 2:1.| Köln jubelte.",
        "Dinge aller Art.| Für alle.",
    ],
    "en": [
        "He is 25.| Smith is 30.",
        "He said no.| Then he left.",
        "They left the U.S.| The army stayed.",
        "She and I.| My house.",
        "They don't.| Smith does.",
        "It works at Acme Inc.| He does not.",
        "It costs $5.| Damn.",
    ],
    "el": ["Τι είναι αυτό;| Δεν ξέρω."],
    "ar": ["ماذا حدث؟| لا نعرف."],
    "hi": ["वह गया।| वह आया।"],
    "hy": ["Նա գնաց։| Նա եկավ։"],
    "ur": ["وہ گیا۔| وہ آیا۔"],
    "ru": ["Это было в 2023 г.| В Москве тихо."],
    "ko": ["한 것.| 그는 갔다."],
    "tr": ["Sayı 3.| Bu çok."],
    "cs": ["Je mu 25.| To je vše."],
    "fr": ["Du vin, etc.| Reste le pain."],
}


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang, texts in ONE.items() for text in texts])
def test_a_sentence_goes_on_behind_stops_of_its_language(lang: str | None, text: str) -> None:
    assert [text[a:b] for a, b in pairwise(sentence_bounds(text, lang))] == [text]


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang, texts in TWO.items() for text in texts])
def test_a_sentence_ends(lang: str | None, text: str) -> None:
    first, second = text.split("|")
    whole = first + second
    assert [whole[a:b].strip() for a, b in pairwise(sentence_bounds(whole, lang))] == [first, second.strip()]


def test_the_table_is_well_formed() -> None:
    kinds = {"before", "number", "doubtful", "openers", "particles", "ordinals"}
    for line in table_lines("full_stops.txt"):
        languages, kind, *words = line.split()
        assert kind in kinds
        assert languages == "*" or all(2 <= len(each) <= 3 for each in languages.split(","))
        assert bool(words) is (kind != "ordinals")
        assert len(words) == len(set(words))
        assert all(word == word.lower() and not word.endswith(".") for word in words)


@given(st.text(alphabet="aB1.!?…。 \"”'\n", max_size=60), st.sampled_from(["de", "en", "xx", None]))
def test_bounds_part_the_whole_text(text: str, lang: str | None) -> None:
    bounds = sentence_bounds(text, lang)
    assert bounds[0] == 0
    assert bounds[-1] == len(text)
    assert bounds == sorted(bounds)
    assert sentence_breaks(text, 0, len(text), lang) == bounds[1:-1]


@pytest.mark.parametrize("unit", ["! ", "a. ", ". ", "A.B. ", "。", '…" '])
def test_what_repeats_is_read_to_its_end(unit: str) -> None:
    assert len(sentence_bounds(unit * 100_000)) >= 2
