"""Text → tokens → terms, and the language of a text."""

from newsidx.analysis.folding import fold
from newsidx.analysis.languages import identify
from newsidx.analysis.postings import PARAGRAPH_GAP, ZONE_SHIFT, AnalyzedArticle, analyze, place_tokens
from newsidx.analysis.stems import STEM_LANGUAGES, primary, stem_language_applies, terms
from newsidx.analysis.tokenizer import Token, tokens

__all__ = [
    "ANALYSIS_VERSION",
    "PARAGRAPH_GAP",
    "STEM_LANGUAGES",
    "ZONE_SHIFT",
    "AnalyzedArticle",
    "Token",
    "analyze",
    "fold",
    "identify",
    "place_tokens",
    "primary",
    "stem_language_applies",
    "terms",
    "tokens",
]

ANALYSIS_VERSION = 1
"""Rises when the same text gives other terms: an index made by another version cannot be searched by this one."""
