"""What is told beside the hits: words of several languages, syntax taken leniently, time that ran out, capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import newsidx

WORDS = {
    "en": "The war went on and a gift was also given in Mali by the minister.",
    "de": "Er war in Mali. Das Gift ist auch da. Also ging der Minister.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsidx.Index]:
    with newsidx.open(tmp_path_factory.mktemp("beside") / "index", create=True) as idx:
        idx.add(
            *(
                newsidx.article(key=f"{lang}{number}", headline="Nothing", body=text, lang=lang)
                for lang, count in (("en", 6), ("de", 9))
                for number in range(count)
                for text in (WORDS[lang],)
            ),
            newsidx.article(key="us", headline="US leaves", body="The U.S. left; it did not tell us.", lang="en"),
            newsidx.article(key="we", headline="We leave", body="Nobody told us why, who or what.", lang="en"),
        )
        yield idx


def notes(results: newsidx.Results) -> dict[str, tuple[str, str | None]]:
    return {note.kind: (note.text, note.query) for note in results.notes}


def test_a_word_of_two_languages_is_told(index: newsidx.Index) -> None:
    assert notes(index.search("war")) == {"languages": ("war: de 9, en 6; narrow with lang:en", "war lang:en")}
    told = [note.text.partition(";")[0] for note in index.search("gift OR war").notes if note.kind == "languages"]
    assert told == ["gift: de 9, en 6"]  # beside others war is taken for the word of the language with more articles
    assert index.search("war lang:en").total == 6


@pytest.mark.parametrize(
    "query",
    [
        *("mali", "MALI", "went", "war lang:de", "body:war", '"war in"', "exact:war", "NOT war", "*", "war went"),
        *("in", "in gift lang:en", "a"),
    ],
)
def test_names_and_words_of_one_language_are_not(index: newsidx.Index, query: str) -> None:
    assert "languages" not in notes(index.search(query))


def test_lenient_takes_what_is_wrong_as_words(index: newsidx.Index) -> None:
    for text in ('headline:"lea', "gift AND (war", "gift NEAR/0 war", "words:many gift", "gift lnag:de"):
        with pytest.raises(newsidx.QuerySyntaxError):
            index.search(text)
        results = index.search(text, lenient=True)
        assert "syntax" in notes(results), text
    assert index.search("zebra gift (words:x", lenient=True, any=True).total == 15
    assert index.search("gift (war", lenient=True).total == index.search("gift (war").total
    assert index.search("is:reprint", lenient=True).total == 0
    assert "cannot answer" in notes(index.search("is:reprint", lenient=True))["syntax"][0]
    with pytest.raises(newsidx.OptionError):
        index.search("x" * 10, lenient=True, since="never")


def test_time_that_runs_out_leaves_what_is_known_to_match(
    index: newsidx.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = index.search("war", limit_seconds=0, explain=True)
    assert (results.total, results.partial, results.hits) == (0, True, ())
    assert list(notes(results)) == ["time-limit"]
    assert not index.search("war", limit_seconds=60).partial
    ticks = iter(range(1000))
    monkeypatch.setattr("newsidx.engine.local._execute.time.monotonic", lambda: next(ticks))
    # The clock stands at 0 when the search begins, and is asked once for each part.
    results = index.search("us OR gift OR zebra", limit_seconds=2)
    assert results.partial
    assert {hit.id for hit in results} < {hit.id for hit in index.search("us OR gift OR zebra", limit=None)}
    assert index.search("us gift", limit_seconds=1).total == 0


def test_capitals_mean_the_abbreviation(index: newsidx.Index) -> None:
    assert [hit.headline for hit in index.search("US")] == ["US leaves"]
    assert index.search("us").total == 2
    assert index.search("U.S.").total == 1
    assert index.search("US NEAR/3 left").total == 1
    assert index.search("US OR ZEBRAS").total == 2  # who shouts means nothing by it
    results = index.search("WHO")
    assert [hit.headline for hit in results] == ["We leave"]
    assert notes(results)["capitals"][0] == "no article has WHO in capitals; small letters count too"
    assert "capitals" not in notes(index.search("NATO"))


def test_what_capitals_mean_does_not_change_with_a_condition(tmp_path: Path) -> None:
    """The rows of a count by kind find what they count, though a front page has the capitals."""
    with newsidx.open(tmp_path / "index", create=True) as idx:
        idx.add(
            newsidx.article(key="a", headline="She asked who it was", body="Who was it?", lang="en"),
            newsidx.article(key="b", headline="News of today", body="WHO meets.", lang="en", kind="listing"),
        )
        row = idx.search("WHO", facets=["kind"]).facets["kind"].counts[0]
        assert (row.value, row.count) == ("article", 1)
        assert idx.search(f"WHO {row.query}").total == row.count
        assert idx.search("WHO kind:listing").total == 1


def test_results_in_a_notebook_are_text(tmp_path_factory: pytest.TempPathFactory) -> None:
    attack = '<script>alert(1)</script>"><img src=x onerror=alert(1)>\u202e\U000e0041'
    with newsidx.open(tmp_path_factory.mktemp("html") / "index", create=True) as idx:
        idx.add(
            newsidx.article(key="a", headline=f"Coup {attack}", body=f"A coup. {attack}", source=attack, section=attack)
        )
        results = idx.search(f"coup source:{'zebra'} OR coup")
        nothing = idx.search("coup zeppelin")._repr_html_()
        misspelt = idx.search("cuop")._repr_html_()
    html = results._repr_html_()
    assert "<mark>Coup</mark> &lt;script&gt;" in html
    assert "<p>1 of 1</p>" in html
    assert "lacks <s>zeppelin</s>" in nothing
    assert nothing.startswith("<p>No article matches.</p><p>The nearest have most of the words:</p><ol")
    assert "Did you mean <b>Coup</b>?" in misspelt
    for shown in (html, nothing, misspelt, results[0]._repr_html_(), results[0].article._repr_html_()):
        assert set(re.findall(r"<(\w+)", shown)) <= {*"b bdi br div i li mark ol p s small".split()}
        assert not re.search("[\u202e\U000e0041]", shown)


def test_in_a_notebook_joiners_stay_and_facts_stand_apart() -> None:
    persian = "می\u200cخواهد"
    article = newsidx.article(key="a", headline=persian, body="One\n\ntwo\n\nthree\n\nfour\n\nfive", source="المرصاد")
    html = article._repr_html_()
    assert persian in html
    assert "<bdi>المرصاد</bdi>" in html
    assert "and 2 more paragraphs" in html


def test_a_form_for_all_genders_is_found_as_it_stands(tmp_path_factory: pytest.TempPathFactory) -> None:
    with newsidx.open(tmp_path_factory.mktemp("star") / "index", create=True) as idx:
        idx.add(
            newsidx.article(key="a", headline="Ökostromkund*innen sparen", body="Sie sparen.", lang="de"),
            newsidx.article(key="b", headline="Die Ökostromkundinnen sparen", body="Sie sparen.", lang="de"),
        )
        assert idx.search("Ökostromkund*innen").total == 2
        assert idx.search("Ökostromkund*innen NEAR/2 sparen").total == 2
