"""Completions and misspelt words: from the index's own words, with true counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import newsidx
from newsidx.model import Suggestion

TEXTS = [
    *("The peacekeepers began their withdrawal from Mali.",) * 8,
    *("Peacekeepers withdraw. The peacekeeper from Côte d'Ivoire stays.",) * 4,
    *("Mali's government met the security council.",) * 3,
    "The maltster withdrew.",
    "Der Minister war in Malmö.",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsidx.Index]:
    with newsidx.open(tmp_path_factory.mktemp("suggest") / "index", create=True) as idx:
        for i, text in enumerate(TEXTS):  # in several segments
            if i % 5 == 0:
                idx.add(newsidx.article(key=f"x{i}", headline="Nothing", body=text, lang="en"))
        rest = [(i, text) for i, text in enumerate(TEXTS) if i % 5]
        idx.add(
            *(
                newsidx.article(key=f"x{i}", headline="Nothing", body=text, lang="de" if "Der" in text else "en")
                for i, text in rest
            )
        )
        yield idx


def test_words_are_completed_most_articles_first(index: newsidx.Index) -> None:
    assert index.suggest("mal") == (Suggestion("Mali", 11), Suggestion("Malmö", 1), Suggestion("maltster", 1))
    assert index.suggest("mal", limit=1) == (Suggestion("Mali", 11),)
    assert index.suggest("MALI") == (Suggestion("Mali", 11),)


def test_forms_of_one_word_are_one_completion(index: newsidx.Index) -> None:
    assert index.suggest("peacek") == (Suggestion("peacekeepers", 12),)


def test_accents_do_not_matter(index: newsidx.Index) -> None:
    assert index.suggest("cot") == index.suggest("côt") == (Suggestion("Côte", 4),)


def test_words_before_narrow_and_count(index: newsidx.Index) -> None:
    assert index.suggest("security mal") == (Suggestion("security Mali", 3),)
    assert index.suggest("body:peacekeepers AND wit") == (Suggestion("body:peacekeepers AND withdrawal", 12),)
    assert index.suggest("zeppelin mal") == ()
    assert index.suggest("zeppelin OR mal")[0] == Suggestion("zeppelin OR Mali", 11)
    assert index.suggest('"securit')[0].text == '"security'
    assert index.suggest("body:mal")[0] == Suggestion("body:Mali", 11)


@pytest.mark.parametrize(
    "prefix", ["", " ", "mali ", "(", '"', "xyzzy", "ma*", "x" * 5000, "和", "-", "\x00", "a:" * 400]
)
def test_what_cannot_be_completed_gives_nothing(index: newsidx.Index, prefix: str) -> None:
    assert index.suggest(prefix) == ()


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsidx.Index]:
    with newsidx.open(tmp_path_factory.mktemp("names") / "index", create=True) as idx:
        many = " ".join(f"ma{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
        idx.add(
            *(
                newsidx.article(
                    key=f"m{i}", headline="Many", body=" ".join(many[j : j + i] for j in range(5)), lang="en"
                )
                for i in range(40, 60)
            ),
            newsidx.article(
                key="a",
                headline="Troops go",
                body="A peacekeeper from Malawi. The Security Council.",
                source="The Times",
                lang="en",
                tags=["Politics", "UN"],
                section="World",
                authors=["Ann Lee"],
            ),
            newsidx.article(
                key="b",
                headline="Wahl",
                body="Report on the council of security, repeated.",
                source="Report Weekly",
                lang="de",
                tags=["Polar bears"],
                section="Work",
            ),
            newsidx.article(key="c", headline="Troop", body="Front page.", kind="listing", lang="en"),
        )
        yield idx


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("source:re", [('source:"Report Weekly"', 1)]),
        ("source:tim", [('source:"The Times"', 1)]),
        ('mali source:"the t', []),
        ('troops source:"the t', [('troops source:"The Times"', 1)]),
        ("source:", [('source:"Report Weekly"', 1), ('source:"The Times"', 1)]),
        ("troops source:", [('troops source:"The Times"', 1)]),
        ("kind:", [("kind:article", 22), ("kind:listing", 1)]),
        ("date:", []),
        ("headline:", []),
        ("tag:pol", [('tag:"Polar bears"', 1), ("tag:Politics", 1)]),
        ("#pol", [("#Politics", 1)]),
        ("lang:d", [("lang:de", 1)]),
        ("section:=wo", [("section:=Work", 1), ("section:=World", 1)]),
        ("author:=l", [('author:="Ann Lee"', 1)]),
        ("author:le", [("author:Lee", 1)]),
        ("kind:lis", [("kind:listing", 1)]),
        ("has:au", [("has:author", 1)]),
        ("is:re", []),
        ("date:20", []),
        ("headline:tro", [("headline:Troop", 1)]),
        ("deck:tro", []),
        ("atleast2:sec", []),
        ("exact:sec", [("exact:Security", 2)]),
        ("peacekeeper ma", [("peacekeeper Malawi", 1)]),
        ('"security co', [('"security Council', 1)]),
    ],
)
def test_fields_are_completed_with_what_they_take(
    names: newsidx.Index, prefix: str, found: list[tuple[str, int]]
) -> None:
    assert [(each.text, each.articles) for each in names.suggest(prefix)] == found
    for text, count in found:
        whole = f'{text}"' if text.count('"') % 2 else text
        assert names.search(whole, limit=0).total == count


def test_every_completion_finds_as_many_as_it_says(index: newsidx.Index) -> None:
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for each in index.suggest(letter, limit=50):
            assert index.search(each.text, limit=0).total == each.articles, each


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("peacekepers", "peacekeepers"),
        ("paecekeepers mali", "peacekeepers mali"),
        ("Peacekeepers (securty OR wihtdrawal)", "Peacekeepers (security OR withdrawal)"),
        ('"securty council"', '"security council"'),
        ("body:securty", "body:security"),
        ("mali NOT peacekepers", None),
        ("exact:securty", None),
        ("case:Securty", None),
        ("zeppelin", None),
        ("mli", None),
        ("secu*y", None),
        ("security NEAR/3 counzil", "security NEAR/3 council"),
        ("Malmö", None),
        ("maltster", None),  # one article has it; so it is a word
        ("securty kuncil", "security council"),
    ],
)
def test_misspelt_words_are_set_right(index: newsidx.Index, query: str, suggestion: str | None) -> None:
    results = index.search(query)
    assert results.suggestion == suggestion
    if suggestion is not None:
        assert index.search(suggestion).total > results.total


def test_the_options_of_the_search_stand(index: newsidx.Index) -> None:
    assert index.search("securty counzil", quote=True).suggestion == "security council"
    assert index.search("securty", lang="de").suggestion is None
    assert index.search("securty zeppelin", any=True).suggestion == "security zeppelin"
