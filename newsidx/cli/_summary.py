"""What an add or a reparse did, for people."""

from __future__ import annotations

from collections.abc import Mapping

from newsidx.cli._hits import shown_path
from newsidx.cli._screen import Screen, Span, Styles
from newsidx.cli._sizes import shown_bytes, shown_count, shown_rate, shown_seconds
from newsidx.model import AddReport, Outcome

__all__ = ["print_reparse_summary", "print_summary"]

_ALWAYS = ("added", "updated", "version", "duplicate", "unchanged")
_WORDS = {"version": ("version", "versions"), "duplicate": ("duplicate", "duplicates")}
_MOST_REASONS = 8
_MOST_EXAMPLES = 3
"""How many captures are named for each kind of skip or failure."""
_MOST_GONE = 20


def print_summary(screen: Screen, report: AddReport) -> None:
    """Counts; skips and failures by reason, with the first of each; how long it took."""
    counts = report.counts
    words = [_counted(status, counts.get(status, 0)) for status in _ALWAYS if counts.get(status) or status == "added"]
    words += [_counted("pruned", counts["pruned"])] if counts.get("pruned") else []
    screen.print(*(["would be: "] if report.dry_run else []), ", ".join(words), hanging=2)
    for status, style in (("skipped", Styles.PLAIN), ("failed", Styles.BAD)):
        if counts.get(status):
            _print_reasons(screen, report, status, style)
    _print_notes(screen, report)
    done = sum(counts.values())
    rate = f", {shown_rate(done, report.seconds)}" if report.seconds > 0 else ""
    read = f", {shown_bytes(report.bytes_read)} read" if report.bytes_read else ""
    screen.print(f"{shown_count(done, 'capture')} in {shown_seconds(report.seconds)}{rate}{read}")


def print_reparse_summary(screen: Screen, report: AddReport) -> None:
    """Counts; what is gone and what failed, with the first of each; how long it took."""
    counts = report.counts
    words = [f"{counts.get(status, 0)} {status}" for status in ("changed", "unchanged")]
    screen.print(*(["would be: "] if report.dry_run else []), ", ".join(words), hanging=2)
    for status, style in (("gone", Styles.PLAIN), ("failed", Styles.BAD)):
        if counts.get(status):
            _print_reasons(screen, report, status, style, most=_MOST_GONE)
    _print_notes(screen, report)
    done = sum(counts.values())
    rate = f", {shown_rate(done, report.seconds)}" if report.seconds > 0 else ""
    screen.print(f"{shown_count(done, 'capture')} in {shown_seconds(report.seconds)}{rate}")


def _counted(status: str, count: int) -> str:
    one, many = _WORDS.get(status, (status, status))
    return f"{count} {one if count == 1 else many}"


def _print_notes(screen: Screen, report: AddReport) -> None:
    for found in report.notes:
        screen.print("note: ", Span(found.text, is_name=True), hanging=2)


def _print_reasons(screen: Screen, report: AddReport, status: str, style: str, *, most: int = _MOST_EXAMPLES) -> None:
    reasons: Mapping[str, int] = report.reasons.get(status, {})
    total = report.counts[status]
    screen.print(Span(f"{total} {status}", style))
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    for reason, count in ordered[:_MOST_REASONS]:
        screen.print(f"{count} {reason.replace('-', ' ')}", indent=2)
        examples = _examples(report, status, reason, most)
        for example in examples:
            detail = f": {example.detail}" if example.detail else ""
            screen.print(Span(shown_path(example.path), Styles.NAME, is_name=True), detail, indent=4, is_wrapped=False)
        if 0 < len(examples) < count:
            screen.print(f"and {count - len(examples)} more; --report FILE names all", indent=4)
    if len(ordered) > _MOST_REASONS:
        screen.print(f"and {len(ordered) - _MOST_REASONS} other reasons", indent=2)


def _examples(report: AddReport, status: str, reason: str, most: int) -> list[Outcome]:
    mine = (example for example in report.examples if (example.status, example.reason) == (status, reason))
    return [example for example, _ in zip(mine, range(most), strict=False)]
