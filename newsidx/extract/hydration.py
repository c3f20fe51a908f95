"""The text of pages that scripts write: found in the data that the page carries for them, as markup to be read.

Many a site sends its article as JSON (a script of type ``application/json``, or a call or an assignment in a script)
and little or none of it as markup. Two shapes are looked for, whatever their keys are called: a string of HTML with
paragraphs, and a list whose items hold the text of a paragraph each. The one with most prose that goes with what the
markup shows of the text is given as HTML, so that the rules of the reader judge it as they do markup. Called by `html`
for pages that call themselves articles and show hardly any text; a JSON-LD ``articleBody`` is `structured`'s.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from newsidx.extract.choose import ends_sentence
from newsidx.extract.structured import squash

__all__ = ["story_in_scripts"]

_VALUE = re.compile(r"[=(,:]\s*([{\[])")
_FIRST = re.compile(r"\s*([{\[])")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
_TEXT_KEYS = frozenset(
    "text value content children html body paragraph paragraphs data props model blocks items".split()
)
_MIN_SCRIPT_CHARS = 1500
_MAX_SCRIPT_CHARS = 4_000_000
_MAX_SCANNED_CHARS = 20_000_000
"""Of all attempts to read a value, as a failed one may have come to the end of its script."""
_MAX_VALUES = 20
_MAX_NODES = 200_000
_MAX_DEPTH = 40
_MIN_PROSE_CHARS = 60
_MAX_ITEM_CHARS = 4000
_MIN_PARAGRAPHS = 3
_MIN_STORY_CHARS = 500
_MAX_STORIES = 20
_MAX_SHOWN = 8
_MIN_SHOWN_CHARS = 30


def story_in_scripts(markup: str, shown: Sequence[str]) -> str:
    """HTML of the story that the scripts of a page carry, "" if none. `shown` are the paragraphs that its markup has:
    one of them must be in the story."""
    search = _Search()
    for script in _scripts(markup):
        for value in search.values(script):
            search.visit(value, 0)
    keys = [key for key in map(squash, shown[:_MAX_SHOWN]) if len(key) >= _MIN_SHOWN_CHARS]
    for _, story in sorted(search.stories, key=lambda each: -each[0])[:_MAX_STORIES]:
        text = squash(html.unescape(_TAG.sub("", story)))
        if not keys or any(key in text for key in keys):
            return story
    return ""


def _scripts(markup: str) -> Iterator[str]:
    """What stands in the page's scripts that are long enough for a story."""
    end = 0
    while (start := markup.find("<script", end)) >= 0 and (end := markup.find("</script", start)) >= 0:
        script = markup[markup.find(">", start) + 1 : end]
        if _MIN_SCRIPT_CHARS <= len(script) <= _MAX_SCRIPT_CHARS:
            yield script


@dataclass(slots=True)
class _Search:
    """The stories found, each with its code points of prose."""

    stories: list[tuple[int, str]] = field(default_factory=list)
    nodes: int = 0
    scanned: int = 0

    def values(self, script: str) -> Iterator[Any]:
        """The JSON values in a script: all of it, or what is assigned or handed over in it."""
        decoder = json.JSONDecoder(strict=False)
        at = 0 if script.lstrip()[:1] in "{[" else -1
        for _ in range(_MAX_VALUES):
            found = _VALUE.search(script, max(at, 0)) if at else _FIRST.match(script)
            self.scanned += len(script) - max(at, 0)
            if found is None or self.scanned > _MAX_SCANNED_CHARS or self.nodes > _MAX_NODES:
                return
            try:
                value, at = decoder.raw_decode(script, found.start(1))
            except (ValueError, RecursionError):
                at = found.end()
                continue
            yield value

    def visit(self, value: Any, depth: int) -> None:
        self.nodes += 1
        if depth > _MAX_DEPTH or self.nodes > _MAX_NODES:
            return
        if isinstance(value, str):
            if len(value) >= _MIN_STORY_CHARS and len(_PARAGRAPH.findall(value)) >= _MIN_PARAGRAPHS:
                self.stories.append((len(_TAG.sub("", value)), value))
        elif isinstance(value, dict):
            for each in value.values():
                if isinstance(each, (str, dict, list)):
                    self.visit(each, depth + 1)
        elif isinstance(value, list):
            self.add_list(value)
            for each in value:
                if isinstance(each, (str, dict, list)):
                    self.visit(each, depth + 1)

    def add_list(self, items: list[Any]) -> None:
        if len(items) < _MIN_PARAGRAPHS:
            return
        texts = [" ".join("".join(_texts(each, 0)).split())[: _MAX_ITEM_CHARS + 1] for each in items[:1000]]
        self.nodes += len(texts)
        if any(len(text) > _MAX_ITEM_CHARS for text in texts):
            return
        prose = [len(text) for text in texts if len(text) >= _MIN_PROSE_CHARS and ends_sentence(text)]
        if len(prose) >= _MIN_PARAGRAPHS and sum(prose) >= _MIN_STORY_CHARS:
            paragraphs = (text if _TAG.search(text) else html.escape(text, quote=False) for text in texts if text)
            self.stories.append((sum(prose), "".join(f"<p>{text}</p>" for text in paragraphs)))


def _texts(value: Any, depth: int) -> Iterator[str]:
    """The text in an item, in order; nothing of what is an address, a type or an identifier."""
    if isinstance(value, str):
        if not depth or " " in value or not value.startswith(("http", "/")):
            yield value
    elif depth > 8:
        return
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, depth + 1)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key in _TEXT_KEYS:
                yield from _texts(each, depth + 1)
