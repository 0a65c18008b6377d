"""The rows of a table as they stand in it: the columns that an import asks for, of the rows that it wants.

Before: `import p(A, B) from "t.csv" where C = "x".`
After:  a table in DuckDB with the columns `A` and `B`, each of a type that is encoded here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alignment.factbase.importing import encoding
from alignment.factbase.importing.bad_rows import BadRows
from alignment.factbase.importing.gathering import gathered
from alignment.factbase.importing.plan import Output, Plan
from alignment.factbase.importing.reading import identifier
from alignment.factbase.importing.together import Together
from alignment.records import frozen

SHARE = "share__"
"""The column of the part that a row is of a row in the file."""

SAMPLE = 2_000
"""Rows that are looked at to see what a column holds."""


@frozen
class Raw:
    """The columns asked for as they stand in the table: a column a variable, and its SQL type.

    `given` are their types in the file; `wordy` the columns of text in which no cell begins like a number. Where rows
    were taken apart, `SHARE` is a column of the part that each is of the row in the file.
    """

    table: str
    types: Mapping[str, str]
    given: Mapping[str, str]
    wordy: frozenset[str]
    has_shares: bool = False

    def computed(self, output: Output, column: str) -> str | None:
        """SQL for the codes of a column that need no look-up."""
        assert output.variable is not None
        if output.variable in self.wordy:
            return None
        return encoding.in_sql(output.kind, column, self.types[output.variable])


def read_rows(
    plan: Plan, together: Together | None, raw: str, cursor: Any  # noqa: ANN401
) -> tuple[BadRows, Raw]:
    """Make the table `raw` of the rows that are wanted; and what is in the file that is no row."""
    used = sorted({output.variable for output in plan.outputs if output.variable is not None})
    selected = [f"{plan.quoted[name]} AS {identifier(name)}" for name in used]
    if together is None or together.is_one:
        broken = gathered(plan, raw, selected, plan.where, cursor)
    else:
        table, broken = together.rows(plan, cursor)
        columns = ", ".join(selected) or "1 AS one"
        cursor.execute(f"CREATE TABLE {raw} AS SELECT {columns} FROM {table} WHERE {plan.where}")  # noqa: S608
    given = {name: type_ for name, type_, *_ in cursor.execute(f"DESCRIBE {raw}").fetchall() if name in used}
    types = {name: _made_plain(raw, name, type_, cursor) for name, type_ in given.items()}
    return broken, Raw(raw, types, given, _wordy(raw, types, cursor))


def _wordy(raw: str, types: Mapping[str, str], cursor: Any) -> frozenset[str]:  # noqa: ANN401
    """The columns of text of which a sample shows no digit first.

    All their cells are looked up: to look for numbers costs more than that.
    """
    textual = [name for name, type_ in types.items() if type_ in encoding.TEXTUAL]
    if not textual:
        return frozenset()
    probes = ", ".join(f"bool_or({identifier(name)} ~ '^-?[0-9]')" for name in textual)
    (found,) = cursor.execute(f"SELECT {probes} FROM (SELECT * FROM {raw} LIMIT {SAMPLE}) AS s").fetchall()  # noqa: S608
    return frozenset(name for name, digits in zip(textual, found, strict=True) if not digits)


def _made_plain(raw: str, name: str, type_: str, cursor: Any) -> str:  # noqa: ANN401
    """Turn a column into a type that is encoded here; that type."""
    column = identifier(name)
    sql, made = encoding.plain(column, type_)
    if sql != column:
        cursor.execute(f"ALTER TABLE {raw} ALTER {column} TYPE {made} USING {sql}")
    return made
