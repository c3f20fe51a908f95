"""What a capture is: article, live, gallery, stub, listing, refusal or other.

Conservative by design: only articles, live reports, galleries and stubs are searched unless others are asked for, so
an article called a listing would be lost, while a listing called an article is a poor hit. Whatever the page declares
itself an article and has text enough is one. Called by the readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Signs", "decide_kind", "is_declared_article"]

_STUB_WORDS = 220
_REFUSAL_WORDS = 250
_REFUSAL_HEAD_WORDS = 60
_CONSENT_WORDS = 2500
_LISTING_WORDS = 120
_FEW_WORDS = 15
_SHORT_WORDS = 40
"""A page without a date that does not call itself an article, and whose text is in no ``article``, is none with fewer
words. Swept over 15, 25, 35 and 45 on 961 real pages, nearly all of them articles: none changes."""
_TEASER_LINKS = 0.33
_TEASER_SHARE = 0.5
"""Of the lines taken for body so many stand right below a link to another article: the texts of teasers."""
_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|Review)$")
_LISTING_TYPES = frozenset(("CollectionPage", "SearchResultsPage", "og:website", "ItemList"))


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells of the kind. Counts are of words; `link_share` is the part of the page's text inside links."""

    types: frozenset[str] = frozenset()
    is_free: bool | None = None
    headline: str = ""
    title: str = ""
    body_words: int = 0
    page_words: int = 0
    caption_words: int = 0
    promo_words: int = 0
    link_share: float = 0.0
    teaser_share: float = 0.0
    has_paywall: bool = False
    has_date: bool = False
    is_marked: bool = False
    """Whether the text stands in an ``article`` element."""
    is_root_url: bool = False
    live_share: float = 0.0
    gallery_share: float = 0.0
    text: str = ""
    """The page's text, as much of it as is needed to see a refusal (a few thousand code points)."""


def decide_kind(signs: Signs) -> str:
    """One of `newsidx.model.KINDS`."""
    is_declared = is_declared_article(signs.types)
    if _is_refusal(signs, is_declared):
        return "refusal"
    if "LiveBlogPosting" in signs.types or (signs.live_share > 0.6 and signs.body_words > 200):
        return "live"
    if not is_declared and _is_listing(signs):
        return "listing"
    if (signs.has_paywall or signs.is_free is False) and signs.body_words < _STUB_WORDS:
        return "stub"
    if signs.types & {"ImageGallery", "MediaGallery"} or (
        signs.gallery_share > 0.6 and signs.caption_words > signs.body_words
    ):
        return "gallery"
    words = signs.body_words + signs.caption_words
    if not is_declared and (words < _FEW_WORDS or (words < _SHORT_WORDS and not (signs.has_date or signs.is_marked))):
        return "refusal" if _says_refusal(signs) else "other"
    return "article"


def is_declared_article(types: Iterable[str]) -> bool:
    """Whether a page says to machines that it is an article."""
    return any(each == "og:article" or _ARTICLE_TYPE.search(each) for each in types)


def _is_refusal(signs: Signs, is_declared: bool) -> bool:
    heads, anywhere = _refusals()[:2]
    is_headed = any(heads.search(text) for text in (signs.headline, signs.title) if text)
    if is_declared or signs.has_date:
        return is_headed and signs.body_words < _REFUSAL_HEAD_WORDS
    if is_headed:
        return signs.body_words < _CONSENT_WORDS
    return signs.page_words < _REFUSAL_WORDS and anywhere.search(signs.text) is not None


def _says_refusal(signs: Signs) -> bool:
    """Whether a page without an article speaks of passwords, robots, privacy or errors, in whatever words."""
    words_of_title, words_of_text = _refusals()[2:]
    if words_of_title.search(signs.headline) or words_of_title.search(signs.title):
        return True
    return signs.page_words < _REFUSAL_WORDS and words_of_text.search(signs.text) is not None


def _is_listing(signs: Signs) -> bool:
    if signs.is_root_url:
        return signs.body_words < 4 * _LISTING_WORDS
    if signs.has_date and signs.body_words >= _LISTING_WORDS // 2:
        return False
    if not signs.has_date and signs.link_share > _TEASER_LINKS and signs.teaser_share > _TEASER_SHARE:
        return signs.body_words < 2 * _LISTING_WORDS
    if signs.body_words >= _LISTING_WORDS:
        return False
    if signs.promo_words > 100 and signs.promo_words > 10 * signs.body_words:
        return True
    crowded = (
        signs.link_share > 0.6
        and signs.body_words < _LISTING_WORDS // 2
        and signs.page_words > 8 * max(signs.body_words, 40)
    )
    return crowded or (bool(signs.types & _LISTING_TYPES) and signs.link_share > 0.4)


@cache
def _refusals() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Phrases of titles (the whole of it, or of its part before the site's name), and of texts; beginnings of words in
    titles, and in texts."""
    parts: dict[str, list[str]] = {"title": [], "text": [], "title-word": [], "text-word": []}
    where = "title"
    for line in (Path(__file__).parent / "tables" / "html_refusals.txt").read_text("utf-8").splitlines():
        phrase = line.partition("#")[0].strip()
        if phrase[:1] == "[" and phrase[1:-1] in parts:
            where = phrase[1:-1]
        elif phrase:
            parts[where].append(re.escape(phrase))
    return (
        re.compile(rf"^\W*(?:{'|'.join(parts['title'])})[!.… ]*(?:$|\s[-|–—:·•«»]|[|:])", re.IGNORECASE),
        re.compile("|".join(parts["text"]), re.IGNORECASE),
        _beginnings(parts["title-word"]),
        _beginnings(parts["text-word"]),
    )


def _beginnings(words: list[str]) -> re.Pattern[str]:
    """Words that begin so, the shortest as they stand; in scripts that do not part words, anywhere."""
    found = "|".join(rf"{word}\b" if len(word) <= _WHOLE_CHARS and word.isascii() else word for word in words)
    return re.compile(rf"(?:(?<![^\W\d_])|(?=[\u3000-\uffff]))(?:{found})", re.IGNORECASE)


_WHOLE_CHARS = 4
