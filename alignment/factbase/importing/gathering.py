"""Rows of a file or a database into a table in DuckDB; what is no row is left out and told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alignment.factbase.importing.bad_rows import BadRows, broken_lines, marked_lines
from alignment.factbase.importing.plan import Plan
from alignment.factbase.importing.reading import identifier


def gathered(plan: Plan, table: str, selected: Sequence[str], where: str, cursor: Any) -> BadRows:  # noqa: ANN401
    """Make a table of the columns selected and the rows wanted of what a plan reads; what is no row there."""
    rejects, mark = f"{table}_rejects", plan.reading.mark
    columns = ", ".join(selected) or "1 AS one"
    if mark is not None:
        columns, where = f"{columns}, {identifier(mark)}", f"({where}) OR NOT {identifier(mark)}"
    cursor.execute(f"CREATE TABLE {table} AS SELECT {columns} FROM {plan.reading.collecting(rejects)} WHERE {where}")  # noqa: S608
    broken = broken_lines(plan.statement, rejects, cursor) if plan.reading.is_text else BadRows()
    if mark is not None:
        ((count,),) = cursor.execute(f"DELETE FROM {table} WHERE NOT {identifier(mark)}").fetchall()  # noqa: S608
        broken += marked_lines(count, plan, cursor)
    return broken
