"""Classes of frozen values: as those of the standard library, which they are compared with."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pytest

from newsidx import frozen

BOTH = pytest.mark.parametrize("made_by", [dataclasses.dataclass, frozen.dataclass])


def made(made_by: Callable[..., Any]) -> Any:
    @made_by(frozen=True, slots=True)
    class Value:
        """A value."""

        name: str
        count: int = 2
        facts: Mapping[str, int] = dataclasses.field(default_factory=lambda: MappingProxyType({}), repr=False)
        _self: tuple[int, ...] = ()
        span: int = dataclasses.field(default=0, kw_only=True, compare=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "name", self.name.strip())

        @property
        def length(self) -> int:
            return len(self.name)

    return Value


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """At the top of a module, where pickle finds it."""

    name: str
    count: int = 2


@frozen.dataclass(frozen=True, slots=True)
class Ours:
    """The same."""

    name: str
    count: int = 2


@BOTH
def test_fields_are_taken_in_order_and_by_name(made_by: Callable[..., Any]) -> None:
    cls = made(made_by)
    value = cls(" a ", 3, {"b": 1}, (4,), span=5)
    assert dataclasses.astuple(value) == ("a", 3, {"b": 1}, (4,), 5)
    assert value.length == 1
    assert (cls("a").count, cls("a").facts, cls(name="a", count=4).count) == (2, {}, 4)
    assert repr(value) == f"{cls.__qualname__}(name='a', count=3, _self=(4,), span=5)"
    assert dataclasses.replace(value, count=9, span=1) == cls("a", 9, {"b": 1}, (4,))
    assert cls.__match_args__ == ("name", "count", "facts", "_self")


@BOTH
@pytest.mark.parametrize(
    "wrong", [((), {}), (("a", 1, {}, (), 0), {}), (("a",), {"other": 1}), (("a",), {"name": "b"})]
)
def test_other_arguments_are_refused(made_by: Callable[..., Any], wrong: tuple[Any, Any]) -> None:
    args, named = wrong
    with pytest.raises(TypeError, match="__init__"):
        made(made_by)(*args, **named)


@BOTH
def test_values_are_equal_and_hash_by_what_is_compared(made_by: Callable[..., Any]) -> None:
    cls = made(made_by)
    plain = made(made_by)
    assert cls("a", span=1) == cls("a", span=2)
    assert cls("a") != cls("b")
    assert cls("a") != cls("a", 3)
    assert cls("a") != plain("a"), "another class"
    assert cls("a") != "a"
    assert hash(cls("a", 1, (), span=1)) == hash(cls("a", 1, (), span=2))
    with pytest.raises(TypeError, match="unhashable"):
        hash(cls("a", 1, {}))


@BOTH
def test_values_with_nothing_to_compare_are_equal(made_by: Callable[..., Any]) -> None:
    @made_by(frozen=True, slots=True)
    class Every:
        """Anything."""

        span: int = dataclasses.field(default=0, compare=False)

    assert Every(1) == Every(2)
    assert hash(Every(1)) == hash(Every(2))
    assert Every(1) != made(made_by)("a")


@BOTH
def test_nothing_is_set_or_deleted(made_by: Callable[..., Any]) -> None:
    value = made(made_by)("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.name = "b"
    with pytest.raises(dataclasses.FrozenInstanceError):
        del value.name
    with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):  # TypeError: theirs, up to Python 3.12
        value.other = 1
    assert value.name == "a"
    assert not hasattr(value, "__dict__")


@pytest.mark.parametrize("cls", [Theirs, Ours])
def test_values_are_copied_and_pickled(cls: Any) -> None:
    value = cls("a", 3)
    assert copy.copy(value) == copy.deepcopy(value) == value
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(value, protocol)) == value


def test_signatures_are_those_of_the_standard_library() -> None:
    ours, theirs = (
        list(inspect.signature(made(by)).parameters.values()) for by in (frozen.dataclass, dataclasses.dataclass)
    )
    assert [(each.name, each.kind, each.annotation) for each in ours] == [
        (each.name, each.kind, each.annotation) for each in theirs
    ]


def test_other_classes_are_left_to_the_standard_library() -> None:
    @frozen.dataclass(slots=True)
    class Open:
        count: int = 1

    value = Open()
    value.count = 2
    assert value == Open(2)


def test_a_field_that_is_not_taken_is_refused() -> None:
    with pytest.raises(TypeError, match="init"):

        @frozen.dataclass(frozen=True, slots=True)
        class Value:
            count: int = dataclasses.field(default=1, init=False)
