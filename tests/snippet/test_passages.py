"""Snippets: what is lit up is what matched, nothing else; the first passage shows most of the query."""

from __future__ import annotations

import sys
from itertools import pairwise
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx.analysis import PARAGRAPH_GAP, place_tokens, place_words, surface_form, tokens
from newsidx.model import Article, Snippet
from newsidx.snippet import Match, headline_pieces, passages

WORDS = "troops leave mali after vote in council Straße 平和維持軍 don't".split()
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(lambda words: " ".join(words) + ".")
PARAGRAPHS = st.lists(st.lists(SENTENCES, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=4)


def matches_of(
    zone: str, paragraphs: tuple[str, ...], words: list[str], *, is_written_known: bool = False
) -> list[Match]:
    placed = list(place_tokens(paragraphs))
    found = []
    for number, word in enumerate(words):
        mine = [(paragraph, token, position) for paragraph, token, position in placed if token.form == word]
        if mine:
            written = [surface_form(paragraphs[paragraph][token.start : token.end]) for paragraph, token, _ in mine]
            positions = [position for _, _, position in mine]
            found.append(Match(zone, number, 1.0 + number, positions, written if is_written_known else None))
    return found


def check(article: Article, snippet: Snippet, words: list[str], chars: int) -> None:
    paragraphs = {"body": article.body, "deck": (article.deck or "",)}[snippet.zone]
    text = paragraphs[snippet.paragraph]
    assert str(snippet) == text[snippet.start : snippet.end]
    assert snippet.end - snippet.start <= 2 * chars
    assert str(snippet) == str(snippet).strip()
    lit = [piece.text.lower() for piece in snippet.pieces if piece.is_match]
    tokens = [token for token in _tokens(text) if snippet.start <= token[1] and token[2] <= snippet.end]
    assert lit == [form for form, _, _ in tokens if form in words]


def _tokens(text: str) -> list[tuple[str, int, int]]:
    return [(token.form, token.start, token.end) for _, token, _ in place_tokens((text,))]


@given(
    PARAGRAPHS,
    st.none() | SENTENCES,
    st.lists(st.sampled_from(["troops", "mali", "vote", "平", "don't"]), unique=True, max_size=3),
    st.integers(1, 4),
    st.integers(20, 200),
)
def test_snippets_are_stretches_of_the_text_with_the_matches_lit_up(
    body: list[str], deck: str | None, words: list[str], limit: int, chars: int
) -> None:
    article = Article("0" * 64, headline="Troops leave", deck=deck, body=tuple(body))
    matches = matches_of("body", article.body, words) + (matches_of("deck", (deck,), words) if deck else [])
    snippets = passages(article, matches, limit=limit, chars=chars)
    assert 1 <= len(snippets) <= limit
    for snippet in snippets:
        check(article, snippet, words if matches else [], chars)
    if matches:
        assert any(piece.is_match for piece in snippets[0].pieces)
        shown = {p.text.lower() for s in snippets for p in s.pieces if p.is_match}
        # A paragraph gives one passage: it can show all its words where it fits into one.
        if limit >= 3 and chars >= max(map(len, [*body, deck or ""])):
            found = {words[match.term] for match in matches}
            assert found <= shown, "three passages can show three words"


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=40), st.integers(0, 200))
def test_no_word_is_cut(words: list[str], chars: int) -> None:
    text = " ".join(word for word in words if word.isascii()) or "mali"
    article = Article("0" * 64, body=(text,))
    for snippet in passages(article, matches_of("body", (text,), ["mali", "vote"]), limit=2, chars=chars):
        assert snippet.start == 0 or text[snippet.start - 1] == " "
        assert snippet.end == len(text) or text[snippet.end] == " "


def test_the_passage_where_the_words_stand_together_comes_first() -> None:
    body = (
        "Mali is a country in West Africa, and much else could be said of it here.",
        "The troops will leave Mali by the end of the year, the council decided.",
        "Troops of other countries are there as well.",
    )
    article = Article("0" * 64, body=body)
    snippets = passages(article, matches_of("body", body, ["troops", "mali"]), limit=1, chars=80)
    assert snippets[0].paragraph == 1
    assert [piece.text for piece in snippets[0].pieces if piece.is_match] == ["troops", "Mali"]


def test_the_headline_is_lit_up_by_itself() -> None:
    article = Article("0" * 64, headline="Troops leave Mali", body=("Nothing.",))
    pieces = headline_pieces(article, matches_of("headline", ("Troops leave Mali",), ["mali"]))
    assert [(piece.text, piece.is_match) for piece in pieces] == [("Troops leave ", False), ("Mali", True)]
    assert headline_pieces(Article("0" * 64), []) == ()


