"""Lists of articles, with where in them: what a term has in one zone; or what a mark has, without places.

Two frames. ``X-lists`` are columns (`newsidx.codec.columns`), a row for each list::

    start:u32   where the list begins in X-data, in units of 4 bytes
    df:u32      its articles
    cf:u32      its occurrences (0: the lists have none)
    shape:u16   zone | gap << 4 | count << 6 | place << 8 | code << 10, or zone | 1 << 13

``X-data`` holds for each short list, one part after another, each at a multiple of its own width::

    places      cf numbers: the position in the zone, increasing within an article       1, 2 or 4 bytes
    gaps        df numbers: the first article, then each one's distance from the last    1, 2 or 4 bytes
    counts      df numbers: occurrences in each article                                  0 (all 1), 1, 2 or 4 bytes
    codes       cf numbers: which written form stands there (a number within the term)   0 (all 0), 4 bits, 1, 2 or 4

Widths are each list's own (0, 1, 2, 3 in the shape stand for 0, 1, 2 and 4 bytes; for codes 1 is half a byte and 2,
3, 4 are 1, 2 and 4). So a short list is read as it lies, and a cumulative sum makes gaps into articles; many are
decoded at once by the same arithmetic (`Lists.tokens`), which is how merging reads. A list of `PACKED_FROM` numbers or
more has ``1 << 13`` in its shape, and lies as `newsidx.codec.packed` says. Formats 3 and 4 have no such lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from newsidx.codec.columns import Columns
from newsidx.codec.frame import Guard
from newsidx.codec.packed import Packed, packed
from newsidx.codec.ragged import Ints, aligned, firsts, spans
from newsidx.frozen import dataclass

__all__ = ["Lists", "ListsWriter", "Tokens"]

PACKED_FROM = 192
"""Numbers in a list that is worth packing by itself. Of 3,300 synthetic articles an occurrence takes 2.40 bytes with
64, 2.44 with 128, 2.49 with 192, 2.53 with 256 and 2.85 with 1,024 (3.67 with nothing packed), and 145, 125, 96, 84 and
59 ns to be written (57)."""

_PACKED = 1 << 13
_BYTES = np.array([0, 1, 2, 4])
_CODE_BYTES = np.array([0, 0, 1, 2, 4])
_HALF = 1
_TYPES = ("", "<u1", "<u2", "<u4")
_CODE_TYPES = ("", "", "<u1", "<u2", "<u4")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Occurrences, sorted by (list, article, place): equally long arrays, `place` and `code` None where there are
    none (then a row is an article of a list, not an occurrence)."""

    list: Ints
    article: Ints
    place: Ints | None = None
    code: Ints | None = None


