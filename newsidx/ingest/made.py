"""Articles made in memory by a program: what they must have, and the ID and name they get."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from newsidx import analysis
from newsidx.errors import OptionError
from newsidx.model import EVIDENCE, KINDS, Article, Hint, Moment, Source
from newsidx.shape import article_to_dict

__all__ = ["article", "finished", "moment_of"]

_WORD = re.compile(r"\w+")


def article(  # noqa: PLR0913 - an article has that many fields
    *,
    key: str | None = None,
    url: str | None = None,
    headline: str | None = None,
    body: str | Sequence[str] = (),
    deck: str | None = None,
    published: Moment | dt.date | str | None = None,
    modified: Moment | dt.date | str | None = None,
    captured: Moment | dt.date | str | None = None,
    source: Source | str | None = None,
    authors: Iterable[str] = (),
    tags: Iterable[str] = (),
    captions: Iterable[str] = (),
    section: str | None = None,
    lang: str | None = None,
    kind: str = "article",
) -> Article:
    """An article made in memory, to be added like a capture. It needs a `key` or a `url`: adding another text under
    the same one makes a new version. A `body` given as one string is cut into paragraphs at its blank lines; dates may
    be ISO 8601 strings. OptionError where a value is not what it should be.
    """
    if not (key or url):
        raise OptionError("an article made in memory needs a key or a url", option="key")
    if kind not in KINDS:
        raise OptionError(f"no such kind: {kind}; kinds are {', '.join(KINDS)}", option="kind")
    paragraphs = re.split(r"\n\s*\n", body) if isinstance(body, str) else body
    return Article(
        id="",
        key=key,
        url=url,
        headline=headline,
        body=tuple(text for text in (paragraph.strip() for paragraph in paragraphs) if text),
        deck=deck,
        published=moment_of(published, "published"),
        modified=moment_of(modified, "modified"),
        captured=moment_of(captured, "captured"),
        source=Source(name=source) if isinstance(source, str) else source or Source(),
        authors=tuple(authors),
        tags=tuple(tags),
        captions=tuple(captions),
        section=section,
        lang=lang,
        kind=kind,
    )


def finished(made: Article, hints: Sequence[Hint]) -> tuple[Article, str]:
    """The article as it is taken in, and its name in the ledger (its key, else its URL).

    Its ID is the SHA-256 of what it says, in the shape it is stored in; its language is found where none is given.
    """
    name = made.key or made.url or made.canonical_url
    if not name:
        raise OptionError("an article made in memory needs a key or a url", option="key")
    given = {hint.field: hint.value for hint in hints}
    source = made.source
    if source == Source() and "source" in given:
        source = Source(name=given["source"])
    text = "\n".join([made.headline or "", made.deck or "", *made.body])
    full = replace(
        made,
        source=source,
        captured=made.captured or moment_of(given.get("captured"), "captured"),
        lang=made.lang or analysis.identify(text),
        words=sum(len(_WORD.findall(paragraph)) for paragraph in made.body),
        indexed=None,
        id="",
    )
    fields = article_to_dict(full)
    named = {n for n, value in fields.items() if value and n not in ("kind", "words", "source", "links", "evidence")}
    evidence = {n: made.evidence.get(n, EVIDENCE[-1]) for n in sorted(named - {"key", "id", "extractor", "flags"})}
    if full.source != Source():
        evidence["source"] = made.evidence.get("source", EVIDENCE[-1])
    full = replace(full, evidence=evidence)
    data = json.dumps(article_to_dict(full), sort_keys=True).encode()
    return replace(full, id=hashlib.sha256(data).hexdigest()), name


def moment_of(value: Moment | dt.date | str | None, field: str) -> Moment | None:
    """A date as callers give it. OptionError, naming `field`, for a string that is not ISO 8601."""
    if value is None or isinstance(value, Moment):
        return value
    if isinstance(value, str):
        try:
            return Moment.parse(value)
        except ValueError as error:
            raise OptionError(f"{field} is {error}", option=field) from error
    return Moment.of(value)
