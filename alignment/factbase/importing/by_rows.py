"""An import row by row in SQL: what has cells that fit nowhere, or more kinds of them than NumPy tells apart.

Before: a table of the cells as they are read.
After:  a table of codes of the rows that fit, and what is wrong with the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alignment.factbase.dictionary import Dictionary
from alignment.factbase.importing.bad_rows import BadRows, fits, unfit_rows
from alignment.factbase.importing.fixed import constant
from alignment.factbase.importing.lists import taken_apart
from alignment.factbase.importing.lookups import Lookups
from alignment.factbase.importing.plan import EVIDENCE, Output, Plan
from alignment.factbase.importing.reading import identifier
from alignment.factbase.importing.rows import SHARE, Raw, read_rows
from alignment.factbase.importing.together import Together


def read_by_rows(
    plan: Plan,
    together: Together | None,
    raw: str,
    target: str,
    lookups: Lookups,
    cursor: Any,  # noqa: ANN401
) -> tuple[int, frozenset[str], BadRows]:
    """Fill `target` with the rows that fit: their number, the columns of evidence, and the rows that do not.

    `raw` is the name of a table for the cells.
    """
    broken, read = read_rows(plan, together, raw, cursor)
    read = taken_apart(plan, read, lookups, cursor)
    coded, has = _encode(plan, read, target, lookups, cursor)
    size = _size(target, cursor)
    unfit = _unfit(plan, coded, cursor) if read.has_shares else _size(raw, cursor) - size
    return size, has, broken + unfit_rows(unfit, plan, coded, read.given, lookups, cursor)


def _encode(
    plan: Plan,
    raw: Raw,
    target: str,
    lookups: Lookups,
    cursor: Any,  # noqa: ANN401
) -> tuple[str, frozenset[str]]:
    """Make the table of codes out of the rows that fit; a query of all rows, and the columns of evidence."""
    tables = _filled(plan, raw, lookups, cursor)
    codes = {output.name: _code(output, raw, tables, lookups.dictionary) for output in plan.outputs}
    made = ", ".join(f"{code} AS {identifier(name)}" for name, code in codes.items())
    cells = ", ".join(f"z.{identifier(name)} AS {identifier(f'cell {name}')}" for name in raw.types)
    joins = " ".join(
        f"LEFT JOIN {table} AS m_{i} ON z.{identifier(variable)} = m_{i}.cell"
        for i, ((variable, _), table) in enumerate(tables.items())
    )
    share = f"z.{SHARE}" if raw.has_shares else ""
    inner = f"SELECT {', '.join(filter(None, (made, cells, share)))} FROM {raw.table} AS z {joins}"  # noqa: S608
    condition = " AND ".join(map(fits, plan.outputs)) or "TRUE"
    columns = dict(zip(codes, map(identifier, codes), strict=True))
    if "src" in codes and plan.statement.source is None:
        columns["conf"] = f"{_usual(columns.get('conf', 'NULL'), lookups)} AS conf"
    listed = ", ".join(columns.values()) or "1 AS one"
    cursor.execute(f"CREATE TABLE {target} AS SELECT {listed} FROM ({inner}) AS y WHERE {condition}")  # noqa: S608
    return inner, EVIDENCE & columns.keys()


def _filled(plan: Plan, raw: Raw, lookups: Lookups, cursor: Any) -> dict[tuple[str, str], str]:  # noqa: ANN401
    """For each variable and kind the table in which its cells that need one have their codes."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for output in plan.outputs:
        if output.variable is not None:
            column = identifier(output.variable)
            computed = raw.computed(output, column)
            left = f"WHERE {column} IS NOT NULL" + (f" AND ({computed}) IS NULL" if computed else "")
            query = f"SELECT DISTINCT {column} AS cell FROM {raw.table} {left}"  # noqa: S608
            cells.setdefault((output.kind, raw.types[output.variable]), {})[output.variable] = query
    found: dict[tuple[str, str], str] = {}
    for (kind, type_), queries in cells.items():
        table = lookups.filled(kind, type_, list(queries.values()), cursor)
        found.update({(variable, kind): table for variable in queries})
    return found


def _code(output: Output, raw: Raw, tables: Mapping[tuple[str, str], str], dictionary: Dictionary) -> str:
    """The SQL of one output column: a code, a day's ordinal, or a confidence."""
    if output.variable is None:
        return constant(output, dictionary)
    at = list(tables).index((output.variable, output.kind))
    computed = raw.computed(output, f"z.{identifier(output.variable)}")
    code = f"coalesce({computed}, m_{at}.code)" if computed else f"m_{at}.code"
    return f"({code} - 2) // 4" if output.is_day else code


def _size(table: str, cursor: Any) -> int:  # noqa: ANN401
    """The number of rows of a table."""
    ((rows,),) = cursor.execute(f"SELECT count(*) FROM {table}").fetchall()  # noqa: S608  # a name of our own
    return int(rows)


def _unfit(plan: Plan, coded: str, cursor: Any) -> int:  # noqa: ANN401
    """The number of rows of the file that do not fit, where some of them were taken apart."""
    condition = " AND ".join(map(fits, plan.outputs))
    query = f"SELECT round(coalesce(sum({SHARE}), 0)) FROM ({coded}) AS y WHERE NOT ({condition})"  # noqa: S608  # ours
    ((rows,),) = cursor.execute(query).fetchall()
    return int(rows)


def _usual(stated: str, lookups: Lookups) -> str:
    """The confidence of a row, where a column says who reports it: as stated, by its source, or 1 without one."""
    cases = " ".join(
        f"WHEN {lookups.dictionary.symbol(name)} THEN {'NULL' if one.confidence is None else one.confidence}"
        for name, one in sorted(lookups.schema.sources.items())
    )
    by_source = f"CASE src {cases} ELSE 1.0 END" if cases else "1.0"
    return f"coalesce({stated}, {by_source})::DOUBLE"
