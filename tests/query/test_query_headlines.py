"""Real headlines, pasted: each parses, to plain words and phrases."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from newsidx.errors import QuerySyntaxError
from newsidx.query import And, Or, Phrase, Query, Word, parse, unparse, walk


def page_headlines(shared: Path) -> Iterator[str]:
    for gold in sorted((shared / "eval" / "extraction" / "pages").glob("*/gold.jsonl")):
        for line in gold.read_text("utf-8").splitlines():
            headline = json.loads(line).get("headline")
            if headline:
                yield headline


def wire_headlines(shared: Path) -> Iterator[str]:
    with gzip.open(shared / "eval" / "search" / "reuters.docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            headline = json.loads(line)["headline"]
            if headline and headline.strip():
                yield headline


def is_plain_text(query: Query) -> bool:
    return all(isinstance(node, Word | Phrase | And) for node in walk(query.tree))


def test_headlines_of_pages_are_plain_text(shared: Path) -> None:
    headlines = list(page_headlines(shared))
    assert len(headlines) > 500
    read = [parse(headline) for headline in headlines]
    assert sum(map(is_plain_text, read)) >= 0.99 * len(read)
    assert all(parse(unparse(query.tree)).tree == query.tree for query in read)
    # Every word of the headline is still there: nothing is dropped but punctuation.
    for headline, query in zip(headlines, read, strict=True):
        letters = {char for char in headline.lower() if char.isalnum()}
        assert letters <= set(unparse(query.tree).lower()), headline


def test_headlines_in_capitals_hardly_ever_hold_an_operator(shared: Path) -> None:
    """AND is harmless and OR finds more; only a NOT, in one of a hundred, could keep a headline from its article."""
    headlines = list(wire_headlines(shared))[::7]
    read = [parse(headline) for headline in headlines]
    harmless = [all(isinstance(node, Word | Phrase | And | Or) for node in walk(query.tree)) for query in read]
    assert sum(harmless) >= 0.985 * len(read)


def test_no_headline_is_an_error(shared: Path) -> None:
    failed = []
    for headline in page_headlines(shared):
        for text in (headline, f"“{headline}”", headline.upper(), f"{headline} mali"):
            try:
                parse(text)
            except QuerySyntaxError as error:
                failed.append((text, str(error)))
    assert len(failed) <= 5, failed
