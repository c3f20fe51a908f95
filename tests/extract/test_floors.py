"""Quality does not fall: extraction against the floors of benchmarks/floors.toml, which are only ever raised.

The corpus is always there; of the real pages a fixed sample is read where they are present.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="module")
def benchmark(repo: Path) -> ModuleType:
    if not (repo / "corpus").is_dir():
        pytest.skip("needs the sample corpus, which is not here")
    specification = importlib.util.spec_from_file_location("extraction_benchmark", repo / "benchmarks/extraction.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def floors(benchmark: ModuleType) -> dict[str, Any]:
    found: dict[str, Any] = benchmark.read_floors()
    return found


def check(run: Any, floors: dict[str, Any]) -> None:
    low = {
        field: (run.means.get(field), floor)
        for field, floor in floors[run.name].items()
        if run.means.get(field, 0.0) < floor
    }
    assert not low, run.name


def test_the_floors_are_those_of_this_corpus(benchmark: ModuleType, floors: dict[str, Any]) -> None:
    assert floors["digest"] == benchmark.corpus_digest()


@pytest.mark.parametrize("suffix", [".html", ".txt"])
def test_corpus(benchmark: ModuleType, floors: dict[str, Any], suffix: str) -> None:
    run = benchmark.run_corpus(suffix)
    assert len(run.pages) > 20
    check(run, floors)


def test_kinds(benchmark: ModuleType, floors: dict[str, Any]) -> None:
    run = benchmark.run_kinds()
    assert len({page.site for page in run.pages}) > 5
    check(run, floors)


@pytest.mark.parametrize("suffix", [".html", ".txt"])
@pytest.mark.parametrize("name", ["scrapinghub", "naeb", "fundus-eval", "fundus", "trafilatura-eval"])
def test_real_pages(shared: Path, benchmark: ModuleType, floors: dict[str, Any], name: str, suffix: str) -> None:
    assert shared / "eval" / "extraction" == benchmark.SHARED
    check(benchmark.run_shared(name, suffix, benchmark.SAMPLE), floors)


def test_sites_are_split_alike_everywhere(benchmark: ModuleType) -> None:
    assert benchmark.site_of("https://www.kurier.example/a?b", "x_1") == "kurier"
    assert benchmark.site_of(None, "kurier_1") == "kurier"
    names = [f"site{n}" for n in range(200)]
    assert [benchmark.is_seen(name) for name in names[:4]] == [True, False, True, False]
    assert 70 < sum(benchmark.is_seen(name) for name in names) < 130


def test_floors_only_rise(benchmark: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(benchmark, "FLOORS", tmp_path / "floors.toml")
    monkeypatch.setattr(benchmark, "corpus_digest", lambda: "d")
    for value, expected in ((0.5, 0.5), (0.4, 0.5), (0.75, 0.75)):
        runs = [benchmark.Run("corpus", {"headline": value}, ())]
        monkeypatch.setattr(benchmark, "floor_runs", lambda runs=runs, **_: runs)
        benchmark.raise_floors()
        assert benchmark.read_floors() == {"digest": "d", "corpus": {"headline": expected}}
