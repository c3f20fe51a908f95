"""A written form, in an article of some language → the one, two or three terms it is indexed under.

A term is a folded stem. Two forms match in a language when their terms intersect: that is the whole of what a bare
word of a query means. Forms with accents that a stemmer reads differently without them have two terms, so that who
types no accents finds them all the same; so have Korean and Persian words with what may be a particle, letters that
some write as two (Müller, Mueller), and names with an ampersand (AT&T, ATT). Called by
`newsidx.analysis.postings` for articles and by engines for queries; nltk, which does the stemming, is imported when
the first word to be stemmed comes.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from newsidx.analysis.characters import table_lines
from newsidx.analysis.folding import fold, fold_letters, unpunctuated

__all__ = ["STEM_LANGUAGES", "light_words", "primary", "stem_language_applies", "terms"]

_STEMMERS: Mapping[str, str] = MappingProxyType(
    {
        "ar": "Arabic",
        "da": "Danish",
        "de": "German",
        "en": "English",
        "es": "Spanish",
        "fi": "Finnish",
        "fr": "French",
        "hu": "Hungarian",
        "it": "Italian",
        "nl": "Dutch",
        "no": "Norwegian",
        "pt": "Portuguese",
        "ro": "Romanian",
        "ru": "Russian",
        "sv": "Swedish",
    }
)

STEM_LANGUAGES: frozenset[str] = frozenset(_STEMMERS)
"""The languages, as `primary` gives them, whose words are stemmed."""

_IRREGULAR = frozenset({"en", "fr", "sv"})
"""The languages with a table of irregular forms."""

_SUFFIX_AFTER_APOSTROPHE = frozenset({"tr"})
"""Languages that set the endings of names off with an apostrophe (Türkiye'nin)."""
_SUFFIX = re.compile(r"(?<=\w\w)'(?!an$)\w+$")  # Kur'an has no ending

_WITH_PARTICLES: Mapping[str, tuple[re.Pattern[str], int]] = MappingProxyType(
    {"ko": (re.compile(r"[\uac00-\ud7a3]{3,}"), 2), "fa": (re.compile(r"[\u0621-\u06d3]{4,}"), 2)}
)
"""Languages that write particles or plurals onto words, and have no stemmer: a word (of which letters, how many must
stay beside the ending) is indexed with and without them, since what looks like one may be the word's own end."""

_DIGRAPHS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "de": {"ä": "ae", "ö": "oe", "ü": "ue"},
        "da": {"å": "aa", "ø": "oe"},
        "no": {"å": "aa", "ø": "oe"},
    }
)
"""What some write for letters of these languages, names above all: Mueller, Aarhus. Other accents just go."""

_POINT_GROUPS = frozenset(
    "az bg bs ca cs da de el es et eu fi fr gl hr hu hy id is it ka kk ky lt lv mk nl no pl pt ro ru sk sl sq sr sv tr "
    "uk uz vi".split()
)
"""Languages in which ``5.000`` is five thousand. (``1.000.000`` and ``5,000`` are read alike in all.)"""
_ONE_GROUP = re.compile(r"[1-9]\d{0,2}\.\d{3}(?!\d)")

_OWN_WAYS = STEM_LANGUAGES | _SUFFIX_AFTER_APOSTROPHE | _WITH_PARTICLES.keys() | _POINT_GROUPS
"""The languages in which `terms` may differ from those of an unknown language."""

# Whole words in the language's own script. A Latin name in a Russian article has no Russian endings to lose.
_LATIN = re.compile(r"[a-z\u00aa\u00ba\u00df-\u00f6\u00f8-\u024f\u1e01-\u1eff'.\u00b7\u0300-\u036f]+")
_OWN_SCRIPT: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "ar": re.compile(r"[\u0621-\u064a\u0671-\u06d3]+"),
        "ru": re.compile(r"[\u0400-\u04ff'.\u0300\u0301\u0308]+"),
    }
)

_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})
_SUBTAG = re.compile(r"[a-z]{2,3}")  # longer ones are reserved; pages that say "English" say nothing

# A word costs 10 to 60 µs to stem and 0.1 µs to look up. A hundred thousand forms hold the vocabulary of a large
# collection in one language, in some 20 MB.
_MEMO_FORMS = 100_000
_MEMO_TAGS = 1000  # tags come from captures, so there may be any number of them


@lru_cache(maxsize=_MEMO_TAGS)
def primary(lang: str | None) -> str | None:
    """The language of a BCP 47 tag: its first subtag in lower case (``pt`` of ``pt-BR``), with the several codes of
    one language made one (nb and nn are no, iw is he, eng is en). None where it names no language (also ``und``)."""
    if not lang:
        return None
    subtag = re.split(r"[-_.@, ]", lang.strip().lower(), maxsplit=1)[0]
    if not _SUBTAG.fullmatch(subtag) or subtag in _NO_LANGUAGE:
        return None
    return _codes().get(subtag, subtag)


@cache
def _codes() -> dict[str, str]:
    return dict(map(str.split, table_lines("language_codes.txt")))


