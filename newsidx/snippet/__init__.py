"""Which passages of an article show a query best, as pieces of text that are lit up or not: values in, values out."""

from newsidx.snippet.passages import headline_pieces, passages
from newsidx.snippet.places import Match

__all__ = ["Match", "headline_pieces", "passages"]
