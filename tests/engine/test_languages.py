"""Words found in the article's own language, on a real index: spellings, accents, scripts, and homographs."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from newsidx.analysis import analyze
from newsidx.engine.local import LocalEngine
from newsidx.engine.seam import Part
from newsidx.model import Article, Hit
from newsidx.options import SearchRequest
from newsidx.query import parse

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TABLE = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
FOUND = [(lang, text, query) for lang, rows in TABLE["found"].items() for text, *queries in rows for query in queries]
NOT_FOUND = [(lang, text, query) for lang, rows in TABLE["not-found"].items() for text, *qs in rows for query in qs]
LIT = [(lang, *row) for lang, rows in TABLE["lit"].items() for row in rows]


def made(name: str, lang: str, *body: str, headline: str | None = None) -> Article:
    return Article(hashlib.sha256(name.encode()).hexdigest(), lang=lang, headline=headline, body=body)


def hits(added: Sequence[Article], query: str) -> list[Hit]:
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine.open(f"{folder}/index", create=True)
        engine.commit(Part(puts=tuple((article, analyze(article)) for article in added)))
        found = list(engine.search(SearchRequest(query, limit=None), parse(query).tree, NOW).hits)
        assert engine.check() == []
        engine.close()
    return found


@pytest.mark.parametrize(("lang", "text", "query"), FOUND)
def test_it_is_found(lang: str, text: str, query: str) -> None:
    assert len(hits([made("a", lang, text)], query)) == 1


@pytest.mark.parametrize(("lang", "text", "query"), NOT_FOUND)
def test_it_is_not_found(lang: str, text: str, query: str) -> None:
    assert hits([made("a", lang, text)], query) == []


@pytest.mark.parametrize(("lang", "text", "query", "lit"), LIT)
def test_what_is_lit_up_is_what_matched(lang: str, text: str, query: str, lit: str) -> None:
    (hit,) = hits([made("a", lang, text)], query)
    pieces = [piece for snippet in hit.snippets for piece in snippet.pieces]
    assert "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces) == lit


HOMOGRAPHS = {"war": "de", "die": "de", "gift": "de", "also": "de"}


@pytest.mark.parametrize(("word", "other"), HOMOGRAPHS.items())
def test_a_foreign_homograph_neither_ranks_above_nor_hides(word: str, other: str) -> None:
    """An English reader's word, in an index that is mostly German, where the same letters are all over the place."""
    german = [made(f"g{i}", other, f"Er {word} gestern hier und dort {word} gewesen {i}") for i in range(30)]
    english = [made(f"e{i}", "en", f"A report of peace talks number {i} in the north") for i in range(10)]
    ours = made("ours", "en", f"Minister speaks about {word} and peace in the north of the country")
    found = hits([*german, *english, ours], word)
    assert len(found) == 31
    assert found[0].article.id == ours.id
    assert [hit.article.id for hit in hits([*german, *english, ours], f"{word} lang:en")] == [ours.id]
    both = hits([*german, *english, ours], f"{word} peace")
    assert [hit.article.id for hit in both] == [ours.id]
