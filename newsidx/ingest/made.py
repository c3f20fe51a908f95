"""Articles made in memory by a program: what they must have, what is put right, and the ID and name they get.

Nothing below this looks at their values again, so whatever is of the wrong sort is refused here, by the name of its
field. What can be put right without guessing (lists for tuples, a tag's case, half characters) is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from newsidx import analysis
from newsidx.errors import OptionError
from newsidx.model import EVIDENCE, KINDS, Article, Hint, Link, Moment, Source
from newsidx.shape import article_to_dict

__all__ = ["MAX_TEXT", "article", "finished", "moment_of"]

MAX_TEXT = 64 * 1024 * 1024
"""Bytes of text (UTF-8, one more for each value) in one article; captures have the same limit."""

_WORD = re.compile(r"\w+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LANG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_MAX_LANG = 16

_TEXTS = ("headline", "deck", "section", "extractor")
_NAMES = ("key", "url", "canonical_url")  # told apart by every character, so that none may be replaced
_LISTS = ("body", "captions", "credits", "corrections", "promo", "page", "tags", "authors", "flags")
_MOMENTS = ("published", "modified", "captured")


def article(  # noqa: PLR0913 - an article has that many fields
    *,
    key: str | None = None,
    url: str | None = None,
    headline: str | None = None,
    body: str | Iterable[str] = (),
    deck: str | None = None,
    published: Moment | dt.date | str | None = None,
    modified: Moment | dt.date | str | None = None,
    captured: Moment | dt.date | str | None = None,
    source: Source | str | None = None,
    authors: str | Iterable[str] = (),
    tags: str | Iterable[str] = (),
    captions: str | Iterable[str] = (),
    section: str | None = None,
    lang: str | None = None,
    kind: str = "article",
) -> Article:
    """An article made in memory, to be added like a capture. It needs a `key` or a `url`: adding another text under
    the same one makes a new version. A `body` given as one string is cut into paragraphs at its blank lines, any other
    list given as one string is of that one value; dates may be ISO 8601 strings. Half characters (lone surrogates)
    become U+FFFD. OptionError where a value is not what it should be, or all texts together are over 64 MiB.
    """
    if not (key or url):
        raise OptionError("an article made in memory needs a key or a url", option="key")
    room = _Room()
    paragraphs = re.split(r"\n\s*\n", body) if isinstance(body, str) else room.texts("body", body)
    if isinstance(source, str):
        source = Source(name=source)
    return _checked(
        Article(
            id="",
            key=key,
            url=url,
            headline=headline,
            body=tuple(text for text in (paragraph.strip() for paragraph in paragraphs) if text),
            deck=deck,
            published=moment_of(published, "published"),
            modified=moment_of(modified, "modified"),
            captured=moment_of(captured, "captured"),
            source=Source() if source is None else source,
            authors=room.texts("authors", authors),
            tags=room.texts("tags", tags),
            captions=room.texts("captions", captions),
            section=section,
            lang=lang,
            kind=kind,
        )
    )


def finished(made: Article, hints: Sequence[Hint]) -> tuple[Article, str]:
    """The article as it is taken in, and its name in the ledger (its key, else its URL).

    Its ID is the SHA-256 of what it says, in the shape it is stored in; its language is found where none is given.
    OptionError, naming the field, where a value is not what it should be.
    """
    given = {hint.field: hint.value for hint in hints}
    if made.source == Source() and "source" in given:
        made = replace(made, source=Source(name=given["source"]))
    made = _checked(made)
    name = made.key or made.url or made.canonical_url
    if not name:
        raise OptionError("an article made in memory needs a key or a url", option="key")
    text = "\n".join([made.headline or "", made.deck or "", *made.body])
    full = replace(
        made,
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
    """A date as callers give it. OptionError, naming `field`, for what is none, and a string that is not ISO 8601."""
    if value is None or isinstance(value, Moment):
        return value
    try:
        if isinstance(value, str):
            return Moment.parse(value)
        if isinstance(value, dt.date):
            return Moment.of(value)
    except ValueError as error:
        raise OptionError(f"{field} is {error}", option=field) from error
    raise _refusal(field, value, "a date")


# Values. They come from programs that no type checker has seen: hence Any.


def _refusal(field: str, value: object, what: str) -> OptionError:
    return OptionError(f"{field} is {what}, not {type(value).__name__}", option=field)


class _Room:
    """Reads texts, and counts them: what is too much is refused before all of it is read."""

    def __init__(self) -> None:
        self._left = MAX_TEXT

    def text(self, field: str, value: Any) -> str:
        if not isinstance(value, str):
            raise _refusal(field, value, "text")
        self._left -= 1 + (len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass")))
        if self._left < 0:
            raise OptionError(f"an article's text is at most {MAX_TEXT >> 20} MiB", option=field)
        return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", str(value))

    def maybe(self, field: str, value: Any) -> str | None:
        return None if value is None else self.text(field, value)

    def name(self, field: str, value: Any) -> str | None:
        if isinstance(value, str) and _SURROGATE.search(value):
            raise OptionError(f"{field} holds half a character (a lone surrogate)", option=field)
        return self.maybe(field, value)

    def texts(self, field: str, values: Any) -> tuple[str, ...]:
        if values is None:
            return ()
        if isinstance(values, str):
            values = (values,)
        if isinstance(values, bytes | bytearray | memoryview) or not isinstance(values, Iterable):
            raise _refusal(field, values, "a list of texts")
        return tuple(self.text(field, value) for value in values)

    def link(self, value: Any) -> Link:
        if not isinstance(value, Link):
            raise _refusal("links", value, "a list of Link")
        paragraph: Any = value.paragraph
        if not isinstance(paragraph, int) or paragraph < 0:
            raise OptionError("links have the number of a paragraph, from 0", option="links")
        return Link(self.text("links", value.url), self.text("links", value.text), int(paragraph))


def _checked(made: Article) -> Article:
    """The same article, every value of the sort that the index takes in."""
    room = _Room()
    values: dict[str, Any] = {field: room.maybe(field, getattr(made, field)) for field in _TEXTS}
    values["extractor"] = values["extractor"] or ""
    values |= {field: room.name(field, getattr(made, field)) for field in _NAMES}
    values |= {field: room.texts(field, getattr(made, field)) for field in _LISTS}
    values |= {field: moment_of(getattr(made, field), field) for field in _MOMENTS}
    values["links"] = tuple(room.link(link) for link in made.links)
    source: Any = made.source
    if not isinstance(source, Source):
        raise _refusal("source", source, "a name or a Source")
    values["source"] = Source(room.maybe("source", source.name), room.maybe("source", source.domain))
    kind: Any = made.kind
    if kind not in KINDS:
        raise OptionError(f"no such kind: {kind!s:.80}; kinds are {', '.join(KINDS)}", option="kind")
    values["lang"] = _language(made.lang)
    values["evidence"] = _evidence(made.evidence)
    return replace(made, **values)


def _language(value: Any) -> str | None:
    """A language tag (BCP 47) in its usual case: pt-BR, zh-Hant."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise _refusal("lang", value, "a language tag")
    tag = value.strip().replace("_", "-")
    if len(tag) > _MAX_LANG or not _LANG.fullmatch(tag):
        raise OptionError(f"lang is a language tag, as in en or pt-BR, not {value[:40]!r}", option="lang")
    language, *subtags = tag.split("-")
    return "-".join([language.lower(), *map(_cased, subtags)])


def _cased(subtag: str) -> str:
    if len(subtag) == 2:
        return subtag.upper()
    return subtag.title() if len(subtag) == 4 and subtag.isalpha() else subtag.lower()


def _evidence(value: Mapping[Any, Any]) -> dict[str, str]:
    for field, evidence in value.items():
        if not isinstance(field, str) or evidence not in EVIDENCE:
            raise OptionError(f"evidence is one of {', '.join(EVIDENCE)} for each field", option="evidence")
    return dict(value)
