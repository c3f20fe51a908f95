"""Where nothing matches as written: what has most of the words, and where else the words stand."""

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path
from typing import Any

import pytest

import newsidx
from newsidx.analysis import analyze
from newsidx.api import Index
from newsidx.engine.local import LocalEngine
from newsidx.engine.local._near import Nearness
from newsidx.engine.local._view import View
from newsidx.engine.seam import Part
from newsidx.model import Article, Moment, capture_id
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes


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
    assert notes(index.search("cookies lang:en")) == {"outside": "page:cookies lang:en"}
    assert notes(index.search("cookies", lang="en")) == {"outside": "page:cookies lang:en"}
    assert headlines(index.search("page:cookies lang:en").hits) == ["Mali votes"]
    assert notes(index.search("headline:cookies")) == {}


def test_nothing_is_outside_where_no_word_was_asked_for(index: Index) -> None:
    for query in ("NOT lang:en", "-troops -votes", "lang:de", "words:>1000 -troops"):
        assert "outside" not in notes(index.search(query)), query


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
        "has:versions",
    ):
        with pytest.raises(newsidx.QueryUnsupported) as error:
            index.search(query)
        assert error.value.start < error.value.end <= len(query)


def test_a_sign_without_a_word_does_not_stand_in_the_way(index: Index) -> None:
    assert headlines(index.search("Mali & votes").hits) == ["Mali votes"]
    assert headlines(index.search("Mali – votes").hits) == ["Mali votes"]


# Notes


def texts(results: newsidx.Results) -> list[str]:
    return [note.text for note in results.notes]


@pytest.mark.parametrize(
    ("options", "suggestion"),
    [
        ({"query": "zebra OR tigerx"}, "(zebra OR tigerx) kind:listing"),
        ({"query": "zebra tigerx", "any": True}, "(zebra OR tigerx) kind:listing"),
        ({"query": "zebra AND escapes"}, "zebra escapes kind:listing"),
        ({"query": "Zebra, escapes: from", "quote": True}, None),
        ({"query": "zebra", "lang": "en", "until": "2023"}, None),
        ({"query": "zebra -parade", "lang": ("en", "de")}, "zebra NOT parade (lang:en OR lang:de) kind:listing"),
    ],
)
def test_suggestions_ask_for_what_was_found(tmp_path: Path, options: dict[str, object], suggestion: str | None) -> None:
    zebra = article("z", headline="Zebra", body=("Zebra escapes from the zoo.",), kind="listing", published=DAY)
    engine = LocalEngine.open(tmp_path / "index", create=True)
    engine.commit(Part(puts=((zebra, analyze(zebra)),)))
    index = Index(engine)
    results = index.search(**options)  # type: ignore[arg-type]
    assert texts(results) == ["1 capture of the kind listing matches"]
    (note,) = results.notes
    assert note.query is not None
    assert suggestion is None or note.query == suggestion
    assert headlines(index.search(note.query).hits) == ["Zebra"]


def test_notes_are_grammatical(index: Index) -> None:
    assert texts(index.search("zebra")) == ["1 capture of the kind listing matches"]
    assert texts(index.search("parade")) == ["1 earlier version matches"]


def test_ruling_out_a_kind_or_an_id_does_not_widen_the_search(index: Index) -> None:
    assert headlines(index.search("-kind:gallery").hits) == headlines(index.search("*").hits)
    assert "Front page" not in headlines(index.search("-kind:gallery").hits)
    assert index.search("zebra -kind:gallery").total == 0
    assert index.search(f"-id:{ARTICLES[0].id}").total == 1
    assert index.search("parade NOT versions:all").total == 0
    assert headlines(index.search("NOT (troops OR -kind:listing)").hits) == ["Front page"]


DAY = Moment.parse("2023-07-01")


