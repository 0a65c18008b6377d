"""A rule body made ready to be solved again and again, where some of its variables have values.

The literals are loops, each fed by the one before (an index nested loop join). What goes through is a row with the
values of the variables met so far; `_` counts as one more, so that every row of a premise can be read off it in the
end. What each literal asks for and adds is settled once, and what it finds is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from alignment.engines.bodyplan import binds
from alignment.engines.conditions import Conditions, columns_of, picker
from alignment.factbase.arithmetic import NumberTooLarge, aggregate
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import EMPTY, MemoryRelation, Relation, Row
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

Binding: TypeAlias = Mapping[str, int]
Node: TypeAlias = tuple[str, Row]
Admit: TypeAlias = Callable[[str, Row], bool]
Loop: TypeAlias = Callable[[Iterable[Row], "Admit | None"], Iterator[Row]]

FEW = 1000
"""Rows that are held at once where all solutions are wanted; more than that go through one by one."""


@dataclass(frozen=True, slots=True)
class Step:
    """One literal of a body and the row that made it true (None where no row does: a filter)."""

    literal: BodyLiteral
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Solution:
    """A binding under which every literal of the body is true, and how, in the body's order."""

    binding: Binding
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """What searches read: relations by name, values, the order of rows (the same on every engine), and limits."""

    relation: Callable[[str], Relation]
    dictionary: Dictionary
    row_key: Callable[[Row], object]
    check: Callable[[], None]


class Search:
    """A body with its literals in an order, in which each is met with what it reads. `given` have values."""

    def __init__(
        self, body: Sequence[BodyLiteral], given: Sequence[str], order: Sequence[int], base: Base
    ) -> None:
        self._body, self._base = body, base
        self._conditions = Conditions(lambda _name: EMPTY, base.dictionary)  # for what reads no relation
        self._columns = {name: i for i, name in enumerate(given)}
        self._rows: dict[int, Callable[[Row], Row]] = {}
        self._counted: dict[int, _Counted] = {}
        self._lookups: dict[int, _Lookup] = {}
        self._loops = [(self._loop(place, body[place]), self._lookups.get(place)) for place in order]
        self._bound = [(name, column) for name, column in self._columns.items() if not name.startswith("_ ")]
        self._filters = [Step(literal) for literal in body]
        denied = [literal for literal in body if isinstance(literal, Negative)]
        self._negated = [(one.relation, _known(one.args), picker(one.args, self._columns)) for one in denied]
        self._premises = [
            (literal.relation, self._rows[place])
            for place, literal in enumerate(body)
            if isinstance(literal, Positive) and literal.relation != NOW
        ]

    def found(self, values: Row, admit: Admit | None = None) -> Iterator[Row]:
        """What solves the body with values of `given`, one row after another; `admit` may refuse a premise's row."""
        return self._through(self._loops, (values,), admit)

    def all(self, values: Row) -> Iterable[Row]:
        """The same for who wants all: sooner where they are few."""
        rows = [values]
        for number, (loop, lookup) in enumerate(self._loops):
            found = list(loop(rows, None)) if lookup is None else lookup.few(rows)
            if found is None:
                return self._through(self._loops[number:], rows, None)
            rows = found
            if not rows:
                break
        return rows

    def _through(self, loops: Iterable[tuple[Loop, object]], rows: Iterable[Row], admit: Admit | None) -> Iterator[Row]:
        for loop, _ in loops:
            rows = loop(rows, admit)
        return iter(rows)

    def solution(self, found: Row) -> Solution:
        """A row of `found` as people read it."""
        steps = list(self._filters)
        for place, pick in self._rows.items():
            steps[place] = Step(self._body[place], pick(found))
        return Solution({name: found[column] for name, column in self._bound}, tuple(steps))

    def premises(self, found: Row) -> tuple[Node, ...]:
        """The rows that a solution rests on, those that its aggregates saw included, each once."""
        nodes = [(relation, pick(found)) for relation, pick in self._premises]
        if self._counted:
            nodes = []
            for place, literal in enumerate(self._body):
                if place in self._counted:
                    nodes += [(self._counted[place].relation, row) for row in self._counted[place].rows(found)]
                elif isinstance(literal, Positive) and literal.relation != NOW:
                    nodes.append((literal.relation, self._rows[place](found)))
        return tuple(dict.fromkeys(nodes)) if len(nodes) > 1 else tuple(nodes)

    def negated(self, found: Row) -> list[Hashable]:
        """What the negated literals say under a solution."""
        return [(relation, places, pick(found)) for relation, places, pick in self._negated]

    # Loops ---------------------------------------------------------------------------------------

    def _loop(self, place: int, literal: BodyLiteral) -> Loop:
        match literal:
            case Positive():
                return self._premise(place, literal)
            case Negative():
                absent = _Absent(literal, self._columns, self._base.relation)
                return lambda rows, _admit: filter(absent.holds, rows)
            case Aggregation(result=result):
                counted = self._counted[place] = _Counted(literal, self._columns, self._base)
                if result.name in self._columns:
                    at = self._columns[result.name]
                    return lambda rows, _admit: (row for row in rows if counted.value(row) == row[at])
                self._columns[result.name] = len(self._columns)
                return lambda rows, _admit: _extended(rows, lambda row: _one(counted.value(row)))
            case Comparison() | Membership():
                return self._condition(literal)

    def _premise(self, place: int, literal: Positive) -> Loop:
        args = [Var(f"_ {place} {i}") if isinstance(arg, Wildcard) else arg for i, arg in enumerate(literal.args)]
        lookup = self._lookups[place] = _Lookup(literal.relation, args, self._columns, self._base)
        for name in lookup.new:
            self._columns[name] = len(self._columns)
        whole = self._rows[place] = picker(args, self._columns)
        check, added, relation = self._base.check, lookup.added, literal.relation

        def run(rows: Iterable[Row], admit: Admit | None) -> Iterator[Row]:
            for row in rows:
                check()
                for more in added(row):
                    if admit is None or admit(relation, whole(row + more)):
                        yield row + more

        return run

    def _condition(self, literal: Comparison | Membership) -> Loop:
        free = binds(literal, set(self._columns))
        if free is None:
            test = self._conditions.test(literal, self._columns)
            return lambda rows, _admit: (row for row in rows if _holds(test, row))
        values_of = self._conditions.values(literal, free, dict(self._columns))
        self._columns[free] = len(self._columns)
        return lambda rows, _admit: _extended(rows, values_of)


