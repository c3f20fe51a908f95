"""The lines of a dump, labelled: which are headline, deck, body, caption, credit, byline, date, promo; the rest: page.

Order of evidence: the run of lines with the greatest weight (`text_body`), the headline before it (`text_headline`),
then each line between the headline and the run's end by its own words and by its neighbours. What stands outside is
page, or promo where it heads or lists other articles. Then the trained models (`trees`) have a second say on body and
deck; what a credit, or the text of an image, says of a caption they do not overrule. Called by `text`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsidx.extract.blocks import Label
from newsidx.extract.lines import is_correction
from newsidx.extract.lines_phrases import words_of
from newsidx.extract.text_body import best_run, trim_tail
from newsidx.extract.text_evidence import evidence, is_candidate
from newsidx.extract.text_headline import Headline, find_headline
from newsidx.extract.text_lines import Line, fold
from newsidx.extract.text_places import Places
from newsidx.extract.trees import Forest, load

__all__ = [
    "Layout",
    "candidates",
    "choose_deck",
    "deck_candidates",
    "is_list_of_articles",
    "is_refusal",
    "lay_out",
    "lay_out_by_rules",
    "places_of",
    "second_opinion",
]

_DIGIT = re.compile(r"\d")
_IN_DOUBT = frozenset(("page", "promo", "caption", "head", "byline", "date"))
_AGAIN = Label("page", "text of an image, again as its caption")
_PAIRED = Label("caption", "after the text of its image")
_CREDITED = Label("caption", "credit")
_BEFORE_CREDIT = Label("caption", "before a credit")
_UNENDED = Label("caption", "long line without an end")
_LISTED = Label("promo", "listed below a read-more phrase")
_SURE = (_AGAIN, _PAIRED, _CREDITED, _BEFORE_CREDIT, _LISTED)
_BULLETS = ("— ", "– ", "- ", "* ", "• ", "· ")
_LISTED_CHARS = 160
_SAID = frozenset(("boilerplate", "read-more", "promo-heading", "signup", "advert"))
_PHRASE_CHARS = 120
_OFFERS = frozenset(("signup", "paywall"))
_MAX_OFFER = 300
"""Newsletters and subscriptions, offered between paragraphs. Bodies of Fundus exactly right with lines of up to 120
code points: .175, up to 200 or 300: .183; sites helped and hurt, seen and unseen: 16 and 5 at 200, one more helped at
300."""
RULES_WEIGH = 1.25
"""The log-odds that the rules' word on a line of the body stands for; swept from .75 to 2, by unseen site: flat."""
MIN_DECK = -1.75
PAST_BYLINE = 1.0
BETWEEN_TEXT = 1.0
"""Log-odds that a deck needs, and what is taken off where a paragraph stands below byline or date, or between headline
and text with nothing beside it. Swept from -2.5 to 0 and from 0 to 3, by unseen site: exact decks of Fundus fall from
.58 to .35, and the body of scrapinghub, whose first paragraphs look like decks, rises from .922 to .930."""


@dataclass(slots=True)
class Layout:
    """The labels of all lines (same order), the headline, and the half-open range of the body."""

    labels: list[Label]
    headline: Headline | None
    low: int
    high: int
    credits: dict[int, tuple[str, str]]
    """Captions by their lines, as (text, credit), where the line alone does not tell them apart."""
    places: Places | None = None


def lay_out(lines: list[Line]) -> Layout:
    """Labels for the lines of one page."""
    layout = lay_out_by_rules(lines)
    second_opinion(lines, layout, load("text_body.json"))
    layout.places = places_of(lines, layout)
    choose_deck(lines, layout, load("text_deck.json"))
    _drop_unlikely_captions(lines, layout.labels)
    return layout


def places_of(lines: list[Line], layout: Layout) -> Places:
    """What the models of single fields see, before they change anything."""
    head = layout.headline.index if layout.headline else -1
    return Places(lines, [label.zone for label in layout.labels], head, layout.low, layout.high)


