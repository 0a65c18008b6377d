"""The dictionary of constants: each constant of a base is one small integer.

Engines join integers; only comparisons, arithmetic and people look at values. The life of a tuple:
*reported* in a file as constants, *encoded* here as a row of integers, a *delta* in the round in which
an engine first derives it, *stable* from the next round on, and *explained* when `reasoning` rebuilds
its proof and decodes it.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterable
from enum import IntEnum
from typing import TypeAlias

from alignment.language import tree

Value: TypeAlias = str | int | float | datetime.date
"""A constant as Python sees it; symbols and texts are both `str`."""


class Sort(IntEnum):
    """The kinds of constants, in the order in which they are listed."""

    NUMBER = 0
    DATE = 1
    SYMBOL = 2
    TEXT = 3


class Dictionary:
    """Constants to integers and back. It only grows, so an encoded row stays valid for ever.

    1, 1.0, `one` and "one" are four constants. Encoding is safe from several threads.
    """

    def __init__(self) -> None:
        self._ids: dict[tuple[type, Value], int] = {}
        self._symbols: dict[str, int] = {}
        self._values: list[Value] = []
        self._sorts: list[Sort] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def symbol(self, name: str) -> int:
        """The integer of the symbol `name`."""
        found = self._symbols.get(name)
        return self._new_symbol(name) if found is None else found

    def symbols(self, names: Iterable[str]) -> list[int]:
        """The integers of many symbols, for columns of them."""
        known = self._symbols
        return [known[name] if name in known else self._new_symbol(name) for name in names]

    def _new_symbol(self, name: str) -> int:
        with self._lock:
            if name not in self._symbols:
                self._append(name, Sort.SYMBOL)
                self._symbols[name] = len(self._values) - 1
            return self._symbols[name]

    def value(self, value: Value, *, text: bool = False) -> int:
        """The integer of a number, a date, a text (`text=True`), or else a symbol."""
        if isinstance(value, str) and not text:
            return self.symbol(value)
        key = (type(value), value)
        found = self._ids.get(key)
        if found is not None:
            return found
        with self._lock:
            if key not in self._ids:
                self._append(value, _sort_of(value))
                self._ids[key] = len(self._values) - 1
            return self._ids[key]

    def constant(self, constant: tree.Constant) -> int:
        """The integer of a constant as written."""
        if isinstance(constant, tree.Symbol):
            return self.symbol(constant.name)
        return self.value(constant.value, text=isinstance(constant, tree.Text))

    def _append(self, value: Value, sort: Sort) -> None:
        self._sorts.append(sort)
        self._values.append(value)

    def decode(self, encoded: int) -> Value:
        """The Python value of an integer."""
        return self._values[encoded]

    def sort(self, encoded: int) -> Sort:
        """The kind of constant that an integer stands for."""
        return self._sorts[encoded]

    def node(self, encoded: int) -> tree.Constant:
        """The constant as a syntax node, for printing it as it would be written."""
        value = self._values[encoded]
        if isinstance(value, str):
            return tree.Symbol(value) if self._sorts[encoded] is Sort.SYMBOL else tree.Text(value)
        if isinstance(value, datetime.date):
            return tree.Date(value)
        return tree.Integer(value) if isinstance(value, int) else tree.Decimal(value)

    def sort_key(self, encoded: int) -> tuple[int, float, str]:
        """A key that lists numbers by value, then dates, then names without regard to case."""
        value, sort = self._values[encoded], self._sorts[encoded]
        if isinstance(value, str):
            return (Sort.SYMBOL, 0.0, f"{value.casefold()}\0{value}{int(sort)}")
        if isinstance(value, datetime.date):
            return (Sort.DATE, value.toordinal(), "")
        return (Sort.NUMBER, value, type(value).__name__)


def _sort_of(value: Value) -> Sort:
    if isinstance(value, str):
        return Sort.TEXT
    return Sort.DATE if isinstance(value, datetime.date) else Sort.NUMBER
