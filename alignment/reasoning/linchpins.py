"""What an answer hangs on: the smallest sets of facts, or of sources, without which it would not hold."""

from __future__ import annotations

from dataclasses import field

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.language import tree
from alignment.reasoning.asked import ground_row
from alignment.reasoning.derivations import Derivations
from alignment.reasoning.diagnosis import Turning, turning_facts, turning_sources
from alignment.reasoning.ground import Node, ground
from alignment.reasoning.proofs import Reported
from alignment.reasoning.proving import ProofBuilder
from alignment.reasoning.solving import RowKey
from alignment.records import frozen


@frozen
class Linchpins:
    """What an atom hangs on. `holds` is False if it does not hold at all; then nothing is listed.

    `exact` is False where all that bears on the atom was too much to look at, or where a rule puts a count
    into its conclusion: such counts are taken as they are now.
    """

    claim: tree.Atom
    holds: bool
    facts: Turning[Reported] = field(default_factory=Turning)
    sources: Turning[str] = field(default_factory=Turning)
    exact: bool = True


def linchpins(evaluation: Evaluation, atom: tree.Atom, limits: Limits | None = None) -> Linchpins:
    """The facts and the sources without which a ground atom would not hold. Raises LimitReached."""
    limits = limits or Limits()
    row = ground_row(evaluation, atom)
    if row is None or row not in evaluation.relation(atom.relation, limits):
        return Linchpins(atom, holds=False)
    program = ground(evaluation, (atom.relation, row), limits)
    builder = ProofBuilder(evaluation, Derivations(("", ())))
    reports = {fact: builder.reports(fact) for fact in program.facts}
    facts = named(evaluation, turning_facts(program, limits))
    return Linchpins(atom, True, facts, turning_sources(program, reports, limits), program.exact)


def named(evaluation: Evaluation, turning: Turning[Node]) -> Turning[Reported]:
    """Sets of facts with the reports of each: the small ones first, and then by relation and names."""
    builder = ProofBuilder(evaluation, Derivations(("", ())))
    key = RowKey(evaluation.dictionary)

    def place(fact: Node) -> tuple[str, list[tuple[int, float, str]]]:
        return fact[0], key(fact[1])

    ordered = [sorted(one, key=place) for one in turning.sets]
    ordered.sort(key=lambda one: (len(one), [place(fact) for fact in one]))
    sets = tuple(tuple(Reported(builder.claim(fact), builder.reports(fact)) for fact in one) for one in ordered)
    return Turning(sets, turning.complete)
