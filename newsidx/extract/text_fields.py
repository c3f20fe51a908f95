"""What a dump says about its article beside the text: dates, authors, section, tags, outlet, address, language.

Each function looks at labelled lines (`text_label`) where such things stand: around the headline, and after the body.
Nothing is guessed from one word alone: a section is a breadcrumb's or a word of the menu, an outlet's name stands
twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from newsidx.extract.dates import find_dates
from newsidx.extract.lines_phrases import sections, words_of
from newsidx.extract.text_headline import title_parts
from newsidx.extract.text_label import Layout
from newsidx.extract.text_lines import Line, fold
from newsidx.extract.trees import Forest, load
from newsidx.model import Moment

__all__ = [
    "Dates",
    "byline_candidates",
    "find_authors",
    "find_dates_of",
    "find_section",
    "find_source_name",
    "find_tags",
    "is_day_first",
    "is_live",
    "printed_url",
]

_BEFORE_HEADLINE = 12
_AFTER_LOW = 4
_SAID_AFTER_LOW = 14
"""Lines after the beginning of the text: one that says "published" may stand below a picture or a list of points."""
_AFTER_HIGH = 14
_DIGIT = re.compile(r"\d")
_NUMERIC = re.compile(r"(?<![\d./-])(\d\d?)([/-])(\d\d?)\2(?:20)?\d\d(?![\d/-])")
_RUN_TOGETHER = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-ZÀ-ÖØ-ÞА-ЯΑ-Ω])")
_CRUMB = re.compile(r"\s*(?:[>›»/|\\→·•]|::)\s*")
_MAX_SECTION = 40
_MIN_BYLINE = -1.5
"""Swept from -9 to 0 by unseen site: F1 of the authors falls from .58 to .47 (Fundus) and from .84 to .73 (naeb); below
-1.5 most of what is found on pages without a byline is no author."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The printed date of publication, that of the last change, and the lines that they stand on."""

    published: Moment | None = None
    modified: Moment | None = None
    lines: frozenset[int] = field(default_factory=frozenset)


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    return {name: frozenset(" ".join(words_of(e)) for e in entries) for name, entries in sections("text_words.txt")}


def is_day_first(lines: Sequence[Line], lang: str | None, domain: str | None) -> bool | None:
    """How the page writes dates in digits: by another of its dates, its language, its clock, its spelling, its country;
    None if unknown."""
    votes = 0
    is_needed = False
    for line in lines:
        if line.size > 120 or ("/" not in line.text and "-" not in line.text):
            continue
        for match in _NUMERIC.finditer(line.text):
            is_needed = True
            votes += (int(match[1]) > 12) - (int(match[3]) > 12)
    if votes or not is_needed:
        return votes > 0 if votes else None
    if lang and lang != "en":
        return True
    if any(_AFTERNOON.search(line.text) for line in lines if line.size < 120):
        return True
    if lang == "en" and (spelling := _spelling(lines)):
        return spelling == "british"
    if domain and domain.rsplit(".", 1)[-1] in ("uk", "ie", "au", "nz", "in", "za", "ng", "ke", "gh", "sg", "my", "pk"):
        return True
    return None


_AFTERNOON = re.compile(r"(?<![\d:])\d\d?/\d\d?/\d{4}\W{1,5}(?:1[3-9]|2[0-3]):\d\d(?!\s*[ap]\.?m)", re.IGNORECASE)


def _spelling(lines: Sequence[Line]) -> str | None:
    """``british`` or ``american`` by the spelling of the page's prose, None where it does not tell."""
    counts = {"british": 0, "american": 0}
    for line in lines:
        if line.is_prose:
            words = set(words_of(line.text))
            for name in counts:
                counts[name] += len(words & _words()[name])
    british, american = counts["british"], counts["american"]
    if max(british, american) < 2 or min(british, american) * 2 > max(british, american):
        return None
    return "british" if british > american else "american"


