"""Rows of a table that make no fact: counted, and the first of them told with their file and row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from alignment.checks.model import ANY
from alignment.factbase.database import new_name
from alignment.factbase.importing import encoding
from alignment.factbase.importing.listing import may_list, parts
from alignment.factbase.importing.lookups import Lookups
from alignment.factbase.importing.plan import Output, Plan
from alignment.factbase.importing.reading import identifier, quoted
from alignment.language import tree
from alignment.problems import Problem
from alignment.records import frozen

SHOWN = 10
"""Bad rows that are shown; the others are counted."""

_ROW = "row__"
_AT_ONCE = 10_000

_SAID = {
    "MISSING COLUMNS": "it has too few cells",
    "TOO MANY COLUMNS": "it has too many cells",
    "UNQUOTED VALUE": "a quote is not closed",
    "INVALID ENCODING": "it is not UTF-8",
    "LINE SIZE OVER MAXIMUM": "it is too long",
}
"""What is wrong with a line, by the kind of DuckDB's error."""


@frozen
class Often:
    """A cell of a column that fits nothing, None for an empty one, and in how many rows it stands."""

    column: str
    cell: str | None
    rows: int

    def __str__(self) -> str:
        """The cell and its column."""
        return f"an empty '{self.column}'" if self.cell is None else f"'{self.cell}' in '{self.column}'"


@frozen
class BadRows:
    """How many rows do not fit, the first of them as problems, and what most often does not fit."""

    count: int = 0
    shown: tuple[Problem, ...] = ()
    often: tuple[Often, ...] = ()

    def __add__(self, other: BadRows) -> BadRows:
        shown = (*self.shown, *other.shown)[:SHOWN]
        return BadRows(self.count + other.count, shown, self.often + other.often)

    @property
    def counted(self) -> str | None:
        """The cells that most often do not fit, in words."""
        told = [f"{one} ({one.rows:,}{'' if i else ' rows'})" for i, one in enumerate(self.often)]
        return f"most often: {', '.join(told)}" if told else None


