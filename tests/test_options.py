"""Requests and options: what callers may write, what it becomes, and what is refused by its name."""

from __future__ import annotations

import datetime as dt
import pickle
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import newsidx
from newsidx import query
from newsidx.errors import OptionError
from newsidx.model import Hint, Moment
from newsidx.options import AddOptions, SearchRequest


def test_a_string_is_one_value_and_a_list_several() -> None:
    request = SearchRequest(source="The Times", tag=["mali", "niger"], lang=None)  # type: ignore[arg-type]
    assert (request.source, request.tag, request.lang) == (("The Times",), ("mali", "niger"), ())
    options = AddOptions(include="*.html", exclude=["a", "b"], hints=[Hint("source", "RT", "option")])  # type: ignore[arg-type]
    assert (options.include, options.exclude) == (("*.html",), ("a", "b"))
    assert options.hints == (Hint("source", "RT", "option"),)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("last week", "last week"),
        (dt.date(2023, 7, 1), "2023-07-01"),
        (dt.datetime(2023, 7, 1, 12), "2023-07-01T12:00"),
        (dt.datetime(2023, 7, 1, 12, 0, 5, tzinfo=dt.UTC), "2023-07-01T12:00:05Z"),
        (Moment.parse("2023-07"), "2023-07"),
        (None, None),
    ],
)
def test_dates_become_text_that_the_query_language_reads(value: Any, text: str | None) -> None:
    request = SearchRequest(since=value, until=value)
    assert request.since == request.until == text
    if text is not None:
        query.parse(f'since:"{text}"')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("query", None),
        ("query", b"mali"),
        ("limit", -1),
        ("limit", "10"),
        ("limit", True),
        ("limit", 2.5),
        ("offset", -1),
        ("offset", None),
        ("sort", "best"),
        ("sort", ["newest"]),
        ("since", 2023),
        ("until", b"2023"),
        ("source", 5),
        ("tag", b"mali"),
        ("lang", ["en", None]),
        ("any", "yes"),
        ("quote", None),
        ("tz", 5),
        ("snippets", -1),
        ("snippet_chars", 19),
        ("snippet_chars", "x" * 10_000),
        ("nearest", -1),
        ("section", b"world"),
        ("kind", [5]),
        ("filters", [None]),
        ("facets", "colour"),
        ("facets", ["tag", 5]),
        ("facet_limit", -1),
        ("seed", -1),
        ("seed", 3),
        ("recent", 1),
        ("lenient", "yes"),
        ("explain", None),
        ("cursor", b"x"),
        ("limit_seconds", -1),
        ("limit_seconds", "1"),
        ("limit_seconds", float("nan")),
    ],
)
def test_a_request_that_cannot_be_is_refused_by_name(name: str, value: Any) -> None:
    for make in (SearchRequest, partial(replace, SearchRequest("mali"))):
        with pytest.raises(OptionError) as error:
            make(**{name: value})
        assert error.value.option == name
        assert str(error.value).startswith(f"{name} cannot be ")
        assert len(str(error.value)) < 200
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("include", 5),
        ("exclude", [b"*"]),
        ("hints", ["source"]),
        ("hints", [Hint("source", 5, "option")]),  # type: ignore[arg-type]
        ("hints", 5),
        ("path_pattern", b"{source}"),
        ("replace", 1),
        ("dry_run", None),
        ("jobs", 0),
        ("jobs", 1.5),
        ("wait_seconds", -0.1),
        ("wait_seconds", float("nan")),
        ("wait_seconds", "1"),
        ("commit_seconds", -1),
        ("commit_seconds", None),
        ("commit_bytes", -1),
    ],
)
def test_options_of_an_add_that_cannot_be_are_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(OptionError) as error:
        AddOptions(**{name: value})
    assert error.value.option == name


def test_what_can_be_is_taken_as_it_is() -> None:
    request = SearchRequest("mali", limit=0, offset=3, sort="oldest", snippets=0, snippet_chars=20, nearest=0)
    assert replace(request) == request == pickle.loads(pickle.dumps(request))
    assert replace(request, limit=None).limit is None
    options = AddOptions(jobs=1, wait_seconds=0, commit_seconds=0.0, commit_bytes=0)
    assert replace(options, jobs=2).jobs == 2


def test_a_mistyped_option_is_told_what_may_be_meant(tmp_path: Path) -> None:
    with newsidx.open(tmp_path / "index", create=True) as idx:
        with pytest.raises(OptionError, match=r"^no such option: limti; did you mean limit\?$"):
            idx.search("ferry", limti=3)  # type: ignore[call-arg]
        with pytest.raises(OptionError, match=r"^no such option: zzz$"):
            idx.add(newsidx.article(key="a", body="Fog."), zzz=3)  # type: ignore[call-arg]