def find_dates_of(lines: Sequence[Line], layout: Layout, day_first: bool | None) -> Dates:
    """The dates that stand around the headline, else after the body with a word that says what they are."""
    head = layout.headline.index if layout.headline else layout.low
    near = list(range(head + 1, min(len(lines), max(layout.low + _AFTER_LOW, head + 8))))
    near += range(head - 1, max(-1, head - _BEFORE_HEADLINE), -1)
    found: list[tuple[str, Moment, int]] = []
    for i in near:
        found += [(kind or "plain", moment, i) for kind, moment in _dates_on(lines, i, day_first)]
    if not any(kind not in ("modified", "as-of") for kind, _, _ in found):
        for i in range(layout.high, min(len(lines), layout.high + _AFTER_HIGH)):
            is_next = i < layout.high + 3 and lines[i].size < 90
            found += [
                (kind or "plain", moment, i) for kind, moment in _dates_on(lines, i, day_first) if kind or is_next
            ]
    if not any(kind != "modified" for kind, _, _ in found):
        for i in range(head - _BEFORE_HEADLINE):
            found += [(kind, moment, i) for kind, moment in _dates_on(lines, i, day_first) if kind == "published"]
    if not any(kind == "published" for kind, _, _ in found):
        for i in range(layout.low + _AFTER_LOW, min(len(lines), layout.low + _SAID_AFTER_LOW)):
            found += [(kind, moment, i) for kind, moment in _dates_on(lines, i, day_first) if kind == "published"]
    published = _first(found, "published") or _first_plain(found, lines)
    modified = _first(found, "modified")
    if published is None:
        # "Stand: 28.04.2023, 16:11 Uhr": some outlets print no other date than that of the text as it is.
        published = _first(found, "as-of")
    else:
        modified = modified or _first(found, "as-of")
    chosen = frozenset(i for _, moment, i in found if moment in (published, modified))
    return Dates(published, modified, chosen)


def _first_plain(found: Sequence[tuple[str, Moment, int]], lines: Sequence[Line]) -> Moment | None:
    """The first date without a word that says what it is; one within a sentence ("As told on 14 May at noon.") only
    where none has a line of its own."""
    own = [each for each in found if not (lines[each[2]].is_final and lines[each[2]].size >= _SENTENCE)]
    return _first(own, "plain") or _first(found, "plain")


_SENTENCE = 50


def _first(found: Sequence[tuple[str, Moment, int]], kind: str) -> Moment | None:
    moments = [moment for each, moment, _ in found if each == kind]
    if not moments:
        return None
    return next((m for m in moments if m.day == moments[0].day and m.has_time), moments[0])


def _dates_on(lines: Sequence[Line], i: int, day_first: bool | None) -> list[tuple[str, Moment]]:
    """The dates of a short line, each with ``published``, ``modified``, ``as-of`` or "" by the words before it."""
    line = lines[i]
    text = line.text
    if line.size > 200 or _DIGIT.search(text) is None:
        return []
    result: list[tuple[str, Moment]] = []
    position = letters = 0
    for moment, start, end in find_dates(text, day_first=day_first):
        before = text[position:start]
        letters += len(before)
        kind = _kind(before)
        if not kind and not result and i and not before.strip():
            kind = _kind(lines[i - 1].text) if lines[i - 1].size < 40 else ""
        result.append((kind, moment))
        position = end
    rest = letters + len(text) - position
    return result if rest <= 70 or (any(kind for kind, _ in result) and rest <= 130) else []


def _kind(text: str) -> str:
    words = words_of(re.sub(r"([a-zà-ÿ])([A-ZÀ-Þ])", r"\1 \2", text[-60:]))
    table = _words()
    for size in (3, 2, 1):
        for start in range(len(words) - size, max(-1, len(words) - size - 4), -1):
            phrase = " ".join(words[start : start + size])
            for kind in ("modified", "published", "as-of"):
                if phrase in table[kind]:
                    return kind
    return ""


def byline_candidates(lines: Sequence[Line], layout: Layout) -> list[int]:
    """The lines of names around the headline, or right after the body."""
    places = layout.places
    if places is None:
        return []
    head = layout.headline.index if layout.headline else layout.low
    around = [*range(max(0, head - 20), min(len(lines), layout.low + 7))]
    around += range(max(layout.low + 7, layout.high - 2), min(len(lines), layout.high + 14))
    return [i for i in around if places.names(i)]


