"""Several segments → one: what was removed is left out, with every word and mark that only it had.

When to merge is decided by size (`chosen`): eight segments of about one size become one, so that an article is
written again about once for each eightfold growth of the index, and an index of n articles has some 7·log8(n)
segments. Words are merged a stretch of terms at a time, so memory is bounded whatever the sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from newsidx import analysis
from newsidx.codec import (
    Contents,
    Dictionary,
    Ints,
    Lists,
    Page,
    Patches,
    Segment,
    Texts,
    Tokens,
    Uses,
    WordStretch,
    firsts,
    lengths,
    read_written,
    written_key,
)
from newsidx.engine.local import _keys, _labels
from newsidx.engine.local._ahead import texts_ahead
from newsidx.engine.local._build import sorted_tokens
from newsidx.engine.local._facts import COLUMNS
from newsidx.engine.local._view import View
from newsidx.frozen import dataclass

__all__ = ["chosen", "merged"]

FAN = 8
"""How many segments of about one size there may be, and how much larger those are that they become. Not swept yet:
more means that an article is rewritten more rarely, and that a search looks into more segments."""

_STRETCH = 1 << 21
"""Occurrences that are merged at once: some 200 MB of arrays."""

_MOSTLY_DEAD = 0.34
"""A segment with a larger part of its articles removed is written again by itself: disk stays below 1.5 × live."""


def chosen(view: View) -> list[int]:
    """The segments to merge now: empty, or numbers of two or more (one, where it is mostly removed)."""
    live = [int(view.alive[base : base + s.articles].sum()) for s, base in zip(view.segments, view.bases, strict=True)]
    by_size: dict[int, list[int]] = {}
    for i, articles in enumerate(live):
        by_size.setdefault(_class_of(articles), []).append(i)
    for size in sorted(by_size):
        if len(by_size[size]) >= FAN:
            return sorted(i for other, members in by_size.items() if other <= size for i in members)
    for i, segment in enumerate(view.segments):
        if segment.articles and live[i] < (1 - _MOSTLY_DEAD) * segment.articles:
            return [i]
    return []


def _class_of(articles: int) -> int:
    size = 0
    while articles >= FAN:
        articles //= FAN
        size += 1
    return size


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment on its way: `article` has the new number of each of its articles (-1: removed), `term` and `written`
    those of its terms and written forms (-1: nothing that stays has them), `code` the new code of each use, in the
    order of terms and old codes, which begin at `uses` for each term."""

    segment: Segment
    article: Ints
    term: Ints
    written: Ints
    uses: Ints
    code: Ints


def merged(view: View, numbers: Sequence[int]) -> Contents:
    """The contents of the segment that takes the place of these."""
    segments = [view.segments[i] for i in numbers]
    alive = [view.alive[view.bases[i] : view.bases[i] + view.segments[i].articles] for i in numbers]
    stored = texts_ahead(_stored(segments, alive), sum(int(there.sum()) for there in alive))
    parts, terms, written, uses = _vocabulary(segments, alive)
    kept = np.concatenate([np.zeros(0, np.int64), *(_numbers_of(view, i) for i in numbers)])
    others = [segment for i, segment in enumerate(view.segments) if i not in set(numbers)]
    marks, mark_tokens = _marks(parts)
    facts, names = _facts(view, kept)
    return Contents(
        articles=len(kept),
        meta={
            "analysis": analysis.ANALYSIS_VERSION,
            "tokens": sum(int(part.segment.meta["tokens"]) for part in parts),
            **names,
        },
        terms=terms,
        written=written,
        uses=uses,
        words=_words(parts, len(terms)),
        lexicon=_lexicon(segments, alive, written, others),
        marks=marks,
        mark_tokens=mark_tokens,
        facts=facts,
        ids=np.concatenate([np.zeros(0, "S32"), *(s.ids[a] for s, a in zip(segments, alive, strict=True))]),
        sentences=_grouped([s.sentences.of(np.flatnonzero(a)) for s, a in zip(segments, alive, strict=True)]),
        paragraphs=_grouped([s.paragraphs.of(np.flatnonzero(a)) for s, a in zip(segments, alive, strict=True)]),
        labels={field: _labels.merged_labels(segments, alive, field, _united) for field in _labels.FIELDS},
        headlines=_grouped([s.headlines.of(np.flatnonzero(a)) for s, a in zip(segments, alive, strict=True)]),
        stored=stored,
        pages=_pages(segments, others),
        patches=_patches(segments, {segment.id for segment in others}),
    )


