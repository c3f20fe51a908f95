"""Sorted byte strings, each known by its number: found by hash, walked in order. Terms, marks, written forms, names.

::

    count:u32  bits:u32  bytes:u64     bits | 1 << 16
    bases:u32 × (count // 64 + 1)     where each 64th string begins in `strings`
    ends:u16 × (count + 1)            how far behind the last of these each string begins; the last is where they end
    buckets:i16 × (2**bits + 1)       where the strings whose crc32 begins with these bits begin in `order`, less
                                      ``bucket * count >> bits``, where they would if all buckets were alike
    order:u24 × count                 numbers of strings, bucket by bucket
    strings                           without anything between them

(each part at a multiple of 8). The strings of a dictionary hold less than 4 GiB. A look-up touches one bucket, which
holds one string on average. Where a number does not fit (very long strings, or very many), and in formats 3 and 4, it
is ``bits`` alone, there are no bases, and ends, buckets and order are u32 as they are.
"""

from __future__ import annotations

import bisect
import itertools
import struct
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from newsidx.codec.frame import Guard
from newsidx.codec.ragged import Ints, aligned, firsts

__all__ = ["Dictionary", "write_dictionary"]

_HEAD = struct.Struct("<IIQ")
_ONE = struct.Struct("<I")
_TWO = struct.Struct("<II")
_PROBES = 1024  # strings kept, of those that binary searches meet first
_FEW = 8  # strings looked up one by one where the dictionary has so many for each: the rest of it is not touched
_FIRST_STEP = 32  # strings read at once, then four times as many: most prefixes that are typed have fewer


_COMPACT = 1 << 16
_STRIDE_BITS = 6  # a base for so many strings, whose beginnings are counted from it
_SHORT, _MOST = 1 << 16, 1 << 24
_MOST_BITS = 32
_STARTS = struct.Struct("<HH")
_OFFSETS = struct.Struct("<hh")


def write_dictionary(strings: Sequence[bytes]) -> bytes:
    """The payload; `strings` are sorted, and no two alike."""
    count = len(strings)
    bits = max(count - 1, 0).bit_length()
    ends = firsts(np.fromiter(map(len, strings), np.int64, count))
    hashes = np.fromiter(map(zlib.crc32, strings), np.uint32, count).astype(np.int64) >> (32 - bits)
    buckets = np.searchsorted(np.sort(hashes), np.arange((1 << bits) + 1))
    order = np.argsort(hashes, kind="stable")
    parts = _compact_parts(ends, buckets, order, bits)
    form = bits | _COMPACT if parts else bits
    parts = parts or [a.astype("<u4").tobytes() for a in (ends, buckets, order)]
    parts.insert(0, _HEAD.pack(count, form, int(ends[-1])))
    return b"".join(part + bytes(-len(part) % 8) for part in parts) + b"".join(strings)


def _compact_parts(ends: Ints, buckets: Ints, order: Ints, bits: int) -> list[bytes]:
    """Bases, ends, buckets and order; nothing where a number does not fit."""
    bases = ends[:: 1 << _STRIDE_BITS]
    behind = ends - bases.repeat(1 << _STRIDE_BITS)[: len(ends)]
    offsets = buckets - (np.arange(len(buckets)) * len(order) >> bits)
    if max(behind.max(), 2 * np.abs(offsets).max()) >= _SHORT or len(order) >= _MOST:
        return []
    three = order.astype("<u4").view(np.uint8).reshape(-1, 4)[:, :3]
    return [
        bases.astype("<u4").tobytes(),
        behind.astype("<u2").tobytes(),
        offsets.astype("<i2").tobytes(),
        three.tobytes(),
    ]


