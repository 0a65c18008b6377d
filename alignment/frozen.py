"""Frozen dataclasses with slots, made in a third of the time.

`dataclass(frozen=True, slots=True)` compiles six functions for each class. The 175 such classes that a question loads
took a seventh of the time of a whole question over a million facts. Here `dataclass` finds the fields and makes the
slots, `__init__` is compiled once for each number of fields, and what else a value can do is told by its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")

_set = object.__setattr__


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """The class as a dataclass that does not change, is equal to its equals, and can stand in sets.

    All that `dataclasses` says of fields, their order and `__post_init__` holds.
    """
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    own = fields(made)
    values = _reader([one.name for one in own if one.compare])

    def equals(self: object, other: object) -> bool:
        return values(self) == values(other) if self.__class__ is other.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(values(self))

    methods = {
        "__init__": _init(own, follows="__post_init__" in vars(cls)),
        "__repr__": _shown,
        "__eq__": equals,
        "__hash__": hashed,
        "__setattr__": _assigned,
        "__delattr__": _deleted,
        "__getstate__": _state,
        "__setstate__": _restored,
    }
    for name, method in methods.items():
        if name not in vars(cls):
            setattr(made, name, method)
    return made  # type: ignore[no-any-return]


def _reader(names: Sequence[str]) -> Callable[[Any], tuple[object, ...]]:
    """What gives some attributes of a value as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _init(own: Sequence[Field[Any]], *, follows: bool) -> Callable[..., None]:
    """`__init__` for some fields; with `follows`, `__post_init__` is called by it."""
    is_optional = [one.default is not MISSING for one in own]
    if sorted(is_optional) == is_optional and all(map(_is_usual, own)):
        defaults = tuple(one.default for one in own if one.default is not MISSING)
        return _usual(tuple(one.name for one in own), defaults, follows=follows)
    return _compiled(own, follows=follows)


def _is_usual(one: Field[Any]) -> bool:
    return one.init and not one.kw_only and one.default_factory is MISSING


def _usual(names: tuple[str, ...], defaults: tuple[object, ...], *, follows: bool) -> Callable[..., None]:
    """`__init__` that sets each field to its argument: that of as many fields by other names, compiled before."""
    code = _pattern(len(names), follows=follows)
    others = dict(zip(_placeholders(len(names)), names, strict=True))
    constants = tuple(others.get(one, one) if isinstance(one, str) else one for one in code.co_consts)
    own = code.replace(co_varnames=("self", *names), co_consts=constants)
    return FunctionType(own, {"_set": _set}, "__init__", defaults)


@cache
def _pattern(fields_: int, *, follows: bool) -> CodeType:
    """The code of such an `__init__`, with placeholders for the names."""
    names = _placeholders(fields_)
    lines = [f" _set(self, {name!r}, {name})" for name in names]
    lines += [" self.__post_init__()"] if follows else []
    made: dict[str, Any] = {}
    exec("\n".join([f"def __init__({', '.join(['self', *names])}):", *(lines or [" pass"])]), made)  # noqa: S102  # as below
    code: CodeType = made["__init__"].__code__
    return code


def _placeholders(number: int) -> list[str]:
    return [f"_{place}" for place in range(number)]


def _compiled(own: Sequence[Field[Any]], *, follows: bool) -> Callable[..., None]:
    """`__init__` for fields of any kind."""
    names: dict[str, Any] = {"_set": _set, "_MISSING": MISSING}
    places: list[str] = ["self"]
    keywords: list[str] = []
    lines: list[str] = []
    for one in own:
        name = one.name
        given = name
        names[f"_d_{name}"], names[f"_f_{name}"] = one.default, one.default_factory
        if one.init:
            default = "" if one.default is MISSING else f"=_d_{name}"
            if one.default_factory is not MISSING:
                default, given = "=_MISSING", f"_f_{name}() if {name} is _MISSING else {name}"
            (keywords if one.kw_only else places).append(f"{name}{default}")
        elif one.default_factory is not MISSING:
            given = f"_f_{name}()"
        elif one.default is not MISSING:
            given = f"_d_{name}"
        else:
            continue  # `__post_init__` sets it
        lines.append(f" _set(self, {name!r}, {given})")
    if follows:
        lines.append(" self.__post_init__()")
    heading = ", ".join([*places, *(["*", *keywords] if keywords else [])])
    text = "\n".join([f"def __init__({heading}):", *(lines or [" pass"])])
    exec(text, names)  # noqa: S102  # names of fields of classes of our own, as `dataclass` does it
    made: Callable[..., None] = names["__init__"]
    return made


def _shown(self: Any) -> str:  # noqa: ANN401  # any class that is frozen, here and below
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _assigned(_self: object, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _deleted(_self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:  # noqa: ANN401
    return [getattr(self, one.name) for one in fields(self)]


def _restored(self: Any, state: Sequence[Any]) -> None:  # noqa: ANN401
    for one, value in zip(fields(self), state, strict=True):
        _set(self, one.name, value)
