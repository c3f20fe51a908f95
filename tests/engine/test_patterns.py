"""A pattern that is looked up term by term stands just where one stands that is looked up occurrence by occurrence."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import numpy as np
import pytest

from newsidx.analysis import analyze
from newsidx.engine.local import LocalEngine
from newsidx.engine.local._execute import Executor, Scope
from newsidx.engine.local._leaf import Part as LeafPart
from newsidx.engine.local._leaf import SpottedPart
from newsidx.engine.local._near import Nearness
from newsidx.engine.local._pattern import chosen
from newsidx.engine.local._words import ALL, BARE, Where, Words
from newsidx.engine.seam import Part
from newsidx.model import Article
from newsidx.query import parse
from newsidx.query import tree as nodes

TEXTS = [
    ("en", "He went on", "He went to Gothenburg and goes there, as he went before. Going is what he goes for."),
    ("de", "Mühe lohnt", "Die Mühe und die Mühen der Muehle: mit Mühe ging es. Mühe, muehe, mühe."),
    ("fr", "Il est allé", "Il va à Gothenburg, et il est allé sans peine ni mühe. Gothenburg est loin."),
    ("en", "Goes and gone", "Went, goes, gone, go. U.S. troops went. The gothic men left."),
    ("de", "Ohne Titel", "Er ging, sie gingen, und das Mehl der Mühle geht nach Gothenburg."),
]


def engine_of(folder: Path) -> LocalEngine:
    """Some segments, each with every text and one of its own."""
    engine = LocalEngine.open(folder / "index", create=True)
    for commit in range(3):
        made = []
        for i, (lang, headline, body) in enumerate(TEXTS):
            name = hashlib.sha256(f"{commit} {i}".encode()).hexdigest()
            more = f"went gone{commit} gothic{commit} mühe{commit}"
            made.append(Article(name, lang=lang, headline=headline, body=(body, more)))
        engine.commit(Part(puts=tuple((article, analyze(article)) for article in made)))
    return engine


@pytest.fixture
def engine(tmp_path: Path) -> LocalEngine:
    return engine_of(tmp_path)


def nearness_of(engine: LocalEngine) -> Nearness:
    words = Words(engine._view)
    executor = Executor(words, Scope(), dt.datetime(2023, 1, 1, tzinfo=dt.UTC), "")
    return Nearness(engine._view, words, executor._capital, executor.parts_of)


def rows(part: LeafPart) -> list[tuple[int, list[int], list[int]]]:
    return [(z.zone, z.articles.tolist(), z.counts.tolist()) for z in part.zones]


def places(part: LeafPart, article: int) -> list[tuple[int, int]]:
    found = part.occurrences(np.array([article], np.int64))
    return sorted((zone, position) for _, zone, positions, _ in found for position in positions)


def starts(part: LeafPart, articles: list[int], most: int) -> list[tuple[int, int]]:
    found = list(part.starts(np.array(articles), frozenset((0, 2)), most))
    return sorted((a, p) for at, places in found for a, p in zip(at.tolist(), places.tolist(), strict=True))


@pytest.mark.parametrize("where", [BARE, ALL, Where(frozenset({0}))])
@pytest.mark.parametrize("text", ["go*", "goes*", "goth*", "we*", "mü*", "mühe*", "m*", "*e", "*oe*", "muhe~1", "go~2"])
def test_terms_and_occurrences_agree(engine: LocalEngine, text: str, where: Where) -> None:
    node = parse(text).tree
    assert isinstance(node, nodes.Wildcard | nodes.Fuzzy)
    part = nearness_of(engine).pattern(node, where)
    assert part is not None
    found = nearness_of(engine).stretches(node, where)
    keys = found.keys()
    other = SpottedPart(None, found.starts(), lambda: keys)
    assert part.articles.tolist() == other.articles.tolist()
    assert rows(part) == rows(other)
    every = list(range(len(TEXTS) * 3))
    for article in every:
        assert places(part, article) == places(other, article)
    for most in (1, 2, 256):
        for articles in (every, every[::2]):
            assert starts(part, articles, most) == starts(other, articles, most)


def test_whole_terms_and_others(engine: LocalEngine) -> None:
    """went is one of the forms of go; mühe stands under two terms of German, so that neither may be counted whole."""
    near, view = nearness_of(engine), engine._view

    def terms(text: str) -> tuple[set[bytes], set[bytes]]:
        node = parse(text).tree
        assert isinstance(node, nodes.Wildcard | nodes.Fuzzy)
        found = chosen(view, near._expanded(node, lambda forms: np.ones(len(forms), np.bool_)))
        whole, mixed = ({view.term_key(*term) for term in some} for some in (found.whole, found.mixed))
        return whole, mixed

    whole, mixed = terms("went*")
    assert mixed == {b"go\x1fen"}
    assert b"went\x1fde" in whole
    whole, mixed = terms("goth*")
    assert b"gothenburg\x1fen" in whole
    assert not mixed
    _, mixed = terms("muhe*")
    assert {b"muh\x1fde", b"mueh\x1fde"} <= mixed


def test_occurrences_tell_how_they_are_written(engine: LocalEngine) -> None:
    part = nearness_of(engine).pattern(parse("go*").tree, BARE)  # type: ignore[arg-type]
    assert part is not None
    written = {
        form for _, _, _, forms in part.occurrences(np.arange(len(TEXTS) * 3, dtype=np.int64)) for form in forms or ()
    }
    assert "Gothenburg" in written and not written & {"went", "goes"}  # of parts of a term, only positions are known