def test_without_a_match_outside_the_headline_the_beginning_is_shown() -> None:
    article = Article("0" * 64, headline="Mali", body=("First sentence. Second one.",))
    matches = matches_of("headline", ("Mali",), ["mali"])
    assert str(passages(article, matches, limit=2, chars=16)[0]) == "First sentence."
    assert passages(Article("0" * 64), [], limit=2, chars=16) == ()


@pytest.mark.parametrize(
    "text",
    [
        "x" * 5000,
        "-".join(["mali"] * 3000),
        "平" * 5000,
        "see " + "x" * 5000 + " mali",
        "mali" + "\u0301" * 5000,
        "/" * 5000,
    ],
)
@pytest.mark.parametrize("chars", [20, 100])
def test_no_snippet_is_longer_than_twice_what_was_asked_for(text: str, chars: int) -> None:
    article = Article("0" * 64, body=(text,))
    positions = [position for _, _, position in place_tokens((text,))]
    for some in (positions, positions[-1:], []):
        matches = [Match("body", 0, 1.0, some)] if some else []
        for snippet in passages(article, matches, limit=3, chars=chars):
            assert 0 < snippet.end - snippet.start <= 2 * chars
            assert str(snippet) == text[snippet.start : snippet.end]
            assert any(piece.is_match for piece in snippet.pieces) == bool(matches)


