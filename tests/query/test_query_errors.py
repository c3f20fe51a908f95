"""Every kind of error: its reason, its place, and a suggestion that parses."""

from __future__ import annotations

import pytest

from newsidx.errors import QuerySyntaxError
from newsidx.query import MAX_CLAUSES, MAX_DEPTH, MAX_LENGTH, Query, Word, parse, parse_lenient, unparse, walk

# Text with the place marked by «» (taken out before it is read), reason, suggestion.
ERRORS: list[tuple[str, str, str | None]] = [
    ("mali «headlin:»coup", "unknown-field", "mali headline:coup"),
    ("«sorce:»rt", "unknown-field", "source:rt"),
    ("«dtae:»2023", "unknown-field", "date:2023"),
    ("«first100:»mali", "unknown-field", "first50:mali"),
    ("«Sagt:»(ja OR nein)", "unknown-field", "Sagt: (ja OR nein)"),
    ('«title:»"mali coup"', "unknown-field", 'headline:"mali coup"'),
    ("a AND «(»b OR c", "unclosed", "a AND (b OR c)"),
    ("a AND b«)» OR c", "unopened", "a AND b OR c"),
    ('a AND «"»b c', "unclosed", 'a AND "b c"'),
    ('source:«"»The Times', "unclosed", 'source:"The Times"'),
    ("date:«[»2023 TO 2024", "unclosed", "date:[2023 TO 2024]"),
    ("headline:x «AND»", "operand", "headline:x and"),
    ("a AND b «OR»", "operand", "a AND b or"),
    ("headline:x (a «OR»)", "operand", "headline:x (a or)"),
    ("a AND «()»", "empty-brackets", None),
    ("«headline:-»mali", "empty-value", "-headline:mali"),
    ("«headline:OR» b", "empty-value", 'headline:"OR" b'),
    ('tag:«""»', "empty-value", None),
    ('«exact:""»', "empty-value", None),
    ("«exact:foo*»", "form-operator", "foo*"),
    ('exact:"a b"«~5»', "form-operator", 'exact:"a b"'),
    ("«exact:headline:»foo", "field-inside", "headline:exact:foo"),
    ("source:(rt «tag:»x)", "field-inside", None),
    ("«foo*~»", "wild-fuzzy", "foo*"),
    ("foo«~3»", "fuzzy-distance", "foo~2"),
    ('"a b"«~»', "slop", '"a b"~5'),
    ("mali«^0»", "weight", "mali^2"),
    ("mali«^99999999»", "weight", "mali^2"),
    ("a NEAR/«0» b", "distance", "a NEAR/5 b"),
    ("a NEAR/5 «(b c)»", "near-operand", 'a NEAR/5 "b c"'),
    ("a NEAR/5 «source:rt» ", "near-operand", None),
    ("a «NEAR/5 headline:»b", "near-operand", None),
    ("a NEAR/5 («b NEAR/3 c»)", "near-operand", None),
    ("«NEAR/5» b", "operand", r"\NEAR/5 b"),
    ("a «NEAR/5»", "operand", r"a \NEAR/5"),
    ("troops «NEAR/x» mali", "distance", "troops NEAR/5 mali"),
    ("troops «NEAR/» mali", "distance", "troops NEAR/5 mali"),
    ("troops «PRE/3w» mali", "distance", "troops PRE/3 mali"),
    ("troops «SAME/X» mali", "unit", "troops SAME/S mali"),
    ("troops «SAME/Par» mali", "unit", "troops SAME/P mali"),
    ("«lead:»date:2023", "zone-value", "date:2023"),
    ("«headline:»source:rt mali", "zone-value", "source:rt mali"),
    ("mali «headline:»(date:2023 lang:en)", "zone-value", "mali (date:2023 lang:en)"),
    ("mali «headline:*»", "zone-value", "mali has:headline"),
    ("«deck:*»", "zone-value", "*"),
    ("headline:«deck:»mali", "zone-inside", "deck:mali"),
    ("lead:(mali OR «caption:»coup)", "zone-inside", "(mali OR caption:coup)"),
    ("atleast2:(a OR «source:rt»)", "mentions", None),
    ("«atleast0:»a", "count", "atleast2:a"),
    ("analy«{3..}»", "braces", "analy{..3}"),
    ("analy«{3}»", "braces", "analy{..3}"),
    ("site:«https://rt.com/x»", "site", "site:rt.com"),
    ("lang:«english»", "language", "lang:en"),
    ("lang:«Deutsch» mali", "language", "lang:de mali"),
    ("lang:«العربية»", "language", "lang:ar"),
    ("lang:«klingon»", "language", None),
    ("id:«xyz»", "id", None),
    ("kind:«aticle»", "choice", "kind:article"),
    ("kind:«article,live»", "choice", "kind:(article OR live)"),
    ("has:«caption|author»", "choice", "has:(caption OR author)"),
    ("versions:«2»", "choice", "versions:all"),
    ("is:«foo»", "choice", "is:reprint"),
    ("words:«many»", "number", "words:300..600"),
    ("words:«600..300»", "range-reversed", "words:300..600"),
    ("words:«..»", "range", "words:300..600"),
    ("date:«2023-07..2023-06»", "range-reversed", "date:2023-06..2023-07"),
    ("date:«..»", "range", "date:2023-06..2023-07"),
    ("date:«2023-13»", "date", "date:2023"),
    ("date:«2023-02-30»", "date", "date:2023-02"),
    ("date:«2023-13-01»", "date", "date:2023"),
    ("date:«0000-01-01»", "date", None),
    ("date:«2023-7-1»", "date", "date:2023-07-01"),
    ("date:«20230701»", "date", "date:2023-07-01"),
    ("date:«01.07.2023»", "date", "date:2023-07-01"),
    ("date:«13/07/2023»", "date", "date:2023-07-13"),
    ("date:«01/07/2023»", "date", None),
    ("date:«2023/07»", "date", "date:2023-07"),
    ("date:«soon»", "date", None),
    ("date:«June»", "date", None),
    ('since:«"June 30"»', "date", None),
    ('date:«"31 June 2023"»', "date", None),
    ('date:«"July 2023".."June 2023"»', "range-reversed", "date:2023-06..2023-07"),
    ('date:"June 2023"..«"»2024', "unclosed", 'date:"June 2023".."2024"'),
    ('date:«"June 2023".."mayor 2023"»', "date", None),
    ("date:«P1D/P2D»", "range", "date:2023-06/P2W"),
    ("date:«2023-06/P0D»", "range", "date:2023-06/P2W"),
    ("date:«yesterday/P1D»", "date", None),
    ("since:«2023..2024»", "range-here", None),
    ("age:«1w»", "age", "age:<1w"),
    ("age:«<3m»", "age", "age:<3month"),
    ("«?!»", "no-words", "*"),
    ("«...»", "no-words", "*"),
]
_MARKS = str.maketrans("", "", "«»")


