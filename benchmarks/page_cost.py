"""What hostile pages cost: ``python benchmarks/page_cost.py [--only WORDS] [--parse] [--json FILE]``.

Each page of tests/made/nasty.py is read as an add reads it (bytes of a file in, article and its words out), in a
process of its own that has read an ordinary page before. Printed are CPU seconds, the memory that the process had more
at its peak than before the page (its bytes included), how much of both that is of the law, and how many times an
ordinary page's time; with ``--parse`` also what building the tree alone costs, without any of our limits. The law: no
page costs more than 1 s or 256 MB. The exit status is 1 if one does.

Peaks are had from Linux; elsewhere they are those of the process's whole life.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEGABYTES = 1.0, 256.0
PATIENCE = 40
_TICK = 0.02
_REPEATS = 100


def main() -> int:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description="CPU and memory that hostile pages cost")
    options.add_argument("--only", default="", help="pages whose name has these words, or (after |) those")
    options.add_argument("--parse", action="store_true", help="also the plain parse, without limits")
    options.add_argument("--json", type=Path, help="write the figures there too")
    options.add_argument("--child", nargs=2, metavar=("HOW", "FILE"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        print(json.dumps(_child(given.child[0], given.child[1])))
        return 0
    sys.path.insert(0, str(ROOT))
    from tests.made.nasty import FILES, PAGES, TEXTS

    cases = [(f"{name}", ".html", make) for name, make in PAGES.items()]
    cases += [(f"text: {name}", ".txt", make) for name, make in TEXTS.items()]
    cases += [(f"file: {name}", name[name.index(".") :], make) for name, make in FILES.items()]
    print(f"{platform.platform()}, Python {platform.python_version()}")
    print(f"{'page':50} {'MB':>6} {'CPU s':>7} {'x page':>8} {'MB more':>8}  {'parse s':>7} {'MB':>6}  outcome")
    rows, usual = [], 0.0
    for name, ending, make in cases:
        if not any(words in name for words in given.only.split("|")) and name != "a page":
            continue
        row = _measured(name, ending, make(1.0), with_parse=given.parse and ending == ".html")
        usual = usual or row["seconds"]
        parse = f"{row['parse_seconds']:7.2f} {row['parse_mb']:6.0f}" if "parse_seconds" in row else " " * 14
        mark = " " if row["seconds"] <= SECONDS and row["mb"] <= MEGABYTES else "!"
        ratio = row["seconds"] / usual
        print(
            f"{name:50} {row['size_mb']:6.1f} {row['seconds']:7.2f} {ratio:8.0f} {row['mb']:8.0f}{mark} {parse}  "
            f"{row['outcome']}",
            flush=True,
        )
        rows.append(row)
    broken = [row for row in rows if row["seconds"] > SECONDS or row["mb"] > MEGABYTES]
    print(f"{len(rows) - len(broken)} of {len(rows)} within {SECONDS:g} s and {MEGABYTES:g} MB")
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 1 if broken else 0


def _measured(name: str, ending: str, data: bytes, *, with_parse: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page" + ending)
        path.write_bytes(data)
        row = {"name": name, "size_mb": len(data) / 1e6, **_ask("read", path)}
        if with_parse:
            parsed = _ask("parse", path)
            row |= {"parse_seconds": parsed["seconds"], "parse_mb": parsed["mb"]}
    return row


def _ask(how: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--child", how, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        return {"seconds": float(PATIENCE), "mb": float("nan"), "outcome": f"ended: {last}"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _child(how: str, path: str) -> dict[str, Any]:
    """One page, in this process."""
    sys.path.insert(0, str(ROOT))
    from newsidx.ingest.reader import read

    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    usual = next((ROOT / "corpus").glob("*/*/*" + Path(path).suffix), None)
    for _ in range(3):
        if usual is not None:
            read(str(usual))
    before = _reset_peak()
    started = time.process_time()
    if how == "parse":
        from selectolax.lexbor import LexborHTMLParser

        LexborHTMLParser(Path(path).read_bytes())
        outcome = "parsed"
    else:
        reading = read(path)
        if reading.status == "container":
            reading = _first_record(path, str(reading.container))
        article = reading.article
        outcome = reading.status if article is None else f"{article.kind} {' '.join(article.flags)}"
        outcome += f" {reading.reason}" if reading.reason else ""
        if article is not None:
            text = " ".join(" ".join(texts) for _, texts in article.zones())
            outcome += f" words={article.words}" + ("" if "lastmost" in text else " LOST THE END")
    seconds = time.process_time() - started
    if how == "read" and seconds < _TICK:  # less than the system's clock of CPU time can tell
        started = time.process_time()
        for _ in range(_REPEATS):
            read(path)
        seconds = (time.process_time() - started) / _REPEATS
    return {"seconds": seconds, "mb": (_peak() - before) / 1e6, "outcome": outcome}


def _first_record(path: str, form: str) -> Any:
    from newsidx.capture import Place, list_records
    from newsidx.ingest.members import read_places
    from newsidx.ingest.reader import Reading

    listing = list_records(Place(path, form))
    if not listing.entries:
        return Reading("skipped", reason=" ".join(name for name, _ in listing.skips) or listing.problems[0].reason)
    place = Place(path, form, is_inflated=listing.is_inflated, records=listing.records)
    return read_places(path, args=(place, (listing.entries[0].at,))).analyzed.members[0].reading


def _reset_peak() -> int:
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return _peak()
    return _peak()


def _peak() -> int:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(main())
