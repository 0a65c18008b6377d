"""Aggregates as SQL: a query with one row a group, from the table of an aggregate's rows.

Counts, and sums, minima and maxima of whole numbers, are SQL's own over the codes. Where a column holds
anything else, a function of ours gets the list of a group's codes and applies `factbase.arithmetic`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignment.engines.relational.queries import Select, Table, as_, call, case, named

RESULT = "a"
"""The column of the aggregate's code."""

AGGREGATE: Mapping[str, str] = {"sum": "al_sum", "min": "al_min", "max": "al_max", "avg": "al_avg"}
"""The functions of ours: a list of codes to a code, or NULL where there is none."""

WHOLE = "al_whole"
"""The function from a whole number, as text, to its code: for sums that may not fit into a code."""

DIVIDE = "al_divide"
_SAFE = 2**58


def groups(function: str, table: Table, columns: Sequence[str], *, plain: bool) -> Select:
    """One row a group: its columns, which are all of `columns` but the last, and its aggregate.

    `plain` says that the last column holds whole numbers only; a count does not care. What SQL gathers of a
    group and what becomes of it are two queries, so that a function of ours is called with columns.
    """
    *group, first = columns
    gathered, result = _aggregate(function, first, plain=plain)
    query = Select([*group, *(as_(expression, name) for name, expression in gathered.items())])
    query.read(table if isinstance(table, str) else named(table, "elements"))
    if group:
        query.groups = list(group)
    else:
        query.having = f"{_COUNT} > 0"
    if result is None:
        return query
    return Select([*group, as_(result, RESULT)], named(query, "gathered"))


def _aggregate(function: str, code: str, *, plain: bool) -> tuple[dict[str, str], str | None]:
    """What is gathered of a group, by column, and the code of the aggregate; None if it is gathered as such."""
    if function == "count":
        return {RESULT: _code(_COUNT)}, None
    if not plain:
        return {"codes": call("ARRAY_AGG", code)}, call(AGGREGATE[function], "codes")
    if function in ("min", "max"):
        return {RESULT: call(function.upper(), code)}, None
    whole = case(
        [(f"total BETWEEN -{_SAFE} AND {_SAFE}", _code("total"))], call(WHOLE, "CAST(total AS VARCHAR)")
    )
    gathered = {"total": call("SUM", f"({code} - 1) // 4"), "members": _code(_COUNT)}
    return gathered, whole if function == "sum" else call(DIVIDE, whole, "members")


_COUNT = "COUNT(*)"


def _code(number: str) -> str:
    """The code of a whole number that is known to be small."""
    return f"CAST(({number}) * 4 + 1 AS BIGINT)"
