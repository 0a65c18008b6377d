"""A frozen class is what `dataclass(frozen=True, slots=True)` makes of it: held against that on random values."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.records import frozen

Make = Callable[[type], Any]


def slotted(cls: type) -> Any:  # noqa: ANN401
    """The class as the library makes it."""
    return dataclass(frozen=True, slots=True)(cls)


def examples(make: Make) -> list[Any]:
    """The same classes, made by either: no field, one, several of all kinds, one that is based on another."""

    @make
    class Empty:
        pass

    @make
    class One:
        a: object

    @make
    class Several:
        a: object
        b: object = 7
        c: list[object] = field(default_factory=list, compare=False)
        d: object = field(default="d", repr=False, compare=False)
        e: object = field(default=1.5, kw_only=True)

    @make
    class Ready:
        a: object
        twice: tuple[object, ...] = field(init=False)
        fixed: int = field(init=False, default=3)
        fresh: list[int] = field(init=False, default_factory=list, compare=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "twice", (self.a, self.a))

    @make
    class Based(One):
        b: object = None

        def __repr__(self) -> str:
            return "based"

    return [Empty, One, Several, Ready, Based]


OURS, THEIRS = examples(frozen), examples(slotted)
CLASSES = range(len(OURS))

value = st.one_of(st.none(), st.integers(-1, 2), st.sampled_from((0.0, float("nan"), "", "a", (), (1,))))
given_values = st.tuples(st.lists(value, max_size=6), st.dictionaries(st.sampled_from("abcde"), value, max_size=2))


def outcome(call: Callable[[], Any]) -> object:
    """What a call gives, or the kind of its failure."""
    try:
        return call()
    except (TypeError, AttributeError) as error:
        return type(error)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(CLASSES), given_values, given_values)
def test_values_are_made_shown_compared_and_changed_alike(
    which: int, one: tuple[list[Any], dict[str, Any]], other: tuple[list[Any], dict[str, Any]]
) -> None:
    made = []
    for cls in (OURS[which], THEIRS[which]):
        pair = [outcome(lambda cls=cls, given=given: cls(*given[0], **given[1])) for given in (one, other)]  # type: ignore[misc]
        whole = [one for one in pair if is_dataclass(one) and not isinstance(one, type)]
        named = [tuple(getattr(one, part.name) for part in fields(one)) for one in whole]
        made.append(
            (
                [one if isinstance(one, type) and not is_dataclass(one) else None for one in pair],
                named,
                [repr(one) for one in whole],
                [one == another for one in whole for another in whole],
                [outcome(lambda one=one: hash(one) == hash(replace(one))) for one in whole],  # type: ignore[misc]
                [repr(outcome(lambda one=one: replace(one, a=9))) for one in whole],  # type: ignore[misc]
                [copy.copy(one) == one for one in whole],
                cls.__match_args__,
                cls.__slots__,
            )
        )
    assert repr(made[0]) == repr(made[1])


@pytest.mark.parametrize("which", CLASSES)
def test_nothing_is_assigned_deleted_or_added(which: int) -> None:
    made = OURS[which](*([1] if which else []))
    for name in ("a", "more"):
        with pytest.raises(FrozenInstanceError):
            setattr(made, name, 2)
        with pytest.raises(FrozenInstanceError):
            delattr(made, name)
    assert not hasattr(made, "__dict__")


@frozen
class Kept:
    """A value that other processes get."""

    a: int
    b: tuple[int, ...] = ()


def test_values_go_to_other_processes() -> None:
    assert pickle.loads(pickle.dumps(Kept(1, (2,)))) == Kept(1, (2,))  # noqa: S301  # our own
    assert copy.deepcopy(Kept(1)) == Kept(1)
    assert Kept(1) != Kept(2)
    assert Kept(1) != (1, ())
    assert {Kept(1): "found"}[Kept(1, ())] == "found"


def test_a_default_before_a_field_without_one_is_refused() -> None:
    """As `dataclass` does it."""
    with pytest.raises((TypeError, SyntaxError)):

        @frozen
        class Odd:
            """In the wrong order."""

            first: int = 1
            second: int  # type: ignore[misc]
