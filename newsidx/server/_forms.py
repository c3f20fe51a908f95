"""The forms in which hits are sent: JSON, JSON Lines, CSV, Atom; chosen by the path's suffix, else by Accept."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsidx.cells import CSV_FIELDS, chosen_fields, write_csv
from newsidx.model import Results
from newsidx.wire import HIT_FIELDS, dumps, hit_to_wire, iter_results_json, versioned

__all__ = ["FORMS", "SHORT_FIELDS", "Form", "best_form", "fields_of", "rendered"]

SHORT_FIELDS: tuple[str, ...] = tuple(
    name
    for name in HIT_FIELDS
    if name not in ("body", "captions", "credits", "corrections", "promo", "page", "links", "evidence", "extractor")
)
"""A hit's fields where none are chosen: all but the article's text, which ``/api/articles/ID`` has."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its suffix and media type."""

    suffix: str
    media_type: str


FORMS: tuple[Form, ...] = (
    Form("json", "application/json"),
    Form("jsonl", "application/x-ndjson"),
    Form("csv", "text/csv"),
    Form("atom", "application/atom+xml"),
)


def best_form(accept: str, forms: Sequence[Form] = FORMS) -> Form | None:
    """The form that an Accept header wants most, the first where it has no wish; None where it wants none of them."""
    if not accept.strip():
        return forms[0]
    wishes = [_wish(part) for part in accept[:1000].split(",")]
    best, most = None, 0.0
    for form in forms:
        weight = _weight(form.media_type, wishes)
        if weight > most:
            best, most = form, weight
    return best


def _wish(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return media, min(1.0, max(0.0, float(value)))
            except ValueError:
                return media, 0.0
    return media, 1.0


def _weight(media_type: str, wishes: list[tuple[str, float]]) -> float:
    """The weight of the wish that says most exactly this type."""
    kind = media_type.partition("/")[0]
    for wanted in (media_type, f"{kind}/*", "*/*"):
        for media, weight in wishes:
            if media == wanted:
                return weight
    return 0.0


def fields_of(text: str | None) -> tuple[str, ...] | None:
    """The fields that a request names; None where it names none. ``*`` are all. OptionError for an unknown one."""
    return HIT_FIELDS if text == "*" else chosen_fields(text)


def rendered(results: Results, form: Form, fields: tuple[str, ...] | None) -> bytes:
    """The results in a form; Atom, which knows where it is served, is made elsewhere."""
    if form.suffix == "csv":
        stream = io.StringIO()
        write_csv(stream, results.hits, fields or CSV_FIELDS)
        return stream.getvalue().encode("utf-8", "replace")
    chosen = fields or SHORT_FIELDS
    if form.suffix == "jsonl":
        return "".join(dumps(versioned(hit_to_wire(hit, chosen))) + "\n" for hit in results.hits).encode()
    return "".join(iter_results_json(replace(results, hits=()), results.hits, fields=chosen)).encode()
