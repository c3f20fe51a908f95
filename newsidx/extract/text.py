"""The reader of plain-text dumps: the bytes of a whole page's text (menus, banners, rails in it) to a fielded article.

Responsible for putting together what the parts find: decoding (`text_decode`), the shape of the dump (`text_shape`),
the evidence of each line (`text_lines`), the labels (`text_label`), and the fields beside the text (`text_fields`).
Evidence is ``text`` for what the dump says; the capture's hints stand below it. Pure; the time is linear in the bytes.
Called by the package's door.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from newsidx.errors import NotACapture
from newsidx.extract.blocks import Block
from newsidx.extract.dates import parse_date
from newsidx.extract.fit import FLAGS, cut_text, fit_text, pieces_of_text
from newsidx.extract.kind import Signs, decide_kind
from newsidx.extract.lines_phrases import words_of
from newsidx.extract.memory import Memory, no_memory, relabel, source_key, with_template
from newsidx.extract.reading import Extracted, extracted
from newsidx.extract.text_decode import decode
from newsidx.extract.text_fields import (
    find_authors,
    find_dates_of,
    find_section,
    find_source_name,
    find_tags,
    is_day_first,
    is_live,
    printed_url,
)
from newsidx.extract.text_label import Layout, is_list_of_articles, is_refusal, lay_out
from newsidx.extract.text_lines import Line, blocks_of, describe, fold, language_of
from newsidx.extract.text_shape import archive_header
from newsidx.model import Article, Capture, Link, Moment, Source

__all__ = ["EXTRACTOR", "extract_text", "read_text"]

EXTRACTOR = "text-4"

_MAX_LINES = 10_000
"""Lines that are each asked what they are, 30 µs a line: .3 s. Of 2,925 dumps of real pages the longest has 6,582."""
_WORD = re.compile(r"\w+")
_REFUSAL_TEXT = 4000
_REFUSAL_WORDS = 160
_LISTING_WORDS = 25
"""A dump shows no links: it is a list only if hardly any prose was found."""


def extract_text(capture: Capture) -> Article:
    """The article of a plain-text dump. NotACapture (``empty``, ``binary``) if the bytes are no text."""
    return read_text(capture, no_memory).article


def read_text(capture: Capture, memory: Memory) -> Extracted:
    """As `extract_text`, with a memory of the source, and with what the article was put together from."""
    charset = next((hint.value for hint in capture.hints if hint.field == "charset"), None)
    data, is_all = fit_text(capture.data)
    text, rest = cut_text(decode(data, charset))
    blocks = blocks_of(text)
    if len(blocks) > _MAX_LINES:
        rest = " ".join([*(block.text for block in blocks[_MAX_LINES:]), rest])
        del blocks[_MAX_LINES:]
    if not blocks:
        raise NotACapture("the capture has no text", reason="empty")
    lang, small_words = language_of(blocks)
    lines = describe(blocks, small_words)
    reading = _Reading(capture, blocks, lines, lay_out(lines), lang, archive_header(text))
    source = reading.source_key()
    template = memory(source)
    if template.lines:
        texts = [block.text for block in blocks]
        hits = template.hits(texts)
        for line, weight in zip(lines, with_template([line.weight for line in lines], texts, hits), strict=True):
            line.weight = weight
        reading.layout = lay_out(lines)
        reading.name = find_source_name(lines, reading.layout)
        reading.layout.labels = relabel(blocks, reading.layout.labels, hits)
    article = reading.article()
    pieces, is_rest_all = pieces_of_text(rest)
    if pieces or not is_all:
        flags = FLAGS if not (is_all and is_rest_all) else FLAGS[:1]
        article = replace(article, page=(*article.page, *pieces), flags=(*article.flags, *flags))
    return extracted(article, blocks, reading.layout.labels, source, template)


@dataclass(slots=True)
class _Zones:
    body: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)
    promo: list[str] = field(default_factory=list)
    page: list[str] = field(default_factory=list)
    deck: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    body_words: int = 0


@dataclass(slots=True)
class _Reading:
    """One dump being put together."""

    capture: Capture
    blocks: Sequence[Block]
    lines: Sequence[Line]
    layout: Layout
    lang: str | None
    header: dict[str, str]
    """That of a web archive's record around the page; what it says was said by the tool that saved the page."""
    evidence: dict[str, str] = field(default_factory=dict)
    name: str | None = None
    """The outlet's, as printed."""

    def source_key(self) -> str:
        """Under which name templates of the dump's source are kept, by what is known without one."""
        self.name = find_source_name(self.lines, self.layout)
        source = self.source(_domain_of(self.url()))
        self.evidence.clear()
        return source_key(source.domain, source.name)

    def url(self) -> str | None:
        return self.valued("url", self.header.get("warc-target-uri") or printed_url(self.lines))

    def article(self) -> Article:
        zones = self.zones()
        url = self.url()
        domain = _domain_of(url)
        dates = find_dates_of(self.lines, self.layout, is_day_first(self.lines, self.lang, domain))
        authors = self.several("authors", find_authors(self.lines, self.layout))
        tags = self.several("tags", find_tags(self.lines, self.layout))
        headline = self.valued("headline", self.layout.headline.text if self.layout.headline else None)
        published = self.moment("published", dates.published)
        if published is None:
            # Where the last change is the only date that a page prints and nobody told another, it was on the day of
            # publication on 17 of 18 pages of three sets, seen and unseen sites alike.
            published = self.moment("published", dates.modified)
        captured = self.moment("captured", parse_date(self.header.get("warc-date", "")))
        if self.header:
            self.evidence.update(dict.fromkeys(self.evidence.keys() & {"url", "captured"}, "saved-page"))
        deck = " ".join(zones.deck) or None
        for name, value in (("deck", deck), ("modified", dates.modified)):
            if value is not None:
                self.evidence[name] = "text"
        is_late = published is not None and captured is not None and _is_after(published, captured)
        return Article(
            id=self.capture.id,
            kind=self.kind(headline or "", zones, published),
            headline=headline,
            deck=deck,
            body=tuple(zones.body),
            captions=tuple(dict.fromkeys(zones.captions)),
            credits=tuple(dict.fromkeys(zones.credits)),
            corrections=tuple(zones.corrections),
            promo=tuple(zones.promo),
            page=tuple(zones.page),
            tags=tags,
            section=self.valued("section", find_section(self.lines, self.layout)),
            authors=authors,
            source=self.source(domain),
            url=url,
            published=published,
            modified=dates.modified,
            captured=captured,
            lang=self.valued("lang", self.lang),
            links=tuple(zones.links),
            words=sum(len(_WORD.findall(text)) for text in zones.body),
            evidence=self.evidence,
            flags=("published-after-captured",) if is_late else (),
            extractor=EXTRACTOR,
        )

    # --- zones -----------------------------------------------------------------------------------------------------

    def zones(self) -> _Zones:
        """Each line in its zone; a line that only says the headline once more is not kept twice."""
        zones = _Zones()
        for line, label in zip(self.lines, self.layout.labels, strict=True):
            match label.zone:
                case "headline" | "again":
                    self.add_rest_of_title(line, zones)
                case "body":
                    zones.links += [Link(url, words, len(zones.body)) for url, words in self.blocks[line.index].links]
                    zones.body.append(line.text)
                    zones.body_words += line.words
                case "deck":
                    zones.deck.append(line.text)
                case "caption" | "credit":
                    self.add_caption(line, zones)
                case "correction":
                    zones.corrections.append(line.text)
                case "promo":
                    zones.promo.append(line.text)
                case _:
                    zones.page.append(line.text)
        return zones

    def add_rest_of_title(self, line: Line, zones: _Zones) -> None:
        """A title line that carries the outlet's name is kept in the page zone for it."""
        headline = self.layout.headline
        if headline is not None and line.key() != fold(headline.text):
            zones.page.append(line.text)

    def add_caption(self, line: Line, zones: _Zones) -> None:
        caption, credit = self.layout.credits.get(line.index) or line.credit()
        if caption:
            zones.captions.append(caption)
        if credit:
            zones.credits.append(credit)
            rest = line.text.removeprefix(caption).replace(credit, " ", 1)
            if _WORD.search(rest):
                # The word that leads a credit ("Photograph:") is neither's.
                zones.page.append(rest.strip())

    # --- fields ----------------------------------------------------------------------------------------------------

    def hints(self, name: str) -> list[tuple[str, str]]:
        return [(h.value.strip(), h.evidence) for h in self.capture.hints if h.field == name and h.value.strip()]

    def valued(self, name: str, found: str | None) -> str | None:
        """What the dump says, else the first hint; its evidence noted."""
        if found:
            self.evidence[name] = "text"
            return found
        for value, evidence in self.hints(name)[:1]:
            self.evidence[name] = evidence
            return value
        return None

    def several(self, name: str, found: tuple[str, ...]) -> tuple[str, ...]:
        if found:
            self.evidence[name] = "text"
            return found
        hints = self.hints(name)
        if hints:
            self.evidence[name] = hints[0][1]
        return tuple(value for value, evidence in hints if evidence == hints[0][1])

    def moment(self, name: str, found: Moment | None) -> Moment | None:
        if found is not None:
            self.evidence[name] = "text"
            return found
        for value, evidence in self.hints(name):
            moment = parse_date(value)
            if moment is not None:
                self.evidence[name] = evidence
                return moment
        return None

    def source(self, domain: str | None) -> Source:
        name = self.name
        if name or domain:
            self.evidence["source"] = "text" if name else self.evidence.get("url", "text")
        for value, evidence in self.hints("source")[:1]:
            if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", value):
                domain = domain or value.lower().removeprefix("www.")
            elif name is None:
                name = value
            self.evidence.setdefault("source", evidence)
        return Source(name, domain)

    def kind(self, headline: str, zones: _Zones, published: Moment | None) -> str:
        """By the rules for all readers; what a dump cannot tell (types, links) is left out or read from line shapes."""
        lines = list(self.lines)
        if zones.body_words < _REFUSAL_WORDS and published is None and is_refusal(lines, self.layout):
            return "refusal"
        if is_list_of_articles(lines, self.layout):
            return "listing"
        page_words = sum(line.words for line in lines)
        menu_words = sum(line.words for line in lines if not line.is_final and line.size < 120)
        captions = sum(len(words_of(text)) for text in zones.captions)
        has_paywall = any("paywall" in line.phrases for line in lines[: self.layout.high + 12])
        return decide_kind(
            Signs(
                headline=headline,
                title=lines[0].text[:200],
                body_words=zones.body_words,
                page_words=page_words,
                caption_words=captions,
                link_share=menu_words / max(1, page_words) if zones.body_words < _LISTING_WORDS else 0.0,
                has_paywall=has_paywall,
                has_date=True if zones.body_words >= _LISTING_WORDS else published is not None,
                live_share=1.0 if is_live(lines, self.layout) else 0.0,
                gallery_share=0.7 if len(zones.captions) >= 6 else 0.0,
                text=" ".join(line.text for line in lines[:60])[:_REFUSAL_TEXT],
            )
        )


def _domain_of(url: str | None) -> str | None:
    match = re.match(r"https?://(?:[^/@]*@)?([^/:?#]+)", url or "", re.IGNORECASE)
    return match[1].lower().removeprefix("www.") if match else None


def _is_after(published: Moment, captured: Moment) -> bool:
    if published.has_time and captured.has_time and None not in (published.offset_minutes, captured.offset_minutes):
        return published.sort_key() > captured.sort_key()
    if published.precision in ("year", "month") or captured.precision in ("year", "month"):
        return published.wall.year > captured.wall.year
    return published.day > captured.day
