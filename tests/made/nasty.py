"""Pages and dumps made to cost their reader time or memory, each as bytes by name. Each has an article of a few
sentences around what is nasty, so that it can be seen whether anything was lost: `FIRST` stands before it, `LAST`
after.

Made at the size at which the machine notices (`size` 1); a fraction of it makes the same kind of page smaller.
"""

from __future__ import annotations

import base64
import gzip
import json
import plistlib
from collections.abc import Callable

__all__ = ["FILES", "FIRST", "LAST", "PAGES", "TEXTS"]

FIRST = "firstmost"
LAST = "lastmost"
_SENTENCE = "The council met for the {} time that year and, after a long debate, sent the {} plan back to its author. "
_BEFORE = "".join(f"<p>{_SENTENCE.format(FIRST, word) * 3}</p>" for word in ("harbour", "ferry", "tide"))
_AFTER = "".join(f"<p>{_SENTENCE.format(LAST, word) * 3}</p>" for word in ("bridge", "lantern"))
_HEAD = "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Vote on the harbour plan</title>"


def _page(inside: str, *, head: str = "", tail: str = "") -> bytes:
    return (
        f"{_HEAD}{head}</head><body><article><h1>Vote on the harbour plan</h1>{_BEFORE}{inside}{_AFTER}</article>"
        f"{tail}</body></html>"
    ).encode()


def _dump(inside: str) -> bytes:
    before = "\n".join(_SENTENCE.format(FIRST, word) * 3 for word in ("harbour", "ferry", "tide"))
    after = "\n".join(_SENTENCE.format(LAST, word) * 3 for word in ("bridge", "lantern"))
    return f"Vote on the harbour plan\n{before}\n{inside}\n{after}\n".encode()


def _n(size: float, count: int) -> int:
    return max(1, int(size * count))


def _misnested(size: float) -> bytes:
    tags = "".join(f"<font c={i}>" for i in range(_n(size, 2000)))
    return _page("<p>" + tags + "<p>x" * _n(size, 10_000))


def _names(count: int) -> str:
    return " ".join(f"a{i}=1" for i in range(count))


def _json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def _deep_json(size: float) -> bytes:
    count = _n(size, 500_000)
    return _page("", head=_json_ld('{"a":[' * count + "]}" * count))


def _long_json(size: float) -> bytes:
    listed = ",".join(f'{{"@type":"NewsArticle","headline":"Story {i}"}}' for i in range(_n(size, 200_000)))
    return _page("", head=_json_ld(f"[{listed}]"))


def _hydration(count: int) -> str:
    told = ",".join(['{"t":"It met and it went."}'] * count)
    return f"<script type=application/json>[{told}]</script>"


def _words(count: int) -> str:
    return " ".join(("quarter", "motion", "pilot", "estuary", "anchor", "meadow")[i % 6] for i in range(count))


