"""CPU time of extraction beside the parser alone and other extractors, on the real pages in ../shared.

    python benchmarks/extraction_speed.py [--set scrapinghub …] [--every N] [--rounds N]

Every page goes through each reader in turn (so that caches, clock rate and neighbours on the machine are the same for
all), bytes in, article out, all fields, CPU time of the process. Of the rounds the quickest counts, page by page.
Prints the median and mean of a page, pages a CPU second, and the ratio to the floor: Lexbor's parse of the same bytes,
with nothing taken from the tree. Readers that are not installed are left out by name.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import importlib
import importlib.metadata
import io
import json
import logging
import platform
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from newsidx.extract import extract
from newsidx.model import Capture, capture_id

PAGES = Path(__file__).resolve().parent.parent.parent / "shared" / "eval" / "extraction" / "pages"
SETS = ("scrapinghub", "naeb", "fundus-eval", "fundus")
FLOOR = "lexbor parse"

Reader = Callable[[bytes], object]


def _floor() -> Reader:
    parser: Reader = importlib.import_module("selectolax.lexbor").LexborHTMLParser
    return parser


def _newsidx() -> Reader:
    return lambda data: extract(Capture(capture_id(data), data, "text/html"))


def _trafilatura() -> Reader:
    bare = importlib.import_module("trafilatura").bare_extraction
    return lambda data: bare(data, with_metadata=True)


def _resiliparse() -> Reader:
    plain = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    tree = importlib.import_module("resiliparse.parse.html").HTMLTree
    detect = importlib.import_module("resiliparse.parse.encoding").detect_encoding
    return lambda data: plain(tree.parse_from_bytes(data, detect(data)), main_content=True)


def _newspaper4k() -> Reader:
    article = importlib.import_module("newspaper").Article

    def read(data: bytes) -> object:
        page = article("https://example.org/")
        page.download(input_html=data.decode("utf-8", "replace"))
        page.parse()
        return page

    return read


READERS: dict[str, Callable[[], Reader]] = {
    FLOOR: _floor,
    "newsidx": _newsidx,
    "resiliparse": _resiliparse,
    "trafilatura": _trafilatura,
    "newspaper4k": _newspaper4k,
}


def pages(sets: list[str], every: int) -> list[bytes]:
    """The bytes of each page, the sets mixed as their sites are."""
    found = []
    for name in sets:
        with (PAGES / name / "gold.jsonl").open(encoding="utf-8") as lines:
            found += [gzip.decompress((PAGES / name / json.loads(line)["file"]).read_bytes()) for line in lines]
    return found[::every]


def installed() -> dict[str, Reader]:
    """The readers that are installed; the others are named on the error stream."""
    readers = {}
    for name, make in READERS.items():
        try:
            readers[name] = make()
        except ImportError:
            print(f"{name}: not installed", file=sys.stderr)
    return readers


def measure(readers: dict[str, Reader], data: list[bytes], rounds: int) -> dict[str, list[float]]:
    """The CPU milliseconds of each page, by reader."""
    best: dict[str, list[float]] = {name: [float("inf")] * len(data) for name in readers}
    for _ in range(rounds):
        for at, page in enumerate(data):
            for name, read in readers.items():
                begin = time.process_time_ns()
                with contextlib.suppress(Exception):
                    read(page)
                best[name][at] = min(best[name][at], (time.process_time_ns() - begin) / 1e6)
    return best


def main() -> None:
    """Reads the options, measures, prints a line a reader."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", dest="sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--every", type=int, default=1, help="take every Nth page only")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    if not PAGES.is_dir():
        sys.exit("extraction_speed: needs the real pages in ../shared, which are not here")
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    data = pages(options.sets, options.every)
    with contextlib.redirect_stderr(io.StringIO()) as told:
        readers = installed()
        best = measure(readers, data, options.rounds)
    print("\n".join(line for line in told.getvalue().splitlines() if line.endswith(": not installed")))
    print(f"{len(data)} pages, {options.rounds} rounds, Python {platform.python_version()}, {platform.machine()}")
    print(f"{'':14s}{'median ms':>10s}{'mean ms':>10s}{'pages/s':>10s}{'× floor':>10s}")
    floor = statistics.median(best[FLOOR])
    for name, spread in best.items():
        median, mean = statistics.median(spread), statistics.fmean(spread)
        print(f"{name:14s}{median:10.2f}{mean:10.2f}{1000 / mean:10.0f}{median / floor:10.1f}")


if __name__ == "__main__":
    main()
