"""Patterns over paths: components split at ``/``, ``*`` within one, ``**`` over any number of them.

Matching is by table over (place in the pattern, place in the path), so its cost is bounded by the product of their
lengths whatever the names are. Leaves fields to `pattern`; called by it and by the walk (``--include``).
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Sequence

__all__ = ["Glob", "component_paths"]


class Glob:
    """A glob as ``--include`` and ``--exclude`` take it.

    Without a slash it is matched with single names; with one, with the path below the root. ``?`` and ``[...]`` are
    those of fnmatch; upper and lower case differ.
    """

    __slots__ = ("_components", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        trimmed = pattern.strip("/") or pattern
        components = trimmed.split("/") if "/" in pattern.rstrip("/") else ["**", trimmed]
        self._components: list[Callable[[str], object] | None] = [
            None if part == "**" else re.compile(fnmatch.translate(part)).match for part in components
        ]

    def matches(self, parts: Sequence[str]) -> bool:
        """Whether the path of these components matches as a whole."""
        return component_paths(self._components, parts)


def component_paths(pattern: Sequence[Callable[[str], object] | None], parts: Sequence[str]) -> bool:
    """Whether the components match the pattern's one by one, None standing for any number of them."""
    reachable = {0}
    for step in pattern:
        if not reachable:
            return False
        if step is None:
            reachable = set(range(min(reachable), len(parts) + 1))
        else:
            reachable = {i + 1 for i in reachable if i < len(parts) and step(parts[i])}
    return len(parts) in reachable
