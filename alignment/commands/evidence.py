"""What `--with` adds to the answers of a goal: confidence, sources, round, each of the strongest proof; contested.

The goal is proved as if it were a rule, so a goal of several literals is as strong as its weakest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from alignment.checks.aliases import prepare_goal
from alignment.engines.base import Limits
from alignment.language.parser import parse_body
from alignment.program.lower import lower_goal
from alignment.program.stratify import with_goal
from alignment.reasoning.answers import GOAL, Answers
from alignment.reasoning.confidences import goal_confidences
from alignment.reasoning.derivations import derivations
from alignment.reasoning.proofs import Derived, Proof, Reported, leaves
from alignment.reasoning.proving import ProofBuilder
from alignment.source import SourceText

if TYPE_CHECKING:
    from alignment.engines.evaluation import Evaluation
    from alignment.knowledge import KnowledgeBase

Evidence: TypeAlias = dict[str, float | int | bool | tuple[str, ...] | None]
"""Some of `confidence` (None: cannot be judged), `sources`, `round` and `contested`, by name."""


def evidence(kb: KnowledgeBase, goal: str, answers: Answers, names: Sequence[str]) -> Iterator[Evidence]:
    """The evidence of each answer, in their order. The goal is one that the base has answered."""
    body, _ = parse_body(SourceText("<goal>", goal))
    prepared, _ = prepare_goal(kb.checked, body or ())
    base, limits = kb.evaluation(), Limits.of(kb.time_limit)
    rows = [tuple(map(base.dictionary.constant, row)) for row in answers.constants]
    found: list[Evidence] = [{"contested": place in answers.contested} for place in range(len(rows))]
    if "confidence" in names:
        sure = goal_confidences(base, prepared or (), answers.columns, limits).of_all(rows)
        for one, row in zip(found, rows, strict=True):
            one["confidence"] = sure[row]
    if not {"sources", "round"}.isdisjoint(names):
        lowered = lower_goal(prepared or (), answers.columns, base.dictionary.constant, GOAL)
        asked = base.with_program(with_goal(base.program, lowered))
        for one, row in zip(found, rows, strict=True):
            node = (GOAL, row)
            proof = ProofBuilder(asked, derivations(asked, node, limits)).strongest(node)
            one["sources"], one["round"] = _sources(proof), _round(proof, asked)
    for one in found:
        yield {name: one[name] for name in names}


def _sources(proof: Proof) -> tuple[str, ...]:
    """The sources of all the reports that a proof rests on."""
    named = {report.source for leaf in leaves(proof) for report in leaf.reports}
    return tuple(sorted(source for source in named if source is not None))


def _round(proof: Proof, evaluation: Evaluation) -> int:
    """The latest round among what the goal asks for: 0 where all of it is reported."""
    asked = proof.premises if isinstance(proof, Derived) else ()
    claims = [premise.claim for premise in asked if isinstance(premise, Derived | Reported)]
    rounds = [
        evaluation.relation(claim.relation).round(
            tuple(evaluation.dictionary.constant(arg) for arg in claim.args)  # type: ignore[arg-type]  # ground
        )
        for claim in claims
    ]
    return max(rounds, default=0)
