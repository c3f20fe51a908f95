"""Trains the models of the reader of dumps, and tells by sites not seen what they are worth.

    python scripts/train_lines.py [title] [body] [deck] [byline] [--folds N] [--sweep] [--write]

Needs scikit-learn (for training only; reading a model needs nothing) and the real pages of ../shared. Each page is
taken in its three styles of dump. A line is of the body if the hand-made body has its words, in the same number. Pages
of one site are all in the same fold, over all sets. Prints F1 of the body and the share of pages exactly right, for the
rules alone and with the model, and the share of headlines and decks exactly right and F1 of the authors, each page
judged by trees that saw no page of its site; ``--write`` then trains on all pages and writes
newsidx/extract/tables/text_*.json. The body's model sees what the headline's made of the page, and the models of deck
and byline what both made of it: train in that order.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from newsidx.errors import CaptureError
from newsidx.extract import text_label
from newsidx.extract.text_body import best_run
from newsidx.extract.text_decode import decode
from newsidx.extract.text_evidence import FEATURES, evidence
from newsidx.extract.text_fields import byline_candidates, find_authors
from newsidx.extract.text_headline import TITLE_FEATURES, find_headline, rivals
from newsidx.extract.text_label import (
    Layout,
    candidates,
    choose_deck,
    deck_candidates,
    lay_out_by_rules,
    places_of,
    second_opinion,
)
from newsidx.extract.text_lines import Line, blocks_of, describe, language_of
from newsidx.extract.text_places import PLACE_FEATURES
from newsidx.extract.trees import Forest, load

ROOT = Path(__file__).resolve().parent.parent
EVALUATION = ROOT.parent / "shared" / "eval" / "extraction"
TABLES = ROOT / "newsidx" / "extract" / "tables"
SETS = ("scrapinghub", "naeb", "fundus-eval", "fundus", "trafilatura-eval")
STYLES = (".txt", ".inner.txt", ".wet.txt")
DECK_IS_TEXT = frozenset(("naeb", "trafilatura-eval"))
SHAPES = {"title": (60, 4, 0.15), "body": (60, 4, 0.25), "deck": (60, 4, 0.2), "byline": (60, 4, 0.2)}
"""Of 30 to 60 trees with 4 to 8 leaves, all within .005 of each other by unseen site: the smallest that is no worse."""
SEGMENT_WEIGHT = 0.5
"""Pages of which only some segments are known say less, and most of them are no news."""
_TOKEN = re.compile(r"\w+")


@dataclass(slots=True)
class Rows:
    """What a model is asked about a page: lines, their numbers, and the truth (1, 0, or -1 where not known)."""

    lines: list[int]
    numbers: list[list[float]]
    truth: list[int]


@dataclass(slots=True)
class Page:
    """One dump, as the rules see it, and as all models do that are there."""

    set: str
    style: str
    gold: dict[str, Any]
    lines: list[Line]
    by_rules: Layout
    layout: Layout
    rows: dict[str, Rows]
    fold: int


def load_pages(folds: int, models: list[str]) -> Iterator[Page]:
    """All pages in all styles."""
    for name in SETS:
        folder = EVALUATION / "pages" / name
        for row in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
            gold = json.loads(row)
            site = ".".join((gold.get("site") or gold["id"]).split(".")[-2:])
            fold = int(hashlib.md5(site.encode()).hexdigest(), 16) % folds
            for style in STYLES:
                data = gzip.decompress((folder / gold["file"].replace(".html.gz", style + ".gz")).read_bytes())
                try:
                    blocks = blocks_of(decode(data))
                except CaptureError:
                    continue
                lines = describe(blocks, language_of(blocks)[1])
                by_rules = lay_out_by_rules(lines)
                layout = copied(by_rules)
                if not {"deck", "byline"}.isdisjoint(models):
                    second_opinion(lines, layout, load("text_body.json"))
                    layout.places = places_of(lines, layout)
                page = Page(name, style, gold, lines, by_rules, layout, {}, fold)
                for model in models:
                    if rows := MODELS[model](page):
                        page.rows[model] = rows
                yield page


def copied(layout: Layout) -> Layout:
    """One whose labels can be changed."""
    return replace(layout, labels=list(layout.labels), credits=dict(layout.credits))


def title_rows(page: Page) -> Rows | None:
    """The best lines by the rules, where the headline is known."""
    norm, headline = scorer().norm, page.gold.get("headline")
    if not headline:
        return None
    found, numbers = rivals(page.lines, *best_run(page.lines))
    return Rows([each.index for each in found], numbers, [int(norm(each.text) == norm(headline)) for each in found])


def body_rows(page: Page) -> Rows | None:
    """Lines that may be of the body."""
    texts = [line.text for line in page.lines]
    gold = page.gold
    truth = of_body(texts, gold["body"]) if gold.get("body") else of_segments(texts, gold)
    wanted = candidates(page.lines, page.by_rules)
    return Rows(wanted, evidence(page.lines, wanted), [truth[i] for i in wanted])


def deck_rows(page: Page) -> Rows | None:
    """Lines that may be the deck, where it is known; where it is not, lines of the body are none."""
    norm = scorer().norm
    places, deck = page.layout.places, page.gold.get("deck")
    if places is None or page.set in DECK_IS_TEXT:
        return None
    wanted = deck_candidates(page.lines, page.layout)
    numbers = [places.row(i) for i in wanted]
    if deck:
        return Rows(wanted, numbers, [int(norm(page.lines[i].text) == norm(deck)) for i in wanted])
    of_text = of_body([line.text for line in page.lines], page.gold["body"])
    return Rows(wanted, numbers, [0 if of_text[i] else -1 for i in wanted])


def byline_rows(page: Page) -> Rows | None:
    """Lines of names, where the authors are known."""
    names = scorer().names
    authors, places = names(page.gold.get("authors")), page.layout.places
    if places is None or not authors:
        return None
    wanted = byline_candidates(page.lines, page.layout)
    truth = [int(bool(names(list(places.names(i))) & authors)) for i in wanted]
    return Rows(wanted, [places.row(i) for i in wanted], truth)


MODELS: dict[str, Callable[[Page], Rows | None]] = {
    "title": title_rows,
    "body": body_rows,
    "deck": deck_rows,
    "byline": byline_rows,
}
SEES = {"title": TITLE_FEATURES, "body": FEATURES, "deck": PLACE_FEATURES, "byline": PLACE_FEATURES}


@cache
def scorer() -> Any:
    """The scorer of ../shared."""
    sys.path.insert(0, str(EVALUATION))
    return importlib.import_module("score_extraction")


def of_body(lines: list[str], body: str) -> list[int]:
    """Which lines have the words of the body: long ones by runs of four words, short ones whole and in their place."""
    gold = _TOKEN.findall(body)
    left = Counter(_fours(gold))
    paragraphs = {" ".join(_TOKEN.findall(paragraph)) for paragraph in body.split("\n")}
    joined = f" {' '.join(gold)} "
    tokens = [_TOKEN.findall(line) for line in lines]
    truth = [0] * len(lines)
    for i, words in enumerate(tokens):
        runs = Counter(_fours(words))
        found = runs & left
        if len(words) >= 8 and 2 * found.total() >= runs.total():
            truth[i] = 1
            left -= found
    known = [i for i, is_body in enumerate(truth) if is_body]
    for i in range(max(0, known[0] - 3), min(len(lines), known[-1] + 4)) if known else ():
        words = tokens[i]
        text = " ".join(words)
        if not 0 < len(words) < 8:
            continue
        before = next((tokens[j] for j in range(i - 1, max(-1, i - 4), -1) if truth[j]), None)
        if (
            text in paragraphs
            or (len(words) >= 4 and f" {text} " in joined)
            or (before and f" {' '.join(before[-3:])} {text} " in joined)
        ):
            truth[i] = 1
    return truth


def _fours(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + 4]) for i in range(len(words) - 3)]


def of_segments(lines: list[str], gold: dict[str, Any]) -> list[int]:
    """Which lines have a segment that must, or must not, be in the text."""
    must = [" ".join(each.split()) for each in gold["must"]]
    must_not = [" ".join(each.split()) for each in gold["mustnot"]]
    return [
        1 if any(each in line for each in must) else 0 if any(each in line for each in must_not) else -1
        for line in lines
    ]


def fit(pages: list[Page], model: str) -> Forest:
    """Trees over the lines of `pages`."""
    ensemble: Any = importlib.import_module("sklearn.ensemble")
    numbers: list[list[float]] = []
    truth: list[bool] = []
    weights: list[float] = []
    for page in pages:
        rows = page.rows.get(model)
        if rows is None:
            continue
        for row, is_true in zip(rows.numbers, rows.truth, strict=True):
            if is_true >= 0:
                numbers.append(row)
                truth.append(is_true == 1)
                is_segment = model in ("title", "body") and page.set == "trafilatura-eval"
                weights.append((SEGMENT_WEIGHT if is_segment else 1.0) / len(STYLES))
    trees, leaves, rate = SHAPES[model]
    trained = ensemble.HistGradientBoostingClassifier(
        max_iter=trees,
        learning_rate=rate,
        max_leaf_nodes=leaves,
        min_samples_leaf=60,
        l2_regularization=1.0,
        early_stopping=False,
        max_bins=64,
        random_state=0,
    ).fit(numbers, truth, sample_weight=weights)
    nested = tuple(_nested(step[0].nodes, 0) for step in trained._predictors)
    return Forest(SEES[model], round(float(trained._baseline_prediction[0][0]), 4), nested)


def _nested(nodes: Any, at: int) -> Any:
    node = nodes[at]
    if node["is_leaf"]:
        return round(float(node["value"]), 4)
    threshold = float(f"{float(node['num_threshold']):.6g}")
    return (int(node["feature_idx"]), threshold, _nested(nodes, node["left"]), _nested(nodes, node["right"]))


def judge(pages: list[Page], model: str, forests: list[Forest] | None) -> str:
    """What the scorer says of each set that knows the truth; `forests` are by fold."""
    result = []
    for name in SETS:
        mine = [page for page in pages if page.set == name]
        predictions = {page.gold["id"]: PREDICTIONS[model](page, forests) for page in mine}
        summary = scorer().score([page.gold for page in mine], predictions)[0]
        if model == "body":
            measure = summary.get("body_opt") or summary.get("body") or summary["must"]
            result.append(f"{name} {measure['F1']:.3f}/{measure['acc']:.3f}")
        elif model == "deck" and name not in DECK_IS_TEXT:
            deck = f"{summary['deck']['exact']:.3f} " if "deck" in summary else ""
            body = summary.get("body_opt") or summary["body"]
            result.append(f"{name} {deck}(body {body['F1']:.3f}/{body['acc']:.3f})")
        elif model == "title" and "headline" in summary:
            result.append(f"{name} {summary['headline']['exact']:.3f}")
        elif model == "byline" and "authors" in summary:
            result.append(f"{name} {summary['authors']['F1']:.3f}")
    return "  ".join(result)


def headline_of(page: Page, forests: list[Forest] | None) -> dict[str, Any]:
    """The headline by the rules, or with the model of the page's fold."""
    low, high = best_run(page.lines)
    if forests:
        found = find_headline(page.lines, low, high, forests[page.fold])
    else:
        found = next(iter(rivals(page.lines, low, high)[0]), None)
    return {"headline": found.text if found else None}


