"""newsidx beside tantivy, SQLite FTS5, Xapian, bm25s and stock Whoosh on one collection: building, size, and queries.

    python benchmarks/engines.py ARTICLES.jsonl CLASSES.jsonl [--engines newsidx,tantivy,fts5,xapian,bm25s,whoosh]


ARTICLES has an object a line (id, headline, body, tags, published, source), CLASSES one (cls, terms, lo, hi): what
gen_scale.py and make_classes.py of the evaluation data write. Every engine gets the query as text, finds the ten best
and reads ID, headline, source and date of each as Python values; with --count it counts all matches exactly too.
In the class `shown`, which has the queries of `headline`, it reads the stored articles of the ten and makes a snippet
of each: one passage of 150 characters, which is what tantivy's SnippetGenerator makes, and the headline with its
matches; newsidx through its API, which counts all matches as always. In `shown3` newsidx gives what its API gives by
default: up to three passages of 240.
Queries before the timed ones warm up; then each timed query runs once a pass, passes interleaved between the engines;
a query's time is its median over the passes: elapsed, and processor time. Indexes are kept in --folder and built only
where they are absent.

An engine that is not installed is passed over by name, and so are classes that an engine has no queries for. Xapian is
that of the system's package (Debian: python3-xapian), where this Python is of the same version as the system's. bm25s
has neither positions, fields nor conditions, and ranks whatever has any of the words; it scores by numba where that is
installed, else by NumPy.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import json
import os
import platform
import shutil
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WARM_UP = 20  # queries of each class that are run and not timed
BATCH = 10_000
Row = tuple[str, str, str, str]
Shown = tuple[Any, ...]
SHOWN = {"shown": (1, 150), "shown3": (3, 240)}  # passages of each hit, characters


class Peer(Protocol):
    """An engine on trial."""

    def build(self, articles: Iterator[dict[str, Any]]) -> None: ...
    def open(self) -> None: ...
    def query(self, item: dict[str, Any]) -> str | None: ...
    def search(self, query: str, item: dict[str, Any], count: bool) -> tuple[int, list[Row]]: ...
    def show(self, query: str, passages: int, chars: int) -> list[Shown]: ...


class Newsidx:
    """This project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def build(self, articles: Iterator[dict[str, Any]]) -> None:
        from newsidx.analysis import analyze
        from newsidx.engine.local import LocalEngine
        from newsidx.engine.seam import Part
        from newsidx.model import Article, Moment, Source, capture_id

        engine = LocalEngine.open(self.folder, create=True)
        for batch in _batches(articles):
            made = [
                Article(
                    capture_id(a["id"].encode()),
                    headline=a["headline"],
                    body=tuple(a["body"].split("\n\n")),
                    tags=tuple(a["tags"]),
                    published=Moment.parse(a["published"]),
                    source=Source(a["source"], a["source"]),
                    lang="en",
                    words=len(a["body"].split()),
                )
                for a in batch
            ]
            engine.commit(Part(puts=tuple((article, analyze(article)) for article in made)))
        engine.close()

    def open(self) -> None:
        import newsidx
        from newsidx.engine.local import LocalEngine

        self._engine = LocalEngine.open(self.folder)
        self._index = newsidx.open(self.folder)

    def query(self, item: dict[str, Any]) -> str:
        terms = item["terms"]
        match item["cls"]:
            case "phrase":
                return f'"{" ".join(terms)}"'
            case "and":
                return " ".join(terms)
            case "prefix":
                return f"{terms[0]}*"
            case "field":
                return f"headline:{terms[0]}"
            case "date":
                return f"{' '.join(terms)} date:{item['lo']}..{item['hi']}"
        return " OR ".join(terms)

    def search(self, query: str, item: dict[str, Any], count: bool) -> tuple[int, list[Row]]:
        from newsidx.options import SearchRequest
        from newsidx.query import parse

        total, hits = self._engine.brief(SearchRequest(query), parse(query).tree, NOW)
        return total, [(hit.id, hit.headline or "", hit.source, str(hit.published)) for hit in hits]

    def show(self, query: str, passages: int, chars: int) -> list[Shown]:
        results = self._index.search(query, snippets=passages, snippet_chars=chars)
        return [(hit.article.body, hit.headline_pieces, hit.snippets) for hit in results]