class ListsWriter:
    """Encodes lists in the order of their numbers, some at a time."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Ints]] = []
        self._at = 0

    def encode(self, tokens: Tokens, zones: Ints) -> bytes:
        """The bytes of some lists, which follow those before; `tokens.list` counts from 0 here, and `zones` has the
        zone of each of these lists, none of which is empty."""
        cut = _Cut.of(tokens, len(zones))
        is_long = np.maximum(cut.df, cut.cf) >= PACKED_FROM
        long = np.flatnonzero(is_long)
        bodies = [cut.packed(i) for i in long.tolist()]
        short = np.flatnonzero(~is_long)
        some = cut if not len(long) else cut.chosen(short)
        shapes, where = _shapes(some)
        sizes = np.zeros(len(zones), np.int64)
        sizes[short], sizes[long] = where.sizes, np.fromiter(map(len, bodies), np.int64, len(bodies))
        starts = firsts(sizes)
        out = np.zeros(int(starts[-1]), np.uint8)
        for i, body in zip(long.tolist(), bodies, strict=True):
            out[starts[i] : starts[i + 1]] = np.frombuffer(body, np.uint8)
        _write_short(out, starts[:-1][short], some, shapes, where)
        shape = np.full(len(zones), _PACKED, np.int64)
        shape[short] = shapes
        rows = {"start": (starts[:-1] + self._at) >> 2, "df": cut.df, "cf": cut.cf, "shape": shape | zones}
        self._rows.append(rows)
        self._at += len(out)
        return out.tobytes()

    def columns(self) -> tuple[dict[str, Ints], int]:
        """The rows of all lists so far, as columns, and how many there are."""
        types = {"start": np.uint32, "df": np.uint32, "cf": np.uint32, "shape": np.uint16}
        whole = {
            name: np.concatenate([np.zeros(0, dtype), *(rows[name].astype(dtype) for rows in self._rows)])
            for name, dtype in types.items()
        }
        if self._at >= 1 << 34:
            raise OverflowError("a segment's lists hold more than 16 GiB")
        return whole, len(whole["df"])


@dataclass(frozen=True, slots=True)
class _Cut:
    """Lists to be written: articles and occurrences of each, their gaps and counts, places and codes end to end."""

    df: Ints
    cf: Ints
    gaps: Ints
    counts: Ints
    places: Ints | None
    codes: Ints | None
    first: Ints
    token_first: Ints

    @classmethod
    def of(cls, tokens: Tokens, lists: int) -> _Cut:
        begins = _changes(tokens.list, tokens.article)
        article = tokens.article[begins].astype(np.int64)
        counts = np.diff(begins, append=len(tokens.list))
        df = np.bincount(tokens.list[begins], minlength=lists)
        first = firsts(df)
        gaps = np.diff(article, prepend=0)
        gaps[first[:-1]] = article[first[:-1]]
        has_places = tokens.place is not None
        cf = np.bincount(tokens.list, minlength=lists) if has_places else np.zeros(lists, np.int64)
        return cls(df, cf, gaps, counts, tokens.place, tokens.code, first, firsts(cf))

    def packed(self, i: int) -> bytes:
        """A long list."""
        of, at = slice(self.first[i], self.first[i + 1]), slice(self.token_first[i], self.token_first[i + 1])
        if self.places is None or self.codes is None:
            return packed(self.gaps[of], self.counts[of], None, None)
        return packed(self.gaps[of], self.counts[of], self.places[at], self.codes[at])

    def chosen(self, lists: Ints) -> _Cut:
        """Only some of the lists."""
        df, cf = self.df[lists], self.cf[lists]
        of = spans(self.first[lists], df)
        places, codes = self.places, self.codes
        if places is not None and codes is not None:
            at = spans(self.token_first[lists], cf)
            places, codes = places[at], codes[at]
        return _Cut(df, cf, self.gaps[of], self.counts[of], places, codes, firsts(df), firsts(cf))


def _shapes(cut: _Cut) -> tuple[Ints, _Where]:
    """The shapes of short lists, without their zones, and where their parts lie."""
    none = np.zeros(len(cut.df), np.int64)
    gap, count, place, code = none, none, none, none
    if len(cut.df):
        gap = _shape(np.maximum.reduceat(cut.gaps, cut.first[:-1]))
        if cut.places is not None and cut.codes is not None:
            top = np.maximum.reduceat(cut.counts, cut.first[:-1])
            count = np.where(top == 1, 0, _shape(top))
            place = _shape(np.maximum.reduceat(cut.places, cut.token_first[:-1]))
            code = _code_shape(np.maximum.reduceat(cut.codes, cut.token_first[:-1]))
    shape = gap << 4 | count << 6 | place << 8 | code << 10
    return shape, _Where.of(cut.df, cut.cf, shape)


def _write_short(out: Ints, starts: Ints, cut: _Cut, shape: Ints, where: _Where) -> None:
    _scatter(out, starts + where.gaps, shape >> 4 & 3, cut.df, cut.gaps, _BYTES)
    _scatter(out, starts + where.counts, shape >> 6 & 3, cut.df, cut.counts, _BYTES)
    if cut.places is not None and cut.codes is not None:
        _scatter(out, starts + where.places, shape >> 8 & 3, cut.cf, cut.places, _BYTES)
        _scatter(out, starts + where.codes, shape >> 10, cut.cf, cut.codes, _CODE_BYTES)
        _scatter_halves(out, starts + where.codes, shape >> 10, cut.cf, cut.codes)


class Lists:
    """Reads what `ListsWriter` wrote."""

    def __init__(self, rows: Guard, data: Guard) -> None:
        columns = Columns(rows)
        self._data = data
        self.count = columns.rows
        self.start, self.df, self.cf, self.shape = (columns[name] for name in ("start", "df", "cf", "shape"))

    def zone(self, i: int) -> int:
        return int(self.shape[i]) & 15

    def is_packed(self, i: int) -> bool:
        """Whether the list is unpacked into arrays of its own when it is read."""
        return bool(int(self.shape[i]) & _PACKED)

    def packed_sizes(self, i: int) -> tuple[int, int, int, int]:
        """Bytes that a packed list's places, gaps, counts and codes take."""
        return self._packed(i).sizes()

    def zones(self, first: int, last: int) -> Ints:
        """The zones of the lists from number `first` up to `last`."""
        return self.shape[first:last].astype(np.int64) & 15

    def articles(self, i: int, dtype: type[np.signedinteger[Any]] = np.intp) -> Ints:
        """The articles of a list, increasing; by default as NumPy's own index type."""
        if self.is_packed(i):
            return self._packed(i).articles(dtype)
        gaps, _, _, _ = self._places_of(i)
        at, shape, df = gaps
        return np.cumsum(self._data.array(_TYPES[shape], at, df), dtype=dtype)

    def counts(self, i: int) -> Ints | None:
        """The occurrences in each article; None where every article has one."""
        if self.is_packed(i):
            return self._packed(i).counts()
        _, (at, shape, df), _, _ = self._places_of(i)
        return self._data.array(_TYPES[shape], at, df) if shape else None

    def places(self, i: int) -> Ints:
        """The positions of all occurrences, article by article."""
        if self.is_packed(i):
            return self._packed(i).places()
        _, _, (at, shape, cf), _ = self._places_of(i)
        return self._data.array(_TYPES[shape], at, cf)

    def codes(self, i: int) -> Ints | None:
        """The code of each occurrence; None where all are 0."""
        if self.is_packed(i):
            return self._packed(i).codes()
        _, _, _, (at, shape, cf) = self._places_of(i)
        if not shape:
            return None
        if shape == _HALF:
            pairs = self._data.array("<u1", at, (cf + 1) // 2)
            return np.stack((pairs & 15, pairs >> 4), axis=1).ravel()[:cf]
        return self._data.array(_CODE_TYPES[shape], at, cf)

    def _packed(self, i: int) -> Packed:
        return Packed(self._data, int(self.start[i]) * 4, int(self.df[i]), int(self.cf[i]))

    def _places_of(self, i: int) -> tuple[tuple[int, int, int], ...]:
        """(byte, width, numbers) of gaps, counts, places and codes: `_Where`, for one list and without arrays."""
        shape, df, cf = int(self.shape[i]), int(self.df[i]), int(self.cf[i])
        gap, count, place, code = shape >> 4 & 3, shape >> 6 & 3, shape >> 8 & 3, shape >> 10 & 7
        if not gap or code > 4 or bool(place) != bool(cf):
            raise self._data.damaged(f"list {i} has no such shape: {shape}")
        at = int(self.start[i]) * 4
        gaps = aligned(at + cf * _W[place], _W[gap])
        counts = aligned(gaps + df * _W[gap], _W[count] or 1)
        codes = aligned(counts + df * _W[count], _CODE_W[code] or 1)
        return (gaps, gap, df), (counts, count, df), (at, place, cf), (codes, code, cf)

    def tokens(self, first: int, last: int) -> Tokens:
        """The lists from number `first` up to `last`, all at once; `list` counts from 0 at `first`."""
        df, cf, shape = (a[first:last].astype(np.int64) for a in (self.df, self.cf, self.shape))
        if not len(df):
            none = np.zeros(0, np.int64)
            return Tokens(none, none, none, none)
        long = np.flatnonzero(shape & _PACKED)
        if not len(long):
            article, counts, place, code = self._short(first + np.arange(len(df)), df, cf, shape)
        else:
            article, counts = np.empty(int(df.sum()), np.int64), np.ones(int(df.sum()), np.int64)
            place, code = np.empty(int(cf.sum()), np.int64), np.zeros(int(cf.sum()), np.int64)
            at, token_at = firsts(df), firsts(cf)
            short = np.flatnonzero(shape & _PACKED == 0)
            if len(short):
                of, where = spans(at[short], df[short]), spans(token_at[short], cf[short])
                found = self._short(first + short, df[short], cf[short], shape[short])
                article[of], counts[of], place[where], code[where] = found
            self._long(first, long, (article, counts, place, code), at.tolist(), token_at.tolist())
        owner = np.arange(len(df)).repeat(df)
        if not cf.any():
            return Tokens(owner, article)
        return Tokens(owner.repeat(counts), article.repeat(counts), place, code)

    def _long(
        self, first: int, long: Ints, into: tuple[Ints, Ints, Ints, Ints], at: list[int], token_at: list[int]
    ) -> None:
        article, counts, place, code = into
        for i in long.tolist():
            packed_list = self._packed(first + i)
            of, where = slice(at[i], at[i + 1]), slice(token_at[i], token_at[i + 1])
            article[of] = packed_list.articles(np.int64)
            if token_at[i] < token_at[i + 1]:
                mentions, written = packed_list.counts(), packed_list.codes()
                counts[of] = 1 if mentions is None else mentions
                place[where] = packed_list.places()
                code[where] = 0 if written is None else written

    def _short(self, lists: Ints, df: Ints, cf: Ints, shape: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """Articles, counts, places and codes of short lists with these numbers."""
        where = _Where.of(df, cf, shape)
        starts = self.start[lists].astype(np.int64) * 4
        base = int(starts[0])
        size = int(starts[-1]) + int(where.sizes[-1]) - base
        data = self._data.array(np.uint8, base, size)
        starts = starts - base
        gaps = _gather(data, starts + where.gaps, shape >> 4 & 3, df, _BYTES)
        article = np.cumsum(gaps)
        begin = firsts(df)[:-1]
        article -= np.repeat(article[begin] - gaps[begin], df)
        counts = _gather(data, starts + where.counts, shape >> 6 & 3, df, _BYTES)
        counts[np.repeat(shape >> 6 & 3, df) == 0] = 1
        place = _gather(data, starts + where.places, shape >> 8 & 3, cf, _BYTES)
        code = _gather(data, starts + where.codes, shape >> 10, cf, _CODE_BYTES)
        _gather_halves(code, data, starts + where.codes, shape >> 10, cf)
        return article, counts, place, code

    def steps(self, first: int, last: int, limit: int) -> Iterator[tuple[int, int]]:
        """Cut the lists into stretches of about `limit` occurrences (or of one list that has more)."""
        ends = np.cumsum(np.maximum(self.cf[first:last], self.df[first:last]).astype(np.int64))
        at = 0
        while first + at < last:
            done = int(ends[at - 1]) if at else 0
            to = max(int(np.searchsorted(ends, done + limit, side="right")), at + 1)
            yield first + at, first + to
            at = to


_W = _BYTES.tolist()
_CODE_W = _CODE_BYTES.tolist()


@dataclass(frozen=True, slots=True)
class _Where:
    """Where the parts of each list begin, from the beginning of the list, and the lists' sizes in bytes."""

    places: Ints
    gaps: Ints
    counts: Ints
    codes: Ints
    sizes: Ints

    @classmethod
    def of(cls, df: Ints, cf: Ints, shape: Ints) -> _Where:
        df, cf, shape = df.astype(np.int64), cf.astype(np.int64), shape.astype(np.int64)
        gap, count = _BYTES[shape >> 4 & 3], _BYTES[shape >> 6 & 3]
        code_shape = shape >> 10
        code = _CODE_BYTES[code_shape]
        gaps = aligned(cf * _BYTES[shape >> 8 & 3], gap)
        counts = aligned(gaps + df * gap, np.maximum(count, 1))
        codes = aligned(counts + df * count, np.maximum(code, 1))
        ends = codes + np.where(code_shape == _HALF, (cf + 1) // 2, cf * code)
        return cls(np.zeros_like(gaps), gaps, counts, codes, aligned(ends, 4))


def _changes(owner: Ints, article: Ints) -> Ints:
    """Where another list or another article begins."""
    if not len(owner):
        return np.zeros(0, np.int64)
    new = (owner[1:] != owner[:-1]) | (article[1:] != article[:-1])
    return np.concatenate(([0], np.flatnonzero(new) + 1))


def _shape(tops: Ints) -> Ints:
    return 1 + (tops > 0xFF).astype(np.int64) + (tops > 0xFFFF)


def _code_shape(tops: Ints) -> Ints:
    return (tops > 0).astype(np.int64) + (tops > 15) + (tops > 0xFF) + (tops > 0xFFFF)


def _scatter(out: Ints, starts: Ints, shape: Ints, counts: Ints, values: Ints, widths: Ints) -> None:
    """Write the values of each list at its start, in its width."""
    of_value = np.repeat(shape, counts)
    for code, width in enumerate(widths.tolist()):
        chosen = shape == code
        if width and chosen.any():
            at = spans(starts[chosen] // width, counts[chosen])
            out[: len(out) // width * width].view(f"<u{width}")[at] = values[of_value == code]


def _scatter_halves(out: Ints, starts: Ints, shape: Ints, counts: Ints, values: Ints) -> None:
    chosen = shape == _HALF
    if chosen.any():
        at = spans(2 * starts[chosen], counts[chosen])
        halves = values[np.repeat(shape, counts) == _HALF].astype(np.uint8)
        low = at & 1 == 0
        out[at[low] >> 1] |= halves[low]
        out[at[~low] >> 1] |= halves[~low] << 4


def _gather(data: Ints, starts: Ints, shape: Ints, counts: Ints, widths: Ints) -> Ints:
    """What `_scatter` wrote."""
    of_value = np.repeat(shape, counts)
    values = np.zeros(len(of_value), np.int64)
    for code, width in enumerate(widths.tolist()):
        chosen = shape == code
        if width and chosen.any():
            at = spans(starts[chosen] // width, counts[chosen])
            values[of_value == code] = data[: len(data) // width * width].view(f"<u{width}")[at]
    return values


def _gather_halves(values: Ints, data: Ints, starts: Ints, shape: Ints, counts: Ints) -> None:
    chosen = shape == _HALF
    if chosen.any():
        at = spans(2 * starts[chosen], counts[chosen])
        values[np.repeat(shape, counts) == _HALF] = data[at >> 1] >> (4 * (at & 1)).astype(np.uint8) & 15