def find_authors(lines: Sequence[Line], layout: Layout, forest: Forest | None = None) -> tuple[str, ...]:
    """The names of the line that the model would have for the byline, and of lines like it beside it."""
    places = layout.places
    candidates = byline_candidates(lines, layout)
    if places is None or not candidates:
        return ()
    forest = forest or load("text_byline.json")
    odds = {i: forest.score(places.row(i)) for i in candidates}
    best = max(candidates, key=lambda i: (odds[i], -i))
    if odds[best] < _MIN_BYLINE:
        return ()
    names = list(places.names(best))
    for i in candidates:
        if i != best and abs(i - best) <= 4 and odds[i] > max(0.0, odds[best] - 1.0):
            names += places.names(i)
    return tuple(dict.fromkeys(names))


def find_section(lines: Sequence[Line], layout: Layout) -> str | None:
    """The last crumb of a breadcrumb before the headline; else a kicker that is a word of the page's menu."""
    if layout.headline is None:
        return None
    head = layout.headline
    skip = {fold(head.text)}
    for i in range(head.index + 2, max(-1, head.index - 13), -1):
        if i >= len(lines) or i == head.index:
            continue
        crumbs = _crumbs(lines[i].text)
        if crumbs:
            named = [c for c in crumbs if fold(c) not in skip and not _is_cut_of(c, head.text)]
            if named and len(named[-1]) <= _MAX_SECTION:
                return named[-1]
    found = _crumb_lines(lines, head.index, skip)
    if found:
        return found
    places: list[int] = [*range(head.index - 1, max(-1, head.index - 4), -1), head.index + 1]
    for i in places:
        if 0 <= i < len(lines) and _is_menu_word(lines[i], lines):
            return lines[i].text
    return None


def _is_cut_of(crumb: str, headline: str) -> bool:
    return len(crumb) > 15 and fold(headline).startswith(fold(crumb).rstrip(". …"))


def _crumbs(text: str) -> list[str]:
    """The crumbs of "Home > News > Africa" or "HomeAfrica" after the word for home; [] if the line is none."""
    if not 6 <= len(text) <= 220:
        return []
    homes = _words()["home"]
    parts = [part for part in _CRUMB.split(text) if part]
    if len(parts) == 1:
        parts = [part.strip() for part in _RUN_TOGETHER.split(text) if part.strip()]
    if len(parts) < 2:
        first, _, rest = text.partition(" ")
        if " ".join(words_of(first)) in homes and rest and len(rest) <= _MAX_SECTION and rest[0].isupper():
            return [rest] if len(rest.split()) <= 3 else []
        return []
    while len(parts) > 1 and (" ".join(words_of(parts[0])) in homes or ":" in parts[0]):
        if ":" in parts[0] and " ".join(words_of(parts[0].split(":")[-1])) not in homes:
            return []
        parts = parts[1:]
        return parts if all(len(part) <= 160 for part in parts) else []
    return []


def _crumb_lines(lines: Sequence[Line], head: int, skip: set[str]) -> str | None:
    """Breadcrumbs a line each right before the headline: "Home", "World", "Africa", with "/" lines between or not."""
    crumbs: list[str] = []
    for i in range(head - 1, max(-1, head - 9), -1):
        text = lines[i].text
        if len(text) == 1 or text in ("::", "->"):
            continue
        if " ".join(words_of(text)) in _words()["home"]:
            named = [c for c in crumbs if fold(c) not in skip and len(c) <= _MAX_SECTION]
            return named[0] if named and len(crumbs) <= 4 else None
        if lines[i].size > 160 or lines[i].is_final:
            return None
        crumbs.append(text)
    return None


def _is_menu_word(line: Line, lines: Sequence[Line]) -> bool:
    if (
        line.words > 3
        or not 3 <= len(line.text) <= 30
        or line.phrases & {"boilerplate", "comments", "advert", "promo-heading"}
    ):
        return False
    key = line.key()
    return any(
        other is not line and other.key() == key and _is_in_menu(lines, other.index)
        for other in lines
        if other.repeats > 1
    )


def _is_in_menu(lines: Sequence[Line], i: int) -> bool:
    """Whether the lines around are short too."""
    around = [lines[j] for j in range(i - 2, i + 3) if 0 <= j < len(lines) and j != i]
    return len(around) >= 3 and all(line.size < 40 and line.words <= 4 for line in around)


