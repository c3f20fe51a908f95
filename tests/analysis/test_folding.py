"""Folding: what is typed for what, and that it settles at once."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.analysis import fold, spans
from newsidx.analysis.characters import APOSTROPHES, class_ranges
from newsidx.analysis.folding import fold_letters, written_form

FOLDS = {
    "côte": "cote",
    "são": "sao",
    "größe": "grosse",
    "łódź": "lodz",
    "øystein": "oystein",
    "æther": "aether",
    "œuvre": "oeuvre",
    "đà": "da",
    "ıspanak": "ispanak",
    "þór": "thor",
    "əliyev": "eliyev",
    "ƙasa": "kasa",
    "việt": "viet",
    "ёлка": "елка",
    "йод": "йод",
    "їжак": "їжак",
    "ќе": "ќе",
    "за\u0301мок": "замок",
    "άνθρωπος": "ανθρωποσ",
    "أحمد": "احمد",
    "إلى": "الي",
    "مدرسة": "مدرسه",
    "مسؤول": "مسوول",
    "رئيس": "رييس",
    "که": "كه",
    "می": "مي",
    "ہے": "هي",
    "क़लम": "कलम",
    "हाँ": "हां",
    "हिन्दी": "हिन्दी",
    "น้": "น้",
    "が": "が",
    "한국": "한국",
    "١٢٣": "123",
    "۱۲۳": "123",
    "२०२३": "2023",
    "l'": "l",
    "o'neill": "oneill",
    "mali's": "mali",
    "he'll": "he",
    "we've": "we",
    "don't": "dont",
    "u.s.": "us",
    "u.n.'s": "un",
    "at&t": "at&t",
    "at&t's": "at&t",
    'צה"ל': "צהל",
    "col·lapse": "collapse",
    "5,000": "5000",
    "1,000,000.50": "1000000.50",
    "1.000.000": "1000000",
    "1.000.000,5": "1000000.5",
    "5.000": "5.000",
    "3,5": "3.5",
    "3.5bn": "3.5bn",
    "29.06.2023": "29.06.2023",
    "1990's": "1990",
    "٥٬٠٠٠": "5000",
    "1⁄2": "1⁄2",
    "": "",
}


@pytest.mark.parametrize(("form", "folded"), FOLDS.items())
def test_folds(form: str, folded: str) -> None:
    assert fold(form) == folded


@given(st.text() | st.text(alphabet="'’.,·&0123456789abSséß٫٬ा़أ½", max_size=20))
def test_folding_settles_at_once(text: str) -> None:
    for form in spans(text).forms:
        folded = fold(form)
        assert folded
        assert fold(folded) == folded
    assert bool(fold(text)) == bool(text)
    assert fold_letters(fold_letters(text)) == fold_letters(text)


@given(st.text() | st.text(alphabet="İIıﬁ½ﷺA\u0307\u0301\u05b0\u0651é中ガ'’\u00ad", max_size=10))
def test_forms_settle_at_once(text: str) -> None:
    for form in spans(text).forms:
        assert written_form(form) == form


def test_every_letter_has_a_form_and_a_fold() -> None:
    for name in ("base", "digit", "number", "segmentless", "fraction"):
        for first, last in class_ranges(name):
            for char in map(chr, range(first, last + 1)):
                form = written_form(char)
                assert form and form == form.strip()
                assert fold(form)


def test_remembered_forms_do_not_pile_up() -> None:
    memo = written_form.__self__  # type: ignore[attr-defined]
    spans(" ".join(map(str, range((1 << 17) + 10))))
    assert len(memo) <= 1 << 17
    before = len(memo)
    spans("x" * 1000)
    assert len(memo) == before


def test_the_table_of_characters_agrees_with_python() -> None:
    """What this Python knows of and the table puts into no class, or the other way about, is by design."""
    classes: dict[int, str] = {}
    for name in ("base", "digit", "fraction", "ignorable", "mark", "number", "segmentless"):
        for first, last in class_ranges(name):
            for code in range(first, last + 1):
                assert code not in classes
                classes[code] = name
    for code in range(0x10000):
        category = unicodedata.category(chr(code))
        name = classes.get(code)
        if category == "Cn" or (name is None and chr(code) in APOSTROPHES + "\u02c8"):
            continue
        if category == "Nd":
            assert name == "digit", hex(code)
        elif category[0] in "LN":
            assert name in ("base", "number", "segmentless", "fraction", "mark", "ignorable"), hex(code)
        elif category[0] == "M":
            assert name in ("mark", "ignorable"), hex(code)
        else:
            assert name in (None, "ignorable") or 0x2F00 <= code <= 0x2FD5, hex(code)
    letters_above = [c for c in range(0x10000, sys.maxunicode + 1) if unicodedata.category(chr(c))[0] == "L"]
    assert all(classes.get(code) in ("base", "segmentless") for code in letters_above)
