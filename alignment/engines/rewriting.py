"""A rule body made plainer before it is planned: equalities put in place, variables used once made wildcards.

Before: `p(X, Z) :- q(X, Y, W), r(Y, Z), X = china.`  After: `p(china, Z) :- q(china, Y, _), r(Y, Z).`
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

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
    Rule,
    Var,
    Wildcard,
)

Located: TypeAlias = tuple[int, BodyLiteral]
"""A literal and its place in the rule's body."""

Term: TypeAlias = Var | Const


def simplified(rule: Rule) -> tuple[tuple[Term, ...], list[Located]]:
    """The head's terms and the body of an equal rule."""
    values, body = _equalities(rule.body)
    head = tuple(_follow(arg, values) for arg in rule.args)
    body = [(place, _with_values(literal, values)) for place, literal in body]
    uses = Counter(arg.name for arg in head if isinstance(arg, Var))
    for _, literal in body:
        uses.update(occurrences(literal))
    return head, [(place, _without_single_uses(literal, uses)) for place, literal in body]


def apart(head: Sequence[Term], body: Sequence[Located]) -> tuple[list[Located], list[list[Located]]]:
    """The literals that have to do with the head, and in groups those that only ask whether something is there at all.

    Before: `p(A) :- e(A, _), f(C, D), g(D), C != D, not a.`  After: `e(A, _), not a`; and `f(C, D), g(D), C != D`.
    A group shares no variable with the head nor with another group, so one row of it is as good as all of them.
    """
    groups: list[tuple[set[str], list[Located]]] = []
    for place, literal in body:
        own = set(variables(literal))
        linked = [group for group in groups if group[0] & own]
        groups = [group for group in groups if not group[0] & own]
        joined = [one for _, literals in linked for one in literals]
        groups.append((own.union(*(names_ for names_, _ in linked)), [*joined, (place, literal)]))
    wanted = {arg.name for arg in head if isinstance(arg, Var)}
    alone = [sorted(literals, key=lambda one: one[0]) for own, literals in groups if not own & wanted]
    alone = [group for group in alone if any(isinstance(literal, Positive) for _, literal in group)]
    left = {place for group in alone for place, _ in group}
    return [one for one in body if one[0] not in left], sorted(alone, key=lambda group: group[0][0])


def _equalities(body: Sequence[BodyLiteral]) -> tuple[dict[str, Term], list[Located]]:
    """What equalities of variables and constants say, and the rest. A result of an aggregate stays one."""
    results = {literal.result.name for literal in body if isinstance(literal, Aggregation)}
    values: dict[str, Term] = {}
    rest: list[Located] = []
    for place, literal in enumerate(body):
        if isinstance(literal, Comparison) and literal.operator == "=":
            sides = (literal.left, literal.right)
            if not any(isinstance(side, Operation) for side in sides):
                left, right = (_follow(side, values) for side in sides if not isinstance(side, Operation))
                if left == right:
                    continue
                for side, other in ((left, right), (right, left)):
                    if isinstance(side, Var) and side.name not in results:
                        values[side.name] = other
                        break
                else:
                    rest.append((place, literal))
                continue
        rest.append((place, literal))
    return values, rest


def _follow(term: Term, values: dict[str, Term]) -> Term:
    while isinstance(term, Var) and term.name in values:
        term = values[term.name]
    return term


def _argument(arg: Argument, values: dict[str, Term]) -> Argument:
    return arg if isinstance(arg, Wildcard) else _follow(arg, values)


def _expression(expression: Expression, values: dict[str, Term]) -> Expression:
    if isinstance(expression, Operation):
        left, right = _expression(expression.left, values), _expression(expression.right, values)
        return Operation(expression.operator, left, right)
    return _follow(expression, values)


def _with_values(literal: BodyLiteral, values: dict[str, Term]) -> BodyLiteral:
    if not values:
        return literal
    match literal:
        case Positive() | Negative():
            return replace(literal, args=tuple(_argument(arg, values) for arg in literal.args))
        case Comparison():
            return replace(literal, left=_expression(literal.left, values), right=_expression(literal.right, values))
        case Membership():
            return replace(literal, term=_follow(literal.term, values))
        case Aggregation():
            return replace(literal, group=tuple(_follow(arg, values) for arg in literal.group))


def _without_single_uses(literal: BodyLiteral, uses: Counter[str]) -> BodyLiteral:
    if not isinstance(literal, Positive):
        return literal
    args = tuple(Wildcard() if isinstance(arg, Var) and uses[arg.name] == 1 else arg for arg in literal.args)
    return literal if args == literal.args else replace(literal, args=args)


def occurrences(literal: BodyLiteral) -> list[str]:
    """The names of a literal's variables, in order, as often as they stand there."""
    match literal:
        case Positive(args=args) | Negative(args=args):
            return [arg.name for arg in args if isinstance(arg, Var)]
        case Comparison(left=left, right=right):
            return [*names(left), *names(right)]
        case Membership(term=term):
            return names(term)
        case Aggregation(result=result, group=group):
            return [*(arg.name for arg in group if isinstance(arg, Var)), result.name]


def variables(literal: BodyLiteral) -> tuple[str, ...]:
    """The names of a literal's variables, each once, in order."""
    return tuple(dict.fromkeys(occurrences(literal)))


def names(expression: Expression) -> list[str]:
    """The names of an expression's variables, in order, as often as they stand there."""
    match expression:
        case Var(name=name):
            return [name]
        case Operation(left=left, right=right):
            return [*names(left), *names(right)]
        case _:
            return []


def new_variables(rule: Rule) -> Iterator[Var]:
    """Variables that do not stand in a rule. Whoever adds variables to a rule takes them from here, once."""
    taken = {arg.name for arg in rule.args if isinstance(arg, Var)}
    taken.update(name for literal in rule.body for name in occurrences(literal))
    return (Var(name) for name in (f"#{i}" for i in itertools.count()) if name not in taken)
