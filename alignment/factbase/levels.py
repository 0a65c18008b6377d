"""A relation with the level of each row as one more column: what tells whether one row may rest on another.

At first the level of a row is its round. Where a relation in memory is kept up to date, rows that come get levels
above all that were there, and those that stay keep theirs: each row has a derivation from rows of lower levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from alignment.factbase.dictionary import INTEGER
from alignment.factbase.relation import MemoryRelation, Relation, Row


def coded(level: int) -> int:
    """A level as the code of a whole number."""
    return level << 2 | INTEGER


def leveled(relation: MemoryRelation) -> MemoryRelation:
    """The rows of a relation, each with its level. Nothing is copied."""
    return _Leveled(relation)


def highest(relation: Relation) -> int:
    """The highest level of a row in memory, 0 if there is none; a relation in a database has no levels."""
    inexact = getattr(relation, "inexact", None)
    if inexact is not None:
        return int(inexact.highest)
    return max(relation.rounds.values(), default=0) if isinstance(relation, MemoryRelation) else 0


class _Leveled(MemoryRelation):
    """A relation in memory seen with levels."""

    __slots__ = ("_below",)

    def __init__(self, below: MemoryRelation) -> None:
        super().__init__(cast("dict[Row, int]", _Rows(below.rounds)))
        self._below = below

    def index(self, columns: tuple[int, ...]) -> Mapping[Row, list[Row]]:
        """Rows by their values in `columns`: from the index below, unless the level is among them."""
        width = len(next(iter(self._below), ()))
        if any(column >= width for column in columns):
            return super().index(columns)
        rounds = self._below.rounds
        return _Whole(rounds) if columns == tuple(range(width)) else _Index(self._below.index(columns), rounds)


class _Rows(Mapping[Row, int]):
    """Rows with their level, each to 0."""

    def __init__(self, rounds: Mapping[Row, int]) -> None:
        self._rounds = rounds

    def __getitem__(self, row: Row) -> int:
        if coded(self._rounds[row[:-1]]) != row[-1]:
            raise KeyError(row)
        return 0

    def __iter__(self) -> Iterator[Row]:
        return ((*row, coded(level)) for row, level in self._rounds.items())

    def __len__(self) -> int:
        return len(self._rounds)


class _Whole(Mapping[Row, list[Row]]):
    """A row to itself with its level."""

    def __init__(self, rounds: Mapping[Row, int]) -> None:
        self._rounds = rounds

    def __getitem__(self, key: Row) -> list[Row]:
        return [(*key, coded(self._rounds[key]))]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rounds)

    def __len__(self) -> int:
        return len(self._rounds)


class _Index(Mapping[Row, list[Row]]):
    """The rows of an index with their levels."""

    def __init__(self, index: Mapping[Row, list[Row]], rounds: Mapping[Row, int]) -> None:
        self._index = index
        self._rounds = rounds

    def __getitem__(self, key: Row) -> list[Row]:
        return [(*row, coded(self._rounds[row])) for row in self._index[key]]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)
