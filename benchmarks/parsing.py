"""How the time to read a query grows with its length.

    python benchmarks/parsing.py [--most 1048576] [--rounds 3]

Texts of several shapes are doubled in length up to a megabyte, far beyond what a search takes (the limits on length and
clauses are lifted by `newsidx.query.Limits`), and read strictly and leniently. Printed is the processor time of the
longest, and how many times as long each doubling takes: the median of all, and the worst. A linear reader has 2. The
texts come from a fixed seed; times are the medians of the rounds.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import itertools
import random
import statistics
import time
from collections.abc import Callable, Iterator

from newsidx import query
from newsidx.errors import QuerySyntaxError

LEAST = 1 << 15
WORDS = "mali troops withdraw council security peacekeepers Côte Straße война U.S. COVID-19 F-16 $5bn O'Neill".split()
PATTERNS = "withdr* wom?n organi{s,z}ation analy{..3} peacekeper~2 mali^2 *keepers".split()
FIELDS = 'headline: lead:(case:Apple) source:rt site:gov.uk lang:fr date:2023-06..2023-07 words:400.. tag:"x y"'.split()
GARBAGE = "\"“”«»()-*?{}~^\\[]:.,;!/@&%+'’ \t\u200b²İß AND OR NOT NEAR/5 NEAR/x SAME/s foo: headlin: 2023 { ..3} ^2"
_DRAW = random.Random(7)


def _some(words: list[str]) -> Iterator[str]:
    while True:
        yield _DRAW.choice(words)


def _repeated(pieces: Iterator[str], size: int) -> str:
    """Pieces with blanks between them, whole, of so many characters or a few more."""
    found: list[str] = []
    length = 0
    while length < size:
        found.append(next(pieces))
        length += len(found[-1]) + 1
    return " ".join(found)


def _brackets(size: int) -> str:
    """Brackets as deep as they may be, one nest after the other."""
    deep = query.MAX_DEPTH - 2
    nest = "(" * deep + "a OR b" + ")" * deep
    return " ".join([nest] * (size // len(nest)))


def _garbage(size: int) -> str:
    pieces = [*GARBAGE.split(" "), *GARBAGE[:40], " ", " "]
    return "".join(itertools.islice(_some(pieces), size))[:size]


SHAPES: dict[str, Callable[[int], str]] = {
    "words": lambda size: _repeated(_some(WORDS), size),
    "alternatives": lambda size: _repeated(itertools.cycle(["mali", "OR", "niger", "AND", "NOT", "chad"]), size) + "a",
    "brackets": _brackets,
    "one long phrase": lambda size: f'"{_repeated(_some(WORDS), size - 2)}"',
    "phrases": lambda size: _repeated(itertools.cycle(['"security council of the UN"~5', "“pull out”"]), size - 40),
    "patterns": lambda size: _repeated(_some(PATTERNS), size),
    "fields": lambda size: _repeated(_some(FIELDS[:-1]), size),
    "nearness": lambda size: _repeated(itertools.cycle(["troop* NEAR/5 mali", "a SAME/S (b OR c*)"]), size),
    "one long word": lambda size: "a" * size,
    "quotes without partners": lambda size: _repeated(itertools.cycle(["«a", "„b", "“c"]), size),
    "open brackets": lambda size: "( a " * (size // 4),
    "backslashes": lambda size: "\\a" * (size // 2),
    "garbage": _garbage,
}


def _strictly(text: str, limits: query.Limits) -> None:
    with contextlib.suppress(QuerySyntaxError):
        query.parse(text, limits=limits)


def _leniently(text: str, limits: query.Limits) -> None:
    query.parse_lenient(text, limits=limits)


READERS: dict[str, Callable[[str, query.Limits], None]] = {"strict": _strictly, "lenient": _leniently}


def seconds(read: Callable[[str, query.Limits], None], text: str, rounds: int) -> float:
    """Processor time to read a text once, the median of some rounds."""
    limits = query.Limits(length=1 << 62, clauses=1 << 62)
    times = []
    for _ in range(rounds):
        gc.collect()
        begun = time.process_time()
        read(text, limits)
        times.append(time.process_time() - begun)
    return statistics.median(times)


def main() -> None:
    """Print a line for each shape and way to read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=1 << 20, metavar="CHARACTERS")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shape", action="append", choices=list(SHAPES))
    options = parser.parse_args()
    sizes = list(itertools.takewhile(lambda n: n <= options.most, (LEAST << i for i in itertools.count())))
    print(
        f"{'shape':<24} {'read':<8} {'seconds':>8} {'median':>7} {'worst':>6}   of {sizes[-1]:,} characters; doubling"
    )
    for shape in options.shape or SHAPES:
        texts = [SHAPES[shape](size) for size in sizes]
        for name, read in READERS.items():
            times = [seconds(read, text, options.rounds) for text in texts]
            # Below some milliseconds the clock says more than the reader.
            ratios = [b / a for a, b in itertools.pairwise(times) if a > 0.002] or [0.0]
            median, worst = statistics.median(ratios), max(ratios)
            print(f"{shape:<24} {name:<8} {times[-1]:>8.3f} {median:>7.2f} {worst:>6.2f}", flush=True)


if __name__ == "__main__":
    main()
