"""What a single line of a news page is, by its own words: read-more, furniture, correction, credit, byline.

Responsible for judging one line without its neighbours, in all languages of the tables (``tables/lines_*.txt``).
Leaves position, repetition and neighbours to the readers (`text`, the HTML reader), which call this.
"""

from __future__ import annotations

import re
from functools import lru_cache

from newsidx.extract.dates import find_date
from newsidx.extract.lines_phrases import could_say, phrases_of, sections, words_of

__all__ = [
    "is_advert",
    "is_boilerplate",
    "is_comments_heading",
    "is_correction",
    "is_promo_heading",
    "is_read_more",
    "split_byline",
    "split_credit",
]

_MAX_CAPTION = 4000
_MAX_CREDIT = 140
_MAX_BYLINE = 220
_MAX_READ_MORE = 260
_MAX_HEADING = 70
_MAX_CORRECTION = 1500


def is_read_more(text: str) -> bool:
    """Whether the line sends the reader to another article ("READ MORE: …"), also where a title stands before it."""
    if len(text) > _MAX_READ_MORE:
        return False
    if "read-more" in phrases_of(text):
        return _is_pointer(text)
    return _inner_marker(text) is not None


def _is_pointer(text: str) -> bool:
    """A long sentence that begins with "See more than …" is no pointer; a marker with a colon always is."""
    head, colon, _rest = text.partition(":")
    if colon and len(head) <= 40:
        return True
    return len(text) <= 160


def _inner_marker(text: str) -> str | None:
    """The title in "Title READ MORE: Title" (the text of an image run together with its link), else None."""
    if ":" not in text and "：" not in text:
        return None
    for match in _COLON.finditer(text):
        head = text[: match.start()]
        rest = text[match.end() :].strip()
        if len(rest) >= 8 and head.startswith(rest[: len(head)]):
            lead = head[len(rest) :].strip()
            if lead and "read-more" in phrases_of(lead + " x"):
                return rest
    return None


_COLON = re.compile(r"[:：]\s")


def is_promo_heading(text: str) -> bool:
    """Whether the line heads a list of other articles ("Top stories", "Das könnte Sie auch interessieren")."""
    return len(text) <= _MAX_HEADING and "promo-heading" in phrases_of(text)


def is_comments_heading(text: str) -> bool:
    """Whether the line heads the readers' comments ("12 Comments", "Leave a reply")."""
    return len(text) <= _MAX_HEADING and "comments" in phrases_of(text)


def is_advert(text: str) -> bool:
    """Whether the line marks an advertisement's place."""
    return len(text) <= 120 and "advert" in phrases_of(text)


def is_boilerplate(text: str) -> bool:
    """Whether the line is furniture: cookies, newsletter, app, copyright, share, subscribe, sign-in, comments, ads."""
    found = phrases_of(text)
    return bool(found & {"boilerplate", "comments", "advert"})


def is_correction(text: str) -> bool:
    """Whether the line tells of an error that the article had ("Correction: …", "An earlier version of …")."""
    if not 20 <= len(text) <= _MAX_CORRECTION or not could_say(text, "correction"):
        return False
    found = phrases_of(text)
    return "correction" in found and "correction-not" not in found


# ------------------------------------------------------------------------------------------------ credits

_DASHES = "–—-"
_CREDIT_SIGN = re.compile(r"\s*(?:©|\(c\)\s(?=[A-Z])|℗)\s*")
_PARENTHESES = re.compile(r"\s*[(\[（]([^()\[\]（）]{2,120})[)\]）]\s*(?:\.|[^\W\d_]{2} ?[^\W\d_]{2,4})?\s*$")
_TAIL_BREAK = re.compile(r"(?<=[.!?…。»”\"’'|)])\s+|\s+[|–—\-/•·]\s+|\s{2,}")
_NAME_CHARS = re.compile(r"[^\W\d_][\w.'’\-]*")


@lru_cache(maxsize=1)
def _credit_tables() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    tables = {
        name: frozenset(" ".join(words_of(entry)) for entry in entries)
        for name, entries in sections("lines_credits.txt")
    }
    return tables["lead"], tables["agency"] | tables["agency-lower"], tables["agency-lower"]


