"""Many processes at one index: writers that wait for each other, are killed, and readers that go on meanwhile."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import newsidx

ADD = """
import sys, newsidx
index, words = sys.argv[1], sys.argv[2:]
for word in words:
    with newsidx.open(index, create=True) as idx:
        idx.add(newsidx.article(key=word, headline=f"Vote in {word}", body="It was late."))
        if word.endswith("7"):
            idx.merge()
    print(word, flush=True)
"""

READ = """
import sys, newsidx
seen = reads = 0
while True:
    with newsidx.open(sys.argv[1]) as idx:
        stream = idx.stream("vote", snippets=0)
        total = stream.total
        assert total >= seen, f"{total} after {seen}"
        most = None if reads % 10 == 0 else 20  # now and then to the end, while the other goes on
        hits = [hit.headline for hit, _ in zip(stream.hits, range(total if most is None else most))]
        assert len(hits) == len(set(hits)) == (total if most is None else min(most, total))
        assert all(headline.startswith("Vote in ") for headline in hits)
    seen, reads = total, reads + 1
    if total >= int(sys.argv[2]):
        break
print(reads, total)  # at the end: nobody empties the pipe while the other writes
"""


def started(program: str, *args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.mark.parametrize("writers", [3, pytest.param(8, marks=pytest.mark.long)])
def test_writers_at_once_lose_and_double_nothing(tmp_path: Path, writers: int) -> None:
    words = [[f"Corvane{writer}x{i}" for i in range(8)] for writer in range(writers)]
    processes = [started(ADD, tmp_path / "index", *mine) for mine in words]
    for process in processes:
        _, err = process.communicate(timeout=300)
        assert (process.returncode, err) == (0, "")
    with newsidx.open(tmp_path / "index") as idx:
        found = [hit.headline for hit in idx.search("vote", limit=None)]
        assert sorted(found) == sorted(f"Vote in {word}" for mine in words for word in mine)
        assert idx.check() == []


@pytest.mark.parametrize("commits", [40, pytest.param(1000, marks=pytest.mark.long)])
def test_a_searcher_never_sees_an_error_or_a_shrinking_count(tmp_path: Path, commits: int) -> None:
    """Opened anew again and again while another process commits and merges, and read to the end."""
    index = tmp_path / "index"
    newsidx.open(index, create=True).close()
    readers = [started(READ, index, commits) for _ in range(2)]
    _, err = started(ADD, index, *(f"Corvane{i}" for i in range(commits))).communicate(timeout=1200)
    assert err == ""
    for reader in readers:
        out, err = reader.communicate(timeout=300)
        assert (reader.returncode, err) == (0, "")
        reads, total = map(int, out.split())
        assert total == commits
        assert reads > 2, "it read while the other wrote"


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("rounds", [4, pytest.param(60, marks=pytest.mark.long)])
def test_killed_at_any_moment_nothing_committed_is_lost(tmp_path: Path, rounds: int) -> None:
    index = tmp_path / "index"
    newsidx.open(index, create=True).close()
    chance = random.Random(7)
    committed: set[str] = set()
    for round_ in range(rounds):
        words = [f"Corvane{round_}x{i}" for i in range(200)]
        process = started(ADD, index, *words)
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(chance.randint(1, 4))]
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        said += process.communicate()[0].split()
        committed |= {f"Vote in {word}" for word in said}
        with newsidx.open(index) as idx:
            found = {hit.headline or "" for hit in idx.search("vote", limit=None)}
            assert committed <= found
            assert len(found - committed) <= 1, "one more may be committed and not told of"
            committed = found
            assert idx.check() == []
            idx.add(newsidx.article(key=f"after{round_}", headline=f"Vote after {round_}"), wait_seconds=0.0)
            committed.add(f"Vote after {round_}")
            kept = {f"newsidx_{segment.id.hex()}.seg" for segment in idx._engine._view.segments}
        assert {path.name for path in index.glob("*.seg")} == kept, "leftovers are removed by the next commit"
