"""One commit, to read from: postings, marks, facts, the lexicon, stored articles and ledger pages by name.

Everything that touches a Whoosh reader is here; the executor above works on plain dicts. Article numbers are
Whoosh's document numbers over all segments. Not safe between threads: whoever shares a view holds a lock.
"""

from __future__ import annotations

import bisect
import json
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from newsidx.engine.local import _fields, _marks
from newsidx.engine.local._damage import reads
from newsidx.engine.local._facts import Facts, unpack_facts
from newsidx.engine.local._summary import SUMMARY, Summary
from newsidx.model import Article
from newsidx.shape import article_from_dict

__all__ = ["View"]

_SHORTEST_ID = 8
_ID_DIGITS = 64


class View:
    """A Whoosh reader seen as newsidx's own structures."""

    def __init__(self, reader: Any, generation: int, folder: str) -> None:
        self.generation = generation
        self.folder = folder
        self._reader = reader
        self._leaves: list[tuple[Any, int]] = list(reader.leaf_readers())
        self._bases = [base for _, base in self._leaves]
        self._columns = [
            leaf.column_reader("facts") if leaf.doc_count_all() and leaf.has_column("facts") else None
            for leaf, _ in self._leaves
        ]
        self._facts: dict[int, Facts | None] = {}
        self.summary = Summary.from_bytes(self.ledger(SUMMARY))

    def close(self) -> None:
        self._reader.close()

    # Words

    @reads
    def occurrences(self, term: str, lang: str | None) -> dict[int, Sequence[int]]:
        """The articles in `lang` that have the term, each with its occurrences (`newsidx.analysis.postings`)."""
        found: dict[int, Sequence[int]] = {}
        key = _encode(_fields.tagged(term, lang))
        for leaf, base in self._leaves:
            if ("words", key) not in leaf:
                continue
            matcher = leaf.postings("words", key)
            while matcher.is_active():
                places = array("I")
                places.frombytes(matcher.value())
                found[base + matcher.id()] = places
                matcher.next()
        return found

    @reads
    def marked(self, mark: str) -> set[int]:
        """The articles that have the mark."""
        found: set[int] = set()
        key = _encode(mark)
        for leaf, base in self._leaves:
            if ("marks", key) in leaf:
                found.update(base + number for number in leaf.postings("marks", key).all_ids())
        return found

    @reads
    def marks_from(self, prefix: str) -> list[str]:
        """The marks that begin with `prefix`, each once, sorted; also of what was removed and not merged away."""
        key = _encode(prefix)
        found = {mark for leaf, _ in self._leaves for mark in leaf.expand_prefix("marks", key)}
        return [mark.decode("utf-8", "surrogatepass") for mark in sorted(found)]

    # The lexicon

    @reads
    def form(self, form: str) -> dict[str, tuple[str, ...]] | None:
        """The terms of a written form in each language where they are more than its folded self; None for a form
        that the index has not seen."""
        prefix = _encode(_fields.form_prefix(form))
        known: dict[str, tuple[str, ...]] | None = None
        for leaf, _ in self._leaves:
            for entry in leaf.expand_prefix("forms", prefix):
                known = (known or {}) | _fields.read_form_entry(entry.decode("utf-8", "surrogatepass"))[1]
        return known

    @reads
    def knows_form(self, form: str) -> bool:
        prefix = _encode(_fields.form_prefix(form))
        return any(next(iter(leaf.expand_prefix("forms", prefix)), None) is not None for leaf, _ in self._leaves)

    @reads
    def lexicon(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """Every written form that the index has seen, as `form` gives it."""
        known: dict[str, dict[str, tuple[str, ...]]] = {}
        for entry in self._reader.lexicon("forms"):
            form, became = _fields.read_form_entry(entry.decode("utf-8", "surrogatepass"))
            known.setdefault(form, {}).update(became)
        return known

    @reads
    def words(self) -> list[tuple[str, str | None]]:
        """Every index term with its language; also of what was removed and not merged away."""
        return [_fields.untagged(key.decode("utf-8", "surrogatepass")) for key in self._reader.lexicon("words")]

    # Articles

    @reads
    def facts(self, number: int) -> Facts | None:
        """The facts of an article; None for a document that is none."""
        try:
            return self._facts[number]
        except KeyError:
            leaf = bisect.bisect_right(self._bases, number) - 1
            column = self._columns[leaf]
            facts = None if column is None else unpack_facts(bytes(column[number - self._bases[leaf]]))
            self._facts[number] = facts
            return facts

    def facts_of(self, id_: str) -> Facts | None:
        number = self.number(id_)
        return None if number is None else self.facts(number)

    @reads
    def number(self, id_: str) -> int | None:
        """The article's number; None where no capture has this whole ID."""
        return next(self._documents(id_), None)

    def articles(self) -> Iterable[int]:
        """The numbers of all articles, earlier versions too."""
        return self.marked(_marks.ARTICLE)

    @reads
    def article(self, number: int) -> Article:
        """The stored article."""
        return article_from_dict(json.loads(zlib.decompress(self._reader.stored_fields(number)["record"])))

    @reads
    def ids(self, prefix: str = "") -> list[str]:
        """The IDs of all articles that begin with `prefix`, sorted."""
        key = _encode(prefix)
        found = {id_.decode() for leaf, _ in self._leaves for id_ in leaf.expand_prefix("id", key)}
        names = sorted(name for name in found if len(name) == _ID_DIGITS)
        # Of what was deleted, a segment keeps the term until it is merged.
        return [name for name in names if not self._reader.has_deletions() or self.number(name) is not None]

    @reads
    def short_id(self, id_: str) -> str:
        """The shortest prefix of at least eight digits that no other ID shares."""
        for length in range(_SHORTEST_ID, len(id_)):
            others = (other for other in self.ids(id_[:length]) if other != id_)
            if next(others, None) is None:
                return id_[:length]
        return id_

    # The ledger

    @reads
    def ledger(self, name: str) -> bytes | None:
        number = next(self._documents(_fields.LEDGER + name), None)
        if number is None:
            return None
        page: bytes = self._reader.stored_fields(number)["record"]
        return page

    def _documents(self, id_: str) -> Iterator[int]:
        key = _encode(id_)
        for leaf, base in self._leaves:
            if ("id", key) in leaf:
                for number in leaf.postings("id", key).all_ids():
                    yield base + number


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
