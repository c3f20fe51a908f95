"""Writes newsidx/analysis/tables/characters.txt from the Unicode data of the Python that runs it.

The table is written once and shipped, so that an index made under one Python reads the same under another. Run it
under the newest Python at hand, and raise ANALYSIS_VERSION where the table changes::

    python tests/analysis/make_characters.py > newsidx/analysis/tables/characters.txt
"""

from __future__ import annotations

import sys
import textwrap
import unicodedata
from collections.abc import Iterable

# Scripts written without spaces between words: the Unicode line breaking class SA (Thai, Lao, Khmer, Myanmar, Tai
# scripts) and the ideographic ones. Letters of these blocks only; their digits and marks stay what they are.
SEGMENTLESS = (
    (0x0E01, 0x0E4F), (0x0E81, 0x0EDF), (0x1000, 0x109F), (0x1780, 0x17DF), (0x1950, 0x19DF), (0x1A20, 0x1AAF),
    (0x2F00, 0x2FD5), (0x3005, 0x3007), (0x3021, 0x3029), (0x3031, 0x3035), (0x3038, 0x303C), (0x3041, 0x30FA),
    (0x30FC, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA9E0, 0xA9FE),
    (0xAA60, 0xAADF), (0xF900, 0xFAFF), (0xFF66, 0xFF9D),
)  # fmt: skip
# Above the basic plane whole blocks, assigned or not: a set of a regular expression tries its ranges there one by
# one, on every character that is not in the set. Historic scripts, styled letters and digits; ideographs and kana.
ASTRAL_BASE = ((0x10000, 0x16FDF), (0x18E00, 0x1AFEF), (0x1B300, 0x1CEFF), (0x1D400, 0x1D7FF), (0x1DF00, 0x1EEFF),
               (0x1FBF0, 0x1FBF9))  # fmt: skip
ASTRAL_SEGMENTLESS = ((0x16FE0, 0x18DFF), (0x1AFF0, 0x1B2FF), (0x20000, 0x3FFFD))
KANGXI_RADICALS = (0x2F00, 0x2FD5)
"""Symbols by category; what text taken from printed pages has in place of the ideographs they are compatible with."""

HALF_WIDTH_VOICING = (0xFF9E, 0xFF9F)
"""Letters by category; marks of the half-width kana before them in fact."""

# Default ignorable code points that stand inside words (joiners, soft hyphens, directional marks, variation
# selectors, fillers), the stretchers of Arabic and N'Ko, and the half rings of transliterated Arabic.
IGNORABLE = (
    (0x00AD, 0x00AD), (0x02BE, 0x02BF), (0x034F, 0x034F), (0x061C, 0x061C), (0x0640, 0x0640), (0x07FA, 0x07FA),
    (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
    (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
)  # fmt: skip
APOSTROPHES = frozenset("ʹʻʼʽˈ")
"""Letters by category that are apostrophes in use."""


def inside(code: int, ranges: Iterable[tuple[int, int]]) -> bool:
    """Whether a code point is in one of the ranges (both ends included)."""
    return any(first <= code <= last for first, last in ranges)


def is_void(char: str) -> bool:
    """A letter that compatibility decomposition leaves without one (the spacing forms of Arabic marks)."""
    return not any(unicodedata.category(c)[0] in "LN" for c in unicodedata.normalize("NFKC", char))


def class_of(code: int) -> str | None:
    """Which class of the table a code point belongs to."""
    if code > 0xFFFF:
        return "base" if inside(code, ASTRAL_BASE) else "segmentless" if inside(code, ASTRAL_SEGMENTLESS) else None
    char = chr(code)
    category = unicodedata.category(char)
    if inside(code, IGNORABLE):
        return "ignorable"
    if category[0] == "M" or code in HALF_WIDTH_VOICING:
        return "mark"
    if inside(code, [KANGXI_RADICALS]):
        return "segmentless"
    if category[0] not in "LN" or char in APOSTROPHES:
        return None
    if is_void(char):
        return "mark"
    if "⁄" in unicodedata.normalize("NFKC", char):
        return "fraction"
    if category == "Nd":
        return "digit"
    return "segmentless" if inside(code, SEGMENTLESS) else "base" if category[0] == "L" else "number"


HEAD = f"""\
# Classes of characters, as ranges of code points in hexadecimal (both ends included).
# segmentless: letters of scripts without spaces, each a token; base: other letters; digit: decimal digits;
# number: other numbers; fraction: each a token; mark: combining marks; ignorable: dropped inside words.
# Written by tests/analysis/make_characters.py from Unicode {unicodedata.unidata_version}.
"""


def table() -> str:
    """The table, as it is shipped."""
    classes: dict[str, list[list[int]]] = {}
    for code in range(sys.maxunicode + 1):
        name = class_of(code)
        if name is None:
            continue
        ranges = classes.setdefault(name, [])
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    lines = []
    for name in sorted(classes):
        words = " ".join(f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in classes[name])
        lines += textwrap.wrap(
            words, 118, initial_indent=f"{name}: ", subsequent_indent=f"{name}: ", break_on_hyphens=False
        )
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
