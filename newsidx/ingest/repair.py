"""After an index was made anew of what could be read of it: the ledger and the articles agree again.

What the ledger has and the index lost is read again from the captures, where these are still there. What the ledger
lost is left in the index, and its files are met as known ones by the next add. Called with the right to write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsidx.engine.seam import Engine
from newsidx.ingest.add import Adder
from newsidx.ingest.intake import row_of
from newsidx.ingest.ledger import CaptureRow, PathRow
from newsidx.model import Problem
from newsidx.schema import DEFAULT_KINDS

__all__ = ["restore", "uncounted"]

_UNKNOWN = "a path that is lost, too: add its folder again"


def restore(engine: Engine, adder: Adder, unreadable: Sequence[str]) -> tuple[int, list[Problem]]:
    """(captures that were read again, those that are lost). `unreadable` are IDs of articles that the index had."""
    ledger = adder.ledger
    stored = set(engine.ids())
    rows = dict(ledger.captures())
    for id_ in sorted(stored - rows.keys()):
        article = engine.article(id_)
        if article is not None:
            ledger.set_capture(id_, row_of(article, ledger.run))
    for key, path in list(ledger.paths()):
        if path.status == "article" and (path.id is None or ledger.capture(path.id) is None):
            ledger.set_path(key, None)
    for id_, row in ledger.captures():
        ledger.set_capture(id_, replace(row, paths=tuple(key for key in row.paths if _holds(adder, key, id_))))
    missing: dict[str, CaptureRow | None] = {
        id_: row for id_, row in ledger.captures() if row.duplicate_of is None and id_ not in stored
    }
    places = {id_: [ledger.path_of(key) for key in row.paths] for id_, row in missing.items() if row is not None}
    adder.intake.settle_all()
    adder.commit()
    missing |= dict.fromkeys(id_ for id_ in unreadable if id_ not in missing)
    lost = sorted(id_ for id_ in missing if not engine.has(id_))
    return len(missing) - len(lost), [
        Problem(f"capture {id_[:12]}", f"lost; it was read from {' and '.join(places.get(id_, ())) or _UNKNOWN}")
        for id_ in lost
    ]


def uncounted(engine: Engine, searched: int | None, named: int) -> list[Problem]:
    """Those that are lost besides the `named` ones, by number, where a file went with the IDs of its articles.

    `searched` is how many articles a search was about, where that is known.
    """
    by_kind = engine.stats().by_kind
    number = None if searched is None else searched - named - sum(by_kind.get(kind, 0) for kind in DEFAULT_KINDS)
    if number is not None and number <= 0:
        return []
    if number is None:
        return [Problem("articles", "perhaps lost with a file that cannot be read: add their folders again")]
    what = f"{number} article{'' if number == 1 else 's'}"
    return [Problem(what, "lost with a file that cannot be read, and which is not known: add their folders again")]


def _holds(adder: Adder, key: str, id_: str) -> bool:
    """Whether a path holds this capture; one that the ledger has lost does, and is read again by the next add."""
    path = adder.ledger.path(key)
    if path is None:
        adder.ledger.set_path(key, PathRow(-1, -1, "article", id_))
        return True
    return path.id == id_
