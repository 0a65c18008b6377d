"""A rule body as one SQL query, for DuckDB and Spark alike.

Before: `controls(X, Z) :- controls(X, Y), owns(Y, Z, P), P > 50, not state(Z).`
After:  `SELECT DISTINCT t0.c0 AS c0, t1.c1 AS c1 FROM r4 AS t0, r2 AS t1 WHERE t0.c1 = t1.c0 AND <P > 50>
AND NOT EXISTS (SELECT 1 FROM r7 AS n WHERE n.c0 = t1.c1)`.
The join order is the planner's business. Values that are computed get a query around the one so far.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from alignment.engines.relational import aggregates
from alignment.engines.relational.expressions import ORDERS, comparison, short_or, value
from alignment.engines.relational.plan import filters
from alignment.engines.relational.queries import Select, Table, Union, as_, both, call, is_known, named, number
from alignment.engines.relational.queries import column as of_table
from alignment.engines.rewriting import Located, apart, names, simplified, variables
from alignment.factbase.dictionary import KEPT, SHORT
from alignment.program.model import (
    Aggregation,
    BodyLiteral,
    Comparison,
    Const,
    Expression,
    Membership,
    Negative,
    Operation,
    Positive,
    Rule,
    Var,
    Wildcard,
)
from alignment.records import frozen


@frozen
class Delta:
    """The literal, by its place in the body, that reads only the newest rows, and the table of those."""

    place: int
    table: str


NAMES = "names"
"""The table of the letters of longer names and of texts: `code`, and `spelled`, which begins with the kind."""

TableOf = Callable[[str], Table]
"""The table of a relation, or the query that stands for it."""

Mixed = Callable[[str, int], bool]
"""Whether a column of a relation holds anything that is not a whole number."""


def column(index: int) -> str:
    """The name of a table's column."""
    return f"c{index}"


def rule_query(
    rule: Rule, table_of: TableOf, mixed: Mixed, delta: Delta | None = None, *, distinct: bool = True
) -> Select:
    """The head rows that a rule gives, each once if they are to be `distinct`, in columns `c0`, `c1`, …"""
    head, located = simplified(rule)
    joined, groups = apart(head, located)
    if groups and not any(isinstance(literal, Positive) for _, literal in joined):
        joined, groups = sorted([*joined, *groups[0]], key=lambda one: one[0]), groups[1:]
    body = _joined(joined, table_of, mixed, delta)
    for group in groups:
        there = _joined(group, table_of, mixed, delta).query
        there.columns = ["1"]
        body.where(f"EXISTS ({there})")
    return body.finished(head, distinct=distinct and body.repeats(head))


def _joined(located: Sequence[Located], table_of: TableOf, mixed: Mixed, delta: Delta | None) -> _Body:
    """The query of some literals, which has no columns yet."""
    body = _Body(table_of, mixed)
    premises = [(place, literal) for place, literal in located if isinstance(literal, Positive)]
    newest = next((i for i, (place, _) in enumerate(premises) if delta and delta.place == place), None)
    tested = filters([literal for _, literal in premises], newest)
    for i, (_, literal) in enumerate(premises):
        if i not in tested:
            body.join(literal, delta.table if delta and i == newest else table_of(literal.relation))
    others = [literal for _, literal in located if not isinstance(literal, Positive)]
    body.conditions([*(premises[i][1] for i in sorted(tested)), *others])
    return body


