"""The books of an index: which paths were seen, which captures they held, which captures are one article.

Six tables, each a mapping from a string to a small JSON object, cut into pages that the engine commits together
with the articles (`newsidx.engine.seam`): one truth, not two. Pages are read when first asked for and written only
when changed; a table that has grown has more of them, so that who asks for one row reads little more.

=========  ======================================================================================================
table      key → value
=========  ======================================================================================================
path       root number, NUL, path below it; of a record in a container also NUL, its place → `PathRow`
container  path key of a file that holds many captures → `ContainerRow`: how far it has been read
payload    the digest that archives give a payload → the capture ID by which it is here, for their revisits
capture    capture ID → `CaptureRow`
group      URL (or path) that captures of one article share → the IDs of its captures
removed    capture ID → the time it was removed
=========  ======================================================================================================

Roots are one page of their own, which also says how many pages each table has: a root that moves takes all its paths
along. Beside the tables stand the pages of `memories`, one a source.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, field, replace
from typing import TYPE_CHECKING, Any

from newsidx.errors import IndexDamaged
from newsidx.frozen import dataclass
from newsidx.ingest.files import is_below, is_gone
from newsidx.model import Hint

if TYPE_CHECKING:
    from newsidx.ingest.memories import Memories

__all__ = ["MEMORY_ROOT", "CaptureRow", "ContainerRow", "Ledger", "PartRow", "PathRow", "Root", "Table"]

_ROOTS = "roots"

_DIGITS = 2
"""Hexadecimal digits in the name of a page of a new table: 256 of them."""

_FULL = 12 << 10
_ENOUGH = 16
"""When so many pages that a commit writes have more than `_FULL` bytes each on average, the table gets sixteen times as
many. To read ten hits' paths takes a tenth of the time from 4,096 pages of 100,000 captures that it takes from 256 of
120 KB: a page of 8 KB is as much as the engine inflates anyhow."""

MEMORY_ROOT = 0
"""The number of the root that articles made in memory stand under, each by its key or URL."""


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that was added, by its number."""

    number: int
    path: str