def deck_candidates(lines: list[Line], layout: Layout) -> list[int]:
    """The lines around the headline that are long enough for a deck."""
    head = layout.headline.index if layout.headline else layout.low
    return [
        i
        for i in range(max(0, head - 6), min(len(lines), layout.low + 5))
        if 20 <= lines[i].size <= 700 and layout.labels[i].zone not in ("headline", "again")
    ]


def choose_deck(lines: list[Line], layout: Layout, forest: Forest) -> None:
    """The line that the model would have for the deck, if it would have any; else the one by rule stays."""
    if layout.places is None or layout.headline is None:
        return
    zones = layout.places.zones
    odds: dict[int, float] = {}
    for i in deck_candidates(lines, layout):
        odds[i] = forest.score(layout.places.row(i))
        if zones[i] == "body" and not {"byline", "date"}.isdisjoint(zones[layout.headline.index : i]):
            odds[i] -= PAST_BYLINE
        elif zones[i : i + 2] == ["body", "body"] and zones[i - 1] in ("headline", "again"):
            odds[i] -= BETWEEN_TEXT
    best = max(odds, key=lambda i: (odds[i], -i), default=None)
    if best is None or odds[best] < MIN_DECK or (zones[best] == "body" and not _has_text_beside(lines, layout, best)):
        return
    for i, label in enumerate(layout.labels[: layout.low + 5]):
        if label.zone == "deck" and i != best:
            layout.labels[i] = Label("body" if lines[i].is_prose and i > best else "page", "not the deck")
    layout.labels[best] = Label("deck", "learnt: deck")
    layout.credits.pop(best, None)
    if best == layout.low:
        layout.low = next((i for i in range(best, layout.high) if layout.labels[i].zone == "body"), best)


def _has_text_beside(lines: list[Line], layout: Layout, deck: int) -> bool:
    """Whether the rest of the body is longer than the line: what is the whole of a text is not the deck of it."""
    left = sum([line.size for line, label in zip(lines, layout.labels, strict=True) if label.zone == "body"])
    return left > 2 * lines[deck].size


def lay_out_by_rules(lines: list[Line]) -> Layout:
    """The labels that the rules give; training begins from them too."""
    low, high = best_run(lines)
    headline = find_headline(lines, low, high)
    start = low
    if headline is not None:
        start = headline.index + 1
        if headline.index >= low:
            low = start
    labels = [Label("page", "outside")] * len(lines)
    if headline is not None:
        labels[headline.index] = Label("headline", "headline")
    low = _first_prose(lines, min(start, low) if headline else low, high)
    high = trim_tail(lines, low, high, _authors(lines, start, low))
    for i in range(start, high):
        labels[i] = _inside(lines, i, low, high, headline)
        if _is_listed(lines[i]) and (labels[i - 1] == _LISTED or _heads_list(lines[i - 1], labels[i - 1])):
            labels[i] = _LISTED
    _deck(lines, labels, start, low, high)
    pairs = _pairs(lines, labels, start, high)
    _before_credits(lines, labels, start, low, high)
    _short_lines(lines, labels, low, high)
    _deck(lines, labels, start, low, high)
    low = next((i for i in range(low, high) if labels[i].zone == "body" and lines[i].is_prose), low)
    _outside(lines, labels, 0, start - 1 if headline else low)
    _outside(lines, labels, high, len(lines))
    return Layout(labels, headline, low, high, pairs)


def _is_listed(line: Line) -> bool:
    return line.size < _LISTED_CHARS and line.text.startswith(_BULLETS)


def _heads_list(line: Line, label: Label) -> bool:
    return label.why == "read-more phrase" and line.text.endswith((":", "："))


def candidates(lines: list[Line], layout: Layout) -> list[int]:
    """The lines that the model is asked about: what may be of the body, and what the rules took for it."""
    return [
        line.index
        for line, label in zip(lines, layout.labels, strict=True)
        if label.zone == "body"
        or (label.zone in _IN_DOUBT and label not in _SURE and is_candidate(line) and not _is_phrase(line))
    ]


def _is_phrase(line: Line) -> bool:
    """Whether a short line says by its words that it is none of the body, which no model unsays."""
    return line.size < _PHRASE_CHARS and not _SAID.isdisjoint(line.phrases)


