"""Whoosh's codec over a segment of a view: terms, postings, articles, columns. Reads only.

Whoosh's `SegmentReader` calls all of it. A segment and its articles keep their numbers; what is not shown (removed,
and unless asked for earlier versions and kinds that no search is about) counts as deleted, and stands nowhere.
"""

from __future__ import annotations

import bisect
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from whoosh import columns
from whoosh.codec import base
from whoosh.fields import Schema
from whoosh.matching import NullMatcher, ReadTooFar
from whoosh.matching.mcore import LeafMatcher
from whoosh.reading import TermInfo
from whoosh.util.times import datetime_to_long

from newsidx.analysis import primary
from newsidx.codec import Ints, Segment
from newsidx.engine.local._cache import Cache
from newsidx.engine.local._damage import reads
from newsidx.engine.local._facts import CLOCKS, moment
from newsidx.engine.local._view import View
from newsidx.engine.local.whoosh.fields import MARKS, TEXTS, lang_of
from newsidx.engine.local.whoosh.terms import MarkTerms, Occurrences, Shown, StemTerms, Terms, ValueTerms, WrittenTerms
from newsidx.model import KINDS, Article
from newsidx.schema import DEFAULT_KINDS

__all__ = ["ViewSegment"]

_KEPT_TERMS = 64
"""Terms whose occurrences are kept: Whoosh asks for each several times in a row."""


class ViewSegment(base.Segment):
    """Number `number` of the segments of a view, as Whoosh sees it with a schema."""

    def __init__(self, view: View, number: int, schema: Schema, *, everything: bool) -> None:
        super().__init__("newsidx")
        segment, base_ = view.segments[number], view.bases[number]
        self.segid = segment.id.hex()
        self.schema = schema
        self.view, self.segment, self.base = view, segment, base_
        mine = slice(base_, base_ + segment.articles)
        shown = view.alive[mine]
        self.earlier = view.earlier[mine]
        if not everything:
            kinds = [KINDS.index(kind) for kind in DEFAULT_KINDS]
            shown = shown & ~self.earlier & np.isin(segment.facts["kind"], kinds)
        self.shown = Shown(segment, shown, Cache())

    def codec(self) -> _ViewCodec:
        return _ViewCodec()

    def doc_count_all(self) -> int:
        return int(self.segment.articles)

    def deleted_count(self) -> int:
        return int(np.count_nonzero(~self.shown.articles))

    def deleted_docs(self) -> Iterator[int]:
        return iter(np.flatnonzero(~self.shown.articles).tolist())

    def is_deleted(self, docnum: int) -> bool:
        # Whoosh asks for the article after the last, too.
        return docnum < self.segment.articles and not self.shown.articles[docnum]


class _ViewCodec(base.Codec):
    """The door of this module, as Whoosh wants it. There is no storage: the segment is open."""

    def terms_reader(self, storage: object, segment: ViewSegment) -> _TermsReader:
        return _TermsReader(segment)

    def per_document_reader(self, storage: object, segment: ViewSegment) -> _ArticlesReader:
        return _ArticlesReader(segment)


