"""The HTML reader: the bytes of a page in, an `Article` out.

Order of work: bytes to text (`decode`), text to tree (`page`), what the page says of itself (`structured`), one pass
over the markup (`page`), which element is the article (`choose`), what each block is (`label`), then the values
(`resolve`, `authors`, `kind`) and the zones put together here. Pure: nothing is read but the capture. Called by
`extract`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from newsidx.errors import NotACapture
from newsidx.extract import resolve
from newsidx.extract.authors import best_authors, printed_authors
from newsidx.extract.blocks import Block, Label, Place
from newsidx.extract.captions import index_alts, mend_captions, split_by_alt
from newsidx.extract.choose import Choice, choose, find_cards, find_pictured
from newsidx.extract.cuts import Cut, cut
from newsidx.extract.deck import mend_deck
from newsidx.extract.decode import encoding_of_page, without_utf_16
from newsidx.extract.fit import FLAGS, fit, plain_text
from newsidx.extract.headline import Heading, best_title, parts_of_title, site_in_title
from newsidx.extract.hydration import story_in_scripts
from newsidx.extract.kind import Signs, decide_kind, is_declared_article
from newsidx.extract.label import Witness, label
from newsidx.extract.lines import split_byline, split_credit
from newsidx.extract.memory import Memory, no_memory, relabel, source_key
from newsidx.extract.page import Element, Page, Run, fill, read_page
from newsidx.extract.published import Sight, find_published
from newsidx.extract.reading import Extracted, extracted
from newsidx.extract.structured import Claims, read_claims, squash
from newsidx.extract.xhtml import as_html
from newsidx.model import Article, Capture, Link, Moment, Source

__all__ = ["EXTRACTOR", "extract_html", "read_html"]

EXTRACTOR = "html-5"
"""The version of this reader: raised whenever its articles change, so that an index knows what it was read with."""

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_TITLES = frozenset(("h1", "h2", "h3"))
_TAKE_TAG_OF = _HEADINGS | {"li", "figcaption", "blockquote", "td", "th"}
_SIGNATURE = re.compile(r"\(([^()/]{3,40} / [^()/]{3,40})\)$")
_WORD = re.compile(r"\w+")
_SIGN = re.compile(r"[^\w\s]")
_NO_WORD_AS_BLANK = bytes(
    each if each >= 128 or chr(each).isalnum() or each == ord("_") else ord(" ") for each in range(256)
)
_MIN_WITNESS_CHARS = 40
_MIN_BODY_WITNESS = 200
_MIN_TEXT = 200
_MIN_BODY_WORDS = 20
_FEW_BODY_WORDS = 150
"""With no more, the text may be in the page's scripts."""
_WINDOW_BEFORE = 30
_WINDOW_AFTER = 60
"""Runs before and after the article that are labelled: captions and tags stand there; and from the first element
named tags on that stands with the article in one."""
_MAX_HEADINGS = 200
_MAX_HEADING_RUNS = 9
_MAX_HEADING_CHARS = 500
_CARD = frozenset(("promo",))
_FIGURE = frozenset(("figure",))


def extract_html(capture: Capture) -> Article:
    """The article of an HTML capture. Raises NotACapture (reason ``empty`` or ``binary``)."""
    return read_html(capture, no_memory).article


def read_html(capture: Capture, memory: Memory) -> Extracted:
    """As `extract_html`, with a memory of the source, and with what the article was put together from."""
    header = resolve.hint(capture, "charset")
    fitted = fit(without_utf_16(capture.data))
    encoding = _encoding_of(fitted.head, header.value if header else None)
    data = as_html(fitted.head)
    rest = _cut(data, encoding)
    page = read_page(rest.markup, is_cut=rest.json_ld is not None)
    claims = Claims() if page.tree is None else read_claims(page.tree, rest.json_ld)
    fill(page)
    if not page.runs and page.tree is not None:
        page = read_page(rest.markup, is_cut=rest.json_ld is not None)
        fill(page, with_noscript=True)
    reading = _Reading(capture, page, claims, data, encoding)
    if fitted.rest:
        reading.rest, is_all = plain_text(fitted.rest.decode(encoding, "replace"))
        reading.flags += fitted.flags if is_all else FLAGS
    return reading.read(memory)


