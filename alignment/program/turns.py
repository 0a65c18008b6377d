"""When the date in view turns a rule: the conditions in it that read `now`, and the values they are asked with.

Between two changes of the facts a rule that reads no date gives the same rows on every day. One that asks
`D >= now - 90` may give others from the day on which that turns for some D that it is asked with. So each such
rule gets rules beside it that collect these values, from its body without what reads the date:

Before: `recent(X, Y) :- meets@on(X, Y, _, D), @now(#1), D >= #1 - 90.`
After:  `recent!1(D) :- meets@on(X, Y, _, D).` with the condition `D >= @now - 90`.

As long as no condition turns for the rows collected on a day, the program gives what it gives on that day:
each derivation is made of such rows, and none is added to them, those of recursive rules included.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import lru_cache
from typing import TypeAlias

from alignment.program.lower import NOW, Lowered
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
from alignment.records import frozen, mutable

TODAY = Var(NOW)
"""The date in view within a condition."""

Definitions: TypeAlias = Mapping[str, Expression]
"""Variables that the date in view gives their values, each with the expression that does."""


@frozen
class Turn:
    """A condition that reads the date in view, and the relation of the values that it is asked with.

    A row of `relation` has the values of `columns`; None: it is asked with no values. Without a condition
    the rule gives other rows on every day.
    """

    rule: Rule
    relation: str | None
    columns: tuple[str, ...]
    condition: Comparison | None


def turns(rules: Sequence[Rule]) -> tuple[list[Turn], Lowered]:
    """What the date in view may turn in the rules of a program, and the rules that collect the values."""
    elements: dict[str, _Elements] = {}
    for rule in rules:
        for literal in rule.body:
            if isinstance(literal, Aggregation):
                own = tuple(one for one in rules if one.head == literal.relation)
                elements[literal.relation] = _Elements(len(literal.group), own)
    found: list[Turn] = []
    lowered = Lowered()
    numbers = itertools.count(1)
    for rule in rules:
        if NOW in rule.reads:
            for turn, collecting in _Reading(rule, elements).turns(numbers):
                found.append(turn)
                lowered.rules += collecting
    return found, lowered


@frozen
class _Elements:
    """The rules of the rows that an aggregate sees; the first `group` columns are its group."""

    group: int
    rules: tuple[Rule, ...]


@mutable
class _Reading:
    """One rule that reads the date in view: its body without that, and the conditions that do."""

    rule: Rule
    elements: Mapping[str, _Elements]
    body: list[BodyLiteral] = field(default_factory=list)
    conditions: list[tuple[Comparison, tuple[BodyLiteral, ...]]] = field(default_factory=list)
    fresh: Iterator[int] = field(default_factory=itertools.count)
    daily: bool = False

    def turns(self, numbers: Iterator[int]) -> Iterator[tuple[Turn, list[Rule]]]:
        """Each condition with the rule that collects its values."""
        defined = dated(self.rule)
        for literal in self.rule.body:
            self.take(literal, defined)
        if self.daily or self.gives_dates(defined):
            yield Turn(self.rule, None, (), None), []
        for condition, more in self.conditions:
            names = dict.fromkeys(_names(condition))
            columns = tuple(name for name in names if name != NOW)
            if not columns:
                yield Turn(self.rule, None, (), condition), []
                continue
            relation = f"{self.rule.head}!{next(numbers)}"
            body = (*self.body, *more)
            collecting = Rule(relation, tuple(map(Var, columns)), body, self.rule.origin)
            yield Turn(self.rule, relation, columns, condition), [collecting]

    def take(self, literal: BodyLiteral, defined: Definitions) -> None:
        """Keep a literal, or the part of it that does not read the date, and note the conditions in it."""
        match literal:
            case Positive(relation=relation) if relation == NOW:
                pass
            case Positive():
                args, asked = self.loosened(literal.args, defined)
                self.body.append(replace(literal, args=args))
                self.conditions += [(one, ()) for one in asked]
            case Negative():
                args, asked = self.loosened(literal.args, defined)
                self.conditions += [(one, (Positive(literal.relation, args),)) for one in asked]
                if not asked:
                    self.body.append(literal)
            case Aggregation():
                self.take_aggregation(literal, defined)
            case Membership(term=Var(name=name), items=items) if name in defined:
                self.conditions += [(Comparison("=", defined[name], Const(item)), ()) for item in items]
            case Membership():
                self.body.append(literal)
            case Comparison(operator=operator):
                left, right = put_in(literal.left, defined), put_in(literal.right, defined)
                if NOW not in _names(Comparison(operator, left, right)):
                    self.body.append(literal)
                elif left != right:  # else it gives a variable its value
                    self.conditions.append((Comparison(operator, left, right), ()))

    def take_aggregation(self, literal: Aggregation, defined: Definitions) -> None:
        """An aggregate. One of the rows of the day in view sees others on other days.

        Where the elements' rules put the day into their rows themselves, they see that they turn.
        """
        group, asked = self.loosened(literal.group, defined)
        if asked:
            self.body += [one for one in self.rule.body if _gives_value(one, defined)]
            rules = self.elements[literal.relation].rules
            places = [i for i, arg in enumerate(literal.group) if isinstance(arg, Var) and arg.name in defined]
            named = [_puts_date(rule, i) for rule in rules for i in places]
            self.daily |= any(named) and not all(named)
            if rules and not any(named):
                rest = [Wildcard()] * (len(rules[0].args) - len(group))
                row = Positive(literal.relation, (*group, *rest))
                self.conditions += [(one, (row,)) for one in asked]
        self.body.append(literal)

    def loosened(
        self, args: Sequence[Argument], defined: Definitions
    ) -> tuple[tuple[Argument, ...], list[Comparison]]:
        """Arguments with a new variable for each that the date gives its value, and the equations of these."""
        loose: list[Argument] = []
        asked: list[Comparison] = []
        for arg in args:
            if isinstance(arg, Var) and arg.name in defined:
                value = Var(f"#!{next(self.fresh)}")
                loose.append(value)
                asked.append(Comparison("=", defined[arg.name], value))
            else:
                loose.append(arg)
        return tuple(loose), asked

    def gives_dates(self, defined: Definitions) -> bool:
        """Whether the rule's rows have values that change with the date; what groups an aggregate is no such."""
        group = self.elements[self.rule.head].group if self.rule.head in self.elements else 0
        return any(isinstance(arg, Var) and arg.name in defined for arg in self.rule.args[group:])


