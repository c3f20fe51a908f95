"""``newsidx stats``: how much of what is in the index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newsidx.cli import _exits
from newsidx.cli._command import build
from newsidx.cli._json import print_json
from newsidx.cli._options import ColorOption, IndexOption, JsonOption, open_index
from newsidx.cli._screen import Screen, Span, Styles, screen_on
from newsidx.cli._sizes import shown_bytes, shown_count

__all__ = ["make"]

_MOST = 20
"""How many languages, sources are told one by one; JSON has them all."""


def stats(as_json: JsonOption = False, index: IndexOption = None, color: ColorOption = "auto") -> int:
    r"""Count what is in the index: articles by kind, language and source, and the space they take.

    \b
    newsidx stats
    newsidx stats --json --index archive
    """
    with open_index(index) as idx:
        counts = idx.stats()
        path = idx.path
    if as_json:
        from newsidx.wire import stats_to_wire

        print_json(stats_to_wire(counts, index=path))
        return _exits.DONE
    screen = screen_on(color=color)
    screen.print("index ", Span(path, Styles.NAME, is_name=True))
    earlier = f", and {shown_count(counts.earlier, 'earlier version')}" if counts.earlier else ""
    screen.print(f"{shown_count(counts.articles, 'article')}{earlier}")
    screen.print(f"{shown_count(counts.segments, 'segment')}, {shown_bytes(counts.size_bytes)}")
    _print_counts(screen, "Kinds", counts.by_kind)
    _print_counts(screen, "Languages", counts.by_lang)
    _print_counts(screen, "Sources", counts.by_source)
    return _exits.DONE


def _print_counts(screen: Screen, heading: str, counts: Mapping[str, int]) -> None:
    if not counts:
        return
    screen.blank()
    screen.print(Span(heading, Styles.HEADING))
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for name, count in most[:_MOST]:
        screen.print(name or "unknown", lead=f"{count:>8}  ", hanging=10)
    if len(most) > _MOST:
        rest = sum(count for _, count in most[_MOST:])
        screen.print(f"in {len(most) - _MOST} others", lead=f"{rest:>8}  ")


def make() -> Any:
    """The command."""
    return build(stats, name="stats")
