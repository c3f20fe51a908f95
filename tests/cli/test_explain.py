"""``newsidx parse --explain``, ``--html``, ``--index``: why a page became what it did, and what an index made of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsidx
from newsidx.cli._explain import html_of
from newsidx.model import LabelledBlock, ParseExplanation
from tests.made.source import SIGN_UP, dump, page, story


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Captures of one outlet and an index of them, which these tests read and never write."""
    tmp_path = tmp_path_factory.mktemp("own")
    folder = tmp_path / "captures"
    folder.mkdir()
    for number in range(10):
        (folder / f"{number}.html").write_text(page(number))
        (folder / f"{number}.txt").write_text(dump(number + 100))
    where = str(tmp_path / "index")
    with newsidx.open(where, create=True) as idx:
        idx.add(*(folder / f"{number}.html" for number in range(5)), jobs=1)
        idx.add(folder, hints=newsidx.Hint("captured", "2024-05-01", "option"), jobs=1)
    return folder, where


def test_explain_says_of_each_block_why(run: Callable[..., Any], own: tuple[Path, str]) -> None:
    file = str(own[0] / "1.html")
    ran = run("parse", "--explain", file)
    assert ran.code == 0
    assert f"body        {SIGN_UP}  [p: prose]" in ran.out.splitlines()
    assert "headline: " + story(1)[0] + "  [markup]" in ran.out.splitlines()
    ran = run("parse", "--explain", str(own[0] / "1.txt"), "--index", own[1])
    assert f"page        {SIGN_UP}  [line: outside; recurs across captures of the source]" in ran.out.splitlines()


def test_explain_json(run: Callable[..., Any], own: tuple[Path, str]) -> None:
    document = run("parse", "--explain", "--json", str(own[0] / "9.html"), "--index", own[1]).json
    assert document["memory"]["source"] == "harbour.example"
    assert document["extractor"].endswith("+m" + document["memory"]["template"])
    assert {
        "text": SIGN_UP,
        "written_as": "p",
        "zone": "page",
        "why": "recurs across captures of the source",
    } in document["blocks"]
    assert document["headline"] == story(9)[0]


def test_with_an_index_a_capture_is_as_it_was_indexed(
    run: Callable[..., Any], own: tuple[Path, str], tmp_path: Path
) -> None:
    folder, where = own
    with newsidx.open(where) as idx:
        stored = {path: idx.article(id_) for id_ in idx.ids() for path in idx.paths(id_)}
        assert len({article.extractor for article in stored.values()}) > 2
        for path, article in stored.items():
            assert list(newsidx.parse_path(path, index=idx)) == [(path, article)]
    ran = run("parse", "--json", *map(str, sorted(folder.iterdir())), "--index", where)
    for line in ran.out.splitlines():
        document = json.loads(line)
        article = stored[document["path"]]
        assert (document["id"], document["body"], document["captured"]) == (
            article.id, list(article.body), str(article.captured) if article.captured else None,
        )  # fmt: skip
    new = tmp_path / "new.html"
    new.write_text(page(77))
    assert run("parse", "--json", str(new), "--index", where).json["body"] == story(77)[1]
    assert SIGN_UP in run("parse", "--json", str(new)).json["body"]


def test_a_capture_whose_template_is_kept_no_more_is_what_is_stored(
    own: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsidx.ingest.memories.Memories.recorded", lambda *_: None)
    with newsidx.open(own[1]) as idx:
        for id_ in idx.ids():
            assert [article for _, article in newsidx.parse_path(idx.paths(id_)[0], index=idx)] == [idx.article(id_)]


def test_the_view_is_a_page_with_coloured_zones(run: Callable[..., Any], own: tuple[Path, str], tmp_path: Path) -> None:
    out = tmp_path / "why.html"
    ran = run("parse", "--html", str(out), str(own[0] / "1.html"), str(own[0] / "1.txt"))
    assert ran.code == 0 and ran.out == "" and str(out) in ran.err
    text = out.read_text("utf-8")
    assert text.count("<section>") == 2
    assert '<div class="block body"><span class=why>body, p: prose</span>' in text


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


ODD = st.one_of(
    st.text(), st.sampled_from(["<script>alert(1)</script>", "</p><img src=x onerror=y>", '"><a href=x>', "\x1b[31m"])
)


@given(ODD, ODD, ODD, ODD, ODD)
def test_nothing_captured_is_markup_in_the_view(text: str, tag: str, zone: str, why: str, name: str) -> None:
    article = newsidx.Article("0" * 64, headline=text, url=tag, evidence={"url": "markup"})
    explanation = ParseExplanation(article, (LabelledBlock(text, tag, zone, why),), name, zone)
    view = _Tags()
    view.feed("".join(html_of([(name, explanation)])))
    assert set(view.tags) <= set("html head meta title style body p span section h1 table tr th td div".split())
    assert view.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "dir"}
    assert view.tags.count("section") == view.tags.count("div") == 1
    assert "\x1b" not in view.text
