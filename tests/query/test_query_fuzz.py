"""A hundred thousand random and mutated strings: each is a tree or an error with its place, and nothing else.

The long run reads them all, the short one every fiftieth of them; both from the same seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from newsidx.errors import QuerySyntaxError
from newsidx.query import Node, Query, parse, parse_lenient, unparse, walk

HOW_MANY = 100_000
QUERIES = (
    "peacekeepers withdrawal",
    "lead:(case:Apple) AND atleast5:apple AND words:400..",
    '(troop* OR soldier*) NEAR/10 (withdraw* OR "pull out") lead:mali date:2023-06..2023-07 site:rt.com',
    'caption:"FILE PHOTO" credit:AFP -headline:ferry^2 NOT (a b)',
    'date:[2023-06 TO 2023-07] since:"3 weeks ago" age:<1w modified:2023-06/P2W date:none',
    'exact:"Security Council" case:US wom?n organi{s,z}ation analy{..3} peacekeper~2 mali^0.5 Kund*innen',
    'source:"The Times" site:*.gov.uk link:t.me/x url:https://x.example/a?b=(c) #tag #67 lang:(pt-BR OR none)',
    "W-2 F-16 COVID-19 A-1312/B U.S. $5bn AT&T O'Neill Mali's צה\"ל Côte d'Ivoire 5,000 ещё 联合国安理会",
    "a SAME/s b SAME/P c PRE/3 (d OR e) kind:live has:caption is:reprint versions:all id:ab12 words:>1000",
    "Mali: UN 10:30 Journalist:innen https://example.org/x?y=z „Zitat“ «citation» Portland, OR 1) Wien NEAR/x",
)
ALPHABET = (
    *"()-*?{}~^\\[]\"'“”„‟«»＂:.,;!/@&%+#=<>$€’ \t\n\r\0\u200b\u200e\u202e\u2066\ufeff\ud800\udfff\U0010ffff²½İßıéя字ไ",
    *"AND OR NOT NEAR/5 PRE/ SAME/s headline: lead: exact: case: atleast3: source: site: date: words: tag:".split(),
    *"a mali 2023 2023-06 .. TO none {..3} {a,b} ~2 ^2 https:// * ((( ))) \\\\ --".split(),
)
REASONS: set[str] = set()


def strings(count: int, seed: int) -> Iterator[str]:
    """Half of them made of pieces and characters of all planes, half of them queries with mistakes."""
    draw = random.Random(seed)
    for number in range(count):
        if number % 2:
            pieces = draw.choices(ALPHABET, k=draw.randint(1, 24))
            if draw.random() < 0.3:
                pieces += [chr(draw.randrange(0x110000)) for _ in range(draw.randint(1, 8))]
                draw.shuffle(pieces)
            yield draw.choice(("", " ")).join(pieces)
        else:
            text = draw.choice(QUERIES)
            for _ in range(draw.randint(1, 5)):
                text = mutated(text, draw)
            yield text


def mutated(text: str, draw: random.Random) -> str:
    """The text with something left out, put in, put elsewhere, doubled, or with another query's end."""
    at, to = sorted((draw.randint(0, len(text)), draw.randint(0, len(text))))
    match draw.randrange(6):
        case 0:
            return text[:at] + text[min(to, at + 4) :]
        case 1:
            return text[:at] + draw.choice(ALPHABET) + text[at:]
        case 2:
            return text[:at] + draw.choice(ALPHABET) + text[at + 1 :]
        case 3:
            return text[to:] + text[at:to] + text[:at]
        case 4:
            return text[:to] + text[at:to] + text[to:]
    return text[:at] + draw.choice(QUERIES)[draw.randint(0, 40) :]


def assert_understood(text: str) -> None:
    """The whole of the law, for one text, strict and lenient."""
    try:
        strict: Query | QuerySyntaxError = parse(text)
    except QuerySyntaxError as error:
        strict = error
    if isinstance(strict, Query):
        assert_tree(strict.tree, text)
        assert parse(unparse(strict.tree)).tree == strict.tree
    else:
        assert_placed(strict, text)
        assert strict.suggestion is None or parse(strict.suggestion)
    query, errors = parse_lenient(text)
    assert_tree(query.tree, text)
    assert bool(errors) == isinstance(strict, QuerySyntaxError)
    for error in errors:
        assert_placed(error, text)


def assert_tree(tree: Node, text: str) -> None:
    for node in walk(tree):
        start, end = node.span
        assert 0 <= start <= end <= len(text)


def assert_placed(error: QuerySyntaxError, text: str) -> None:
    assert 0 <= error.start <= error.end <= len(text)
    assert error.text == text
    assert error.reason
    assert error.message
    assert "\n" not in error.message
    REASONS.add(error.reason)


@pytest.mark.parametrize("every", [100, pytest.param(1, marks=pytest.mark.long)])
def test_any_string_is_a_tree_or_an_error_with_its_place(every: int) -> None:
    count = 0
    for number, text in enumerate(strings(HOW_MANY, seed=5)):
        if number % every == 0 or number % every == every // 2 + 1:
            try:
                assert_understood(text)
            except Exception as error:
                raise AssertionError(f"string {number}: {text!r}") from error
            count += 1
    assert count >= HOW_MANY // every
    assert len(REASONS) > 25, "the strings do not reach most of the errors"
