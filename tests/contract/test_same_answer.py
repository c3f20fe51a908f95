"""One question, one answer: the API, the command line, HTTP and the tools give the same hits, scores and snippets."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import newsidx
from newsidx.harmless import harmless
from newsidx.options import SearchRequest
from newsidx.wire import results_to_wire
from tests.made.news import make_news

ROOT = Path(__file__).resolve().parents[2]

REQUESTS = [
    SearchRequest("ferry inquiry", limit=5),
    SearchRequest("ferry inquiry", limit=4, offset=3),
    SearchRequest('"harbour master" OR lorries', limit=30),
    SearchRequest("ferry -warned", limit=5),
    SearchRequest("headline:inquiry", limit=3, sort="newest"),
    SearchRequest("ferry", limit=3, sort="oldest", since="2024-01-20", until="2024-02"),
    SearchRequest("حفظ السلام", limit=3),
    SearchRequest("caption:harbour", limit=2, source=("The Harbour Ledger",)),
    SearchRequest("hostile OR invisible", limit=5),
    SearchRequest("bridge", limit=5, lang=("fr",)),
    SearchRequest("ferry zeppelin"),
    SearchRequest("inqui* NEAR/5 day", limit=2),
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What must be the same: how many, and of each hit the ID, the score to the bit, and what is lit up where."""

    total: int
    hits: tuple[tuple[Any, ...], ...]
    nearest: tuple[str, ...]


def _of_document(found: Any) -> Answer:
    hits = tuple(
        (hit["id"], hit["score"], hit["headline"], json.dumps(hit["headline_pieces"]), json.dumps(hit["snippets"]))
        for hit in found["hits"]
    )
    return Answer(found["total"], hits, tuple(hit["id"] for hit in found["nearest"]))


def of_api(index: Path, request: SearchRequest) -> Answer:
    with newsidx.open(index) as idx:
        return _of_document(json.loads(json.dumps(results_to_wire(idx.search(request)))))


def of_command_line(index: Path, request: SearchRequest) -> Answer:
    options = [f"--limit={request.limit}", f"--offset={request.offset}", f"--sort={request.sort}"]
    for name in ("since", "until"):
        options += [f"--{name}={value}" for value in [getattr(request, name)] if value]
    for name in ("source", "lang"):
        options += [f"--{name}={value}" for value in getattr(request, name)]
    done = subprocess.run(
        [sys.executable, "-m", "newsidx", "search", "--json", f"--index={index}", *options, "-"],
        input=request.query.encode(),
        capture_output=True,
        check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )
    assert done.returncode in (0, 1), done.stderr
    return _of_document(json.loads(done.stdout))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_news(tmp_path_factory.mktemp("same"))


@pytest.fixture(scope="module")
def http(index: Path) -> Iterator[Any]:
    pytest.importorskip("starlette")
    from starlette.testclient import TestClient

    from newsidx.server import ServeOptions, make_app

    with newsidx.open(index) as idx, TestClient(make_app(idx, ServeOptions()), base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize("request_", REQUESTS, ids=[each.query for each in REQUESTS])
def test_http_answers_as_the_api_does(index: Path, http: Any, request_: SearchRequest) -> None:
    from newsidx.server._params import query_string

    answer = http.get(f"/api/search?{query_string(request_)}")
    assert answer.status_code == 200, answer.text
    assert _of_document(answer.json()) == of_api(index, request_)


@pytest.mark.parametrize("request_", REQUESTS[:8:3], ids=[each.query for each in REQUESTS[:8:3]])
def test_the_command_line_answers_as_the_api_does(index: Path, request_: SearchRequest) -> None:
    assert of_command_line(index, request_) == of_api(index, request_)


@pytest.mark.parametrize("request_", REQUESTS, ids=[each.query for each in REQUESTS])
def test_the_tools_answer_as_the_api_does(index: Path, request_: SearchRequest) -> None:
    pytest.importorskip("mcp")
    from mcp import Client

    from newsidx.mcp import make_server

    arguments = {
        "query": request_.query,
        "limit": request_.limit,
        "offset": request_.offset,
        "sort": request_.sort,
        "since": request_.since,
        "until": request_.until,
        "source": list(request_.source),
        "lang": list(request_.lang),
        "max_tokens": 32_000,
    }

    async def talk() -> Any:
        with newsidx.open(index) as idx:
            async with Client(make_server(idx)) as client:
                return (await client.call_tool("search", arguments)).structured_content

    found = asyncio.run(talk())
    expected = of_api(index, request_)
    assert found["total"] == expected.total
    assert tuple(row["id"] for row in found["nearest"]) == expected.nearest
    # What the tools give is cleaned of what no reader sees; all else is the same.
    got = [
        (row["id"], row["score"], [(p["zone"], p["paragraph"], p["text"]) for p in row["passages"]])
        for row in found["results"]
    ]
    wanted = [
        (id_, score, [(s["zone"], s["paragraph"], _text(s)) for s in json.loads(snippets)])
        for id_, score, _, _, snippets in expected.hits
    ]
    assert got == wanted


def _text(snippet: Any) -> str:
    return harmless("".join(piece["text"] for piece in snippet["pieces"])).strip()


@pytest.mark.parametrize("request_", REQUESTS[:7:2], ids=[each.query for each in REQUESTS[:7:2]])
def test_the_page_shows_the_hits_of_the_api_in_order(index: Path, http: Any, request_: SearchRequest) -> None:
    import re

    from newsidx.server._params import query_string

    page = http.get(f"/?{query_string(request_)}").text
    shown = re.findall(r'data-href="/articles/([0-9a-f]{64})', page)
    answer = of_api(index, request_)
    assert shown[: len(answer.hits)] == [hit[0] for hit in answer.hits]


def test_an_error_has_the_same_place_everywhere(index: Path, http: Any) -> None:
    query = "mali (ferry OR boat"
    with newsidx.open(index) as idx, pytest.raises(newsidx.QuerySyntaxError) as caught:
        idx.search(query)
    error = caught.value
    told = http.get("/api/search", params={"q": query}).json()
    assert (told["start"], told["end"], told["reason"], told["suggestion"]) == (
        error.start,
        error.end,
        error.reason,
        error.suggestion,
    )
