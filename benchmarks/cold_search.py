"""How long a cold `newsidx search` takes beside a Python that only imports what such a search stands on.

    make bench

Both commands are started anew each time, in turn, so that whatever else the machine does meets both alike; medians
are compared. Both find their modules compiled, as after any first run. The floor: the search on corpus/ takes at most
1.6 times the wall time of importing numpy, Whoosh and typer. numpy is no part of newsidx: where it is not installed,
the other two alone are shown beside, and nothing is judged.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 1.6


def main() -> int:
    """Print both medians and their ratio; 1 where it is above the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=21, help="pairs of runs (default 21)")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", help="captures to index (default corpus/)")
    parser.add_argument("query", nargs="*", default=["peacekeepers", "withdrawal"])
    args = parser.parse_args()

    newsidx = str(Path(sys.executable).parent / "newsidx")
    modules = ["whoosh.index", "typer"]
    if importlib.util.find_spec("numpy"):
        modules.insert(0, "numpy")
    else:
        print("numpy is not installed (pip install numpy): nothing is judged")
    yardstick = [sys.executable, "-c", f"import {', '.join(modules)}"]

    with tempfile.TemporaryDirectory() as folder:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "compiled")
        index = str(Path(folder) / "index")
        subprocess.run([newsidx, "add", "--index", index, str(args.corpus)], check=True, capture_output=True)
        search = [newsidx, "search", "--index", index, *args.query]
        pairs = [(seconds(search, env), seconds(yardstick, env)) for _ in range(args.runs + 2)][2:]

    ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = ours / theirs
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {args.runs} pairs")
    print(f"newsidx search {' '.join(args.query):<30} {ours * 1000:7.1f} ms")
    print(f"import {', '.join(modules):<38} {theirs * 1000:7.1f} ms")
    print(f"ratio of medians {ratio:.2f}, at most {LIMIT} beside numpy")
    return 1 if "numpy" in modules and ratio > LIMIT else 0


def seconds(command: list[str], env: dict[str, str]) -> float:
    """Wall time of one run, from start to exit."""
    start = time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
