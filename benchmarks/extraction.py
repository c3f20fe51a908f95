"""Quality of extraction, over all sets and by site: the invented corpus, and the real pages in ../shared where present.

    python benchmarks/extraction.py [--set SET …] [--twins [SUFFIX …]] [--sites FIELD] [--worst N] [--losses]
                                    [--out FOLDER] [--against FOLDER] [--every N] [--raise-floors]

The pages of tests/extract/kinds (invented too, by kind and outlet) say whether captures that are no articles are known.

Prints one table for each set: every measure over its pages (as the shared scorer defines it), the mean over sites,
and the means over *seen* and *unseen* sites. A site is its host without the last label and ``www``; which half it is
in is decided by a hash of that name (`is_seen`), so that it is the same on every machine and for every set. The rule
of work: pages of seen sites may be opened when rules are written or models are trained, and only these are named
(`--sites`, `--worst`); of unseen sites there are sums. ``--against`` compares with predictions that an earlier run
wrote with ``--out`` and counts the sites helped and hurt, seen and unseen apart: a rule that helps only the sites that
it was made from shows here.

Of the corpus (corpus/, gold in tests/extract/gold/corpus.jsonl) the measures are shares of pages that are exactly
right: a field as a whole, and the body by its first and last words and the number of its paragraphs.

``--raise-floors`` writes what was measured, less a margin, to benchmarks/floors.toml, where it is more than what stands
there; floors are never lowered. tests/extract/test_floors.py holds the extraction to them.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import statistics
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newsidx.errors import CaptureError
from newsidx.extract import extract
from newsidx.model import Article, Capture, capture_id

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "eval" / "extraction"
GOLD = ROOT / "tests" / "extract" / "gold" / "corpus.jsonl"
KINDS = ROOT / "tests" / "extract" / "kinds"
FLOORS = Path(__file__).with_name("floors.toml")
SETS = ("scrapinghub", "naeb", "fundus-eval", "fundus", "trafilatura-eval", "newspaper4k")
TWINS = (".txt", ".inner.txt", ".wet.txt")
CORPUS_FIELDS = ("kind", "headline", "deck", "published", "authors", "tags", "captions", "corrections", "body")
FIELDS = ("body", "body_opt", "exactly", "must", "headline", "deck", "published", "authors", "tags", "captions")
MARGIN = 0.01
"""What a floor stays below the measured value: one page in a hundred may change its mind."""
SAMPLE = 3
"""Floors of the shared sets are those of every third page, so that the test of them takes seconds."""

DECK_IS_TEXT = frozenset(("naeb", "trafilatura-eval"))
"""Sets whose annotators took the deck for text, where it is a field of its own here: of the decks found, the text of
the gold has 75 of 108 in naeb, 6 of 25 in scrapinghub. The scorer itself tries the two Fundus sets with and without."""

Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class Page:
    """The scores of one page: 0 to 1 for each measure that its gold has."""

    id: str
    site: str
    scores: Scores


@dataclass(frozen=True, slots=True)
class Run:
    """A set scored: the scorer's own means over all pages, and the pages one by one."""

    name: str
    means: Scores
    pages: tuple[Page, ...]


# --- sites ---------------------------------------------------------------------------------------------------------


def site_of(url: str | None, identifier: str) -> str:
    """The outlet of a page: its host without ``www`` and the last label; the head of its ID where it has no URL."""
    host = (urlsplit(url).hostname or "") if url else ""
    labels = host.removeprefix("www.").split(".")
    return ".".join(labels[:-1]) or identifier.partition("_")[0]


def is_seen(site: str) -> bool:
    """Whether a site is in the half that rules may be made from."""
    return hashlib.sha256(site.encode()).digest()[0] % 2 == 0


# --- running -------------------------------------------------------------------------------------------------------


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
        "zones": {name: list(getattr(article, name)) for name in ("credits", "corrections", "promo", "page")},
    }


