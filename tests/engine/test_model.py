"""Any sequence of commits, merges, crashes and repairs against a dictionary: nothing lost, nothing doubled."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsidx.analysis import analyze
from newsidx.engine.local import LocalEngine
from newsidx.engine.local._remake import remake
from newsidx.engine.local._store import Store
from newsidx.engine.seam import Part
from newsidx.model import Article
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes

from .reference import Reference, Stored
from .strategies import articles, trees
from .test_commit import Failing, Stop

pytestmark = pytest.mark.usefixtures("unsynced")

NOW = dt.datetime(2023, 7, 2, 12, tzinfo=dt.UTC)
ALL = SearchRequest("", limit=None, snippets=0)
MOST_CALLS = 24

_Model = dict[str, Stored]


@st.composite
def steps(draw: st.DrawFn) -> tuple[str, list[Article], int | None]:
    """(what to do, articles to put, the call at which the process ends: None where it lives)."""
    what = draw(st.sampled_from(["commit"] * 6 + ["merge", "remake"]))
    return what, draw(st.lists(articles(), max_size=3)), draw(st.none() | st.integers(0, MOST_CALLS))


def changed(model: _Model, batch: list[Article], data: st.DataObject) -> tuple[Part, _Model]:
    """A part, and the model after it."""
    puts = {article.id: article for article in batch}
    ids = sorted(model)
    if ids and puts and data.draw(st.booleans()):  # an article is replaced
        old = data.draw(st.sampled_from(ids))
        puts[old] = replace(batch[0], id=old)
    gone = frozenset(data.draw(st.sets(st.sampled_from(ids), max_size=2))) - set(puts) if ids else frozenset()
    flips = {id_: data.draw(st.booleans()) for id_ in sorted({*ids, *puts} - gone) if data.draw(st.integers(0, 3)) == 0}
    after = {id_: stored for id_, stored in model.items() if id_ not in gone}
    after |= {id_: Stored(article, False) for id_, article in puts.items()}
    after |= {id_: Stored(after[id_].article, earlier) for id_, earlier in flips.items()}
    page = b"%d" % len(after) if data.draw(st.booleans()) else None
    some = tuple((article, analyze(article)) for article in puts.values())
    return Part(puts=some, deletes=gone, earlier=flips, ledger={"page": page}), after


def done(folder: Path, what: str, part: Part, crash_at: int | None) -> bool:
    """Do it as a process that may end in the middle; False where it did."""
    files = Failing(folder, -1 if crash_at is None else crash_at, Stop())
    try:
        if what == "remake":
            store = Store.mend(folder, lambda _: files)
            remake(store.salvaged(), store)
        else:
            store = Store.open(folder, lambda _: files)
            view = store.view()
            store.merge(view) if what == "merge" else store.commit(part, view)
    except Stop:
        return False
    return True


def held(engine: LocalEngine) -> dict[str, tuple[Article | None, bool]]:
    return {id_: (engine.article(id_), engine.is_earlier(id_)) for id_ in engine.ids()}


def expected(model: _Model) -> dict[str, tuple[Article | None, bool]]:
    return {id_: (stored.article, stored.earlier) for id_, stored in model.items()}


@settings(max_examples=max(25, settings.default.max_examples // 3))  # each is many commits, each of them checked
@given(st.lists(steps(), min_size=1, max_size=8), st.lists(trees(), min_size=1, max_size=3), st.data())
def test_any_sequence_of_operations(
    sequence: list[tuple[str, list[Article], int | None]], queries: list[nodes.Node], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "index"
        LocalEngine.open(folder, create=True).close()
        model: _Model = {}
        page: bytes | None = None
        for what, batch, crash_at in sequence:
            part, after = changed(model, batch, data) if what == "commit" else (Part(), model)
            is_done = done(folder, what, part, crash_at)
            engine = LocalEngine.open(folder)
            if what == "commit":
                new = part.ledger["page"]
                if is_done:
                    assert held(engine) == expected(after)
                if held(engine) == expected(after) and engine.ledger("page") == new:
                    model, page = after, new
            assert held(engine) == expected(model), "the commit before, or the new one"
            assert engine.ledger("page") == page
            assert engine.check() == []
            engine.close()
        engine = LocalEngine.open(folder)
        reference = Reference(model.values(), NOW)
        for tree in queries:
            assert {hit.id for hit in engine.search(ALL, tree, NOW).hits} == reference.matching(tree), tree
        engine.close()
