"""The language of a text: sentences in each language, what a page declares, and the real pages."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.analysis import identify, primary
from newsidx.analysis.characters import table_text

SENTENCES: dict[str, str] = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))
TABLE = tomllib.loads(table_text("function_words.toml"))
SCRIPTS = [name for name in TABLE if name not in ("scripts", "kin")]


@pytest.mark.parametrize("lang", SENTENCES)
def test_two_sentences_are_enough(lang: str) -> None:
    assert identify(SENTENCES[lang]) == lang


@pytest.mark.parametrize("lang", SENTENCES)
def test_a_text_says_otherwise_than_its_page(lang: str) -> None:
    """A page made from an English or French template that holds another language."""
    for declared in ("en-US", "fr"):
        if lang != declared[:2]:
            assert identify(SENTENCES[lang] * 3, declared) == lang


def test_what_a_page_declares_stands_where_the_text_agrees() -> None:
    assert identify(SENTENCES["pt"], "pt_BR") == "pt-BR"
    assert identify(SENTENCES["zh"], "zh-hant-tw") == "zh-Hant-TW"
    assert identify(SENTENCES["no"], "nb-NO") == "nb-NO"
    assert identify(SENTENCES["hr"], "bs") == "bs"
    assert identify(SENTENCES["id"], "ms-MY") == "ms-MY"
    assert identify(SENTENCES["en"], "en_GB.UTF-8") == "en-GB"


def test_what_a_page_declares_stands_where_the_text_does_not_tell() -> None:
    for text in ("", "2023", "Wagner", "Oui.", "中国", "♪ ♫"):
        assert identify(text, "fr-CA") == "fr-CA"
        assert identify(text, "ja") == "ja"
    assert identify("Brezhoneg a vez komzet gant tud a zo e Breizh, hag e lec'hioù all ivez.", "br") == "br"


def test_unsure_is_none() -> None:
    for text in (
        "",
        " \n",
        "2023-06-30",
        "Wagner",
        "Mali",
        "€ 5,000",
        "Joe Biden Emmanuel Macron",
        "\ud800",
        "中国",
        "カ",
    ):
        assert identify(text) is None, text
        for nothing in ("und", "", "x-default", "\ud800"):
            assert identify(text, nothing) is None


def test_names_in_another_script_do_not_decide() -> None:
    assert (
        identify("据 Reuters 报道，Wagner Group 将离开 Bamako，联合国 MINUSMA 也将在年底前撤离该国，这一决定已经公布。")
        == "zh"
    )
    assert identify("報道によると、Wagner Group は Bamako から撤退する。United Nations も年末までに撤退する。") == "ja"
    assert (
        identify("По данным Reuters, компания Wagner Group не покинет Bamako, но это еще не решено, что будет.") == "ru"
    )


@given(st.text(), st.none() | st.text() | st.sampled_from(["en", "pt-BR", "zh-Hant", "sr-Latn-RS", "i-klingon"]))
def test_any_text_gives_a_tag_or_none(text: str, declared: str | None) -> None:
    found = identify(text, declared)
    assert found is None or primary(found) is not None


def test_the_table_is_in_order() -> None:
    assert sum(len(TABLE[script]) for script in SCRIPTS) >= 70
    for script in SCRIPTS:
        for lang, lists in TABLE[script].items():
            words = lists["words"].split()
            assert sorted(words) == sorted(set(words)), lang
            assert len(words) >= 12, lang
            assert all(word == word.lower() for word in words)
            assert set(lists) == {"words", "letters"}
    told = {lang for script in SCRIPTS for lang in TABLE[script]} | set(TABLE["scripts"].values()) - {""}
    assert set(TABLE["kin"]) <= told
    # Not by two sentences: these have few words here, or their speakers write in the words of a neighbour.
    assert told - set(SENTENCES) == {"as", "bo", "dv", "ky", "om", "sd", "ti", "tt", "ug", "yo"}


def bodies(shared: Path) -> Iterator[tuple[str | None, str]]:
    for name in ("fundus", "fundus-eval", "naeb", "newspaper4k", "scrapinghub"):
        with (shared / "eval/extraction/pages" / name / "gold.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                gold = json.loads(line)
                if len(gold.get("body") or "") >= 200:
                    yield gold.get("lang"), gold["body"]


def test_real_articles(shared: Path) -> None:
    outcomes: Counter[str] = Counter()
    for declared, body in bodies(shared):
        found = identify(body)
        agrees = declared is None or found == primary(declared)
        outcomes["named" if found and agrees else "other" if found else "unsure"] += 1
        assert declared is None or not agrees or primary(identify(body, declared)) == found
        assert found is None or identify(body, "br") in ("br", found)
    total = sum(outcomes.values())
    assert total > 400
    # Six pages declare English or German and hold Xhosa, Zulu, German or English.
    assert outcomes["other"] <= 6
    assert outcomes["named"] / total >= 0.98
