"""The rows of a relation in SQL, each once for every report of it that a view sees, and their reports as text.

What is written in files comes first, then each import in its order, as `FactBase.reports` has it.
"""

from __future__ import annotations

import datetime
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from alignment.exchange.content import Content
from alignment.exchange.shapes import ReportShape, quoted
from alignment.factbase.database import Database, drop, new_name, reading
from alignment.factbase.disk.layout import DAYS
from alignment.factbase.disk.layout import EVIDENCE as TYPES
from alignment.factbase.importing.reports import ImportedReports
from alignment.factbase.relation import Row
from alignment.factbase.report import Report, View
from alignment.factbase.stored import none_of
from alignment.factbase.table import Table

CELLS = {"source": "src", "quote": "quote", "confidence": "sure", "since": "since", "until": "until", "on": "happened"}
"""The column of each kind of evidence; `sure` is the confidence that counts, `conf` the one that a row states."""

_ORDER = ("part", "nth", "src", "since", "until", "happened", "conf", "quote", "line")


class Told:
    """The reports of one relation, and the rows of it that only rules give. `rows` reads them."""

    def __init__(self, content: Content, database: Database, name: str, table: str) -> None:
        self.content = content
        self.database = database
        self.arity = content.arity(name)
        self._cursor = database.cursor()
        self.has: set[str] = set()
        given = content.evaluation.facts.tables.get(name)
        self.rows = self._view(self._union(name, table, given))
        self.order = [f'k."{column}"' for column in _ORDER]

    def text(self, shape: ReportShape) -> tuple[str, str]:
        """The text of a report in SQL, NULL for a derived row, and the joins that it needs."""
        cells, joins = [], []
        for column, name in CELLS.items():
            if name in self.has:
                table = self.cells(column, lambda value, column=column: shape.cell(column, value))
                joins.append(f'LEFT JOIN {table} AS e_{name} ON e_{name}.cell = k."{name}"')
                cells.append(f"e_{name}.text")
            else:
                cells.append("NULL::VARCHAR")
        if shape.missing is not None:
            cells = [f"coalesce({cell}, {quoted(shape.missing)})" for cell in cells]
        inside = f"concat_ws({quoted(shape.between)}, {', '.join(cells)})"
        return f"CASE WHEN k.part >= 0 THEN {quoted(shape.before)} || {inside} || {quoted(shape.after)} END", " ".join(
            joins
        )

    def values(self) -> tuple[list[str], str]:
        """The evidence of a report in the types of its columns, and the joins that this needs."""
        joins = ""
        if "src" in self.has:
            table = self.cells("source", str)
            joins = f'LEFT JOIN {table} AS e_src ON e_src.cell = k."src"'
        days = {name: f"""DATE '0001-01-01' + (k."{name}" - 1)::INTEGER""" for name in DAYS}
        own = {"src": "e_src.text" if joins else "NULL::VARCHAR", "quote": "k.quote", "sure": "k.sure"} | days
        return [own[name] for name in CELLS.values()], joins

    def cells(self, column: str, spell: Any) -> str:  # noqa: ANN401  # a function of a value
        """A table of the different values of an evidence column, with their texts."""
        name, table = CELLS[column], new_name()
        query = f'SELECT DISTINCT "{name}" FROM {self.rows} WHERE "{name}" IS NOT NULL'  # noqa: S608  # names of our own
        with reading():
            found = [cell for (cell,) in self._cursor.execute(query).fetchall()]
        arrays = {
            "cell": np.array(found, dtype=object if column == "quote" else None),
            "text": np.array([spell(self._value(column, cell)) for cell in found], dtype=object),
        }
        self._cursor.execute(f"CREATE TABLE {table} (cell {_type(name)}, text VARCHAR)")
        if found:
            self._cursor.execute(f"INSERT INTO {table} SELECT cell, text FROM arrays")  # noqa: S608
        del arrays
        weakref.finalize(self, drop, self.database, table)
        return table

    def _value(self, column: str, cell: Any) -> object:  # noqa: ANN401  # what a column holds
        if column == "source":
            return self.content.dictionary.decode(cell)
        return datetime.date.fromordinal(cell) if column in ("since", "until", "on") else cell

    # The rows ------------------------------------------------------------------------------------

    def _union(self, name: str, table: str, given: Table | None) -> str:
        parts = [] if given is None else [*self._imported(given), *self._written(given)]
        if name in self.content.rules or not parts:
            same = " AND ".join(f"u.c{i} = k.c{i}" for i in range(self.arity)) or "TRUE"
            union = " UNION ALL ".join(parts)
            where = f"WHERE NOT EXISTS (SELECT 1 FROM ({union}) AS u WHERE {same})" if parts else ""  # noqa: S608
            parts.append(f"SELECT {self._columns('k.')}{_evidence(-1, ())} FROM {table} AS k {where}")  # noqa: S608
        return " UNION ALL ".join(parts)

    def _imported(self, given: Table) -> Iterator[str]:
        view, dictionary = self.content.evaluation.view, self.content.dictionary
        for part, one in enumerate(given.imported, 1):
            self.has |= one.has & {*CELLS.values()} | {"sure"}
            where = f"{one.condition(view, dictionary)} AND {none_of(given.taken_back)}"
            evidence = _evidence(part, one.has, _sure(one))
            yield f"SELECT {self._columns('')}{evidence} FROM {one.table} WHERE {where}"  # noqa: S608

    def _written(self, given: Table) -> Iterator[str]:
        """What is written in files, as a table."""
        found = list(_reports(given, self.content.evaluation.view))
        if not found:
            return
        self.has |= {*CELLS.values()}
        arrays: dict[str, Any] = {f"c{i}": _array([row[i] for row, _, _ in found], "BIGINT") for i in range(self.arity)}
        arrays["nth"] = _array([nth for _, nth, _ in found], "INTEGER")
        reports = [report for _, _, report in found]
        sources = [None if one.source is None else self.content.dictionary.symbol(one.source) for one in reports]
        arrays["src"] = _array(sources, "BIGINT")
        for column, days in (
            ("since", [one.since for one in reports]),
            ("until", [one.until for one in reports]),
            ("happened", [one.on for one in reports]),
        ):
            arrays[column] = _array([None if day is None else day.toordinal() for day in days], "INTEGER")
        arrays["sure"] = _array([one.confidence for one in reports], "DOUBLE")
        arrays["quote"] = np.array([one.quote for one in reports], dtype=object)
        name = new_name()
        self._cursor.execute(f"CREATE TABLE {name} AS SELECT * REPLACE (quote::VARCHAR AS quote) FROM arrays")  # noqa: S608
        del arrays
        weakref.finalize(self, drop, self.database, name)
        columns = ('"src"', '"since"', '"until"', '"happened"', "NULL::DOUBLE", "sure", "quote", "NULL::INTEGER")
        yield f"SELECT {self._columns('')}0 AS part, nth, {', '.join(columns)} FROM {name}"  # noqa: S608

    def _columns(self, rows: str) -> str:
        return "".join(f"{rows}c{i}, " for i in range(self.arity))

    def _view(self, query: str) -> str:
        name = new_name()
        listed = [*(f"c{i}" for i in range(self.arity)), "part", "nth", *_NAMED]
        columns = ", ".join(f'"{one}"' for one in listed)
        self._cursor.execute(f"CREATE VIEW {name}({columns}) AS {query}")
        weakref.finalize(self, drop, self.database, name, "VIEW")
        return name


