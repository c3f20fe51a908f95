"""Trains the model that gives a second opinion on the lines of dumps, and tells by sites not seen what it is worth.

    python scripts/train_lines.py [--folds N] [--sweep] [--write]

Needs scikit-learn (for training only; reading a model needs nothing) and the real pages of ../shared. Each page is
taken in its three styles of dump. A line is of the body if the hand-made body has its words, in the same number. Pages
of one site are all in the same fold, over all sets. Prints F1 of the body and the share of pages exactly right, for the
rules alone and with the model, each page judged by trees that saw no page of its site; ``--write`` then trains on all
pages and writes newsidx/extract/tables/text_body.json.
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
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsidx.errors import CaptureError
from newsidx.extract import text_label
from newsidx.extract.text_decode import decode
from newsidx.extract.text_evidence import FEATURES, evidence
from newsidx.extract.text_label import Layout, candidates, lay_out_by_rules, second_opinion
from newsidx.extract.text_lines import Line, blocks_of, describe, language_of
from newsidx.extract.trees import Forest

ROOT = Path(__file__).resolve().parent.parent
EVALUATION = ROOT.parent / "shared" / "eval" / "extraction"
MODEL = ROOT / "newsidx" / "extract" / "tables" / "text_body.json"
SETS = ("scrapinghub", "naeb", "fundus-eval", "fundus", "trafilatura-eval")
STYLES = (".txt", ".inner.txt", ".wet.txt")
DECK_IS_TEXT = frozenset(("naeb", "trafilatura-eval"))
TREES, LEAVES, RATE = 60, 4, 0.25
"""Of 30 to 60 trees with 4 to 8 leaves, all within .005 of each other by unseen site: the smallest that is no worse."""
SEGMENT_WEIGHT = 0.5
"""Pages of which only some segments are known say less, and most of them are no news."""
_TOKEN = re.compile(r"\w+")


@dataclass(slots=True)
class Page:
    """One dump: its lines as the rules see them, and which lines are known to be of the body (1), not (0), or not
    known (-1)."""

    set: str
    style: str
    gold: dict[str, Any]
    lines: list[Line]
    layout: Layout
    wanted: list[int]
    rows: list[list[float]]
    truth: list[int]
    fold: int


def load_pages(folds: int) -> Iterator[Page]:
    """All pages in all styles."""
    for name in SETS:
        folder = EVALUATION / "pages" / name
        for row in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
            gold = json.loads(row)
            for style in STYLES:
                data = gzip.decompress((folder / gold["file"].replace(".html.gz", style + ".gz")).read_bytes())
                try:
                    blocks = blocks_of(decode(data))
                except CaptureError:
                    continue
                lines = describe(blocks, language_of(blocks)[1])
                layout = lay_out_by_rules(lines)
                wanted = candidates(lines, layout)
                texts = [line.text for line in lines]
                truth = of_body(texts, gold["body"]) if gold.get("body") else of_segments(texts, gold)
                site = ".".join((gold.get("site") or gold["id"]).split(".")[-2:])
                fold = int(hashlib.md5(site.encode()).hexdigest(), 16) % folds
                yield Page(name, style, gold, lines, layout, wanted, evidence(lines, wanted), truth, fold)


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


def fit(pages: list[Page]) -> Forest:
    """Trees over the lines of `pages`."""
    ensemble: Any = importlib.import_module("sklearn.ensemble")
    rows: list[list[float]] = []
    truth: list[bool] = []
    weights: list[float] = []
    for page in pages:
        for i, row in zip(page.wanted, page.rows, strict=True):
            if page.truth[i] >= 0:
                rows.append(row)
                truth.append(page.truth[i] == 1)
                weights.append((SEGMENT_WEIGHT if page.set == "trafilatura-eval" else 1.0) / len(STYLES))
    model = ensemble.HistGradientBoostingClassifier(
        max_iter=TREES,
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=60,
        l2_regularization=1.0,
        early_stopping=False,
        max_bins=64,
        random_state=0,
    ).fit(rows, truth, sample_weight=weights)
    trees = tuple(_nested(step[0].nodes, 0) for step in model._predictors)
    return Forest(FEATURES, round(float(model._baseline_prediction[0][0]), 4), trees)


def _nested(nodes: Any, at: int) -> Any:
    node = nodes[at]
    if node["is_leaf"]:
        return round(float(node["value"]), 4)
    threshold = float(f"{float(node['num_threshold']):.6g}")
    return (int(node["feature_idx"]), threshold, _nested(nodes, node["left"]), _nested(nodes, node["right"]))


def judge(pages: list[Page], forests: list[Forest] | None) -> str:
    """F1 and share exactly right by set; `forests` are by fold."""
    scorer: Any = importlib.import_module("score_extraction")
    result = []
    for name in SETS:
        mine = [page for page in pages if page.set == name]
        predictions = {}
        for page in mine:
            layout = copy(page.layout)
            layout.labels, layout.credits = list(layout.labels), dict(layout.credits)
            if forests:
                second_opinion(page.lines, layout, forests[page.fold])
            zones = ("body", "deck") if name in DECK_IS_TEXT else ("body",)
            chosen = [line.text for line, label in zip(page.lines, layout.labels, strict=True) if label.zone in zones]
            predictions[page.gold["id"]] = {"body": "\n\n".join(chosen)}
        summary = scorer.score([page.gold for page in mine], predictions)[0]
        measure = summary.get("body_opt") or summary.get("body") or summary["must"]
        result.append(f"{measure['F1']:.3f}/{measure['acc']:.3f}")
    return "  ".join(result)


def main() -> None:
    """Reads the options, cross-validates, trains."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--sweep", action="store_true", help="other weights of the rules too")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if not EVALUATION.is_dir():
        sys.exit("train_lines: needs the real pages in ../shared, which are not here")
    sys.path.insert(0, str(EVALUATION))
    pages = list(load_pages(options.folds))
    forests = [fit([page for page in pages if page.fold != fold]) for fold in range(options.folds)]
    print("F1/exact:", *SETS)
    for style in STYLES:
        mine = [page for page in pages if page.style == style]
        print(f"{style:10s} rules      ", judge(mine, None), flush=True)
        for weigh in (0.75, 1.0, 1.25, 1.5, 2.0) if options.sweep else (text_label.RULES_WEIGH,):
            text_label.RULES_WEIGH = weigh
            print(f"{style:10s} and model {weigh:4.2f}", judge(mine, forests), flush=True)
    if options.write:
        forest = fit(pages)
        MODEL.write_text(as_json(forest), encoding="utf-8")


def as_json(forest: Forest) -> str:
    """The file's text: a tree a line, features by name."""

    def named(node: Any) -> Any:
        return [forest.features[node[0]], node[1], named(node[2]), named(node[3])] if isinstance(node, tuple) else node

    trees = ",\n".join(json.dumps(named(tree)) for tree in forest.trees)
    return f'{{"features": {json.dumps(forest.features)},\n"bias": {forest.bias},\n"trees": [\n{trees}\n]}}\n'


if __name__ == "__main__":
    main()