class Tantivy:
    """tantivy-py."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _schema(self) -> Any:
        tantivy: Any = importlib.import_module("tantivy")
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        builder.add_text_field("headline", stored=True, tokenizer_name="en_stem")
        builder.add_text_field("body", stored=True, tokenizer_name="en_stem")
        builder.add_text_field("source", stored=True, tokenizer_name="raw")
        builder.add_date_field("published", stored=True, indexed=True, fast=True)
        return tantivy, builder.build()

    def build(self, articles: Iterator[dict[str, Any]]) -> None:
        tantivy, schema = self._schema()
        self.folder.mkdir()
        writer = tantivy.Index(schema, path=str(self.folder)).writer(heap_size=256_000_000)
        for batch in _batches(articles):
            for a in batch:
                when = dt.datetime.fromisoformat(a["published"])
                document = tantivy.Document(id=a["id"], headline=a["headline"], body=a["body"], source=a["source"])
                document.add_date("published", when)
                writer.add_document(document)
            writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        tantivy, schema = self._tantivy = self._schema()
        self._index = tantivy.Index(schema, path=str(self.folder), reuse=True)
        self._searcher = self._index.searcher()

    def query(self, item: dict[str, Any]) -> str:
        terms = item["terms"]
        match item["cls"]:
            case "phrase":
                return f'"{" ".join(terms)}"'
            case "and":
                return " AND ".join(terms)
            case "prefix":
                return ""
            case "field":
                return f"headline:{terms[0]}"
            case "date":
                return f"{' AND '.join(terms)} AND published:[{item['lo']}T00:00:00Z TO {item['hi']}T23:59:59Z]"
        return " OR ".join(terms)

    def search(self, query: str, item: dict[str, Any], count: bool) -> tuple[int, list[Row]]:
        if not query:
            tantivy, schema = self._schema()
            tree = tantivy.Query.regex_query(schema, "body", f"{item['terms'][0]}.*")
        else:
            tree = self._index.parse_query(query, ["headline", "body"])
        found = self._searcher.search(tree, 10, count=count)
        rows = []
        for _, address in found.hits:
            d = self._searcher.doc(address)
            rows.append((d["id"][0], d["headline"][0], d["source"][0], str(d["published"][0])))
        return found.count or 0, rows

    def show(self, query: str, passages: int, chars: int) -> list[Shown]:
        tantivy, schema = self._tantivy
        tree = self._index.parse_query(query, ["headline", "body"])
        makers = [tantivy.SnippetGenerator.create(self._searcher, tree, schema, name) for name in ("headline", "body")]
        shown: list[Shown] = []
        for _, address in self._searcher.search(tree, 10, count=False).hits:
            d = self._searcher.doc(address)
            row = [d[name][0] for name in ("id", "headline", "body", "source", "published")]
            snippets = [maker.snippet_from_doc(d) for maker in makers]
            lit = [(each.fragment(), [(at.start, at.end) for at in each.highlighted()]) for each in snippets]
            shown.append((*row, *lit))
        return shown


class FTS5:
    """SQLite's full-text tables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _connect(self) -> None:
        self._db = sqlite3.connect(self.folder / "index.db")

    def build(self, articles: Iterator[dict[str, Any]]) -> None:
        self.folder.mkdir()
        self._connect()
        self._db.execute("create virtual table a using fts5(headline, body, id unindexed, source unindexed,"
                         " published unindexed, tokenize='porter unicode61')")  # fmt: skip
        for batch in _batches(articles):
            rows = [(a["headline"], a["body"], a["id"], a["source"], a["published"]) for a in batch]
            self._db.executemany("insert into a values (?, ?, ?, ?, ?)", rows)
            self._db.commit()
        self._db.close()

    def open(self) -> None:
        self._connect()

    def query(self, item: dict[str, Any]) -> str:
        terms = item["terms"]
        match item["cls"]:
            case "phrase":
                return f'"{" ".join(terms)}"'
            case "and" | "date":
                return " AND ".join(terms)
            case "prefix":
                return f"{terms[0]}*"
            case "field":
                return f"headline:{terms[0]}"
        return " OR ".join(terms)

    def search(self, query: str, item: dict[str, Any], count: bool) -> tuple[int, list[Row]]:
        where, args = "a match ?", [query]
        if item["cls"] == "date":
            where += " and published between ? and ?"
            args += [item["lo"], item["hi"] + "T99"]
        order = f"select id, headline, source, published from a where {where} order by bm25(a, 5, 1) limit 10"
        rows = self._db.execute(order, args).fetchall()
        total = self._db.execute(f"select count(*) from a where {where}", args).fetchone()[0] if count else 0
        return total, rows

    def show(self, query: str, passages: int, chars: int) -> list[Shown]:
        lit = ", ".join(f"snippet(a, {i}, '[', ']', '…', {chars // 6})" for i in (0, 1))
        order = f"select id, headline, body, source, published, {lit} from a where a match ? order by bm25(a, 5, 1)"
        return self._db.execute(f"{order} limit 10", [query]).fetchall()