def split_credit(caption: str) -> tuple[str, str | None]:
    """A caption as (text without its credit, credit without its sign or lead word); (caption, None) without one.

    A line that is nothing but a credit gives ("", credit).
    """
    text = caption.strip()
    if not text or len(text) > _MAX_CAPTION or not _may_have_credit(text):
        return text, None
    for rule in (_by_sign, _by_parentheses, _by_verb, _by_lead, _by_slash, _by_tail):
        found = rule(text)
        if found is not None:
            before, credit = found
            return before.strip().rstrip("|–—").strip(), credit
    return text, None


_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@lru_cache(maxsize=1)
def _credit_words() -> frozenset[str]:
    """The longest word of each lead and agency."""
    lead, agency, _lower = _credit_tables()
    return frozenset(max(phrase.split(" "), key=len) for phrase in lead | agency)


def _may_have_credit(text: str) -> bool:
    """Whether the end of `text` has a sign or a word that a credit has: most lines of a page have neither."""
    end = text[-_MAX_CREDIT - 40 :]
    if "©" in end or "℗" in end or "(c)" in end or not _CLOSING.isdisjoint(end[-12:]):
        return True
    return not _credit_words().isdisjoint(words_of(end)) or (not end.isascii() and _UNSPACED.search(end) is not None)


_CLOSING = frozenset(")]）")
_SLASH = re.compile(r"(?:(?<=[\s.!?…)(\[|–—-])|^)([A-Z][\w.]*(?: [A-Z]\w*){0,2})\s?/\s?(?=[^\W\d_a-z])")


def _by_slash(text: str) -> tuple[str, str] | None:
    """ "… words EFE/ Name": an agency, a slash and a name at the end, whatever stands before them."""
    low = max(0, len(text) - 80)
    for match in _SLASH.finditer(text, low):
        words = match[1].split(" ")
        for skip in range(len(words)):
            if _is_agency(" ".join(words[skip:])) and len(text[match.end() :].split()) <= 6:
                start = match.start() + sum(len(word) + 1 for word in words[:skip])
                return text[:start], _clean_credit(text[start:])
    return None


def _clean_credit(text: str) -> str:
    return text.strip(" \t|–—:：()[]/").rstrip(",").strip()


def _by_sign(text: str) -> tuple[str, str] | None:
    found = list(_CREDIT_SIGN.finditer(text))
    if not found or found[-1].end() == len(text):
        return None
    match = found[-1]
    credit = text[match.end() :]
    if len(credit) > _MAX_CREDIT or re.search(r"[.!?]\s+\w+\s+\w+\s+\w+\s+\w+", credit):
        return None
    if find_date(credit) and match.start() == 0:
        return None
    before, more = text[: match.start()], _clean_credit(credit)
    if not more or _is_rights(more):
        return None
    if before.endswith(("(", "[")):
        before = before[:-1]
    return before, more


def _is_rights(text: str) -> bool:
    """A notice of rights ("2005–2023. All rights reserved") is no picture's credit."""
    return bool(re.match(r"\W*(?:19|20)\d\d\b", text)) or (
        "boilerplate" in phrases_of("© " + text) and bool(re.search(r"(?:19|20)\d\d", text))
    )


def _is_agency(text: str) -> bool:
    _lead, agency, _lower = _credit_tables()
    folded = " ".join(words_of(text))
    if folded not in agency:
        return False
    return not text.strip()[:1].islower() or folded in _credit_tables()[2]


_LOOSE = frozenset(
    "file files archive contributed supplied submitted courtesy handout screenshot facebook twitter instagram youtube"
    " fox amazon disney abc tt cp".split()
)


def _has_agency(text: str) -> bool:
    """Whether a part of `text` (between slashes, commas, "via") is an agency's name."""
    return any(
        _is_agency(part)
        for part in re.split(r"\s*[/,;|•·]\s*|\s+(?:via|for|für|pour|par|by)\s+|\s+[–—\-]\s+", text)
        if part
    )


def _starts_with_lead(text: str) -> int:
    """The length of a credit's lead word at the start of `text` ("Photo by ", "Foto: "), 0 without one."""
    lead, _agency, _lower = _credit_tables()
    colon = re.match(r"([^:：=]{2,30})[:：=]\s*", text)
    if colon and " ".join(words_of(colon[1])) in lead:
        return colon.end()
    words = list(re.finditer(r"[^\W\d_]+", text[:60]))
    for count in (3, 2):
        if len(words) > count:
            phrase = " ".join(words_of(text[: words[count - 1].end()]))
            if phrase in lead:
                return words[count].start()
    return 0


