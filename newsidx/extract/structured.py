"""What a page says of its article to machines: JSON-LD, microdata, OpenGraph and meta, as one list of claims.

Read as tolerantly as pages are written: JSON-LD as one object, an array, an ``@graph``, nested under ``mainEntity``,
several values in a row, broken by comments, raw line ends or a trailing comma. Which claim is believed is decided in
`resolve`. Called by `html`, before the scripts are taken out of the tree.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from newsidx.extract.lines_phrases import sections

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["Claims", "read_claims", "squash"]

_MAX_JSON_CHARS = 4_000_000
_MAX_OBJECTS = 2000
_MAX_DEPTH = 12
_MIN_ALT_WIDE = 12
_WIDE = "\u2e7f"
_MIN_ALT_CHARS = 30
"""The text of an image that is long enough to tell its caption among the page's lines; shorter ones are names."""

_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|Review)$")
_STRONG_TYPES = frozenset(("NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle"))
_PAGE_TYPES = frozenset(("WebPage", "ItemPage", "MedicalWebPage", "AboutPage"))
_LISTING_TYPES = frozenset(("CollectionPage", "SearchResultsPage"))
_OTHERS = frozenset(
    "hasPart itemListElement isPartOf relatedLink citation comment mentions liveBlogUpdate video image review about"
    " subjectOf workExample breadcrumb publisher author creator associatedMedia potentialAction".split()
)
"""Properties whose objects are other things than the article of the page."""

_JSON_COMMENT = re.compile(
    r"^\s*(?:<!--|<!\[CDATA\[|//\s*<!\[CDATA\[|/\*.{0,100}?\*/)|(?:-->|\]\]>|//\s*\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_ANY_TAG = re.compile(r"<[^<>]*>")
_NOT_WORD = re.compile(r"\W+")
_SIGNS = "’“”‘–—…"
"""Most texts of letters beyond ASCII have none but these."""
_LOWER = bytes(range(256)).lower()
_NO_WORD = bytes(each for each in range(128) if not chr(each).isalnum() and each != ord("_"))


@dataclass(slots=True)
class Claims:
    """Values by field, each with its evidence, in the order they are to be believed; and what tells of the kind.

    Fields: headline, deck, body, published, modified, author, section, tag, lang, source, canonical, url, caption.
    """

    values: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)
    """The ``@type`` of the JSON-LD objects of the page itself, and ``og:type`` as ``og:article``."""
    is_free: bool | None = None
    titles: list[str] = field(default_factory=list)
    """The text of ``title`` elements, site name and all."""
    alternates: list[str] = field(default_factory=list)
    """Other names of the article (``alternativeHeadline``): witnesses, not headlines."""
    body_text: str = ""
    body_words: str = ""
    """The page's own ``articleBody`` (`body_text`, tags as line ends), and squashed (see `squash`); empty where it
    gives none."""

    def add(self, name: str, value: object, evidence: str) -> None:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return
        text = _plain(str(value))
        if text:
            self.values.setdefault(name, []).append((text, evidence))

    def of(self, name: str, *evidence: str) -> Iterator[tuple[str, str]]:
        """The claims for a field, of some kinds of evidence only if any are named."""
        for text, witness in self.values.get(name, ()):
            if not evidence or witness in evidence:
                yield text, witness

    def first(self, name: str, *evidence: str) -> str | None:
        return next((text for text, _ in self.of(name, *evidence)), None)


@lru_cache(maxsize=512)
def squash(text: str) -> str:
    """Letters and digits only, case folded: what is left of a text when markup, quotes and spacing differ. The texts of
    a page are asked for several times over."""
    if not text.isascii():
        for sign in _SIGNS:
            text = text.replace(sign, "")
    if text.isascii():
        return text.encode().translate(_LOWER, _NO_WORD).decode()
    # Blanks and signs of ASCII, which are nearly all, are taken out ten times as fast as bytes.
    text = text.encode("utf-8", "surrogatepass").translate(None, _NO_WORD).decode("utf-8", "surrogatepass")
    return _NOT_WORD.sub("", text).casefold()


_NODES = (
    ':is(meta[content],link[rel~="canonical" i],title,img[alt],[itemprop],[itemtype*="Article"],[itemtype*="Posting"])'
)
"""All that claims anything, in document order: one walk over the tree costs .15 ms, and seven cost seven times that."""
_SCRIPTS = 'script[type*="ld+json" i]'
"""Only of pages that were not cut."""


