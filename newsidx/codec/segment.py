"""What a segment is made of: its frames by name, written in one go and read when they are first asked for.

===============  ================  ==================================================================================
frame            structure         what
===============  ================  ==================================================================================
meta             JSON              ``articles``, ``tokens``; names that columns give by number: ``langs``, ``sources``
terms            dictionary        index terms, each tagged with its language
term-lists       groups (ends)     the lists of each term, one a zone, in the order of zones
word-lists       lists             rows of the terms' lists
words            lists             the terms' lists: articles, counts, places, codes of written forms
written          dictionary        written forms: folded, as written, with capitals (`written_key`)
uses             groups            the terms that each written form stands under
use-codes        columns           beside them, the code that the form has within the term
lexicon          dictionary        forms that the index has seen
lexicon-terms    groups            the terms that each becomes, language by language, as text
marks            dictionary        what articles are found by, beside words
mark-lists       lists             rows of the marks' lists, list i is mark i's
mark-data        lists             the marks' lists: articles only
facts            columns           dates, lengths, kind, … of each article
ids              columns           ``id``: SHA-256 of each article; ``order``: articles sorted by it
sentences        groups            where sentences begin in each article: position << 4 | zone
paragraphs       groups            where paragraphs begin
headlines        groups            the headline of each article, UTF-8, to be shown without reading the article
section-names    dictionary        names of sections: folded, then as written
sections         groups            the numbers of each article's section (none or one)
tag-names, tags  the same          tags, each value of an article once
author-names     dictionary        authors
authors          groups            likewise
articles         texts             the stored articles
page-names       dictionary        pages of the ledger
pages            texts             their bytes; a page that was taken out has none
page-facts       columns           ``generation`` in which each was written, ``gone``
patches          columns           what this commit changed in older segments (`Patches`)
patched          texts             the segments' ids that patches give by number
===============  ================  ==================================================================================

Everything in a segment is written once. What happens to its articles later (removed, an earlier version now) stands
as patches in the segments that later commits add.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Any

import numpy as np

from newsidx.codec.columns import Columns, write_columns
from newsidx.codec.dictionary import Dictionary, write_dictionary
from newsidx.codec.frame import Frames, Guard, SegmentWriter
from newsidx.codec.groups import Groups, write_groups
from newsidx.codec.postings import Lists, ListsWriter, Tokens
from newsidx.codec.ragged import Ints, lengths, narrow
from newsidx.codec.texts import Texts, write_texts
from newsidx.frozen import dataclass

__all__ = [
    "CURRENT",
    "DELETED",
    "EARLIER",
    "Contents",
    "Labels",
    "Page",
    "Patches",
    "Segment",
    "Uses",
    "WordStretch",
    "read_written",
    "write_segment",
    "written_key",
]

DELETED, EARLIER, CURRENT = 0, 1, 2
"""What a patch does to an article."""

_SEPARATOR = "\x1f"  # a control character that no token holds


def written_key(folded: str, form: str, surface: str) -> bytes:
    """The key of a written form: by its folded form first, so that a prefix or a pattern finds its neighbours."""
    parts = [folded, "" if form == folded else form, "" if surface == form else surface]
    return _SEPARATOR.join(parts).rstrip(_SEPARATOR).encode("utf-8", "surrogatepass")


def read_written(key: bytes) -> tuple[str, str, str]:
    """What `written_key` was given."""
    folded, form, surface, *_ = (*key.decode("utf-8", "surrogatepass").split(_SEPARATOR), "", "")
    form = form or folded
    return folded, form, surface or form


@dataclass(frozen=True, slots=True)
class Uses:
    """Which written forms stand under which terms, sorted by (written, term), with each form's code in the term."""

    written: Ints
    term: Ints
    code: Ints

    @classmethod
    def of(cls, written: Ints, term: Ints) -> Uses:
        """Codes in the order of the written forms; no pair comes twice."""
        by_term = np.lexsort((written, term))
        sorted_terms = term[by_term]
        begins = np.flatnonzero(np.diff(sorted_terms, prepend=-1))
        code = np.zeros(len(term), np.int64)
        sizes = np.diff(begins, append=len(term))
        code[by_term] = np.arange(len(term)) - np.repeat(begins, sizes)
        order = np.lexsort((term, written))
        return cls(written[order], term[order], code[order])


