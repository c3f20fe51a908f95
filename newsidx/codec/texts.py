"""Byte strings that are read one at a time (stored articles, ledger pages), compressed in small blocks.

::

    count:u32  blocks:u32
    sample:u32  runs:u32               bytes of the samples below; runs of blocks, 0 where all are after one sample
    sizes:u32 × count                  bytes of each string
    first:u32 × (blocks + 1)           the first string of each block; the last is `count`
    ends:u64 × (blocks + 1)            where each block begins in `deflated`; the last is where they end
    block:u32  from:u32  to:u32        of each run: its first block, and where its sample lies in `samples`
    samples                            what the blocks are compressed after (zlib's preset dictionary); may be empty
    deflated                           each block by itself, as zlib writes it

(each part at a multiple of 8). A block holds strings of up to `BLOCK_BYTES` together, or one longer string; so to
read a string inflates little more than itself. The sample, taken from the strings themselves, gives small blocks what
large ones would have: 1,000 articles of 2.6 KB take .54 of their text in blocks of 16 KiB without it, .47 in blocks of
64 KiB, and .44 each by itself with it.

Texts of another segment can be taken over as they lie, with their samples (`write_texts`): to compress them again would
be half the work of a merge. A sample holds pieces of its texts, so only texts of which all stay may be taken over.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

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
_INFLATES = 64  # kept ready, of 40 KB each: one for each run of blocks

_SAMPLE_BYTES = 32768  # zlib looks back no further
_SAMPLED = 256
_WORTH_A_SAMPLE = 32  # fewer strings than this would pay for it


def write_texts(texts: Iterable[bytes | Texts]) -> bytes:
    """The payload; `Texts` among the strings stand for all of theirs, and are not compressed again."""
    out = _Written()
    for is_string, some in itertools.groupby(texts, key=lambda text: isinstance(text, bytes)):
        if is_string:
            out.strings(cast("Iterable[bytes]", some))
        else:
            for whole in cast("Iterable[Texts]", some):
                out.copied(whole)
    return out.payload()


class _Written:
    """Texts on their way into a payload."""

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._first: list[int] = [0]
        self._blocks: list[bytes] = []
        self._runs: list[tuple[int, int, int]] = []
        self._samples: list[bytes] = []
        self._sampled = 0

    def strings(self, texts: Iterable[bytes]) -> None:
        rest = iter(texts)
        begun = list(itertools.islice(rest, _SAMPLED))
        sample = _sample(begun)
        self._run(len(self._blocks), sample)
        primed = zlib.compressobj(_LEVEL, zdict=sample) if sample else zlib.compressobj(_LEVEL)
        for block in _blocks(itertools.chain(begun, rest)):
            press = primed.copy()  # which has read the sample already
            self._block(map(len, block), press.compress(b"".join(block)) + press.flush())

    def copied(self, texts: Texts) -> None:
        at = len(self._blocks)
        for block, sample in texts.runs():
            self._run(at + block, sample)
        for sizes, deflated in texts.blocks():
            self._block(sizes, deflated)

    def _run(self, block: int, sample: bytes) -> None:
        self._runs.append((block, self._sampled, self._sampled + len(sample)))
        self._samples.append(sample)
        self._sampled += len(sample)

    def _block(self, sizes: Iterable[int], deflated: bytes) -> None:
        self._sizes += sizes
        self._first.append(len(self._sizes))
        self._blocks.append(deflated)

    def payload(self) -> bytes:
        ends = firsts(np.fromiter(map(len, self._blocks), np.int64, len(self._blocks)))
        runs = self._runs if len(self._runs) > 1 else []
        parts = [
            _HEAD.pack(len(self._sizes), len(self._blocks), self._sampled, len(runs)),
            np.array(self._sizes, "<u4").tobytes(),
            np.array(self._first, "<u4").tobytes(),
            ends.astype("<u8").tobytes(),
            np.array(runs, "<u4").tobytes(),
            b"".join(self._samples),
        ]
        return b"".join(part + bytes(-len(part) % 8) for part in parts) + b"".join(self._blocks)


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
        self.count, blocks, sampled, runs = guard.unpack(_HEAD, 0)
        sizes = _HEAD.size
        first = sizes + aligned(4 * self.count, 8)
        ends = first + aligned(4 * (blocks + 1), 8)
        at = ends + 8 * (blocks + 1)
        table = guard.array("<u4", at, 3 * runs).reshape(-1, 3).tolist() if runs else [(0, 0, sampled)]
        at += aligned(12 * runs, 8)
        self._deflated = at + aligned(sampled, 8)
        self._sizes = guard.array("<u4", sizes, self.count)
        self._begin = guard.array("<u4", first, blocks + 1).data
        self._ends = guard.array("<u8", ends, blocks + 1)
        self._runs = [block for block, _, _ in table]
        self._samples = [(at + start, at + stop) for _, start, stop in table]
        self._inflates: dict[int, tuple[zlib._Decompress, int]] = {}
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
            inflate, head = self._inflate(bisect_right(self._runs, block) - 1)
            start, end = self._ends[block : block + 2].tolist()
            # Without zlib's own checksums, of the sample each time and of what comes out: pages have theirs.
            deflated = self._guard.bytes(self._deflated + start + head, self._deflated + end)
            try:
                # Nothing is no limit to zlib.
                data = inflate.copy().decompress(deflated, 0 if last in (block, block - 1) else size) if size else b""
            except zlib.error as error:
                raise self._guard.damaged(f"block {block}: {error}") from error
            self._last = block, data
        return data

    def _inflate(self, run: int) -> tuple[zlib._Decompress, int]:
        """(what inflates one block of the run, to be copied; the bytes before what is deflated)."""
        found = self._inflates.get(run)
        if found is None:
            if len(self._inflates) >= _INFLATES:
                self._inflates.clear()
            sample = self._sample(run)
            if sample:
                found = zlib.decompressobj(-zlib.MAX_WBITS, zdict=sample), _ZLIB_HEAD + _ZLIB_SAMPLE
            else:
                found = zlib.decompressobj(-zlib.MAX_WBITS), _ZLIB_HEAD
            self._inflates[run] = found
        return found

    def _deflated_block(self, block: int) -> bytes:
        start, end = (self._deflated + int(self._ends[block + i]) for i in (0, 1))
        return self._guard.bytes(start, end)

    def _sample(self, run: int) -> bytes:
        if not 0 <= run < len(self._samples):
            raise self._guard.damaged(f"there is no run {run} of blocks")
        return self._guard.bytes(*self._samples[run])

    # For `write_texts`

    def runs(self) -> Iterator[tuple[int, bytes]]:
        """The first block of each run, and its sample."""
        for run, block in enumerate(self._runs):
            yield block, self._sample(run)

    def blocks(self) -> Iterator[tuple[list[int], bytes]]:
        """Of each block the sizes of its strings, and its bytes as they lie."""
        for block in range(len(self._begin) - 1):
            yield self._sizes[self._begin[block] : self._begin[block + 1]].tolist(), self._deflated_block(block)