def read_gold(name: str, every: int = 1) -> list[dict[str, Any]]:
    """The gold of a shared set; of every n-th page by a hash of its ID."""
    lines = (SHARED / "pages" / name / "gold.jsonl").read_text("utf-8").splitlines()
    gold: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return [each for each in gold if int(hashlib.sha256(each["id"].encode()).hexdigest()[:8], 16) % every == 0]


def predict(name: str, gold: Sequence[Mapping[str, Any]], suffix: str) -> dict[str, dict[str, Any]]:
    """The predictions for a set, by ID; what cannot be read is named on standard error and left out."""
    media_type = "text/html" if suffix == ".html" else "text/plain"
    found = {}
    for each in gold:
        path = SHARED / "pages" / name / each["file"].replace(".html.gz", suffix + ".gz")
        data = gzip.decompress(path.read_bytes())
        try:
            article = extract(Capture(capture_id(data), data, media_type))
        except CaptureError as error:
            print(f"{each['id']}: {error}", file=sys.stderr)
            continue
        found[each["id"]] = prediction(each["id"], article, is_deck_text=name in DECK_IS_TEXT)
    return found


def score(name: str, gold: list[dict[str, Any]], predictions: dict[str, dict[str, Any]]) -> Run:
    """The shared scorer's means, and its scores page by page in the same terms."""
    scorer = _scorer()
    summary, pages = scorer.score(gold, predictions)
    means = {field: summary[field][_MEASURE.get(field, "F1")] for field in FIELDS if field in summary}
    body = summary.get("body_opt") or summary.get("body")
    if body:
        means["exactly"] = body["acc"]
    rows = []
    for each in gold:
        scores = {
            field: _of_page(field, values) for field, values in pages[each["id"]].items() if field in _PAGE or values
        }
        rows.append(Page(each["id"], site_of(each.get("url"), each["id"]), scores))
    return Run(name, means, tuple(rows))


_MEASURE = {"headline": "exact", "deck": "exact", "published": "day"}
_PAGE = {"headline": 0, "deck": 0, "published": 0, "body": 2, "authors": 2, "tags": 2, "captions": 2}


def _of_page(field: str, values: Sequence[float]) -> float:
    if field == "must":
        kept, wanted, wrong, unwanted = values
        return (kept + unwanted - wrong) / (wanted + unwanted) if wanted + unwanted else 1.0
    return float(values[_PAGE[field]])


def _scorer() -> Any:
    path = SHARED / "score_extraction.py"
    specification = importlib.util.spec_from_file_location("score_extraction", path)
    if specification is None or specification.loader is None:
        raise ImportError(str(path))
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def run_shared(name: str, suffix: str = ".html", every: int = 1) -> Run:
    """A shared set, read and scored."""
    gold = read_gold(name, every)
    return score(name + ("" if suffix == ".html" else suffix), gold, predict(name, gold, suffix))


# --- the corpus ----------------------------------------------------------------------------------------------------


def corpus_digest() -> str:
    """SHA-256 over the names and bytes of the captures that the gold names, and over the gold."""
    digest = hashlib.sha256(GOLD.read_bytes())
    for line in GOLD.read_text("utf-8").splitlines():
        file = json.loads(line)["file"]
        digest.update(file.encode() + b"\0" + hashlib.sha256((ROOT / "corpus" / file).read_bytes()).digest())
    return digest.hexdigest()


def run_corpus(suffix: str = ".html") -> Run:
    """The invented captures of one kind (``.html`` or ``.txt``): shares of pages exactly right."""
    pages = []
    for line in GOLD.read_text("utf-8").splitlines():
        gold = json.loads(line)
        if suffix not in gold["file"]:
            continue
        data = (ROOT / "corpus" / gold["file"]).read_bytes()
        data = gzip.decompress(data) if gold["file"].endswith(".gz") else data
        article = extract(Capture(capture_id(data), data, "text/html" if suffix == ".html" else "text/plain"))
        site = gold["file"].split("/")[0]
        pages.append(Page(gold["file"], site, {field: float(ok) for field, ok in _corpus_scores(gold, article)}))
    return Run("corpus" + ("" if suffix == ".html" else suffix), _means(pages), tuple(pages))


