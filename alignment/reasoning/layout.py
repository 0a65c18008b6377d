"""Where the values of a body's variables stand while it is solved, and what each literal asks for and adds.

What goes through a body is a row with the values of the variables met so far; `_` counts as one more, so that every row
of a premise can be read off it in the end. All of this depends on the body, the variables that have values at first and
the order of the literals alone, so it is made once for the many evaluations of a session.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from functools import cached_property
from typing import TypeAlias

from alignment.engines.bodyplan import binds
from alignment.engines.conditions import Columns, columns_of, picker
from alignment.factbase.relation import Row
from alignment.program.lower import NOW
from alignment.program.model import (
    Aggregation,
    Argument,
    BodyLiteral,
    Comparison,
    Const,
    Membership,
    Negative,
    Positive,
    Var,
    Wildcard,
)
from alignment.reasoning.ordering import in_order
from alignment.records import frozen

Pick: TypeAlias = Callable[[Row], Row]

MOST_KEPT = 4096
"""Layouts that are kept; then all are forgotten."""


class Asked:
    """How a relation is asked for rows: `key` has the values of the columns `known`, `new` the variables they add.

    `row` reads the whole row of the relation off what it leads to, `added` the values of `new` off the relation's row;
    columns in which a new variable stands again are paired with its first in `same`.
    """

    def __init__(self, relation: str, args: Sequence[Argument], columns: dict[str, int]) -> None:
        self.relation, self.width = relation, len(args)
        self.known = tuple(i for i, arg in enumerate(args) if isinstance(arg, Const) or _name(arg) in columns)
        self.key = picker([args[i] for i in self.known], columns)
        self.is_whole = len(self.known) == self.width
        first, self.same = new_columns([_name(arg) for arg in args], columns)
        self.new = tuple(first)
        self.added = columns_of(list(first.values()))
        self.row = self.key if self.is_whole else picker(args, {**columns, **_after(columns, self.new)})

    def pattern(self, key: Row) -> list[int | None]:
        """The pattern of the rows that have the values of a key."""
        pattern: list[int | None] = [None] * self.width
        for column, value in zip(self.known, key, strict=True):
            pattern[column] = value
        return pattern


@frozen
class Turn:
    """A literal whose turn it is: where the variables met before stand, and the one that it gives a value, if any.

    `asked` is how the relation is asked that it reads; a `not` and an aggregate know all that they ask for.
    """

    place: int
    literal: BodyLiteral
    columns: Columns
    result: str | None
    asked: Asked | None


class Layout:
    """The literals of a body in an order, laid out; `given` have values."""

    def __init__(self, body: Sequence[BodyLiteral], given: Sequence[str], order: Sequence[int]) -> None:
        self.body = body
        columns = {name: i for i, name in enumerate(given)}
        self.turns: list[Turn] = []
        for place in order:
            turn = _turn(place, body[place], columns)
            self.turns.append(turn)
            new = turn.asked.new if isinstance(turn.literal, Positive) and turn.asked else ()
            columns |= _after(columns, (*new, *([turn.result] if turn.result else [])))
        self._columns = columns
        premises = [turn for turn in self.turns if isinstance(turn.literal, Positive)]
        self.rows: Sequence[tuple[int, Pick]] = [(turn.place, turn.asked.row) for turn in premises if turn.asked]
        picks = dict(self.rows)
        self.premises = [
            (place, literal.relation, picks.get(place))
            for place, literal in enumerate(body)
            if isinstance(literal, Aggregation) or (isinstance(literal, Positive) and literal.relation != NOW)
        ]
        self.counts = any(isinstance(literal, Aggregation) for literal in body)

    @cached_property
    def bound(self) -> Sequence[tuple[str, int]]:
        """Where the variables stand that people gave a name."""
        return [(name, column) for name, column in self._columns.items() if not name.startswith("_ ")]

    @cached_property
    def negated(self) -> Sequence[tuple[Hashable, Pick]]:
        """For each negated literal what it asks for, and the values that it asks with."""
        denied = [literal for literal in self.body if isinstance(literal, Negative)]
        return [((one.relation, _places(one.args)), picker(one.args, self._columns)) for one in denied]


def _turn(place: int, literal: BodyLiteral, columns: dict[str, int]) -> Turn:
    known = dict(columns)
    match literal:
        case Positive(relation=relation, args=args):
            named = [Var(f"_ {place} {i}") if isinstance(arg, Wildcard) else arg for i, arg in enumerate(args)]
            return Turn(place, literal, known, None, Asked(relation, named, known))
        case Negative(relation=relation, args=args):
            return Turn(place, literal, known, None, Asked(relation, args, known))
        case Aggregation(relation=relation, group=group, result=result):
            new = None if result.name in known else result.name
            return Turn(place, literal, known, new, Asked(relation, group, known))
        case Comparison() | Membership():
            return Turn(place, literal, known, binds(literal, set(known)), None)


def layout_of(body: Sequence[BodyLiteral], given: tuple[str, ...], sizes: tuple[int, ...]) -> Layout:
    """The layout of a rule's body in the order for relations of some magnitudes, kept for the next time."""
    key = (id(body), given, sizes)
    found = _layouts.get(key)
    if found is None or found.body is not body:
        if len(_layouts) >= MOST_KEPT:
            _layouts.clear()
        found = _layouts[key] = Layout(body, given, in_order(body, given, sizes))
    return found


_layouts: dict[Hashable, Layout] = {}


def new_columns(names: Sequence[str], known: Collection[str]) -> tuple[dict[str, int], list[tuple[int, int]]]:
    """Where the variables of a literal that are not known stand first, and the columns in which one stands again.

    `names` are those of its arguments, empty for what is no variable.
    """
    first: dict[str, int] = {}
    again: list[tuple[int, int]] = []
    for column, name in enumerate(names):
        if name and name not in known and first.setdefault(name, column) != column:
            again.append((first[name], column))
    return first, again


def _after(columns: Columns, names: Sequence[str]) -> dict[str, int]:
    """Where new variables stand: after those that are there."""
    return {name: len(columns) + i for i, name in enumerate(names)}


def _places(args: Sequence[Argument]) -> tuple[int, ...]:
    """The places of arguments at which a certain value must stand."""
    return tuple(i for i, arg in enumerate(args) if not isinstance(arg, Wildcard))


def _name(arg: Argument) -> str:
    return arg.name if isinstance(arg, Var) else ""
