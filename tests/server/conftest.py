"""What the tests of the server share: an index, and a client that talks to the application without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette")
pytest.importorskip("uvicorn")

from starlette.testclient import TestClient

import newsidx
from newsidx.server import ServeOptions, make_app
from tests.made.news import make_news

BASE = "http://localhost:8765"


@pytest.fixture(scope="session")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_news(tmp_path_factory.mktemp("news"))


@pytest.fixture(scope="session")
def client(news: Path) -> Iterator[TestClient]:
    with newsidx.open(news) as idx, TestClient(make_app(idx, ServeOptions()), base_url=BASE) as client:
        yield client


@pytest.fixture
def served(news: Path) -> Iterator[Callable[[ServeOptions], TestClient]]:
    """A client of a server with options of its own."""
    with newsidx.open(news) as idx:
        yield lambda options: TestClient(make_app(idx, options), base_url=BASE)
