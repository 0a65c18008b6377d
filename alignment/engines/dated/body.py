"""One rule over relations with days: its literals one after the other, each on all rows that are left.

A row has the values of the variables bound so far, and the days on which all literals so far hold: a premise
leaves the days that it has too, a `not` those that it has not, a condition on the date in view those on which it
holds. An aggregate has a value for each span of days in which it sees the same rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.bodyplan import binds
from alignment.engines.conditions import Conditions, columns_of, picker
from alignment.engines.dated.days import ALWAYS, END, FIRST, Days, apart, both, either, periods
from alignment.engines.dated.reading import DatedRule, Item, Seen, When
from alignment.engines.dated.relation import DatedRelation, Found, Shape
from alignment.engines.dated.truth import Truth
from alignment.engines.rewriting import variables
from alignment.factbase.arithmetic import aggregate
from alignment.factbase.relation import Row
from alignment.program.lower import NOW
from alignment.program.model import (
    Aggregation,
    Argument,
    Comparison,
    Const,
    Membership,
    Negative,
    Positive,
    Var,
)
from alignment.program.turns import names_in
from alignment.records import frozen

DatedRow: TypeAlias = tuple[Row, Days]
Step: TypeAlias = Callable[[list[DatedRow]], list[DatedRow]]
RelationOf: TypeAlias = Callable[[str], DatedRelation]

BATCH = 4096
"""Rows after which the limits are looked at."""


@frozen
class Setting:
    """What the rules of one evaluation share."""

    relation: RelationOf
    conditions: Conditions
    truth: Truth
    limits: Limits


class Body:
    """A rule made ready. With `first`, the place of a premise, that one reads the newest rows alone."""

    def __init__(self, rule: DatedRule, setting: Setting, first: int | None = None) -> None:
        self.rule = rule
        self.setting = setting
        self.columns: dict[str, int] = {}
        self.steps: list[Step] = []
        self.delta = DatedRelation()
        left = list(range(len(rule.items)))
        while left:
            place = first if first in left else self._next(left)
            assert place is not None
            left.remove(place)
            self._add(rule.items[place], newest=place == first)
            self._forget({name for other in left for name in names_of(rule.items[other])}, last=not left)
        self.head = picker(rule.args, self.columns)

    def rows(self, delta: Mapping[Row, Days] | None = None) -> Iterator[DatedRow]:
        """The head's rows, each with days on which the body holds; the same row may come several times."""
        if delta is not None:
            self.delta = DatedRelation(delta)
        rows: list[DatedRow] = [((), ALWAYS)]
        for step in self.steps:
            self.setting.limits.check(self.rule.origin)
            rows = step(rows)
            if not rows:
                return
        head = self.head
        for values, days in rows:
            yield head(values), days

    def end(self) -> None:
        """It is not used any more. Its steps lead back to it: without them nothing waits for the collector."""
        self.steps.clear()

    # The order of the literals --------------------------------------------------------------------

    def _next(self, left: Sequence[int]) -> int:
        """What tests rows comes first, then what gives one value, then the premise with the fewest rows expected."""
        bound = set(self.columns)
        items = self.rule.items
        for place in left:
            if not isinstance(items[place], Positive) and names_of(items[place]) <= bound:
                return place
        for place in left:
            if self._gives(items[place], bound):
                return place
        premises = [place for place in left if isinstance(items[place], Positive)]
        assert premises, "a body without an order of evaluation passed the safety check"
        return min(premises, key=lambda place: (self._cost(items[place], bound), place))

    def _gives(self, item: Item, bound: set[str]) -> bool:
        """Whether an item gives a variable its value now."""
        match item:
            case Comparison() | Membership():
                return binds(item, bound) is not None
            case Seen(literal=Aggregation(result=result, group=group)):
                return names_of(item) - bound == {result.name} and result not in group
            case _:
                return False

    def _cost(self, item: Item, bound: set[str]) -> float:
        assert isinstance(item, Positive)
        size = max(1, len(self.setting.relation(item.relation)))
        known = [isinstance(arg, Const) or (isinstance(arg, Var) and arg.name in bound) for arg in item.args]
        apart_from_all = 1e6 if bound and item.args and not any(known) else 1.0
        return 0.0 if known and all(known) else apart_from_all * size / 10.0 ** sum(known)

    # The steps ------------------------------------------------------------------------------------

    def _add(self, item: Item, *, newest: bool) -> None:
        match item:
            case Positive():
                self._add_premise(item, newest=newest)
            case When():
                self.steps.append(self._when(item))
            case Seen(literal=Negative()):
                self.steps.append(self._absent(item))
            case Seen(literal=Aggregation()):
                self._add_aggregate(item)
            case Comparison() | Membership():
                self._add_test(item)

    def _add_premise(self, literal: Positive, *, newest: bool) -> None:
        shape, known, new = self._shape(literal.args)
        key = picker(known, self.columns)
        relation, name, me = self.setting.relation, literal.relation, self
        for variable in new:
            self.columns[variable] = len(self.columns)

        def step(rows: list[DatedRow]) -> list[DatedRow]:
            index = (me.delta if newest else relation(name)).index(shape)
            found: list[DatedRow] = []
            add = found.append
            for values, days in self.checked(rows):
                hits = index.get(key(values))
                if hits:
                    for more, own in hits.items():
                        left = both(days, own)
                        if left:
                            add((values + more, left))
            return found

        self.steps.append(step)

    def _shape(self, args: Sequence[Argument], new: Iterable[str] = ()) -> tuple[Shape, list[Argument], list[str]]:
        """How a literal reads its relation, what it knows of a row, and the variables that it binds."""
        known = [i for i, arg in enumerate(args) if isinstance(arg, Const) or self._is_bound(arg, new)]
        first: dict[str, int] = {}
        equal: list[tuple[int, int]] = []
        for i, arg in enumerate(args):
            if isinstance(arg, Var) and i not in known:
                if arg.name in first:
                    equal.append((first[arg.name], i))
                first.setdefault(arg.name, i)
        return Shape(tuple(known), tuple(first.values()), tuple(equal)), [args[i] for i in known], list(first)

    def _is_bound(self, arg: Argument, new: Iterable[str]) -> bool:
        return isinstance(arg, Var) and arg.name in self.columns and arg.name not in new

    def _when(self, item: When) -> Step:
        truth, columns = self.setting.truth, self.columns
        values_of = [_values_of(condition, columns) for condition in item.conditions]
        pairs = list(zip(item.conditions, values_of, strict=True))

        def step(rows: list[DatedRow]) -> list[DatedRow]:
            found: list[DatedRow] = []
            for values, days in self.checked(rows):
                left: Days = ()
                for condition, pick in pairs:
                    left = either(left, both(days, truth.days(condition, pick(values), self.rule.origin)))
                if left:
                    found.append((values, left))
            return found

        return step

    def _absent(self, item: Seen) -> Step:
        assert isinstance(item.literal, Negative)
        shape, known, new = self._shape(item.literal.args)
        key, relation, name = picker(known, self.columns), self.setting.relation, item.literal.relation
        seen = self._seen_on(item, new)

        def step(rows: list[DatedRow]) -> list[DatedRow]:
            index = relation(name).index(shape)
            found: list[DatedRow] = []
            for values, days in self.checked(rows):
                hits = index.get(key(values))
                left = days
                for more, own in hits.items() if hits else ():
                    left = apart(left, seen(values, more, own))
                if left:
                    found.append((values, left))
            return found

        return step

    def _seen_on(self, item: Seen, new: Sequence[str]) -> Callable[[Row, Row, Days], Days]:
        """The days on which a row counts: those it has, on which the conditions for its new variables hold."""
        if not item.conditions:
            return lambda _values, _more, own: own
        columns = {**self.columns, **{name: len(self.columns) + i for i, name in enumerate(new)}}
        pairs = [(condition, _values_of(condition, columns)) for condition in item.conditions]
        truth, rule = self.setting.truth, self.rule.origin

        def seen(values: Row, more: Row, own: Days) -> Days:
            for condition, pick in pairs:
                own = both(own, truth.days(condition, pick(values + more), rule))
            return own

        return seen

    def _add_test(self, literal: Comparison | Membership) -> None:
        free = [name for name in variables(literal) if name not in self.columns]
        if not free:
            test = self.setting.conditions.test(literal, self.columns)
            self.steps.append(lambda rows: [row for row in self.checked(rows) if test(row[0])])
            return
        values_of = self.setting.conditions.values(literal, free[0], dict(self.columns))
        self.columns[free[0]] = len(self.columns)
        self.steps.append(
            lambda rows: [((*row, value), days) for row, days in self.checked(rows) for value in values_of(row)]
        )

    def _add_aggregate(self, item: Seen) -> None:
        literal = item.literal
        assert isinstance(literal, Aggregation)
        result, width = literal.result.name, len(literal.group)
        known = [i for i, arg in enumerate(literal.group) if not (isinstance(arg, Var) and arg.name in item.new)]
        dates = [i for i in range(width) if i not in known]
        new = [arg.name for i in dates if isinstance(arg := literal.group[i], Var)]
        key = picker([literal.group[i] for i in known], self.columns)
        seen, at = self._seen_on(item, new), self.columns.get(result)
        relation, dictionary = self.setting.relation(literal.relation), self.setting.conditions.dictionary
        terms = len(next(iter(relation.rows), literal.group))
        shape = Shape(tuple(known), (*dates, *range(width, terms)))
        parts = len(dates)
        kept: dict[Row, list[tuple[int, Days]]] = {}

        def spans(values: Row) -> list[tuple[int, Days]]:
            group = key(values)
            if item.conditions or group not in kept:
                members: Found = {}
                for more, own in relation.index(shape).get(group, {}).items():
                    left = seen(values, more[:parts], own)
                    if left:
                        members[more[parts:]] = either(members.get(more[parts:], ()), left)
                kept[group] = _values(members, lambda rows: aggregate(dictionary, literal.function, rows))
            return kept[group]

        def step(rows: list[DatedRow]) -> list[DatedRow]:
            found: list[DatedRow] = []
            for values, days in self.checked(rows):
                for value, own in spans(values):
                    if at is None or values[at] == value:
                        left = both(days, own)
                        if left:
                            found.append((values if at is not None else (*values, value), left))
            return found

        if at is None:
            self.columns[result] = len(self.columns)
        self.steps.append(step)

    def _forget(self, needed: set[str], *, last: bool) -> None:
        """Drop variables that nothing reads any more, and unite the days of rows that are then the same."""
        needed = needed | {arg.name for arg in self.rule.args if isinstance(arg, Var)}
        kept = [name for name in self.columns if name in needed]
        if last or len(kept) == len(self.columns):
            return
        pick = columns_of([self.columns[name] for name in kept])
        self.columns = {name: i for i, name in enumerate(kept)}

        def step(rows: list[DatedRow]) -> list[DatedRow]:
            found: dict[Row, Days] = {}
            for values, days in rows:
                key = pick(values)
                before = found.get(key)
                found[key] = days if before is None else either(before, days)
            return list(found.items())

        self.steps.append(step)

    def checked(self, rows: list[DatedRow]) -> Iterator[DatedRow]:
        """The rows, with a look at the limits now and then."""
        for start in range(0, len(rows), BATCH):
            self.setting.limits.check(self.rule.origin)
            yield from rows[start : start + BATCH]


