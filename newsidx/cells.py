"""Hits as tables: chosen fields of each, as CSV for spreadsheets or as lines with tabs.

A field's name is that of the JSON shape (`newsidx.wire.HIT_FIELDS`). Values of one cell are joined by `` | ``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from newsidx.errors import OptionError
from newsidx.harmless import harmless, harmless_name
from newsidx.model import Hit
from newsidx.wire import HIT_FIELDS, hit_to_wire

__all__ = ["CSV_FIELDS", "chosen_fields", "inert", "write_csv", "write_lines"]

CSV_FIELDS = ("id", "published", "source", "section", "headline", "score", "url", "path", "snippets")
"""The columns of CSV where none are chosen."""

_NAMES = frozenset({"path", "paths", "key"})
_RUN_BY_SPREADSHEETS = frozenset("=+-@\t\r＝＋－＠")  # the wide forms run too


def chosen_fields(option: str | None) -> tuple[str, ...] | None:
    """The fields that ``--fields`` names; OptionError for a name that is none."""
    if option is None:
        return None
    names = tuple(dict.fromkeys(name.strip() for name in option.split(",") if name.strip()))
    unknown = [name for name in names if name not in HIT_FIELDS]
    if unknown or not names:
        wrong = f"there is no field {unknown[0]!r}" if unknown else "no field is named"
        raise OptionError(f"{wrong}; fields are {', '.join(HIT_FIELDS)}", option="fields")
    return names


def write_csv(stream: TextIO, hits: Iterable[Hit], fields: Sequence[str]) -> None:
    """A head line and a line a hit. No cell is one that a spreadsheet would run as a formula."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows([inert(cell) for cell in cells] for cells in _rows(hits, fields))


def write_lines(stream: TextIO, hits: Iterable[Hit], fields: Sequence[str]) -> None:
    """A line a hit, its fields with tabs between them."""
    stream.writelines("\t".join(str(cell) for cell in cells) + "\n" for cells in _rows(hits, fields))


def _rows(hits: Iterable[Hit], fields: Sequence[str]) -> Iterable[list[str | int | float]]:
    for hit in hits:
        values = hit_to_wire(hit, fields)
        yield [_cell(name, values[name]) for name in fields]


def _cell(name: str, value: Any) -> str | int | float:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = _flat(value)
    return harmless_name(text) if name in _NAMES else harmless(text)


def _flat(value: Any) -> str:
    """Any value of the JSON shape as text: of a source its name, of a piece its text, of a link where it leads."""
    if value is None:
        return ""
    if isinstance(value, list):
        is_pieces = bool(value) and isinstance(value[0], Mapping) and "is_match" in value[0]
        return ("" if is_pieces else " | ").join(_flat(item) for item in value)
    if isinstance(value, Mapping):
        return _flat_mapping(value)
    return str(value)


def _flat_mapping(value: Mapping[str, Any]) -> str:
    if "pieces" in value:
        return _flat(value["pieces"])
    if "domain" in value:
        return value["name"] or value["domain"] or ""
    for name in ("url", "text"):
        if name in value:
            return str(value[name])
    return " | ".join(f"{key}: {item}" for key, item in value.items())


def inert(cell: str | int | float) -> str | int | float:
    """The cell as one that no spreadsheet runs."""
    if isinstance(cell, str) and cell[:1] in _RUN_BY_SPREADSHEETS and cell:
        return f"'{cell}"
    return cell
