"""How well newsidx ranks beside tantivy, SQLite FTS5, bm25s and stock Whoosh, on judged collections, in one run.

    python benchmarks/ranking.py COLLECTIONS [--only time,cisi,cran,known,bare] [--engines newsidx,tantivy,fts5,bm25s]

COLLECTIONS is the folder eval/search: NAME.docs.jsonl.gz, NAME.queries.jsonl, NAME.qrels.jsonl, and score_search.py,
whose measures these are. `known` are known items of reuters; `bare` the same with the headlines left out of the index.
Every engine gets a query's words, finds articles with any of them, and gives a thousand; newsidx-all is the default of
newsidx, which wants all words. Peers get what they stem English with and their own defaults, headline and body as two
fields (bm25s knows one). Indexes are kept in --folder. With --paired, differences to the best peer by query.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import importlib
import importlib.util
import json
import math
import random
import re
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Document = dict[str, Any]
Searcher = Callable[[str], list[str]]
MOST = 1000
COLLECTIONS = {"time": "time", "cisi": "cisi", "cran": "cran", "known": "reuters", "bare": "reuters"}


def rows(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file, compressed or not."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def newsidx(documents: Sequence[Document], folder: Path, **options: Any) -> Searcher:
    """This project, through its engine; `options` are those of a search request."""
    import datetime as dt

    from newsidx.analysis import analyze
    from newsidx.engine.local import LocalEngine
    from newsidx.engine.seam import Part
    from newsidx.model import Article, Moment, capture_id
    from newsidx.options import SearchRequest
    from newsidx.query import parse

    ids = {capture_id(d["id"].encode()): d["id"] for d in documents}
    if not (folder / "newsidx").exists():
        engine = LocalEngine.open(folder / "newsidx", create=True)
        for at in range(0, len(documents), 5000):
            made = [
                Article(
                    capture_id(d["id"].encode()),
                    headline=d.get("headline") or None,
                    body=tuple(text for text in d["body"].split("\n\n") if text.strip()),
                    tags=tuple(d.get("tags") or ()),
                    published=Moment.parse(d["published"]) if d.get("published") else None,
                    lang="en",
                )
                for d in documents[at : at + 5000]
            ]
            engine.commit(Part(puts=tuple((article, analyze(article)) for article in made)))
        engine.close()
    engine = LocalEngine.open(folder / "newsidx")
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

    def search(text: str) -> list[str]:
        request = SearchRequest(text, limit=MOST, quote=True, **options)
        tree = parse(text, any=request.any, quote=True).tree
        return [ids[hit.id] for hit in engine.brief(request, tree, now)[1]]

    return search


def words_of(text: str) -> list[str]:
    """What peers whose syntax would stumble over punctuation are given."""
    return re.findall(r"\w+", text.lower())


def tantivy(documents: Sequence[Document], folder: Path) -> Searcher:
    """tantivy-py."""
    module: Any = importlib.import_module("tantivy")
    builder = module.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("headline", "body"):
        builder.add_text_field(name, tokenizer_name="en_stem")
    index = module.Index(builder.build())
    writer = index.writer()
    for d in documents:
        writer.add_document(module.Document(id=d["id"], headline=d.get("headline") or "", body=d["body"]))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(text: str) -> list[str]:
        tree = index.parse_query(" OR ".join(words_of(text)), ["headline", "body"])
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(tree, MOST).hits]

    return search


def fts5(documents: Sequence[Document], folder: Path) -> Searcher:
    """SQLite's full-text tables."""
    db = sqlite3.connect(":memory:")
    db.execute("create virtual table a using fts5(headline, body, id unindexed, tokenize='porter unicode61')")
    db.executemany("insert into a values (?, ?, ?)", [(d.get("headline") or "", d["body"], d["id"]) for d in documents])

    def search(text: str) -> list[str]:
        query = " OR ".join(f'"{word}"' for word in words_of(text))
        found = db.execute(f"select id from a where a match ? order by bm25(a) limit {MOST}", (query,))
        return [row[0] for row in found]

    return search


def bm25s(documents: Sequence[Document], folder: Path) -> Searcher:
    """bm25s with Snowball's English stemmer and its own list of stop words."""
    module: Any = importlib.import_module("bm25s")
    stemmer: Any = importlib.import_module("Stemmer").Stemmer("english")

    def split(texts: list[str]) -> Any:
        return module.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)

    index = module.BM25()
    index.index(split([f"{d.get('headline') or ''}\n{d['body']}" for d in documents]), show_progress=False)
    ids = [d["id"] for d in documents]

    def search(text: str) -> list[str]:
        found, scores = index.retrieve(split([text]), k=min(MOST, len(ids)), show_progress=False)
        return [ids[i] for i, score in zip(found[0], scores[0], strict=True) if score > 0]

    return search