def body_of(page: Page, forests: list[Forest] | None) -> dict[str, Any]:
    """The body by the rules, or with the model of the page's fold."""
    layout = copied(page.by_rules)
    if forests:
        second_opinion(page.lines, layout, forests[page.fold])
    zones = ("body", "deck") if page.set in DECK_IS_TEXT else ("body",)
    chosen = [line.text for line, label in zip(page.lines, layout.labels, strict=True) if label.zone in zones]
    return {"body": "\n\n".join(chosen)}


def deck_of(page: Page, forests: list[Forest] | None) -> dict[str, Any]:
    """The deck."""
    layout = copied(page.layout)
    if forests:
        choose_deck(page.lines, layout, forests[page.fold])
    chosen = [line.text for line, label in zip(page.lines, layout.labels, strict=True) if label.zone == "deck"]
    body = [line.text for line, label in zip(page.lines, layout.labels, strict=True) if label.zone == "body"]
    return {"deck": " ".join(chosen), "body": "\n\n".join(body)}


def authors_of(page: Page, forests: list[Forest] | None) -> dict[str, Any]:
    """The authors, which no rule finds by itself."""
    return {"authors": find_authors(page.lines, page.layout, forests[page.fold]) if forests else ()}


PREDICTIONS = {"title": headline_of, "body": body_of, "deck": deck_of, "byline": authors_of}


