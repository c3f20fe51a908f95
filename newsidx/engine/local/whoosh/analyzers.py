"""Text → the terms that a field of the Whoosh index has: what its query parser and its highlighter call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from whoosh.analysis import Analyzer, IDTokenizer, Token

from newsidx import analysis

__all__ = ["EITHER", "Key", "Words"]

EITHER = "\x1d"
"""Between two stems of one word, of which the index has both: such a term stands wherever one of them does."""

_LITERAL = re.compile(r"[^*?\[\]]+")


class Words(Analyzer):
    """The words of a text: each as it is written but for case, accents and inner punctuation; with `lang`, its stem
    in that language ("" for texts of no known language)."""

    def __init__(self, lang: str | None = None) -> None:
        self.lang = lang

    def __call__(self, value: str, **options: Any) -> Iterator[Token]:
        """Whoosh's protocol; with ``tokenize=False`` the text is a pattern or the end of a range, and is folded."""
        token = Token(**options)
        if not options.get("tokenize", True):
            yield _set(token, _LITERAL.sub(lambda part: analysis.fold(part[0].lower()), value), 0, (0, len(value)))
            return
        for position, (form, *place) in enumerate(zip(*analysis.spans(value), strict=True)):
            for text in self._terms(form, options.get("mode", "")):
                yield _set(token, text, position + options.get("start_pos", 0), (place[0], place[1]))

    def _terms(self, form: str, mode: str) -> tuple[str, ...]:
        if self.lang is None:
            return (analysis.fold(form),)
        terms = analysis.terms(form, self.lang or None)
        if len(terms) == 1:
            return terms
        either = EITHER.join(terms)
        return (either,) if mode == "query" else (*terms, either)


class Key(IDTokenizer):
    """The whole text as one term, in the form in which such names are compared."""

    def __init__(self, key: Callable[[str], str]) -> None:
        self._key = key

    def __call__(self, value: str, **options: Any) -> Iterator[Token]:
        is_pattern = not options.get("tokenize", True) and bool(set(value) & set("*?["))
        text = _LITERAL.sub(lambda part: analysis.fold(part[0].lower()), value) if is_pattern else self._key(value)
        yield _set(Token(**options), text, 0, (0, len(value)))


def _set(token: Token, text: str, position: int, place: tuple[int, int]) -> Token:
    """The token of Whoosh's protocol, which is one object that changes."""
    token.original = token.text = text
    token.boost = 1.0
    token.stopped = False
    if token.positions:
        token.pos = position
    if token.chars:
        token.startchar, token.endchar = place
    return token
