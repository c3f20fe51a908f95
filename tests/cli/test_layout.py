"""Laws of lines: nothing is lost, nothing is too wide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.cli._caret import caret_lines
from newsidx.cli._layout import fits, lines_of, width_of
from newsidx.harmless import harmless

texts = st.text(st.one_of(st.sampled_from("abc de\u0301 日本、。語한글 กข"), st.characters()), max_size=80).map(
    harmless
)


@given(texts, st.integers(4, 60))
def test_lines_hold_all_but_blanks_and_are_not_too_wide(text: str, width: int) -> None:
    lines = [text[a:b] for a, b in lines_of(text, width)]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert line.strip(" ")
        assert width_of(line) <= width


@given(texts)
def test_without_a_width_all_is_one_line(text: str) -> None:
    assert [text[a:b] for a, b in lines_of(text, None)] == ([text.strip(" ")] if text.strip(" ") else [])


@given(texts, st.integers(1, 60))
def test_fits(text: str, width: int) -> None:
    assert width_of(fits(text, width)) <= width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("日本語です。", 6, ["日本語", "です。"]),
        ("日本語。", 6, ["日本", "語。"]),
        ("ab 日本", 4, ["ab", "日本"]),
    ],
)
def test_breaks(text: str, width: int, lines: list[str]) -> None:
    assert [text[a:b] for a, b in lines_of(text, width)] == lines


@given(st.text(), st.data(), st.integers(24, 100))
def test_carets_stand_below_the_place(text: str, data: st.DataObject, width: int) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    query, carets = caret_lines(text, start, end, width)
    assert set(carets) <= {" ", "^"}
    assert "^" in carets
    assert width_of(query) <= width
    assert width_of(carets) <= width + 1


def test_caret_of_a_wide_script() -> None:
    assert caret_lines("日本 AND (", 7, 8, 80) == ["  日本 AND (", "           ^"]
    assert caret_lines("a\x1b(", 2, 3, 80) == [r"  a\x1b(", "       ^"]
