"""The folder of a local index: making, opening and committing it. The one module that writes to it.

A folder that is an index holds ``newsidx.json`` (what it is, and in which format), ``newsidx.lock`` and Whoosh's own
files. A commit is Whoosh's: segments first, then the table of contents under a new name by rename, so that a process
killed at any moment leaves the commit before it. (Whoosh does not fsync: a power cut can take the last commit.)

Beside the caller's ledger pages, which it does not read, the store keeps one page of its own, ``summary``: which
languages the index holds, the ranking's totals by language, which articles are earlier versions.
"""

from __future__ import annotations

import json
import os
import re
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, TypeVar

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, EmptyIndexError, FileIndex

from newsidx import analysis
from newsidx.analysis import AnalyzedArticle
from newsidx.engine.local import _fields, _marks
from newsidx.engine.local._damage import damage_named, trouble_named
from newsidx.engine.local._facts import pack_facts
from newsidx.engine.local._lock import write_lock
from newsidx.engine.local._summary import SUMMARY, Summary
from newsidx.engine.local._view import View
from newsidx.engine.seam import Part
from newsidx.errors import IndexDamaged, IndexFault, IndexMissing, IndexNotEmpty, IndexVersion
from newsidx.model import Article
from newsidx.shape import article_to_dict

_T = TypeVar("_T")

__all__ = ["FORMAT", "MARKER", "Store", "is_free", "is_index"]

MARKER = "newsidx.json"
FORMAT = 1
"""Rises when an index written by one version cannot be read by the next."""

_LOCK = "newsidx.lock"
_NAME = "newsidx"
_NOTES = frozenset({".gitignore", ".gitkeep"})
"""What an otherwise empty folder may hold to be kept under version control."""

_LEFTOVERS = re.compile(rf"{_LOCK}|{MARKER}\.new|_{_NAME}_0\.toc.*")
"""What a process leaves that was killed while it made an index."""

_WRITER_MEMORY_MB = 256
_CREATE_WAIT_SECONDS = 30.0

# While a reader opens the table of contents that it has just seen, a writer may replace it by the next: a few tries
# tell that from a table that is really lost.
_TRIES = 10
_PAUSE_SECONDS = 0.02


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
    return all(name in _NOTES or _LEFTOVERS.fullmatch(name) for name in names)


class _Storage(FileStorage):
    """Whoosh's files without Whoosh's lock: who writes holds newsidx's own, which is kept for a whole add."""

    def lock(self, name: str) -> _NoLock:
        return _NoLock()


class _NoLock:
    def acquire(self, blocking: bool = False) -> bool:
        return True

    def release(self) -> None:
        pass


class Store:
    """One index folder. `Store.create` or `Store.open`, then `view` to read and `commit` to write."""

    def __init__(self, path: Path, index: FileIndex) -> None:
        self.path = path
        self._index = index

    @classmethod
    def create(cls, path: Path) -> Store:
        """A new index, or the one that another process has just made here.

        IndexNotEmpty where the folder is not free, IndexFault where it cannot be written.
        """
        if not is_free(path):
            raise _not_empty(path)
        with trouble_named(str(path)):
            path.mkdir(parents=True, exist_ok=True)
        with write_lock(path / _LOCK, index=str(path), wait_seconds=_CREATE_WAIT_SECONDS):
            if not is_index(path):
                if not is_free(path):
                    raise _not_empty(path)
                with trouble_named(str(path)):
                    _make(path)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Store:
        """An index that is there. IndexMissing, IndexVersion or IndexDamaged where it cannot be read."""
        with damage_named(str(path)):
            there = is_index(path)
        if not there:
            raise IndexMissing(f"no index in {path}", path=str(path))
        _check_marker(path)
        with damage_named(str(path)):
            schema = _fields.whoosh_schema()
            return cls(path, _tried(lambda: FileIndex(_Storage(str(path)), schema=schema, indexname=_NAME)))

    def lock(
        self, wait_seconds: float | None, waiting: Callable[[int | None], object] | None = None
    ) -> AbstractContextManager[None]:
        """The right to write; see `newsidx.engine.local._lock.write_lock`."""
        return write_lock(self.path / _LOCK, index=str(self.path), wait_seconds=wait_seconds, waiting=waiting)

    def generation(self) -> int:
        """The number of the newest commit."""
        with damage_named(str(self.path)):
            return _tried(self._generation)

    def _generation(self) -> int:
        generation: int = self._index.latest_generation()
        if generation < 0:
            raise FileNotFoundError("its table of contents is lost")
        return generation

    def view(self) -> View:
        """The newest commit, to read from."""
        with damage_named(str(self.path)):
            return _tried(self._view)

    def _view(self) -> View:
        generation = self._generation()
        return View(self._index.reader(), generation, str(self.path))

    def size_bytes(self) -> int:
        return sum(entry.stat().st_size for entry in os.scandir(self.path) if entry.is_file())

    def commit(self, part: Part, view: View) -> None:
        """Write the part on top of `view`, which must be the newest commit; the caller holds the lock."""
        folder = str(self.path)
        summary = Summary.from_bytes(view.ledger(SUMMARY))
        with trouble_named(folder):
            writer = self._index.writer(limitmb=_WRITER_MEMORY_MB)
            try:
                _write(writer, part, view, summary)
            except BaseException:
                with suppress(Exception):
                    writer.cancel()
                raise
        # What goes wrong now is writing, or reading the segments that are merged.
        with damage_named(folder), trouble_named(folder):
            writer.commit()

    def segments(self) -> int:
        with damage_named(str(self.path)):
            return len(TOC.read(self._index.storage, _NAME, schema=self._index._schema).segments)


