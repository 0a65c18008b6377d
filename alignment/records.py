"""Dataclasses with slots, frozen or not, made in a tenth of the time.

`dataclass` compiles up to six functions for each class: those of the 175 classes that a question loads took a seventh
of a whole question over a million facts. Here nothing is compiled for a class of which few values are made, `__init__`
is compiled once for all classes whose fields are of the same kinds, and what else a value can do is told by its fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import _FIELD, MISSING, Field, FrozenInstanceError, dataclass, field, fields  # type: ignore[attr-defined]
from functools import cache, partial
from operator import attrgetter
from types import CodeType, FunctionType
from typing import Any, TypeAlias, TypeVar, dataclass_transform, overload

T = TypeVar("T")

Fields: TypeAlias = dict[str, Field[Any]]

FEW = 20
"""Values of a class that are made field by field. What makes one in one go is compiled in the time of forty of them."""

_set = object.__setattr__


@dataclass(init=False, repr=False, eq=False)
class _Plain:
    """What `dataclass` notes of a class whose methods it has not made."""


_ABOUT = {"__dataclass_params__": vars(_Plain)["__dataclass_params__"]}

_OF_A_CLASS = ("__dict__", "__weakref__")
"""What belongs to a class, not to another one that is made of its body."""


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
    fields_ = _found(cls)
    methods: dict[str, object] = {"__setattr__": _assigned, "__delattr__": _deleted}
    if eq:
        values = _values(fields_)
        methods |= {"__eq__": _equal(values), "__hash__": lambda self: hash(values(self))}
    if slots:
        methods |= {"__getstate__": _state, "__setstate__": _restored}
    return _made(cls, fields_, methods, " _set(self, '{}', {})", slots=slots, weakref_slot=weakref_slot)


def _mutable(cls: type[T], *, eq: bool = True) -> type[T]:
    fields_ = _found(cls)
    methods = {"__eq__": _equal(_values(fields_)), "__hash__": None} if eq else {}
    return _made(cls, fields_, methods, " self.{} = {}")


def _found(cls: type[Any]) -> Fields:
    """The fields of a class, those of its bases first, as `dataclass` finds them. Annotations are texts.

    Raises TypeError, ValueError for a field that cannot be.
    """
    found: Fields = {}
    for base in cls.__mro__[-1:0:-1]:
        found |= vars(base).get("__dataclass_fields__", {})
    for name, kind in vars(cls).get("__annotations__", {}).items():
        if kind.startswith("ClassVar["):
            continue
        default = vars(cls).get(name, MISSING)
        one: Any = default if isinstance(default, Field) else field(default=default)
        one.name, one.type, one._field_type = name, kind, _FIELD  # noqa: SLF001
        if one.kw_only is MISSING:
            one.kw_only = False
        if one.default.__class__.__hash__ is None:
            raise ValueError(f"a value of {name} in {cls.__qualname__} would be that of all: give a factory")
        found[name] = one
    places = [_is_optional(one) for one in found.values() if one.init and not one.kw_only]
    if places != sorted(places):
        raise TypeError(f"a field of {cls.__qualname__} without a default follows one that has a default")
    return found


def _made(
    cls: type[T],
    fields_: Fields,
    methods: Mapping[str, object],
    setting: str,
    *,
    slots: bool = True,
    weakref_slot: bool = False,
) -> type[T]:
    """The class with its fields, and with the methods that were not written in it; another one where it has slots."""
    written = vars(cls)
    added = {"__repr__": _shown, **methods, **_ABOUT, "__dataclass_fields__": fields_}
    added["__match_args__"] = tuple(one.name for one in fields_.values() if one.init and not one.kw_only)
    init = _Init(fields_, setting, hasattr(cls, "__post_init__"))
    if "__init__" not in written:
        added |= {"__init__": init.first, "__signature__": _Signature(init)}
    added = {name: value for name, value in added.items() if name not in written}
    own = [name for name in written.get("__annotations__", ()) if name in fields_]
    made: Any = cls
    if slots:
        body = {name: value for name, value in written.items() if name not in _OF_A_CLASS and name not in own}
        inherited = {name for base in cls.__mro__[1:] for name in vars(base).get("__slots__", ())}
        places = [*own, "__weakref__"] if weakref_slot else own
        body["__slots__"] = tuple(name for name in places if name not in inherited)
        body["__qualname__"] = cls.__qualname__
        kind: Any = type(cls)
        made = kind(cls.__name__, cls.__bases__, {**body, **added})
    else:
        for name, value in added.items():
            setattr(made, name, value)
        for name in own:
            if fields_[name].default is not MISSING:
                setattr(made, name, fields_[name].default)
            elif name in written:
                delattr(made, name)
    init.cls = made
    return made  # type: ignore[no-any-return]


# How a value is made ------------------------------------------------------------------------------


class _Init:
    """The `__init__` of a class. It is compiled when the class has many values: of most a command makes a few."""

    cls: type[Any]

    def __init__(self, fields_: Fields, setting: str, ready: bool) -> None:
        self.fields = fields_
        self._setting = setting
        self._ready = ready
        self._left = FEW

    @property
    def first(self) -> Callable[..., None]:
        """What is called for the first values, and has it compiled for the next."""

        def first(value: object, /, *values: object, **named: object) -> None:
            self._left -= 1
            if self._left < 0:
                self.cls.__init__ = self.compiled(self._setting)
                self.cls.__init__(value, *values, **named)
            elif not self._filled(value, values, named):
                self.compiled(self._setting)(value, *values, **named)  # says what is wrong with the call

        return first

    def _filled(self, value: object, values: Sequence[object], named: dict[str, object]) -> bool:
        """Set each field to its argument or its default; False where the call does not fit."""
        given = dict(zip(self.cls.__match_args__, values)) | named  # noqa: B905  # too many are told by the next line
        if len(given) != len(values) + len(named):
            return False
        for name, one in self.fields.items():
            if name in given and one.init:
                _set(value, name, given.pop(name))
            elif one.default_factory is not MISSING:
                _set(value, name, one.default_factory())
            elif one.default is not MISSING:
                _set(value, name, one.default)
            elif one.init:
                return False
        if given:
            return False
        if self._ready:
            value.__post_init__()  # type: ignore[attr-defined]
        return True

    def compiled(self, setting: str) -> Callable[..., None]:
        """The function, which sets each field to its argument or its default and calls `__post_init__` if there is one.

        It is written with signs for the names of the fields, so that classes whose fields are of the same kinds share
        it. `setting` is the line that sets a field to a value.
        """
        own = sorted(self.fields.values(), key=lambda one: bool(one.kw_only))
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
        if self._ready:
            lines.append(" self.__post_init__()")
        places = [sign for sign, one in signs.items() if one.init and not one.kw_only]
        keywords = [sign for sign, one in signs.items() if one.init and one.kw_only]
        heading = ", ".join(["self", *places, *(["*", *keywords] if keywords else [])])
        code = _code("\n".join([f"def __init__({heading}):", *(lines or [" pass"])]))
        init = FunctionType(_renamed(code, {sign: one.name for sign, one in signs.items()}), known, "__init__")
        optional = [one for one in own if one.init and _is_optional(one)]
        init.__defaults__ = tuple(one.default for one in optional if not one.kw_only)
        init.__kwdefaults__ = {one.name: one.default for one in optional if one.kw_only}
        init.__qualname__ = f"{self.cls.__qualname__}.__init__"
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

    def __init__(self, init: _Init) -> None:
        self._init = init

    def __get__(self, _value: object, cls: type[Any]) -> object:
        from inspect import signature  # noqa: PLC0415  # only where somebody asks

        if cls is not self._init.cls:
            raise AttributeError
        found = signature(self._init.compiled(" pass"))
        return found.replace(parameters=tuple(found.parameters.values())[1:], return_annotation=found.empty)


# What a value can do ------------------------------------------------------------------------------


def _values(fields_: Fields) -> Callable[[Any], tuple[object, ...]]:
    """What gives the attributes of a value that are compared, as a tuple."""
    names = [one.name for one in fields_.values() if one.compare]
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