@lru_cache(maxsize=_MEMO_TAGS)
def light_words(lang: str | None) -> frozenset[str]:
    """The folded forms, in a language, of words that every text of it is full of and that say little of what it is
    about (``tables/light_words.txt``); none where the table has none."""
    return _light_words().get(primary(lang), frozenset())


@cache
def _light_words() -> dict[str | None, frozenset[str]]:
    found: dict[str | None, frozenset[str]] = {}
    for line in table_lines("light_words.txt"):
        language, *words = line.split()
        found[language] = found.get(language, frozenset()) | frozenset(map(fold, words))
    return found


def stem_language_applies(form: str, lang: str | None) -> bool:
    """Whether a form is stemmed in this language: there is a stemmer, and the form is a word in its script."""
    language = primary(lang)
    return language is not None and language in STEM_LANGUAGES and _is_own_script(form, language)


def _is_own_script(form: str, language: str) -> bool:
    return _OWN_SCRIPT.get(language, _LATIN).fullmatch(form) is not None


def terms(form: str, lang: str | None) -> tuple[str, ...]:
    """The terms, one to three, of a written form in an article of this language (a BCP 47 tag, or None: unknown)."""
    language = primary(lang)
    if form.isdigit() and form.isascii():
        return (form,)
    return _memo(language if language in _OWN_WAYS else None)[form]


@cache
def _memo(language: str | None) -> _Terms:
    return _Terms(language)


class _Terms(dict[str, tuple[str, ...]]):
    """Form → terms in one language, worked out when first asked for."""

    def __init__(self, language: str | None) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, form: str) -> tuple[str, ...]:
        found = _terms(form, self._language)
        if form[:1].isdigit():  # there is no end of numbers
            return found
        if len(self) >= _MEMO_FORMS:
            self.clear()
        self[form] = found
        return found


def _terms(form: str, language: str | None) -> tuple[str, ...]:
    if form[:1].isdigit():
        return (_number(form, language),)
    if language in _SUFFIX_AFTER_APOSTROPHE:
        form = _SUFFIX.sub("", form)
    if "&" in form:
        folded = fold(form)
        return (folded, folded.replace("&", ""))
    if language is not None and language in _WITH_PARTICLES:
        letters, beside = _WITH_PARTICLES[language]
        if letters.fullmatch(form):
            bare = _exchanged(form, *_affixes(language), beside_ending=beside)
            return tuple(dict.fromkeys((fold(form), fold(bare))))
    if language is None or language not in STEM_LANGUAGES or not _is_own_script(form, language):
        return (fold(form),)
    word = unpunctuated(form)
    stem = _stemmer(language)
    plain = fold_letters(word)
    if plain == word:
        return (fold(stem(word)),)
    spelt = [word, plain]
    if language in _DIGRAPHS:
        spelt.append(fold_letters("".join(_DIGRAPHS[language].get(letter, letter) for letter in word)))
    return tuple(dict.fromkeys(fold(stem(each)) for each in spelt))


def _number(form: str, language: str | None) -> str:
    folded = fold(form)
    if language in _POINT_GROUPS and _ONE_GROUP.match(folded):
        return folded.replace(".", "", 1)
    return folded


_stem_lock = threading.Lock()


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    """A function from a word to its stem (never empty)."""
    from nltk.stem import snowball

    stem: Callable[[str], str] = getattr(snowball, f"{_STEMMERS[language]}Stemmer")().stem
    lemmas = _lemmas(language) if language in _IRREGULAR else {}
    endings, beginnings = _affixes(language)

    def stemmed(word: str) -> str:
        regular = lemmas.get(word) or _exchanged(word, endings, beginnings)
        with _stem_lock:  # some of the stemmers keep the word they are at in themselves
            return stem(regular) or word

    return stemmed


def _lemmas(language: str) -> dict[str, str]:
    """Irregular form → the form that its stem is taken from, each also as typed without accents."""
    lemmas: dict[str, str] = {}
    for line in table_lines(f"irregular_{language}.txt"):
        lemma, *forms = line.split()
        for form in forms:
            lemmas[form] = lemma
            lemmas.setdefault(fold_letters(form), fold_letters(lemma))
    return lemmas


_Affixes = tuple[tuple[str, str], ...]
_BESIDE_BEGINNING = 3  # letters that must stay


@cache
def _affixes(language: str) -> tuple[_Affixes, _Affixes]:
    """Endings and beginnings of this language, each with what it becomes; the longest first."""
    found: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
    for line in table_lines("endings.txt"):
        of, affix, becomes = line.split()
        if of == language:
            found[affix.endswith("-")].append((affix.strip("-"), becomes.strip("-")))
    endings, beginnings = (tuple(sorted(some, key=lambda pair: (-len(pair[0]), pair))) for some in found)
    return endings, beginnings


def _exchanged(word: str, endings: _Affixes, beginnings: _Affixes, *, beside_ending: int = 1) -> str:
    for affix, becomes in endings:
        if word.endswith(affix) and len(word) >= len(affix) + beside_ending:
            return word.removesuffix(affix) + becomes
    for affix, becomes in beginnings:
        if word.startswith(affix) and len(word) >= len(affix) + _BESIDE_BEGINNING:
            return becomes + word.removeprefix(affix)
    return word
