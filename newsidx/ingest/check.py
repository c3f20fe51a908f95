"""`check`, the ledger's part: what the books say of captures against what stands in the index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from newsidx.engine.seam import Engine
from newsidx.ingest.groups import arrange
from newsidx.ingest.ledger import CaptureRow, Ledger
from newsidx.model import Problem, text_digest

__all__ = ["check_ledger"]


def check_ledger(engine: Engine) -> list[Problem]:
    """Whatever in the ledger does not agree with the articles, or with itself."""
    ledger = Ledger(engine.ledger)
    rows = dict(ledger.captures())
    problems = list(_check_articles(engine, ledger))
    for key, path in ledger.paths():
        if path.status == "article" and (path.id not in rows or key not in rows[path.id].paths):
            problems.append(Problem(f"ledger, path {ledger.path_of(key)!r}", "its capture is not in the ledger"))
    for id_, row in rows.items():
        for key in row.paths:
            held = ledger.path(key)
            if held is None or held.id != id_:
                problems.append(Problem(f"ledger, capture {id_[:12]}", "it claims a path that holds another"))
        if id_ not in ledger.group(row.group):
            problems.append(Problem(f"ledger, capture {id_[:12]}", "its group does not know it"))
    for group in {row.group for row in rows.values()}:
        members = {id_: rows[id_] for id_ in ledger.group(group) if id_ in rows}
        if arrange(members, ledger.path_of) != members:
            problems.append(Problem(f"ledger, group {group!r}", "its duplicates or versions are not as they should be"))
    problems += _check_memories(ledger, rows)
    return problems


def _check_memories(ledger: Ledger, rows: Mapping[str, CaptureRow]) -> Iterator[Problem]:
    """A source's sample is the whole of its captures with the least IDs."""
    by_source: dict[str, set[str]] = {}
    for id_, row in rows.items():
        if row.source:
            by_source.setdefault(row.source, set()).add(id_)
    for source, ids in sorted(by_source.items()):
        sample, bound = ledger.memories.sampled(source), ledger.memories.bound(source)
        if set(sample) != {id_ for id_ in ids if not bound or id_ < bound}:
            yield Problem(f"memory of {source}", "it is not of the right captures; newsidx reparse mends it")


def _check_articles(engine: Engine, ledger: Ledger) -> Iterator[Problem]:
    stored = set(engine.ids())
    for id_, row in ledger.captures():
        if row.duplicate_of is None and id_ not in stored:
            yield Problem(f"capture {id_[:12]}", "the ledger says that it is indexed, and it is not")
    for id_ in sorted(stored):
        capture = ledger.capture(id_)
        article = engine.article(id_)
        if capture is None or capture.duplicate_of is not None or article is None:
            yield Problem(f"article {id_[:12]}", "it is indexed, and the ledger does not say so")
        elif capture.is_earlier != engine.is_earlier(id_):
            yield Problem(f"article {id_[:12]}", "ledger and index differ on whether it is an earlier version")
        elif capture.digest != text_digest(article):
            yield Problem(f"article {id_[:12]}", "its text is not the one in the ledger")
