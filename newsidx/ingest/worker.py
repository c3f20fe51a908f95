"""The worker process: reads tasks from its standard input, reads captures, writes readings to its standard output.

It is started by `pool` with `BOOT` as its program, which takes over the parent's ``sys.path``; the caller's main
module is never imported. Messages are frames: eight bytes of length (little-endian), then a pickle. Only the parent
and its own child write them. While a worker reads it may ask for the template of a source: `QUESTION` and the source
go out, `ANSWER` and the template come back.

A worker ends when its input ends, which is also what it sees when its parent dies; it ignores the interrupt key,
which is the parent's to answer. What a capture's reader prints cannot get between the frames.
"""

from __future__ import annotations

import importlib
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from newsidx.ingest.reader import Reading, one_line

if TYPE_CHECKING:
    from newsidx.extract.memory import Template

__all__ = ["ANSWER", "BOOT", "QUESTION", "RETIRED", "frame", "main", "resolve", "take_frames"]

RETIRED = 75
"""Exit status of a worker that has grown too large and ends between two tasks; it costs no capture."""

QUESTION, ANSWER = b"?", b"!"
"""How messages begin that are no pickles (which begin with 0x80)."""

_MOST_TEMPLATES = 1000
_LENGTH = 8
_GRACE_SECONDS = 5.0

# Standard library only, until the parent's path is taken over. An input that ends at once: the parent is gone.
BOOT = """
import os, sys
if os.name == "nt":
    import msvcrt
    msvcrt.setmode(0, os.O_BINARY)
    msvcrt.setmode(1, os.O_BINARY)
def take(count):
    data = b""
    while len(data) < count:
        chunk = os.read(0, count - len(data))
        if not chunk:
            os._exit(0)
        data += chunk
    return data
import json
start = json.loads(take(int.from_bytes(take(8), "little")))
sys.path[:] = start["path"]
from newsidx.ingest.worker import main
main(start["most_bytes"])
"""


def frame(payload: bytes) -> bytes:
    """The payload with its length before it."""
    return len(payload).to_bytes(_LENGTH, "little") + payload


def take_frames(buffer: bytearray) -> Iterator[bytes]:
    """Take the payloads of all whole frames off the buffer's beginning."""
    while len(buffer) >= _LENGTH:
        end = _LENGTH + int.from_bytes(buffer[:_LENGTH], "little")
        if len(buffer) < end:
            return
        payload = bytes(memoryview(buffer)[_LENGTH:end])
        del buffer[:end]
        yield payload


def resolve(dotted: str) -> Callable[..., Reading]:
    """The function that ``module:name`` stands for."""
    module, _, name = dotted.partition(":")
    function: Callable[..., Reading] = getattr(importlib.import_module(module), name)
    return function


def main(most_bytes: int) -> None:
    """Serve until the input ends, or until this process has more than `most_bytes` of memory. The first message
    out is empty and says that the worker is ready."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = _private_pipes()
    orders: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    memory = _Memory(target)
    # A thread of its own sees the end of the input at once, also while a capture is being read.
    threading.Thread(target=_listen, args=(source, orders, memory.answers), daemon=True).start()
    _send(target, b"")
    _silence(2)
    while True:
        _send(target, _serve(orders.get(), memory))
        if _held_bytes() > most_bytes:
            os._exit(RETIRED)


def _private_pipes() -> tuple[int, int]:
    """Standard input and output moved to descriptors that no library knows."""
    source, target = os.dup(0), os.dup(1)
    if os.name == "nt":
        import msvcrt

        for descriptor in (source, target):
            msvcrt.setmode(descriptor, os.O_BINARY)  # type: ignore[attr-defined,unused-ignore]
    _silence(0)
    _silence(1)
    return source, target


def _silence(descriptor: int) -> None:
    """Let a standard descriptor lead nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


class _Memory:
    """Templates by source: asked of the parent once, and then known."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._known: dict[str, Template] = {}
        self.answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def __call__(self, source: str) -> Template:
        known = self._known.get(source)
        if known is None:
            from newsidx.extract.memory import Template

            left = _set_alarm(0)  # the parent may be away for long with a commit; that is not the capture's fault
            _send(self._target, QUESTION + source.encode("utf-8", "surrogatepass"))
            known = Template.decode(self.answers.get())
            _set_alarm(left)
            if len(self._known) >= _MOST_TEMPLATES:
                self._known.pop(next(iter(self._known)))
            self._known[source] = known
        return known


def _listen(source: int, orders: queue.SimpleQueue[bytes], answers: queue.SimpleQueue[bytes]) -> None:
    buffer = bytearray()
    while chunk := os.read(source, 1 << 16):
        buffer += chunk
        for message in take_frames(buffer):
            if message.startswith(ANSWER):
                answers.put(message[len(ANSWER) :])
            else:
                orders.put(message)
    os._exit(0)


def _send(target: int, payload: bytes) -> None:
    data = memoryview(frame(payload))
    try:
        while data:
            data = data[os.write(target, data) :]
    except OSError:  # nobody listens any more
        os._exit(0)


def _serve(order: bytes, memory: _Memory) -> bytes:
    """One task's answer. Whatever happens short of the process's death is a reading."""
    try:
        path, hints, expect_sha, dotted, limit_seconds, cost, args, remembers = pickle.loads(order)
        _set_alarm(limit_seconds + _GRACE_SECONDS)
        _set_cost(*cost)
        try:
            more = ({"args": args} if args else {}) | ({"memory": memory} if remembers else {})
            reading = resolve(dotted)(os.fsdecode(path), hints=hints, expect_sha=expect_sha, **more)
        finally:
            _set_alarm(0)
            _set_cost(0, 0)
        return pickle.dumps(reading, protocol=5)
    except MemoryError:
        reading = Reading("failed", reason="memory", detail="there is not enough memory", is_lasting=True)
    except BaseException as error:  # noqa: BLE001 (an exit is the capture's, not ours)
        reading = Reading("failed", reason="internal", detail=one_line(f"{type(error).__name__}: {error}"))
    return pickle.dumps(reading, protocol=5)


def _set_alarm(seconds: float) -> float:
    """Have the system end this process after so long (0: no more). Returns how long there was left. The parent ends it
    sooner; this is for workers that hang when the parent is gone, inside code that lets no thread of ours run."""
    if not hasattr(signal, "setitimer"):
        return 0
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    return signal.setitimer(signal.ITIMER_REAL, seconds)[0]


def _set_cost(cpu_seconds: float, more_bytes: int) -> None:
    """Have the system end this process after so much computing (0: no more), and refuse it memory beyond so much more
    than it has (Linux; others know no such limit)."""
    if not hasattr(signal, "setitimer"):
        return
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        import resource

        with open("/proc/self/statm", "rb") as file:
            has_bytes = int(file.read().split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = has_bytes + more_bytes if more_bytes else hard
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
    except (ImportError, OSError, ValueError):
        return


def _held_bytes() -> int:
    """The memory that this process has, or, where the system does not tell, has had at most; 0 where it tells neither.

    Not the most that it has had where the other is to be known: Linux counts into that what the parent had when it
    started this process, and every worker of a large parent would go after its first task.
    """
    try:
        import resource
    except ImportError:
        return 0
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except (OSError, ValueError):
        pass
    peak: Any = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak) * (1 if sys.platform == "darwin" else 1024)
