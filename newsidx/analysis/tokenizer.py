r"""Text → tokens: the words of a text, where each stands, and its written form.

A pure function of the text. What a token becomes in the index is `newsidx.analysis.stems`'s; where a token stands in
an article is counted by `newsidx.analysis.postings`. Articles, queries and snippets are all read with this.

Grammar (names in capitals are the classes of ``tables/characters.txt``; DIGIT and LETTER as Python's `re` has them)::

    token     = single | word [ APOSTROPHE elided | joint+ | dotted | paired ]      the first that fits
    single    = (SEGMENTLESS | FRACTION) MARK* (IGNORABLE+ MARK+)*         one letter of a script without spaces; ½
    word      = (number | START) WORD*
    START     = BASE | NUMBER | DIGIT
    WORD      = START | MARK
    number    = (DIGIT{1,3} (NO-BREAK-SPACE DIGIT{3})+ | DIGIT+) ([.,] DIGIT+)*       5,000; 3.5; the bn of 3.5bn is
                                                                                       the rest of the word
    elided    = before a vowel, h or digit, where the word is a prefix of ``tables/elisions.txt``: l'armée is l', armée
    joint     = ( IGNORABLE+                       co-operate with a soft hyphen
                | APOSTROPHE not before a digit    O'Neill, Mali's; nor after Hangul, where it closes a quotation
                | HEBREW-QUOTE                     between Hebrew letters, the last or followed by 2 to 4 up to the
                                                   end of the word and no second quote
                | '·' between two l ) WORD+        the Catalan col·lapse
    dotted    = after one letter: ('.' LETTER no word after it)+ ['.'] [possessive]      U.S., U.N.'s
    paired    = after one to three letters: '&' LETTER{1,3} no word after it [possessive]      AT&T
    possessive = APOSTROPHE s, no word after it

Everything else is between tokens. One regular expression cuts the text, and looks back and ahead over a constant
number of characters only, so the time is linear in the text's length.
"""

from __future__ import annotations

import re
from functools import cache, partial
from itertools import accumulate
from typing import NamedTuple

from newsidx.analysis.characters import APOSTROPHES, HEBREW_QUOTES, regex_set, table_lines
from newsidx.analysis.folding import written_form

__all__ = ["Spans", "Token", "spans", "tokens", "words_as_written", "words_of_chunk"]


class Token(NamedTuple):
    """A word at ``text[start:end]`` (code points); `form` is how it is written: NFKC, lower case, accents kept.

    A form has at most `MAX_FORM` code points; `start` and `end` hold the whole word all the same.
    """

    form: str
    start: int
    end: int


class Spans(NamedTuple):
    """The tokens of a text as three lists of equal length: what `tokens` gives, without an object for each."""

    forms: list[str]
    starts: list[int]
    ends: list[int]


_token_of = partial(tuple.__new__, Token)  # a third of the cost of calling Token


def tokens(text: str) -> list[Token]:
    """The words of a text in reading order; neighbours in the list are neighbours in the text.

    Spans never overlap and only grow. Any string is allowed, lone surrogates too; the time is linear in its length.
    """
    return list(map(_token_of, zip(*spans(text), strict=True)))


def spans(text: str) -> Spans:
    """The same as `tokens`, by columns, in two thirds of the time."""
    words, starts, ends = words_as_written(text)
    return Spans(list(map(written_form, words)), starts, ends)


def words_as_written(text: str) -> tuple[list[str], list[int], list[int]]:
    """The words of a text as they stand in it, where they begin and where they end."""
    # The pattern is one group, so that split() gives gap, word, gap, word, …, gap: everything in one pass, and the
    # offsets are the running sum of the lengths. About twice as fast as a loop over finditer().
    pieces = (_full_pattern() if _NOT_LATIN.search(text) else _latin_pattern()).split(text)
    bounds = list(accumulate(map(len, pieces)))
    bounds.pop()
    return pieces[1::2], bounds[0::2], bounds[1::2]


def words_of_chunk(chunk: str) -> list[str]:
    """The words, as they stand, of what is between two blanks. No token holds a blank, and what is on its other side
    is no matter to one: so the words of a text are those of its chunks."""
    core = chunk.strip(_EDGES)
    if core.isalnum() and core.isascii():  # as nine of ten are
        return [core]
    return (_full_pattern() if _NOT_LATIN.search(chunk) else _latin_pattern()).split(chunk)[1::2]


_EDGES = ".,:;!?()\"'"
"""What may stand before and after a word of ASCII letters and digits without a part in it."""

_LATIN_END = 0x24F
_NOT_LATIN = re.compile("[^\0-\u024f\u2010-\u2027\u2030-\u205e\u20ac]")
"""Letters beyond those of western languages, and what is unseen. A text without them needs no more than the beginnings
of the classes, of which a pattern is built in a fifth of the time."""


@cache
def _latin_pattern() -> re.Pattern[str]:
    return _pattern(_LATIN_END)


@cache
def _full_pattern() -> re.Pattern[str]:
    """The pattern for any text. Building it takes some 20 ms, so it waits for the first text that needs it."""
    return _pattern(None)


