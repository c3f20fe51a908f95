"""Byte strings that are read one at a time (stored articles, ledger pages), compressed in small blocks.

::

    count:u32  blocks:u32
    sample:u32  0:u32                  bytes of the sample below
    sizes:u32 × count                  bytes of each string
    first:u32 × (blocks + 1)           the first string of each block; the last is `count`
    ends:u64 × (blocks + 1)            where each block begins in `deflated`; the last is where they end
    sample                             what every block is compressed after (zlib's preset dictionary); may be empty
    deflated                           each block by itself, as zlib writes it

(each part at a multiple of 8). A block holds strings of up to `BLOCK_BYTES` together, or one longer string; so to
read a string inflates little more than itself. The sample, taken from the strings themselves, gives small blocks what
large ones would have: 1,000 articles of 2.6 KB take .54 of their text in blocks of 16 KiB without it, .47 in blocks of
64 KiB, and .44 each by itself with it.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from newsidx.codec.frame import Guard
from newsidx.codec.ragged import aligned, firsts

__all__ = ["BLOCK_BYTES", "Texts", "write_texts"]

BLOCK_BYTES = 8192
_HEAD = struct.Struct("<IIII")

_LEVEL = 5
"""Of 3,000 articles of 2.6 KB, in blocks of 8 KiB after a sample: level 4 leaves .420 of them and takes .23 s, 5 leaves
.405 and takes .33 s, 6 .400 and .49 s, 9 .399 and .57 s. Blocks of 32 KiB leave .01 less, but four times as much is
inflated for each article that is read."""

_ZLIB_HEAD = 2  # bytes before what is deflated; and more of them where a sample was used
_ZLIB_SAMPLE = 4

_SAMPLE_BYTES = 32768  # zlib looks back no further
_SAMPLED = 256
_WORTH_A_SAMPLE = 32  # fewer strings than this would pay for it


def write_texts(texts: Iterable[bytes]) -> bytes:
    """The payload."""
    rest = iter(texts)
    begun = list(itertools.islice(rest, _SAMPLED))
    sample = _sample(begun)
    sizes: list[int] = []
    first: list[int] = [0]
    blocks: list[bytes] = []
    primed = zlib.compressobj(_LEVEL, zdict=sample) if sample else zlib.compressobj(_LEVEL)
    for block in _blocks(itertools.chain(begun, rest)):
        sizes += map(len, block)
        first.append(len(sizes))
        press = primed.copy()  # which has read the sample already
        blocks.append(press.compress(b"".join(block)) + press.flush())
    ends = firsts(np.fromiter(map(len, blocks), np.int64, len(blocks)))
    parts = [
        _HEAD.pack(len(sizes), len(blocks), len(sample), 0),
        np.array(sizes, "<u4").tobytes(),
        np.array(first, "<u4").tobytes(),
        ends.astype("<u8").tobytes(),
        sample,
    ]
    return b"".join(part + bytes(-len(part) % 8) for part in parts) + b"".join(blocks)


def _sample(texts: Sequence[bytes]) -> bytes:
    """Some strings from all over; what is alike in them all stands at the end, where zlib reaches it most cheaply."""
    if len(texts) < _WORTH_A_SAMPLE:
        return b""
    chosen = texts[:: max(1, len(texts) // _WORTH_A_SAMPLE)]
    each = _SAMPLE_BYTES // len(chosen)
    return b"".join(text[:each] for text in chosen)[-_SAMPLE_BYTES:]


def _blocks(texts: Iterable[bytes]) -> Iterator[list[bytes]]:
    pending: list[bytes] = []
    room = BLOCK_BYTES
    for text in texts:
        if pending and len(text) > room:
            yield pending
            pending, room = [], BLOCK_BYTES
        pending.append(text)
        room -= len(text)
    if pending:
        yield pending


class Texts:
    """Reads what `write_texts` wrote."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self.count, blocks, sample, _ = guard.unpack(_HEAD, 0)
        sizes = _HEAD.size
        first = sizes + aligned(4 * self.count, 8)
        ends = first + aligned(4 * (blocks + 1), 8)
        at = ends + 8 * (blocks + 1)
        self._deflated = at + aligned(sample, 8)
        self._sizes = guard.array("<u4", sizes, self.count)
        self._begin = guard.array("<u4", first, blocks + 1).data
        self._ends = guard.array("<u8", ends, blocks + 1)
        self._sample = guard.bytes(at, at + sample)
        self._last: tuple[int, bytes] = (-1, b"")

    def __getitem__(self, number: int) -> bytes:
        if not 0 <= number < self.count:
            raise self._guard.damaged(f"there is no text {number}")
        block = bisect_right(self._begin, number) - 1
        *before, size = self._sizes[self._begin[block] : number + 1].tolist()
        start = sum(before)
        data = self._block(block, start + size)
        if len(data) < start + size:
            raise self._guard.damaged(f"block {block} has {len(data)} bytes of {start + size}")
        return data[start : start + size]

    def all(self, numbers: Sequence[int]) -> Iterable[bytes]:
        """These strings in turn; in order, each block is inflated once."""
        return (self[number] for number in numbers)

    def _block(self, block: int, size: int) -> bytes:
        """The first `size` bytes of a block, or more: who reads one after the other gets each block as a whole."""
        last, data = self._last
        if last != block or len(data) < size:
            start, end = self._ends[block : block + 2].tolist()
            # Without zlib's own checksums, of the sample each time and of what comes out: pages have theirs.
            head = _ZLIB_HEAD + _ZLIB_SAMPLE if self._sample else _ZLIB_HEAD
            deflated = self._guard.bytes(self._deflated + start + head, self._deflated + end)
            try:
                # Nothing is no limit to zlib.
                data = (
                    self._inflate.copy().decompress(deflated, 0 if last in (block, block - 1) else size)
                    if size
                    else b""
                )
            except zlib.error as error:
                raise self._guard.damaged(f"block {block}: {error}") from error
            self._last = block, data
        return data

    @cached_property
    def _inflate(self) -> zlib._Decompress:
        """To be copied: what inflates one block."""
        if not self._sample:
            return zlib.decompressobj(-zlib.MAX_WBITS)
        return zlib.decompressobj(-zlib.MAX_WBITS, zdict=self._sample)
