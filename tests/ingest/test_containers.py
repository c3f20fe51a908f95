"""Adding containers: their records are captures like any other, whatever happens to the file in between."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsidx
from newsidx.api import Index
from newsidx.ingest import add as add_module
from newsidx.ingest import containers as containers_module
from newsidx.ingest import members
from newsidx.ingest.pool import Pool
from newsidx.ingest.reader import Reading
from newsidx.model import AddReport, Outcome, capture_id
from tests.made.archives import WORDS, Made, page, wacz, warc

HERE = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in this process: starting workers for each add would take minutes."""
    monkeypatch.setattr(add_module, "Pool", lambda jobs, **_: Pool(0))


class World:
    """A folder of captures and an index of it."""

    def __init__(self, base: str | Path) -> None:
        self.folder = Path(base) / "in"
        self.folder.mkdir()
        self.index: Index = newsidx.open(Path(base) / "index", create=True)
        self.outcomes: list[Outcome] = []
        self._clock = 1_600_000_000

    def write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        self._clock += 10
        os.utime(path, (self._clock, self._clock))
        return path

    def add(self, **options: Any) -> AddReport:
        self.outcomes = []
        report = self.index.add(self.folder, report=self.outcomes.append, **options)
        assert self.index.check() == []
        return report

    def statuses(self) -> Counter[tuple[str, str | None]]:
        counts: Counter[tuple[str, str | None]] = Counter()
        for outcome in self.outcomes:
            counts[outcome.status, outcome.reason] += outcome.count
        return counts

    def read_places(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """The places of all records that are read from now on."""
        seen: list[int] = []
        real = members.read_places

        def spy(path: str, **how: Any) -> Any:
            seen.extend(how["args"][1])
            return real(path, **how)

        monkeypatch.setattr(members, "read_places", spy)
        return seen


@pytest.fixture
def world(tmp_path: Path, here: None) -> World:
    return World(tmp_path)


def pages(words: str, *, start: int = 0) -> list[Made]:
    return [
        Made(f"https://ledger.example/{word}", page(word, start + i), date=f"2023-07-01T12:00:{start + i:02}Z")
        for i, word in enumerate(words.split())
    ]


def test_records_are_captures(world: World) -> None:
    codings = ["", "gzip", "deflate", "raw-deflate", "br", "chunked", "chunked+gzip", "chunked+br"]
    records = [
        Made(f"https://ledger.example/{i}", page(f"word{i}", i), coding=coding) for i, coding in enumerate(codings)
    ]
    noise = [
        Made("https://ledger.example/a.jpg", b"\xff\xd8\xff" * 99, media="image/jpeg"),
        Made("https://ledger.example/b.jpg", b"\xff\xd8\xff" * 99, media="image/jpeg"),
        Made("https://ledger.example/c.css", b"p {}", media="text/css"),
        Made("https://ledger.example/gone", page("gone"), status="404 Not Found"),
        Made("metadata://x", b"x", kind="metadata", media="application/warc-fields"),
    ]
    world.write("crawl.warc.gz", warc([*records[:4], *noise, *records[4:]]))
    report = world.add()
    assert report.counts == {"added": 8, "skipped": 4}
    assert report.reasons["skipped"] == {"image/jpeg": 2, "text/css": 1, "http-404": 1}
    for i, made in enumerate(records):
        hit = world.index.search(f"word{i}").hits[0]
        assert hit.id == capture_id(made.data)
        assert hit.article.url == f"https://ledger.example/{i}"
        assert (str(hit.article.captured), hit.article.evidence["captured"]) == ("2023-07-01T12:00:00Z", "header")
        path, _, place = (hit.path or "").rpartition("#")
        assert (path, place.isdigit()) == (str(world.folder / "crawl.warc.gz"), True)
    assert world.add().counts == {"unchanged": 8, "skipped": 4}


def test_the_same_page_as_a_file_and_in_two_archives_is_one_article(world: World) -> None:
    world.write("a.html", page("lantern"))
    world.write("b.warc", warc([Made("https://ledger.example/lantern", page("lantern"))], gz=False))
    world.write("c.wacz", wacz({"x.warc.gz": warc([Made("https://ledger.example/lantern", page("lantern"))])}))
    report = world.add()
    assert report.counts == {"added": 1, "duplicate": 2}
    (hit,) = world.index.search("lantern").hits
    assert {path.rpartition("in/")[2] for path in hit.paths} == {"a.html", "b.warc#0", "c.wacz#archive/x.warc.gz#0"}


def test_an_unchanged_container_is_not_opened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write("a.warc.gz", warc(pages("one two")))
    world.add()
    monkeypatch.setattr("newsidx.ingest.pool.resolve", lambda name: pytest.fail(f"{name} was called"))
    assert world.add().counts == {"unchanged": 2}


@pytest.mark.parametrize("gz", [True, False])
def test_a_grown_container_is_read_from_its_old_end(world: World, monkeypatch: pytest.MonkeyPatch, gz: bool) -> None:
    first = warc(pages("one two three"), gz=gz)
    world.write("a.warc", first)
    world.add()
    world.write("a.warc", first + warc(pages("four five", start=3), gz=gz))
    seen = world.read_places(monkeypatch)
    told: list[newsidx.Progress] = []
    report = world.add(progress=told.append)
    assert report.counts == {"added": 2}
    assert report.bytes_read == (world.folder / "a.warc").stat().st_size - len(first)
    assert (told[-1].done, told[-1].bytes_done) == (told[-1].total, told[-1].bytes_total)
    assert len(seen) == 2
    assert min(seen) == len(first)
    assert world.add().counts == {"unchanged": 5}


def test_a_record_that_was_cut_short_is_read_when_it_is_whole(world: World) -> None:
    whole = warc(pages("one two three"))
    world.write("a.warc.gz", whole[:-40])
    report = world.add()
    assert report.counts == {"added": 2, "failed": 1}
    assert report.reasons["failed"] == {"truncated": 1}
    world.write("a.warc.gz", whole)
    assert world.add().counts == {"added": 1}
    assert world.index.search("three").total == 1


def test_a_container_written_anew(world: World) -> None:
    world.write("a.warc.gz", warc(pages("one two three four")))
    world.add()
    world.write("a.warc.gz", warc([*pages("four three"), *pages("five", start=8)]))
    report = world.add()
    assert report.counts == {"unchanged": 0} | {"added": 3} or report.counts["added"] >= 1
    assert {hit.headline for hit in world.index.search("council", limit=99)} >= {"Vote in five on motion 8"}
    gone = world.add(prune=True)
    assert gone.counts.get("pruned", 0) >= 2
    assert world.index.search("one").total == world.index.search("two").total == 0
    assert world.add(prune=True).counts == {"unchanged": 3}


def test_a_container_packed_anew_keeps_its_articles(world: World) -> None:
    records = pages("one two three")
    world.write("a.warc.gz", warc(records))
    world.add()
    ids = set(world.index.ids())
    world.write("a.warc.gz", warc(records[::-1]))
    assert world.add().counts == {"unchanged": 3}
    assert set(world.index.ids()) == ids
    assert all(".2" in (hit.path or "") for hit in world.index.search("council", limit=9))
    assert world.add(prune=True).counts == {"unchanged": 3}


def test_a_container_that_moved(world: World) -> None:
    path = world.write("a.warc.gz", warc(pages("one two")))
    world.add()
    path.rename(world.folder / "b.warc.gz")
    assert world.add().counts == {"updated": 2}
    assert world.statuses() == {("updated", "moved"): 2}
    assert all("b.warc.gz#" in (hit.path or "") for hit in world.index.search("council"))
    assert world.add(prune=True).counts == {"unchanged": 2}


def test_a_container_that_is_gone_is_pruned(world: World) -> None:
    path = world.write("a.warc.gz", warc(pages("one two")))
    world.write("b.html", page("three", 7))
    world.add()
    path.unlink()
    assert world.add().counts == {"unchanged": 1}
    assert world.index.search("council").total == 3
    assert world.add(prune=True).counts == {"unchanged": 1, "pruned": 2}
    assert world.index.search("council").total == 1


def test_removal_by_place_and_whole(world: World) -> None:
    path = world.write("a.warc.gz", warc(pages("one two three")))
    world.add()
    place = world.index.search("two").hits[0].path
    assert place is not None
    assert len(world.index.remove(place).ids) == 1
    assert world.index.search("two").total == 0
    world.add()
    assert world.index.search("two").total == 0
    world.add(again=True)
    assert world.index.search("two").total == 1
    assert len(world.index.remove(path).ids) == 3
    assert world.index.search("council").total == 0
    assert world.index.check() == []


def test_versions_and_duplicates_across_records(world: World) -> None:
    old, new = page("ferry", 1), page("ferry", 2)
    url = "https://ledger.example/ferry"
    records = [Made(url, new, date="2023-07-05T00:00:00Z"), Made(url, old, date="2023-07-01T00:00:00Z")]
    again = Made(url + "?utm_source=x", old.replace(b"Home", b"Start"), date="2023-07-02T00:00:00Z")
    world.write("a.warc.gz", warc([*records, again]))
    report = world.add()
    assert sum(report.counts.values()) == 3
    assert report.counts["duplicate"] == 1
    (hit,) = world.index.search("ferry").hits
    assert hit.id == capture_id(new)


def test_when_the_first_goes_a_record_takes_its_place(world: World) -> None:
    path = world.write("a.html", page("ferry", head="<link rel=canonical href='https://ledger.example/ferry'>"))
    world.add()
    other = page("ferry", head="<link rel=canonical href='https://ledger.example/ferry'><meta name=a content=b>")
    world.write("b.warc.gz", warc([Made("https://ledger.example/ferry", other)]))
    assert world.add().counts == {"unchanged": 1, "duplicate": 1}
    path.unlink()
    world.add(prune=True)
    (hit,) = world.index.search("ferry").hits
    assert hit.id == capture_id(other)


@pytest.mark.parametrize("apart", [False, True])
def test_revisits(world: World, apart: bool) -> None:
    digest = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
    first = Made("https://ledger.example/a", page("ferry"), headers={"WARC-Payload-Digest": digest})
    later = {"digest": digest, "url": "https://ledger.example/a", "date": "2023-07-01T12:00:00Z"}
    unknown = {"digest": "sha1:" + "A" * 32, "url": "https://ledger.example/b", "date": "2023-01-01T00:00:00Z"}
    revisits = [
        Made("https://ledger.example/a", b"", "revisit", date="2023-08-01T00:00:00Z", headers=later),
        Made("https://ledger.example/b", b"", "revisit", date="2023-08-01T00:00:00Z", headers=unknown),
    ]
    if apart:
        world.write("a.warc.gz", warc(revisits))
        world.write("b.warc.gz", warc([first]))
    else:
        world.write("a.warc.gz", warc([first, *revisits]))
    world.add()
    assert world.statuses() == {("added", None): 1, ("duplicate", "revisit"): 1, ("skipped", "revisit"): 1}
    assert len(world.index.search("ferry").hits[0].paths) == 2
    assert world.add().counts == {"unchanged": 2}


def test_a_page_replayed_by_a_web_archive(world: World) -> None:
    url = "https://web.archive.org/web/20190304050607/https://ledger.example/old"
    world.write("a.warc.gz", warc([Made(url, page("anchor"))]))
    world.add()
    article = world.index.search("anchor").hits[0].article
    assert (article.url, str(article.captured)) == ("https://ledger.example/old", "2019-03-04T05:06:07Z")


def test_charset_of_the_header(world: World) -> None:
    text = page("Größenwahn").decode().replace("<meta charset=utf-8>", "")
    records = [Made("https://a.example/vote", text.encode("cp1252"), media="text/html; charset=iso-8859-1")]
    russian = page("Лодка").decode().replace("<meta charset=utf-8>", "").encode("koi8-r")
    records.append(Made("https://b.example/vote", russian, media='text/html; charset="KOI8-R"'))
    world.write("a.warc.gz", warc(records))
    world.add()
    assert world.index.search("Größenwahn").total == 1
    assert world.index.search("Лодка").total == 1


def test_wet(world: World) -> None:
    lines = [f"The council of the mill met on {word} and talked about the new bridge at length." for word in WORDS[:6]]
    text = "\n\n".join(["Vote in Mill on motion 5", "3 July 2023", *lines])
    made = Made("https://ledger.example/mill", text.encode(), "conversion", "text/plain")
    world.write("CC-MAIN-1.warc.wet.gz", warc([made]))
    assert world.add().counts == {"added": 1}
    article = world.index.search("mill bridge").hits[0].article
    assert (article.url, article.evidence["url"]) == ("https://ledger.example/mill", "header")


@pytest.mark.parametrize("stored", [True, False])
def test_wacz(world: World, stored: bool) -> None:
    parts = {"a.warc.gz": warc(pages("one two")), "b.warc": warc(pages("three", start=4), gz=False)}
    world.write("crawl.wacz", wacz(parts, stored=stored))
    assert world.add().counts == {"added": 3}
    assert world.index.search("two").hits[0].path.count("#") == 2  # type: ignore[union-attr]
    assert world.add().counts == {"unchanged": 3}
    world.write("crawl.wacz", wacz({"a.warc.gz": parts["a.warc.gz"]}, stored=stored))
    world.add(prune=True)
    assert world.index.search("three").total == 0
    assert world.index.search("council").total == 2


def test_compressed_as_a_whole(world: World) -> None:
    world.write("a.warc.gz", warc(pages("one two three four"), whole=True))
    assert world.add().counts == {"added": 4}
    assert world.add().counts == {"unchanged": 4}


def test_names_that_do_not_tell(world: World) -> None:
    world.write("crawl", warc(pages("one two")))
    assert world.add().counts == {"added": 2}


def test_damage_costs_only_itself(world: World) -> None:
    records = [warc([made]) for made in pages("one two three four five")]
    spoilt = bytearray(records[1])
    spoilt[len(spoilt) // 2] ^= 0xFF
    world.write("a.warc.gz", b"".join([records[0], bytes(spoilt), records[2], b"garbage" * 9, *records[3:]]))
    report = world.add()
    assert report.counts["added"] == 4
    assert report.counts["failed"] == 2
    assert world.index.search("council", limit=9).total == 4


def test_without_fastwarc(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write("a.warc.gz", warc(pages("one")))
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "fastwarc", None)
        report = world.add()
        assert report.reasons["skipped"] == {"needs-warc": 1}
        assert "pip install" in (report.examples[0].detail or "")
    assert world.add().counts == {"added": 1}


# ---- JSON Lines -----------------------------------------------------------------------------------------------------

BODY = ["The council of {} met on Monday and talked for nine hours about the harbour wall.", "Nobody had expected it."]


def news_please(word: str) -> dict[str, Any]:
    return {
        "title": f"Vote in {word}", "maintext": "\n".join(BODY).format(word), "authors": ["Ada Quill"],
        "date_publish": "2023-07-01 09:30:00", "date_download": "2023-07-02 10:00:00", "date_modify": None,
        "description": "A deck of its own.", "language": "en", "source_domain": "www.ledger.example",
        "url": f"https://www.ledger.example/{word}", "title_page": None, "image_url": None,
    }  # fmt: skip


def fundus(word: str) -> dict[str, Any]:
    return {
        "title": f"Vote in {word}", "authors": ["Ada Quill"], "publishing_date": "2023-07-01 09:30:00+02:00",
        "topics": ["Harbour"], "lang": "en", "free_access": True,
        "body": {"summary": ["A deck of its own."],
                 "sections": [{"headline": [], "paragraphs": [line.format(word) for line in BODY]}]},
        "html": {"requested_url": "https://x", "responded_url": f"https://www.ledger.example/{word}",
                 "crawl_date": "2023-07-02 10:00:00"},
    }  # fmt: skip


def trafilatura(word: str) -> dict[str, Any]:
    return {
        "title": f"Vote in {word}", "author": "Ada Quill", "hostname": "ledger.example", "date": "2023-07-01",
        "fingerprint": "abc", "raw_text": "x", "text": "\n".join(BODY).format(word), "language": "en",
        "source": f"https://www.ledger.example/{word}", "source-hostname": "The Ledger",
        "excerpt": "A deck of its own.", "categories": "Local", "tags": "Harbour, Votes",
    }  # fmt: skip


@pytest.mark.parametrize("tool", [news_please, fundus, trafilatura])
@pytest.mark.parametrize("gz", [False, True])
def test_json_lines(world: World, tool: Any, gz: bool) -> None:
    lines = "\n".join([json.dumps(tool("ferry")), "", json.dumps(tool("anchor"))]).encode() + b"\n{broken\n"
    world.write("a.jsonl.gz" if gz else "a.jsonl", gzip.compress(lines) if gz else lines)
    report = world.add()
    assert (report.counts, report.reasons["failed"]) == ({"added": 2, "failed": 1}, {"damaged-json": 1})
    article = world.index.search("anchor").hits[0].article
    assert article.headline == "Vote in anchor"
    assert article.body == tuple(line.format("anchor") for line in BODY)
    assert (article.deck, article.authors) == ("A deck of its own.", ("Ada Quill",))
    assert (article.url, article.source.domain) == ("https://www.ledger.example/anchor", "ledger.example")
    assert str(article.published).startswith("2023-07-01")
    assert article.evidence["headline"] == "record"
    assert world.add().counts == {"unchanged": 2}


def test_json_lines_grow(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = json.dumps(news_please("ferry")) + "\n"
    world.write("a.jsonl", first.encode())
    world.add()
    world.write("a.jsonl", (first + json.dumps(news_please("anchor"))).encode())
    seen = world.read_places(monkeypatch)
    assert world.add().counts == {"added": 1}
    assert seen == [len(first)]


def test_json_of_an_unknown_kind(world: World) -> None:
    path = world.write("a.jsonl", b'{"title": "Vote", "text": "The council of ferry met and talked for nine hours."}\n')
    report = world.add()
    assert report.reasons["skipped"] == {"data": 1}
    assert "--format" in (report.examples[0].detail or "")
    report = world.index.add(path, format="trafilatura")
    assert report.counts == {"added": 1}
    with pytest.raises(newsidx.OptionError):
        world.index.add(path, format="nobody")


@pytest.mark.parametrize("indent", [None, 4])
@pytest.mark.parametrize("is_list", [True, False])
def test_json_documents(world: World, indent: int | None, is_list: bool) -> None:
    words = ["ferry", "Größe", "anchor"] if is_list else ["ferry"]
    records: Any = [fundus(word) for word in words] if is_list else fundus(words[0])
    world.write("articles.json", json.dumps(records, indent=indent, ensure_ascii=False).encode())
    world.write("other.html", page("lantern"))
    assert world.add().counts == {"added": 1, "skipped": 1}
    report = world.add(format="fundus")
    assert report.counts == {"added": len(words), "unchanged": 1}
    for word in words:
        assert world.index.search(f"headline:{word}").hits[0].headline == f"Vote in {word}"
    assert world.add(format="fundus").counts == {"unchanged": len(words) + 1}


def test_of_a_json_document_that_is_cut_off_the_rest_is_told(world: World) -> None:
    document = json.dumps([fundus(word) for word in ("ferry", "anchor", "quota")], indent=1)
    world.write("articles.json", document[: document.rindex("quota")].encode())
    report = world.add(format="fundus")
    assert report.counts == {"added": 2, "failed": 1}
    assert report.reasons["failed"] == {"damaged-json": 1}


def test_json_documents_that_follow_one_another(world: World) -> None:
    documents = [json.dumps(fundus(word), indent=1) for word in ("ferry", "anchor")]
    world.write("articles.jsonl", "\n".join(documents).encode())
    assert world.add().counts == {"added": 2}


def test_a_container_that_becomes_a_page_and_one_again(world: World) -> None:
    records = warc(pages("one two"))
    world.write("a.warc", records)
    world.add()
    world.write("a.warc", b"<html>" + page("three"))
    world.add(prune=True)
    assert [hit.headline for hit in world.index.search("council")] == ["Vote in three on motion 0"]
    world.write("a.warc", records)
    world.add(prune=True)
    assert world.index.search("council").total == 2
    world.write("a.warc", b"")
    world.add(prune=True)
    assert world.index.search("council").total == 2


def test_a_sidecar_of_a_container(world: World) -> None:
    world.write("a.warc.gz", warc(pages("one two")))
    world.write("a.warc.gz.meta.json", b'{"source": "The Ledger"}')
    world.add()
    assert [hit.source.name for hit in world.index.search("council")] == ["The Ledger"] * 2


def test_forms_of_one_page_in_an_archivebox_are_one_article(world: World) -> None:
    folder = world.folder / "1688212931.5"
    (folder / "readability").mkdir(parents=True)
    known = {
        "url": "https://ledger.example/ferry", "timestamp": "1688212931.5",
        "history": {"singlefile": [{"start_ts": "2023-07-01T12:02:11.123+00:00"}],
                    "dom": [{"start_ts": "2023-07-01T12:03:00Z"}]},
    }  # fmt: skip
    (folder / "index.json").write_text(json.dumps(known))
    (folder / "singlefile.html").write_bytes(page("ferry"))
    (folder / "output.html").write_bytes(page("ferry").replace(b"Home", b"Start"))
    (folder / "readability" / "content.html").write_bytes(page("ferry").replace(b"whose keeper", b"whose  old keeper"))
    (folder / "htmltotext.txt").write_text(
        "Vote in ferry on motion 0\n\n" + "The council of ferry met on Monday.\n\n" * 3
    )
    world.add()
    (hit,) = world.index.search("ferry").hits
    assert hit.article.url == "https://ledger.example/ferry"
    assert str(hit.article.captured) == "2023-07-01T12:02:11Z"
    assert len(world.outcomes) == 5  # index.json is no capture


# ---- interruption ---------------------------------------------------------------------------------------------------


def many(count: int) -> list[Made]:
    return [
        Made(f"https://ledger.example/{i}", page(f"word{i}", i), date=f"2023-07-01T{i // 60 % 24:02}:{i % 60:02}:00Z")
        for i in range(count)
    ]


def test_snapshots_of_one_page_in_a_zotero_library_are_one_article(world: World) -> None:
    """Each item has a folder of its own with a page that SingleFile saved, and the library's own hidden files."""
    for item, hour in (("AB12CD34", 12), ("EF56GH78", 13)):
        (world.folder / item).mkdir()
        mark = (
            "<!--\n Page saved with SingleFile \n url: https://ledger.example/ferry \n"
            f" saved date: Sat Jul 01 2023 {hour}:22:11 GMT+0200 (CEST)\n-->"
        )
        data = page("ferry").replace(b"<html lang=en>", b"<html lang=en>" + mark.encode())
        world.write(f"{item}/Vote in ferry.html", data)
        world.write(f"{item}/.zotero-ft-cache", b"Vote in ferry")
    assert world.add().counts == {"added": 1, "duplicate": 1, "skipped": 2}
    (hit,) = world.index.search("ferry")
    assert hit.article.url == "https://ledger.example/ferry"


def test_what_is_broken_off_goes_on_inside_of_the_container(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write("a.warc.gz", warc(many(150)))
    count = 0

    def stop(outcome: Outcome) -> None:
        nonlocal count
        count += 1
        if count == 100:
            raise RuntimeError("broken off")

    with pytest.raises(RuntimeError):
        world.index.add(world.folder, report=stop, commit_bytes=1)
    assert world.index.check() == []
    world.index.refresh()
    kept = sum(1 for _ in world.index.ids())
    assert 0 < kept < 150
    seen = world.read_places(monkeypatch)
    report = world.add()
    assert report.counts["added"] == 150 - kept
    assert len(seen) == 150 - kept
    assert sum(1 for _ in world.index.ids()) == 150


KILLED = """
import sys
sys.path.insert(0, sys.argv[1])
import newsidx
with newsidx.open(sys.argv[2], create=True) as idx:
    idx.add(sys.argv[3], jobs=2, commit_bytes=1, commit_seconds=0.0)
"""


def test_a_killed_add_is_resumed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "a.warc.gz"
    path.write_bytes(warc(many(400)))
    command = [sys.executable, "-c", KILLED, str(HERE), str(tmp_path / "index"), str(path)]
    process = subprocess.Popen(command)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        time.sleep(0.2)
        try:
            with newsidx.open(tmp_path / "index") as idx:
                if sum(1 for _ in idx.ids()) > 0:
                    break
        except newsidx.IndexMissing:
            continue
    process.send_signal(signal.SIGKILL)
    process.wait()
    with newsidx.open(tmp_path / "index") as idx:
        kept = sum(1 for _ in idx.ids())
        assert idx.check() == []
        report = idx.add(path, jobs=2)
        assert sum(1 for _ in idx.ids()) == 400
        assert report.counts.get("added", 0) == 400 - kept
        assert idx.check() == []
        assert idx.add(path).counts == {"unchanged": 400}


BAD = """
import os
from newsidx.capture import Place
from newsidx.ingest import members
BAD = {bad}
def read_places(path, *, hints=(), expect_sha=None, args=(), memory=None):
    if BAD in args[1]:
        os._exit(9)
    return members.read_places(path, hints=hints, expect_sha=expect_sha, args=args, memory=memory)
def list_place(path, *, hints=(), expect_sha=None, args=(), memory=None):
    place, start, mark, limit, passes_first = args
    if not passes_first and (start <= BAD and (limit is None or limit > 1) or start == BAD):
        os._exit(9)
    return members.list_place(path, hints=hints, expect_sha=expect_sha, args=args)
"""


@pytest.mark.parametrize("step", ["READ", "LIST"])
def test_a_record_that_kills_its_worker_costs_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    records = [warc([made]) for made in many(50)]
    bad = sum(len(record) for record in records[:17])
    (tmp_path / "killing_reader.py").write_text(BAD.format(bad=bad))
    monkeypatch.syspath_prepend(str(tmp_path))
    name = "read_places" if step == "READ" else "list_place"
    monkeypatch.setattr(containers_module, step, f"killing_reader:{name}")
    world = World(tmp_path)
    world.write("a.warc.gz", b"".join(records))
    report = world.add(jobs=2)
    assert report.counts == {"added": 49, "failed": 1}
    assert report.reasons["failed"] == {"crashed": 1}
    monkeypatch.undo()
    if step == "READ":  # it is tried again: the trouble may not have been its own
        assert world.add(jobs=1).counts == {"added": 1}, world.outcomes


def refuse(monkeypatch: pytest.MonkeyPatch, bad: int, seen: list[int]) -> None:
    """Readers that a record costs too much, as a worker tells it."""
    real = members.read_places

    def read(path: str, **how: Any) -> Reading:
        seen.extend(how["args"][1])
        if bad not in how["args"][1]:
            return real(path, **how)
        return Reading("failed", reason="costly", detail="it takes too long", is_lasting=True)

    monkeypatch.setattr(members, "read_places", read)


def test_a_record_that_costs_too_much_is_not_tried_again_by_the_same_readers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [warc([made]) for made in many(9)]
    world.write("a.warc.gz", b"".join(records))
    seen: list[int] = []
    with monkeypatch.context() as patch:
        refuse(patch, len(records[0]), seen)
        assert world.add().counts == {"added": 8, "failed": 1}
        seen.clear()
        assert world.add().counts == {"unchanged": 8}
        world.write("a.warc.gz", b"".join([*records, warc([Made("https://ledger.example/new", page("new", 3))])]))
        assert world.add().counts == {"added": 1}
        assert len(records[0]) not in seen
    seen = world.read_places(monkeypatch)
    monkeypatch.setattr(containers_module, "readers", lambda: "better ones")
    assert world.add().counts == {"added": 1}
    assert seen == [len(records[0])]
    assert world.add().counts == {"unchanged": 10}


def test_what_is_asked_for_again_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [warc([made]) for made in many(3)]
    world.write("a.warc.gz", b"".join(records))
    with monkeypatch.context() as patch:
        refuse(patch, 0, [])
        assert world.add().counts == {"added": 2, "failed": 1}
    assert world.add().counts == {"unchanged": 2}
    assert world.add(again=True).counts == {"added": 1}


def test_jobs_and_order_change_nothing(tmp_path: Path) -> None:
    records = many(60) + [Made(f"https://ledger.example/{i}", page(f"word{i}", i + 1)) for i in range(0, 60, 3)]
    found = []
    for jobs, seed in ((1, 0), (2, 0), (3, 1)):
        base = tmp_path / str(len(found))
        base.mkdir()
        world = World(base)
        order = list(records)
        random.Random(seed).shuffle(order)
        world.write("a.warc.gz", warc(order))
        world.add(jobs=jobs)
        hits = world.index.search("council", limit=None)
        found.append(sorted((hit.id, hit.headline, str(hit.article.captured)) for hit in hits))
    assert found[0] == found[1] == found[2]


# ---- a model ---------------------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("grow"), st.sampled_from("ab"), st.integers(0, 9)),
        st.tuples(
            st.just("write"), st.sampled_from("abc"), st.lists(st.integers(0, 9), min_size=1, max_size=3)
        ),  # an emptied file keeps its articles
        st.tuples(st.just("delete"), st.sampled_from("abc"), st.just(0)),
        st.tuples(st.just("rename"), st.sampled_from("abc"), st.sampled_from("abc")),
        st.tuples(st.just("add"), st.just(""), st.booleans()),
    ),
    min_size=1,
    max_size=8,
)


@given(steps=STEPS)
@settings(max_examples=25 if not os.environ.get("NEWSIDX_TEST_LONG") else 400)
def test_whatever_happens_the_index_holds_what_is_there(steps: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as base, pytest.MonkeyPatch.context() as patch:
        patch.setattr(add_module, "Pool", lambda jobs, **_: Pool(0))
        world = World(base)
        world.write("stays.html", page("stays"))  # a folder without any file is taken for a disk that is not mounted
        held: dict[str, list[int]] = {}

        def made(numbers: list[int]) -> bytes:
            return warc([Made(f"https://{n}.example/", page(f"word{n}", n)) for n in numbers])

        for what, name, value in [*steps, ("add", "", True)]:
            path = world.folder / f"{name}.warc.gz"
            if what == "grow" and name in held:
                held[name] = [*held[name], value]
                world.write(path.name, path.read_bytes() + made([value]))
            elif what == "write":
                held[name] = value
                world.write(path.name, made(value))
            elif what == "delete" and name in held:
                del held[name]
                path.unlink()
            elif what == "rename" and name in held and value != name:
                held[value] = held.pop(name)
                path.rename(world.folder / f"{value}.warc.gz")
            elif what == "add":
                world.add(prune=value)
        wanted = {capture_id(page(f"word{n}", n)) for numbers in held.values() for n in numbers}
        assert set(world.index.ids()) == wanted | {capture_id(page("stays"))}


# ---- real tools ------------------------------------------------------------------------------------------------------


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        media, body = "text/html; charset=utf-8", b""
        if self.path == "/":
            body = page("frontpage", head="").replace(
                b"</article>", b"<a href=/ferry>f</a><a href=/photo.jpg>p</a></article>"
            )
        elif self.path == "/ferry":
            body = page("ferry", 3)
        elif self.path == "/photo.jpg":
            media, body = "image/jpeg", b"\xff\xd8\xff" + bytes(5000)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", media)
        if self.path == "/ferry":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(
                b"".join(
                    b"%x\r\n%s\r\n" % (len(body[i : i + 500]), body[i : i + 500]) for i in range(0, len(body), 500)
                )
            )
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.mark.skipif(shutil.which("wget") is None, reason="needs wget")
def test_what_wget_writes(world: World) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with tempfile.TemporaryDirectory() as mirror:
            subprocess.run(
                ["wget", "-q", "-r", "--no-proxy", "-e", "robots=off", f"--warc-file={world.folder / 'site'}", f"http://127.0.0.1:{server.server_port}/"],
                cwd=mirror, timeout=60, check=False,
            )  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
    report = world.add()
    assert (report.counts["added"], report.reasons["skipped"]["image/jpeg"]) == (2, 1)
    article = world.index.search("ferry").hits[0].article
    assert article.id == capture_id(page("ferry", 3))
    assert article.url == f"http://127.0.0.1:{server.server_port}/ferry"
    assert article.captured is not None