class _TermsReader(base.TermsReader):
    def __init__(self, segment: ViewSegment) -> None:
        self.folder = segment.view.folder
        self._segment = segment
        self._schema = segment.schema
        self._names: list[str] = segment.schema.names()
        self._lengths = _Lengths(segment)
        self._fields: dict[str, Terms] = {}
        self._found = functools.lru_cache(maxsize=_KEPT_TERMS)(self._find)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._found(*term) is not None

    def cursor(self, fieldname: str, fieldobj: object) -> _Cursor:
        return _Cursor(self, fieldname)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        for name in self._names[bisect.bisect_left(self._names, fieldname) :]:
            for term in self._field(name).since(prefix if name == fieldname else b""):
                yield name, term

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """KeyError where there is no such term."""
        found = self._found(fieldname, text)
        if found is None:
            raise KeyError((fieldname, text))
        lengths = self._lengths.of(fieldname)[found.articles]
        return TermInfo(
            float(found.counts.sum()),
            len(found.articles),
            int(lengths.min()),
            int(lengths.max()),
            float(found.counts.max()),
            int(found.articles[0]),
            int(found.articles[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        return self.term_info(fieldname, text).weight()

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return self.term_info(fieldname, text).doc_frequency()

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> LeafMatcher:
        found = self._found(fieldname, text)
        return NullMatcher() if found is None else _ArrayMatcher((fieldname, text), found, format_, scorer)

    def indexed_field_names(self) -> list[str]:
        return self._names

    @reads
    def _find(self, fieldname: str, text: bytes) -> Occurrences | None:
        return self._field(fieldname).find(text)

    def _field(self, name: str) -> Terms:
        found = self._fields.get(name)
        if found is None:
            found = self._fields[name] = self._opened(name)
        return found

    def _opened(self, name: str) -> Terms:
        shown = self._segment.shown
        field, lang = lang_of(name)
        if field in TEXTS:
            return WrittenTerms(shown, TEXTS[field]) if lang is None else StemTerms(shown, TEXTS[field], lang)
        if name in MARKS:
            return MarkTerms(shown, f"{name}:")
        to_bytes = self._schema[name].to_bytes
        values = _values(self._segment, name)
        return ValueTerms(shown, [None if value is None else to_bytes(value) for value in values])


class _Cursor(base.FieldCursor):
    """A place in the sorted terms of a field. Its texts are strings, as Whoosh's automata want them."""

    def __init__(self, reader: _TermsReader, fieldname: str) -> None:
        self._reader = reader
        self._name = fieldname
        self._rest: Iterator[bytes] = iter(())
        self._term: bytes | None = None
        self.first()

    def first(self) -> str | None:
        return self._from(b"")

    def find(self, string: str | bytes) -> str | None:
        return self._from(string if isinstance(string, bytes) else string.encode("utf-8", "surrogatepass"))

    def next(self) -> str | None:
        self._term = next(self._rest, None)
        return self.text()

    def text(self) -> str | None:
        return None if self._term is None else self._term.decode("utf-8", "surrogatepass")

    def term(self) -> bytes | None:
        return self._term

    def term_info(self) -> TermInfo | None:
        return None if self._term is None else self._reader.term_info(self._name, self._term)

    def is_valid(self) -> bool:
        return self._term is not None

    def _from(self, start: bytes) -> str | None:
        self._rest = self._reader._field(self._name).since(start)
        return self.next()


class _ArrayMatcher(LeafMatcher):
    """The postings of a term, from arrays. It offers no bounds of scores: what Whoosh skips by them is not always
    right, and here nothing is to be gained."""

    def __init__(self, term: tuple[str, bytes], found: Occurrences, format_: Any, scorer: Any, at: int = 0) -> None:
        self._term = term
        self._found = found
        self._ids: list[int] = found.articles.tolist()
        self._ends = np.cumsum(found.counts)
        self._at = at
        self.format = format_
        self.scorer = scorer

    def is_active(self) -> bool:
        return self._at < len(self._ids)

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> _ArrayMatcher:
        return _ArrayMatcher(self._term, self._found, self.format, self.scorer, self._at)

    def replace(self, minquality: float = 0) -> LeafMatcher:
        return self if self.is_active() else NullMatcher()

    def id(self) -> int:
        return self._ids[self._at]

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids[self._at :])

    def all_items(self) -> Iterator[tuple[int, bytes]]:
        return ((self._ids[i], self._value(i)) for i in range(self._at, len(self._ids)))

    def next(self) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._at += 1

    def skip_to(self, id: int) -> None:  # noqa: A002 - Whoosh's name
        if not self.is_active():
            raise ReadTooFar
        self._at = bisect.bisect_left(self._ids, id, self._at)

    def weight(self) -> float:
        return float(self._found.counts[self._at])

    def value(self) -> bytes:
        return self._value(self._at)

    def _value(self, i: int) -> bytes:
        if self._found.places is None:
            return b""
        end = int(self._ends[i])
        places: bytes = self._found.places[end - int(self._found.counts[i]) : end].astype(np.uint32).tobytes()
        return places

    def supports_block_quality(self) -> bool:
        return False

    def score(self) -> float:
        return self.weight() if self.scorer is None else float(self.scorer.score(self))


class _Lengths:
    """How many words each article of a segment has in a field."""

    def __init__(self, segment: ViewSegment) -> None:
        self._segment = segment
        self._known: dict[str, Ints] = {}

    def of(self, name: str) -> Ints:
        """In all articles, 0 in those that are not shown."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._counted(name) * self._segment.shown.articles
        return found

    def _counted(self, name: str) -> Ints:
        segment = self._segment.segment
        field, lang = lang_of(name)
        found = np.zeros(segment.articles, np.int64)
        for zone in TEXTS.get(field, ()):
            found += segment.facts[f"length-{zone}"].astype(np.int64)
        if lang is None:
            return found
        known = np.array([(primary(tag) or "") == lang for tag in segment.meta["langs"]], np.bool_)
        return found * known[segment.facts["lang"]]


class _ArticlesReader(base.PerDocumentReader):
    def __init__(self, segment: ViewSegment) -> None:
        self._segment = segment
        self._lengths = _Lengths(segment)

    def doc_count(self) -> int:
        return self.doc_count_all() - self._segment.deleted_count()

    def doc_count_all(self) -> int:
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        return self._segment.deleted_count() > 0

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in _COLUMNS

    def list_columns(self) -> list[str]:
        return sorted(_COLUMNS)

    def column_reader(self, fieldname: str, column: Any) -> columns.ColumnReader:
        values = _values(self._segment, fieldname)
        if fieldname == "words":
            return _ColumnReader(values)
        if fieldname in CLOCKS:
            late = column.default_value()
            return _ColumnReader([late if value is None else datetime_to_long(value) for value in values])
        return _ColumnReader([str(value or "").encode("utf-8", "surrogatepass") for value in values])

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._lengths.of(fieldname)[docnum])

    def field_length(self, fieldname: str) -> int:
        return int(self._lengths.of(fieldname).sum())

    def min_field_length(self, fieldname: str) -> int:
        return int(self._shown_lengths(fieldname).min(initial=1 << 32))

    def max_field_length(self, fieldname: str) -> int:
        return int(self._shown_lengths(fieldname).max(initial=0))

    def _shown_lengths(self, fieldname: str) -> Ints:
        return self._lengths.of(fieldname)[self._segment.shown.articles]

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        segment = self._segment
        version = "earlier" if segment.earlier[docnum] else "current"
        return _stored(segment.view.article(segment.base + docnum), version)


class _ColumnReader(columns.ColumnReader):
    """Values in a list."""

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = values
        self._sign = 1

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]

    def sort_key(self, docnum: int) -> Any:
        value = self._values[docnum]
        return -value if self._sign < 0 else value

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def set_reverse(self) -> None:
        self._sign = -1


def _values(segment: ViewSegment, name: str) -> list[Any]:
    """What a field of one value an article has in each of the articles; None where it has none."""
    found: list[Any] = _COLUMNS[name](segment)
    return found


def _named(kind: str) -> Callable[[ViewSegment], list[Any]]:
    def values(segment: ViewSegment) -> list[Any]:
        names = segment.segment.meta[f"{kind}s"]
        return [names[number] for number in segment.segment.facts[kind].tolist()]

    return values


def _clock(number: int) -> Callable[[ViewSegment], list[Any]]:
    def values(segment: ViewSegment) -> list[Any]:
        facts = segment.segment.facts
        rows = (facts[f"{name}-{number}"].tolist() for name in ("precision", "wall", "offset"))
        moments = (moment(*row) for row in zip(*rows, strict=True))
        return [None if when is None else when.wall for when in moments]

    return values


def _headlines(segment: ViewSegment) -> list[Any]:
    part: Segment = segment.segment
    return [part.headlines[i].tobytes().decode("utf-8", "surrogatepass") for i in range(part.articles)]


_COLUMNS: dict[str, Callable[[ViewSegment], list[Any]]] = {
    "headline": _headlines,
    "id": lambda s: [s.segment.ids[i : i + 1].tobytes().hex() for i in range(s.segment.articles)],
    "kind": lambda s: [KINDS[number] for number in s.segment.facts["kind"].tolist()],
    "lang": _named("lang"),
    "source": _named("source"),
    "version": lambda s: ["earlier" if earlier else "current" for earlier in s.earlier.tolist()],
    "words": lambda s: s.segment.facts["words"].tolist(),
    **{clock: _clock(number) for number, clock in enumerate(CLOCKS)},
}


def _stored(article: Article, version: str) -> dict[str, Any]:
    """What Whoosh gives of a hit: the zones as text, a paragraph after a blank line; what is absent is left out."""
    texts = {
        "headline": article.headline,
        "deck": article.deck,
        "body": "\n\n".join(article.body),
        "caption": "\n\n".join(article.captions),
        "correction": "\n\n".join(article.corrections),
        "credit": "\n\n".join(article.credits),
        "promo": "\n\n".join(article.promo),
        "page": "\n\n".join(article.page),
        "source": article.source.name or article.source.domain,
        "site": article.source.domain,
        "tag": list(article.tags),
        "author": list(article.authors),
        "section": article.section,
        "lang": article.lang,
        "url": article.canonical_url or article.url,
        "link": [link.url for link in article.links],
    }
    clocks = {clock: getattr(article, clock) for clock in CLOCKS}
    found: dict[str, Any] = {name: value for name, value in texts.items() if value}
    found |= {name: when.wall for name, when in clocks.items() if when is not None}
    return found | {"id": article.id, "kind": article.kind, "version": version, "words": article.words}
