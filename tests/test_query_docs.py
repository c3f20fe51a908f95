"""docs/query.md: every example finds as many articles of corpus/ as it says; just those that the slow engine finds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import newsidx
from newsidx import query
from newsidx.query import tree as nodes
from newsidx.query.fields import FIELDS
from tests.engine.reference import Reference, Stored

PAGE = Path(__file__).resolve().parent.parent / "docs" / "query.md"
EXAMPLES = re.findall(r"^\| `(.+?)` \| .* \| (\d+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
_NOT_IN_REFERENCE = {"url", "link", "path"}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, repo: Path) -> Iterator[newsidx.Index]:
    with newsidx.open(tmp_path_factory.mktemp("docs") / "index", create=True) as idx:
        idx.add(repo / "corpus")
        yield idx


@pytest.fixture(scope="module")
def reference(index: newsidx.Index) -> Reference:
    current = {hit.id for hit in index.stream("kind:article OR NOT kind:article", snippets=0).hits}
    stored = [Stored(index.article(id_), id_ not in current) for id_ in index.ids()]
    return Reference(stored, dt.datetime.now(dt.UTC))


@pytest.mark.parametrize(("text", "count"), EXAMPLES)
def test_an_example_finds_what_it_says(index: newsidx.Index, text: str, count: str) -> None:
    tree = query.parse(text).tree
    assert index.search(text, limit=0).total == int(count)
    assert query.parse(query.unparse(tree)).tree == tree


@pytest.mark.long
@pytest.mark.parametrize("text", [text for text, _ in EXAMPLES])
def test_it_finds_what_the_slow_engine_does(index: newsidx.Index, reference: Reference, text: str) -> None:
    tree = query.parse(text).tree
    if not any(isinstance(node, nodes.Attr) and node.field in _NOT_IN_REFERENCE for node in nodes.walk(tree)):
        assert {hit.id for hit in index.stream(text, snippets=0).hits} == reference.matching(tree)


def test_headlines_pasted_as_they_are_find_their_articles(index: newsidx.Index) -> None:
    """As `benchmarks/headlines.py` measures on real ones."""
    articles = [index.article(hit.id) for hit in index.stream("has:headline", snippets=0).hits]
    found = [index.search(a.headline or "", limit=0, filters=(f"id:{a.id}",)).total for a in articles]
    assert len(found) > 90
    assert sum(found) >= 0.98 * len(found)


def test_every_field_has_an_example() -> None:
    text = " ".join(example for example, _ in EXAMPLES) + PAGE.read_text("utf-8")
    assert [name for name in FIELDS if f"{name}:" not in text] == []
    assert len(EXAMPLES) > 90