def steps(article: Article, matches: list[Match]) -> int:
    """How many instructions the interpreter runs in this package to make three passages."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if "newsidx" not in frame.f_code.co_filename:
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        passages(article, matches, limit=3, chars=400)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("paragraph", ["mali ", "mali troops ", "Mali. Vote! ", "vote in the mali council. "])
@pytest.mark.parametrize("is_one", [True, False])
def test_the_work_grows_with_the_text_and_no_faster(paragraph: str, is_one: bool) -> None:
    def work(count: int) -> int:
        body = (paragraph * count,) if is_one else (paragraph,) * count
        return steps(Article("0" * 64, body=body), matches_of("body", body, ["mali", "troops", "vote"]))

    work(800)  # what is made once; and CPython 3.13 does not trace all of the instructions when it first begins to
    small, large = work(1600), work(3200)
    assert large < 2.2 * small


@given(
    st.lists(st.tuples(st.integers(1, 90), st.integers(0, 3)), min_size=1, max_size=25),
    st.integers(20, 120),
)
def test_the_best_stretch_is_found_as_if_all_were_tried(gaps: list[tuple[int, int]], chars: int) -> None:
    text, matches = "", []
    for position, (gap, term) in enumerate(gaps):
        text += "mali" + "\u2028" * gap  # no sentence ends, no cut between words
        matches.append(Match("body", term, 1.0 + term, [position]))
    spots = [(i * 4 + sum(gap for gap, _ in gaps[:i]), term) for i, (_, term) in enumerate(gaps)]
    best, first = -1.0, 0
    for start, _ in spots:
        value, seen, last = 0.0, set[int](), None
        for at, term in spots:
            if at >= start and (at == start or at + 4 <= start + chars):
                value += (1.0 + term) * (0.1 if term in seen else 1.0)
                if last is not None and last[1] != term and at - (last[0] + 4) <= 40:
                    value += 0.15 * (1.0 + min(term, last[1]))
                seen.add(term)
                last = (at, term)
        if value > best + 1e-9:
            best, first = value, start
    (snippet,) = passages(Article("0" * 64, body=(text,)), matches, limit=1, chars=chars)
    assert snippet.start <= first < snippet.end


@given(
    PARAGRAPHS,
    st.lists(st.sampled_from(["troops", "mali", "vote"]), min_size=1, unique=True, max_size=3),
    st.integers(2, 5),
    st.integers(20, 80),
)
def test_passages_of_one_paragraph_do_not_overlap(body: list[str], words: list[str], limit: int, chars: int) -> None:
    one = " ".join(body)
    article = Article("0" * 64, body=(one,))
    snippets = passages(article, matches_of("body", article.body, words), limit=limit, chars=chars)
    places = sorted((snippet.start, snippet.end) for snippet in snippets)
    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    assert [snippet.start for snippet in snippets[1:]] == sorted(snippet.start for snippet in snippets[1:])


def test_a_page_in_one_paragraph_gives_several_passages() -> None:
    filler = "Nothing of that kind was said by anyone who was there. " * 8
    body = (f"Troops leave. {filler}The council met. {filler}There was a vote.",)
    matches = matches_of("body", body, ["troops", "council", "vote"])
    snippets = passages(Article("0" * 64, body=body), matches, limit=3, chars=60)
    lit = [piece.text for snippet in snippets for piece in snippet.pieces if piece.is_match]
    assert sorted(lit) == ["Troops", "council", "vote"]


def test_nothing_is_said_twice() -> None:
    said = "The council will vote on troops."
    article = Article("0" * 64, deck=said, body=(said, "Another vote was held before.", f"{said} All agreed."))
    matches = [
        *matches_of("deck", (said,), ["vote", "troops"]),
        *matches_of("body", article.body, ["vote", "troops"]),
    ]
    texts = [str(snippet) for snippet in passages(article, matches, limit=3, chars=40)]
    assert sorted(texts) == ["Another vote was held before.", said]


@pytest.mark.parametrize("gap", [" ", "\n", " 平和 "])
def test_a_long_paragraph_is_read_in_stretches_as_if_at_once(gap: str) -> None:
    words = ["U.S.", "3.5bn", "O'Neill", "co-operation", "Straße"]
    text = gap.join(words[i % 5] + "x" * (i % 7) for i in range(30_000))
    placed = list(place_tokens(("first", text)))[1:]
    assert [token for _, token, _ in placed] == tokens(text)
    assert [position for _, _, position in placed] == [1 + PARAGRAPH_GAP + i for i in range(len(placed))]
    stretches = list(place_words(("first", text)))[1:]
    spans = [(at, end) for _, _, starts, ends in stretches for at, end in zip(starts, ends, strict=True)]
    assert spans == [(token.start, token.end) for _, token, _ in placed]
    assert [first for _, first, _, _ in stretches] == [
        placed[sum(len(starts) for _, _, starts, _ in stretches[:i])][2] for i in range(len(stretches))
    ]


NAMES = ["mali", "Mali", "MALI", "Mali's", "U.S.", "AT&T", "l'armée", "5,000", "30", "o'neill", "don't", "Мали", "平"]
GLUE = [" ", ", ", ". ", "-", "'", "\u2019", '"', "(", ") ", "&", ".", "\u00a0", "\u00ad", "\u0301", "/", "s ", "; “"]


@given(
    st.lists(
        st.lists(st.sampled_from(NAMES) | st.sampled_from(GLUE), min_size=1, max_size=24).map("".join),
        min_size=1,
        max_size=3,
    ),
    st.lists(st.sampled_from(["mali", "mali's", "at&t", "30", "u.s.", "l'", "o'neill", "don't", "мали"]), unique=True),
    st.integers(1, 3),
)
def test_words_are_found_as_they_are_written_where_counting_finds_them(
    body: list[str], words: list[str], limit: int
) -> None:
    article = Article("0" * 64, headline=body[0], body=tuple(body))
    counted, written = (
        [each for zone, texts in (("headline", body[:1]), ("body", body)) for each in made(zone, texts)]
        for made in (
            lambda zone, texts: matches_of(zone, tuple(texts), words),
            lambda zone, texts: matches_of(zone, tuple(texts), words, is_written_known=True),
        )
    )
    assert passages(article, written, limit=limit, chars=60) == passages(article, counted, limit=limit, chars=60)
    assert headline_pieces(article, written) == headline_pieces(article, counted)


def test_two_parts_of_a_query_may_have_a_word_in_common() -> None:
    body = ("Mali and mali, and Mali.",)
    one, two = (matches_of("body", body, ["mali"], is_written_known=known)[0] for known in (True, True))
    matches = [one, two._replace(term=1, weight=2.0)]
    (snippet,) = passages(Article("0" * 64, body=body), matches, limit=1, chars=60)
    assert [piece.text for piece in snippet.pieces if piece.is_match] == ["Mali", "mali", "Mali"]


def test_a_passage_does_not_end_at_a_stop_that_its_language_writes_within_sentences() -> None:
    text = "Vorher war anderes. Das Museum zeigt Bilder bis zum 31. Januar, z. B. am 3. Oktober. Danach folgt Weiteres."
    article = Article("0" * 64, lang="de-DE", body=(text,))
    chosen = passages(article, matches_of("body", (text,), ["museum"]), limit=1, chars=66)
    assert [str(each) for each in chosen] == ["Das Museum zeigt Bilder bis zum 31. Januar, z. B. am 3. Oktober."]
