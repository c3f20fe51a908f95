"""How much a query may be: what the tokenizer and the parser refuse beyond, each by an error that names it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MAX_CLAUSES", "MAX_DEPTH", "MAX_LENGTH", "Limits"]

MAX_LENGTH = 100_000
"""Code points of a query: 1,024 clauses of a hundred each."""
MAX_CLAUSES = 1024
"""Leaves of one query. A headline has 15, a long saved search of a press office some hundred."""
MAX_DEPTH = 100
"""Brackets, NOTs, fields and nearness within each other; keeps every walk over a tree within Python's stack."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits on a query's size. They stand for what an engine can be asked; only who parses and asks no engine
    (a benchmark, a tool over saved searches) has a reason for others. The depth is not among them: Python's stack
    holds no more."""

    length: int = MAX_LENGTH
    clauses: int = MAX_CLAUSES
