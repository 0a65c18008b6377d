"""How many steps a proof takes, where a default may take another rule to beat what attacks it."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.engines.evaluation import Evaluation
from alignment.reasoning.defeat import Attack, Attacks
from alignment.reasoning.derivations import Cost, Instance, Node, steps

MANY_STEPS = 1_000_000
"""More than the steps of any proof that is read."""


class Steps:
    """The steps of a proof, as a cost. A default takes many, if it takes another rule to beat what attacks it."""

    def __init__(self, evaluation: Evaluation, attacks: Attacks) -> None:
        self._evaluation, self._attacks = evaluation, attacks
        self._against: dict[Node, list[Attack]] = {}

    def __call__(self, instance: Instance, premises: Sequence[Cost]) -> Cost:
        """The steps of the proof by an instance, from those of its premises."""
        return steps(instance, premises) + (MANY_STEPS if self._is_outranked(instance) else 0)

    def _is_outranked(self, instance: Instance) -> bool:
        """Whether a rule for a contrary applies that is preferred to this one."""
        if instance.rule.made or instance.rule.label not in self._evaluation.program.defeasible.outranked:
            return False
        node = known(self._evaluation, instance.head)
        if node[0] not in self._evaluation.program.defeasible.disputes:
            return False
        if node not in self._against:
            self._against[node] = [] if self._attacks.is_certain(node) else self._attacks.on(node)
        against = (one for one in self._against[node] if not one.possible)
        return any(self._attacks.is_preferred(one.label, instance.rule.label) for one in against)


def known(evaluation: Evaluation, node: Node) -> Node:
    """The row of the relation that people know: without evidence, by the name in rules as written."""
    name, row = node
    evidence = evaluation.program.evidence.get(name)
    if evidence is not None:
        name, row = evidence.base, row[: len(row) - len(evidence.columns)]
    return evaluation.program.written(name), row