def second_opinion(lines: list[Line], layout: Layout, forest: Forest) -> None:
    """Where the model is surer than the rules are worth, its word counts."""
    labels = layout.labels
    wanted = candidates(lines, layout)
    changed = False
    for i, row in zip(wanted, evidence(lines, wanted), strict=True):
        odds = forest.score(row)
        if labels[i].zone == "body":
            if odds < -RULES_WEIGH:
                labels[i] = Label(
                    "promo" if lines[i].size >= 25 and not lines[i].is_prose else "page", "learnt: no body"
                )
                changed = True
        elif odds > RULES_WEIGH:
            labels[i] = Label("body", "learnt: body")
            layout.credits.pop(i, None)
            changed = True
    if changed:
        body = [i for i, label in enumerate(labels) if label.zone == "body"]
        if body:
            layout.low, layout.high = body[0], body[-1] + 1


def _authors(lines: list[Line], start: int, low: int) -> tuple[str, ...]:
    """The names in the bylines around the headline."""
    for line in lines[max(0, start - 4) : low + 1]:
        if 5 <= line.size < 140:
            names = line.names()
            if names:
                return names
    return ()


def _first_prose(lines: list[Line], start: int, high: int) -> int:
    for i in range(start, high):
        if (
            lines[i].is_prose
            and lines[i].weight > 0.2
            and "signup" not in lines[i].phrases
            and lines[i].credit()[1] is None
        ):
            return i
    return start


def _inside(lines: list[Line], i: int, low: int, high: int, headline: Headline | None) -> Label:
    """The label of a line between the headline and the end of the body, by its own words."""
    line = lines[i]
    text, found = line.text, line.phrases
    if headline is not None and fold(text) == fold(headline.text):
        return Label("again", "headline again")
    if "correction" in found and is_correction(text):
        return Label("correction", "correction phrase")
    if line.is_read_more:
        return Label("promo", "read-more phrase")
    if "promo-heading" in found and line.size < 70:
        return Label("promo", "promo heading")
    if line.size < _MAX_OFFER and not _OFFERS.isdisjoint(found):
        return Label("page", "offer")
    if ("boilerplate" in found and line.size < 250) or "advert" in found or ("comments" in found and line.size < 90):
        return Label("page", "furniture")
    if _DIGIT.search(text) and line.size < 140 and 0 <= line.beside_date() < 60:
        return Label("date", "date")
    if line.size < 120 and line.repeats == 1 and line.names():
        return Label("byline", "byline")
    caption, credit = line.credit() if line.size < 700 else (text, None)
    if credit is not None:
        return _CREDITED if caption else Label("credit", "credit")
    if i < low:
        return Label("head", "between headline and body")
    return Label("body", "in the run")


def _deck(lines: list[Line], labels: list[Label], start: int, low: int, high: int) -> None:
    """The line after the headline that is set apart from the body by a byline or a date is the deck; before the first
    paragraph any full line that is no caption is."""
    for i in range(start, min(high, start + 5)):
        zone = labels[i].zone
        if zone == "deck":
            return
        if zone in ("head", "body") and _may_be_deck(lines[i]):
            if (zone == "head" and i < low) or _is_before_byline(lines, labels, i, high):
                labels[i] = Label("deck", "after the headline")
            return
        if zone not in ("again", "page", "head", "promo") or i >= low:
            return


def _is_before_byline(lines: list[Line], labels: list[Label], i: int, high: int) -> bool:
    """Whether a byline or a date stands between the line and the next paragraph."""
    for j in range(i + 1, min(high, i + 10)):
        if labels[j].zone in ("byline", "date"):
            return True
        if labels[j].zone == "body" and lines[j].is_prose and j > i + 1:
            return False
        if 6 <= lines[j].size < 60 and labels[j].zone in ("page", "promo", "head", "body") and not lines[j].is_final:
            names = lines[j].bare_names()
            if len(names) == 1 and lines[j].repeats >= 2 and j + 1 < high:
                return True
    return False


def _may_be_deck(line: Line) -> bool:
    return 30 <= line.size <= 450 and line.words >= 5 and not line.phrases & {"signup", "consent", "paywall"}


