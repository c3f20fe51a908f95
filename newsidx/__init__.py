"""newsidx: a search engine for news captures.

::

    import newsidx

    with newsidx.open("index", create=True) as idx:
        idx.add("corpus/")
        for hit in idx.search("peacekeepers withdrawal", limit=10):
            print(hit.score, hit.headline, hit.published, hit.snippets)

`import newsidx` loads no third-party package: names are fetched when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsidx.api import (
        Index,
        check_options,
        explain,
        explain_path,
        find_index,
        open,  # noqa: A004
        parse,
        parse_path,
        rebuild,
        repair,
    )
    from newsidx.errors import (
        AddInterrupted,
        CaptureError,
        CaptureFailed,
        CursorExpired,
        IndexBusy,
        IndexDamaged,
        IndexFault,
        IndexMissing,
        IndexNotEmpty,
        IndexVersion,
        NewsidxError,
        NotACapture,
        OptionError,
        QuerySyntaxError,
        QueryUnsupported,
        UnknownID,
        UsageError,
    )
    from newsidx.ingest.made import article
    from newsidx.model import (
        AddReport,
        Article,
        Explanation,
        Facet,
        FacetCount,
        Hint,
        Hit,
        LabelledBlock,
        Link,
        Moment,
        Note,
        Outcome,
        ParseExplanation,
        Piece,
        Problem,
        Progress,
        QueryPart,
        Removal,
        Repair,
        Results,
        RootInfo,
        Snippet,
        Source,
        Stats,
        Stream,
        Suggestion,
        Why,
        WhyPart,
        WordReading,
    )
    from newsidx.options import AddOptions, ReparseOptions, SearchRequest

__version__ = "0.1.0"

_HOMES = {
    "newsidx.api": (
        "Index",
        "check_options",
        "explain",
        "explain_path",
        "find_index",
        "open",
        "parse",
        "parse_path",
        "rebuild",
        "repair",
    ),
    "newsidx.errors": (
        "AddInterrupted",
        "CaptureError",
        "CaptureFailed",
        "CursorExpired",
        "IndexBusy",
        "IndexDamaged",
        "IndexFault",
        "IndexMissing",
        "IndexNotEmpty",
        "IndexVersion",
        "NewsidxError",
        "NotACapture",
        "OptionError",
        "QuerySyntaxError",
        "QueryUnsupported",
        "UnknownID",
        "UsageError",
    ),
    "newsidx.ingest.made": ("article",),
    "newsidx.model": (
        "AddReport",
        "Article",
        "Explanation",
        "Facet",
        "FacetCount",
        "ParseExplanation",
        "Hint",
        "Hit",
        "LabelledBlock",
        "Link",
        "Moment",
        "Note",
        "Outcome",
        "Piece",
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
    ),
    "newsidx.options": ("AddOptions", "ReparseOptions", "SearchRequest"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AddInterrupted",
    "AddOptions",
    "AddReport",
    "Article",
    "CaptureError",
    "CaptureFailed",
    "CursorExpired",
    "Explanation",
    "Facet",
    "FacetCount",
    "Hint",
    "Hit",
    "Index",
    "IndexBusy",
    "IndexDamaged",
    "IndexFault",
    "IndexMissing",
    "IndexNotEmpty",
    "IndexVersion",
    "LabelledBlock",
    "Link",
    "Moment",
    "NewsidxError",
    "NotACapture",
    "Note",
    "OptionError",
    "Outcome",
    "ParseExplanation",
    "Piece",
    "Problem",
    "Progress",
    "QueryPart",
    "QuerySyntaxError",
    "QueryUnsupported",
    "Removal",
    "Repair",
    "ReparseOptions",
    "Results",
    "RootInfo",
    "SearchRequest",
    "Snippet",
    "Source",
    "Stats",
    "Stream",
    "Suggestion",
    "UnknownID",
    "UsageError",
    "Why",
    "WhyPart",
    "WordReading",
    "__version__",
    "article",
    "check_options",
    "explain",
    "explain_path",
    "find_index",
    "open",
    "parse",
    "parse_path",
    "rebuild",
    "repair",
]


def __getattr__(name: str) -> Any:
    try:
        home = _HOME_OF[name]
    except KeyError:
        raise AttributeError(f"module 'newsidx' has no attribute {name!r}") from None
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
