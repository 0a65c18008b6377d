"""A derived relation that stays in Spark: rows are fetched when somebody looks at them."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from functools import cached_property

from alignment.engines.base import Limits
from alignment.engines.relational.spark_session import Cluster
from alignment.engines.relational.spark_statements import Statements
from alignment.factbase.relation import MemoryRelation, Pattern, Row

_IN_MEMORY = 100_000
"""Rows up to which a relation that is looked into is taken into memory whole."""


class SparkRelation:
    """The rows of a view of a session, with their rounds. Safe to read from several threads.

    `folders` are those that hold the rows: they go with it.
    """

    def __init__(
        self, cluster: Cluster, view: str, arity: int, size: int, folders: Iterable[str] = ()
    ) -> None:
        self.cluster = cluster
        self.view = view
        self.arity = arity
        self._size = size
        weakref.finalize(self, cluster.forget, view)
        for folder in folders:
            weakref.finalize(self, cluster.forget_folder, folder)

    @property
    def lost(self) -> bool:
        """Whether the session that has the rows is gone."""
        return self.cluster.lost

    def __len__(self) -> int:
        return self._size

    def __contains__(self, row: object) -> bool:
        if self._is_small:
            return row in self._memory
        return isinstance(row, tuple) and bool(self._select("1", row, "LIMIT 1"))

    def __iter__(self) -> Iterator[Row]:
        return iter(self._memory) if self._is_small else iter(self.match(()))

    def round(self, row: Row) -> int:
        """0 for a reported row, else the round of its stratum in which it was first derived."""
        if self._is_small:
            return self._memory.round(row)
        ((found,),) = self._select("r", row)
        return int(found)

    def match(self, pattern: Pattern) -> Iterable[Row]:
        """The rows that agree with the pattern."""
        if self._is_small:
            return self._memory.match(pattern)
        return [row[: self.arity] for row in self._select("*", pattern)]

    def beginning_with(self, prefixes: Iterable[Row], width: int) -> list[Row]:
        """The rows whose first columns, `width` of them, are one of the prefixes."""
        wanted = frozenset(prefixes)
        if self._is_small or not width:
            return [row for row in self if row[:width] in wanted]
        listed = ", ".join(f"({', '.join(map(str, prefix))})" for prefix in wanted)
        names = ", ".join(f"c{i}" for i in range(width))
        return [row[: self.arity] for row in self._asked(f"SELECT * FROM {self.view} WHERE ({names}) IN ({listed})")]  # noqa: S608  # names and integers of our own

    @property
    def _is_small(self) -> bool:
        return self._size <= _IN_MEMORY

    @cached_property
    def _memory(self) -> MemoryRelation:
        width = self.arity
        return MemoryRelation({row[:width]: row[width] for row in self._select("*", ())})

    def _select(self, columns: str, pattern: Pattern, end: str = "") -> list[Row]:
        bound = [f"c{i} = {int(code)}" for i, code in enumerate(pattern) if code is not None]
        where = f"WHERE {' AND '.join(bound)}" if bound else ""
        return self._asked(f"SELECT {columns} FROM {self.view} {where} {end}")  # noqa: S608  # names and integers of our own

    def _asked(self, query: str) -> list[Row]:
        """The rows of a query; Ctrl-C stops it."""
        statements = Statements(self.cluster, Limits())
        found: list[Row] = []
        statements.supervise(lambda: found.extend(statements.rows(query)))
        return found
