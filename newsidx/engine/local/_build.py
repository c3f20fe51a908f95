"""Articles → the contents of a new segment: numbers for words, articles and marks, sorted once, as whole arrays.

No object is made per occurrence: an article's tokens come as numbers of words of a vocabulary (`AnalyzedArticle`) that
many articles share; each word is turned into a number of the segment's once, and all else is arithmetic on arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import cast

import numpy as np

from newsidx import analysis
from newsidx.analysis import ZONE_SHIFT, AnalyzedArticle, Vocabulary
from newsidx.codec import Contents, Ints, Page, Patches, Tokens, Uses, WordStretch, firsts, spans, written_key
from newsidx.engine.local import _keys, _labels, _marks
from newsidx.engine.local._ahead import texts_ahead
from newsidx.engine.local._articles import encoded_article
from newsidx.engine.local._facts import article_facts, facts_columns
from newsidx.frozen import dataclass
from newsidx.model import Article

__all__ = ["UsedWords", "contents_of", "sorted_tokens", "used_words"]

_PLACE_MASK = (1 << ZONE_SHIFT) - 1


def contents_of(
    puts: Sequence[tuple[Article, AnalyzedArticle]],
    earlier: Mapping[str, bool],
    lexicon: Mapping[bytes, bytes],
    pages: Mapping[bytes, Page],
    patches: Patches,
) -> Contents:
    """A segment of these articles, in this order, and of what else a commit brings."""
    stored = texts_ahead((encoded_article(article) for article, _ in puts), len(puts))
    analyzed = [each for _, each in puts]
    words = _words_of(analyzed)
    tokens = len(words.pair)
    names = _Names()
    rows = [
        article_facts(
            article,
            analyzed.lengths,
            lang=names.number("langs", article.lang or ""),
            source=names.number("sources", article.source.name or article.source.domain or ""),
            earlier=earlier.get(article.id, False),
        )
        for article, analyzed in puts
    ]
    marks, mark_tokens = _marked([article for article, _ in puts])
    return Contents(
        articles=len(puts),
        meta={
            "analysis": analysis.ANALYSIS_VERSION,
            "tokens": tokens,
            "langs": names.of("langs"),
            "sources": names.of("sources"),
        },
        terms=words.terms,
        written=words.written,
        uses=words.uses,
        words=_stretches(words, analyzed),
        lexicon=lexicon,
        marks=marks,
        mark_tokens=mark_tokens,
        facts=facts_columns(rows),
        ids=np.frombuffer(b"".join(bytes.fromhex(article.id) for article, _ in puts), "S32"),
        sentences=_breaks([each.sentences for each in analyzed]),
        paragraphs=_breaks([each.paragraphs for each in analyzed]),
        headlines=_headlines([article for article, _ in puts]),
        labels={field: _labels.labels_of([article for article, _ in puts], field) for field in _labels.FIELDS},
        stored=stored,
        pages=pages,
        patches=patches,
    )


def _numbers(packed: Sequence[bytes]) -> tuple[Ints, Ints]:
    """(what was packed, end to end; how many numbers are of each)."""
    return np.frombuffer(b"".join(packed), np.uint32), np.fromiter(map(len, packed), np.int64, len(packed)) >> 2


@dataclass(frozen=True, slots=True)
class UsedWords:
    """Of articles that share a vocabulary and a language: their places among all, the words of their tokens end to
    end, how many tokens each has, and the words that are used, each once and sorted."""

    vocabulary: Vocabulary
    lang: str | None
    articles: list[int]
    words: Ints
    sizes: Ints
    used: Ints


def used_words(analyzed: Sequence[AnalyzedArticle]) -> Iterator[UsedWords]:
    """The words of many articles, by vocabulary and language."""
    sharing: dict[tuple[int, str | None], list[int]] = {}
    for i, article in enumerate(analyzed):
        sharing.setdefault((id(article.vocabulary), article.lang), []).append(i)
    for (_, lang), members in sharing.items():
        vocabulary = analyzed[members[0]].vocabulary
        words, sizes = _numbers([analyzed[i].words for i in members])
        is_used = np.zeros(len(vocabulary), np.bool_)
        is_used[words] = True
        yield UsedWords(vocabulary, lang, members, words, sizes, np.flatnonzero(is_used))


class _Names:
    """Names that columns give by number."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {}

    def number(self, kind: str, name: str) -> int:
        known = self._numbers.setdefault(kind, {})
        return known.setdefault(name, len(known))

    def of(self, kind: str) -> list[str]:
        return list(self._numbers.get(kind, ()))


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a segment. A *pair* is a word as it stands, in a language: what terms it has is settled by that.

    `pair` has that of each token of each article, end to end; `columns` have for the first, second, … term of a pair
    its number, -1 where it has none, with the code that the pair has in it.
    """

    pair: Ints
    sizes: Ints
    terms: list[bytes]
    written: list[bytes]
    uses: Uses
    columns: list[tuple[Ints, Ints]]


def _words_of(analyzed: Sequence[AnalyzedArticle]) -> _Words:
    groups = list(used_words(analyzed))
    sizes = np.zeros(len(analyzed), np.int64)
    for some in groups:
        sizes[some.articles] = some.sizes
    starts = firsts(sizes)
    pair = np.zeros(int(starts[-1]), np.uint32)
    written: list[bytes] = []
    terms: list[tuple[bytes, ...]] = []
    for some in groups:
        pair_of = np.zeros(len(some.vocabulary), np.uint32)
        pair_of[some.used] = np.arange(len(written), len(written) + len(some.used))
        where = slice(None) if len(groups) == 1 else spans(starts[some.articles], some.sizes)
        pair[where] = pair_of[some.words]
        keys = _VocabularyKeys.of(some.vocabulary)
        used = some.used.tolist()
        written += keys.written(some.vocabulary, used)
        terms += keys.terms(some.vocabulary, used, some.lang)
    return _settled(pair, sizes, written, terms)


def _settled(pair: Ints, sizes: Ints, written: list[bytes], terms: list[tuple[bytes, ...]]) -> _Words:
    """Keys sorted and numbered; `written` and `terms` are the keys of each pair."""
    written_keys, numbers = _ranked(written)
    more = [(i, at, key) for i, keys in enumerate(terms) if len(keys) > 1 for at, key in enumerate(keys) if at]
    term_keys, term_numbers = _ranked([*(keys[0] for keys in terms), *(key for _, _, key in more)])
    columns = [term_numbers[: len(terms)]]
    for (i, at, _), number in zip(more, term_numbers[len(terms) :].tolist(), strict=True):
        while len(columns) <= at:
            columns.append(np.full(len(terms), -1, np.int64))
        columns[at][i] = number
    width = max(len(term_keys), 1)
    every = np.concatenate([numbers[column >= 0] * width + column[column >= 0] for column in columns])
    every = np.unique(every)
    uses = Uses.of(every // width, every % width)
    coded = [(column, _codes(uses, numbers, column)) for column in columns]
    return _Words(pair, sizes, term_keys, written_keys, uses, coded)


class _VocabularyKeys:
    """The keys of a vocabulary's words by number, each made once for all the segments that have it."""

    def __init__(self) -> None:
        self._written: list[bytes | None] = []
        self._terms: dict[str | None, list[tuple[bytes, ...] | None]] = {}

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> _VocabularyKeys:
        found = vocabulary.memo.get("keys")
        if not isinstance(found, cls):
            found = vocabulary.memo["keys"] = cls()
        return found

    def written(self, vocabulary: Vocabulary, words: Sequence[int]) -> list[bytes]:
        """Those of the written forms of these words."""
        known, forms, surfaces = self._written, vocabulary.forms, vocabulary.surfaces
        known += repeat(None, len(forms) - len(known))
        for word in words:
            if known[word] is None:
                known[word] = written_key(analysis.fold(forms[word]), forms[word], surfaces[word])
        return cast("list[bytes]", list(map(known.__getitem__, words)))

    def terms(self, vocabulary: Vocabulary, words: Sequence[int], lang: str | None) -> list[tuple[bytes, ...]]:
        """Those of their terms in this language."""
        known = self._terms.setdefault(lang, [])
        known += repeat(None, len(vocabulary) - len(known))
        new = [word for word in words if known[word] is None]
        for word, terms in zip(new, vocabulary.terms(lang).of(new), strict=True):
            known[word] = tuple([_keys.tagged(term, lang) for term in terms])
        return cast("list[tuple[bytes, ...]]", list(map(known.__getitem__, words)))