PAGES: dict[str, Callable[[float], bytes]] = {
    "a page": lambda size: _page(""),
    "100,000 nested div": lambda s: _page("<div>" * _n(s, 100_000)),
    "100,000 nested div with a letter each": lambda s: _page("<div>x" * _n(s, 100_000)),
    "2,900 nested div with 1,000,000 letters in them": lambda s: _page("<div>" * 2900 + "<b>x</b>" * _n(s, 150_000)),
    "100,000 nested font": lambda s: _page("<font color=red>" * _n(s, 100_000)),
    "100,000 nested span": lambda s: _page("<span class=x>" * _n(s, 100_000)),
    "100,000 nested lists": lambda s: _page("<ul><li>" * _n(s, 100_000)),
    "5,000 nested tables": lambda s: _page("<table><tr><td>" * _n(s, 5000)),
    "100,000 nested links": lambda s: _page("<a href=/x>" * _n(s, 100_000)),
    "misnested formatting": _misnested,
    "misnested formatting, of one kind": lambda s: _page("<p><b><i>x</p>" * _n(s, 40_000)),
    "misnested links": lambda s: _page("<a href=x><div>x" * _n(s, 100_000)),
    "misnested in tables": lambda s: _page("<table><b><tr><i><td>x" * _n(s, 20_000)),
    "100,000 attributes in a tag": lambda s: _page(f"<div {_names(_n(s, 100_000))}>x</div>"),
    "900 attributes in each of 400 tags": lambda s: _page(f"<div {_names(400)}>x</div>" * _n(s, 400)),
    "an attribute of 50 MB": lambda s: _page(f'<div title="{"x " * _n(s, 25_000_000)}">x</div>'),
    "an attribute that does not end": lambda s: _page('<div title="' + "x " * _n(s, 10_000_000)),
    "2,000,000 tiny paragraphs": lambda s: _page("<p>x</p>" * _n(s, 2_000_000)),
    "1,000,000 br": lambda s: _page("x<br>" * _n(s, 1_000_000)),
    "1,000,000 cells of a table": lambda s: _page("<table>" + "<tr><td>x" * _n(s, 1_000_000) + "</table>"),
    "399,000 paragraphs": lambda s: _page("<p>x" * _n(s, 399_000)),
    "399,000 paragraphs of a sentence": lambda s: _page("<p>It met, and went." * _n(s, 399_000)),
    "130,000 links": lambda s: _page("".join(f"<li><a href=/{i}>Go</a>" for i in range(_n(s, 130_000)))),
    "1,000,000 links": lambda s: _page("".join(f"<a href=/{i}>to {i}</a> " for i in range(_n(s, 1_000_000)))),
    "100,000 cards": lambda s: _page("<li><h3><a href=/x>A linked heading of a length</a></h3>" * _n(s, 100_000)),
    "100,000 headings": lambda s: _page("<h2>The council met</h2>" * _n(s, 100_000)),
    "10 MB of <": lambda s: _page("<" * _n(s, 10_000_000)),
    "10 MB of &": lambda s: _page("&" * _n(s, 10_000_000)),
    "10 MB of <a": lambda s: _page("<a " * _n(s, 3_000_000)),
    "10 MB of </": lambda s: _page("</" * _n(s, 5_000_000)),
    "10 MB of <!--": lambda s: _page("<!--" * _n(s, 2_500_000)),
    "10 MB of <?": lambda s: _page("<?x " * _n(s, 2_500_000)),
    "10 MB of quotes": lambda s: _page('<a href="' * _n(s, 1_000_000)),
    "10 MB in a line": lambda s: _page(f"<p>{_words(_n(s, 1_500_000))}"),
    "10 MB of one word": lambda s: _page(f"<p>{'x' * _n(s, 10_000_000)}"),
    "10 MB of commas": lambda s: _page(f"<p>{', ' * _n(s, 5_000_000)}"),
    "10 MB of ideographs": lambda s: _page(f"<p>{'海港会议' * _n(s, 830_000)}"),
    "500,000 entities": lambda s: _page("&amp;&lt;&eacute;&#65;" * _n(s, 125_000)),
    "deep JSON-LD": _deep_json,
    "long JSON-LD": _long_json,
    "JSON-LD of 20 MB of text": lambda s: _page(
        "", head=_json_ld('{"@type":"NewsArticle","articleBody":"%s"}' % ("it met " * _n(s, 3_000_000)))
    ),
    "JSON-LD that is not closed": lambda s: _page("", head=_json_ld('{"a":"' + "it met " * _n(s, 500_000))),
    "1,000 JSON-LD that are broken": lambda s: _page("", head=_json_ld('{"a":[1,2,' * 300) * _n(s, 1000)),
    "100,000 meta": lambda s: _page(
        "", head="".join(f'<meta property="og:title" content="Title {i}">' for i in range(_n(s, 100_000)))
    ),
    "100,000 authors": lambda s: _page(
        "", head="".join(f'<meta name="author" content="Ada Ell {i}">' for i in range(_n(s, 100_000)))
    ),
    "100,000 tags": lambda s: _page(
        "", head="".join(f'<meta property="article:tag" content="tag {i}">' for i in range(_n(s, 100_000)))
    ),
    "100,000 microdata": lambda s: _page(
        "<div itemscope itemtype=http://schema.org/NewsArticle>"
        + "<span itemprop=author>Ada Ell</span>" * _n(s, 100_000)
    ),
    "50,000 scripts of JSON": lambda s: _page("", tail='<script>{"a":[1,2,3],"b":"text"}</script>' * _n(s, 50_000)),
    "20 MB of hydration": lambda s: _page("", tail=_hydration(_n(s, 600_000))),
    "200,000 options": lambda s: _page("<select>" + "<option>one" * _n(s, 200_000) + "</select>"),
    "nested svg": lambda s: _page("<svg><g>" * _n(s, 50_000)),
    "nested math": lambda s: _page("<math><mi><mtext>" * _n(s, 30_000)),
    "nested template": lambda s: _page("<template>" * _n(s, 50_000)),
    "a picture of 20 MB": lambda s: _page(f'<img src="data:image/png;base64,{"iVBORw0K" * _n(s, 2_500_000)}">'),
    "200 pictures of 100 kB": lambda s: _page(
        f'<figure><img src="data:image/png;base64,{"iVBORw0K" * 12_500}"></figure>' * _n(s, 200)
    ),
    "a style of 20 MB": lambda s: _page("", head=f"<style>{'.a{color:red}' * _n(s, 1_500_000)}</style>"),
    "a script of 20 MB": lambda s: _page("", tail=f"<script>{'if(a<b){c()};' * _n(s, 1_500_000)}</script>"),
    "a comment of 20 MB": lambda s: _page(f"<!-- {'note ' * _n(s, 4_000_000)}-->"),
    "1,000,000 comments": lambda s: _page("<!--x-->" * _n(s, 1_000_000)),
    "CDATA of 20 MB": lambda s: _page(f"<![CDATA[ {'note ' * _n(s, 4_000_000)}]]>"),
    "textarea of 20 MB": lambda s: _page(f"<textarea>{'note ' * _n(s, 4_000_000)}</textarea>"),
    "NULs": lambda s: _page("<p>" + "x\0" * _n(s, 100_000) + "y" * _n(s, 5_000_000)),
    "a title of 10 MB": lambda s: _page("", head=f"<title>{'Vote | ' * _n(s, 1_400_000)}</title>"),
    "a heading of 10 MB": lambda s: _page(f"<h1>{'Vote on ' * _n(s, 1_200_000)}</h1>"),
    "class names of 10 MB": lambda s: _page(f"<div class='{'article-body ' * _n(s, 800_000)}'>x</div>"),
    "100,000 class names": lambda s: _page("".join(f"<p class=n{i}-body>x" for i in range(_n(s, 100_000)))),
    "60,000 figures": lambda s: _page(
        "<figure><img><figcaption>A quay. Photo: A. Ell</figcaption></figure>" * _n(s, 60_000)
    ),
    "100,000 times": lambda s: _page("<p><time datetime=2023-07-01>1 July</time>" * _n(s, 100_000)),
    "1,000 bylines in a paragraph": lambda s: _page("<p>By " + "Ada Ell and " * _n(s, 200_000)),
    "64 MB of paragraphs": lambda s: _page(f"<p>{_SENTENCE}</p>" * _n(s, 560_000)),
    "2.9 MB of paragraphs": lambda s: _page(f"<p>{_SENTENCE}{_SENTENCE[:10]}" * _n(s, 24_500)),
    "2.9 MB of different words": lambda s: _page(f"<p>{' '.join(f'{i:x}' for i in range(_n(s, 480_000)))}"),
    "2.9 MB of linked words": lambda s: _page(f"<a href=/{'x' * 190}>to it</a> " * _n(s, 12_000)),
    "24,000 paragraphs of a letter": lambda s: _page("<p>x" * _n(s, 24_000)),
    "a refusal of 2.9 MB": lambda s: _page("Please enable JavaScript. " * _n(s, 110_000)),
    "paragraphs of 20 MB": lambda s: _page(f"<p>{_SENTENCE * 8}</p>" * _n(s, 23_000)),
}  # fmt: skip