def whoosh(documents: Sequence[Document], folder: Path) -> Searcher:
    """Stock Whoosh."""
    from whoosh import fields, index
    from whoosh.qparser.default import MultifieldParser
    from whoosh.qparser.syntax import OrGroup

    analysis: Any = importlib.import_module("whoosh.analysis")
    text = fields.TEXT(analyzer=analysis.StemmingAnalyzer())
    schema = fields.Schema(id=fields.ID(stored=True), headline=text, body=text)
    if not (folder / "whoosh").exists():
        (folder / "whoosh").mkdir()
        writer = index.create_in(str(folder / "whoosh"), schema).writer(limitmb=256)
        for d in documents:
            writer.add_document(id=d["id"], headline=d.get("headline") or "", body=d["body"])
        writer.commit()
    searcher = index.open_dir(str(folder / "whoosh")).searcher()
    parser = MultifieldParser(["headline", "body"], schema, group=OrGroup)

    def search(query: str) -> list[str]:
        return [hit["id"] for hit in searcher.search(parser.parse(" ".join(words_of(query))), limit=MOST)]

    return search


def any_of(documents: Sequence[Document], folder: Path) -> Searcher:
    """newsidx, any of the words."""
    return newsidx(documents, folder, any=True)


def all_of(documents: Sequence[Document], folder: Path) -> Searcher:
    """newsidx by default: all words."""
    return newsidx(documents, folder)


def with_feedback(documents: Sequence[Document], folder: Path) -> Searcher:
    """newsidx, any of the words, and those of the best hits."""
    return newsidx(documents, folder, any=True, feedback=True)


ENGINES = {
    "newsidx": any_of, "newsidx-all": all_of, "newsidx-feedback": with_feedback,
    "tantivy": tantivy, "fts5": fts5, "bm25s": bm25s, "whoosh": whoosh,
}  # fmt: skip


def scorer(folder: Path) -> Any:
    """The collections' own scorer, as a module."""
    spec = importlib.util.spec_from_file_location("score_search", folder / "score_search.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{folder} has no score_search.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


Scores = list[tuple[float, float, float, float]]


def run(name: str, folder: Path, kept: Path, engines: Sequence[str], half: int | None) -> dict[str, Scores]:
    """Each engine's measures by query."""
    documents = rows(folder / f"{COLLECTIONS[name]}.docs.jsonl.gz")
    if name == "bare":
        documents = [{**d, "headline": ""} for d in documents]
    judged = "reuters.ki" if COLLECTIONS[name] == "reuters" else name
    qrels: dict[str, dict[str, int]] = collections.defaultdict(dict)
    for row in rows(folder / f"{judged}.qrels.jsonl"):
        qrels[row["qid"]][row["docid"]] = row["rel"]
    queries = [q for q in rows(folder / f"{judged}.queries.jsonl") if any(v > 0 for v in qrels[q["qid"]].values())]
    queries = [q for i, q in enumerate(queries) if half is None or i % 2 == half]
    score = scorer(folder).score
    found: dict[str, Scores] = {}
    for engine in engines:
        (kept / name).mkdir(parents=True, exist_ok=True)
        search = ENGINES[engine](documents, kept / name)
        found[engine] = [score(qrels[q["qid"]], search(q["text"])) for q in queries]
        means = [math.fsum(s[i] for s in found[engine]) / len(queries) for i in range(4)]
        print(f"{name:<7}{engine:<18}" + "".join(f"{mean:>10.4f}" for mean in means), flush=True)
    return found


def paired(found: dict[str, Scores]) -> None:
    """newsidx against each peer by query: the mean difference, its 95 % interval, better / worse."""
    ours = found["newsidx"]
    for engine, theirs in found.items():
        if engine.startswith("newsidx"):
            continue
        cells = []
        for i in range(3):
            differences = [a[i] - b[i] for a, b in zip(ours, theirs, strict=True)]
            rng = random.Random(0)
            boot = sorted(math.fsum(rng.choices(differences, k=len(differences))) for _ in range(1000))
            low, high = (boot[at] / len(differences) for at in (25, 974))
            better, worse = sum(d > 1e-9 for d in differences), sum(d < -1e-9 for d in differences)
            mean = math.fsum(differences) / len(differences)
            cells.append(f"{mean:+.3f} [{low:+.3f}, {high:+.3f}] {better}/{worse}")
        print(f"       minus {engine:<10}" + "   ".join(cells))


def main() -> int:
    """Print a table for each collection."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", type=Path)
    parser.add_argument("--only", default=",".join(COLLECTIONS))
    parser.add_argument("--engines", default="newsidx,newsidx-all,newsidx-feedback,tantivy,fts5,bm25s,whoosh")
    parser.add_argument("--folder", type=Path, help="keep indexes here")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only the queries at even or odd places")
    parser.add_argument("--paired", action="store_true")
    args = parser.parse_args()
    print(f"{'':<25}{'nDCG@10':>10}{'MAP':>10}{'MRR@10':>10}{'R@100':>10}")
    with tempfile.TemporaryDirectory() as scratch:
        for name in args.only.split(","):
            found = run(name, args.collections, args.folder or Path(scratch), args.engines.split(","), args.half)
            if args.paired and "newsidx" in found:
                paired(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
