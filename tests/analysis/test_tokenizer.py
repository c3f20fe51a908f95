"""Tokens: the examples of the query language, the laws, and a slow reading of the grammar beside the fast one."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsidx.analysis import MAX_FORM, Token, fold, is_segmentless, spans, tokens
from newsidx.analysis.characters import APOSTROPHES, HEBREW_QUOTES, class_ranges, table_lines
from newsidx.analysis.tokenizer import _NOT_INITIALS, _NOT_LATIN, _full_pattern, _latin_pattern


def forms(text: str) -> list[str]:
    return spans(text).forms


# --- A slow, obvious reading of the grammar -------------------------------------------------------------------------


@cache
def class_of(char: str) -> str:
    for name in ("base", "digit", "number", "mark", "ignorable", "segmentless", "fraction"):
        if any(first <= ord(char) <= last for first, last in class_ranges(name)):
            return name
    return ""


def is_letter(char: str) -> bool:
    """What stands before dots and ampersands: asked of Python, not of the table."""
    return char.isalnum() and not char.isdecimal()


def is_initial(char: str) -> bool:
    """What stands after them."""
    return is_letter(char) and not re.match(f"[{_NOT_INITIALS}]", char)


class Reference:
    """Reads a text from left to right, one character at a time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_ascii = text.isascii()

    def at(self, i: int) -> str:
        return self.text[i] if 0 <= i < len(self.text) else ""

    def kind(self, i: int) -> str:
        char = self.at(i)
        return "digit" if char.isdecimal() else class_of(char) if char else ""

    def is_start(self, i: int) -> bool:
        return self.kind(i) in ("base", "digit", "number")

    def is_word(self, i: int) -> bool:
        return self.is_start(i) or self.kind(i) == "mark"

    def run(self, i: int, *kinds: str) -> int:
        """The end of the run of characters of these kinds that begins at i."""
        while self.kind(i) in kinds:
            i += 1
        return i

    def word_end(self, i: int) -> int:
        return self.run(i, "base", "digit", "number", "mark")

    def spans(self) -> list[tuple[int, int]]:
        found, i = [], 0
        while i < len(self.text):
            end = i
            if self.kind(i) in ("segmentless", "fraction"):
                end = self.single_end(i)
            elif self.is_start(i):
                end = self.word_and_more_end(i)
            if end > i:
                found.append((i, end))
            i = max(end, i + 1)
        return found

    def single_end(self, i: int) -> int:
        end = self.run(i + 1, "mark")
        while self.kind(end) == "ignorable":
            after = self.run(end, "ignorable")
            if self.kind(after) != "mark":
                break
            end = self.run(after, "mark")
        return end

    def number_end(self, i: int) -> int:
        end = self.run(i, "digit")
        if end - i <= 3:
            while self.at(end) in ("\u00a0", "\u202f", "\u2009") and self.run(end + 1, "digit") == end + 4:
                end += 4
        while self.at(end) and self.at(end) in ".\uff0e,\uff0c\u066b\u066c" and self.kind(end + 1) == "digit":
            end = self.run(end + 1, "digit")
        return end

    def word_and_more_end(self, i: int) -> int:
        end = self.number_end(i) if self.kind(i) == "digit" else i + 1
        end = self.word_end(end)
        if self.is_elided(end):
            return end + 1
        joined = self.joined_end(end)
        if joined > end:
            return joined
        dotted = self.dotted_end(end)
        return dotted if dotted > end else self.paired_end(end)

    def begins_word(self, i: int) -> bool:
        before = self.at(i - 1)
        return not before or not (
            before.isalnum() or "\u0300" <= before <= "\u036f" or before in "\xad\u200b\u200c\u200d"
        )

    def no_word(self, i: int) -> bool:
        return not self.at(i) or not (self.at(i).isalnum() or "\u0300" <= self.at(i) <= "\u036f")

    def is_apostrophe(self, i: int) -> bool:
        return bool(self.at(i)) and self.at(i) in APOSTROPHES

    def is_elided(self, end: int) -> bool:
        vowels = "aeiouyhàáâãäåæèéêëìíîïòóôõöøœùúûüýÿ"
        if (
            not self.is_apostrophe(end)
            or not self.at(end + 1)
            or self.at(end + 1) not in vowels + vowels.upper() + "0123456789"
        ):
            return False
        prefixes = " ".join(table_lines("elisions.txt")).split()
        either_case = lambda c: c if c.isascii() else "?"  # noqa: E731
        return any(
            "".join(map(either_case, self.text[max(0, end - len(p)) : end])).lower() == p
            and self.begins_word(end - len(p))
            for p in prefixes
        )

    def joined_end(self, end: int) -> int:
        while True:
            after = self.joint_end(end)
            if after == end or not self.is_word(after):
                return end
            end = self.word_end(after)

    def joint_end(self, i: int) -> int:
        if self.is_apostrophe(i) and self.kind(i + 1) != "digit" and not "가" <= self.at(i - 1) <= "힣":
            return i + 1
        if self.kind(i) == "ignorable":
            return self.run(i, "ignorable")
        if self.at(i) == "·" and self.at(i - 1) in "lL" and self.at(i + 1) in ("l", "L"):
            return i + 1
        return i + 1 if self.is_gershayim(i) else i

    def is_gershayim(self, i: int) -> bool:
        def hebrew(k: int) -> bool:
            return "\u05d0" <= self.at(k) <= "\u05ea"

        if self.is_ascii or not self.at(i) or self.at(i) not in HEBREW_QUOTES or not hebrew(i - 1):
            return False
        end = i + 1
        while hebrew(end):
            end += 1
        is_quote = bool(self.at(end)) and self.at(end) in HEBREW_QUOTES
        return end - i == 2 or (3 <= end - i <= 5 and not is_quote)

    def possessive_end(self, i: int) -> int:
        is_s = self.is_apostrophe(i) and self.at(i + 1) in ("s", "S") and self.no_word(i + 2)
        return i + 2 if is_s else i

    def dotted_end(self, end: int) -> int:
        if not (is_letter(self.at(end - 1)) and self.begins_word(end - 1)):
            return end
        i = end
        while self.at(i) in (".", "\uff0e") and self.at(i + 1) and is_initial(self.at(i + 1)) and self.no_word(i + 2):
            name_follows = self.is_apostrophe(i + 2) and self.at(i + 3) and is_initial(self.at(i + 3))
            if name_follows and self.possessive_end(i + 2) == i + 2:
                break
            i += 2
        if i == end:
            return end
        return self.possessive_end(i + 1 if self.at(i) in (".", "\uff0e") else i)

    def paired_end(self, end: int) -> int:
        short = any(
            all(is_letter(self.at(k)) for k in range(end - n, end)) and self.begins_word(end - n)
            for n in (1, 2, 3)
            if end >= n
        )
        if not short or self.at(end) not in ("&", "\uff06"):
            return end
        i = end + 1
        while self.at(i) and is_initial(self.at(i)):
            i += 1
        return self.possessive_end(i) if 1 <= i - end - 1 <= 3 and self.no_word(i) else end


