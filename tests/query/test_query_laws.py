"""What holds for every text: a tree or an error with its place, and text → tree → text → the same tree."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsidx.errors import QuerySyntaxError
from newsidx.query import MAX_LENGTH, Every, Node, Query, Word, children, parse, parse_lenient, unparse, walk

_PIECES = (
    *"()-*?{}~^\\[]\"“”„«»:.,;!/@&%+'’ \n\t\0\u200b\u200e\ud800²İßé",
    *"mali a é ש ל ١ U.S. O'Neill $5bn F-16 2023 2023-06 300 .. 1w yesterday last-month 3-weeks-ago".split(),
    *"AND OR NOT NEAR/5 PRE/2 SAME/s headline: inurl: first50: exact: case: atleast3: source: site: url:".split(),
    *"path: link: tag: kind: article has: lang: pt-br none id: ab12 versions:all date: after: modified:".split(),
    *"words: age:< TO #x #67 {a,b} {..3} ~2 ^2 https://x.org/a foo: headlin: P2W T10:00+02:00 […]".split(),
    " ",
    " ",
    " ",
)
pieces = st.lists(st.sampled_from(_PIECES), max_size=16).map("".join)
texts = st.one_of(pieces, st.text(max_size=60))
_PARSER = sys.modules["newsidx.query._parser"]
flags = st.fixed_dictionaries({"any": st.booleans(), "quote": st.booleans()})


def read(text: str, **options: bool) -> Query | QuerySyntaxError:
    try:
        return parse(text, **options)
    except QuerySyntaxError as error:
        return error


@given(texts, flags)
@example("«2023 {..?{..3}{id", {})
@example("a?{a,b}", {})
@example("#x,exact:,\\ {", {})
@example("url:):^0", {"quote": True})
def test_any_text_is_a_query_or_an_error_with_its_place(text: str, options: dict[str, bool]) -> None:
    found = read(text, **options)
    if isinstance(found, QuerySyntaxError):
        assert 0 <= found.start <= found.end <= len(text)
        assert found.text == text
        assert found.reason
        assert found.message
        assert "\n" not in found.message
        assert found.suggestion is None or isinstance(read(found.suggestion), Query)
        return
    assert found.text == text
    for node in walk(found.tree):
        start, end = node.span
        assert 0 <= start <= end <= len(text)
    for note in found.notes:
        assert note.query is None or isinstance(read(note.query), Query)


@given(texts, flags)
def test_text_of_a_tree_is_the_same_tree(text: str, options: dict[str, bool]) -> None:
    found = read(text, **options)
    if isinstance(found, Query):
        again = parse(unparse(found.tree))
        assert again.tree == found.tree
        assert unparse(again.tree) == unparse(found.tree)


@given(texts)
def test_lenient_never_raises(text: str) -> None:
    query, errors = parse_lenient(text)
    assert query.text == text
    strict = read(text)
    assert (strict == query) if isinstance(strict, Query) else bool(errors)


@given(texts)
def test_children_lie_within_their_parent(text: str) -> None:
    found = read(text)
    if isinstance(found, Query):
        for node in walk(found.tree):
            for child in children(node):
                assert node.span[0] <= child.span[0] <= child.span[1] <= node.span[1]


@given(texts)
def test_trees_are_values(text: str) -> None:
    found = read(text)
    if isinstance(found, Query):
        tree = found.tree
        twin = pickle.loads(pickle.dumps(tree))
        assert twin == tree
        assert hash(twin) == hash(tree)
        assert twin.span == tree.span
        assert copy.deepcopy(tree) == tree


@given(st.text(max_size=30).filter(str.strip))
def test_any_word_can_be_written(text: str) -> None:
    """With a backslash before each character, whatever is pasted is one word."""
    escaped = "".join(f"\\{char}" for char in text)
    tree = parse(escaped).tree
    assert isinstance(tree, Word)
    assert parse(unparse(tree)).tree == tree


def test_nodes_are_frozen() -> None:
    word = Word("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        word.text = "b"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del word.text
    with pytest.raises(AttributeError):
        word.other = "b"
    assert dataclasses.replace(word, text="b") == Word("b")
    assert Word("a", span=(3, 4)) == Word("a")
    assert Word("a") != Every()


def test_what_is_no_node_has_no_text() -> None:
    with pytest.raises(TypeError):
        unparse(Node())


_REPEATED = (
    *'" “ « ( ) (a - \\ ? a? * a* ~, ^2 { a{ #a a"b . / é \u200b {..3} )^2 a{a,b}'.split(),
    *["NOT ", "a OR ", "date:", "headline:", "a NEAR/5 ", "source:(", "https://x/", "exact:", "a\\ ", "x:y "],
)


@pytest.mark.parametrize("unit", _REPEATED)
def test_what_repeats_is_read_to_its_end(unit: str) -> None:
    """A hundred thousand characters come to their end, where a quadratic reader would take an hour."""
    text = (unit * MAX_LENGTH)[:MAX_LENGTH]
    read(text)
    parse_lenient(text)
    read(text, quote=True)


@given(
    st.lists(
        st.sampled_from(["a", "near", "or", "and", "not", "rt", "exact", "none", "ferry"]), min_size=1, max_size=6
    ),
    st.sampled_from([" ", " OR ", "  ", " AND ", " or "]),
)
def test_small_words_are_read_as_any_text_is(words: list[str], between: str) -> None:
    text = between.join(words)
    quick = parse(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_PARSER, "_plain_text", lambda text: None)
        whole = parse(text)
    assert quick == whole
    assert [node.span for node in walk(quick.tree)] == [node.span for node in walk(whole.tree)]
