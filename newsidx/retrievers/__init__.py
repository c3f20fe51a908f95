"""Retrievers for other frameworks: a search of an index as passages, each a paragraph with where it is from.

`newsidx.retrievers.langchain` and `newsidx.retrievers.llamaindex` need the extras of these names; each framework stays
in its module. What a passage is, and which there are, is the same for both, and decided in `_passages`.
"""

from __future__ import annotations

from newsidx.retrievers._passages import Passage, passages

__all__ = ["Passage", "passages"]
