"""Damage, told by its name: stock Whoosh meets a damaged file with whatever its unpickling and unpacking raise.

Only what reads files is wrapped, so that a fault of newsidx's own is never called a damaged index.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
def damage_named(folder: str) -> Iterator[None]:
    """IndexDamaged for whatever goes wrong inside, IndexFault where the files may not be read."""
    try:
        yield
    except (NewsidxError, MemoryError):
        raise
    except PermissionError as error:
        raise IndexFault(f"the index in {folder} cannot be read: {error.strerror}", path=folder) from error
    except Exception as error:
        detail = " ".join(str(error).split())[:200] or type(error).__name__
        raise IndexDamaged(f"the index in {folder} is damaged: {detail}", path=folder) from error


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
        with damage_named(self.folder):
            return method(self, *args, **kwargs)

    return told
