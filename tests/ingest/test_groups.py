"""Which capture stands for its duplicates, which version is searched: laws of a pure function."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsidx.ingest.groups import arrange
from newsidx.ingest.ledger import CaptureRow

TIMES = st.none() | st.integers(0, 3).map(float)
ROWS = st.builds(
    CaptureRow,
    group=st.just("g"),
    digest=st.sampled_from("abc"),
    times=st.tuples(TIMES, TIMES, TIMES),
    run=st.integers(1, 3),
    paths=st.lists(st.sampled_from(["1\0x", "1\0y", "1\0z"]), unique=True, max_size=2).map(lambda p: tuple(sorted(p))),
    superseded=st.integers(0, 2),
    is_stub=st.booleans(),
)
GROUPS = st.dictionaries(st.sampled_from([f"id{i}" for i in range(8)]), ROWS, max_size=8)


@given(GROUPS)
def test_one_capture_a_text_and_one_current_text(rows: dict[str, CaptureRow]) -> None:
    arranged = arrange(rows)
    assert arranged.keys() == rows.keys()
    firsts = {row.digest: id_ for id_, row in arranged.items() if row.duplicate_of is None}
    assert firsts.keys() == {row.digest for row in rows.values()}
    for row in arranged.values():
        assert row.duplicate_of is None or row.duplicate_of == firsts[row.digest]
    current = {row.digest for row in arranged.values() if not row.is_earlier}
    assert len(current) == min(1, len(rows))


@given(GROUPS)
def test_it_depends_on_what_the_captures_are_alone(rows: dict[str, CaptureRow]) -> None:
    arranged = arrange(rows)
    assert arrange(dict(reversed(rows.items()))) == arranged
    assert arrange(arranged) == arranged


def row(digest: str, **changes: object) -> CaptureRow:
    values: dict[str, object] = {"group": "g", "times": (None, None, None), "run": 1, "paths": (f"1\0{digest}",)}
    return CaptureRow(digest=digest, **values | changes)  # type: ignore[arg-type]


def current(rows: dict[str, CaptureRow]) -> list[str]:
    return sorted(id_ for id_, r in arrange(rows).items() if not r.is_earlier)


def test_the_newest_capture_is_searched() -> None:
    rows = {"old": row("a", times=(1.0, None, None)), "new": row("b", times=(2.0, None, None))}
    assert current(rows) == ["new"]


def test_a_text_that_comes_back_is_the_newest_again() -> None:
    rows = {
        "a1": row("a", times=(1.0, None, None)),
        "b": row("b", times=(2.0, None, None)),
        "a2": row("a", times=(3.0, None, None), paths=("1\0later",)),
    }
    assert current(rows) == ["a1", "a2"]
    assert arrange(rows)["a2"].duplicate_of == "a1"


def test_what_a_file_held_before_is_earlier_whatever_its_times() -> None:
    rows = {"was": row("a", times=(9.0, None, None), paths=(), superseded=2), "is": row("b", run=2)}
    assert current(rows) == ["is"]


def test_a_paywall_does_not_hide_the_whole_text() -> None:
    rows = {"whole": row("a", times=(1.0, None, None)), "stub": row("b", times=(2.0, None, None), is_stub=True)}
    assert current(rows) == ["whole"]