def _pattern(end: int | None) -> re.Pattern[str]:
    """All tokens, of the characters up to `end`."""
    single = regex_set("segmentless", "fraction", end=end)
    mark, ignorable = regex_set("mark", end=end), regex_set("ignorable", end=end)
    words = _words(
        start=regex_set("base", "number", "digit", end=end),
        word=regex_set("base", "number", "digit", "mark", end=end),
        digit=r"\d" if end is None else "0-9",
        letter=rf"^\W\d_{_NOT_INITIALS if end is None else single}",
        ignorable=ignorable,
        is_latin=end is not None,
    )
    marks = f"[{mark}]*+(?:[{ignorable}]++[{mark}]++)*" if mark else ""
    return re.compile(f"({words}|[{single}]{marks})")


# What an elided prefix stands before, besides digits. Y and h as in Yonne and homme.
_VOWELS = "aeiouyhàáâãäåæèéêëìíîïòóôõöøœùúûüýÿ"
_NO_BREAK_SPACES = "\u00a0\u202f\u2009"
_POINTS = ".\uff0e"
_SEPARATORS = _POINTS + ",\uff0c\u066b\u066c"
_AMPERSANDS = "&\uff06"
_CATALAN_POINT = "\u00b7"
# Blocks whose letters are tokens of their own, and fractions: no initials. Coarser than the classes of the table, which
# would make the pattern slower to build.
_NOT_INITIALS = (
    "\u00bc-\u00be\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u1aaf\u2150-\u215f\u2189\u2e80-\u9fff\ua9e0-\uaadf"
    "\uf900-\ufaff\uff66-\uff9f\U00016fe0-\U00018dff\U0001aff0-\U0001b2ff\U00020000-\U0003fffd"
)
_HEBREW = "\u05d0-\u05ea"
_HANGUL = "\uac00-\ud7a3"


def _words(*, start: str, word: str, digit: str, letter: str, ignorable: str, is_latin: bool) -> str:
    r"""The pattern of all tokens but `single`, from the insides of sets of characters.

    The large sets stand in it as rarely as can be, since each costs milliseconds to build; around joints, where exotic
    characters do not matter, ``\w`` is asked instead. All that can follow a word begins with one of a few characters,
    which is looked at first: after most words nothing else is tried.
    """
    seen = partial(_NOT_LATIN.sub, "") if is_latin else str  # of these characters, those that can be in the text
    unseen = "\u00ad" if is_latin else r"\u0300-\u036f\u00ad\u200b-\u200d"
    begins = rf"(?<![^\W_])(?<![{unseen}])"  # the characters that follow begin a word
    ends = r"(?![^\W_]|[\u0300-\u036f])"
    any_letter = r"[^\W\d_]"
    apostrophe, point, ampersand = _set(seen(APOSTROPHES)), _set(seen(_POINTS)), _set(seen(_AMPERSANDS))
    possessive = f"(?:{apostrophe}[sS]{ends})?"
    groups = rf"[{digit}]{{1,3}}(?:[{_NO_BREAK_SPACES}][{digit}]{{3}}(?![{digit}]))+|[{digit}]++"
    number = rf"(?:{groups})(?:{_set(seen(_SEPARATORS))}[{digit}]++)*"
    joints = [f"{apostrophe}(?![{digit}])", f"[{ignorable}]++", f"(?<=[lL]){_CATALAN_POINT}(?=[lL])"]
    if not is_latin:
        quote = _set(HEBREW_QUOTES)
        last_letters = rf"[{_HEBREW}](?![{_HEBREW}])|[{_HEBREW}]{{2,4}}(?![{_HEBREW}]|{quote})"
        joints[0] = f"(?<![{_HANGUL}]){joints[0]}"
        joints.append(f"(?<=[{_HEBREW}]){quote}(?={last_letters})")
    not_a_name = f"(?!{apostrophe}(?![sS]{ends})[{letter}])"  # J.O'Neill is J and O'Neill
    dotted = f"(?<={begins}{any_letter})(?:{point}[{letter}]{ends}{not_a_name})+{point}?+{possessive}"
    short = "|".join(f"(?<={begins}{any_letter * length})" for length in (1, 2, 3))
    paired = f"(?:{short}){ampersand}[{letter}]{{1,3}}{ends}{possessive}"
    prefixes = "|".join(f"(?<={begins}(?:{'|'.join(some)}).)" for some in _elisions_by_length())  # . is the apostrophe
    elided = f"{apostrophe}(?=[{_VOWELS}{_VOWELS.upper()}0-9])(?:{prefixes})"
    follows = f"{elided}|(?:(?:{'|'.join(joints)})[{word}]++)+|{dotted}|{paired}"
    quotes = "" if is_latin else HEBREW_QUOTES
    first = _set(seen(APOSTROPHES + quotes + _POINTS + _AMPERSANDS + _CATALAN_POINT), ignorable)
    return f"(?:{number}|[{start}])[{word}]*+(?:(?={first})(?:{follows}))?"


def _set(chars: str, ranges: str = "") -> str:
    return f"[{re.escape(chars)}{ranges}]"


def _elisions_by_length() -> list[list[str]]:
    """Elided prefixes as patterns in either case, in lists of one length each: a look-behind has a fixed width."""
    found: dict[int, list[str]] = {}
    for prefix in " ".join(table_lines("elisions.txt")).split():
        found.setdefault(len(prefix), []).append("".join(f"[{c}{c.upper()}]" for c in prefix))
    return list(found.values())