class Whoosh:
    """Stock Whoosh."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def build(self, articles: Iterator[dict[str, Any]]) -> None:
        from whoosh import fields, index

        text = fields.TEXT(stored=True, analyzer=_stemming())
        schema = fields.Schema(
            id=fields.ID(stored=True), headline=text, body=text, source=fields.ID(stored=True),
            published=fields.DATETIME(stored=True),
        )  # fmt: skip
        self.folder.mkdir()
        made = index.create_in(str(self.folder), schema)
        for batch in _batches(articles):
            writer = made.writer(limitmb=256)
            for a in batch:
                when = dt.datetime.fromisoformat(a["published"])
                writer.add_document(
                    id=a["id"], headline=a["headline"], body=a["body"], source=a["source"], published=when
                )
            writer.commit()

    def open(self) -> None:
        from whoosh import index
        from whoosh.qparser.default import MultifieldParser

        opened = index.open_dir(str(self.folder))
        self._searcher = opened.searcher()
        self._parser = MultifieldParser(["headline", "body"], opened.schema)

    def query(self, item: dict[str, Any]) -> str:
        if item["cls"] == "date":
            low, high = (item[end].replace("-", "") for end in ("lo", "hi"))
            return f"{' AND '.join(item['terms'])} AND published:[{low} TO {high}]"
        return Newsidx(self.folder).query(item)

    def search(self, query: str, item: dict[str, Any], count: bool) -> tuple[int, list[Row]]:
        results = self._searcher.search(self._parser.parse(query), limit=10)
        rows = [(hit["id"], hit["headline"], hit["source"], str(hit["published"])) for hit in results]
        return len(results) if count else 0, rows

    def show(self, query: str, passages: int, chars: int) -> list[Shown]:
        results = self._searcher.search(self._parser.parse(query), limit=10)
        return [(hit["body"], hit.highlights("headline"), hit.highlights("body", top=passages)) for hit in results]


def _stemming() -> Any:
    module: Any = importlib.import_module("whoosh.analysis")
    return module.StemmingAnalyzer()


class Xapian:
    """Xapian, through the bindings of the system's package."""

    ROW = ("id", "headline", "source", "published")
    """What a hit shows: values, by number; the body is the document's data."""
    DAY = 4

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self._xapian: Any = importlib.import_module("xapian")
        except ImportError:
            sys.path.append("/usr/lib/python3/dist-packages")  # last: all else is the environment's
            try:
                self._xapian = importlib.import_module("xapian")
            finally:
                sys.path.pop()

    def build(self, articles: Iterator[dict[str, Any]]) -> None:
        xapian = self._xapian
        database = xapian.WritableDatabase(str(self.folder), xapian.DB_CREATE_OR_OPEN)
        terms = xapian.TermGenerator()
        terms.set_stemmer(xapian.Stem("english"))
        for batch in _batches(articles):
            for a in batch:
                document = xapian.Document()
                terms.set_document(document)
                terms.index_text(a["headline"], 1, "S")
                for text in (a["headline"], a["body"]):
                    terms.index_text(text)
                    terms.increase_termpos()
                for number, name in enumerate(self.ROW):
                    document.add_value(number, a[name])
                document.add_value(self.DAY, a["published"][:10].replace("-", ""))
                document.set_data(a["body"])
                database.add_document(document)
            database.commit()
        database.close()

    def open(self) -> None:
        xapian = self._xapian
        self._database = xapian.Database(str(self.folder))
        self._count = self._database.get_doccount()
        self._stem = xapian.Stem("english")
        self._parser = xapian.QueryParser()
        self._parser.set_stemmer(self._stem)
        self._parser.set_database(self._database)
        self._parser.add_prefix("headline", "S")
        self._days = xapian.DateRangeProcessor(self.DAY, "date:")
        self._parser.add_rangeprocessor(self._days)
        self._flags = xapian.QueryParser.FLAG_DEFAULT | xapian.QueryParser.FLAG_WILDCARD

    def query(self, item: dict[str, Any]) -> str:
        terms = item["terms"]
        match item["cls"]:
            case "phrase":
                return f'"{" ".join(terms)}"'
            case "and":
                return " AND ".join(terms)
            case "prefix":
                return f"{terms[0]}*"
            case "field":
                return f"headline:{terms[0]}"
            case "date":
                return f"{' AND '.join(terms)} date:{item['lo']}..{item['hi']}"
        return " OR ".join(terms)

    def _best(self, query: str, at_least: int) -> Any:
        enquire = self._xapian.Enquire(self._database)
        enquire.set_query(self._parser.parse_query(query, self._flags))
        return enquire.get_mset(0, 10, at_least)

    def search(self, query: str, item: dict[str, Any], count: bool) -> tuple[int, list[Row]]:
        found = self._best(query, self._count if count else 0)
        rows = []
        for hit in found:
            id_, headline, source, published = (hit.document.get_value(i).decode() for i in range(len(self.ROW)))
            rows.append((id_, headline, source, published))
        return found.get_matches_estimated() if count else 0, rows

    def show(self, query: str, passages: int, chars: int) -> list[Shown]:
        found = self._best(query, 0)
        shown: list[Shown] = []
        for hit in found:
            row = [hit.document.get_value(i).decode() for i in range(len(self.ROW))]
            body = hit.document.get_data().decode()
            lit = [found.snippet(text, size, self._stem) for text, size in ((row[1], 500), (body, chars))]
            shown.append((*row, body, *lit))
        return shown


