"""What ranks an article beside its mentions: closeness, earliness, words of no subject, feedback, recency."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.analysis import analyze, fold, light_words
from newsidx.engine.local import LocalEngine, _closeness, _order, _rank
from newsidx.engine.local._execute import Executor
from newsidx.engine.seam import Part
from newsidx.model import Article, Moment
from newsidx.options import SearchRequest
from newsidx.query import parse
from newsidx.query import tree as nodes

from . import reference
from .reference import Reference, Stored
from .strategies import FEWER, articles, asked, trees

pytestmark = pytest.mark.usefixtures("unsynced")

NOW = dt.datetime(2023, 7, 2, 12, tzinfo=dt.UTC)
FILLER = "grey mauve amber beige ivory olive maroon"


def made(name: str, **fields: object) -> Article:
    return Article(hashlib.sha256(name.encode()).hexdigest(), lang="en", **fields)  # type: ignore[arg-type]


def engine_of(folder: Path, added: Sequence[Article]) -> LocalEngine:
    engine = LocalEngine.open(folder / "index", create=True)
    engine.commit(Part(puts=tuple((article, analyze(article)) for article in added)))
    return engine


def order(engine: LocalEngine, text: str, **options: object) -> list[str]:
    request = SearchRequest(text, limit=None, snippets=0, **options)  # type: ignore[arg-type]
    tree = parse(text, any=request.any).tree
    return [hit.article.headline or "" for hit in engine.search(request, tree, NOW).hits]


@FEWER
@given(
    batch=st.lists(articles(), min_size=1, max_size=8, unique_by=lambda a: a.id),
    queries=asked(trees()),
    depth=st.integers(1, 4),
)
def test_only_the_best_get_what_closeness_gives(batch: list[Article], queries: list[nodes.Node], depth: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(_rank, "DEPTH", depth)
        patch.setattr(reference, "DEPTH", depth)
        engine = engine_of(Path(folder), batch)
        slow = Reference([Stored(article, False) for article in batch], NOW)
        for tree in queries:
            hits = engine.search(SearchRequest("", limit=None, snippets=0), tree, NOW).hits
            assert [hit.score for hit in hits] == pytest.approx([score for _, score in slow.ranked(tree)])
        engine.close()


def scored(engine: LocalEngine, tree: nodes.Node) -> list[tuple[str, float]]:
    hits = engine.search(SearchRequest("", limit=10, snippets=0), tree, NOW).hits
    return [(hit.article.id, hit.score) for hit in hits]


@FEWER
@given(batch=st.lists(articles(), min_size=1, max_size=8, unique_by=lambda a: a.id), tree=trees())
def test_what_is_kept_of_words_changes_no_score(batch: list[Article], tree: nodes.Node) -> None:
    """To the bit: a word that is asked for again has its places and weights at hand."""
    with tempfile.TemporaryDirectory() as folder:
        engine = engine_of(Path(folder), batch)
        first = scored(engine, tree)
        assert [scored(engine, tree) for _ in range(2)] == [first, first]
        engine.close()


@pytest.mark.parametrize("words", [1, 2000, 20_000], ids=["short", "often", "far behind"])
def test_places_are_kept_of_long_articles_too(tmp_path: Path, words: int) -> None:
    """Of many occurrences in one article only the first ones count; a place may be too far behind for two bytes."""
    body = ("red blue " * words, "grey " * words, f"green red {FILLER} blue")
    others = [made(f"o{i}", headline="red", body=(f"{FILLER} " * i + "blue red green",)) for i in range(5)]
    engine = engine_of(tmp_path, [made("l", headline="blue long", body=body), *others])
    for text in ("red blue", "red OR blue OR green", "green", "r*", "red -long"):
        tree = parse(text).tree
        engine.close()
        engine = LocalEngine.open(tmp_path / "index")
        first = scored(engine, tree)
        assert len(first) == (6 if text != "red -long" else 5)
        assert [scored(engine, tree) for _ in range(2)] == [first, first]
    engine.close()


@FEWER
@given(
    batch=st.lists(articles(), min_size=1, max_size=5, unique_by=lambda a: a.id),
    gone=st.lists(articles(), min_size=1, max_size=5, unique_by=lambda a: a.id),
    queries=asked(trees()),
)
def test_what_was_removed_leaves_no_trace_in_scores(
    batch: list[Article], gone: list[Article], queries: list[nodes.Node]
) -> None:
    """To the bit, before and after a merge."""
    others = [article for article in gone if article.id not in {kept.id for kept in batch}]

    def scores(engine: LocalEngine) -> list[list[tuple[str, float]]]:
        request = SearchRequest("", limit=None, snippets=0)
        return [[(hit.id, hit.score) for hit in engine.search(request, tree, NOW).hits] for tree in queries]

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "b").mkdir()
        plain, changed = engine_of(Path(folder), batch), engine_of(Path(folder) / "b", others)
        for article in reversed(batch):
            changed.commit(Part(puts=((article, analyze(article)),)))
        changed.commit(Part(deletes=frozenset(article.id for article in others)))
        expected = scores(plain)
        assert scores(changed) == expected
        changed.merge()
        assert scores(changed) == expected
        plain.close()
        changed.close()


def test_words_that_stand_together_come_first(tmp_path: Path) -> None:
    engine = engine_of(
        tmp_path,
        [
            made("a", headline="apart", body=(f"{FILLER} red {FILLER} {FILLER} {FILLER} blue {FILLER}",)),
            made("b", headline="near", body=(f"{FILLER} {FILLER} red blue {FILLER} {FILLER} {FILLER}",)),
            made("c", headline="paragraphs", body=(f"{FILLER} {FILLER} red", f"blue {FILLER} {FILLER} {FILLER}")),
            *(made(f"n{i}", headline="none", body=(FILLER,)) for i in range(9)),
        ],
    )
    assert order(engine, "red blue")[0] == "near"
    assert sorted(order(engine, "red blue")) == ["apart", "near", "paragraphs"]
    engine.close()


def test_what_is_said_first_comes_first(tmp_path: Path) -> None:
    late = made("a", headline="late", body=(f"{FILLER} {FILLER} red",))
    early = made("b", headline="early", body=(f"red {FILLER} {FILLER}",))
    engine = engine_of(tmp_path, [late, early])
    assert order(engine, "red") == ["early", "late"]
    engine.close()


def test_a_caption_is_not_early(tmp_path: Path) -> None:
    """Only headline, deck and body are running text."""
    engine = engine_of(tmp_path, [made("a", headline="x", captions=("red blue",), body=(FILLER,))])
    stream = engine.search(SearchRequest("red"), nodes.Word("red"), NOW)
    (hit,) = stream.hits
    reference_score = Reference([Stored(hit.article, False)], NOW).ranked(nodes.Word("red"))[0][1]
    assert hit.score == pytest.approx(reference_score)
    engine.close()


def test_words_of_no_subject_count_for_less(tmp_path: Path) -> None:
    rare = [made(f"r{i}", headline=f"red{i}", body=(f"red {FILLER} {FILLER}",)) for i in range(2)]
    asks = made("a", headline="asks", body=(f"which {FILLER} {FILLER}",))
    none = [made(f"n{i}", headline="none", body=(f"{FILLER} {FILLER}",)) for i in range(9)]
    engine = engine_of(tmp_path, [*rare, asks, *none])
    assert order(engine, "which red", any=True)[-1] == "asks"  # though it is the rarer one
    engine.close()


def test_words_of_no_subject_are_those_of_the_language() -> None:
    assert "die" in light_words("de-AT")
    assert "die" not in light_words("en")
    assert light_words(None) == light_words("xx") == frozenset()
    for lang in ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "fi", "ru", "ar", "hu", "ro"):
        assert len(light_words(lang)) > 40
        assert all(fold(word) == word for word in light_words(lang))


def test_one_article_full_of_a_word_is_looked_at_in_part(tmp_path: Path) -> None:
    """Its score is that of its first occurrences, and the work is bounded."""
    many = made("a", headline="many", body=("red blue " * 2000,))
    engine = engine_of(tmp_path, [many, made("b", headline="none", body=(FILLER,))])
    leaves: list[int] = []
    gathered = _closeness.Gathered.of

    def counting(*args: object) -> _closeness.Gathered:
        found = gathered(*args)  # type: ignore[arg-type]
        leaves.append(len(found.keys))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_closeness.Gathered, "of", counting)
        assert order(engine, "red blue") == ["many"]
    assert leaves == [2 * _closeness.MOST]
    engine.close()


def test_feedback_ranks_by_the_words_of_the_best_hits(tmp_path: Path) -> None:
    about = [made(f"a{i}", headline=f"about{i}", body=(f"red vermilion carmine {FILLER}",)) for i in range(5)]
    kin = made("k", headline="kin", body=(f"{FILLER} red carmine vermilion",))
    far = made("f", headline="far", body=(f"{FILLER} red copper copper",))
    other = [made(f"o{i}", headline="other", body=(f"{FILLER} copper",)) for i in range(5)]
    engine = engine_of(tmp_path, [*about, kin, far, *other])
    with_it = order(engine, "red", feedback=True)
    assert with_it.index("kin") < with_it.index("far")
    assert sorted(with_it) == sorted(order(engine, "red"))  # it ranks; what matches is what it was
    assert with_it == order(engine, "red", feedback=True)
    assert order(engine, "tag:x", feedback=True) == order(engine, "nowhere", feedback=True) == []
    assert len(order(engine, "*", feedback=True)) == 12
    engine.close()


def test_recent_is_a_choice(tmp_path: Path) -> None:
    def at(name: str, published: str | None, words: int) -> Article:
        when = Moment.parse(published) if published else None
        return made(name, headline=name, published=when, body=("red " * words + FILLER,))

    engine = engine_of(
        tmp_path,
        [at("old", "2019-01-01", 3), at("new", "2023-07-01", 2), at("undated", None, 3), at("next", "2024", 1)],
    )
    assert order(engine, "red")[-1] == "next"
    assert order(engine, "red", recent=True)[:1] == ["new"]
    scores = {
        hit.article.headline: hit.score for hit in engine.search(SearchRequest("red"), nodes.Word("red"), NOW).hits
    }
    request = SearchRequest("red", recent=True)
    recent = {hit.article.headline: hit.score for hit in engine.search(request, nodes.Word("red"), NOW).hits}
    assert recent["undated"] == scores["undated"]
    assert recent["next"] == 2 * scores["next"]  # dated ahead of now: as new as can be
    assert scores["old"] < recent["old"] < 1.1 * scores["old"]
    engine.close()


COLOURS = ("red", "blue", "green", "black", "white")


@given(
    bodies=st.lists(
        st.lists(st.sampled_from((*COLOURS, FILLER)), min_size=1, max_size=12).map(" ".join), min_size=20, max_size=60
    ),
    asked=st.lists(st.sampled_from(COLOURS), min_size=2, max_size=5),
    gone=st.integers(0, 12),
    parameters=st.tuples(st.integers(1, 3), st.sampled_from([1, 1000]), st.sampled_from([0, 8])),
)
def test_any_of_some_words_is_ranked_and_counted_as_all_is(
    bodies: list[str], asked: list[str], gone: int, parameters: tuple[int, int, int]
) -> None:
    """To the bit, whichever words are looked up at the end, for a few articles, and whichever are added up."""
    depth, worth_a_look, look_up = parameters
    added = [made(f"{i}", headline=f"{i % 7}", body=(body,)) for i, body in enumerate(bodies)]
    text = " OR ".join(asked)
    request = SearchRequest(text, limit=depth)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for name, value in (("DEPTH", depth), ("_WORTH_PRUNING", 0), ("_WORTH_A_LOOK", worth_a_look)):
            patch.setattr(_rank, name, value)
        patch.setattr(_rank, "_LOOK_UP", look_up)
        patch.setattr(_order, "_STRETCHES", 8)
        engine = engine_of(Path(folder), added)
        engine.commit(Part(deletes=tuple(article.id for article in added[:gone])))
        tree = parse(text).tree
        quick = engine.brief(request, tree, NOW)
        searched = engine.search(request, tree, NOW)
        assert searched.total == quick[0]
        assert [(hit.id, hit.score) for hit in searched.hits] == [(hit.id, hit.score) for hit in quick[1]]
        patch.setattr(Executor, "any_of_words", lambda *_: None)
        assert engine.brief(request, tree, NOW) == quick
        engine.close()
