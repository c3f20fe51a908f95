"""The pool: whatever a capture does to its worker, it does to itself alone, and nothing is left behind."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import newsidx.errors
from newsidx.ingest import pool as pool_module
from newsidx.ingest.pool import Pool, Task
from newsidx.ingest.reader import Reading
from newsidx.ingest.worker import BOOT, RETIRED

ROOT = str(Path(newsidx.errors.__file__).parents[1])

READERS = f"""
import os, signal, sys, time
from newsidx.ingest.reader import Reading

def read(path, *, hints=(), expect_sha=None):
    what, _, rest = path.partition(":")
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "segv":
        signal.signal(signal.SIGSEGV, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGSEGV)
    elif what == "exit":
        os._exit(3)
    elif what == "raise":
        raise KeyboardInterrupt("stop")
    elif what == "retire":
        os._exit({RETIRED}) if not os.path.exists(rest) and not open(rest, "w").close() else None
    elif what == "hang":
        while True:
            try:
                time.sleep(600)
            except BaseException:
                pass
    elif what == "burn":
        while True:
            pass
    elif what == "eat":
        eaten = bytearray(1 << 30)
    elif what == "close":
        os.closerange(3, 100)
        time.sleep(600)
    elif what == "sleep":
        time.sleep(float(rest))
    elif what == "big":
        return Reading("skipped", detail="x" * int(rest), reason=str(os.getpid()))
    elif what == "unpicklable":
        return Reading("ok", analyzed=lambda: None)
    elif what == "foreign":
        return Reading("ok", analyzed=__import__("decimal").Decimal(1))
    return Reading("skipped", expect_sha, reason=str(os.getpid()), detail=path)
"""


@pytest.fixture(autouse=True)
def readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "odd_readers.py").write_text(READERS)
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.fixture(params=["selector", "threads"])
def mail(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of waiting, the one for Windows included, whatever the system."""
    if request.param == "threads":
        monkeypatch.setattr(pool_module, "_SelectorMail", pool_module._ThreadMail)
    return str(request.param)


def task(path: str) -> Task:
    return Task(path, reader="odd_readers:read")


def run(pool: Pool, *paths: str) -> dict[str, Reading]:
    result = {done.path: reading for done, reading in pool.map_unordered(map(task, paths))}
    assert sorted(result) == sorted(paths)
    return result


