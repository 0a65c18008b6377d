"""The dictionary of constants: each constant of a base is one integer.

Engines join integers; only comparisons, arithmetic and people look at values. The life of a tuple:
*reported* in a file as constants, *encoded* here as a row of integers, a *delta* in the round in which
an engine first derives it, *stable* from the next round on, and *explained* when `reasoning` rebuilds
its proof and decodes it.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Protocol, TypeAlias

from alignment.language import tree
from alignment.problems import AlignmentError, Problem

Value: TypeAlias = str | int | float | datetime.date
"""A constant as Python sees it; symbols and texts are both `str`."""


class Sort(IntEnum):
    """The kinds of constants, in the order in which they are listed."""

    NUMBER = 0
    DATE = 1
    SYMBOL = 2
    TEXT = 3


KEPT, INTEGER, DAY, SHORT = 0, 1, 2, 3
"""The tag in the two lowest bits: an index into the dictionary, a whole number, a day (its ordinal), a short name."""

LETTERS = 7
"""ASCII letters of a name that stand in its own code, the first one highest: such codes are in the names' order."""

LARGEST = 2**59
"""Whole numbers from minus this on and below it stand in their own code; others are kept like decimals."""

_INLINE = range(-LARGEST, LARGEST)


_SORTS = {INTEGER: Sort.NUMBER, DAY: Sort.DATE, SHORT: Sort.SYMBOL}


class Given(Protocol):
    """Constants that stand elsewhere, in a base on disk, and are looked up there when somebody asks for one."""

    def __len__(self) -> int: ...

    def index(self, value: Value, sort: Sort) -> int | None:
        """The index of a constant, None if it is not one of these."""
        ...

    def value(self, index: int) -> tuple[Value, Sort]:
        """The constant with an index."""
        ...


