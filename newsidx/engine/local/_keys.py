"""Keys of the dictionaries: how a term carries its language, and how the lexicon writes down a form."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["encoded", "form_terms", "read_form_terms", "tagged", "untagged"]

# Control characters that no token holds.
_UNIT, _RECORD, _GROUP = "\x1f", "\x1e", "\x1d"


def encoded(text: str) -> bytes:
    """A key's bytes; any text has some, lone surrogates too."""
    return text.encode("utf-8", "surrogatepass")


def tagged(term: str, lang: str | None) -> bytes:
    """The index term of an article in `lang`: a stem is one language's own, and so are its frequencies."""
    return encoded(f"{term}{_UNIT}{lang or ''}")


def untagged(key: bytes) -> tuple[str, str | None]:
    """What `tagged` was given."""
    term, _, lang = key.decode("utf-8", "surrogatepass").rpartition(_UNIT)
    return term, lang or None


def form_terms(became: Mapping[str, tuple[str, ...]]) -> bytes:
    """The terms that a written form becomes, by language: those where that is more than its folded self."""
    return encoded(_RECORD.join(_GROUP.join((lang, *terms)) for lang, terms in sorted(became.items())))


def read_form_terms(value: bytes) -> dict[str, tuple[str, ...]]:
    """What `form_terms` was given."""
    became = {}
    for part in value.decode("utf-8", "surrogatepass").split(_RECORD) if value else ():
        lang, *terms = part.split(_GROUP)
        became[lang] = tuple(terms)
    return became
