"""Where nothing matches as written: what has most of the words, and where else the words stand."""

from __future__ import annotations

from pathlib import Path

import pytest

import newsidx
from newsidx.analysis import analyze
from newsidx.api import Index
from newsidx.engine.local import LocalEngine
from newsidx.engine.seam import Part
from newsidx.model import Article, capture_id


def article(name: str, **fields: object) -> Article:
    return Article(capture_id(name.encode()), lang="en", **fields)  # type: ignore[arg-type]


ARTICLES = [
    article("a", headline="Troops leave Mali", body=("Peacekeepers withdrew.",), promo=("Wagner mutiny explained",)),
    article("b", headline="Mali votes", body=("The vote was calm.",), page=("Accept cookies",)),
    article("c", headline="Front page", body=("Zebra escapes from the zoo.",), kind="listing"),
    article("d", headline="Troops return", body=("A parade was held.",)),
]


@pytest.fixture
def index(tmp_path: Path) -> Index:
    engine = LocalEngine.open(tmp_path / "index", create=True)
    engine.commit(Part(puts=tuple((a, analyze(a)) for a in ARTICLES), earlier={ARTICLES[3].id: True}))
    return Index(engine)


def headlines(hits: tuple[newsidx.Hit, ...]) -> list[str | None]:
    return [hit.headline for hit in hits]


def notes(results: newsidx.Results) -> dict[str, str | None]:
    return {note.kind: note.query for note in results.notes}


def test_words_in_any_form_find_each_other(index: Index) -> None:
    for query in ("peacekeeper withdrawal", "peacekeepers withdrawn", "PEACEKEEPERS withdraws", "troop leaving mali"):
        assert headlines(index.search(query).hits) == ["Troops leave Mali"], query


def test_nearest_has_most_of_the_words_and_names_the_missing_ones(index: Index) -> None:
    results = index.search("mali calm unicorn")
    assert results.total == 0
    assert [(hit.headline, hit.missing) for hit in results.nearest] == [("Mali votes", ("unicorn",))]


@pytest.mark.parametrize(
    "query", ["mali AND unicorn", '"mali unicorn"', "mali unicorn -votes -leave", "headline:(x y)"]
)
def test_only_words_written_side_by_side_are_relaxed(index: Index, query: str) -> None:
    assert index.search(query).nearest == ()


def test_filters_stand_beside_relaxed_words(index: Index) -> None:
    assert headlines(index.search("mali calm unicorn", lang="en").nearest) == ["Mali votes"]
    assert index.search("mali calm unicorn", lang="de").nearest == ()


def test_there_is_no_nearest_where_something_matches(index: Index) -> None:
    assert index.search("mali").nearest == ()


def test_words_outside_the_article_are_told_of(index: Index) -> None:
    assert notes(index.search("Wagner mutiny")) == {"outside": "promo:(Wagner mutiny)"}
    assert headlines(index.search("promo:(Wagner mutiny)").hits) == ["Troops leave Mali"]
    assert notes(index.search("cookies")) == {"outside": "page:cookies"}
    assert notes(index.search("mali AND cookies")) == {"outside": "any:(mali AND cookies)"}
    assert notes(index.search("cookies lang:en"))["outside"] is None or "cookies" in str(notes(index.search("cookies")))


def test_other_kinds_and_earlier_versions_are_told_of(index: Index) -> None:
    assert notes(index.search("zebra")) == {"other-kind": "zebra kind:listing"}
    assert headlines(index.search("zebra kind:listing").hits) == ["Front page"]
    assert notes(index.search("parade")) == {"earlier-versions": "parade versions:all"}
    assert headlines(index.search("parade versions:all").hits) == ["Troops return"]


def test_an_unknown_source_is_told_with_the_nearest(index: Index) -> None:
    made = newsidx.article(key="k", headline="Elsewhere", body="x", source="The Times")
    index.add(made)
    note = index.search("source:'the tines'").notes
    assert any(n.kind == "unknown-source" for n in index.search('source:"The Tines"').notes), note
    assert notes(index.search('source:"The Tines"'))["unknown-source"] == 'source:"the times"'


def test_what_the_index_does_not_record_is_said(index: Index) -> None:
    for query in (
        "is:reprint",
        "path:x",
        "has:versions",
    ):
        with pytest.raises(newsidx.QueryUnsupported) as error:
            index.search(query)
        assert error.value.start < error.value.end <= len(query)


def test_a_sign_without_a_word_does_not_stand_in_the_way(index: Index) -> None:
    assert headlines(index.search("Mali & votes").hits) == ["Mali votes"]
    assert headlines(index.search("Mali – votes").hits) == ["Mali votes"]
