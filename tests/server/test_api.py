"""The HTTP API: every endpoint, its forms, its errors, what is not sent twice, and what a new commit changes."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import newsidx
from newsidx.options import SearchRequest
from newsidx.server import Limits, ServeOptions, make_app
from newsidx.server._params import SEARCH_PARAMS, query_string, read, request_of
from newsidx.wire import HIT_FIELDS
from tests.server.conftest import BASE

ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_search_is_the_result_document(client: TestClient) -> None:
    found = client.get("/api/search", params={"q": "ferry inquiry", "limit": 2}).json()
    assert found["version"] == 1
    assert (found["total"], len(found["hits"]), found["query"]) == (24, 2, "ferry inquiry")
    hit = found["hits"][0]
    assert "body" not in hit
    assert hit["source"]["name"] == "The Harbour Ledger"
    assert {"zone", "paragraph", "start", "end", "pieces"} == set(hit["snippets"][0])


def test_fields_are_those_asked_for(client: TestClient) -> None:
    def fields(text: str) -> list[str]:
        return list(client.get("/api/search", params={"q": "ferry", "limit": 1, "fields": text}).json()["hits"][0])

    assert fields("id,score") == ["id", "score"]
    assert fields("*") == list(HIT_FIELDS)
    wrong = client.get("/api/search", params={"q": "ferry", "fields": "id,scor"}).json()
    assert wrong["detail"].startswith("there is no field 'scor'; fields are id, ")


def test_every_field_of_a_request_has_a_parameter() -> None:
    made_by_the_server = {"limit_seconds"}
    assert {param.field for param in SEARCH_PARAMS} == set(SearchRequest.__slots__) - made_by_the_server


def test_a_request_survives_its_way_through_an_address() -> None:
    from urllib.parse import parse_qsl

    asked = SearchRequest(
        query='"a b" & c=d #x',
        limit=7,
        offset=3,
        sort="random",
        since="2023-06",
        until="yesterday",
        source=("The Times", "rt.com"),
        tag=("a&b",),
        lang=("fr", "pt-BR"),
        section=("World",),
        kind=("live",),
        filters=("NOT source:none", "a OR b"),
        any=True,
        quote=True,
        tz="Europe/Paris",
        snippets=0,
        snippet_chars=50,
        nearest=0,
        facets=("source", "day"),
        facet_limit=3,
        recent=True,
        feedback=True,
        seed=4,
        explain=True,
        cursor="c",
        lenient=True,
    )
    pairs = parse_qsl(query_string(asked))
    assert request_of(read(pairs, SEARCH_PARAMS), Limits(hits=100, seconds=5)) == replace(asked, limit_seconds=4)


def test_hits_as_lines_csv_and_feed(client: TestClient) -> None:
    lines = client.get("/api/search.jsonl", params={"q": "ferry", "limit": 3})
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line)["version"] for line in lines.text.splitlines()] == [1, 1, 1]

    table = client.get("/api/search.csv", params={"q": "invisible", "fields": "headline,tags"})
    assert table.headers["content-type"].startswith("text/csv")
    head, row = csv.reader(io.StringIO(table.text))
    assert head == ["headline", "tags"]
    assert row[1].startswith("'=cmd"), "a spreadsheet would run it"

    feed = client.get("/api/search.atom", params={"q": "ferry", "limit": 3, "sort": "newest"})
    assert feed.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(feed.text)
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert root.find(f"{ATOM}{name}") is not None
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 3
    assert {link.get("rel") for link in entries[0].findall(f"{ATOM}link")} == {"alternate", "via"}
    for entry in entries:
        for name in ("id", "title", "updated"):
            assert entry.findtext(f"{ATOM}{name}")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("application/json;q=0.2, application/atom+xml", "application/atom+xml"),
        ("text/html, application/*;q=0.5", "application/json"),
        ("application/x-ndjson", "application/x-ndjson"),
    ],
)
def test_accept_chooses_the_form(client: TestClient, accept: str, expected: str) -> None:
    answer = client.get("/api/search", params={"q": "ferry"}, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(expected)


def test_accept_of_nothing_on_offer_is_refused(client: TestClient) -> None:
    answer = client.get("/api/search", params={"q": "ferry"}, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert client.get("/api/search.pdf").status_code == 404


def problem(answer: Any, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert (document["type"], document["status"]) == (f"urn:newsidx:{kind}", status)
    assert document["title"]
    assert document["detail"]
    return document


def test_an_error_in_the_query_points_at_the_place(client: TestClient) -> None:
    document = problem(client.get("/api/search", params={"q": "mali (ferry OR boat"}), 400, "query-syntax")
    assert (document["start"], document["end"]) == (5, 6)
    assert document["suggestion"]


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("limit=x", "option"),
        ("limit=-1", "option"),
        ("limit=100000", "option"),
        ("limt=3", "option"),
        ("sort=best", "option"),
        ("any=perhaps", "option"),
        ("q=a&q=b", "option"),
        ("facet=colour", "option"),
        ("tz=Mars/Base", "option"),
        ("since=whenever", "option"),
        ("snippet_chars=3", "option"),
        ("fields=nothing", "option"),
        ("limit=٣", "option"),
    ],
)
def test_what_cannot_be_asked_is_said_and_never_dropped(client: TestClient, query: str, kind: str) -> None:
    document = problem(client.get(f"/api/search?{query}"), 400, kind)
    assert document["option"]


def test_a_misspelt_parameter_is_told_the_right_one(client: TestClient) -> None:
    assert "did you mean limit?" in client.get("/api/search?limt=3").json()["detail"]


def test_one_article_by_the_beginning_of_its_id(client: TestClient) -> None:
    id_ = client.get("/api/search", params={"q": "ferry", "limit": 1}).json()["hits"][0]["id"]
    article = client.get(f"/api/articles/{id_[:12]}").json()
    assert article["id"] == id_
    assert article["body"]
    problem(client.get("/api/articles/ffffffffffff"), 404, "unknown-id")
    problem(client.get("/api/articles/f?x=1"), 400, "option")
    problem(client.get("/api/nothing"), 404, "not-found")


def test_facets_count_all_matching_articles(client: TestClient) -> None:
    found = client.get("/api/facets", params={"q": "ferry", "facet": ["source", "month"]}).json()
    assert found["facets"]["source"]["counts"][0]["value"] == "The Harbour Ledger"
    assert sum(row["count"] for row in found["facets"]["month"]["counts"]) == found["total"]
    assert "hits" not in found
    assert set(client.get("/api/facets").json()["facets"]) >= {"source", "lang", "day"}


@pytest.mark.parametrize("choice", [{"recent": "true"}, {"feedback": "true"}, {"sort": "random", "seed": "3"}])
def test_why_is_of_the_search_as_it_was_asked(client: TestClient, choice: dict[str, str]) -> None:
    asked = {"q": "ferry", **choice}
    for rank, hit in enumerate(client.get("/api/search", params=asked).json()["hits"], 1):
        why = client.get("/api/why", params={**asked, "id": hit["id"]}).json()
        assert (why["rank"], why["score"]) == (rank, hit["score"])


def test_suggestions_also_in_the_form_of_browsers(client: TestClient) -> None:
    found = client.get("/api/suggest", params={"prefix": "inq"}).json()
    assert found["suggestions"][0]["text"].startswith("inquir")
    answer = client.get("/api/suggest", params={"prefix": "inq", "form": "browser"})
    assert answer.headers["content-type"].startswith("application/x-suggestions+json")
    assert answer.json()[0] == "inq"
    problem(client.get("/api/suggest"), 400, "option")


def test_stats_do_not_tell_where_the_index_lies(client: TestClient, news: Path) -> None:
    answer = client.get("/api/stats")
    assert answer.json()["articles"] >= 27
    assert str(news) not in answer.text


def test_health(client: TestClient) -> None:
    assert client.get("/health").json()["status"] == "ok"


def test_what_the_client_has_is_not_sent_again(client: TestClient) -> None:
    for address in ("/api/search?q=ferry", "/api/search.csv?q=ferry", "/api/stats", "/?q=ferry", "/api/facets?q=ferry"):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), address
        other = client.get(address, headers={"If-None-Match": 'W/"other", "thing"'})
        assert other.status_code == 200
    tags = {
        client.get(f"/api/search?q=ferry&{more}").headers["etag"] for more in ("", "limit=3", "sort=newest", "any=true")
    }
    assert len(tags) == 4


def test_etag_follows_what_relative_dates_mean(client: TestClient) -> None:
    fixed = {client.get("/api/search?q=since:2020").headers["etag"] for _ in range(2)}
    assert len(fixed) == 1
    zones = {client.get(f"/api/search?q=since:yesterday&tz={tz}").headers["etag"] for tz in ("UTC", "Asia/Tokyo")}
    assert len(zones) == 2


def test_a_new_commit_is_seen_and_changes_the_etag(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with newsidx.open(path, create=True) as idx:
        idx.add(newsidx.article(key="a", headline="One ferry", body="The ferry."))
    with newsidx.open(path) as served, TestClient(make_app(served, ServeOptions()), base_url=BASE) as client:
        before = client.get("/api/search?q=ferry")
        with newsidx.open(path) as other:
            other.add(newsidx.article(key="b", headline="Two ferries", body="The ferries."))
        after = client.get("/api/search?q=ferry", headers={"If-None-Match": before.headers["etag"]})
        assert (before.json()["total"], after.status_code, after.json()["total"]) == (1, 200, 2)


def test_a_cursor_goes_on_on_its_commit_and_can_start_again(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with newsidx.open(path, create=True) as idx:
        idx.add(*(newsidx.article(key=str(n), headline=f"Ferry {n}", body="The ferry.") for n in range(5)))
    with newsidx.open(path) as served, TestClient(make_app(served, ServeOptions()), base_url=BASE) as client:
        first = client.get("/api/search?q=ferry&limit=2").json()
        second = client.get("/api/search", params={"q": "ferry", "limit": 2, "cursor": first["cursor"]}).json()
        assert second["offset"] == 2
        ids = [hit["id"] for hit in first["hits"] + second["hits"]]
        assert len(set(ids)) == 4
        problem(client.get("/api/search", params={"q": "boat", "cursor": first["cursor"]}), 400, "option")
    with newsidx.open(path) as other:
        other.add(newsidx.article(key="new", headline="Ferry new", body="The ferry."))
    with newsidx.open(path) as served, TestClient(make_app(served, ServeOptions()), base_url=BASE) as client:
        asked = {"q": "ferry", "limit": "2", "cursor": first["cursor"]}
        problem(client.get("/api/search", params=asked), 410, "cursor-expired")
        again = client.get("/api/search", params=asked | {"restart": "true"}).json()
        assert (again["total"], again["offset"]) == (6, 0)
        assert again["notes"][0]["kind"] == "restarted"


def test_what_time_cut_short_is_not_kept(news: Path) -> None:
    with newsidx.open(news) as idx, TestClient(make_app(idx, ServeOptions()), base_url=BASE) as client:
        search = idx.search
        idx.search = lambda *args, **options: replace(search(*args, **options), partial=True)  # type: ignore[method-assign]
        for path in ("/api/search?q=ferry", "/api/facets?q=ferry", "/?q=ferry"):
            answer = client.get(path)
            assert "etag" not in answer.headers
            assert answer.headers["cache-control"] == "no-store"
        assert "Time ran out" in answer.text


def test_head_answers_without_a_body(client: TestClient) -> None:
    answer = client.head("/api/search?q=ferry")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_it_only_reads(client: TestClient, method: str) -> None:
    answer = client.request(method, "/api/search")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_an_address_has_a_longest_length(client: TestClient) -> None:
    problem(client.get("/api/search", params={"q": "ferry " * 4000}), 414, "too-long")


def test_a_browser_can_add_it_as_a_search_engine(client: TestClient) -> None:
    answer = client.get("/opensearch.xml")
    assert answer.headers["content-type"].startswith("application/opensearchdescription+xml")
    root = ET.fromstring(answer.text)
    urls = root.findall("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert f"{BASE}/?q={{searchTerms}}" in [url.get("template") for url in urls]
    assert "opensearch.xml" in client.get("/").text


def test_what_is_beyond_the_limits_is_told_so(news: Path) -> None:
    import threading

    release = threading.Event()
    with newsidx.open(news) as idx:
        app = make_app(idx, ServeOptions(limits=Limits(threads=1, waiting=0, seconds=0.05)))
        with TestClient(app, base_url=BASE) as client:
            search = idx.search

            def slow(*args: Any, **options: Any) -> newsidx.Results:
                release.wait(10)
                return search(*args, **options)

            idx.search = slow  # type: ignore[method-assign]
            document = problem(client.get("/api/search?q=ferry"), 503, "too-long")
            assert "0.05 seconds" in document["detail"]
            answer = client.get("/api/search?q=ferry")
            problem(answer, 503, "busy")
            assert answer.headers["retry-after"]
            release.set()
            for _ in range(100):
                if client.get("/health").status_code == 200:
                    break
            assert client.get("/health").status_code == 200


def test_a_fault_of_ours_says_nothing_of_the_inside(news: Path, caplog: pytest.LogCaptureFixture) -> None:
    with newsidx.open(news) as idx, TestClient(make_app(idx, ServeOptions()), base_url=BASE) as client:

        def broken(*args: Any, **options: Any) -> newsidx.Results:
            raise RuntimeError("secret detail")

        idx.search = broken  # type: ignore[method-assign]
        answer = client.get("/api/search?q=somethingprivate")
        problem(answer, 500, "internal")
        assert "secret" not in answer.text
        page = client.get("/?q=somethingprivate")
        assert page.status_code == 500
        assert "secret" not in page.text
    assert "somethingprivate" not in caplog.text


def test_a_damaged_index_is_unavailable_and_does_not_tell_its_place(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with newsidx.open(path, create=True) as idx:
        idx.add(newsidx.article(key="a", headline="One ferry", body="The ferry."))
    with newsidx.open(path) as idx, TestClient(make_app(idx, ServeOptions()), base_url=BASE) as client:
        (path / "newsidx.toc").write_bytes(b"nothing")
        answer = client.get("/api/search?q=ferry")
        problem(answer, 503, "index-damaged")
        assert str(tmp_path) not in answer.text