TEXTS: dict[str, Callable[[float], bytes]] = {
    "a dump": lambda size: _dump(""),
    "10 MB in a line": lambda s: _dump(_words(_n(s, 1_500_000))),
    "10 MB of one word": lambda s: _dump("x" * _n(s, 10_000_000)),
    "1,000,000 short lines": lambda s: _dump("\n".join(f"item {i}" for i in range(_n(s, 1_000_000)))),
    "199,000 lines of a sentence": lambda s: _dump("It met on the pier, and then it went.\n" * _n(s, 199_000)),
    "500,000 times the same line": lambda s: _dump("Read more about it here\n" * _n(s, 500_000)),
    "20 MB of prose": lambda s: _dump((_SENTENCE * 5 + "\n") * _n(s, 36_000)),
    "0.6 MB of lines": lambda s: _dump("It met on the pier, and then it went. So be it then.\n" * _n(s, 9900)),
    "10 MB of punctuation": lambda s: _dump(".,;:!?- \n" * _n(s, 1_100_000)),
    "10 MB of ideographs": lambda s: _dump("海港会议，" * _n(s, 660_000)),
    "10 MB of dates": lambda s: _dump("1 July 2023\n" * _n(s, 800_000)),
    "10 MB of bylines": lambda s: _dump("By Ada Ell and Bo Ott\n" * _n(s, 450_000)),
    "10 MB of credits": lambda s: _dump("A quay at dawn. © Ada Ell / Agency\n" * _n(s, 290_000)),
    "10 MB of digits": lambda s: _dump("1 2 3 4 5 6 7 8 9 10 11 12 " * _n(s, 370_000)),
    "10 MB of blank lines": lambda s: _dump("\n" * _n(s, 10_000_000)),
    "10 MB of links": lambda s: _dump("[one](https://news.example/1) and [1] * two\n" * _n(s, 230_000)),
    "10 MB of brackets": lambda s: _dump("[" * _n(s, 10_000_000)),
    "10 MB of tabs": lambda s: _dump("\t" * _n(s, 10_000_000)),
    "10 MB of \\r": lambda s: _dump("x\r" * _n(s, 5_000_000)),
    "10 MB of addresses": lambda s: _dump("https://news.example/a/b/c?d=1 " * _n(s, 320_000)),
    "10 MB of dots": lambda s: _dump("." * _n(s, 10_000_000)),
    "10 MB of quotes": lambda s: _dump('"' * _n(s, 10_000_000)),
    "10 MB of NUL words": lambda s: _dump(("word " * 300 + "\0") * _n(s, 6600)),
}


