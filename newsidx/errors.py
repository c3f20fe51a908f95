"""What can go wrong, as a tree: the user's error, damaged data and our own bug are different branches.

::

    NewsidxError                      everything newsidx raises on purpose
    ├── UsageError                    the caller asked for something that cannot be done as asked
    │   ├── QuerySyntaxError          the query text is wrong; points at the place
    │   ├── QueryUnsupported          the query is right, but this index cannot answer it
    │   ├── OptionError               an option's value cannot be read
    │   ├── CursorExpired             the commit that a cursor names is gone
    │   ├── UnknownID                 no capture of the index has this ID (or several begin with it)
    │   └── IndexNotEmpty             a new index was asked for in a folder that holds other things
    ├── IndexFault                   the index, not the request, is the trouble
    │   ├── IndexMissing              there is no index where one was expected
    │   ├── IndexDamaged              there is one, and it cannot be read
    │   ├── IndexVersion              it was written by another version of newsidx
    │   └── IndexBusy                 another process writes to it, and the wait is over
    ├── CaptureError                  one capture cannot be taken in; the others are not concerned
    │   ├── NotACapture               these bytes are no news capture: a named skip
    │   └── CaptureFailed             they may be one, and reading them failed
    └── InternalError                 a bug of newsidx

    KeyboardInterrupt
    └── AddInterrupted                Ctrl-C during an add, with the report of what it did

Each error has fields beside its one line of text, so that front ends need not read the text.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "AddInterrupted",
    "CaptureError",
    "CaptureFailed",
    "CursorExpired",
    "IndexBusy",
    "IndexDamaged",
    "IndexFault",
    "IndexMissing",
    "IndexNotEmpty",
    "IndexVersion",
    "InternalError",
    "NewsidxError",
    "NotACapture",
    "OptionError",
    "QuerySyntaxError",
    "QueryUnsupported",
    "UnknownID",
    "UsageError",
]


class _Portable(BaseException):
    """An error that pickles and copies with its fields, whatever its constructor asks for: workers hand them over."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self.args, dict(self.__dict__))


def _rebuilt(cls: type[_Portable], args: tuple[object, ...], fields: dict[str, object]) -> _Portable:
    error = cls.__new__(cls, *args)  # keeps `args`, which are what str() shows
    error.__dict__.update(fields)
    return error


class NewsidxError(_Portable, Exception):
    """Everything newsidx raises on purpose; ``str()`` of it is one line for people."""

    kind: str = "error"
    """A short, stable name of the error, for machines."""


class UsageError(NewsidxError):
    """The caller asked for something that cannot be done as asked."""

    kind = "usage"


class QuerySyntaxError(UsageError):
    """The query text is wrong at ``text[start:end]`` (code points).

    ``reason`` is a stable short name of the fault; ``message`` the sentence for people; ``suggestion``, if any, a
    query text that would have been understood.
    """

    kind = "query-syntax"

    def __init__(
        self, message: str, *, reason: str, text: str, start: int, end: int, suggestion: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.text = text
        self.start = start
        self.end = end
        self.suggestion = suggestion

    def caret(self) -> str:
        """The query, and under it carets below the place (tabs and line ends shown as blanks)."""
        shown = "".join(" " if c in "\t\r\n\v\f" else c for c in self.text)
        return f"{shown}\n{' ' * self.start}{'^' * max(1, self.end - self.start)}"


class QueryUnsupported(QuerySyntaxError):
    """The query is right, but holds an operator (at the span) that this index cannot answer."""

    kind = "query-unsupported"


class OptionError(UsageError):
    """The value given for ``option`` cannot be read."""

    kind = "option"

    def __init__(self, message: str, *, option: str | None = None) -> None:
        super().__init__(message)
        self.option = option


class CursorExpired(UsageError):
    """The index has changed since the search that gave the cursor: its next hits would not follow those shown."""

    kind = "cursor-expired"


class UnknownID(UsageError):
    """No capture, or more than one, has an ID that begins with ``prefix``; ``matches`` holds a few of them."""

    kind = "unknown-id"

    def __init__(self, message: str, *, prefix: str, matches: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.prefix = prefix
        self.matches = matches


class IndexNotEmpty(UsageError):
    """A new index was asked for at ``path``, a folder that holds other things (or is no folder)."""

    kind = "index-not-empty"

    def __init__(self, message: str, *, path: str) -> None:
        super().__init__(message)
        self.path = path


class IndexFault(NewsidxError):
    """The index at ``path``, not the request, is the trouble."""

    kind = "index"

    def __init__(self, message: str, *, path: str) -> None:
        super().__init__(message)
        self.path = path


class IndexMissing(IndexFault):
    """There is no index at ``path``."""

    kind = "index-missing"


class IndexDamaged(IndexFault):
    """There is an index at ``path``, and it cannot be read."""

    kind = "index-damaged"


class IndexVersion(IndexFault):
    """The index at ``path`` was written by a version of newsidx that this one cannot read."""

    kind = "index-version"


class IndexBusy(IndexFault):
    """Another process (``pid``, where known) writes to the index, and the wait is over."""

    kind = "index-busy"

    def __init__(self, message: str, *, path: str, pid: int | None = None) -> None:
        super().__init__(message, path=path)
        self.pid = pid


class CaptureError(NewsidxError):
    """One capture cannot be taken in. ``reason`` is a short stable name, e.g. ``binary``; the text says more."""

    kind = "capture"

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason


class NotACapture(CaptureError):
    """These bytes are no news capture (binary, empty, code, …): a skip, with its reason."""

    kind = "not-a-capture"


class CaptureFailed(CaptureError):
    """The bytes may be a capture, and reading them failed."""

    kind = "capture-failed"


class InternalError(NewsidxError):
    """A bug of newsidx."""

    kind = "internal"


class AddInterrupted(_Portable, KeyboardInterrupt):
    """Ctrl-C during an add. `report` is the `newsidx.AddReport` of what it did until then."""

    def __init__(self, report: Any) -> None:
        super().__init__("the add was interrupted")
        self.report = report
