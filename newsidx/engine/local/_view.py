"""One commit, to read from: its segments seen as one, with articles numbered through all of them.

Everything above works on these numbers and on whole arrays; what is where in which file is known here and below. A
view keeps reading the commit that it was opened with, also when its files are gone. Not safe between threads:
whoever shares a view holds a lock.
"""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from newsidx.analysis import PARAGRAPH_GAP, ZONE_SHIFT, primary
from newsidx.codec import DELETED, EARLIER, Ints, Lists, Segment
from newsidx.engine.local import _keys
from newsidx.engine.local._articles import decoded_article
from newsidx.engine.local._cache import Cache
from newsidx.engine.local._commit import Commit
from newsidx.engine.local._damage import damage_named, reads
from newsidx.engine.local._facts import moment
from newsidx.engine.local._labels import ViewLabels, view_labels
from newsidx.errors import IndexDamaged
from newsidx.frozen import dataclass
from newsidx.model import KINDS, Article, Moment
from newsidx.schema import DEFAULT_KINDS, ZONES

__all__ = ["TermList", "View"]

_ARTICLE_SHIFT = 32  # of keys (`newsidx.engine.local._spots`)
_MEMO_FORMS = 10_000
_MEMO_TERMS = 20_000
_FORMS_BYTES = 4 << 20
"""Of how terms are written, some 10,000 of them. It takes .05 ms a segment to find out, a fifth of the time of ten hits
of five words, and between what terms have in articles it would soon be gone."""
_SHORTEST_ID = 8
_ID_DIGITS = 64
_COUNTED = tuple(KINDS.index(kind) for kind in KINDS if kind in DEFAULT_KINDS)


@dataclass(frozen=True, slots=True)
class TermList:
    """List number `number` of a segment whose articles begin at `base`; it is one of its term number `term`. `cache` is
    for how terms are written."""

    lists: Lists
    number: int
    base: int
    cache: Cache
    segment: Segment
    term: int

    def decoded(self, dtype: type[np.signedinteger[Any]] = np.intp) -> Ints:
        """Its articles, sorted."""
        found = self.lists.articles(self.number, dtype)
        if self.base:
            found += dtype(self.base)
        return found

    def counts(self) -> Ints:
        """Occurrences in each of the articles."""
        counts = self.lists.counts(self.number)
        return np.ones(int(self.lists.df[self.number]), np.uint8) if counts is None else counts

    def written(self) -> Callable[[range], list[str]]:
        """A function that says how the occurrences with some numbers are written, with capitals."""
        surfaces = self._surfaces()
        found = self.lists.codes(self.number)
        if found is None:
            return lambda which: [surfaces[0]] * len(which)
        codes = found.data  # a number of which takes less than one of the array
        return lambda which: [surfaces[codes[i]] for i in which]

    def _surfaces(self) -> list[str]:
        key = self.segment.id, self.term
        surfaces: list[str] | None = self.cache.get(key)
        if surfaces is None:
            surfaces = self.segment.surfaces(self.term)
            self.cache.put(key, surfaces, 200 + 80 * len(surfaces))
        return surfaces