def _mhtml(page: bytes, coding: str) -> bytes:
    body = base64.encodebytes(page) if coding == "base64" else page.replace(b"=", b"=3D")
    return (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n"
        b"Content-Transfer-Encoding: %s\r\n\r\n%s\r\n--x--\r\n" % (coding.encode(), body)
    )


def _prose(size: float, count: int) -> bytes:
    return _page(f"<p>{_SENTENCE}</p>" * _n(size, count))


def _webarchive(page: bytes) -> bytes:
    main = {"WebResourceData": page, "WebResourceMIMEType": "text/html", "WebResourceURL": "https://news.example/"}
    return plistlib.dumps({"WebMainResource": main}, fmt=plistlib.FMT_BINARY)


def _har(page: str) -> bytes:
    content = {"mimeType": "text/html", "text": page}
    entry = {"request": {"url": "https://news.example/"}, "response": {"status": 200, "content": content}}
    return json.dumps({"log": {"entries": [entry]}}).encode()


def _record(size: float) -> bytes:
    text = (_SENTENCE * 5 + "\n") * _n(size, 100_000)
    record = {"title": "Vote", "maintext": text, "url": "https://news.example/", "date_publish": "2023-07-01"}
    return json.dumps({**record, "source_domain": "news.example", "title_page": "x", "date_download": "x"}).encode()


FILES: dict[str, Callable[[float], bytes]] = {
    "a page in UTF-16.html": lambda s: b"\xff\xfe" + _prose(s, 280_000).decode().encode("utf-16-le"),
    "a page in UTF-32.html": lambda s: b"\xff\xfe\0\0" + _prose(s, 140_000).decode().encode("utf-32-le"),
    "a page in Shift JIS.html": lambda s: (
        b"<meta charset=shift_jis><p>" + "海港会議".encode("shift_jis") * _n(s, 7_000_000)
    ),
    "a bomb.html.gz": lambda s: gzip.compress(bytes(_n(s, 300_000_000)), 1),
    "a packed page.html.gz": lambda s: gzip.compress(_prose(s, 550_000), 1),
    "a page in base64.mhtml": lambda s: _mhtml(_prose(s, 400_000), "base64"),
    "a quoted page.mhtml": lambda s: _mhtml(_prose(s, 500_000), "quoted-printable"),
    "a web archive.webarchive": lambda s: _webarchive(_prose(s, 550_000)),
    "a dump in UTF-16.txt": lambda s: b"\xff\xfe" + ((_SENTENCE * 5 + "\n") * _n(s, 60_000)).encode("utf-16-le"),
    "a record.jsonl": _record,
    "an entry.rss": lambda s: (
        b"<rss><channel><item><title>Vote</title><description><![CDATA[%s]]></description></item>" % _prose(s, 500_000)
    ),
    "an entry of 15 MB.har": lambda s: _har(_prose(s, 140_000).decode()),
    "an entry.har": lambda s: _har(_prose(s, 450_000).decode()),
}
"""Other forms, by file names."""
