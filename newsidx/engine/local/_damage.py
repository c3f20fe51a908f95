"""Damage, told by its name: whatever reading a file raises that is not what it should be is one error.

Only what reads files is wrapped, so that a fault of newsidx's own is never called a damaged index.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from newsidx.errors import IndexDamaged, IndexFault, NewsidxError

__all__ = ["damage_named", "reads", "trouble_named"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


class _HasFolder(Protocol):
    @property
    def folder(self) -> str: ...


_S = TypeVar("_S", bound=_HasFolder)


@contextmanager
def damage_named(folder: str, passing: type[BaseException] = NewsidxError) -> Iterator[None]:
    """IndexDamaged for whatever goes wrong inside but `passing`, IndexFault where the files may not be read."""
    try:
        yield
    except (NewsidxError, MemoryError, passing):
        raise
    except Exception as error:
        raise _named(folder, error) from error


def _named(folder: str, error: Exception) -> IndexFault:
    if isinstance(error, PermissionError):
        return IndexFault(f"the index in {folder} cannot be read: {error.strerror}", path=folder)
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str):
        return IndexDamaged(f"the index in {folder} is damaged: {Path(error.filename).name} is missing", path=folder)
    detail = " ".join(str(error).split())[:200] or type(error).__name__
    return IndexDamaged(f"the index in {folder} is damaged: {detail}", path=folder)


@contextmanager
def trouble_named(folder: str) -> Iterator[None]:
    """IndexFault where the system does not let us write: the disk is full, the folder is read-only. What goes wrong
    otherwise is left as it is."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise IndexFault(f"cannot write to the index in {folder}: {reason}", path=folder) from error


def reads(method: Callable[Concatenate[_S, _P], _R]) -> Callable[Concatenate[_S, _P], _R]:
    """A method that reads the index and, when it returns, has read: no generator."""

    @functools.wraps(method)
    def told(self: _S, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return method(self, *args, **kwargs)
        except (NewsidxError, MemoryError):
            raise
        except Exception as error:
            raise _named(self.folder, error) from error

    return told
