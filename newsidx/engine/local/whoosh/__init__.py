"""Whoosh over newsidx's files: a read-only `whoosh.index.Index`, for programs that speak Whoosh, and for tests.

The seam is Whoosh's codec: `codec` gives its `Codec`, `TermsReader`, `PerDocumentReader` and `Matcher` over a segment
of ours, and Whoosh's own `SegmentReader`, `MultiReader`, `Searcher`, query parser, facets and highlighter work on
them. `fields` says which fields there are and what their terms are, `terms` finds terms and where they stand,
`analyzers` turns text into terms. Correct rather than fast: newsidx's own searches take another way, and load none of
this. Called by `newsidx.engine.local.LocalEngine.whoosh` alone.
"""

from newsidx.engine.local.whoosh.index import WhooshIndex

__all__ = ["WhooshIndex"]
