"""The JSON shape: field names, versions, escapes."""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx import errors, wire
from newsidx.cells import CSV_FIELDS
from newsidx.model import (
    AddReport,
    Article,
    Explanation,
    Facet,
    FacetCount,
    Hit,
    Link,
    Moment,
    Note,
    Outcome,
    Piece,
    QueryPart,
    Results,
    Snippet,
    Source,
    Suggestion,
    Why,
    WhyPart,
    WordReading,
)
from newsidx.shape import article_from_dict

ARTICLE = Article(
    id="ab" * 32,
    headline="Peacekeepers leave",
    body=("One.", "Two."),
    source=Source("RT", "rt.com"),
    published=Moment.parse("2023-07-01T11:05"),
    links=(Link("https://a.example/", "there", 1),),
    evidence={"headline": "json-ld"},
)
PIECES = (Piece("Peacekeepers", is_match=True), Piece(" leave"))
HIT = Hit(
    ARTICLE,
    2.5,
    short_id="abababab",
    paths=("/a/b.html",),
    headline_pieces=PIECES,
    snippets=(Snippet("body", 1, 0, 4, PIECES),),
    missing=("troops",),
)
RESULTS = Results("peacekeepers", (HIT,), 27, offset=3, nearest=(HIT,), notes=(Note("k", "t", "q"),), tz="UTC")


def test_an_article_uses_its_own_field_names() -> None:
    document = wire.article_to_wire(ARTICLE)
    assert document.pop("version") == wire.WIRE_VERSION
    assert set(document) == {field.name for field in dataclasses.fields(Article)}
    assert article_from_dict(document) == ARTICLE
    assert document["published"] == "2023-07-01T11:05"
    assert document["deck"] is None


def test_an_article_of_an_index_has_its_place() -> None:
    document = wire.article_to_wire(ARTICLE, short_id="abababab", paths=("/a", "/b"))
    assert (document["short_id"], document["paths"], document["path"]) == ("abababab", ["/a", "/b"], "/a")
    assert wire.article_to_wire(ARTICLE, paths=())["path"] is None


def test_a_hit_is_an_article_and_more() -> None:
    hit = wire.hit_to_wire(HIT)
    assert tuple(hit) == wire.HIT_FIELDS
    assert article_from_dict(hit) == ARTICLE
    assert hit["snippets"] == [
        {
            "zone": "body",
            "paragraph": 1,
            "start": 0,
            "end": 4,
            "pieces": [{"text": "Peacekeepers", "is_match": True}, {"text": " leave", "is_match": False}],
        }
    ]


def test_results() -> None:
    document = wire.results_to_wire(RESULTS)
    head = "version query total offset tz notes partial suggestion facets explanation commit cursor".split()
    assert list(document) == [*head, "nearest", "hits"]
    assert document["hits"] == document["nearest"] == [wire.hit_to_wire(HIT)]
    assert document["notes"] == [{"kind": "k", "text": "t", "query": "q"}]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_streamed_results_are_the_same(indent: int | None, count: int) -> None:
    taken = []

    def hits() -> object:
        for _ in range(count):
            taken.append(1)
            yield HIT

    pieces = wire.iter_results_json(RESULTS, hits(), indent=indent)  # type: ignore[arg-type]
    next(pieces)
    assert not taken  # hits are read when they are written
    text = "".join(wire.iter_results_json(RESULTS, [HIT] * count, indent=indent))
    assert json.loads(text) == wire.results_to_wire(dataclasses.replace(RESULTS, hits=(HIT,) * count))


def test_chosen_fields() -> None:
    text = "".join(wire.iter_results_json(RESULTS, [HIT], fields=("score", "id")))
    document = json.loads(text)
    assert document["hits"] == [{"score": 2.5, "id": "ab" * 32}] == document["nearest"]