_NAME_SLASH_OUTLET = re.compile(
    r"(?:[^\W\d_a-zà-ÿ][\w.'’\-]*\s?){1,5}\s?/\s?(?:(?:[^\W\d_a-zà-ÿ][\w.'’\-]*|of|the|de|for|via)\s?){1,6}"
    r"|[^\s]{1,20}(?:撮影|提供)"
)


def _by_parentheses(text: str) -> tuple[str, str] | None:
    match = _PARENTHESES.search(text[-160:])
    if match is None:
        return None
    inner = match[1].strip()
    length = _starts_with_lead(inner)
    if not length and not _has_agency(inner) and not _NAME_SLASH_OUTLET.fullmatch(inner):
        return None
    start = len(text) - len(text[-160:]) + match.start()
    credit = _clean_credit(inner[length:] if length else inner)
    if not credit:
        return None
    lead = 0 if length or start > _MAX_CREDIT else _starts_with_lead(text)
    if lead and ":" in text[:lead] and text[lead:start].strip():
        # "Photo: Name (Agency)" is a credit as a whole.
        return "", text[lead:].strip(" .")
    return text[:start], credit


_TAKEN_BY = re.compile(
    r"(?:(?<=[。！？）)])\s?|^(?=[^\s]{2,8}\s))((?:[^\s。，、！？]{2,8}\s)?[^\s。，、！？]{2,16}?\s?(?<!拍)摄影?"
    r"(?:\s?/\s?[^\s。，、！？]{2,12})?)[。.]?$"
)


def _by_verb(text: str) -> tuple[str, str] | None:
    """ "…。本报记者 某某 摄", "…。某某摄/CPA": who took it, with the verb behind the name, in Chinese."""
    match = _TAKEN_BY.search(text, max(0, len(text) - 40))
    return (text[: match.start()], match[1].strip()) if match else None


def _by_lead(text: str) -> tuple[str, str] | None:
    """ "… words. Photo: Name / Agency": a lead word with a colon or "by", near the end, and no sentence after it."""
    low = max(0, len(text) - _MAX_CREDIT - 30)
    for sign in _LEAD_SIGN.finditer(text, low):
        start = _lead_start(text, low, sign)
        if start is None:
            continue
        credit = _clean_credit(text[sign.end() :])
        if not credit or len(credit) > _MAX_CREDIT or len(credit.split()) > 12 or _SENTENCE_WITHIN.search(credit):
            continue
        if not (re.match(r"\W*[^\W\d_a-zà-öø-ÿ]", credit) or _has_agency(credit)):
            continue
        return text[:start].rstrip(" ([|/-–—"), credit
    return None


_LEAD_SIGN = re.compile(r"\s?[:：]\s*|(?<=\s)(?:by|von|de|di|of|av|af|door|courtesy)\s+(?=[^\W\d_a-z])")
_SENTENCE_WITHIN = re.compile(r"[.!?]\s+\w+ \w+ \w+ \w+")
_LAST_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){0,2}$")


def _lead_start(text: str, low: int, sign: re.Match[str]) -> int | None:
    """Where the lead words that end at the sign (a colon, or a "by" that belongs to them) begin, if they are some."""
    lead, _agency, _lower = _credit_tables()
    is_colon = sign[0].strip() in (":", "：")
    end = sign.start() if is_colon else sign.end()
    found = _LAST_WORDS.search(text[max(low, end - 40) : end].rstrip())
    if found is None:
        return None
    words = found[0].split(" ")
    base = max(low, end - 40) + found.start()
    for skip in range(len(words)):
        chosen = words[skip:]
        if not is_colon and len(chosen) < 2:
            return None
        if " ".join(words_of(" ".join(chosen))) in lead:
            start = base + sum(len(word) + 1 for word in words[:skip])
            before = text[:start].rstrip()
            if skip and before and not is_colon and chosen[0][:1].islower():
                return None
            if (
                before
                and chosen[0][:1].islower()
                and not before.endswith((".", "!", "?", ")", "/", "|", "–", "—", "-", "”", '"'))
            ):
                return None
            return start
    return None


