"""What every test may use: the shared real captures (skipped by name where absent) and one hypothesis profile."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# One seed: a failure on one machine is a failure on all. `make test-long` raises the number of examples.
settings.register_profile(
    "sample", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "long", derandomize=True, deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("long" if os.environ.get("NEWSIDX_TEST_LONG") else "sample")

# A shell without job control lets what it runs in the background ignore interrupts, and so would all that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_finish() -> None:
    """Modules and collected tests stay to the end: looking for garbage among them took 8 % of the time of a folder."""
    gc.freeze()


@pytest.fixture(scope="session")
def repo() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real captures beside the checkout; tests that need them are skipped where they are absent."""
    path = ROOT.parent / "shared"
    if not (path / "captures" / "seed.txt").is_file():
        pytest.skip("needs the real captures in ../shared, which are not here")
    return path
