"""Whether a path is gone, or only cannot be seen: the difference between an article taken out and one lost."""

from __future__ import annotations

import os

__all__ = ["is_below", "is_gone"]


def is_gone(path: str) -> bool:
    """Whether there is certainly nothing at the path. Where a folder on the way may not be read, nobody can say."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def is_below(path: str, folder: str) -> bool:
    """Whether the path is the folder or in it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
