"""Dataclasses with slots, frozen or not, made in a fifth of the time.

`dataclass` compiles up to six functions for each class: those of the 175 classes that a question loads took a seventh
of a whole question over a million facts. Here `dataclass` finds the fields and makes the slots, `__init__` is compiled
once for all classes whose fields are of the same kinds, and what else a value can do is told by its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import cache, partial
from operator import attrgetter
from types import CodeType, FunctionType
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")

_set = object.__setattr__


@overload
def frozen(cls: type[T], /) -> type[T]: ...
@overload
def frozen(*, eq: bool = True, slots: bool = True, weakref_slot: bool = False) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(
    cls: type[T] | None = None, /, *, eq: bool = True, slots: bool = True, weakref_slot: bool = False
) -> type[T] | Callable[[type[T]], type[T]]:
    """The class as a dataclass that does not change, is equal to its equals, and can stand in sets.

    All that `dataclasses` says of fields, their order and `__post_init__` holds. Without `eq` a value is equal to
    itself alone; without `slots` it may have attributes beside its fields, as `cached_property` sets them.
    """
    return partial(_frozen, eq=eq, slots=slots, weakref_slot=weakref_slot) if cls is None else _frozen(cls)


@overload
def mutable(cls: type[T], /) -> type[T]: ...
@overload
def mutable(*, eq: bool = True) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(field_specifiers=(field,))
def mutable(cls: type[T] | None = None, /, *, eq: bool = True) -> type[T] | Callable[[type[T]], type[T]]:
    """The class as a dataclass whose fields may be assigned, and no others. Its values do not stand in sets."""
    return partial(_mutable, eq=eq) if cls is None else _mutable(cls)


def _frozen(cls: type[T], *, eq: bool = True, slots: bool = True, weakref_slot: bool = False) -> type[T]:
    made: Any = _with_fields(cls, slots=slots, weakref_slot=weakref_slot)
    methods: dict[str, object] = {"__init__": _init(made, " _set(self, '{}', {})")}
    if eq:
        values = _values(made)
        methods |= {"__eq__": _equal(values), "__hash__": lambda self: hash(values(self))}
    if slots:
        methods |= {"__getstate__": _state, "__setstate__": _restored}
    return _with(cls, made, {**methods, "__setattr__": _assigned, "__delattr__": _deleted})


def _mutable(cls: type[T], *, eq: bool = True) -> type[T]:
    made: Any = _with_fields(cls)
    methods: dict[str, object] = {"__init__": _init(made, " self.{} = {}")}
    if eq:
        methods |= {"__eq__": _equal(_values(made)), "__hash__": None}
    return _with(cls, made, methods)


def _with_fields(cls: type[Any], *, slots: bool = True, weakref_slot: bool = False) -> type[Any]:
    """The class with its fields found and slots for them. Raises TypeError if a needed one follows an optional one."""
    made = dataclass(init=False, repr=False, eq=False, slots=slots, weakref_slot=weakref_slot)(cls)
    places = [_is_optional(one) for one in fields(made) if one.init and not one.kw_only]
    if places != sorted(places):
        raise TypeError(f"a field of {cls.__qualname__} without a default follows one that has a default")
    return made


def _with(cls: type[T], made: type[T], methods: Mapping[str, object]) -> type[T]:
    """The class with the methods that were not written in it."""
    written = frozenset(vars(cls))  # without slots both are one class
    for name, method in {"__repr__": _shown, **methods}.items():
        if name not in written:
            setattr(made, name, method)
    if "__init__" not in written:
        made.__signature__ = _Signature(made)  # type: ignore[attr-defined]
    return made


# How a value is made ------------------------------------------------------------------------------


def _init(made: type[Any], setting: str) -> Callable[..., None]:
    """An `__init__` that is compiled when the first value is made: of most classes a command makes none."""

    def first(self: object, *values: object, **named: object) -> None:
        made.__init__ = _compiled(made, setting)
        made.__init__(self, *values, **named)

    return first


def _compiled(made: type[Any], setting: str) -> Callable[..., None]:
    """`__init__`, which sets each field to its argument or its default, and calls `__post_init__` if there is one.

    It is written with signs for the names of the fields, so that classes whose fields are of the same kinds share it.
    `setting` is the line that sets a field to a value.
    """
    own = sorted(fields(made), key=lambda one: bool(one.kw_only))
    signs = {f"_{place}": one for place, one in enumerate(own)}
    known: dict[str, object] = {"_set": _set, "_MISSING": MISSING}
    lines = []
    for sign, one in signs.items():
        known[f"default{sign}"], known[f"make{sign}"] = one.default, one.default_factory
        if one.default_factory is not MISSING:
            value = f"make{sign}() if {sign} is _MISSING else {sign}" if one.init else f"make{sign}()"
        elif one.init or one.default is not MISSING:
            value = sign if one.init else f"default{sign}"
        else:
            continue  # `__post_init__` sets it
        lines.append(setting.format(sign, value))
    if hasattr(made, "__post_init__"):
        lines.append(" self.__post_init__()")
    places = [sign for sign, one in signs.items() if one.init and not one.kw_only]
    keywords = [sign for sign, one in signs.items() if one.init and one.kw_only]
    heading = ", ".join(["self", *places, *(["*", *keywords] if keywords else [])])
    code = _code("\n".join([f"def __init__({heading}):", *(lines or [" pass"])]))
    init = FunctionType(_renamed(code, {sign: one.name for sign, one in signs.items()}), known, "__init__")
    optional = [one for one in own if one.init and _is_optional(one)]
    init.__defaults__ = tuple(one.default for one in optional if not one.kw_only)
    init.__kwdefaults__ = {one.name: one.default for one in optional if one.kw_only}
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init


def _is_optional(one: Field[Any]) -> bool:
    """Whether an argument may be left out: its default then stands for it, MISSING for a new value of a factory."""
    return one.default is not MISSING or one.default_factory is not MISSING


@cache
def _code(text: str) -> CodeType:
    """The code of a function. Its text is made of signs alone."""
    made: dict[str, Any] = {}
    exec(text, made)  # noqa: S102  # as `dataclass` does it, but that no name of a field is in it
    code: CodeType = made["__init__"].__code__
    return code


def _renamed(code: CodeType, names: Mapping[str, str]) -> CodeType:
    """The same with names for signs: of arguments, and of attributes that are set."""
    constants = tuple(names.get(one, one) if isinstance(one, str) else one for one in code.co_consts)
    variables, attributes = (tuple(names.get(one, one) for one in some) for some in (code.co_varnames, code.co_names))
    return code.replace(co_varnames=variables, co_consts=constants, co_names=attributes)


class _Signature:
    """What `help` says a class is called with."""

    def __init__(self, made: type[Any]) -> None:
        self._made = made

    def __get__(self, _value: object, cls: type[Any]) -> object:
        from inspect import signature  # noqa: PLC0415  # only where somebody asks

        if cls is not self._made:
            raise AttributeError
        found = signature(_compiled(cls, " pass"))
        return found.replace(parameters=tuple(found.parameters.values())[1:], return_annotation=found.empty)


# What a value can do ------------------------------------------------------------------------------


def _values(made: type[Any]) -> Callable[[Any], tuple[object, ...]]:
    """What gives the attributes of a value that are compared, as a tuple."""
    names = [one.name for one in fields(made) if one.compare]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _equal(values: Callable[[Any], tuple[object, ...]]) -> Callable[[object, object], bool]:
    def equal(self: object, other: object) -> bool:
        return values(self) == values(other) if self.__class__ is other.__class__ else NotImplemented

    return equal


def _shown(self: Any) -> str:  # noqa: ANN401  # any class that is made here, here and below
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
