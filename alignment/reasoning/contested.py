"""Which answers are contested: every way to them rests on an atom whose contrary holds as well.

What stands behind the atoms of a goal is not looked at here; `contradictions` lists that with its proofs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Row
from alignment.program.contraries import standing_against
from alignment.program.lower import Lowered
from alignment.program.model import BodyLiteral, Const, Negative, Positive, Rule, Var, Wildcard
from alignment.program.stratify import with_goal

CONTESTED, CLEAN, AGAINST = "?contested", "?clean", "?against.{}"
"""The rows to which some contested way leads, those to which one leads that is not, and what stands against."""


def contested_rows(evaluation: Evaluation, goal: Lowered, limits: Limits | None = None) -> frozenset[Row]:
    """The answers of a goal, whose own rule is the last, to which contested ways alone lead."""
    rule = _named(goal.rules[-1])
    against = list(_against(evaluation, goal, rule))
    if not against:
        return frozenset()
    own = goal.rules[:-1]
    some = [replace(rule, head=CONTESTED, body=(*rule.body, *literals)) for _, literals in against]
    found = _rows(evaluation, Lowered([*own, *some], goal.evidence), CONTESTED, limits)
    if not found:
        return found
    rules = [
        Rule(AGAINST.format(i), _values(premise), (premise, *literals), rule.origin)
        for i, (premise, literals) in enumerate(against)
    ]
    clean = replace(rule, head=CLEAN, body=(*rule.body, *(Negative(one.head, one.args) for one in rules)))
    return found - _rows(evaluation, Lowered([*own, *rules, clean], goal.evidence), CLEAN, limits)


def _rows(evaluation: Evaluation, goal: Lowered, name: str, limits: Limits | None) -> frozenset[Row]:
    """The rows of a relation on top of the program, kept for other processes."""
    whole = evaluation.with_program(with_goal(evaluation.program, goal))
    found = whole.shelved(name)
    if found is None:
        began = time.monotonic()
        narrowed = evaluation.narrowed(goal) if name == CONTESTED else goal
        found = evaluation.with_program(with_goal(evaluation.program, narrowed)).relation(name, limits)
        whole.shelve(name, found, time.monotonic() - began)
    return frozenset(found)


def _named(rule: Rule) -> Rule:
    """The rule with a variable of its own for each `_` of its premises, so that others may speak of them."""

    def named(at: int, literal: BodyLiteral) -> BodyLiteral:
        if not isinstance(literal, Positive):
            return literal
        args = (Var(f"#w{at}.{i}") if isinstance(arg, Wildcard) else arg for i, arg in enumerate(literal.args))
        return replace(literal, args=tuple(args))

    return replace(rule, body=tuple(named(i, literal) for i, literal in enumerate(rule.body)))


def _against(
    evaluation: Evaluation, goal: Lowered, rule: Rule
) -> Iterator[tuple[Positive, tuple[BodyLiteral, ...]]]:
    """Each premise of a rule with what is true where a contrary of it holds."""
    for premise in rule.body:
        if isinstance(premise, Positive):
            evidence = goal.evidence.get(premise.relation)
            name = evidence.base if evidence else premise.relation
            args = premise.args[: len(premise.args) - len(evidence.columns)] if evidence else premise.args
            for contrary in evaluation.contraries(name):
                literals = standing_against(args, contrary)
                if literals is not None:
                    yield premise, literals


def _values(premise: Positive) -> tuple[Var | Const, ...]:
    return tuple(arg for arg in premise.args if not isinstance(arg, Wildcard))