@pytest.mark.parametrize(("marked", "reason", "suggestion"), ERRORS, ids=[row[0] for row in ERRORS])
def test_error_points_at_the_place(marked: str, reason: str, suggestion: str | None) -> None:
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.translate(_MARKS)
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    error = caught.value
    assert (error.reason, error.start, error.end) == (reason, start, end)
    assert error.suggestion == suggestion
    assert error.text == text
    assert "\n" not in error.message
    assert error.caret().splitlines()[1] == " " * start + "^" * (end - start)
    if suggestion is not None:
        parse(suggestion)


@pytest.mark.parametrize("marked", [row[0] for row in ERRORS])
def test_lenient_gives_a_query_and_the_error(marked: str) -> None:
    text = marked.translate(_MARKS)
    query, errors = parse_lenient(text)
    assert isinstance(query, Query)
    assert query.text == text
    assert errors
    assert all(0 <= error.start <= error.end <= len(text) and error.text == text for error in errors)


def test_lenient_takes_the_fault_as_words_and_keeps_the_rest() -> None:
    query, errors = parse_lenient("headlin:mali source:rt")
    assert unparse(query.tree) == "headlin mali source:rt"
    assert [error.reason for error in errors] == ["unknown-field"]
    assert parse_lenient("mali coup")[1] == ()
    turkish = parse_lenient("captioİ:(a) mali")[0]  # a small letter for it would be two
    assert [turkish.text[slice(*node.span)] for node in walk(turkish.tree)][1:] == ["captioİ", "a", "mali"]


LIMITS = [
    ("limit-length", "a" * (MAX_LENGTH + 1)),
    ("limit-clauses", "a " * (MAX_CLAUSES + 1)),
    ("limit-clauses", "(" + "a OR " * MAX_CLAUSES + "a)"),
    ("limit-depth", "(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1)),
    ("limit-depth", "NOT " * (MAX_DEPTH + 1) + "a"),
    ("limit-depth", "headline:" * (MAX_DEPTH + 1) + "a"),
    ("limit-depth", "a NEAR/2 " * (MAX_DEPTH + 1) + "a"),
    ("limit-more", "a{..21}"),
    ("limit-options", "a{" + "b," * 100 + "c}"),
    ("limit-gaps", "a?b" * 100),
    ("limit-number", "words:>9999999999999"),
    ("limit-count", "age:<999999d"),
    ("distance", "a NEAR/99999999999 b"),
    ("slop", '"a b"~99999999999'),
    ("count", "atleast99999999999:a"),
]


@pytest.mark.parametrize(("reason", "text"), LIMITS)
def test_limits_are_errors_that_name_them(reason: str, text: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert caught.value.reason == reason
    assert any(map(str.isdigit, caught.value.message))
    query, errors = parse_lenient(text)
    assert errors
    assert query.tree is not None


def test_just_within_the_limits() -> None:
    parse("a " * MAX_CLAUSES)
    parse("a" * MAX_LENGTH)
    deep = "NOT (" * (MAX_DEPTH // 2) + "a" + ")" * (MAX_DEPTH // 2)
    tree = parse(deep).tree
    assert parse(unparse(tree)).tree == tree
    assert hash(tree) == hash(parse(deep).tree)
    assert repr(tree)
    assert parse(r"\a" * 100).tree == Word("a" * 100)
