"""The reader of plain-text dumps."""

from __future__ import annotations

from newsidx.extract.dates import find_date
from newsidx.extract.lines import split_byline, split_credit
from newsidx.extract.text_decode import decode
from newsidx.extract.text_label import lay_out
from newsidx.extract.text_lines import blocks_of, describe
from newsidx.model import Article, Capture

__all__ = ["extract_text"]


def extract_text(capture: Capture) -> Article:
    lines = describe(blocks_of(decode(capture.data)))
    layout = lay_out(lines)
    zones = {}
    pub = None
    authors = ()
    for i, (line, label) in enumerate(zip(lines, layout.labels)):
        z = label.zone
        if z == "head": z = "page"
        if z == "caption":
            c, k = layout.credits.get(i) or split_credit(line.text)
            zones.setdefault("caption", []).append(c)
            if k: zones.setdefault("credit", []).append(k)
            continue
        if z == "date" and pub is None:
            pub = find_date(line.text)[0]
        if z in ("byline","date") and not authors:
            authors = split_byline(line.text, is_lead_needed=z=="date")
        zones.setdefault(z, []).append(line.text)
    t = lambda n: tuple(zones.get(n, ()))
    return Article(capture.id, headline=layout.headline.text if layout.headline else None, body=t("body"), captions=t("caption"), credits=t("credit"),
        deck=(t("deck") or (None,))[0], promo=t("promo"), page=t("page"), published=pub, authors=authors)
