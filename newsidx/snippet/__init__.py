"""Which passages of an article show a query best, as pieces of text that are lit up or not: values in, values out."""

from newsidx.snippet.passages import Match, headline_pieces, passages

__all__ = ["Match", "headline_pieces", "passages"]
