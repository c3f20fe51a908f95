"""A page to read, put together from parts, so that each test says only what it is about."""

from __future__ import annotations

import json
from typing import Any

from newsidx.extract import extract
from newsidx.model import Article, Capture, Hint, capture_id

SENTENCES = (
    "The harbour board voted on Tuesday to dredge the northern channel before the winter storms arrive.",
    "Fishing crews said the silt had cost them two days of work in every week since the spring.",
    "A spokeswoman for the port, Marta Ilves, said that the contract would be signed by the end of the month.",
    "Engineers expect to move ninety thousand tonnes of sand, most of it on to the eroded southern beach.",
)
BODY = "".join(f"<p>{text}</p>" for text in SENTENCES)
HEADLINE = "Harbour board votes to dredge the northern channel"


def page(
    *,
    head: str = "",
    before: str = "",
    body: str = BODY,
    after: str = "",
    headline: str = HEADLINE,
    title: str | None = None,
    json_ld: Any = None,
) -> str:
    """An article page with a menu, a rail and a footer around the given parts."""
    script = "" if json_ld is None else f'<script type="application/ld+json">{_dumps(json_ld)}</script>'
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title or headline}</title>'
        f"{head}{script}</head>"
        '<body><nav><ul><li><a href="/world">World</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f'<main><article><h1>{headline}</h1>{before}<div class="article-body">{body}</div>{after}</article>'
        '<aside class="sidebar"><h2>Most read</h2><ul>'
        '<li><a href="/1">Ten soups for the cold days of a long winter</a></li>'
        '<li><a href="/2">Why the ferry was late again on Thursday</a></li></ul></aside></main>'
        "<footer><p>Contact us. Terms of use.</p></footer></body></html>"
    )


def _dumps(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def read(markup: str | bytes, *hints: Hint) -> Article:
    data = markup.encode() if isinstance(markup, str) else markup
    return extract(Capture(capture_id(data), data, "text/html", hints=hints))
