"""The Whoosh schema of a local index: what each Whoosh document may hold, and the field types that Whoosh lacks.

Three sorts of documents share one Whoosh index, so that one Whoosh commit publishes all of them together:

==========  =======================================================================================
an article  ``id`` (SHA-256, hex), ``words``, ``marks``, ``facts``, ``record`` (the stored article)
a page      ``id`` = ``ledger:NAME``, ``record`` (its bytes)
a lexicon   ``id`` = ``lexicon:N``, ``forms`` (written forms and the terms that they become)
==========  =======================================================================================

``words`` holds index terms tagged with the article's language (`tagged`), their occurrences over all zones as the
posting's value; ``marks`` holds what an article is told by, without positions (`newsidx.engine.local._marks`).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from typing import Any, TypeAlias

from whoosh import columns, fields, formats

from newsidx.engine.local._facts import FACTS_BYTES

__all__ = ["LEDGER", "LEXICON", "form_entry", "form_prefix", "read_form_entry", "tagged", "untagged", "whoosh_schema"]

_Postings: TypeAlias = Generator[tuple[bytes, int, float, bytes], Any, None]
"""(term, occurrences, weight, value) of one document, as Whoosh takes them."""

LEDGER = "ledger:"
LEXICON = "lexicon:"

# Control characters that no token holds.
_UNIT, _RECORD, _GROUP = "\x1f", "\x1e", "\x1d"


def tagged(term: str, lang: str | None) -> str:
    """The index term of an article in `lang`: a stem is one language's own, and so are its frequencies."""
    return f"{term}{_UNIT}{lang or ''}"


def untagged(key: str) -> tuple[str, str | None]:
    """What `tagged` was given."""
    term, _, lang = key.rpartition(_UNIT)
    return term, lang or None


def form_prefix(form: str) -> str:
    """What every lexicon entry of a written form begins with."""
    return form + _UNIT


def form_entry(form: str, became: Mapping[str, tuple[str, ...]]) -> str:
    """A written form with the terms it becomes, by language: those where that is more than its folded self."""
    return form_prefix(form) + _RECORD.join(_GROUP.join((lang, *terms)) for lang, terms in sorted(became.items()))


def read_form_entry(entry: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """What `form_entry` was given."""
    form, _, rest = entry.partition(_UNIT)
    became = {}
    for part in rest.split(_RECORD) if rest else ():
        lang, *terms = part.split(_GROUP)
        became[lang] = tuple(terms)
    return form, became


class _Occurrences(formats.Format):
    """A posting's value is its occurrences, unsigned 32-bit numbers, as `newsidx.analysis.postings` packs them."""

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        return len(value) / 4


class WordsField(fields.FieldType):
    """Takes a mapping from tagged term to packed occurrences; no analysis happens here."""

    def __init__(self) -> None:
        super().__init__(format=_Occurrences(), analyzer=None)  # type: ignore[arg-type]

    def index(self, value: Mapping[str, bytes], **_: object) -> _Postings:
        for term, places in value.items():
            count = len(places) // 4
            yield term.encode("utf-8", "surrogatepass"), count, float(count), places


class MarksField(fields.FieldType):
    """Takes strings that the document is found by, as they are."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=None)  # type: ignore[arg-type]

    def index(self, value: Iterable[str], **_: object) -> _Postings:
        for mark in sorted(set(value)):
            yield mark.encode("utf-8", "surrogatepass"), 1, 1.0, b""


class RecordField(fields.FieldType):
    """Bytes that are stored with the document and not indexed."""

    indexed = False

    def __init__(self) -> None:
        super().__init__(format=None, analyzer=None, stored=True)  # type: ignore[arg-type]


def whoosh_schema() -> fields.Schema:
    """The schema that a new index is created with."""
    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        words=WordsField(),
        marks=MarksField(),
        forms=MarksField(),
        facts=fields.COLUMN(columns.FixedBytesColumn(FACTS_BYTES)),
        record=RecordField(),
    )
