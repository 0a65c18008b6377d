"""A frozen or mutable class is what `dataclass` makes of it: held against that on random values."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment import records
from alignment.records import frozen, mutable

Make = Callable[[type], Any]


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


KINDS: dict[str, tuple[Make, Make]] = {
    "frozen": (frozen, dataclass(frozen=True, slots=True)),
    "frozen, by identity": (frozen(eq=False), dataclass(frozen=True, slots=True, eq=False)),
    "frozen, with more": (frozen(slots=False), dataclass(frozen=True)),
    "frozen, with weak references": (frozen(weakref_slot=True), dataclass(frozen=True, slots=True, weakref_slot=True)),
    "mutable": (mutable, dataclass(slots=True)),
    "mutable, by identity": (mutable(eq=False), dataclass(slots=True, eq=False)),
}


def many(few: int) -> Iterator[tuple[tuple[str, int], tuple[Any, Any]]]:
    """Classes of ours that make so many values field by field, each with that of `dataclass`, by kind and place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "FEW", few)
        for name, (ours, theirs) in KINDS.items():
            for which, pair in enumerate(zip(examples(ours), examples(theirs), strict=True)):
                yield (f"{name}, {'compiled' if few == 0 else 'field by field'}", which), pair


CLASSES = dict([*many(0), *many(10**9)])

value = st.one_of(st.none(), st.integers(-1, 2), st.sampled_from((0.0, float("nan"), "", "a", (), (1,))))
names = st.sampled_from((*"abcde", "twice", "fixed", "fresh"))
given_values = st.tuples(st.lists(value, max_size=6), st.dictionaries(names, value, max_size=2))


def outcome(call: Callable[[], Any]) -> object:
    """What a call gives, or the kind of its failure."""
    try:
        return call()
    except (TypeError, AttributeError) as error:
        return type(error)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(sorted(CLASSES)), given_values, given_values)
def test_values_are_made_shown_compared_and_changed_alike(
    which: tuple[str, int], one: tuple[list[Any], dict[str, Any]], other: tuple[list[Any], dict[str, Any]]
) -> None:
    made = []
    for cls in CLASSES[which]:
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
                getattr(cls, "__slots__", None),
                hasattr(cls, "__weakref__"),
            )
        )
    assert repr(made[0]) == repr(made[1])


@pytest.mark.parametrize("which", [which for which in CLASSES if which[0].startswith("frozen")])
def test_nothing_is_assigned_deleted_or_added(which: tuple[str, int]) -> None:
    name, place = which
    made = CLASSES[which][0](*([1] if place else []))
    for attribute in ("a", "more"):
        with pytest.raises(FrozenInstanceError):
            setattr(made, attribute, 2)
        with pytest.raises(FrozenInstanceError):
            delattr(made, attribute)
    assert hasattr(made, "__dict__") == name.startswith("frozen, with more")


@pytest.mark.parametrize("which", [which for which in CLASSES if which[0].startswith("mutable") and which[1]])
def test_fields_of_mutable_values_are_assigned_and_nothing_is_added(which: tuple[str, int]) -> None:
    made = CLASSES[which][0](1)
    made.a = 2
    assert made.a == 2
    with pytest.raises(AttributeError):
        made.more = 3


@pytest.mark.parametrize("which", CLASSES)
def test_help_says_what_a_class_is_called_with(which: tuple[str, int]) -> None:
    told = [
        [(one.name, one.kind, one.default is one.empty) for one in inspect.signature(cls).parameters.values()]
        for cls in CLASSES[which]
    ]
    assert told[0] == told[1]


def test_what_is_wrong_with_a_call_names_the_class() -> None:
    with pytest.raises(TypeError, match=r"Kept\.__init__\(\) missing 1 required positional argument: 'a'"):
        Kept()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"Kept\.__init__\(\) got an unexpected keyword argument 'c'"):
        Kept(1, c=2)  # type: ignore[call-arg]


@pytest.mark.parametrize("which", [which for which in CLASSES if which[1] == 3])
def test_what_is_no_argument_cannot_be_given(which: tuple[str, int]) -> None:
    for name in ("twice", "fixed", "fresh"):
        with pytest.raises(TypeError, match=f"unexpected keyword argument '{name}'"):
            CLASSES[which][0](1, **{name: 2})


def test_nothing_is_compiled_for_a_class_before_it_has_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    code = records._code
    monkeypatch.setattr(records, "_code", lambda text: compiled.append(text) or code(text))

    @frozen
    class Late:
        first: int
        second: int = 2

    for _ in range(records.FEW // 2):
        assert Late(1) == Late(first=1, second=2)
    assert not compiled
    assert Late(1) == Late(first=1, second=2)
    assert compiled == ["def __init__(self, _0, _1):\n _set(self, '_0', _0)\n _set(self, '_1', _1)"]


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