def _by_tail(text: str) -> tuple[str, str] | None:
    """The last short stretch after a sentence's end that names an agency: "REUTERS/Name", "Name / AFP"."""
    low = max(0, len(text) - _MAX_CREDIT)
    best: int | None = 0 if low == 0 and len(text) <= 70 else None
    for match in _TAIL_BREAK.finditer(text, low):
        tail = text[match.end() :]
        if match[0].strip() == "/" or not tail:
            continue
        if len(tail) <= 80 and _is_credit_like(tail) and best in (None, 0):
            return text[: match.start()], _clean_credit(tail)
    if best == 0 and _is_credit_like(text):
        head, comma, rest = text.partition(",")
        is_led = comma and " ".join(words_of(head)) in _credit_tables()[0]
        return "", _clean_credit(rest if is_led else text)
    last = re.search(r"(?:\s|(?<=[.)»”]))((?:[A-Z][\w.]+ )?[^\W_]+)$", text)
    if last is None or not _is_agency(last[1]) or set(words_of(last[1])) & _LOOSE:
        return None
    return (text[: last.start()], last[1]) if " " in last[1] or last[1].isupper() else None


def _is_credit_like(text: str) -> bool:
    if text.endswith((".", "!", "?")) and not text.endswith((" Inc.", " Ltd.")):
        text = text[:-1]
        if " " in text and not re.search(r"[/|]", text):
            return False
    if re.match(r"(?:AP|AFP|EPA|REUTERS|Reuters|Getty)(?: Photo| Images)?\s?/", text):
        return True
    if not _has_agency(text):
        return False
    parts = [p for p in re.split(r"\s*[/,;|•·]\s*|\s+(?:via|for)\s+", text) if p]
    if len(parts) == 1:
        return not set(words_of(text)) <= _LOOSE
    return all(len(p.split()) <= 5 for p in parts)


# ------------------------------------------------------------------------------------------------ bylines

_PARTICLES = frozenset(
    "de da do dos das di del della la le les el al bin ibn ben van von der den zu zur und y e af av ten ter te du des"
    " abu bint mac mc san st".split()
)
_CUT = re.compile(r"\s*(?:[|•·●\n]|\s[–—\-]\s|\(|\[|\bfor\b|\bin\b|\bat\b|https?:|@)")
_LETTERS = re.compile(r"[^\w]*([^\W\d_]+)")
_DIGIT = re.compile(r"\d")
_GLUED_LEAD = re.compile(r"^(By|Von|Par|Por)(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ])")
_GLUED_WORDS = tuple("Published Updated Posted Staff Senior Reporter Contributor Editor Writer Correspondent".split())
_GLUED_TAIL = re.compile(rf"(?<=[a-zà-öø-ÿ.])(?=(?:{'|'.join(_GLUED_WORDS)})\b)")
_INNER_LEAD = re.compile(r"\s((?:[Bb]y|[Vv]on|[Pp]ar|[Pp]or)\s+[^\W\d_a-zà-öø-ÿ][^|]{3,60})")
_ROLE_WITHIN = re.compile("기자|記者|记者|特派員|論説委員|編集委員")
_ROLE_TAIL = re.compile(r"(?:기자|記者|记者|特派員|論説委員|編集委員)$")


@lru_cache(maxsize=1)
def _byline_tables() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    tables = {
        name: frozenset(" ".join(words_of(e)) or e for e in entries) for name, entries in sections("lines_bylines.txt")
    }
    return tables["lead"], tables["role"], tables["join"]