def _ranked(keys: Sequence[bytes]) -> tuple[list[bytes], Ints]:
    """The keys sorted, each once, and the rank of each as they came."""
    every = sorted(set(keys))
    rank = dict(zip(every, range(len(every)), strict=True))
    return every, np.fromiter(map(rank.__getitem__, keys), np.int64, len(keys))


def _codes(uses: Uses, written: Ints, term: Ints) -> Ints:
    """The code of each (written, term); 0 where the term is -1."""
    if not len(uses.term):
        return np.zeros(len(term), np.int64)
    width = int(uses.term.max()) + 1
    place = np.searchsorted(uses.written * width + uses.term, written * width + np.maximum(term, 0))
    return np.where(term >= 0, uses.code[np.minimum(place, len(uses.code) - 1)], 0)


def _stretches(words: _Words, analyzed: Sequence[AnalyzedArticle]) -> Iterator[WordStretch]:
    """All lists of the terms, in one stretch."""
    if not len(words.pair):
        return
    place, _ = _numbers([each.places for each in analyzed])
    article = np.repeat(np.arange(len(analyzed), dtype=np.int32), words.sizes)
    pair = words.pair
    (term, code), *more = ((term.astype(np.int32), code.astype(np.int32)) for term, code in words.columns)
    token = None
    if more:  # a token with two terms stands twice
        has = [np.flatnonzero(other[pair] >= 0) for other, _ in more]
        term = np.concatenate([term[pair], *(other[pair[some]] for (other, _), some in zip(more, has, strict=True))])
        code = np.concatenate([code[pair], *(other[pair[some]] for (_, other), some in zip(more, has, strict=True))])
        token = np.concatenate([np.arange(len(pair)), *has])
        order = np.argsort(token, kind="stable")
        term, code, token = term[order], code[order], token[order]
        place, article = place[token], article[token]
    else:
        term, code = term[pair], code[pair]
    key = term.view(np.uint32) << np.uint32(4) | place >> np.uint32(ZONE_SHIFT)
    yield sorted_tokens(key, article, place & np.uint32(_PLACE_MASK), code)


