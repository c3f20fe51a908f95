"""The language of a text: by its script, and within a script by function words and letters of its own.

The words and letters are those of ``tables/function_words.toml``, chosen by hand. A page's own word for its language
is heard first: it stands unless the text clearly says otherwise, since it also knows regions and the languages that
no table has; but pages made from an English template often say ``en`` of anything. Called while a capture is read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from newsidx.analysis.characters import table_text
from newsidx.analysis.stems import primary
from newsidx.analysis.tokenizer import spans
from newsidx.frozen import dataclass

__all__ = ["identify"]

_SAMPLE_CHARS = 5000
"""Code points that are looked at. An article says what it is written in long before its end."""

# First code points of the scripts' main blocks and what begins there. Small blocks between are left to the script
# before them or to none: a text is named by what most of it is.
_BLOCKS: tuple[tuple[int, str], ...] = (
    (0x0041, "Latin"), (0x0250, ""), (0x0370, "Greek"), (0x0400, "Cyrillic"), (0x0530, "Armenian"),
    (0x0590, "Hebrew"), (0x0600, "Arabic"), (0x0700, ""), (0x0750, "Arabic"), (0x0780, "Thaana"), (0x07C0, ""),
    (0x08A0, "Arabic"), (0x0900, "Devanagari"), (0x0980, "Bengali"), (0x0A00, "Gurmukhi"), (0x0A80, "Gujarati"),
    (0x0B00, "Oriya"), (0x0B80, "Tamil"), (0x0C00, "Telugu"), (0x0C80, "Kannada"), (0x0D00, "Malayalam"),
    (0x0D80, "Sinhala"), (0x0E00, "Thai"), (0x0E80, "Lao"), (0x0F00, "Tibetan"), (0x1000, "Myanmar"),
    (0x10A0, "Georgian"), (0x1100, "Hangul"), (0x1200, "Ethiopic"), (0x13A0, ""), (0x1780, "Khmer"), (0x1800, ""),
    (0x1E00, "Latin"), (0x1F00, "Greek"), (0x2000, ""), (0x2C60, "Latin"), (0x2C80, ""), (0x2D80, "Ethiopic"),
    (0x2DE0, ""), (0x3041, "Kana"), (0x3100, ""), (0x3131, "Hangul"), (0x3190, ""), (0x31F0, "Kana"), (0x3200, ""),
    (0x3400, "Han"), (0x4DC0, ""), (0x4E00, "Han"), (0xA000, ""), (0xAC00, "Hangul"), (0xD7A4, ""),
    (0xF900, "Han"), (0xFB00, "Latin"), (0xFB13, ""), (0xFB1D, "Hebrew"), (0xFB50, "Arabic"), (0xFE00, ""),
    (0xFE70, "Arabic"), (0xFF00, ""), (0xFF21, "Latin"), (0xFF66, "Kana"), (0xFFA0, ""), (0x20000, "Han"),
    (0x40000, ""),
)  # fmt: skip
_STARTS = [start for start, _ in _BLOCKS]

_LETTERS_A_WORD: Mapping[str, float] = MappingProxyType(
    {"Han": 2, "Kana": 2, "Hangul": 3, "Thai": 4, "Lao": 4, "Khmer": 4, "Myanmar": 4, "Tibetan": 4}
)
"""How many letters make about one word, where other scripts have some five: so that a Chinese text full of Latin
names is Chinese."""
_LETTERS_A_WORD_ELSE = 5.0


# What it takes to name a language. Swept on the 975 texts of the extraction sets (bodies, and the snippets of those
# that have no bodies) and their 771 headlines, each without and with what its page declares. At these values 898 of
# the texts are named without the page's help; of the 23 that are named otherwise than the page says, read one by
# one, the page was wrong in all. Of the headlines 283 are named, 3 of them wrongly.
_LEAST_HITS = 2.0  # words that speak for the best language; headlines of six words mostly have fewer, and stay unnamed
_LEAST_HITS_AGAINST = 3.0  # the same, where the page says something else
_SHARE = 0.06  # of all words; prose has .12 to .39, lists of sports results .02
_LEAD = 1.3  # over the second language, or
_LEAD_HITS = 5.0  # ahead of it by so many words: Danish and Norwegian share most of their words
_SMALL_SHARE, _LARGE_LEAD = 0.03, 3.0  # agglutinating languages (Zulu, Xhosa) have few words that recur
_DECLARED_SHARE = 0.5  # of the best language's hits: what the page declares, with these, stands
_SHARE_AGAINST_UNKNOWN, _LEAD_AGAINST_UNKNOWN = 0.15, 2.0  # against a declared language that no table here knows
_LETTER_WORDS = 0.5  # what a letter counts for, in words
_KANA_SHARE = 0.05  # of the ideographs: Japanese prose has more kana than ideographs, its headlines at least a few
_HAN_WORDS = 10.0  # so much without kana is Chinese; fewer may be a headline in either


@dataclass(frozen=True, slots=True)
class _Table:
    """`words`: word → the languages of its list, by script; `letters`: letter → the languages that have it."""

    script_language: Mapping[str, str]
    kin: Mapping[str, frozenset[str]]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    letters: Mapping[str, Mapping[str, tuple[str, ...]]]
    languages: frozenset[str]


@cache
def _table() -> _Table:
    import tomllib  # which costs a search, that needs no table, as much as the codec

    raw = tomllib.loads(table_text("function_words.toml"))
    script_language: dict[str, str] = raw.pop("scripts")
    kin = {language: frozenset(others.split()) for language, others in raw.pop("kin").items()}
    return _Table(
        script_language=script_language,
        kin=kin,
        words={script: _inverted((k, v["words"].split()) for k, v in lists.items()) for script, lists in raw.items()},
        letters={script: _inverted((k, v["letters"]) for k, v in lists.items()) for script, lists in raw.items()},
        languages=frozenset(language for lists in raw.values() for language in lists)
        | frozenset(script_language.values()),
    )


def _inverted(lists: Iterable[tuple[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for language, entries in lists:
        for entry in set(entries):
            found[entry] = (*found.get(entry, ()), language)
    return found


def identify(text: str, declared: str | None = None) -> str | None:
    """The language of a text as a BCP 47 tag; None where neither the text nor the page tells.

    `declared` is what the page says of itself (``pt_BR`` is read as ``pt-BR``). It stands, region and all, unless the
    text clearly is in another language, which is then given without a region. Looks at the first 5,000 characters.
    """
    tag = _tag(declared)
    sample = text[:_SAMPLE_CHARS]
    chars = Counter(sample)
    scripts = _scripts(chars)
    if not scripts:
        return tag
    script = max(scripts, key=lambda name: scripts[name] + (scripts.get("Kana", 0.0) if name == "Han" else 0.0))
    by = _by_words(sample, chars, script, primary(tag)) if script in _table().words else _by_script(script, scripts)
    if by is None or (tag is not None and _agree(by, tag)):
        return tag
    return by


def _agree(found: str, tag: str) -> bool:
    declared = primary(tag)
    return found == declared or declared in _table().kin.get(found, ())


def _tag(declared: str | None) -> str | None:
    """A declared language as a BCP 47 tag in the usual letter case, None where it names none."""
    if declared is None or primary(declared) is None:
        return None
    language, *others = re.split(r"[-_]", re.split(r"[.@, ]", declared.strip(), maxsplit=1)[0])
    subtags = [language.lower()]
    for other in others[:_MAX_SUBTAGS]:
        if not (other.isascii() and other.isalnum()):
            break
        is_region, is_script = len(other) == len("BR"), len(other) == len("Hant")
        subtags.append(other.upper() if is_region else other.title() if is_script else other.lower())
    return "-".join(subtags)


_MAX_SUBTAGS = 3  # script, region and one more; captures may say anything


def _scripts(chars: Mapping[str, int]) -> dict[str, float]:
    """How many words (about) of a text are written in each script; without scripts that it has less than one of."""
    words: dict[str, float] = {}
    for char, count in chars.items():
        if not char.isalpha():
            continue
        script = _BLOCKS[bisect_right(_STARTS, ord(char)) - 1][1]
        if script:
            words[script] = words.get(script, 0.0) + count / _LETTERS_A_WORD.get(script, _LETTERS_A_WORD_ELSE)
    return {script: number for script, number in words.items() if number >= 1}


def _by_script(script: str, scripts: Mapping[str, float]) -> str | None:
    """The language of a script that one language alone is written in, as far as this module knows."""
    if script not in ("Han", "Kana"):
        return _table().script_language[script] or None
    kana, han = scripts.get("Kana", 0.0), scripts.get("Han", 0.0)
    if kana >= _KANA_SHARE * han:
        return "ja"
    return _table().script_language["Han"] if han >= _HAN_WORDS else None


def _by_words(sample: str, chars: Mapping[str, int], script: str, declared: str | None) -> str | None:
    """The language of this script whose words and letters fill the text; None where none stands out."""
    hits, number = _hits(sample, chars, script)
    if not hits:
        return None
    best, second, *_ = [*sorted(hits, key=lambda language: (-hits[language], language)), ""]
    most, next_most = hits[best], hits.get(second, 0.0)
    if declared is not None and hits.get(declared, 0.0) >= most * _DECLARED_SHARE:
        return declared
    if most < (_LEAST_HITS if declared is None else _LEAST_HITS_AGAINST):
        return None
    share = most / number
    if declared is not None and declared not in _table().languages:
        is_clear = share >= _SHARE_AGAINST_UNKNOWN and most >= next_most * _LEAD_AGAINST_UNKNOWN
    else:
        is_ahead = most >= next_most * _LEAD or most >= next_most + _LEAD_HITS
        is_clear = (share >= _SHARE and is_ahead) or (share >= _SMALL_SHARE and most >= next_most * _LARGE_LEAD)
    return best if is_clear else None


def _hits(sample: str, chars: Mapping[str, int], script: str) -> tuple[dict[str, float], int]:
    """For each language of a script, how many words speak for it, and how many words there are in all.

    A word that several languages list speaks for each by its share, and so does a letter, as `_LETTER_WORDS` words.
    """
    table = _table()
    forms = [form.partition("'")[0] if "'" in form else form for form in spans(sample).forms]
    hits: dict[str, float] = {}
    for counts, lists, value in (
        (Counter(forms), table.words[script], 1.0),
        (_small_letters(chars), table.letters[script], _LETTER_WORDS),
    ):
        for entry in sorted(counts.keys() & lists.keys()):  # sorted: sums of floats depend on the order
            languages = lists[entry]
            share = counts[entry] * value / len(languages)
            for language in languages:
                hits[language] = hits.get(language, 0.0) + share
    return hits, len(forms)


def _small_letters(chars: Mapping[str, int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for char, count in chars.items():
        counts[char.lower()] += count
    return counts
