"""How a goal would be answered from the beginning: the engine, what is derived of it, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.engines.journal import Journal, Planned
from alignment.language import tree
from alignment.program.lower import variables
from alignment.reasoning.answers import goal_rows
from alignment.records import frozen


@frozen
class GoalPlan:
    """`engine` and `demand` are sentences; `strata` are in the order of their evaluation, the goal's own last."""

    engine: str
    demand: str
    strata: tuple[Planned, ...]
    answers: int


def goal_plan(evaluation: Evaluation, body: Sequence[tree.BodyLiteral], limits: Limits) -> GoalPlan:
    """Answer a goal with nothing derived beforehand, and tell how it went. Raises LimitReached."""
    journal = Journal()
    rows = goal_rows(evaluation.afresh(), body, variables(body), replace(limits, journal=journal))
    engine = journal.engine or f"{evaluation.engine.name}, because it was asked for"
    return GoalPlan(engine, journal.demand, tuple(journal.strata), len(rows))
