"""Passages from occurrences: the engine says where the query's words stand, this module chooses what to show.

An occurrence is a token's position in a zone, counted as the index counts it (`newsidx.analysis.place_tokens`), so
what is lit up is exactly what matched, in the zone where it matched. Where the engine knows how an occurrence is
written, it is looked for as it is written, which spares the reading of the whole text (`newsidx.snippet.places`).
The engine calls this for the hits that are shown, with their stored articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from newsidx.analysis import is_segmentless, place_tokens, primary, sentence_breaks
from newsidx.frozen import dataclass
from newsidx.model import Article, Piece, Snippet
from newsidx.schema import zone_paragraphs
from newsidx.snippet.places import Match, Spot, spots_of

__all__ = ["headline_pieces", "passages"]

_ORDER = ("body", "deck", "caption", "correction", "credit", "tag", "author", "section", "promo", "page", "url")
"""Zones in the order in which equal passages are preferred; the headline is shown by itself."""
_LEADING = 2
"""So many of these, whose first paragraph is the lead."""

# A second mention of a word adds little; a neighbour of another query word adds something: enough to prefer the
# passage where the words stand together, never enough to outweigh one more of the words.
_REPEAT = 0.1
_NEIGHBOUR = 0.15
_LEAD = 0.05

_MIN_CHARS = 20
"""Passages of fewer code points are not asked for in earnest; they are cut as if of so many."""


_MAX_WINDOWS = 20
"""Passages that one paragraph gives at most: a page in one paragraph has no more worth showing."""


_MARGIN = 8
"""Code points around a stretch in which the end of a sentence may begin or end."""


@dataclass(slots=True, eq=False)
class _Run:
    """Matched tokens of a paragraph that fit into one passage: those of `spots` from `first` to `last`. `spots` are
    all of one part of the paragraph: before or behind the run `beside`, where there is one, whose passage goes before.

    Sorted by `key`, the most valuable comes first, equal ones in reading order.
    """

    key: tuple[float, int, int, int]
    first: int
    last: int
    spots: list[Spot]
    beside: _Run | None
    is_before: bool
    around: tuple[int, int] | None = None
    """Its passage, once it is worked out."""

    @property
    def own(self) -> list[Spot]:
        return self.spots[self.first : self.last + 1]


def headline_pieces(article: Article, matches: Iterable[Match]) -> tuple[Piece, ...]:
    """The headline with what matched in it lit up; empty where there is no headline."""
    if not article.headline:
        return ()
    spots = spots_of((article.headline,), [match for match in matches if match.zone == "headline"]).get(0, [])
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
    texts: dict[str, tuple[str, ...]] = {}
    by_zone: dict[str, list[Match]] = {}
    for match in matches:
        by_zone.setdefault(match.zone, []).append(match)
    spots: dict[tuple[int, int], list[Spot]] = {}
    runs: list[_Run] = []
    for number, zone in enumerate(_ORDER):
        if zone in by_zone:
            texts[zone] = zone_paragraphs(article, zone)
            for paragraph, some in spots_of(texts[zone], by_zone[zone]).items():
                spots[number, paragraph] = some
                if limit == 1:
                    runs.append(_best_run(number, paragraph, some, chars, None))
                else:
                    runs += _runs(number, paragraph, some, chars, limit)
    if not runs:
        return _beginning(article, chars)
    return _Choice(texts, chars, limit, primary(article.lang)).of(runs, spots)


def _runs(zone: int, paragraph: int, spots: list[Spot], chars: int, limit: int) -> Iterator[_Run]:
    """The best run of a paragraph, then the best of what lies before and behind it, and so on, at most `limit`."""
    rest = [_best_run(zone, paragraph, spots, chars, None)]
    for _ in range(min(limit, _MAX_WINDOWS)):
        if not rest:
            return
        best = min(rest, key=_key)
        rest.remove(best)
        yield best
        if limit > 1:
            before, behind = best.spots[: best.first], best.spots[best.last + 1 :]
            if before:
                rest.append(_best_run(zone, paragraph, before, chars, best, is_before=True))
            if behind:
                rest.append(_best_run(zone, paragraph, behind, chars, best))


_key = attrgetter("key")


def _best_run(
    zone: int, paragraph: int, spots: list[Spot], chars: int, beside: _Run | None, *, is_before: bool = False
) -> _Run:
    first, last, value = _best_stretch(spots, chars)
    if paragraph == 0 and zone < _LEADING and _is_first(beside, is_before):
        value += _LEAD
    return _Run((-value, zone, paragraph, spots[first][0]), first, last, spots, beside, is_before)


def _is_first(beside: _Run | None, is_before: bool) -> bool:
    """Whether the part of the paragraph begins it."""
    while beside is not None:
        if not is_before:
            return False
        is_before, beside = beside.is_before, beside.beside
    return True


def _best_stretch(spots: Sequence[Spot], chars: int) -> tuple[int, int, float]:
    """The first of the most valuable runs of spots within `chars` code points: its ends, both included, its value.

    The first mention of a part counts in full, each further one little; a neighbour of another part adds something.
    Both ends only move on, and the value with them, so that a paragraph of one word costs no more than another.
    """
    count = len(spots)
    if count == 1:
        return 0, 0, spots[0][3]
    again: list[int] | None = None
    shown: dict[int, int] = {}  # term → mentions in the run
    best = (0, 0, -1.0)
    value = 0.0
    end = 0
    for start, (at, _, term, weight) in enumerate(spots):
        while end < count and (end <= start or spots[end][1] <= at + chars):
            _, _, new, more = spots[end]
            value += more * (_REPEAT if shown.get(new) else 1.0)
            if end > start:
                value += _together(spots[end - 1], spots[end])
            shown[new] = shown.get(new, 0) + 1
            end += 1
        if value > best[2] + 1e-9:
            best = (start, end - 1, value)
        if end == count and start == best[0]:
            return best  # all that follows lies within it
        # The first spot leaves; the next mention of its part, if there is one, is now the first.
        shown[term] -= 1
        value -= weight
        if shown[term]:
            again = again or _next_of_same_term(spots)
            value += (1.0 - _REPEAT) * spots[again[start]][3]
        if end > start + 1:
            value -= _together(spots[start], spots[start + 1])
    return best


def _next_of_same_term(spots: Sequence[Spot]) -> list[int]:
    """For each spot the number of the next one of its term (its own where there is none)."""
    following = list(range(len(spots)))
    seen: dict[int, int] = {}
    for i in reversed(range(len(spots))):
        following[i] = seen.get(spots[i][2], i)
        seen[spots[i][2]] = i
    return following


def _together(spot: Spot, following: Spot) -> float:
    # Within a few words of another part of the query: forty code points are about six words.
    if spot[2] == following[2] or following[0] - spot[1] > 40:
        return 0.0
    return _NEIGHBOUR * min(spot[3], following[3])


class _Choice:
    """Chooses among runs. Only around those that are chosen a passage is worked out."""

    def __init__(self, texts: Mapping[str, Sequence[str]], chars: int, limit: int, lang: str | None) -> None:
        self._texts = texts
        self._chars = chars
        self._limit = limit
        self._lang = lang
        self._said: list[str] = []
        self._chosen: list[tuple[tuple[int, int, int], Snippet]] = []

    def of(self, runs: list[_Run], spots: Mapping[tuple[int, int], list[Spot]]) -> tuple[Snippet, ...]:
        """Greedily: the most valuable first, then whatever shows what is not shown yet, then the next most valuable;
        in reading order within the choice."""
        if len(runs) == 1:
            self._take(runs[0], spots)
            return (self._chosen[0][1],)
        runs.sort(key=_key)
        if self._limit == 1:
            self._take(_fullest(runs), spots)
            return (self._chosen[0][1],)
        news = [{term: weight for _, _, term, weight in run.own} for run in runs]
        looked: set[int] = set()
        hidden = set().union(*news)
        while hidden and len(self._chosen) < self._limit:
            pick = max(range(len(runs)), key=lambda i: sum([news[i][term] for term in news[i].keys() & hidden]))
            looked.add(pick)
            self._take(runs[pick], spots)
            hidden -= news[pick].keys()
        for i, run in enumerate(runs):
            if len(self._chosen) >= self._limit:
                break
            if i not in looked:
                self._take(run, spots)
        first, *others = self._chosen
        return (first[1], *[snippet for _, snippet in sorted(others, key=lambda each: each[0])])

    def _take(self, run: _Run, spots: Mapping[tuple[int, int], list[Spot]]) -> None:
        """The passage around a run, unless it says what one says that was taken before."""
        _, zone, paragraph, at = run.key
        text = self._texts[_ORDER[zone]][paragraph]
        start, end = self._around(run, text)
        if not start <= at < end:
            return  # a passage beside, longer than was asked for, holds it already
        if self._limit > 1:
            said = " ".join(text[start:end].split())
            if any(said in other for other in self._said):
                return
            self._said.append(said)
        every = spots[zone, paragraph]
        inside = [spot for spot in every if start <= spot[0] < end and (spot[1] <= end or spot[0] == at)]
        snippet = Snippet(_ORDER[zone], paragraph, start, end, _pieces(text, start, end, inside))
        self._chosen.append(((zone, paragraph, start), snippet))

    def _around(self, run: _Run, text: str) -> tuple[int, int]:
        """From where to where the passage around a run goes; nothing where it lies in the one beside it."""
        pending = [run]
        while pending[-1].beside is not None and pending[-1].beside.around is None:
            pending.append(pending[-1].beside)
        for each in reversed(pending):
            each.around = self._widened(each, text)
        assert run.around is not None, "it was the last"
        return run.around

    def _widened(self, run: _Run, text: str) -> tuple[int, int]:
        low, high = self._room(run, len(text))
        start, end = run.spots[run.first][0], run.spots[run.last][1]
        if start < low or end > high:
            return low, low
        start, end = _widen(text, start, end, self._chars, (low, high), self._lang)
        return start, min(end, start + 2 * max(self._chars, _MIN_CHARS))

    @staticmethod
    def _room(run: _Run, length: int) -> tuple[int, int]:
        """Where in its paragraph the passage around a run may lie."""
        low, high = 0, length
        beside, is_before = run.beside, run.is_before
        while beside is not None and beside.around is not None:
            if is_before:
                high = min(high, beside.around[0])
            else:
                low = max(low, beside.around[1])
            is_before, beside = beside.is_before, beside.beside
        return low, max(low, high)


def _fullest(runs: Sequence[_Run]) -> _Run:
    """Of sorted runs the first that shows the most of the query."""
    best, most = runs[0], -1.0
    for run in runs:
        if most - 1e-9 > -run.key[0]:
            break  # a run is worth no less than what it shows, and these are worth less
        shown = sum({term: weight for _, _, term, weight in run.own}.values())
        if shown > most:
            best, most = run, shown
    return best


def _widen(text: str, start: int, end: int, chars: int, within: tuple[int, int], lang: str | None) -> tuple[int, int]:
    """From a run of matches to whole sentences as far as they fit, else to whole words; inside of `within`.

    Only the neighbourhood is looked at: a sentence that is longer does not fit.
    """
    low, high = max(within[0], end - chars), min(within[1], start + chars)
    befores = [low] if low == within[0] else []
    befores += [at for at in sentence_breaks(text, max(low - _MARGIN, within[0]), start, lang) if low < at <= start]
    afters = [at for at in sentence_breaks(text, end, min(high + _MARGIN, within[1]), lang) if end <= at <= high]
    if high == within[1] and (not afters or afters[-1] < high):
        afters.append(high)
    if not befores or not afters or afters[0] - befores[-1] > chars:
        before = befores[-1] if befores else min(low, start)
        after = afters[0] if afters else within[1]
        return _whole_words(text, start, end, before, after, chars)
    first, last = befores.pop(), 0
    while True:  # add what follows, then what precedes, while whole sentences fit
        if last + 1 < len(afters) and afters[last + 1] - first <= chars:
            last += 1
        elif befores and afters[last] - befores[-1] <= chars:
            first = befores.pop()
        else:
            return _trimmed(text, first, afters[last])


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
    return text[at - 1].isspace() or text[at].isspace() or is_segmentless(text[at])


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return start, end


def _beginning(article: Article, chars: int) -> tuple[Snippet, ...]:
    for zone in _ORDER:
        for number, text in enumerate(zone_paragraphs(article, zone)):
            if text.strip():
                first = next((token.end for _, token, _ in place_tokens((text[:_OPENING],))), 1)
                start, end = _widen(text, 0, first, chars, (0, len(text)), primary(article.lang))
                end = min(end, start + 2 * max(chars, _MIN_CHARS))
                return (Snippet(zone, number, start, end, _pieces(text, start, end, ())),)
    return ()


_OPENING = 1 << 10
"""Code points in which the first word is looked for."""


def _pieces(text: str, start: int, end: int, spots: Iterable[Spot]) -> tuple[Piece, ...]:
    """The stretch cut into what is lit up and what is not; `spots` are in order."""
    pieces = []
    at = start
    for first, last, _, _ in spots:
        if first > at:
            pieces.append(Piece(text[at:first]))
        at = min(last, end)
        pieces.append(Piece(text[first:at], True))
    if at < end:
        pieces.append(Piece(text[at:end]))
    return tuple(pieces)
