"""Parts of a plain rule that more than one target looks for."""

from __future__ import annotations

from collections.abc import Iterator

from alignment.language.printer import format_node
from alignment.program.model import (
    Aggregation,
    Comparison,
    Const,
    Expression,
    Membership,
    Negative,
    Operation,
    Positive,
    Rule,
    Var,
)


def constants_of(rule: Rule) -> Iterator[int]:
    """The constants that a rule names."""

    def within(expression: Expression) -> Iterator[int]:
        if isinstance(expression, Operation):
            yield from within(expression.left)
            yield from within(expression.right)
        elif isinstance(expression, Const):
            yield expression.id

    yield from (arg.id for arg in rule.args if isinstance(arg, Const))
    for literal in rule.body:
        match literal:
            case Positive(args=args) | Negative(args=args):
                yield from (arg.id for arg in args if isinstance(arg, Const))
            case Comparison(left=left, right=right):
                yield from within(left)
                yield from within(right)
            case Membership(items=items):
                yield from items
            case Aggregation():
                yield from (arg.id for arg in literal.group if isinstance(arg, Const))


def stored(rule: Rule) -> frozenset[str]:
    """The variables whose values stand in a row or a rule: bound by a relation, picked from it, or equal to such."""
    found: set[str] = set()
    for literal in rule.body:
        match literal:
            case Positive(args=args):
                found.update(arg.name for arg in args if isinstance(arg, Var))
            case Membership(term=Var(name=name)):
                found.add(name)
            case Aggregation(function="min" | "max", result=result):
                found.add(result.name)
    for _ in rule.body:
        for literal in rule.body:
            if isinstance(literal, Comparison) and literal.operator == "=":
                for side, other in ((literal.left, literal.right), (literal.right, literal.left)):
                    if isinstance(side, Var) and (isinstance(other, Const) or other in {*map(Var, found)}):
                        found.add(side.name)
    return frozenset(found)


def as_written(rule: Rule) -> str:
    """The statement that a rule comes from, on one line."""
    return " ".join(format_node(rule.origin).split())
