"""How an article came out of its capture: each block with its label and why, each field with its evidence; as text,
and as a page of HTML in which the zones are coloured.

The page is one file that loads nothing and runs nothing: no scripts, no links, no images, and a content security
policy that forbids them. All that comes from captures goes through `_text`.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable, Iterator

from newsidx.cli._hits import headline_of
from newsidx.cli._screen import Screen, Span, Styles
from newsidx.harmless import harmless
from newsidx.model import LabelledBlock, ParseExplanation

__all__ = ["html_of", "print_explanation"]

_ZONES = (
    "headline", "deck", "body", "caption", "credit", "correction", "byline", "date", "section", "tags", "promo", "page",
)  # fmt: skip
_STYLES = {"headline": Styles.HEADLINE, "body": Styles.PLAIN, "promo": Styles.FAINT, "page": Styles.FAINT}
_ZONE_COLUMNS = 12
_FIELDS = (
    "headline",
    "deck",
    "authors",
    "section",
    "tags",
    "published",
    "modified",
    "captured",
    "source",
    "lang",
    "url",
    "canonical_url",
)


def print_explanation(screen: Screen, explanation: ParseExplanation) -> None:
    """Fields first, then the page from top to bottom."""
    screen.print(Span("Fields", Styles.HEADING))
    for name, value, evidence in _fields(explanation):
        screen.print(value, Span(f"  [{evidence}]", Styles.FAINT), lead=Span(f"{name}: ", Styles.FAINT), hanging=2)
    screen.blank()
    screen.print(Span("Blocks", Styles.HEADING))
    for block in explanation.blocks:
        screen.print(
            Span(block.text, _STYLES.get(block.zone, Styles.NAME)),
            Span(f"  [{block.written_as}: {block.why}]", Styles.FAINT),
            lead=Span(block.zone.ljust(_ZONE_COLUMNS), Styles.NAME),
            hanging=_ZONE_COLUMNS,
        )


def _fields(explanation: ParseExplanation) -> Iterator[tuple[str, str, str]]:
    """Name, value and evidence of each field that has a value."""
    article = explanation.article
    for name in _FIELDS:
        value = getattr(article, name)
        if name == "source":
            shown = ", ".join(part for part in (article.source.name, article.source.domain) if part)
        else:
            shown = ", ".join(value) if isinstance(value, tuple) else str(value or "")
        if shown:
            yield name, shown, article.evidence.get(name, "no evidence recorded")
    yield "kind", article.kind, "the page as a whole"
    yield "extractor", article.extractor or "none", _memory(explanation)


def _memory(explanation: ParseExplanation) -> str:
    if not explanation.source:
        return "no source, hence no memory"
    if explanation.template:
        return f"with template {explanation.template} of {explanation.source}"
    return f"without a template of {explanation.source}"


# The page


def html_of(explanations: Iterable[tuple[str, ParseExplanation]]) -> Iterator[str]:
    """The page, piece by piece: a section for each capture, by its name."""
    digest = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width">\n'
        f"<title>newsidx parse --explain</title>\n<style>{_CSS}</style></head>\n<body>\n<p>"
    )
    yield " ".join(f'<span class="key {zone}">{zone}</span>' for zone in _ZONES)
    yield "</p>\n"
    for name, explanation in explanations:
        yield from _section(name, explanation)
    yield "</body></html>\n"


def _section(name: str, explanation: ParseExplanation) -> Iterator[str]:
    headline = _text(headline_of(explanation.article))
    yield f"<section>\n<h1 dir=auto>{headline}</h1>\n<p class=why>{_text(name)}</p>\n<table>\n"
    for field, value, evidence in _fields(explanation):
        yield f"<tr><th>{_text(field)}</th><td dir=auto>{_text(value)}</td><td class=why>{_text(evidence)}</td></tr>\n"
    yield "</table>\n"
    yield from map(_block, explanation.blocks)
    yield "</section>\n"


def _block(block: LabelledBlock) -> str:
    zone = block.zone if block.zone in _ZONES else "page"
    return (
        f'<div class="block {zone}"><span class=why>{_text(block.zone)}, {_text(block.written_as)}: '
        f"{_text(block.why)}</span><p dir=auto>{_text(block.text)}</p></div>\n"
    )


def _text(text: str) -> str:
    """Foreign text as the content of an element, never of an attribute: no markup, and nothing invisible."""
    return html.escape(harmless(text))


_CSS = """
body { font: 16px/1.45 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a;
  background: #fff; overflow-wrap: anywhere }
table { border-collapse: collapse; margin: 1rem 0 } th { text-align: left; font-weight: 600 }
th, td { padding: .15rem .8rem .15rem 0; vertical-align: top }
.why { color: #666; font-size: .75rem }
.block { border-left: .5rem solid #bbb; padding: .1rem .8rem; margin: .2rem 0 } .block p { margin: .1rem 0 }
.key { border-bottom: .3rem solid #bbb; margin-right: .6rem }
.headline { border-color: #111; background: #eee } .headline p { font-size: 1.3rem; font-weight: 700 }
.deck { border-color: #6a3d9a; background: #f3eef8 } .body { border-color: #1b7837; background: #eef7ef }
.caption { border-color: #2166ac; background: #eaf2f9 } .credit { border-color: #67a9cf; background: #eff6fa }
.correction { border-color: #b2182b; background: #fbecee } .byline { border-color: #b35806; background: #fdf3e7 }
.date { border-color: #c99700; background: #fdf8e3 } .section { border-color: #8c6d31; background: #f8f3e8 }
.tags { border-color: #8c510a; background: #f7efe4 } .promo { border-color: #d6604d; background: #fbf0ee; color: #555 }
.page { border-color: #ccc; background: #fafafa; color: #777 }
"""
