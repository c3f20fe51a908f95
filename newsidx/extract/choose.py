"""Which element of a page holds the article: by where the prose is, and by what elements are named.

Prose is text outside links that is long enough, or ends as sentences do. `choose` starts at the body and goes down as
long as one child holds nearly all the prose; where the prose is spread over several children, the element is the
article's. Names count only where they can be right: an element called ``sidebar`` that holds most of a page's prose
is its main column. Called by `html`; the labels inside the chosen element are `label`'s.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from newsidx.extract.lines import split_byline
from newsidx.extract.page import Element, Page, Run

__all__ = ["Choice", "choose", "ends_sentence", "find_cards", "find_pictured", "prose_chars"]

_PROSE_CHARS = 80
_SENTENCE_CHARS = 25
_MAX_CHARS = 1200
"""A single run counts no more than this: one endless run (a dump of data) must not outweigh an article."""

# Swept on the pages of benchmarks/extraction.py (body F1 of scrapinghub, naeb, fundus-eval, fundus; all is flat near
# the values chosen, so that none is finely tuned):
_DESCEND_SHARE = 0.75
"""0.65: .972 .930 .954 .966; 0.75: .972 .930 .957 .967; 0.85: .970 .929 .957 .965; 0.93: .965 .928 .950 .962."""
_BELIEVED_SHARE = 0.5
"""0.35: .968 .930 .957 .967; 0.5: .972 .930 .957 .967; 0.65: .970 .933 .957 .967."""
_BODY_FACTOR = 4.0
"""1: .972 .928 .957 .966; 2: .972 .930 .957 .967; 4: .974 .931 .957 .967."""

_END = re.compile(r"[.!?…。！？।؟:;»”\"’')\]]\s*$")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")

AGAINST = frozenset(
    "nav footer comment share promo letter ad consent bio tags form hidden player caption credit byline".split()
)
"""Meanings that take an element's prose out of the count; `label` looks at each again."""

FOR = frozenset("article live gallery paywall".split())
"""Meanings that an element which holds most of the page's prose can have."""

_OTHER_PROSE = 300
_SURE = frozenset(("nav", "comment", "footer"))
"""Names that hold for a little prose, even where it is most of the page's."""
_AT_ANY_SIZE = FOR | {"consent"}
_WHOLE_PAGE = frozenset(("html", "body"))
"""Their names tell of the page's kind and state, not of their text."""

_SHORT = frozenset("deck kicker date byline headline credit tags share caption quote correction figure".split())
_MIDDLING = _SHORT | frozenset("form hidden player ad letter bio".split())
_BELIEVED_CHARS = 900
"""An element with more prose than this is no deck, byline or the like, whatever its name; with twice
as much, no form or player."""
_TEXT_TAGS = frozenset("p ul ol dl li dd blockquote pre figure".split())
"""An article is never the inside of one of these, even where nearly all of its prose is in one."""

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen element, and for each element the meanings that hold in it (its own believed ones and those of
    the elements around it)."""

    root: int
    context: tuple[frozenset[str], ...]
    prose: tuple[float, ...]
    """Running sums over the page's runs: the prose of runs i to j is ``prose[j] - prose[i]``."""


def ends_sentence(text: str) -> bool:
    """Whether a text ends as sentences do: in a stop, a closing quotation mark or a bracket."""
    return _END.search(text[-8:]) is not None


def prose_chars(run: Run) -> int:
    """How many code points of the run are prose: 0 for labels, links and lists of links. Wide letters count twice."""
    chars = len(run.text) - run.link_chars
    if chars < _SENTENCE_CHARS // 2 or run.link_chars > chars:
        return 0
    if not run.text.isascii():
        chars += len(_WIDE.findall(run.text))
    if chars >= _PROSE_CHARS or (chars >= _SENTENCE_CHARS and ends_sentence(run.text)):
        return min(chars, _MAX_CHARS)
    return 0


def choose(page: Page, is_witnessed: Callable[[str], bool] | None = None) -> Choice:
    """The element that holds the article. `is_witnessed` says of a text whether the page's own structured data has it
    in the body; such text weighs four times."""
    elements, runs = page.elements, page.runs
    plain = [
        0 if run.link_chars * 2 > len(run.text) or elements[run.element].tag in _HEADINGS else prose_chars(run)
        for run in runs
    ]
    sums = [0, *accumulate(plain)]
    context = _contexts(elements, sums)
    weights = [float(chars) for chars in plain]
    for i, run in enumerate(runs):
        if not plain[i]:
            continue
        around = context[run.element]
        if around & AGAINST:
            weights[i] *= 0.1
        if "article" in around:
            weights[i] *= _BODY_FACTOR
        if is_witnessed is not None and is_witnessed(run.text):
            weights[i] *= 4
    prose = tuple(accumulate(weights, initial=0.0))
    return Choice(_named_body(elements, _descend(elements, prose), prose), context, prose)


def _contexts(elements: list[Element], sums: list[int]) -> tuple[frozenset[str], ...]:
    """For each element the meanings of its own name and of the names around it, as far as they are to be believed."""
    whole = sums[-1] or 1
    contexts: list[frozenset[str]] = []
    titles = [element.start for element in elements if element.tag == "h1"]
    for i, element in enumerate(elements):
        own = element.own
        tag_meaning = _MEANING_OF_TAG.get(element.tag)
        if tag_meaning is not None:
            own = own | {tag_meaning}
        if own:
            prose = sums[element.end] - sums[element.start]
            if element.tag in _WHOLE_PAGE:
                own = frozenset()
            elif prose > _BELIEVED_SHARE * whole and (prose > _OTHER_PROSE or own.isdisjoint(_SURE)):
                is_main = whole - prose < _OTHER_PROSE or any(element.start <= each < element.end for each in titles)
                own = own & (FOR if is_main else _AT_ANY_SIZE)
            elif prose > _BELIEVED_CHARS:
                own = own - _SHORT if prose < 2 * _BELIEVED_CHARS else own - _MIDDLING
        parent = contexts[element.parent] if i else frozenset()
        contexts.append(parent | own if own and not own <= parent else parent)
    return tuple(contexts)


