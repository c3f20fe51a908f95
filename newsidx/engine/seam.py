"""The seam between newsidx and what holds the index: a request in, a stream of hits out; a part in, a commit out.

Whoever implements `Engine` can serve the API, the command line and every other front end. It knows nothing of paths
and roots: what was captured is the business of `newsidx.ingest`, which keeps its books as `ledger` pages, named byte
strings that an engine commits together with the articles and hands back unread.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from newsidx.analysis import AnalyzedArticle
from newsidx.frozen import dataclass
from newsidx.model import Article, Stream
from newsidx.options import SearchRequest
from newsidx.query import Query
from newsidx.query.tree import Node

if TYPE_CHECKING:
    from newsidx.model import Problem, Stats, Suggestion, Why

__all__ = ["Engine", "Part", "Paths"]

Paths: TypeAlias = Callable[[str], Iterable[str]]
"""The IDs of the captures that ``path:`` with this value means."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one commit changes, all of it or nothing.

    `puts` are articles to store and index, in place of any with the same ID; `deletes` are IDs to take out. `earlier`
    says, for any ID, whether it is an earlier version (True) or current (False); IDs not named keep what they were,
    new ones are current. `ledger` maps the names of pages to their new bytes, None to take a page out.
    """

    puts: tuple[tuple[Article, AnalyzedArticle], ...] = ()
    deletes: frozenset[str] = frozenset()
    earlier: Mapping[str, bool] = field(default_factory=dict)
    ledger: Mapping[str, bytes | None] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.puts or self.deletes or self.earlier or self.ledger)


class Engine(Protocol):
    """One open index. Reading is safe between threads; writing is for whoever holds `lock`."""

    @property
    def commit_name(self) -> str:
        """The name of the commit that is seen, another for every commit."""

    def search(
        self,
        request: SearchRequest,
        tree: Node,
        now: dt.datetime,
        *,
        filters: Sequence[Query] = (),
        paths: Paths | None = None,
        commit: str | None = None,
    ) -> Stream:
        """Articles that match `tree` (what `request.query` says) and all of `filters` (what the request's filters
        say; these rank nothing), as `request` wants them; without paths.

        `commit` is `Stream.commit` of a search before, whose commit is to answer again: CursorExpired where it is not
        at hand any more. QueryUnsupported where the tree holds what this engine cannot answer; IndexDamaged where it
        cannot be read.
        """

    def why(
        self,
        request: SearchRequest,
        tree: Node,
        now: dt.datetime,
        id_: str,
        *,
        filters: Sequence[Query] = (),
        paths: Paths | None = None,
    ) -> Why | None:
        """Why the article with this whole ID is found where it is by such a search, or not; None where there is
        none."""

    def suggest(self, prefix: str, limit: int, now: dt.datetime) -> tuple[Suggestion, ...]:
        """How what was typed may go on: its last word finished with words of the index, most articles first."""

    def article(self, id_: str) -> Article | None:
        """The stored article with this whole ID."""

    def has(self, id_: str) -> bool:
        """Whether an article with this whole ID is stored."""

    def ids(self, prefix: str = "") -> Iterator[str]:
        """All IDs (current and earlier) that begin with `prefix`, sorted."""

    def is_earlier(self, id_: str) -> bool:
        """Whether this is an earlier version."""

    def short_id(self, id_: str) -> str:
        """The shortest prefix of at least eight digits that no other ID shares."""

    def ledger(self, name: str) -> bytes | None:
        """A page of the ledger as last committed."""

    def lock(
        self, wait_seconds: float | None, waiting: Callable[[int | None], object] | None = None
    ) -> AbstractContextManager[None]:
        """The right to write. `waiting` is called once before a wait, with the other's process number where it is
        known; IndexBusy when `wait_seconds` are over (None: never)."""

    def commit(self, part: Part) -> None:
        """Make the part durable and visible, all at once."""

    def merge(self) -> None:
        """Leave nothing on disk of what was removed, and make the fewest pieces of the rest."""

    def stats(self) -> Stats: ...

    def check(self) -> list[Problem]:
        """Re-derive what can be re-derived from the stored articles and compare; an empty list is a clean index."""

    def refresh(self) -> bool:
        """See the newest commit; False where it is the one already seen."""

    def close(self) -> None: ...
