"""Articles made in memory: what is put right, what is refused by the name of its field, and that nothing gets past."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsidx
from newsidx.analysis import analyze
from newsidx.engine.local._articles import decoded_article, encoded_article
from newsidx.engine.local._facts import article_facts, facts_columns
from newsidx.errors import OptionError
from newsidx.ingest import made as made_module
from newsidx.ingest.made import article, finished
from newsidx.model import Article, Link, Moment, Source
from newsidx.shape import article_from_dict, article_to_dict

WRONG: list[tuple[str, Any]] = [
    ("headline", 5),
    ("headline", b"x"),
    ("deck", ["x"]),
    ("section", 5),
    ("url", b"https://a.example/"),
    ("url", "https://a.example/\ud800"),
    ("key", "\udfff"),
    ("key", 5),
    ("body", b"text"),
    ("body", [1]),
    ("tags", [None]),
    ("tags", ["x", b"y"]),
    ("authors", 5),
    ("captions", [["x"]]),
    ("published", 7),
    ("published", "yesterday"),
    ("modified", "2023-02-30"),
    ("captured", b"2023"),
    ("source", 5),
    ("source", Source(5, None)),  # type: ignore[arg-type]
    ("source", Source(None, b"a.example")),  # type: ignore[arg-type]
    ("lang", "English"),
    ("lang", "en-" + "x" * 20),
    ("lang", "dé"),
    ("lang", 5),
    ("lang", "en\x00"),
    ("kind", "essay"),
    ("kind", ["article"]),
]


def test_a_string_is_one_value_and_a_body_paragraphs() -> None:
    made = article(key="k", body="One.\n \nTwo.\nStill two.", tags="mali", authors="A. B.", captions="c")
    assert made.body == ("One.", "Two.\nStill two.")
    assert (made.tags, made.authors, made.captions) == (("mali",), ("A. B.",), ("c",))
    assert article(key="k", tags=(tag for tag in ["a", "b"])).tags == ("a", "b")
    assert article(key="k", tags=None).tags == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_refused_by_the_name_of_its_field(name: str, value: Any) -> None:
    with pytest.raises(OptionError) as error:
        article(**{"key": "k", name: value})
    assert error.value.option == name
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[pair for pair in WRONG if pair[0] != "body" or not isinstance(pair[1], bytes)],
        ("canonical_url", 5),
        ("extractor", 5),
        ("flags", (5,)),
        ("page", (b"x",)),
        ("links", ("https://a.example/",)),
        ("links", (Link(5, "", 0),)),  # type: ignore[arg-type]
        ("links", (Link("https://a.example/", "", -1),)),
        ("evidence", {"headline": "hearsay"}),
    ],
)
def test_nothing_gets_past_by_making_the_article_oneself(name: str, value: Any) -> None:
    try:
        made = Article(**{"id": "", "key": "k", name: value})
    except TypeError:
        return  # refused earlier still
    with pytest.raises(OptionError) as error:
        finished(made, ())
    assert error.value.option == name


def test_half_characters_are_replaced_in_texts() -> None:
    made, _ = finished(article(key="k", headline="a\ud800b", body=["\udfff"], tags=["\ud83d\ude00"]), ())
    assert (made.headline, made.body) == ("a\ufffdb", ("\ufffd",))
    assert made.tags == ("\ufffd\ufffd",)


def test_language_tags_are_put_in_their_usual_case() -> None:
    for given_, tag in (("EN", "en"), ("pt_br", "pt-BR"), ("ZH-hant-hk", "zh-Hant-HK"), (" de ", "de"), ("", None)):
        assert article(key="k", lang=given_).lang == tag


def test_an_article_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_module, "MAX_TEXT", 1000)
    article(key="k", headline="x" * 900)
    endless = iter(lambda: "x", "")
    for fields in ({"headline": "x" * 1000}, {"headline": "é" * 500}, {"tags": [""] * 1000}, {"tags": endless}):
        with pytest.raises(OptionError, match="at most"):
            article(**{"key": "k", **fields})  # type: ignore[arg-type]


ANY = st.none() | st.integers(-5, 5) | st.text(max_size=5) | st.binary(max_size=3) | st.sampled_from(["\ud800", "en"])
SEVERAL = ANY | st.lists(ANY, max_size=3)
FIELDS = "headline deck section url canonical_url lang kind extractor published modified captured source".split()
LISTS = "body captions credits corrections promo page tags authors links flags".split()


@given(st.dictionaries(st.sampled_from(FIELDS), ANY) | st.dictionaries(st.sampled_from(LISTS), SEVERAL))
def test_whatever_is_made_is_refused_or_can_be_stored(values: dict[str, Any]) -> None:
    try:
        full, name = finished(Article(**{"id": "", "key": "k", **values}), ())
    except (OptionError, TypeError):
        return
    assert name == "k"
    assert article_from_dict(article_to_dict(full)) == full
    str(article_to_dict(full)).encode()
    assert decoded_article(encoded_article(full), full.id) == full
    row = article_facts(full, analyze(full).lengths, lang=0, source=0, earlier=False)
    assert all(len(column) == 1 for column in facts_columns([row]).values())


def test_a_refused_article_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    with newsidx.open(tmp_path / "index", create=True) as index:
        index.add(article(key="a", headline="Kept"))
        with pytest.raises(OptionError):
            index.add(Article(id="", key="b", headline=5))  # type: ignore[arg-type]
        assert [hit.headline for hit in index.search("*").hits] == ["Kept"]
        assert index.check() == []


def test_articles_take_lists_and_refuse_strings_for_them() -> None:
    assert Article("x", body=["a"]).body == ("a",)  # type: ignore[arg-type]
    for value in ("text", b"text", {"a": 1}, 5):
        with pytest.raises(TypeError):
            Article("x", tags=value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values",
    [
        (dt.date(2023, 1, 1),),
        (dt.datetime(2023, 1, 1, tzinfo=dt.UTC),),
        ("2023-01-01",),
        (dt.datetime(2023, 1, 1), "week"),
        (dt.datetime(2023, 1, 1), None),
        (dt.datetime(2023, 1, 1), "second", 24 * 60),
        (dt.datetime(2023, 1, 1), "second", -24 * 60),
        (dt.datetime(2023, 1, 1), "second", 1.5),
    ],
)
def test_a_moment_that_cannot_be_is_refused(values: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"naive|precision|offset"):
        Moment(*values)


def test_the_widest_offsets_are_moments() -> None:
    for minutes in (-24 * 60 + 1, 24 * 60 - 1):
        assert Moment.parse(str(Moment(dt.datetime(2023, 1, 1), "second", minutes))).offset_minutes == minutes
