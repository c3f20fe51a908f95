"""What is typed → the runs of forms that it may be written as in a text: COVID-19, COVID19, COVID 19.

The tokenizer reads what is written and guesses nothing: a hyphen parts words, letters and digits that touch are one.
A searcher means all the spellings. Engines that want a word found with and without its punctuation look for each of
its readings, as phrases: `readings` of a word, `phrase_readings` of words that must stand side by side, `joined_form`
of two words that may be one. Knows nothing of languages; stems come after.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product

from newsidx.analysis.characters import table_lines
from newsidx.analysis.tokenizer import Spans, spans

__all__ = ["joined_form", "phrase_readings", "readings"]

_HYPHEN = re.compile("[-\u2010\u2011\u2012\u2013\u00ad]")
_PARTS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+\.?")
_NAME = re.compile(r"([^\W\d_]{1,2})'([^\W\d_]{3,})")  # O'Neill; not don't, he'll


def readings(word: str) -> tuple[tuple[str, ...], ...]:
    """The runs of written forms that a typed word may stand for, the one as typed first; none for a sign without one.

    ``COVID-19`` is (covid, 19) or (covid19); ``F16`` is (f16) or (f, 16); ``U.S.`` is (u.s.) or (u, s); ``AT&T`` is
    (at&t), (at, t) or (att); ``O'Neill`` is (o'neill) or (o, neill); ``l'armée`` is (l', armée) or (armée). Codes stand
    in the plural too (F-16s), and ``ceasefire`` is (ceasefire) or (cease, fire). Their terms do the rest: u.s. is us.
    """
    columns = spans(word)
    written = tuple(columns.forms)
    if not written:
        return ()
    found = [written]
    apart = tuple(part for form in written for part in _apart(form))
    if apart != written:
        found.append(apart)
    gaps = [word[end:start] for end, start in zip(columns.ends, columns.starts[1:], strict=False)]
    if len(gaps) == 1 and _HYPHEN.fullmatch(gaps[0]):
        found.append(("".join(written),))
    elif len(written) == 1 and "&" in written[0]:
        found.append((written[0].replace("&", ""),))
    found += [other for reading in tuple(found) for other in _beside(reading)]
    bare = tuple(form for form in written if not form.endswith("'"))
    if bare:  # who types l'armée looks for the army, with whatever article
        found.append(bare)
    return tuple(dict.fromkeys(found))


def _beside(reading: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Other ways to write a reading: of a code (F-16) in the plural or singular, of a word that some write as two."""
    *before, last = reading
    if before and before[-1].isalpha() and len(before[-1]) <= _CODE_LETTERS and _DESIGNATION.fullmatch(last):
        return ((*before, last.removesuffix("s") if last.endswith("s") else last + "s"),)
    if before:
        return ()
    if _CODE.fullmatch(last):
        return ((last.removesuffix("s") if last.endswith("s") else last + "s",),)
    parts = _compounds().get(last)
    if parts is None and last.endswith("s"):
        parts = _compounds().get(last.removesuffix("s"))
        parts = (*parts[:-1], parts[-1] + "s") if parts else None
    return (parts,) if parts else ()


def joined_form(left: str, right: str) -> str | None:
    """What two words in this order are as one, where one is a number and the other letters (COVID 19, $5 bn); None for
    all others: two words of letters are rarely one."""
    if (left + right).isalpha():
        return None
    forms = spans(left).forms + spans(right).forms
    return "".join(forms) if len(forms) == 2 and _is_code(*forms) else None


def _is_code(left: str, right: str) -> bool:
    return (left.isalpha() and _NUMBER.fullmatch(right) is not None) or (
        right.isalpha() and _NUMBER.fullmatch(left) is not None
    )


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MOST_PLACES = 3
"""Places of a phrase, the first ones, that are read in two ways; each doubles the runs to look for."""


def phrase_readings(text: str) -> tuple[tuple[str, ...], ...]:
    """The runs of written forms that a phrase may stand for, the one as typed first; none where it has no word.

    ``covid-19 vaccine`` is (covid, 19, vaccine) or (covid19, vaccine); ``f16 jets`` is (f16, jets) or (f, 16, jets).
    """
    columns = spans(text)
    ways: list[tuple[tuple[str, ...], ...]] = []
    places = 0
    for as_typed, otherwise in _pieces(text, columns):
        takes_both = otherwise is not None and places < _MOST_PLACES
        places += takes_both
        ways.append((as_typed, otherwise) if takes_both and otherwise is not None else (as_typed,))
    runs = (tuple(form for piece in chosen for form in piece) for chosen in product(*ways))
    return tuple(dict.fromkeys(runs)) if ways else ()


def _pieces(text: str, columns: Spans) -> Iterator[tuple[tuple[str, ...], tuple[str, ...] | None]]:
    """The forms of a phrase one by one, or by two where these may be one; with how else they may be written."""
    forms, at = columns.forms, 0
    while at < len(forms):
        pair = forms[at : at + 2]
        if len(pair) == 2:
            gap = text[columns.ends[at] : columns.starts[at + 1]]
            if _HYPHEN.fullmatch(gap) or (_is_code(*pair) and gap.isspace()):
                yield tuple(pair), ("".join(pair),)
                at += 2
                continue
        form = forms[at]
        apart = _apart(form)
        yield (form,), (apart if apart != (form,) else next(iter(_beside((form,))), None))
        at += 1


_CODE_LETTERS = 3
_DESIGNATION = re.compile(r"\d{1,4}s?")
_CODE = re.compile(rf"[a-z]{{1,{_CODE_LETTERS}}}\d{{1,4}}s?")


@cache
def _compounds() -> dict[str, tuple[str, ...]]:
    """A word written as one → its parts."""
    return {whole: tuple(parts) for whole, *parts in map(str.split, table_lines("compounds.txt"))}


def _apart(form: str) -> tuple[str, ...]:
    if _INITIALS.fullmatch(form):
        return tuple(form.replace(".", ""))
    name = _NAME.fullmatch(form)
    if name is not None:
        return name.groups()
    if "&" in form or (form.isalnum() and not form.isalpha() and not form.isdecimal()) or _FIGURE.fullmatch(form):
        return tuple(_PARTS.findall(form)) or (form,)
    return (form,)


_FIGURE = re.compile(r"\d+(?:[.,]\d+)+[^\W\d_]+")  # 3.5bn
