"""A derived relation that stays a table: rows are fetched when somebody looks at them."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from alignment.factbase.database import Database, drop, new_name, reading
from alignment.factbase.overlay import EMPTY_LAYER, Inexact, Layer, MemoryOverlay
from alignment.factbase.relation import MemoryRelation, Pattern, Row
from alignment.factbase.strengths import StoredStrengths

if TYPE_CHECKING:
    from alignment.factbase.lookup import Lookup

_IN_MEMORY = 100_000
"""Rows up to which a relation that is looked into is taken into memory whole."""

_COMPARED = 32
"""Rows that a table is compared with as it is read. In a table of 190,000 rows one is found in 1 ms, joined in 25."""

OFTEN = 30
"""Lookups in a larger one after which its columns are taken into memory: they take as long as so many."""


class StoredRelation:
    """The rows of a table of a `Database`, with their rounds. Safe to read from several threads."""

    def __init__(self, database: Database, table: str, arity: int, size: int, kind: str = "TABLE") -> None:
        self.database = database
        self.arity = arity
        self._table = table
        self._size = size
        self._lookups = 0
        self._columns_in_memory: Lookup | None = None
        if table:
            weakref.finalize(self, drop, database, table, kind)

    @property
    def table(self) -> str:
        """The name to read it by in SQL."""
        return self._table

    def __len__(self) -> int:
        return self._size

    def __contains__(self, row: object) -> bool:
        if self._is_small:
            return row in self._memory
        if not isinstance(row, tuple):
            return False
        lookup = self._lookup()
        return bool(self._select("1", row, "LIMIT 1") if lookup is None else lookup.rows(row))

    def __iter__(self) -> Iterator[Row]:
        if self._is_small:
            return iter(self._memory)
        return iter([tuple(row) for row in self._select(self._columns, ())])

    def round(self, row: Row) -> int:
        """0 for a reported row, else the round in which it was first derived."""
        if self._is_small:
            return self._memory.round(row)
        lookup = self._lookup()
        ((*_, found),) = self._select("r", row) if lookup is None else lookup.rows(row)
        return int(found)

    def match(self, pattern: Pattern) -> Iterable[Row]:
        """The rows that agree with the pattern."""
        if self._is_small:
            return self._memory.match(pattern)
        lookup = None if all(code is None for code in pattern) else self._lookup()
        if lookup is None:
            return self._select(self._columns, pattern)
        return [row[: self.arity] for row in lookup.rows(pattern)]

    def _lookup(self) -> Lookup | None:
        """The columns in memory, once it has been looked into often and they take little of what there is."""
        if self._columns_in_memory is None:
            self._lookups += 1
            bytes_ = 16 * self._size * (self.arity + 1)
            if self._lookups <= OFTEN or not self.arity or bytes_ > self.database.most_in_memory:
                return None
            from alignment.factbase.lookup import Lookup  # noqa: PLC0415  # with it comes NumPy

            with reading():
                self._columns_in_memory = Lookup.of(self.database.cursor(), self.table, self.arity)
        return self._columns_in_memory

    def beginning_with(self, prefixes: Iterable[Row], width: int) -> list[Row]:
        """The rows whose first columns, `width` of them, are one of the prefixes."""
        if not width:
            return list(self)
        return beginning(self.database, self.table, self.arity, list(prefixes))

    def arrays(self) -> list[Any]:
        """The rows as NumPy columns of codes."""
        with reading():
            found = self.database.cursor().execute(f"SELECT {self._columns} FROM {self.table}").fetchnumpy()  # noqa: S608
        return [found[f"c{i}"] for i in range(self.arity)]

    def codes(self) -> list[frozenset[int]]:
        """The different constants of each column."""
        columns = [f"DISTINCT c{i}" for i in range(self.arity)]
        return [frozenset(code for (code,) in self._select(column, ())) for column in columns]

    @property
    def _is_small(self) -> bool:
        return self._size <= _IN_MEMORY

    @property
    def _columns(self) -> str:
        return ", ".join(f"c{i}" for i in range(self.arity)) or "NULL"

    @cached_property
    def _memory(self) -> MemoryRelation:
        width = self.arity
        rows = self._select("*", ())
        return MemoryRelation({row[:width]: row[width] for row in rows})

    def _select(self, columns: str, pattern: Pattern, end: str = "") -> list[Any]:
        bound = [f"c{i} = {int(code)}" for i, code in enumerate(pattern) if code is not None]
        where = f"WHERE {' AND '.join(bound)}" if bound else ""
        query = f"SELECT {columns} FROM {self.table} {where} {end}"  # noqa: S608  # names and integers of our own
        with reading():
            found: list[Any] = self.database.cursor().execute(query).fetchall()
        return found if self.arity or columns != self._columns else [()] * len(found)


def more_in(one: StoredRelation, other: StoredRelation, most: int) -> frozenset[Row]:
    """The rows of one relation that another has not, a few more than `most` of them at most."""
    columns = ", ".join(f"t.c{i}" for i in range(one.arity)) or "NULL"
    same = " AND ".join(f"t.c{i} = o.c{i}" for i in range(one.arity)) or "TRUE"
    query = f"SELECT {columns} FROM {one.table} AS t WHERE NOT EXISTS "  # noqa: S608  # names and integers of our own
    query += f"(SELECT 1 FROM {other.table} AS o WHERE {same}) LIMIT {most + 1}"  # noqa: S608
    found = one.database.cursor().execute(query).fetchall()
    return frozenset(found if one.arity else [()] * len(found))


def beginning(database: Database, source: str, arity: int, prefixes: Sequence[Row]) -> list[Row]:
    """The rows of a table or query whose first columns are one of the prefixes."""
    columns = ", ".join(f"c{i}" for i in range(arity)) or "NULL"
    query = f"SELECT {columns} FROM {source} AS t WHERE {_among(prefixes)}"  # noqa: S608  # names and integers of our own
    found = database.cursor().execute(query).fetchall()
    return found if arity else [()] * len(found)


def _among(prefixes: Sequence[Row]) -> str:
    """The condition that a row begins with one of these: a few are compared as it is read, many are joined."""
    width = len(prefixes[0])
    if not width:
        return "TRUE"
    if len(prefixes) <= _COMPARED:
        return " OR ".join(f"({_equal(prefix)})" for prefix in prefixes)
    listed = ", ".join(f"({', '.join(map(str, prefix))})" for prefix in prefixes)
    same = " AND ".join(f"t.c{i} = p.c{i}" for i in range(width))
    names = ", ".join(f"c{i}" for i in range(width))
    return f"EXISTS (SELECT 1 FROM (VALUES {listed}) AS p({names}) WHERE {same})"  # noqa: S608  # names of our own


def _equal(row: Row) -> str:
    """The condition that a row begins with these codes."""
    return " AND ".join(f"c{i} = {int(code)}" for i, code in enumerate(row)) or "TRUE"


class AttachedRelation(StoredRelation):
    """The rows of a table of a database that is attached for it alone, and let go with it."""

    def __init__(self, database: Database, base: str, table: str, arity: int, size: int) -> None:
        super().__init__(database, "", arity, size)
        self._table = f"{base}.{table}"
        weakref.finalize(self, database.detach, base)


class StoredOverlay(StoredRelation):
    """A layer on the table of another relation; in SQL a view."""

    def __init__(self, below: StoredRelation, layer: Layer, inexact: Inexact | None = None) -> None:
        super().__init__(below.database, "", below.arity, len(below) + layer.growth)
        self.below = below
        self.layer = layer
        self.inexact = inexact
        self._making = threading.Lock()

    def __len__(self) -> int:
        return len(self.below) + self.layer.growth  # of a relation that is not read yet, it changes when it is

    @property
    def table(self) -> str:
        """The view, made when somebody first reads it in SQL."""
        with self._making:
            if not self._table:
                cursor = self.database.cursor()
                self._table = self.database.overlay(self, self.below.table, self.arity, self.layer, cursor)
            return self._table

    def round(self, row: Row) -> int:
        """0 for a reported row, else the round in which it was first derived."""
        return super().round(row) if self.inexact is None else self.inexact.exact().round(row)

    @cached_property
    def _memory(self) -> MemoryRelation:
        return MemoryOverlay(self.below._memory, self.layer)  # noqa: SLF001  # our own kind


def stored_overlay(
    relation: StoredRelation, gone: Collection[Row], put: Mapping[Row, int], inexact: Inexact | None
) -> StoredRelation:
    """A stored relation without some of its rows, and then with others; a table of its own where they are many."""
    below, layer = relation, EMPTY_LAYER
    if isinstance(relation, StoredOverlay):
        below, layer = relation.below, relation.layer
    layer = layer.with_(gone, put)
    made = StoredOverlay(below, layer, inexact)
    if not layer.is_large(len(below)):
        return made
    name = new_name()
    made.database.cursor().execute(f"CREATE TABLE {name} AS SELECT * FROM {made.table}")  # noqa: S608  # names of our own
    merged = StoredRelation(made.database, name, made.arity, len(made))
    return StoredOverlay(merged, EMPTY_LAYER, inexact) if inexact else merged


def seen_through(database: Database, table: str, arity: int, condition: str) -> StoredRelation:
    """The rows of a table for which a condition holds, where it has each once: in round 0, and not copied."""
    name = new_name()
    columns = "".join(f"c{i}, " for i in range(arity))
    cursor = database.cursor()
    cursor.execute(f"CREATE VIEW {name} AS SELECT {columns}0::INTEGER AS r FROM {table} WHERE {condition}")  # noqa: S608
    with reading():
        ((size,),) = cursor.execute(f"SELECT count(*) FROM {name}").fetchall()  # noqa: S608  # names of our own
    return StoredRelation(database, name, arity, size, "VIEW")


def stored(
    database: Database, arity: int, queries: Sequence[str], rows: Sequence[Row], without: Iterable[Row] = ()
) -> StoredRelation:
    """A table of reported rows: of queries over the database and of a list, each once.

    A row whose first columns are in `without` is left out.
    """
    cursor = database.cursor()
    name = new_name()
    columns = ", ".join(f"c{i}" for i in range(arity)) or "one"
    parts = [f"({query})" for query in queries]
    written = database.table(arity, list(rows), cursor) if rows else None
    if written:
        parts.append(f"(SELECT {columns if arity else '1 AS one'} FROM {written})")  # noqa: S608
    condition = none_of(without)
    none = f"SELECT {', '.join(f'NULL::BIGINT AS c{i}' for i in range(arity)) or '1 AS one'} WHERE FALSE"
    whole = " UNION ALL ".join(parts) or none
    selected = columns if arity else "one"
    kept = f"{columns}, " if arity else ""
    with reading():
        cursor.execute(
            f"CREATE TABLE {name} AS SELECT {kept}0::INTEGER AS r FROM "  # noqa: S608  # names and integers of our own
            f"(SELECT DISTINCT {selected} FROM ({whole}) AS u WHERE {condition}) AS t"
        )
    if written:
        cursor.execute(f"DROP TABLE {written}")
    ((size,),) = cursor.execute(f"SELECT count(*) FROM {name}").fetchall()  # noqa: S608
    return StoredRelation(database, name, arity, size)


def stored_strengths(
    database: Database,
    arity: int,
    queries: Sequence[str],
    rows: Sequence[tuple[Row, float]],
    without: Iterable[Row] = (),
) -> StoredStrengths:
    """A table of reported rows with their strengths: of queries and of a list, of each row the strongest."""
    cursor = database.cursor()
    name, written = new_name(), new_name()
    database.weighed_table(arity, rows, cursor, written)
    whole = " UNION ALL ".join([*(f"({query})" for query in queries), f"(SELECT * FROM {written})"])  # noqa: S608
    columns = ", ".join(f"c{i}" for i in range(arity))
    grouped = f"GROUP BY {columns}" if arity else "HAVING count(*) > 0"
    selected = f"{columns}, " if arity else ""
    cursor.execute(
        f"CREATE TABLE {name} AS SELECT {selected}max(c{arity}) AS c{arity} "  # noqa: S608  # names and integers of our own
        f"FROM ({whole}) AS u WHERE {none_of(without)} {grouped}"
    )
    cursor.execute(f"DROP TABLE {written}")
    return StoredStrengths(database, name, arity)


def none_of(rows: Iterable[Row]) -> str:
    """The condition that a row's first columns are none of these."""
    listed = list(map(_equal, rows))
    return f"NOT ({' OR '.join(f'({one})' for one in listed)})" if listed else "TRUE"
