"""Does the first snippet show what it could? Coverage of query words against brute force, and the time of snippets.

    python benchmarks/snippets.py COLLECTIONS [--queries 200] [--chars 240] [--folder DIR]

COLLECTIONS is the folder eval/search. For each known-item query of reuters (any of its words) and each of its ten best
hits, the words lit up in the first snippet are counted, and the most that any stretch of the snippet's length holds in
one paragraph of the article, found by trying all stretches that begin with a lit word. Then: how long a snippet takes
in an article of ten megabytes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import importlib
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from newsidx.analysis import analyze, terms, tokens
from newsidx.engine.local import LocalEngine
from newsidx.engine.seam import Part
from newsidx.model import Article, Hit, Snippet
from newsidx.options import SearchRequest
from newsidx.query import parse

ranking: Any = importlib.import_module("ranking")  # beside this file

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WHOLE = 1 << 20


def lit(snippet: Snippet, asked: list[set[str]]) -> list[tuple[int, int, int]]:
    """(beginning, end, which word of the query) of each match in a snippet."""
    at = snippet.start
    found = []
    for piece in snippet.pieces:
        if piece.is_match:
            forms = {term for token in tokens(piece.text) for term in terms(token.form, "en")}
            found += [(at, at + len(piece.text), word) for word, wanted in enumerate(asked) if wanted & forms]
        at += len(piece.text)
    return found


def most(whole: tuple[Snippet, ...], asked: list[set[str]], length: int) -> int:
    """The most words of the query that any stretch of this length holds."""
    best = 0
    for paragraph in whole:
        spots = lit(paragraph, asked)
        for start, _, _ in spots:
            best = max(best, len({word for first, end, word in spots if first >= start and end <= start + length}))
    return best


def covered(shown: Hit, whole: Hit, asked: list[set[str]]) -> bool | None:
    """Whether the first snippet shows as much as it could; None where nothing outside the headline matched."""
    could = most(whole.snippets, asked, shown.snippets[0].end - shown.snippets[0].start) if shown.snippets else 0
    return len({word for _, _, word in lit(shown.snippets[0], asked)}) >= could if could else None


def main() -> int:
    """Print the share of hits whose first snippet shows all that it could, and times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", type=Path)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--chars", type=int, default=240)
    parser.add_argument("--folder", type=Path, help="keep the index here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (args.folder or Path(scratch)) / "known"
        folder.mkdir(parents=True, exist_ok=True)
        ranking.newsidx(ranking.rows(args.collections / "reuters.docs.jsonl.gz"), folder)
        engine = LocalEngine.open(folder / "newsidx")
        shares, times = [], []
        for row in ranking.rows(args.collections / "reuters.ki.queries.jsonl")[: args.queries]:
            asked = [set(terms(token.form, "en")) for token in tokens(row["text"])]
            tree = parse(row["text"], any=True, quote=True).tree
            request = SearchRequest(row["text"], any=True, quote=True, snippet_chars=args.chars)
            begun = time.process_time()
            shown = list(engine.search(request, tree, NOW).hits)
            times.append(1000 * (time.process_time() - begun))
            request = SearchRequest(row["text"], any=True, quote=True, snippets=10_000, snippet_chars=WHOLE)
            whole = engine.search(request, tree, NOW).hits
            shares += [covered(a, b, asked) for a, b in zip(shown, whole, strict=True)]
        judged = [share for share in shares if share is not None]
        print(f"{sum(judged)} of {len(judged)} first snippets ({sum(judged) / len(judged):.1%}) show all they could")
        print(f"search with ten hits and their snippets: median {statistics.median(times):.2f} ms of processor time")
        found, read = huge(Path(scratch) / "huge", 10_000_000)
        print(f"a hit of 10 MB: {1000 * found:.0f} ms, {1000 * read:.0f} of them to read the stored article")
        found, read = huge(Path(scratch) / "small", 10_000)
        print(f"a hit of 10 KB: {1000 * found:.2f} ms, {1000 * read:.2f} of them to read the stored article")
    return 0


def huge(folder: Path, chars: int) -> tuple[float, float]:
    """Seconds of processor time for a search, with snippets, that finds so long an article in one paragraph, and for
    the reading of the article alone; each the best of five."""
    text = "Red herrings are blue in the morning, said the minister. " * (chars // 57)
    article = Article(hashlib.sha256(text.encode()).hexdigest(), body=(text,), lang="en")
    engine = LocalEngine.open(folder, create=True)
    engine.commit(Part(puts=((article, analyze(article)),)))
    whole, read = [], []
    for _ in range(5):
        begun = time.process_time()
        list(engine.search(SearchRequest("red minister"), parse("red minister").tree, NOW).hits)
        ended = time.process_time()
        engine.article(article.id)
        whole.append(ended - begun)
        read.append(time.process_time() - ended)
    return min(whole), min(read)


if __name__ == "__main__":
    sys.exit(main())
