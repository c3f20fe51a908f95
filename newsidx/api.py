"""The door of newsidx: open an index, add captures and articles, search, look after it. Front ends see only this.

Nothing is printed here, and the command line can do nothing that `Index` cannot. What only an add needs (the HTML
parser, the stemmers, the workers) is imported when something is added.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Unpack

from newsidx import query
from newsidx.asked import filters_of, parsed, path_test
from newsidx.cursor import Cursor
from newsidx.engine.local import LocalEngine, is_free, is_index
from newsidx.errors import (
    CaptureError,
    IndexDamaged,
    IndexMissing,
    OptionError,
    UnknownID,
    UsageError,
)
from newsidx.ingest.files import is_below
from newsidx.ingest.ledger import Ledger, PathRow, Root
from newsidx.model import Article, Hint, Hit, Moment, Note, ParseExplanation, Results, Stream
from newsidx.options import AddOptions, ReparseOptions, SearchRequest
from newsidx.query import tree as nodes

if TYPE_CHECKING:
    from newsidx.engine.local.whoosh import WhooshIndex
    from newsidx.ingest.add import Adder
    from newsidx.ingest.recall import Recaller
    from newsidx.keywords import AddKeywords, ReparseKeywords, SearchKeywords
    from newsidx.model import AddReport, Outcome, Problem, Progress, Removal, Repair, RootInfo, Stats, Suggestion, Why

__all__ = [
    "Index",
    "check_options",
    "explain",
    "explain_path",
    "find_index",
    "open",
    "parse",
    "parse_path",
    "rebuild",
    "repair",
]

PathArg: TypeAlias = "str | os.PathLike[str]"

_SHORTEST_ID = 8
_LONGEST_PREFIX = 1000
"""Characters of a text that may be completed."""
_VALUES = attrgetter(*SearchRequest.__slots__)
_SHARED = tuple(set(Results.__slots__) & set(Stream.__slots__) - {"hits"})
"""What results and streams both say."""


def open(path: PathArg, *, create: bool = False) -> Index:  # noqa: A001 - the name that its users expect
    """The index in the folder `path`. With `create`, a new one where there is none.

    IndexMissing where there is none, IndexNotEmpty where one cannot be made, IndexDamaged, IndexVersion.
    """
    return Index(LocalEngine.open(path, create=create))


def find_index(start: PathArg = ".") -> Path:
    """The nearest folder ``index`` in `start` or a folder above it that is an index or empty; else ``start/index``."""
    here = Path(_absolute(os.fspath(start)))
    for folder in (here, *here.parents):
        index = folder / "index"
        with contextlib.suppress(OSError):  # what may not be seen is not ours
            if index.is_dir() and (is_index(index) or is_free(index)):
                return index
    return here / "index"


def parse(
    data: bytes, *, url: str | None = None, path: PathArg | None = None, captured: Moment | dt.date | str | None = None
) -> Article:
    """The article that the bytes of a capture give, without an index.

    `url`, `path` and `captured` are evidence where the page itself says nothing. NotACapture or CaptureFailed where
    the bytes are no capture, OptionError for a `captured` that is no date.
    """
    from newsidx.ingest.made import moment_of
    from newsidx.ingest.reader import parse_bytes

    when = moment_of(captured, "captured")
    return parse_bytes(data, url=url, path=None if path is None else os.fspath(path), captured=when)


def explain(
    data: bytes, *, url: str | None = None, path: PathArg | None = None, captured: Moment | dt.date | str | None = None
) -> ParseExplanation:
    """As `parse`, with each block of the page and why it was taken for what."""
    from newsidx.extract import explanation
    from newsidx.ingest.made import moment_of
    from newsidx.ingest.reader import extract_bytes

    when = moment_of(captured, "captured")
    return explanation(extract_bytes(data, url=url, path=None if path is None else os.fspath(path), captured=when))


def parse_path(
    path: PathArg,
    *,
    url: str | None = None,
    captured: Moment | dt.date | str | None = None,
    format: str | None = None,  # noqa: A002 - as the option of an add
    index: Index | None = None,
) -> Iterator[tuple[str, Article | CaptureError]]:
    """The articles in the file at `path`, each with the path it would have in an index, or why it is none.

    A container (WARC, WACZ, mbox, JSON Lines) gives one for each record, under ``PATH#PLACE``; that as `path` gives
    the one. `format` says whose JSON records they are, where they do not tell. Otherwise as `parse`.
    With an `index`, captures are read with its memory; one that is in it comes out as it was indexed: read with the
    template and the hints that it was read with then.
    """
    for place, found in explain_path(path, url=url, captured=captured, format=format, index=index):
        yield place, found if isinstance(found, CaptureError) else found.article


def explain_path(
    path: PathArg,
    *,
    url: str | None = None,
    captured: Moment | dt.date | str | None = None,
    format: str | None = None,  # noqa: A002 - as the option of an add
    index: Index | None = None,
) -> Iterator[tuple[str, ParseExplanation | CaptureError]]:
    """As `parse_path`, with each block of the page and why it was taken for what."""
    from newsidx.extract import explanation
    from newsidx.ingest.made import moment_of
    from newsidx.ingest.members import parse_path

    when = moment_of(captured, "captured")
    told = (("format", format), ("url", url), ("captured", None if when is None else str(when)))
    hints = tuple(Hint(field, value, "option") for field, value in told if value is not None)
    recall = None if index is None else index._recall()
    for place, found in parse_path(os.fspath(path), hints, recall):
        if isinstance(found, CaptureError):
            yield place, found
        else:
            yield place, explanation(found if recall is None else recall.as_indexed(found))


def check_options(options: AddOptions) -> None:
    """OptionError for what an add would refuse; to be asked before an index is made for it."""
    from newsidx.ingest.add import check_options

    check_options(options)


def rebuild(path: PathArg, new: PathArg) -> None:
    """Make an index in the folder `new`, which is empty or absent, of the articles stored in the one at `path`.

    The captures are not needed, and the old index serves on. It may be one that this newsidx refuses to search, since
    it splits words by other rules. IndexDamaged where it is not whole (`repair`), IndexNotEmpty for `new`.
    """
    LocalEngine.rebuild(path, new)


def repair(
    path: PathArg, *, wait_seconds: float | None = None, waiting: Callable[[int | None], object] | None = None
) -> Repair:
    """Check the index at `path`, and where something is wrong, make it anew in its place of all that can be read of it,
    and of the captures that are still where they were. IndexMissing, IndexVersion, IndexBusy."""
    from newsidx.ingest.add import Adder
    from newsidx.ingest.repair import restore, uncounted
    from newsidx.model import Repair

    with LocalEngine.mending(path, wait_seconds, waiting) as mend:
        problems = _wrong(path)
        if not problems:
            return Repair()
        mended = mend()
        if mended.problems:  # they name the file where the index as a whole could not be opened
            problems = [problem for problem in problems if problem.what != os.fspath(path)]
        problems += [problem for problem in mended.problems if problem not in problems]
        with open(path) as idx:
            engine = idx._engine
            adder = Adder(engine, now=lambda: _now(None), index_path=idx.path)
            read_again, lost = restore(engine, adder, mended.unreadable)
            if mended.is_blind:
                lost += uncounted(engine, mended.searched, len(lost))
    return Repair(tuple(problems), read_again, tuple(lost))


def _wrong(path: PathArg) -> list[Problem]:
    """What a check finds, also where the index cannot be opened."""
    from newsidx.model import Problem

    try:
        with open(path) as idx:
            return idx.check()
    except (IndexDamaged, IndexMissing) as error:
        folder = os.fspath(path)
        return [Problem(folder, str(error).removeprefix(f"the index in {folder} is damaged: "))]


class Index:
    """An open index. Searching is safe between threads; adding waits for other writers."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine
        self._batch: Adder | None = None

    @property
    def path(self) -> str:
        """The folder."""
        return self._engine.path

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"newsidx.open({self.path!r})"

    def close(self) -> None:
        """Let go of the files. A closed index answers no more."""
        self._engine.close()

    def refresh(self) -> bool:
        """See what other processes have committed; False where nothing has changed."""
        return self._engine.refresh()

    @property
    def commit(self) -> str:
        """The name of the commit that answers, until `refresh` finds another."""
        return self._engine.commit_name

    def fingerprint(self, request: SearchRequest) -> str:
        """A text that stays the same as long as the same search gives the same answer: it is made of the request, the
        commit, and the moments that the request's relative dates stand for now. The errors of `search`."""
        now = _now(request.tz)
        whens = (
            node
            for each in (parsed(request), *filters_of(request))
            for node in nodes.walk(each.tree)
            if isinstance(node, nodes.When)
        )
        dates = [query.interval(node, now) for node in whens]
        facts = (self.commit, _VALUES(request), now.tzname(), dates)
        return hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()

    # Searching

    def search(self, query: str | SearchRequest = "", **options: Unpack[SearchKeywords]) -> Results:
        """The best hits, all at once: `query` in the query language, `options` the fields of `SearchRequest`.

        QuerySyntaxError where the query is wrong, QueryUnsupported where this index cannot answer it, OptionError for
        a filter that cannot be read, IndexDamaged where the index cannot.
        """
        request = _request(query, options)
        request, stream = self._search(request)
        values = {name: getattr(stream, name) for name in _SHARED}
        return Results(query=request.query, hits=tuple(stream.hits), offset=request.offset, **values)

    def stream(self, query: str | SearchRequest = "", **options: Unpack[SearchKeywords]) -> Stream:
        """As `search`, but every hit from the offset on unless a limit is given, each read when it is asked for."""
        request = _request(query, {"limit": None, **options})
        return self._search(request)[1]

    def why(self, query: str | SearchRequest, id_: str, **options: Unpack[SearchKeywords]) -> Why:
        """Why the article with this ID (or the beginning of one) is found where it is by a search, or why it is not,
        and the smallest change of the query that would find it. UnknownID, and what `search` raises."""
        request = _request(query, options)
        whole = self.resolve(id_)
        asked = parsed(request)
        found = self._engine.why(
            request, asked.tree, _now(request.tz), whole, filters=filters_of(request), paths=self._at
        )
        if found is None:
            raise UnknownID(f"no capture in the index has the ID {id_}", prefix=id_)
        return found

    def suggest(self, prefix: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """How `prefix` may go on: its last word finished with the index's own words, the most frequent first.

        What stands before the last word must be in the articles that count. Accents do not matter.
        """
        return self._engine.suggest(prefix, limit, _now(None)) if len(prefix) <= _LONGEST_PREFIX else ()

    def _search(self, request: SearchRequest) -> tuple[SearchRequest, Stream]:
        """The request as it was answered (at the offset that its cursor says), and its answer."""
        now, commit = _now(request.tz), None
        if request.cursor is not None:
            cursor = Cursor.read(request.cursor, request)
            request, commit = replace(request, offset=cursor.offset), cursor.commit
            now = dt.datetime.fromtimestamp(cursor.seconds, now.tzinfo)
        asked = parsed(request)
        found = self._engine.search(
            request, asked.tree, now, filters=filters_of(request), paths=self._at, commit=commit
        )
        after = None if request.limit is None else request.offset + request.limit
        has_more = bool(request.limit) and after is not None and after < found.total
        return request, replace(
            found,
            hits=self._with_paths(found.hits),
            nearest=tuple(self._with_paths(iter(found.nearest))),
            notes=asked.notes + found.notes,
            tz=request.tz or now.tzname(),
            cursor=str(Cursor.of(request, found.commit, after or 0, now)) if has_more else None,
        )

    def _at(self, value: str) -> Iterator[str]:
        """The IDs of what ``path:`` with this value means."""
        ledger = Ledger(self._engine.ledger)
        is_meant = path_test(value)
        for key, row in ledger.paths():
            if not ledger.is_memory_key(key) and is_meant(ledger.path_of(key)):
                yield from _held(ledger, row)

    def _with_paths(self, hits: Iterator[Hit]) -> Iterator[Hit]:
        ledger = Ledger(self._engine.ledger)
        for hit in hits:
            paths = _paths(ledger, hit.id)
            yield replace(hit, paths=paths) if paths else hit

    def whoosh(self, *, everything: bool = False) -> WhooshIndex:
        """This index as a `whoosh.index.Index` that only reads, for Whoosh's searchers, parsers, facets, highlighters.

        Its documents are the articles that a search is about, with `everything` also earlier versions and the kinds
        that a search leaves out. It may be used after this index is closed.
        """
        return self._engine.whoosh(everything=everything)

    # Single articles

    def resolve(self, id_: str) -> str:
        """The whole ID that begins with `id_`. UnknownID where none does, or more than one."""
        prefix = id_.strip().lower()
        found = []
        for whole in self._engine.ids(prefix) if prefix else ():
            found.append(whole)
            if len(found) > 5:
                break
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownID(
                f"several captures have an ID that begins with {prefix}", prefix=prefix, matches=tuple(found)
            )
        raise UnknownID(f"no capture in the index has the ID {prefix or '(empty)'}", prefix=prefix)

    def article(self, id_: str) -> Article:
        """The article with this ID, or the beginning of one. UnknownID."""
        article = self._engine.article(self.resolve(id_))
        if article is None:
            raise UnknownID(f"no capture in the index has the ID {id_}", prefix=id_)
        return article

    def paths(self, id_: str) -> tuple[str, ...]:
        """Where the capture with this whole ID was found, its own paths first, then those of its duplicates."""
        return _paths(Ledger(self._engine.ledger), id_)

    def short_id(self, id_: str) -> str:
        """The shortest prefix (at least eight digits) that names this capture alone."""
        return self._engine.short_id(id_)

    def ids(self) -> Iterator[str]:
        """The IDs of all articles, earlier versions too, sorted."""
        return self._engine.ids()

    # Adding

    def add(
        self,
        *items: PathArg | Article,
        options: AddOptions | None = None,
        progress: Callable[[Progress], object] | None = None,
        report: Callable[[Outcome], object] | None = None,
        waiting: Callable[[int | None], object] | None = None,
        **changes: Unpack[AddKeywords],
    ) -> AddReport:
        """Take in files, folders, and articles made in memory (`newsidx.article`); `changes` are fields of
        `AddOptions`.

        `report` is told of every outcome as it is decided, `progress` of every capture read, `waiting` (once, with the
        other's process number or None) when another writer must be waited for. A capture that cannot be read is an
        outcome, not an error; IndexBusy when the wait is over, OptionError for options that cannot be.
        """
        chosen = _changed(options or AddOptions(), changes)
        wanted = [item if isinstance(item, Article) else _absolute(os.fsdecode(item)) for item in items]
        if not wanted:
            raise UsageError("nothing to add: give paths or articles")
        check_options(chosen)
        if self._batch is not None:
            if chosen.dry_run:
                raise UsageError("a dry run cannot be part of a batch")
            return self._batch.add(wanted, chosen, commit_each=False, progress=progress, report=report)
        warning = self._engine.warning()
        with self._adder(chosen.wait_seconds, waiting) as adder:
            done = adder.add(wanted, chosen, progress=progress, report=report)
        return done if warning is None else replace(done, notes=(*done.notes, Note("network-file-system", warning)))

    def reparse(
        self,
        *,
        options: ReparseOptions | None = None,
        progress: Callable[[Progress], object] | None = None,
        report: Callable[[Outcome], object] | None = None,
        waiting: Callable[[int | None], object] | None = None,
        **changes: Unpack[ReparseKeywords],
    ) -> AddReport:
        """Read again what is here, with the readers and the memory of today; `changes` are fields of `ReparseOptions`.

        The report counts captures as changed, unchanged, gone (their articles stay) and failed. Afterwards the index
        is what any other of the same captures is, in whatever order they were added. The rest is as in `add`.
        """
        from newsidx.ingest.reparse import Reparser

        chosen = _changed(options or ReparseOptions(), changes)
        if self._batch is not None:
            raise UsageError("a reparse cannot be part of a batch")
        with self._adder(chosen.wait_seconds, waiting) as adder:
            return Reparser(self._engine, adder, chosen, progress=progress, report=report).run()

    @contextmanager
    def batch(
        self, *, wait_seconds: float | None = None, waiting: Callable[[int | None], object] | None = None
    ) -> Iterator[Index]:
        """Many adds, one commit: all of them at the end, none where an exception leaves the block. For one thread."""
        if self._batch is not None:
            raise UsageError("a batch is open already")
        with self._adder(wait_seconds, waiting) as adder:
            self._batch = adder
            try:
                yield self
            finally:
                self._batch = None
            adder.commit()

    @contextmanager
    def _adder(self, wait_seconds: float | None, waiting: Callable[[int | None], object] | None) -> Iterator[Adder]:
        """An adder on the newest commit, with the right to write for as long as it lives."""
        from newsidx.ingest.add import Adder

        with self._engine.lock(wait_seconds, waiting):
            self._engine.refresh()
            yield Adder(self._engine, now=lambda: _now(None), index_path=self.path)

    def _recall(self) -> Recaller:
        from newsidx.ingest.recall import Recaller

        return Recaller(self._engine)

    # Taking out

    def find_removal(self, *targets: PathArg, query: str | None = None) -> Removal:
        """What `remove` would take out: each target an ID (or the beginning of one) or the path of a capture.

        UnknownID for a target that is neither.
        """
        from newsidx.ingest.intake import Intake

        if query is not None and not query.strip():
            raise UsageError("an empty query would remove every article; say * if that is meant")
        if query is None and not targets:
            raise UsageError("nothing to remove: give IDs, paths or a query")
        ledger = Ledger(self._engine.ledger)
        intake = Intake(self._engine, ledger, now=_now(None))
        wanted = [id_ for target in targets for id_ in self._targets(ledger, os.fspath(target))]
        if query is not None:
            wanted += [hit.id for hit in self.stream(query, snippets=0).hits]
        ids = dict.fromkeys(other for id_ in wanted for other in intake.removes(id_))
        articles = (self._engine.article(id_) for id_ in ids)
        from newsidx.model import Removal

        return Removal(tuple(ids), tuple(article for article in articles if article is not None))

    def _targets(self, ledger: Ledger, target: str) -> list[str]:
        """The IDs that a target of `find_removal` stands for: of a container, all that was read from it."""
        if not target:
            raise UnknownID("an empty name is no ID and no path", prefix=target)
        path = _absolute(target)
        for key in (ledger.memory_key(target), ledger.key_of_shown(path)):
            row = ledger.path(key) if key is not None else None
            if key is not None and row is not None and row.status == "container":
                inside = [held for other, held in ledger.paths() if ledger.file_key(other) == key]
                return [id_ for held in inside for id_ in _held(ledger, held)]
            if row is not None and (ids := _held(ledger, row)):
                return ids
        is_id = all(letter in "0123456789abcdef" for letter in target.strip().lower())
        if os.path.lexists(path) or not is_id:
            raise UnknownID(f"no capture in the index was read from {target}", prefix=target)
        if len(target.strip()) < _SHORTEST_ID:
            raise UnknownID(f"to remove by ID, give at least {_SHORTEST_ID} digits of it", prefix=target)
        return [self.resolve(target)]

    def remove(
        self,
        *targets: PathArg,
        query: str | None = None,
        purge: bool = False,
        wait_seconds: float | None = None,
        waiting: Callable[[int | None], object] | None = None,
    ) -> Removal:
        """Take articles out, with their duplicates and (with a current version) their earlier versions, and remember
        that: the next add passes them over unless told ``again``. UnknownID for a target that is not there.

        What is taken out is found no more, and its text goes from the disk when its segment is merged; with `purge`
        at once.
        """
        if self._batch is not None:
            raise UsageError("remove cannot be part of a batch")
        with self._adder(wait_seconds, waiting) as adder:
            removal = self.find_removal(*targets, query=query)
            when = _now(None).isoformat(timespec="seconds")
            for id_ in removal.ids:
                adder.intake.remove(id_, when)
            adder.commit()
            if purge:
                self._engine.merge()
        return removal

    # Looking after

    def merge(
        self, *, wait_seconds: float | None = None, waiting: Callable[[int | None], object] | None = None
    ) -> Stats:
        """Make one segment of all, which leaves nothing on disk of what was removed. Adds merge by themselves as far
        as searches need it. Returns the counts after it."""
        if self._batch is not None:
            raise UsageError("merging cannot be part of a batch")
        with self._engine.lock(wait_seconds, waiting):
            self._engine.merge()
        return self.stats()

    def roots(self) -> list[RootInfo]:
        """The folders that were added."""
        ledger = Ledger(self._engine.ledger)
        counts: dict[str, int] = {}
        for key, row in ledger.paths():
            if row.status == "article":
                number = key.partition("\0")[0]
                counts[number] = counts.get(number, 0) + 1
        from newsidx.model import RootInfo

        return [RootInfo(r.path, counts.get(str(r.number), 0), os.path.isdir(r.path)) for r in ledger.roots()]

    def move_root(
        self,
        old: PathArg,
        new: PathArg,
        *,
        wait_seconds: float | None = None,
        waiting: Callable[[int | None], object] | None = None,
    ) -> None:
        """The folder `old`, which was added, is at `new` now: its captures keep their IDs and are not read again.
        Roots inside it move along. UsageError where `old` is no root, or `new` is another."""
        if self._batch is not None:
            raise UsageError("moving a root cannot be part of a batch")
        before, after = _absolute(os.fspath(old)), _absolute(os.fspath(new))
        with self._adder(wait_seconds, waiting) as adder:
            for number, path in _moved_roots(adder.ledger.roots(), before, after).items():
                adder.ledger.move_root(number, path)
            adder.commit()

    def stats(self) -> Stats:
        """How many articles of which kinds, languages and sources; segments and size on disk."""
        return self._engine.stats()

    def check(self) -> list[Problem]:
        """Re-derive what the index says from the stored articles and compare, also with the ledger of captures."""
        from newsidx.ingest.check import check_ledger

        return self._engine.check() + check_ledger(self._engine)


def _request(query: str | SearchRequest, options: Mapping[str, Any]) -> SearchRequest:
    if isinstance(query, SearchRequest):
        return _changed(query, options) if options else query
    _check_names(SearchRequest, options)
    return SearchRequest(query, **options)


_Options = TypeVar("_Options", SearchRequest, AddOptions, ReparseOptions)


def _changed(options: _Options, changes: Mapping[str, Any]) -> _Options:
    """The same options with some fields changed; OptionError for a name that is no field."""
    _check_names(type(options), changes)
    return replace(options, **changes)


def _check_names(kind: type[SearchRequest | AddOptions | ReparseOptions], changes: Mapping[str, Any]) -> None:
    unknown = sorted(set(changes) - set(kind.__slots__))
    if unknown:
        from difflib import get_close_matches  # for who has mistyped

        near = get_close_matches(unknown[0], kind.__slots__, n=1)
        advice = f"; did you mean {near[0]}?" if near else ""
        raise OptionError(f"no such option: {', '.join(unknown)}{advice}", option=unknown[0])


def _now(tz: str | None) -> dt.datetime:
    """The time in a zone by its IANA name (None: the machine's own). OptionError where there is no such zone."""
    if tz is None:
        return dt.datetime.now().astimezone()
    import zoneinfo

    try:
        return dt.datetime.now(zoneinfo.ZoneInfo(tz))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise OptionError(f"no such time zone: {tz}", option="tz") from error


def _paths(ledger: Ledger, id_: str) -> tuple[str, ...]:
    return tuple(ledger.path_of(key) for key in ledger.paths_of(id_) if not ledger.is_memory_key(key))


def _held(ledger: Ledger, row: PathRow) -> list[str]:
    """The article that the capture at a path is, or is a duplicate of; none for a path without one."""
    capture = None if row.id is None else ledger.capture(row.id)
    return [] if row.id is None or capture is None else [capture.duplicate_of or row.id]


def _moved_roots(roots: Sequence[Root], before: str, after: str) -> dict[int, str]:
    """The new paths, by number, of the root at `before` and of those inside it."""
    moving = {root.number: after + root.path[len(before) :] for root in roots if is_below(root.path, before)}
    if before not in [root.path for root in roots]:
        known = ", ".join(root.path for root in roots) or "none"
        raise UsageError(f"{before} is not a root of this index; its roots: {known}")
    taken = {root.path for root in roots if root.number not in moving}
    for path in moving.values():
        if path in taken:
            raise UsageError(f"{path} is a root of this index already")
    return moving


def _absolute(path: str) -> str:
    """The path from the root of the file system. UsageError where it is empty, or the current folder is gone."""
    if not path:
        raise UsageError("an empty path is no file or folder")
    try:
        return os.path.abspath(path)
    except OSError as error:
        raise UsageError("the current folder does not exist any more") from error
