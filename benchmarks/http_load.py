"""newsidx serve under load, beside Datasette over SQLite's FTS5 with the same articles and queries.

    python -m benchmarks.http_load CLASSES.jsonl --folder DIR [--datasette COMMAND] [--wrk COMMAND]

CLASSES and DIR are those of benchmarks/engines.py, which has built DIR/newsidx and DIR/fts5 of one collection. Each
server is one process; `wrk` asks it the same queries in the same order over a number of kept-alive connections, in
turns with the other: ten hits as JSON, each with headline, source, date, score and a snippet. newsidx counts all
matches as well, Datasette with --count. Prints answers a second, median and 99th percentile of their times, and the
processor time of the server a request; of newsidx also how much of that its searches take, as their own threads
measure it in that server, and the rest: what HTTP costs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import newsidx
from benchmarks.engines import FTS5, Newsidx
from benchmarks.http_layer import cpu_of, serving

FIELDS = "short_id,headline,source,published,score,snippets"
SQL = (
    "select id, headline, source, published, bm25(a, 5, 1) as score, snippet(a, 1, '[', ']', '…', 32) as snippet "
    "from a where {where} order by score limit 10"
)
COUNT = "select count(*) as total from a where {where}"
SCRIPT = """
local paths, at = {}, 0
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of wrk saw: answers a second, times in milliseconds, the server's processor time a request and, of
    newsidx, the part of it that went into searches."""

    rate: float
    median: float
    late: float
    cpu: float
    search: float


def our_path(item: dict[str, Any]) -> str:
    """The address of a search of newsidx."""
    query = Newsidx(Path()).query(item)
    return f"/api/search?{urlencode({'q': query, 'fields': FIELDS, 'snippets': 1})}"


def their_path(item: dict[str, Any], *, is_counted: bool) -> str:
    """The address of the same search of Datasette."""
    where, more = "a match :q", {}
    if item["cls"] == "date":
        where += " and published between :lo and :hi"
        more = {"lo": item["lo"], "hi": item["hi"] + "T99"}
    sql = SQL.format(where=where)
    if is_counted:
        sql = sql.replace("select ", f"select ({COUNT.format(where=where)}) as total, ", 1)
    values = {"sql": sql, "q": FTS5(Path()).query(item), "_shape": "array"} | more
    return f"/index.json?{urlencode(values, quote_via=quote)}"


def serve_timed(index: str) -> None:
    """``newsidx serve`` over an index, with each search timed in its own thread; tells at the end what it saw."""
    from newsidx.doors import Door
    from newsidx.server import ServeOptions, serve

    search, lock, spent = newsidx.Index.search, threading.Lock(), [0.0, 0.0]

    def timed(self: newsidx.Index, *args: Any, **options: Any) -> newsidx.Results:
        before = time.thread_time()
        try:
            return search(self, *args, **options)
        finally:
            with lock:
                spent[0] += 1
                spent[1] += time.thread_time() - before

    newsidx.Index.search = timed  # type: ignore[method-assign]
    start = [0.0]

    def started(url: str) -> None:
        start[0] = time.process_time()
        print(url, file=sys.stderr, flush=True)

    with newsidx.open(index) as idx:
        serve(idx, ServeOptions(door=Door(port=0)), started=started)
    print("SPENT", *spent, time.process_time() - start[0], file=sys.stderr, flush=True)


def run(wrk: str, command: list[str], paths: Path, connections: int, seconds: int) -> Run:
    """One run of wrk over the addresses in a file, against a server of its own."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT)
        script.flush()
        with serving(*command) as (process, port):
            load = [wrk, "-t1", f"-c{connections}", "--timeout", "30s", "-s", script.name, f"http://127.0.0.1:{port}/"]
            environment = os.environ | {"PATHS": str(paths)}
            subprocess.run([*load, "-d2s"], stdout=subprocess.DEVNULL, env=environment, check=True)
            before = cpu_of(process.pid)
            done = subprocess.run([*load, f"-d{seconds}s"], capture_output=True, text=True, env=environment, check=True)
            spent = cpu_of(process.pid) - before
            process.terminate()
            told = process.stderr.read() if process.stderr is not None else ""
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if found is None:
        raise SystemExit(done.stdout + done.stderr)
    requests, micros, median, late, errors = map(int, found.groups())
    if errors:
        raise SystemExit(f"{errors} of {requests} requests failed:\n{done.stdout}")
    cpu, search = 1000 * spent / requests, 0.0
    timed = re.search(r"SPENT (\S+) (\S+) (\S+)", told)
    if timed is not None:  # of the whole life of the server: the share holds, and is exact
        count, searching, total = map(float, timed.groups())
        cpu, search = 1000 * total / count, 1000 * searching / count
    return Run(requests / micros * 1e6, median / 1000, late / 1000, cpu, search)


def main() -> None:
    """Serve, measure in turns, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("classes", type=Path)
    parser.add_argument("--folder", type=Path, default=Path("engines"))
    parser.add_argument("--datasette", help="the command; without it newsidx alone")
    parser.add_argument("--wrk", default="wrk")
    parser.add_argument("--seconds", type=int, default=10, help="of each run (default 10)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", default="1,8")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--count", action="store_true", help="have Datasette count all matches too")
    options = parser.parse_args()
    if options.serve:
        serve_timed(str(options.classes))
        return
    items = [json.loads(line) for line in options.classes.read_text().splitlines()]
    runs: dict[tuple[str, int], list[Run]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        ours, theirs = Path(scratch) / "newsidx", Path(scratch) / "datasette"
        ours.write_text("\n".join(map(our_path, items)))
        theirs.write_text("\n".join(their_path(item, is_counted=options.count) for item in items))
        index, database = str(options.folder / "newsidx"), str(options.folder / "fts5" / "index.db")
        peers = {"newsidx": (ours, [sys.executable, "-m", "benchmarks.http_load", "--serve", index])}
        if options.datasette:
            command = [options.datasette, database, "--port", "0", "--setting", "sql_time_limit_ms", "30000"]
            peers["Datasette"] = (theirs, command)
        for _ in range(options.rounds):
            for connections in map(int, options.connections.split(",")):
                for name, (paths, command) in peers.items():
                    seen = run(options.wrk, command, paths, connections, options.seconds)
                    runs.setdefault((name, connections), []).append(seen)
    print_all(runs)


def print_all(runs: dict[tuple[str, int], list[Run]]) -> None:
    """A line for each server and number of connections: medians of the rounds."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, CPython ", end="")
    print(platform.python_version())
    print(f"{'server':<10} {'connections':>11} {'a second':>9} {'median ms':>10} {'p99 ms':>8} {'cpu ms':>8}")
    for (name, connections), seen in sorted(runs.items()):
        rate, median, late, cpu, search = (
            statistics.median(getattr(each, part) for each in seen)
            for part in ("rate", "median", "late", "cpu", "search")
        )
        print(f"{name:<10} {connections:>11} {rate:>9.0f} {median:>10.1f} {late:>8.1f} {cpu:>8.2f}")
        if search:
            rest = statistics.median(each.cpu - each.search for each in seen)
            print(f"{'':<10} of which searches {search:.2f} ms, HTTP {rest:.2f} ms ({rest / cpu:.0%})")


if __name__ == "__main__":
    main()
