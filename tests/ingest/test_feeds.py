"""Feeds and HAR in an add: entries with a text are articles, others stubs that give way to the page."""

from __future__ import annotations

import base64
import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsidx
from newsidx.api import Index
from newsidx.capture import Place, container_of, list_records, read_record
from newsidx.errors import CaptureError
from newsidx.ingest import add as add_module
from newsidx.ingest.members import parse_path
from newsidx.ingest.pool import Pool
from newsidx.model import Outcome, capture_id
from tests.made.archives import page

SENTENCE = "The council of {} met on the pier and talked for nine hours about the harbour and its keeper. "
TEXT = "".join(f"<p>{SENTENCE.format(word) * 4}</p>" for word in ("ferry", "anchor", "quota"))
ABOUT = "What the council said of the ferry, and why."

RSS = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Ledger</title><link>https://ledger.example/</link>
<language>en-gb</language><image><url>x.png</url><title>Logo</title></image>
<item><title>Vote on the ferry &amp; the pier</title><link>https://ledger.example/ferry</link><guid>1</guid>
<pubDate>Sat, 01 Jul 2023 12:22:11 GMT</pubDate><dc:creator><![CDATA[Ada Ell]]></dc:creator><category>Harbour</category>
<category><![CDATA[Ferries & more]]></category><description>{ABOUT}</description>
<content:encoded><![CDATA[{TEXT}]]></content:encoded></item>
<item><title><![CDATA[A short <b>one</b>]]></title><guid isPermaLink="true">https://ledger.example/short</guid>
<description>&lt;p&gt;{ABOUT}&lt;/p&gt;</description></item></channel></rss>"""

ATOM = f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<title>The Ledger</title><entry><title type="html">Vote on the ferry &amp;amp; the pier</title><link rel="self" href="https://ledger.example/self"/>
<link rel="alternate" href="https://ledger.example/ferry?a=1&amp;b=2"/><published>2023-07-01T12:22:11Z</published>
<updated>2023-07-02T12:22:11Z</updated><author><name>Ada Ell</name><uri>https://ledger.example/ada</uri></author>
<category term="Harbour"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{TEXT}</div></content></entry>
<entry><title>A short one</title><link href="https://ledger.example/short"/><summary>{ABOUT}</summary></entry></feed>"""

RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://ledger.example/"><title>The Ledger</title></channel>
<item rdf:about="https://ledger.example/ferry"><title>Vote on the ferry</title><link>https://ledger.example/ferry</link>
<description>{TEXT.replace("<", "&lt;")}</description><dc:date>2023-07-01T12:22:11+02:00</dc:date></item></rdf:RDF>"""

JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Ledger",
        "home_page_url": "https://ledger.example/",
        "items": [
            {
                "id": "1",
                "url": "https://ledger.example/ferry",
                "title": "Vote on the ferry",
                "content_html": TEXT,
                "date_published": "2023-07-01T12:22:11Z",
                "authors": [{"name": "Ada Ell"}],
                "tags": ["Harbour"],
                "language": "en",
            },
            {"id": "2", "url": "https://ledger.example/short", "title": "A short one", "summary": ABOUT},
        ],
    },
    indent=1,
)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    monkeypatch.setattr(add_module, "Pool", lambda jobs, **_: Pool(0))
    (tmp_path / "in").mkdir()
    return newsidx.open(tmp_path / "index", create=True)


def add(index: Index, tmp_path: Path, files: dict[str, str | bytes]) -> list[Outcome]:
    for name, data in files.items():
        (tmp_path / "in" / name).write_bytes(data.encode() if isinstance(data, str) else data)
    outcomes: list[Outcome] = []
    index.add(tmp_path / "in", report=outcomes.append)
    assert index.check() == []
    return outcomes


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("news.rss", RSS),
        ("feed.xml", RSS),
        ("index.html", RSS),
        ("world.xml", RSS),
        ("news.rss.gz", gzip.compress(RSS.encode())),
        ("news.atom", ATOM),
        ("feed.json", JSON_FEED),
        ("news.rss", RSS.replace("UTF-8", "iso-8859-1", 1)),
    ],
)
def test_entries_of_a_feed_are_articles_and_stubs(index: Index, tmp_path: Path, name: str, data: str | bytes) -> None:
    outcomes = add(index, tmp_path, {name: data})
    assert [outcome.status for outcome in outcomes] == ["added", "added"]
    articles = {hit.article.kind: hit.article for hit in index.search("council")}
    full, stub = articles["article"], articles["stub"]
    assert (full.headline or "").startswith("Vote on the ferry")
    assert len(full.body) == 3 and full.body[0].startswith("The council of ferry met")
    assert full.url is not None and full.url.startswith("https://ledger.example/ferry")
    assert str(full.published) in ("2023-07-01T12:22:11Z", "2023-07-01T12:22:11+00:00")
    assert full.evidence["published"] == "record"
    assert full.authors == ("Ada Ell",) and full.source.name == "The Ledger"
    assert full.tags[0] == "Harbour"
    assert (stub.headline, stub.url) == ("A short one", "https://ledger.example/short")
    assert add(index, tmp_path, {})[0].status == "unchanged"


def test_a_feed_of_rdf(index: Index, tmp_path: Path) -> None:
    add(index, tmp_path, {"news.rdf": RDF})
    (article,) = (hit.article for hit in index.search("council"))
    assert (article.kind, len(article.body)) == ("article", 3)
    assert str(article.published) == "2023-07-01T12:22:11+02:00"


def test_a_stub_gives_way_to_its_page(index: Index, tmp_path: Path) -> None:
    head = '<link rel="canonical" href="https://ledger.example/short">'
    add(index, tmp_path, {"a.rss": RSS})
    add(index, tmp_path, {"b.html": page("short", head=head)})
    kinds = [hit.article.kind for hit in index.search('url:"https://ledger.example/short"')]
    assert kinds == ["article"]


def test_an_entry_in_two_fetches_of_a_feed_is_one_article(index: Index, tmp_path: Path) -> None:
    later = RSS.replace("<item>", "<item><title>New</title><description>x</description></item><item>", 1)
    outcomes = add(index, tmp_path, {"a.rss": RSS, "b.rss": later})
    assert [outcome.status for outcome in outcomes].count("duplicate") == 2


def test_what_is_no_feed_under_a_feeds_name_is_told(index: Index, tmp_path: Path) -> None:
    outcomes = add(index, tmp_path, {"feed.xml": "<urlset><url><loc>x</loc></url></urlset>", "a.rss": "<html><p>No"})
    assert {outcome.reason for outcome in outcomes} == {"data", None}


# ---- HAR ------------------------------------------------------------------------------------------------------------


def entry(
    url: str, data: bytes, media: str = "text/html; charset=utf-8", status: int = 200, **more: Any
) -> dict[str, Any]:
    content = {"size": len(data), "mimeType": media, "text": data.decode("utf-8", "replace"), **more}
    return {
        "startedDateTime": "2023-07-01T12:22:11.123Z",
        "request": {"method": "GET", "url": url, "headers": []},
        "response": {"status": status, "statusText": "", "headers": [], "content": content},
    }


def har(entries: list[dict[str, Any]], indent: int | None = 2) -> str:
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": "x"}, "pages": [], "entries": entries}}, indent=indent
    )


@pytest.mark.parametrize("indent", [None, 2])
def test_pages_in_a_har_are_captures(index: Index, tmp_path: Path, indent: int | None) -> None:
    packed = base64.b64encode(page("anchor")).decode()
    entries = [
        entry("https://ledger.example/ferry", page("ferry")),
        entry("https://ledger.example/a.jpg", b"", "image/jpeg"),
        entry("https://ledger.example/gone", page("gone"), status=404),
        entry("https://ledger.example/empty", b""),
        entry("https://ledger.example/anchor", page("anchor")) | {},
    ]
    entries[-1]["response"]["content"] |= {"text": packed, "encoding": "base64"}
    outcomes = add(index, tmp_path, {"site.har": har(entries, indent)})
    assert {(o.status, o.reason) for o in outcomes} == {
        ("added", None),
        ("skipped", "image/jpeg"),
        ("skipped", "http-404"),
        ("skipped", "no-body"),
    }
    articles = {hit.article.url: hit.article for hit in index.search("council")}
    assert set(articles) == {"https://ledger.example/ferry", "https://ledger.example/anchor"}
    article = articles["https://ledger.example/ferry"]
    assert article.id == capture_id(page("ferry"))
    assert str(article.captured) == "2023-07-01T12:22:11Z"


# ---- cut off and damaged ---------------------------------------------------------------------------------------------


def cut_har() -> str:
    whole = har([entry(f"https://ledger.example/{word}", page(word)) for word in ("ferry", "anchor")])
    return whole[: whole.rindex("anchor")]


@pytest.mark.parametrize(
    ("name", "data", "added", "reason"),
    [
        ("a.har", cut_har(), 1, "damaged-json"),
        ("a.har", har([entry("https://ledger.example/ferry", page("ferry"))])[:200], 0, "damaged-json"),
        ("a.har", '{"log": {"entries": [', 0, "truncated"),
        ("feed.json", JSON_FEED[: JSON_FEED.rindex("short")], 1, "damaged-json"),
        ("feed.json", JSON_FEED[: JSON_FEED.index('"items"')], 0, "damaged-json"),
        ("a.rss", RSS[: RSS.rindex("isPermaLink")], 1, "truncated"),
        ("world.xml", RSS[: RSS.index("Vote")], 0, "truncated"),
    ],
)
def test_what_is_lost_of_a_damaged_file_is_told(
    index: Index, tmp_path: Path, name: str, data: str, added: int, reason: str
) -> None:
    outcomes = add(index, tmp_path, {name: data})
    assert [(o.status, o.reason) for o in outcomes if o.status != "added"] == [("failed", reason)]
    assert len(outcomes) == added + 1
    found = [each for _, each in parse_path(str(tmp_path / "in" / name))]
    assert [each.reason for each in found if isinstance(each, CaptureError)] == [reason]
    assert len(found) == added + 1


def test_a_feed_of_more_entries_than_are_read_says_where_it_stops(tmp_path: Path) -> None:
    path = tmp_path / "a.rss"
    path.write_text("<rss>" + "<item></item>" * 10_001 + "</rss>")
    listing = list_records(Place(str(path), "feed"))
    assert (len(listing.entries), [problem.at for problem in listing.problems]) == (10_000, [5 + 13 * 10_000])
    path.write_text('{"version": "https://jsonfeed.org/version/1.1", "items": [' + "{}," * 10_001 + "{}]}")
    listing = list_records(Place(str(path), "feed"))
    assert (len(listing.entries), [problem.reason for problem in listing.problems]) == (10_000, ["too-large"])


def test_a_container_without_a_page_is_told_by_parse(tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    path.write_text(har([entry("https://ledger.example/a.jpg", b"", "image/jpeg")]))
    ((name, found),) = parse_path(str(path))
    assert name == str(path) and isinstance(found, CaptureError) and found.reason == "empty"


# ---- any bytes ------------------------------------------------------------------------------------------------------

WHOLE = [text.encode() for text in (RSS, ATOM, RDF, JSON_FEED, har([entry("https://ledger.example/f", page("ferry"))]))]
NAMES = ["a.rss", "a.atom", "a.rdf", "feed.json", "a.har"]


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, bytes]:
    number = draw(st.integers(0, len(WHOLE) - 1))
    data = bytearray(WHOLE[number])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from("cut flip put out".split())):
            case "cut":
                del data[at:]
            case "flip" if at < len(data):
                data[at] ^= draw(st.integers(1, 255))
            case "put":
                data[at:at] = draw(
                    st.sampled_from([b"<item>", b"</item>", b"<entry ", b"]]>", b"<![CDATA[", b'{"', b"[" * 3000, b"&"])
                )
            case "out":
                del data[at : at + draw(st.integers(1, 300))]
    return NAMES[number], bytes(data)


@given(spoilt() | st.tuples(st.sampled_from(NAMES), st.binary(max_size=300)))
def test_any_bytes_give_records_or_a_named_refusal(made: tuple[str, bytes]) -> None:
    name, data = made
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        try:
            assert all(place.startswith(str(path)) for place, _ in parse_path(str(path)))
        except CaptureError as error:
            assert error.reason


def test_a_feed_of_nothing_but_openings_is_read_in_one_pass() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.rss")
        path.write_bytes(b"<rss>" + b"<item>" * 500_000)
        place = Place(str(path), container_of(str(path)) or "")
        listing = list_records(place)
        assert not listing.entries and listing.problems[0].reason == "truncated"
        path.write_bytes(
            b"<rss>" + b"<item>" + b"<title>" * 50_000 + b"<link " * 50_000 + b"<category>" * 50_000 + b"</item>"
        )
        assert read_record(place, list_records(place).entries[0].at).data
