"""What a search over HTTP costs beside the search itself, and beside Datasette over SQLite's FTS5.

    python benchmarks/http_layer.py [--articles 5000] [--rounds 5] [--datasette /path/to/datasette]

Makes an index of articles drawn from a fixed vocabulary, serves it with ``newsidx serve`` (one process), asks the same
queries over one kept-alive connection and in this process, in turns, and prints processor time per request: medians of
the rounds. With ``--datasette`` the same articles lie in an FTS5 table that Datasette serves.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import newsidx

WORDS = (
    "harbour quarter council motion ferry pilot lantern mayor estuary tide anchor quota mill bridge meadow inquiry "
    "minister strike union border river price grain port winter school doctor court verdict storm flood rail track"
).split()
QUERIES = ("ferry inquiry", "mayor", "strike union court", '"river price"', "lantern OR estuary", "grain flood -winter")
_TICKS = os.sysconf("SC_CLK_TCK")


def articles(count: int) -> Iterator[tuple[str, str, str]]:
    """(key, headline, body) of each."""
    draw = random.Random(7)
    for number in range(count):
        body = "\n\n".join(" ".join(draw.choices(WORDS, k=60)).capitalize() + "." for _ in range(6))
        yield f"a{number}", " ".join(draw.choices(WORDS, k=7)).capitalize(), body


def make_index(path: Path, count: int) -> None:
    """The index of newsidx."""
    with newsidx.open(path, create=True) as idx:
        idx.add(*(newsidx.article(key=k, headline=h, body=b, lang="en") for k, h, b in articles(count)))


def make_table(path: Path, count: int) -> None:
    """The same in SQLite."""
    with sqlite3.connect(path) as connection:
        connection.execute("create table articles (key text primary key, headline text, body text)")
        connection.executemany("insert into articles values (?, ?, ?)", articles(count))
        connection.execute(
            "create virtual table articles_fts using fts5 (headline, body, content='articles', tokenize='porter')"
        )
        connection.execute(
            "insert into articles_fts (rowid, headline, body) select rowid, headline, body from articles"
        )


@contextmanager
def serving(*command: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server, and the port that it says it listens on."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                yield process, int(found[1])
                return
        raise SystemExit(f"{command[0]} did not start")
    finally:
        process.terminate()
        process.wait()


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def over_http(process: subprocess.Popen[str], port: int, paths: list[str], repeats: int) -> float:
    """Milliseconds of the server's processor time per request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    before = cpu_of(process.pid)
    for path in paths * repeats:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
    spent = cpu_of(process.pid) - before
    connection.close()
    return 1000 * spent / (len(paths) * repeats)


def inside(work: Callable[[str], object], repeats: int) -> float:
    """Milliseconds of this process's processor time per call."""
    before = time.process_time()
    for query in QUERIES * repeats:
        work(query)
    return 1000 * (time.process_time() - before) / (len(QUERIES) * repeats)


def main() -> None:
    """Make, serve, measure in turns, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--datasette")
    options = parser.parse_args()
    fields = "fields=short_id,headline,score,snippets"
    ours = [f"/api/search?q={quote(query)}&{fields}" for query in QUERIES]
    empty = ["/api/search?q=nosuchwordatall&nearest=0"]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        make_index(work / "index", options.articles)
        rows: dict[str, list[float]] = {}
        command = (sys.executable, "-m", "newsidx", "serve", "--port", "0", "--index", str(work / "index"))
        with newsidx.open(work / "index") as idx, serving(*command) as (process, port):
            over_http(process, port, ours, 3)
            inside(idx.search, 3)
            for _ in range(options.rounds):
                rows.setdefault("search in this process", []).append(inside(idx.search, options.repeats))
                rows.setdefault("search over HTTP", []).append(over_http(process, port, ours, options.repeats))
                nothing = over_http(process, port, empty, options.repeats * len(QUERIES))
                rows.setdefault("search over HTTP that finds nothing", []).append(nothing)
                rows.setdefault("the same in this process", []).append(
                    inside(lambda _: idx.search("nosuchwordatall", nearest=0), options.repeats)
                )
        if options.datasette:
            rows |= datasette(options.datasette, work, options.articles, options.rounds, options.repeats)
    for name, values in rows.items():
        print(f"{name:40} {statistics.median(values):7.2f} ms   ({min(values):.2f} to {max(values):.2f})")


def datasette(command: str, work: Path, count: int, rounds: int, repeats: int) -> dict[str, list[float]]:
    """Datasette's cost for the same queries, with headline, score and a snippet of each of ten."""
    make_table(work / "articles.db", count)
    sql = (
        "select a.key, a.headline, bm25(articles_fts) as score, snippet(articles_fts, 1, '[', ']', '…', 32) as snippet "
        "from articles_fts join articles a on a.rowid = articles_fts.rowid "
        "where articles_fts match :q order by score limit 10"
    )
    wanted = [query.replace(" -", " NOT ") for query in QUERIES]
    paths = [f"/articles.json?sql={quote(sql)}&q={quote(query)}&_shape=array" for query in wanted]
    with serving(command, str(work / "articles.db"), "--port", "0", "--setting", "sql_time_limit_ms", "10000") as (
        process,
        port,
    ):
        over_http(process, port, paths, 3)
        return {"Datasette over FTS5": [over_http(process, port, paths, repeats) for _ in range(rounds)]}


if __name__ == "__main__":
    main()