def _corpus_scores(gold: Mapping[str, Any], article: Article) -> Iterable[tuple[str, bool]]:
    for field in ("kind", "headline", "deck"):
        if field in gold:
            yield field, getattr(article, field) == gold[field]
    if "published" in gold:
        yield "published", article.published is not None and article.published.day.isoformat() == gold["published"]
    for field in ("authors", "captions", "corrections"):
        if field in gold:
            yield field, [*map(_bare, getattr(article, field))] == [*map(_bare, gold[field])]
    if "tags" in gold:
        yield "tags", {tag.casefold() for tag in article.tags} == {tag.casefold() for tag in gold["tags"]}
    if "paragraphs" in gold:
        ends = bool(article.body) and article.body[0].startswith(gold["begins"])
        yield "body", ends and article.body[-1].endswith(gold["ends"]) and len(article.body) == gold["paragraphs"]


def _bare(text: str) -> str:
    """Without the full stop at the end, which credits are cut off with or without."""
    return text.rstrip(".。 ")


def run_kinds() -> Run:
    """The pages of tests/extract/kinds, each named KIND--WHAT--OUTLET: the share whose kind is right (`kind`), and the
    share that is searched if and only if it shall be (`searched`)."""
    pages = []
    for path in sorted(KINDS.glob("*.html")):
        kind, _, outlet = path.stem.split("--")
        data = path.read_bytes()
        found = extract(Capture(capture_id(data), data, "text/html")).kind
        searched = (found in _SEARCHED) == (kind in _SEARCHED)
        pages.append(Page(path.name, outlet, {"kind": float(found == kind), "searched": float(searched)}))
    return Run("kinds", _means(pages), tuple(pages))


_SEARCHED = frozenset(("article", "live", "gallery", "stub"))


def report_kinds(run: Run) -> None:
    """By outlet, and the pages that are taken for another kind."""
    print(
        f"\n== {run.name}: {len(run.pages)} pages, kind {run.means['kind']:.4f}, searched {run.means['searched']:.4f}"
    )
    for site, scores in by_site(run.pages).items():
        wrong = [page.id.rsplit("--", 1)[0] for page in run.pages if page.site == site and not page.scores["kind"]]
        print(f"   {scores['kind']:.3f} {scores['searched']:.3f} {site:22s} {' '.join(wrong)}")


# --- reporting -----------------------------------------------------------------------------------------------------


def _means(pages: Sequence[Page]) -> Scores:
    values: dict[str, list[float]] = defaultdict(list)
    for page in pages:
        for field, value in page.scores.items():
            values[field].append(value)
    return {field: statistics.fmean(each) for field, each in values.items()}


def by_site(pages: Iterable[Page]) -> dict[str, Scores]:
    """The mean over each site's pages."""
    sites: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        sites[page.site].append(page)
    return {site: _means(each) for site, each in sites.items()}


def report(run: Run) -> None:
    """The table of a set."""
    sites = by_site(run.pages)
    seen = {site: scores for site, scores in sites.items() if is_seen(site)}
    unseen = {site: scores for site, scores in sites.items() if site not in seen}
    names = [*dict.fromkeys((*FIELDS, *CORPUS_FIELDS))]
    fields = [field for field in names if field in run.means or any(field in each for each in sites.values())]
    print(f"\n== {run.name}: {len(run.pages)} pages of {len(sites)} sites, {len(seen)} seen, {len(unseen)} unseen")
    print(f"{'':22s}" + "".join(f"{field:>11s}" for field in fields))
    rows = (("all pages", run.means), ("mean of sites", _over(sites)), ("seen sites", _over(seen)),
            ("unseen sites", _over(unseen)))  # fmt: skip
    for label, scores in rows:
        print(f"{label:22s}" + "".join(f"{scores[f]:11.4f}" if f in scores else f"{'-':>11s}" for f in fields))
    sys.stdout.flush()