def main() -> None:
    """Reads the options, cross-validates, trains."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=["body"])
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--sweep", action="store_true", help="other weights of the rules too")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if not EVALUATION.is_dir():
        sys.exit("train_lines: needs the real pages in ../shared, which are not here")
    pages = list(load_pages(options.folds, options.models))
    for model in options.models:
        forests = [fit([page for page in pages if page.fold != fold], model) for fold in range(options.folds)]
        for style in STYLES:
            mine = [page for page in pages if page.style == style]
            if model == "deck":
                for least in (-2.0, -1.5, -1.0, -0.5, 0.0) if options.sweep else (text_label.MIN_DECK,):
                    text_label.MIN_DECK = least
                    print(f"deck {style:10s} {least:5.2f}", judge(mine, model, forests), flush=True)
                continue
            print(f"{model} {style:10s} rules     ", judge(mine, model, None), flush=True)
            sweep = options.sweep and model == "body"
            for weigh in (0.75, 1.0, 1.25, 1.5, 2.0) if sweep else (text_label.RULES_WEIGH,):
                text_label.RULES_WEIGH = weigh
                print(f"{model} {style:10s} model {weigh:4.2f}", judge(mine, model, forests), flush=True)
        if options.write:
            (TABLES / f"text_{model}.json").write_text(as_json(fit(pages, model)), encoding="utf-8")


def as_json(forest: Forest) -> str:
    """The file's text: a tree a line, features by name."""

    def named(node: Any) -> Any:
        return [forest.features[node[0]], node[1], named(node[2]), named(node[3])] if isinstance(node, tuple) else node

    trees = ",\n".join(json.dumps(named(tree)) for tree in forest.trees)
    return f'{{"features": {json.dumps(forest.features)},\n"bias": {forest.bias},\n"trees": [\n{trees}\n]}}\n'


if __name__ == "__main__":
    main()