TRICKY = (
    "aAbdlLqQuUsStTnNoOéÉiIİßſ12٣0²Ⅳ½⅓ \t.,&_-'’ʼ`´״\"”“·#@\u00a0\u202f\u00ad\u200b\u200d\ufeff\u0301\u0308\u0327"
    "אבצהל״׳\u05b0ابتةـ\u064bжёЁеיकि्ंก\u0e34ำກကာខ្中国々ーｶﾞｱがカ〇⼈한글𝗕𝟓𐐀😀❤\ufe0f\u20e3\ud800ﬁŀÅΣς،٫٬．＆＇ª₂①⒈ﷺ"
)
tricky_texts = st.text(alphabet=TRICKY, max_size=40)
PIECES = (
    "l qu dell d ' ’ a E h s S . U & 1 23 000 \u00a0 , O Neill \" צ ה לי · é e\u0301 \u00ad 中 ก \u200b ж ½ 𝗕 _ ²"
).split(" ")
word_like = st.lists(st.sampled_from([*PIECES, " "]), max_size=16).map("".join)


@given(tricky_texts | word_like | st.text(max_size=30))
@example("U.S.'s A.I’s J.O'Neill U.S's x.y.z. 1.a")
@example("1\u00a0000\u00a0000,5 1234\u00a0567 12\u00a03456")
@example("jusqu'à l'11 L’ONU c'mon él'a")
@example('צה"ל "צה"ל" ב"הארץ" דו"חות')
def test_as_the_slow_reading(text: str) -> None:
    assert [(t.start, t.end) for t in tokens(text)] == Reference(text).spans()


