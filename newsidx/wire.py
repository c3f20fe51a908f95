"""The JSON shape of everything newsidx sends: articles, results, outcomes, reports, errors. In this one place.

Whoever prints or sends JSON (the command line first) builds it here from the values of the API and writes it with
`dumps`. Nothing here reads an index. Each document carries ``version``, which is `WIRE_VERSION`; it rises when a
field changes meaning or goes, not when one is added. Missing is null, moments are ISO 8601 as the outlet printed them
(with an offset only where the page gave one), offsets are code points, times are in seconds, sizes in bytes.

======== ===========================================================================================================
document fields
======== ===========================================================================================================
article  ``version`` and the fields of `newsidx.Article` under their own names (`shape.article_to_dict`): ``id``,
         ``kind``, ``headline``, ``deck``, ``body`` (paragraphs), ``captions``, ``credits``, ``corrections``,
         ``promo``, ``page``, ``tags``, ``section``, ``authors``, ``source`` {``name``, ``domain``}, ``url``,
         ``canonical_url``, ``published``, ``modified``, ``captured``, ``indexed``, ``lang``, ``links``
         [{``url``, ``text``, ``paragraph``}], ``words``, ``evidence`` {field: where from}, ``flags``, ``extractor``,
         ``key``; of an article of an index also ``short_id``, ``paths`` and ``path`` (the first of them)
explanation an article's fields, and ``blocks`` [{``text``, ``written_as``, ``zone``, ``why``}] of the page in their
         order, ``memory`` {``source``, ``template``}: what the page was read with
results  ``version``, ``query``, ``total`` (exact), ``offset``, ``tz`` (in which relative dates were read),
         ``notes`` [{``kind``, ``text``, ``query``}], ``partial``, ``suggestion`` (a query, or null), ``facets``
         {field: {``distinct``, ``counts`` [{``value`` (null: unknown), ``count``, ``query``}]}}, ``explanation``,
         ``commit``, ``cursor`` (null where there are no more hits), ``nearest`` [hit], ``hits`` [hit]
explan-  ``query``, ``parts`` [{``text``, ``articles``, ``depth``}], ``words`` [{``word``, ``lang``, ``terms``,
ation    ``articles``, ``stemmed``}], ``plan``, ``milliseconds``; null unless it was asked for
why      ``version``, ``id``, ``matches``, ``score``, ``rank``, ``total``, ``parts`` [{``text``, ``matches``,
         ``score``, ``reason``}], ``change`` (a query, or null)
suggest  ``version``, ``prefix``, ``suggestions`` [{``text``, ``articles``}]
hit      an article's fields, and ``score``, ``short_id``, ``paths``, ``path``, ``is_current``, ``missing`` (words
         that one of ``nearest`` lacks), ``headline_pieces`` [piece], ``snippets`` [{``zone``, ``paragraph``,
         ``start``, ``end``, ``pieces`` [piece]}]; a piece is {``text``, ``is_match``}
outcome  ``version``, ``path``, ``status``, ``id``, ``reason``, ``detail``, ``of``: what became of one capture
report   of an add or a reparse: ``version``, ``index``, ``created``, ``counts`` {status: number}, ``reasons``
         {status: {reason: number}},
         ``examples`` [outcome], ``seconds``, ``captures_per_second``, ``bytes_read``, ``commits``, ``interrupted``,
         ``dry_run``
removal  ``version``, ``ids``, ``articles`` [{``id``, ``headline``, ``source``, ``published``}], ``removed``
roots    ``version``, ``roots`` [{``path``, ``captures``, ``exists``}]
stats    ``version``, ``index``, ``articles``, ``earlier``, ``by_kind``, ``by_lang``, ``by_source``, ``segments``,
         ``size_bytes``
check    ``version``, ``index``, ``problems`` [{``what``, ``text``}]
error    ``version``, ``error`` {``kind``, ``message``}; of a query also ``reason``, ``text``, ``start``, ``end``,
         ``suggestion``; of others, where they are known, ``option``, ``prefix``, ``matches``, ``path``, ``pid``,
         ``reason``
======== ===========================================================================================================

JSON Lines are documents of one kind, one a line; hits as JSON Lines carry ``version`` each. CSV is of the same version:
its head line names the columns, those of hits (`newsidx.cells.CSV_FIELDS`, or the fields that were chosen) by their
names above, those of counts ``field``, ``value`` (empty: unknown), ``count``, ``query``; what JSON has as a list is
joined by `` | ``. Atom feeds of the server are RFC 4287 with the ``totalResults`` of OpenSearch 1.1, and have no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from newsidx.errors import NewsidxError
from newsidx.model import Article, Hit, Note, ParseExplanation, Piece, Results, Snippet
from newsidx.shape import ARTICLE_FIELDS, article_field, article_to_dict

if TYPE_CHECKING:
    from newsidx.model import (
        AddReport,
        Explanation,
        Facet,
        Outcome,
        Problem,
        Removal,
        Repair,
        RootInfo,
        Stats,
        Suggestion,
        Why,
    )

__all__ = [
    "HIT_FIELDS",
    "SPECIALS",
    "WIRE_VERSION",
    "article_to_wire",
    "check_to_wire",
    "dumps",
    "error_to_wire",
    "explanation_to_wire",
    "hit_to_wire",
    "iter_results_json",
    "outcome_to_wire",
    "parse_explanation_to_wire",
    "removal_to_wire",
    "repair_to_wire",
    "report_to_wire",
    "results_to_wire",
    "roots_to_wire",
    "stats_to_wire",
    "suggestions_to_wire",
    "versioned",
    "why_to_wire",
]

WIRE_VERSION = 1

# Characters that no one sees and that change what others look like, or what a terminal does: control characters,
# separators of lines, bidi controls, joiners and fillers, tags, variation selectors, lone surrogates, noncharacters
# (Unicode 16: general categories Cc, Cf, Cs, Zl, Zp and the property Default_Ignorable_Code_Point).
SPECIALS = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
"""The special characters, as the inside of a regular expression's character class."""

