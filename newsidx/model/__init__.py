"""The values that cross borders: captures, articles, moments, hits, results. Frozen, slotted, and nothing else.

This layer knows no files, no index and no third party. Words are those of docs/ARCHITECTURE.md: a *capture* is the
raw bytes, an *article* what was read from them, a *zone* a labelled stretch of its text.
"""

from __future__ import annotations

from newsidx.model._articles import (
    EVIDENCE,
    KINDS,
    Article,
    Capture,
    Hint,
    LabelledBlock,
    Link,
    Moment,
    ParseExplanation,
    Precision,
    Source,
    capture_id,
    text_digest,
)
from newsidx.model._results import (
    Explanation,
    Facet,
    FacetCount,
    Hit,
    Note,
    Piece,
    QueryPart,
    Results,
    Snippet,
    Stream,
    Suggestion,
    Why,
    WhyPart,
    WordReading,
)
from newsidx.model._upkeep import (
    AddReport,
    Outcome,
    Problem,
    Progress,
    Removal,
    Repair,
    RootInfo,
    Stats,
)

__all__ = [
    "EVIDENCE",
    "KINDS",
    "AddReport",
    "Article",
    "Capture",
    "Explanation",
    "Facet",
    "FacetCount",
    "Hint",
    "Hit",
    "LabelledBlock",
    "Link",
    "Moment",
    "Note",
    "Outcome",
    "ParseExplanation",
    "Piece",
    "Precision",
    "Problem",
    "Progress",
    "QueryPart",
    "Removal",
    "Repair",
    "Results",
    "RootInfo",
    "Snippet",
    "Source",
    "Stats",
    "Stream",
    "Suggestion",
    "Why",
    "WhyPart",
    "WordReading",
    "capture_id",
    "text_digest",
]
