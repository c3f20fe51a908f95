"""One value for each field out of all claims: the documented order, and what is not believed.

The order: JSON-LD, microdata, OpenGraph, meta, markup, the capture's hints. What departs from it:

- canonical URL: a site's root is not taken for an article's, nor is another site's front page;
- source name: ``og:site_name`` before a JSON-LD publisher, since publishers are often holding companies;
- dates: the first claim that can be read; a claim without time gives way to a claim of the same day with one.

The headline has its own module (`headline`), and so has the date of publication (`published`). Called by `html`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urljoin, urlsplit

from newsidx.extract.blocks import Block, Label
from newsidx.extract.dates import parse_date
from newsidx.extract.structured import Claims
from newsidx.model import Capture, Hint, Moment

__all__ = [
    "Valued",
    "absolute",
    "domain_of",
    "hint",
    "is_article_url",
    "linked_tags",
    "resolve_date",
    "resolve_lang",
    "resolve_section",
    "resolve_source",
    "resolve_tags",
    "resolve_urls",
]

_LANG = re.compile(r"([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}|\d{3}))?(?:$|[-_.@,; ])")
T = TypeVar("T")

_MAX_TAGS = 60
_MAX_TAG_CHARS = 80


@dataclass(frozen=True, slots=True)
class Valued(Generic[T]):
    """A value and the evidence that it came from; None and "" where there is none."""

    value: T
    evidence: str = ""


def hint(capture: Capture, name: str) -> Hint | None:
    """The first hint of a capture for a field."""
    return next((each for each in capture.hints if each.field == name and each.value.strip()), None)


def resolve_urls(capture: Capture, claims: Claims) -> tuple[Valued[str | None], Valued[str | None]]:
    """The URL that the capture was fetched from (as far as known), and the canonical one."""
    told = hint(capture, "url")
    base = told.value.strip() if told else None
    canonical: Valued[str | None] = Valued(None)
    for text, evidence in (*claims.of("canonical"), *claims.of("url", "opengraph"), *claims.of("url", "json-ld")):
        url = absolute(text, base)
        if url is None or not is_article_url(url):
            continue
        canonical = Valued(url, evidence)
        break
    if told is None:
        return Valued(canonical.value, canonical.evidence), canonical
    return Valued(absolute(told.value.strip(), None) or told.value.strip(), told.evidence), canonical


def absolute(target: str, base: str | None) -> str | None:
    """The target as an absolute http(s) URL, or None."""
    target = target.strip()
    if len(target) > 4000:
        return None
    if _WHOLE_URL.fullmatch(target):
        return target
    try:
        if target.startswith(("https://", "http://")):
            parts = urlsplit(target)
            return parts.geturl() if parts.netloc else None
        url = urljoin(base, target) if base else target
        parts = urlsplit(url)
        if url.startswith("//"):
            url, parts = "https:" + url, urlsplit("https:" + url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


_WHOLE_URL = re.compile(
    r"https?://[a-zA-Z0-9.-]+(?::\d+)?(?:/[\w%~+,@!$&'()*:=./-]*)?(?:\?[\w%~+,@!$&'()*:=./?-]+)?", re.ASCII
)
"""One that is whole as it stands, as nearly all are: the rest is taken to pieces and put together."""


def is_article_url(url: str) -> bool:
    """False for the root of a site (with a language or an index page at most)."""
    parts = urlsplit(url)
    path = re.sub(r"/(?:index|default|home)\.\w+$", "/", parts.path)
    return bool(re.sub(r"^/(?:[a-z]{2}(?:[-_][a-zA-Z]{2})?/?)?$", "", path) or re.search(r"\d{3,}", parts.query))


def resolve_source(capture: Capture, claims: Claims, url: str | None) -> tuple[Valued[str | None], Valued[str | None]]:
    """The outlet's name and its domain."""
    told = hint(capture, "source")
    name: Valued[str | None] = Valued(None)
    for text, evidence in (*claims.of("source", "opengraph"), *claims.of("source", "json-ld"), *claims.of("source")):
        if text.startswith("@") or "://" in text or len(text) > 100:
            continue
        name = Valued(text, evidence)
        break
    domain: Valued[str | None] = Valued(domain_of(url) if url else None, "markup" if url else "")
    if told is not None:
        value = told.value.strip()
        looks_like_domain = re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", value) is not None
        if looks_like_domain and domain.value is None:
            domain = Valued(value.lower().removeprefix("www."), told.evidence)
        elif not looks_like_domain and name.value is None:
            name = Valued(value, told.evidence)
    return name, domain


def domain_of(url: str) -> str | None:
    """The host of a URL without ``www.``."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def resolve_date(capture: Capture, claims: Claims, name: str) -> Valued[Moment | None]:
    """The first date that can be read; one of the same day with a time is better."""
    found: list[Valued[Moment]] = []
    told = [*claims.of(name), *((each.value, each.evidence) for each in capture.hints if each.field == name)]
    for text, evidence in told:
        moment = parse_date(text)
        if moment is not None:
            found.append(Valued(moment, evidence))
    if not found:
        return Valued(None)
    first = found[0]
    if not first.value.has_time:
        for other in found[1:]:
            if other.value.has_time and other.value.day == first.value.day:
                return Valued(other.value, other.evidence)
    return Valued(first.value, first.evidence)


def resolve_lang(capture: Capture, claims: Claims) -> Valued[str | None]:
    """The declared language as a BCP 47 tag: ``html lang`` first (it is what browsers and screen readers use)."""
    for text, evidence in (*claims.of("html-lang"), *claims.of("lang")):
        tag = language_tag(text)
        if tag is not None:
            return Valued(tag, evidence)
    told = hint(capture, "lang")
    tag = language_tag(told.value) if told else None
    return Valued(tag, told.evidence if told and tag else "")


def language_tag(text: str) -> str | None:
    """``en_us``, ``EN-us``, ``en_US.utf8`` → ``en-US``; None for what is no language tag (names of languages too)."""
    found = _LANG.match(text.strip())
    if found is None:
        return None
    language, script, region = found.groups()
    parts = [language.lower()]
    if script:
        parts.append(script.title())
    if region:
        parts.append(region.upper())
    return "-".join(parts)


def resolve_section(capture: Capture, claims: Claims, crumbs: Sequence[str]) -> Valued[str | None]:
    """The newspaper's section; `crumbs` are names of sections that stand over the headline."""
    for text, evidence in (*claims.of("section"), *claims.of("crumb")):
        if len(text) <= 60 and "://" not in text:
            return Valued(text, evidence)
    for crumb in crumbs:
        return Valued(crumb, "markup")
    told = hint(capture, "section")
    return Valued(told.value.strip(), told.evidence) if told else Valued(None)