class BM25S:
    """bm25s: all scores that a word can give are counted beforehand, in arrays; no positions, no fields, no updates."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._bm25s: Any = importlib.import_module("bm25s")
        stemmer: Any = importlib.import_module("Stemmer")
        self._options = {"stopwords": None, "stemmer": stemmer.Stemmer("english"), "show_progress": False}

    def build(self, articles: Iterator[dict[str, Any]]) -> None:
        texts, rows = [], []
        for a in articles:
            texts.append(f"{a['headline']}\n{a['body']}")
            rows.append((a["id"], a["headline"], a["source"], a["published"]))
        made = self._bm25s.BM25(backend="auto")
        made.index(self._bm25s.tokenize(texts, **self._options), show_progress=False)
        made.save(str(self.folder), show_progress=False)
        (self.folder / "rows.json").write_text(json.dumps(rows))

    def open(self) -> None:
        self._index = self._bm25s.BM25.load(str(self.folder), mmap=False)
        if self._index.backend == "numba":
            self._index.activate_numba_scorer()
        self._rows = [tuple(row) for row in json.loads((self.folder / "rows.json").read_text())]
        print(f"bm25s    scores by {self._index.backend}")

    def query(self, item: dict[str, Any]) -> str | None:
        return " ".join(item["terms"]) if item["cls"] in ("rare2", "common2", "headline") else None

    def search(self, query: str, item: dict[str, Any], count: bool) -> tuple[int, list[Row]]:
        words = self._bm25s.tokenize([query], return_ids=False, **self._options)
        best, scores = self._index.retrieve(words, k=10, show_progress=False)
        hits = zip(best[0].tolist(), scores[0].tolist(), strict=True)
        return 0, [self._rows[number] for number, score in hits if score > 0]

    def show(self, query: str, passages: int, chars: int) -> list[Shown]:
        raise NotImplementedError("it stores no articles and makes no snippets")


PEERS: dict[str, Callable[[Path], Peer]] = {
    "newsidx": Newsidx,
    "tantivy": Tantivy,
    "fts5": FTS5,
    "xapian": Xapian,
    "bm25s": BM25S,
    "whoosh": Whoosh,
}


def _batches(articles: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch = []
    for article in articles:
        batch.append(article)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _articles(path: Path, limit: int | None) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for i, line in enumerate(lines):
            if i == limit:
                return
            yield json.loads(line)


def build(name: str, folder: Path, path: Path, limit: int | None) -> Peer:
    """The peer, opened; its index built and measured where it is not there yet."""
    peer = PEERS[name](folder / name)
    note = folder / f"{name}.json"
    if not note.exists():
        shutil.rmtree(folder / name, ignore_errors=True)
        raw = sum(len((a["headline"] + a["body"]).encode()) for a in _articles(path, limit))
        count = sum(1 for _ in _articles(path, limit))
        start, cpu = time.perf_counter(), time.process_time()
        peer.build(_articles(path, limit))
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        size = sum(entry.stat().st_size for entry in (folder / name).iterdir())
        note.write_text(
            json.dumps({"seconds": seconds, "cpu": cpu, "articles": count, "raw_bytes": raw, "bytes": size})
        )
    made = json.loads(note.read_text())
    seconds, raw, articles = made["seconds"], made["raw_bytes"], made["articles"]
    print(
        f"{name:<8} built in {seconds:.0f} s: {raw / 1e6 / seconds:.2f} MB/s, {articles / seconds:.0f} articles/s",
        end="",
    )
    print(f", {articles / made['cpu']:.0f} a CPU second of all threads; {made['bytes'] / raw:.2f} × raw")
    peer.open()
    return peer


def main() -> int:
    """Build what is not there, then time the queries."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("classes", type=Path)
    parser.add_argument("--engines", default="newsidx,tantivy,fts5")
    parser.add_argument("--folder", type=Path, default=Path("engines"))
    parser.add_argument("--limit", type=int, help="index only so many articles")
    parser.add_argument("--queries", type=int, default=60, help="timed queries of each class (default 60)")
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--only", dest="classes_only", help="these classes, with commas between them")
    parser.add_argument("--count", action="store_true", help="count all matches exactly")
    args = parser.parse_args()
    args.folder.mkdir(exist_ok=True)
    names = args.engines.split(",")
    peers = {}
    for name in list(names):
        try:
            peers[name] = build(name, args.folder, args.articles, args.limit)
        except ImportError as error:
            print(f"{name:<8} is passed over: {error}")
            names.remove(name)
    by_class: dict[str, list[dict[str, Any]]] = {}
    for line in args.classes.read_text().splitlines():
        item = json.loads(line)
        by_class.setdefault(item["cls"], []).append(item)
    for cls in SHOWN:
        by_class[cls] = [item | {"cls": cls} for item in by_class.get("headline", [])]
    if args.classes_only:
        by_class = {cls: items for cls, items in by_class.items() if cls in args.classes_only.split(",")}
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, ", end="")
    print(
        f"Python {platform.python_version()}, {args.queries} queries a class, {args.passes} passes, count {args.count}"
    )
    print(f"{'class':<10}{'':<10}" + "".join(f"{name + ' p50 / p95 ms':>24}" for name in names), end="")
    print("   ratio to the second")
    for cls, items in by_class.items():
        for clock, times in zip(CLOCKS, run(peers, items, args.queries, args.passes, args.count), strict=True):
            marks = {name: (statistics.median(ms), sorted(ms)[int(0.95 * len(ms))]) for name, ms in times.items() if ms}
            cells = [f"{marks[name][0]:.3f} / {marks[name][1]:.3f}" if name in marks else "–" for name in names]
            print(f"{cls:<10}{clock:<10}" + "".join(f"{cell:>24}" for cell in cells), end="")
            if len(names) > 1 and names[0] in marks and names[1] in marks:
                one, two = marks[names[0]], marks[names[1]]
                print(f"   {one[0] / two[0]:.2f} / {one[1] / two[1]:.2f}", end="")
            print(flush=True)
    return 0