@lru_cache(maxsize=4096)
def dated(rule: Rule) -> Definitions:
    """The variables of a rule that have their values from the date in view alone or with others."""
    known = {name for literal in rule.body for name in _bound_by_rows(literal)}
    defined: dict[str, Expression] = {
        arg.name: TODAY
        for literal in rule.body
        if isinstance(literal, Positive) and literal.relation == NOW
        for arg in literal.args
        if isinstance(arg, Var)
    }
    before = -1
    while before != len(defined):
        before = len(defined)
        for literal in rule.body:
            if isinstance(literal, Comparison) and literal.operator == "=":
                for one, other in ((literal.left, literal.right), (literal.right, literal.left)):
                    value = put_in(other, defined)
                    if isinstance(one, Var) and one.name not in known | set(defined) and NOW in names_in(value):
                        defined[one.name] = value
    return defined


def put_in(expression: Expression, defined: Definitions) -> Expression:
    """An expression with what the date gives its value written out."""
    match expression:
        case Var(name=name):
            return defined.get(name, expression)
        case Operation(operator=operator, left=left, right=right):
            return Operation(operator, put_in(left, defined), put_in(right, defined))
        case _:
            return expression


def names_in(expression: Expression) -> list[str]:
    """The names of an expression's variables."""
    match expression:
        case Var(name=name):
            return [name]
        case Operation(left=left, right=right):
            return [*names_in(left), *names_in(right)]
        case _:
            return []


def _names(condition: Comparison) -> list[str]:
    return [*names_in(condition.left), *names_in(condition.right)]


def _bound_by_rows(literal: BodyLiteral) -> list[str]:
    """The variables that a literal gives values other than the date."""
    match literal:
        case Positive(relation=relation, args=args) if relation != NOW:
            return [arg.name for arg in args if isinstance(arg, Var)]
        case Aggregation(result=result):
            return [result.name]
        case Membership(term=Var(name=name)):
            return [name]
        case _:
            return []


def _gives_value(literal: BodyLiteral, defined: Definitions) -> bool:
    """Whether a literal is where a variable has its value of the date from."""
    match literal:
        case Positive(relation=relation):
            return relation == NOW
        case Comparison(operator="=", left=left, right=right):
            value = put_in(left, defined)
            return NOW in names_in(value) and value == put_in(right, defined)
        case _:
            return False


def _puts_date(rule: Rule, place: int) -> bool:
    arg = rule.args[place]
    return isinstance(arg, Var) and arg.name in dated(rule)
