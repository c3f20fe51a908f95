"""What a capture says: bytes in, an `Article` out, by one reader for HTML and one for plain text.

Both readers make blocks, and one set of rules (`label`) says what each block is. A `Memory` tells what recurs across
the captures of a page's source. Pure: no files, clock or network. Called by `ingest` and by the API's ``parse``; never
by a search.
"""

from __future__ import annotations

from newsidx.extract.memory import Memory, Template, learn, no_memory
from newsidx.extract.reading import Extracted, explanation
from newsidx.model import Article, Capture

__all__ = ["Extracted", "Memory", "Template", "explanation", "extract", "learn", "no_memory", "read", "versions"]


def extract(capture: Capture, *, memory: Memory = no_memory) -> Article:
    """The article of a capture. Raises CaptureError (NotACapture, CaptureFailed), and nothing else, on any bytes."""
    return read(capture, memory=memory).article


def read(capture: Capture, *, memory: Memory = no_memory) -> Extracted:
    """As `extract`, with the blocks of the page and the label of each, and what a memory may learn from it."""
    if capture.media_type == "text/plain":
        from newsidx.extract.text import read_text

        return read_text(capture, memory)
    if capture.media_type == "application/json":
        from newsidx.extract.record import extract_record

        return Extracted(extract_record(capture))
    from newsidx.extract.html import read_html

    return read_html(capture, memory)


def versions() -> frozenset[str]:
    """The versions of the readers, as articles record them (before a ``+``)."""
    from newsidx.extract import html, record, text

    return frozenset((html.EXTRACTOR, text.EXTRACTOR, record.EXTRACTOR))
