"""A join as an adjacency list: from the number of what is known to the numbers of what it brings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from alignment.engines.relational.digits import order
from alignment.engines.relational.numbering import Codes


class Link:
    """Pairs in compressed sparse rows. `targets` are those of all pairs, by their sources."""

    def __init__(self, known: Codes, new: Codes, size: int) -> None:
        self.targets = new[order(known)]
        self.degrees: Codes = np.bincount(known, minlength=size).astype(np.int64)
        self._begins = np.cumsum(self.degrees) - self.degrees
        self._is_function = bool(self.degrees.max(initial=0) <= 1)

    @property
    def sources(self) -> Codes:
        """The source of each target."""
        return np.repeat(np.arange(len(self.degrees)), self.degrees)

    def reached(self, column: Codes, counts: Codes) -> tuple[Codes | NDArray[np.bool_], Codes]:
        """What picks the entry of each target (places, or a mask), and the targets of all entries.

        `counts` says how many targets each entry has.
        """
        if self._is_function:
            some = counts > 0
            return some, self.targets[self._begins[column[some]]]
        ends = np.cumsum(counts)
        rows = np.repeat(np.arange(len(column)), counts)
        shifts = self._begins[column] - ends + counts
        return rows, self.targets[shifts[rows] + np.arange(len(rows))]

    def parts(self, column: Codes, most: int) -> Iterator[tuple[slice, Codes]]:
        """Parts of the column that reach about so many targets at the most, with how many each entry has."""
        counts = self.degrees[column]
        if int(counts.sum()) <= most:
            yield slice(None), counts
            return
        ends = np.cumsum(counts)
        first = done = 0
        while first < len(column):
            last = max(first + 1, int(np.searchsorted(ends, done + most, side="right")))
            yield slice(first, last), counts[first:last]
            first, done = last, int(ends[last - 1])