_MEANING_OF_TAG = {
    "nav": "nav",
    "menu": "nav",
    "footer": "footer",
    "aside": "aside",
    "form": "form",
    "button": "form",
    "select": "form",
    "textarea": "form",
    "figure": "figure",
    "figcaption": "caption",
    "dialog": "hidden",
}


def _descend(elements: list[Element], prose: tuple[float, ...]) -> int:
    children: dict[int, list[int]] = {}
    for i, element in enumerate(elements):
        if i and prose[element.end] > prose[element.start]:
            children.setdefault(element.parent, []).append(i)
    current = 0
    while True:
        whole = prose[elements[current].end] - prose[elements[current].start]
        best, best_prose = -1, 0.0
        for child in children.get(current, ()):
            inside = prose[elements[child].end] - prose[elements[child].start]
            if inside > best_prose:
                best, best_prose = child, inside
        if best < 0 or best_prose < _DESCEND_SHARE * whole or best not in children or elements[best].tag in _TEXT_TAGS:
            return current
        current = best


def _named_body(elements: list[Element], root: int, prose: tuple[float, ...]) -> int:
    """The element around the chosen one that is named as the article's text, if it holds little else."""
    inside = prose[elements[root].end] - prose[elements[root].start]
    around = root
    for _ in range(_NAMED_LEVELS):
        if "article" in elements[around].own:
            return around
        around = elements[around].parent
        if around <= 0 or prose[elements[around].end] - prose[elements[around].start] > _NAMED_FACTOR * inside:
            break
    return root


_NAMED_LEVELS = 4
_NAMED_FACTOR = 1.5

_CARD_TITLE_CHARS = 20
_CARD_PROSE_CHARS = 400
"""150: .971 .930 .957 .966; 400 and 800: .972 .930 .957 .967."""
_CARD_RUNS = 8


def find_cards(page: Page, root: int, is_own_link: Callable[[str], bool]) -> frozenset[int]:
    """The runs of cards inside the chosen element: a linked heading of another article with its teaser and date.

    A card is the largest element around such a heading that has few runs, little prose and no other such heading.
    """
    elements, runs = page.elements, page.runs
    start, end = elements[root].start, elements[root].end
    titles = [i for i in range(start, end) if _is_card_title(runs[i], elements, is_own_link)]
    marked: set[int] = set()
    for i in titles:
        card = runs[i].element
        while True:
            parent = elements[card].parent
            if parent <= root or not elements[parent].start < elements[parent].end:
                break
            inside = elements[parent]
            if inside.end - inside.start > _CARD_RUNS:
                break
            if bisect_left(titles, inside.end) - bisect_left(titles, inside.start) > 1:
                break
            card = parent
        held = elements[card]
        prose = sum(prose_chars(run) for run in runs[held.start : held.end])
        if prose <= _CARD_PROSE_CHARS:
            marked.update(range(held.start, held.end))
    return frozenset(marked)


def _is_card_title(run: Run, elements: list[Element], is_own_link: Callable[[str], bool]) -> bool:
    if run.link_chars < _CARD_TITLE_CHARS or run.link_chars < 0.8 * len(run.text):
        return False
    element = elements[run.element]
    for _ in range(2):
        if element.tag in _HEADINGS:
            return is_own_link(run.links[0][0])
        if element.parent < 0:
            break
        element = elements[element.parent]
    return False


_PICTURED_CHARS = (20, 300)
_PICTURED_LEVELS = 5
_PICTURED_RUNS = 2
_PICTURED_SHARE = 4


def find_pictured(page: Page) -> frozenset[int]:
    """The runs that stand alone, or one of two, with an image in an element: captions that nothing names so. The line
    beside a writer's portrait is the byline. Pages of many pictures set each paragraph beside one: there, none.

    On the five sets of benchmarks/extraction.py: one run 13 sites better, 2 worse; two runs 4 more better, none worse;
    paragraphs among two, or an image inside a paragraph: as many worse as better.
    """
    elements, runs = page.elements, page.runs
    found = set()
    for at in page.images:
        element = elements[at]
        for _ in range(_PICTURED_LEVELS):
            if element.start < element.end or element.parent <= 0:
                break
            element = elements[element.parent]
        count = element.end - element.start
        if not 0 < count <= _PICTURED_RUNS or element.tag in _NO_FIGURE:
            continue
        for i in range(element.start, element.end):
            tag, text = elements[runs[i].element].tag, runs[i].text
            if (
                _PICTURED_CHARS[0] <= len(text) <= _PICTURED_CHARS[1]
                and runs[i].link_chars * 2 < len(text)
                and tag not in _HEADINGS
                and (count == 1 or tag != "p")
                and not split_byline(text)
            ):
                found.add(i)
    told = sum([len(run.text) for run in runs if run.link_chars * 2 < len(run.text)])
    is_slides = sum([len(runs[i].text) for i in found]) * _PICTURED_SHARE > told
    return frozenset() if is_slides else frozenset(found)


_NO_FIGURE = frozenset("p li h1 h2 h3 h4 h5 h6 blockquote body".split())
