"""The text of a dump to lines that each are one block: wrapped lines joined, marks of the dump's tool taken off.

Dump tools differ: some write a block a line, some break lines at a width and number the links (``[12]word``, their
addresses in a list at the end), some write Markdown, some put a header of a web archive before the page. What each
adds is taken off here, so that the rules see words only. Called by `text`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Shaped", "archive_header", "shape"]

_MARK = re.compile(r"\[\d{1,4}\](?=\S)")
_RULE = re.compile(r"^\s*(?:[-_=*~]\s?){4,}\s*$")
_RULES = re.compile(r"[-_=*~]\s?[-_=*~]")
_MARKDOWN_LINK = re.compile(r"(!?)\[([^\[\]]{0,300})\]\((\S{0,600}?)(?:\s+\"[^\"]{0,200}\")?\)")
_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,400}?)(?<=\S)\1")
_ARCHIVE_FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{2,40}):\s*(.*)$")
_IMAGE = re.compile(r"^\s*\[(?:IMAGE|IMG|PHOTO|INLINE|EMBED)S?\s?:?\s*(.*?)\]\s*$", re.IGNORECASE)
_MIN_MARKS = 6
_MIN_WIDTH, _MAX_WIDTH = 50, 110
_MIN_WRAPPED = 6


@dataclass(frozen=True, slots=True)
class Shaped:
    """The lines (blank ones kept), and their Markdown links by line."""

    lines: list[str]
    links: dict[int, tuple[tuple[str, str], ...]]


def shape(text: str) -> Shaped:
    """The lines of a dump's text."""
    lines = text.replace("\f", "\n\n").splitlines()
    if lines and lines[0].startswith("WARC/"):
        lines = _without_header(lines)[0]
    if "[" in text and len(_MARK.findall(text)) >= _MIN_MARKS:
        lines = [_MARK.sub("", line) for line in lines]
    lines = _unwrap(lines)
    links: dict[int, tuple[tuple[str, str], ...]] = {}
    if "](" in text:
        lines, links = _without_markdown(lines)
    if "[" in text:
        lines = [_IMAGE.sub(lambda match: match[1], line) if "[" in line else line for line in lines]
    if _RULES.search(text):
        lines = ["" if _RULE.match(line) else line for line in lines]
    return Shaped(lines, links)


def archive_header(text: str) -> dict[str, str]:
    """The fields, by their names in small letters, of a web archive's record header before the page; {} without one."""
    return _without_header(text[:8192].splitlines())[1] if text.startswith("WARC/") else {}


def _without_header(lines: list[str]) -> tuple[list[str], dict[str, str]]:
    header: dict[str, str] = {}
    for i, line in enumerate(lines[1:60], 1):
        found = _ARCHIVE_FIELD.match(line)
        if found is None:
            return lines[i:], header
        header[found[1].casefold()] = found[2].strip()
    return lines[1:], header


def _unwrap(lines: list[str]) -> list[str]:
    """Lines broken at a width are joined again: those after which the next line's first word would not have
    fitted, and (tools break headings earlier) long ones that go on with a small letter."""
    stripped = [line.rstrip() for line in lines]
    width = max(map(len, stripped), default=0)
    lengths = sorted(len(line) for line in stripped if line)
    if lengths and lengths[-1] > _MAX_WIDTH:
        # One long line (an address) does not speak against a width; many do.
        width = lengths[max(0, int(len(lengths) * 0.97) - 1)]
    if not _MIN_WIDTH <= width <= _MAX_WIDTH:
        return stripped
    full = [
        bool(line and following.strip()) and _is_forced(line, following, width)
        for line, following in zip(stripped, [*stripped[1:], ""], strict=True)
    ]
    if sum(full) < _MIN_WRAPPED or sum(full) < 0.15 * len(lengths):
        return stripped
    # A tool's break falls anywhere in a sentence; lines of like length that end one are lines of their own.
    ends = sum(
        is_full and line.endswith((".", "!", "?", "”", '"')) for line, is_full in zip(stripped, full, strict=True)
    )
    if ends > 0.3 * sum(full):
        return stripped
    joined: list[str] = []
    is_open = False
    for line, is_full in zip(stripped, full, strict=True):
        if is_open:
            joined[-1] = f"{joined[-1]} {line.strip()}"
        else:
            joined.append(line)
        is_open = is_full
    return joined


def _is_forced(line: str, following: str, width: int) -> bool:
    words = following.split(None, 1)
    if len(line) > width:
        return False
    return len(line) + 1 + len(words[0]) > width - 1 or (len(line) > 0.7 * width and words[0][0].islower())


def _without_markdown(lines: list[str]) -> tuple[list[str], dict[int, tuple[tuple[str, str], ...]]]:
    links: dict[int, tuple[tuple[str, str], ...]] = {}
    plain: list[str] = []
    for i, marked in enumerate(lines):
        line = marked
        if "](" in line:
            found = tuple((m[3], m[2]) for m in _MARKDOWN_LINK.finditer(line) if not m[1] and m[2] and m[3])
            line = _MARKDOWN_LINK.sub(lambda m: m[2], line)
            if found:
                links[i] = found
        heading = _MARKDOWN_HEADING.match(line)
        if heading:
            line = heading[1]
        if "**" in line or "__" in line:
            line = _BOLD.sub(lambda m: m[2], line)
        plain.append(line)
    return plain, links
