"""Extraction quality and cost over the real pages in ../shared: scores a set, and CPU milliseconds a page.

    python benchmarks/extraction.py [--set scrapinghub …] [--text [.txt|.inner.txt|.wet.txt]] [--worst N] [--out FILE]

Writes the predictions as JSON lines (to a temporary file unless --out names one) and runs the shared scorer on them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from newsidx.errors import CaptureError
from newsidx.extract import extract
from newsidx.model import Article, Capture, capture_id

ROOT = Path(__file__).resolve().parent.parent
EVALUATION = ROOT.parent / "shared" / "eval" / "extraction"
SETS = ("scrapinghub", "naeb", "fundus-eval", "fundus", "trafilatura-eval", "newspaper4k")


DECK_IS_TEXT = frozenset(("naeb", "trafilatura-eval"))
"""Sets whose annotators took the deck for text, where it is a field of its own here: of the decks found, the text of
the gold has 75 of 108 in naeb, 6 of 25 in scrapinghub. The scorer itself tries the two Fundus sets with and without."""


def prediction(identifier: str, article: Article, *, is_deck_text: bool) -> dict[str, Any]:
    """The article as the scorer reads it."""
    deck = (article.deck,) if article.deck and is_deck_text else ()
    return {
        "id": identifier,
        "headline": article.headline,
        "body": "\n\n".join((*deck, *article.body)),
        "deck": article.deck,
        "authors": list(article.authors),
        "published": str(article.published) if article.published else None,
        "tags": list(article.tags),
        "captions": list(article.captions),
        "kind": article.kind,
        "evidence": dict(article.evidence),
    }


def run_set(name: str, suffix: str, media_type: str) -> tuple[list[dict[str, Any]], list[float]]:
    """Predictions and CPU milliseconds of each page of a set."""
    folder = EVALUATION / "pages" / name
    predictions, milliseconds = [], []
    with (folder / "gold.jsonl").open(encoding="utf-8") as lines:
        files = [(each["id"], each["file"]) for each in map(json.loads, lines)]
    for identifier, file in files:
        data = gzip.decompress((folder / file.replace(".html.gz", suffix + ".gz")).read_bytes())
        capture = Capture(capture_id(data), data, media_type)
        begin = time.process_time()
        try:
            article = extract(capture)
        except CaptureError as error:
            print(f"{identifier}: {error}", file=sys.stderr)
            continue
        milliseconds.append((time.process_time() - begin) * 1e3)
        predictions.append(prediction(identifier, article, is_deck_text=name in DECK_IS_TEXT))
    return predictions, milliseconds


def main() -> None:
    """Reads the options, runs the sets, prints the scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", dest="sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--text", nargs="?", const=".txt", choices=(".txt", ".inner.txt", ".wet.txt"))
    parser.add_argument("--worst", type=int, default=0)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if not EVALUATION.is_dir():
        sys.exit("extraction: needs the real pages in ../shared, which are not here")
    for name in options.sets:
        predictions, milliseconds = run_set(
            name, options.text or ".html", "text/plain" if options.text else "text/html"
        )
        out = options.out or Path(tempfile.gettempdir()) / f"newsidx-extraction-{name}{options.text or '.html'}.jsonl"
        out.write_text("".join(json.dumps(each) + "\n" for each in predictions), encoding="utf-8")
        spread = sorted(milliseconds) or [0.0]
        print(
            f"== {name}{options.text or ''}: {len(predictions)} pages, CPU ms/page",
            f"median {statistics.median(spread):.1f} mean {statistics.fmean(spread):.1f} max {spread[-1]:.1f} ({out})",
            flush=True,
        )
        scorer = [sys.executable, str(EVALUATION / "score_extraction.py")]
        gold = str(EVALUATION / "pages" / name / "gold.jsonl")
        subprocess.run([*scorer, gold, str(out), "--worst", str(options.worst)], check=True)


if __name__ == "__main__":
    main()