class _Body:
    """A query that grows literal by literal. `bound` maps each variable to its expression in the query."""

    def __init__(self, table_of: TableOf, mixed: Mixed) -> None:
        self.table_of = table_of
        self.mixed = mixed
        self.query = Select()
        self.bound: dict[str, str] = {}
        self.numbers = itertools.count()
        self.varying: set[str] = set()
        self.has_repeated = False

    def join(self, literal: Positive, table: Table) -> None:
        """Read a relation; what is bound already becomes a condition."""
        alias = f"t{next(self.numbers)}"
        self.query.read(named(table, alias))
        self.varying.update(arg.name for arg in literal.args if isinstance(arg, Var))
        self.has_repeated |= not isinstance(table, str) or any(isinstance(arg, Wildcard) for arg in literal.args)
        for i, arg in enumerate(literal.args):
            here = of_table(column(i), alias)
            if isinstance(arg, Const):
                self.where(f"{here} = {number(arg.id)}")
            elif isinstance(arg, Var) and arg.name in self.bound:
                self.where(f"{here} = {self.bound[arg.name]}")
            elif isinstance(arg, Var):
                self.bound[arg.name] = here

    def where(self, condition: str) -> None:
        """One more condition."""
        self.query.conditions.append(condition)

    def conditions(self, literals: Sequence[BodyLiteral]) -> None:
        """All other literals, each as soon as its variables have values; tests before computations."""
        waiting = list(literals)
        while waiting:
            ready = [one for one in waiting if set(variables(one)) <= self.bound.keys()]
            for literal in ready:
                self.test(literal)
            waiting = [one for one in waiting if one not in ready]
            for literal in waiting:
                target = self.target(literal)
                if target is not None:
                    self.compute(literal, target)
                    waiting.remove(literal)
                    break
            else:
                assert not waiting, f"{waiting} cannot be evaluated"  # the safety check has shown it

    def target(self, literal: BodyLiteral) -> str | None:
        """The one variable that a literal can give a value now."""
        unbound = [name for name in variables(literal) if name not in self.bound]
        if len(unbound) != 1:
            return None
        (name,) = unbound
        match literal:
            case Comparison(operator="=", left=left, right=right):
                for side, other in ((left, right), (right, left)):
                    if side == Var(name) and name not in names(other):
                        return name
                return None
            case Membership():
                return name
            case Aggregation(result=result, group=group):
                return name if result.name == name and Var(name) not in group else None
            case _:
                return None

    def test(self, literal: BodyLiteral) -> None:
        """A literal whose variables all have values."""
        match literal:
            case Comparison():
                left, right = self.plain(literal.left), self.plain(literal.right)
                spelled = [self.spelled(side) for side in (left, right)] if _orders_names(literal) else None
                self.where(comparison(Comparison(literal.operator, left, right), self.bound, spelled))
            case Membership(term=term, items=items):
                among = [number(item) for item in items]
                self.where(f"{value(term, self.bound)} IN ({', '.join(among)})" if among else "FALSE")
            case Negative():
                self.where(f"NOT EXISTS ({self.matching(literal)})")
            case Aggregation(result=result):
                found = self.aggregated(literal)
                self.where(f"{found} = {self.bound[result.name]}")
            case Positive():
                self.where(f"EXISTS ({self.matching(literal)})")

    def compute(self, literal: BodyLiteral, target: str) -> None:
        """Give a variable the value, or each of the values, that a literal allows."""
        match literal:
            case Comparison(left=left, right=right):
                self.define(target, self.plain(right if left == Var(target) else left, outermost=True))
            case Membership(items=items):
                alias = f"m{next(self.numbers)}"
                rows = [Select([as_(number(item), column(0))]) for item in items]
                rows = rows or [Select([as_("CAST(NULL AS BIGINT)", column(0))], conditions=["FALSE"])]
                self.query.read(named(Union(rows), alias))
                self.varying.add(target)
                self.bound[target] = of_table(column(0), alias)
            case Aggregation():
                self.bound[target] = self.aggregated(literal)
                self.where(is_known(self.bound[target]))

    def define(self, name: str, expression: Expression) -> None:
        """A variable with a computed value; rows in which it has none are dropped."""
        if isinstance(expression, Var | Const):
            self.bound[name] = value(expression, self.bound)
            return
        computed = value(expression, self.bound)
        self.wrap([(name, computed)])
        self.where(is_known(self.bound[name]))

    def wrap(self, more: Sequence[tuple[str, str]]) -> None:
        """A query around the one so far, which has a column for each variable and each new value."""
        alias = f"l{next(self.numbers)}"
        given = [*self.bound.items(), *more]
        self.query.columns = [as_(expression, f"v{i}") for i, (_, expression) in enumerate(given)]
        self.query = Select(source=named(self.query, alias))
        self.bound = {name: of_table(f"v{i}", alias) for i, (name, _) in enumerate(given)}

    def plain(self, expression: Expression, *, outermost: bool = False) -> Expression:
        """An expression whose operands are variables and constants; parts are computed first.

        Else each part would stand many times in the text of the whole.
        """
        if not isinstance(expression, Operation):
            return expression
        left, right = self.plain(expression.left), self.plain(expression.right)
        operation = Operation(expression.operator, left, right)
        if outermost:
            return operation
        part = Var(f"##{next(self.numbers)}")
        self.define(part.name, operation)
        return part

    def spelled(self, side: Expression) -> str:
        """The letters of a name or text, NULL for what is none, from its code or the table of names."""
        alias, code = f"s{next(self.numbers)}", value(side, self.bound)
        if isinstance(side, Const) and side.id & 3 != KEPT:
            # not in that table, as its statistics say: then DuckDB 2.0 drops every row of an EXISTS that looks it up
            return short_or(code, "CAST(NULL AS VARCHAR)")
        self.has_a_row()
        self.query.look_up(named(NAMES, alias), f"{of_table('code', alias)} = {code}")
        return short_or(code, of_table("spelled", alias))

    def has_a_row(self) -> None:
        """See to it that there is something to join what is looked up with."""
        if self.query.source is None:
            self.query.read(named(Select([as_("1", "one")]), f"o{next(self.numbers)}"))

    def matching(self, literal: Positive | Negative) -> Select:
        """The rows of a relation that agree with the values so far."""
        alias = f"n{next(self.numbers)}"
        query = Select(["1"], named(self.table_of(literal.relation), alias))
        for i, arg in enumerate(literal.args):
            if not isinstance(arg, Wildcard):
                here = of_table(column(i), alias)
                query.conditions.append(f"{here} = {value(arg, self.bound)}")
        return query

    def aggregated(self, literal: Aggregation) -> str:
        """The value of an aggregate for the group in view, from a table with one row a group."""
        alias = f"g{next(self.numbers)}"
        width = len(literal.group)
        plain = literal.function == "count" or not self.mixed(literal.relation, width)
        table = self.table_of(literal.relation)
        groups = aggregates.groups(literal.function, table, [column(i) for i in range(width + 1)], plain=plain)
        same = [f"{of_table(column(i), alias)} = {value(arg, self.bound)}" for i, arg in enumerate(literal.group)]
        self.has_a_row()
        self.query.look_up(named(groups, alias), both(same))
        found = of_table(aggregates.RESULT, alias)
        return call("COALESCE", found, number(1)) if literal.function in ("count", "sum") else found

    def repeats(self, head: Sequence[Var | Const]) -> bool:
        """Whether the query may give a row twice: not if all that tells its rows apart stands in the head."""
        return self.has_repeated or not self.varying <= {arg.name for arg in head if isinstance(arg, Var)}

    def finished(self, head: Sequence[Var | Const], *, distinct: bool) -> Select:
        """The query of the head's rows."""
        self.query.columns = [as_(value(arg, self.bound), column(i)) for i, arg in enumerate(head)]
        if head:
            self.query.distinct = distinct
        else:
            self.query.columns, self.query.limit = [as_("1", "one")], 1
        return self.query


def compares(rule: Rule) -> bool:
    """Whether a rule's query reads the table of names."""
    return any(isinstance(literal, Comparison) and _orders_names(literal) for literal in rule.body)


def calls(rule: Rule) -> bool:
    """Whether a rule's query may call a function of ours."""
    return any(map(_calls, rule.body))


def _calls(literal: BodyLiteral) -> bool:
    match literal:
        case Comparison(operator=operator, left=left, right=right):
            return operator not in ("=", "!=") or isinstance(left, Operation) or isinstance(right, Operation)
        case Aggregation(function=function):
            return function != "count"
        case _:
            return False


def _orders_names(literal: Comparison) -> bool:
    """Whether an order may be asked of names: not beside a number, a day or something calculated."""
    return literal.operator in ORDERS and not any(
        isinstance(side, Operation) or (isinstance(side, Const) and side.id & 3 not in (KEPT, SHORT))
        for side in (literal.left, literal.right)
    )
