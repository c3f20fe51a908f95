"""Snippets: what is lit up is what matched, nothing else; the first passage shows most of the query."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsidx.analysis import place_tokens
from newsidx.model import Article, Snippet
from newsidx.snippet import Match, headline_pieces, passages

WORDS = "troops leave mali after vote in council Straße 平和維持軍 don't".split()
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(lambda words: " ".join(words) + ".")
PARAGRAPHS = st.lists(st.lists(SENTENCES, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=4)


def matches_of(zone: str, paragraphs: tuple[str, ...], words: list[str]) -> list[Match]:
    return [
        Match(zone, position, words.index(token.form), 1.0 + words.index(token.form))
        for _, token, position in place_tokens(paragraphs)
        if token.form in words
    ]


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
        if limit >= 3:
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