def _encoding_of(data: bytes, charset: str | None) -> str:
    """Python's name of the encoding that the page is in."""
    if not data or data.isspace():
        raise NotACapture("the file is empty", reason="empty")
    encoding = encoding_of_page(data, charset)
    if encoding in ("utf-8", "cp1252") and data.count(b"\0", 0, 4096) > 8:
        raise NotACapture("the file holds binary data, not a page", reason="binary")
    return encoding


def _cut(data: bytes, encoding: str) -> Cut:
    """The page as UTF-8, without what no reader looks at (see `cuts`)."""
    rest = cut(data.removeprefix(codecs.BOM_UTF8))
    json_ld = None if rest.json_ld is None else [_as_utf8(each, encoding) for each in rest.json_ld]
    return Cut(_as_utf8(rest.markup, encoding), json_ld)


def _as_utf8(data: bytes, encoding: str) -> bytes:
    if encoding == "utf-8":
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            pass
        else:
            return data
    return data.decode(encoding, "replace").encode("utf-8", "replace")


@dataclass(slots=True)
class _Zones:
    """The zones being filled, in page order."""

    deck: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)
    promo: list[str] = field(default_factory=list)
    page: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)


class _Reading:
    """One page on its way to an article: what is known of it at each step."""

    def __init__(
        self, capture: Capture, page: Page, claims: Claims, data: bytes = b"", encoding: str = "utf-8"
    ) -> None:
        self.capture, self.page, self.claims = capture, page, claims
        self.data, self.encoding = data, encoding
        self.rest: list[str] = []
        """What of an outsized page was read as bare text (see `fit`)."""
        self.evidence: dict[str, str] = {}
        self.alts = index_alts(text for text, evidence in claims.of("caption") if evidence == "markup")
        self.window = range(0)
        self.title_block = -1
        self.is_marked = False
        self.flags: list[str] = [] if page.tree is not None else ["read-without-tree"]
        self.url, self.canonical = resolve.resolve_urls(capture, claims)
        self.base = self.canonical.value or self.url.value
        self.name, self.domain = resolve.resolve_source(capture, claims, self.canonical.value or self.url.value)

    def read(self, memory: Memory) -> Extracted:
        choice = choose(self.page, self.is_witnessed if len(self.claims.body_words) > _MIN_BODY_WITNESS else None)
        headings = self.headings()
        title, evidence, at = best_title(headings, self.claims, self.sites())
        headline = (self.visible(title) if at < 0 and title else None) or title
        self.note("headline", headline, evidence)
        if self.name.value is None and headline:
            self.name = resolve.Valued(site_in_title(self.claims, headline), "markup")
        title_run = headings[at].start if at >= 0 else self.headline_run(headline, choice)
        blocks = self.blocks(choice, title_run)
        self.title_block = title_run - self.window.start if title_run in self.window else -1
        self.is_marked = self.is_in_article(choice.root)
        source = source_key(self.domain.value, self.name.value)
        template = memory(source)
        labels = label(blocks, self.witness(headline, headings[at].text if at >= 0 else ""))
        if template.lines:
            labels = relabel(blocks, labels, template.hits([block.text for block in blocks]))
        mend_captions(self.page.elements, self.window.start, blocks, labels, self.alts)
        decks, authors = ([text for text, _ in self.claims.of(name)] for name in ("deck", "author"))
        mend_deck(blocks, labels, self.title_block, decks, [*authors, *self.sites()])
        zones = _Zones()
        before = self.far(zones, choice, range(self.window.start))
        self.zones(zones, blocks, labels)
        after = self.far(zones, choice, range(self.window.stop, len(self.page.runs)))
        zones.page += self.rest
        article = self.assemble(headline, zones, blocks, labels)
        return extracted(article, blocks, labels, source, template, around=(before, after))

    def visible(self, title: str) -> str | None:
        """The part of a title without markup of its own that stands on the page as a line; the site's name is what
        is left of it."""
        lines = {squash(run.text) for run in self.page.runs if len(run.text) < _MAX_HEADING_CHARS}
        for piece, rest in parts_of_title(title):
            if squash(piece) in lines and len(piece) > len(rest) / 2:
                return piece
        return None

    def note(self, name: str, value: object, evidence: str) -> None:
        if value and evidence:
            self.evidence[name] = evidence

    def sites(self) -> list[str]:
        domain = self.domain.value or ""
        names = [self.name.value or "", domain, domain.split(".")[0]]
        return names + [text for text, _ in self.claims.of("source")]

    def is_witnessed(self, text: str) -> bool:
        """Whether the page's own ``articleBody`` has a text."""
        return len(text) >= _MIN_WITNESS_CHARS and (
            text in self.claims.body_text or (squash(text) or "\n") in self.claims.body_words
        )

    def headings(self) -> list[Heading]:
        runs, elements = self.page.runs, self.page.elements
        found = []
        for element in elements:
            if element.tag in _TITLES and 0 < element.end - element.start < _MAX_HEADING_RUNS:
                inside = runs[element.start : element.end]
                text = " ".join(run.text for run in inside)
                if len(text) < _MAX_HEADING_CHARS:
                    parts = _parts_of_heading(inside, [elements[run.element].own - element.own for run in inside])
                    found.append(Heading(int(element.tag[1]), text, parts, element.start, len(inside) > 1))
        return found[:_MAX_HEADINGS]

    def witness(self, headline: str | None, heading: str) -> Witness:
        titles = (headline or "", heading, *(text for text, _ in self.claims.of("headline")))
        body = self.claims.body_words if len(self.claims.body_words) > _MIN_BODY_WITNESS else ""
        decks = tuple(text for text, _ in self.claims.of("deck"))
        captions = tuple(text for text, _ in self.claims.of("caption"))
        authors = tuple(text for text, _ in self.claims.of("author"))
        tags = tuple(text for text, _ in self.claims.of("tag"))
        return Witness(titles, decks, captions, authors, tags, body)

    def blocks(self, choice: Choice, title_run: int) -> list[Block]:
        """The blocks of `window`: the article's and those around it, among which its tags may be; see `far`."""
        elements = self.page.elements
        places = self.places(choice, title_run)
        cards = find_cards(self.page, choice.root, self.is_own_link)
        pictured = find_pictured(self.page)
        tags: dict[int, str] = {}
        blocks = []
        for i in self.window:
            run = self.page.runs[i]
            number = run.element
            element, context = elements[number], choice.context[number]
            if i in cards:
                context |= _CARD
            elif i in pictured:
                context |= _FIGURE
            tag = tags.get(number)
            if tag is None:
                tag = tags[number] = self.tag_of(number)
            blocks.append(
                Block(
                    run.text,
                    tag,
                    run.link_chars,
                    run.links,
                    context,
                    element.parent if element.end - element.start == 1 else number,
                    element.depth,
                    0,
                    places[i],
                    run.bold_chars >= len(run.text),
                    run.marks,
                )
            )
        return blocks

    def places(self, choice: Choice, title: int) -> list[Place]:
        """The place of each run. Nothing before the headline is the article's, if the text comes after it."""
        runs, elements = self.page.runs, self.page.elements
        root = elements[choice.root]
        start = root.start
        if root.start <= title < root.end and choice.prose[root.end] - choice.prose[title] >= _MIN_TEXT:
            start = title
        end = self.next_article(title, root.end, choice)
        places: list[Place] = ["outside"] * len(runs)
        places[start:end] = ["article"] * (end - start)
        first = title if 0 <= title < start else start
        places[first:start] = ["head"] * (start - first)
        tags = (e.start for e in elements if "tags" in e.own and root.start <= e.start < min(first, e.end))
        above = min(first - _WINDOW_BEFORE, next(tags, first))
        self.window = range(max(0, above), min(len(runs), end + _WINDOW_AFTER))
        return places

    def far(self, zones: _Zones, choice: Choice, numbers: range) -> list[tuple[str, str]]:
        """The runs that are far from the article, as (text, zone): nothing is asked of them but whether they promote
        others."""
        runs, context = self.page.runs, choice.context
        found = []
        for i in numbers:
            run = runs[i]
            is_promo = "promo" in context[run.element]
            (zones.promo if is_promo else zones.page).append(run.text)
            found.append((run.text, "promo" if is_promo else "page"))
        return found

    def next_article(self, title: int, end: int, choice: Choice) -> int:
        """Where another article begins on the page: at a heading of the same making as the headline (tag, names and
        depth), or of the same names in an ``article`` of its own, with text between them. Headings inside a text stand
        deeper or shallower, or have other names."""
        elements = self.page.elements
        titles = [each for each in elements if each.tag == "h1" and each.start < each.end]
        own = next((each for each in titles if each.start == title), None)
        if own is None:
            return end
        for element in titles:
            if (
                title < element.start < end
                and element.own == own.own
                and elements[element.parent].own == elements[own.parent].own
                and element.parent != own.parent
                and (element.depth == own.depth or not self.is_in_article_of(own, element))
                and choice.prose[element.start] - choice.prose[title] >= _MIN_TEXT
            ):
                return element.start
        return end

    def is_in_article_of(self, own: Element, other: Element) -> bool:
        """Whether a heading stands in the same ``article`` element as another before it, or that one in none."""
        elements = self.page.elements
        article = own
        while article.tag != "article":
            if article.parent < 0:
                return True
            article = elements[article.parent]
        return other.start < article.end

    def headline_run(self, headline: str | None, choice: Choice) -> int:
        """The number of the run that a headline without a heading is, with text after it; -1 if it is none."""
        key = squash(headline or "")
        for i, run in enumerate(self.page.runs):
            if not run.link_chars and len(run.text) < _MAX_HEADING_CHARS and squash(run.text) == key:
                return i if choice.prose[-1] - choice.prose[i] >= _MIN_TEXT else -1
        return -1

    def is_in_article(self, number: int) -> bool:
        """Whether an element is an ``article`` or inside one."""
        elements = self.page.elements
        while number >= 0 and elements[number].tag != "article":
            number = elements[number].parent
        return number >= 0

    def is_own_link(self, target: str) -> bool:
        """Whether a link leads to another page of the same site."""
        if target.startswith("#"):
            return False
        if "://" not in target[:10] and not target.startswith("//"):
            return not target.startswith(("mailto:", "tel:", "javascript:"))
        domain = self.domain.value
        return domain is not None and (resolve.domain_of(target) or "").endswith(domain)

    def tag_of(self, number: int) -> str:
        element = self.page.elements[number]
        tag = element.tag
        for _ in range(3):
            if element.tag in _TAKE_TAG_OF:
                return element.tag
            if element.parent < 0:
                break
            element = self.page.elements[element.parent]
        return tag

    def zones(self, zones: _Zones, blocks: Sequence[Block], labels: Sequence[Label]) -> None:
        for block, given in zip(blocks, labels, strict=True):
            text, zone = block.text, given.zone
            if zone == "body":
                for target, words in block.links:
                    url = resolve.absolute(target, self.base)
                    if url is not None:
                        zones.links.append(Link(url, words, len(zones.body)))
                zones.body.append(text)
            elif zone in ("caption", "credit"):
                self.add_caption(block, zone, zones)
            elif zone == "deck":
                zones.deck.append(text)
            elif zone == "correction":
                zones.corrections.append(text)
            elif zone == "promo":
                zones.promo.append(text)
            elif zone != "headline":
                zones.page.append(text)
                if zone == "byline":
                    zones.bylines.append(", ".join(_byline_names(block)))
                elif zone == "section":
                    zones.sections.append(text)

    def add_caption(self, block: Block, zone: str, zones: _Zones) -> None:
        text = block.text
        marked = [words for names, words in block.marks if "credit" in names and words]
        if zone == "credit" or (marked and marked[0] == text):
            zones.credits.append(split_credit(text)[1] or text)
            return
        for words in marked:
            if text.endswith(words):
                text = text.removesuffix(words).strip()
                zones.credits.append(split_credit(words)[1] or words)
        text, credit = split_credit(text)
        signed = None if credit else _SIGNATURE.search(text)
        if signed is not None:
            text, credit = text[: signed.start()].strip(), signed[1]
        if not credit:
            text, credit = split_by_alt(text, self.alts)
        if credit:
            zones.credits.append(credit)
        if any(c.isalpha() for c in text) and text not in zones.captions:
            zones.captions.append(text)

    # --- putting together ------------------------------------------------------------------------------------------

    def assemble(
        self, headline: str | None, zones: _Zones, blocks: Sequence[Block], labels: Sequence[Label]
    ) -> Article:
        capture, claims = self.capture, self.claims
        authors = self.authors(zones, blocks, labels)
        tags, evidence = resolve.resolve_tags(capture, claims, resolve.linked_tags(blocks, labels))
        self.note("tags", tags, evidence)
        section = resolve.resolve_section(capture, claims, zones.sections)
        lang = resolve.resolve_lang(capture, claims)
        published, modified, captured = self.dates(blocks, labels, lang.value)
        for name, valued in (
            ("section", section), ("lang", lang), ("source", self.name), ("url", self.url),
            ("canonical_url", self.canonical),
        ):  # fmt: skip
            self.note(name, valued.value, valued.evidence)
        deck = " ".join(zones.deck) or None
        self.note("deck", deck, "markup")
        words = _count_words(zones.body)
        if words < _MIN_BODY_WORDS:
            words = self.body_from_claims(zones, words)
        if words < _FEW_BODY_WORDS and self.page.tree is not None and is_declared_article(claims.types):
            words = self.body_from_scripts(zones, words)
        return Article(
            id=capture.id,
            kind=decide_kind(self.signs(headline or "", zones, words, published, blocks, labels)),
            headline=headline,
            deck=deck,
            body=tuple(zones.body),
            captions=tuple(zones.captions),
            credits=tuple(dict.fromkeys(zones.credits)),
            corrections=tuple(zones.corrections),
            promo=tuple(zones.promo),
            page=tuple(zones.page),
            tags=tags,
            section=section.value,
            authors=authors,
            source=Source(self.name.value, self.domain.value),
            url=self.url.value,
            canonical_url=self.canonical.value,
            published=published,
            modified=modified,
            captured=captured,
            lang=lang.value,
            links=tuple(zones.links),
            words=words,
            evidence=self.evidence,
            flags=tuple(self.flags),
            extractor=EXTRACTOR,
        )

    def body_from_claims(self, zones: _Zones, words: int) -> int:
        """The page's ``articleBody`` as the body, where the markup has none: pages that scripts write. The count of
        its words."""
        claimed = [line for each in self.claims.body_text.splitlines() if (line := " ".join(each.split()))]
        count = _count_words(claimed)
        if count < 4 * _MIN_BODY_WORDS:
            return words
        zones.page += zones.body
        zones.body[:], zones.links[:] = claimed, ()
        self.evidence["body"] = "json-ld"
        return count

    def body_from_scripts(self, zones: _Zones, words: int) -> int:
        """The story that the page carries for its scripts as the body, where the markup shows a part of it at most.
        The count of its words."""
        story = story_in_scripts(self.data.decode(self.encoding, "replace"), zones.body)
        if not story:
            return words
        page = read_page(f"<main>{story}</main>".encode("utf-8", "replace"))
        fill(page)
        told, inner = _Zones(), _Reading(self.capture, page, self.claims)
        blocks = inner.blocks(choose(page), -1)
        inner.zones(told, blocks, label(blocks, inner.witness(None, "")))
        count = _count_words(told.body)
        if count < max(2 * words, 4 * _MIN_BODY_WORDS):
            return words
        zones.page += [text for text in zones.body if text not in told.body]
        zones.body[:], zones.links[:] = told.body, told.links
        zones.captions += [text for text in told.captions if text not in zones.captions]
        zones.credits += told.credits
        self.flags.append("text-from-script")
        return count

    def dates(
        self, blocks: Sequence[Block], labels: Sequence[Label], lang: str | None
    ) -> tuple[Moment | None, Moment | None, Moment | None]:
        times = [replace(each, run=each.run - self.window.start) for each in self.page.times]
        sight = Sight(blocks, labels, times, self.title_block, lang, self.domain.value)
        published = find_published(self.capture, self.claims, sight)
        modified = resolve.resolve_date(self.capture, self.claims, "modified")
        captured = resolve.resolve_date(self.capture, Claims(), "captured")
        for name, valued in (("published", published), ("modified", modified), ("captured", captured)):
            self.note(name, valued.value, valued.evidence)
        if published.value and captured.value and _is_after(published.value, captured.value):
            self.flags.append("published-after-captured")
        return published.value, modified.value, captured.value

    def authors(self, zones: _Zones, blocks: Sequence[Block], labels: Sequence[Label]) -> tuple[str, ...]:
        by_evidence: dict[str, list[str]] = {}
        for text, evidence in self.claims.of("author"):
            by_evidence.setdefault(evidence, []).append(text)
        by_evidence["markup"] = zones.bylines
        for each in self.capture.hints:
            if each.field == "authors":
                by_evidence.setdefault(each.evidence, []).append(each.value)
        names, evidence = best_authors(by_evidence.items(), self.sites())
        own = {squash(site) for site in self.sites()}
        if all(squash(name) in own for name in names):
            printed = printed_authors(blocks, labels, self.title_block)
            names, evidence = (printed, "markup") if printed else (names, evidence)
        self.note("authors", names, evidence)
        return names

    def signs(
        self,
        headline: str,
        zones: _Zones,
        words: int,
        published: Moment | None,
        blocks: Sequence[Block],
        labels: Sequence[Label],
    ) -> Signs:
        runs = self.page.runs
        text = " ".join([run.text for run in runs])
        all_chars = len(text) - len(runs) + 1 if text else 1
        url = self.url.value or self.canonical.value
        in_body = [block for block in blocks if block.place == "article"] or [*blocks]
        inside = sum([len(block.text) for block in in_body]) or 1
        return Signs(
            types=frozenset(self.claims.types),
            is_free=self.claims.is_free,
            headline=headline,
            title=self.claims.titles[0] if self.claims.titles else "",
            body_words=words,
            page_words=text.count(" ") + 1 if text else 0,
            caption_words=_count_words(zones.captions),
            link_share=sum([run.link_chars for run in runs]) / all_chars,
            teaser_share=_teaser_share(blocks, labels),
            promo_words=" ".join(zones.promo).count(" ") + 1 if zones.promo else 0,
            has_paywall=any("paywall" in element.own for element in self.page.elements),
            has_date=published is not None,
            is_marked=self.is_marked,
            is_root_url=url is not None and not resolve.is_article_url(url),
            live_share=sum([len(block.text) for block in in_body if "live" in block.context]) / inside,
            gallery_share=sum([len(block.text) for block in in_body if "gallery" in block.context]) / inside,
            text=" ".join([run.text for run in runs[:80]])[:6000],
        )