def children() -> set[int]:
    """The processes that this one has started and that are still there, dead ones not yet waited for included."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.add(int(path.parent.name))
    return found


@pytest.fixture(autouse=True)
def leaves_nothing_behind() -> Iterator[None]:
    before = children()
    yield
    gc.collect()
    assert children() <= before


# ---- plain work -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_task_has_its_reading(mail: str, jobs: int) -> None:
    paths = [f"page {i}" for i in range(50)]
    with Pool(jobs) as pool:
        for _ in range(2):
            readings = run(pool, *paths)
            assert all(readings[path].detail == path for path in paths)
            pids = {reading.reason for reading in readings.values()}
            assert len(pids) <= jobs and str(os.getpid()) not in pids


def test_no_more_workers_than_tasks() -> None:
    with Pool(4) as pool:
        run(pool, "a")
        assert len(pool._workers) == 1
        assert list(pool.map_unordered([])) == []
        assert len(pool._workers) == 1


def test_what_a_task_carries_arrives() -> None:
    odd = "a\nb\udcff.html"
    with Pool(1) as pool:
        sent = Task(odd, expect_sha="abc", reader="odd_readers:read", tag=(lambda: None))
        ((done, reading),) = pool.map_unordered([sent])
        assert done is sent
        assert (reading.id, reading.detail) == ("abc", odd)


def test_tasks_are_taken_only_as_they_are_needed() -> None:
    taken: list[int] = []

    def tasks() -> Iterator[Task]:
        for i in range(1000):
            taken.append(i)
            yield task(f"{i}")

    with Pool(2) as pool:
        results = pool.map_unordered(tasks())
        for count in range(1, 50):
            next(results)
            assert len(taken) <= count + 2 * 2 + 1
        results.close()  # type: ignore[attr-defined]


def test_readings_larger_than_a_pipe(mail: str) -> None:
    with Pool(2) as pool:
        readings = run(pool, *(f"big:{3_000_000 + i}" for i in range(8)))
        assert sorted(len(reading.detail or "") for reading in readings.values()) == [3_000_000 + i for i in range(8)]


def test_without_processes() -> None:
    with Pool(0) as pool:
        readings = run(pool, "a", "b")
        assert {reading.reason for reading in readings.values()} == {str(os.getpid())}


def test_a_frozen_program_starts_no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with Pool(3) as pool:
        assert pool.jobs == 0


# ---- faults ---------------------------------------------------------------------------------------------------------


def test_a_capture_that_kills_its_worker_costs_only_itself(mail: str) -> None:
    paths = [f"page {i}" for i in range(20)]
    with Pool(2) as pool:
        readings = run(pool, *paths[:10], "kill:1", "segv:", "exit:", "kill:2", *paths[10:])
        assert all(readings[path].status == "skipped" for path in paths)
        for path, how in (("kill:1", "SIGKILL"), ("kill:2", "SIGKILL"), ("segv:", "SIGSEGV"), ("exit:", "status 3")):
            reading = readings[path]
            assert (reading.status, reading.reason) == ("failed", "crashed")
            assert reading.detail is not None and how in reading.detail
        assert len(run(pool, *paths)) == 20


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer of the system's")
def test_a_capture_that_computes_without_end_is_ended_and_would_be_again(mail: str) -> None:
    with Pool(1) as pool:
        burning = Task("burn:", reader="odd_readers:read", cost=(0.2, 1 << 30))
        readings = {done.path: reading for done, reading in pool.map_unordered([task("a"), burning, task("b")])}
    assert (readings["burn:"].reason, readings["burn:"].is_lasting) == ("costly", True)
    assert readings["burn:"].detail == "it takes more than 0.2 s of computing to read"
    assert readings["a"].status == readings["b"].status == "skipped"
    assert not readings["a"].is_lasting


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux")
def test_a_capture_that_takes_too_much_memory_is_refused_it(mail: str) -> None:
    with Pool(1) as pool:
        eating = Task("eat:", reader="odd_readers:read", cost=(60.0, 100 << 20))
        fed = Task("eat:", reader="odd_readers:read", cost=(60.0, 2 << 30))
        readings = [reading for _, reading in pool.map_unordered([eating, fed, task("b")])]
    assert sorted((reading.reason == "memory", reading.is_lasting) for reading in readings) == [
        (False, False),
        (False, False),
        (True, True),
    ]


def test_who_was_killed_from_elsewhere_is_tried_again_and_a_fault_of_its_own_is_not() -> None:
    with Pool(1) as pool:
        readings = run(pool, "kill:", "segv:", "exit:")
    assert {path: reading.is_lasting for path, reading in readings.items()} == {
        "kill:": False,
        "segv:": True,
        "exit:": False,
    }


@pytest.mark.parametrize("what", ["hang:", "close:"])
def test_a_capture_that_never_ends_costs_only_itself(mail: str, what: str) -> None:
    paths = [f"page {i}" for i in range(10)]
    with Pool(2, time_limit_seconds=0.8) as pool:
        readings = run(pool, what, *paths)
        assert all(readings[path].status == "skipped" for path in paths)
        assert readings[what].status == "failed"
        assert readings[what].reason == ("timeout" if what == "hang:" else "crashed")


def test_the_time_limit_is_for_each_capture_and_not_for_the_caller() -> None:
    with Pool(1, time_limit_seconds=1.0) as pool:
        readings: list[Reading] = []
        for _, reading in pool.map_unordered(task(f"sleep:0.3{i}") for i in range(6)):
            readings.append(reading)
            if len(readings) == 1:
                time.sleep(1.5)  # a caller that is long away
        assert [reading.status for reading in readings] == ["skipped"] * 6


def test_a_caller_that_is_long_away_between_two_readings_of_one_look() -> None:
    with Pool(2, time_limit_seconds=1.0) as pool:
        run(pool, "warm", "up")
        readings = []
        for _, reading in pool.map_unordered(map(task, ["big:10", "sleep:0.5", "big:11"])):
            readings.append(reading.status)
            time.sleep(1.2)
        assert readings == ["skipped"] * 3


def test_errors_of_the_reader_are_readings() -> None:
    with Pool(1) as pool:
        readings = run(pool, "raise:", "unpicklable:", "foreign:", "page")
        assert readings["raise:"].reason == "internal"
        assert readings["unpicklable:"].reason == "internal"
        assert readings["foreign:"].status == "ok"
        assert len({readings["page"].reason}) == 1
        missing = Task("x", reader="nowhere:read")
        ((_, reading),) = pool.map_unordered([missing])
        assert reading.reason == "internal" and "nowhere" in (reading.detail or "")


def test_a_worker_that_has_grown_too_large_goes_and_costs_nothing(tmp_path: Path) -> None:
    marks = [f"retire:{tmp_path / str(i)}" for i in range(3)]
    with Pool(1) as pool:
        readings = run(pool, "a", *marks, "b")
        assert all(reading.status == "skipped" for reading in readings.values())


def test_workers_that_cannot_start_are_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "BOOT", "raise ImportError('no such thing')")
    with Pool(2) as pool, pytest.raises(newsidx.errors.InternalError, match="no such thing"):
        list(pool.map_unordered(map(task, "abc")))


def test_a_worker_that_dies_while_it_starts_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "started"
    once = f"import os\nif not os.path.exists({str(mark)!r}):\n    open({str(mark)!r}, 'w').close()\n    os._exit(9)\n"
    monkeypatch.setattr(pool_module, "BOOT", once + BOOT)
    with Pool(1) as pool:
        assert len(run(pool, "a", "b", "c")) == 3


# ---- ending ---------------------------------------------------------------------------------------------------------


def test_closing_waits_for_no_worker(mail: str) -> None:
    pool = Pool(2)
    results = pool.map_unordered(map(task, ["page", "hang:", "hang:"]))
    next(results)
    pool.close()
    pool.close()
    with pytest.raises(ValueError, match="closed"):
        next(pool.map_unordered([]))


def test_an_abandoned_run_leaves_a_pool_that_works() -> None:
    with Pool(2) as pool:
        results = pool.map_unordered(task(f"{i}") for i in range(100))
        next(results)
        with pytest.raises(ValueError, match="other tasks"):
            next(pool.map_unordered([task("x")]))
        results.close()  # type: ignore[attr-defined]
        assert len(run(pool, "a", "b", "c")) == 3


def test_an_error_in_the_tasks_reaches_the_caller() -> None:
    def tasks() -> Iterator[Task]:
        yield task("a")
        raise ZeroDivisionError

    with Pool(1) as pool:
        with pytest.raises(ZeroDivisionError):
            list(pool.map_unordered(tasks()))
        assert len(run(pool, "b")) == 1


def test_a_pool_that_nobody_closes() -> None:
    pool = Pool(1)
    run(pool, "a")
    assert len(pool._workers) == 1
    del pool  # the fixture sees that nothing is left


def script(tmp_path: Path, body: str) -> subprocess.Popen[str]:
    """A plain script without a main guard, in a process of its own."""
    path = tmp_path / "plain_script.py"
    head = f"import os, sys, time\nsys.path[:0] = [{ROOT!r}, {str(tmp_path)!r}]\nprint('main', flush=True)\n"
    path.write_text(head + "from newsidx.ingest.pool import Pool, Task\n" + textwrap.dedent(body))
    return subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for_end(pids: list[int]) -> None:
    deadline = time.monotonic() + 10
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_alive, pids))


def test_the_main_module_is_never_imported_again(tmp_path: Path) -> None:
    process = script(
        tmp_path,
        """
        import multiprocessing
        multiprocessing.set_start_method("spawn")
        with Pool(2) as pool:
            tasks = [Task(str(i), reader="odd_readers:read") for i in range(20)]
            print(len(list(pool.map_unordered(tasks))))
        """,
    )
    out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == ("main\n20\n", "", 0)


HANGING = """
    pool = Pool(2, time_limit_seconds=300)
    tasks = [Task("a", reader="odd_readers:read")] + [Task("hang:", reader="odd_readers:read")] * 2
    results = pool.map_unordered(tasks)
    next(results)
    print(*[w.process.pid for w in pool._workers], flush=True)
