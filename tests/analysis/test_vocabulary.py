"""Words are analysed once for many articles, and an article says the same alone and among others."""

from __future__ import annotations

import pickle
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsidx import analysis
from newsidx.analysis import analyze, postings, tokenizer
from newsidx.model import Article

TEXTS = st.lists(
    st.sampled_from("The ferry Ferries U.S. us côte Côte 5,000 l'armée 平和 troops.".split()), max_size=8
).map(" ".join)
ARTICLES = st.lists(
    st.builds(
        lambda body, lang: Article("0" * 64, headline=body[:9], body=(body, "and more " + body), lang=lang),
        TEXTS,
        st.sampled_from(["en", "fr", "de-AT", None]),
    ),
    min_size=1,
    max_size=5,
)


def said(analyzed: analysis.AnalyzedArticle) -> object:
    vocabulary, terms = analyzed.vocabulary, analyzed.vocabulary.terms(analyzed.lang)
    words = memoryview(analyzed.words).cast("I")
    tokens = [(vocabulary.forms[word], vocabulary.surfaces[word], terms[word]) for word in words]
    return tokens, analyzed.places, analyzed.sentences, analyzed.paragraphs, analyzed.lengths, analyzed.lang


@given(ARTICLES)
def test_an_article_is_the_same_alone_and_among_others(articles: list[Article]) -> None:
    shared = [analyze(article) for article in articles]
    assert len({id(each.vocabulary) for each in shared}) == 1
    for article, analyzed in zip(articles, shared, strict=True):
        tokens, *_ = said(analyzed)  # type: ignore[misc]
        assert [(form, terms) for form, _, terms in tokens] == [
            (token.form, analysis.terms(token.form, article.lang))
            for text in (article.headline or "", *article.body)
            for token in analysis.tokens(text)
        ]
        for other in (analyzed.alone(), pickle.loads(pickle.dumps(analyzed))):
            assert said(other) == said(analyzed)
            assert other.occurrences() == analyzed.occurrences()
        assert len(analyzed.alone().vocabulary) == len({(form, surface) for form, surface, _ in tokens})
        assert pickle.loads(pickle.dumps(analyzed)).vocabulary is analyzed.vocabulary


def test_a_vocabulary_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "_MOST_WORDS", 50)
    monkeypatch.setattr(postings, "_PRESENT", postings._Present())
    analyzed = [analyze(Article("0" * 64, body=(" ".join(f"w{i}x{j}" for j in range(20)),))) for i in range(30)]
    vocabularies = {id(each.vocabulary): each.vocabulary for each in analyzed}
    assert len(vocabularies) > 5
    assert all(len(vocabulary) < 50 + 20 for vocabulary in vocabularies.values())
    long = analyze(Article("0" * 64, body=("x" * 10_000,)))
    assert all(len(raw) <= analysis.MAX_FORM for raw in long.vocabulary.numbers)


def test_threads_have_vocabularies_of_their_own() -> None:
    article = Article("0" * 64, body=("Of one word.",))
    found = [analyze(article)]
    thread = threading.Thread(target=lambda: found.append(analyze(article)))
    thread.start()
    thread.join()
    assert found[0].vocabulary is not found[1].vocabulary
    assert said(found[0]) == said(found[1])


@given(st.text("aB é\u0301.!?\"'’)。平\u00a0\u00ad15,&\u05d0\u05f4l·gs-`한 ", max_size=60))
def test_a_text_has_the_words_of_its_chunks(text: str) -> None:
    whole, _, _ = tokenizer.words_as_written(text)
    assert [word for chunk in text.split(" ") for word in tokenizer.words_of_chunk(chunk)] == whole
    starts = [token.start for token in analysis.tokens(text)]
    analyzed = analyze(Article("0" * 64, body=(text,)))
    begin = [place - analyzed_base(analyzed) for place in memoryview(analyzed.sentences).cast("I")]
    assert begin == ([0, *analysis.sentence_starts(text, starts)] if starts else [])


def analyzed_base(analyzed: analysis.AnalyzedArticle) -> int:
    return min(memoryview(analyzed.places).cast("I"), default=0)
