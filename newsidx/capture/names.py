"""What a name alone says: which files and folders are no captures, and why.

Leaves everything that needs the bytes to `content`. Called by the walk, for every name of a tree: one or two
dictionary look-ups a name.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from newsidx.capture.tables import toml

__all__ = [
    "container_of_name",
    "folder_verdict",
    "is_companion_dir",
    "is_page_name",
    "is_text_name",
    "name_verdict",
    "skip_detail",
]

_LISTS = (
    "container",
    "feed",
    "code",
    "data",
    "image",
    "audio",
    "video",
    "font",
    "document",
    "archive",
    "binary",
    "temporary",
)
_IN_ZSTD = (".warc", ".wet")
_TEXT_ENDINGS = (".txt", ".text")


@dataclass(frozen=True, slots=True)
class _Names:
    reasons: dict[str, str]
    """Extension (lower case, no dot) → reason."""
    pages: frozenset[str]
    page_endings: tuple[str, ...]
    sidecars: tuple[str, ...]
    temporary_prefixes: tuple[str, ...]
    temporary_suffixes: tuple[str, ...]
    data: frozenset[str]
    feeds: frozenset[str]
    """Whole names under which feeds are kept, of which others with these endings are none."""


@cache
def _names() -> _Names:
    table = toml("names")
    pages = table["page"]["extensions"]
    return _Names(
        reasons={extension: reason for reason in _LISTS for extension in table[reason]["extensions"]},
        pages=frozenset(pages),
        page_endings=tuple(f".{extension}" for extension in pages),
        sidecars=tuple(table["sidecar"]["suffixes"]),
        temporary_prefixes=tuple(table["temporary"]["prefixes"]),
        temporary_suffixes=tuple(table["temporary"]["suffixes"]),
        data=frozenset(table["data"]["names"]),
        feeds=frozenset(name for name in table["containers"] if "." in name),
    )


def name_verdict(name: str) -> str | None:
    """Why a file of this name (no folders) is not read, as a stable short name; None if it is worth reading.

    The reasons: hidden, sidecar, temporary, container, feed, code, data, image, audio, video, font, document,
    archive, binary. `skip_detail` has a sentence for each. A ``.gz`` is judged by the name without it, a name with a
    query (``view.php?id=1``) by what stands before the question mark; unknown endings are worth reading.
    """
    names = _names()
    if name.startswith("."):
        return "hidden"
    lower = name.lower()
    if lower.startswith(names.temporary_prefixes) or lower.endswith(names.temporary_suffixes):
        return "temporary"
    lower = _unpacked(lower)
    stem, dot, extension = lower.rpartition(".")
    if extension in names.pages:
        return "data" if lower in names.data else None
    if lower.endswith(names.sidecars):
        return "sidecar"
    if lower in names.feeds:
        return None
    if lower in names.data:
        return "data"
    if "?" in lower:
        stem, dot, extension = lower.partition("?")[0].rpartition(".")
    return names.reasons.get(extension) if dot and stem else None


def container_of_name(name: str) -> str | None:
    """The format of the container (`capture.container`) that a file of this name should be; None for others."""
    lower = _bare(name)
    known = toml("names")["containers"]
    if lower in known:
        return str(known[lower])
    return next((form for ending, form in known.items() if "." not in ending and lower.endswith(f".{ending}")), None)


def is_page_name(name: str) -> bool:
    """Whether a file of this name says that it is an HTML page."""
    return _bare(name).endswith(_names().page_endings) and not is_text_name(name)


def is_text_name(name: str) -> bool:
    """Whether a file of this name says that it is plain text."""
    return _bare(name).endswith(_TEXT_ENDINGS)


def _bare(name: str) -> str:
    return _unpacked(name.lower())


def _unpacked(lower: str) -> str:
    """The name without the ending of a compression that is read: gzip of anything, Zstandard of archives."""
    inner = lower.removesuffix(".zst")
    return inner if inner.endswith(_IN_ZSTD) else lower.removesuffix(".gz")


def skip_detail(reason: str) -> str:
    """One sentence for people on a reason for skipping; the reason itself where there is none."""
    detail: str = toml("names")["details"].get(reason, reason)
    return detail


@cache
def _folder_reasons() -> dict[str, str]:
    return {name: reason for reason, names in toml("names")["folders"].items() for name in names}


def folder_verdict(name: str) -> str | None:
    """Why a folder of this name is not entered (version-control, code, system, hidden); None if it is."""
    reason = _folder_reasons().get(name)
    if reason is None and name.startswith("."):
        return "hidden"
    return reason


@cache
def _companions() -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = toml("companions")
    return tuple(suffix.lower() for suffix in table["suffixes"]), tuple(table["pages"])


def is_companion_dir(dirname: str, sibling_names: Collection[str]) -> bool:
    """Whether the folder is what a browser saved beside a page: ``X_files`` where ``X.html`` stands beside it.

    `sibling_names` are the names in the folder that holds `dirname`; a set makes the look-ups cheap.
    """
    lower = dirname.lower()
    suffixes, pages = _companions()
    if not lower.endswith(suffixes):
        return False
    stems = {dirname[: -len(suffix)] for suffix in suffixes if lower.endswith(suffix)}
    return any(stem + page in sibling_names for stem in stems for page in (*pages, *map(str.upper, pages)))
