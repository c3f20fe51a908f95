"""Captured text made fit for a model: cleaned of what no reader sees, cut to a budget, in an envelope.

Control characters, bidi controls, tag characters and other invisible ones go, since instructions hide in them. The
envelope's ends carry the capture's ID, a hash of the bytes that the text came from: no page can write its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsidx.harmless import harmless
from newsidx.model import Article

__all__ = ["clean", "clipped", "cost", "enveloped", "numbered", "within"]

_BYTES_PER_TOKEN = 4
"""Of UTF-8. English has about four letters a token, other scripts more bytes a letter and fewer letters a token; the
estimate is meant to be rather too high than too low."""


def clean(text: str | None) -> str:
    """One line of text without anything that is not seen."""
    return harmless(text or "").strip()


def clipped(text: str | None, chars: int = 300) -> str:
    """As `clean`, cut where a name or a title is longer than any is: so that none takes an answer for itself."""
    text = clean(text)
    return text if len(text) <= chars else text[:chars].rstrip() + " […]"


def cost(text: str) -> int:
    """About how many tokens a text takes."""
    return len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN + 1


def numbered(article: Article) -> list[str]:
    """All paragraphs that are the article's own, each with its zone and number, in reading order."""
    found = []
    for zone, paragraphs in article.zones():
        if zone not in ("promo", "page"):
            found += [f"[{zone} {i}] {clean(text)}" for i, text in enumerate(paragraphs)]
    return found


def within(paragraphs: Iterable[str], budget: int) -> Iterator[str]:
    """As many paragraphs as the budget of tokens holds, and at least one (cut, if it is longer than all of it)."""
    left = budget
    for i, paragraph in enumerate(paragraphs):
        needs = cost(paragraph)
        if needs > left:
            if i == 0:
                yield paragraph.encode()[: left * _BYTES_PER_TOKEN].decode("utf-8", "ignore") + " […]"
            return
        left -= needs
        yield paragraph


def enveloped(id_: str, paragraphs: Iterable[str], captured: str) -> str:
    """The paragraphs between two lines that say what they are."""
    mark = id_[:16]
    return "\n".join((f"<<<captured {mark} {captured}", *paragraphs, f"captured {mark}>>>"))