@dataclass(frozen=True, slots=True)
class WordStretch:
    """Some of the terms' lists, in order: occurrences, and of each list its term and zone."""

    tokens: Tokens
    terms: Ints
    zones: Ints


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of a field, sorted, and their numbers for each article: `counts` of them for each, end to end."""

    names: Sequence[bytes]
    numbers: Ints
    counts: Ints


_LABELS = ("section", "tag", "author")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the ledger as of a commit; `data` None where it was taken out then."""

    data: bytes | None
    generation: int


@dataclass(frozen=True, slots=True)
class Patches:
    """Changes to articles of other segments: equally long arrays. `segment` counts in `ids`, `what` is one of
    `DELETED`, `EARLIER`, `CURRENT`; later generations win."""

    ids: tuple[bytes, ...]
    segment: Ints
    article: Ints
    what: Ints
    generation: Ints

    @classmethod
    def none(cls) -> Patches:
        empty = np.zeros(0, np.int64)
        return cls((), empty, empty, empty, empty)


@dataclass(frozen=True, slots=True)
class Contents:
    """All of a new segment. Keys are sorted; iterables are taken once, in the order in which they are written; `stored`
    gives the payload of the stored articles (`write_texts`), which may be made meanwhile."""

    articles: int
    meta: Mapping[str, Any]
    terms: Sequence[bytes]
    written: Sequence[bytes]
    uses: Uses
    words: Iterable[WordStretch]
    lexicon: Mapping[bytes, bytes]
    marks: Sequence[bytes]
    mark_tokens: Iterable[Tokens]
    facts: Mapping[str, Ints]
    ids: Ints
    sentences: tuple[Ints, Ints]
    paragraphs: tuple[Ints, Ints]
    headlines: tuple[Ints, Ints]
    labels: Mapping[str, Labels]
    stored: Callable[[], bytes]
    pages: Mapping[bytes, Page] = field(default_factory=dict)
    patches: Patches = field(default_factory=Patches.none)


def write_segment(write: Callable[[bytes | memoryview], object], segment: bytes, contents: Contents) -> int:
    """Write the file of a segment through `write`; its size in bytes."""
    out = SegmentWriter(write, segment)
    out.frame("meta", json.dumps({"articles": contents.articles, **contents.meta}).encode())
    out.frame("terms", write_dictionary(contents.terms))
    _write_words(out, contents)
    out.frame("written", write_dictionary(contents.written))
    uses = contents.uses
    out.frame("uses", write_groups(uses.term, np.bincount(uses.written, minlength=len(contents.written))))
    out.frame("use-codes", write_columns({"code": uses.code.astype(np.uint32)}, len(uses.code)))
    forms = sorted(contents.lexicon)
    became = [contents.lexicon[form] for form in forms]
    out.frame("lexicon", write_dictionary(forms))
    sizes = np.fromiter(map(len, became), np.int64, len(became))
    out.frame("lexicon-terms", write_groups(np.frombuffer(b"".join(became), np.uint8), sizes))
    _write_marks(out, contents)
    out.frame("facts", write_columns(contents.facts, contents.articles))
    order = np.argsort(contents.ids, kind="stable").astype(np.uint32)
    out.frame("ids", write_columns({"id": contents.ids, "order": order}, contents.articles))
    out.frame("sentences", write_groups(*contents.sentences))
    out.frame("paragraphs", write_groups(*contents.paragraphs))
    out.frame("headlines", write_groups(*contents.headlines))
    for field_name in _LABELS:
        labels = contents.labels[field_name]
        out.frame(f"{field_name}-names", write_dictionary(labels.names))
        out.frame(f"{field_name}s", write_groups(labels.numbers, labels.counts))
    out.frame("articles", contents.stored())
    _write_pages(out, contents.pages)
    _write_patches(out, contents.patches)
    return out.close()