def names_of(item: Item) -> set[str]:
    """The variables of an item that others bind or read."""
    match item:
        case When(conditions=conditions):
            return {name for one in conditions for name in _names(one)}
        case Seen(literal=literal, conditions=conditions):
            read = {name for one in conditions for name in _names(one)}
            return (set(variables(literal)) | read) - item.new
        case _:
            return set(variables(item))


def _names(condition: Comparison) -> list[str]:
    names = dict.fromkeys((*names_in(condition.left), *names_in(condition.right)))
    return [name for name in names if name != NOW]


def _values_of(condition: Comparison, columns: Mapping[str, int]) -> Callable[[Row], Row]:
    """The values of a condition's variables, read off a row."""
    return columns_of([columns[name] for name in _names(condition)])


def _values(members: Found, value_of: Callable[[list[Row]], int | None]) -> list[tuple[int, Days]]:
    """Each value of an aggregate with the days on which it has it: the rows that it sees change at boundaries."""
    boundaries = sorted({FIRST, END, *(day for days in members.values() for day in days)})
    begins: dict[int, list[Row]] = {}
    ends: dict[int, list[Row]] = {}
    for row, days in members.items():
        for begin, end in periods(days):
            begins.setdefault(begin, []).append(row)
            ends.setdefault(end, []).append(row)
    now: dict[Row, None] = {}
    found: dict[int, Days] = {}
    for begin, end in itertools.pairwise(boundaries):
        for row in ends.get(begin, ()):
            del now[row]
        now.update(dict.fromkeys(begins.get(begin, ())))
        value = value_of(list(now))
        if value is not None:
            found[value] = either(found.get(value, ()), (begin, end))
    return list(found.items())
