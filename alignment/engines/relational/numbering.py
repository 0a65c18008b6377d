"""Constants numbered 0, 1, 2, … and what is computed on columns of such numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = NDArray[np.int64]
"""One column."""

NONE = np.empty(0, np.int64)

LARGEST_TABLE = 2**27
"""Entries of the largest table that is worth its memory."""


def distinct(keys: Codes) -> Codes:
    """The different keys, sorted. NumPy's own `unique` hashes large integers, which takes ten times as long."""
    ordered = np.sort(keys)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


class Numbering:
    """The constants of a stratum, numbered 0, 1, 2, … in the order of their codes."""

    def __init__(self, columns: Sequence[Codes]) -> None:
        self.codes = distinct(np.concatenate(columns)) if columns else NONE
        self.size = max(1, len(self.codes))
        self._first = int(self.codes[0]) if len(self.codes) else 0
        spread = int(self.codes[-1]) - self._first + 1 if len(self.codes) else 0
        self._table: Codes | None = None
        if 0 < spread <= min(LARGEST_TABLE, 64 * self.size):
            self._table = np.zeros(spread, np.int64)
            self._table[self.codes - self._first] = np.arange(len(self.codes))

    def numbers(self, column: Codes) -> Codes:
        """The numbers of codes that all occur."""
        if self._table is not None:
            return self._table[column - self._first]
        return np.searchsorted(self.codes, column).astype(np.int64)

    def number(self, code: int) -> int:
        """The number of one code, -1 if it does not occur."""
        at = int(np.searchsorted(self.codes, code))
        return at if at < len(self.codes) and self.codes[at] == code else -1


def adjacency(known: Codes, new: Codes, size: int) -> tuple[Codes, Codes]:
    """The targets of each number, in compressed sparse rows."""
    order = np.argsort(known, kind="stable")
    offsets = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(known, minlength=size), out=offsets[1:])
    return offsets, new[order].astype(np.int64)


def extended(column: Codes, offsets: Codes, targets: Codes) -> tuple[Codes, Codes]:
    """For each target of each entry: the place of the entry, and the target."""
    begins, counts = offsets[column], offsets[column + 1] - offsets[column]
    rows = np.repeat(np.arange(len(column)), counts)
    firsts = np.cumsum(counts) - counts
    places = np.arange(len(rows)) - np.repeat(firsts, counts) + np.repeat(begins, counts)
    return rows, targets[places]


def is_in(keys: Codes, members: Codes) -> NDArray[np.bool_]:
    """Whether each key is among sorted members."""
    if not len(members):
        return np.zeros(len(keys), bool)
    at = np.minimum(np.searchsorted(members, keys), len(members) - 1)
    found: NDArray[np.bool_] = members[at] == keys
    return found
