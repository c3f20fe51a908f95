"""Records of articles that another tool has extracted → the same article, every value with the evidence ``record``.

The record is taken at its word: the page that it was made from is not here. tables/records.toml says for each tool
which key holds what; whose record it is stands in a hint. What is of another type than its field is left out; hints
fill what the record lacks. Pure; linear in the bytes. Called by `extract`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from newsidx.errors import CaptureFailed, NotACapture
from newsidx.extract.dates import parse_date
from newsidx.extract.fit import FLAGS, pieces_of_text
from newsidx.extract.resolve import language_tag
from newsidx.model import Article, Capture, Moment, Source

__all__ = ["EXTRACTOR", "extract_record"]

EXTRACTOR = "record-1"
_MAX_CHARS = 600_000
"""Code points taken as the body of a record; some of what follows goes to the page zone, as of a page (`fit`)."""
_MAX_REST_CHARS = 600_000
_WORD = re.compile(r"\w+")
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,10}[A-Za-z]{2,63}")
_MOST_VALUES = 100
_FEW_WORDS = 20


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    with Path(__file__).with_name("tables").joinpath("records.toml").open("rb") as file:
        return cast("dict[str, dict[str, list[str]]]", tomllib.load(file))


def extract_record(capture: Capture) -> Article:
    """The article in a record. CaptureFailed: damaged-json; NotACapture: empty, data (of no known tool)."""
    try:
        value = json.loads(capture.data)
    except (ValueError, RecursionError) as error:
        raise CaptureFailed("the record is no JSON that can be read", reason="damaged-json") from error
    formats = [hint.value for hint in capture.hints if hint.field == "format"]
    table = _tables().get(formats[0]) if formats else None
    if table is None or not isinstance(value, dict):
        raise NotACapture("it is no record of an article", reason="data")
    return _Reading(capture, value, table).article()


class _Reading:
    def __init__(self, capture: Capture, record: Mapping[str, Any], table: Mapping[str, list[str]]) -> None:
        self._capture, self._record, self._table = capture, record, table
        self._evidence: dict[str, str] = {}

    def article(self) -> Article:
        headline = self.text("headline")
        body, rest, flags = self.paragraphs()
        words = sum(len(_WORD.findall(paragraph)) for paragraph in body)
        if not headline and not words:
            raise NotACapture("the record holds no text", reason="empty")
        url = self.text("url")
        return Article(
            id=self._capture.id,
            kind="article" if words >= _FEW_WORDS else "other",
            headline=headline,
            deck=self.deck(body),
            body=body,
            captions=self.captions(),
            page=rest,
            flags=flags,
            tags=self.several("tags", ",;"),
            section=self.text("section"),
            authors=self.several("authors", ";"),
            source=self.source(url),
            url=url,
            published=self.moment("published"),
            modified=self.moment("modified"),
            captured=self.moment("captured"),
            lang=language_tag(self.text("lang") or ""),
            words=words,
            evidence=self._evidence,
            extractor=EXTRACTOR,
        )

    # Values

    def values(self, field: str) -> Iterator[Any]:
        for key in self._table.get(field, ()):
            value: Any = self._record
            for name in key.split("."):
                value = value.get(name) if isinstance(value, Mapping) else None
            if value:
                yield value

    def text(self, field: str) -> str | None:
        for value in self.values(field):
            for text in _texts(value):
                self._evidence[field] = "record"
                return text
        for hint in self._capture.hints:
            if hint.field == field and hint.value.strip():
                self._evidence[field] = hint.evidence
                return hint.value.strip()
        return None

    def moment(self, field: str) -> Moment | None:
        told = [(text, "record") for value in self.values(field) for text in _texts(value)]
        told += [(hint.value, hint.evidence) for hint in self._capture.hints if hint.field == field]
        for text, evidence in told:
            moment = _moment(text)
            if moment is not None:
                self._evidence[field] = evidence
                return moment
        return None

    def several(self, field: str, separators: str) -> tuple[str, ...]:
        for value in self.values(field):
            texts = [part.strip() for text in _texts(value) for part in re.split(f"[{separators}]", text)]
            found = tuple(dict.fromkeys(text for text in texts if text))[:_MOST_VALUES]
            if found:
                self._evidence[field] = "record"
                return found
        hints = [hint for hint in self._capture.hints if hint.field == field]
        if hints:
            self._evidence[field] = hints[0].evidence
        return tuple(hint.value for hint in hints if hint.evidence == hints[0].evidence)

    # Fields of their own shape

    def paragraphs(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """The body; of a body without measure some of the rest, and the flags that tell of it."""
        for value in self.values("body"):
            text = "\n".join(_sections(value) if isinstance(value, Mapping) else _texts(value))
            end = text.rfind("\n", 0, _MAX_CHARS) if len(text) > _MAX_CHARS else len(text)
            end = end if end > 0 else _MAX_CHARS
            body = tuple(line for each in text[:end].splitlines() if (line := " ".join(each.split())))
            if body:
                rest, is_all = pieces_of_text(text[end : end + _MAX_REST_CHARS])
                is_all = is_all and len(text) <= end + _MAX_REST_CHARS
                return body, tuple(rest), FLAGS[: 1 + (not is_all)] if rest else ()
        return (), (), ()

    def deck(self, body: tuple[str, ...]) -> str | None:
        deck = " ".join(text for value in self.values("deck") for text in _texts(value)) or None
        if deck is None or (body and body[0].startswith(deck.rstrip(" .…")[:200])):
            return None  # many tools give the body's beginning as a description
        self._evidence["deck"] = "record"
        return deck

    def captions(self) -> tuple[str, ...]:
        images = next((value for value in self.values("captions") if isinstance(value, list)), [])
        captions = [image.get("caption") for image in images if isinstance(image, Mapping)]
        return tuple(dict.fromkeys(text for caption in captions for text in _texts(caption)))[:_MOST_VALUES]

    def source(self, url: str | None) -> Source:
        domain = _domain_of(url)
        name = self.text("source")
        if name is not None and _HOST.fullmatch(name):
            return Source(None, domain or name.lower().removeprefix("www."))
        if name is None and domain is not None:
            self._evidence["source"] = self._evidence["url"]
        return Source(name, domain)


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value that may be one, or a list of them."""
    for item in value if isinstance(value, list) else (value,):
        if isinstance(item, str) and item.strip():
            yield item.strip()


def _sections(value: Mapping[str, Any]) -> Iterator[str]:
    """The paragraphs of Fundus' body: sections, each with headlines and paragraphs."""
    sections = value.get("sections")
    for section in sections if isinstance(sections, list) else ():
        if isinstance(section, Mapping):
            yield from _texts(section.get("headline"))
            yield from _texts(section.get("paragraphs"))


def _moment(text: str) -> Moment | None:
    try:
        return Moment.parse(text)
    except ValueError:
        return parse_date(text)


def _domain_of(url: str | None) -> str | None:
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None
