"""One article to read: headline, who, where and when, the text, and every other zone set apart below."""

from __future__ import annotations

from collections.abc import Sequence

from newsidx.cli._hits import headline_of, shown_moment, shown_path
from newsidx.cli._screen import Screen, Span, Styles, Text, joined
from newsidx.model import Article

__all__ = ["print_article"]

_MARGIN = 2
_UNWRAPPED = frozenset({"url", "canonical", "path"})
_ZONE_HEADINGS = (
    ("correction", "Corrections"),
    ("caption", "Captions"),
    ("credit", "Credits"),
    ("promo", "Promoted on the page"),
    ("page", "The rest of the page"),
)


def print_article(
    screen: Screen, article: Article, *, short_id: str | None = None, paths: Sequence[str] = (), evidence: bool = False
) -> None:
    """The article; with `evidence`, also where each metadata value comes from."""
    screen.print(Span(headline_of(article), Styles.HEADLINE), is_prose=True)
    if article.deck:
        screen.print(article.deck, is_prose=True)
    screen.blank()
    _print_metadata(screen, article, short_id, paths)
    for paragraph in article.body:
        screen.blank()
        screen.print(paragraph, is_prose=True)
    zones = dict(article.zones())
    for name, heading in _ZONE_HEADINGS:
        _print_zone(screen, heading, zones[name])
    _print_links(screen, article)
    if evidence and article.evidence:
        _print_heading(screen, "Evidence")
        for field, where in sorted(article.evidence.items()):
            screen.print(Span(f"{field}: ", Styles.FAINT), where, indent=_MARGIN)


def _print_metadata(screen: Screen, article: Article, short_id: str | None, paths: Sequence[str]) -> None:
    source = [part for part in (article.source.name, article.source.domain) if part]
    facts: list[Text] = [*(dict.fromkeys(source) or ["unknown source"]), shown_moment(article.published)]
    if article.section:
        facts.append(article.section)
    screen.print(*joined(facts), hanging=_MARGIN)
    if article.authors:
        screen.print("by ", *joined(article.authors, ", "), hanging=_MARGIN)
    rows: list[tuple[str, list[Text]]] = [
        ("modified", [shown_moment(article.modified)] if article.modified else []),
        ("captured", [shown_moment(article.captured)] if article.captured else []),
        ("indexed", [shown_moment(article.indexed)] if article.indexed else []),
        ("tags", joined(article.tags, ", ")),
        ("kind", joined([article.kind, *([article.lang] if article.lang else []), f"{article.words} words"], ", ")),
        ("flags", joined(article.flags, ", ")),
        ("url", _name(article.url)),
        ("canonical", _name(article.canonical_url if article.canonical_url != article.url else None)),
        ("key", _name(article.key)),
        ("id", _name(article.id if short_id is None else short_id)),
    ]
    rows += [("path", _name(shown_path(path))) for path in paths]
    for label, texts in rows:
        if texts:
            is_wrapped = label not in _UNWRAPPED
            screen.print(*texts, lead=Span(f"{label}: ", Styles.FAINT), hanging=_MARGIN, is_wrapped=is_wrapped)


def _name(text: str | None) -> list[Text]:
    return [Span(text, Styles.NAME, is_name=True)] if text else []


def _print_heading(screen: Screen, heading: str) -> None:
    screen.blank()
    screen.print(Span(heading, Styles.HEADING))


def _print_zone(screen: Screen, heading: str, paragraphs: Sequence[str]) -> None:
    if not paragraphs:
        return
    _print_heading(screen, heading)
    for paragraph in paragraphs:
        screen.print(paragraph, indent=_MARGIN, is_prose=True)


def _print_links(screen: Screen, article: Article) -> None:
    if not article.links:
        return
    _print_heading(screen, "Links")
    for link in article.links:
        text = [f"{link.text}: "] if link.text else []
        screen.print(*text, Span(link.url, Styles.NAME, is_name=True), indent=_MARGIN, hanging=2 * _MARGIN)
