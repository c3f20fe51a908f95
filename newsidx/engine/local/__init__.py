"""The local engine: a Whoosh index in a folder. The only room that knows Whoosh.

Stock Whoosh keeps the files (segments, table of contents, merging); what is kept in them, how it is searched and how
it is ranked is newsidx's own. See docs/ARCHITECTURE.md for the way through.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from newsidx.engine.local import _search
from newsidx.engine.local._check import check_view
from newsidx.engine.local._store import Store, is_free, is_index
from newsidx.engine.local._view import View
from newsidx.engine.seam import Part
from newsidx.errors import UsageError
from newsidx.model import Article, Problem, Stats, Stream
from newsidx.options import SearchRequest
from newsidx.query import tree as nodes

__all__ = ["LocalEngine", "is_free", "is_index"]


class LocalEngine:
    """An open index folder (`newsidx.engine.seam.Engine`). Safe between threads: reads take turns, since a Whoosh
    reader has one place in its files."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._view = store.view()
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

    # Reading

    def search(self, request: SearchRequest, tree: nodes.Node, now: dt.datetime) -> Stream:
        with self._reading() as view:
            return _search.search(view, request, tree, now, self._reading)

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
            return id_ in view.summary.earlier

    def short_id(self, id_: str) -> str:
        with self._reading() as view:
            return view.short_id(id_)

    def ledger(self, name: str) -> bytes | None:
        with self._reading() as view:
            return view.ledger(name)

    def stats(self) -> Stats:
        by_kind: Counter[str] = Counter()
        by_lang: Counter[str] = Counter()
        by_source: Counter[str] = Counter()
        with self._reading() as view:
            for number in view.articles():
                facts = view.facts(number)
                if facts is None or facts.id in view.summary.earlier:
                    continue
                by_kind[facts.kind] += 1
                by_lang[facts.lang or ""] += 1
                source = view.article(number).source
                by_source[source.name or source.domain or ""] += 1
            earlier = len(view.summary.earlier)
        return Stats(
            articles=by_kind.total(),
            earlier=earlier,
            by_kind=dict(by_kind.most_common()),
            by_lang=dict(by_lang.most_common()),
            by_source=dict(by_source.most_common()),
            segments=self._store.segments(),
            size_bytes=self._store.size_bytes(),
        )

    def check(self) -> list[Problem]:
        with self._reading() as view:
            return check_view(view)

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

    def refresh(self) -> bool:
        with self._reading() as view:
            if self._store.generation() == view.generation:
                return False
            # The view before is left to whoever still streams hits from it; its files close when they are done.
            self._view = self._store.view()
            return True

    def close(self) -> None:
        with self._lock:
            if not self._is_closed:
                self._view.close()
            self._is_closed = True

    @contextmanager
    def _reading(self) -> Iterator[View]:
        """The newest view seen, for this thread alone. UsageError when the index is closed."""
        with self._lock:
            if self._is_closed:
                raise UsageError(f"the index in {self.path} is closed")
            yield self._view