@dataclass(slots=True)
class _Found:
    """The nodes of a page that claim something, by what they are."""

    metas: list[dict[str, str | None]] = field(default_factory=list)
    items: list[tuple[LexborNode, dict[str, str | None]]] = field(default_factory=list)
    scope: LexborNode | None = None


def read_claims(tree: LexborHTMLParser, json_ld: Sequence[bytes] | None = None) -> Claims:
    """All that the head, the scripts and the attributes of a page claim. Never fails on what they hold. `json_ld`: the
    insides of its scripts of that kind, where they are no longer in the tree."""
    claims = Claims()
    found = _Found()
    images = 0
    for node in tree.css(_NODES):
        tag = node.tag
        if tag == "title":
            if node.parent is not None and node.parent.tag in ("head", "body"):
                claims.titles += [text for text in (_plain(node.text()),) if text]
            continue
        if tag == "img":
            # Not by `attributes`: an image may bear its bytes in one of them.
            images += 1
            alt = node.attrs.get("alt") or "" if images <= _MAX_IMAGES else ""
            if len(alt) >= _MIN_ALT_CHARS or (len(alt) >= _MIN_ALT_WIDE and alt[0] > _WIDE):
                claims.add("caption", alt, "markup")
            continue
        attributes = node.attributes
        if tag == "meta":
            found.metas.append(attributes)
        elif tag == "link":
            claims.add("canonical", attributes.get("href") or "", "markup")
        if "itemprop" in attributes and len(found.items) < _MAX_OBJECTS:
            found.items.append((node, attributes))
        if found.scope is None and _ARTICLE_SCOPE.search(attributes.get("itemtype") or ""):
            found.scope = node
    if json_ld is None:
        _read_json_ld([node.text() for node in tree.css(_SCRIPTS)], claims)
    else:
        _read_json_ld([each.decode("utf-8", "replace") for each in json_ld], claims)
    _read_microdata(found, claims)
    _read_meta(found.metas, claims)
    root = tree.root
    if root is not None and root.tag == "html":
        claims.add("html-lang", root.attributes.get("lang") or root.attributes.get("xml:lang") or "", "markup")
    return claims


_MAX_IMAGES = 300
_ARTICLE_SCOPE = re.compile("Article|Posting")


# --- JSON-LD -----------------------------------------------------------------------------------------------------


def _read_json_ld(scripts: Sequence[str], claims: Claims) -> None:
    objects: list[dict[str, Any]] = []
    for text in scripts:
        if text and len(text) <= _MAX_JSON_CHARS:
            for value in _parse_json(text):
                _collect(value, objects, 0)
    if not objects:
        return
    by_id = {key: each for each in objects if isinstance(key := each.get("@id"), str) and len(each) > 1}
    for each in objects:
        claims.types.update(_types(each))
    articles = [each for each in objects if _is_article(each)]
    for article in sorted(articles, key=lambda each: _rank(each, articles)):
        _claim_article(article, by_id, claims)
    for each in objects:
        types = _types(each)
        if "BreadcrumbList" in types:
            _claim_crumbs(each, claims)
        if types & _PAGE_TYPES or (
            not articles and types & {"VideoObject", "ImageGallery", "Event", "Recipe", "Product"}
        ):
            _claim_page(each, claims)
        elif types & {"NewsMediaOrganization", "WebSite"} or (not articles and "Organization" in types):
            claims.add("source", each.get("name"), "json-ld")


def _parse_json(text: str) -> list[Any]:
    """The values in a script, mended where that is obvious; none if it cannot be read."""
    for attempt in (str, _mend, lambda t: _mend(html.unescape(t))):
        candidate = attempt(text).strip()
        if not candidate:
            return []
        try:
            return [json.loads(candidate, strict=False)]
        except (ValueError, RecursionError):
            pass
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    candidate, at = _mend(text), 0
    while at < len(candidate) and len(values) < 50:
        starts = [found for mark in "{[" if (found := candidate.find(mark, at)) >= 0]
        if not starts:
            break
        try:
            value, at = decoder.raw_decode(candidate, min(starts))
        except (ValueError, RecursionError):
            break
        values.append(value)
    return values


def _mend(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _JSON_COMMENT.sub("", _JSON_COMMENT.sub("", text)))


