"""Passages from occurrences: the engine says where the query's words stand, this module chooses what to show.

An occurrence is a token's position in a zone, counted as the index counts it (`newsidx.analysis.place_tokens`), so
what is lit up is exactly what matched, in the zone where it matched; no word is compared again. The engine calls it
for the hits that are shown, with their stored articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from newsidx.analysis import place_tokens
from newsidx.model import Article, Piece, Snippet
from newsidx.schema import zone_texts

__all__ = ["Match", "headline_pieces", "passages"]

# After a sentence's closing mark (and closing quotes), where the next one begins; CJK marks need no blank after them.
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+|(?<=[。！？])[」』”]*")

_ORDER = ("body", "deck", "caption", "correction", "credit", "tag", "author", "section", "promo", "page", "url")
"""Zones in the order in which equal passages are preferred; the headline is shown by itself."""

# A second mention of a word adds little; a neighbour of another query word adds something: enough to prefer the
# passage where the words stand together, never enough to outweigh one more of the words.
_REPEAT = 0.1
_NEIGHBOUR = 0.15
_LEAD = 0.05


@dataclass(frozen=True, slots=True)
class Match:
    """An occurrence of a part of the query: its zone, its token's position there, which part (`term`, from 0), and
    how much that part weighs in the ranking."""

    zone: str
    position: int
    term: int
    weight: float


@dataclass(frozen=True, slots=True)
class _Spot:
    """A matched token in a paragraph, in code points."""

    start: int
    end: int
    term: int
    weight: float


@dataclass(frozen=True, slots=True)
class _Passage:
    zone: str
    paragraph: int
    start: int
    end: int
    spots: tuple[_Spot, ...]
    value: float

    def terms(self) -> frozenset[int]:
        return frozenset(spot.term for spot in self.spots)


def headline_pieces(article: Article, matches: Iterable[Match]) -> tuple[Piece, ...]:
    """The headline with what matched in it lit up; empty where there is no headline."""
    if not article.headline:
        return ()
    spots = _spots((article.headline,), [match for match in matches if match.zone == "headline"]).get(0, [])
    return _pieces(article.headline, 0, len(article.headline), spots)


def passages(article: Article, matches: Sequence[Match], *, limit: int, chars: int) -> tuple[Snippet, ...]:
    """The best passages, at most `limit`, each of about `chars` code points and never more than twice that.

    A passage stands in one paragraph of one zone. The first shows the most of the query, each further one what the
    former do not; without any match outside the headline it is the beginning of the article.
    """
    if limit <= 0:
        return ()
    texts = {zone.name: paragraphs for zone, paragraphs in zone_texts(article)}
    found: list[_Passage] = []
    for zone in _ORDER:
        in_zone = [match for match in matches if match.zone == zone]
        if in_zone:
            for paragraph, spots in _spots(texts[zone], in_zone).items():
                found.append(_best_window(texts[zone][paragraph], zone, paragraph, spots, chars))
    if not found:
        return _beginning(texts, chars)
    chosen = _choose(found, limit)
    return tuple(
        Snippet(p.zone, p.paragraph, p.start, p.end, _pieces(texts[p.zone][p.paragraph], p.start, p.end, p.spots))
        for p in chosen
    )


def _spots(paragraphs: Sequence[str], matches: Sequence[Match]) -> dict[int, list[_Spot]]:
    """The matched tokens by paragraph; where several parts of the query match one token, the weightiest counts."""
    wanted: dict[int, Match] = {}
    for match in sorted(matches, key=lambda m: (m.weight, -m.term)):
        wanted[match.position] = match
    spots: dict[int, list[_Spot]] = {}
    if wanted:
        last = max(wanted)
        for paragraph, token, position in place_tokens(paragraphs):
            if position > last:
                break
            match_ = wanted.get(position)
            if match_ is not None:
                spot = _Spot(token.start, token.end, match_.term, match_.weight)
                spots.setdefault(paragraph, []).append(spot)
    return spots


def _best_window(text: str, zone: str, paragraph: int, spots: list[_Spot], chars: int) -> _Passage:
    """The stretch of whole sentences (or, in a long sentence, of whole words) that shows most of the query."""
    best: _Passage | None = None
    for i, first in enumerate(spots):
        inside = [spot for spot in spots[i:] if spot.end <= first.start + chars]
        inside = inside or [first]
        value = _value(inside) + (_LEAD if zone in ("body", "deck") and paragraph == 0 else 0.0)
        if best is None or value > best.value + 1e-9:
            best = _Passage(zone, paragraph, first.start, inside[-1].end, tuple(inside), value)
    if best is None:
        raise ValueError("a window needs a match")
    start, end = _widen(text, best.start, best.end, chars)
    inside = [spot for spot in spots if start <= spot.start and spot.end <= end]
    return _Passage(zone, paragraph, start, end, tuple(inside), best.value)


def _value(spots: Sequence[_Spot]) -> float:
    seen: set[int] = set()
    value = 0.0
    last: _Spot | None = None
    for spot in spots:
        value += spot.weight * (_REPEAT if spot.term in seen else 1.0)
        # Within a few words of another part of the query: forty code points are about six words.
        if last is not None and last.term != spot.term and spot.start - last.end <= 40:
            value += _NEIGHBOUR * min(last.weight, spot.weight)
        seen.add(spot.term)
        last = spot
    return value


def _widen(text: str, start: int, end: int, chars: int) -> tuple[int, int]:
    """From a window around matches to whole sentences as far as they fit, else to whole words."""
    bounds = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
    before = max(b for b in bounds if b <= start)
    after = min(b for b in bounds if b >= end)
    if after - before > chars:
        return _whole_words(text, start, end, before, after, chars)
    while True:  # add what follows, then what precedes, while whole sentences fit
        following = next((b for b in bounds if b > after), after)
        if following > after and following - before <= chars:
            after = following
            continue
        preceding = max((b for b in bounds if b < before), default=before)
        if preceding < before and after - preceding <= chars:
            before = preceding
            continue
        return _trimmed(text, before, after)


def _whole_words(text: str, start: int, end: int, before: int, after: int, chars: int) -> tuple[int, int]:
    """About `chars` code points around [start, end) inside the sentence [before, after), cut between words: a third
    of the room goes before, since what follows a match explains it more often than what precedes it."""
    room = max(0, chars - (end - start))
    low = max(before, start - room // 3)
    while low < start and not _may_cut(text, low):
        low += 1
    high = max(end, min(after, low + chars))
    while high > end and not _may_cut(text, high):
        high -= 1
    while high < after and not _may_cut(text, high):  # not even the first word fits
        high += 1
    return _trimmed(text, low, high)


def _may_cut(text: str, at: int) -> bool:
    """Whether a text may be cut before the code point at `at`: beside a blank, and in scripts that write none."""
    if at in (0, len(text)):
        return True
    return text[at - 1].isspace() or text[at].isspace() or _is_segmentless(text[at])


def _is_segmentless(char: str) -> bool:
    """Whether this is of a script that writes no blanks between words."""
    return "\u0e00" <= char <= "\u0eff" or "\u1000" <= char <= "\u109f" or "\u2e80" <= char <= "\u9fff"


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def _choose(found: list[_Passage], limit: int) -> list[_Passage]:
    """Greedily: the most valuable first, then whatever shows what is not shown yet, then the next most valuable;
    in reading order within the choice."""
    rest = sorted(found, key=lambda p: (-p.value, _ORDER.index(p.zone), p.paragraph))
    chosen: list[_Passage] = []
    shown: set[int] = set()
    while rest and len(chosen) < limit:
        pick = max(rest, key=lambda p: sum({s.term: s.weight for s in p.spots if s.term not in shown}.values()))
        rest.remove(pick)
        shown |= pick.terms()
        chosen.append(pick)
    first, *others = chosen
    return [first, *sorted(others, key=lambda p: (_ORDER.index(p.zone), p.paragraph))]


def _beginning(texts: dict[str, tuple[str, ...]], chars: int) -> tuple[Snippet, ...]:
    for zone in _ORDER:
        for number, text in enumerate(texts[zone]):
            if text.strip():
                first = next((token.end for _, token, _ in place_tokens((text,))), 1)
                start, end = _widen(text, 0, first, chars)
                return (Snippet(zone, number, start, end, _pieces(text, start, end, ())),)
    return ()


def _pieces(text: str, start: int, end: int, spots: Iterable[_Spot]) -> tuple[Piece, ...]:
    return tuple(_cut(text, start, end, spots))


def _cut(text: str, start: int, end: int, spots: Iterable[_Spot]) -> Iterator[Piece]:
    at = start
    for spot in sorted(spots, key=lambda s: s.start):
        if spot.start > at:
            yield Piece(text[at : spot.start])
        yield Piece(text[spot.start : spot.end], True)
        at = spot.end
    if at < end:
        yield Piece(text[at:end])
