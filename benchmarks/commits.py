"""One-article commits: what each takes, beside what it takes to write the same bytes durably.

    python benchmarks/commits.py ARTICLES.jsonl [--base 10000] [--commits 1000] [--folder DIR]

ARTICLES is what gen_scale.py of the evaluation data writes. The first `--base` of them are added through the API, some
thousands at a time; then each commit adds one, every second one in place of an article that is there (another text
under its key). Merges are part of the commits that cause them. After each commit the floor is taken: as many bytes as
it wrote in one file, fsync, rename, fsync of the folder. Articles are made before the clock starts; all else that
`Index.add(article)` does is in the time. Also told: the most that the folder held beside what it held afterwards, the
growth of both from the first quarter of the commits to the last, and the most private memory of the process.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import newsidx
from newsidx.engine.local._files import Files
from newsidx.model import Article

_MS = 1000.0
_AT_ONCE = 5000


def article_of(line: str, *, key: str | None = None) -> Article:
    """An article of the collection, under its own key or another's."""
    a = json.loads(line)
    return newsidx.article(
        key=key or a["id"],
        headline=a["headline"],
        body=a["body"],
        tags=a["tags"],
        published=a["published"],
        source=a["source"],
        lang="en",
    )


class Counted:
    """Counts what is written to the files of an index, and how much its folder holds at the most."""

    def __init__(self) -> None:
        self.written = self.most = 0
        real = Files.write

        def write(files: Files, name: str, fill: Callable[[Callable[[bytes | memoryview], object]], object]) -> None:
            real(files, name, fill)
            self.written += files.size(name)
            self.most = max(self.most, size_of(files.folder))

        setattr(Files, "write", write)  # noqa: B010 - a method, for a type checker


def size_of(folder: Path) -> int:
    """The bytes of the files in a folder."""
    return sum(entry.stat().st_size for entry in os.scandir(folder))


def private_bytes() -> int:
    """Private memory of this process: anonymous pages, in bytes (0 where the system does not tell)."""
    try:
        lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss_Anon:")), 0)


def floor_seconds(folder: Path, size: int) -> float:
    """So many bytes in one file, made durable and put in place."""
    data = random.Random(size).randbytes(size)
    start = time.perf_counter()
    with open(folder / "new", "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(folder / "new", folder / "there")
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    return time.perf_counter() - start


def build(folder: Path, lines: Iterator[str], count: int) -> list[str]:
    """An index of so many articles; their keys."""
    keys: list[str] = []
    with newsidx.open(folder, create=True) as index:
        while some := [article_of(line) for line in islice(lines, min(_AT_ONCE, count - len(keys)))]:
            index.add(*some)
            keys += [article.key or "" for article in some]
    return keys


def run(folder: Path, beside: Path, lines: Iterator[str], keys: list[str], commits: int) -> dict[str, Any]:
    """The commits, each with its floor."""
    counted = Counted()
    took, floors, sizes = [], [], []
    most_share = memory = 0.0
    with newsidx.open(folder) as index:
        for i, line in enumerate(islice(lines, commits)):
            article = article_of(line, key=keys[i * 7919 % len(keys)] if i % 2 else None)
            counted.written = counted.most = 0
            start = time.perf_counter()
            report = index.add(article, replace=True)
            took.append(time.perf_counter() - start)
            if report.failed or not (report.counts.get("added") or report.counts.get("updated")):
                raise AssertionError(f"commit {i}: {report.counts}")
            sizes.append(counted.written)
            floors.append(floor_seconds(beside, counted.written))
            most_share = max(most_share, counted.most / size_of(folder))
            if i % 50 == 0:
                memory = max(memory, private_bytes())
    return {"took": took, "floors": floors, "sizes": sizes, "most_share": most_share, "memory": memory}


def told(base: int, found: dict[str, Any]) -> str:
    """The figures in a line."""
    took, floors = found["took"], found["floors"]
    quarter = max(1, len(took) // 4)
    first, last = statistics.median(took[:quarter]), statistics.median(took[-quarter:])
    floor_first, floor_last = statistics.median(floors[:quarter]), statistics.median(floors[-quarter:])
    median, mean = statistics.median(took), statistics.fmean(took)
    floor_median, floor_mean = statistics.median(floors), statistics.fmean(floors)
    return (
        f"{base:>8} articles, {len(took)} commits: median {median * _MS:.2f} ms, {median / floor_median:.2f} × floor; "
        f"mean {mean * _MS:.2f} ms, {mean / floor_mean:.2f} × floor; last quarter {last / first:.2f} × the first "
        f"(floor {floor_last / floor_first:.2f} ×); {statistics.median(found['sizes']) / 1000:.0f} kB each; "
        f"folder during at most {found['most_share']:.2f} × after; {found['memory'] / 1e6:.0f} MB private"
    )


def main() -> int:
    """Build what is not there, then commit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--base", type=int, default=10_000)
    parser.add_argument("--commits", type=int, default=1000)
    parser.add_argument("--folder", type=Path, default=Path("commits"))
    args = parser.parse_args()
    beside = args.folder / "beside"
    beside.mkdir(parents=True, exist_ok=True)
    folder = args.folder / f"index-{args.base}"
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, ", end="")
    print(f"Python {platform.python_version()}")
    with args.articles.open(encoding="utf-8") as lines:
        keys = build(folder, lines, args.base)
        print(told(args.base, run(folder, beside, lines, keys, args.commits)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