def _parts_of_heading(runs: Sequence[Run], names: Sequence[frozenset[str]]) -> tuple[tuple[frozenset[str], str], ...]:
    """The parts of a heading: its runs, and in a run of several the stretch at its beginning or end that the markup
    names."""
    parts: list[tuple[frozenset[str], str]] = []
    for run, own in zip(runs, names, strict=True):
        rest, after = run.text, []
        for meanings, words in run.marks:
            if rest.startswith(words + " "):
                parts.append((own | meanings, words))
                rest = rest[len(words) + 1 :]
            elif rest.endswith(" " + words):
                after.append((own | meanings, words))
                rest = rest[: -len(words) - 1]
        parts += [(own, rest), *after]
    return tuple(parts) if len(parts) > 1 else ()


def _teaser_share(blocks: Sequence[Block], labels: Sequence[Label]) -> float:
    """The part of the body's lines that stand right below a link, or are half a link."""
    body = [i for i, given in enumerate(labels) if given.zone == "body"]
    below = sum(blocks[j].link_chars * 2 > len(blocks[j].text) for i in body for j in (i - 1, i) if j >= 0)
    return below / len(body) if body else 0.0


def _count_words(texts: Sequence[str]) -> int:
    text = " ".join(texts)
    for sign in "" if text.isascii() else "’“”‘–—…":
        text = text.replace(sign, " ")
    plain = text.encode("utf-8", "surrogatepass").translate(_NO_WORD_AS_BLANK)
    if text.isascii():
        return len(plain.split())
    text = plain.decode("utf-8", "surrogatepass")
    return len(_WORD.findall(text) if _SIGN.search(text) else text.split())


def _byline_names(block: Block) -> list[str]:
    """The names in a block that the markup names a byline: its own marked stretches, else what reads like names."""
    marked = [words for names, words in block.marks if "byline" in names]
    names = [name for words in marked for name in split_byline(words, is_lead_needed=False)]
    names = names or list(split_byline(block.text, is_lead_needed=False))
    linked = [words for words in marked if len(words) < 40 and any(words == text for _, text in block.links)]
    return names or linked


def _is_after(published: Moment, captured: Moment) -> bool:
    """A day's slack where one of the two has no zone or no time."""
    exact = published.has_time and captured.has_time and None not in (published.offset_minutes, captured.offset_minutes)
    return published.sort_key() > captured.sort_key() + (0 if exact else 86_400)
