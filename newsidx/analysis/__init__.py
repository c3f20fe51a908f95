"""Text → tokens → terms, and the language of a text: the one door to the analysis of words.

Pure functions; the tables they read lie in ``tables/``. `tokens` cuts a text into words, `terms` says what a word is
indexed under in its article's language, `analyze` does both for a whole article, `identify` finds the language.
Articles, queries and snippets are read with the same functions, or they would not find each other.
"""

from newsidx.analysis.characters import is_segmentless
from newsidx.analysis.folding import MAX_FORM, fold, surface_form
from newsidx.analysis.languages import identify
from newsidx.analysis.postings import (
    PARAGRAPH_GAP,
    ZONE_SHIFT,
    AnalyzedArticle,
    Vocabulary,
    analyze,
    place_tokens,
    place_words,
)
from newsidx.analysis.readings import joined_form, phrase_readings, readings
from newsidx.analysis.sentences import sentence_bounds, sentence_breaks, sentence_starts
from newsidx.analysis.stems import STEM_LANGUAGES, light_words, primary, stem_language_applies, terms
from newsidx.analysis.tokenizer import Spans, Token, spans, tokens, words_as_written

__all__ = [
    "ANALYSIS_VERSION",
    "MAX_FORM",
    "PARAGRAPH_GAP",
    "STEM_LANGUAGES",
    "ZONE_SHIFT",
    "AnalyzedArticle",
    "Spans",
    "Token",
    "Vocabulary",
    "analyze",
    "fold",
    "identify",
    "is_segmentless",
    "joined_form",
    "light_words",
    "phrase_readings",
    "place_tokens",
    "place_words",
    "primary",
    "readings",
    "sentence_bounds",
    "sentence_breaks",
    "sentence_starts",
    "spans",
    "stem_language_applies",
    "surface_form",
    "terms",
    "tokens",
    "words_as_written",
]

ANALYSIS_VERSION = 3
"""Rises when the same text gives other terms or other sentences: an index made by another version cannot be searched
by this one."""
