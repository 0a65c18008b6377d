"""A relation whose rows have the days on which they hold, with indexes on demand that keep up as it grows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from alignment.engines.conditions import columns_of
from alignment.engines.dated.days import Days, apart, either
from alignment.factbase.relation import Row
from alignment.records import frozen

Found: TypeAlias = dict[Row, Days]
"""What an index has under a key: the values of other columns, each with its days."""


@frozen
class Shape:
    """How a literal reads a relation: the columns it knows, those it wants, and pairs that must be equal."""

    known: tuple[int, ...]
    wanted: tuple[int, ...]
    equal: tuple[tuple[int, int], ...] = ()


class DatedRelation:
    """Rows with their days. Only its builder calls `add`."""

    def __init__(self, rows: Mapping[Row, Days] | None = None) -> None:
        self.rows: dict[Row, Days] = dict(rows or {})
        self._indexes: dict[Shape, dict[Row, Found]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def index(self, shape: Shape) -> Mapping[Row, Found]:
        """For each value of the known columns the values of those wanted; days of rows that agree are united."""
        index = self._indexes.get(shape)
        if index is None:
            index = self._indexes[shape] = {}
            _fill(index, shape, self.rows.items())
        return index

    def add(self, rows: Iterable[tuple[Row, Days]]) -> dict[Row, Days]:
        """Add days to rows; those that are new, by row."""
        added: dict[Row, Days] = {}
        for row, days in rows:
            before = self.rows.get(row, ())
            new = apart(days, before) if before else days
            if new:
                self.rows[row] = either(before, days)
                added[row] = either(added.get(row, ()), new)
        for shape, index in self._indexes.items():
            _fill(index, shape, added.items())
        return added


def _fill(index: dict[Row, Found], shape: Shape, rows: Iterable[tuple[Row, Days]]) -> None:
    known, wanted = columns_of(shape.known), columns_of(shape.wanted)
    for row, days in rows:
        if shape.equal and any(row[i] != row[j] for i, j in shape.equal):
            continue
        found = index.setdefault(known(row), {})
        key = wanted(row)
        before = found.get(key)
        found[key] = days if before is None else either(before, days)
