"""Our functions in SQL without functions: what they give for the arguments that occur, joined as a table.

Codes of decimals and names mean something in one place alone, the dictionary, and arithmetic makes new ones.
A system spread over machines cannot call it row by row. So the different arguments of a call are gathered by a
query, few as they are (`expressions` calls for what codes cannot say), the results are computed here, and the
call becomes a look-up.
Before: `SELECT …, CASE WHEN <plain> THEN … ELSE al_add(t0.c0, t0.c1) END AS v2 FROM r1 AS t0`
After:  `SELECT …, CASE WHEN <plain> THEN … ELSE f0.v END AS v2 FROM r1 AS t0 LEFT JOIN r9 AS f0 ON …`
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from sqlglot import exp

from alignment.engines.relational.expressions import COMPARE

Fill: TypeAlias = Callable[[str, exp.Select], "str | None"]
"""From a function and the query of its arguments, `a0`, `a1`, …, to the table that has its results as `v`.

None if there are no arguments.
"""

_NOT_STRICT = frozenset((COMPARE["=<"], COMPARE[">="], COMPARE["=:="]))


def without_calls(query: exp.Select, functions: frozenset[str], fill: Fill, *, kept_numbers: bool) -> exp.Select:
    """The query with each call of one of the `functions` replaced, innermost queries first. It is changed in place.

    Where no decimal or very large number is kept (`kept_numbers`), no comparison has to be looked up: what
    `expressions` leaves over are constants of different kinds, and the same constant twice.
    """
    if not kept_numbers:
        for comparing in list(_calls(query, frozenset(COMPARE.values()))):
            comparing.replace(_same(comparing))
    selects = list(query.find_all(exp.Select))
    for select in reversed(selects):
        number = 0
        while (call := _next(select, functions)) is not None:
            _replace(call, select, f"f{number}", functions, fill)
            number += 1
    return query


def _calls(within: exp.Expr, functions: frozenset[str]) -> Iterator[exp.Anonymous]:
    return (call for call in within.find_all(exp.Anonymous) if call.name in functions)


def _same(call: exp.Anonymous) -> exp.Expr:
    """What a comparison is where no number is kept."""
    left, right = call.expressions
    return exp.EQ(this=left.copy(), expression=right.copy()) if call.name in _NOT_STRICT else exp.false()


def _next(select: exp.Select, functions: frozenset[str]) -> exp.Anonymous | None:
    """A call of this query itself that has no other call in it; those of its conditions come first."""
    own = [call for call in _calls(select, functions) if call.parent_select is select]
    ready = [call for call in own if len(list(_calls(call, functions))) == 1]
    ready.sort(key=lambda call: call.find_ancestor(exp.Where) is None)
    return ready[0] if ready else None


def _replace(call: exp.Anonymous, select: exp.Select, alias: str, functions: frozenset[str], fill: Fill) -> None:
    """Put the look-up of its results in the place of a call."""
    needed = _arguments(call, select, functions)
    table = fill(call.name, needed)
    if table is None:
        call.replace(exp.cast(exp.null(), "BOOLEAN" if call.name in COMPARE.values() else "BIGINT"))
        return
    same = exp.and_(
        *(
            exp.EQ(this=exp.column(f"a{i}", table=alias), expression=argument.copy())
            for i, argument in enumerate(call.expressions)
        )
    )
    if select.args.get("from_") is None:  # it computes with constants alone: there must be a row to join
        select.from_(exp.select(exp.alias_(exp.Literal.number(1), "one")).subquery(f"o_{alias}"), copy=False)
    select.join(exp.to_table(table).as_(alias), on=same, join_type="LEFT", copy=False)
    call.replace(exp.column("v", table=alias))


def _arguments(call: exp.Anonymous, select: exp.Select, functions: frozenset[str]) -> exp.Select:
    """The query of the different arguments with which a call is reached."""
    needed = exp.select(*[exp.alias_(argument.copy(), f"a{i}") for i, argument in enumerate(call.expressions)])
    needed = needed.distinct(copy=False)
    for part in ("from_", "joins"):
        given = select.args.get(part)
        copied = [one.copy() for one in given] if isinstance(given, list) else given and given.copy()
        needed.set(part, copied)
    for condition in [*_plain_conditions(select, functions), *_path(call, select)]:
        needed = needed.where(condition, copy=False)
    return needed


def _plain_conditions(select: exp.Select, functions: frozenset[str]) -> Iterator[exp.Expr]:
    """The conditions of a query that call nothing."""
    where = select.args.get("where")
    if where is None:
        return
    conditions = where.this.flatten() if isinstance(where.this, exp.And) else [where.this]
    for condition in conditions:
        if not any(_calls(condition, functions)):
            yield condition.copy()


def _path(call: exp.Anonymous, select: exp.Select) -> Iterator[exp.Expr]:
    """What must hold for a call to be reached: the cases before it do not."""
    node: exp.Expr = call
    while node.parent is not None and node.parent is not select:
        parent = node.parent
        if isinstance(parent, exp.Case) and node.arg_key == "default":
            for case in parent.args["ifs"]:
                holds = exp.Coalesce(this=case.this.copy(), expressions=[exp.false()])
                yield exp.Not(this=holds)
        node = parent