def _write_words(out: SegmentWriter, contents: Contents) -> None:
    lists = ListsWriter()
    per_term = np.zeros(len(contents.terms), np.int64)

    def encoded() -> Iterator[bytes]:
        for some in contents.words:
            if len(some.terms):
                per_term[:] += np.bincount(some.terms, minlength=len(per_term))
                yield lists.encode(some.tokens, some.zones)

    out.stream("words", encoded())
    columns, rows = lists.columns()
    out.frame("word-lists", write_columns(columns, rows))
    out.frame("term-lists", write_groups(np.zeros(0, np.int64), per_term))


def _write_marks(out: SegmentWriter, contents: Contents) -> None:
    lists = ListsWriter()
    out.frame("marks", write_dictionary(contents.marks))

    def encoded() -> Iterator[bytes]:
        for tokens in contents.mark_tokens:
            if len(tokens.list):
                yield lists.encode(tokens, np.zeros(int(tokens.list[-1]) + 1, np.int64))

    out.stream("mark-data", encoded())
    out.frame("mark-lists", write_columns(*lists.columns()))


def _write_pages(out: SegmentWriter, pages: Mapping[bytes, Page]) -> None:
    names = sorted(pages)
    out.frame("page-names", write_dictionary(names))
    out.frame("pages", write_texts(pages[name].data or b"" for name in names))
    columns: dict[str, Ints] = {
        "generation": np.array([pages[name].generation for name in names], np.uint64),
        "gone": np.array([pages[name].data is None for name in names], np.uint8),
    }
    out.frame("page-facts", write_columns(columns, len(names)))


def _write_patches(out: SegmentWriter, patches: Patches) -> None:
    out.frame("patched", write_texts(patches.ids))
    columns: dict[str, Ints] = {
        name: getattr(patches, name).astype(np.uint64) for name in ("segment", "article", "what", "generation")
    }
    out.frame("patches", write_columns(columns, len(patches.segment)))


