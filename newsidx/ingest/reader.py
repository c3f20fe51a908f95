"""One capture → a `Reading`: read, decide, extract, name the language, analyse. What a worker does for a task.

Nothing that one capture can do reaches the others: every error becomes the reading's status, with a reason and one
line of detail. Leaves which captures to read to the add, and processes to `pool`. Called in workers (`read`) and by
the API (`parse_bytes`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from newsidx.capture import container_of, from_bytes, parts_of, read_stored, sidecar_hints_of
from newsidx.errors import CaptureError, CaptureFailed, NotACapture
from newsidx.model import Article, Capture, Hint, Moment, capture_id

if TYPE_CHECKING:
    from newsidx.extract import Extracted, Memory

__all__ = [
    "Reading",
    "container_by_content",
    "extract_bytes",
    "extracted_of",
    "one_line",
    "parse_bytes",
    "read",
    "readers",
    "reading_of",
    "refusal",
]

_DETAIL_CHARS = 300
_NO_MEMORY = "there is not enough memory"
_CUT_SHORT = "longer than pages are read: the words of its end are not in the index"
_LANGUAGE_CHARS = 8000


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of reading one capture.

    `status` ok: `article` and `analyzed` (an `analysis.AnalyzedArticle`) are there. unchanged: the bytes are those
    that were expected. container: the file holds many captures; `container` says of which format, `parts` in which
    parts, `hints` what its sidecar says. skipped, failed: `reason` is a short stable name, `detail` one line for
    people; an ok reading has a `detail` where something beside the capture (its sidecar) could not be used. `id` is
    None only where the bytes could not be had. `source` and `lines` are what a memory learns (`extract.Extracted`).
    `is_lasting`: the same readers would come to the same with these bytes (they took too much time or memory), so that
    there is no use in trying again.
    """

    status: Literal["ok", "unchanged", "skipped", "failed", "container"]
    id: str | None = None
    article: Article | None = None
    analyzed: Any = None
    reason: str | None = None
    detail: str | None = None
    bytes_read: int = 0
    container: str | None = None
    parts: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()
    source: str = ""
    lines: bytes = b""
    is_lasting: bool = False


def readers() -> str:
    """The versions of all that makes a reading of bytes."""
    from newsidx import extract
    from newsidx.analysis import ANALYSIS_VERSION

    return " ".join((*sorted(extract.versions()), f"words-{ANALYSIS_VERSION}"))


def read(
    path: str, *, hints: Iterable[Hint] = (), expect_sha: str | None = None, memory: Memory | None = None
) -> Reading:
    """Read the capture at `path` with a memory; if its ID is `expect_sha`, no more than that. Raises nothing."""
    identity: str | None = None
    size = 0
    try:
        reading = _container(path, hints)
        if reading is not None:
            return reading
        data = read_stored(path)
        size = len(data)
        identity = capture_id(data)
        if identity == expect_sha:
            return Reading("unchanged", identity, bytes_read=size)
        problems: list[str] = []
        found = sidecar_hints_of(path, problems.append)
        capture = from_bytes(data, path=path, hints=(*found, *hints))
        del data
        detail = one_line("sidecar not used in full: " + "; ".join(problems)) if problems else None
        return reading_of(capture, memory, detail=detail, size=size)
    except (NotACapture, CaptureFailed) as error:
        format_ = container_by_content(path, error)
        return refusal(error, identity, size) if format_ is None else _listed(path, format_, hints)
    except Exception as error:  # noqa: BLE001 (one capture must not end an add)
        return refusal(error, identity, size)


def reading_of(capture: Capture, memory: Memory | None, *, detail: str | None = None, size: int = 0) -> Reading:
    """The reading of a capture that is in memory. Raises what cannot be read."""
    from newsidx.analysis import analyze

    extracted = extracted_of(capture, memory)
    article = extracted.article
    if "cut-short" in article.flags:
        detail = detail or _CUT_SHORT
    return Reading(
        "ok",
        capture.id,
        article,
        analyze(article),
        detail=detail,
        bytes_read=size,
        source=extracted.source,
        lines=extracted.fingerprints,
    )


