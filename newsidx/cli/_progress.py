"""How far an add is: a bar on a terminal, now and then a plain line elsewhere. On standard error."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, TextIO

from newsidx.cli._layout import fits
from newsidx.cli._screen import is_terminal
from newsidx.cli._sizes import shown_rate, shown_seconds

if TYPE_CHECKING:
    from newsidx.model import Progress

__all__ = ["ProgressLine"]

_REDRAW_SECONDS = 0.1
_LINE_SECONDS = 10.0
_BAR_COLUMNS = 24
_EIGHTHS = " ▏▎▍▌▋▊▉"
_ERASE = "\r\x1b[K"


class ProgressLine:
    """Give it each `Progress`; `clear` it before anything else is printed, and at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_bar = is_terminal(stream) and os.environ.get("TERM") != "dumb"
        self._drawn_at: float | None = None
        self._is_shown = False

    def update(self, progress: Progress) -> None:
        """Show how far the add is, if it is time to."""
        pause = _REDRAW_SECONDS if self._is_bar else _LINE_SECONDS
        since = progress.seconds if self._drawn_at is None else progress.seconds - self._drawn_at
        if since < pause:
            return
        self._drawn_at = progress.seconds
        if self._is_bar:
            columns = shutil.get_terminal_size().columns - 1
            bar = fits(f"{_bar(progress)} {progress_text(progress)}", columns)
            self._stream.write(_ERASE + bar)
            self._is_shown = True
        else:
            self._stream.write(f"newsidx: {progress_text(progress)}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self._is_shown:
            self._stream.write(_ERASE)
            self._stream.flush()
            self._is_shown = False


def _share(progress: Progress) -> float:
    """How much of the work is done: by bytes, which tell better than captures how long the rest takes."""
    if progress.bytes_total > 0:
        return min(1.0, progress.bytes_done / progress.bytes_total)
    return min(1.0, progress.done / progress.total) if progress.total > 0 else 1.0


def progress_text(progress: Progress) -> str:
    """``123 of 975 captures, 12 %, 85 a second, 0:10 left``; the last two once they can be told."""
    share = _share(progress)
    parts = [f"{progress.done} of {progress.total} captures", f"{share:.0%}".replace("%", " %")]
    if progress.done and progress.seconds > 0:
        parts.append(shown_rate(progress.done, progress.seconds))
    if 0 < share < 1:
        parts.append(f"{shown_seconds(progress.seconds * (1 - share) / share)} left")
    return ", ".join(parts)


def _bar(progress: Progress) -> str:
    eighths = round(_share(progress) * _BAR_COLUMNS * 8)
    whole, rest = divmod(eighths, 8)
    bar = "█" * whole + (_EIGHTHS[rest] if whole < _BAR_COLUMNS else "")
    return f"▕{bar:<{_BAR_COLUMNS}}▏"