@dataclass(frozen=True, slots=True)
class PathRow:
    """What became of a path. `status` is article, skipped, failed, removed or container; `id` the capture it held
    when last read whole; size in bytes, mtime in nanoseconds (both -1 for an article made in memory; a record in a
    container has no mtime of its own), of the file and of the metadata beside it (0: none). `readers` are the versions
    of those that would fail again (empty: it may be another time)."""

    size: int
    mtime_ns: int
    status: str
    id: str | None = None
    reason: str | None = None
    detail: str | None = None
    sidecar_ns: int = 0
    readers: str = ""


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """A capture that is in the index, as an article or as a duplicate of one.

    `times` are captured, modified, published in seconds (None unknown), `run` the add that brought it; `paths` are
    keys of the path table, sorted. `superseded` is the run in which the bytes at its last path changed (0: they did
    not), `last_path` that path's key; `hints` what was known of it beside its bytes and sidecar. `duplicate_of` and
    `is_earlier` are what `newsidx.ingest.groups` decided. `source` is the key under which templates of its source are
    remembered (empty: none), `extractor` what its article was read with.
    """

    group: str
    digest: str
    times: tuple[float | None, float | None, float | None]
    run: int
    paths: tuple[str, ...] = ()
    superseded: int = 0
    last_path: str = ""
    is_stub: bool = False
    hints: tuple[Hint, ...] = ()
    duplicate_of: str | None = None
    is_earlier: bool = False
    source: str = ""
    extractor: str = ""


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a container (a WARC in a WACZ; else the file itself, `part` empty): listed up to the byte `end`, with
    `mark` to know it by when it has grown; `pending` are places of records that were listed and are not read yet.
    `records` and `is_inflated` as in `capture.Place`; `skips` are counts of records that are no pages, by reason;
    `refused` are places of records that `readers` of these versions fail at whenever they try."""

    part: str
    records: str = ""
    is_inflated: bool = False
    end: int = 0
    mark: str = ""
    pending: tuple[int, ...] = ()
    captures: int = 0
    skips: Mapping[str, int] = field(default_factory=dict)
    refused: tuple[int, ...] = ()
    readers: str = ""


@dataclass(frozen=True, slots=True)
class ContainerRow:
    """How far a container has been read. `generation` counts how often its bytes were others than before: places of
    records mean nothing across that."""

    format: str
    parts: tuple[PartRow, ...]
    generation: int = 0


class Table:
    """One table of the ledger: a mapping whose pages are loaded when touched and remember that they changed. `digits`
    says how many pages it has: one for each number of so many hexadecimal digits."""

    def __init__(self, name: str, load: Callable[[str], bytes | None], digits: int = _DIGITS) -> None:
        self._name = name
        self._load = load
        self.digits = digits
        self._pages: dict[int, dict[str, Any]] = {}
        self._texts: dict[int, str] = {}
        self._dirty: set[int] = set()
        self._former: list[str] = []
        """Names of pages that the table had when it had fewer, and which are to be taken out."""

    def get(self, key: str) -> Any:
        return self._page(key).get(key)

    def peek(self, key: str) -> Any:
        """The same for who asks for a few keys of a page and changes none: only the row is made of its JSON."""
        number = self._number(key)
        if number in self._pages:
            return self._pages[number].get(key)
        text = self._texts.get(number)
        if text is None:
            text = self._texts[number] = _unpacked(self._load(self._page_name(number)))
        # Behind a quote within a key or a value stands no colon, and before it a backslash; and no field of a row has
        # the name of a key.
        mark = f"{json.dumps(key)}:"
        at = text.find(mark)
        while at > 0 and text[at - 1] not in "{,":
            at = text.find(mark, at + 1)
        try:
            return _ROW.raw_decode(text, at + len(mark))[0] if at >= 0 else None
        except (ValueError, RecursionError) as error:
            raise _damaged(error) from error

    def set(self, key: str, value: Any) -> None:
        page = self._page(key)
        if page.get(key) != value:
            page[key] = value
            self._dirty.add(self._number(key))

    def delete(self, key: str) -> None:
        if self._page(key).pop(key, None) is not None:
            self._dirty.add(self._number(key))

    def items(self) -> Iterator[tuple[str, Any]]:
        """All rows, page by page."""
        for number in range(16**self.digits):
            yield from list(self._page_number(number).items())

    def changed(self) -> dict[str, bytes | None]:
        """The changed pages by name, as they are to be committed."""
        pages = {n: _encode(self._pages[n]) if self._pages[n] else None for n in sorted(self._dirty)}
        sizes = [len(page) for page in pages.values() if page is not None]
        if len(sizes) >= _ENOUGH and sum(sizes) > _FULL * len(sizes):
            self._spread()
            return self.changed()
        return dict.fromkeys(self._former) | {self._page_name(n): page for n, page in pages.items()}

    def committed(self) -> None:
        """The changed pages are in the index now."""
        self._dirty.clear()
        self._former.clear()

    def _spread(self) -> None:
        """Sixteen pages for each one. All are written, so that none is met that stood under its name before."""
        rows = list(self.items())
        self._former += map(self._page_name, range(16**self.digits))
        self.digits += 1
        self._dirty = set(range(16**self.digits))
        self._pages = {number: {} for number in self._dirty}
        self._texts.clear()
        for key, row in rows:
            self._page(key)[key] = row

    def _page(self, key: str) -> dict[str, Any]:
        return self._page_number(self._number(key))

    def _page_number(self, number: int) -> dict[str, Any]:
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = _decode(self._load(self._page_name(number)))
        return page

    def _page_name(self, number: int) -> str:
        return f"{self._name}:{number:0{self.digits}x}"

    def _number(self, key: str) -> int:
        size = self.digits + 1 >> 1
        digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=size).digest()
        return int.from_bytes(digest) >> 4 * (2 * size - self.digits)


class Ledger:
    """All tables of one index. Changes stay in memory until `changed` is committed and `committed` is said."""

    def __init__(self, load: Callable[[str], bytes | None]) -> None:
        roots = _decode(load(_ROOTS))
        digits = roots.get("digits", {})
        self._tables = {name: Table(name, load, digits.get(name, _DIGITS)) for name in _TABLES}
        self._paths, self._captures, self._groups, self._removed, self._containers, self._payloads = (
            self._tables.values()
        )
        self._load = load
        self._memories: Memories | None = None
        self._roots: dict[int, str] = {int(number): path for number, path in roots.get("roots", {}).items()}
        self.run: int = roots.get("run", 0)
        self._roots_changed = False
        self._innermost: list[Root] | None = None

    @property
    def memories(self) -> Memories:
        """What is remembered of sources; only those who read captures need it, and what it takes to learn."""
        if self._memories is None:
            from newsidx.ingest.memories import Memories

            self._memories = Memories(self._load)
        return self._memories

    # Roots

    def roots(self) -> list[Root]:
        return [Root(number, path) for number, path in sorted(self._roots.items(), key=lambda item: item[1])]

    def start_run(self) -> None:
        """A new add begins: what it brings comes after all that is there. It is written with whatever it changes."""
        self.run += 1

    def root_of(self, path: str) -> Root | None:
        """The innermost root that holds this absolute path."""
        if self._innermost is None:
            self._innermost = sorted(self.roots(), key=lambda root: -len(root.path))
        return next((root for root in self._innermost if is_below(path, root.path)), None)

    def add_root(self, path: str) -> Root:
        """The root at this absolute path, new where there is none."""
        for root in self.roots():
            if root.path == path:
                return root
        root = Root(max(self._roots, default=MEMORY_ROOT) + 1, path)
        self._set_root(root.number, path)
        return root

    def move_root(self, number: int, path: str) -> None:
        self._set_root(number, path)

    def _set_root(self, number: int, path: str) -> None:
        self._roots[number] = path
        self._roots_changed = True
        self._innermost = None

    # Paths

    def path_key(self, path: str) -> str:
        """The key of an absolute path below a root; KeyError where no root holds it."""
        root = self.root_of(path)
        if root is None:
            raise KeyError(path)
        below = path[len(root.path) :].lstrip(os.sep) or "."
        return f"{root.number}\0{below}"

    @staticmethod
    def member_key(file_key: str, part: str, at: int, generation: int = 0) -> str:
        """The path key of the record that begins at the byte `at` of a container's part. Its last part is its place:
        ``AT``, ``PART#AT``; in a file that has been written anew, ``AT.2`` (the second time), and so on."""
        place = f"{at}.{generation + 1}" if generation else str(at)
        return f"{file_key}\0{part}#{place}" if part else f"{file_key}\0{place}"

    @staticmethod
    def file_key(key: str) -> str:
        """The key of the file that a path key's capture is in."""
        return "\0".join(key.split("\0", 2)[:2])

    @staticmethod
    def place_of(key: str) -> tuple[str, int, int] | None:
        """(Part, byte, generation) of a record in a container; None for the key of a file."""
        pieces = key.split("\0", 2)
        if len(pieces) < 3:
            return None
        part, _, place = pieces[2].rpartition("#")
        at, _, generation = place.partition(".")
        return part, int(at), int(generation or 1) - 1

    @staticmethod
    def memory_key(key: str) -> str:
        """The path key of an article made in memory."""
        return f"{MEMORY_ROOT}\0{key}"

    @staticmethod
    def is_memory_key(key: str) -> bool:
        return key.startswith(f"{MEMORY_ROOT}\0")

    def path_of(self, key: str) -> str:
        """The absolute path (for an article made in memory, its key) that a path key stands for."""
        file = self.file_of(key)
        pieces = key.split("\0", 2)
        return f"{file}#{pieces[2]}" if len(pieces) > 2 and not self.is_memory_key(key) else file

    def file_of(self, key: str) -> str:
        """As `path_of`, without a record's place in its container."""
        number, _, below = key.partition("\0")
        if int(number) == MEMORY_ROOT:
            return below
        return os.path.normpath(os.path.join(self._roots[int(number)], below.partition("\0")[0]))

    def key_of_shown(self, shown: str) -> str | None:
        """The path key that `path_of` shows as this absolute path, where the ledger has a row of it."""
        keys = [self.path_key(shown)] if self.root_of(shown) is not None else []
        at = shown.find("#")
        while at >= 0:
            if self.root_of(shown[:at]) is not None:
                keys.append(f"{self.path_key(shown[:at])}\0{shown[at + 1 :]}")
            at = shown.find("#", at + 1)
        return next((key for key in keys if self.path(key) is not None), None)

    def is_gone(self, key: str) -> bool:
        """Whether what the key stands for is there no more: the file, or the record in a file that was written anew. A
        root that cannot be seen hides its files; they are not gone."""
        if self.is_memory_key(key):
            return False
        file = self.file_of(key)
        root = self.root_of(file)
        if root is None or not os.path.isdir(root.path):
            return False
        return is_gone(file) or self.is_former(key)

    def is_former(self, key: str) -> bool:
        """Whether the key is of a record in a container's bytes of former times."""
        place = self.place_of(key)
        if place is None:
            return False
        row = self.container(self.file_key(key))
        return row is None or row.generation != place[2]

    def path(self, key: str) -> PathRow | None:
        row = self._paths.get(key)
        return None if row is None else PathRow(**row)

    def set_path(self, key: str, row: PathRow | None) -> None:
        if row is None:
            self._paths.delete(key)
        else:
            self._paths.set(key, _lean(row))

    def paths(self) -> Iterator[tuple[str, PathRow]]:
        for key, row in self._paths.items():
            yield key, PathRow(**row)

    # Containers

    def container(self, file_key: str) -> ContainerRow | None:
        row = self._containers.get(file_key)
        return None if row is None else _container_row(row)

    def set_container(self, file_key: str, row: ContainerRow | None) -> None:
        if row is None:
            self._containers.delete(file_key)
        else:
            self._containers.set(file_key, asdict(row) | {"parts": [_lean(part) for part in row.parts]})

    def payload(self, digest: str) -> str | None:
        """The ID of the capture that an archive gives this digest."""
        id_: str | None = self._payloads.get(digest)
        return id_ if id_ is not None and self.capture(id_) is not None else None

    def set_payload(self, digest: str, id_: str) -> None:
        """Of several captures that claim one digest the first by ID has it, in whatever order they come."""
        self._payloads.set(digest, min(id_, self._payloads.get(digest) or id_))

    # Captures and groups

    def capture(self, id_: str) -> CaptureRow | None:
        row = self._captures.get(id_)
        return None if row is None else _capture_row(row)

    def paths_of(self, id_: str) -> list[str]:
        """The keys of the paths of a capture, then of those of its duplicates. For a search, which changes nothing."""
        row = self._captures.peek(id_)
        if row is None:
            return []
        keys = list(row.get("paths", ()))
        if row.get(_ALONE):
            return keys
        for other in self._groups.peek(row["group"]) or ():
            duplicate = self._captures.peek(other) if other != id_ else None
            if duplicate is not None and duplicate.get("duplicate_of") == id_:
                keys += duplicate.get("paths", ())
        return keys

    def captures(self) -> Iterator[tuple[str, CaptureRow]]:
        for id_, row in self._captures.items():
            yield id_, _capture_row(row)

    def set_capture(self, id_: str, row: CaptureRow | None) -> None:
        """Write a capture's row (None: take it out), and keep its group's list true."""
        before = self.capture(id_)
        if before is not None and (row is None or row.group != before.group):
            rest = [other for other in self.group(before.group) if other != id_]
            self._groups.set(before.group, rest) if rest else self._groups.delete(before.group)
        if row is None:
            self._captures.delete(id_)
            return
        others = [other for other in self.group(row.group) if other != id_]
        self._groups.set(row.group, sorted([*others, id_]))
        self._captures.set(id_, _lean(row) if others else _lean(row) | {_ALONE: True})
        for other in others:
            values = self._captures.get(other)
            if values is not None and _ALONE in values:
                self._captures.set(other, {name: value for name, value in values.items() if name != _ALONE})

    def group(self, key: str) -> tuple[str, ...]:
        """The IDs of the captures that share a group, sorted."""
        return tuple(self._groups.get(key) or ())

    # What was removed on request

    def removed_at(self, id_: str) -> str | None:
        when: str | None = self._removed.get(id_)
        return when

    def set_removed(self, id_: str, when: str | None) -> None:
        if when is None:
            self._removed.delete(id_)
        else:
            self._removed.set(id_, when)

    # Committing

    def changed(self) -> dict[str, bytes | None]:
        """All changed pages by name."""
        pages: dict[str, bytes | None] = {}
        for table in self._tables.values():
            pages |= table.changed()
        pages |= self._memories.changed() if self._memories is not None else {}
        if pages or self._roots_changed:
            digits = {name: table.digits for name, table in self._tables.items() if table.digits != _DIGITS}
            roots = {str(number): path for number, path in self._roots.items()}
            pages[_ROOTS] = _encode({"roots": roots, "run": self.run, "digits": digits})
        return pages

    def committed(self) -> None:
        for table in self._tables.values():
            table.committed()
        if self._memories is not None:
            self._memories.committed()
        self._roots_changed = False


