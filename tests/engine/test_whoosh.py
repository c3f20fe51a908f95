"""Whoosh over the same files: an independent oracle for what both define alike, and a whole index for who embeds it."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as wq
from whoosh import sorting
from whoosh.index import Index
from whoosh.qparser import MultifieldParser, QueryParser
from whoosh.searching import Searcher

import newsidx
from newsidx import analysis
from newsidx.analysis import analyze
from newsidx.engine.local import LocalEngine
from newsidx.engine.seam import Part
from newsidx.model import KINDS, Article
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes
from newsidx.schema import ZONE_NUMBERS

from .strategies import ALL_WORDS, FEWER, WORDS, articles

pytestmark = pytest.mark.usefixtures("unsynced")

NOW = dt.datetime(2023, 7, 2, 12, tzinfo=dt.UTC)
ALL = SearchRequest("", limit=None, snippets=0)
TOKENS = [word for word in ALL_WORDS if word != "&"]
# What Whoosh knows nothing of: alone, two to four capitals mean the capital form (tests/engine/reference.py has them).
PLAIN = [word for word in TOKENS if not re.fullmatch(r"[A-Z]{2,4}|([A-Z]\.){2,4}", word)]


@dataclass(frozen=True)
class Pair:
    """The same question to newsidx and to Whoosh."""

    ours: nodes.Node
    theirs: wq.Query


def any_of(queries: list[wq.Query]) -> wq.Query:
    return wq.Or(queries) if queries else wq.NullQuery


def in_any_language(field: str, runs: list[tuple[str, ...]]) -> wq.Query:
    """Any of these runs of written forms, in any form, in articles of any language."""
    found: list[wq.Query] = []
    for lang in WORDS:
        for run in runs:
            for terms in itertools.product(*(analysis.terms(form, lang) for form in run)):
                name = f"{field}_{lang or 'und'}"
                found.append(wq.Term(name, terms[0]) if len(terms) == 1 else wq.Phrase(name, list(terms)))
    return any_of(found)


FIELDS = st.sampled_from([None, *(zone for zone in ZONE_NUMBERS if zone not in ("tag", "author", "section", "url"))])


def inside(zone: str | None, node: nodes.Node) -> nodes.Node:
    return node if zone is None else nodes.In(zone, node)


@st.composite
def leaves(draw: st.DrawFn) -> Pair:
    zone = draw(FIELDS)
    field = zone or "text"
    match draw(st.sampled_from(["word", "phrase", "written", "prefix", "wildcard", "words", "date", "name"])):
        case "word":
            word = draw(st.sampled_from(PLAIN))
            return Pair(inside(zone, nodes.Word(word)), in_any_language(field, list(analysis.readings(word))))
        case "phrase":
            text = " ".join(draw(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=3)))
            return Pair(inside(zone, nodes.Phrase(text)), in_any_language(field, list(analysis.phrase_readings(text))))
        case "written":
            word = analysis.fold(draw(st.sampled_from(TOKENS)).lower())
            return Pair(inside(zone, nodes.Wildcard((word,))), wq.Term(field, word))
        case "prefix":
            word = analysis.fold(draw(st.sampled_from(TOKENS)).lower())
            start = word[: draw(st.integers(1, 4))]
            return Pair(inside(zone, nodes.Wildcard((start, nodes.Gap(0, None)))), wq.Prefix(field, start))
        case "wildcard":
            word = analysis.fold(draw(st.sampled_from(TOKENS)).lower())
            cut = draw(st.integers(0, len(word) - 1))
            parts = (word[:cut], nodes.Gap(1, 1), word[cut + 1 :], nodes.Gap(0, None))
            chosen = tuple(part for part in parts if part)
            if not word[cut + 1 :]:  # gaps side by side are one
                chosen = tuple(part for part in (word[:cut], nodes.Gap(1, None)) if part)
            return Pair(inside(zone, nodes.Wildcard(chosen)), wq.Wildcard(field, f"{word[:cut]}?{word[cut + 1 :]}*"))
        case "words":
            low, high = sorted((draw(st.integers(0, 3)), draw(st.integers(0, 3))))
            opens = draw(st.booleans()), draw(st.booleans()) and high > 0  # Whoosh cannot write the number below 0
            ours = nodes.Range("words", low, high, not opens[0], not opens[1])
            return Pair(ours, wq.NumericRange("words", low, high, *opens))
        case "date":
            days = sorted(draw(st.lists(st.dates(dt.date(2023, 6, 27), dt.date(2023, 7, 4)), min_size=2, max_size=2)))
            first, last = (dt.datetime(day.year, day.month, day.day) for day in days)
            node = newsidx.query.parse(f"date:{days[0]}..{days[1]}").tree
            return Pair(node, wq.DateRange("published", first, last + dt.timedelta(seconds=86399)))
        case "name":
            field, value, key = draw(
                st.sampled_from(
                    [
                        ("source", "RT.com", "rtcom"),
                        ("source", "The  Times", "the times"),
                        ("site", "gov.uk", "gov.uk"),
                        ("tag", "troops", "troops"),
                        ("lang", "en", "en"),
                        ("lang", "en-GB", "en-gb"),
                    ]
                )
            )
            return Pair(nodes.Attr(field, value), wq.Term(field, key))
    raise AssertionError("unreachable")


def both(pairs: list[Pair]) -> Pair:
    return Pair(nodes.And(tuple(pair.ours for pair in pairs)), wq.And([pair.theirs for pair in pairs]))


def either(pairs: list[Pair]) -> Pair:
    return Pair(nodes.Or(tuple(pair.ours for pair in pairs)), wq.Or([pair.theirs for pair in pairs]))


def neither(pair: Pair) -> Pair:
    return Pair(nodes.Not(pair.ours), wq.And([wq.Every(), wq.Not(pair.theirs)]))


PAIRS = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(both),
        st.lists(inner, min_size=2, max_size=3).map(either),
        inner.map(neither),
    ),
    max_leaves=4,
)


def found_by_whoosh(searcher: Searcher, query: wq.Query) -> set[str]:
    hits = [hit["id"] for hit in searcher.search(query, limit=None)]
    assert len(hits) == len(set(hits))
    return set(hits)


def filled(engine: LocalEngine, batches: list[list[Article]], data: st.DataObject) -> None:
    """Several commits, with removals, replaced articles, and changes to and from earlier versions."""
    known: list[str] = []
    for batch in batches:
        puts = {article.id: article for article in batch}
        if known and puts and data.draw(st.booleans()):
            old = data.draw(st.sampled_from(known))
            puts[old] = replace(data.draw(st.sampled_from(batch)), id=old)
        ids = sorted({*known, *puts})
        gone = frozenset(data.draw(st.sets(st.sampled_from(ids), max_size=2))) - set(puts) if ids else frozenset()
        flips = {id_: data.draw(st.booleans()) for id_ in ids if id_ not in gone and data.draw(st.integers(0, 2)) == 0}
        some = tuple((article, analyze(article)) for article in puts.values())
        engine.commit(Part(puts=some, deletes=gone, earlier=flips))
        known = [id_ for id_ in ids if id_ not in gone]


@given(
    batches=st.lists(st.lists(articles(), max_size=4), min_size=1, max_size=4),
    pairs=st.lists(PAIRS, min_size=1, max_size=8),
    data=st.data(),
)
def test_both_engines_find_the_same(batches: list[list[Article]], pairs: list[Pair], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine.open(f"{folder}/index", create=True)
        filled(engine, batches, data)
        every_kind = nodes.Or(tuple(nodes.Attr("kind", kind) for kind in KINDS))
        with engine.whoosh().searcher() as shown, engine.whoosh(everything=True).searcher() as whole:
            for pair in pairs:
                ours = {hit.id for hit in engine.search(ALL, pair.ours, NOW).hits}
                assert found_by_whoosh(shown, pair.theirs) == ours, pair
                widened = nodes.And((pair.ours, every_kind, nodes.Attr("versions", "all")))
                ours = {hit.id for hit in engine.search(ALL, widened, NOW).hits}
                assert found_by_whoosh(whole, pair.theirs) == ours, pair
        engine.close()


@FEWER
@given(batches=st.lists(st.lists(articles(), max_size=4), min_size=1, max_size=3), data=st.data())
def test_a_reader_agrees_with_itself(batches: list[list[Article]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine.open(f"{folder}/index", create=True)
        filled(engine, batches, data)
        shown = {hit.id for hit in engine.search(ALL, nodes.Every(), NOW).hits}
        with engine.whoosh().reader() as reader:
            assert {stored["id"] for stored in reader.all_stored_fields()} == shown
            assert reader.doc_count() == len(shown) == len(list(reader.all_doc_ids()))
            assert list(reader.all_terms()) == sorted(set(reader.all_terms()))
            for (field, term), info in reader:
                assert (field, term) in reader
                steps = []
                matcher = reader.postings(field, term)
                while matcher.is_active():
                    steps.append((matcher.id(), matcher.weight()))
                    if matcher.supports("positions"):
                        positions = matcher.value_as("positions")
                        assert positions == sorted(set(positions))
                        assert len(positions) == matcher.weight() == matcher.value_as("frequency")
                        assert matcher.weight() <= reader.doc_field_length(matcher.id(), field)
                    matcher.next()
                assert [number for number, _ in steps] == list(reader.postings(field, term).all_ids())
                assert not any(reader.is_deleted(number) for number, _ in steps)
                assert (info.doc_frequency(), info.weight()) == (len(steps), sum(weight for _, weight in steps))
                assert (info.min_id(), info.max_id()) == (steps[0][0], steps[-1][0])
                skipping = reader.postings(field, term)
                skipping.skip_to(steps[-1][0])
                assert skipping.id() == steps[-1][0]
            for name in reader.schema.scorable_names():
                lengths = [reader.doc_field_length(number, name) for number in reader.all_doc_ids()]
                assert reader.field_length(name) == sum(lengths)
                assert not lengths or reader.max_field_length(name) == max(lengths)
        engine.close()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[newsidx.Index]:
    with newsidx.open(tmp_path / "index", create=True) as idx:
        idx.add(
            newsidx.article(
                key="a",
                headline="Peacekeepers withdrew",
                body=["The troops of Côte d'Ivoire have withdrawn. COVID-19 was there.", "More troops in Mali."],
                lang="en",
                published="2023-06-30",
                source="RT",
                tags=["South Africa", "UN"],
            )
        )
        idx.add(
            newsidx.article(
                key="b",
                headline="Truppen ziehen ab",
                body="Die Truppen ziehen aus Mali ab.",
                lang="de",
                published="2023-07-01T10:00+02:00",
                source="Spiegel",
                tags=["UN"],
            ),
            newsidx.article(key="c", headline="Later", body="No date, one troop.", lang="en", source="RT"),
        )
        yield idx


def headlines(index: newsidx.Index, field: str, text: str) -> list[str]:
    found = index.whoosh()
    with found.searcher() as searcher:
        parsed = QueryParser(field, found.schema).parse(text)
        return sorted(hit["headline"] for hit in searcher.search(parsed, limit=None))


A, B, C = "Peacekeepers withdrew", "Truppen ziehen ab", "Later"


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("text", "troops", [A]),
        ("text", "TROOPS cote", [A]),
        ("text", "Troop?", [A]),
        ("text", "tr*", [C, A, B]),
        ("text", '"have withdrawn"', [A]),
        ("text", '"there more"', []),
        ("text", '"there more"~9', []),
        ("text", "covid-19", [A]),
        ("text", "Mali NOT lang:de", [A]),
        ("text", "[troop TO troops]", [C, A]),
        ("text", "words:[5 TO 12]", [B]),
        ("text", "published:[20230630 TO 20230701]", [A, B]),
        ("text", "published:20230701", [B]),
        ("text", 'tag:"south africa"', [A]),
        ("tag", "un", [A, B]),
        ("tag", "South*", [A]),
        ("text_en", "troop", [C, A]),
        ("text_en", "withdrawal", [A]),
        ("text_en", "withdraws", [A]),
        ("text_en", '"have withdraw"', [A]),
        ("body_en", "withdrawn", [A]),
        ("headline_de", "Truppe", [B]),
        ("text_de", "troops", []),
        ("text_en", "côte", [A]),
    ],
)
def test_its_query_parser_asks_for_the_terms_that_there_are(
    index: newsidx.Index, field: str, text: str, expected: list[str]
) -> None:
    assert headlines(index, field, text) == expected


def test_a_parser_of_several_languages_finds_what_newsidx_finds(index: newsidx.Index) -> None:
    found = index.whoosh()
    fields = [name for name in found.schema.names() if name.startswith("text_")]
    assert fields == ["text_de", "text_en", "text_und"]
    with found.searcher() as searcher:
        query = MultifieldParser(fields, found.schema).parse("truppen")
        theirs = {hit["id"] for hit in searcher.search(query)}
    assert theirs == {hit.id for hit in index.search("truppen")}


def test_facets_sorting_and_columns(index: newsidx.Index) -> None:
    with index.whoosh().searcher() as searcher:
        newest = searcher.search(wq.Every(), sortedby=sorting.FieldFacet("published", reverse=True))
        assert [hit["headline"] for hit in newest][1:] == [B, A]
        oldest = searcher.search(wq.Every(), sortedby="published")
        assert [hit["headline"] for hit in oldest] == [A, B, C]
        by_words = searcher.search(wq.Every(), sortedby="words")
        assert [hit["words"] for hit in by_words] == sorted(hit["words"] for hit in by_words)
        facets = ["source", "lang", sorting.FieldFacet("tag", allow_overlap=True), "published"]
        groups = searcher.search(wq.Every(), groupedby=facets)
        assert {name: len(those) for name, those in groups.groups("source").items()} == {"RT": 2, "Spiegel": 1}
        assert {name: len(those) for name, those in groups.groups("lang").items()} == {"en": 2, "de": 1}
        assert {name: len(those) for name, those in groups.groups("tag").items()} == {
            "south africa": 1,
            "un": 2,
            None: 1,
        }
        assert set(groups.groups("published")) == {dt.datetime(2023, 6, 30), dt.datetime(2023, 7, 1, 10), None}
        by_headline = searcher.search(wq.Every(), sortedby=sorting.FieldFacet("headline", reverse=True))
        assert [hit["headline"] for hit in by_headline] == [B, A, C]


def test_highlights_of_written_forms_and_of_stems(index: newsidx.Index) -> None:
    found = index.whoosh()
    with found.searcher() as searcher:
        (hit,) = searcher.search(QueryParser("body", found.schema).parse("cote withdrawn"))
        assert hit.highlights("body").count("</b>") == 2
        assert 'term0">Côte</b>' in hit.highlights("body")
        (hit,) = searcher.search(QueryParser("body_en", found.schema).parse("withdraws côte"))
        shown = hit.highlights("body_en", text=hit["body"])
        assert ">withdrawn</b>" in shown
        assert ">Côte</b>" in shown


def test_spelling_and_fuzzy_terms(index: newsidx.Index) -> None:
    with index.whoosh().searcher() as searcher:
        assert set(searcher.suggest("body", "troup")) == {"troop", "troops"}
        hits = searcher.search(wq.FuzzyTerm("text", "truppon"))
        assert [hit["headline"] for hit in hits] == [B]


def test_it_does_not_write_and_says_what_does(index: newsidx.Index) -> None:
    whoosh = index.whoosh()
    assert isinstance(whoosh, Index)
    for write in (whoosh.writer, lambda: whoosh.delete_by_term("id", "a"), lambda: whoosh.remove_field("text")):
        with pytest.raises(newsidx.UsageError, match=r"Index\.add"):
            write()


def test_it_sees_new_commits_when_it_is_asked_to(index: newsidx.Index) -> None:
    whoosh = index.whoosh()
    searcher = whoosh.searcher()
    assert searcher.doc_count() == 3
    assert whoosh.up_to_date()
    assert searcher.refresh() is searcher
    index.add(newsidx.article(key="d", headline="A fourth", body="Niemiec.", lang="pl"))
    assert not whoosh.up_to_date()
    assert not searcher.up_to_date()
    assert "text_pl" not in whoosh.schema
    assert "text_pl" in whoosh.refresh().schema
    newer = searcher.refresh()
    assert (newer.doc_count(), "text_pl" in newer.schema) == (4, True)
    index.remove(next(hit.id for hit in index.search("headline:fourth")))
    newest = newer.refresh()
    assert newest.doc_count() == 3
    newest.close()


def test_an_empty_index_and_one_that_is_closed(tmp_path: Path) -> None:
    idx = newsidx.open(tmp_path / "index", create=True)
    empty = idx.whoosh()
    assert empty.is_empty()
    with empty.searcher() as searcher:
        assert found_by_whoosh(searcher, wq.Every()) == set()
    idx.add(newsidx.article(key="a", headline="One", body="Of one."))
    whoosh = idx.whoosh()
    idx.close()
    with whoosh.searcher() as searcher:
        assert len(found_by_whoosh(searcher, wq.Every())) == 1
    with pytest.raises(newsidx.UsageError):
        idx.whoosh()


def test_damage_is_told_by_its_name(index: newsidx.Index) -> None:
    path = Path(index.path)
    whoosh = index.whoosh()
    for file in path.glob("*.seg"):
        file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(newsidx.IndexDamaged):
        whoosh.searcher()


def test_whoosh_is_loaded_when_it_is_asked_for() -> None:
    program = """
import sys, tempfile, newsidx
idx = newsidx.open(tempfile.mkdtemp() + "/index", create=True)
idx.add(newsidx.article(key="a", headline="One", body="Of one."))
assert idx.search("one").total == 1
assert not any(name.partition(".")[0] == "whoosh" for name in sys.modules)
idx.whoosh()
assert "whoosh.index" in sys.modules
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)