def split_byline(text: str, *, is_lead_needed: bool = True) -> tuple[str, ...]:
    """The names in a byline ("By Jane Doe and John Roe, staff writers" gives two); () if the line is none.

    With `is_lead_needed` False a line of nothing but names (and roles, and a date) is one too: for lines that stand
    where bylines stand.
    """
    if not 3 <= len(text) <= _MAX_BYLINE or not _may_be_byline(text, is_lead_needed=is_lead_needed):
        return ()
    text = _unglued(" ".join(text.split()))
    inner = _inner_lead(text)
    if inner and (not is_lead_needed or find_date(text)):
        text = text[inner.start(1) :]
    first = _LETTERS.match(text)
    has_first = first is not None and first[1].casefold() in _first_words()
    is_plain = not (has_first or "," in text or "|" in text or (not text.isascii() and _ROLE_WITHIN.search(text)))
    if is_lead_needed and is_plain and (len(text) > 80 or not _ends_with_role(text)):
        return ()
    rest, has_lead = _after_lead(text) if has_first else (text, False)
    digit = _DIGIT.search(rest)
    if digit:
        found = find_date(rest)
        if found:
            rest = rest[: found[1]]
            digit = _DIGIT.search(rest)
    rest = _trim_label(rest)
    tail = None if rest.isascii() else _ROLE_TAIL.search(rest)
    if tail and 2 <= len(rest) - len(tail[0]) <= 12:
        return (rest[: tail.start()].strip(),)
    if digit and digit.start() < len(rest):
        rest = _trim_label(rest[: digit.start()])
    cut = _CUT.search(rest)
    if cut:
        rest = rest[: cut.start()]
    if has_lead:
        return _names(rest, is_one_word_enough=True)
    names = _names(rest, is_one_word_enough=False)
    if not is_lead_needed:
        return names
    has_role = any(_is_role(part) for part in re.split(r"\s*[,|]\s*", text)[1:]) or (
        names != () and names[0] + " " in rest
    )
    return names if has_role and len(rest) <= 60 else ()


def _may_be_byline(text: str, *, is_lead_needed: bool) -> bool:
    """Whether `text` begins with a word that leads a byline, has one within, or a word for a role; where no lead is
    needed, whether it begins as a name does."""
    first = _LETTERS.match(text)
    if first is None:
        return False
    word = first[1].casefold()
    if word in _first_words() or word.startswith(_GLUED_LEADS) or _inner_lead(text) is not None:
        return True
    if not is_lead_needed:
        return _may_be_names(text)
    if not text.isascii():
        return True
    return not _role_words().isdisjoint(_ASCII_WORD.findall(text.casefold()))


def _inner_lead(text: str) -> re.Match[str] | None:
    """A "By" and a name inside a short line."""
    if len(text) >= 120:
        return None
    folded = text.lower()
    if " by " in folded or " von " in folded or " par " in folded or " por " in folded:
        return _INNER_LEAD.search(text)
    return None


def _unglued(text: str) -> str:
    """ "ByJane DoePublished May 1" with the blanks that its elements had between them."""
    for word in _GLUED_WORDS:
        if word in text:
            text = _GLUED_TAIL.sub(" ", text)
            break
    return _GLUED_LEAD.sub(r"\1 ", text) if text.startswith(("By", "Von", "Par", "Por")) else text


def _may_be_names(text: str) -> bool:
    """Whether the first two words are written as those of a name are, or say a role."""
    words = text.split(None, 2)[:2]
    if len(words) < 2:
        return _ROLE_WITHIN.search(text) is not None or not text.isascii() or "," in text
    for word in words:
        if word[0].islower() and not word.endswith(",") and word.casefold() not in _small_name_words():
            return False
    return True


@lru_cache(maxsize=1)
def _small_name_words() -> frozenset[str]:
    """What is written small within a line of names."""
    _lead, roles, join = _byline_tables()
    return _PARTICLES | join | frozenset(word for role in roles for word in role.split(" "))


_GLUED_LEADS = ("by", "von", "par", "por")
_ASCII_WORD = re.compile("[a-z]+")


@lru_cache(maxsize=1)
def _role_words() -> frozenset[str]:
    return frozenset(role.split(" ")[-1] for role in _byline_tables()[1])


_LABEL_TAIL = re.compile(
    r"[\s,|•·–—\-]*(?:\b(?:last updated|updated|published|posted|first published|on|am|le|el|vom|stand|vor|hace|il y a"
    r"|há|fa|för|for|mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b)?"
    r"(?: on\b| at\b)?\s*[:,|•·–—\-]*\s*$",
    re.IGNORECASE,
)


_LAST_LETTERS = re.compile(r"[^\W\d_]+$")
_LABEL_END_CHARS = 12
"""More than the longest of the words below has."""
_LABEL_ENDS = frozenset(
    "updated published posted on am le el vom stand vor hace a há fa för for at mon tue wed thu fri sat sun monday"
    " tuesday wednesday thursday friday saturday sunday".split()
)


def _trim_label(rest: str) -> str:
    """Without a label of the date that was cut off ("Published", "Updated on:")."""
    last = _LAST_LETTERS.search(rest, max(0, len(rest) - _LABEL_END_CHARS))
    if last is not None and last[0].casefold() not in _LABEL_ENDS:
        return rest
    low = max(0, len(rest) - 40)
    match = _LABEL_TAIL.search(rest, low)
    return rest[: match.start()] if match else rest


