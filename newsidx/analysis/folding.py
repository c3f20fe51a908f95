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

__all__ = ["MAX_FORM", "fold", "fold_letters", "surface_form", "unpunctuated", "written_form"]

MAX_FORM = 128
"""Code points that a form may have; the rest of a longer word is cut off."""

_MAX_SEEN = 1024
"""Code points of a word that are looked at: normalising a run of combining marks takes time in its square."""

# Forms are remembered by the word as it stands in the text, since texts repeat their words: a look-up costs 40 ns, a
# form of ASCII letters 300 ns, another 3 µs. The bound keeps hostile text from filling memory (some 30 MB at most).
_MEMO_WORDS = 1 << 17
_MEMO_CHARS = 64

# Marks left out of forms: Hebrew points and accents, Arabic vowel signs and annotations, enclosing marks (keycaps).
_UNWRITTEN = (
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff"
    "\u20d0-\u20f0"
)
# Marks that fold away as accents do. The vowel signs of Indic and other scripts are letters in all but name, and stay.
_ACCENTS = _UNWRITTEN + "\u0300-\u036f\u0483-\u0489\u093c\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f"
_LETTERS_OF_THEIR_OWN = "\u0439\u0457\u045e\u0453\u045c"
"""Cyrillic short i, yi, short u, gje, kje: without the mark they would be other letters, and nobody types them so."""

_FRACTION_SLASH = "\u2044"
_ARABIC_POINT, _ARABIC_COMMA = "\u066b", "\u066c"
_INNER = f"'\"&.,\u00b7{_FRACTION_SLASH}{_ARABIC_POINT}{_ARABIC_COMMA}"
"""Punctuation that a form may have inside."""


class _Forms(dict[str, str]):
    def __missing__(self, raw: str) -> str:
        form = _form(raw)
        if len(raw) <= _MEMO_CHARS:
            if len(self) >= _MEMO_WORDS:
                self.clear()
            self[raw] = form
        return form


written_form = _Forms().__getitem__
"""The form of a word as it stands in a text: NFKC, lower case, one kind of apostrophe; at most `MAX_FORM` long."""


def _form(raw: str) -> str:
    if raw.isascii():
        return raw[:MAX_FORM].lower().replace("`", "'")
    seen = raw.translate(_unification())[:_MAX_SEEN]
    written = _kept(unicodedata.normalize("NFKC", seen))
    # Again, since marks may have come to stand beside letters that they compose with.
    form = unicodedata.normalize("NFKC", _DOTTED_I.sub("i", written.lower()))
    return form[:MAX_FORM] or seen[:MAX_FORM].lower()


@lru_cache(maxsize=_MEMO_WORDS)
def surface_form(raw: str) -> str:
    """The form of a word with its capitals as they stand: what ``case:`` compares."""
    if raw.isascii():
        return raw[:MAX_FORM].replace("`", "'")
    seen = raw.translate(_unification())[:_MAX_SEEN]
    written = unicodedata.normalize("NFKC", _kept(unicodedata.normalize("NFKC", seen)))
    return written[:MAX_FORM] or seen[:MAX_FORM]


_DOTTED_I = re.compile("i\u0307+")  # the dot above stays when the capital dotted I of Turkish is made small


@cache
def _unification() -> dict[int, str | None]:
    """What becomes of characters before normalising: the unseen go, the kinds of apostrophe and quote become one."""
    table: dict[int, str | None] = {
        code: None for first, last in class_ranges("ignorable") for code in range(first, last + 1)
    }
    table |= dict.fromkeys(map(ord, APOSTROPHES), "'")
    table |= dict.fromkeys(map(ord, HEBREW_QUOTES), '"')
    return table


_PLAIN = re.compile("[0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f'&.,]*")


def _kept(text: str) -> str:
    """The text without what is not written; the pattern for that takes its time to build, and most words need none."""
    return text if _PLAIN.fullmatch(text) else _unwritten().sub("", text)


@cache
def _unwritten() -> re.Pattern[str]:
    """What is not left in a form: marks that are not written, and the blanks and brackets of some ligatures."""
    kept = regex_set("base", "number", "digit", "mark", "segmentless", "ignorable") + _INNER
    return re.compile(f"[{_UNWRITTEN}]|[^{kept}]")


def fold(form: str) -> str:
    """A written form with accents, variants of letters and inner punctuation folded away.

    ``l'`` is ``l``, ``o'neill`` ``oneill``, ``mali's`` ``mali``, ``u.s.`` ``us``, ``5,000`` ``5000``; ``at&t`` stays.
    Folding what is folded changes nothing. Never empty, unless `form` is.
    """
    return form if form.isascii() and form.isalnum() else _folded(form)


@lru_cache(maxsize=_MEMO_WORDS)
def _folded(form: str) -> str:
    return unpunctuated(fold_letters(form))


def fold_letters(form: str) -> str:
    """A form without accents, with variants of letters and the digits of all scripts made one; punctuation stays."""
    return form if form.isascii() else form.translate(_folded_letters()) or form


class _FoldedLetters(dict[int, str]):
    """Code point → what it folds to, worked out when first met; for `str.translate`."""

    def __init__(self) -> None:
        super().__init__((ord(letter), letter) for letter in _LETTERS_OF_THEIR_OWN)
        for line in table_lines("folds.txt"):
            letters, folded = line.split()
            self.update(dict.fromkeys(map(ord, letters), folded))
        self._accents = re.compile(f"[{_ACCENTS}]")

    def __missing__(self, code: int) -> str:
        char = chr(code)
        decimal = unicodedata.decimal(char, None)
        if decimal is not None:
            return self.setdefault(code, str(decimal))
        bare = self._accents.sub("", unicodedata.normalize("NFD", char))
        return self.setdefault(code, unicodedata.normalize("NFC", "".join(self.get(ord(c), c) for c in bare)))


@cache
def _folded_letters() -> _FoldedLetters:
    return _FoldedLetters()


def unpunctuated(form: str) -> str:
    """A form without possessive or clitic ending (``'s``, ``'ll``), apostrophes, dots and separators of thousands.

    A decimal separator becomes a point. Never empty, unless `form` is.
    """
    if form.isalnum():
        return form
    if form[:1].isdigit():
        return _number(form)
    return _JOINTS.sub("", _CLITIC.sub("", form)) or form


_CLITIC = re.compile(r"(?<=[^\W\d_])\.?'(?:s|ll|re|ve|d|m)$")
_JOINTS = re.compile(r"['\".\u00b7]")
_NUMBER = re.compile(r"([\d.,]+)(.*)", re.DOTALL)
_COMMA_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_POINT_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?")
_DECIMAL_COMMA = re.compile(r"\d+,\d+")


def _number(form: str) -> str:
    form = form.removesuffix("'s").replace("'", "").replace(_ARABIC_POINT, ".").replace(_ARABIC_COMMA, ",")
    match = _NUMBER.fullmatch(form)
    if match is None:
        return form
    number, rest = match[1].rstrip(".,"), match[2]
    if _COMMA_THOUSANDS.fullmatch(number):
        number = number.replace(",", "")
    elif _POINT_THOUSANDS.fullmatch(number):
        number = number.replace(".", "").replace(",", ".")
    elif _DECIMAL_COMMA.fullmatch(number):
        number = number.replace(",", ".")
    return number + rest
