"""The plan of a goal as text: the engine, then each stratum with how it was evaluated and why."""

from __future__ import annotations

from alignment.engines.journal import Planned
from alignment.reasoning.answers import GOAL
from alignment.reasoning.plans import GoalPlan

SIGNS = "⋈ joined, ⋉ where there is one, ▷ where there is none, ∪ all of both"
ASKED = "p?b is what is asked for of p by its known arguments (b), p^b what is derived for it"


class ExplainedPlan:
    """How a goal is answered. `str()` is the text; `plan` the value behind it."""

    def __init__(self, plan: GoalPlan) -> None:
        self.plan = plan

    def __str__(self) -> str:
        return plan_text(self.plan)


def plan_text(plan: GoalPlan) -> str:
    """The plan, a stratum a paragraph, in the order of evaluation."""
    lines = [f"engine: {plan.engine}", f"demand: {plan.demand}"]
    for number, stratum in enumerate(plan.strata, 1):
        lines += ["", *_stratum(number, stratum)]
    signs = [SIGNS] if any(stratum.joins for stratum in plan.strata) else []
    asked = [ASKED] if any("^" in name for stratum in plan.strata for name in stratum.relations) else []
    return "\n".join([*lines, *([""] if signs or asked else []), *signs, *asked])


def _stratum(number: int, stratum: Planned) -> list[str]:
    """What is derived and how much, how and why, and how its rules are joined."""
    names = ", ".join("the answers" if name == GOAL else name for name in stratum.relations)
    lines = [f"{number}. {names}{_size(stratum)}", f"   {stratum.how}: {stratum.reason}"]
    return [*lines, *(f"     {join}" for join in stratum.joins)]


def _size(stratum: Planned) -> str:
    if stratum.rows is None:
        return ""
    size = ": 1 row" if stratum.rows == 1 else f": {stratum.rows:,} rows"
    return f"{size} in {stratum.rounds:,} rounds" if stratum.rounds > 1 else size