def refusal(error: Exception, identity: str | None = None, size: int = 0) -> Reading:
    """The reading of a capture that could not be read for this error."""
    match error:
        case NotACapture():
            return Reading("skipped", identity, reason=error.reason, detail=one_line(error.message), bytes_read=size)
        case CaptureFailed():
            # What the system does not let us read is passed over by name; it is tried again by the next add.
            status: Literal["skipped", "failed"] = "skipped" if error.reason in ("unreadable", "special") else "failed"
            return Reading(status, identity, reason=error.reason, detail=one_line(error.message), bytes_read=size)
        case MemoryError():
            return Reading("failed", identity, reason="memory", detail=_NO_MEMORY, bytes_read=size, is_lasting=True)
        case RecursionError():
            return Reading("failed", identity, reason="too-deep", detail="nested too deeply", bytes_read=size)
    detail = one_line(f"{type(error).__name__}: {error}")
    return Reading("failed", identity, reason="internal", detail=detail, bytes_read=size)


def _container(path: str, hints: Iterable[Hint]) -> Reading | None:
    records = next((hint.value for hint in hints if hint.field == "format"), "")
    format_ = container_of(path, records=records)
    return None if format_ is None else _listed(path, format_, hints)


def _listed(path: str, format_: str, hints: Iterable[Hint]) -> Reading:
    problems: list[str] = []  # of a sidecar that cannot be read in full, what can be read is taken
    beside = sidecar_hints_of(path, problems.append)
    return Reading("container", container=format_, parts=parts_of(path, format_), hints=beside)


def container_by_content(path: str, error: CaptureError) -> str | None:
    """The format of a container whose name does not tell it, and which is therefore no capture for this reason."""
    if error.reason not in ("container", "too-large", "feed", "data"):
        return None
    try:
        return container_of(path, sniff=True)
    except CaptureFailed:
        return None


def parse_bytes(
    data: bytes, *, url: str | None = None, path: str | None = None, captured: Moment | str | None = None
) -> Article:
    """As `extract_bytes`, the article alone."""
    return extract_bytes(data, url=url, path=path, captured=captured).article


def extract_bytes(
    data: bytes, *, url: str | None = None, path: str | None = None, captured: Moment | str | None = None
) -> Extracted:
    """The article in these bytes, as they would be stored. NotACapture, CaptureFailed; ValueError for a `captured`
    that is no ISO 8601 date or time. No file is opened; `path` only tells the name."""
    hints: list[Hint] = []
    if url is not None:
        hints.append(Hint("url", url, "option"))
    if captured is not None:
        moment = Moment.parse(captured) if isinstance(captured, str) else captured
        hints.append(Hint("captured", str(moment), "option"))
    return extracted_of(from_bytes(data, path=path, hints=hints))


def one_line(text: str) -> str:
    """The text as one line of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= _DETAIL_CHARS else line[: _DETAIL_CHARS - 1] + "…"


def extracted_of(capture: Capture, memory: Memory | None = None) -> Extracted:
    """Extract, and let the text have its say about the language: what a page declares is often its template's."""
    from newsidx import extract

    extracted = extract.read(capture, memory=memory or extract.no_memory)
    article = _in_its_language(extracted.article)
    kind = next((hint.value for hint in capture.hints if hint.field == "kind"), article.kind)
    return replace(extracted, article=replace(article, kind=kind) if kind != article.kind else article)


def _in_its_language(article: Article) -> Article:
    from newsidx.analysis import identify, primary

    parts = [article.headline or "", article.deck or "", *article.body]
    language = identify("\n".join(parts)[:_LANGUAGE_CHARS], article.lang)
    if language == article.lang:
        return article
    if language is not None and article.lang is not None and primary(language) == primary(article.lang):
        return replace(article, lang=language)  # the same, written as it should be
    evidence = {**article.evidence, "lang": "text"}
    if language is None:
        evidence.pop("lang")
    return replace(article, lang=language, evidence=evidence)
