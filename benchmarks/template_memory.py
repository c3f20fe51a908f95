"""What template memory brings: body scores of pages in ../shared whose sites have several, read with and without it.

    python benchmarks/template_memory.py [--kind .html .txt .inner.txt .wet.txt] [--worst N]

`reparse` reads each page with what all pages of its site in the sets teach, as `newsidx reparse` does; `in time` with
what those teach that were published before it, as adds day by day do (pages with two or more of these). The sets have
few pages of a site (two or three, eight at most), so that this shows the least that a memory can bring.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from newsidx.errors import CaptureError
from newsidx.extract import Extracted, Template, learn, read
from newsidx.model import Capture

ROOT = Path(__file__).resolve().parent.parent
EVALUATION = ROOT.parent / "shared" / "eval" / "extraction"
SETS = ("scrapinghub", "naeb", "fundus-eval", "fundus", "trafilatura-eval", "newspaper4k")
DECK_IS_TEXT = frozenset(("naeb", "trafilatura-eval"))
KINDS = (".html", ".txt", ".inner.txt", ".wet.txt")
ARCHIVES = frozenset(("web.archive.org",))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a set, with its gold."""

    set: str
    site: str
    gold: dict[str, Any]

    def capture(self, kind: str) -> Capture:
        """Its bytes as HTML or as one of its text twins."""
        file = EVALUATION / "pages" / self.set / self.gold["file"].replace(".html.gz", f"{kind}.gz")
        data = gzip.decompress(file.read_bytes())
        return Capture("0" * 64, data, "text/html" if kind == ".html" else "text/plain")


def load_pages() -> dict[str, list[Page]]:
    """The pages of each site that has several."""
    sites: dict[str, list[Page]] = defaultdict(list)
    for name in SETS:
        with (EVALUATION / "pages" / name / "gold.jsonl").open(encoding="utf-8") as lines:
            for gold in map(json.loads, lines):
                site = gold.get("site") or urlsplit(gold.get("url") or "").hostname
                if site and site not in ARCHIVES:
                    sites[site.removeprefix("www.")].append(Page(name, site, gold))
    return {site: pages for site, pages in sites.items() if len(pages) > 1}


def read_page(page: Page, kind: str, template: Template) -> Extracted | None:
    """The page read with a template; None where it is no article at all."""
    try:
        return read(page.capture(kind), memory=lambda source: template)
    except CaptureError:
        return None


def fingerprints_of(page: Page, found: Extracted) -> bytes:
    """What is learnt of the page; its site stands in for the address that a stored page would have."""
    from newsidx.extract.memory import fingerprints

    return fingerprints((block.text for block in found.blocks), page.gold.get("url") or page.gold["id"])


class Scores:
    """Counts of the shared scorer over pages."""

    def __init__(self, scorer: ModuleType) -> None:
        self._scorer = scorer
        self.counts: list[tuple[float, float, float]] = []
        self.exact: list[float] = []

    def add(self, page: Page, found: Extracted | None) -> float:
        """Count one page; its balance of right and wrong words."""
        article = found.article if found is not None else None
        deck = [article.deck] if article is not None and article.deck and page.set in DECK_IS_TEXT else []
        body = "\n\n".join((*deck, *(article.body if article is not None else ())))
        counts, is_exact = self._scorer.body_counts(page.gold["body"], body)
        self.counts.append(counts)
        self.exact.append(is_exact)
        return float(counts[0] - counts[1])

    def __str__(self) -> str:
        summary = self._scorer.body_summary(self.counts, self.exact)
        return f"P {summary['P']:.4f} R {summary['R']:.4f} F1 {summary['F1']:.4f} exact {summary['acc']:.3f}"


def compare(
    title: str, jobs: Iterable[tuple[Page, str, Template, Extracted | None]], scorer: ModuleType, worst: int
) -> None:
    """Score pages read with a template beside the same pages read without; the latter are given."""
    without, with_ = Scores(scorer), Scores(scorer)
    changes: list[tuple[float, str]] = []
    for page, kind, template, plain in jobs:
        before = without.add(page, plain)
        changes.append((with_.add(page, read_page(page, kind, template)) - before, page.gold["id"]))
    if not changes:
        return
    better, lower = sum(change > 0.001 for change, _ in changes), sum(change < -0.001 for change, _ in changes)
    print(f"{title}: {len(changes)} pages, {better} better, {lower} worse")
    print(f"  without {without}\n  with    {with_}", flush=True)
    for change, identifier in sorted(changes)[:worst]:
        if change < 0:
            print(f"    {change:+.3f} {identifier}")


def run(kind: str, sites: dict[str, list[Page]], scorer: ModuleType, worst: int) -> None:
    """Both comparisons for one kind of capture."""
    plain = {page.gold["id"]: read_page(page, kind, Template()) for pages in sites.values() for page in pages}
    learnt = {
        page.gold["id"]: fingerprints_of(page, found)
        for pages in sites.values()
        for page in pages
        if (found := plain[page.gold["id"]]) is not None
    }
    all_jobs, in_time = [], []
    for pages in sites.values():
        whole = learn(learnt[page.gold["id"]] for page in pages if page.gold["id"] in learnt)
        for page in pages:
            if not page.gold.get("body"):
                continue
            all_jobs.append((page, kind, whole, plain[page.gold["id"]]))
            day = page.gold.get("published")
            earlier = [
                learnt[other.gold["id"]]
                for other in pages
                if day and (other.gold.get("published") or "9") < day and other.gold["id"] in learnt
            ]
            if len(earlier) > 1:
                in_time.append((page, kind, learn(earlier), plain[page.gold["id"]]))
    compare(f"{kind}, reparse", all_jobs, scorer, worst)
    compare(f"{kind}, in time", in_time, scorer, worst)


def main() -> None:
    """Reads the options, runs the kinds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", dest="kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--worst", type=int, default=0)
    options = parser.parse_args()
    if not EVALUATION.is_dir():
        sys.exit("template_memory: needs the real pages in ../shared, which are not here")
    sys.path.insert(0, str(EVALUATION))
    import score_extraction  # type: ignore[import-not-found]

    sites = load_pages()
    print(f"{len(sites)} sites with {sum(map(len, sites.values()))} pages")
    for kind in options.kinds:
        run(kind, sites, score_extraction, options.worst)


if __name__ == "__main__":
    main()
