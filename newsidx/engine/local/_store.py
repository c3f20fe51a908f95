"""The folder of a local index: making, opening and committing it. The one module that writes to it.

=========================  ==========================================================================================
file                       what
=========================  ==========================================================================================
``newsidx.json``           that this is an index, in which format, by which rules words were split
``newsidx.lock``           whose lock is the right to write
``newsidx.toc``            the commit: which segments the index is made of (`newsidx.engine.local._commit`)
``newsidx_ID.seg``         a segment (`newsidx.codec`)
=========================  ==========================================================================================

The order of a commit, which is all that keeps an index whole through a crash at any moment:

1. each new segment is written under a name that was never used, and synced;
2. the new commit file is written beside the old one, and synced;
3. it is renamed into the old one's place: from here on the new commit is the index, before it the old one;
4. the folder is synced, so that the rename is durable, and with it the names of the new files;
5. only then the segments that no commit names any more are deleted, and what a killed writer left behind.

Readers hold no lock: they open what the commit file names, and begin again where a segment went away meanwhile.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from newsidx import analysis
from newsidx.codec import FORMAT, READ_FORMATS, Contents, Frames, Segment, write_segment
from newsidx.engine.local._commit import COMMIT, Commit, segment_file
from newsidx.engine.local._damage import damage_named, trouble_named
from newsidx.engine.local._files import Files
from newsidx.engine.local._lock import write_lock
from newsidx.engine.local._summary import Summary
from newsidx.engine.local._view import View
from newsidx.engine.seam import Part
from newsidx.errors import IndexDamaged, IndexFault, IndexMissing, IndexNotEmpty, IndexVersion

if TYPE_CHECKING:
    from newsidx.engine.local._salvage import Salvage

__all__ = ["MARKER", "Store", "is_free", "is_index"]

MARKER = "newsidx.json"

_LOCK = "newsidx.lock"
_NEW = ".new"
_NOTES = frozenset({".gitignore", ".gitkeep"})
"""What an otherwise empty folder may hold to be kept under version control."""

_LEFTOVERS = frozenset({_LOCK, MARKER + _NEW, COMMIT, COMMIT + _NEW})
"""What a process leaves that was killed while it made an index."""

_CREATE_WAIT_SECONDS = 30.0

_TRIES = 20
"""How often a reader begins again because segments were merged away while it opened them."""


def is_index(path: Path) -> bool:
    """Whether the folder is an index (whole or damaged)."""
    return (path / MARKER).is_file()


def is_free(path: Path) -> bool:
    """Whether an index may be made here: nothing there, or a folder that holds nothing."""
    if not path.exists():
        return not path.is_symlink()
    try:
        names = os.listdir(path) if path.is_dir() else [""]
    except OSError:
        return False
    return all(name in _NOTES or name in _LEFTOVERS for name in names)


def _not_empty(path: Path) -> IndexNotEmpty:
    what = "is not an empty folder" if path.is_dir() else "is not a folder"
    return IndexNotEmpty(f"{path} {what}; a new index needs an empty or absent one", path=str(path))


def _without_marker(path: Path) -> IndexDamaged:
    return IndexDamaged(f"the index in {path} is damaged: {MARKER} is missing", path=str(path))


class Store:
    """One index folder. `Store.create` or `Store.open`, then `view` to read and `commit` to write."""

    def __init__(self, files: Files) -> None:
        self.path = files.folder
        self._files = files
        self._seen: tuple[bytes, int] | None = None
        self._format = FORMAT

    @classmethod
    def create(cls, path: Path, files: Callable[[Path], Files] = Files) -> Store:
        """A new index, or the one that another process has just made here.

        IndexNotEmpty where the folder is not free, IndexFault where it cannot be written.
        """
        if not is_free(path):
            raise _without_marker(path) if _is_remnant(path) else _not_empty(path)
        with trouble_named(str(path)):
            path.mkdir(parents=True, exist_ok=True)
        with write_lock(path / _LOCK, index=str(path), wait_seconds=_CREATE_WAIT_SECONDS):
            if not is_index(path):
                if not is_free(path):
                    raise _not_empty(path)
                with trouble_named(str(path)):
                    cls(files(path))._make()
        return cls.open(path, files)

    def _make(self) -> None:
        """The files of an index without articles; the marker last, since it is what makes the folder one."""
        self._publish(COMMIT, Commit(0, (), Summary()).to_bytes())
        self._publish(MARKER, _marker())

    @classmethod
    def open(cls, path: Path, files: Callable[[Path], Files] = Files, *, any_analysis: bool = False) -> Store:
        """An index that is there. IndexMissing, IndexVersion or IndexDamaged where it cannot be read; with
        `any_analysis`, one whose words were split by other rules, too, of which only the articles can be used."""
        with damage_named(str(path)):
            there = is_index(path)
        if not there and _is_remnant(path):
            raise _without_marker(path)
        if not there:
            raise IndexMissing(f"no index in {path}", path=str(path))
        store = cls(files(path))
        store._format = _check_marker(path, any_analysis=any_analysis)
        return store

    @classmethod
    def mend(cls, path: Path, files: Callable[[Path], Files] = Files) -> Store:
        """An index in whatever state; the caller holds the lock. Where the file that says that it is one is not whole,
        it is written anew. IndexMissing where there is nothing of an index, IndexVersion where it is another's."""
        store = cls(files(path))
        if not is_index(path) and not _is_remnant(path):
            raise IndexMissing(f"no index in {path}", path=str(path))
        try:
            store = cls.open(path, files)
        except (IndexDamaged, IndexMissing):
            with trouble_named(str(path)):
                store._publish(MARKER, _marker())
        return store

    def lock(
        self, wait_seconds: float | None, waiting: Callable[[int | None], object] | None = None
    ) -> AbstractContextManager[None]:
        return self.lock_of(self.path, wait_seconds, waiting)

    @staticmethod
    def lock_of(
        path: Path, wait_seconds: float | None, waiting: Callable[[int | None], object] | None = None
    ) -> AbstractContextManager[None]:
        """The right to write to the index in a folder, whatever state that is in."""
        return write_lock(path / _LOCK, index=str(path), wait_seconds=wait_seconds, waiting=waiting)

    # Reading

    def generation(self) -> int:
        """The number of the newest commit. Who serves asks this before each answer: bytes that are those of the last
        time are not read again."""
        with damage_named(str(self.path)):
            data = self._files.read(COMMIT)
            if self._seen is None or data != self._seen[0]:
                self._seen = data, Commit.from_bytes(data, str(self.path)).generation
            return self._seen[1]

    def view(self, former: View | None = None) -> View:
        """The newest commit, to read from; segments that `former` has open are not opened again."""
        opened = {segment.id: segment for segment in former.segments} if former else {}
        for tries_left in reversed(range(_TRIES)):
            commit = self._read_commit()
            try:
                return self._view_of(commit, opened)
            except FileNotFoundError as error:
                if not tries_left or self._read_commit().generation == commit.generation:
                    text = f"the index in {self.path} is damaged: {Path(str(error.filename)).name} is missing"
                    raise IndexDamaged(text, path=str(self.path)) from error
        raise AssertionError("unreachable")

    def _view_of(self, commit: Commit, opened: Mapping[bytes, Segment]) -> View:
        with damage_named(str(self.path), passing=FileNotFoundError):
            segments = [opened.get(id_) or self._open(id_) for id_ in commit.segments]
        return View(commit, segments, str(self.path))

    def _read_commit(self) -> Commit:
        with damage_named(str(self.path)):
            return Commit.from_bytes(self._files.read(COMMIT), str(self.path))

    def _open(self, id_: bytes) -> Segment:
        segment = self._open_any(id_)
        version = segment.meta.get("analysis")
        if version != analysis.ANALYSIS_VERSION:
            raise _other_analysis(self.path, version)
        return segment

    def _open_any(self, id_: bytes, damage: Callable[[IndexDamaged], object] | None = None) -> Segment:
        name = segment_file(id_)
        frames = Frames(self._files.map(name), segment=id_, name=name, path=str(self.path), damage=damage)
        return Segment(frames, id_)

    def salvaged(self) -> Salvage:
        """What can be read of the newest commit, or where its file is not whole, of all segments that are there."""
        from newsidx.engine.local._salvage import Salvage

        salvage = Salvage(str(self.path))
        try:
            commit = self._read_commit()
            ids: Sequence[bytes] = commit.segments
            salvage.generation = commit.generation
            salvage.searched = sum(commit.summary.counts.values())
        except IndexDamaged as error:
            salvage.damage(COMMIT, error)
            ids = [bytes.fromhex(name[8:-4]) for name in self._files.names() if _is_segment_name(name)]
        for id_ in ids:
            salvage.take(segment_file(id_), lambda damage, id_=id_: self._open_any(id_, damage))  # type: ignore[misc]
        return salvage

    def size_bytes(self) -> int:
        return sum(self._files.size(name) for name in self._files.names())

    # Writing

    def commit(self, part: Part, view: View) -> None:
        """Write the part on top of `view`, which must be the newest commit; the caller holds the lock."""
        from newsidx.engine.local._parts import changes, new_segments

        with damage_named(str(self.path)):
            patches, summary = changes(part, view)
        self._write(view, new_segments(part, view, patches, summary), summary)

    def merge(self, view: View) -> None:
        """Make one segment of all, without what was removed; the caller holds the lock."""
        numbers = list(range(len(view.segments)))
        if len(numbers) > 1 or not view.alive.all():
            self._write(view, (), view.summary, merge=numbers)

    def remake(self, contents: Iterable[Contents], generation: int, summary: Summary) -> None:
        """Make these the whole index, as a commit after `generation`; the caller holds the lock. `summary` is true
        when the contents are taken."""
        self._write(View(Commit(generation, (), Summary()), [], str(self.path)), contents, summary)

    def _write(
        self, view: View, contents: Iterable[Contents], summary: Summary, merge: Sequence[int] | None = None
    ) -> None:
        from newsidx.engine.local import _merge

        generation = view.generation + 1
        with trouble_named(str(self.path)), self._taken_back():
            if self._format != FORMAT:  # those that read no more than the former one are told so by its marker
                self._publish(MARKER, _marker())
                self._format = FORMAT
            segments = list(view.segments)
            segments += [self._write_segment(some) for some in contents]
            new = self._view_over(segments, generation, summary)
            chosen = list(merge) if merge is not None else _merge.chosen(new)
            while chosen:
                made = self._write_segment(_merge.merged(new, chosen))
                segments = [segment for i, segment in enumerate(new.segments) if i not in chosen] + [made]
                new = self._view_over(segments, generation, summary)
                chosen = [] if merge is not None else _merge.chosen(new)
            self._publish(COMMIT, new.commit.to_bytes())
        self._tidy(new.commit)

    def _view_over(self, segments: list[Segment], generation: int, summary: Summary) -> View:
        return View(Commit(generation, tuple(s.id for s in segments), summary), segments, str(self.path))

    @contextmanager
    def _taken_back(self) -> Iterator[None]:
        """Where a commit fails, what was written of it goes: it would keep a full disk full until the next one."""
        before = set(self._files.names())
        try:
            yield
        except Exception:
            with suppress(IndexFault, OSError):
                kept = before.union(map(segment_file, self._read_commit().segments))
                for name in self._files.names():
                    if _is_segment_name(name) and name not in kept:
                        self._files.remove(name)
            raise

    def _write_segment(self, contents: Contents) -> Segment:
        id_ = os.urandom(16)
        self._files.write(segment_file(id_), lambda write: write_segment(write, id_, contents))
        return self._open(id_)

    def _publish(self, name: str, data: bytes) -> None:
        """Steps 2 to 4: put a small file in place, durably."""
        self._files.write(name + _NEW, lambda write: write(data))
        self._files.rename(name + _NEW, name)
        self._files.sync_folder()

    def _tidy(self, commit: Commit) -> None:
        """Step 5."""
        named = {segment_file(id_) for id_ in commit.segments}
        for name in self._files.names():
            if (_is_segment_name(name) and name not in named) or name == COMMIT + _NEW:
                self._files.remove(name)


