"""Literals as Python functions over rows: tests, computed values, and terms picked out of a row.

A row here is a tuple of encoded constants, and `columns` says where in it each variable stands. What is
made once for a body is called once a row, so each function does the least that its literal needs.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from alignment.factbase.arithmetic import aggregate, apply, compare
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import MemoryRelation, Row
from alignment.program.model import (
    Aggregation,
    Argument,
    BodyLiteral,
    Comparison,
    Const,
    Expression,
    Membership,
    Negative,
    Operation,
    Positive,
    Var,
    Wildcard,
)

Columns: TypeAlias = Mapping[str, int]
Test: TypeAlias = Callable[[Row], bool]
Value: TypeAlias = Callable[[Row], "int | None"]
Values: TypeAlias = Callable[[Row], Iterable[int]]
RelationOf: TypeAlias = Callable[[str], MemoryRelation]


class Conditions:
    """Makes functions of literals, over the relations that `relation` looks up."""

    def __init__(self, relation: RelationOf, dictionary: Dictionary) -> None:
        self.relation = relation
        self.dictionary = dictionary

    def test(self, literal: BodyLiteral, columns: Columns) -> Test:
        """Whether a literal holds for a row that binds all its variables."""
        match literal:
            case Positive():
                return self._lookup(literal, columns, wanted=True)
            case Negative():
                return self._lookup(literal, columns, wanted=False)
            case Membership(term=term, items=items):
                term_of, among = self.value(term, columns), frozenset(items)
                return lambda row: term_of(row) in among
            case Aggregation(result=result):
                at, value_of = columns[result.name], self._aggregate(literal, columns)
                return lambda row: value_of(row) == row[at]
            case Comparison():
                return self._comparison(literal, columns)

    def values(self, literal: BodyLiteral, result: str, columns: Columns) -> Values:
        """The values of `result` that make a literal hold, for a row that binds its other variables."""
        match literal:
            case Membership(items=items):
                return lambda _: items
            case Aggregation():
                return _at_most_one(self._aggregate(literal, columns))
            case Comparison(left=left, right=right):
                return _at_most_one(self.value(right if left == Var(result) else left, columns))
            case _:
                message = f"{literal} gives no variable a value"
                raise AssertionError(message)

    def value(self, expression: Expression, columns: Columns) -> Value:
        """The value of an expression for a row, or None where it has none."""
        match expression:
            case Const(id=constant):
                return lambda _: constant
            case Var(name=name):
                return operator.itemgetter(columns[name])
            case Operation(operator=symbol, left=left, right=right):
                left_of, right_of = self.value(left, columns), self.value(right, columns)
                dictionary = self.dictionary

                def calculated(row: Row) -> int | None:
                    a, b = left_of(row), right_of(row)
                    return None if a is None or b is None else apply(dictionary, symbol, a, b)

                return calculated

    def _comparison(self, literal: Comparison, columns: Columns) -> Test:
        op, left, right = literal.operator, literal.left, literal.right
        if op in ("=", "!=") and isinstance(left, Var) and isinstance(right, Var):
            i, j = columns[left.name], columns[right.name]
            return (lambda row: row[i] == row[j]) if op == "=" else (lambda row: row[i] != row[j])
        left_of, right_of = self.value(left, columns), self.value(right, columns)
        dictionary = self.dictionary

        def compared(row: Row) -> bool:
            a, b = left_of(row), right_of(row)
            return a is not None and b is not None and compare(dictionary, op, a, b)

        return compared

    def _lookup(self, literal: Positive | Negative, columns: Columns, *, wanted: bool) -> Test:
        relation = self.relation(literal.relation)
        at = tuple(i for i, arg in enumerate(literal.args) if not isinstance(arg, Wildcard))
        if not at and literal.args:
            return lambda _: bool(relation) is wanted
        key = picker(literal.args, columns)
        # the index is extended in place, so it stays right while a recursive relation grows
        rows: Mapping[Row, object] = relation.rounds if len(at) == len(literal.args) else relation.index(at)
        if wanted:
            return lambda row: key(row) in rows
        return lambda row: key(row) not in rows

    def _aggregate(self, literal: Aggregation, columns: Columns) -> Value:
        relation, width = self.relation(literal.relation), len(literal.group)
        groups: Mapping[Row, Iterable[Row]] = (
            relation.index(tuple(range(width))) if width else {(): relation.rounds}
        )
        key, function, dictionary = picker(literal.group, columns), literal.function, self.dictionary
        known: dict[Row, int | None] = {}

        def aggregated(row: Row) -> int | None:
            group = key(row)
            if group not in known:
                members = [member[width:] for member in groups.get(group, ())]
                known[group] = aggregate(dictionary, function, members)
            return known[group]

        return aggregated


def picker(terms: Sequence[Argument], columns: Columns) -> Callable[[Row], Row]:
    """The row of the given terms, wildcards left out, read off another row."""
    constants = tuple(term.id for term in terms if isinstance(term, Const))
    if not constants:
        return columns_of([columns[term.name] for term in terms if isinstance(term, Var)])
    places: list[int] = []
    used = 0
    for term in terms:
        if isinstance(term, Const):
            places.append(used)
            used += 1
        elif isinstance(term, Var):
            places.append(columns[term.name] + len(constants))
    pick = columns_of(places)
    return lambda row: pick(constants + row)


def columns_of(places: Sequence[int]) -> Callable[[Row], Row]:
    """The row of the values at the given places."""
    if not places:
        return lambda _: ()
    if len(places) == 1:
        only = places[0]
        return lambda row: (row[only],)
    getter: Any = operator.itemgetter(*places)
    picked: Callable[[Row], Row] = getter
    return picked


def layout(literal: Positive) -> dict[str, int]:
    """The first column of each variable of a literal."""
    columns: dict[str, int] = {}
    for i, arg in enumerate(literal.args):
        if isinstance(arg, Var):
            columns.setdefault(arg.name, i)
    return columns


def repeated(literal: Positive) -> list[Test]:
    """Tests that a variable which stands twice in a literal has one value."""
    first = layout(literal)

    def same(i: int, j: int) -> Test:
        return lambda row: row[i] == row[j]

    return [
        same(first[arg.name], i)
        for i, arg in enumerate(literal.args)
        if isinstance(arg, Var) and first[arg.name] != i
    ]


def _at_most_one(value_of: Value) -> Values:
    def values(row: Row) -> Iterable[int]:
        value = value_of(row)
        return () if value is None else (value,)

    return values