class View:
    """The segments of a commit, oldest first."""

    def __init__(self, commit: Commit, segments: list[Segment], folder: str) -> None:
        self.commit = commit
        self.generation = commit.generation
        self.summary = commit.summary
        self.folder = folder
        self.segments = segments
        self.bases = [0]
        for segment in segments:
            self.bases.append(self.bases[-1] + segment.articles)
        self.size = self.bases.pop()
        self.cache = Cache()
        self.written = Cache(_FORMS_BYTES)
        self._columns: dict[str, Ints] = {}
        self._labels: dict[str, ViewLabels] = {}
        self.memo: dict[str, Any] = {}
        """What was worked out of the whole commit once, by name."""
        self._counted_in: dict[str | None, NDArray[np.uint64]] = {}
        self.norms: dict[tuple[str, int], NDArray[np.float64]] = {}
        self._scopes: dict[tuple[frozenset[str] | None, bool], Ints | None] = {}
        self._scope_bits: dict[tuple[frozenset[str] | None, bool], NDArray[np.uint64]] = {}
        self._forms: dict[str, dict[str, tuple[str, ...]] | None] = {}
        self._terms: dict[bytes, tuple[tuple[int, int], ...]] = {}
        self._term_keys: dict[tuple[int, int], bytes] = {}
        with damage_named(folder):
            self.alive, self.earlier = self._patched()

    @cached_property
    def name(self) -> str:
        """The commit by a name that no other commit of this or another index has."""
        digest = hashlib.sha256(b"".join(segment.id for segment in self.segments)).hexdigest()
        return f"{self.generation}-{digest[:12]}"

    def _patched(self) -> tuple[Ints, Ints]:
        """(is the article there, is it an earlier version), after all patches in the order of their generations."""
        alive = np.ones(self.size, np.bool_)
        earlier = self._gathered("earlier").astype(np.bool_)
        where = {segment.id: (base, segment.articles) for segment, base in zip(self.segments, self.bases, strict=True)}
        rows = []
        for segment in self.segments:
            patches = segment.patches
            if len(patches.segment):
                known = np.array([where.get(id_, (-1, 0)) for id_ in patches.ids], np.int64)[patches.segment]
                there = known[:, 0] >= 0  # what was said of segments that are merged by now is done
                if (patches.article[there] >= known[there, 1]).any():
                    text = f"the index in {self.folder} is damaged: a patch is of no article"
                    raise IndexDamaged(text, path=self.folder)
                table = np.stack((patches.generation, known[:, 0] + patches.article, patches.what))
                rows.append(table[:, there])
        if rows:
            table = np.concatenate(rows, axis=1)
            _, article, what = table[:, np.argsort(table[0], kind="stable")]
            alive[article[what == DELETED]] = False
            flips = what != DELETED
            earlier[article[flips]] = what[flips] == EARLIER  # of several for one article, the last stays
        return alive, earlier

    def close(self) -> None:
        """Let go of the files; they close when nothing that was read from them is in use."""
        self.segments = []
        self.cache.clear()
        self.written.clear()
        self._columns.clear()

    # Columns

    @reads
    def column(self, name: str) -> Ints:
        """A column of facts over all articles."""
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = self._gathered(name)
        return found

    def _gathered(self, name: str) -> Ints:
        parts = [segment.facts[name] for segment in self.segments if segment.articles]
        if not parts:
            return np.zeros(0, np.int64)
        return np.ascontiguousarray(parts[0]) if len(parts) == 1 else np.concatenate(parts)

    @cached_property
    def _named(self) -> dict[str, tuple[list[str], Ints]]:
        found = {}
        for column, kind in (("lang", "langs"), ("source", "sources")):
            names: dict[str, int] = {}
            parts = [np.zeros(0, np.int64)]
            for segment in self.segments:
                if segment.articles:
                    numbers = np.array([names.setdefault(str(n), len(names)) for n in segment.meta[kind]], np.int64)
                    parts.append(numbers[segment.facts[column]])
            found[column] = list(names), np.concatenate(parts)
        return found

    def named(self, column: str) -> tuple[list[str], Ints]:
        """(names, each article's number among them) of the column lang (BCP 47 tags) or source."""
        with damage_named(self.folder):
            return self._named[column]

    @reads
    def labels(self, field: str) -> ViewLabels:
        """The names of section, tag or author, and which of them each article has."""
        if field not in self._labels:
            self._labels[field] = view_labels(self.segments, field)
        return self._labels[field]

    @cached_property
    def languages(self) -> tuple[list[str], Ints]:
        """(primary languages, "" unknown; each article's number among them)."""
        tags, tag = self.named("lang")
        names: dict[str, int] = {}
        numbers = np.array([names.setdefault(primary(name) or "", len(names)) for name in tags], np.int64)
        return list(names), numbers[tag] if len(tags) else tag

    # Which articles there are

    @cached_property
    def counted(self) -> Ints:
        """Whether the ranking's statistics count each article: current, and of a kind that is searched by default."""
        return self.alive & ~self.earlier & self.of_counted_kind

    @cached_property
    def all_counted(self) -> bool:
        return bool(self.counted.all())

    def counted_in(self, lang: str | None) -> NDArray[np.uint64]:
        """The counted articles in a language (None: in any) as a mask of bits."""
        mask = self._counted_in.get(lang)
        if mask is None:
            names, numbers = self.languages
            counted = np.zeros(-(-self.size // 64) * 64, np.bool_)
            counted[: self.size] = self.counted
            if lang is not None:
                counted[: self.size] &= numbers == names.index(lang)
            mask = self._counted_in[lang] = np.packbits(counted).view(np.uint64)
        return mask

    @cached_property
    def scratches(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Twice a zero for each article; whoever writes here makes what was written zero again."""
        return np.zeros(self.size), np.zeros(self.size)

    @cached_property
    def of_counted_kind(self) -> Ints:
        return np.isin(self.column("kind"), _COUNTED)

    def scope(self, kinds: frozenset[str] | None, versions: bool) -> Ints | None:
        """Whether each article is one that a search is about; None where all are."""
        key = kinds, versions
        if key not in self._scopes:
            inside = self._scope(kinds, versions)
            self._scopes[key] = None if inside.all() else inside
        return self._scopes[key]

    def scope_bits(self, kinds: frozenset[str] | None, versions: bool) -> NDArray[np.uint64]:
        """The same as a mask of bits."""
        key = kinds, versions
        mask = self._scope_bits.get(key)
        if mask is None:
            inside = self.scope(kinds, versions)
            every = np.zeros(-(-self.size // 64) * 64, np.bool_)
            every[: self.size] = True if inside is None else inside
            mask = self._scope_bits[key] = np.packbits(every).view(np.uint64)
        return mask

    def _scope(self, kinds: frozenset[str] | None, versions: bool) -> Ints:
        inside = self.alive if versions else self.alive & ~self.earlier
        if kinds is not None:
            numbers = [KINDS.index(kind) for kind in kinds]
            inside = inside & np.isin(self.column("kind"), numbers)
        return inside

    def articles(self) -> list[int]:
        """The numbers of all articles, earlier versions too."""
        found: list[int] = np.flatnonzero(self.alive).tolist()
        return found

    # Words

    @reads
    def term_lists(self, term: str, lang: str | None) -> dict[int, list[TermList]]:
        """The lists of a term by zone number, zones in order, each over the segments in order."""
        return self.lists_at(self.term_places(_keys.tagged(term, lang)))

    @reads
    def term_places(self, key: bytes) -> tuple[tuple[int, int], ...]:
        """Where a term stands, given as its key: (number of the segment, number of the term in it)."""
        where = self._terms.get(key)
        if where is None:
            found = ((i, segment.terms.find(key)) for i, segment in enumerate(self.segments))
            where = tuple([(i, number) for i, number in found if number >= 0])
            if len(self._terms) >= _MEMO_TERMS:
                self._terms.clear()
                self._term_keys.clear()
            self._terms[key] = where
            self._term_keys.update(dict.fromkeys(where, key))
        return where

    @reads
    def term_key(self, i: int, term: int) -> bytes:
        """The key of term number `term` of segment number `i`."""
        key = self._term_keys.get((i, term))
        if key is None:
            if len(self._term_keys) >= _MEMO_TERMS:
                self._term_keys.clear()
            key = self._term_keys[i, term] = self.segments[i].terms[term]
        return key

    @reads
    def lists_at(self, where: Iterable[tuple[int, int]]) -> dict[int, list[TermList]]:
        """The lists of terms given as (number of a segment, number of the term in it), by zone."""
        by_zone: dict[int, list[TermList]] = {}
        for i, term in where:
            segment = self.segments[i]
            for number in segment.lists_of(term):
                zone = segment.words.zone(number)
                found = TermList(segment.words, number, self.bases[i], self.written, segment, term)
                by_zone.setdefault(zone, []).append(found)
        return dict(sorted(by_zone.items()))

    @reads
    def marked(self, mark: str) -> Ints:
        """The articles that have the mark, also those that are not there any more."""
        key = _keys.encoded(mark)
        parts = [np.zeros(0, np.intp)]
        for segment, base in zip(self.segments, self.bases, strict=True):
            number = segment.marks.find(key)
            if number >= 0:
                parts.append(segment.mark_lists.articles(number) + base)
        return np.concatenate(parts)

    @reads
    def marks_from(self, prefix: str) -> list[str]:
        """The marks that begin with `prefix`, each once, sorted; also of what was removed and not merged away."""
        key = _keys.encoded(prefix)
        found = {mark for segment in self.segments for mark in segment.marks.strings(*segment.marks.range(key))}
        return [mark.decode("utf-8", "surrogatepass") for mark in sorted(found)]

    # Sentences and paragraphs

    @reads
    def breaks(self, kind: Literal["sentences", "paragraphs"], articles: Ints) -> Ints:
        """Where sentences or paragraphs begin in these articles (sorted, each once), as sorted keys."""
        parts = [np.zeros(0, np.int64)]
        cuts = np.searchsorted(articles, [*self.bases, self.size])
        for segment, base, first, last in zip(self.segments, self.bases, cuts, cuts[1:], strict=False):
            if first < last:
                some = articles[first:last].astype(np.int64)
                numbers, counts = getattr(segment, kind).of(some - base)
                numbers = numbers.astype(np.int64)
                place = numbers >> 4 | (numbers & 15) << ZONE_SHIFT
                parts.append((np.repeat(some, counts) << _ARTICLE_SHIFT) + place)
        return np.concatenate(parts)

    def paragraph_numbers(self, keys: Ints) -> Ints:
        """The number of the paragraph that each occurrence stands in, counted in its zone from 0."""
        breaks = self.breaks("paragraphs", np.unique(keys >> _ARTICLE_SHIFT))
        first = np.searchsorted(breaks, keys >> ZONE_SHIFT << ZONE_SHIFT)
        return np.searchsorted(breaks, keys, side="right") - 1 - first

    def word_numbers(self, keys: Ints) -> Ints:
        """The number of each occurrence's word, counted in its zone from 0."""
        return (keys & (1 << ZONE_SHIFT) - 1) - PARAGRAPH_GAP * self.paragraph_numbers(keys)

    # The lexicon

    @reads
    def form(self, form: str) -> dict[str, tuple[str, ...]] | None:
        """The terms of a written form in each language where they are more than its folded self; None for a form
        that the index has not seen."""
        if form in self._forms:
            return self._forms[form]
        known: dict[str, tuple[str, ...]] | None = None
        key = _keys.encoded(form)
        for segment in self.segments:
            number = segment.lexicon.find(key)
            if number >= 0:
                known = (known or {}) | _keys.read_form_terms(segment.lexicon_terms[number].tobytes())
        if len(self._forms) >= _MEMO_FORMS:
            self._forms.clear()
        self._forms[form] = known
        return known

    def knows_form(self, form: str) -> bool:
        return self.form(form) is not None

    @reads
    def unknown_forms(self, forms: Iterable[str]) -> set[str]:
        """Those of many forms that `knows_form` denies."""
        rest = {_keys.encoded(form): form for form in forms}
        for segment in sorted(self.segments, key=lambda segment: len(segment.lexicon), reverse=True):
            # What texts are full of is asked with every commit: the segment stays, and so does what was found there.
            known = segment.memo.setdefault("forms met", set())
            assert isinstance(known, set), "only this puts anything there"
            keys = [key for key in rest if key not in known]
            found = [keys[i] for i in np.flatnonzero(segment.lexicon.find_all(keys) >= 0).tolist()]
            rest = {key: rest[key] for key in set(keys).difference(found)}
            known.update(found[: max(0, _MEMO_FORMS - len(known))])
        return set(rest.values())

    @reads
    def all_forms(self) -> list[str]:
        """Every written form that the index has seen, sorted."""
        forms = {form for segment in self.segments for form in segment.lexicon.strings()}
        return [form.decode("utf-8", "surrogatepass") for form in sorted(forms)]

    # Articles

    def place(self, number: int) -> tuple[Segment, int]:
        """The segment that holds an article, and its number there."""
        i = bisect.bisect_right(self.bases, number) - 1
        return self.segments[i], number - self.bases[i]

    def _places(self, numbers: Sequence[int]) -> list[tuple[Segment, int]]:
        """The same of some articles."""
        bases, segments = self.bases, self.segments
        which = [bisect.bisect_right(bases, number) - 1 for number in numbers]
        return [(segments[i], number - bases[i]) for i, number in zip(which, numbers, strict=True)]

    @reads
    def id(self, number: int) -> str:
        segment, local = self.place(number)
        return segment.ids[local : local + 1].tobytes().hex()

    @reads
    def ids_as_text(self, numbers: Sequence[int]) -> list[str]:
        """The same of some articles."""
        return [segment.id_bytes[32 * i : 32 * i + 32].hex() for segment, i in self._places(numbers)]

    @reads
    def ids_of(self, numbers: Ints) -> Ints:
        """The IDs of these articles, 32 bytes each."""
        found = self.memo.get("ids")
        if found is None:
            found = self.memo["ids"] = np.concatenate([np.zeros(0, "S32"), *(s.ids for s in self.segments)])
        return found[numbers]

    @reads
    def headline(self, number: int) -> str | None:
        segment, local = self.place(number)
        return segment.headlines.bytes(local).decode("utf-8", "surrogatepass") or None

    @reads
    def headlines(self, numbers: Sequence[int]) -> list[str | None]:
        """The same of some articles."""
        some = [segment.headlines.bytes(i) for segment, i in self._places(numbers)]
        return [headline.decode("utf-8", "surrogatepass") or None for headline in some]

    def published(self, numbers: Sequence[int]) -> list[Moment | None]:
        """When these articles were published."""
        columns = (self.column(f"{name}-0")[numbers].tolist() for name in ("precision", "wall", "offset"))
        return [moment(*values) for values in zip(*columns, strict=True)]

    @reads
    def article(self, number: int, id_: str | None = None) -> Article:
        """The stored article; its ID may be given where it is known."""
        segment, local = self.place(number)
        return decoded_article(segment.stored[local], id_ or self.id(number))

    @reads
    def number(self, id_: str) -> int | None:
        """The article's number; None where no capture has this whole ID."""
        if len(id_) != _ID_DIGITS:
            return None
        return next((number for _, number in self._having(id_)), None)

    @reads
    def ids(self, prefix: str = "") -> list[str]:
        """The IDs of all articles that begin with `prefix`, sorted."""
        return sorted(id_ for id_, _ in self._having(prefix))

    @reads
    def numbers(self, prefix: str) -> Ints:
        """The articles whose IDs begin with `prefix`."""
        return np.array(sorted(number for _, number in self._having(prefix)), np.intp)

    def _having(self, prefix: str) -> Iterator[tuple[str, int]]:
        """(ID, number) of the articles whose IDs begin with these digits."""
        digits = prefix[:16]
        try:
            low = int(digits.ljust(16, "0"), 16)
            high = int(digits.ljust(16, "f"), 16)
        except ValueError:
            return
        for segment, base in zip(self.segments, self.bases, strict=True):
            order, heads = segment.ids_sorted
            first = int(np.searchsorted(heads, np.uint64(low), side="left"))
            last = int(np.searchsorted(heads, np.uint64(high), side="right"))
            for local in order[first:last].tolist():
                id_ = segment.ids[local : local + 1].tobytes().hex()
                if self.alive[base + local] and id_.startswith(prefix):
                    yield id_, base + local

    def short_id(self, id_: str) -> str:
        """The shortest prefix of at least eight digits that no other ID shares."""
        return self.short_ids([id_])[0]

    @reads
    def short_ids(self, ids: Sequence[str]) -> list[str]:
        """The same of some IDs."""
        heads = [int(id_[:_SHORTEST_ID], 16) << 32 for id_ in ids]
        bounds = np.array([*heads, *(head | 0xFFFFFFFF for head in heads)], np.uint64)
        many = np.zeros(len(ids), np.int64)
        for segment in self.segments:
            _, sorted_heads = segment.ids_sorted
            many += sorted_heads.searchsorted(bounds[len(ids) :], side="right")
            many -= sorted_heads.searchsorted(bounds[: len(ids)])
        each = zip(ids, many.tolist(), strict=True)
        return [self._shortened(id_) if alike > 1 else id_[:_SHORTEST_ID] for id_, alike in each]

    def _shortened(self, id_: str) -> str:
        shared = _SHORTEST_ID - 1
        for other, _ in self._having(id_[:_SHORTEST_ID]):
            if other != id_:
                same = next((i for i, (a, b) in enumerate(zip(id_, other, strict=False)) if a != b), len(id_))
                shared = max(shared, same)
        return id_[: shared + 1]

    def is_earlier(self, id_: str) -> bool:
        number = self.number(id_)
        return number is not None and bool(self.earlier[number])

    # The ledger

    @reads
    def ledger(self, name: str) -> bytes | None:
        """The page as it was last written; None where there is none."""
        key = _keys.encoded(name)
        newest: tuple[int, Segment, int] | None = None
        for segment in self.segments:
            number = segment.page_names.find(key)
            if number >= 0:
                generation = segment.page_generation(number)
                if newest is None or generation >= newest[0]:
                    newest = generation, segment, number
        return None if newest is None else newest[1].page(newest[2]).data

    # For those who write

    def counting(self, numbers: Ints) -> Iterator[tuple[list[str], Ints, Ints, Ints]]:
        """Of these articles (sorted), segment by segment and without looking at any other: primary languages, each
        one's number among them, its tokens by zone, whether its kind is one that statistics count."""
        which = np.searchsorted(self.bases, numbers, side="right") - 1
        for i in np.unique(which).tolist():
            segment, local = self.segments[i], numbers[which == i] - self.bases[i]
            facts = segment.facts
            lengths = np.stack([facts[f"length-{zone.number}"][local] for zone in ZONES], axis=1).astype(np.int64)
            names = [primary(str(tag)) or "" for tag in segment.meta["langs"]]
            yield names, facts["lang"][local], lengths, np.isin(facts["kind"][local], _COUNTED)
