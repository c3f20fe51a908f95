"""The trained models of the reader of dumps: what they read, that they add up right, and what they may not overrule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.extract import text_label, trees
from newsidx.extract.blocks import Block
from newsidx.extract.text_evidence import FEATURES, evidence, is_candidate
from newsidx.extract.text_headline import TITLE_FEATURES
from newsidx.extract.text_label import lay_out, lay_out_by_rules, places_of
from newsidx.extract.text_lines import Line, blocks_of, describe
from newsidx.extract.text_places import PLACE_FEATURES
from newsidx.extract.trees import Forest, load
from newsidx.model import Hint
from tests.extract.test_text import MENU, PARAGRAPHS, RAIL, dump, read

TABLES = Path(trees.__file__).parent / "tables"
MODELS = {
    "text_title.json": TITLE_FEATURES,
    "text_body.json": FEATURES,
    "text_deck.json": PLACE_FEATURES,
    "text_byline.json": PLACE_FEATURES,
}


def walked(node: Any, values: list[float]) -> float:
    """The slow way down a tree."""
    while isinstance(node, tuple):
        node = node[2] if values[node[0]] <= node[1] else node[3]
    return float(node)


def lines_of(text: str) -> list[Line]:
    return describe(blocks_of(text))


@pytest.mark.parametrize("name", MODELS)
def test_a_model_wants_what_the_reader_gives(name: str) -> None:
    forest = load(name)
    assert forest.features == MODELS[name]
    assert len(forest.trees) == len(json.loads((TABLES / name).read_text(encoding="utf-8"))["trees"]) > 0


@pytest.mark.parametrize("name", MODELS)
@given(data=st.data())
def test_the_compiled_trees_are_the_trees(name: str, data: st.DataObject) -> None:
    forest = load(name)
    numbers = st.floats(-100, 2000, allow_nan=False)
    values = data.draw(st.lists(numbers, min_size=len(forest.features), max_size=len(forest.features)))
    slow = forest.bias + sum(walked(tree, values) for tree in forest.trees)
    assert forest.score(values) == pytest.approx(slow, abs=1e-9)


def test_at_the_threshold_left_is_taken() -> None:
    forest = Forest(("a", "b"), 0.5, ((0, 1.0, -1.0, (1, 2.0, 1.0, 4.0)),))
    assert forest.score([1.0, 9.0]) == -0.5
    assert forest.score([1.5, 2.0]) == 1.5
    assert forest.score([1.5, 2.5]) == 4.5


@given(st.lists(st.sampled_from([*PARAGRAPHS, *MENU, *RAIL, "By Ann Writer", "3 July 2023", "a", "。", "5", "© AP"])))
def test_every_line_has_all_its_numbers(texts: list[str]) -> None:
    lines = lines_of("\n".join(texts))
    if not lines:
        return
    everything = list(range(len(lines)))
    assert all(len(row) == len(FEATURES) for row in evidence(lines, everything))
    layout = lay_out_by_rules(lines)
    places = places_of(lines, layout)
    assert all(len(places.row(i)) == len(PLACE_FEATURES) for i in everything)


def test_numbers_do_not_depend_on_which_lines_are_asked_for() -> None:
    lines = lines_of(dump())
    everything = evidence(lines, list(range(len(lines))))
    some = [i for i, line in enumerate(lines) if is_candidate(line)]
    assert evidence(lines, some) == [everything[i] for i in some]


def test_the_model_is_not_asked_about_menus() -> None:
    blocks = [Block(word, "line") for word in MENU]
    assert not [line for line in describe(blocks) if is_candidate(line)]


def sure(odds: float) -> Forest:
    return Forest(FEATURES, odds, ())


def test_a_sure_model_overrules_the_rules_and_an_unsure_one_does_not() -> None:
    lines = lines_of(dump())
    before = lay_out_by_rules(lines)
    body = [i for i, label in enumerate(before.labels) if label.zone == "body"]
    unsure = lay_out_by_rules(lines)
    text_label.second_opinion(lines, unsure, sure(-0.5))
    assert unsure.labels == before.labels
    none = lay_out_by_rules(lines)
    text_label.second_opinion(lines, none, sure(-5.0))
    assert body
    assert not [label for label in none.labels if label.zone == "body"]


def test_even_a_sure_model_leaves_headline_and_paired_captions() -> None:
    caption = "The tower of Gull Point stands on two rails while engineers grease the wheels below it."
    lines = lines_of(dump().replace(PARAGRAPHS[2], f"{caption}\n\n{caption} Harbour Archive\n\n{PARAGRAPHS[2]}"))
    layout = lay_out_by_rules(lines)
    kept = [i for i, label in enumerate(layout.labels) if label.zone in ("headline", "caption")]
    zones = [layout.labels[i].zone for i in kept]
    text_label.second_opinion(lines, layout, sure(9.0))
    assert "headline" in zones
    assert "caption" in zones
    assert layout.labels[kept[0]].zone == "headline"
    assert [layout.labels[i].zone for i in kept if caption + " Harbour" in lines[i].text] == ["caption"]


def test_the_layout_is_a_function_of_the_text() -> None:
    one, other = (lay_out(lines_of(dump())) for _ in range(2))
    assert one.labels == other.labels


def test_a_name_between_headline_and_date_is_the_byline() -> None:
    assert read(dump().replace("By Ann Writer", "Ann Writer")).authors == ("Ann Writer",)


def test_as_of_is_the_date_where_there_is_no_other() -> None:
    only = read(dump().replace("3 July 2023, 11:05", "Stand: 03.07.2023 11:05 Uhr"))
    assert str(only.published) == "2023-07-03T11:05"
    assert only.modified is None
    both = read(dump().replace("3 July 2023, 11:05", "Published 2 July 2023\nStand: 03.07.2023 11:05 Uhr"))
    assert str(both.published) == "2023-07-02"
    assert str(both.modified) == "2023-07-03T11:05"


def test_an_update_alone_is_the_day_of_publication_if_nothing_tells_another() -> None:
    text = dump().replace("3 July 2023, 11:05", "Updated: 3 July 2023 11:05")
    article = read(text)
    assert str(article.published) == str(article.modified) == "2023-07-03T11:05"
    told = read(text, Hint("published", "2023-07-01", "filename"))
    assert str(told.published) == "2023-07-01"
    assert str(told.modified) == "2023-07-03T11:05"


def test_a_date_within_a_sentence_gives_way_to_one_on_a_line_of_its_own() -> None:
    heard = "The harbour radio told of this move on 1 July 2023 at noon."
    text = dump().replace("3 July 2023, 11:05", heard).replace("Home > World", "Home > World\n\n3 July 2023, 11:05")
    assert str(read(text).published) == "2023-07-03T11:05"


def test_a_date_of_publication_may_stand_below_the_first_paragraphs() -> None:
    text = dump().replace("3 July 2023, 11:05", "")
    last = PARAGRAPHS[-1]
    more = "\n\n".join(PARAGRAPHS)
    told = text.replace(last, f"{last}\n\n{more}\n\nPublished: 3 July 2023 11:05\n\n{more}")
    assert str(read(told).published) == "2023-07-03T11:05"


def test_the_title_at_the_end_of_a_trail_is_not_the_headline() -> None:
    title = "Lighthouse is moved inland before the sea can take it"
    text = dump().replace(
        "Home > World\n", "Home\nWorld\n\nOld lighthouse moved inland: all about the move\n\nGull Point\n"
    )
    assert read(text).headline == title


@pytest.mark.parametrize(
    "line",
    [
        "Sign up to our newsletter and get the news of the harbour delivered to your inbox every Friday.",
        "Story continues",
        "Close advertising",
        "Öppna bild i helskärm",
    ],
)
def test_what_is_offered_between_paragraphs_is_no_text(line: str) -> None:
    article = read(dump().replace(PARAGRAPHS[2], f"{PARAGRAPHS[2]}\n\n{line}\n\n{PARAGRAPHS[0]}"))
    assert PARAGRAPHS[2] in article.body
    assert line not in article.body
    assert line in (*article.page, *article.promo)


def test_a_long_line_without_an_end_is_a_caption_where_no_other_is() -> None:
    long = "The tower shortly before noon with the crowd that had waited for it since the early morning"
    text = dump().replace(PARAGRAPHS[0], f"{long}\n\n{PARAGRAPHS[0]}")
    surer = read(text)
    assert surer.captions == ("The tower on its rails.",)
    assert long in (*surer.promo, *surer.page)
    assert read(text.replace("The tower on its rails. Photograph: John Sample/Getty Images", "")).captions == (long,)


def test_a_row_of_buttons_is_no_caption() -> None:
    names = ("Facebook", "Telegram", "Messenger", "Threads", "Flipboard")
    buttons = " ".join(f"{name.lower()} {name} {name.lower()}" for name in names)
    lines = lines_of(dump().replace("By Ann Writer\n", f"By Ann Writer\n{buttons}\n"))
    zones = [
        label.zone for line, label in zip(lines, lay_out_by_rules(lines).labels, strict=True) if line.text == buttons
    ]
    assert zones == ["head"]


@pytest.mark.parametrize(("paragraphs", "zone"), [(PARAGRAPHS, "deck"), (PARAGRAPHS[:1], "body")])
def test_the_whole_of_a_text_is_not_its_deck(paragraphs: list[str], zone: str) -> None:
    headline = "Lighthouse is moved inland before the sea can take it"
    lines = lines_of("\n\n".join([*MENU, headline, "By Ann Writer", "July 3, 2023", *paragraphs, *RAIL]))
    layout = lay_out_by_rules(lines)
    layout.places = places_of(lines, layout)
    first = next(line.index for line in lines if line.text == PARAGRAPHS[0])
    assert layout.labels[first].zone == "body"
    column = PLACE_FEATURES.index("words")
    text_label.choose_deck(lines, layout, Forest(PLACE_FEATURES, 0.0, ((column, lines[first].words - 1, -9.0, 9.0),)))
    assert layout.labels[first].zone == zone
