"""Real headlines, pasted as queries, find their articles; they are measured here and taken along nowhere."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from newsidx.analysis import analyze, identify
from newsidx.engine.local import LocalEngine
from newsidx.engine.seam import Part
from newsidx.errors import QuerySyntaxError
from newsidx.model import Article, capture_id
from newsidx.options import SearchRequest
from newsidx.query import parse

LEAST = 0.98


def test_a_pasted_headline_finds_its_article(shared: Path, tmp_path: Path) -> None:
    golds = [
        json.loads(line)
        for path in sorted((shared / "eval" / "extraction" / "pages").glob("*/gold.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    made = {}
    for gold in golds:
        if gold.get("headline") and gold.get("body"):
            body = tuple(text for text in gold["body"].split("\n") if text.strip())
            lang = identify("\n".join(body), gold.get("lang"))
            made[gold["id"]] = Article(capture_id(gold["id"].encode()), headline=gold["headline"], body=body, lang=lang)
    assert len(made) > 200
    engine = LocalEngine.open(tmp_path / "index", create=True)
    engine.commit(Part(puts=tuple((article, analyze(article)) for article in made.values())))
    lost, first = [], 0
    for article in made.values():
        headline = article.headline or ""
        try:
            tree = parse(headline).tree
        except QuerySyntaxError as error:
            lost.append(f"{headline} ({error})")
            continue
        _, hits = engine.brief(SearchRequest(headline, limit=None), tree, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        ids = [hit.id for hit in hits]
        first += ids[:1] == [article.id]
        if article.id not in ids:
            lost.append(headline)
    engine.close()
    assert len(lost) <= (1 - LEAST) * len(made), lost
    assert first >= LEAST * (len(made) - len(lost))
