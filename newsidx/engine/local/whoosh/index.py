"""The Whoosh index itself: readers over the newest commit, and a refusal to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from whoosh import reading
from whoosh.fields import Schema
from whoosh.index import Index

from newsidx.engine.local._view import View
from newsidx.engine.local.whoosh.codec import ViewSegment
from newsidx.engine.local.whoosh.fields import schema
from newsidx.errors import UsageError

__all__ = ["WhooshIndex"]


class WhooshIndex(Index):
    """An index in a folder, as a `whoosh.index.Index` that only reads.

    Its documents are the articles that a search of newsidx is about: current versions of the kinds that are searched
    by default; with `everything`, all that are stored. Each reader sees the commit that was the newest when it was
    made. As with Whoosh's own, a reader or searcher is for one thread.
    """

    def __init__(
        self, view: Callable[[], View], generation: Callable[[], int], path: str, *, everything: bool = False
    ) -> None:
        """`view` opens the newest commit, `generation` says which one that is."""
        self._view = view
        self._newest = generation
        self._everything = everything
        self.path = path
        opened = view()
        self._generation = opened.generation
        self.schema: Schema = schema(opened.summary.languages)
        self._is_empty = not opened.size
        opened.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path!r}>"

    def is_empty(self) -> bool:
        return self._is_empty

    def latest_generation(self) -> int:
        return self._newest()

    def up_to_date(self) -> bool:
        return self._newest() == self._generation

    def refresh(self) -> WhooshIndex:
        """This one, or one of the newest commit where that is another."""
        if self.up_to_date():
            return self
        return WhooshIndex(self._view, self._newest, self.path, everything=self._everything)

    def reader(self, reuse: reading.IndexReader | None = None) -> reading.IndexReader:
        """A reader of the newest commit. Nothing is taken from `reuse`, which is closed as Whoosh has it."""
        if reuse is not None:
            reuse.close()
        view = self._view()
        fields = schema(view.summary.languages)
        readers = [
            reading.SegmentReader(
                None,  # storage: Whoosh allows for codecs without one
                fields,
                ViewSegment(view, number, fields, everything=self._everything),
                generation=view.generation,
            )
            for number, segment in enumerate(view.segments)
            if segment.articles
        ]
        if not readers:
            return _EmptyReader(fields, view.generation)
        return readers[0] if len(readers) == 1 else reading.MultiReader(list(readers), view.generation)

    def writer(self, **options: Any) -> NoReturn:
        """UsageError: articles go in and out by newsidx."""
        raise UsageError(
            f"the Whoosh index over {self.path} only reads; add and remove articles with newsidx: "
            "Index.add and Index.remove, or the commands of these names"
        )


class _EmptyReader(reading.EmptyReader):
    """Of an index without articles."""

    def __init__(self, fields: Schema, generation: int) -> None:
        super().__init__(fields)
        self._generation = generation

    def generation(self) -> int:
        return self._generation