@given(st.text(alphabet=[chr(c) for c in range(128)], max_size=40))
def test_the_pattern_for_ascii_reads_as_the_full_one(text: str) -> None:
    with_more = [t for t in tokens(text + " é") if t.start < len(text)]
    assert tokens(text) == with_more


# --- Laws -----------------------------------------------------------------------------------------------------------


@given(st.text() | tricky_texts | st.text(alphabet=st.characters()))
def test_spans_grow_and_never_overlap(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(text)
        end = token.end


LEFT_OUT = {*APOSTROPHES} | {chr(c) for first, last in class_ranges("ignorable") for c in range(first, last + 1)}


@given(tricky_texts | st.text())
def test_a_form_is_what_stands_there(text: str) -> None:
    for form, start, end in tokens(text):
        assert 0 < len(form) <= MAX_FORM
        assert form == unicodedata.normalize("NFKC", form)
        # Letter for letter the same but for what a form leaves out: folding compares them.
        inside = unicodedata.normalize("NFKC", text[start:end]).lower()
        letters = "".join(c for c in inside if c.isalnum() and c not in LEFT_OUT)
        assert fold("".join(c for c in form if c.isalnum()))[:MAX_FORM] == fold(letters)[:MAX_FORM]


@given(tricky_texts | st.text())
def test_columns_and_tokens_agree(text: str) -> None:
    columns = spans(text)
    assert tokens(text) == [Token(*row) for row in zip(*columns, strict=True)]


@given(st.text(alphabet="aeéñöçĐđŠžßåøœ'’ -,123абвёйїҐήάΣας한글힣がプ", max_size=30))
def test_composed_and_decomposed_text_have_the_same_forms(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(kind, text) for kind in ("NFC", "NFD"))
    if any("\u1100" <= c <= "\u11ff" for c in decomposed):  # syllables in letters are out of use
        return
    assert forms(composed) == forms(decomposed)


@given(st.text(alphabet="中国军队撤出马里ひらがなカタカナไทยย่ล้ມາລີ", min_size=1, max_size=20), st.data())
def test_any_part_of_text_without_spaces_is_a_run_of_tokens(text: str, data: st.DataObject) -> None:
    ends = [t.end for t in tokens(text)]
    bounds = [0, *ends]
    if len(bounds) == 1:
        return
    first = data.draw(st.integers(0, len(bounds) - 2))
    last = data.draw(st.integers(first + 1, len(bounds) - 1))
    if unicodedata.category(text[bounds[first]])[0] == "M":
        return  # a mark without its letter
    assert forms(text[bounds[first] : bounds[last]]) == forms(text)[len(forms(text[: bounds[first]])) :][: last - first]


def test_long_words_are_cut_and_spans_hold_them_whole() -> None:
    for word in ("x" * 100_000, "é" * 1000, "e\u0301" * 5000, "a\u00ad" * 3000, "ﷺ" * 400):
        (token,) = tokens(f" {word} ")
        assert len(token.form) <= MAX_FORM
        assert (token.start, token.end) == (1, 1 + len(word.rstrip("\u00ad")))


HOSTILE = (
    "a' a\u00ad a\u0301 \u0301 a\u0301\u0327 a.b A.B. 1,1 1 x l'a a&b ' \ud800 ab\u05d0\"\u05d0 \u0e01\u200b\u0e34 "
    "1\u00a0000 1\u00a0000\u00a0 \u0e01 \u00ad 𝗕 😀 ´`"
).split(" ")


@pytest.mark.parametrize("piece", HOSTILE, ids=ascii)
def test_what_repeats_is_read_to_its_end(piece: str) -> None:
    """Of a size at which what is not linear does not end."""
    spans(piece * (400_000 // len(piece)))


# --- Examples -------------------------------------------------------------------------------------------------------

EXAMPLES = {
    "UN peacekeepers' withdrawal": ["un", "peacekeepers", "withdrawal"],
    "O'Neill said Mali’s": ["o'neill", "said", "mali's"],
    "Côte d’Ivoire": ["côte", "d'", "ivoire"],
    "L'armée, jusqu’à l'ONU": ["l'", "armée", "jusqu'", "à", "l'", "onu"],
    "dell'Iran all’Aquila un'altra": ["dell'", "iran", "all'", "aquila", "un'", "altra"],
    "qu'aujourd'hui presqu'île": ["qu'", "aujourd'hui", "presqu'", "île"],
    "N'Djamena N’Golo c'mon": ["n'djamena", "n'golo", "c'mon"],
    "rock'n'roll o'clock ma'am": ["rock'n'roll", "o'clock", "ma'am"],
    "the 'quoted' word": ["the", "quoted", "word"],
    "U.S.-led, U.N.'s A.I. in the U.S.": ["u.s.", "led", "u.n.'s", "a.i.", "in", "the", "u.s."],
    "J.K. Rowling, J.O'Neill; Plan B.": ["j.k.", "rowling", "j", "o'neill", "plan", "b"],
    "Д.А. Медведев": ["д.а.", "медведев"],
    "COVID-19 F-16 W-2 A-1312/B": ["covid", "19", "f", "16", "w", "2", "a", "1312", "b"],
    "Franco-German": ["franco", "german"],
    "5,000 and 3.5. 1,000,000.50": ["5,000", "and", "3.5", "1,000,000.50"],
    "$5bn €3.5m 20th 1990s 1990's": ["5bn", "3.5m", "20th", "1990s", "1990's"],
    "5\u00a0000 euros, 14\u202f000\u202f000": ["5000", "euros", "14000000"],
    "in 2019\u00a0100 people": ["in", "2019", "100", "people"],
    "10:30 6'2": ["10", "30", "6", "2"],
    "AT&T's R&D, Marks&Spencer": ["at&t's", "r&d", "marks", "spencer"],
    "#MeToo @rt_com snake_case": ["metoo", "rt", "com", "snake", "case"],
    "https://www.rt.com/news": ["https", "www", "rt", "com", "news"],
    "co\u00adoperate zero\u200bwidth \u200bword\u200b": ["cooperate", "zerowidth", "word"],
    "שָׁלוֹם": ["שלום"],
    'צה"ל צה״ל ב"הארץ" דו"חות': ['צה"ל', 'צה"ל', "ב", "הארץ", 'דו"חות'],
    "ג'ון צ׳ק": ["ג'ון", "צ'ק"],
    "مُحَمَّد عـــربي": ["محمد", "عربي"],
    "cafe\u0301 Ångström ＦＵＬＬ２３": ["café", "ångström", "full23"],
    "п'ять об’єктів": ["п'ять", "об'єктів"],
    "col·lapse coŀlapse": ["col·lapse", "col·lapse"],
    "İstanbul ISTANBUL": ["istanbul", "istanbul"],
    "ΟΔΟΣ": ["οδος"],
    "中国G7峰会2023年": ["中", "国", "g7", "峰", "会", "2023", "年"],
    "ｶﾞﾝﾊﾞﾙ ガンバル": ["ガ", "ン", "バ", "ル", "ガ", "ン", "バ", "ル"],
    "น้ำ": ["น้", "ํา"],
    "말리에서 철수": ["말리에서", "철수"],
    "'쇄신'의 기회": ["쇄신", "의", "기회"],
    "हिन्दी में": ["हिन्दी", "में"],
    "½ 5½": ["1⁄2", "5", "1⁄2"],
    "❤️ 1️⃣ 😀": ["1"],
    "𝗕𝗼𝗹𝗱": ["bold"],
    "٥٬٠٠٠": ["٥٬٠٠٠"],
    "Android™ CO₂": ["android", "co2"],
    "": [],
    " \n—\u2014…": [],
}


@pytest.mark.parametrize(("text", "expected"), EXAMPLES.items())
def test_examples(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


def test_offsets_are_code_points_of_the_text_as_given() -> None:
    text = "ﬁrst 𝗕𝗼𝗹𝗱 cafe\u0301 ½"
    assert [(t.form, text[t.start : t.end]) for t in tokens(text)] == [
        ("first", "ﬁrst"),
        ("bold", "𝗕𝗼𝗹𝗱"),
        ("café", "cafe\u0301"),
        ("1⁄2", "½"),
    ]


def test_is_segmentless() -> None:
    assert all(map(is_segmentless, "中がカไລကខ々〇"))
    assert not any(map(is_segmentless, "aé1한אअ、 "))


_WESTERN = [chr(code) for code in range(0x250)] + list("‘’“”–—…‹›′€\"'.,&·-") * 8 + list("abc LlSs") * 9


@given(st.text(st.sampled_from(_WESTERN)))
@example("l'armée, U.S.'s AT&T; col·lapse ½")
def test_western_texts_are_cut_alike_by_both_patterns(text: str) -> None:
    assert _NOT_LATIN.search(text) is None
    assert _latin_pattern().split(text) == _full_pattern().split(text)