def _pairs(lines: list[Line], labels: list[Label], start: int, high: int) -> dict[int, tuple[str, str]]:
    """An image's text and its caption stand one after the other, the one beginning with the other.

    The longer one is the caption, and what it has more, if short, its credit. Three pairs in a row are no captions
    but titles of other articles beside their pictures.
    """
    parts: dict[int, tuple[str, str]] = {}
    found: list[tuple[int, int]] = []
    i = start
    while i + 1 < high:
        one, two = lines[i], lines[i + 1]
        if _may_pair(one, labels[i]) and _may_pair(two, labels[i + 1]) and _is_pair(one.text, two.text):
            found.append((i, i + 1))
            i += 2
        else:
            i += 1
    for one_at, two_at in found:
        if (one_at - 2, one_at - 1) in found or (two_at + 1, two_at + 2) in found:
            zone = "promo"
            labels[one_at] = labels[two_at] = Label(zone, "titles beside pictures")
            continue
        longer, shorter = (two_at, one_at) if len(lines[two_at].text) >= len(lines[one_at].text) else (one_at, two_at)
        labels[shorter] = _AGAIN
        labels[longer] = _PAIRED
        head, more = lines[shorter].text, lines[longer].text[len(lines[shorter].text) :].strip(" .|/()")
        if lines[longer].credit()[1] is None and more and len(more) <= 60 and len(more.split()) <= 8:
            parts[longer] = (head, more)
    return parts


def _may_pair(line: Line, label: Label) -> bool:
    return (
        16 <= line.size <= 900
        and (line.words >= 4 or line.size >= 36)
        and label.zone in ("body", "head", "caption", "byline", "deck")
    )


def _is_pair(one: str, two: str) -> bool:
    shorter, longer = sorted((fold(one), fold(two)), key=len)
    return longer.startswith(shorter) and len(longer) - len(shorter) <= max(160, len(shorter))


def _before_credits(lines: list[Line], labels: list[Label], start: int, low: int, high: int) -> None:
    """The line before a credit is its caption, if it is no paragraph of the body; so are long lines without an end."""
    for i in range(start, high):
        line = lines[i]
        if labels[i].zone not in ("body", "head") or line.size < _MIN_CAPTION:
            continue
        if i + 1 < len(lines) and i + 1 < high and labels[i + 1].zone == "credit":
            is_apart = i <= low or (lines[i + 1].gap == 0 and line.gap > 0)
            if not line.is_final or line.size < (_SENTENCE_APART if is_apart else _SENTENCE_BEFORE_CREDIT):
                labels[i] = _BEFORE_CREDIT
        elif line.size < 16:
            continue
        elif (
            not line.is_final
            and not line.is_prose
            and line.size >= (70 if labels[i].zone == "head" else 120)
            and not _says_again(line.text)
        ):
            labels[i] = _UNENDED


def _drop_unlikely_captions(lines: list[Line], labels: list[Label]) -> None:
    """A long line without an end is a caption only on a page that has no surer one, and then only the first is.

    Of 19 on pages of Fundus 3 were. Captions, F1: all of them .654, none .641 (on some pages it is the only one), these
    .664; of seen sites 7 are helped and none hurt, of unseen ones 4 and 1.
    """
    captions = [i for i, label in enumerate(labels) if label.zone == "caption"]
    unlikely = [i for i in captions if labels[i] == _UNENDED]
    if len(unlikely) == len(captions):
        del unlikely[:1]
    for i in unlikely:
        labels[i] = Label("promo" if lines[i].size >= 40 else "page", "less likely than other captions")


_MIN_CAPTION = 8
_SENTENCE_APART = 260
_SENTENCE_BEFORE_CREDIT = 160
"""Sizes of what is a caption before a credit: names of people are, and within the body short sentences. Captions of
Fundus, F1: from 16 on and no sentence .612, from 8 on .631, with sentences under 120 .638, under 160 or 220 .644."""


def _says_again(text: str) -> bool:
    """Whether the words repeat as those of a row of buttons do ("facebook Facebook twitter Twitter"), or run on between
    commas as tags do."""
    words = words_of(text[:400])
    return len(set(words)) <= 0.7 * len(words) or text.count(",") >= 0.3 * len(words)


