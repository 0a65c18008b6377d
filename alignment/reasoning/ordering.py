"""The order in which the literals of a body are met when some of its variables have values.

It depends on the magnitudes of the relations alone, not on the engine: what is found first is told first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from alignment.engines.rewriting import variables
from alignment.program.model import (
    Aggregation,
    BodyLiteral,
    Comparison,
    Expression,
    Membership,
    Negative,
    Operation,
    Positive,
    Var,
)


def in_order(body: Sequence[BodyLiteral], given: Collection[str], sizes: Sequence[int]) -> list[int]:
    """The places of the literals: a filter as soon as it is ready, else the relation with the fewest rows to expect.

    `sizes` are those of the relations of the positive literals, in bits.
    """
    rows = dict(zip((i for i, one in enumerate(body) if isinstance(one, Positive)), sizes, strict=True))
    known, left, order = set(given), list(range(len(body))), list[int]()
    while left:
        costs = [_cost(body[place], known, rows.get(place, 0)) for place in left]
        least = min(costs)
        if least == NEVER:
            message = "a body without an order of evaluation passed the safety check"
            raise AssertionError(message)
        place = left.pop(costs.index(least))
        order.append(place)
        known.update(variables(body[place]))
    return order


NEVER = float("inf")


def _cost(literal: BodyLiteral, known: Collection[str], bits: int) -> float:
    """How many rows match, roughly: each column that is bound leaves as small a part as every other would.

    In a relation of n rows and k columns, of which m are free, n to the power of m/k. A filter costs nothing.
    """
    if not isinstance(literal, Positive):
        return 0.0 if ready(literal, known) else NEVER
    free = sum(isinstance(arg, Var) and arg.name not in known for arg in literal.args)
    return 1.0 + 2.0 ** (bits * free / len(literal.args)) if free else 0.5


def ready(literal: BodyLiteral, known: Collection[str]) -> bool:
    """Whether all that a filter needs is bound."""
    match literal:
        case Positive():
            return True
        case Negative():
            return all(not isinstance(arg, Var) or arg.name in known for arg in literal.args)
        case Membership():
            return True
        case Aggregation():
            return all(not isinstance(arg, Var) or arg.name in known for arg in literal.group)
        case Comparison():
            left, right = bound(literal.left, known), bound(literal.right, known)
            if literal.operator != "=":
                return left and right
            return (
                (left and right)
                or (left and isinstance(literal.right, Var))
                or (right and isinstance(literal.left, Var))
            )


def bound(expression: Expression, known: Collection[str]) -> bool:
    """Whether every variable of an expression is bound."""
    match expression:
        case Var(name=name):
            return name in known
        case Operation(left=left, right=right):
            return bound(left, known) and bound(right, known)
        case _:
            return True