class Dictionary:
    """Constants to integers of 64 bits and back. It only grows, so an encoded row stays valid for ever.

    1, 1.0, `one` and "one" are four constants. Whole numbers, dates and short names carry their value in their
    code, in its order, so that an engine compares and adds them without looking anything up; longer names, texts,
    decimals and whole numbers beyond 59 bits are indices into what is kept here. The first indices may be
    those of constants that are given. `keeps_numbers` is false as long as no decimal or large number can be
    among what is kept. Encoding is safe from several threads.
    """

    def __init__(self) -> None:
        self._ids: dict[tuple[type, Value], int] = {}
        self._symbols: dict[str, int] = {}
        self._short: dict[int, str] = {}  # those that were asked for
        self._values: list[Value] = []
        self._sorts: list[Sort] = []
        self._given: Given | None = None
        self._first = 0
        self._lock = threading.Lock()
        self.keeps_numbers = False

    def __len__(self) -> int:
        return self._first + len(self._values)

    @property
    def given(self) -> Given | None:
        """The constants that have the first indices, if some were given."""
        return self._given

    def adopt(self, given: Given) -> bool:
        """Let the constants of a base on disk have the first indices; False if they are taken already."""
        with self._lock:
            if self._values or self._given is not None:
                return False
            self._given, self._first = given, len(given)
            self.keeps_numbers |= len(given) > 0
            return True

    def symbol(self, name: str) -> int:
        """The integer of the symbol `name`."""
        found = self._symbols.get(name)
        return self._new_symbol(name) if found is None else found

    def symbols(self, names: Iterable[str]) -> list[int]:
        """The integers of many symbols, for columns of them."""
        wanted = list(names)
        known = self._symbols
        with self._lock:
            for name in [name for name in dict.fromkeys(wanted) if name not in known]:
                known[name] = self._name_code(name)
        return [known[name] for name in wanted]

    def _new_symbol(self, name: str) -> int:
        with self._lock:
            if name not in self._symbols:
                self._symbols[name] = self._name_code(name)
            return self._symbols[name]

    def _name_code(self, name: str) -> int:
        code = short_name(name)
        return self._code(name, Sort.SYMBOL) if code is None else code

    def value(self, value: Value, *, text: bool = False) -> int:
        """The integer of a number, a date, a text (`text=True`), or else a symbol."""
        if isinstance(value, str) and not text:
            return self.symbol(value)
        if isinstance(value, datetime.date):
            return value.toordinal() << 2 | DAY
        if isinstance(value, int) and value in _INLINE:
            return value << 2 | INTEGER
        key = (type(value), value)
        found = self._ids.get(key)
        if found is not None:
            return found
        with self._lock:
            if key not in self._ids:
                self._ids[key] = self._code(value, Sort.TEXT if isinstance(value, str) else Sort.NUMBER)
            return self._ids[key]

    def constant(self, constant: tree.Constant) -> int:
        """The integer of a constant as written."""
        if isinstance(constant, tree.Symbol):
            return self.symbol(constant.name)
        return self.value(constant.value, text=isinstance(constant, tree.Text))

    def spelled(self, first: int) -> Iterator[tuple[int, str]]:
        """The codes of names and texts kept from the index `first` on, with their kind and their letters."""
        for index in range(first, len(self)):
            value, sort = self._at(index)
            if isinstance(value, str):
                yield index << 2 | KEPT, f"{int(sort)}{value}"

    def own(self) -> Iterator[tuple[int, Value, Sort]]:
        """The constants that are not given, each with its index."""
        values = zip(self._values, self._sorts, strict=False)  # more may come meanwhile
        return ((self._first + i, value, sort) for i, (value, sort) in enumerate(values))

    def _code(self, value: Value, sort: Sort) -> int:
        """The code of a constant that was not asked for before: given, or new."""
        found = None if self._given is None else self._given.index(value, sort)
        if found is None:
            self.keeps_numbers |= sort is Sort.NUMBER
            self._sorts.append(sort)
            self._values.append(value)
            found = len(self) - 1
        return found << 2 | KEPT

    def _at(self, index: int) -> tuple[Value, Sort]:
        own = index - self._first
        if own >= 0:
            return self._values[own], self._sorts[own]
        assert self._given is not None
        return self._given.value(index)

    def decode(self, encoded: int) -> Value:
        """The Python value of an integer."""
        return self.meaning(encoded)[0]

    def sort(self, encoded: int) -> Sort:
        """The kind of constant that an integer stands for."""
        tag = encoded & 3
        return self._at(encoded >> 2)[1] if tag == KEPT else _SORTS[tag]

    def meaning(self, encoded: int) -> tuple[Value, Sort]:
        """The Python value of an integer, and the kind of constant."""
        tag = encoded & 3
        if tag == SHORT:
            return self._letters(encoded), Sort.SYMBOL
        if tag == KEPT:
            return self._at(encoded >> 2)
        return (encoded >> 2, Sort.NUMBER) if tag == INTEGER else (datetime.date.fromordinal(encoded >> 2), Sort.DATE)

    def _letters(self, encoded: int) -> str:
        """The short name of a code. Raises AlignmentError for what a damaged base may have in its place."""
        found = self._short.get(encoded)
        if found is None:
            try:
                found = (encoded >> 2).to_bytes(LETTERS, "big").rstrip(b"\0").decode("ascii")
            except (OverflowError, UnicodeDecodeError):
                message = f"the base is damaged: no constant has the number {encoded}"
                raise AlignmentError(Problem("not-a-base", None, message, "import it again")) from None
            self._short[encoded] = found
        return found

    def node(self, encoded: int) -> tree.Constant:
        """The constant as a syntax node, for printing it as it would be written."""
        return as_node(self.decode(encoded), self.sort(encoded))

    def sort_key(self, encoded: int) -> tuple[int, float, str]:
        """A key that lists numbers by value, then dates, then names without regard to case."""
        tag = encoded & 3
        if tag == DAY:
            return (Sort.DATE, encoded >> 2, "")
        value, sort = self.meaning(encoded)
        if isinstance(value, str):
            return (Sort.SYMBOL, 0.0, f"{value.casefold()}\0{value}{int(sort)}")
        assert not isinstance(value, datetime.date)
        return (Sort.NUMBER, value, type(value).__name__)


def short_name(name: str) -> int | None:
    """The code of a name that stands in its own code, None for one that does not."""
    if 0 < len(name) <= LETTERS and name.isascii() and "\0" not in name:
        return int.from_bytes(name.encode().ljust(LETTERS, b"\0"), "big") << 2 | SHORT
    return None


def as_node(value: Value, sort: Sort) -> tree.Constant:
    """A constant as a syntax node."""
    if isinstance(value, str):
        return tree.Symbol(value) if sort is Sort.SYMBOL else tree.Text(value)
    if isinstance(value, datetime.date):
        return tree.Date(value)
    return tree.Integer(value) if isinstance(value, int) else tree.Decimal(value)


def meaning_of(constant: tree.Constant) -> tuple[Value, Sort]:
    """The Python value and the kind of a constant as written."""
    if isinstance(constant, tree.Symbol):
        return constant.name, Sort.SYMBOL
    if isinstance(constant, tree.Text):
        return constant.value, Sort.TEXT
    return constant.value, Sort.DATE if isinstance(constant, tree.Date) else Sort.NUMBER
