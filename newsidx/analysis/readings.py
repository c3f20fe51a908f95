"""One word as typed → the runs of forms that it may be written as in a text: COVID-19, COVID19, COVID 19.

The tokenizer reads what is written and guesses nothing: a hyphen parts words, letters and digits that touch are one.
A searcher means all the spellings. Engines that want a word found with and without its punctuation look for each of
its readings, as phrases. Knows nothing of languages; stems come after.
"""

from __future__ import annotations

import re

from newsidx.analysis.tokenizer import spans

__all__ = ["readings"]

_HYPHEN = re.compile("[-\u2010\u2011\u2012\u2013\u00ad]")
_PARTS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+\.?")
_NAME = re.compile(r"([^\W\d_]{1,2})'([^\W\d_]{3,})")  # O'Neill; not don't, he'll


def readings(word: str) -> tuple[tuple[str, ...], ...]:
    """The runs of written forms that a typed word may stand for, the one as typed first; none for a sign without one.

    ``COVID-19`` is (covid, 19) or (covid19); ``F16`` is (f16) or (f, 16); ``U.S.`` is (u.s.) or (u, s); ``AT&T`` is
    (at&t), (at, t) or (att); ``O'Neill`` is (o'neill) or (o, neill); ``l'armée`` is (l', armée) or (armée). Their terms
    do the rest: u.s. is us.
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
    bare = tuple(form for form in written if not form.endswith("'"))
    if bare:  # who types l'armée looks for the army, with whatever article
        found.append(bare)
    return tuple(dict.fromkeys(found))


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
