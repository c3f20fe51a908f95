"""What can be counted around a line of a dump, as numbers for the trained model of ``tables/text_body.json``.

No number knows where the rules of `text_label` saw the article: the model is a second opinion, which is worth having
only as long as it does not repeat the first. Training (scripts/train_lines.py) and reading (`text_label`) both call
`evidence`, so that they cannot see different things. The time is linear in the lines.
"""

from __future__ import annotations

import re
from itertools import accumulate

from newsidx.extract.text_lines import Line

__all__ = ["FEATURES", "evidence", "is_candidate"]

_ITEM = re.compile(r"[•●▪◦‣·*►▶■–—-]\s*\S|\(?\d{1,2}[.)]\s")
_UPPER = re.compile("[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-ЯЁІЇЄ]")
_LAST = {".": 1, "!": 2, "?": 2, ":": 3, ",": 4, "…": 5}
_CLOSERS = "\"”“»’')]"
_HEAD = 160
"""Code points of a line whose letters are looked at."""
_FAR = 60
_SIGNS = ("boilerplate", "promo-heading", "tags-lead", "signup", "comments")

_OWN = ("size", "words", "final", "prose", "repeats", "last", "upper", "title", "digit", "item", "signup")
_NEAR = ("before", "before2", "after", "after2")
_NEAR_OF = ("size", "final", "prose", "repeats")
_AROUND = tuple(f"weight_{side}_{count}" for count in (5, 10, 20, 40) for side in ("before", "after"))
_WHOLE = ("weight_so_far", "weight_share", "weight", "prose_so_far", "prose_left", "place")
_RUN = ("run_lines", "run_prose", "run_size")
FEATURES = (
    *_OWN,
    *(f"{of}_{near}" for near in _NEAR for of in _NEAR_OF),
    *_AROUND,
    *_WHOLE,
    *_RUN,
    *(f"{kind}_{sign}" for sign in _SIGNS for kind in ("since", "count")),
)
"""The names of the numbers, in their order."""


def is_candidate(line: Line) -> bool:
    """Whether the model is asked about the line wherever it stands: most of a page is menu."""
    return line.size >= 60 or (line.is_final and line.size >= 25)


def evidence(lines: list[Line], wanted: list[int]) -> list[list[float]]:
    """The numbers of the lines `wanted` (ascending), each in the order of FEATURES."""
    count = len(lines)
    weights = list(accumulate((max(0.0, line.weight) for line in lines), initial=0.0))
    proses = list(accumulate((int(line.is_prose) for line in lines), initial=0))
    runs: dict[int, list[float]] = {}
    for line in lines:
        run = runs.setdefault(line.run, [0, 0, 0.0])
        run[0] += 1
        run[1] += line.is_prose
        run[2] += line.size
    signs = _signs(lines, wanted)
    near: list[tuple[float, ...]] = [(line.size, line.is_final, line.is_prose, line.repeats) for line in lines]
    none = (-2.0, -2.0, -2.0, -2.0)
    total = weights[-1]
    result: list[list[float]] = []
    for i, seen in zip(wanted, signs, strict=True):
        row: list[float] = _own(lines[i])
        row += near[i - 1] if i else none
        row += near[i - 2] if i > 1 else none
        row += near[i + 1] if i + 1 < count else none
        row += near[i + 2] if i + 2 < count else none
        at, past = weights[i], weights[i + 1]
        for width in (5, 10, 20, 40):
            row.append(at - weights[max(0, i - width)])
            row.append(weights[min(count, i + 1 + width)] - past)
        row += (at, at / max(1.0, total), total, proses[i], proses[-1] - proses[i], i / count)
        row += runs[lines[i].run]
        row += seen
        result.append(row)
    return result


def _own(line: Line) -> list[float]:
    text = line.text
    head = text[:_HEAD]
    last = text.rstrip(_CLOSERS)[-1:]
    words = head.split()
    return [
        line.size,
        line.words,
        line.is_final,
        line.is_prose,
        line.repeats,
        _LAST.get(last, 0 if last.isalnum() else 6),
        len(_UPPER.findall(head)) / len(head),
        sum([word[0].isupper() for word in words]) / len(words),
        text[0].isdigit(),
        _ITEM.match(text) is not None,
        "signup" in line.phrases,
    ]


def _signs(lines: list[Line], wanted: list[int]) -> list[list[float]]:
    """How far back the last line of each kind of furniture stands, and how many there were, for each line wanted."""
    last = [-_FAR] * len(_SIGNS)
    counts = [0] * len(_SIGNS)
    result: list[list[float]] = []
    at = 0
    for i in wanted:
        for line in lines[at:i]:
            if line.phrases:
                for k, sign in enumerate(_SIGNS):
                    if sign in line.phrases:
                        last[k] = line.index
                        counts[k] += 1
        at = i
        row: list[float] = []
        for k in range(len(_SIGNS)):
            row += (min(_FAR, i - last[k]), counts[k])
        result.append(row)
    return result
