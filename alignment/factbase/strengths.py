"""How strongly each row of a relation is supported: the confidence of its strongest report or proof.

A relation whose rows are all certain has no strengths (None): most bases have few others, and pay nothing.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from alignment.factbase.report import Reports

if TYPE_CHECKING:
    from alignment.factbase.database import Database
    from alignment.factbase.relation import Row

CERTAIN = 1.0
"""The strength of what nobody doubts."""

UNJUDGED = -1.0
"""Stands for `cannot be judged`, which is below every number."""


def report_strength(reports: Reports) -> float:
    """The strongest of independent reports; `UNJUDGED` if none has a number. No report is an entity's type."""
    if len(reports) == 1:
        only = reports[0].confidence
        return UNJUDGED if only is None else only
    return max((UNJUDGED if r.confidence is None else r.confidence for r in reports), default=CERTAIN)


def confidence(strength: float) -> float | None:
    """The number that people see: None for what cannot be judged."""
    return None if strength == UNJUDGED else strength


class Strengths(Protocol):
    """The strengths of a relation's rows, of 0..1 or `UNJUDGED`."""

    def of(self, row: Row) -> float:
        """The strength of a row that holds."""
        ...

    def __iter__(self) -> Iterator[tuple[Row, float]]:
        """The rows that are less than certain; others may be among them."""
        ...


class MemoryStrengths:
    """The rows that are less than certain, with their strengths."""

    __slots__ = ("weak",)

    def __init__(self, weak: Mapping[Row, float]) -> None:
        self.weak = weak

    def of(self, row: Row) -> float:
        """The strength of a row that holds."""
        return self.weak.get(row, CERTAIN)

    def __iter__(self) -> Iterator[tuple[Row, float]]:
        return iter(self.weak.items())


class StoredStrengths:
    """A table of a `Database` with all rows of a relation, and their strengths as its last column.

    The columns are `c0`, `c1`, …; that of the strengths, of type DOUBLE, is the one after the last argument.
    """

    def __init__(self, database: Database, table: str, arity: int) -> None:
        from alignment.factbase.database import drop  # noqa: PLC0415  # only a base in DuckDB has such tables

        self.database = database
        self.table = table
        self.arity = arity
        weakref.finalize(self, drop, database, table)

    @property
    def weak(self) -> str:
        """The condition in SQL that a row is less than certain."""
        return f"c{self.arity} <> {CERTAIN}"

    def of(self, row: Row) -> float:
        """The strength of a row that holds."""
        bound = " AND ".join(f"c{i} = {int(code)}" for i, code in enumerate(row)) or "TRUE"
        query = f"SELECT c{self.arity} FROM {self.table} WHERE {bound}"  # noqa: S608  # names and integers of our own
        found = self.database.cursor().execute(query).fetchone()
        return CERTAIN if found is None else float(found[0])

    def __iter__(self) -> Iterator[tuple[Row, float]]:
        query = f"SELECT * FROM {self.table} WHERE {self.weak}"  # noqa: S608
        for *row, strength in self.database.cursor().execute(query).fetchall():
            yield tuple(row), strength


class AttachedStrengths(StoredStrengths):
    """The same in a database that is attached for them alone, and let go with them; of weak rows only."""

    def __init__(self, database: Database, base: str, table: str, arity: int, _size: int) -> None:
        self.database = database
        self.table = f"{base}.{table}"
        self.arity = arity
        weakref.finalize(self, database.detach, base)


def weak_rows(strengths: Strengths) -> int:
    """How many rows are less than certain."""
    if isinstance(strengths, MemoryStrengths):
        return len(strengths.weak)
    if isinstance(strengths, StoredStrengths):
        query = f"SELECT count(*) FROM {strengths.table} WHERE {strengths.weak}"  # noqa: S608  # names of our own
        return int(strengths.database.cursor().execute(query).fetchall()[0][0])
    return sum(1 for _ in strengths)


def memory_strengths(rows: Iterable[tuple[Row, float]]) -> MemoryStrengths | None:
    """The strengths of rows, each the strongest where it is listed again; None if all are certain."""
    best: dict[Row, float] = {}
    for row, strength in rows:
        best[row] = max(strength, best.get(row, UNJUDGED))
    weak = {row: strength for row, strength in best.items() if strength != CERTAIN}
    return MemoryStrengths(weak) if weak else None
