"""Solutions of one rule body over evaluated relations: a small index join, for proofs and why-not.

Engines evaluate whole relations; here a head is bound already and a few rows are wanted, in an order
that does not depend on the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import field
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.factbase.arithmetic import NumberTooLarge, aggregate, apply, compare
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import Relation, Row
from alignment.program.model import (
    PADDING,
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
)
from alignment.reasoning.layout import Layout, layout_of
from alignment.reasoning.ordering import in_order
from alignment.reasoning.search import Admit, Base, Binding, Search, Solution, Step
from alignment.records import frozen

__all__ = ["Binding", "Solution", "Solver", "Step"]

RelationOf: TypeAlias = Callable[[str], Relation]


class RowKey:
    """A key that lists rows by value; what pads the rows of an aggregate has none.

    Searches hold it, and solvers hold searches: it leads back to none, so nothing waits for the collector.
    """

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        self._keys: dict[int, tuple[int, float, str]] = {}

    def __call__(self, row: Row) -> list[tuple[int, float, str]]:
        """The key of one row."""
        return [self._key(value) for value in row if value != PADDING.id]

    def _key(self, value: int) -> tuple[int, float, str]:
        found = self._keys.get(value)
        if found is None:
            found = self._keys[value] = self._dictionary.sort_key(value)
        return found


@frozen
class Solver:
    """Solves bodies over the relations that `relation` looks up, within limits: a search may find nothing for long."""

    relation: RelationOf
    dictionary: Dictionary
    limits: Limits = field(default_factory=Limits)
    row_key: RowKey = field(init=False, repr=False, compare=False)
    _searches: dict[Hashable, tuple[object, Search]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "row_key", RowKey(self.dictionary))

    def bind_head(self, rule: Rule, row: Row) -> Binding | None:
        """The binding that makes the rule's head equal `row`, or None."""
        return match_row(rule.args, row, {})

    def solutions(
        self, body: Sequence[BodyLiteral], binding: Binding, admit: Admit | None = None
    ) -> Iterator[Solution]:
        """Every solution that extends `binding`; `admit` may refuse a row for a positive literal."""
        search = self.search(body, tuple(binding))
        return map(search.solution, search.found(tuple(binding.values()), admit))

    def search(self, body: Sequence[BodyLiteral], given: tuple[str, ...]) -> Search:
        """The search for what solves a body where the variables `given` have values; that of a rule is kept."""
        key = (id(body), given)
        kept = self._searches.get(key)
        if kept is not None and kept[0] is body:
            return kept[1]
        sizes = tuple(len(self.relation(one.relation)).bit_length() for one in body if isinstance(one, Positive))
        base = Base(self.relation, self.dictionary, self.row_key, self.limits.check)
        if not isinstance(body, tuple):
            return Search(Layout(body, given, in_order(body, given, sizes)), base)
        search = Search(layout_of(body, given, sizes), base)  # that of a rule: it is asked for again
        self._searches[key] = (body, search)
        return search

    def extensions(
        self, literal: BodyLiteral, binding: Binding
    ) -> Iterator[tuple[Binding, Step]]:
        """The bindings that make one literal true, each with the row that does."""
        match literal:
            case Positive():
                yield from self._positive(literal, binding)
            case Negative():
                if next(iter(self.counterexamples(literal, binding)), None) is None:
                    yield binding, Step(literal)
            case Comparison():
                extended = self._comparison(literal, binding)
                if extended is not None:
                    yield extended, Step(literal)
            case Membership():
                yield from self._membership(literal, binding)
            case Aggregation():
                value = aggregate(self.dictionary, literal.function, self.counted(literal, binding))
                extended = None if value is None else _bind(literal.result, value, binding)
                if extended is not None:
                    yield extended, Step(literal)

    def _positive(
        self, literal: Positive, binding: Binding
    ) -> Iterator[tuple[Binding, Step]]:
        for row in self._rows(literal.relation, literal.args, binding):
            extended = match_row(literal.args, row, binding)
            if extended is not None:
                yield extended, Step(literal, row)

    def counterexamples(self, literal: Negative, binding: Binding) -> Iterator[Row]:
        """The rows whose presence makes a negated literal false."""
        for row in self._rows(literal.relation, literal.args, binding):
            if match_row(literal.args, row, binding) is not None:
                yield row

    def _rows(self, relation: str, args: Sequence[Argument], binding: Binding) -> list[Row]:
        """Rows that may match, sorted by value so that every engine explains alike."""
        rows = list(self.relation(relation).match([value_of(arg, binding) for arg in args]))
        if len(rows) > 1:
            rows.sort(key=self.row_key)
        return rows

    def counted(self, literal: Aggregation, binding: Binding) -> list[Row]:
        """The distinct rows of terms that an aggregate sees for its group."""
        width = len(literal.group)
        return [row[width:] for row in self.counted_rows(literal, binding)]

    def counted_rows(self, literal: Aggregation, binding: Binding) -> list[Row]:
        """The same with the group's values, as rows of the auxiliary relation."""
        relation = self.relation(literal.relation)
        width = len(next(iter(relation), literal.group))
        pattern = [value_of(arg, binding) for arg in literal.group]
        rows = relation.match([*pattern, *[None] * (width - len(pattern))])
        return sorted(rows, key=self.row_key)

    def _comparison(self, literal: Comparison, binding: Binding) -> Binding | None:
        left = self.evaluate(literal.left, binding)
        right = self.evaluate(literal.right, binding)
        if literal.operator == "=":
            if isinstance(literal.left, Var) and literal.left.name not in binding:
                return None if right is None else _bind(literal.left, right, binding)
            if isinstance(literal.right, Var) and literal.right.name not in binding:
                return None if left is None else _bind(literal.right, left, binding)
        if left is None or right is None:
            return None
        return binding if compare(self.dictionary, literal.operator, left, right) else None

    def _membership(self, literal: Membership, binding: Binding) -> Iterator[tuple[Binding, Step]]:
        value = value_of(literal.term, binding)
        if value is not None:
            if value in literal.items:
                yield binding, Step(literal)
            return
        for item in literal.items:
            extended = _bind(literal.term, item, binding)
            if extended is not None:
                yield extended, Step(literal)

    def evaluate(self, expression: Expression, binding: Binding) -> int | None:
        """The encoded value of an expression, or None where it has none or is not bound yet."""
        if not isinstance(expression, Operation):
            return value_of(expression, binding)
        left = self.evaluate(expression.left, binding)
        right = self.evaluate(expression.right, binding)
        if left is None or right is None:
            return None
        try:
            return apply(self.dictionary, expression.operator, left, right)
        except NumberTooLarge:
            return None  # the engine has stopped on it before, so no row rests on it


def value_of(arg: Argument, binding: Binding) -> int | None:
    """The constant that an argument stands for under a binding, or None."""
    if isinstance(arg, Const):
        return arg.id
    return binding.get(arg.name) if isinstance(arg, Var) else None


def match_row(args: Sequence[Argument], row: Row, binding: Binding) -> Binding | None:
    """The binding extended so that `args` equal `row`, or None if they cannot."""
    extended: dict[str, int] | None = None
    current = binding
    for arg, value in zip(args, row, strict=True):
        if isinstance(arg, Const):
            if arg.id != value:
                return None
        elif isinstance(arg, Var):
            known = current.get(arg.name)
            if known is None:
                if extended is None:
                    extended = dict(binding)
                    current = extended
                extended[arg.name] = value
            elif known != value:
                return None
    return current


def _bind(term: Var | Const, value: int, binding: Binding) -> Binding | None:
    known = value_of(term, binding)
    if known is not None:
        return binding if known == value else None
    return {**binding, term.name: value} if isinstance(term, Var) else None
