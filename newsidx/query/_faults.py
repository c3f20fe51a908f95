"""What is wrong with a query while it is being read: turned into a `QuerySyntaxError` at the door of the package."""

from __future__ import annotations

__all__ = ["Fault"]


class Fault(Exception):
    """A fault at `span`; `replacement`, if any, is what should stand there instead.

    `whole` is a suggestion for the whole text, where one place is not enough.
    """

    def __init__(
        self,
        reason: str,
        message: str,
        span: tuple[int, int],
        replacement: str | None = None,
        *,
        whole: str | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.span = span
        self.replacement = replacement
        self.whole = whole
