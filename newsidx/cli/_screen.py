"""Where text for people goes: lines made harmless, wrapped to the terminal, coloured where colour is wanted.

Renderers say *what* to print as `Span`s of foreign or own text with a style; only here do they become characters on a
stream. So nothing foreign is printed without having gone through `newsidx.harmless`, and all escape sequences are
from here.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from typing import Literal, TextIO, TypeAlias

from newsidx.cli._layout import is_right_to_left, lines_of, width_of
from newsidx.frozen import dataclass
from newsidx.harmless import harmless, harmless_name

__all__ = ["ColorWhen", "Screen", "Span", "Styles", "is_terminal", "joined", "note", "screen_on", "wants_color"]

ColorWhen = Literal["auto", "always", "never"]

_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_RESET = "\x1b[0m"


class Styles:
    """The styles in use, as parameters of SGR escape sequences (ECMA-48)."""

    PLAIN = ""
    HEADLINE = "1"
    MATCH = "1;33"
    HEADLINE_MATCH = "1;4;33"
    FAINT = "2"
    NAME = "36"
    HEADING = "1;4"
    BAD = "31"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style. `is_name` for paths, queries and the like, whose odd characters must be seen."""

    text: str
    style: str = Styles.PLAIN
    is_name: bool = False

    @property
    def shown(self) -> str:
        return harmless_name(self.text) if self.is_name else harmless(self.text)


Text: TypeAlias = "str | Span"


def joined(spans: Sequence[Text], separator: str = " · ") -> list[Text]:
    """The spans with a separator between them."""
    return [part for span in spans for part in (Span(separator, Styles.FAINT), span)][1:]


@dataclass(frozen=True, slots=True)
class Screen:
    """A stream for people to read. `width` None does not wrap."""

    stream: TextIO
    width: int | None
    has_color: bool

    def print(
        self,
        *texts: Text,
        lead: Text = "",
        indent: int = 0,
        hanging: int | None = None,
        is_prose: bool = False,
        is_wrapped: bool = True,
    ) -> None:
        """A paragraph of these spans after `lead`; indented by `indent` columns, from its second line on by `hanging`.

        Text that runs from right to left is set apart from what surrounds it: where it is prose line by line, else
        span by span. What is not wrapped (paths, addresses) can be copied whole.
        """
        spans = [text if isinstance(text, Span) else Span(text) for text in texts]
        shown = [span.shown for span in spans]
        whole = "".join(shown)
        runs = []
        start = 0
        for span, text in zip(spans, shown, strict=True):
            runs.append((start, start + len(text), span.style))
            start += len(text)
        lead_span = lead if isinstance(lead, Span) else Span(lead)
        hanging = indent if hanging is None else hanging
        room = self.width - hanging if self.width is not None and is_wrapped else None
        before = " " * indent + self._styled(_isolated(lead_span.shown), lead_span.style)
        for a, b in lines_of(whole, room, taken=indent + width_of(lead_span.shown) - hanging):
            self.stream.write(f"{before}{self._painted(whole, a, b, runs, is_prose)}\n")
            before = " " * hanging

    def blank(self) -> None:
        """An empty line."""
        self.stream.write("\n")

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}{_RESET}" if self.has_color and style and text else text

    def _painted(self, whole: str, a: int, b: int, runs: Sequence[tuple[int, int, str]], is_prose: bool) -> str:
        parts = []
        for start, end, style in runs:
            text = whole[max(a, start) : min(b, end)] if start < b and end > a else ""
            if not text:
                continue
            if not is_prose:
                text = _isolated(text)
            parts.append(self._styled(text, style))
        line = "".join(parts)
        return f"{_ISOLATE}{line}{_END_ISOLATE}" if is_prose and is_right_to_left(whole[a:b]) else line


def _isolated(text: str) -> str:
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if is_right_to_left(text) else text


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at it."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def wants_color(stream: TextIO, when: ColorWhen) -> bool:
    """Whether to colour: as told, else on a terminal that can, unless NO_COLOR is set (https://no-color.org)."""
    if when != "auto":
        return when == "always"
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width(stream: TextIO) -> int | None:
    if is_terminal(stream):
        return shutil.get_terminal_size().columns
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isdecimal() and int(columns) else None


def screen_on(stream: TextIO | None = None, color: ColorWhen = "auto") -> Screen:
    """A screen on a stream (standard output): as wide as the terminal, or as COLUMNS says, or else unwrapped."""
    stream = sys.stdout if stream is None else stream
    return Screen(stream, _width(stream), wants_color(stream, color))


def note(*texts: Text) -> None:
    """A line on standard error, with the program's name before it."""
    sys.stdout.flush()
    screen_on(sys.stderr).print("newsidx: ", *texts, hanging=2)
    sys.stderr.flush()
