"""Headless Chromium for tests, spoken to over a pipe in its own protocol; no driver, no port, no network."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["Browser", "Tab", "chromium", "running"]

_PATIENCE_SECONDS = 30


_FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run")


@cache
def chromium() -> str | None:
    """Where Chromium is, if there is one that starts here."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        return None
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        command = [program, *_FLAGS, "--dump-dom", "about:blank"]
        done = subprocess.run(command, capture_output=True, timeout=2 * _PATIENCE_SECONDS, check=False)
        return program if b"<html" in done.stdout else None
    return None


class Browser:
    """A running Chromium."""

    def __init__(self, process: subprocess.Popen[bytes], reads: int, writes: int) -> None:
        self._process = process
        self._reads = reads
        self._writes = writes
        self._left = b""
        self._number = 0

    def call(self, method: str, *, session: str | None = None, **params: Any) -> Any:
        """One command of the protocol, and its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        os.write(self._writes, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def _next(self) -> Any:
        while b"\0" not in self._left:
            assert select.select([self._reads], [], [], _PATIENCE_SECONDS)[0], "Chromium does not answer"
            data = os.read(self._reads, 1 << 20)
            assert data, "Chromium has gone"
            self._left += data
        message, _, self._left = self._left.partition(b"\0")
        return json.loads(message)

    def tab(self) -> Tab:
        """A new tab."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        return Tab(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])


class Tab:
    """A tab of it."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session

    def call(self, method: str, **params: Any) -> Any:
        return self._browser.call(method, session=self._session, **params)

    def size(self, width: int, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def is_dark(self, value: bool) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if value else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def go(self, url: str) -> None:
        """Go there, and wait until it is there."""
        self.call("Page.navigate", url=url)
        self.until(f"document.readyState === 'complete' && location.href !== 'about:blank' && {json.dumps(url)} !== ''")

    def run(self, script: str) -> Any:
        """The value of an expression in the page; a promise is awaited."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def until(self, script: str) -> Any:
        """Wait until an expression is true."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            value = self.run(script)
            if value:
                return value
            time.sleep(0.02)
        raise AssertionError(f"it never came true: {script}")

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        for letter in text:
            self.key(letter)

    def key(self, name: str, *, shift: bool = False) -> None:
        """Press a key."""
        text = {"text": name} if len(name) == 1 else {"text": "\r"} if name == "Enter" else {}
        code = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowLeft": 37, "ArrowRight": 39}.get(name, 0)
        modifiers = 8 if shift else 0
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=name, windowsVirtualKeyCode=code, modifiers=modifiers, **text
            )

    def drag(self, start: tuple[float, float], *ways: tuple[float, float]) -> None:
        """Press the mouse, move it along, let go; with no way to go a click."""
        self.call("Input.dispatchMouseEvent", type="mousePressed", x=start[0], y=start[1], button="left", clickCount=1)
        for x, y in ways:
            self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y, button="left", buttons=1)
        x, y = (start, *ways)[-1]
        self.call("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=y, button="left", clickCount=1)

    def picture(self, path: Path) -> None:
        """A screenshot of what the window shows."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))


@contextlib.contextmanager
def running(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own."""
    program = chromium()
    assert program is not None
    to_it, writes = os.pipe()
    reads, from_it = os.pipe()
    # Chromium reads its descriptor 3 and writes its descriptor 4.
    script = f'exec 3<&{to_it} 4>&{from_it}; exec "$0" "$@"'
    process = subprocess.Popen(
        ["bash", "-c", script, program, *_FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}"],
        pass_fds=(to_it, from_it),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_it)
    os.close(from_it)
    browser = Browser(process, reads, writes)
    try:
        yield browser
    finally:
        with contextlib.suppress(OSError, AssertionError):
            browser.call("Browser.close")
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(reads)
        os.close(writes)
