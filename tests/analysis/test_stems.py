"""Terms: two forms match in a language when their terms intersect. Pairs from life, and laws on any word."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.analysis import STEM_LANGUAGES, fold, primary, spans, stem_language_applies, terms
from newsidx.analysis.characters import table_lines


def terms_of(word: str, lang: str | None) -> set[str]:
    (form,) = spans(word).forms
    return set(terms(form, lang))


# Words of one line match one another, and none of the next.
FAMILIES = {
    "en": [
        "withdraw withdraws withdrawing withdrew withdrawn withdrawal withdrawals",
        "peacekeeper peacekeepers Peacekeepers’",
        "overthrow overthrew overthrown overthrowing",
        "woman women women's",
        "gunman gunmen",
        "child children children's",
        "Mali Mali’s MALI",
        "U.S. US U.S.’s",
        "O'Neill ONeill O’Neill’s",
        "find found finds",
        "founded founding",
        "crisis crises",
        "referendum referenda referendums",
        "café cafe cafés cafes",
        "résumé resumé",
        "Côte Cote",
        "AT&T AT&T's",
        "5,000 5000",
        "3.5 3,5",
        "left",
        "wife wives",
        "life",
    ],
    "fr": [
        "armée armees armées armee",
        "élection elections élections",
        "retrait retraits",
        "sénégalais senegalaise Sénégalaises",
        "français française francaises",
        "général généraux generaux",
        "travail travaux",
        "œil oeil yeux",
        "président présidents presidente",
        "Côte Cote",
        "5.000 5000",
    ],
    "es": [
        "elección elecciones eleccion",
        "mujer mujeres",
        "niño niños ninos",
        "militar militares",
        "líder líderes lider lideres",
        "juez jueces",
        "índice índices indices",
        "avance avances",
    ],
    "de": [
        "Männer Manner Mann",
        "große grosse großen",
        "Präsident Präsidenten prasidenten",
        "Wählerin Wählerinnen wahlerinnen",
        "Straße Strasse Straßen",
        "1.234 1234",
    ],
    "pt": [
        "eleição eleições eleicao eleicoes",
        "ação ações acoes",
        "alemão alemães alemao",
        "país países pais",
        "São sao",
    ],
    "it": ["elezione elezioni", "città citta", "libertà liberta", "presidente presidenti", "perché perche"],
    "ru": [
        "ёлка елка ёлки елки",
        "войска войск войсками",
        "Зеленский Зеленского",
        "Королёв Королев",
        "Mali",
        "Malis",
    ],
    "ar": [
        "القوات قوات والقوات للقوات",
        "أحمد احمد",
        "مدرسة المدرسة مدرسه",
        "إسرائيل اسرائيل",
        "الالتزام التزام",
        "مُحَمَّد محمد",
    ],
    "ro": ["președinte președintele presedintele președintelui preşedinte", "alegeri alegerile alegerilor"],
    "sv": ["regering regeringen regeringens", "soldater soldaterna"],
    "nl": ["verkiezing verkiezingen", "soldaat soldaten"],
    "da": ["soldater soldaterne"],
    "nb-NO": ["soldater soldatene"],
    "fi": ["presidentti presidentin"],
    "hu": ["gyűlés gyűlésen gyules", "Magyarország Magyarországon"],
    "tr": ["Türkiye Türkiye'nin Turkiye", "ABD ABD’nin", "Kur'an Kuran", "İstanbul Istanbul ISTANBUL"],
    "ko": ["말리 말리에서 말리를", "정부 정부는 정부가", "대통령 대통령들은", "고양이", "철수"],
    "cs": ["Česko Cesko", "5.000 5000"],
    "fa": ["می‌خواهم میخواهم", "کتاب كتاب"],
    "he": ['צה"ל צה״ל צהל'],
    None: ["Côte Cote cote", "Mali Mali's", "5,000 5000", "5.000"],
}


@pytest.mark.parametrize("lang", FAMILIES, ids=str)
def test_families_match_within_and_not_without(lang: str | None) -> None:
    families = [family.split() for family in FAMILIES[lang]]
    for family in families:
        for one, other in itertools.combinations(family, 2):
            assert terms_of(one, lang) & terms_of(other, lang), (one, other)
    for these, those in itertools.combinations(families, 2):
        for one, other in itertools.product(these, those):
            assert not terms_of(one, lang) & terms_of(other, lang), (one, other)


def test_elided_words_are_found_without_their_prefix() -> None:
    for with_it, without in (("Côte d'Ivoire", "Cote d Ivoire"), ("l'armée", "l armee"), ("dell'Iran", "dell Iran")):
        in_text, typed = ([set(terms(form, "fr")) for form in spans(words).forms] for words in (with_it, without))
        assert all(a & b for a, b in zip(in_text, typed, strict=True))


@pytest.mark.parametrize("line", table_lines("irregular_en.txt"))
def test_irregular_forms_match_the_regular_ones(line: str) -> None:
    lemma, *others = line.split()
    assert others
    stem = terms(lemma, "en")
    assert all(terms(form, "en") == stem for form in others)


def test_irregular_tables_have_each_form_once() -> None:
    for lang in ("en", "fr"):
        forms = [form for line in table_lines(f"irregular_{lang}.txt") for form in line.split()[1:]]
        assert sorted(forms) == sorted(set(forms))


def test_ambiguous_words_are_left_alone() -> None:
    for (
        word
    ) in "left ground wound bound lay bore bit fed lent pence data media people better lives leaves bases".split():
        assert not any(word in line.split()[1:] for line in table_lines("irregular_en.txt")), word


def test_stems_only_in_the_languages_own_script() -> None:
    assert stem_language_applies("election", "en-GB")
    assert stem_language_applies("élection", "fr")
    assert stem_language_applies("войска", "ru")
    assert stem_language_applies("قوات", "ar")
    assert not stem_language_applies("elections", "ru")
    assert not stem_language_applies("войска", "en")
    assert not stem_language_applies("covid19", "en")
    assert not stem_language_applies("2023", "en")
    assert not stem_language_applies("at&t", "en")
    assert not stem_language_applies("elections", "cs")
    assert not stem_language_applies("elections", None)
    assert terms("elections", "ru") == ("elections",)
    assert terms("войсками", "en") == ("войсками",)
    assert terms("elections", None) == ("elections",)
    assert terms("elections", "cs") == ("elections",)


def test_primary() -> None:
    said = {
        "pt-BR": "pt",
        "EN_us": "en",
        "nb-NO": "no",
        "nn": "no",
        "iw": "he",
        "in": "id",
        "fil-PH": "tl",
        " de ": "de",
    }
    assert {lang: primary(lang) for lang in said} == said
    for none in (None, "", "und", "mul", "zxx", "x", "1", "c++", "English", "\ud800", "-"):
        assert primary(none) is None
    assert primary("no") == "no"
    assert {primary(lang) for lang in STEM_LANGUAGES} >= STEM_LANGUAGES


words = st.text(alphabet="abcdeilnorstuyzáéíóúäöüßåæøçñãõîșțăőű'", min_size=1, max_size=12)
cyrillic = st.text(alphabet="абвгдежиклмнопрстуяйыьёющ", min_size=1, max_size=12)
arabic = st.text(alphabet="ابتةثجدرسعقكلمنهويىأإآئ", min_size=1, max_size=10)
languages = st.sampled_from([*sorted(STEM_LANGUAGES), "tr", "cs", "zh", "ko", None])


@given(words | cyrillic | arabic | st.text(), languages)
def test_terms_of_any_word(text: str, lang: str | None) -> None:
    for form in spans(text).forms:
        found = terms(form, lang)
        assert 1 <= len(found) == len(set(found)) <= 2
        assert all(term and fold(term) == term for term in found)


@given(words | cyrillic | arabic, languages)
def test_who_types_no_accents_finds_the_word(text: str, lang: str | None) -> None:
    for form in spans(text).forms:
        typed = spans(fold(form)).forms
        if len(typed) == 1 and not (lang == "tr" and "'" in form):  # an ending that only the apostrophe shows
            assert set(terms(form, lang)) & set(terms(typed[0], lang))


def test_terms_do_not_depend_on_what_came_before() -> None:
    """Stemmers that keep notes on the word in hand, and threads that use them at once."""
    words_by_lang = {"ar": "القوات رئيس المدرسة استخدم يستخدمون الحكومات", "en": "elections withdrew flying news"}
    alone = {(w, lang): terms(w, lang) for lang, some in words_by_lang.items() for w in some.split()}
    from newsidx.analysis import stems

    differing = []

    def again() -> None:
        for _ in range(20):
            for (word, lang), expected in alone.items():
                if stems._terms(word, lang) != expected:  # below the memory
                    differing.append(word)

    threads = [threading.Thread(target=again) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not differing


def run_alone(code: str, **env: str) -> str:
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, encoding="utf-8", env=os.environ | env
    ).stdout


def test_nltk_waits_for_a_word_to_stem(repo: str) -> None:
    code = """
import sys
from newsidx.analysis import fold, identify, primary, spans, stem_language_applies, terms, tokens
tokens("L'armée d'Ivoire, 中国, U.S. troops"); fold("Côte")
identify("The troops of the mission will leave by the end", "en")
stem_language_applies("troops", "en"); terms("troops", None); terms("5,000", "en"); terms("войска", "en")
assert not {"nltk", "numpy", "selectolax", "whoosh"} & set(sys.modules), sorted(sys.modules)
terms("troops", "en")
assert "nltk" in sys.modules
"""
    run_alone(code, PYTHONPATH=str(repo))


def test_stemming_needs_no_data_of_nltk(repo: str, tmp_path: str) -> None:
    code = f"""
import nltk.data
nltk.data.path[:] = []
from newsidx.analysis import terms
for lang in {sorted(STEM_LANGUAGES)!r}:
    terms("presidenten", lang)
print(*terms("elections", "en"))
"""
    assert run_alone(code, PYTHONPATH=str(repo), NLTK_DATA=str(tmp_path), HOME=str(tmp_path)).split() == ["elect"]
