"""One or more examples for every row of the language's definition: text → tree."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import pytest

from newsidx.model import Moment
from newsidx.query import (
    And,
    AtLeast,
    Attr,
    Boost,
    Choice,
    Every,
    Exact,
    Fuzzy,
    Gap,
    In,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Range,
    Relative,
    Same,
    When,
    WhenNone,
    Wildcard,
    Word,
    parse,
    unparse,
)

W = Word
STAR = Gap(0, None)


def words(*texts: str) -> And:
    return And(tuple(Word(text) for text in texts), implied=True)


def absolute(text: str) -> Moment:
    return Moment.parse(text)


def during(unit: Literal["day", "week", "month"], count: int) -> When:
    period = Relative("calendar", unit, count)
    return When("published", period, period)


def within(text: str, clock: str = "published") -> When:
    return When(clock, absolute(text), absolute(text))


PLAIN: list[tuple[str, Node]] = [
    # A colon makes a field only with a known name before it and a value right behind it.
    ("Mali: UN", words("Mali", "UN")),
    ("date: tomorrow", words("date", "tomorrow")),
    ("headline:", W("headline")),
    ("(headline:)", W("headline")),
    ("10:30", W("10:30")),
    ("Journalist:innen", W("Journalist:innen")),
    ("Autor:innen", W("Autor:innen")),
    ("HE:Kassel/Stammtisch", W("HE:Kassel/Stammtisch")),
    ("HeadLine:mali", In("headline", W("mali"))),
    ("https://www.rt.com/africa/1-mali/?a=b", Attr("url", "https://www.rt.com/africa/1-mali/?a=b")),
    ("(see HTTPS://t.me/x(y)).", And((W("see"), Attr("url", "HTTPS://t.me/x(y)")), True)),
    # Punctuation.
    ("What? Now! Then, so; end.", words("What", "Now", "Then", "so", "end")),
    ("¿Cuándo?", W("Cuándo")),
    ("wom?n", Wildcard(("wom", Gap(1, 1), "n"))),
    ("Was?!", W("Was")),
    ("Wer?/Wie", W("Wer?/Wie")),
    ("Mali - a coup – again — today", words("Mali", "a", "coup", "again", "today")),
    ("Reise- und Sicherheit", words("Reise", "und", "Sicherheit")),
    ("re-elected --force", words("re-elected", "force")),
    ("[Update] {orga your life}", words("Update", "orga", "your", "life")),
    ("a [b TO c]", words("a", "b", "TO", "c")),
    (r"\-mali \(x \"y a\?b", words("-mali", "(x", '"y', "a?b")),
    (r"\AND \NOT", words("AND", "NOT")),
    ("end\\", W("end")),
    ("<TCB> +plus ™ *** 5*3", And((W("TCB"), W("plus"), Every(), Wildcard(("5", STAR, "3"))), True)),
    # Quotes of every kind.
    ("“security council”", Phrase("security council")),
    ("„Sicherheitsrat der UN“", Phrase("Sicherheitsrat der UN")),
    ("«Conseil de sécurité» »Rat der«", And((Phrase("Conseil de sécurité"), Phrase("Rat der")), True)),
    ("”svenska citat” „polski cytat”", And((Phrase("svenska citat"), Phrase("polski cytat")), True)),
    ('“mixed keyboards"', Phrase("mixed keyboards")),
    ("Mali's O'Neill Keks’n", words("Mali's", "O'Neill", "Keks’n")),
    ("'single' ‘quotes’", words("single", "quotes")),
    ('צה"ל הודיע', words('צה"ל', "הודיע")),
    ('"דובר צה"ל הודיע"', Phrase('דובר צה"ל הודיע')),
    ('Was ist "" und "…"?', words("Was", "ist", "und")),
    # Operators are upper case.
    ("bread and roses or not", words("bread", "and", "roses", "or", "not")),
    ("And Or Not", words("And", "Or", "Not")),
    ("near/far NEAR same/x \\NEAR/x near/", words("near/far", "NEAR", "same/x", "NEAR/x", "near")),
    ("mali https://", words("mali", "https")),
    ("https://... mali", words("https", "mali")),
    # Strays in a text without operators.
    ("Portland, OR", words("Portland", "OR")),
    ("AND THE WINNER IS", words("AND", "THE", "WINNER", "IS")),
    ('The Reason I Do"', words("The", "Reason", "I", "Do")),
    ("1) Wien 2) Graz :(", words("1", "Wien", "2", "Graz")),
    ("(News) Mali (…) ()", words("News", "Mali")),
    ("\u200eMali\u200b \ufeffcoup\x00x", words("Mali", "coup", "x")),
]

WORDS: list[tuple[str, Node]] = [
    ("peacekeepers withdrawal", words("peacekeepers", "withdrawal")),
    ("a OR b", Or((W("a"), W("b")))),
    ("a AND b", And((W("a"), W("b")))),
    ("NOT a", Not(W("a"))),
    ("-a", Not(W("a"))),
    ("a -b", And((W("a"), Not(W("b"))), True)),
    ("a AND NOT b", And((W("a"), Not(W("b"))))),
    ("a OR -b", Or((W("a"), Not(W("b"))))),
    ("-(a OR b)", Not(Or((W("a"), W("b"))))),
    ('-"a b" -headline:c', And((Not(Phrase("a b")), Not(In("headline", W("c")))), True)),
    ("NOT NOT a", Not(Not(W("a")))),
    ("a OR b c", Or((W("a"), words("b", "c")))),
    ("a AND b OR c", Or((And((W("a"), W("b"))), W("c")))),
    ("(a OR b) c", And((Or((W("a"), W("b"))), W("c")), True)),
    ("a (b (c)) d", words("a", "b", "c", "d")),
    ("a b AND c", And((W("a"), And((W("b"), W("c")))), True)),
    ("(a b) AND c", And((words("a", "b"), W("c")))),
    ("a OR (b OR c)", Or((W("a"), W("b"), W("c")))),
    ("NOT a b", And((Not(W("a")), W("b")), True)),
    ("*", Every()),
    ("", Every()),
    (" \n\t", Every()),
    ("source:rt", Attr("source", "rt")),
    ('"security council"', Phrase("security council")),
    ('"security\n  council"', Phrase("security council")),
    ('exact:"Security Council"', Exact("Security Council", is_phrase=True)),
    ("exact:word", Exact("word")),
    ("case:US", Exact("US", case=True)),
    ("case:OR", Exact("OR", case=True)),
    ('case:"Turkey"', Exact("Turkey", is_phrase=True, case=True)),
    ("exact:(a OR “b c”)", Or((Exact("a"), Exact("b c", is_phrase=True)))),
    ("headline:case:US", In("headline", Exact("US", case=True))),
    ("withdr*", Wildcard(("withdr", STAR))),
    ("withdr**, *gate", And((Wildcard(("withdr", STAR)), Wildcard((STAR, "gate"))), True)),
    ("organi{s,z}ation", Wildcard(("organi", Choice(("s", "z")), "ation"))),
    ("colo{,u}r", Wildcard(("colo", Choice(("", "u")), "r"))),
    ("analy{..3}", Wildcard(("analy", Gap(0, 3)))),
    ("wo*?n", Wildcard(("wo", Gap(1, 1), STAR, "n"))),
    ("m??l", Wildcard(("m", Gap(1, 1), Gap(1, 1), "l"))),
    ("foo{bar} {a,b}", words("foo{bar", "a,b")),
    ("peacekeper~", Fuzzy("peacekeper", 1)),
    ("peacekeper~2", Fuzzy("peacekeper", 2)),
    ("peacekeper~2^3, ~ 5~10", And((Boost(Fuzzy("peacekeper", 2), 3.0), W("5~10")), True)),
    ("mali^2", Boost(W("mali"), 2.0)),
    ('"a b"^0.5 (a OR b)^3', And((Boost(Phrase("a b"), 0.5), Boost(Or((W("a"), W("b"))), 3.0)), True)),
    ("10^6 x^y", words("10^6", "x^y")),
]

AS_TYPED = (
    "W-2",
    "F-16",
    "COVID-19",
    "A-1312/B",
    "U.S.",
    "$5bn",
    "AT&T",
    "O'Neill",
    "Mali's",
    "C++",
    "90%",
    "@rt_com",
    "#67",
)

NEAR: list[tuple[str, Node]] = [
    ('"troops mali"~5', Phrase("troops mali", 5)),
    ('"troops mali"~0', Phrase("troops mali", 0)),
    ("troops NEAR/5 mali", Near(W("troops"), W("mali"), 5)),
    ("troops near/5 mali", Near(W("troops"), W("mali"), 5)),
    ("troops Pre/5 mali", Near(W("troops"), W("mali"), 5, ordered=True)),
    ("troops SAME/S mali", Same(W("troops"), W("mali"), "s")),
    ("troops same/p mali", Same(W("troops"), W("mali"), "p")),
    ("a NEAR/5 b PRE/2 c", Near(Near(W("a"), W("b"), 5), W("c"), 2, ordered=True)),
    ("a NEAR/5 b c", And((Near(W("a"), W("b"), 5), W("c")), True)),
    (
        '(troop* OR soldier*) NEAR/10 (withdraw* OR "pull out")',
        Near(
            Or((Wildcard(("troop", STAR)), Wildcard(("soldier", STAR)))),
            Or((Wildcard(("withdraw", STAR)), Phrase("pull out"))),
            10,
        ),
    ),
    ("NOT a NEAR/5 b", Not(Near(W("a"), W("b"), 5))),
    ("headline:a NEAR/5 b", In("headline", Near(W("a"), W("b"), 5))),
]

WHERE: list[tuple[str, Node]] = [
    *((f"{zone}:x", In(zone, W("x"))) for zone in "headline deck body caption credit correction".split()),
    *((f"{zone}:x", In(zone, W("x"))) for zone in "lead promo page any author section".split()),
    ("intitle:x", In("headline", W("x"))),
    ("inurl:mali", In("url", W("mali"))),
    ("first50:(mali coup)", In("first50", words("mali", "coup"))),
    ('headline:"a b" c', And((In("headline", Phrase("a b")), W("c")), True)),
    ("headline:(a OR b) AND c", And((In("headline", Or((W("a"), W("b")))), W("c")))),
    ("atleast5:mali", AtLeast(5, W("mali"))),
    ("atleast3:(coup OR junta)", AtLeast(3, Or((W("coup"), W("junta"))))),
    ("headline:atleast2:mali", In("headline", AtLeast(2, W("mali")))),
    ("atleast4:(atleast2:a OR b)", AtLeast(4, Or((AtLeast(2, W("a")), W("b"))))),
]

ABOUT: list[tuple[str, Node]] = [
    ("source:rt", Attr("source", "rt")),
    ('source:"The Times"', Attr("source", "The Times")),
    ("source:none", Attr("source", None)),
    ('source:"none"', Attr("source", "none")),
    ("source:(rt OR “The Times”)", Or((Attr("source", "rt"), Attr("source", "The Times")))),
    ("source:rt, mali", And((Attr("source", "rt"), W("mali")), True)),
    ("site:rt.com", Attr("site", "rt.com")),
    ("site:GOV.uk", Attr("site", "gov.uk")),
    ("site:*.gov.uk", Attr("site", "*.gov.uk")),
    ("url:https://rt.com/a?b", Attr("url", "https://rt.com/a?b")),
    ("link:t.me/x", Attr("link", "t.me/x")),
    ("tag:Mali", Attr("tag", "Mali")),
    ('tag:"West Africa"', Attr("tag", "West Africa")),
    (r"tag:West\ Africa", Attr("tag", "West Africa")),
    ("#Mali!", Or((Attr("tag", "Mali"), W("#Mali")))),
    ("#67", W("#67")),
    ("#mali OR coup", Or((Or((Attr("tag", "mali"), W("#mali"))), W("coup")))),
    ("lang:EN", Attr("lang", "en")),
    ("lang:PT-br", Attr("lang", "pt-BR")),
    ("lang:zh-hant-tw", Attr("lang", "zh-Hant-TW")),
    ("lang:none", Attr("lang", None)),
    *((f"kind:{kind}", Attr("kind", kind)) for kind in "article live gallery stub listing refusal other".split()),
    ("kind:(live OR Stub)", Or((Attr("kind", "live"), Attr("kind", "stub")))),
    ("words:1000..", Range("words", 1000)),
    ("words:..600", Range("words", None, 600)),
    ("words:300..600", Range("words", 300, 600)),
    ("words:[300 TO 600]", Range("words", 300, 600)),
    ("words:[300 to *]", Range("words", 300)),
    ("words:500", Range("words", 500, 500)),
    ("words:>1000", Range("words", 1000, low_inclusive=False)),
    ("words:>=1000", Range("words", 1000)),
    ("words:<300", Range("words", None, 300, high_inclusive=False)),
    ("words:<=300", Range("words", None, 300)),
    *((f"has:{what}", Attr("has", what)) for what in "caption correction author date headline versions".split()),
    ("path:2023/06/a(1).html", Attr("path", "2023/06/a(1).html")),
    ('path:"a  b.txt"', Attr("path", "a  b.txt")),
    ("id:3FA9", Attr("id", "3fa9")),
    ("versions:all", Attr("versions", "all")),
    ("is:reprint", Attr("is", "reprint")),
]

WHEN: list[tuple[str, Node]] = [
    ("date:2023-07-01", within("2023-07-01")),
    ("date:2023-07", within("2023-07")),
    ("date:2023", within("2023")),
    ("modified:2023", within("2023", "modified")),
    ("captured:2023", within("2023", "captured")),
    ("indexed:2023", within("2023", "indexed")),
    ("date:2023-06-15..2023-07-01", When("published", absolute("2023-06-15"), absolute("2023-07-01"))),
    ("date:2023..", When("published", absolute("2023"))),
    ("date:..2023", When("published", None, absolute("2023"))),
    ("date:[2023-06 TO 2023-07]", When("published", absolute("2023-06"), absolute("2023-07"))),
    ("date:[* TO 2023-07]", When("published", None, absolute("2023-07"))),
    ("date:2023-06/P2W", When("published", absolute("2023-06-01"), absolute("2023-06-14"))),
    ("date:P1M/2023-06", When("published", absolute("2023-06-01"), absolute("2023-06-30"))),
    ("date:2023-01/2023-02", When("published", absolute("2023-01"), absolute("2023-02"))),
    ("after:2023-06", When("published", absolute("2023-06"), low_open=True)),
    ("before:2023", When("published", None, absolute("2023"), high_open=True)),
    ("since:2023-06-30", When("published", absolute("2023-06-30"))),
    ("until:yesterday", When("published", None, Relative("calendar", "day", -1))),
    ("date:>2023-06", When("published", absolute("2023-06"), low_open=True)),
    ("modified:<=2023-06", When("modified", None, absolute("2023-06"))),
    ("date:yesterday", during("day", -1)),
    ('date:"last month"', during("month", -1)),
    ("date:This_Week", during("week", 0)),
    ('since:"3 weeks ago"', When("published", Relative("ago", "week", 3))),
    ("since:3-weeks-ago", When("published", Relative("ago", "week", 3))),
    ('date:"last 7 days"', When("published", Relative("ago", "day", 7), Relative("calendar", "day", 0))),
    ("age:<1w", When("published", Relative("age", "week", 1), low_open=True)),
    ("age:<=6months", When("published", Relative("age", "month", 6))),
    ("age:>2y", When("published", None, Relative("age", "year", 2), high_open=True)),
    ("date:2023-07-01T10:00Z", within("2023-07-01T10:00Z")),
    ('date:"2023-07-01 10:00+02:00"', within("2023-07-01T10:00+02:00")),
    ("date:none", WhenNone("published")),
    ("captured:none", WhenNone("captured")),
    ("date:(2022 OR 2023-05)", Or((within("2022"), within("2023-05")))),
]

ROWS = [*PLAIN, *WORDS, *((text, Word(text)) for text in AS_TYPED), *NEAR, *WHERE, *ABOUT, *WHEN]


@pytest.mark.parametrize(("text", "tree"), ROWS, ids=[text or "empty" for text, _ in ROWS])
def test_text_is_read_as_this_tree(text: str, tree: Node) -> None:
    assert parse(text).tree == tree


@pytest.mark.parametrize("text", [text for text, _ in ROWS])
def test_the_tree_as_text_is_the_same_tree(text: str) -> None:
    tree = parse(text).tree
    assert parse(unparse(tree)).tree == tree


def test_any_makes_alternatives_of_plain_words_only() -> None:
    tree = parse('mali coup^2 "security council" -b source:rt', any=True).tree
    assert tree == And(
        (
            Or((W("mali"), Boost(W("coup"), 2.0))),
            Phrase("security council"),
            Not(W("b")),
            Attr("source", "rt"),
        ),
        True,
    )
    assert parse("a AND b", any=True).tree == And((W("a"), W("b")))
    assert parse("a b", any=True).tree == Or((W("a"), W("b")))
    assert parse("a", any=True).tree == W("a")


def test_quote_takes_the_text_as_plain_words() -> None:
    tree = parse('NOT "headline:(mali -x* OR', quote=True).tree
    assert tree == words("NOT", "headline:(mali", "x", "OR")
    assert parse("mali", quote=True).tree == W("mali")
    assert parse(" ", quote=True).tree == Every()
    assert parse("mali coup", quote=True, any=True).tree == Or((W("mali"), W("coup")))


def test_nodes_know_their_place() -> None:
    text = '  ("Mali", coup^2)  -headline:wom?n'
    query = parse(text)
    assert isinstance(query.tree, And)
    shown = [text[slice(*part.span)] for part in query.tree.parts]
    assert shown == ['"Mali"', "coup^2", "-headline:wom?n"]
    assert parse('The "Mali", so.').tree.span == (0, 14)
    assert parse(" source:rt").tree.span == (1, 10)


NOTES = [
    ("a OR b c", "mixed", "a OR (b c)"),
    ("a AND b OR NOT c", "mixed", "(a AND b) OR NOT c"),
    ("(a OR b) c", None, None),
    ("a OR (b c)", None, None),
    ("HE:Kassel", "unknown-field", None),
    ("title:mali", "unknown-field", "headline:mali"),
    ('"mali* coup"', "phrase-wildcard", None),
    ("Portland, OR", "stray", None),
    ("DO NOT GO THERE NOW", "capital-not", "DO not GO THERE NOW"),
    ("MALI NOT COUP", None, None),
    ("troops near/x mali", "nearness", "troops NEAR/5 mali"),
    ("troops NEAR mali", "nearness", "troops NEAR/5 mali"),
    ("troops same/x mali", "nearness", "troops SAME/S mali"),
    ("TORNADO NEAR TOWN", None, None),
    ("troops near mali", None, None),
    ("NEAR mali", None, None),
]


@pytest.mark.parametrize(("text", "kind", "query"), NOTES)
def test_notes_say_what_may_not_have_been_meant(text: str, kind: str | None, query: str | None) -> None:
    notes = parse(text).notes
    assert [note.kind for note in notes] == ([kind] if kind else [])
    if kind:
        assert notes[0].query == query
        assert "\n" not in notes[0].text


def test_a_pattern_can_be_made_a_regular_expression() -> None:
    import re

    tree = parse("Organi{s,z}at?on{..2}").tree
    assert isinstance(tree, Wildcard)
    assert tree.prefix == "Organi"
    pattern = re.compile(tree.to_regex(str.lower))
    assert all(pattern.fullmatch(form) for form in ("organisation", "organizationen", "organisatxons"))
    assert not any(pattern.fullmatch(form) for form in ("organiation", "organisationenx", "Organisation"))


def test_moments_are_as_typed() -> None:
    tree = parse("date:2023-07-01T10:00+02:00").tree
    assert isinstance(tree, When)
    assert tree.low == Moment(dt.datetime(2023, 7, 1, 10), "minute", 120)