_TABLES = ("path", "capture", "group", "removed", "container", "payload")
_ALONE = "alone"
"""Said in the row of a capture that has its group to itself, so that a search need not look for others."""
_REQUIRED = frozenset({"size", "mtime_ns", "status", "group", "digest", "times", "run", "part"})


def _lean(row: PathRow | CaptureRow | PartRow) -> dict[str, Any]:
    """A row without the fields that hold their default, as JSON gives it back."""
    values = {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(row).items()}
    return {name: v for name, v in values.items() if v or name in _REQUIRED}


def _capture_row(row: dict[str, Any]) -> CaptureRow:
    plain = CaptureRow(group="", digest="", times=(None, None, None), run=0)
    captured, modified, published = row["times"]
    values = {name: value for name, value in row.items() if name != _ALONE}
    values |= {"times": (captured, modified, published), "paths": tuple(row.get("paths", ()))}
    values["hints"] = tuple(Hint(**hint) for hint in row.get("hints", ()))
    return replace(plain, **values)


def _container_row(row: dict[str, Any]) -> ContainerRow:
    places = ("pending", "refused")
    parts = (PartRow(**(part | {name: tuple(part.get(name, ())) for name in places})) for part in row["parts"])
    return ContainerRow(row["format"], tuple(parts), row["generation"])


def _encode(page: dict[str, Any]) -> bytes:
    return json.dumps(page, separators=(",", ":")).encode("ascii")


def _decode(page: bytes | None) -> dict[str, Any]:
    if page is None:
        return {}
    try:
        decoded: dict[str, Any] = json.loads(_unpacked(page))
    except (ValueError, RecursionError) as error:
        raise _damaged(error) from error
    return decoded


_ROW = json.JSONDecoder()


def _unpacked(page: bytes | None) -> str:
    """The page's JSON: the index keeps it compressed; former versions compressed it themselves, too."""
    if page is None:
        return ""
    try:
        return (page if page.startswith(b"{") else zlib.decompress(page)).decode("ascii")
    except (zlib.error, ValueError) as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> IndexDamaged:
    return IndexDamaged(f"the ledger of captures is damaged: {error}", path="")