def find_tags(lines: Sequence[Line], layout: Layout) -> tuple[str, ...]:
    """The words after "Topics:" or below a line that says it, after the body."""
    for i in range(layout.high, min(len(lines), layout.high + 40)):
        line = lines[i]
        if "tags-lead" not in line.phrases or line.size > 400:
            continue
        head, colon, rest = line.text.partition(":")
        if colon and rest.strip() and len(head) <= 40:
            tags = [t.strip(" .#") for t in re.split(r"[,;|•·/]|\s{2,}", rest)]
            tags = [t for t in tags if 2 <= len(t) <= 60]
            if tags and all(len(t.split()) <= 5 for t in tags):
                return tuple(dict.fromkeys(tags[:30]))
        if line.words <= 5:
            below = _tags_below(lines, i + 1)
            if below:
                return below
    return ()


def _tags_below(lines: Sequence[Line], start: int) -> tuple[str, ...]:
    tags: list[str] = []
    for line in lines[start : start + 20]:
        if line.words > 4 or line.size > 45 or line.is_final or line.phrases or (tags and line.gap > 1):
            break
        tags.append(line.text.strip(" #,"))
    return tuple(dict.fromkeys(tag for tag in tags if tag)) if len(tags) < 16 else ()


_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)\s*(?:©|\(c\)|copyright)?\s*", re.IGNORECASE)
_YEARS = re.compile(r"(?:19|20)\d\d(?:\s*[-–—/]\s*(?:(?:19|20)?\d\d|present))?")
_NAME_END = re.compile(
    r"[.|,;–—]|\s-\s|\ball rights\b|\balle rechte\b|\btous droits\b|\btodos los\b|\btodos os\b|\btutti i\b",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"[\s,]+(?:Inc|Ltd|LLC|GmbH|AG|Limited|Company|Corp|Corporation|PLC|plc|S\.?A|B\.?V|AB|AS|SpA|S\.p\.A)\.?$"
)


def find_source_name(lines: Sequence[Line], layout: Layout) -> str | None:
    """The outlet's name: behind the headline in the page's title, or in the notice of rights if known elsewhere."""
    if layout.headline is not None:
        for line in lines[:3]:
            parts = title_parts(line.text)
            if len(parts) >= 2 and fold(layout.headline.text).startswith(fold(parts[0])[:60]) and len(parts[-1]) <= 40:
                return parts[-1]
    known: dict[str, str] = {}
    for line in lines:
        if line.words <= 6 and line.size <= 60:
            known.setdefault(line.key(), line.text)
    for line in reversed(lines[-40:]):
        match = _COPYRIGHT.search(line.text)
        if match is None or line.size > 400:
            continue
        name = _YEARS.sub(" ", line.text[match.end() :]).strip(" .,|–—-")
        name = _COPYRIGHT.sub("", name).strip()
        name = _LEGAL.sub("", _NAME_END.split(name)[0].strip()).strip(" .,")
        for candidate in (name, re.sub(r"^(?:The|by)\s+", "", name)):
            if 2 <= len(candidate) <= 50 and fold(candidate) in known:
                return (
                    known[fold(candidate)] if known[fold(candidate)].casefold() != candidate.casefold() else candidate
                )
    return None


_URL = re.compile(r"(?:url|link|source|address|from)?\s*:?\s*(https?://[^\s<>\"']{4,2000})$", re.IGNORECASE)


def printed_url(lines: Sequence[Line]) -> str | None:
    """An address that is a whole line among the first or the last of the page: that of the page itself."""
    for line in (*lines[:4], *lines[-2:]):
        match = _URL.fullmatch(line.text)
        if match and match[1].count("/") >= 3 and len(match[1].split("/", 3)[3]) > 8:
            return match[1]
    return None


def is_live(lines: Sequence[Line], layout: Layout) -> bool:
    """Whether the headline, or a short line beside it, says that this is a live report."""
    if layout.headline is None:
        return False
    phrases = _words()["live"]
    for i in range(max(0, layout.headline.index - 3), min(len(lines), layout.headline.index + 4)):
        words = words_of(lines[i].text) if lines[i].size < 220 else []
        is_headline = i == layout.headline.index
        for size in (3, 2, 1):
            spans = {" ".join(words[at : at + size]) for at in range(len(words) - size + 1)}
            if size > 1 and spans & phrases and (is_headline or len(words) <= size + 2):
                return True
            if (
                size == 1
                and words
                and words[0] in phrases
                and (len(words) == 1 or ":" in lines[i].text[:16])
                and is_headline
            ):
                return True
    return False
