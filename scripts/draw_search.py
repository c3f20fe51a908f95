"""Draw docs/images/search.svg and languages.svg: what a terminal shows of real searches on corpus/.

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
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

__all__ = ["PICTURES", "pictures"]

ROOT = Path(__file__).resolve().parent.parent
PICTURES = {
    ROOT / "docs" / "images" / "search.svg": ("peacekeepers withdrawal --limit 3",),
    ROOT / "docs" / "images" / "languages.svg": (
        "миротворцы вывод",
        "قوات حفظ السلام",
        "Friedenstruppen Abzug",
        "维和行动",
    ),
}
"""Each picture with its searches."""
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


def draw(searches: Sequence[tuple[str, str]]) -> str:
    """A picture of a terminal that shows each prompt and the output below it."""
    lines = []
    for prompt, shown in searches:
        lines += [[(prompt, Style(bold=True))], *_styled(shown.rstrip("\n")), []]
    lines.pop()
    title = "; ".join(prompt for prompt, _ in searches)
    width = round(COLUMNS * _COLUMN_PX + 2 * _EDGE_PX)
    height = len(lines) * _LINE_PX + 2 * _EDGE_PX
    fonts = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f'<g font-family="{fonts}" font-size="{_FONT_PX}px">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{_BACK}"/>',
    ]
    for number, line in enumerate(lines):
        y = _EDGE_PX + _LINE_PX * number + _FONT_PX
        if any(unicodedata.bidirectional(char) in ("R", "AL") for text, _ in line for char in text):
            rows.append(_run_on(line, y))
            continue
        column = 0
        for text, style in line:
            x = _EDGE_PX + column * _COLUMN_PX
            columns = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
            rows.append(
                f'<text x="{x:.1f}" y="{y}" textLength="{columns * _COLUMN_PX:.1f}" xml:space="preserve" '
                f"{style.attributes()}>{escape(text)}</text>"
            )
            column += columns
    return "\n".join([*rows, "</g>", "</svg>"]) + "\n"


def _run_on(line: Sequence[tuple[str, Style]], y: int) -> str:
    """A line with letters that run from right to left as one text, whose stretches whoever shows it puts in order."""
    stretches = "".join(f"<tspan {style.attributes()}>{escape(text)}</tspan>" for text, style in line)
    return f'<text x="{_EDGE_PX:.1f}" y="{y}" xml:space="preserve">{stretches}</text>'


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


def pictures() -> dict[Path, str]:
    """The pictures, of searches on a new index of corpus/."""
    newsidx = str(Path(sys.executable).parent / "newsidx")
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        (desk / "corpus").symlink_to(ROOT / "corpus")
        index = ("--index", str(desk / "index"))
        subprocess.run([newsidx, "add", *index, "corpus"], cwd=desk, check=True, capture_output=True)
        shown = {
            words: run_in_terminal([newsidx, "search", *words.split(), *index], cwd=desk)
            for searches in PICTURES.values()
            for words in searches
        }
    return {
        path: draw([(f"$ newsidx search {words}", shown[words]) for words in searches])
        for path, searches in PICTURES.items()
    }


if __name__ == "__main__":
    for path, drawn in pictures().items():
        path.write_text(drawn, "utf-8")
        print(f"drew {path.relative_to(ROOT)}")