def _over(sites: Mapping[str, Scores]) -> Scores:
    return _means([Page("", site, scores) for site, scores in sites.items()])


def report_sites(run: Run, field: str, limit: int) -> None:
    """The seen sites, worst first, by one measure."""
    rows = sorted((scores[field], site) for site, scores in by_site(run.pages).items() if field in scores)
    for value, site in [row for row in rows if is_seen(row[1])][:limit]:
        print(f"   {value:.4f} {site}")


def report_worst(run: Run, limit: int) -> None:
    """The worst pages of seen sites by their body, or by their headline where there is no body."""
    for field in ("body", "must", "headline"):
        rows = sorted((p.scores[field], p.id) for p in run.pages if field in p.scores and is_seen(p.site))
        if rows:
            for value, identifier in rows[:limit]:
                print(f"   {field} {value:.4f} {identifier}")
            return


def report_change(before: Run, after: Run) -> None:
    """For each measure, how many sites a change has helped and hurt, seen and unseen apart."""
    old, new = by_site(before.pages), by_site(after.pages)
    for field in FIELDS:
        counts = {True: [0, 0], False: [0, 0]}
        for site, scores in new.items():
            if field in scores and field in old.get(site, {}) and scores[field] != old[site][field]:
                counts[is_seen(site)][scores[field] < old[site][field]] += 1
        if any(counts[True]) or any(counts[False]):
            means = f"{before.means.get(field, 0):.4f} -> {after.means.get(field, 0):.4f}"
            sums = [f"{name} {counts[half][0]}/{counts[half][1]}" for name, half in (("seen", True), ("unseen", False))]
            print(f"   {field:10s} {means}; sites helped/hurt: {', '.join(sums)}")


def report_losses(gold: Sequence[Mapping[str, Any]], predictions: Mapping[str, Mapping[str, Any]]) -> None:
    """Where the paragraphs of the gold are that are not in the body, and what stands in the body without being gold; in
    parts of the gold's letters."""
    lost: dict[str, int] = defaultdict(int)
    total = surplus = 0
    for each in gold:
        if not each.get("body"):
            continue
        found = predictions.get(each["id"], {"body": "", "zones": {}})
        body, wanted = _letters(found["body"]), _letters(each["body"])
        total += len(wanted)
        zones = {"headline": _letters(found.get("headline") or ""), "deck": _letters(found.get("deck") or "")}
        zones["captions"] = _letters(" ".join(found.get("captions") or ()))
        zones |= {name: _letters(" ".join(texts)) for name, texts in found["zones"].items()}
        for paragraph in each["body"].splitlines():
            text = _letters(paragraph)
            if text not in body:
                lost[next((name for name, zone in zones.items() if text in zone), "nowhere whole")] += len(text)
        surplus += sum(len(text) for text in map(_letters, found["body"].splitlines()) if text not in wanted)
    if not total:
        return
    parts = ", ".join(f"{name} {count / total:.2%}" for name, count in sorted(lost.items(), key=lambda item: -item[1]))
    print(f"   not in the body: {parts or 'nothing'}; in the body, but not wanted: {surplus / total:.2%}")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


# --- floors --------------------------------------------------------------------------------------------------------


def read_floors() -> dict[str, Any]:
    """The floors as they stand: by run, by measure."""
    return tomllib.loads(FLOORS.read_text("utf-8")) if FLOORS.is_file() else {}


