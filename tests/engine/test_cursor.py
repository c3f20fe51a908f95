"""Cursors: page after page is the whole, whatever is committed meanwhile; and what is no cursor is refused."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsidx
from newsidx import api
from newsidx.cursor import Cursor
from newsidx.options import Sort


@pytest.fixture
def index(tmp_path: Path) -> Iterator[newsidx.Index]:
    with newsidx.open(tmp_path / "index", create=True) as idx:
        idx.add(*(_article(number) for number in range(25)))
        yield idx


def _article(number: int) -> newsidx.Article:
    return newsidx.article(
        key=f"a{number}", headline="Coup", body="word " * (number % 7 + 1), published=f"2023-07-{number % 5 + 1:02}"
    )


def pages(index: newsidx.Index, **options: object) -> Iterator[newsidx.Results]:
    return pages_of(index, "coup", **options)


def pages_of(index: newsidx.Index, query: str, **options: object) -> Iterator[newsidx.Results]:
    results = index.search(query, limit=4, **options)
    while True:
        yield results
        if results.cursor is None:
            return
        results = index.search(query, limit=4, cursor=results.cursor, **options)


@pytest.mark.parametrize("sort", get_args(Sort))
def test_page_after_page_is_the_whole(index: newsidx.Index, sort: Sort) -> None:
    whole = [hit.id for hit in index.stream("coup", sort=sort).hits]
    found = list(pages(index, sort=sort))
    assert [hit.id for results in found for hit in results] == whole
    assert len(whole) == 25
    assert [results.offset for results in found] == [0, 4, 8, 12, 16, 20, 24]
    assert len({results.commit for results in found}) == 1


def test_a_commit_in_between_changes_nothing(index: newsidx.Index) -> None:
    whole = [hit.id for hit in index.stream("coup").hits]
    found = []
    for number, results in enumerate(pages(index)):
        found += [hit.id for hit in results]
        if number < 2:
            index.add(_article(100 + number))
    assert found == whole
    assert index.search("coup").total == 27
    assert index.search("coup").commit != results.commit


def test_a_cursor_ends_with_its_commit(index: newsidx.Index, tmp_path: Path) -> None:
    cursor = index.search("coup", limit=4).cursor
    with newsidx.open(tmp_path / "index") as other:  # the newest commit is the same in each process
        assert other.search("coup", limit=4, cursor=cursor).offset == 4
    for number in range(4):
        index.add(_article(200 + number))
    with pytest.raises(newsidx.CursorExpired):
        index.search("coup", limit=4, cursor=cursor)
    with newsidx.open(tmp_path / "index") as other, pytest.raises(newsidx.CursorExpired):
        other.search("coup", limit=4, cursor=cursor)


def test_no_cursor_behind_the_last_hit_or_without_a_limit(index: newsidx.Index) -> None:
    assert index.search("coup", limit=25).cursor is None
    assert index.search("coup", limit=24).cursor is not None
    assert index.search("coup", limit=0).cursor is None
    assert index.search("coup", limit=None).cursor is None
    assert index.search("zeppelin").cursor is None


def test_relative_dates_stay_what_they_were(index: newsidx.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def at(day: int) -> None:
        monkeypatch.setattr(api, "_now", lambda tz: dt.datetime(2023, 7, day, 12, tzinfo=dt.UTC))

    at(5)
    results = index.search("coup date:yesterday", limit=2)
    assert results.total == 5
    at(9)
    assert index.search("coup date:yesterday").total == 0
    assert index.search("coup date:yesterday", limit=2, cursor=results.cursor).total == 5


@pytest.mark.parametrize("option", ["recent", "feedback"])
def test_choices_of_the_ranking_hold_page_after_page_and_are_explained(index: newsidx.Index, option: str) -> None:
    whole = list(index.search("coup word", limit=None, **{option: True}))
    found = [hit for results in pages_of(index, "coup word", **{option: True}) for hit in results]
    assert [(hit.id, hit.score) for hit in found] == [(hit.id, hit.score) for hit in whole]
    for place in (0, 12, 24):
        why = index.why("coup word", whole[place].id, **{option: True})
        assert (why.rank, why.score) == (place + 1, whole[place].score)
        assert sum(part.score for part in why.parts) == pytest.approx(why.score)


def test_it_is_that_of_one_search(index: newsidx.Index) -> None:
    cursor = index.search("coup", limit=4).cursor
    assert index.search("coup", limit=9, snippets=0, facets="tag", cursor=cursor).offset == 4
    for options in ({"sort": "newest"}, {"lang": "en"}, {"any": True}, {"filters": "coup"}):
        with pytest.raises(newsidx.OptionError, match="another search"):
            index.search("coup", cursor=cursor, **options)
    with pytest.raises(newsidx.OptionError, match="another search"):
        index.search("coups", cursor=cursor)


@given(st.one_of(st.text(), st.binary().map(lambda data: base64.urlsafe_b64encode(data).decode())))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(newsidx.OptionError):
        Cursor.read(text, newsidx.SearchRequest("coup"))


@pytest.mark.parametrize("data", ["[]", "null", '["x",1,1e999,"y"]', '["x",-1,0,"y"]', '["x",1,1e300,"y"]', "[" * 9000])
def test_what_looks_like_one_is_refused_too(data: str) -> None:
    with pytest.raises(newsidx.OptionError):
        Cursor.read(base64.urlsafe_b64encode(data.encode()).decode(), newsidx.SearchRequest("coup"))