def _collect(value: Any, objects: list[dict[str, Any]], depth: int) -> None:
    """The objects that are of the page itself: top level, in arrays, in ``@graph``, and main entities."""
    if depth > _MAX_DEPTH or len(objects) >= _MAX_OBJECTS:
        return
    if isinstance(value, list):
        for each in value:
            _collect(each, objects, depth + 1)
    elif isinstance(value, dict):
        objects.append(value)
        for key, inner in value.items():
            if isinstance(inner, (dict, list)) and (
                key == "@graph" or (key not in _OTHERS and key.startswith("mainEntity"))
            ):
                _collect(inner, objects, depth + 1)


def _types(value: dict[str, Any]) -> set[str]:
    types = value.get("@type")
    listed = types if isinstance(types, list) else [types]
    return {each.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for each in listed if isinstance(each, str)}


def _is_article(value: dict[str, Any]) -> bool:
    return any(_ARTICLE_TYPE.search(each) for each in _types(value)) or (
        "headline" in value and not _types(value) & (_PAGE_TYPES | {"WebSite", "Comment"})
    )


def _rank(value: dict[str, Any], articles: list[dict[str, Any]]) -> tuple[bool, bool, int]:
    types = _types(value)
    return (not types & _STRONG_TYPES, "headline" not in value, articles.index(value))


def _claim_article(article: dict[str, Any], by_id: dict[str, dict[str, Any]], claims: Claims) -> None:
    def add(name: str, *keys: str) -> None:
        for key in keys:
            value = article.get(key)
            for each in value if isinstance(value, list) else [value]:
                claims.add(name, _text_of(each), "json-ld")

    add("headline", "headline")
    if "headline" not in article:
        add("headline", "name")
    add("deck", "description")
    add("published", "datePublished")
    if "datePublished" not in article:
        add("created", "dateCreated", "uploadDate")
    add("modified", "dateModified")
    add("section", "articleSection")
    add("lang", "inLanguage")
    for key in ("url", "@id"):
        claims.add("url", _text_of(article.get(key)), "json-ld")
    main = article.get("mainEntityOfPage")
    claims.add("url", main.get("@id") or main.get("url") if isinstance(main, dict) else main, "json-ld")
    for key in ("alternativeHeadline", "name"):
        claims.alternates += [text for text in (_plain(_text_of(article.get(key)) or ""),) if text]
    body = article.get("articleBody") or article.get("text")
    if isinstance(body, str) and len(body) > len(claims.body_text):
        claims.body_text = html.unescape(_ANY_TAG.sub("\n", html.unescape(body)))
        claims.body_words = squash(claims.body_text)
    for keyword in _keywords(article.get("keywords")):
        claims.add("tag", keyword, "json-ld")
    for name in _people(article.get("author") or article.get("creator"), by_id):
        claims.add("author", name, "json-ld")
    publisher = article.get("publisher") or article.get("sourceOrganization")
    for name in _people(publisher, by_id):
        claims.add("source", name, "json-ld")
    images = article.get("image")
    for image in images if isinstance(images, list) else [images]:
        if isinstance(image, dict):
            claims.add("caption", _text_of(image.get("caption") or image.get("description")), "json-ld")
    free = article.get("isAccessibleForFree")
    if free is not None and claims.is_free is None:
        claims.is_free = str(free).casefold() not in ("false", "0", "no")


def _claim_page(value: dict[str, Any], claims: Claims) -> None:
    claims.add("published", value.get("datePublished") or value.get("uploadDate"), "json-ld")
    claims.add("modified", value.get("dateModified"), "json-ld")
    claims.add("lang", _text_of(value.get("inLanguage")), "json-ld")
    claims.add("url", value.get("url"), "json-ld")
    claims.add("deck", value.get("description"), "json-ld")
    for key in ("headline", "name"):
        text = _plain(_text_of(value.get(key)) or "")
        if text:
            claims.alternates.append(text)


def _claim_crumbs(value: dict[str, Any], claims: Claims) -> None:
    """The second crumb is a section, if another follows it (the first is the site, the last may be the article)."""
    crumbs = value.get("itemListElement")
    listed = [each for each in crumbs if isinstance(each, dict)] if isinstance(crumbs, list) else []
    names = [_text_of(each.get("name")) or _text_of(each.get("item")) or "" for each in listed]
    if len(names) > 2:
        claims.add("crumb", names[1], "json-ld")


def _text_of(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or value.get("@id") or value.get("text")
    if isinstance(value, list):
        value = next((each for each in value if isinstance(each, str)), None)
    return value if isinstance(value, str) else None


def _keywords(value: Any) -> Iterator[str]:
    """The keywords, one by one: a list as it is, a string at its commas (or semicolons); ``kind:word`` pairs last."""
    if isinstance(value, str):
        yield from re.split(r"\s*[;,،、]\s*", value)
    elif isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], str):
            yield from _keywords(value[0])
            return
        for each in value:
            text = _text_of(each)
            if text:
                yield text