_TAKEN_OVER = 1024
"""Stored articles of a segment that a merge takes over as they lie, with the sample of 32 KiB that they are compressed
after, which is one hundredth of them then."""


def _stored(segments: Sequence[Segment], alive: Sequence[Ints]) -> Iterator[bytes | Texts]:
    for segment, there in zip(segments, alive, strict=True):
        if segment.articles >= _TAKEN_OVER and there.all():
            yield segment.stored
        else:  # a sample has pieces of articles; none of those that are removed may stay
            yield from map(segment.stored.__getitem__, np.flatnonzero(there).tolist())


def _numbers_of(view: View, i: int) -> Ints:
    base = view.bases[i]
    return np.flatnonzero(view.alive[base : base + view.segments[i].articles]) + base


# Words


def _vocabulary(
    segments: Sequence[Segment], alive: Sequence[Ints]
) -> tuple[list[_Part], list[bytes], list[bytes], Uses]:
    used = [_uses_by_term(segment, there) for segment, there in zip(segments, alive, strict=True)]
    term_keys, term_maps = _united(
        [s.terms for s in segments],
        [_flagged(len(s.terms), u.term[f]) for s, (u, _, f) in zip(segments, used, strict=True)],
    )
    written_keys, written_maps = _united(
        [s.written for s in segments],
        [_flagged(len(s.written), u.written[f]) for s, (u, _, f) in zip(segments, used, strict=True)],
    )
    width = max(len(term_keys), 1)
    pairs = [
        np.where(flags, written[uses.written] * width + term[uses.term], -1)
        for (uses, _, flags), term, written in zip(used, term_maps, written_maps, strict=True)
    ]
    every = np.unique(np.concatenate([np.zeros(0, np.int64), *pairs]))
    every = every[every >= 0]
    uses = Uses.of(every // width, every % width)
    parts = []
    first = 0
    for i, segment in enumerate(segments):
        place = np.minimum(np.searchsorted(every, pairs[i]), max(len(every) - 1, 0))
        code = uses.code[place] if len(every) else place
        new = np.where(alive[i], np.cumsum(alive[i]) - 1 + first, -1)
        first += int(alive[i].sum())
        parts.append(_Part(segment, new, term_maps[i], written_maps[i], used[i][1], code))
    return parts, term_keys, written_keys, uses


def _uses_by_term(segment: Segment, alive: Ints) -> tuple[Uses, Ints, Ints]:
    """(uses in the order of terms and codes, where each term's begin, does any article that stays have them)."""
    uses = segment.uses
    order = np.lexsort((uses.code, uses.term))
    uses = Uses(uses.written[order], uses.term[order].astype(np.int64), uses.code[order].astype(np.int64))
    begins = firsts(np.bincount(uses.term, minlength=len(segment.terms)))
    if alive.all():
        return uses, begins, np.ones(len(order), np.bool_)
    flags = np.zeros(len(order), np.bool_)
    term_of_list = segment.terms_of_lists()
    for first, last in segment.words.steps(0, segment.words.count, _STRETCH):
        tokens = segment.words.tokens(first, last)
        if tokens.code is not None:
            stays = alive[tokens.article]
            flags[begins[term_of_list[first:last][tokens.list[stays]]] + tokens.code[stays]] = True
    return uses, begins, flags


def _flagged(count: int, numbers: Ints) -> Ints:
    flags = np.zeros(count, np.bool_)
    flags[numbers] = True
    return flags


def _united(dictionaries: Sequence[Dictionary], kept: Sequence[Ints]) -> tuple[list[bytes], list[Ints]]:
    """(the keys that are kept of any of these, sorted; for each dictionary the new number of each key, -1: none)."""
    lists = [dictionary.strings() for dictionary in dictionaries]
    numbers = [np.flatnonzero(flags) for flags in kept]
    keys = sorted({strings[i] for strings, some in zip(lists, numbers, strict=True) for i in some.tolist()})
    place = {key: i for i, key in enumerate(keys)}
    maps = []
    for strings, some in zip(lists, numbers, strict=True):
        new = np.full(len(strings), -1, np.int64)
        new[some] = [place[strings[i]] for i in some.tolist()]
        maps.append(new)
    return keys, maps


def _words(parts: Sequence[_Part], terms: int) -> Iterator[WordStretch]:
    for first, last in _ranges([(p.segment.words, p.segment.terms_of_lists(), p.term) for p in parts], terms):
        columns: list[tuple[Ints, Ints, Ints, Ints]] = []
        for part in parts:
            low, high = _within(part.term, first, last)
            lists = part.segment.words
            start, stop = int(part.segment.term_ends[low]), int(part.segment.term_ends[high])
            if start < stop:
                columns.append(_moved(part, lists, start, stop, low, high))
        if columns and any(len(column[0]) for column in columns):
            key, article, place, code = (np.concatenate(column) for column in zip(*columns, strict=True))
            yield sorted_tokens(key, article, place, code)


def _moved(part: _Part, lists: Lists, start: int, stop: int, low: int, high: int) -> tuple[Ints, Ints, Ints, Ints]:
    """(key, article, place, code) of the occurrences of some of a segment's lists, in the new numbers."""
    ends = part.segment.term_ends[low : high + 1]
    term = np.repeat(np.arange(low, high), lengths(ends))
    tokens = lists.tokens(start, stop)
    if tokens.place is None or tokens.code is None:
        raise AssertionError("lists of words have places")
    article = part.article[tokens.article]
    stays = article >= 0
    of = term[tokens.list[stays]]
    zone = lists.zones(start, stop)[tokens.list[stays]]
    code = part.code[part.uses[of] + tokens.code[stays]]
    return part.term[of] << 4 | zone, article[stays], tokens.place[stays], code


def _ranges(sources: Sequence[tuple[Lists, Ints, Ints]], count: int) -> Iterator[tuple[int, int]]:
    """Stretches of the new keys whose lists have about `_STRETCH` occurrences together; `sources` are lists, the old
    key of each list, the new number of each old key."""
    size = np.zeros(count, np.int64)
    for lists, owner, new in sources:
        of = new[owner]
        weight = np.maximum(lists.cf, lists.df).astype(np.int64)
        size += np.bincount(of[of >= 0], weights=weight[of >= 0], minlength=count).astype(np.int64)
    ends = np.cumsum(size)
    at = 0
    while at < count:
        done = int(ends[at - 1]) if at else 0
        to = max(int(np.searchsorted(ends, done + _STRETCH, side="right")), at + 1)
        yield at, to
        at = to


def _within(new: Ints, first: int, last: int) -> tuple[int, int]:
    """The old keys whose new numbers are from `first` up to `last`; between them may be keys that do not stay."""
    reached = np.maximum.accumulate(new) if len(new) else new
    return int(np.searchsorted(reached, first, side="left")), int(np.searchsorted(reached, last, side="left"))


# Marks


def _marks(parts: Sequence[_Part]) -> tuple[list[bytes], Iterator[Tokens]]:
    kept = []
    for part in parts:
        lists = part.segment.mark_lists
        flags = np.zeros(lists.count, np.bool_)
        for first, last in lists.steps(0, lists.count, _STRETCH):
            tokens = lists.tokens(first, last)
            flags[first + tokens.list[part.article[tokens.article] >= 0]] = True
        kept.append(flags)
    keys, maps = _united([part.segment.marks for part in parts], kept)
    sources = [
        (p.segment.mark_lists, np.arange(p.segment.mark_lists.count), new) for p, new in zip(parts, maps, strict=True)
    ]

    def moved() -> Iterator[Tokens]:
        for first, last in _ranges(sources, len(keys)):
            columns = []
            for part, new in zip(parts, maps, strict=True):
                low, high = _within(new, first, last)
                some = part.segment.mark_lists.tokens(low, high)
                article = part.article[some.article]
                stays = article >= 0
                columns.append((new[low + some.list[stays]] - first, article[stays]))
            mark, article = (np.concatenate(column) for column in zip(*columns, strict=True))
            order = np.argsort(mark, kind="stable")
            yield Tokens(mark[order], article[order])

    return keys, moved()


# The rest


def _lexicon(
    segments: Sequence[Segment], alive: Sequence[Ints], written: Sequence[bytes], others: Sequence[Segment]
) -> dict[bytes, bytes]:
    """The forms that are known; where something was removed, without those that nothing in the index has.

    A form that another segment's lexicon has stays too: what is said there may be of a language that came later alone,
    and a form that is known is taken for known in all languages, so that the word would be missed when it comes back.
    """
    entries: dict[bytes, bytes] = {}
    for segment in segments:
        values = segment.lexicon_terms
        blob, ends = values.between(0, values.count).tobytes(), values.ends.tolist()
        for number, form in enumerate(segment.lexicon.strings()):
            value = blob[ends[number] : ends[number + 1]]
            if entries.setdefault(form, value) != value:  # a language came later
                both = _keys.read_form_terms(entries[form]) | _keys.read_form_terms(value)
                entries[form] = _keys.form_terms(both)
    if all(there.all() for there in alive):
        return entries
    forms = {form for key in written for form in read_written(key)[:2]}

    def stays(form: str) -> bool:
        return form in forms or any(
            segment.lexicon.find(_keys.encoded(form)) >= 0 or _has_form(segment, form) for segment in others
        )

    return {key: value for key, value in entries.items() if stays(key.decode("utf-8", "surrogatepass"))}


def _has_form(segment: Segment, form: str) -> bool:
    """Whether the segment has the written form, or is to be found by it without accents."""
    folded = analysis.fold(form)
    first, last = segment.written.range(written_key(folded, folded, folded))
    own = (read_written(key)[:2] for key in segment.written.strings(first, last))
    return any(form in (of, folded_form) for folded_form, of in own)


def _facts(view: View, kept: Ints) -> tuple[dict[str, Ints], dict[str, list[str]]]:
    facts = {name: view.column(name)[kept] for name in COLUMNS if name not in ("lang", "source", "earlier")}
    facts = {name: values.astype(np.uint64) if values.dtype.kind == "u" else values for name, values in facts.items()}
    facts["earlier"] = view.earlier[kept].astype(np.uint64)
    names = {}
    for column, kind in (("lang", "langs"), ("source", "sources")):
        known, numbers = view.named(column)
        used, compact = np.unique(numbers[kept], return_inverse=True)
        names[kind] = [known[i] for i in used.tolist()]
        facts[column] = compact.astype(np.uint64)
    return facts, names


def _grouped(parts: Sequence[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    numbers, counts = ([np.zeros(0, np.int64), *column] for column in zip(*parts, strict=True))
    return np.concatenate(numbers), np.concatenate(counts)


def _pages(segments: Sequence[Segment], others: Sequence[Segment]) -> dict[bytes, Page]:
    """The newest of each page, unless one of the other segments has a newer; that a page was taken out is said as
    long as another segment has an older one."""
    newest: dict[bytes, tuple[int, Callable[[], Page]]] = {}
    for segment in segments:
        for number, name in enumerate(segment.page_names.strings()):
            generation = segment.page_generation(number)
            if name not in newest or generation >= newest[name][0]:
                newest[name] = generation, _reader(segment, number)
    pages = {}
    for name, (generation, read) in newest.items():
        elsewhere = [(segment, number) for segment in others if (number := segment.page_names.find(name)) >= 0]
        if any(segment.page_generation(number) > generation for segment, number in elsewhere):
            continue
        page = read()
        if page.data is not None or elsewhere:
            pages[name] = page
    return pages


def _reader(segment: Segment, number: int) -> Callable[[], Page]:
    return lambda: segment.page(number)


def _patches(segments: Sequence[Segment], others: set[bytes]) -> Patches:
    """What these segments say of segments that stay."""
    ids = sorted({id_ for segment in segments for id_ in segment.patches.ids} & others)
    place = {id_: i for i, id_ in enumerate(ids)}
    rows = [np.zeros((4, 0), np.int64)]
    for segment in segments:
        patches = segment.patches
        if len(patches.segment):
            new = np.array([place.get(id_, -1) for id_ in patches.ids], np.int64)[patches.segment]
            table = np.stack((new, patches.article, patches.what, patches.generation))
            rows.append(table[:, new >= 0])
    return Patches(tuple(ids), *np.concatenate(rows, axis=1))
