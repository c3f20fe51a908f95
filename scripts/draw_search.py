"""Draw docs/images/search.svg: what a terminal shows of a real search on corpus/.

Run by `make docs`; a test compares the picture with a new one. Only what our own output uses of a terminal's language
is understood: colours, bold, faint and underline.
"""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

__all__ = ["PICTURE", "picture"]

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "search.svg"
SEARCH = ("search", "peacekeepers", "withdrawal", "--limit", "3")
COLUMNS = 100

_FONT_PX, _COLUMN_PX, _LINE_PX, _EDGE_PX = 14, 8.4, 20, 18
_BACK, _FORE = "#1d2126", "#d5d8dc"
_COLOURS = {31: "#e5786d", 32: "#95c76f", 33: "#e8c35c", 34: "#82aaff", 35: "#c792ea", 36: "#76c7c0"}
_SGR = re.compile(r"\x1b\[([\d;]*)m")


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text is shown."""

    colour: str = _FORE
    bold: bool = False
    faint: bool = False
    underline: bool = False

    def after(self, codes: str) -> Style:
        """The style once the parameters of an SGR sequence are carried out."""
        style = self
        for code in map(int, (codes or "0").split(";")):
            if code == 0:
                style = Style()
            elif code == 1:
                style = replace(style, bold=True)
            elif code == 2:
                style = replace(style, faint=True)
            elif code == 4:
                style = replace(style, underline=True)
            elif code in _COLOURS:
                style = replace(style, colour=_COLOURS[code])
            else:
                raise ValueError(f"a terminal code that the picture has no drawing for: {code}")
        return style

    def attributes(self) -> str:
        """As attributes of SVG."""
        found = [f'fill="{self.colour}"']
        found += ['font-weight="bold"'] if self.bold else []
        found += ['opacity="0.6"'] if self.faint else []
        found += ['text-decoration="underline"'] if self.underline else []
        return " ".join(found)


def run_in_terminal(command: list[str], *, cwd: Path) -> str:
    """What a command writes to a terminal of `COLUMNS` columns, with plain line ends."""
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    env |= {"COLUMNS": str(COLUMNS), "LINES": "60", "TERM": "xterm-256color", "TZ": "UTC", "PYTHONUTF8": "1"}
    master, slave = pty.openpty()
    with subprocess.Popen(command, cwd=cwd, env=env, stdin=slave, stdout=slave, stderr=slave) as process:
        os.close(slave)
        data = b"".join(_read_all(master))
    os.close(master)
    if process.returncode != 0:
        raise RuntimeError(f"{command}: exit code {process.returncode}\n{data.decode(errors='replace')}")
    return data.decode().replace("\r\n", "\n")


def _read_all(descriptor: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:  # Linux says so where the other end is closed
            return
        if not chunk:
            return
        yield chunk


def draw(shown: str, prompt: str) -> str:
    """A picture of a terminal that shows `prompt` and the output below it."""
    lines = [[(prompt, Style(bold=True))], *_styled(shown.rstrip("\n"))]
    width = round(COLUMNS * _COLUMN_PX + 2 * _EDGE_PX)
    height = len(lines) * _LINE_PX + 2 * _EDGE_PX
    fonts = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f'<g font-family="{fonts}" font-size="{_FONT_PX}px">',
        f"<title>{escape(prompt)}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{_BACK}"/>',
    ]
    for number, line in enumerate(lines):
        y = _EDGE_PX + _LINE_PX * number + _FONT_PX
        column = 0
        for text, style in line:
            x = _EDGE_PX + column * _COLUMN_PX
            size = len(text) * _COLUMN_PX
            rows.append(
                f'<text x="{x:.1f}" y="{y}" textLength="{size:.1f}" xml:space="preserve" {style.attributes()}>'
                f"{escape(text)}</text>"
            )
            column += len(text)
    return "\n".join([*rows, "</g>", "</svg>"]) + "\n"


def _styled(shown: str) -> Iterator[list[tuple[str, Style]]]:
    """Each line as its stretches of one style."""
    style = Style()
    for line in shown.split("\n"):
        parts = _SGR.split(line)
        stretches = []
        for i, part in enumerate(parts):
            if i % 2:
                style = style.after(part)
            elif part:
                stretches.append((part, style))
        yield stretches


def picture() -> str:
    """The picture of a search on a new index of corpus/."""
    newsidx = str(Path(sys.executable).parent / "newsidx")
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        (desk / "corpus").symlink_to(ROOT / "corpus")
        index = ("--index", str(desk / "index"))
        subprocess.run([newsidx, "add", *index, "corpus"], cwd=desk, check=True, capture_output=True)
        return draw(run_in_terminal([newsidx, *SEARCH, *index], cwd=desk), "$ newsidx " + " ".join(SEARCH))


if __name__ == "__main__":
    PICTURE.write_text(picture(), "utf-8")
    print(f"drew {PICTURE.relative_to(ROOT)}")
