"""Passages from occurrences: the engine says where the query's words stand, this module chooses what to show.

An occurrence is a token's position in a zone, counted as the index counts it (`newsidx.analysis.place_tokens`), so
what is lit up is exactly what matched, in the zone where it matched; no word is compared again. The engine calls it
for the hits that are shown, with their stored articles.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from newsidx.analysis import place_tokens, sentence_bounds
from newsidx.frozen import dataclass
from newsidx.model import Article, Piece, Snippet
from newsidx.schema import zone_texts

__all__ = ["Match", "headline_pieces", "passages"]

_ORDER = ("body", "deck", "caption", "correction", "credit", "tag", "author", "section", "promo", "page", "url")
"""Zones in the order in which equal passages are preferred; the headline is shown by itself."""

# A second mention of a word adds little; a neighbour of another query word adds something: enough to prefer the
# passage where the words stand together, never enough to outweigh one more of the words.
_REPEAT = 0.1
_NEIGHBOUR = 0.15
_LEAD = 0.05

_MIN_CHARS = 20
"""Passages of fewer code points are not asked for in earnest; they are cut as if of so many."""


_MAX_WINDOWS = 20
"""Passages that one paragraph gives at most: a page in one paragraph has no more worth showing."""


_COMPARED = 50
"""Passages that others are compared with, to see whether they say more."""


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


def headline_pieces(article: Article, matches: Iterable[Match]) -> tuple[Piece, ...]:
    """The headline with what matched in it lit up; empty where there is no headline."""
    if not article.headline:
        return ()
    spots = _spots((article.headline,), [match for match in matches if match.zone == "headline"]).get(0, [])
    return _pieces(article.headline, 0, len(article.headline), spots)


def passages(article: Article, matches: Sequence[Match], *, limit: int, chars: int) -> tuple[Snippet, ...]:
    """The best passages, at most `limit`, each of about `chars` code points and never more than twice that (of twenty,
    where fewer are asked for): a token that is longer is cut.

    A passage stands in one paragraph of one zone; a long paragraph gives several, which do not overlap. The first shows
    the most of the query, each further one what the former do not, and none says what another one says; without any
    match outside the headline it is the beginning of the article.
    """
    if limit <= 0:
        return ()
    texts = {zone.name: paragraphs for zone, paragraphs in zone_texts(article)}
    found: list[_Passage] = []
    for zone in _ORDER:
        in_zone = [match for match in matches if match.zone == zone]
        if in_zone:
            for paragraph, spots in _spots(texts[zone], in_zone).items():
                found += _windows(texts[zone][paragraph], zone, paragraph, spots, chars, limit)
    if not found:
        return _beginning(texts, chars)
    chosen = _choose(_each_once(found, texts), limit)
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


def _windows(text: str, zone: str, paragraph: int, spots: list[_Spot], chars: int, limit: int) -> Iterator[_Passage]:
    """The best window of a paragraph, then the best of what lies before and behind it, and so on, at most `limit`."""
    rest: list[tuple[_Passage, tuple[int, int], list[_Spot]]] = []

    def look(within: tuple[int, int], some: list[_Spot]) -> None:
        if some:
            rest.append((_best_window(text, zone, paragraph, some, chars, within), within, some))

    look((0, len(text)), spots)
    for _ in range(min(limit, _MAX_WINDOWS)):
        if not rest:
            return
        best = min(rest, key=lambda each: _by_value(each[0]))
        rest.remove(best)
        passage, (low, high), some = best
        yield passage
        look((low, passage.start), [spot for spot in some if spot.end <= passage.start])
        look((passage.end, high), [spot for spot in some if spot.start >= passage.end])


def _best_window(
    text: str, zone: str, paragraph: int, spots: list[_Spot], chars: int, within: tuple[int, int]
) -> _Passage:
    """The stretch of whole sentences (or, in a long sentence, of whole words) that shows most of the query."""
    first, last, value = _best_run(spots, chars)
    if zone in ("body", "deck") and paragraph == 0 and within[0] == 0:
        value += _LEAD
    start, end = _widen(text, spots[first].start, spots[last].end, chars, within)
    end = min(end, start + 2 * max(chars, _MIN_CHARS))
    inside = [spot for spot in spots if start <= spot.start < end and (spot.end <= end or spot is spots[first])]
    return _Passage(zone, paragraph, start, end, tuple(inside), value)


def _each_once(found: list[_Passage], texts: dict[str, tuple[str, ...]]) -> list[_Passage]:
    """Without passages whose text stands in that of a better one: a caption or a deck that the body repeats."""
    kept: dict[str, _Passage] = {}
    for passage in sorted(found, key=_by_value):
        said = " ".join(texts[passage.zone][passage.paragraph][passage.start : passage.end].split())
        if said not in kept and not (len(kept) < _COMPARED and any(said in other for other in kept)):
            kept[said] = passage
    return list(kept.values())


def _best_run(spots: Sequence[_Spot], chars: int) -> tuple[int, int, float]:
    """The first of the most valuable runs of spots within `chars` code points: its ends, both included, its value.

    The first mention of a part counts in full, each further one little; a neighbour of another part adds something.
    Both ends only move on, and the value with them, so that a paragraph of one word costs no more than another.
    """
    again = _next_of_same_term(spots)
    shown: dict[int, int] = {}  # term → mentions in the run
    best = (0, 0, -1.0)
    value = 0.0
    end = 0
    for start, spot in enumerate(spots):
        while end < len(spots) and (end <= start or spots[end].end <= spot.start + chars):
            new = spots[end]
            value += new.weight * (_REPEAT if shown.get(new.term) else 1.0)
            value += _together(spots[end - 1], new) if end > start else 0.0
            shown[new.term] = shown.get(new.term, 0) + 1
            end += 1
        if value > best[2] + 1e-9:
            best = (start, end - 1, value)
        # The first spot leaves; the next mention of its part, if there is one, is now the first.
        shown[spot.term] -= 1
        value -= spot.weight
        if shown[spot.term]:
            value += (1.0 - _REPEAT) * spots[again[start]].weight
        if end > start + 1:
            value -= _together(spot, spots[start + 1])
    return best


def _next_of_same_term(spots: Sequence[_Spot]) -> list[int]:
    """For each spot the number of the next one of its term (its own where there is none)."""
    following = list(range(len(spots)))
    seen: dict[int, int] = {}
    for i in reversed(range(len(spots))):
        following[i] = seen.get(spots[i].term, i)
        seen[spots[i].term] = i
    return following


def _together(spot: _Spot, following: _Spot) -> float:
    # Within a few words of another part of the query: forty code points are about six words.
    if spot.term == following.term or following.start - spot.end > 40:
        return 0.0
    return _NEIGHBOUR * min(spot.weight, following.weight)


def _widen(text: str, start: int, end: int, chars: int, within: tuple[int, int]) -> tuple[int, int]:
    """From a window around matches to whole sentences as far as they fit, else to whole words; inside of `within`.

    Only the neighbourhood is looked at: a sentence that is longer does not fit.
    """
    low = max(within[0], start - 2 * chars - _MIN_CHARS)
    high = min(within[1], end + 2 * chars + _MIN_CHARS)
    bounds = [low + bound for bound in sentence_bounds(text[low:high])]
    first = bisect_right(bounds, start) - 1
    last = bisect_left(bounds, end)
    if bounds[last] - bounds[first] > chars:
        return _whole_words(text, start, end, bounds[first], bounds[last], chars)
    while True:  # add what follows, then what precedes, while whole sentences fit
        if last + 1 < len(bounds) and bounds[last + 1] - bounds[first] <= chars:
            last += 1
        elif first and bounds[last] - bounds[first - 1] <= chars:
            first -= 1
        else:
            return _trimmed(text, bounds[first], bounds[last])


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
    most = min(after, low + 2 * max(chars, _MIN_CHARS))
    while high < most and not _may_cut(text, high):  # not even the first word fits
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


def _by_value(passage: _Passage) -> tuple[float, int, int, int]:
    """The most valuable first; equal ones in reading order."""
    return (-passage.value, _ORDER.index(passage.zone), passage.paragraph, passage.start)


def _choose(found: list[_Passage], limit: int) -> list[_Passage]:
    """Greedily: the most valuable first, then whatever shows what is not shown yet, then the next most valuable;
    in reading order within the choice."""
    rest = sorted(found, key=_by_value)
    news = [{spot.term: spot.weight for spot in passage.spots} for passage in rest]
    picked: dict[int, None] = {}
    hidden = set().union(*news)
    while hidden and len(picked) < limit:
        pick = max(range(len(rest)), key=lambda i: sum(news[i][term] for term in news[i].keys() & hidden))
        picked[pick] = None
        hidden -= news[pick].keys()
    for i in range(len(rest)):
        if len(picked) >= limit:
            break
        picked[i] = None
    first, *others = [rest[i] for i in picked]
    return [first, *sorted(others, key=lambda p: (_ORDER.index(p.zone), p.paragraph, p.start))]


def _beginning(texts: dict[str, tuple[str, ...]], chars: int) -> tuple[Snippet, ...]:
    for zone in _ORDER:
        for number, text in enumerate(texts[zone]):
            if text.strip():
                first = next((token.end for _, token, _ in place_tokens((text,))), 1)
                start, end = _widen(text, 0, first, chars, (0, len(text)))
                end = min(end, start + 2 * max(chars, _MIN_CHARS))
                return (Snippet(zone, number, start, end, _pieces(text, start, end, ())),)
    return ()


def _pieces(text: str, start: int, end: int, spots: Iterable[_Spot]) -> tuple[Piece, ...]:
    return tuple(_cut(text, start, end, spots))


def _cut(text: str, start: int, end: int, spots: Iterable[_Spot]) -> Iterator[Piece]:
    at = start
    for spot in sorted(spots, key=lambda s: s.start):
        if spot.start > at:
            yield Piece(text[at : spot.start])
        at = min(spot.end, end)
        yield Piece(text[spot.start : at], True)
    if at < end:
        yield Piece(text[at:end])
