"""For each of `count` owners some numbers, in order: sentence beginnings of an article, uses of a written form.

::

    count:u32  width:u32               bytes of a number: 1, 2 or 4
    ends:u32 × (count + 1)             where each owner's numbers begin; the last is where they end
    numbers                            (at a multiple of 8)
"""

from __future__ import annotations

import struct

import numpy as np

from newsidx.codec.frame import Guard
from newsidx.codec.ragged import Ints, aligned, firsts, narrow, spans

__all__ = ["Groups", "write_groups"]

_HEAD = struct.Struct("<II")


def write_groups(numbers: Ints, counts: Ints) -> bytes:
    """The payload: `numbers` of all owners end to end, `counts` of them each."""
    kept = narrow(numbers)
    ends = firsts(counts).astype("<u4").tobytes()
    head = _HEAD.pack(len(counts), kept.dtype.itemsize) + ends
    return head + bytes(-len(head) % 8) + kept.tobytes()


class Groups:
    """Reads what `write_groups` wrote."""

    def __init__(self, guard: Guard) -> None:
        self.count, width = guard.unpack(_HEAD, 0)
        if width not in (1, 2, 4):
            raise guard.damaged(f"its numbers have {width} bytes")
        self.ends: Ints = guard.array("<u4", _HEAD.size, self.count + 1)
        self._listed = self.ends.data  # a number of which takes less than one of the array
        self._guard = guard
        self._width = width
        self._dtype = f"<u{width}"
        self._numbers = aligned(_HEAD.size + 4 * (self.count + 1), 8)

    def __getitem__(self, owner: int) -> Ints:
        return self.between(owner, owner + 1)

    def bytes(self, owner: int) -> bytes:
        """The bytes of one owner's numbers."""
        first, last = self._listed[owner], self._listed[owner + 1]
        return self._guard.bytes(self._numbers + self._width * first, self._numbers + self._width * last)

    def between(self, first: int, last: int) -> Ints:
        """The numbers of owners `first` up to `last`, end to end."""
        start, stop = int(self.ends[first]), int(self.ends[last])
        return self._guard.array(self._dtype, self._numbers + self._width * start, stop - start)

    def of(self, owners: Ints) -> tuple[Ints, Ints]:
        """(numbers of these owners end to end, how many each has)."""
        starts = self.ends[owners].astype(np.int64)
        counts = self.ends[np.asarray(owners) + 1].astype(np.int64) - starts
        return self.between(0, self.count)[spans(starts, counts)], counts