"""


def test_workers_do_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    process = script(tmp_path, HANGING + "    time.sleep(600)\n")
    assert process.stdout is not None
    assert process.stdout.readline() == "main\n"
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert pids and all(map(is_alive, pids))
    process.kill()
    process.communicate(timeout=20)
    wait_for_end(pids)


def test_the_interrupt_key_ends_the_parent_cleanly(tmp_path: Path) -> None:
    process = script(
        tmp_path,
        HANGING
        + """
    try:
        for _ in results:
            pass
    except KeyboardInterrupt:
        print("stopped", len(pool._workers), flush=True)
        again = [Task("b", reader="odd_readers:read")]
        print(len(list(pool.map_unordered(again))), flush=True)
        pool.close()
    """,
    )
    assert process.stdout is not None
    process.stdout.readline()
    pids = [int(pid) for pid in process.stdout.readline().split()]
    time.sleep(0.3)
    for pid in pids:  # as a terminal does: everybody in the group gets it
        os.kill(pid, signal.SIGINT)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == ("stopped 0\n1\n", "", 0)
    wait_for_end(pids)


def test_a_parent_that_forgets_its_pool_ends_cleanly(tmp_path: Path) -> None:
    process = script(tmp_path, HANGING)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and err == ""
    wait_for_end([int(pid) for pid in out.splitlines()[1].split()])


def test_a_fork_of_the_parent_leaves_the_workers_alone(tmp_path: Path) -> None:
    process = script(
        tmp_path,
        """
        pool = Pool(1)
        task = Task("a", reader="odd_readers:read")
        list(pool.map_unordered([task]))
        child = os.fork()
        if child == 0:
            sys.exit(0)
        os.waitpid(child, 0)
        (worker,) = pool._workers
        print(worker.process.poll(), len(list(pool.map_unordered([task]))))
        pool.close()
        """,
    )
    out, err = process.communicate(timeout=60)
    assert (out, err) == ("main\nNone 1\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="the system does not tell how large a process is")
def test_a_worker_that_has_grown_too_large_is_replaced_and_costs_no_capture(mail: str) -> None:
    """Here each has, after its first capture."""
    paths = [f"page {i}" for i in range(8)]
    with Pool(2, worker_bytes=1) as pool:
        readings = run(pool, *paths)
    assert all(readings[path].detail == path for path in paths)
    assert len({reading.reason for reading in readings.values()}) == len(paths)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux")
def test_a_worker_is_not_taken_for_as_large_as_its_parent(mail: str) -> None:
    held = b"x" * (500 << 20)
    with Pool(1, worker_bytes=300 << 20) as pool:
        readings = run(pool, *(f"page {i}" for i in range(5)))
    assert len({reading.reason for reading in readings.values()}) == 1
    assert len(held) == 500 << 20
