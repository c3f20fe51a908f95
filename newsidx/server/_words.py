"""What the page says in words: dates as people write them, languages by name, citations, links to an original."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

from newsidx.model import Article, Moment

__all__ = ["citation", "direction", "lang_attr", "language", "number", "original_link", "shown_moment", "shown_period"]

_MONTHS = (
    "January February March April May June July August September October November December"  # the page is in English
).split()
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_FRAGMENT_WORDS = 8


@cache
def _table() -> tuple[dict[str, str], frozenset[str]]:
    table = tomllib.loads((Path(__file__).parent / "tables" / "languages.toml").read_text("utf-8"))
    return table["names"], frozenset(table["rtl"])


def language(code: str | None) -> str:
    """The name of a language."""
    if not code:
        return "unknown"
    primary, _, rest = code.partition("-")
    name = _table()[0].get(primary.lower())
    return code if name is None else f"{name} ({rest})" if rest else name


def lang_attr(code: str | None) -> str:
    """The code if it can be one; a page may declare anything."""
    return code if code and len(code) <= 35 and _TAG.fullmatch(code) else ""


def direction(code: str | None) -> str:
    """The direction that a text in the language is written in; ``auto`` where the text itself has to tell."""
    if not code:
        return "auto"
    return "rtl" if code.partition("-")[0].lower() in _table()[1] else "ltr"


def number(count: int) -> str:
    """A count with its thousands set apart."""
    return f"{count:,}"


def shown_moment(moment: Moment | None) -> str:
    """A date as it was printed, as exactly as it is known."""
    if moment is None:
        return "undated"
    wall = moment.wall
    match moment.precision:
        case "year":
            return str(wall.year)
        case "month":
            return f"{_MONTHS[wall.month - 1]} {wall.year}"
        case "day":
            return f"{wall.day} {_MONTHS[wall.month - 1]} {wall.year}"
    day = f"{wall.day} {_MONTHS[wall.month - 1]} {wall.year}, {wall:%H:%M}"
    if moment.offset_minutes is None:
        return day
    hours, minutes = divmod(abs(moment.offset_minutes), 60)
    sign = "−" if moment.offset_minutes < 0 else "+"
    shift = "" if not moment.offset_minutes else f"{sign}{hours}{f':{minutes:02}' if minutes else ''}"
    return f"{day} UTC{shift}"


def shown_period(period: str) -> str:
    """A year, month or day (2023, 2023-07, 2023-07-01) in words."""
    try:
        return shown_moment(Moment.parse(period))
    except ValueError:
        return period


def citation(article: Article) -> str:
    """The article as a footnote names it, with what proves which capture was read."""
    parts = []
    if article.authors:
        parts.append(", ".join(article.authors) + ".")
    headline = article.headline or "(without a headline)"
    parts.append(f"“{headline}{'' if headline[-1:] in '.?!…' else '.'}”")
    source = article.source.name or article.source.domain
    where = [source] if source else []
    where.append(shown_moment(article.published) if article.published else "n.d.")
    parts.append(", ".join(where) + ".")
    url = article.canonical_url or article.url
    if url:
        parts.append(f"{url}.")
    captured = f"Captured {shown_moment(article.captured)}, " if article.captured else "Capture "
    parts.append(f"{captured}SHA-256 {article.id}.")
    return " ".join(parts)


def original_link(article: Article, passage: str = "") -> tuple[str, str] | None:
    """(address, host) of the page that was captured, pointing at the passage (a text fragment); None where there is
    no address, or not one of the web."""
    url = article.canonical_url or article.url
    if not url or not re.match(r"https?://", url, re.IGNORECASE):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if not host:
        return None
    words = " ".join(passage.split()[:_FRAGMENT_WORDS])
    fragment = f"#:~:text={quote(words, safe='')}".replace("-", "%2D") if words else ""
    return f"{parts._replace(fragment='').geturl()}{fragment}", host
