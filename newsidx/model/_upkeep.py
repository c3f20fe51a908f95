"""What adding, removing and looking after an index give: outcomes, reports, counts, problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from newsidx.frozen import dataclass
from newsidx.model._articles import Article
from newsidx.model._results import Note

__all__ = [
    "AddReport",
    "Outcome",
    "Problem",
    "Progress",
    "Removal",
    "Repair",
    "RootInfo",
    "Stats",
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one path (or key) in an add; a record of a container has the path ``FILE#PLACE``.

    `status` is one of added, version, updated, duplicate, unchanged, skipped, failed, pruned; of a reparse changed,
    unchanged, gone, failed. `reason` is a stable
    short name (for skipped and failed: why; for updated: moved, text, replaced), `detail` one line for people.
    """

    path: str
    status: str
    id: str | None = None
    reason: str | None = None
    detail: str | None = None
    of: str | None = None
    """The ID of the article that a duplicate belongs to, or of the version that came before."""
    count: int = 1
    """Of how many captures this is said: a container's pictures are skipped with one outcome for each media type."""


@dataclass(frozen=True, slots=True)
class AddReport:
    """What an add or a reparse did: counts by status and reason, the first outcomes worth telling, time and sizes.

    Where it was `interrupted`, `uncommitted` captures had been read and are not in the index; the next add reads them
    again. They are in no count.
    """

    counts: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, int]]
    examples: Sequence[Outcome]
    seconds: float
    bytes_read: int
    commits: int
    interrupted: bool = False
    uncommitted: int = 0
    dry_run: bool = False
    notes: tuple[Note, ...] = ()

    @property
    def failed(self) -> int:
        return self.counts.get("failed", 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an add is: captures done of all that must be read, their bytes, seconds gone."""

    done: int
    total: int
    bytes_done: int
    bytes_total: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Stats:
    """What an index holds: `articles` current ones, `earlier` versions; counts of the current ones by kind, language
    and source ("" unknown); its segments and its size on disk."""

    articles: int
    earlier: int
    by_kind: Mapping[str, int]
    by_lang: Mapping[str, int]
    by_source: Mapping[str, int]
    segments: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a check found wrong: `what` is damaged, `text` says how and what is lost."""

    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair found wrong (`problems`; none: nothing was changed), how many captures it read again, and what is
    lost for good."""

    problems: tuple[Problem, ...] = ()
    read_again: int = 0
    lost: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class RootInfo:
    """A folder that was added: where it is, how many captures of it the index knows, whether it is there now."""

    path: str
    captures: int
    exists: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """What a removal takes out: the IDs, duplicates' too, and the articles that stand in the index."""

    ids: tuple[str, ...]
    articles: tuple[Article, ...]
