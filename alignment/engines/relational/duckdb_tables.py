"""The tables of one evaluation in DuckDB, and statements that end when a limit is reached."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np

from alignment.engines.base import Limits, out_of_memory, too_large
from alignment.engines.relational import texts
from alignment.engines.relational.hashed import are_different
from alignment.engines.relational.joins import join_plan
from alignment.engines.relational.plan import Use
from alignment.engines.relational.sql import Delta
from alignment.engines.relational.tables import Tables
from alignment.factbase.arithmetic import NumberTooLarge
from alignment.factbase.computed import ComputedRelation
from alignment.factbase.database import Database, drop, new_name, reading
from alignment.factbase.dictionary import INTEGER
from alignment.factbase.duck import duckdb
from alignment.factbase.lent import Borrowing
from alignment.factbase.relation import MemoryRelation, Relation
from alignment.factbase.stored import StoredRelation
from alignment.factbase.unread import UnreadRelation
from alignment.problems import LimitReached
from alignment.program.model import Rule

FEW = 10_000
"""Rows up to which they are read as they are, in each evaluation anew. Of more, DuckDB needs to know how many different
values they have, and a table of them stays for other evaluations."""


class DuckDBTables(Tables):
    """The relations of an evaluation as tables of a base's database."""

    why_rounds = "its recursion is not in steps from the newest rows over one or two columns"

    def __init__(self, database: Database, known: Mapping[str, Relation], limits: Limits) -> None:
        super().__init__(known, limits)
        self.database = database
        self.cursor = database.cursor()
        self._borrowing = Borrowing(self.cursor)
        self._made: set[str] = set()
        self._computed: dict[str, ComputedRelation] = {}
        self._counted: dict[str, int] = {}
        self._stopped = False

    def text(self, rule: Rule, delta: Delta | None = None, *, distinct: bool = True) -> str:
        """The query of a rule's rows; one that was written before is used again."""
        self.rule = rule
        return texts.text(self, rule, delta, distinct=distinct)

    # Statements ----------------------------------------------------------------------------------

    def execute(self, query: str) -> Any:  # noqa: ANN401  # DuckDB's connection
        """Run a statement, and turn what stops it into the problem that it is."""
        self.check()
        try:
            with reading():
                return self._borrowing.execute(query)
        except duckdb.InterruptException:
            self.limits.check(self.rule)
            raise
        except duckdb.OutOfMemoryException:
            raise LimitReached(out_of_memory(self.limits.memory, self.rule)) from None
        except duckdb.Error:
            failure, self.database.failure = self.database.failure, None
            if isinstance(failure, NumberTooLarge):
                assert self.rule is not None
                raise LimitReached(too_large(self.rule)) from None
            raise

    def check(self, rule: Rule | None = None) -> None:
        """Stop here if a limit is reached or somebody interrupted; `rule` is at work, or the one of these tables."""
        self.limits.check(rule or self.rule)
        if self._stopped:
            raise duckdb.InterruptException

    def stop(self) -> None:
        """Stop the statement that runs, and what runs between statements. Called from another thread."""
        self._stopped = True
        self.cursor.interrupt()

    def create(self, query: str) -> str:
        """A new table of what a query gives; its name."""
        table = self.new_name()
        ((self._counted[table],),) = self.execute(f"CREATE TABLE {table} AS {query}").fetchall()
        return table

    def size_of(self, table: str) -> int:
        """The number of rows of a table."""
        made = self._counted.pop(table, None)  # once: it may grow
        if made is not None:
            return made
        ((size,),) = self.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608  # names of our own
        return int(size)

    def drop(self, table: str) -> None:
        """Drop a table that was made on the way."""
        self.execute(f"DROP TABLE {table}")
        self._made.discard(table)

    # Relations -----------------------------------------------------------------------------------

    def given(self, name: str) -> str:
        """The table of the rows that are given of a relation, or an empty one."""
        given = self.known.get(name)
        if isinstance(given, ComputedRelation) and given.database is self.database:
            return given.shown_to(self._borrowing)
        if isinstance(given, UnreadRelation) and given.database is self.database and name in self.uses:
            return self._unread(name, given, self.uses[name])
        if isinstance(given, StoredRelation) and given.database is self.database:
            return given.table
        if isinstance(given, MemoryRelation) and given.rounds:
            return self.database.loaded(given, self.arity[name], self.cursor)
        return self.database.table(self.arity[name], given or (), self.cursor, name=self.new_name())

    def _unread(self, name: str, given: UnreadRelation, use: Use) -> str:
        """What is read of rows that have no table: a view for who reads them once, or the columns in use, each once.

        A few rows in memory that are different anyway are read as they are, however often.
        """
        is_different = given.arity == len(use.columns) and len(given) <= FEW and _different(given) is not None
        if use.times == 1 or is_different:
            view = given.view(use.columns, self._borrowing)
            if view is not None:
                if not is_different:
                    self.repeated.add(name)
                return view
        elif len(use.columns) < given.arity:
            part = given.part(use.columns, self._borrowing)
            if part is not None:
                return self.create(part)
        return given.table

    def columns(self, name: str) -> list[Any] | None:
        """The rows of a relation as columns to be read, each row once; None where they are in a table, or many."""
        if name in self._computed:
            return self._computed[name].arrays()
        if name in self.sizes or name in self.without_table:
            return None  # rules of this evaluation add to what is given
        given = self.known.get(name)
        if type(given) is MemoryRelation and 0 < len(given) <= FEW:
            rows = np.fromiter(chain.from_iterable(given), np.int64, len(given) * self.arity[name])
            return list(rows.reshape(len(given), -1).T)
        return _different(given) if isinstance(given, UnreadRelation) else None

    def begin(self, name: str) -> None:
        """A table of its own for a relation that grows, with what is reported of it in round 0."""
        reported = self.reported(name)
        given = self.table_of(name) if reported else ""
        table = self.new_name()
        columns = "".join(f"c{i} BIGINT, " for i in range(self.arity[name]))
        self.execute(f"CREATE TABLE {table} ({columns}r INTEGER)")
        if given:
            self.execute(f"INSERT INTO {table} SELECT * REPLACE (0 AS r) FROM {given}")  # noqa: S608
        self.put(name, table, reported)

    def append(self, name: str, rows: str, round_: int) -> None:
        """Add the rows of a table to a relation that grows."""
        columns = "".join(f"c{i}, " for i in range(self.arity[name]))
        self.execute(f"INSERT INTO {self.table_of(name)} SELECT {columns}{round_} FROM {rows}")  # noqa: S608

    def hold(self, name: str, relation: ComputedRelation) -> None:
        """A relation that was computed outside SQL, as columns."""
        self._computed[name] = relation
        self.put(name, relation.shown_to(self._borrowing), len(relation))

    @property
    def partial(self) -> frozenset[str]:
        """The relations of which only the rows that lead back are kept."""
        return self.read_for_loops.intersection(self._computed)

    def mixed(self, name: str, column: int) -> bool:
        """Whether a column of a relation holds anything but whole numbers."""
        query = f"SELECT 1 FROM {self.table_of(name)} WHERE c{column} & 3 <> {INTEGER} LIMIT 1"  # noqa: S608
        return bool(self.execute(query).fetchall())

    def join_plan(self, query: str) -> str:
        """How DuckDB joins the tables of a query, in a line."""
        names = {table: name for name, table in self._names.items()}
        for name, given in self.known.items():
            if isinstance(given, UnreadRelation):
                names.update(dict.fromkeys(given.read, name))
        return join_plan(self.execute(f"EXPLAIN (FORMAT json) {query}").fetchall()[0][1], names)

    def new_name(self) -> str:
        """A name for a table that is dropped at the end if nobody keeps it."""
        name = new_name()
        self._made.add(name)
        return name

    def kept(self, name: str) -> StoredRelation:
        """A derived relation for whoever asked; its table lives as long as that."""
        if name in self._computed:
            return self._computed[name]
        return StoredRelation(self.database, self.handed_over(name), self.arity[name], self.sizes[name])

    def handed_over(self, name: str) -> str:
        """The table of a relation, which is not dropped at the end: that is up to whoever gets it."""
        if name in self._computed:
            return self._computed[name].table
        table = self._names[name]
        self._made.discard(table)
        return table

    def close(self) -> None:
        """Drop what was made and not kept."""
        for table in self._made:
            drop(self.database, table)
        self.cursor.close()


def _different(given: UnreadRelation) -> list[Any] | None:
    """The columns of rows that are lent, if the rows are different."""
    if given.lent is None or given.is_different is False:
        return None
    columns = [given.lent.column(f"c{at}") for at in range(given.arity)]
    if any(column is None for column in columns):
        return None
    if given.is_different is None:
        given.is_different = are_different(columns)
    return columns if given.is_different else None
