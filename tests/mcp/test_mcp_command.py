"""``newsidx mcp`` as clients use it: started for standard input and output, and over HTTP."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

import newsidx
from newsidx.doors import Door
from tests.server.test_serve import ROOT, fetched, serving

pytest.importorskip("mcp")


def test_over_standard_input_and_output(news: Path) -> None:
    from mcp import Client, StdioServerParameters, stdio_client

    async def talk() -> Any:
        start = StdioServerParameters(
            command=sys.executable, args=["-m", "newsidx", "mcp", "--index", str(news)], env={"PYTHONPATH": str(ROOT)}
        )
        async with Client(stdio_client(start)) as client:
            return await client.call_tool("search", {"query": "ferry inquiry", "limit": 1})

    answer = asyncio.run(talk())
    assert answer.structured_content["total"] == 24


def test_over_http_for_its_own_names_only(news: Path) -> None:
    from mcp import Client

    async def talk(url: str) -> Any:
        async with Client(url) as client:
            return await client.call_tool("search", {"query": "ferry inquiry", "limit": 1})

    with serving("--http", "--index", str(news), command="mcp") as (process, url):
        assert url.endswith("/mcp")
        assert asyncio.run(talk(url)).structured_content["total"] == 24
        assert fetched(url, Host="evil.example")[0] == 421
        assert fetched(url, Origin="https://evil.example")[0] == 403
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0, err


def test_a_token_is_asked_for_over_http(news: Path) -> None:
    from starlette.testclient import TestClient

    from newsidx.mcp import make_app

    with (
        newsidx.open(news) as idx,
        TestClient(make_app(idx, Door(token="t" * 20)), base_url="http://localhost") as client,
    ):
        assert client.post("/mcp", json={}).status_code == 401
        asked = client.post("/mcp", json={}, headers={"Authorization": f"Bearer {'t' * 20}"})
        assert asked.status_code not in (401, 500)
