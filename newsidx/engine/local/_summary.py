"""Totals over the whole index that a search needs before it reads anything: kept up to date by every commit, exactly.

Counted are current articles of the kinds that are searched by default, language by language: how many there are and
how many tokens their zones hold. That is what BM25F takes for the size of the collection; what was removed, earlier
versions, front pages and consent walls count nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from newsidx.codec import Ints
from newsidx.schema import ZONES

__all__ = ["Summary"]


class Summary:
    """`counts` by language ("" unknown): articles; `tokens` by language: tokens by zone number; `languages`: every
    language that an article of the index ever had, in the order of arrival."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.tokens: dict[str, list[int]] = {}
        self.languages: list[str] = []

    @classmethod
    def from_dict(cls, data: Any) -> Summary:
        """ValueError, KeyError or TypeError where it is not what `to_dict` gave."""
        summary = cls()
        summary.counts = {str(lang): int(n) for lang, n in data["counts"].items()}
        summary.tokens = {str(lang): [int(n) for n in tokens] for lang, tokens in data["tokens"].items()}
        summary.languages = [str(lang) for lang in data["languages"]]
        if any(len(tokens) != len(ZONES) for tokens in summary.tokens.values()):
            raise ValueError("the totals are of other zones")
        return summary

    def to_dict(self) -> dict[str, Any]:
        return {"counts": self.counts, "tokens": self.tokens, "languages": self.languages}

    def copy(self) -> Summary:
        return Summary.from_dict(self.to_dict())

    def meet(self, languages: Iterable[str]) -> tuple[str, ...]:
        """Languages of new articles; those that the index did not know."""
        new = [lang for lang in dict.fromkeys(languages) if lang not in self.languages]
        self.languages += new
        return tuple(new)

    def count(self, lang: Ints, lengths: Ints, names: list[str], by: int) -> None:
        """Add (`by` 1) or take away (-1) articles that count: `lang` numbers their languages in `names`, `lengths`
        has a row of tokens by zone for each."""
        for number in np.unique(lang).tolist():
            key = names[number]
            mine = lang == number
            self.counts[key] = self.counts.get(key, 0) + by * int(mine.sum())
            tokens = self.tokens.setdefault(key, [0] * len(ZONES))
            for zone, total in enumerate(lengths[mine].sum(axis=0).tolist()):
                tokens[zone] += by * int(total)