def _is_remnant(path: Path) -> bool:
    """Whether the folder holds articles of an index, though perhaps nothing that says that it is one."""
    with damage_named(str(path)):
        return path.is_dir() and any(map(_is_segment_name, os.listdir(path)))


def _is_segment_name(name: str) -> bool:
    return re.fullmatch(r"newsidx_[0-9a-f]{32}\.seg", name) is not None


def _marker() -> bytes:
    return json.dumps({"newsidx index": FORMAT, "analysis": analysis.ANALYSIS_VERSION}).encode() + b"\n"


def _check_marker(path: Path, *, any_analysis: bool = False) -> int:
    try:
        marker = json.loads((path / MARKER).read_bytes())
        version = marker["newsidx index"]
        words = marker["analysis"]
    except PermissionError as error:
        raise IndexFault(f"the index in {path} cannot be read: {error.strerror}", path=str(path)) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexDamaged(f"the index in {path} is damaged: {MARKER} cannot be read", path=str(path)) from error
    if version not in READ_FORMATS:
        is_newer = isinstance(version, int) and version > FORMAT
        writer = "a newer newsidx" if is_newer else "another newsidx"
        reads = " and ".join(map(str, sorted(READ_FORMATS)))
        raise IndexVersion(
            f"the index in {path} has format {version}, of {writer}; this one reads formats {reads}", path=str(path)
        )
    if words != analysis.ANALYSIS_VERSION and not any_analysis:
        raise _other_analysis(path, words)
    return int(version)


def _other_analysis(path: Path, words: object) -> IndexVersion:
    return IndexVersion(
        f"the index in {path} splits words by rules {words}, this newsidx by rules {analysis.ANALYSIS_VERSION}; "
        "make a new one of its articles: newsidx rebuild NEW --index OLD",
        path=str(path),
    )