def broken_lines(statement: tree.Import, rejects: str, cursor: Any) -> BadRows:  # noqa: ANN401
    """The lines of a text file that could not be cut into cells, out of the tables that collected them."""
    found = cursor.execute(
        f"SELECT file_path, line, min(error_type::VARCHAR) FROM {rejects} JOIN {rejects}_scan USING (scan_id, file_id) "  # noqa: S608
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    cursor.execute(f"DROP TABLE {rejects}; DROP TABLE {rejects}_scan")
    shown = (
        Problem("bad-row", statement.span, f"{file}, line {line}: {_SAID.get(kind, kind.lower())}")
        for file, line, kind in found[:SHOWN]
    )
    return BadRows(len(found), tuple(shown))


def marked_lines(count: int, plan: Plan, cursor: Any) -> BadRows:  # noqa: ANN401
    """The rows that the reading marks as none, found by reading the table once more, in its order."""
    return BadRows(count, tuple(islice(_marked(plan, cursor), SHOWN))) if count else BadRows()


def _marked(plan: Plan, cursor: Any) -> Iterator[Problem]:  # noqa: ANN401
    mark = identifier(plan.reading.mark or "")
    for file, sql in plan.reading.each_file():
        numbered = f"SELECT {mark}, row_number() OVER () AS {_ROW} FROM {sql}"  # noqa: S608
        query = f"SELECT {_ROW} FROM ({numbered}) AS t WHERE NOT {mark} ORDER BY {_ROW} LIMIT {SHOWN}"  # noqa: S608
        for (row,) in _in_order(query, cursor):
            yield Problem("bad-row", plan.statement.span, f"{file}, row {row}: it is no JSON object")


def _in_order(query: str, cursor: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    """The rows of a query over files, read in the order in which they stand there."""
    cursor.execute("SET preserve_insertion_order = true")
    try:
        cursor.execute(query)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows
    finally:
        cursor.execute("SET preserve_insertion_order = false")


def fits(output: Output) -> str:
    """The condition that a row's cell fits: an argument has a code, evidence has one or an empty cell."""
    coded = f"{identifier(output.name)} IS NOT NULL"
    if not output.is_evidence:
        return coded
    return "TRUE" if output.variable is None else f"({coded} OR {identifier(f'cell {output.variable}')} IS NULL)"


def unfit_rows(
    count: int, plan: Plan, coded: str, types: Mapping[str, str], lookups: Lookups, cursor: Any  # noqa: ANN401
) -> BadRows:
    """Rows with a cell that fits nothing, found by reading the table once more, in its order, until enough are.

    `coded` is a query of all rows with their codes; `types` are the SQL types of the columns by variable.
    """
    if not count:
        return BadRows()
    wrong = {output.variable: f"NOT ({fits(output)})" for output in plan.outputs if output.variable is not None}
    tables = {variable: new_name() for variable in wrong}
    try:
        for variable, condition in wrong.items():
            cell = f"{identifier(f'cell {variable}')}::VARCHAR"
            query = f"SELECT DISTINCT {cell} AS cell FROM ({coded}) AS y WHERE {condition} AND {cell} IS NOT NULL"  # noqa: S608
            cursor.execute(f"CREATE TABLE {tables[variable]} AS {query}")
        shown = tuple(islice(_told(plan, types, tables, lookups, cursor), SHOWN))
    finally:
        for table in tables.values():
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
    return BadRows(count, shown, _often(plan, coded, wrong, cursor) if count > SHOWN else ())


def _often(plan: Plan, coded: str, wrong: Mapping[str, str], cursor: Any) -> tuple[Often, ...]:  # noqa: ANN401
    """The cells that most often do not fit, by column."""
    counts = (
        f"SELECT {quoted(plan.columns[name])} AS n, {identifier(f'cell {name}')}::VARCHAR AS cell, count(*) AS rows "  # noqa: S608
        f"FROM ({coded}) AS y WHERE {condition} GROUP BY ALL"
        for name, condition in wrong.items()
    )
    found = cursor.execute(f"{' UNION ALL '.join(counts)} ORDER BY rows DESC, n, cell LIMIT {SHOWN}").fetchall()
    return tuple(Often(*row) for row in found)


def _told(
    plan: Plan, types: Mapping[str, str], wrong: Mapping[str, str], lookups: Lookups, cursor: Any  # noqa: ANN401
) -> Iterator[Problem]:
    """The problems of rows with a cell of one of the tables `wrong`, or with no cell where one is needed."""
    plain = {name: encoding.plain(column, types.get(name, "VARCHAR"))[0] for name, column in plan.quoted.items()}
    needed = {output.variable for output in plan.outputs if output.variable is not None and not output.is_evidence}
    suspects = [f"{plain[name]}::VARCHAR IN (SELECT cell FROM {table})" for name, table in wrong.items()]  # noqa: S608
    suspect = " OR ".join([*suspects, *(f"{plain[name]} IS NULL" for name in sorted(needed))])
    mark = "TRUE" if plan.reading.mark is None else identifier(plan.reading.mark)
    selected = ", ".join(f"{column} AS v{i}" for i, column in enumerate(plain.values()))
    for file, sql in plan.reading.each_file():
        numbered = f"SELECT *, row_number() OVER () AS {_ROW} FROM {sql}"  # noqa: S608
        wanted = f"({plan.where}) AND {mark} AND ({suspect}) LIMIT {SHOWN}"
        query = f"SELECT {selected}, {_ROW} FROM ({numbered}) AS t WHERE {wanted}"  # noqa: S608
        for row in _in_order(query, cursor):
            said = _wrong(dict(zip(plain, row, strict=False)), plan, lookups)
            if said:
                place = f"{file}, row {row[-1] + plan.reading.header_lines}"
                yield Problem("bad-row", plan.statement.span, f"{place}: {said}")


def _wrong(cells: Mapping[str, Any], plan: Plan, lookups: Lookups) -> str | None:
    """What is wrong with a row, in words."""
    for output in plan.outputs:
        if output.variable is None:
            continue
        cell, column = cells[output.variable], plan.columns[output.variable]
        if cell is None:
            if not output.is_evidence:
                return f"the column '{column}' is empty"
        elif lookups.encoder(output.kind)(cell) is None:
            if output.variable in may_list(plan, lookups.schema) and parts(str(cell), lookups.encoder(output.kind)):
                continue
            kind = {ANY: "constant", "source": "declared source"}.get(output.kind, output.kind.replace("_", " "))
            listed = _listed(str(cell), lookups.encoder(output.kind))
            says = f"lists {listed}, and a fact has one" if listed else f"is no {kind}"
            return f"'{cell}' in the column '{column}' {says}"
    return None


def _listed(cell: str, encoder: Callable[[Any], object | None]) -> int:
    """How many constants a cell lists, 0 if it is no list of such."""
    parts = [part.strip() for part in cell.split(";")]
    return len(parts) if len(parts) > 1 and all(part and encoder(part) is not None for part in parts) else 0
