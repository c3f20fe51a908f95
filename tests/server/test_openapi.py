"""What the OpenAPI document says is what is sent, on made-up requests too."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient

import newsidx
from newsidx.server import ServeOptions, make_app
from newsidx.server._openapi import openapi_document
from newsidx.server._params import SEARCH_PARAMS

schemathesis = pytest.importorskip("schemathesis")

from schemathesis.specs.openapi.checks import positive_data_acceptance  # noqa: E402

EXAMPLES = 200 if os.environ.get("NEWSIDX_TEST_LONG") else 5


def test_made_up_requests_are_answered_as_described(news: Path) -> None:
    with newsidx.open(news) as idx:
        app = make_app(idx, ServeOptions())
        schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, headers={"Host": "localhost"})
        operations = [found.ok() for found in schema.get_all_operations()]
        assert len(operations) == len(openapi_document()["paths"])
        for operation in operations:
            has_parameters = bool(operation.query or operation.path_parameters)
            for mode in schemathesis.GenerationMode:
                if mode.is_negative and not has_parameters:
                    continue

                @given(case=operation.as_strategy(generation_mode=mode))
                @settings(
                    settings.get_profile("sample"), max_examples=EXAMPLES, suppress_health_check=list(HealthCheck)
                )
                def holds(case: Any) -> None:
                    # Texts are queries, dates, zones, IDs: no schema says which of them mean something.
                    case.call_and_validate(headers={"Host": "localhost"}, excluded_checks=[positive_data_acceptance])

                holds()


@pytest.mark.parametrize(
    "address",
    [
        "/api/search?q=ferry&explain=true&facet=source&facet=day&fields=*",
        "/api/search?q=ferry+zeppelin",
        "/api/search?q=(",
        "/api/search?q=hostile&fields=*",
        "/api/search.csv?q=ferry",
        "/api/search.atom?q=invisible",
        "/api/facets?q=ferry",
        "/api/suggest?prefix=fer",
        "/api/stats",
        "/health",
    ],
)
def test_answers_worth_a_look_are_as_described(client: TestClient, address: str) -> None:
    jsonschema = pytest.importorskip("jsonschema_rs")
    answer = client.get(address)
    document = client.get("/api/openapi.json").json()
    template = address.partition("?")[0]
    for suffix in (".csv", ".atom"):
        template = template.replace(suffix, ".{suffix}")
    told = document["paths"][template]["get"]["responses"][str(answer.status_code)]
    media_type = answer.headers["content-type"].partition(";")[0]
    schema = told["content"][media_type]["schema"] | {"components": document["components"]}
    value = answer.json() if media_type.endswith("json") else answer.text
    jsonschema.validate(schema, value)


def test_every_path_of_the_api_is_described() -> None:
    from newsidx.server._api import Api
    from newsidx.server._app import _routes
    from newsidx.server._page import Pages

    served = {
        route.path for route in _routes(Api(), Pages()) if route.path.startswith("/api/") or route.path == "/health"
    }
    assert set(openapi_document()["paths"]) == served - {"/api/openapi.json"}
    described = {each["name"] for each in openapi_document()["paths"]["/api/search"]["get"]["parameters"]}
    assert {param.name for param in SEARCH_PARAMS} <= described