def _not_empty(path: Path) -> IndexNotEmpty:
    what = "is not an empty folder" if path.is_dir() else "is not a folder"
    return IndexNotEmpty(f"{path} {what}; a new index needs an empty or absent one", path=str(path))


def _make(path: Path) -> None:
    """The files of an index without articles; the marker last, since it is what makes the folder one."""
    FileIndex.create(_Storage(str(path)), _fields.whoosh_schema(), _NAME)
    marker = path / (MARKER + ".new")
    marker.write_text(json.dumps({"newsidx index": FORMAT, "analysis": analysis.ANALYSIS_VERSION}) + "\n")
    marker.replace(path / MARKER)


def _tried(read: Callable[[], _T]) -> _T:
    """What `read` gives, tried again while a file that it needs is being replaced."""
    for _ in range(_TRIES - 1):
        try:
            return read()
        except (FileNotFoundError, EmptyIndexError):
            time.sleep(_PAUSE_SECONDS)
    return read()


def _write(writer: Any, part: Part, view: View, summary: Summary) -> None:
    gone = set(part.deletes) | {article.id for article, _ in part.puts}
    for id_ in sorted(gone):
        facts = view.facts_of(id_)
        if facts is not None:
            summary.forget(facts)
            writer.delete_by_term("id", id_)
    for article, analyzed in part.puts:
        writer.add_document(
            id=article.id,
            words={_fields.tagged(term, analyzed.lang): places for term, places in analyzed.terms.items()},
            marks=tuple(_marks.article_marks(article)),
            facts=pack_facts(article, analyzed.lengths),
            record=encode_article(article),
        )
        summary.learn(
            article.id, article.kind, analyzed.lang, analyzed.lengths, earlier=part.earlier.get(article.id, False)
        )
    for id_, earlier in part.earlier.items():
        summary.set_earlier(id_, earlier, view.facts_of(id_))
    _write_forms(writer, [analyzed for _, analyzed in part.puts], view, summary)
    ledger: dict[str, bytes | None] = {**part.ledger, SUMMARY: summary.to_bytes()}
    for name, page in ledger.items():
        writer.delete_by_term("id", _fields.LEDGER + name)
        if page is not None:
            writer.add_document(id=_fields.LEDGER + name, record=page)


def _write_forms(writer: Any, analyzed: Iterable[AnalyzedArticle], view: View, summary: Summary) -> None:
    """Keep the lexicon whole: every form that the index has seen, with its terms in every language that it holds."""
    seen: dict[str, dict[str, tuple[str, ...]]] = {}
    for article in analyzed:
        for form, terms in article.forms.items():
            known = seen.setdefault(form, {})
            if article.lang is not None:
                known[article.lang] = terms
    # A query without accents asks for the folded form: that one must be known too.
    for form in [form for form in seen if not form.isascii()]:
        seen.setdefault(analysis.fold(form), {})
    new_langs = summary.languages_without_lexicon()
    entries = [
        _fields.form_entry(form, _in_languages(form, known, summary.languages()))
        for form, known in seen.items()
        if not view.knows_form(form)
    ]
    if new_langs:
        for form in view.lexicon():
            became = _in_languages(form, {}, new_langs)
            if became:
                entries.append(_fields.form_entry(form, became))
    if entries:
        writer.add_document(id=f"{_fields.LEXICON}{view.generation + 1}", forms=entries)
    summary.lexicon_is_whole()


def _in_languages(
    form: str, known: Mapping[str, tuple[str, ...]], languages: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """What the form becomes in each language where that is not just its folded self."""
    plain = (analysis.fold(form),)
    became = {lang: known[lang] if lang in known else analysis.terms(form, lang) for lang in languages}
    return {lang: terms for lang, terms in became.items() if terms != plain}


def encode_article(article: Article) -> bytes:
    """The article as it is stored."""
    return zlib.compress(json.dumps(article_to_dict(article), separators=(",", ":")).encode(), 6)


def _check_marker(path: Path) -> None:
    try:
        marker = json.loads((path / MARKER).read_bytes())
        version = marker["newsidx index"]
        words = marker["analysis"]
    except PermissionError as error:
        raise IndexFault(f"the index in {path} cannot be read: {error.strerror}", path=str(path)) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexDamaged(f"the index in {path} is damaged: {MARKER} cannot be read", path=str(path)) from error
    if version != FORMAT:
        raise IndexVersion(
            f"the index in {path} has format {version}; this newsidx reads format {FORMAT}", path=str(path)
        )
    if words != analysis.ANALYSIS_VERSION:
        raise IndexVersion(
            f"the index in {path} splits words by rules {words}, this newsidx by rules {analysis.ANALYSIS_VERSION}; "
            "make a new index from the captures",
            path=str(path),
        )
