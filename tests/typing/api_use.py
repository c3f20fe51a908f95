"""What a program does with newsidx, for type checkers: never run. `test_typing` has mypy and pyright read it.

``assert_type`` says what a checker must infer; ``# wrong`` marks the lines in which it must find exactly one fault.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import assert_type

import newsidx
from newsidx.retrievers import passages

with newsidx.open("index", create=True) as idx:
    assert_type(idx, newsidx.Index)
    made = newsidx.article(key="notes/1", headline="Fog", body="The ferry waited.", published="2024-05-02")
    assert_type(made, newsidx.Article)
    report = idx.add(
        "corpus/", Path("more"), made, jobs=1, exclude="*.txt", hints=newsidx.Hint("source", "The Paper", "option")
    )
    assert_type(report, newsidx.AddReport)
    assert_type(report.failed, int)
    outcomes: list[newsidx.Outcome] = []
    idx.add("corpus/", report=outcomes.append, dry_run=True)
    assert_type(idx.reparse(stale=True, source=["The Paper"]), newsidx.AddReport)

    results = idx.search("ferry", limit=3, since=dt.date(2024, 1, 1), source="The Paper", facets=("source", "year"))
    assert_type(results, newsidx.Results)
    assert_type(results.total, int)
    for hit in results:
        assert_type(hit, newsidx.Hit)
        assert_type(hit.headline, str | None)
        assert_type(hit.published, newsidx.Moment | None)
        for snippet in hit.snippets:
            assert_type([piece.text for piece in snippet.pieces if piece.is_match], list[str])
    assert_type(results[0].article.body, tuple[str, ...])
    assert_type(results.cursor, str | None)
    assert_type(results.facets["source"].counts[0].count, int)
    request = newsidx.SearchRequest("ferry", source=("The Paper",))
    assert_type(idx.search(request, sort="newest"), newsidx.Results)
    assert_type(idx.stream("ferry").hits, Iterator[newsidx.Hit])
    assert_type(idx.why("ferry", results[0].id).rank, int | None)
    assert_type(idx.suggest("fer", limit=3), tuple[newsidx.Suggestion, ...])
    assert_type(idx.refresh(), bool)
    assert_type(idx.stats().by_lang["de"], int)
    assert_type(idx.fingerprint(request), str)
    for passage in passages(idx, request):
        assert_type(passage.text, str)

    idx.search("ferry", limti=3)  # wrong
    idx.search("ferry", sort="best")  # wrong
    idx.search("ferry", limit="3")  # wrong
    idx.stream("ferry", since=2024)  # wrong
    idx.add("corpus/", jobs="all")  # wrong
    idx.search(3)  # wrong
    results.total = 3  # wrong
    results.hits[0].heading  # wrong  # noqa: B018

article = newsidx.parse(b"<title>Fog</title>", captured="2023-07-01")
assert_type(article.published, newsidx.Moment | None)
assert_type(newsidx.explain(b"<title>Fog</title>").blocks, tuple[newsidx.LabelledBlock, ...])
for path, found in newsidx.parse_path("corpus"):
    assert_type(path, str)
    if not isinstance(found, newsidx.CaptureError):
        assert_type(found, newsidx.Article)

try:
    newsidx.open(Path("elsewhere"))
except newsidx.QuerySyntaxError as error:
    assert_type((error.start, error.suggestion), tuple[int, str | None])
except newsidx.IndexMissing as error:
    assert_type(error.path, str)
