"""The requests that docs/server.md shows are made, and give what it shows: ``...`` stands for any text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import newsidx
from newsidx.server import ServeOptions, make_app

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "server.md").read_text("utf-8")


def examples() -> Iterator[tuple[str, str]]:
    """(command, what it shows)."""
    for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^(?=curl )", block, flags=re.MULTILINE):
            command, _, shown = part.partition("\n")
            if command:
                yield command, "\n".join(line.removeprefix("# ") for line in shown.splitlines())


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    path = tmp_path_factory.mktemp("docs") / "index"
    with newsidx.open(path, create=True) as idx:
        idx.add(str(ROOT / "corpus"))
        with TestClient(make_app(idx, ServeOptions()), base_url="http://127.0.0.1:8765") as client:
            yield client


@pytest.mark.parametrize(("command", "shown"), list(examples()), ids=[command for command, _ in examples()])
def test_a_request_gives_what_is_shown(client: TestClient, command: str, shown: str) -> None:
    program, *words = shlex.split(command)
    assert program == "curl"
    headers = {}
    while words[0].startswith("-"):
        option = words.pop(0)
        if option == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        else:
            assert option == "-s", option
    (url,) = words
    answer = client.get(url, headers=headers).text
    pattern = ".*?".join(re.escape(" ".join(part.split())) for part in shown.split("...")).replace(r"\ ", r"\s*")
    assert re.search(pattern, " ".join(answer.split()), re.DOTALL), answer[:2000]


def test_every_address_and_parameter_group_is_told() -> None:
    from newsidx.server._openapi import openapi_document

    for path in openapi_document()["paths"]:
        told = path.replace("/{id}", "/ID").replace(".{suffix}", ".json")
        assert told in PAGE, path


def test_there_are_examples() -> None:
    assert len(list(examples())) >= 6
