"""What the tests of the tools share: an index, and a call of one tool as a client makes it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp")

from mcp import Client

import newsidx
from newsidx.mcp import make_server
from tests.made.news import make_news


@dataclass(frozen=True, slots=True)
class Called:
    """What a tool answered."""

    is_error: bool
    text: str
    data: Any


@pytest.fixture(scope="session")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_news(tmp_path_factory.mktemp("news"))


@pytest.fixture
def call(news: Path) -> Callable[..., Called]:
    """Call a tool with the SDK's client, in this process."""

    async def called(tool: str, arguments: dict[str, Any]) -> Called:
        with newsidx.open(news) as idx:
            async with Client(make_server(idx)) as client:
                answer = await client.call_tool(tool, arguments)
        text = answer.content[0].text
        if not answer.is_error:
            assert json.loads(text) == answer.structured_content
        return Called(answer.is_error, text, answer.structured_content)

    return lambda tool, **arguments: asyncio.run(called(tool, arguments))
