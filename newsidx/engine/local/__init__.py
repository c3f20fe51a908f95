"""The local engine: an index in a folder, made of the codec's structures and searched as arrays.

`newsidx.codec` has the layouts; files, commits, merging, searching and ranking are here. docs/format.md describes
what is on disk, docs/ARCHITECTURE.md the way through.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from newsidx.codec import Ints
from newsidx.engine.local import _search
from newsidx.engine.local._search import Asked, Brief
from newsidx.engine.local._store import Store, is_free, is_index
from newsidx.engine.local._view import View
from newsidx.engine.seam import Part, Paths
from newsidx.errors import CursorExpired, IndexDamaged, IndexMissing, IndexNotEmpty, UsageError
from newsidx.frozen import dataclass
from newsidx.model import KINDS, Article, Stream
from newsidx.options import SearchRequest
from newsidx.query import Query
from newsidx.query import tree as nodes

if TYPE_CHECKING:
    from newsidx.engine.local.whoosh import WhooshIndex
    from newsidx.model import Problem, Stats, Suggestion, Why

__all__ = ["LocalEngine", "Mended", "is_free", "is_index"]

_FORMER_VIEWS = 2
"""Commits before the newest that stay at hand for cursors; each holds its maps and caches."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What was wrong with an index that was made anew: what is damaged, the IDs of articles that could not be read;
    `is_blind`, whether more may be lost, since a segment did not tell its IDs; `searched`, how many articles a search
    was about before, None where that is lost, too."""

    problems: tuple[Problem, ...]
    unreadable: tuple[str, ...]
    is_blind: bool
    searched: int | None


class LocalEngine:
    """An open index folder (`newsidx.engine.seam.Engine`). Safe between threads: reads take turns."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._view = store.view()
        self._former: list[View] = []
        self._is_closed = False

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, create: bool = False) -> LocalEngine:
        """The index at `path`; with `create`, a new one where none is. IndexMissing and the other IndexFaults."""
        folder = Path(path)
        if create and not is_index(folder):
            return cls(Store.create(folder))
        return cls(Store.open(folder))

    @property
    def path(self) -> str:
        return str(self._store.path)

    @property
    def commit_name(self) -> str:
        with self._reading() as view:
            return view.name

    @staticmethod
    def rebuild(path: str | os.PathLike[str], new: str | os.PathLike[str]) -> None:
        """Make an index in the folder `new`, which is empty or absent, of the articles stored in the one at `path`.

        That one may have been made by other rules of splitting words, and serves on. IndexDamaged where it is not
        whole, IndexNotEmpty where `new` is not free.
        """
        from newsidx.engine.local._remake import remake

        folder = Path(new)
        if is_index(folder):
            raise IndexNotEmpty(f"{new} is an index; a new one needs an empty or absent folder", path=str(new))
        salvage = Store.open(Path(path), any_analysis=True).salvaged()
        salvage.verify()
        if salvage.problems:
            first = salvage.problems[0]
            text = f"the index in {path} is damaged: {first.what}: {first.text}; newsidx check --repair repairs it"
            raise IndexDamaged(text, path=str(path))
        store = Store.create(folder)
        with store.lock(0):
            remake(salvage, store)

    @staticmethod
    @contextmanager
    def mending(
        path: str | os.PathLike[str],
        wait_seconds: float | None,
        waiting: Callable[[int | None], object] | None = None,
    ) -> Iterator[Callable[[], Mended]]:
        """The right to write to an index that may be damaged, for as long as the block runs.

        What is given makes the index anew of all that can be read of it, and says what cannot.
        """
        from newsidx.engine.local._remake import remake

        folder = Path(path)
        if not folder.is_dir():
            raise IndexMissing(f"no index in {path}", path=str(path))

        def mend() -> Mended:
            store = Store.mend(folder)
            salvage = store.salvaged()
            remake(salvage, store)
            return Mended(tuple(salvage.problems), tuple(salvage.lost), salvage.is_blind, salvage.searched)

        with Store.lock_of(folder, wait_seconds, waiting):
            yield mend

    # Reading

    def search(
        self,
        request: SearchRequest,
        tree: nodes.Node,
        now: dt.datetime,
        *,
        filters: Sequence[Query] = (),
        paths: Paths | None = None,
        commit: str | None = None,
    ) -> Stream:
        with self._reading(commit) as view:
            return _search.search(view, Asked(request, tree, now, tuple(filters), paths), self._reading)

    def why(
        self,
        request: SearchRequest,
        tree: nodes.Node,
        now: dt.datetime,
        id_: str,
        *,
        filters: Sequence[Query] = (),
        paths: Paths | None = None,
    ) -> Why | None:
        with self._reading() as view:
            return _search.why(view, Asked(request, tree, now, tuple(filters), paths), id_)

    def suggest(self, prefix: str, limit: int, now: dt.datetime) -> tuple[Suggestion, ...]:
        with self._reading() as view:
            return _search.suggest(view, prefix, limit, now)

    def brief(self, request: SearchRequest, tree: nodes.Node, now: dt.datetime) -> tuple[int, tuple[Brief, ...]]:
        """What `search` finds, as a line each: for lists of many, which need no stored article."""
        with self._reading() as view:
            return _search.brief(view, Asked(request, tree, now))

    def article(self, id_: str) -> Article | None:
        with self._reading() as view:
            number = view.number(id_)
            return None if number is None else view.article(number)

    def has(self, id_: str) -> bool:
        with self._reading() as view:
            return view.number(id_) is not None

    def ids(self, prefix: str = "") -> Iterator[str]:
        with self._reading() as view:
            return iter(view.ids(prefix))

    def is_earlier(self, id_: str) -> bool:
        with self._reading() as view:
            return view.is_earlier(id_)

    def short_id(self, id_: str) -> str:
        with self._reading() as view:
            return view.short_id(id_)

    def ledger(self, name: str) -> bytes | None:
        with self._reading() as view:
            return view.ledger(name)

    def stats(self) -> Stats:
        from newsidx.model import Stats

        with self._reading() as view:
            current = np.flatnonzero(view.alive & ~view.earlier)
            kinds = list(KINDS), view.column("kind")
            by_kind, by_lang, by_source = (
                _counts(names, numbers[current]) for names, numbers in (kinds, view.named("lang"), view.named("source"))
            )
            earlier = int(np.count_nonzero(view.alive & view.earlier))
            segments = len(view.segments)
        return Stats(
            articles=len(current),
            earlier=earlier,
            by_kind=by_kind,
            by_lang=by_lang,
            by_source=by_source,
            segments=segments,
            size_bytes=self._store.size_bytes(),
        )

    def warning(self) -> str | None:
        """What to know of where the index lies."""
        from newsidx.engine.local._mounts import network_file_system

        kind = network_file_system(self.path)
        if kind is None:
            return None
        return (
            f"the index in {self.path} is on a network file system ({kind}): locks and durable writes are only as good "
            "as that keeps them, and two machines must not add at once"
        )

    def check(self) -> list[Problem]:
        from newsidx.engine.local._check import check_view

        with self._reading() as view:
            return check_view(view)

    def whoosh(self, *, everything: bool = False) -> WhooshIndex:
        """The same index for programs that speak Whoosh, which is loaded here. It opens what it reads by itself."""
        from newsidx.engine.local.whoosh import WhooshIndex

        with self._reading():
            return WhooshIndex(self._store.view, self._store.generation, self.path, everything=everything)

    # Writing

    def lock(
        self, wait_seconds: float | None, waiting: Callable[[int | None], object] | None = None
    ) -> AbstractContextManager[None]:
        return self._store.lock(wait_seconds, waiting)

    def commit(self, part: Part) -> None:
        with self._lock:
            self.refresh()
            with self._reading() as view:
                self._store.commit(part, view)
            self.refresh()

    def merge(self) -> None:
        """Make one segment of all, and leave nothing of what was removed. The caller holds the lock."""
        with self._lock:
            self.refresh()
            with self._reading() as view:
                self._store.merge(view)
            self.refresh()

    def refresh(self) -> bool:
        with self._reading() as view:
            if self._store.generation() == view.generation:
                return False
            # The views before are for who pages on with a cursor. Beyond that a view is left to whoever still streams
            # hits from it; its files close when they are done.
            self._former = [*self._former, view][-_FORMER_VIEWS:]
            self._view = self._store.view(view)
            return True

    def close(self) -> None:
        with self._lock:
            if not self._is_closed:
                for view in (self._view, *self._former):
                    view.close()
            self._is_closed = True

    @contextmanager
    def _reading(self, commit: str | None = None) -> Iterator[View]:
        """The newest view seen, or that of `commit`, for this thread alone. UsageError when the index is closed,
        CursorExpired where the commit is not at hand any more."""
        with self._lock:
            if self._is_closed:
                raise UsageError(f"the index in {self.path} is closed")
            yield self._view if commit is None else self._view_of(commit)

    def _view_of(self, commit: str) -> View:
        for view in (self._view, *self._former):
            if view.name == commit:
                return view
        raise CursorExpired("the index has changed since the search that gave this cursor; search again")


def _counts(names: list[str], numbers: Ints) -> dict[str, int]:
    """How often each name is given, the most frequent first."""
    counts = np.bincount(numbers, minlength=len(names)).tolist()
    return dict(sorted(((n, c) for n, c in zip(names, counts, strict=True) if c), key=lambda pair: -pair[1]))
