"""The API as OpenAPI 3.1 describes it, made of the table of parameters and of the JSON shape's own documentation.

`tests/server/test_openapi.py` holds every answer of the server against this document, so that it cannot say less or
other than what is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from newsidx import __version__
from newsidx.cells import CSV_FIELDS
from newsidx.options import FACETS
from newsidx.server._forms import FORMS, SHORT_FIELDS
from newsidx.server._params import (
    CURSOR_PARAMS,
    FACET_PARAMS,
    FIELDS_PARAM,
    SEARCH_PARAMS,
    SUGGEST_PARAMS,
    WHY_PARAMS,
    Param,
)
from newsidx.wire import HIT_FIELDS

__all__ = ["openapi_document"]

_Schema = dict[str, Any]


def _ref(name: str) -> _Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(of: _Schema) -> _Schema:
    return {"type": "array", "items": of}


def _object(required: _Schema, optional: _Schema | None = None) -> _Schema:
    return {"type": "object", "properties": required | (optional or {}), "required": list(required)}


_TEXT: _Schema = {"type": "string"}
_TEXT_OR_NULL: _Schema = {"type": ["string", "null"]}
_WHOLE: _Schema = {"type": "integer", "minimum": 0}
_NUMBER: _Schema = {"type": "number"}
_YES: _Schema = {"type": "boolean"}
_MOMENT: _Schema = {
    "type": ["string", "null"],
    "description": "ISO 8601 as the outlet printed it: 2023, 2023-07, 2023-07-01, 2023-07-01T11:05+02:00",
}
_COUNTS: _Schema = {"type": "object", "additionalProperties": _WHOLE}
_VERSION: _Schema = {"type": "integer", "description": "Of this shape: rises when a field changes meaning or goes."}

_ARTICLE_FIELDS: dict[str, _Schema] = {
    "id": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "The SHA-256 of the capture's bytes."},
    "kind": {"type": "string", "enum": ["article", "live", "gallery", "stub", "listing", "refusal", "other"]},
    "headline": _TEXT_OR_NULL,
    "deck": _TEXT_OR_NULL,
    **{name: _list(_TEXT) for name in ("body", "captions", "credits", "corrections", "promo", "page")},
    "tags": _list(_TEXT),
    "section": _TEXT_OR_NULL,
    "authors": _list(_TEXT),
    "source": _object({"name": _TEXT_OR_NULL, "domain": _TEXT_OR_NULL}),
    "url": _TEXT_OR_NULL,
    "canonical_url": _TEXT_OR_NULL,
    **dict.fromkeys(("published", "modified", "captured", "indexed"), _MOMENT),
    "lang": _TEXT_OR_NULL,
    "links": _list(_object({"url": _TEXT, "text": _TEXT, "paragraph": {"type": "integer"}})),
    "words": _WHOLE,
    "evidence": {"type": "object", "additionalProperties": _TEXT},
    "flags": _list(_TEXT),
    "extractor": _TEXT,
    "key": _TEXT_OR_NULL,
}
_PLACE_FIELDS: dict[str, _Schema] = {"short_id": _TEXT, "paths": _list(_TEXT), "path": _TEXT_OR_NULL}
_OWN_FIELDS: dict[str, _Schema] = {
    "score": _NUMBER,
    **_PLACE_FIELDS,
    "is_current": _YES,
    "missing": _list(_TEXT),
    "headline_pieces": _list(_ref("Piece")),
    "snippets": _list(_ref("Snippet")),
}


def _schemas() -> dict[str, _Schema]:
    fields = _ARTICLE_FIELDS | _OWN_FIELDS
    return {
        "Piece": _object({"text": _TEXT, "is_match": _YES}),
        "Snippet": _object(
            {"zone": _TEXT, "paragraph": _WHOLE, "start": _WHOLE, "end": _WHOLE, "pieces": _list(_ref("Piece"))}
        ),
        "Hit": {
            "type": "object",
            "properties": {name: fields[name] for name in HIT_FIELDS},
            "description": f"The fields that were asked for; without fields= {', '.join(SHORT_FIELDS)}.",
        },
        "Note": _object({"kind": _TEXT, "text": _TEXT, "query": _TEXT_OR_NULL}),
        "Facet": _object(
            {
                "distinct": _WHOLE,
                "counts": _list(_object({"value": _TEXT_OR_NULL, "count": _WHOLE, "query": _TEXT})),
            }
        ),
        "Explanation": _object(
            {
                "query": _TEXT,
                "parts": _list(_object({"text": _TEXT, "articles": _WHOLE, "depth": _WHOLE})),
                "words": _list(
                    _object(
                        {
                            "word": _TEXT,
                            "lang": _TEXT_OR_NULL,
                            "terms": _list(_TEXT),
                            "articles": _WHOLE,
                            "stemmed": _YES,
                        }
                    )
                ),
                "plan": _list(_TEXT),
                "milliseconds": _NUMBER,
            }
        ),
        "Results": _object(_results_fields() | {"nearest": _list(_ref("Hit")), "hits": _list(_ref("Hit"))}),
        "Facets": _object(_results_fields()),
        "Article": _object({"version": _VERSION} | _ARTICLE_FIELDS | _PLACE_FIELDS),
        "Stats": _object(
            {
                "version": _VERSION,
                "articles": _WHOLE,
                "earlier": _WHOLE,
                **dict.fromkeys(("by_kind", "by_lang", "by_source"), _COUNTS),
                "segments": _WHOLE,
                "size_bytes": _WHOLE,
            }
        ),
        "Suggestions": _object(
            {"version": _VERSION, "prefix": _TEXT, "suggestions": _list(_object({"text": _TEXT, "articles": _WHOLE}))}
        ),
        "Why": _object(
            {
                "version": _VERSION,
                "id": _TEXT,
                "matches": _YES,
                "score": _NUMBER,
                "rank": {"type": ["integer", "null"]},
                "total": _WHOLE,
                "parts": _list(_object({"text": _TEXT, "matches": _YES, "score": _NUMBER, "reason": _TEXT})),
                "change": _TEXT_OR_NULL,
            }
        ),
        "Health": _object({"status": {"const": "ok"}, "commit": _TEXT}),
        "Problem": _object(
            {"type": _TEXT, "title": _TEXT, "status": _WHOLE, "detail": _TEXT},
            {
                "reason": _TEXT_OR_NULL,
                "text": _TEXT,
                "start": _WHOLE,
                "end": _WHOLE,
                "suggestion": _TEXT_OR_NULL,
                "option": _TEXT_OR_NULL,
                "prefix": _TEXT,
                "matches": _list(_TEXT),
            },
        ),
    }


def _results_fields() -> dict[str, _Schema]:
    return {
        "version": _VERSION,
        "query": _TEXT,
        "total": _WHOLE | {"description": "Exactly how many articles match."},
        "offset": _WHOLE,
        "tz": _TEXT_OR_NULL,
        "notes": _list(_ref("Note")),
        "partial": _YES,
        "suggestion": _TEXT_OR_NULL,
        "facets": {"type": "object", "propertyNames": {"enum": list(FACETS)}, "additionalProperties": _ref("Facet")},
        "explanation": {"oneOf": [_ref("Explanation"), {"type": "null"}]},
        "commit": _TEXT,
        "cursor": _TEXT_OR_NULL,
    }


_PROBLEMS = {
    "400": "A parameter or the query is wrong; of a query start and end say where.",
    "401": "This server asks for its token.",
    "404": "There is nothing of that name.",
    "406": "What Accept asks for is not to be had.",
    "410": "The commit that a cursor names is gone.",
    "414": "The address is too long.",
    "421": "This server does not answer to that name.",
    "422": "The query is right, but this index cannot answer it.",
    "503": "The server or its index is busy, or the answer took too long.",
}


def _answers(content: dict[str, Any], *, problems: Iterable[str]) -> dict[str, Any]:
    told = {
        "description": "",
        "content": {"application/problem+json": {"schema": _ref("Problem")}},
    }
    return {
        "200": {"description": "The answer.", "content": content},
        "304": {"description": "It is as the ETag in If-None-Match says."},
    } | {
        status: told | {"description": _PROBLEMS[status]} for status in sorted({*problems, "401", "414", "421", "503"})
    }


def _parameters(params: Iterable[Param]) -> list[dict[str, Any]]:
    return [
        {
            "name": param.name,
            "in": "query",
            "description": param.help,
            "schema": param.schema(),
            "required": param.is_required,
        }
        | ({"style": "form", "explode": True} if param.type == "texts" else {})
        for param in params
    ]


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(name)}}


def _search_content() -> dict[str, Any]:
    return _json("Results") | {
        "application/x-ndjson": {"schema": {"type": "string", "description": "A hit a line, with version."}},
        "text/csv": {"schema": {"type": "string", "description": f"Without fields= {', '.join(CSV_FIELDS)}."}},
        "application/atom+xml": {"schema": {"type": "string", "description": "A feed of the hits."}},
    }


def _suggest_content() -> dict[str, Any]:
    pair: _Schema = {"type": "array", "minItems": 2, "maxItems": 2, "description": "What was typed, and completions."}
    return _json("Suggestions") | {"application/x-suggestions+json": {"schema": pair}}


def _get(name: str, summary: str, params: Iterable[Param], answers: dict[str, Any], *path: dict[str, Any]) -> _Schema:
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [*path, *_parameters(params)],
            "responses": answers,
        }
    }


_ID: dict[str, Any] = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The ID of a capture, or the beginning of one.",
    "schema": {"type": "string", "pattern": "^[0-9A-Fa-f]{1,64}$"},
}


def openapi_document() -> dict[str, Any]:
    """The document."""
    searching = (*SEARCH_PARAMS, *CURSOR_PARAMS, FIELDS_PARAM)
    wrong = ("400", "422")
    suffix = {
        "name": "suffix",
        "in": "path",
        "required": True,
        "description": "The form, in place of Accept.",
        "schema": {"type": "string", "enum": [form.suffix for form in FORMS]},
    }
    found = _answers(_search_content(), problems=(*wrong, "406", "410"))
    found_as = _answers(_search_content(), problems=(*wrong, "404", "410"))
    paths = {
        "/api/search": _get("search", "Find articles.", searching, found),
        "/api/search.{suffix}": _get("searchAs", "Find articles, in a form.", searching, found_as, suffix),
        "/api/facets": _get(
            "facets", "Count all matching articles.", FACET_PARAMS, _answers(_json("Facets"), problems=wrong)
        ),
        "/api/suggest": _get(
            "suggest", "How a query may go on.", SUGGEST_PARAMS, _answers(_suggest_content(), problems=("400",))
        ),
        "/api/why": _get(
            "why",
            "Why an article is found where it is, or not.",
            WHY_PARAMS,
            _answers(_json("Why"), problems=(*wrong, "404")),
        ),
        "/api/articles/{id}": _get(
            "article", "One article, whole.", (), _answers(_json("Article"), problems=("400", "404")), _ID
        ),
        "/api/stats": _get("stats", "What is in the index.", (), _answers(_json("Stats"), problems=("400",))),
        "/health": _get("health", "Whether the index answers.", (), _answers(_json("Health"), problems=())),
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "newsidx",
            "version": __version__,
            "summary": "Search an index of news captures. It only reads.",
            "license": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}, {"password": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic", "description": "The token is the password."},
            },
        },
    }
