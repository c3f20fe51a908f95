"""Articles → the contents of a new segment: numbers for words, articles and marks, sorted once, as whole arrays.

No object is made per occurrence: an article's tokens come as numbers of words of a vocabulary (`AnalyzedArticle`) that
many articles share; each word is turned into a number of the segment's once, and all else is arithmetic on arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from newsidx import analysis
from newsidx.analysis import ZONE_SHIFT, AnalyzedArticle, Vocabulary
from newsidx.codec import Contents, Ints, Page, Patches, Tokens, Uses, WordStretch, written_key
from newsidx.engine.local import _keys, _labels, _marks
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
    vocabulary = _Vocabulary()
    words = vocabulary.words_of([analyzed for _, analyzed in puts])
    terms, written, uses, codes = vocabulary.settled()
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
            "tokens": sum(map(len, words)),
            "langs": names.of("langs"),
            "sources": names.of("sources"),
        },
        terms=terms,
        written=written,
        uses=uses,
        words=_stretches(words, [_numbers(analyzed.places) for _, analyzed in puts], codes),
        lexicon=lexicon,
        marks=marks,
        mark_tokens=mark_tokens,
        facts=facts_columns(rows),
        ids=np.frombuffer(b"".join(bytes.fromhex(article.id) for article, _ in puts), "S32"),
        sentences=_breaks([_numbers(analyzed.sentences) for _, analyzed in puts]),
        paragraphs=_breaks([_numbers(analyzed.paragraphs) for _, analyzed in puts]),
        headlines=_headlines([article for article, _ in puts]),
        labels={field: _labels.labels_of([article for article, _ in puts], field) for field in _labels.FIELDS},
        stored=(encoded_article(article) for article, _ in puts),
        pages=pages,
        patches=patches,
    )


def _numbers(packed: bytes) -> Ints:
    return np.frombuffer(packed, np.uint32)


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
        parts = [_numbers(analyzed[i].words) for i in members]
        words = np.concatenate(parts)
        is_used = np.zeros(len(vocabulary), np.bool_)
        is_used[words] = True
        sizes = np.fromiter(map(len, parts), np.int64, len(parts))
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


class _Vocabulary:
    """The words of a segment. A *pair* is a word as it stands, in a language: what terms it has is settled by that."""

    def __init__(self) -> None:
        self._pairs: dict[str | None, dict[tuple[str, str], int]] = {}
        self._terms: list[tuple[str, ...]] = []

    def words_of(self, analyzed: Sequence[AnalyzedArticle]) -> list[Ints]:
        """The pair of each token of each article."""
        found: list[Ints] = [np.zeros(0, np.int64)] * len(analyzed)
        for some in used_words(analyzed):
            pair_of = np.zeros(len(some.vocabulary), np.int64)
            pair_of[some.used] = self._pairs_of(some)
            ends = np.cumsum(some.sizes)[:-1]
            for i, words in zip(some.articles, np.split(pair_of[some.words], ends), strict=True):
                found[i] = words
        return found

    def _pairs_of(self, some: UsedWords) -> list[int]:
        known = self._pairs.setdefault(some.lang, {})
        forms, surfaces, terms = some.vocabulary.forms, some.vocabulary.surfaces, some.vocabulary.terms(some.lang)
        pairs = []
        for word in some.used.tolist():
            pair = known.setdefault((forms[word], surfaces[word]), len(self._terms))
            if pair == len(self._terms):
                self._terms.append(terms[word])
            pairs.append(pair)
        return pairs

    def settled(self) -> tuple[list[bytes], list[bytes], Uses, list[tuple[Ints, Ints]]]:
        """(keys of terms, keys of written forms, uses, and for the first, second, … term of a pair its number, -1
        where it has none, with the code that the pair has in it)."""
        term_of: dict[bytes, int] = {}
        written_of: dict[bytes, int] = {}
        most = max(map(len, self._terms), default=1)
        columns = [np.full(len(self._terms), -1, np.int64) for _ in range(most)]
        written = np.zeros(len(self._terms), np.int64)
        for lang, pairs in self._pairs.items():
            for (form, surface), number in pairs.items():
                key = written_key(analysis.fold(form), form, surface)
                written[number] = written_of.setdefault(key, len(written_of))
                for column, term in zip(columns, self._terms[number], strict=False):
                    column[number] = term_of.setdefault(_keys.tagged(term, lang), len(term_of))
        term_keys, term_ranks = _ranked(term_of)
        written_keys, written_ranks = _ranked(written_of)
        written = written_ranks[written]
        columns = [np.where(column >= 0, term_ranks[column], -1) for column in columns]
        uses = Uses.of(
            np.concatenate([written[column >= 0] for column in columns]),
            np.concatenate([column[column >= 0] for column in columns]),
        )
        return term_keys, written_keys, uses, [(column, _codes(uses, written, column)) for column in columns]


def _ranked(numbers: Mapping[bytes, int]) -> tuple[list[bytes], Ints]:
    """The keys sorted, and for each number the rank of its key (one more at the end, so that -1 has one)."""
    keys = sorted(numbers)
    ranks = np.zeros(len(keys) + 1, np.int64)
    ranks[[numbers[key] for key in keys]] = np.arange(len(keys))
    return keys, ranks


def _codes(uses: Uses, written: Ints, term: Ints) -> Ints:
    """The code of each (written, term); 0 where the term is -1."""
    if not len(uses.term):
        return np.zeros(len(term), np.int64)
    width = int(uses.term.max()) + 1
    place = np.searchsorted(uses.written * width + uses.term, written * width + np.maximum(term, 0))
    return np.where(term >= 0, uses.code[np.minimum(place, len(uses.code) - 1)], 0)


def _stretches(words: list[Ints], places: list[Ints], columns: list[tuple[Ints, Ints]]) -> Iterator[WordStretch]:
    """All lists of the terms, in one stretch."""
    if not sum(map(len, words)):
        return
    word = np.concatenate(words)
    place = np.concatenate(places).astype(np.int64)
    article = np.repeat(np.arange(len(words)), [len(each) for each in words])
    parts = []
    for term, code in columns:
        has = slice(None) if (term >= 0).all() else np.flatnonzero(term[word] >= 0)
        chosen = word[has]
        parts.append((term[chosen] << 4 | place[has] >> ZONE_SHIFT, article[has], place[has], code[chosen]))
    key, article, place, code = (np.concatenate(column) for column in zip(*parts, strict=True))
    in_order = not any(len(part[0]) for part in parts[1:])
    yield sorted_tokens(key, article, place & _PLACE_MASK, code, in_order=in_order)


def sorted_tokens(key: Ints, article: Ints, place: Ints, code: Ints, *, in_order: bool = False) -> WordStretch:
    """Occurrences in any order as lists; `key` is term << 4 | zone. `in_order`: those of each key come in order."""
    order = np.argsort(key, kind="stable") if in_order else np.lexsort((place, article, key))
    key = key[order]
    begins = np.flatnonzero(np.diff(key, prepend=-1))
    lists = np.zeros(len(key), np.int64)
    lists[begins[1:]] = 1
    keys = key[begins]
    tokens = Tokens(np.cumsum(lists), article[order], place[order], code[order])
    return WordStretch(tokens, keys >> 4, keys & 15)


def _marked(articles: Sequence[Article]) -> tuple[list[bytes], Iterator[Tokens]]:
    numbers: dict[bytes, int] = {}
    rows: list[tuple[int, int]] = []
    for i, article in enumerate(articles):
        marks = {_keys.encoded(mark) for mark in _marks.article_marks(article)}
        rows += [(numbers.setdefault(mark, len(numbers)), i) for mark in marks]
    keys, ranks = _ranked(numbers)

    def tokens() -> Iterator[Tokens]:
        table = np.array(rows, np.int64).reshape(-1, 2)
        mark, article = ranks[table[:, 0]], table[:, 1]
        order = np.lexsort((article, mark))
        yield Tokens(mark[order], article[order])

    return keys, tokens()


def _headlines(articles: Sequence[Article]) -> tuple[Ints, Ints]:
    texts = [_keys.encoded(article.headline or "") for article in articles]
    return np.frombuffer(b"".join(texts), np.uint8), np.fromiter(map(len, texts), np.int64, len(texts))


def _breaks(places: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Beginnings of sentences or paragraphs, article by article, as position << 4 | zone (narrower so)."""
    counts = np.array([len(each) for each in places], np.int64)
    flat = np.concatenate([np.zeros(0, np.uint32), *places]).astype(np.int64)
    return (flat & _PLACE_MASK) << 4 | flat >> ZONE_SHIFT, counts