_NAMED = ("src", "since", "until", "happened", "conf", "sure", "quote", "line")


def _type(name: str) -> str:
    return "DOUBLE" if name == "sure" else TYPES[name]


def _evidence(part: int, has: Sequence[str] | frozenset[str], sure: str = "NULL::DOUBLE") -> str:
    """The columns of what is known of a report, after its part and number."""
    given = [sure if name == "sure" else f'"{name}"' if name in has else f"NULL::{_type(name)}" for name in _NAMED]
    return ", ".join([f"{part} AS part", "0 AS nth", *given])


def _sure(one: ImportedReports) -> str:
    default = "NULL::DOUBLE" if one.default is None else f"{float(one.default)!r}::DOUBLE"
    return f"coalesce(conf, {default})" if "conf" in one.has else default


def _reports(given: Table, view: View) -> Iterator[tuple[Row, int, Report]]:
    """The written reports that a view sees, numbered for each row."""
    for row in given.plain:
        yield row, 0, Report()
    for row, reports in given.annotated.items():
        for nth, report in enumerate(reports, 1):
            if view.sees(report):
                yield row, nth, report


def _array(values: Sequence[Any], kind: str) -> Any:  # noqa: ANN401  # a NumPy array
    dtype = {"BIGINT": np.int64, "INTEGER": np.int32, "DOUBLE": np.float64}[kind]
    kept = np.array([0 if one is None else one for one in values], dtype=dtype)
    return np.ma.MaskedArray(kept, [one is None for one in values])
