"""What a capture says: bytes in, an `Article` out, by one reader for HTML and one for plain text.

Both readers make blocks, and one set of rules (`label`) says what each block is. Pure: no files, clock or network.
Called by `ingest` and by the API's ``parse``; never by a search.
"""

from __future__ import annotations

from newsidx.model import Article, Capture

__all__ = ["extract"]


def extract(capture: Capture) -> Article:
    """The article of a capture. Raises CaptureError (NotACapture, CaptureFailed), and nothing else, on any bytes."""
    if capture.media_type == "text/plain":
        from newsidx.extract.text import extract_text

        return extract_text(capture)
    if capture.media_type == "application/json":
        from newsidx.extract.record import extract_record

        return extract_record(capture)
    from newsidx.extract.html import extract_html

    return extract_html(capture)
