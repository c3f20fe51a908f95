"""Laws of harmless text: whatever goes in, what comes out does nothing to a terminal."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.harmless import harmless, harmless_name
from newsidx.wire import SPECIALS

SPECIAL = re.compile(f"[{SPECIALS}]")
odd = st.sampled_from(
    "\x1b\x00\x07\x08\x7f\x9b\xad\u200b\u200c\u200d\u200f\u202e\u2066\u2069\u2028\ufeff\U000e0041\ud800\udc80"
)
texts = st.text(st.one_of(st.characters(), odd, st.sampled_from("ab [/]\n\tبيسمे\u0301")))


@given(texts)
def test_no_special_character_comes_through(text: str) -> None:
    assert not SPECIAL.search(harmless_name(text))
    shown = harmless(text)
    for found in SPECIAL.finditer(shown):
        assert found[0] in "\u200c\u200d"
        assert shown[found.start() - 1].isalpha() or ord(shown[found.start() - 1]) > 0x900
        assert not SPECIAL.match(shown[found.start() + 1])


@given(texts)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert harmless(harmless(text)) == harmless(text)
    assert harmless_name(harmless_name(text)) == harmless_name(text)


@given(st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs"))))
def test_plain_text_is_not_touched(text: str) -> None:
    assert harmless(text) == harmless_name(text) == text


@given(st.binary())
def test_any_file_name_can_be_shown(data: bytes) -> None:
    shown = harmless_name(os.fsdecode(data))
    assert shown.encode("utf-8", "strict") is not None
    assert "\n" not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("red\x1b[31m", r"red\x1b[31m"),
        ("a\nb\tc\u2028d", "a b c d"),
        ("a\u202eb\u2066c", "abc"),
        ("hy\xadphen zero\u200bwidth", "hyphen zerowidth"),
        ("tags\U000e0041\U000e0042", "tags"),
        ("lone \ud800", r"lone \ud800"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200cb", "ab"),
        ("[bold]plain[/bold]", "[bold]plain[/bold]"),
        ("z\u0301\u0302\u0303\u0304\u0305\u0306", "z\u0301\u0302\u0303\u0304"),
    ],
)
def test_text(text: str, shown: str) -> None:
    assert harmless(text) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("two\nlines", r"two\nlines"),
        ("caf\udce9.html", r"caf\xe9.html"),
        ("a\u202eb", r"a\u202eb"),
        ("a\U000e0041", r"a\U000e0041"),
        ("a\u200cb", r"a\u200cb"),
        ("\x1b[31m", r"\x1b[31m"),
    ],
)
def test_name(name: str, shown: str) -> None:
    assert harmless_name(name) == shown
