"""The values that cross borders: captures, articles, moments, hits, results. Frozen, slotted, and nothing else.

This layer knows no files, no index and no third party. Words are those of docs/ARCHITECTURE.md: a *capture* is the
raw bytes, an *article* what was read from them, a *zone* a labelled stretch of its text.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
    Hit,
    Note,
    Piece,
    Results,
    Snippet,
    Stream,
)

if TYPE_CHECKING:
    from newsidx.model._reasons import (
        Explanation,
        Facet,
        FacetCount,
        QueryPart,
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

_LATER = {
    "newsidx.model._reasons": (
        "Explanation",
        "Facet",
        "FacetCount",
        "QueryPart",
        "Suggestion",
        "Why",
        "WhyPart",
        "WordReading",
    ),
    "newsidx.model._upkeep": ("AddReport", "Outcome", "Problem", "Progress", "Removal", "Repair", "RootInfo", "Stats"),
}
_HOME_OF = {name: home for home, names in _LATER.items() for name in names}


def __getattr__(name: str) -> Any:
    """What not every search needs is loaded when it is first asked for: making its classes takes ten milliseconds."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'newsidx.model' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(home), name)
    return value