def resolve_tags(capture: Capture, claims: Claims, linked: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The tags of the best evidence alone: sources repeat each other in other spellings.

    The best is what two kinds of evidence give alike; else the first in `_TAG_ORDER`, but for two cases: a single tag
    (often the section) gives way to a longer list that has it, and JSON-LD to the keywords of meta elements, where one
    of the two is a part of the other: what is left over are words for machines.
    """
    by_evidence: dict[str, list[str]] = {"markup": list(linked)}
    for text, evidence in claims.of("tag"):
        by_evidence.setdefault(evidence, []).append(text)
    for each in capture.hints:
        if each.field == "tags":
            by_evidence.setdefault(each.evidence, []).append(each.value)
    lists = {evidence: tags for evidence, values in by_evidence.items() if (tags := _clean_tags(values))}
    order = [evidence for evidence in (*_TAG_ORDER, *by_evidence) if evidence in lists]
    if not order:
        return (), ""
    evidence = _best_tags({each: lists[each].keys() for each in order})
    return tuple(lists[evidence].values())[:_MAX_TAGS], evidence


def linked_tags(blocks: Sequence[Block], labels: Sequence[Label]) -> list[str]:
    """The tags that readers see: links in blocks labelled tags; without such blocks, links around the text that are
    named tags one by one or stand in a list named so."""
    found = [
        words for block, given in zip(blocks, labels, strict=True) if given.zone == "tags" for _, words in block.links
    ]
    near = [i for i, block in enumerate(blocks) if block.place != "outside"]
    if found or not near:
        return found
    for block in blocks[max(0, near[0] - _TAGS_AROUND) : near[-1] + _TAGS_AROUND]:
        if not block.links or not block.context.isdisjoint(_NOT_ITS_TAGS):
            continue
        marked = [words for names, words in block.marks if "tags" in names]
        if "tags" in block.context and block.link_chars * 10 > 7 * len(block.text):
            marked = [words for _, words in block.links]
        found += marked
    return found if len(found) <= _MAX_LINKED else []


_TAGS_AROUND = 15
_MAX_LINKED = 20
"""More are a cloud of the site's tags."""
_NOT_ITS_TAGS = frozenset(("promo", "aside", "comment", "share", "consent", "letter"))
_TAG_ORDER = ("json-ld", "microdata", "opengraph", "markup", "meta")


def _clean_tags(values: Sequence[str]) -> dict[str, str]:
    """Tags by their folded form; none if they are an agency's routing."""
    tags: dict[str, str] = {}
    for value in values:
        tag = value.strip(" #,;")
        if "(" in tag or "/" in tag:
            tag = _TAG_PATH.sub("", _TAG_COUNT.sub("", tag))
        if 0 < len(tag) <= _MAX_TAG_CHARS and not _NO_TAG.search(tag):
            tags.setdefault(tag.casefold(), tag)
    if len(tags) >= _MIN_CODES:
        codes = sum(_CODE.fullmatch(tag) is not None for tag in tags.values())
        if codes * 10 >= len(tags) * 7:
            return {}
    return {key: tag for key, tag in tags.items() if len(tag) > 1 or not tag.isascii()}


def _best_tags(lists: Mapping[str, Set[str]]) -> str:
    """Which of several lists, given in the order in which they are believed."""
    first, *others = lists
    for evidence, tags in lists.items():
        if len(tags) > 1 and any(tags == lists[each] for each in lists if each != evidence):
            return evidence
    if any(lists[first] == lists[each] for each in others):
        return first
    if len(lists[first]) == 1:
        return next((each for each in reversed(others) if lists[first] < lists[each]), first)
    meta = lists.get("meta", frozenset())
    if first == "json-ld" and len(meta) > 1 and (meta <= lists[first] or lists[first] <= meta):
        return "meta"
    return "meta" if first == "markup" and lists[first] < meta else first


_TAG_COUNT = re.compile(r"^\(\d+\)\s*")
_TAG_PATH = re.compile(r"^(?:sections?|topics?|tags?|organi[sz]ations?|persons?|people|places?|categor(?:y|ies))/")
_CODE = re.compile(r"[A-Z0-9]{2,6}")
_MIN_CODES = 5
"""A list of so many tags, of which seven in ten are codes ("MTPIX", "EREP"), is an agency's routing."""
_NO_TAG = re.compile(r"://|^[\W\d_]+$|_|^[0-9a-f]{8}-[0-9a-f-]+$|^[\w ]{2,30}:\s?\S|^\w+\.(?:com|org|net|de)$")
"""What is no word for people: addresses, numbers, ``snake_case``, identifiers, ``Category: News``, domains."""
