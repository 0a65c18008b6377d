"""A rule body solved again and again over one base, where some of its variables have values.

The literals are loops, each fed by the one before (an index nested loop join); what each finds is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from alignment.engines.conditions import Conditions, columns_of
from alignment.factbase.arithmetic import NumberTooLarge, aggregate
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import EMPTY, MemoryRelation, Relation, Row
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
)
from alignment.reasoning.layout import Asked, Layout, Turn, new_columns
from alignment.records import frozen

Binding: TypeAlias = Mapping[str, int]
Node: TypeAlias = tuple[str, Row]
Admit: TypeAlias = Callable[[str, Row], bool]
Loop: TypeAlias = Callable[[Iterable[Row], "Admit | None"], Iterator[Row]]

FEW = 1000
"""Rows that are held at once where all solutions are wanted; more than that go through one by one."""


@frozen
class Step:
    """One literal of a body and the row that made it true (None where no row does: a filter)."""

    literal: BodyLiteral
    row: Row | None = None


@frozen
class Solution:
    """A binding under which every literal of the body is true, and how, in the body's order."""

    binding: Binding
    steps: tuple[Step, ...]


@frozen
class Base:
    """What searches read: relations by name, values, the order of rows (the same on every engine), and limits."""

    relation: Callable[[str], Relation]
    dictionary: Dictionary
    row_key: Callable[[Row], object]
    check: Callable[[], None]


class Search:
    """A body laid out, over a base."""

    def __init__(self, layout: Layout, base: Base) -> None:
        self.layout = layout
        self._base = base
        self._lookups: dict[int, _Lookup] = {}
        self._counted: dict[int, _Counted] = {}
        self._loops = [(self._loop(turn), self._lookups.get(turn.place)) for turn in layout.turns]

    def found(self, values: Row, admit: Admit | None = None) -> Iterator[Row]:
        """What solves the body with the values given, one row after another; `admit` may refuse a premise's row."""
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
        body = self.layout.body
        steps = [Step(literal) for literal in body]
        for place, pick in self.layout.rows:
            steps[place] = Step(body[place], pick(found))
        return Solution({name: found[column] for name, column in self.layout.bound}, tuple(steps))

    def premises(self, found: Row) -> tuple[Node, ...]:
        """The rows that a solution rests on, those that its aggregates saw included, each once."""
        if self.layout.counts:
            return tuple(dict.fromkeys(self._counted_too(found)))
        nodes = [(relation, pick(found)) for _, relation, pick in self.layout.premises if pick is not None]
        return tuple(dict.fromkeys(nodes)) if len(nodes) > 1 else tuple(nodes)

    def _counted_too(self, found: Row) -> Iterator[Node]:
        for place, relation, pick in self.layout.premises:
            if pick is not None:
                yield relation, pick(found)
            else:
                yield from ((relation, row) for row in self._counted[place].rows(found))

    def negated(self, found: Row) -> list[Hashable]:
        """What the negated literals say under a solution."""
        return [(asked, pick(found)) for asked, pick in self.layout.negated]

    def _loop(self, turn: Turn) -> Loop:
        match turn.literal:
            case Positive():
                assert turn.asked is not None
                lookup = self._lookups[turn.place] = _Lookup(turn.asked, self._base)
                return lookup.loop
            case Negative():
                assert turn.asked is not None
                absent = _Absent(turn.asked, self._base.relation)
                return lambda rows, _admit: filter(absent.holds, rows)
            case Aggregation() as literal:
                assert turn.asked is not None
                counted = self._counted[turn.place] = _Counted(literal, turn.asked, self._base)
                if turn.result is not None:
                    return lambda rows, _admit: _extended(rows, lambda row: _one(counted.value(row)))
                at = turn.columns[literal.result.name]
                return lambda rows, _admit: (row for row in rows if counted.value(row) == row[at])
            case Comparison() | Membership() as literal:
                conditions = Conditions(lambda _name: EMPTY, self._base.dictionary)  # these read no relation
                if turn.result is None:
                    test = conditions.test(literal, turn.columns)
                    return lambda rows, _admit: (row for row in rows if _holds(test, row))
                values_of = conditions.values(literal, turn.result, turn.columns)
                return lambda rows, _admit: _extended(rows, values_of)


class _Lookup:
    """What a premise adds to a row, for each combination of the values that it asks for."""

    def __init__(self, asked: Asked, base: Base) -> None:
        self._asked, self._base = asked, base
        self._key = asked.key
        self._rows: Mapping[Row, Sequence[Row]] | None = None
        self._found: dict[Row, Sequence[Row]] = {}

    def loop(self, rows: Iterable[Row], admit: Admit | None) -> Iterator[Row]:
        """The rows with what is added to them, one after another."""
        check, relation, whole = self._base.check, self._asked.relation, self._asked.row
        for row in rows:
            check()
            for more in self.added(row):
                if admit is None or admit(relation, whole(row + more)):
                    yield row + more

    def few(self, rows: Sequence[Row]) -> list[Row] | None:
        """The same all at once; None where they are many."""
        self._base.check()
        found: list[Row] = []
        for row in rows:
            added = self.added(row)
            if len(found) + len(added) > FEW:
                return None
            found += [row + more for more in added]
        return found

    def added(self, row: Row) -> Sequence[Row]:
        """The values of new variables, one row for each of the relation's that agrees, sorted."""
        key = self._key(row)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._read(key)
        return found

    def _read(self, key: Row) -> Sequence[Row]:
        rows = self._matching(key)
        if len(rows) > 1:
            rows = sorted(rows, key=self._base.row_key)  # type: ignore[arg-type]  # keys are of one kind
        if self._asked.same:
            rows = [row for row in rows if all(row[one] == row[other] for one, other in self._asked.same)]
        return [self._asked.added(row) for row in rows]

    def _matching(self, key: Row) -> Sequence[Row]:
        """The rows with the values of a key, in any order."""
        if self._rows is not None:
            return self._rows.get(key, ())
        relation = self._base.relation(self._asked.relation)
        if self._asked.is_whole:
            return (key,) if key in relation else ()
        if self._asked.known and isinstance(relation, MemoryRelation):
            self._rows = relation.index(self._asked.known)
            return self._rows.get(key, ())
        return list(relation.match(self._asked.pattern(key)))


class _Absent:
    """Whether no row of a relation agrees with a negated literal."""

    def __init__(self, asked: Asked, find: Callable[[str], Relation]) -> None:
        self._asked, self._find = asked, find
        self._key = asked.key
        self._rows: Mapping[Row, object] | None = None

    def holds(self, row: Row) -> bool:
        """Whether it is absent for the values of a row."""
        key = self._key(row)
        if self._rows is not None:
            return key not in self._rows
        asked, relation = self._asked, self._find(self._asked.relation)
        if isinstance(relation, MemoryRelation) and asked.known:
            self._rows = relation.rounds if asked.is_whole else relation.index(asked.known)
            return key not in self._rows
        return next(iter(relation.match(asked.pattern(key))), None) is None


class _Counted:
    """The rows that an aggregate sees for a group, sorted, and its value."""

    def __init__(self, literal: Aggregation, asked: Asked, base: Base) -> None:
        self._literal, self._base = literal, base
        self._key = asked.key
        self._found: dict[Row, Sequence[Row]] = {}
        self._values: dict[Row, int | None] = {}

    def rows(self, row: Row) -> Sequence[Row]:
        """The rows of the auxiliary relation, group included."""
        key = self._key(row)
        if key not in self._found:
            relation = self._base.relation(self._literal.relation)
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