def sorted_tokens(key: Ints, article: Ints, place: Ints, code: Ints) -> WordStretch:
    """Occurrences as lists; `key` is term << 4 | zone, and those of each key come in order."""
    order = _order_of(key)
    key = key[order]
    begins = np.concatenate(([0], np.flatnonzero(key[1:] != key[:-1]) + 1)) if len(key) else np.zeros(0, np.int64)
    keys = key[begins].astype(np.int64)
    lists = np.repeat(np.arange(len(begins), dtype=np.int32), np.diff(begins, append=len(key)))
    tokens = Tokens(lists, article[order], place[order], code[order])
    return WordStretch(tokens, keys >> 4, keys & 15)


def _order_of(key: Ints) -> Ints:
    """A stable order of the keys. NumPy sorts 16 bits by radix, so that twice 16 take a quarter of the time of 32."""
    low = key - key.min() if len(key) else key
    top = int(low.max()) if len(key) else 0
    if top >> 32:
        return np.argsort(low, kind="stable")
    order: Ints = np.argsort((low & 0xFFFF).astype(np.uint16), kind="stable")
    if top >> 16:
        order = order[np.argsort((low >> 16).astype(np.uint16)[order], kind="stable")]
    return order


def _marked(articles: Sequence[Article]) -> tuple[list[bytes], Iterator[Tokens]]:
    marks = [{_keys.encoded(mark) for mark in _marks.article_marks(article)} for article in articles]
    keys, ranks = _ranked(list(chain.from_iterable(marks)))

    def tokens() -> Iterator[Tokens]:
        article = np.repeat(np.arange(len(marks)), np.fromiter(map(len, marks), np.int64, len(marks)))
        order = np.lexsort((article, ranks))
        yield Tokens(ranks[order], article[order])

    return keys, tokens()


def _headlines(articles: Sequence[Article]) -> tuple[Ints, Ints]:
    texts = [_keys.encoded(article.headline or "") for article in articles]
    return np.frombuffer(b"".join(texts), np.uint8), np.fromiter(map(len, texts), np.int64, len(texts))


def _breaks(places: Sequence[bytes]) -> tuple[Ints, Ints]:
    """Beginnings of sentences or paragraphs, article by article, as position << 4 | zone (narrower so)."""
    flat, counts = _numbers(places)
    return (flat.astype(np.int64) & _PLACE_MASK) << 4 | flat >> ZONE_SHIFT, counts
