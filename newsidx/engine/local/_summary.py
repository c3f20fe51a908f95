"""Totals over the whole index that a search needs before it reads anything: kept up to date by every commit, exactly.

Counted are current articles of the kinds that are searched by default, language by language: how many there are and
how many tokens their zones hold. That is what BM25F takes for the size of the collection; what was removed, earlier
versions, front pages and consent walls count nowhere.
"""

from __future__ import annotations

import json

from newsidx.analysis import primary
from newsidx.engine.local._facts import Facts
from newsidx.schema import DEFAULT_KINDS, ZONES

__all__ = ["SUMMARY", "Summary"]

SUMMARY = "summary"


class Summary:
    """`counts` by language ("" unknown): articles; `tokens` by language: tokens by zone number."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.tokens: dict[str, list[int]] = {}
        self.earlier: set[str] = set()
        self._seen: list[str] = []
        self._whole: int = 0

    @classmethod
    def from_bytes(cls, page: bytes | None) -> Summary:
        """A new one from None. ValueError, KeyError or TypeError where the page is damaged."""
        summary = cls()
        if page is not None:
            data = json.loads(page)
            summary.counts = data["counts"]
            summary.tokens = data["tokens"]
            summary.earlier = set(data["earlier"])
            summary._seen = data["languages"]
            summary._whole = len(summary._seen)
        return summary

    def to_bytes(self) -> bytes:
        return json.dumps(
            {
                "counts": self.counts,
                "tokens": self.tokens,
                "earlier": sorted(self.earlier),
                "languages": self._seen,
            }
        ).encode()

    def languages(self) -> tuple[str, ...]:
        """Every language that an article of the index ever had, in the order of arrival."""
        return tuple(self._seen)

    def languages_without_lexicon(self) -> tuple[str, ...]:
        """Those that have come since `lexicon_is_whole` was said."""
        return tuple(self._seen[self._whole :])

    def lexicon_is_whole(self) -> None:
        self._whole = len(self._seen)

    def learn(self, id_: str, kind: str, lang: str | None, lengths: tuple[int, ...], *, earlier: bool) -> None:
        """Count a new article."""
        if lang is not None and lang not in self._seen:
            self._seen.append(lang)
        if earlier:
            self.earlier.add(id_)
        else:
            self._count(kind, lang, lengths, 1)

    def forget(self, facts: Facts) -> None:
        """Take an article out of the totals."""
        if facts.id in self.earlier:
            self.earlier.discard(facts.id)
        else:
            self._count(facts.kind, primary(facts.lang), facts.lengths, -1)

    def set_earlier(self, id_: str, earlier: bool, facts: Facts | None) -> None:
        """An article that was there before this commit becomes an earlier version, or the current one again."""
        if earlier == (id_ in self.earlier) or facts is None:
            return
        self._count(facts.kind, primary(facts.lang), facts.lengths, -1 if earlier else 1)
        (self.earlier.add if earlier else self.earlier.discard)(id_)

    def _count(self, kind: str, lang: str | None, lengths: tuple[int, ...], by: int) -> None:
        if kind not in DEFAULT_KINDS:
            return
        key = lang or ""
        self.counts[key] = self.counts.get(key, 0) + by
        tokens = self.tokens.setdefault(key, [0] * len(ZONES))
        for zone, length in enumerate(lengths):
            tokens[zone] += by * length
