"""The tables of this package (tables/*.toml, *.txt), read once each.

Leaves to the modules that ask what the entries mean; called by `names`, `content`, `folders`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["toml", "words"]

_FOLDER = Path(__file__).with_name("tables")


@cache
def toml(name: str) -> dict[str, Any]:
    """The table ``tables/NAME.toml``; not to be changed by its readers."""
    with (_FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def words(name: str) -> frozenset[str]:
    """The words of ``tables/NAME.txt``, without its comment lines."""
    lines = (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