_OWN_HIT_FIELDS: dict[str, Callable[[Hit], Any]] = {
    "score": lambda hit: hit.score,
    "short_id": lambda hit: hit.short_id,
    "paths": lambda hit: list(hit.paths),
    "path": lambda hit: hit.path,
    "is_current": lambda hit: hit.is_current,
    "missing": lambda hit: list(hit.missing),
    "headline_pieces": lambda hit: _pieces(hit.headline_pieces),
    "snippets": lambda hit: [_snippet(snippet) for snippet in hit.snippets],
}
HIT_FIELDS: tuple[str, ...] = (*ARTICLE_FIELDS, *_OWN_HIT_FIELDS)
"""The names of a hit's fields."""


def dumps(value: object, *, indent: int | None = None) -> str:
    """JSON text in which special characters are escaped and all others stand as they are; one line without `indent`."""
    separators = (", ", ": ") if indent is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators, allow_nan=False)
    if text.isascii() and "\x7f" not in text:
        return text
    return _maybe_special().sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1] if _special().match(match[0]) else match[0]


@cache
def _special() -> re.Pattern[str]:
    return re.compile(f"[{SPECIALS}]")


@cache
def _maybe_special() -> re.Pattern[str]:
    """What must be looked at. json.dumps escapes the first 32, and breaks lines with them. All beyond the BMP is looked
    at, and most of it left as it is: a class without ranges up there is a table to the engine of re, 2.5 to 7 times as
    fast."""
    return re.compile(f"[{SPECIALS[: SPECIALS.index(chr(0x110BD))]}\U00010000-\U0010ffff]".replace("\x00-\x1f", ""))


