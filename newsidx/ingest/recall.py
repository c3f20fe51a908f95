"""What an index remembers of a capture, for reading it as it was read then. Called by the API, for ``parse``."""

from __future__ import annotations

from dataclasses import replace

from newsidx.engine.seam import Engine
from newsidx.extract import Extracted, Memory, Template
from newsidx.ingest.ledger import Ledger
from newsidx.ingest.memories import template_of
from newsidx.model import Hint

__all__ = ["Recaller"]


class Recaller:
    """The memory of an index, as last committed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ledger = Ledger(engine.ledger)

    def __call__(self, id_: str) -> tuple[Memory, tuple[Hint, ...]]:
        """What the capture with this ID is read with, and hints: as it was read, if it is here."""
        memories = self._ledger.memories
        row = self._ledger.capture(id_)
        if row is None:
            return memories.template, ()
        template = memories.recorded(row.source, template_of(row.extractor))
        return (memories.template if template is None else _always(template)), row.hints

    def as_indexed(self, found: Extracted) -> Extracted:
        """What was read, with what only an index knows: when it was taken in; and the article as it is stored where the
        reader or the template that it was read with is not there any more."""
        stored = self._engine.article(found.article.id)
        if stored is None:
            return found
        if stored.extractor != found.article.extractor:
            return replace(found, article=stored)
        return replace(found, article=replace(found.article, indexed=stored.indexed))


def _always(template: Template) -> Memory:
    return lambda source: template
