"""Rules for all that could be derived if some reports were taken back: absences and counts put aside.

Taking back a report makes more absences hold, so a relation `p` may gain rows by it. What it could ever hold
is no more than `p~may`, whose rules are those of `p` without the literals that a report less could turn.

Before: `lone(X, N) :- country(X), not member(X, _), N = #count{ G : buys(X, _, G) }, N < 2.`
After:  `lone~may(X, N) :- lone(X, N).`  (a count in the head is taken as it is now: it is `fixed`)
Before: `calm(X) :- country(X), not attacks(X, _), N = #count{ G : buys(X, _, G) }, N < 2.`
After:  `calm~may(X) :- country~may(X).`  `calm~may(X) :- calm@(X).`  with what is reported of `calm`
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from alignment.program.lower import Lowered
from alignment.program.model import (
    Aggregation,
    BodyLiteral,
    Comparison,
    Const,
    Evidence,
    Expression,
    Negative,
    Operation,
    Positive,
    Program,
    Rule,
    Stratum,
    Var,
)
from alignment.program.stratify import with_goal
from alignment.records import frozen


@frozen
class Possible:
    """The program with the rules of what may be; `fixed` are the relations taken as they are now."""

    program: Program
    derived: frozenset[str]
    fixed: frozenset[str]

    def name(self, relation: str) -> str:
        """The relation that has all that `relation` may hold."""
        return may(relation) if relation in self.derived else relation


def may(relation: str) -> str:
    """A name that no relation has."""
    return f"{relation}~may"


def reported(relation: str) -> str:
    """The evidence relation of what is reported of a relation that is derived as well."""
    return f"{relation}@"


def possible(program: Program, relation: str) -> Possible:
    """The program with all that `relation` and what it depends on may hold."""
    strata = program.needed(frozenset((relation,)))
    derived = frozenset(name for stratum in strata for name in stratum.relations)
    fixed = frozenset(_fixed(strata))
    added = Lowered()
    for stratum in strata:
        for rule in stratum.rules:
            if rule.head not in fixed:
                added.rules.append(_without(rule, derived))
        for name in stratum.relations:
            width = next(len(rule.args) for rule in stratum.rules if rule.head == name)
            args = tuple(Var(f"#{i}") for i in range(width))
            source = name if name in fixed else reported(name)
            if name not in fixed:
                added.evidence[source] = Evidence(name, ())
            origin = next(rule.origin for rule in stratum.rules if rule.head == name)
            added.rules.append(Rule(may(name), args, (Positive(source, args),), origin))
    return Possible(with_goal(program, added), derived, fixed)


def _fixed(strata: Iterable[Stratum]) -> Iterable[str]:
    """The relations with a rule in which a count decides about more than whether it holds."""
    for stratum in strata:
        for rule in stratum.rules:
            counted = uncertain(rule.body)
            read = {arg.name for arg in rule.args if isinstance(arg, Var)}
            for literal in rule.body:
                if isinstance(literal, Positive | Negative):
                    read |= {arg.name for arg in literal.args if isinstance(arg, Var)}
                elif isinstance(literal, Aggregation):
                    read |= {arg.name for arg in literal.group if isinstance(arg, Var)}
            if counted & read:
                yield rule.head


def uncertain(body: Sequence[BodyLiteral]) -> set[str]:
    """The variables whose values depend on a count, directly or by calculation."""
    found = {literal.result.name for literal in body if isinstance(literal, Aggregation)}
    bound = {
        arg.name for literal in body if isinstance(literal, Positive) for arg in literal.args if isinstance(arg, Var)
    }
    before = -1
    while before != len(found):
        before = len(found)
        for literal in body:
            if isinstance(literal, Comparison) and literal.operator == "=":
                for side, other in ((literal.left, literal.right), (literal.right, literal.left)):
                    if isinstance(side, Var) and side.name not in bound and names(other) & found:
                        found.add(side.name)
    return found


def _without(rule: Rule, derived: frozenset[str]) -> Rule:
    """The rule of what may be: only premises, and conditions on what premises bind."""
    counted = uncertain(rule.body)
    kept: list[BodyLiteral] = []
    for literal in rule.body:
        match literal:
            case Positive(relation=relation):
                kept.append(replace(literal, relation=may(relation)) if relation in derived else literal)
            case Negative() | Aggregation():
                continue
            case Comparison() if (names(literal.left) | names(literal.right)) & counted:
                continue
            case _:
                kept.append(literal)
    return replace(rule, head=may(rule.head), body=tuple(kept))


def names(expression: Expression) -> set[str]:
    """The variables of an expression."""
    match expression:
        case Var(name=name):
            return {name}
        case Operation(left=left, right=right):
            return names(left) | names(right)
        case Const():
            return set()


