"""Cursors: where a search goes on, as text that means nothing to whoever hands it back.

A cursor names the commit that answered, the search, the place, and the time that relative dates were read at, so that
what follows is what would have followed then. The api makes and reads them; engines know the commit alone.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json

from newsidx.errors import OptionError
from newsidx.frozen import dataclass
from newsidx.options import SearchRequest

__all__ = ["Cursor"]

_SAME = (
    *("query", "sort", "since", "until", "source", "tag", "lang", "section", "kind", "filters", "any", "quote", "tz"),
    *("recent", "feedback", "seed", "lenient"),
)
"""The fields of a request that decide which hits there are, and in which order."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to go on: `offset` in the answer that `commit` gave to the search at `seconds` since 1970."""

    commit: str
    offset: int
    seconds: float
    search: str
    """A digest of the search."""

    @classmethod
    def of(cls, request: SearchRequest, commit: str, offset: int, now: dt.datetime) -> Cursor:
        return cls(commit, offset, now.timestamp(), _digest(request))

    @classmethod
    def read(cls, text: str, request: SearchRequest) -> Cursor:
        """What `str` gave. OptionError where it is no cursor, or that of another search."""
        try:
            commit, offset, seconds, search = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
            cursor = cls(str(commit), int(offset), float(seconds), str(search))
            dt.datetime.fromtimestamp(cursor.seconds, dt.UTC)
        except (ValueError, TypeError, OverflowError, OSError, RecursionError, binascii.Error) as error:
            raise OptionError("the cursor is not one that a search gave", option="cursor") from error
        if cursor.offset < 0 or str(cursor) != text:
            raise OptionError("the cursor is not one that a search gave", option="cursor")
        if cursor.search != _digest(request):
            raise OptionError("the cursor is that of another search", option="cursor")
        return cursor

    def __str__(self) -> str:
        data = json.dumps([self.commit, self.offset, self.seconds, self.search], separators=(",", ":"))
        return base64.urlsafe_b64encode(data.encode()).decode()


def _digest(request: SearchRequest) -> str:
    values = [getattr(request, name) for name in _SAME]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]
