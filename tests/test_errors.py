"""Errors travel: between processes, and through copies, with all their fields and their text."""

from __future__ import annotations

import copy
import pickle

import pytest

from newsidx import errors
from newsidx.model import AddReport

REPORT = AddReport({"added": 2}, {}, (), 0.5, 10, 1, interrupted=True)
SYNTAX = {"reason": "r", "text": "a (", "start": 2, "end": 3, "suggestion": "a"}
EXAMPLES: list[BaseException] = [
    errors.NewsidxError("m"),
    errors.UsageError("m"),
    errors.QuerySyntaxError("m", **SYNTAX),  # type: ignore[arg-type]
    errors.QueryUnsupported("m", **SYNTAX),  # type: ignore[arg-type]
    errors.OptionError("m", option="tz"),
    errors.CursorExpired("m"),
    errors.UnknownID("m", prefix="ab", matches=("abc", "abd")),
    errors.IndexNotEmpty("m", path="p"),
    errors.IndexFault("m", path="p"),
    errors.IndexMissing("m", path="p"),
    errors.IndexDamaged("m", path="p"),
    errors.IndexVersion("m", path="p"),
    errors.IndexBusy("m", path="p", pid=7),
    errors.CaptureError("m", reason="r"),
    errors.NotACapture("m", reason="binary"),
    errors.CaptureFailed("m", reason="r"),
    errors.InternalError("m"),
    errors.AddInterrupted(REPORT),
]


def test_there_is_an_example_of_every_error() -> None:
    assert {type(error).__name__ for error in EXAMPLES} == set(errors.__all__)


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_pickle_and_copy(error: BaseException) -> None:
    error.add_note("where it was")
    copies = [pickle.loads(pickle.dumps(error, protocol)) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    for other in (*copies, copy.copy(error), copy.deepcopy(error)):
        assert type(other) is type(error)
        assert (str(other), other.args) == (str(error), error.args)
        assert vars(other) == vars(error)


def test_who_catches_exceptions_does_not_catch_an_interrupt() -> None:
    assert issubclass(errors.AddInterrupted, KeyboardInterrupt)
    assert not issubclass(errors.AddInterrupted, Exception)
    assert issubclass(errors.NewsidxError, Exception)