CLOCKS = {"elapsed": time.perf_counter, "processor": time.process_time}


def run(
    peers: dict[str, Peer], items: list[dict[str, Any]], queries: int, passes: int, count: bool
) -> list[dict[str, list[float]]]:
    """By clock, for each engine, the times in ms, each a query's median over the passes; none where it cannot ask."""
    names = list(peers)
    peers = {name: peer for name, peer in peers.items() if items and peer.query(items[0]) is not None}
    timed = items[WARM_UP : WARM_UP + queries]

    def ask(peer: Peer, query: str | None, item: dict[str, Any]) -> None:
        if query is None:
            raise ValueError(f"{type(peer).__name__} has no query for {item}")
        if item["cls"] in SHOWN:
            peer.show(query, *SHOWN[item["cls"]])
        else:
            peer.search(query, item, count)

    for peer in peers.values():
        for item in items[:WARM_UP]:
            ask(peer, peer.query(item), item)
    every: list[dict[str, list[list[float]]]] = [
        {name: [[] for _ in timed if name in peers] for name in names} for _ in CLOCKS
    ]
    for _ in range(passes):
        for name, peer in peers.items():
            for i, item in enumerate(timed):
                query = peer.query(item)
                starts = [clock() for clock in CLOCKS.values()]
                ask(peer, query, item)
                for times, clock, start in zip(every, CLOCKS.values(), starts, strict=True):
                    times[name][i].append((clock() - start) * 1000)
    return [{name: [statistics.median(ms) for ms in lists] for name, lists in times.items()} for times in every]


if __name__ == "__main__":
    sys.exit(main())
