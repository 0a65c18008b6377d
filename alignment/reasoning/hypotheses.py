"""The analysis of competing hypotheses: each fact against each hypothesis, the least contradicted first.

After Heuer, "Psychology of Intelligence Analysis" (1999), chapter 8: what counts is the evidence against a
hypothesis; evidence that is consistent with all of them does not tell one from another.
"""

from __future__ import annotations

from collections.abc import Sequence

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.strengths import UNJUDGED, confidence, report_strength
from alignment.language import tree
from alignment.reasoning.asked import ground_row
from alignment.reasoning.bearing import BearingReader, Direction
from alignment.reasoning.confidences import confidences
from alignment.reasoning.derivations import Derivations
from alignment.reasoning.ground import Node
from alignment.reasoning.proofs import Reported
from alignment.reasoning.proving import ProofBuilder
from alignment.records import frozen


@frozen
class Hypothesis:
    """An atom to be held against the others.

    `against` and `speaks_for` sum the confidences of what is inconsistent and consistent with it; what cannot
    be judged weighs nothing. `likelihood` is that of its strongest proof, None also where it cannot be judged.
    """

    claim: tree.Atom
    holds: bool
    likelihood: float | None
    against: float
    speaks_for: float


@frozen
class Evidence:
    """A reported fact with its weight (None: cannot be judged), and how it bears on each hypothesis."""

    fact: Reported
    weight: float | None
    bearings: tuple[Direction, ...]

    @property
    def is_diagnostic(self) -> bool:
        """Whether it tells one hypothesis from another."""
        return len(set(self.bearings)) > 1


@frozen
class Competing:
    """The matrix: hypotheses with the least against them first, and the evidence that tells most first."""

    hypotheses: tuple[Hypothesis, ...]
    evidence: tuple[Evidence, ...]


def competing(evaluation: Evaluation, claims: Sequence[tree.Atom], limits: Limits | None = None) -> Competing:
    """Hold ground atoms against each other. Raises LimitReached."""
    limits = limits or Limits()
    distinct = list(dict.fromkeys(claims))
    rows = [ground_row(evaluation, claim) for claim in distinct]
    reader = BearingReader(evaluation, limits)
    bearings = [
        {} if row is None else reader.bearing((claim.relation, row))
        for claim, row in zip(distinct, rows, strict=True)
    ]
    strengths = {fact: report_strength(evaluation.reports(*fact)) for some in bearings for fact in some}
    weighed = [
        _weighed(evaluation, claim, row, some, strengths, limits)
        for claim, row, some in zip(distinct, rows, bearings, strict=True)
    ]
    order = sorted(range(len(distinct)), key=lambda at: (weighed[at].against, -weighed[at].speaks_for, at))
    builder = ProofBuilder(evaluation, Derivations(("", ())))
    evidence = [
        Evidence(
            Reported(builder.claim(fact), evaluation.reports(*fact)),
            confidence(strength),
            tuple(bearings[at].get(fact, "neutral") for at in order),
        )
        for fact, strength in strengths.items()
    ]
    evidence = [one for one in evidence if _neutrals(one) < len(order)]
    evidence.sort(key=lambda one: (not one.is_diagnostic, _neutrals(one), -(one.weight or 0.0), repr(one.fact.claim)))
    return Competing(tuple(weighed[at] for at in order), tuple(evidence))


def _neutrals(one: Evidence) -> int:
    return sum(direction == "neutral" for direction in one.bearings)


def _weighed(
    evaluation: Evaluation,
    claim: tree.Atom,
    row: tuple[int, ...] | None,
    bearings: dict[Node, Direction],
    strengths: dict[Node, float],
    limits: Limits,
) -> Hypothesis:
    def total(direction: Direction) -> float:
        judged = (strengths[fact] for fact, one in bearings.items() if one == direction)
        return round(sum(strength for strength in judged if strength != UNJUDGED), 6)

    holds = row is not None and row in evaluation.relation(claim.relation, limits)
    likelihood = None
    if holds and row is not None:
        likelihood = confidences(evaluation, (claim.relation,), limits)[claim.relation].of(row)
    return Hypothesis(claim, holds, likelihood, total("inconsistent"), total("consistent"))