def versioned(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A document with these fields."""
    return {"version": WIRE_VERSION} | dict(fields)


def article_to_wire(
    article: Article, *, short_id: str | None = None, paths: Sequence[str] | None = None
) -> dict[str, Any]:
    """The document of one article; of an article of an index with its `short_id` and `paths`."""
    document = versioned(article_to_dict(article))
    if short_id is not None:
        document["short_id"] = short_id
    if paths is not None:
        document |= {"paths": list(paths), "path": paths[0] if paths else None}
    return document


def parse_explanation_to_wire(explanation: ParseExplanation, *, paths: Sequence[str] | None = None) -> dict[str, Any]:
    """The document of an article and how it came out of its capture."""
    blocks = [
        {"text": block.text, "written_as": block.written_as, "zone": block.zone, "why": block.why}
        for block in explanation.blocks
    ]
    memory = {"source": explanation.source or None, "template": explanation.template or None}
    return article_to_wire(explanation.article, paths=paths) | {"blocks": blocks, "memory": memory}


def hit_to_wire(hit: Hit, fields: Sequence[str] | None = None) -> dict[str, Any]:
    """The fields of one hit, as `HIT_FIELDS` names them; only `fields`, in their order, where they are given."""
    article = hit.article
    return {
        name: _OWN_HIT_FIELDS[name](hit) if name in _OWN_HIT_FIELDS else article_field(article, name)
        for name in (HIT_FIELDS if fields is None else fields)
    }


def _pieces(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    return [{"text": piece.text, "is_match": piece.is_match} for piece in pieces]


def _snippet(snippet: Snippet) -> dict[str, Any]:
    return {
        "zone": snippet.zone,
        "paragraph": snippet.paragraph,
        "start": snippet.start,
        "end": snippet.end,
        "pieces": _pieces(snippet.pieces),
    }


def _note(note: Note) -> dict[str, Any]:
    return {"kind": note.kind, "text": note.text, "query": note.query}


def _results_head(results: Results) -> dict[str, Any]:
    return versioned(
        {
            "query": results.query,
            "total": results.total,
            "offset": results.offset,
            "tz": results.tz,
            "notes": [_note(note) for note in results.notes],
            "partial": results.partial,
            "suggestion": results.suggestion,
            "facets": {name: _facet(facet) for name, facet in results.facets.items()},
            "explanation": None if results.explanation is None else explanation_to_wire(results.explanation),
            "commit": results.commit,
            "cursor": results.cursor,
        }
    )


def _facet(facet: Facet) -> dict[str, Any]:
    rows = [{"value": row.value, "count": row.count, "query": row.query} for row in facet.counts]
    return {"distinct": facet.distinct, "counts": rows}


def explanation_to_wire(explanation: Explanation) -> dict[str, Any]:
    """How a query was understood: part of the document of its results."""
    return {
        "query": explanation.query,
        "parts": [{"text": part.text, "articles": part.articles, "depth": part.depth} for part in explanation.parts],
        "words": [
            {
                "word": word.word,
                "lang": word.lang,
                "terms": list(word.terms),
                "articles": word.articles,
                "stemmed": word.stemmed,
            }
            for word in explanation.words
        ],
        "plan": list(explanation.plan),
        "milliseconds": explanation.milliseconds,
    }


def why_to_wire(why: Why) -> dict[str, Any]:
    """The document of why an article is found where it is, or not."""
    return versioned(
        {
            "id": why.id,
            "matches": why.matches,
            "score": why.score,
            "rank": why.rank,
            "total": why.total,
            "parts": [
                {"text": part.text, "matches": part.matches, "score": part.score, "reason": part.reason}
                for part in why.parts
            ],
            "change": why.change,
        }
    )


def suggestions_to_wire(prefix: str, suggestions: Iterable[Suggestion]) -> dict[str, Any]:
    """The document of how a text may go on."""
    found = [{"text": suggestion.text, "articles": suggestion.articles} for suggestion in suggestions]
    return versioned({"prefix": prefix, "suggestions": found})


def results_to_wire(results: Results) -> dict[str, Any]:
    """The document of a search's results."""
    return _results_head(results) | {
        "nearest": [hit_to_wire(hit) for hit in results.nearest],
        "hits": [hit_to_wire(hit) for hit in results.hits],
    }


def iter_results_json(
    results: Results, hits: Iterable[Hit], *, fields: Sequence[str] | None = None, indent: int | None = None
) -> Iterator[str]:
    """The JSON text of `results` with `hits` in place of its own, in pieces, each hit taken when it is written.

    `fields` keeps only these of each hit's fields, in this order. Each hit begins on a line of its own.
    """
    head = _results_head(results) | {"nearest": [hit_to_wire(hit, fields) for hit in results.nearest]}
    yield dumps(head, indent=indent).rstrip("}").rstrip()
    yield ',\n"hits": ['
    separator = "\n"
    for hit in hits:
        yield separator + dumps(hit_to_wire(hit, fields), indent=indent)
        separator = ",\n"
    yield "\n]}\n"


def outcome_to_wire(outcome: Outcome) -> dict[str, Any]:
    """The document of one outcome of an add."""
    return versioned(
        {
            "path": outcome.path,
            "status": outcome.status,
            "id": outcome.id,
            "reason": outcome.reason,
            "detail": outcome.detail,
            "of": outcome.of,
            "count": outcome.count,
        }
    )


def report_to_wire(report: AddReport, *, index: str, created: bool) -> dict[str, Any]:
    """The document of an add: to which `index`, and whether the add `created` it."""
    done = sum(report.counts.values())
    return versioned(
        {
            "index": index,
            "created": created,
            "counts": dict(report.counts),
            "reasons": {status: dict(reasons) for status, reasons in report.reasons.items()},
            "examples": [outcome_to_wire(outcome) for outcome in report.examples],
            "seconds": round(report.seconds, 3),
            "captures_per_second": round(done / report.seconds, 1) if report.seconds > 0 else None,
            "bytes_read": report.bytes_read,
            "commits": report.commits,
            "interrupted": report.interrupted,
            "uncommitted": report.uncommitted,
            "notes": [_note(note) for note in report.notes],
            "dry_run": report.dry_run,
        }
    )


def removal_to_wire(removal: Removal, *, removed: bool) -> dict[str, Any]:
    """The document of what a remove took out, or (where not `removed`) would have."""
    articles = []
    for article in removal.articles:
        whole = article_to_dict(article)
        articles.append({name: whole[name] for name in ("id", "headline", "source", "published")})
    return versioned({"ids": list(removal.ids), "articles": articles, "removed": removed})


def roots_to_wire(roots: Iterable[RootInfo]) -> dict[str, Any]:
    """The document of an index's roots."""
    return versioned(
        {"roots": [{"path": root.path, "captures": root.captures, "exists": root.exists} for root in roots]}
    )


def stats_to_wire(stats: Stats, *, index: str) -> dict[str, Any]:
    """The document of an index's counts."""
    return versioned(
        {
            "index": index,
            "articles": stats.articles,
            "earlier": stats.earlier,
            "by_kind": dict(stats.by_kind),
            "by_lang": dict(stats.by_lang),
            "by_source": dict(stats.by_source),
            "segments": stats.segments,
            "size_bytes": stats.size_bytes,
        }
    )


def check_to_wire(problems: Iterable[Problem], *, index: str) -> dict[str, Any]:
    """The document of what a check found."""
    found = [{"what": problem.what, "text": problem.text} for problem in problems]
    return versioned({"index": index, "problems": found})


def repair_to_wire(repair: Repair, *, index: str) -> dict[str, Any]:
    """The document of a repair."""
    found = check_to_wire(repair.problems, index=index)
    lost = [{"what": problem.what, "text": problem.text} for problem in repair.lost]
    return found | {"read_again": repair.read_again, "lost": lost}


_ERROR_FIELDS = ("reason", "text", "start", "end", "suggestion", "option", "prefix", "matches", "path", "pid")


def error_to_wire(error: NewsidxError) -> dict[str, Any]:
    """The document of an error, with whichever of its fields it has."""
    fields: dict[str, Any] = {"kind": error.kind, "message": str(error)}
    for name in _ERROR_FIELDS:
        if hasattr(error, name):
            value = getattr(error, name)
            fields[name] = list(value) if isinstance(value, tuple) else value
    return versioned({"error": fields})
