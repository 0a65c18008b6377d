"""How large the whole numbers of a rule can get: for systems whose numbers wrap around in silence.

What stands in a row is known, as every relation is evaluated; from there the bounds of computed numbers follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from alignment.engines.rewriting import names, variables
from alignment.exchange.content import Content
from alignment.exchange.order import ordered
from alignment.factbase.dictionary import Dictionary
from alignment.program.model import (
    PADDING,
    Aggregation,
    Comparison,
    Const,
    Expression,
    Membership,
    Operation,
    Positive,
    Rule,
    Var,
)

LARGEST = 2**31 - 1
"""The largest whole number of 32 bits."""

LAST_DAY = 3652059
"""The day 9999-12-31, counted from 0001-01-01."""


class Magnitudes:
    """The largest distance from 0, by column and by variable."""

    def __init__(self, content: Content) -> None:
        self.content = content

    @cached_property
    def columns(self) -> dict[str, list[int]]:
        """The largest in each column of each relation."""
        dictionary = self.content.dictionary
        return {
            name: [
                max((size(dictionary, code) for code in column), default=0)
                for column in self.content.codes(rows, self.content.arity(name))
            ]
            for name, rows in self.content.everything.items()
        }

    def too_large(self, rule: Rule) -> Iterator[Comparison | Aggregation]:
        """The literals of a rule that may compute a number beyond 32 bits."""
        bounds: dict[str, int] = {}
        counts: dict[str, int] = {}
        for literal in ordered(rule):
            match literal:
                case Positive(relation=relation, args=args):
                    for arg, largest in zip(args, self.columns[relation], strict=True):
                        _keep(bounds, arg, largest)
                case Membership(term=term, items=items):
                    _keep(bounds, term, max((size(self.content.dictionary, item) for item in items), default=0))
                case Comparison(left=left, right=right):
                    found = max(self.largest(side, bounds) for side in (left, right))
                    if found * max([1, *(counts.get(name, 1) for name in variables(literal))]) > LARGEST:
                        yield literal
                    if literal.operator == "=":
                        sides = [(left, right), (right, left)]
                        for side, other in [pair for pair in sides if bounds.keys() >= set(names(pair[1]))]:
                            _keep(bounds, side, self.value(other, bounds))
                case Aggregation():
                    largest = self.aggregated(literal)
                    if largest > LARGEST:
                        yield literal
                    if literal.function == "avg":  # compared as a sum with so many times the other side
                        counts[literal.result.name] = len(self.content.everything[literal.relation])
                        largest = self.columns[literal.relation][len(literal.group)]
                    _keep(bounds, literal.result, largest)

    def aggregated(self, literal: Aggregation) -> int:
        """A bound of an aggregate's value, and of what an average is computed from."""
        number = len(self.content.everything[literal.relation])
        if literal.function == "count":
            return number
        largest = self.columns[literal.relation][len(literal.group)]
        return largest * (number if literal.function in ("sum", "avg") else 1)

    def largest(self, term: Expression, bounds: dict[str, int]) -> int:
        """The largest number on the way to a term's value."""
        if not isinstance(term, Operation):
            return self.value(term, bounds)
        sides = max(self.largest(term.left, bounds), self.largest(term.right, bounds))
        own = self.value(term, bounds) * (2 if term.operator == "mod" else 1)
        return max(sides, own)

    def value(self, term: Expression, bounds: dict[str, int]) -> int:
        """A bound of a term's value."""
        match term:
            case Const(id=code):
                return size(self.content.dictionary, code)
            case Var(name=name):
                return bounds.get(name, 0)
            case Operation(operator=operator, left=left, right=right):
                a, b = self.value(left, bounds), self.value(right, bounds)
                return {"*": a * b, "//": a, "/": a, "mod": b}.get(operator, a + b)


def size(dictionary: Dictionary, code: int) -> int:
    """The distance of a whole number from 0; of a date the largest day; of anything else 0."""
    value = dictionary.decode(code) if code != PADDING.id else 0
    if isinstance(value, str | float):
        return 0
    return abs(value) if isinstance(value, int) else LAST_DAY


def _keep(bounds: dict[str, int], term: object, largest: int) -> None:
    if isinstance(term, Var):
        bounds[term.name] = min(largest, bounds.get(term.name, largest))