class Segment:
    """A segment to read from; each structure is opened when it is first asked for."""

    def __init__(self, frames: Frames, id_: bytes) -> None:
        self._frames = frames
        self.id = id_
        self.memo: dict[str, object] = {}
        """What readers worked out of it, by name."""
        meta = frames["meta"]
        try:
            self.meta: dict[str, Any] = json.loads(meta.bytes(0, meta.length))
            self.articles = int(self.meta["articles"])
        except (ValueError, KeyError, TypeError) as error:
            raise meta.damaged(str(error)) from error

    def guards(self) -> Iterator[Guard]:
        """Every frame, for whoever checks them whole."""
        return iter(self._frames)

    @cached_property
    def terms(self) -> Dictionary:
        return Dictionary(self._frames["terms"])

    @cached_property
    def words(self) -> Lists:
        return Lists(self._frames["word-lists"], self._frames["words"])

    @cached_property
    def term_ends(self) -> Ints:
        """Where each term's lists begin among `words`."""
        return Groups(self._frames["term-lists"]).ends

    @cached_property
    def written(self) -> Dictionary:
        return Dictionary(self._frames["written"])

    @cached_property
    def uses(self) -> Uses:
        groups = Groups(self._frames["uses"])
        code = Columns(self._frames["use-codes"])["code"]
        written = np.repeat(np.arange(groups.count), lengths(groups.ends))
        return Uses(written, groups.between(0, groups.count), code)

    def uses_of(self, first: int, last: int) -> tuple[Ints, Ints]:
        """(term, code) of the uses of the written forms from number `first` up to `last`."""
        terms, codes, _ = self.uses_by_form(first, last)
        return terms, codes

    def uses_by_form(self, first: int, last: int) -> tuple[Ints, Ints, list[int]]:
        """(term, code) of the uses of the written forms from number `first` up to `last`, and where those of each
        form begin among them, and the last one's end."""
        groups, codes = self._use_parts
        ends = groups.ends[first : last + 1].tolist()
        return groups.between(first, last), codes[ends[0] : ends[-1]], [end - ends[0] for end in ends]

    def surfaces(self, term: int) -> list[str]:
        """How the written forms look that stand under a term, by their codes."""
        groups, codes = self._use_parts
        uses = (groups.between(0, groups.count) == term).nonzero()[0]
        written = (groups.ends.searchsorted(uses, side="right") - 1).tolist()
        found = dict(zip(codes[uses].tolist(), written, strict=True))
        return [read_written(self.written[found[code]])[2] for code in range(len(found))]

    @cached_property
    def forms_of_terms(self) -> Ints:
        """How many written forms stand under each term."""
        groups, _ = self._use_parts
        return narrow(np.bincount(groups.between(0, groups.count), minlength=len(self.terms)))

    @cached_property
    def _use_parts(self) -> tuple[Groups, Ints]:
        return Groups(self._frames["uses"]), Columns(self._frames["use-codes"])["code"]

    @cached_property
    def lexicon(self) -> Dictionary:
        return Dictionary(self._frames["lexicon"])

    @cached_property
    def lexicon_terms(self) -> Groups:
        return Groups(self._frames["lexicon-terms"])

    @cached_property
    def marks(self) -> Dictionary:
        return Dictionary(self._frames["marks"])

    @cached_property
    def mark_lists(self) -> Lists:
        return Lists(self._frames["mark-lists"], self._frames["mark-data"])

    @cached_property
    def facts(self) -> Columns:
        return Columns(self._frames["facts"])

    @cached_property
    def ids(self) -> Ints:
        return Columns(self._frames["ids"])["id"]

    @cached_property
    def id_bytes(self) -> memoryview:
        """The same end to end, 32 bytes each."""
        return self.ids.view(np.uint8).data if self.articles else memoryview(b"")

    @cached_property
    def ids_sorted(self) -> tuple[Ints, Ints]:
        """(the articles' numbers sorted by ID, the first eight bytes of those IDs as numbers)."""
        order = Columns(self._frames["ids"])["order"].astype(np.int64)
        heads = np.ascontiguousarray(self.ids).view(">u8").reshape(-1, 4)[:, 0] if self.articles else self.ids
        return order, heads[order].astype(np.uint64) if self.articles else np.zeros(0, np.uint64)

    @cached_property
    def sentences(self) -> Groups:
        return Groups(self._frames["sentences"])

    @cached_property
    def paragraphs(self) -> Groups:
        return Groups(self._frames["paragraphs"])

    @cached_property
    def headlines(self) -> Groups:
        return Groups(self._frames["headlines"])

    def labels(self, name: str) -> tuple[Dictionary, Groups]:
        """The names of section, tag or author, and the numbers of each article's."""
        found = self._labels.get(name)
        if found is None:
            found = self._labels[name] = Dictionary(self._frames[f"{name}-names"]), Groups(self._frames[f"{name}s"])
        return found

    @cached_property
    def _labels(self) -> dict[str, tuple[Dictionary, Groups]]:
        return {}

    @cached_property
    def stored(self) -> Texts:
        return Texts(self._frames["articles"])

    @cached_property
    def page_names(self) -> Dictionary:
        return Dictionary(self._frames["page-names"])

    def page_generation(self, number: int) -> int:
        return int(self._page_facts[0][number])

    def page(self, number: int) -> Page:
        generation, gone = self._page_facts
        return Page(None if gone[number] else self._pages[number], int(generation[number]))

    @cached_property
    def _page_facts(self) -> tuple[Ints, Ints]:
        """(generation, is it gone) of each page."""
        columns = Columns(self._frames["page-facts"])
        return columns["generation"], columns["gone"]

    @cached_property
    def _pages(self) -> Texts:
        return Texts(self._frames["pages"])

    @cached_property
    def patches(self) -> Patches:
        columns, ids = Columns(self._frames["patches"]), Texts(self._frames["patched"])
        names = ("segment", "article", "what", "generation")
        return Patches(tuple(ids[i] for i in range(ids.count)), *(columns[name].astype(np.int64) for name in names))

    def lists_of(self, term: int) -> range:
        """The lists of a term, one a zone."""
        return range(int(self.term_ends[term]), int(self.term_ends[term + 1]))

    def terms_of_lists(self) -> Ints:
        """The term of each list."""
        return np.repeat(np.arange(len(self.terms)), lengths(self.term_ends))
