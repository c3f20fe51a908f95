"""Small boosted trees that were trained elsewhere (scripts/train_lines.py) and are only read and added up here.

A model is a JSON object in ``tables/``: ``features`` (names, in the order of the values that it wants), ``bias``, and
``trees``, each a nested list ``[feature, threshold, left, right]`` whose leaves are numbers; left is taken at or below
the threshold. Plain Python: a page has some forty lines worth asking about, and a hundred trees of four leaves over
them take less time than the import of an array library. Called by the readers' labellers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["Forest", "load"]

_TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True, slots=True)
class Forest:
    """One trained model."""

    features: tuple[str, ...]
    bias: float
    trees: tuple[Any, ...]
    """Nested tuples, as in the file."""

    def score(self, values: Sequence[float]) -> float:
        """The log-odds for one line, of its values in the order of `features`."""
        total = self.bias
        for tree in self.trees:
            node = tree
            while node.__class__ is tuple:
                node = node[2] if values[node[0]] <= node[1] else node[3]
            total += node
        return total


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
