"""Numbers for people: sizes and durations."""

from __future__ import annotations

__all__ = ["shown_bytes", "shown_count", "shown_rate", "shown_seconds"]

_STEP = 1000


def shown_bytes(size: float) -> str:
    """A size in the largest unit that leaves a whole digit, e.g. ``4.2 MB`` (powers of 1000)."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < _STEP:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= _STEP
    return f"{size:.1f} TB"


def shown_seconds(seconds: float) -> str:
    """A duration: ``0.4 s``, ``12 s``, ``3:07`` (minutes), ``1:02:03`` (hours)."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def shown_count(count: int, one: str, many: str | None = None) -> str:
    """``1 capture``, ``2 captures``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def shown_rate(count: int, seconds: float) -> str:
    """``85 a second``; with a tenth below ten."""
    rate = count / seconds
    return f"{rate:.1f} a second" if rate < 10 else f"{rate:.0f} a second"