def test_what_stands_beside_the_hits() -> None:
    facet = Facet("tag", (FacetCount("Mali", 2, "tag:Mali"), FacetCount(None, 1, "tag:none")), 7)
    explanation = Explanation(
        "mali", (QueryPart("mali", 3, 0),), (WordReading("mali", None, ("mali",), 3),), ("a",), 1.5
    )
    document = wire.results_to_wire(
        dataclasses.replace(RESULTS, facets={"tag": facet}, explanation=explanation, commit="1-a", cursor="c")
    )
    assert document["facets"] == {
        "tag": {
            "distinct": 7,
            "counts": [
                {"value": "Mali", "count": 2, "query": "tag:Mali"},
                {"value": None, "count": 1, "query": "tag:none"},
            ],
        }
    }
    assert document["explanation"] == {
        "query": "mali",
        "parts": [{"text": "mali", "articles": 3, "depth": 0}],
        "words": [{"word": "mali", "lang": None, "terms": ["mali"], "articles": 3, "stemmed": False}],
        "plan": ["a"],
        "milliseconds": 1.5,
    }
    assert (document["commit"], document["cursor"], document["suggestion"]) == ("1-a", "c", None)


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def test_every_field_is_described() -> None:
    facet = Facet("tag", (FacetCount("Mali", 2, "tag:Mali"),), 7)
    explanation = Explanation(
        "mali", (QueryPart("mali", 3, 0),), (WordReading("mali", None, ("mali",), 3),), ("a",), 1.5
    )
    why = Why("ab", False, 0.0, None, 3, (WhyPart("mali", False, 0.0, "absent"),), change="*")
    documents = [
        wire.results_to_wire(dataclasses.replace(RESULTS, facets={"tag": facet}, explanation=explanation)),
        wire.article_to_wire(ARTICLE, short_id="abababab", paths=("/a",)),
        wire.why_to_wire(why),
        wire.suggestions_to_wire("ma", [Suggestion("mali", 3)]),
    ]
    used = set().union(*map(_keys, documents)) - {"tag", *ARTICLE.evidence}
    assert wire.__doc__ is not None
    assert {name for name in used if f"``{name}``" not in wire.__doc__} == set()
    assert all(f"``{name}``" in wire.__doc__ for name in CSV_FIELDS)


def test_reasons_and_completions() -> None:
    why = Why("ab", False, 0.0, None, 3, (WhyPart("mali", False, 0.0, "absent"),), change="*")
    assert wire.why_to_wire(why) == {
        "version": 1,
        "id": "ab",
        "matches": False,
        "score": 0.0,
        "rank": None,
        "total": 3,
        "parts": [{"text": "mali", "matches": False, "score": 0.0, "reason": "absent"}],
        "change": "*",
    }
    assert wire.suggestions_to_wire("ma", [Suggestion("mali", 3)]) == {
        "version": 1,
        "prefix": "ma",
        "suggestions": [{"text": "mali", "articles": 3}],
    }


def test_report_and_outcome() -> None:
    outcome = Outcome("a\udcff", "failed", reason="binary", detail="d")
    report = AddReport({"failed": 1, "added": 9}, {"failed": {"binary": 1}}, (outcome,), 2.0, 100, 1)
    document = json.loads(wire.dumps(wire.report_to_wire(report, index="i", created=True)))
    assert document["captures_per_second"] == 5.0
    assert document["examples"] == [wire.outcome_to_wire(outcome)]
    assert (document["index"], document["created"], document["interrupted"]) == ("i", True, False)


@pytest.mark.parametrize(
    ("error", "fields"),
    [
        (
            errors.QuerySyntaxError("m", reason="r", text="a (", start=2, end=3, suggestion="a"),
            {
                "kind": "query-syntax",
                "message": "m",
                "reason": "r",
                "text": "a (",
                "start": 2,
                "end": 3,
                "suggestion": "a",
            },
        ),
        (errors.IndexMissing("m", path="/i"), {"kind": "index-missing", "message": "m", "path": "/i"}),
        (
            errors.UnknownID("m", prefix="a", matches=("ab",)),
            {"kind": "unknown-id", "message": "m", "prefix": "a", "matches": ["ab"]},
        ),
        (errors.OptionError("m", option="tz"), {"kind": "option", "message": "m", "option": "tz"}),
        (errors.NotACapture("m", reason="code"), {"kind": "not-a-capture", "message": "m", "reason": "code"}),
        (errors.UsageError("m"), {"kind": "usage", "message": "m"}),
    ],
)
def test_errors(error: errors.NewsidxError, fields: dict[str, object]) -> None:
    assert wire.error_to_wire(error) == {"version": 1, "error": fields}


@given(st.recursive(st.text(st.characters()), lambda values: st.lists(values) | st.dictionaries(st.text(), values)))
def test_json_text_is_exact_and_harmless(value: object) -> None:
    text = wire.dumps(value)
    assert json.loads(text) == value
    assert not re.search(f"[{wire.SPECIALS}]", text)
    text.encode("utf-8")


def test_ordinary_letters_are_not_escaped() -> None:
    assert wire.dumps("мир 日本 سلام") == '"мир 日本 سلام"'
    assert wire.dumps("\u202e\U000e0041\x7f") == '"\\u202e\\udb40\\udc41\\u007f"'


def test_specials_are_what_unicode_says() -> None:
    """All controls, formats, separators of lines and surrogates; of other letters only those that nobody sees."""
    special = re.compile(f"[{wire.SPECIALS}]")
    for code in range(0x110000):
        category = unicodedata.category(chr(code))
        if category in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            assert special.match(chr(code)), hex(code)
        elif category[0] in "NPSZ" or category in ("Lu", "Ll"):
            assert not special.match(chr(code)), hex(code)
