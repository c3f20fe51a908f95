"""Readings in, parts of a commit out: decides duplicates, versions, replacements, moves and removals.

`Intake` works on the ledger in memory and gathers what the engine must do; nothing is written until `commit`. What it
decides is a function of the captures taken in and of the last commit: readings are taken in the order of capture
time and path, whatever order the workers finished in, and where a later batch of the same add turns out to hold the
first of several duplicates, the decision is made anew.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from newsidx.analysis import AnalyzedArticle, analyze
from newsidx.engine.seam import Engine, Part
from newsidx.ingest.groups import arrange
from newsidx.ingest.ledger import CaptureRow, Ledger, PathRow
from newsidx.ingest.memories import template_of
from newsidx.ingest.urls import group_key
from newsidx.model import Article, Hint, Moment, Outcome, text_digest

__all__ = ["Intake", "Taken", "row_of"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A capture that was read: under which path key and shown as which path; what it became."""

    key: str
    path: str
    row: PathRow
    article: Article
    analyzed: AnalyzedArticle
    detail: str | None = None
    hints: tuple[Hint, ...] = ()
    source: str = ""
    """Where its templates are remembered, and what of it is (`extract.Extracted`)."""
    lines: bytes = b""


class Intake:
    """One writer's unfinished work. `recover` reads a capture again by its path key (None where it cannot)."""

    def __init__(
        self,
        engine: Engine,
        ledger: Ledger,
        *,
        now: dt.datetime,
        replaces: bool = False,
        recover: Callable[[str, str, CaptureRow], Article | None] | None = None,
    ) -> None:
        self._engine = engine
        self.ledger = ledger
        self._indexed = Moment.of(now)
        self.replaces = replaces
        self._recover = recover
        self._puts: dict[str, tuple[Article, AnalyzedArticle]] = {}
        self._deletes: set[str] = set()
        self._earlier: dict[str, bool] = {}
        self._in_hand: dict[str, tuple[Article, AnalyzedArticle]] = {}
        self._dropped: dict[str, CaptureRow] = {}
        self._stale: set[str] = set()  # to be put again, though the engine has them

    # Taking in

    def take(self, batch: Iterable[Taken]) -> list[Outcome]:
        """Take a batch of readings in; one outcome each, in the order in which they were decided."""
        ordered = sorted(batch, key=_order)
        touched: set[str] = set()
        entered = [(taken, *self._enter(taken, touched)) for taken in ordered]
        self._settle(touched)
        return [self._outcome(taken, before, how) for taken, before, how in entered]

    def _enter(self, taken: Taken, touched: set[str]) -> tuple[str | None, str]:
        """Write one reading into the ledger. Returns the ID that the path held before, and how it came in."""
        ledger, id_ = self.ledger, taken.article.id
        before = ledger.path(taken.key)
        former = before.id if before is not None and before.id != id_ else None
        known = ledger.capture(id_)
        if known is None:
            row, how = self._new_row(taken, ledger.run), "new"
            self._in_hand[id_] = self._dated(taken)
            self._remember(taken)
        elif taken.key in known.paths and len(known.paths) == 1:  # read anew: what stands beside it has changed
            row, how = replace(self._new_row(taken, known.run), superseded=0), "evidence"
            self._in_hand[id_] = self._dated(taken)
            self._stale.add(id_)
            touched.add(known.group)
            self._remember(taken, known)
        else:
            row, how = self._known_row(taken, known, touched)
        row = replace(row, last_path=taken.key)
        ledger.set_path(taken.key, taken.row)
        ledger.set_capture(id_, row)
        touched.add(row.group)
        if former is not None:
            how = self._supersede(former, taken.key, row, touched) or how
        return former, how

    def _remember(self, taken: Taken, known: CaptureRow | None = None) -> None:
        """Let the memory of its source learn from a capture, and keep the template that it was read with."""
        if known is not None and known.source != taken.source:
            self.ledger.memories.forget(known.source, taken.article.id)
        self.ledger.memories.learn(taken.source, taken.article.id, taken.lines)
        self.ledger.memories.keep(taken.source, template_of(taken.article.extractor))

    # Reading again

    def reread(self, batch: Iterable[Taken]) -> list[Outcome]:
        """Captures that are here were read once more: what they became replaces what they were. One outcome each:
        changed, or unchanged where only another template was used."""
        touched: set[str] = set()
        entered = [(taken, self._renew(taken, touched)) for taken in sorted(batch, key=lambda taken: taken.article.id)]
        self._settle(touched)
        return [
            Outcome(taken.path, "changed" if is_other else "unchanged", taken.article.id, None, taken.detail)
            for taken, is_other in entered
        ]

    def _renew(self, taken: Taken, touched: set[str]) -> bool:
        id_ = taken.article.id
        row = self.ledger.capture(id_)
        if row is None:
            return False
        fresh = self._new_row(taken, row.run)
        is_of_path = fresh.group.startswith(_PATH) and row.group.startswith(_PATH)
        new = replace(
            row,
            group=row.group if is_of_path else fresh.group,
            digest=fresh.digest,
            times=fresh.times,
            is_stub=fresh.is_stub,
            source=fresh.source,
            extractor=fresh.extractor,
        )
        self._remember(taken, row)
        self.ledger.set_capture(id_, new)
        touched |= {row.group, new.group}
        old = self._engine.article(id_) if row.duplicate_of is None else None
        article = replace(taken.article, indexed=self._indexed if old is None else old.indexed)
        if old is None or article != old:
            self._in_hand[id_] = article, taken.analyzed
        if old is None:
            return (row.digest, row.group) != (new.digest, new.group)
        if article != old:
            self._stale.add(id_)
        return replace(article, extractor=old.extractor) != old

    def forget_order(self) -> None:
        """From now on all that is here came at once: which capture stands for its duplicates, and which version is the
        newest, depends no more on which was added first."""
        groups = set()
        for id_, row in list(self.ledger.captures()):
            if row.run:
                self.ledger.set_capture(id_, replace(row, run=0))
                groups.add(row.group)
        self._settle({group for group in groups if len(self.ledger.group(group)) > 1})

    def _dated(self, taken: Taken) -> tuple[Article, AnalyzedArticle]:
        return replace(taken.article, indexed=self._indexed), taken.analyzed

    @staticmethod
    def _new_row(taken: Taken, run: int) -> CaptureRow:
        row = row_of(taken.article, run)
        group = group_key(taken.article) or _path_group(taken.key)
        return replace(row, group=group, paths=(taken.key,), hints=taken.hints, source=taken.source)

    def _known_row(self, taken: Taken, known: CaptureRow, touched: set[str]) -> tuple[CaptureRow, str]:
        """Bytes that the index has already, at another path: a copy, a file that was moved, or one that came back."""
        gone = self._vanished(known)
        for path in gone:
            self.ledger.set_path(path, None)
        how = _how_known(known, taken.key, gone)
        left = {path for path in known.paths if path not in gone}
        row = replace(known, paths=tuple(sorted({*left, taken.key})), superseded=0)
        if known.group in [_path_group(path) for path in gone]:
            row = self._regroup(row, _path_group(taken.key), touched)
        return row, how

    def _vanished(self, row: CaptureRow) -> tuple[str, ...]:
        """The paths of a capture that are gone: the file was moved, not copied. A root that cannot be seen hides
        its files; they are not gone."""
        return tuple(key for key in row.paths if self.ledger.is_gone(key))

    def _regroup(self, row: CaptureRow, group: str, touched: set[str]) -> CaptureRow:
        """What was gathered under a path goes along with the file that moved from it."""
        for id_, other in self._rows(row.group).items():
            self.ledger.set_capture(id_, replace(other, group=group))
        touched.add(row.group)
        return replace(row, group=group)

    def _supersede(self, former: str, key: str, row: CaptureRow, touched: set[str]) -> str | None:
        """The path `key` held the capture `former` and now holds another: keep the former as an earlier version, or
        let it go where its text is the same or the caller replaces."""
        old = self.ledger.capture(former)
        if old is None:
            return None
        touched.add(old.group)
        others = tuple(path for path in old.paths if path != key)
        if others:
            group = _path_group(others[0]) if old.group == _path_group(key) else old.group
            touched.add(group)
            self.ledger.set_capture(former, replace(old, paths=others, group=group))
            return "version" if old.digest != row.digest else None
        if old.digest == row.digest or self.replaces:
            self._drop(former)
            return "same-text" if old.digest == row.digest else "replaced"
        if self._has_twin(former, old):  # its text stays, with another capture
            self._drop(former)
        else:
            self.ledger.set_capture(
                former, replace(old, paths=(), group=row.group, superseded=self.ledger.run, last_path=key)
            )
        return "version"

    def _has_twin(self, id_: str, row: CaptureRow) -> bool:
        return any(i != id_ and other.digest == row.digest for i, other in self._rows(row.group).items())

    def leave(self, key: str) -> None:
        """The path holds another capture now, which is not taken in: what it held before has lost it."""
        path = self.ledger.path(key)
        former = None if path is None or path.id is None else self.ledger.capture(path.id)
        if path is None or path.id is None or former is None:
            return
        others = tuple(other for other in former.paths if other != key)
        superseded = former.superseded if others else self.ledger.run
        self.ledger.set_capture(path.id, replace(former, paths=others, superseded=superseded, last_path=key))
        self._settle({former.group})

    def _outcome(self, taken: Taken, former: str | None, how: str) -> Outcome:
        id_ = taken.article.id
        row = self.ledger.capture(id_)
        if row is None:  # a later reading of the same batch took its place
            return Outcome(taken.path, "updated", id_, "replaced")
        detail = taken.detail
        if how in ("moved", "same-text", "replaced", "returned", "evidence"):
            return Outcome(taken.path, "updated", id_, how, detail, of=former)
        if how == "same":
            return Outcome(taken.path, "unchanged", id_, None, detail)
        if how == "same-bytes" or row.duplicate_of is not None:
            reason = "same-bytes" if how == "same-bytes" else "same-text"
            return Outcome(taken.path, "duplicate", id_, reason, detail, of=row.duplicate_of or id_)
        if how == "version" or len({r.digest for r in self._rows(row.group).values()}) > 1:
            return Outcome(taken.path, "version", id_, None, detail, of=former or self._other_version(id_, row))
        return Outcome(taken.path, "added", id_, None, detail)

    def _other_version(self, id_: str, row: CaptureRow) -> str | None:
        others = [i for i, r in self._rows(row.group).items() if r.digest != row.digest and r.duplicate_of is None]
        return others[0] if others else None

    def see_again(self, key: str, id_: str) -> None:
        """Another path, too, is known to hold a capture that is in the index: an archive says so, without its bytes."""
        capture = self.ledger.capture(id_)
        if capture is not None:
            self.ledger.set_path(key, PathRow(0, -1, "article", id_))
            self.ledger.set_capture(id_, replace(capture, paths=tuple(sorted({*capture.paths, key}))))
            self._settle({capture.group})

    # Taking out

    def prune(self, key: str) -> str | None:
        """The path is gone: take it, and what only it had, out. Returns the ID of what it held."""
        row = self.ledger.path(key)
        self.ledger.set_path(key, None)
        if row is None or row.id is None:
            return None
        capture = self.ledger.capture(row.id)
        if capture is None:
            return row.id
        rest = tuple(path for path in capture.paths if path != key)
        if rest:
            self.ledger.set_capture(row.id, replace(capture, paths=rest))
        else:
            for other, version in self._rows(capture.group).items():
                if not version.paths and version.last_path == key:
                    self._drop(other)
            self._drop(row.id)
        self._settle({capture.group})
        return row.id

    def removes(self, id_: str) -> list[str]:
        """What `remove` would take out: the capture and its duplicates; with the current version, all versions."""
        row = self.ledger.capture(id_)
        if row is None:
            return []
        return [i for i, r in self._rows(row.group).items() if r.digest == row.digest or not row.is_earlier]

    def remove(self, id_: str, when: str) -> list[str]:
        """Take an article out on request (what `removes` says), and remember that. Returns the IDs taken out."""
        row = self.ledger.capture(id_)
        if row is None:
            return []
        same = self.removes(id_)
        for other in same:
            capture = self.ledger.capture(other)
            for key in capture.paths if capture is not None else ():
                path = self.ledger.path(key)
                if path is not None:
                    self.ledger.set_path(key, replace(path, status="removed", reason="removed-earlier"))
            self._drop(other)
            self.ledger.set_removed(other, when)
        self._settle({row.group})
        return same

    def _drop(self, id_: str) -> None:
        row = self.ledger.capture(id_)
        if row is not None:
            self._dropped[id_] = row
            self.ledger.memories.forget(row.source, id_)
        self.ledger.set_capture(id_, None)
        self._in_hand.pop(id_, None)

    # Deciding

    def _rows(self, group: str) -> dict[str, CaptureRow]:
        rows = {id_: self.ledger.capture(id_) for id_ in self.ledger.group(group)}
        return {id_: row for id_, row in rows.items() if row is not None}

    def _settle(self, groups: set[str]) -> None:
        """Decide the groups anew and gather what follows for the engine."""
        for group in sorted(groups):
            for id_, row in arrange(self._rows(group), self.ledger.path_of).items():
                if row != self.ledger.capture(id_):
                    self.ledger.set_capture(id_, row)
                if row.duplicate_of is not None:
                    self._out(id_)
                else:
                    self._in(id_, row)
        for id_ in self._dropped:
            if self.ledger.capture(id_) is None:
                self._out(id_)

    def settle_all(self) -> None:
        """Decide every group anew, also those in which something was lost."""
        for _ in range(2):  # what takes the place of a capture that is lost is decided the second time
            self._settle({row.group for _, row in self.ledger.captures()})

    def _in(self, id_: str, row: CaptureRow) -> None:
        """The article of this capture stands in the index, as what the row says."""
        self._deletes.discard(id_)
        if id_ in self._stale or (id_ not in self._puts and not self._engine.has(id_)):
            self._stale.discard(id_)
            ready = self._in_hand.pop(id_, None) or self._read_again(id_, row)
            if ready is None:  # nothing has its text any more: forget it, and the next add reads its paths as new
                for key in row.paths:
                    self.ledger.set_path(key, None)
                self._drop(id_)
                return
            self._puts[id_] = ready
        if id_ in self._puts or self._engine.is_earlier(id_) != row.is_earlier:
            self._earlier[id_] = row.is_earlier
        else:
            self._earlier.pop(id_, None)

    def _out(self, id_: str) -> None:
        """The capture has no article of its own in the index."""
        put = self._puts.pop(id_, None)
        if put is not None:
            self._in_hand[id_] = put
        self._earlier.pop(id_, None)
        if self._engine.has(id_):
            self._deletes.add(id_)

    def _read_again(self, id_: str, row: CaptureRow) -> tuple[Article, AnalyzedArticle] | None:
        """A duplicate takes the place of the first, which went: its own capture is read, or, where that is gone
        too, the text that they share is kept under its ID. None where there is neither."""
        article = None
        for key in row.paths:
            if self._recover is not None and article is None:
                article = self._recover(key, id_, row)
        if article is not None and text_digest(article) != row.digest:
            article = None  # read with another template than before; the text that they share is still there
        if article is None:
            shared = self._shared_text(row)
            if shared is None:
                return None
            article = replace(shared, id=id_)
        article = replace(article, indexed=self._indexed)
        return article, analyze(article)

    def _shared_text(self, row: CaptureRow) -> Article | None:
        """An article with the text of this capture, from wherever there is one."""
        rows = {**self._dropped, **self._rows(row.group)}
        for id_ in (id_ for id_, other in rows.items() if other.digest == row.digest):
            ready = self._puts.get(id_) or self._in_hand.get(id_)
            article = ready[0] if ready is not None else self._engine.article(id_)
            if article is not None:
                return article
        return None

    # Committing

    def part(self) -> Part:
        """What has been decided and not committed."""
        return Part(
            puts=tuple(self._puts[id_] for id_ in sorted(self._puts)),
            deletes=frozenset(self._deletes),
            earlier=dict(self._earlier),
            ledger=self.ledger.changed(),
        )

    def commit(self) -> bool:
        """Hand the part to the engine; False where there was nothing to commit."""
        part = self.part()
        if part.is_empty:
            return False
        self._engine.commit(part)
        self.ledger.committed()
        self._puts.clear()
        self._deletes.clear()
        self._earlier.clear()
        self._in_hand.clear()
        self._dropped.clear()
        return True


def row_of(article: Article, run: int) -> CaptureRow:
    """The row of a capture of which nothing is known but its article."""
    return CaptureRow(
        group=group_key(article) or f"capture:{article.id}",
        digest=text_digest(article),
        times=(_seconds(article.captured), _seconds(article.modified), _seconds(article.published)),
        run=run,
        is_stub=article.kind == "stub",
        extractor=article.extractor,
    )


def _order(taken: Taken) -> tuple[float, bytes]:
    captured = _seconds(taken.article.captured)
    return float("inf") if captured is None else captured, os.fsencode(taken.path)


def _how_known(row: CaptureRow, key: str, moved_from: tuple[str, ...]) -> str:
    if not row.paths:
        return "returned"
    if moved_from:
        files = {Ledger.file_key(path) for path in moved_from}
        return "same" if files == {Ledger.file_key(key)} else "moved"
    return "same" if key in row.paths else "same-bytes"


_PATH = "path:"


def _path_group(key: str) -> str:
    return f"{_PATH}{key}"


def _seconds(moment: Moment | None) -> float | None:
    return None if moment is None else moment.sort_key()