class _Lookup:
    """What a premise adds to a row, for each combination of the values that it asks for."""

    def __init__(self, relation: str, args: Sequence[Argument], columns: Mapping[str, int], base: Base) -> None:
        self._relation, self._base = relation, base
        self._width = len(args)
        self._known = tuple(i for i, arg in enumerate(args) if isinstance(arg, Const) or _name(arg) in columns)
        self._key = picker([args[i] for i in self._known], columns)
        self._rows: Mapping[Row, Sequence[Row]] | None = None
        first, self._same = new_columns([_name(arg) for arg in args], columns)
        self.new = list(first)
        self._pick = columns_of(list(first.values()))
        self._found: dict[Row, Sequence[Row]] = {}

    def added(self, row: Row) -> Sequence[Row]:
        """The values of new variables, one row for each of the relation's that agrees, sorted."""
        key = self._key(row)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._read(key)
        return found

    def few(self, rows: Sequence[Row]) -> list[Row] | None:
        """The rows with all that is added to them; None where they are many."""
        self._base.check()
        found: list[Row] = []
        for row in rows:
            added = self.added(row)
            if len(found) + len(added) > FEW:
                return None
            found += [row + more for more in added]
        return found

    def _read(self, key: Row) -> Sequence[Row]:
        rows = self._matching(key)
        if len(rows) > 1:
            rows = sorted(rows, key=self._base.row_key)  # type: ignore[arg-type]  # keys are of one kind
        if self._same:
            rows = [row for row in rows if all(row[one] == row[other] for one, other in self._same)]
        return [self._pick(row) for row in rows]

    def _matching(self, key: Row) -> Sequence[Row]:
        """The rows with the values of a key, in any order."""
        if self._rows is not None:
            return self._rows.get(key, ())
        relation = self._base.relation(self._relation)
        if len(self._known) == self._width:
            return (key,) if key in relation else ()
        if self._known and isinstance(relation, MemoryRelation):
            self._rows = relation.index(self._known)
            return self._rows.get(key, ())
        return list(relation.match(_pattern(self._width, self._known, key)))


