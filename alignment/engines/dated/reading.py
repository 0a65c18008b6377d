"""A rule in the form in which it is evaluated on all days: what reads the date in view is set apart as conditions.

Before: `recent(X) :- meets@on(X, D), @now(#1), D >= #1 - 90, not visits(X, #1).`
After:  `recent(X) :- meets@on(X, D), when D >= @now - 90, not visits(X, #!0) when #!0 = @now.`
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from alignment.engines.rewriting import simplified
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
    Rule,
    Var,
)
from alignment.program.turns import Definitions, dated, names_in, put_in
from alignment.records import frozen


@frozen
class When:
    """On the days on which one of the conditions holds."""

    conditions: tuple[Comparison, ...]


@frozen
class Seen:
    """A `not` or an aggregate that sees a row on the days on which the conditions hold for its new variables."""

    literal: Negative | Aggregation
    conditions: tuple[Comparison, ...] = ()

    @property
    def new(self) -> frozenset[str]:
        """The variables that stand where the date stood."""
        return frozenset(one.right.name for one in self.conditions if isinstance(one.right, Var))


Item: TypeAlias = Positive | Comparison | Membership | When | Seen


@frozen
class DatedRule:
    """A rule for all days. `origin` is the rule that it stands for."""

    head: str
    args: tuple[Var | Const, ...]
    items: tuple[Item, ...]
    origin: Rule


HERE = Const(0)
"""What stands for the date in the group of an aggregate whose rows all have that date: all of them agree."""


def dated_rules(rules: Sequence[Rule]) -> list[DatedRule]:
    """The rules for all days of the rules of some strata. None of them may give rows that change daily."""
    here = agreed(rules)
    return [dated_rule(rule, here) for rule in rules]


def agreed(rules: Sequence[Rule]) -> Mapping[str, frozenset[int]]:
    """The columns of aggregates' rows in which their own rules put the date."""
    counted = {one.relation for rule in rules for one in rule.body if isinstance(one, Aggregation)}
    found: dict[str, frozenset[int]] = {}
    for rule in rules:
        if rule.head in counted:
            own = frozenset(i for i, arg in enumerate(rule.args) if isinstance(arg, Var) and arg.name in dated(rule))
            found[rule.head] = found.get(rule.head, own) & own
    return found


def dated_rule(rule: Rule, agreed: Mapping[str, frozenset[int]]) -> DatedRule:
    """The rule for all days of one rule; `agreed` is what `agreed` says of all."""
    head, placed = simplified(rule)
    plain = replace(rule, args=head, body=tuple(literal for _, literal in placed))
    defined = dated(plain)
    fresh = (f"#!{number}" for number in itertools.count())
    items: list[Item] = []
    for literal in plain.body:
        items += _items(literal, defined, agreed, fresh)
    here = agreed.get(rule.head, frozenset())
    args = tuple(HERE if i in here else arg for i, arg in enumerate(head))
    return DatedRule(rule.head, args, tuple(items), rule)


def _items(
    literal: BodyLiteral, defined: Definitions, agreed: Mapping[str, frozenset[int]], fresh: Iterator[str]
) -> list[Item]:
    match literal:
        case Positive(relation=relation) if relation == NOW:
            return []
        case Positive(args=args):
            loose, conditions = _loosened(args, defined, fresh)
            return [replace(literal, args=loose), *(When((one,)) for one in conditions)]
        case Negative(args=args):
            loose, conditions = _loosened(args, defined, fresh)
            return [Seen(replace(literal, args=loose), tuple(conditions))]
        case Aggregation(relation=relation, group=group):
            here = agreed.get(relation, frozenset())
            known = tuple(HERE if i in here else arg for i, arg in enumerate(group))
            loose, conditions = _loosened(known, defined, fresh)
            kept = tuple(arg for arg in loose if isinstance(arg, Var | Const))
            return [Seen(replace(literal, group=kept), tuple(conditions))]
        case Membership(term=Var(name=name), items=values) if name in defined:
            return [When(tuple(Comparison("=", defined[name], Const(value)) for value in values))]
        case Membership():
            return [literal]
        case Comparison(left=left, right=right):
            condition = replace(literal, left=put_in(left, defined), right=put_in(right, defined))
            if NOW not in (*names_in(condition.left), *names_in(condition.right)):
                return [literal]
            return [] if condition.left == condition.right else [When((condition,))]


def _loosened(
    args: Sequence[Argument], defined: Definitions, fresh: Iterator[str]
) -> tuple[tuple[Argument, ...], list[Comparison]]:
    """Arguments with a new variable for each that the date gives its value, and what each must equal."""
    loose: list[Argument] = []
    conditions: list[Comparison] = []
    for arg in args:
        if isinstance(arg, Var) and arg.name in defined:
            value = Var(next(fresh))
            conditions.append(Comparison("=", defined[arg.name], value))
            loose.append(value)
        else:
            loose.append(arg)
    return tuple(loose), conditions
