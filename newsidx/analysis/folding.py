"""The written form of a word, and the same with accents, letter variants and inner punctuation folded away.

`written_form` is the word as a reader sees it, freed of what cannot be seen (soft hyphens, joiners) or is commonly
left out (Hebrew points, Arabic vowel signs); ``exact:`` compares it. `fold` goes further: what a person may type for
it on another keyboard comes out the same; wildcards and stems build on it. Called by the tokenizer and the stems.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from newsidx.analysis.characters import APOSTROPHES, HEBREW_QUOTES, class_ranges, regex_set, table_lines

__all__ = ["MAX_FORM", "fold", "fold_letters", "unpunctuated", "written_form"]

MAX_FORM = 128
"""Code points that a form may have; the rest of a longer word is cut off."""

_MAX_RAW = 1024
"""Code points of a word that are looked at: normalising a long run of combining marks takes quadratic time."""

# Forms are remembered by the word as it stands in the text, since a text repeats its words: a look-up costs 40 ns,
# a form of ASCII letters 150 ns, another 2 µs. The bound keeps hostile text from filling memory (about 40 MB).
_MEMO_WORDS = 1 << 17
_MEMO_CHARS = 64

# Marks left out of forms: Hebrew points and accents, Arabic vowel signs and annotations, enclosing marks (keycaps).
_UNWRITTEN = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff\u20d0-\u20f0"  # noqa: E501
# Marks that fold away as accents. Vowel signs of Indic and other scripts are letters in all but name, and stay.
_ACCENTS = _UNWRITTEN + "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f\u093c"
_LETTERS_OF_THEIR_OWN = "йїўґѓќ"
"""Letters that taking the mark off would make another letter, and that nobody types without it."""


class _Forms(dict[str, str]):
    def __missing__(self, raw: str) -> str:
        form = _form(raw)
        if len(raw) <= _MEMO_CHARS:
            if len(self) >= _MEMO_WORDS:
                self.clear()
            self[raw] = form
        return form


_forms = _Forms()
written_form = _forms.__getitem__
"""The form of a word as it stands in a text: NFKC, lower case, one kind of apostrophe; at most `MAX_FORM` long."""


def _form(raw: str) -> str:
    if raw.isascii():
        return raw[:MAX_FORM].lower().replace("`", "'")
    seen = raw.translate(_unification())[:_MAX_RAW]
    form = unicodedata.normalize("NFKC", seen).lower().replace("i\u0307", "i")
    form = _unwritten().sub("", form)
    return form[:MAX_FORM]


@cache
def _unification() -> dict[int, str | None]:
    """What becomes of characters before normalising: the unseen go, the kinds of apostrophe and quote become one."""
    table: dict[int, str | None] = {
        code: None for first, last in class_ranges("ignorable") for code in range(first, last + 1)
    }
    table |= dict.fromkeys(map(ord, APOSTROPHES), "'")
    table |= dict.fromkeys(map(ord, HEBREW_QUOTES), '"')
    return table


@cache
def _unwritten() -> re.Pattern[str]:
    names = ("base", "number", "digit", "mark", "segmentless")
    kept = regex_set(*names) + "'\"&.,·⁄٫٬"
    return re.compile(f"[{_UNWRITTEN}]|[^{kept}]")


class _FoldedLetters(dict[int, str]):
    """Code point → what it folds to, worked out when first met; for `str.translate`."""

    def __init__(self) -> None:
        super().__init__((ord(letter), letter) for letter in _LETTERS_OF_THEIR_OWN)
        for line in table_lines("folds.txt"):
            letters, folded = line.split()
            self.update(dict.fromkeys(map(ord, letters), folded))

    def __missing__(self, code: int) -> str:
        char = chr(code)
        decimal = unicodedata.decimal(char, None)
        if decimal is not None:
            return self.setdefault(code, str(decimal))
        bare = re.sub(f"[{_ACCENTS}]", "", unicodedata.normalize("NFD", char))
        folded = unicodedata.normalize("NFC", "".join(map(self._base, bare)))
        return self.setdefault(code, folded)

    def _base(self, char: str) -> str:
        return self.get(ord(char), char)


@cache
def _folded_letters() -> _FoldedLetters:
    return _FoldedLetters()


def fold_letters(form: str) -> str:
    """A form without accents, with variants of letters and the digits of all scripts made one; punctuation stays."""
    if form.isascii():
        return form
    return form.translate(_folded_letters()) or form


@lru_cache(maxsize=_MEMO_WORDS)
def fold(form: str) -> str:
    """A written form with accents, variants of letters and inner punctuation folded away.

    ``l'`` is ``l``, ``o'neill`` ``oneill``, ``mali's`` ``mali``, ``u.s.`` ``us``, ``5,000`` ``5000``; ``at&t`` stays.
    Folding what is folded changes nothing.
    """
    return unpunctuated(fold_letters(form))


def unpunctuated(form: str) -> str:
    """A form without possessive or clitic ending (``'s``, ``'ll``), apostrophes, dots and separators of thousands.

    A decimal separator becomes a point. Never empty.
    """
    if form.isalnum():
        return form
    if form[:1].isdigit():
        return _number(form)
    return _JOINTS.sub("", _CLITIC.sub("", form)) or form


_CLITIC = re.compile(r"(?<=[^\W\d_])\.?'(?:s|ll|re|ve|d|m)$")
_JOINTS = re.compile(r"['\".·]")
_NUMBER = re.compile(r"([\d.,]+)(.*)", re.DOTALL)
_COMMA_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_POINT_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?")
_DECIMAL_COMMA = re.compile(r"\d+,\d+")


def _number(form: str) -> str:
    match = _NUMBER.fullmatch(form.replace("٫", ".").replace("٬", ","))
    if match is None:
        return form
    number, rest = match.groups()
    if _COMMA_THOUSANDS.fullmatch(number):
        number = number.replace(",", "")
    elif _POINT_THOUSANDS.fullmatch(number):
        number = number.replace(".", "").replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(number):
        number = number.replace(",", ".")
    return number + ("" if rest == "'s" else rest.replace("'", ""))
