"""Aggregates as SQL: a query with one row a group, from the table of an aggregate's rows.

Counts, and sums, minima and maxima of whole numbers, are SQL's own over the codes. Where a column holds
anything else, a function of ours gets the list of a group's codes and applies `factbase.arithmetic`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from alignment.engines.relational.expressions import call

RESULT = "a"
"""The column of the aggregate's code."""

AGGREGATE: Mapping[str, str] = {"sum": "al_sum", "min": "al_min", "max": "al_max", "avg": "al_avg"}
"""The functions of ours: a list of codes to a code, or NULL where there is none."""

WHOLE = "al_whole"
"""The function from a whole number, as text, to its code: for sums that may not fit into a code."""

DIVIDE = "al_divide"
_SAFE = 2**58


def groups(function: str, table: exp.Expr, columns: Sequence[str], *, plain: bool) -> exp.Select:
    """One row a group: its columns, which are all of `columns` but the last, and its aggregate.

    `plain` says that the last column holds whole numbers only; a count does not care. What SQL gathers of a
    group and what becomes of it are two queries, so that a function of ours is called with columns.
    """
    *group, first = columns
    table = table.subquery("elements") if isinstance(table, exp.Query) else table
    gathered, result = _aggregate(function, exp.column(first), plain=plain)
    query = exp.select(*[exp.column(name) for name in group]).from_(table)
    for name, expression in gathered.items():
        query = query.select(exp.alias_(expression, name), copy=False)
    if group:
        query = query.group_by(*[exp.column(name) for name in group], copy=False)
    else:
        query = query.having(exp.GT(this=_count(), expression=exp.Literal.number(0)), copy=False)
    if result is None:
        return query
    outer = exp.select(*[exp.column(name) for name in group]).from_(query.subquery("gathered"))
    return outer.select(exp.alias_(result, RESULT), copy=False)


def _aggregate(function: str, code: exp.Column, *, plain: bool) -> tuple[dict[str, exp.Expr], exp.Expr | None]:
    """What is gathered of a group, by column, and the code of the aggregate; None if it is gathered as such."""
    if function == "count":
        return {RESULT: _code(_count())}, None
    if not plain:
        return {"codes": exp.func("ARRAY_AGG", code.copy())}, call(AGGREGATE[function], exp.column("codes"))
    if function in ("min", "max"):
        return {RESULT: exp.func(function.upper(), code.copy())}, None
    numbers = exp.IntDiv(
        this=exp.paren(exp.Sub(this=code.copy(), expression=exp.Literal.number(1))), expression=exp.Literal.number(4)
    )
    total, members = exp.column("total"), exp.column("members")
    fits = exp.Between(this=total, low=exp.Literal.number(f"-{_SAFE}"), high=exp.Literal.number(_SAFE))
    whole = exp.Case().when(fits, _code(total.copy())).else_(call(WHOLE, exp.cast(total.copy(), "VARCHAR")))
    gathered = {"total": exp.func("SUM", exp.paren(numbers)), "members": _code(_count())}
    return gathered, whole if function == "sum" else call(DIVIDE, whole, members)


def _count() -> exp.Expr:
    return exp.Count(this=exp.Star())


def _code(number: exp.Expr) -> exp.Expr:
    """The code of a whole number that is known to be small."""
    scaled = exp.Mul(this=exp.paren(number), expression=exp.Literal.number(4))
    return exp.cast(exp.Add(this=scaled, expression=exp.Literal.number(1)), "BIGINT")