def floor_runs(*, with_shared: bool) -> list[Run]:
    """What floors are set for: the corpus, and a sample of the shared sets with their first text twin."""
    runs = [run_corpus(), run_corpus(".txt"), run_kinds()]
    if with_shared:
        runs += [run_shared(name, suffix, SAMPLE) for name in SETS[:-1] for suffix in (".html", ".txt")]
    return runs


def raise_floors() -> None:
    """Floors at what is measured less the margin, where that is more than what stands."""
    floors = read_floors()
    if floors.get("digest") != corpus_digest():
        floors = {key: value for key, value in floors.items() if not key.startswith("corpus")}
    for run in floor_runs(with_shared=SHARED.is_dir()):
        table = floors.setdefault(run.name, {})
        margin = 0.0 if run.name.startswith(("corpus", "kinds")) else MARGIN
        for field, value in run.means.items():
            table[field] = max(table.get(field, 0.0), round(value - margin - 0.00005, 4))
    lines = [
        "# Floors of extraction: raised by `python benchmarks/extraction.py --raise-floors`, never lowered.",
        f"# corpus*, kinds: shares of all their pages, less nothing. The others: one page in {SAMPLE}, less {MARGIN}.",
        "# The digest is that of the corpus and its gold; other captures have other floors.",
        f'digest = "{corpus_digest()}"',
    ]
    for name, table in floors.items():
        if isinstance(table, dict):
            lines += ["", f'["{name}"]', *(f"{field} = {value:.4f}" for field, value in table.items())]
    FLOORS.write_text("\n".join(lines) + "\n", encoding="utf-8")


_ALL = ("corpus", "kinds", *SETS)

# --- the command ---------------------------------------------------------------------------------------------------


def main() -> None:
    """Reads the options, runs the sets, prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", dest="sets", nargs="+", choices=_ALL, default=list(_ALL))
    parser.add_argument("--twins", nargs="*", choices=TWINS, help="the text twins too (all three, or those named)")
    parser.add_argument("--sites", choices=FIELDS, help="list the seen sites by a measure, worst first")
    parser.add_argument("--worst", type=int, default=0, help="name the worst pages of seen sites")
    parser.add_argument("--losses", action="store_true", help="say where lost paragraphs went")
    parser.add_argument("--out", type=Path, help="write the predictions there, a file for each set")
    parser.add_argument("--against", type=Path, help="compare with the predictions that stand there")
    parser.add_argument("--every", type=int, default=1, help="every n-th page only")
    parser.add_argument("--raise-floors", action="store_true")
    options = parser.parse_args()
    if options.raise_floors:
        raise_floors()
        return
    if not SHARED.is_dir():
        print("extraction: the real pages in ../shared are not here; the corpus only", file=sys.stderr)
    suffixes = [".html"] if options.twins is None else [".html", *(options.twins or TWINS)]
    for name in options.sets:
        for suffix in suffixes:
            if name == "kinds":
                if suffix == ".html":
                    report_kinds(run_kinds())
            elif name == "corpus":
                if suffix in (".html", ".txt"):
                    report(run_corpus(suffix))
            elif SHARED.is_dir():
                _run_set(name, suffix, options)


def _run_set(name: str, suffix: str, options: argparse.Namespace) -> None:
    gold = read_gold(name, options.every)
    predictions = predict(name, gold, suffix)
    label = name + ("" if suffix == ".html" else suffix)
    run = score(label, gold, predictions)
    report(run)
    if options.sites:
        report_sites(run, options.sites, options.worst or 30)
    elif options.worst:
        report_worst(run, options.worst)
    if options.losses:
        report_losses(gold, predictions)
    if options.against and (options.against / f"{label}.jsonl").is_file():
        lines = (options.against / f"{label}.jsonl").read_text("utf-8").splitlines()
        report_change(score(label, gold, {each["id"]: each for each in map(json.loads, lines)}), run)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        text = "".join(json.dumps(each) + "\n" for each in predictions.values())
        (options.out / f"{label}.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
