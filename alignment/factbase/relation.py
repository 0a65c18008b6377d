"""A relation in memory: rows with the round they first appeared in, and indexes on demand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

Row: TypeAlias = tuple[int, ...]
Pattern: TypeAlias = Sequence[int | None]
"""One entry a column: an encoded constant that must stand there, or None for any."""


class Relation(Protocol):
    """The evaluated rows of a relation, whichever engine made them. Safe to read from several threads."""

    def __len__(self) -> int: ...

    def __contains__(self, row: object) -> bool: ...

    def __iter__(self) -> Iterator[Row]: ...

    def round(self, row: Row) -> int:
        """0 for a reported row, else the round of its stratum in which it was first derived."""
        ...

    def match(self, pattern: Pattern) -> Iterable[Row]:
        """The rows that agree with the pattern, in no promised order."""
        ...


class MemoryRelation:
    """Rows in a dict from row to round, with a hash index for each set of bound columns asked for."""

    __slots__ = ("__weakref__", "_indexes", "rounds")

    def __init__(self, rounds: dict[Row, int] | None = None) -> None:
        self.rounds: dict[Row, int] = {} if rounds is None else rounds
        self._indexes: dict[tuple[int, ...], dict[Row, list[Row]]] = {}

    @classmethod
    def of(cls, rows: Iterable[Row]) -> MemoryRelation:
        """A relation of reported rows."""
        return cls(dict.fromkeys(rows, 0))

    def __len__(self) -> int:
        return len(self.rounds)

    def __contains__(self, row: object) -> bool:
        return row in self.rounds

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rounds)

    def round(self, row: Row) -> int:
        """0 for a reported row, else the round in which it was first derived."""
        return self.rounds[row]

    def extend(self, rows: Iterable[Row], round_: int) -> None:
        """Add rows that are not yet in it. Only its builder calls this, before anybody reads it."""
        added = [row for row in rows if row not in self.rounds]
        self.rounds.update(dict.fromkeys(added, round_))
        for columns, index in self._indexes.items():
            _fill(index, columns, added)

    def match(self, pattern: Pattern) -> Iterable[Row]:
        """The rows that agree with the pattern."""
        columns = tuple(i for i, value in enumerate(pattern) if value is not None)
        if not columns:
            return self.rounds
        key: Row = tuple([value for value in pattern if value is not None])
        if len(columns) == len(pattern):
            return (key,) if key in self.rounds else ()
        return self.index(columns).get(key, ())

    def index(self, columns: tuple[int, ...]) -> Mapping[Row, list[Row]]:
        """Rows by their values in `columns`; built once, then kept."""
        index = self._indexes.get(columns)
        if index is None:
            index = {}
            _fill(index, columns, self.rounds)
            self._indexes[columns] = index  # set when whole: another thread sees all of it or none
        return index


def _fill(index: dict[Row, list[Row]], columns: tuple[int, ...], rows: Iterable[Row]) -> None:
    if len(columns) == 1:
        only = columns[0]
        for row in rows:
            index.setdefault((row[only],), []).append(row)
        return
    for row in rows:
        index.setdefault(tuple([row[i] for i in columns]), []).append(row)


EMPTY = MemoryRelation()
