"""Words found with and without their punctuation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.analysis import readings, spans, terms

READINGS = {
    "COVID-19": [["covid", "19"], ["covid19"]],
    "COVID19": [["covid19"], ["covid", "19"]],
    "F-16": [["f", "16"], ["f16"], ["f", "16s"], ["f16s"]],
    "F-16s": [["f", "16s"], ["f", "16", "s"], ["f16s"], ["f", "16"], ["f16"]],
    "W-2": [["w", "2"], ["w2"], ["w", "2s"], ["w2s"]],
    "G7": [["g7"], ["g", "7"], ["g7s"], ["g", "7s"]],
    "A-1312/B": [["a", "1312", "b"]],
    "U.S.": [["u.s."], ["u", "s"]],
    "$5bn": [["5bn"], ["5", "bn"]],
    "3.5bn": [["3.5bn"], ["3.5", "bn"]],
    "5,000": [["5,000"]],
    "AT&T": [["at&t"], ["at", "t"], ["att"]],
    "O'Neill": [["o'neill"], ["o", "neill"]],
    "Mali's": [["mali's"]],
    "don't": [["don't"]],
    "l'armée": [["l'", "armée"], ["armée"]],
    "peace-keeping": [["peace", "keeping"], ["peacekeeping"]],
    "peacekeeping": [["peacekeeping"], ["peace", "keeping"]],
    "airstrikes": [["airstrikes"], ["air", "strikes"]],
    "mali": [["mali"]],
    "中国": [["中", "国"]],
    "—": [],
}


@pytest.mark.parametrize(("word", "expected"), READINGS.items())
def test_readings(word: str, expected: list[list[str]]) -> None:
    assert [list(reading) for reading in readings(word)] == expected


SPELLINGS = [
    ["COVID-19", "COVID19", "Covid 19"],
    ["F-16", "F16", "F 16"],
    ["U.S.", "US", "U.S"],
    ["J.K.", "JK", "J. K."],
    ["AT&T", "at&t"],
    ["O'Neill", "O’Neill", "ONeill", "O'NEILL’S"],
    ["Mali's", "Mali"],
    ["peace-keeping", "peacekeeping"],
    ["5,000", "5000", "5\u00a0000"],
]


@pytest.mark.parametrize("spellings", SPELLINGS, ids=lambda some: some[0])
def test_each_spelling_finds_the_others_where_punctuation_was_typed(spellings: list[str]) -> None:
    """The first is what is typed: with its punctuation, it finds every spelling."""
    typed, *written = spellings
    asked = [[set(terms(form, "en")) for form in reading] for reading in readings(typed)]
    for text in [typed, *written]:
        in_text = [set(terms(form, "en")) for form in spans(text).forms]
        is_found = any(
            all(a & b for a, b in zip(reading, in_text[i : i + len(reading)], strict=False))
            for reading in asked
            for i in range(len(in_text) - len(reading) + 1)
        )
        assert is_found, text


@given(st.text(alphabet="aébB1 23.,-&'’中ก½", max_size=12) | st.text(max_size=12))
def test_the_first_reading_is_what_is_written(word: str) -> None:
    found = readings(word)
    assert len(found) <= 4  # as one and apart, each also of several (B1s)
    assert len(set(found)) == len(found)
    assert (found[0] if found else ()) == tuple(spans(word).forms)
    assert all(form for reading in found for form in reading)
