"""Evidence around a page: marks of the tool that saved it, sidecars, folders, patterns over the path."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsidx
from newsidx.capture import (
    PathPattern,
    folder_hints,
    from_bytes,
    load,
    saved_page_hints,
    sidecar_hints,
    sidecar_names,
)
from newsidx.errors import CaptureFailed, OptionError
from newsidx.model import Hint, Moment, capture_id

REPLAY = "https://web.archive.org/web/20160526181643/http://example.com:80/a?b=c"


def saved(page: str | bytes) -> dict[str, str]:
    hints = saved_page_hints(page.encode() if isinstance(page, str) else page)
    assert all(hint.evidence == "saved-page" for hint in hints)
    assert len({hint.field for hint in hints}) == len(hints)
    return {hint.field: hint.value for hint in hints}


# ---- marks in the page ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            "<!DOCTYPE html>\n<!-- saved from url=(0031)https://example.com/a/b.html?x=1 -->\n<html>",
            {"url": "https://example.com/a/b.html?x=1"},
        ),
        ("<!-- saved from url=(0014)about:internet -->", {}),
        ("<!-- saved from url=(0020)file:///C:/page.html -->", {}),
        (
            f"<!-- saved from url=(0090){REPLAY} -->",
            {"url": "http://example.com/a?b=c", "captured": "2016-05-26T18:16:43Z"},
        ),
        (
            (
                "<!DOCTYPE html><html><!--\n Page saved with SingleFile \n url: https://example.com/a \n"
                " saved date: Sat Jul 01 2023 14:22:11 GMT+0200 (Central European Summer Time)\n--><head>"
            ),
            {"url": "https://example.com/a", "captured": "2023-07-01T14:22:11+02:00"},
        ),
        (
            (
                "<html><!--\r\n Page saved with SingleFile \r\n url: https://example.com/a \r\n"
                " saved date: Wed Sep 24 2025\r\n-->"
            ),
            {"url": "https://example.com/a", "captured": "2025-09-24"},
        ),
        (
            (
                "<html><!--\n Archive processed by SingleFile \n url: https://example.com/b\n"
                " saved date: Mon Dec 31 2018 23:59:59 GMT-0330 (NST)\n-->"
            ),
            {"url": "https://example.com/b", "captured": "2018-12-31T23:59:59-03:30"},
        ),
        (
            (
                f"<html><!--\n Page saved with SingleFile \n url: {REPLAY} \n"
                " saved date: Sat Jul 01 2023 14:22:11 GMT+0000\n-->"
            ),
            {"url": "http://example.com/a?b=c", "captured": "2016-05-26T18:16:43Z"},
        ),
        (
            (
                "<html>\n<!-- Mirrored from example.com/a/b.php by HTTrack Website Copier/3.x [XR&CO'2014], "
                "Tue, 04 Sep 2018 06:58:36 GMT -->\n<head>"
            ),
            {"url": "http://example.com/a/b.php", "captured": "2018-09-04T06:58:36Z"},
        ),
        (
            (
                '<html data-scrapbook-source="https://example.com/?a=1&amp;b=2" lang="en" '
                'data-scrapbook-create="20210220104332060">'
            ),
            {"url": "https://example.com/?a=1&b=2", "captured": "2021-02-20T10:43:32Z"},
        ),
        ('<html data-scrapbook-create="20210220104332">', {"captured": "2021-02-20T10:43:32"}),
        (
            (
                '<meta name="savepage-url" content="https://example.com/">\n'
                '<meta name="savepage-date" content="Sat Jul 01 2023 14:22:11 GMT+0530 (India)">'
            ),
            {"url": "https://example.com/", "captured": "2023-07-01T14:22:11+05:30"},
        ),
        (
            "<!-- Saved from https://example.com/a at 2023-07-01T12:22:11Z using monolith v2.7.0 -->\n<html>",
            {"url": "https://example.com/a", "captured": "2023-07-01T12:22:11Z"},
        ),
        (
            '<script>__wm.wombat("http://example.com:80/a","20110106023242","https://web.archive.org/");</script>',
            {"url": "http://example.com/a", "captured": "2011-01-06T02:32:42Z"},
        ),
        (
            (
                "</html>\n<!--\n     FILE ARCHIVED ON 12:34:56 Jul 01, 2023 AND RETRIEVED FROM THE\n"
                "     INTERNET ARCHIVE ON 10:27:36 Oct 14, 2024.\n-->"
            ),
            {"captured": "2023-07-01T12:34:56Z"},
        ),
        ("<html><p>This page was saved from an uncertain fate with SingleFile.</p>", {}),
        ("<html><!-- Page saved with SingleFile\n url: javascript:alert(1)\n saved date: Foo 99 9999\n-->", {}),
        ("<html><!-- Page saved with SingleFile\n saved date: Sat Feb 30 2023 14:22:11 GMT+0200\n-->", {}),
    ],
)
def test_saved_pages(page: str, expected: dict[str, str]) -> None:
    assert saved(page) == expected
    assert saved(page.encode("utf-16")) == expected
    if "captured" in expected:
        assert str(Moment.parse(expected["captured"])) == expected["captured"]


REPLAYED = (
    '<html><head><script>__wm.wombat("https://ledger.example/a","20230701122211","https://web.archive.org/","web");'
    '</script><link rel="canonical" href="{0}https://ledger.example/a"></head><body>'
    '<div id="wm-ipp-base"><div>12 captures</div><p>About this capture</p><p>The Wayback Machine - {0}https://x.org</p>'
    "</div><h1>Vote on the ferry</h1>{1}</body></html>"
)


def test_a_page_that_was_replayed_has_its_own_addresses_and_no_banner() -> None:
    before = "https://web.archive.org/web/20230701122211/"
    sentence = (
        "<p>The council met on <a href='{}'>the pier</a> and talked for nine hours about the {} and its keeper.</p>"
    )
    links = [before + "https://ledger.example/pier", "/web/20230701122211/https://ledger.example/quay",
             before + "https://web.archive.org/web/2019/https://other.example/"]  # fmt: skip
    text = "".join(sentence.format(link, word) for link, word in zip(links, ("harbour", "tide", "mill"), strict=True))
    data = REPLAYED.format(before, text).encode()
    article = newsidx.parse(data, path="a.html")
    assert article.id == capture_id(data)
    assert (article.url, article.canonical_url) == ("https://ledger.example/a",) * 2
    assert article.source.domain == "ledger.example"
    assert str(article.captured) == "2023-07-01T12:22:11Z"
    assert [link.url for link in article.links] == [
        "https://ledger.example/pier",
        "https://ledger.example/quay",
        "https://web.archive.org/web/2019/https://other.example/",
    ]
    assert article.headline == "Vote on the ferry" and len(article.body) == 3
    assert "About this capture" in article.page
    plain = f"<html><p><a href='{links[0]}'>the archive's</a></p></html>".encode()
    assert from_bytes(plain, path="a.html").data == plain


def test_marks_at_the_end_of_a_long_page_are_found_and_those_in_its_middle_are_not() -> None:
    mark = "<!-- Mirrored from example.com/ by HTTrack Website Copier/3.x, Tue, 04 Sep 2018 06:58:36 GMT -->"
    padding = "<p>text</p>" * 20_000
    assert saved(f"<html>{padding}{mark}</html>")["url"] == "http://example.com/"
    assert saved(f"<html>{padding}{mark}{padding}</html>") == {}


@given(st.text())
def test_any_text_gives_hints(text: str) -> None:
    for mark in ("<!-- saved from url=(1)", "<!-- Page saved with SingleFile\n url: ", '__wm.wombat("'):
        for hint in saved_page_hints((mark + text + ' --> ", "').encode("utf-8", "surrogatepass")):
            assert hint.field in ("url", "captured")


def test_hints_come_in_the_order_of_their_weight() -> None:
    page = b"<!-- saved from url=(0031)https://example.com/a --><html><body>x"
    given_hints = (Hint("url", "http://f/", "folder"), Hint("source", "RT", "option"))
    capture = from_bytes(page, hints=given_hints)
    assert [hint.evidence for hint in capture.hints] == ["saved-page", "option", "folder"]


# ---- sidecars -------------------------------------------------------------------------------------------------------


def test_sidecar() -> None:
    text = json.dumps(
        {
            "url": "https://example.com/a",
            "captured": "2023-07-01T14:22:11+02:00",
            "published": "2023-07-01",
            "source": " RT ",
            "headline": "H",
            "section": "Africa",
            "lang": "en",
            "authors": ["A", "B", " "],
            "tags": "one",
            "rating": 5,
            "deck": None,
        }
    )
    assert [(hint.field, hint.value) for hint in sidecar_hints(text)] == [
        ("url", "https://example.com/a"),
        ("captured", "2023-07-01T14:22:11+02:00"),
        ("published", "2023-07-01"),
        ("source", "RT"),
        ("headline", "H"),
        ("section", "Africa"),
        ("lang", "en"),
        ("authors", "A"),
        ("authors", "B"),
        ("tags", "one"),
    ]
    assert {hint.evidence for hint in sidecar_hints(text)} == {"sidecar"}
    assert sidecar_hints("{}") == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ("[" * 100_000, "nested too deeply"),
        ('{"url": "javascript:x"}', "url: not an http"),
        ('{"url": 1}', "url: not a text"),
        ('{"captured": "yesterday"}', "captured: not an ISO 8601"),
        ('{"published": 20230701}', "published: not a text"),
        ('{"authors": [1]}', "authors: not a list of texts"),
        ('{"tags": {"a": 1}, "lang": 3}', "lang: not a text; tags: not a list"),
    ],
)
def test_sidecars_that_cannot_be_read(text: str, problem: str) -> None:
    with pytest.raises(CaptureFailed, match="the sidecar cannot be read") as caught:
        sidecar_hints(text)
    assert caught.value.reason == "sidecar"
    assert problem in caught.value.message


def test_sidecar_names() -> None:
    assert sidecar_names("page.html") == ("page.html.meta.json", "page.meta.json")
    assert sidecar_names("page.html.gz") == ("page.html.gz.meta.json", "page.html.meta.json", "page.meta.json")
    assert sidecar_names("page") == ("page.meta.json",)


def test_load_reads_the_sidecar_beside_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(b"<html><body>text")
    (tmp_path / "page.meta.json").write_text('{"source": "B"}')
    assert load(str(page)).hints == (Hint("source", "B", "sidecar"),)
    (tmp_path / "page.html.meta.json").write_text('\ufeff{"source": "A"}')
    assert load(str(page)).hints == (Hint("source", "A", "sidecar"),)


def test_a_broken_sidecar_is_told_and_costs_only_itself(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(b"<html><body>text")
    sidecar = tmp_path / "page.html.meta.json"
    sidecar.write_text('{"source": "A", "captured": "soon"}')
    with pytest.raises(CaptureFailed) as caught:
        load(str(page))
    assert caught.value.reason == "sidecar"
    problems: list[str] = []
    assert load(str(page), on_problem=problems.append).hints == (Hint("source", "A", "sidecar"),)
    assert problems == ["page.html.meta.json: captured: not an ISO 8601 date or time: 'soon'"]
    sidecar.write_bytes(b"\xff\xfe{")
    problems.clear()
    assert load(str(page), on_problem=problems.append).hints == ()
    assert problems == ["page.html.meta.json: it is not UTF-8"]
    sidecar.unlink()
    sidecar.mkdir()
    problems.clear()
    load(str(page), on_problem=problems.append)
    assert problems == ["page.html.meta.json: it is no regular file"]


# ---- folders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("www.example.com/world/page.html", {"url": "http://www.example.com/world/page.html"}),
        ("mirror/www.example.com/index.html", {"url": "http://www.example.com/"}),
        ("Example.COM/a/index.htm", {"url": "http://example.com/a/"}),
        ("example.com/view.php?id=1&x=2", {"url": "http://example.com/view.php?id=1&x=2"}),
        ("example.com/page.html.gz", {"url": "http://example.com/page.html"}),
        ("example.com/a b/ü.html", {"url": "http://example.com/a%20b/%C3%BC.html"}),
        ("example.com/\udcff.html", {"url": "http://example.com/%FF.html"}),
        ("example.com:8080/a.html", {"url": "http://example.com:8080/a.html"}),
        ("example.com+443/a.html", {"url": "https://example.com/a.html"}),
        ("www.rt.com/2023/mali.txt", {"source": "rt.com"}),
        (
            "web.archive.org/web/20230701122211/https:/example.com/a.html",
            {"url": "https://example.com/a.html", "captured": "2023-07-01T12:22:11Z"},
        ),
        (
            "20230701122211/example.com/a.html",
            {"url": "http://example.com/a.html", "captured": "2023-07-01T12:22:11Z"},
        ),
        (
            "example.com/20230701122211/a.html",
            {"url": "http://example.com/a.html", "captured": "2023-07-01T12:22:11Z"},
        ),
        ("abc.com.py/a.html", {"url": "http://abc.com.py/a.html"}),
        ("articles/2023/page.html", {}),
        ("example.com", {}),
        ("v1.2/page.html", {}),
        ("node.js/page.html", {}),
        ("1.2.3.de/page.html", {}),
        (".com/page.html", {}),
        ("", {}),
    ],
)
def test_folders(path: str, expected: dict[str, str]) -> None:
    hints = folder_hints(path.replace("/", os.sep))
    assert {hint.field: hint.value for hint in hints} == expected
    assert all(hint.evidence == "folder" for hint in hints)


@given(st.text() | st.lists(st.sampled_from(["a.com", "/", ".", "..", "20230701122211", "x", "?", ":"])).map("".join))
def test_any_path_gives_hints(path: str) -> None:
    for hint in folder_hints(path):
        assert hint.value


# ---- patterns -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("{source}/{captured:%Y-%m-%d}/*", "rt/2023-07-01/page.html", [("source", "rt"), ("captured", "2023-07-01")]),
        ("{source}/{captured:%Y-%m-%d}/*", "rt/2023-07-01/more/page.html", None),
        ("{source}/{captured:%Y-%m-%d}/*", "rt/2023-13-01/page.html", None),
        ("{source}/{captured:%Y-%m-%d}/**", "rt/2023-07-01/a/b/c.html", [("source", "rt"), ("captured", "2023-07-01")]),
        ("**/{section}/*.html", "a/b/Sport/x.html", [("section", "Sport")]),
        ("**/{section}/*.html", "Sport/x.html", [("section", "Sport")]),
        ("{published:%Y%m%d}-{lang}-*.txt", "20230701-en-mali.txt", [("published", "2023-07-01"), ("lang", "en")]),
        ("{source}_{lang}.html", "the_guardian_en.html", [("source", "the"), ("lang", "guardian_en")]),
        ("{source}.html", "a.html.html", [("source", "a.html")]),
        ("*/{captured:%Y-%m-%dT%H%M%z}*", "x/2023-07-01T1422+0200.html", [("captured", "2023-07-01T14:22+02:00")]),
        ("{captured:%d.%m.%y}/*", "1.7.23/x", [("captured", "2023-07-01")]),
        ("{captured:%b %d, %Y %H.%M.%S}/*", "Jul 01, 2023 14.22.11/x", [("captured", "2023-07-01T14:22:11")]),
        ("{published:%B %Y}/*", "February 2021/x", [("published", "2021-02")]),
        ("{published:%Y}/*", "2021/x", [("published", "2021")]),
        ("{published:%Y-%j}/*", "2024-366/x", [("published", "2024-12-31")]),
        ("{published:%Y-%j}/*", "2023-366/x", None),
        ("{captured}/*", "2023-07-01/x", [("captured", "2023-07-01")]),
        ("{captured}/*", "soon/x", None),
        (
            "{authors} and {authors} - {tags}.txt",
            "A B and C - war.txt",
            [("authors", "A B"), ("authors", "C"), ("tags", "war")],
        ),
        ("{url}", "example.com", [("url", "http://example.com")]),
        ("{{{source}}}/*", "{rt}/x", [("source", "rt")]),
        ("{source}/100%/*", "rt/100%/x", [("source", "rt")]),
    ],
)
def test_patterns(pattern: str, path: str, expected: list[tuple[str, str]] | None) -> None:
    compiled = PathPattern(pattern)
    hints = compiled.hints(path.replace("/", os.sep))
    assert [(hint.field, hint.value) for hint in hints] == (expected or [])
    assert compiled.matches(path) is (expected is not None)
    assert all(hint.evidence == "pattern" for hint in hints)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "below the given folder"),
        ("/{source}/*", "without a slash"),
        ("*/*", "no field"),
        ("{source}//x", "two slashes"),
        ("{source", "no partner"),
        ("source}", "no partner"),
        ("{}", "no field {}"),
        ("{paper}/*", "no field {paper}"),
        ("{source}/{published2}", "no field {published2}"),
        ("{source}/{source}", "twice"),
        ("{source}/a**", "\\*\\* stands for whole folders"),
        ("{source:%Y}/*", "only dates"),
        ("{captured:}/*", "no year"),
        ("{captured:%m-%d}/*", "no year"),
        ("{captured:%Y-%d}/*", "no month"),
        ("{captured:%Y-%m-%d %M}/*", "one time in one way"),
        ("{captured:%Y %y}/*", "one time in one way"),
        ("{captured:%Q}/*", "%Q is none of"),
        ("{captured:%Y%}/*", "% is none of"),
        ("{captured:%Y-%Y}/*", "twice"),
    ],
)
def test_patterns_that_cannot_be_read(pattern: str, why: str) -> None:
    with pytest.raises(OptionError, match=why) as caught:
        PathPattern(pattern)
    assert caught.value.option == "path_pattern"


@given(st.text(alphabet="{}*/:%Ymdsource ab", max_size=30), st.text(alphabet="/ab-2023. ", max_size=60))
def test_any_pattern_and_path(pattern: str, path: str) -> None:
    try:
        compiled = PathPattern(pattern)
    except OptionError:
        return
    compiled.hints(path)


def test_matching_comes_to_an_end() -> None:
    pattern = PathPattern("*-*-{source}-*-{section}-*-*-*x")
    assert pattern.hints("-" * 255) == ()
    deep = PathPattern("**/*/**/*/**/*/**/{source}/**/x")
    assert deep.hints("a/" * 1000 + "y") == ()
