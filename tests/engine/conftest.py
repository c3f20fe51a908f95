"""What tests of the local engine share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from newsidx.engine.local._files import Files


@pytest.fixture(scope="module")
def unsynced() -> Iterator[None]:
    """What outlives a power cut is not asked in this module, and syncing took a quarter of its time: no commit waits
    for the disk. Order and calls of a commit stay what they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Files, "sync", lambda *_: None)
        yield