def _after_lead(text: str) -> tuple[str, bool]:
    lead, _role, _join = _byline_tables()
    colon = re.match(r"([^:：]{1,30})[:：]\s*", text)
    if colon and " ".join(words_of(colon[1])) in lead:
        inner, _has = _after_lead(text[colon.end() :])
        return inner, True
    words = list(re.finditer(r"[^\W\d_]+", text[:60]))
    for count in (4, 3, 2, 1):
        if len(words) > count and " ".join(words_of(text[: words[count - 1].end()])) in lead:
            gap = text[words[count - 1].end() : words[count].start()]
            if not gap.strip() or not gap.strip(" |:-–—"):
                return text[words[count].start() :], True
    return text, False


def _is_role(part: str) -> bool:
    _lead, roles, _join = _byline_tables()
    words = words_of(part)
    if not words:
        return False
    if " ".join(words) in roles or " ".join(words[-2:]) in roles:
        return True
    return words[-1] in roles and (len(words) > 2 or part.rsplit(maxsplit=1)[-1][:1].islower())


def _names(text: str, *, is_one_word_enough: bool) -> tuple[str, ...]:
    names: list[str] = []
    for piece in _pieces(text):
        part = _once(_without_role(piece.strip(' .:-–—*"“”')))
        if not part or _is_role(part):
            continue
        if not _is_name(part, is_one_word_enough=is_one_word_enough):
            if names and is_one_word_enough:
                break
            return ()
        if part not in names and not (names and " " in names[0] and " " not in part):
            names.append(part)
    return tuple(names)


def _once(part: str) -> str:
    """ "Ann Example Ann Example" (a picture's text run together with the name) once."""
    words = part.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half and len(words) % 2 == 0 and words[:half] == words[half:] else part


def _ends_with_role(text: str) -> bool:
    """Whether the last word, before any digit, is a role ("… Transport correspondent")."""
    digit = _DIGIT.search(text)
    words = words_of(_trim_label(text[: digit.start()]) if digit else text)
    return len(words) >= 3 and words[-1] in _byline_tables()[1]


def _without_role(part: str) -> str:
    """ "Jane Doe Staff Writer" without the role that runs on behind the name."""
    words = part.split()
    if len(words) >= 3 and _is_role(" ".join(words[-2:])) and (tail := words[2:]):
        count = 2
        while count < len(words) - 1 and words[count - 1].casefold() in _PARTICLES:
            count += 1
        if len(tail) <= 4:
            return " ".join(words[:count])
    return part


def _pieces(text: str) -> list[str]:
    """What stands between commas and words like "and"."""
    if _SEPARATORS.isdisjoint(text) and _joins().isdisjoint(text.casefold().split()):
        return [text]
    return _between_names().split(text)


_SEPARATORS = frozenset(",;&/、，")


@lru_cache(maxsize=1)
def _joins() -> frozenset[str]:
    return _byline_tables()[2]


@lru_cache(maxsize=1)
def _between_names() -> re.Pattern[str]:
    _lead, _roles, join = _byline_tables()
    words = "|".join(sorted(map(re.escape, (word for word in join if word)), key=len, reverse=True))
    return re.compile(rf"\s*[,;&/、，]\s*|\s+(?:{words})\s+", re.IGNORECASE)


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    """The first words of what leads a byline: few lines begin with one."""
    return frozenset(lead.split(" ")[0] for lead in _byline_tables()[0])


def _is_name(text: str, *, is_one_word_enough: bool) -> bool:
    words = text.split()
    if not (1 if is_one_word_enough else 2) <= len(words) <= 5 or len(text) > 60 or _DIGIT.search(text):
        return False
    plain = [w for w in words if w.casefold() not in _PARTICLES]
    if not plain:
        return False
    last = words_of(plain[-1])
    if last and last[-1] in _credit_tables()[0]:
        return False
    for word in plain:
        first = next((ch for ch in word if ch.isalpha()), "")
        if not first or first.islower() or not _NAME_CHARS.fullmatch(word.strip('()"“”')):
            return False
    if len(words) > 1:
        return True
    return len(text) >= 2 and (text.isupper() or _is_agency(text) or not text.isascii())
