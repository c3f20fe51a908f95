"""What can be read of an index, whole or damaged: its articles, and the pages of its ledger.

For making an index anew (`newsidx.engine.local._remake`): of everything else in a segment nothing is needed, and
nothing is touched. Of a damaged one it says what cannot be read.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from newsidx.analysis import primary
from newsidx.codec import DELETED, EARLIER, Ints, Page, Segment
from newsidx.engine.local._articles import decoded_article
from newsidx.engine.local._damage import damage_named
from newsidx.errors import IndexDamaged, IndexFault
from newsidx.model import Article, Problem

__all__ = ["Salvage"]

_T = TypeVar("_T")


@dataclass(slots=True)
class _Piece:
    """A segment: its articles' IDs, which of them are there, and which are earlier versions."""

    name: str
    segment: Segment
    ids: Ints
    alive: Ints
    earlier: Ints


class Salvage:
    """`take` the segments, oldest first; then `articles` and `pages` are what there is, `problems` what is damaged, and
    `lost`, when the articles were read, the IDs of those that could not be. `searched` is how many articles the commit
    says that a search is about, None where it cannot be read; `is_blind`, whether a segment does not tell its IDs."""

    def __init__(self, folder: str) -> None:
        self.generation = 0
        self.searched: int | None = None
        self.is_blind = False
        self.pages: dict[bytes, Page] = {}
        self.problems: list[Problem] = []
        self.lost: list[str] = []
        self._folder = folder
        self._pieces: list[_Piece] = []
        self._patches: list[tuple[int, bytes, int, int]] = []

    def damage(self, name: str, error: BaseException) -> None:
        """Note what cannot be read of the file `name`."""
        text = str(error).removeprefix(f"the index in {self._folder} is damaged: ").removeprefix(f"{name}: ")
        text = text.replace(f"{name} is ", "it is ", 1)
        problem = Problem(name, text)
        if problem not in self.problems:
            self.problems.append(problem)

    def take(self, name: str, opened: Callable[[Callable[[IndexDamaged], object]], Segment]) -> None:
        """A segment's file; `opened` opens it and calls what it is given for each part that it cannot."""
        segment = self._tried(name, lambda: opened(lambda error: self.damage(name, error)))
        if segment is None:
            self.is_blind = True
            return
        ids = self._tried(name, lambda: segment.ids)
        earlier = self._tried(name, lambda: np.array(segment.facts["earlier"], np.bool_))
        if ids is not None and len(ids) == segment.articles:
            none = np.zeros(segment.articles, np.bool_)
            self._pieces.append(_Piece(name, segment, ids, ~none, none if earlier is None else earlier))
        else:
            self.is_blind = True
        self._tried(name, lambda: self._take_patches(segment))
        self._tried(name, lambda: self._take_pages(name, segment))

    def _tried(self, name: str, read: Callable[[], _T]) -> _T | None:
        """What is read, None where it is damaged. A file that is whole but may not be read, or is of another version,
        is no damage: whoever makes the index anew would drop it."""
        try:
            with damage_named(self._folder):
                return read()
        except IndexDamaged as error:
            cause = error.__cause__
            if isinstance(cause, OSError) and not isinstance(cause, FileNotFoundError) and cause.errno != errno.EIO:
                text = f"the index in {self._folder} cannot be read: {name}: {cause.strerror}"
                raise IndexFault(text, path=self._folder) from cause
            self.damage(name, error)
            return None

    def _take_patches(self, segment: Segment) -> None:
        patches = segment.patches
        columns = (patches.generation, patches.segment, patches.article, patches.what)
        for generation, of, article, what in zip(*(column.tolist() for column in columns), strict=True):
            self._patches.append((generation, patches.ids[of], article, what))
            self.generation = max(self.generation, generation)

    def _take_pages(self, name: str, segment: Segment) -> None:
        for number, key in enumerate(segment.page_names.strings()):
            page = self._tried(name, lambda number=number: segment.page(number))  # type: ignore[misc]
            if page is not None and (key not in self.pages or page.generation >= self.pages[key].generation):
                self.pages[key] = page
                self.generation = max(self.generation, page.generation)

    def verify(self) -> None:
        """Verify every page of the segments, also of what is not read otherwise."""
        for piece in self._pieces:
            for guard in piece.segment.guards():
                if bad := guard.damaged_pages():
                    self.problems.append(Problem(piece.name, f"{guard.name}: {len(bad)} damaged pages"))

    def languages(self) -> tuple[str, ...]:
        """The languages of all articles that ever were in the segments."""
        tags = (tag for piece in self._pieces for tag in piece.segment.meta["langs"])
        return tuple(dict.fromkeys(lang for tag in tags if (lang := primary(tag)) is not None))

    def articles(self) -> Iterator[tuple[Article, bool]]:
        """Each article that is there, with whether it is an earlier version; of two with one ID, the later one."""
        by_id = {piece.segment.id: piece for piece in self._pieces}
        for _, of, number, what in sorted(self._patches, key=lambda patch: patch[0]):
            patched = by_id.get(of)
            if patched is not None and number < patched.segment.articles:
                if what == DELETED:
                    patched.alive[number] = False
                else:
                    patched.earlier[number] = what == EARLIER
        last: dict[bytes, _Piece] = {}
        for piece in self._pieces:
            last |= dict.fromkeys(piece.ids[piece.alive].tolist(), piece)
        for piece in self._pieces:
            for number in np.flatnonzero(piece.alive).tolist():
                id_ = piece.ids[number : number + 1]
                if last[id_.tolist()[0]] is piece:
                    article = self._tried(piece.name, lambda: self._read(piece, number, id_))  # noqa: B023
                    if article is None:
                        self.lost.append(id_.tobytes().hex())
                    else:
                        yield article, bool(piece.earlier[number])

    @staticmethod
    def _read(piece: _Piece, number: int, id_: Ints) -> Article:
        return decoded_article(piece.segment.stored[number], id_.tobytes().hex())
