"""Laws of the query language, on random articles and queries: what holds of the sets that queries find, whatever they
ask for. Beside the reference, which says what each query finds, these say how queries go together."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.engine.local import LocalEngine
from newsidx.model import Article
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes

from .strategies import ALL_WORDS, FEWER, OPERAND, PLAIN_ZONES, articles, asked, trees
from .test_search import NOW, committed

pytestmark = pytest.mark.usefixtures("unsynced")

_WIDENING = {"kind", "versions", "id"}
Found = Callable[[nodes.Node], set[str]]
batches = st.lists(articles(), min_size=1, max_size=6, unique_by=lambda article: article.id)
# What asks for other kinds or versions changes what is searched, for all of the query.
terms = trees().filter(lambda tree: not any(getattr(node, "field", "") in _WIDENING for node in nodes.walk(tree)))
words = st.sampled_from([word for word in ALL_WORDS if word != "&" and not word.isupper() and "." not in word])


@contextmanager
def engine_of(batch: list[Article]) -> Iterator[Found]:
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine.open(f"{folder}/index", create=True)
        committed(engine, batch)

        def found(tree: nodes.Node) -> set[str]:
            return {hit.id for hit in engine.search(SearchRequest("", limit=None, snippets=0), tree, NOW).hits}

        yield found
        engine.close()


@FEWER
@given(batch=batches, pairs=asked(st.tuples(terms, terms)))
def test_all_any_and_none(batch: list[Article], pairs: list[tuple[nodes.Node, nodes.Node]]) -> None:
    with engine_of(batch) as found:
        every = found(nodes.Every())
        for one, other in pairs:
            a, b = found(one), found(other)
            # A sign alone finds nothing, beside others it is passed over.
            wordless = found(nodes.And((one, nodes.Every()))) != a
            assert found(nodes.And((one, other))) <= (every if wordless else a)
            assert found(nodes.Or((one, other))) == a | b
            assert found(nodes.Not(one)) == every - a
            assert found(nodes.Not(nodes.Not(one))) == a
            assert found(nodes.Not(nodes.Or((one, other)))) == every - a - b
            assert found(nodes.And((nodes.Every(), nodes.Not(one)))) == every - a
            assert found(nodes.Or((one, one))) == a
            assert found(nodes.Boost(one, 3.0)) == a


@FEWER
@given(batch=batches, pairs=asked(st.tuples(OPERAND, OPERAND, st.integers(1, 6))))
def test_nearness_narrows(batch: list[Article], pairs: list[tuple[nodes.Node, nodes.Node, int]]) -> None:
    with engine_of(batch) as found:
        for left, right, distance in pairs:
            near = found(nodes.Near(left, right, distance))
            before = found(nodes.Near(left, right, distance, True))
            after = found(nodes.Near(right, left, distance, True))
            assert before | after == near
            assert near <= found(nodes.Near(left, right, distance + 1))
            assert near == found(nodes.Near(right, left, distance))
            sentence, paragraph = found(nodes.Same(left, right, "s")), found(nodes.Same(left, right, "p"))
            assert sentence <= paragraph
            both = found(left) & found(right)
            assert near <= both
            assert paragraph <= both


@FEWER
@given(batch=batches, runs=asked(st.tuples(st.lists(words, min_size=2, max_size=3), st.integers(0, 3))))
def test_phrases_narrow(batch: list[Article], runs: list[tuple[list[str], int]]) -> None:
    with engine_of(batch) as found:
        for some, slop in runs:
            text = " ".join(some)
            phrase = found(nodes.Phrase(text))
            assert phrase <= found(nodes.And(tuple(map(nodes.Word, some)), implied=True))
            assert found(nodes.Phrase(text, slop)) <= found(nodes.Phrase(text, slop + 1))
            assert found(nodes.Exact(text, True, True)) <= found(nodes.Exact(text, True)) <= phrase


@FEWER
@given(batch=batches, some=asked(st.tuples(words, st.sampled_from(PLAIN_ZONES), st.integers(1, 3))))
def test_forms_places_and_mentions_narrow(batch: list[Article], some: list[tuple[str, str, int]]) -> None:
    with engine_of(batch) as found:
        for word, zone, count in some:
            node = nodes.Word(word)
            whole = found(node)
            assert found(nodes.Exact(word, False, True)) <= found(nodes.Exact(word)) <= whole
            assert found(nodes.Fuzzy(word, 1)) <= found(nodes.Fuzzy(word, 2))
            assert found(nodes.In(zone, node)) <= found(nodes.In("any", node))
            in_lead = (found(nodes.In(z, node)) for z in ("headline", "deck", "body"))
            assert found(nodes.In("lead", node)) <= set().union(*in_lead)
            assert found(nodes.In("first50", node)) <= found(nodes.In("deck", node)) | found(nodes.In("body", node))
            assert found(nodes.AtLeast(1, node)) == whole
            assert found(nodes.AtLeast(count + 1, node)) <= found(nodes.AtLeast(count, node)) <= whole
