"""Where sentences begin: after their closing marks, not after initials, abbreviations and before small letters."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.analysis import sentence_bounds


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


@given(st.text(alphabet="aB1.!?…。 \"”'\n", max_size=60))
def test_bounds_part_the_whole_text(text: str) -> None:
    bounds = sentence_bounds(text)
    assert bounds[0] == 0
    assert bounds[-1] == len(text)
    assert bounds == sorted(bounds)


@pytest.mark.parametrize("unit", ["! ", "a. ", ". ", "A.B. ", "。", '…" '])
def test_what_repeats_is_read_to_its_end(unit: str) -> None:
    assert len(sentence_bounds(unit * 100_000)) >= 2
