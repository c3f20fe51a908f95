"""The API as OpenAPI 3.1 describes it."""

from __future__ import annotations

from typing import Any

__all__ = ["openapi_document"]


def openapi_document() -> dict[str, Any]:
    """The document."""
    return {}
