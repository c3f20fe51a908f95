"""How many real headlines, pasted as they are, give a query that finds their article.

    python benchmarks/headlines.py ../shared/eval [--wire 5000]

Headlines are those of the pages in ``extraction/pages`` (each with the body that people marked), and of so many wire
reports of ``search/reuters.docs.jsonl.gz``, which shout. Each set is an index of its own; each headline is searched as
it stands, with the default options. Printed are the headlines that are an error, those that find their article among
others, and those that find it first.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import newsidx


def of_pages(folder: Path) -> Iterator[newsidx.Article]:
    """The articles that people marked in real pages."""
    for path in sorted(folder.glob("extraction/pages/*/gold.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            gold = json.loads(line)
            if gold.get("headline") and gold.get("body"):
                body = "\n\n".join(text for text in gold["body"].split("\n") if text.strip())
                yield newsidx.article(key=gold["id"], headline=gold["headline"], body=body, lang=gold.get("lang"))


def of_wire(folder: Path) -> Iterator[newsidx.Article]:
    """Reports of a news agency."""
    with gzip.open(folder / "search" / "reuters.docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for doc in map(json.loads, lines):
            if (doc["headline"] or "").strip():
                yield newsidx.article(key=doc["id"], headline=doc["headline"], body=doc["body"] or "", lang="en")


def measure(name: str, articles: list[newsidx.Article]) -> None:
    """Print a line about one set."""
    errors, lost, first = 0, [], 0
    with tempfile.TemporaryDirectory() as folder, newsidx.open(Path(folder) / "index", create=True) as idx:
        idx.add(*articles)
        for article in map(idx.article, idx.ids()):
            headline = article.headline or ""
            try:
                best = idx.search(headline, limit=1, snippets=0)
                found = idx.search(headline, limit=0, filters=(f"id:{article.id}",)).total
            except newsidx.QuerySyntaxError:
                errors, found = errors + 1, 0
            else:
                first += [hit.id for hit in best] == [article.id]
            if not found:
                lost.append(headline)
    count = len(articles)
    percent = 100 - 100 * len(lost) / count
    print(f"{name}: {count - len(lost)} of {count} found ({percent:.1f} %), {first} first; {errors} are errors")
    for headline in lost[:10]:
        print(f"    not: {headline}")


def main() -> None:
    """Print a line for each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("eval", type=Path)
    parser.add_argument("--wire", type=int, default=5000, metavar="REPORTS")
    options = parser.parse_args()
    measure("pages", list(of_pages(options.eval)))
    measure("wire", list(itertools.islice(of_wire(options.eval), options.wire)))


if __name__ == "__main__":
    main()
