"""Small boosted trees that were trained elsewhere (scripts/train_lines.py) and are only read and added up here.

A model is a JSON object in ``tables/``: ``features`` (names, in the order of the values that it wants), ``bias``, and
``trees``, each a nested list ``[feature, threshold, left, right]`` whose leaves are numbers; left is taken at or below
the threshold. Plain Python: a page has some forty lines worth asking about, and a hundred trees of four leaves over
them take less time than the import of an array library. Called by the readers' labellers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["Forest", "load"]

_TABLES = Path(__file__).parent / "tables"


_TREES_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Forest:
    """One trained model."""

    features: tuple[str, ...]
    bias: float
    trees: tuple[Any, ...]
    """Nested tuples (place of the feature, threshold, left, right); a leaf is a number."""
    score: Callable[[Sequence[float]], float] = field(init=False, compare=False, repr=False)
    """The log-odds for one line, of its values in the order of `features`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "score", _compiled(self.bias, self.trees))


def _compiled(bias: float, trees: Sequence[Any]) -> Callable[[Sequence[float]], float]:
    """The trees as one function of conditional expressions: three times as fast as a walk over tuples.

    Its source has nothing in it but numbers that went through `float` and `int`.
    """
    sums = [
        " + ".join(_expression(tree) for tree in trees[at : at + _TREES_AT_ONCE])
        for at in range(0, len(trees), _TREES_AT_ONCE)
    ]
    lines = [
        "def score(x):",
        f"    total = {float(bias)!r}",
        *(f"    total += {each}" for each in sums),
        "    return total",
    ]
    names: dict[str, Any] = {}
    exec(compile("\n".join(lines), "<trees>", "exec"), {"__builtins__": {}}, names)
    scored: Callable[[Sequence[float]], float] = names["score"]
    return scored


def _expression(node: Any) -> str:
    if not isinstance(node, tuple):
        return repr(float(node))
    feature, threshold, left, right = node
    return f"({_expression(left)} if x[{int(feature)}] <= {float(threshold)!r} else {_expression(right)})"


@cache
def load(name: str) -> Forest:
    """The model of ``tables/NAME``."""
    with (_TABLES / name).open(encoding="utf-8") as file:
        read = json.load(file)
    places = {feature: at for at, feature in enumerate(read["features"])}
    trees = tuple(_tree(tree, places) for tree in read["trees"])
    return Forest(tuple(read["features"]), float(read["bias"]), trees)


def _tree(node: Any, places: dict[str, int]) -> Any:
    if not isinstance(node, list):
        return float(node)
    feature, threshold, left, right = node
    return (places[feature], float(threshold), _tree(left, places), _tree(right, places))
