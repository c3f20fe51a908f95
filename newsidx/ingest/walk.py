"""Given paths → the files worth reading, and an outcome for each file or folder that is not read.

Knows names and file systems, no bytes. The order is that of the names' bytes, and a function of the tree alone. What
is skipped is said once: a file by itself, a folder for all that is in it. Leaves content to the workers and the
comparison with what the index knows to the add, which calls it.

Links are followed only within the given folder, and after everything else in it, so that a file is found by its own
name before it is by a link's. A hard link's first name counts.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from newsidx.capture import (
    Glob,
    folder_verdict,
    is_companion_dir,
    name_verdict,
    sidecar_names,
    skip_detail,
)
from newsidx.model import Outcome

__all__ = ["INDEX_MARKER", "Found", "Walk", "walk"]

INDEX_MARKER = "newsidx.json"
"""The file by which the folder of an index is known."""

_Identity = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A file worth reading.

    `path` is absolute (odd bytes as surrogate escapes), `given` the path it came from as it was given, `relative` the
    path below that (for a file given by itself, its name). `sidecar_mtime_ns` tells of a change in the metadata
    beside it, None where there are none.
    """

    path: str
    given: str
    relative: str
    size: int
    mtime_ns: int
    device: int
    inode: int
    sidecar_mtime_ns: int | None = None

    @property
    def hint_path(self) -> str:
        """`relative` with the given folder's own name before it, which may be that of a mirror's host."""
        above = self.path[: len(self.path) - len(self.relative)].rstrip(os.sep)
        return os.path.join(os.path.basename(above), self.relative)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to be entered. `parts` are the names below the root, `prefix` the same with separators and one at the
    end; `is_included` says that an include names it."""

    path: str
    prefix: str
    parts: tuple[str, ...]
    is_included: bool


@dataclass(slots=True)
class _Root:
    given: str
    real: str
    links: deque[tuple[str, _Folder]] = field(default_factory=deque)


def walk(
    paths: Sequence[str],
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    skip_dirs: Collection[str] = (),
    with_json: bool = False,
) -> Walk:
    """Walk files and folders. `include` and `exclude` are globs (`capture.Glob`) over base names, or over the paths
    below the given folder; one that matches a folder counts for all in it. `skip_dirs` are folders of indexes;
    `with_json`: files of JSON are records of articles."""
    return Walk(paths, include=include, exclude=exclude, skip_dirs=skip_dirs, with_json=with_json)


class Walk:
    """Iterating it walks, and gives a `Found` for each file worth reading, an `Outcome` for all else.

    While it goes and afterwards, `unreadable` holds the paths whose contents could not be seen: what lies at or below
    them is unknown, not gone. `missing` holds the given paths that do not exist.
    """

    def __init__(
        self,
        paths: Sequence[str],
        *,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        skip_dirs: Collection[str] = (),
        with_json: bool = False,
    ) -> None:
        self._paths = [os.fsdecode(path) for path in paths]
        self._include = [Glob(pattern) for pattern in include]
        self._exclude = [Glob(pattern) for pattern in exclude]
        self._skip_dirs = tuple(skip_dirs)
        self._with_json = with_json
        self._reset()

    def _reset(self) -> None:
        self.unreadable: list[str] = []
        self.missing: list[str] = []
        self._folders: dict[_Identity, _Folder] = {}
        self._skip: set[_Identity] = set()
        self._given: set[str] = set()
        self._files: set[_Identity] = set()  # files that may be met under another name

    def __iter__(self) -> Iterator[Found | Outcome]:
        self._reset()
        for path in self._skip_dirs:
            try:
                status = os.stat(path)
            except (OSError, ValueError):
                continue
            self._skip.add((status.st_dev, status.st_ino))
        folders: list[tuple[str, str]] = []
        # Files given by name come first: what was asked for by name is read even if a walk would have skipped it.
        for given in self._paths:
            yield from self._given_path(given, folders)
        for given, path in folders:
            yield from self._root(given, path)

    # Given paths

    def _given_path(self, given: str, folders: list[tuple[str, str]]) -> Iterator[Found | Outcome]:
        path = os.path.abspath(given)
        try:
            status = os.stat(path)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            self.missing.append(path)
            detail = "the link leads to nothing" if os.path.islink(path) else "there is no such file or folder"
            yield Outcome(path, "failed", reason="missing", detail=detail)
            return
        except OSError as error:
            yield replace(self._unreadable(path, error), status="failed")  # it was asked for by name
            return
        if stat.S_ISDIR(status.st_mode):
            folders.append((given, path))
        elif path in self._given:
            return
        elif not stat.S_ISREG(status.st_mode):
            yield _skipped(path, "special")
        else:
            self._given.add(path)
            if self._is_known(status):
                yield _skipped(path, "same-file")
                return
            sidecar = self._sidecar(os.path.dirname(path), sidecar_names(os.path.basename(path)))
            yield _found(path, given, os.path.basename(path), status, sidecar)

    def _root(self, given: str, path: str) -> Iterator[Found | Outcome]:
        if self._is_in_index(path):
            yield _skipped(path, "index")
            return
        root = _Root(given, os.path.realpath(path))
        yield from self._tree(root, _Folder(path, "", (), not self._include))
        while root.links:
            yield from self._link(root, *root.links.popleft())

    def _is_in_index(self, path: str) -> bool:
        parent = os.path.dirname(os.path.realpath(path))
        while self._skip:
            try:
                status = os.stat(parent)
            except OSError:
                return False
            if (status.st_dev, status.st_ino) in self._skip:
                return True
            if parent == os.path.dirname(parent):
                return False
            parent = os.path.dirname(parent)
        return False

    # Folders

    def _tree(self, root: _Root, top: _Folder) -> Iterator[Found | Outcome]:
        stack = [self._folder(root, top)]
        while stack:
            item = next(stack[-1], None)
            if item is None:
                stack.pop()
            elif isinstance(item, _Folder):
                stack.append(self._folder(root, item))
            else:
                yield item

    def _folder(self, root: _Root, folder: _Folder) -> Iterator[Found | Outcome | _Folder]:
        """What is in a folder; the folders in it are handed back to be entered."""
        try:
            with os.scandir(folder.path) as scan:
                entries = list(scan)
            status = os.stat(folder.path)
        except OSError as error:
            yield self._unreadable(folder.path, error)
            return
        names = {entry.name for entry in entries}
        identity = (status.st_dev, status.st_ino)
        if identity in self._skip or INDEX_MARKER in names:
            yield _skipped(folder.path, "index")
            return
        known = self._folders.setdefault(identity, folder)
        if known is not folder:
            if known.path != folder.path:
                yield _skipped(folder.path, "same-file")
            return
        sidecars = any(name.endswith(".meta.json") for name in names)
        for entry in sorted(entries, key=_by_bytes):
            if entry.is_symlink() or _is_junction(entry):
                root.links.append((entry.path, folder))
            elif entry.is_dir(follow_symlinks=False):
                yield self._subfolder(entry, folder, names)
            elif (item := self._file(root, entry, folder, names if sidecars else None)) is not None:
                yield item

    def _subfolder(self, entry: os.DirEntry[str], folder: _Folder, siblings: set[str]) -> _Folder | Outcome:
        inner = self._inner(entry.path, entry.name, folder)
        if isinstance(inner, _Folder) and is_companion_dir(entry.name, siblings):
            return _skipped(entry.path, "companion")
        return inner

    def _inner(self, path: str, name: str, folder: _Folder) -> _Folder | Outcome:
        parts = (*folder.parts, name)
        if any(glob.matches(parts) for glob in self._exclude):
            return _skipped(path, "excluded")
        reason = folder_verdict(name)
        if reason is not None:
            return _skipped(path, reason)
        is_included = folder.is_included or any(glob.matches(parts) for glob in self._include)
        return _Folder(path, folder.prefix + name + os.sep, parts, is_included)

    # Files

    def _file(
        self, root: _Root, entry: os.DirEntry[str], folder: _Folder, siblings: set[str] | None
    ) -> Found | Outcome | None:
        """`siblings` are the names beside it if there are sidecars among them. None: it was given by name."""
        path, name = entry.path, entry.name
        if path in self._given:
            return None
        if not entry.is_file(follow_symlinks=False):
            return _skipped(path, "special")
        reason = self._file_reason(folder, name)
        if reason is not None:
            return _skipped(path, reason)
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            return self._vanished_or_unreadable(path, error)
        if (status.st_nlink > 1 or self._files) and self._is_known(status, keep=status.st_nlink > 1):
            return _skipped(path, "same-file")
        sidecar = None
        if siblings is not None:
            sidecar = self._sidecar(folder.path, [name for name in sidecar_names(name) if name in siblings])
        return _found(path, root.given, folder.prefix + name, status, sidecar)

    def _file_reason(self, folder: _Folder, name: str) -> str | None:
        if self._exclude or not folder.is_included:
            parts = (*folder.parts, name)
            if any(glob.matches(parts) for glob in self._exclude):
                return "excluded"
            if not folder.is_included and not any(glob.matches(parts) for glob in self._include):
                return "not-included"
        reason = name_verdict(name)
        is_json = reason == "data" and name.lower().removesuffix(".gz").endswith(".json")
        return None if is_json and self._with_json else reason

    def _is_known(self, status: os.stat_result, *, keep: bool = True) -> bool:
        """Whether this very file was found before under another name; from now on it is (`keep`)."""
        identity = (status.st_dev, status.st_ino)
        if identity in self._files:
            return True
        if keep and status.st_ino:
            self._files.add(identity)
        return False

    @staticmethod
    def _sidecar(folder: str, candidates: Sequence[str]) -> int | None:
        for name in candidates:
            try:
                return os.stat(os.path.join(folder, name)).st_mtime_ns
            except OSError:
                continue
        return None

    # Links

    def _link(self, root: _Root, path: str, folder: _Folder) -> Iterator[Found | Outcome]:
        name = os.path.basename(path)
        if path in self._given:
            return
        if name.startswith("."):
            yield _skipped(path, "hidden")
            return
        try:
            status = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            yield _skipped(path, "dangling-link")
            return
        except OSError as error:
            yield _skipped(path, "dangling-link") if not _exists(path) else self._unreadable(path, error)
            return
        real = os.path.realpath(path)
        if real != root.real and not real.startswith(os.path.join(root.real, "")):
            yield _skipped(path, "link-outside")
        elif stat.S_ISDIR(status.st_mode):
            yield from self._linked_folder(root, path, folder, status)
        elif stat.S_ISREG(status.st_mode):
            yield self._linked_file(root, path, folder, status, real)
        else:
            yield _skipped(path, "special")

    def _linked_folder(
        self, root: _Root, path: str, folder: _Folder, status: os.stat_result
    ) -> Iterator[Found | Outcome]:
        if (status.st_dev, status.st_ino) in self._folders:
            yield _skipped(path, "same-file")
            return
        inner = self._inner(path, os.path.basename(path), folder)
        if isinstance(inner, _Folder):
            yield from self._tree(root, inner)
        else:
            yield inner

    def _linked_file(
        self, root: _Root, path: str, folder: _Folder, status: os.stat_result, real: str
    ) -> Found | Outcome:
        name = os.path.basename(path)
        reason = self._file_reason(folder, name)
        if reason is not None:
            return _skipped(path, reason)
        if self._is_walked(real) or self._is_known(status):
            return _skipped(path, "same-file")
        candidates = sidecar_names(name)
        sidecar = self._sidecar(folder.path, candidates)
        return _found(path, root.given, folder.prefix + name, status, sidecar)

    def _is_walked(self, real: str) -> bool:
        """Whether a file was found by its own name: its folder was entered, and its name is worth reading."""
        parent, name = os.path.split(real)
        try:
            status = os.stat(parent)
        except OSError:
            return False
        folder = self._folders.get((status.st_dev, status.st_ino))
        return folder is not None and self._file_reason(folder, name) is None

    # What could not be seen

    def _unreadable(self, path: str, error: OSError) -> Outcome:
        self.unreadable.append(path)
        return Outcome(path, "skipped", reason="unreadable", detail=error.strerror or type(error).__name__)

    def _vanished_or_unreadable(self, path: str, error: OSError) -> Outcome:
        if isinstance(error, FileNotFoundError):
            return Outcome(path, "skipped", reason="vanished", detail="it vanished while the folder was read")
        return self._unreadable(path, error)


_DETAILS = {
    "excluded": "an exclude pattern matches it",
    "not-included": "no include pattern matches it",
    "dangling-link": "the link leads to nothing",
    "link-outside": "the link leads out of the given folder",
    "same-file": "another name of what is read already",
    "special": "it is no regular file",
    "index": "the folder of an index",
}


def _skipped(path: str, reason: str) -> Outcome:
    return Outcome(path, "skipped", reason=reason, detail=_DETAILS.get(reason) or skip_detail(reason))


def _found(path: str, given: str, relative: str, status: os.stat_result, sidecar: int | None) -> Found:
    return Found(path, given, relative, status.st_size, status.st_mtime_ns, status.st_dev, status.st_ino, sidecar)


def _by_bytes(entry: os.DirEntry[str]) -> bytes:
    return os.fsencode(entry.name)


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Whether it is a junction of Windows (asked for since Python 3.12), which leads elsewhere as a link does."""
    return os.name == "nt" and bool(getattr(entry, "is_junction", bool)())


def _exists(path: str) -> bool:
    """Whether the link leads to something; a loop of links leads to nothing."""
    try:
        os.stat(path)
    except PermissionError:
        return True
    except OSError:
        return False
    return True
