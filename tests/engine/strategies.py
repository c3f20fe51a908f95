"""Small random articles and query trees over a vocabulary where they meet often."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from newsidx.model import Article, Moment, Source
from newsidx.query import tree as nodes

_T = TypeVar("_T")
WORDS = {
    "en": "withdraw withdrew withdrawal troops troop peacekeepers war die gift U.S. us US WAR Mali's mali &".split()
    + "COVID-19 covid19 AT&T att covid 19 AK 47 AK47 F-16s F 16 5 bn $5bn".split(),
    "de": "Truppe Truppen Krieg die war Abzug abziehen über Straße Strasse gift".split(),
    "fr": "l'armée armée retrait retraits côte cote d'Ivoire libéré libere".split(),
    "ru": "война войны войск войска ещё еще Mali".split(),
    "ja": ["平和", "維持軍", "平和維持", "撤退"],
    None: "troops 2023 mali x".split(),
}
LANGS = ["en", "en-GB", "de", "fr", "ru", "ja", None]
ALL_WORDS = sorted({word for words in WORDS.values() for word in words})
# To make an index takes longer than to ask it: a third of the examples, each of which asks more than three times, or
# about each of its terms.
FEWER = settings(max_examples=settings.default.max_examples // 3)
KINDS = ["article"] * 6 + ["live", "gallery", "stub", "listing", "refusal"]
DAY = st.dates(dt.date(2023, 6, 28), dt.date(2023, 7, 3))
MOMENTS = st.one_of(
    st.none(),
    DAY.map(Moment.of),
    st.builds(
        lambda day, hour, offset: Moment(dt.datetime(day.year, day.month, day.day, hour), "minute", offset),
        DAY,
        st.integers(0, 23),
        st.sampled_from([None, 0, 120, -300]),
    ),
)


class _Texts:
    """Paragraphs of these words, which may end a sentence. Drawn as one string, each letter of which stands for a word
    or for the end of a paragraph: lists of lists of words took a third of the time of the tests that draw articles."""

    def __init__(self, words: list[str]) -> None:
        said = [*words, *(f"{word.capitalize()}." for word in words)]
        self._word_of = {chr(0x4E00 + i): word for i, word in enumerate(said)}  # letters of no meaning of their own
        ends = "0123456789abcdefghij"[: len(said) // 4]
        self._to_spaces = dict.fromkeys(map(ord, ends), " ")
        self._short, self._long = (st.text([*self._word_of, *ends], max_size=most) for most in (6, 15))

    def one(self, draw: st.DrawFn) -> str | None:
        return " ".join(self._read(draw(self._short))) or None

    def some(self, draw: st.DrawFn) -> tuple[str, ...]:
        return self._read(draw(self._long))

    def _read(self, drawn: str) -> tuple[str, ...]:
        parts = drawn.translate(self._to_spaces).split()
        return tuple(" ".join(self._word_of[letter] for letter in part) for part in parts)


_TEXTS = {lang: _Texts(words) for lang, words in WORDS.items()}
_SOURCES = st.sampled_from([Source(), Source("RT", "rt.com"), Source("The Times"), Source(None, "news.gov.uk")])
_FACTS = st.tuples(st.sampled_from(KINDS), _SOURCES, MOMENTS, st.integers(0, 3))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    lang = draw(st.sampled_from(LANGS))
    texts = _TEXTS[lang.partition("-")[0] if lang else None]
    kind, source, published, words = draw(_FACTS)
    values = {
        "kind": kind,
        "headline": texts.one(draw),
        "deck": texts.one(draw),
        **{name: texts.some(draw) for name in ("body", "captions", "corrections", "promo", "page", "tags", "authors")},
        "section": texts.one(draw),
        "source": source,
        "published": published,
        "lang": lang,
        "words": words,
    }
    id_ = hashlib.sha256(repr(sorted(values.items(), key=str)).encode()).hexdigest()
    return Article(id=id_, **values)  # type: ignore[arg-type]


def _attrs() -> st.SearchStrategy[nodes.Node]:
    pairs = [
        ("source", "rt"),
        ("source", "RT.com"),
        ("source", "times"),
        ("source", "the  times"),
        ("source", None),
        ("site", "rt.com"),
        ("site", "gov.uk"),
        ("site", "*.gov.uk"),
        ("site", "*.rt.com"),
        ("tag", "troops"),
        ("tag", None),
        ("section", "Mali."),
        ("section", None),
        ("author", "WAR"),
        ("author", None),
        ("lang", "en"),
        ("lang", "en-GB"),
        ("lang", None),
        ("kind", "listing"),
        ("kind", "article"),
        ("kind", "gallery"),
        ("versions", "all"),
        ("has", "caption"),
        ("has", "date"),
        ("has", "headline"),
    ]
    return st.sampled_from(pairs).map(lambda pair: nodes.Attr(*pair))


WORD = st.sampled_from(ALL_WORDS).map(nodes.Word)
PHRASE = st.lists(st.sampled_from(ALL_WORDS), min_size=1, max_size=3).map(lambda words: nodes.Phrase(" ".join(words)))
LOOSE = st.builds(
    lambda words, slop: nodes.Phrase(" ".join(words), slop),
    st.lists(st.sampled_from([word for word in ALL_WORDS if word != "&"]), min_size=1, max_size=3),
    st.integers(0, 4),
)
EXACT = st.builds(
    lambda words, case: nodes.Exact(" ".join(words), len(words) > 1, case),
    st.lists(st.sampled_from([word for word in ALL_WORDS if word != "&"]), min_size=1, max_size=2),
    st.booleans(),
)
WILD = st.sampled_from(
    [
        nodes.Wildcard(("withdr", nodes.Gap(0, None))),
        nodes.Wildcard((nodes.Gap(0, None), "en")),
        nodes.Wildcard(("TRoo", nodes.Gap(0, None))),
        nodes.Wildcard(("Ü", nodes.Gap(0, None))),
        nodes.Wildcard(("tr", nodes.Gap(1, 1), nodes.Gap(1, 1), "p", nodes.Gap(0, None))),
        nodes.Wildcard(("m", nodes.Choice(("al", "il", "")), nodes.Gap(0, 3))),
        nodes.Wildcard(("Stra", nodes.Choice(("ß", "ss")), "e")),
        nodes.Wildcard((nodes.Gap(0, None),)),
    ]
)
FUZZY = st.builds(nodes.Fuzzy, st.sampled_from([word for word in ALL_WORDS if word != "&"]), st.integers(1, 2))
OPERAND = st.one_of(WORD, WORD, PHRASE, EXACT, WILD, FUZZY)
JOINED = st.recursive(
    st.one_of(OPERAND, st.lists(OPERAND, min_size=2, max_size=2).map(lambda parts: nodes.Or(tuple(parts)))),
    lambda inner: st.one_of(
        st.builds(nodes.Near, inner, OPERAND, st.integers(1, 6), st.booleans()),
        st.builds(nodes.Same, inner, OPERAND, st.sampled_from(["s", "p"])),
    ),
    max_leaves=3,
)
NEARNESS = JOINED.filter(lambda node: isinstance(node, nodes.Near | nodes.Same))

CODE = st.sampled_from("covid 19 AK 47 F 16 5 bn".split()).map(nodes.Word)

LEAVES: st.SearchStrategy[nodes.Node] = st.one_of(
    st.sampled_from(ALL_WORDS).map(nodes.Word),
    st.sampled_from(ALL_WORDS).map(nodes.Word),
    st.lists(st.sampled_from(ALL_WORDS), min_size=1, max_size=3).map(lambda words: nodes.Phrase(" ".join(words))),
    LOOSE,
    EXACT,
    WILD,
    FUZZY,
    NEARNESS,
    st.builds(nodes.AtLeast, st.integers(1, 3), st.one_of(JOINED, LOOSE)),
    _attrs(),
    st.just(nodes.Every()),
    st.builds(nodes.Range, st.just("words"), st.none() | st.integers(0, 3), st.none() | st.integers(0, 3)),
    st.builds(lambda day: nodes.When("published", Moment.of(day)), DAY),
    st.builds(lambda day: nodes.When("published", high=Moment.of(day), high_open=True), DAY),
    st.just(nodes.WhenNone("published")),
)
PLAIN_ZONES = [
    "headline",
    "deck",
    "body",
    "caption",
    "correction",
    "author",
    "section",
    "promo",
    "page",
    "any",
    "lead",
    "first50",
]


def trees() -> st.SearchStrategy[nodes.Node]:
    return st.recursive(
        LEAVES,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: nodes.And(tuple(parts))),
            st.lists(inner | CODE, min_size=2, max_size=3).map(lambda parts: nodes.And(tuple(parts), implied=True)),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: nodes.Or(tuple(parts))),
            inner.map(nodes.Not),
            st.builds(nodes.In, st.sampled_from(PLAIN_ZONES), inner),
            st.builds(nodes.Boost, inner, st.sampled_from([0.5, 2.0])),
        ),
        max_leaves=6,
    )


def asked(what: st.SearchStrategy[_T]) -> st.SearchStrategy[list[_T]]:
    """What one index is asked, one after the other."""
    return st.lists(what, min_size=1, max_size=6)
