"""Results, hits and articles as a notebook shows them: text and marks, and nothing that a page could have put there.

All text is escaped, and goes without what no reader sees (control characters, bidi controls, tags); there are no links,
styles or scripts. Loaded when a notebook asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsidx.model._articles import Article
    from newsidx.model._results import Hit, Piece, Results

__all__ = ["article_html", "hit_html", "results_html"]

_JOINERS = "\u200c\u200d"  # without them words of Persian and Indic scripts are misspelt
_PARAGRAPHS = 3


def results_html(results: Results) -> str:
    """The hits, what else there is to say, and how many there are."""
    shown = _listed(map(_hit, results.hits), start=results.offset + 1)
    if results.total:
        shown += f"<p>{results.offset + len(results.hits)} of {results.total}</p>"
    else:
        shown += "<p>No article matches.</p>"
    if results.suggestion:
        shown += f"<p>Did you mean <b>{_text(results.suggestion)}</b>?</p>"
    shown += "".join(f"<p>{_text(note.text)}</p>" for note in results.notes)
    if results.nearest:
        shown += f"<p>The nearest have most of the words:</p>{_listed(map(_hit, results.nearest))}"
    return shown


def hit_html(hit: Hit) -> str:
    """One hit."""
    return f'<div dir="auto">{_hit(hit)}</div>'


def article_html(article: Article) -> str:
    """Headline, deck, facts and the first paragraphs."""
    shown = f"<b>{_text(article.headline or '[no headline]')}</b><br>{_facts(article, article.id[:8])}"
    if article.deck:
        shown += f"<p><i>{_text(article.deck)}</i></p>"
    shown += "".join(f"<p>{_text(paragraph)}</p>" for paragraph in article.body[:_PARAGRAPHS])
    more = len(article.body) - _PARAGRAPHS
    end = f"<p><small>and {more} more paragraphs, {article.words} words in all</small></p>" if more > 0 else ""
    return f'<div dir="auto">{shown}{end}</div>'


def _listed(rows: Iterable[str], start: int = 1) -> str:
    items = "".join(f'<li dir="auto">{row}</li>' for row in rows)
    return f'<ol start="{start}">{items}</ol>' if items else ""


def _hit(hit: Hit) -> str:
    headline = _pieces(hit.headline_pieces) or _text(hit.headline or "[no headline]")
    passages = "".join(f"<br>{_pieces(snippet.pieces)}" for snippet in hit.snippets)
    missing = f"<br><small>lacks <s>{_text(', '.join(hit.missing))}</s></small>" if hit.missing else ""
    return f"<b>{headline}</b><br>{_facts(hit.article, hit.short_id)}{missing}{passages}"


def _facts(article: Article, id_: str) -> str:
    """Each set apart from the others, so that an Arabic name does not turn the date beside it around."""
    source = article.source.name or article.source.domain or "unknown source"
    facts = (str(fact) for fact in (source, article.published, article.section, id_) if fact)
    return f"<small>{' · '.join(f'<bdi>{_text(fact)}</bdi>' for fact in facts)}</small>"


def _pieces(pieces: Sequence[Piece]) -> str:
    texts = ((_text(piece.text), piece.is_match) for piece in pieces)
    return "".join(f"<mark>{text}</mark>" if is_match else text for text, is_match in texts)


def _text(text: str) -> str:
    if not text.isprintable():
        text = "".join(c if c.isprintable() or c in _JOINERS else " " if c.isspace() else "" for c in text)
    return escape(text)
