"""Many rows as text: sorted and put together by the database, spelled here one constant at a time.

Each constant gets its place in the order of constants and its text once, as a row of a table; a line is a join with
that table for each column, and an `ORDER BY` of places, which spills to disk where memory runs short.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from alignment.engines.base import out_of_memory
from alignment.exchange.content import Content
from alignment.exchange.places import Places
from alignment.exchange.shapes import ReportShape, Shape, Spell, quoted
from alignment.exchange.told import Told
from alignment.factbase.database import database_of, drop, reading
from alignment.factbase.duck import duckdb
from alignment.factbase.relation import MemoryRelation, Relation
from alignment.factbase.stored import StoredRelation
from alignment.problems import LimitReached

BATCH = 10_000
"""Rows that are fetched at once."""

ARROW = 200_000
"""Rows of a batch of Arrow's, which becomes a row group of a Parquet file."""


class Bulk:
    """Relations whose rows are tables of the database of their base."""

    def __init__(self, content: Content, relations: Mapping[str, Relation], shapes: Mapping[str, Shape]) -> None:
        self.content = content
        self.database = database_of(content.dictionary, content.limits.memory)
        self.shapes = shapes
        self.cursor = self.database.cursor()
        self._relations = relations  # a table lives as long as its relation
        self.tables = {name: self._table(name, relation) for name, relation in relations.items()}
        self._places: Places | None = None

    def lines(self, name: str) -> Iterator[list[str]]:
        """The lines of a relation, a batch at a time."""
        row, joins, order = self._spelled(name, "k")
        query = f"SELECT {row} FROM {self.tables[name]} AS k {joins} {_ordered(order)}"  # noqa: S608  # names of our own
        for rows in self._fetched(query):
            yield [line for (line,) in rows]

    def reported(self, name: str, shape: ReportShape, derived: str) -> Iterator[list[str]]:
        """A line for each report of a row, or for a row that only rules give, a batch at a time."""
        told = self.told(name)
        row, joins, order = self._spelled(name, "k")
        report, others = told.text(shape)
        query = f"SELECT {row} || coalesce({report}, {quoted(derived)}) FROM {told.rows} AS k {joins} {others} "  # noqa: S608
        for rows in self._fetched(query + _ordered([*order, *told.order])):
            yield [line for (line,) in rows]

    def records(self, name: str, shape: ReportShape) -> Iterator[tuple[str, list[str]]]:
        """The rows of a relation, each with the texts of its reports."""
        told = self.told(name)
        row, joins, order = self._spelled(name, "k")
        report, others = told.text(shape)
        key = [f"k.c{i}" for i in range(self.content.arity(name))]
        query = f"SELECT {', '.join([row, report, *key])} FROM {told.rows} AS k {joins} {others} "  # noqa: S608
        found = (one for rows in self._fetched(query + _ordered([*order, *told.order])) for one in rows)
        for _, same in groupby(found, key=lambda one: one[2:]):
            given = list(same)
            yield given[0][0], [text for _, text, *_ in given if text is not None]

    def batches(self, name: str, columns: list[str], types: list[str], *, with_reports: bool) -> Any:  # noqa: ANN401
        """The rows of a relation as a reader of Arrow batches, their arguments in SQL types, with their reports."""
        import duckdb  # noqa: F401, PLC0415  # only the whole package knows how to make Arrow

        _, joins, order = self._spelled(name, "k")
        cells = [f"t{i}.text::{kind}" for i, kind in enumerate(types)]
        others, rows = "", self.tables[name]
        if with_reports:
            told = self.told(name)
            found, others = told.values()
            cells += ["CASE WHEN k.part >= 0 THEN 'reported' ELSE 'derived' END", *found]
            rows, order = told.rows, [*order, *told.order]
        else:
            cells.append("'derived'")
        named = ", ".join(f"{cell} AS {_named(column)}" for cell, column in zip(cells, columns, strict=True))
        found = self.cursor.sql(f"SELECT {named} FROM {rows} AS k {joins} {others} {_ordered(order)}")  # noqa: S608
        # older releases call it otherwise
        return found.to_arrow_reader(ARROW) if hasattr(found, "to_arrow_reader") else found.fetch_record_batch(ARROW)

    def told(self, name: str) -> Told:
        """What is reported of the rows of a relation."""
        return Told(self.content, self.database, name, self.tables[name])

    def execute(self, query: str) -> Any:  # noqa: ANN401  # DuckDB's connection
        """Run a statement, and turn what stops it into the problem that it is."""
        self.content.limits.check()
        try:
            with reading():
                return self.cursor.execute(query)
        except duckdb.OutOfMemoryException:
            raise LimitReached(out_of_memory(self.content.limits.memory, None)) from None

    def texts(self, name: str) -> list[str]:
        """The table of the text and place of each constant, for each column of a relation."""
        return [self._known.texts(spell) for spell in self.shapes[name].spells]

    def _spelled(self, name: str, rows: str) -> tuple[str, str, list[str]]:
        """The text of a row in SQL, the joins that it needs, and what orders it."""
        shape = self.shapes[name]
        joins = [f"JOIN {text} AS t{i} ON t{i}.code = {rows}.c{i}" for i, text in enumerate(self.texts(name))]
        if not joins:
            return quoted(shape.empty), "", []
        parts = [quoted(shape.before)]
        for i in range(len(joins)):
            parts += [f"t{i}.text", quoted(shape.between)]
        parts[-1] = quoted(shape.after)
        return " || ".join(parts), " ".join(joins), [f"t{i}.place" for i in range(len(joins))]

    @property
    def _known(self) -> Places:
        """The constants of all relations, gathered when the first is asked for."""
        if self._places is None:
            columns: dict[Spell, list[str]] = {}
            for name, shape in self.shapes.items():
                for i, spell in enumerate(shape.spells):
                    columns.setdefault(spell, []).append(f"SELECT c{i} AS code FROM {self.tables[name]}")  # noqa: S608
            self._places = Places(self.content, self.database, columns)
        return self._places

    def _fetched(self, query: str) -> Iterator[list[Any]]:
        found = self.execute(query)
        while True:
            with reading():
                rows = found.fetchmany(BATCH)
            if not rows:
                return
            self.content.limits.check()
            yield rows

    def _table(self, name: str, relation: Relation) -> str:
        if isinstance(relation, StoredRelation) and relation.database is self.database:
            return relation.table
        arity = self.content.arity(name)
        if isinstance(relation, MemoryRelation) and relation.rounds:
            return self.database.loaded(relation, arity, self.cursor)
        name = self.database.table(arity, relation, self.cursor)
        weakref.finalize(self, drop, self.database, name)
        return name


def _named(column: str) -> str:
    escaped = column.replace('"', '""')
    return f'"{escaped}"'


def _ordered(keys: list[str]) -> str:
    return f"ORDER BY {', '.join(keys)}" if keys else ""
