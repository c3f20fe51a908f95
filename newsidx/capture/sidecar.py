"""Metadata of a capture in a file beside it: ``page.html.meta.json`` or ``page.meta.json``.

A JSON object with any of these keys, others are left alone::

    {"url": "https://…", "captured": "2023-07-01T14:22:11+02:00", "source": "RT", "headline": "…",
     "published": "2023-07-01", "authors": ["…"], "tags": ["…"], "lang": "en", "section": "Africa"}

A value that is none of its key's kind is a problem with a name, and the others are used. Called by `stored`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

from newsidx.capture.files import read_stored
from newsidx.capture.saved import unwrapped
from newsidx.capture.snapshot import snapshot_hints
from newsidx.errors import CaptureFailed
from newsidx.model import Hint, Moment

__all__ = ["sidecar_hints", "sidecar_hints_of", "sidecar_names"]

_LIMIT_BYTES = 1024 * 1024
_TEXTS = ("source", "headline", "section", "lang")
_MOMENTS = ("captured", "published")
_LISTS = ("authors", "tags")
_SUFFIX = ".meta.json"


def sidecar_names(name: str) -> tuple[str, ...]:
    """The names under which a file's sidecar is looked for, first the one that counts: the longest."""
    bare = name[:-3] if name.lower().endswith(".gz") else name
    stem = os.path.splitext(bare)[0]
    return tuple(dict.fromkeys(base + _SUFFIX for base in (name, bare, stem) if base))


def sidecar_hints(text: str) -> tuple[Hint, ...]:
    """The hints of a sidecar's text (evidence ``sidecar``). CaptureFailed with reason sidecar: it cannot be read,
    or a value is none of its key's kind."""
    hints, problems = _read(text)
    if problems:
        raise _failed("; ".join(problems))
    return hints


def sidecar_hints_of(path: str, on_problem: Callable[[str], None] | None) -> tuple[Hint, ...]:
    """The hints of the sidecar beside the file at `path` (for files of ArchiveBox, of its snapshot); problems are told
    to `on_problem`, or raised without it."""
    return (*_beside(path, on_problem), *snapshot_hints(path))


def _beside(path: str, on_problem: Callable[[str], None] | None) -> tuple[Hint, ...]:
    folder, name = os.path.split(path)
    for candidate in sidecar_names(name):
        location = os.path.join(folder, candidate)
        if not os.path.lexists(location):
            continue
        try:
            data = read_stored(location, limit_bytes=_LIMIT_BYTES)
        except CaptureFailed as error:
            _tell(f"{candidate}: {error.message}", on_problem)
            return ()
        hints, problems = _read_bytes(data)
        for problem in problems:
            _tell(f"{candidate}: {problem}", on_problem)
        return hints
    return ()


def _tell(problem: str, on_problem: Callable[[str], None] | None) -> None:
    if on_problem is None:
        raise _failed(problem)
    on_problem(problem)


def _failed(problem: str) -> CaptureFailed:
    return CaptureFailed(f"the sidecar cannot be read: {problem}", reason="sidecar")


def _read_bytes(data: bytes) -> tuple[tuple[Hint, ...], list[str]]:
    try:
        return _read(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return (), ["it is not UTF-8"]


def _read(text: str) -> tuple[tuple[Hint, ...], list[str]]:
    try:
        value = json.loads(text)
    except RecursionError:
        return (), ["it is nested too deeply"]
    except ValueError as error:
        return (), [f"it is not JSON: {error}"]
    if not isinstance(value, dict):
        return (), ["it is not a JSON object"]
    hints: list[Hint] = []
    problems: list[str] = []
    for key in ("url", *_MOMENTS, *_TEXTS, *_LISTS):
        if value.get(key) is None:
            continue
        try:
            hints += [Hint(field, item, "sidecar") for field, item in _values(key, value[key])]
        except ValueError as error:
            problems.append(f"{key}: {error}")
    return tuple(hints), problems


def _values(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """The hints of one key; ValueError says what it is not."""
    if key in _LISTS:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise ValueError("not a list of texts")
        yield from ((key, item.strip()) for item in items if item.strip())
        return
    if not isinstance(value, str):
        raise ValueError("not a text")
    text = value.strip()
    if not text:
        return
    if key == "url":
        page, captured = unwrapped(text)
        if page is None:
            raise ValueError("not an http(s) URL")
        yield "url", page
        if captured is not None:
            yield "captured", captured
    elif key in _MOMENTS:
        yield key, str(Moment.parse(text))
    else:
        yield key, text