def _short_lines(lines: list[Line], labels: list[Label], low: int, high: int) -> None:
    """Lines inside the body that are no sentence: kept as subheadings between paragraphs, else not the article's.

    Share of such lines that belong to the article, on 470 English and other pages (which the rule was also made on):
    under 70 characters between two paragraphs .68, beside one .49, beside none .35; from 70 to 120 .51, .23 and .16.
    Keeping the longer ones between two paragraphs as well changed the mean body F1 by .0002: not kept.
    """
    is_kept = [labels[i].zone == "body" and lines[i].is_prose for i in range(low, high)]
    for i in range(low, high):
        line = lines[i]
        if labels[i].zone != "body" or is_kept[i - low] or (line.is_final and line.repeats == 1) or _is_item(line.text):
            continue
        before = i > low and is_kept[i - low - 1]
        after = i + 1 < high and is_kept[i - low + 1]
        if line.repeats == 1 and after and (line.size < 40 or (before and line.size < 70)):
            continue
        if line.size >= 40:
            labels[i] = Label("promo", "title between paragraphs")
        else:
            labels[i] = Label("page", "short line between paragraphs")


def _is_item(text: str) -> bool:
    """Whether the line is written as an item of a list."""
    return _ITEM.match(text) is not None


_ITEM = re.compile(r"[•●▪◦‣·*►▶■–—-]\s*\S|\(?\d{1,2}[.)]\s")


def _outside(lines: list[Line], labels: list[Label], start: int, end: int) -> None:
    """Before the headline and after the body: what promotes other articles, by its own words or below a heading."""
    is_promo = False
    is_after = start > 0
    for i in range(max(0, start), end):
        line = lines[i]
        if labels[i].zone != "page":
            continue
        found = line.phrases
        if "correction" in found and is_after and i < start + 30 and is_correction(line.text):
            labels[i] = Label("correction", "correction phrase")
        elif line.is_read_more and line.size >= 25:
            labels[i] = Label("promo", "read-more phrase")
        elif "promo-heading" in found and line.size < 70:
            is_promo = True
            labels[i] = Label("promo", "promo heading")
        elif (
            "comments" in found
            or "tags-lead" in found
            or _is_rights(line.text)
            or ("consent" in found and line.size > 60)
        ):
            is_promo = False
        elif is_promo and not found & {"boilerplate", "advert", "signup"} and (line.words >= 4 or line.size >= 36):
            labels[i] = Label("promo", "below a promo heading")


def _is_rights(text: str) -> bool:
    return text.startswith(("©", "(c) ", "(C) ", "Copyright"))


def is_list_of_articles(lines: list[Line], layout: Layout) -> bool:
    """Whether what was taken for the body is a front page's: titles and a sentence to each, in turn, many of them.

    Of 959 real pages in three styles of dump one is called so, a law firm's home page; three made-up front pages have
    12 or 13 such sentences, which is all that the bound rests on.
    """
    prose = {i for i in range(layout.low, layout.high) if layout.labels[i].zone == "body" and lines[i].is_prose}
    if len(prose) < _LIST_LINES:
        return False
    in_pairs = sum(i + 1 in prose for i in prose)
    sizes = sorted(lines[i].size for i in prose)
    titles = sum(
        i not in prose and lines[i].size >= 25 and not lines[i].is_final for i in range(layout.low, layout.high)
    )
    return in_pairs <= 0.1 * len(prose) and sizes[len(sizes) // 2] < 140 and titles >= 0.6 * len(prose)


_LIST_LINES = 10


def is_refusal(lines: list[Line], layout: Layout) -> bool:
    """Whether a short page says that it is none (access denied, not found), or is about consent and nothing else."""
    if any("refusal" in line.phrases and line.size < 160 for line in lines[:60]):
        return True
    body = [lines[i] for i in range(layout.low, layout.high) if layout.labels[i].zone == "body"]
    return bool(body) and 2 * sum(bool(line.phrases & {"consent", "boilerplate"}) for line in body) > len(body)
