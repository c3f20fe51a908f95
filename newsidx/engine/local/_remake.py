"""An index made anew of the articles stored in one: for other rules of splitting words, or after damage.

Articles are read, analysed and written some at a time, so that memory is bounded; the ledger's pages are taken over
as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsidx.analysis import AnalyzedArticle, analyze
from newsidx.codec import Contents, Patches
from newsidx.engine.local._build import contents_of
from newsidx.engine.local._parts import count_puts, lexicon_of
from newsidx.engine.local._salvage import Salvage
from newsidx.engine.local._store import Store
from newsidx.engine.local._summary import Summary
from newsidx.model import Article

__all__ = ["remake"]

_TOKENS = 1 << 20
"""Occurrences of words that are held at once: some 250 MB with the articles that have them."""


def remake(salvage: Salvage, store: Store) -> None:
    """Write all that was salvaged as one commit of `store`, in place of what it holds; the caller holds its lock."""
    summary = Summary()
    summary.meet(salvage.languages())
    store.remake(_contents(salvage, summary), salvage.generation, summary)


class _Seen:
    """The written forms that were met so far."""

    def __init__(self) -> None:
        self._forms: set[str] = set()

    def unknown_forms(self, forms: Iterable[str]) -> set[str]:
        return set(forms) - self._forms

    def all_forms(self) -> list[str]:
        return sorted(self._forms)

    def add(self, lexicon: dict[bytes, bytes]) -> None:
        self._forms |= {key.decode("utf-8", "surrogatepass") for key in lexicon}


def _contents(salvage: Salvage, summary: Summary) -> Iterator[Contents]:
    seen = _Seen()
    pages = {name: page for name, page in salvage.pages.items() if page.data is not None}
    for puts, earlier in _batches(salvage):
        count_puts(summary, puts, earlier)
        lexicon = lexicon_of([analyzed for _, analyzed in puts], seen, summary)
        seen.add(lexicon)
        yield contents_of(puts, earlier, lexicon, pages, Patches.none())
        pages = {}
    if pages:
        yield contents_of((), {}, {}, pages, Patches.none())


def _batches(salvage: Salvage) -> Iterator[tuple[list[tuple[Article, AnalyzedArticle]], dict[str, bool]]]:
    puts: list[tuple[Article, AnalyzedArticle]] = []
    earlier: dict[str, bool] = {}
    tokens = 0
    for article, is_earlier in salvage.articles():
        analyzed = analyze(article)
        puts.append((article, analyzed))
        earlier[article.id] = is_earlier
        tokens += len(analyzed.words) // 4
        if tokens >= _TOKENS:
            yield puts, earlier
            puts, earlier, tokens = [], {}, 0
    if puts:
        yield puts, earlier
