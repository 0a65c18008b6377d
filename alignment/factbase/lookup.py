"""A large table that is looked into again and again, as columns in memory, each with the order of its values.

A lookup in DuckDB reads the table: 9 ms for one of a million rows, and a search for proofs makes thousands. Here it is
two binary searches for each known column, and a look at the rows of the narrowest: microseconds.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.factbase.relation import Pattern, Row

Codes = NDArray[np.int64]


class Lookup:
    """The rows of a table with their rounds, the last column. The order of a column is made when it is first known."""

    def __init__(self, columns: list[Codes]) -> None:
        self._columns = columns
        self._orders: dict[int, tuple[Codes, Codes]] = {}
        self._making = threading.Lock()

    @classmethod
    def of(cls, cursor: Any, table: str, arity: int) -> Lookup:  # noqa: ANN401  # DuckDB's connection
        """The columns of a table of codes."""
        found = cursor.execute(f"SELECT * FROM {table}").fetchnumpy()  # noqa: S608  # a name of our own
        names = [*(f"c{i}" for i in range(arity)), "r"]
        return cls([np.asarray(found[name], np.int64) for name in names])

    def rows(self, pattern: Pattern) -> list[Row]:
        """The rows that agree with a pattern of which something is known, each with its round."""
        known = {at: code for at, code in enumerate(pattern) if code is not None}
        parts = {at: self._part(at, code) for at, code in known.items()}
        narrowest = min(parts, key=lambda at: len(parts[at]))
        places = parts[narrowest]
        for at, code in known.items():
            if at != narrowest:
                places = places[self._columns[at][places] == code]
        return list(zip(*(column[places].tolist() for column in self._columns), strict=True))

    def _part(self, at: int, code: int) -> Codes:
        """The places of the rows that have a code in a column."""
        order, values = self._order(at)
        first, last = np.searchsorted(values, code, "left"), np.searchsorted(values, code, "right")
        return order[first:last]

    def _order(self, at: int) -> tuple[Codes, Codes]:
        with self._making:
            found = self._orders.get(at)
            if found is None:
                order = np.argsort(self._columns[at], kind="stable")
                found = self._orders[at] = order, self._columns[at][order]
            return found
