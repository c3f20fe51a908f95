r"""Text → tokens: the words of a text, where each stands, and its written form.

A pure function of the text. What a token becomes in the index is `newsidx.analysis.stems`'s; where a token stands in
an article is counted by `newsidx.analysis.postings`. Articles, queries and snippets are all read with this.

Grammar (classes of characters are those of ``tables/characters.txt``)::

    token       = elided | number | letters | pictured
    letters     = word ( joint word )*
    word        = (BASE | DIGIT | NUMBER) (BASE | DIGIT | NUMBER | MARK | IGNORABLE)*    not ending in an IGNORABLE
    joint       = APOSTROPHE                  between a word and a letter: O'Neill, Mali's, п'ять
                | '"' and its like            between Hebrew letters, near the end of a word: צה"ל
                | '·'                         between two l: col·lapse
                | '&'                         once, between words of 1 to 3 letters: AT&T
                | '.'                         between single letters: U.S., which takes the last dot too
    elided      = PREFIX APOSTROPHE           before a vowel, h or digit, PREFIX in ``tables/elisions.txt``: l'armée
    number      = DIGIT+ ([.,] DIGIT+)* word? 5,000; 3.5bn; also 5 000 with a no-break space between groups of three
    pictured    = (SEGMENTLESS | FRACTION) (MARK | IGNORABLE)*     one letter of a script without spaces; ½

Everything else is between tokens. A text is cut with one regular expression without backtracking over more than a
constant number of characters, so the time is linear in its length.
"""

from __future__ import annotations

import re
from functools import cache, partial
from itertools import accumulate
from typing import NamedTuple

from newsidx.analysis.characters import APOSTROPHES, HEBREW_QUOTES, regex_set, table_lines
from newsidx.analysis.folding import written_form

__all__ = ["MAX_FORM", "Spans", "Token", "spans", "tokens"]
_VOWELS = "aeiouyhœæàáâãäåèéêëìíîïòóôõöøùúûüýÿAEIOUYHŒÆÀÁÂÃÄÅÈÉÊËÌÍÎÏÒÓÔÕÖØÙÚÛÜÝŸ0-9"
_THIN_SPACES = "\u00a0\u202f\u2009"


class Token(NamedTuple):
    """A word at ``text[start:end]`` (code points): `form` is how it is written, NFKC and lower case, accents kept.

    A form has at most `folding.MAX_FORM` code points; `start` and `end` hold the whole word all the same.
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
    """The same as `tokens`, by columns, in about half the time."""
    # The pattern is one group, so split() gives gap, word, gap, word, …, gap: everything in one pass, and the
    # offsets are the running sum of the lengths. Measured about twice as fast as a loop over finditer().
    pieces = (_ascii_pattern() if text.isascii() else _full_pattern()).split(text)
    bounds = list(accumulate(map(len, pieces)))
    bounds.pop()
    return Spans([written_form(piece) for piece in pieces[1::2]], bounds[0::2], bounds[1::2])



@cache
def _ascii_pattern() -> re.Pattern[str]:
    return re.compile(f"({_words(base='a-zA-Z0-9', word='a-zA-Z0-9', digit='0-9', letter='a-zA-Z')})")


@cache
def _full_pattern() -> re.Pattern[str]:
    """The pattern for any text. Building it takes some 20 ms, so it waits for the first text that needs it."""
    single = regex_set("segmentless", "fraction")
    words = _words(
        base=regex_set("base", "number", "digit"),
        word=regex_set("base", "number", "digit", "mark"),
        digit=regex_set("digit"),
        letter=rf"^\W\d_{single}",
        ignorable=regex_set("ignorable"),
    )
    return re.compile(f"({words}|[{single}][{regex_set('mark', 'ignorable')}]*)")


def _words(*, base: str, word: str, digit: str, letter: str, ignorable: str = "") -> str:
    """The pattern of `elided`, `number` and `letters` from the insides of character sets.

    The large sets stand in it as rarely as can be, since each costs milliseconds to build. Every joint begins with
    one of a few characters, which is looked at first: after most words nothing else is tried.
    """
    after_word = r"(?![^\W_]|[\u0300-\u036f])"
    word_start = r"(?<![^\W_])(?<![\u0300-\u036f\u00ad\u200b-\u200d])"
    apostrophe, quote = f"[{_escaped(APOSTROPHES)}]", f"[{_escaped(HEBREW_QUOTES)}]"
    possessive = f"(?:{apostrophe}[sS]{after_word})?"
    groups = rf"[{digit}]{{1,3}}(?:[{_THIN_SPACES}][{digit}]{{3}}(?![{digit}]))+|[{digit}]++"
    number = rf"(?:{groups})(?:[.,٫٬．，][{digit}]++)*+"
    elided = "|".join(f"(?<={word_start}(?:{'|'.join(some)}){apostrophe})" for some in _elisions_by_length().values())
    joints = [f"{apostrophe}(?![{digit}])"]
    if ignorable:
        joints += [
            f"[{ignorable}]++",
            f"(?<=[א-ת]){quote}(?=[א-ת](?![א-ת])|[א-ת]{{2,4}}(?![א-ת]|{quote}))",
            "(?<=[lL])·(?=[lL])",
        ]
    initial = f"(?!{after_word[3:-1]}|{apostrophe}(?![sS]{after_word})(?=[{letter}]))"
    dotted = rf"(?<={word_start}[{letter}])(?:[.．][{letter}]{initial})+[.．]?+{possessive}"
    short = "|".join(f"(?<={word_start}{f'[{letter}]' * n})" for n in (1, 2, 3))
    ampersand = f"(?:{short})[&＆][{letter}]{{1,3}}{after_word}{possessive}"
    joint_start = f"(?=[{_escaped(APOSTROPHES + HEBREW_QUOTES)}.．&＆·{ignorable}])"
    joined = f"{apostrophe}(?=[{_VOWELS}])(?:{elided})|(?:(?:{'|'.join(joints)})[{word}]++)+|{dotted}|{ampersand}"
    return f"(?:{number}|[{base}])[{word}]*+(?:{joint_start}(?:{joined}))?"


def _escaped(chars: str) -> str:
    return "".join(map(re.escape, chars))


def _elisions_by_length() -> dict[int, list[str]]:
    """Elided prefixes as patterns in either case, by their length (a look-behind has one width)."""
    found: dict[int, list[str]] = {}
    for prefix in " ".join(table_lines("elisions.txt")).split():
        found.setdefault(len(prefix), []).append("".join(f"[{c}{c.upper()}]" for c in prefix))
    return found