def _people(value: Any, by_id: dict[str, dict[str, Any]], depth: int = 0) -> Iterator[str]:
    if depth > 3:
        return
    if isinstance(value, str):
        known = by_id.get(value)
        if known is not None:
            yield from _people(known, by_id, depth + 1)
        else:
            yield value
    elif isinstance(value, list):
        for each in value:
            yield from _people(each, by_id, depth + 1)
    elif isinstance(value, dict):
        name = value.get("name")
        if isinstance(name, (str, list)) and name:
            yield from _people(name, {}, depth + 1)
        elif isinstance(value.get("@id"), str) and value["@id"] in by_id and by_id[value["@id"]] is not value:
            yield from _people(by_id[value["@id"]], by_id, depth + 1)


# --- microdata, OpenGraph, meta ------------------------------------------------------------------------------------

_MICRODATA = {
    "headline": "headline",
    "datePublished": "published",
    "dateModified": "modified",
    "dateCreated": "created",
    "articleSection": "section",
    "keywords": "tag",
    "inLanguage": "lang",
}


def _read_microdata(found: _Found, claims: Claims) -> None:
    has_author = False
    for node, attributes in found.items:
        names = (attributes.get("itemprop") or "").split()
        has_author = has_author or "author" in names or "creator" in names
        if _MICRODATA.keys().isdisjoint(names):
            continue
        value = attributes.get("content") or attributes.get("datetime") or node.text()
        for name in names:
            if name == "keywords" and node.tag != "meta":
                continue
            target = _MICRODATA.get(name)
            if target == "headline" and claims.first(target, "microdata"):
                continue  # the first is the page's own, the others are of what it promotes
            if target == "tag":
                for keyword in _keywords(value):
                    claims.add("tag", keyword, "microdata")
            elif target:
                claims.add(target, (value or "")[:2000], "microdata")
    if not has_author:
        return
    authors = [node for node, attributes in found.items if _AUTHOR.search(attributes.get("itemprop") or "")]
    if found.scope is not None:
        authors = found.scope.css("[itemprop~=author],[itemprop~=creator]")
    for node in authors[:_MAX_AUTHORS]:
        named = node.css_first("[itemprop=name]") or node
        claims.add("author", (named.attributes.get("content") or named.text())[:300], "microdata")


_AUTHOR = re.compile(r"(?:^|\s)(?:author|creator)(?:$|\s)")
_MAX_AUTHORS = 20


@cache
def _meta_fields() -> dict[str, tuple[int, int, str]]:
    """For a name (or property) of a meta element: its field's number, its rank in the field, and the field."""
    fields = {}
    for at, (target, names) in enumerate(sections("html_meta.txt")):
        for rank, name in enumerate(names):
            fields[name] = (at, rank, target)
    return fields


_MAX_NAME_WORDS = 4
_LISTED = frozenset(("article:tag", "og:article:tag"))


def _read_meta(metas: Sequence[dict[str, str | None]], claims: Claims) -> None:
    fields = _meta_fields()
    found: list[tuple[int, int, str, str, str]] = []
    for attributes in metas[:_MAX_METAS]:
        content = attributes.get("content") or ""
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = (attributes.get(key) or "").strip().lower()
            if not name:
                continue
            if name == "og:type":
                claims.types.add("og:" + content.strip().lower())
            place = fields.get(name)
            if place is not None:
                found.append((*place, name, content))
                break
    for _, _, target, name, content in sorted(found, key=lambda each: each[:2]):
        evidence = "opengraph" if name.startswith(("og:", "article:", "twitter:")) else "meta"
        if target == "tag":
            for keyword in [content] if name in _LISTED and content.count(",") < 2 else _keywords(content):
                claims.add("tag", keyword, evidence)
        elif name != "twitter:data1" or len(content.split()) <= _MAX_NAME_WORDS:
            claims.add(target, content, evidence)


_MAX_METAS = 600


def _plain(text: str) -> str:
    """One line, entities and tags resolved (both are often written twice over in attributes and JSON)."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = re.sub(r"</?[a-zA-Z][^<>]{0,200}>", " ", text)
    return " ".join(text.replace("\u00ad", "").replace("\u200b", "").split())
