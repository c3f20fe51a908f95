"""One long list, its numbers in a few bits each, with escapes for those that need more.

::

    at:u32  escapes:u32  whole:u8  bits:u8  width:u8  0:u8       for each part: places, gaps, counts, codes; 48 bytes
    parts                                                        each from its `at` on, from the list's beginning

A part has a `whole` number of bytes for each number (0, 1, 2, 4), of codes a table, then `bits` for each number (0, 1,
2, 4; several in a byte, the first in the lowest bits), then its escapes, of `width` bytes each (at a multiple of it).

======  ===============================================================================================================
places  whole bytes; or the lowest 8 bits in a byte, and bits for what is above
gaps    whole bytes; or, one less, in bits or in a byte with escapes. The first article is never made one less
counts  nothing where all are 1; whole bytes; or, one less, in bits
codes   nothing where all are 0; whole bytes; or in bits, which stand for the codes of a table: ``2 ** bits`` bytes, the
        commonest first
======  ===============================================================================================================

Where a part has bits, or gaps have a width, the greatest number says that there is more: its escape is added to it (in
codes, which have escapes only where the table has not all: the escape is the code). Escapes come in order, so where
they belong is found by one comparison with the whole array, and nothing but their bytes is spent on them.

Each part is packed as takes the fewest bytes; unpacked it is by looking bytes up in a table that has all numbers of a
byte together. So there is no step in Python for each number, and an array that was unpacked once is kept with the term.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from newsidx.codec.frame import Guard
from newsidx.codec.ragged import Ints, aligned
from newsidx.frozen import dataclass

__all__ = ["Packed", "packed"]

_HEAD = struct.Struct("<" + "IIBBBx" * 4)
_PLACES, _GAPS, _COUNTS, _CODES = range(4)
_FIELDS = 5
_TYPES = {1: "<u1", 2: "<u2", 4: "<u4"}
_WIDTHS = (0, 1, 2, 4)
_BYTE, _TWO_BYTES = 0xFF, 0xFFFF
_BYTE_BITS = 8


# Writing


@dataclass(frozen=True, slots=True)
class _Part:
    """A part as it is written; `bits` stand for `packed` numbers."""

    whole: int = 0
    bits: int = 0
    width: int = 0
    numbers: Ints | None = None
    table: bytes = b""
    packed: Ints | None = None
    escapes: Ints | None = None

    def bytes(self) -> bytes:
        out = self.table
        if self.numbers is not None:
            out = self.numbers.astype(_TYPES[self.whole]).tobytes() + out
        if self.packed is not None:
            out += _pressed(self.packed, self.bits)
        if self.escapes is not None and self.width:
            out += bytes(-len(out) % self.width) + self.escapes.astype(_TYPES[self.width]).tobytes()
        return out


_NOTHING = _Part()


def packed(gaps: Ints, counts: Ints, places: Ints | None, codes: Ints | None) -> bytes:
    """A list; without `places` it has none, and neither counts nor codes."""
    parts = [_NOTHING, _gaps(gaps), _NOTHING, _NOTHING]
    if places is not None and codes is not None:
        parts = [_places(places), parts[_GAPS], _counts(counts) if len(places) > len(gaps) else _NOTHING, _codes(codes)]
    at = _HEAD.size
    heads, bodies = [], []
    for part in parts:
        body = part.bytes()
        body += bytes(-len(body) % 4)
        heads += [at, 0 if part.escapes is None else len(part.escapes), part.whole, part.bits, part.width]
        bodies.append(body)
        at += len(body)
    return _HEAD.pack(*heads) + b"".join(bodies)


def _needed(top: int) -> int:
    """Bytes of a number."""
    return 1 if top <= _BYTE else 2 if top <= _TWO_BYTES else 4


def _whole(values: Ints, top: int) -> _Part:
    return _Part(whole=_needed(top), numbers=values)


def _gaps(gaps: Ints) -> _Part:
    less = gaps - 1
    first = int(gaps[0])
    less[0] = first
    top = int(less.max())
    width = _needed(top)
    plain = max(top + 1, first)
    bits = _cheapest(np.minimum(less, _BYTE), width, (2, 4, 8), _needed(plain) * len(gaps))
    if not bits:
        return _whole(gaps, plain)
    kept, escapes = _escaping(less, top, bits)
    if bits == _BYTE_BITS:
        return _Part(whole=1, width=width, numbers=kept, escapes=escapes)
    return _Part(bits=bits, width=width, packed=kept, escapes=escapes)


def _counts(counts: Ints) -> _Part:
    less = counts - 1
    top = int(less.max())
    width = _needed(top + 1)
    bits = _cheapest(np.minimum(less, _BYTE) if top > _BYTE else less, width, (1, 2, 4), width * len(counts))
    if not bits:
        return _whole(counts, top + 1)
    kept, escapes = _escaping(less, top, bits)
    return _Part(bits=bits, width=width, packed=kept, escapes=escapes)


def _places(places: Ints) -> _Part:
    top = int(places.max())
    if not _BYTE < top <= _TWO_BYTES:
        return _whole(places, top)
    high = places >> _BYTE_BITS
    bits = _cheapest(high, 1, (2, 4), len(places))
    if not bits:
        return _whole(places, top)
    kept, escapes = _escaping(high, top >> _BYTE_BITS, bits)
    return _Part(1, bits, 1, places & _BYTE, b"", kept, escapes)


def _cheapest(values: Ints, width: int, offered: tuple[int, ...], size: int) -> int:
    """Which of so many bits take the fewest bytes, 0: none takes fewer than `size`."""
    up_to = np.bincount(values, minlength=_BYTE + 1).cumsum().tolist()
    best, numbers = 0, len(values)
    for bits in offered:
        needed = (numbers * bits >> 3) + width * (numbers - up_to[(1 << bits) - 2])
        if needed < size:
            best, size = bits, needed
    return best


def _escaping(values: Ints, top: int, bits: int) -> tuple[Ints, Ints | None]:
    """(what is kept in so many bits, what is to be added to those that are the greatest)."""
    greatest = (1 << bits) - 1
    if top < greatest:
        return values, None
    kept = np.minimum(values, greatest)
    where = (kept == greatest).nonzero()[0]
    return kept, values[where] - greatest


def _codes(codes: Ints) -> _Part:
    top = int(codes.max())
    if not top:
        return _NOTHING
    if top > _BYTE:
        return _whole(codes, top)
    often = np.bincount(codes)
    order = np.argsort(-often, kind="stable")
    listed_by = often[order].cumsum().tolist()
    best, size, rest = 0, len(codes), 0
    for bits in (1, 2, 4):
        slots = 1 << bits
        more = 0 if listed_by[min(slots - 1, top)] == len(codes) else len(codes) - listed_by[min(slots - 2, top)]
        needed = slots + (len(codes) * bits >> 3) + more
        if needed < size:
            best, size, rest = bits, needed, more
    if not best:
        return _whole(codes, top)
    slots = 1 << best
    rank = np.full(top + 1, slots - 1, np.uint8)
    listed = order[: slots - 1 if rest else slots]
    rank[listed] = np.arange(len(listed))
    ranks = rank[codes]
    table = listed.astype(np.uint8).tobytes().ljust(slots, b"\0")
    escapes = codes[(ranks == slots - 1).nonzero()[0]] if rest else None
    return _Part(bits=best, width=1 if rest else 0, table=table, packed=ranks, escapes=escapes)


_TOGETHER = {1: "<u8", 2: "<u4", 4: "<u2"}
_SHIFTS = {1: (7, 14, 28), 2: (6, 12), 4: (4,)}
"""A byte each for the numbers that are to share one, seen as one number: each shift brings half of those that are left
to where they belong, in its lowest byte."""


def _pressed(values: Ints, bits: int) -> bytes:
    """Numbers that are less than ``2 ** bits``, in so many bits each."""
    each = 8 // bits
    room = np.zeros(-(-len(values) // each) * each, np.uint8)
    room[: len(values)] = values
    wide = room.view(_TOGETHER[bits])
    for shift in _SHIFTS[bits]:
        wide = wide | wide >> shift
    return wide.astype(np.uint8).tobytes()


# Reading


def _table(bits: int, dtype: Any, together: Any, shift: int = 0, plus: int = 0) -> Ints:
    each = np.arange(256)[:, None] >> np.arange(0, 8, bits) & (1 << bits) - 1
    return ((each << shift) + plus).astype(dtype).view(together)[:, 0]


_WIDE = {1: np.uint64, 2: np.uint32, 4: np.uint16}
_BITS = {bits: _table(bits, np.uint8, _WIDE[bits]) for bits in (1, 2, 4)}
_ONE_MORE = {bits: _table(bits, np.uint8, _WIDE[bits], plus=1) for bits in (1, 2, 4)}
_ABOVE = {2: _table(2, np.uint16, np.uint64, shift=8), 4: _table(4, np.uint16, np.uint32, shift=8)}


class Packed:
    """Reads what `packed` wrote, from byte `at` of the data: `df` articles, `cf` occurrences."""

    __slots__ = ("_at", "_cf", "_data", "_df", "_heads")

    def __init__(self, data: Guard, at: int, df: int, cf: int) -> None:
        self._data, self._at, self._df, self._cf = data, at, df, cf
        self._heads = data.unpack(_HEAD, at)

    def articles(self, dtype: Any) -> Ints:
        at, escapes, whole, bits, width = self._part(_GAPS)
        if not width:
            gaps: Ints = np.cumsum(self._array(whole, at, self._df), dtype=dtype)
            return gaps
        if bits:
            greatest = (1 << bits) - 1
            gaps = self._unpacked(_ONE_MORE, bits, at, self._df).astype(dtype)
            at += (self._df * bits + 7) >> 3
        else:
            greatest = _BYTE
            gaps = self._array(whole, at, self._df).astype(dtype)
            gaps += 1
            at += self._df
        if escapes:
            where = (gaps == greatest + 1).nonzero()[0]
            gaps[where] += self._escaped(at, escapes, width, where)
        gaps[0] -= 1
        return np.cumsum(gaps, out=gaps)

    def counts(self) -> Ints | None:
        at, escapes, whole, bits, width = self._part(_COUNTS)
        if not bits:
            return self._array(whole, at, self._df) if whole else None
        counts = self._unpacked(_ONE_MORE, bits, at, self._df)
        if escapes:
            where = (counts == 1 << bits).nonzero()[0]
            counts = counts.astype(_TYPES[width], copy=False)
            counts[where] += self._escaped(at + ((self._df * bits + 7) >> 3), escapes, width, where)
        return counts

    def places(self) -> Ints:
        at, escapes, whole, bits, width = self._part(_PLACES)
        low = self._array(whole, at, self._cf)
        if not bits:
            return low
        at += self._cf
        table = _ABOVE.get(bits)
        if table is None or whole != 1:
            raise self._data.damaged(f"there are no places of {bits} bits above {whole} bytes")
        size = (self._cf * bits + 7) >> 3
        places = table[self._data.array("<u1", at, size)].view(np.uint16)[: self._cf]
        np.bitwise_or(places, low, out=places)
        if escapes:
            where = (places >= (1 << bits) - 1 << 8).nonzero()[0]
            places[where] += self._escaped(at + size, escapes, width, where).astype(np.uint16) << 8
        return places

    def codes(self) -> Ints | None:
        at, escapes, whole, bits, width = self._part(_CODES)
        if not bits:
            return self._array(whole, at, self._cf) if whole else None
        slots = 1 << bits
        ranks = self._unpacked(_BITS, bits, at + slots, self._cf)
        codes = self._data.array("<u1", at, slots)[ranks]
        if escapes:
            where = (ranks == slots - 1).nonzero()[0]
            codes[where] = self._escaped(at + slots + ((self._cf * bits + 7) >> 3), escapes, width, where)
        return codes

    def sizes(self) -> tuple[int, int, int, int]:
        """Bytes of places, gaps, counts and codes."""
        df, cf = self._df, self._cf
        return self._size(_PLACES, cf), self._size(_GAPS, df), self._size(_COUNTS, df), self._size(_CODES, cf)

    def _size(self, part: int, numbers: int) -> int:
        _, escapes, whole, bits, width = self._part(part)
        table = 1 << bits if part == _CODES and bits else 0
        return numbers * whole + table + ((numbers * bits + 7) >> 3) + escapes * width

    def _part(self, part: int) -> tuple[int, int, int, int, int]:
        at, escapes, whole, bits, width = self._heads[_FIELDS * part : _FIELDS * (part + 1)]
        if whole not in _WIDTHS or bits not in _WIDTHS or width not in _WIDTHS:
            raise self._data.damaged(f"a list has numbers of {whole} bytes and {bits} bits, escapes of {width} bytes")
        return self._at + at, escapes, whole, bits, width

    def _array(self, whole: int, at: int, count: int) -> Ints:
        if not whole:
            raise self._data.damaged("a list has no numbers where it should")
        return self._data.array(_TYPES[whole], at, count)

    def _unpacked(self, tables: dict[int, Ints], bits: int, at: int, count: int) -> Ints:
        return tables[bits][self._data.array("<u1", at, (count * bits + 7) >> 3)].view(np.uint8)[:count]

    def _escaped(self, at: int, escapes: int, width: int, where: Ints) -> Ints:
        if escapes != len(where) or not width:
            raise self._data.damaged(f"a list has {escapes} escapes, and {len(where)} places for them")
        return self._data.array(_TYPES[width], aligned(at, width), escapes)
