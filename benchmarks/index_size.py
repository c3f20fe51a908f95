"""What each structure of an index takes: bytes in all, of an article, and of a word of its text.

    python benchmarks/index_size.py INDEX [--text BYTES]

INDEX is the folder of an index; with `--text`, the size of the text that it was made from, the part of that is printed
too. Of the words' lists, long ones are packed: what their positions, gaps, counts and codes take is printed apart.
"""

from __future__ import annotations

import argparse
import mmap
from collections import Counter
from pathlib import Path

import numpy as np

from newsidx.codec import Frames, Lists, Segment

PARTS = ("places", "gaps", "counts", "codes")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("--text", type=int, help="bytes of the text that the index was made from")
    args = parser.parse_args()
    taken: Counter[str] = Counter()
    articles = words = 0
    for path in sorted(args.index.glob("newsidx_*.seg")):
        id_ = bytes.fromhex(path.stem.partition("_")[2])
        with open(path, "rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        frames = Frames(mapped, segment=id_, name=path.name, path=str(path))
        segment = Segment(frames, id_)
        for guard in frames:
            taken[guard.name.rpartition(", ")[2]] += guard.length
        taken["(all)"] += len(mapped)
        articles += segment.articles
        words += int(segment.meta["tokens"])
        taken.update(lists_of(segment.words))
    print(f"{articles:,} articles, {words:,} words")
    for name, size in taken.most_common():
        part = f" {size / args.text:7.3f}" if args.text else ""
        print(f"{name:24} {size:13,} {size / articles:9.1f} {size / words:7.3f}{part}")


def lists_of(lists: Lists) -> Counter[str]:
    """Bytes of the lists of words: of short ones in all, of packed ones part by part."""
    packed = np.array([lists.is_packed(i) for i in range(lists.count)], np.bool_)
    found: Counter[str] = Counter()
    if not packed.any():
        return found
    for i in np.flatnonzero(packed).tolist():
        for part, size in zip(PARTS, lists.packed_sizes(i), strict=True):
            found[f"(packed: {part})"] += size
    found["(packed: occurrences)"] = int(lists.cf[packed].sum())
    return found


if __name__ == "__main__":
    main()
