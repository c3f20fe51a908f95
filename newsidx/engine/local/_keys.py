"""Keys of the dictionaries: how a term carries its language, and how the lexicon writes down a form."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["encoded", "form_entry", "form_prefix", "read_form_entry", "tagged", "untagged"]

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


def form_prefix(form: str) -> bytes:
    """What every lexicon entry of a written form begins with."""
    return encoded(form + _UNIT)


def form_entry(form: str, became: Mapping[str, tuple[str, ...]]) -> bytes:
    """A written form with the terms it becomes, by language: those where that is more than its folded self."""
    parts = (_GROUP.join((lang, *terms)) for lang, terms in sorted(became.items()))
    return form_prefix(form) + encoded(_RECORD.join(parts))


def read_form_entry(entry: bytes) -> tuple[str, dict[str, tuple[str, ...]]]:
    """What `form_entry` was given."""
    form, _, rest = entry.decode("utf-8", "surrogatepass").partition(_UNIT)
    became = {}
    for part in rest.split(_RECORD) if rest else ():
        lang, *terms = part.split(_GROUP)
        became[lang] = tuple(terms)
    return form, became
