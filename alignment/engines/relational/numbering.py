"""Constants numbered 0, 1, 2, … and what is computed on columns of such numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from alignment.engines.relational.digits import in_order
from alignment.engines.relational.hashed import Hashed, different

Codes: TypeAlias = NDArray[np.int64]
"""One column."""

Mask: TypeAlias = NDArray[np.bool_]

NONE = np.empty(0, np.int64)

LARGEST_TABLE = 2**27
"""Entries of the largest table that is worth its memory."""

SPREAD = 16
"""Entries of a table for each constant up to which it is smaller work than hashing."""

FEW = 2**16
"""Constants up to which they are numbered in the order of their codes. `n7` and `n8` often stand in one link: where
their numbers are near each other, so is what is looked up. To sort more of them takes longer than that saves."""


def distinct(keys: Codes) -> Codes:
    """The different keys, sorted. NumPy's own `unique` hashes large integers, which takes ten times as long."""
    ordered = in_order(keys)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


class Numbering:
    """The constants of some columns, numbered 0, 1, 2, …; one at least."""

    def __init__(self, columns: Sequence[Codes]) -> None:
        filled = [column for column in columns if len(column)] or [np.zeros(1, np.int64)]
        self._first = min(int(column.min()) for column in filled)
        spread = max(int(column.max()) for column in filled) - self._first + 1
        self._hashed: Hashed | None = None
        self._table = NONE
        if spread <= min(LARGEST_TABLE, SPREAD * sum(map(len, filled))):
            there = np.zeros(spread, np.bool_)
            for column in filled:
                there[column - self._first] = True
            places = np.flatnonzero(there)
            self.codes = places + self._first
            self._table = np.full(spread, -1, np.int64)
            self._table[places] = np.arange(len(places))
        else:
            self.codes = different(np.concatenate(filled))
            if len(self.codes) <= FEW:
                self.codes.sort()
            self._hashed = Hashed(self.codes)
        self.size = len(self.codes)

    def numbers(self, column: Codes) -> Codes:
        """The numbers of codes that all occur."""
        return self._table[column - self._first] if self._hashed is None else self._hashed.places(column)

    def known(self, column: Codes) -> Mask:
        """Which codes occur."""
        if self._hashed is not None:
            return self._hashed.places(column) >= 0
        places = column - self._first
        inside = (places >= 0) & (places < len(self._table))
        places[~inside] = 0
        found: Mask = inside & (self._table[places] >= 0)
        return found

    def found(self, column: Codes) -> tuple[Codes, Mask]:
        """The numbers of those codes that occur, and which do."""
        if self._hashed is None:
            there = self.known(column)
            return self.numbers(column[there]), there
        numbers = self._hashed.places(column)
        there = numbers >= 0
        return numbers[there], there

    def number(self, code: int) -> int:
        """The number of one code, -1 if it does not occur."""
        numbers, _ = self.found(np.array([code], np.int64))
        return int(numbers[0]) if len(numbers) else -1


def is_in(keys: Codes, members: Codes) -> Mask:
    """Whether each key is among sorted members."""
    if not len(members):
        return np.zeros(len(keys), bool)
    at = np.minimum(np.searchsorted(members, keys), len(members) - 1)
    found: Mask = members[at] == keys
    return found


class Members:
    """Rows of one or two numbers that are asked for again and again."""

    def __init__(self, rows: Sequence[Codes], sizes: Sequence[int]) -> None:
        self._size = sizes[-1]
        keys = self._keys(rows)
        possible = self._size if len(sizes) == 1 else sizes[0] * sizes[1]
        self._table: Mask | None = None
        self._sorted = NONE
        if possible <= LARGEST_TABLE // 8:
            self._table = np.zeros(possible, np.bool_)
            self._table[keys] = True
        else:
            self._sorted = distinct(keys)

    def holds(self, rows: Sequence[Codes]) -> Mask:
        """Which rows are among them."""
        keys = self._keys(rows)
        return is_in(keys, self._sorted) if self._table is None else self._table[keys]

    def _keys(self, rows: Sequence[Codes]) -> Codes:
        return rows[0] if len(rows) == 1 else rows[0] * self._size + rows[1]