class Dictionary:
    """Reads what `write_dictionary` wrote."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self.count, form, self._bytes = guard.unpack(_HEAD, 0)
        self._bits = form & ~_COMPACT
        self._is_compact = bool(form & _COMPACT)
        if self._bits > _MOST_BITS:
            raise guard.damaged(f"it has buckets by {self._bits} bits")
        self._probes: dict[int, bytes] = {}  # where binary searches begin
        start, offset, number = (2, 2, 3) if self._is_compact else (4, 4, 4)
        bases = (self.count >> _STRIDE_BITS) + 1 if self._is_compact else 0
        self._bases = guard.array("<u4", _HEAD.size, bases).data  # a number of which takes less than one of the array
        self._ends = _HEAD.size + aligned(4 * bases, 8)
        self._buckets = self._ends + aligned(start * (self.count + 1), 8)
        self._order = self._buckets + aligned(offset * ((1 << self._bits) + 1), 8)
        self._strings = self._order + aligned(number * self.count, 8)
        if self._strings + self._bytes != guard.length:
            raise guard.damaged("its parts do not fill it")

    def __len__(self) -> int:
        return int(self.count)

    def find(self, string: bytes) -> int:
        """The number of the string, -1 where it is not here."""
        if not self.count:
            return -1
        guard = self._guard
        bucket = zlib.crc32(string) >> (32 - self._bits)
        if self._is_compact:
            first, last = guard.unpack(_OFFSETS, self._buckets + 2 * bucket)
            first += bucket * self.count >> self._bits
            last += (bucket + 1) * self.count >> self._bits
            numbers = guard.bytes(self._order + 3 * first, self._order + 3 * last)
            for i in range(0, len(numbers), 3):
                number = int.from_bytes(numbers[i : i + 3], "little")
                if self[number] == string:
                    return number
            return -1
        first, last = guard.unpack(_TWO, self._buckets + 4 * bucket)
        for i in range(first, last):
            number = guard.unpack(_ONE, self._order + 4 * i)[0]
            if self[number] == string:
                return number
        return -1

    def find_all(self, strings: Sequence[bytes]) -> Ints:
        """What `find` gives for each of many."""
        if _FEW * len(strings) < self.count:
            return np.fromiter(map(self.find, strings), np.int64, len(strings))
        found = np.full(len(strings), -1, np.int64)
        if not (self.count and len(strings)):
            return found
        buckets, order = self._hashed()
        ends = self.ends(0, self.count)
        blob = self._guard.bytes(self._strings, self._strings + self._bytes)
        hashes = np.fromiter(map(zlib.crc32, strings), np.uint32, len(strings)).astype(np.int64)
        at = buckets[hashes >> (32 - self._bits)].astype(np.int64)
        last = buckets[(hashes >> (32 - self._bits)) + 1].astype(np.int64)
        asked = np.flatnonzero(at < last)
        while len(asked):
            numbers = order[at[asked]].astype(np.int64)
            spans = zip(asked.tolist(), ends[numbers].tolist(), ends[numbers + 1].tolist(), strict=True)
            is_it = np.array([blob[start:end] == strings[i] for i, start, end in spans], np.bool_)
            found[asked[is_it]] = numbers[is_it]
            at[asked] += 1
            asked = asked[~is_it & (at[asked] < last[asked])]
        return found

    def _hashed(self) -> tuple[Ints, Ints]:
        """(where each bucket begins, the numbers of strings bucket by bucket)."""
        guard, buckets = self._guard, (1 << self._bits) + 1
        if not self._is_compact:
            return guard.array("<u4", self._buckets, buckets), guard.array("<u4", self._order, self.count)
        offsets = guard.array("<i2", self._buckets, buckets)
        low, middle, high = guard.array(np.uint8, self._order, 3 * self.count).reshape(-1, 3).T.astype(np.uint32)
        return offsets + (np.arange(buckets) * self.count >> self._bits), low | middle << 8 | high << 16

    def __getitem__(self, number: int) -> bytes:
        guard = self._guard
        if not self._is_compact:
            start, end = guard.unpack(_TWO, self._ends + 4 * number)
            return guard.bytes(self._strings + start, self._strings + end)
        start, end = guard.unpack(_STARTS, self._ends + 2 * number)
        of = number >> _STRIDE_BITS
        bases, strings = self._bases, self._strings
        return guard.bytes(strings + bases[of] + start, strings + bases[(number + 1) >> _STRIDE_BITS] + end)

    def range(self, prefix: bytes) -> tuple[int, int]:
        """The numbers of the strings that begin with `prefix`: from, up to."""
        low = self.place(prefix)
        after = prefix.rstrip(b"\xff")
        return low, self.place(after[:-1] + bytes([after[-1] + 1])) if after else self.count

    def beginning(self, prefix: bytes) -> tuple[int, list[bytes]]:
        """(the number of the first string that begins with `prefix`, all that do)."""
        first = low = self.place(prefix)
        found: list[bytes] = []
        step = _FIRST_STEP
        while low < self.count:
            some = self.strings(low, min(low + step, self.count))
            if not some[-1].startswith(prefix):
                last = bisect.bisect_left(some, True, key=lambda string: not string.startswith(prefix))
                return first, found + some[:last]
            found += some
            low, step = low + step, 4 * step
        return first, found

    def place(self, string: bytes) -> int:
        """How many strings sort before this one."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            probe = self._probes.get(middle)
            if probe is None:
                probe = self[middle]
                if len(self._probes) < _PROBES:
                    self._probes[middle] = probe
            if probe < string:
                low = middle + 1
            else:
                high = middle
        return low

    def strings(self, first: int = 0, last: int | None = None) -> list[bytes]:
        """The strings from number `first` up to `last`, in order."""
        return list(self._walk(first, self.count if last is None else last))

    def _walk(self, first: int, last: int) -> Iterator[bytes]:
        if first < last:
            ends = self.ends(first, last)
            blob = self._guard.bytes(self._strings + int(ends[0]), self._strings + int(ends[-1]))
            cuts = (ends - ends[0]).tolist()
            for start, end in itertools.pairwise(cuts):
                yield blob[start:end]

    def blob(self) -> tuple[Ints, Ints]:
        """(the bytes of all strings end to end, where each begins, and behind them where the last one ends)."""
        return self._guard.array(np.uint8, self._strings, int(self._bytes)), self.ends(0, self.count)

    def ends(self, first: int, last: int) -> Ints:
        if not self._is_compact:
            return self._guard.array("<u4", self._ends + 4 * first, last - first + 1).astype(np.int64)
        ends = self._guard.array("<u2", self._ends + 2 * first, last - first + 1).astype(np.int64)
        of = first >> _STRIDE_BITS
        bases = np.frombuffer(self._bases[of : (last >> _STRIDE_BITS) + 1], "<u4")
        skipped = first - (of << _STRIDE_BITS)
        ends += bases[0] if len(bases) == 1 else bases.repeat(1 << _STRIDE_BITS)[skipped : skipped + len(ends)]
        return ends