class _Absent:
    """Whether no row of a relation agrees with a negated literal."""

    def __init__(self, literal: Negative, columns: Mapping[str, int], find: Callable[[str], Relation]) -> None:
        self._name, self._find = literal.relation, find
        self._width = len(literal.args)
        self._known = _known(literal.args)
        self._key = picker(literal.args, columns)
        self._rows: Mapping[Row, object] | None = None

    def holds(self, row: Row) -> bool:
        """Whether it is absent for the values of a row."""
        key = self._key(row)
        if self._rows is not None:
            return key not in self._rows
        relation = self._find(self._name)
        if isinstance(relation, MemoryRelation) and self._known:
            whole = len(self._known) == self._width
            self._rows = relation.rounds if whole else relation.index(self._known)
            return key not in self._rows
        return next(iter(relation.match(_pattern(self._width, self._known, key))), None) is None


class _Counted:
    """The rows that an aggregate sees for a group, sorted, and its value."""

    def __init__(self, literal: Aggregation, columns: Mapping[str, int], base: Base) -> None:
        self.relation = literal.relation
        self._literal, self._base = literal, base
        self._key = picker(literal.group, columns)
        self._found: dict[Row, Sequence[Row]] = {}
        self._values: dict[Row, int | None] = {}

    def rows(self, row: Row) -> Sequence[Row]:
        """The rows of the auxiliary relation, group included."""
        key = self._key(row)
        if key not in self._found:
            relation = self._base.relation(self.relation)
            width = len(next(iter(relation), key))
            found = relation.match([*key, *[None] * (width - len(key))])
            self._found[key] = sorted(found, key=self._base.row_key)  # type: ignore[arg-type]  # as above
        return self._found[key]

    def value(self, row: Row) -> int | None:
        """The value, None where there is none."""
        key = self._key(row)
        if key not in self._values:
            members = [member[len(key) :] for member in self.rows(row)]
            self._values[key] = aggregate(self._base.dictionary, self._literal.function, members)
        return self._values[key]


class Head:
    """The head of a rule as it is matched with rows: the values of its variables, or None where it cannot be one."""

    def __init__(self, args: Sequence[Argument]) -> None:
        self._constants = [(i, arg.id) for i, arg in enumerate(args) if isinstance(arg, Const)]
        first, self._same = new_columns([_name(arg) for arg in args], ())
        self.names = tuple(first)
        self._pick = columns_of(list(first.values()))

    def values(self, row: Row) -> Row | None:
        """The values of `names` in a row."""
        for i, constant in self._constants:
            if row[i] != constant:
                return None
        for one, other in self._same:
            if row[one] != row[other]:
                return None
        return self._pick(row)


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


def _pattern(width: int, known: Sequence[int], key: Row) -> list[int | None]:
    """The pattern of rows that have the values of a key in the columns that are known."""
    pattern: list[int | None] = [None] * width
    for column, value in zip(known, key, strict=True):
        pattern[column] = value
    return pattern


def _known(args: Sequence[Argument]) -> tuple[int, ...]:
    """The places of arguments at which a certain value must stand."""
    return tuple(i for i, arg in enumerate(args) if not isinstance(arg, Wildcard))


def _name(arg: Argument) -> str:
    return arg.name if isinstance(arg, Var) else ""


def _extended(rows: Iterable[Row], values_of: Callable[[Row], Iterable[int]]) -> Iterator[Row]:
    for row in rows:
        try:
            values = values_of(row)
        except NumberTooLarge:
            continue  # the engine has stopped on it before, so no row rests on it
        for value in values:
            yield (*row, value)


def _holds(test: Callable[[Row], bool], row: Row) -> bool:
    try:
        return test(row)
    except NumberTooLarge:
        return False


def _one(value: int | None) -> Iterable[int]:
    return () if value is None else (value,)