def test_what_a_date_condition_leaves_out_is_counted(index: Index) -> None:
    index.add(newsidx.article(key="k", headline="Mali dated", published=DAY, lang="en"))
    results = index.search("mali since:2023-06 -votes")
    assert headlines(results.hits) == ["Mali dated"]
    assert [(n.kind, n.text, n.query) for n in results.notes] == [
        ("undated", "1 article without a date is left out", "mali NOT votes date:none")
    ]
    assert headlines(index.search("mali NOT votes date:none").hits) == ["Troops leave Mali"]
    filtered = index.search("mali", since="2023-06", until="2023-08", lang="en")
    assert notes(filtered) == {"undated": "mali lang:en date:none"}
    assert texts(filtered) == ["2 articles without a date are left out"]
    assert notes(index.search("mali captured:2023")) == {"undated": "mali captured:none"}
    assert texts(index.search("mali captured:2023")) == ["3 articles without a captured date are left out"]
    for query in ("dated since:2023-06", "mali -date:2024", "mali date:none", "mali", "mali since:2023 date:none"):
        assert "undated" not in notes(index.search(query)) or query.endswith("since:2023 date:none"), query


def test_undated_hits_of_a_sorted_search_can_be_asked_for(index: Index) -> None:
    results = index.search("mali", sort="newest", lang="en")
    assert notes(results) == {"undated": "mali lang:en date:none"}
    assert texts(index.search("calm", sort="oldest")) == ["1 without a date comes last"]


def test_a_note_is_made_once(index: Index) -> None:
    results = index.search("& OR & OR –")
    assert len(results.notes) == len(set(results.notes))
    assert [note.kind for note in index.search("source:nobody OR (source:nobody mali)").notes].count(
        "unknown-source"
    ) == 1


def test_a_sign_is_told_of_once(tmp_path: Path) -> None:
    engine = LocalEngine.open(tmp_path / "index", create=True)
    signs = tuple(nodes.Not(nodes.Word(sign)) for sign in "&&–")
    stream = engine.search(
        SearchRequest(), nodes.And((*signs, nodes.In("headline", signs[0]))), dt.datetime.now(dt.UTC)
    )
    assert [note.text for note in stream.notes] == [
        f"there is no word in {sign!r}, so it is in no article" for sign in "&–"
    ]
    engine.close()


def test_a_search_looks_for_each_form_once(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    looked_up: list[tuple[str, str | None]] = []
    real_form, real_lists = View.form, View.term_lists

    def form(view: View, name: str) -> object:
        asked.append(name)
        return real_form(view, name)

    def lists(view: View, term: str, lang: str | None) -> object:
        looked_up.append((term, lang))
        return real_lists(view, term, lang)

    monkeypatch.setattr(View, "form", form)
    monkeypatch.setattr(View, "term_lists", lists)
    assert index.search("mali calm unicorn troops").nearest
    assert sorted(asked) == ["calm", "mali", "troops", "unicorn"]
    assert len(looked_up) == len(set(looked_up))


def test_the_words_of_the_index_are_gone_through_once_for_a_pattern(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nothing is found, and all zones, kinds and versions are looked at for it."""
    gone_through: list[nodes.Node] = []
    real = Nearness._gone_through

    def noted(self: Nearness, node: nodes.Wildcard | nodes.Fuzzy, *rest: object) -> object:
        gone_through.append(node)
        return real(self, node, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Nearness, "_gone_through", noted)
    assert index.search("unicron~ OR zebr*x").total == 0
    assert sorted(map(newsidx.query.unparse, gone_through)) == ["unicron~", "zebr*x"]


def test_an_unknown_tag_is_compared_with_a_bounded_number(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    tags = [f"tag{i:05}" for i in range(5000)] + ["mali", "m" * 1000]
    index.add(newsidx.article(key="k", headline="Tagged", tags=tags))
    compared: list[int] = []
    real = difflib.get_close_matches

    def counting(word: str, names: list[str], **options: Any) -> list[str]:
        compared.append(len(names))
        return real(word, names, **options)

    monkeypatch.setattr(difflib, "get_close_matches", counting)
    assert notes(index.search("tag:malli"))["unknown-tag"] == "tag:mali"
    assert notes(index.search("tag:tga00012"))["unknown-tag"] is not None
    assert notes(index.search(f"tag:{'m' * 900}"))["unknown-tag"] is None
    assert max(compared) == 2000
