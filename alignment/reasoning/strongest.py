"""The strongest proof of one row after another, and of several as strong the shortest, without all the others.

How strong a row is, is known from weighing. So a proof of it need not be looked for among those with a weaker premise,
nor beyond a report that is strong enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Row
from alignment.factbase.strengths import CERTAIN, MemoryStrengths, Strengths, report_strength, weak_rows
from alignment.reasoning.confidences import confidences
from alignment.reasoning.derivations import (
    LIMIT,
    Choice,
    Cost,
    DerivationReader,
    Derivations,
    Instance,
    Node,
    Settled,
    place,
    settle,
)
from alignment.reasoning.proving import ProofBuilder

MOST_AT_ONCE = 100_000
"""Rows less than certain that are taken out of a database at once, to be looked up."""


class StrongestProofs:
    """Looks for the proofs of rows of one evaluation."""

    def __init__(self, evaluation: Evaluation, limits: Limits) -> None:
        self.evaluation = evaluation
        self.limits = limits
        self.reader = DerivationReader(evaluation, limits)
        self.builder = ProofBuilder(evaluation, Derivations(("", ())), self.reader.solver)
        self._strengths: dict[str, Callable[[Row], float]] = {}
        self._instances: dict[Node, list[Instance]] = {}
        self._choices: dict[float, ShortestProofs] = {}

    def proved(self, node: Node) -> tuple[ProofBuilder, Choice]:
        """What builds the proofs of a row that holds, and the choice that the one we want stands for."""
        least = self.strength(node)
        choice = self._choices.get(least)
        if choice is None:
            choice = self._choices[least] = ShortestProofs(self, least)
        if choice.settle_below(node):
            return self.builder, choice
        builder = ProofBuilder(self.evaluation, self.reader.narrow(node))
        return builder, builder.strongest_choice(node)

    def strength(self, node: Node) -> float:
        """How strong a row is that holds."""
        name, row = node
        found = self._strengths.get(name)
        if found is None:
            strengths = confidences(self.evaluation, (name,), self.limits)[name].strengths
            found = self._strengths[name] = _lookup(strengths)
        return found(row)

    def is_reported(self, node: Node, least: float) -> bool:
        """Whether a row that is at least so strong is reported so."""
        name, row = node
        if name not in self.reader.rules:
            return True
        if row not in self.evaluation.reported(name):
            return False
        return report_strength(self.builder.reports(node)) >= least

    def instances(self, node: Node) -> list[Instance]:
        """The instances that give a row."""
        found = self._instances.get(node)
        if found is None:
            self.limits.check()
            found = self._instances[node] = list(self.reader.instances(node, earlier_only=False))
        return found


class ShortestProofs(Mapping[Node, "Instance | None"]):
    """For each row that is at least so strong the last instance of its shortest proof of that strength."""

    def __init__(self, proofs: StrongestProofs, least: float) -> None:
        self._proofs, self._least = proofs, least
        self._settled: Settled = {}

    def __getitem__(self, node: Node) -> Instance | None:
        if node not in self._settled and not self.settle_below(node):
            raise KeyError(node)
        return self._settled[node][1]

    def __contains__(self, node: object) -> bool:
        return node in self._settled

    def __iter__(self) -> Iterator[Node]:
        return iter(self._settled)

    def __len__(self) -> int:
        return len(self._settled)

    def settle_below(self, root: Node) -> bool:
        """Find the proofs of a row and of all that may stand in them; False where that is too much.

        A row is settled after all that it may rest on; rows that rest on each other are settled from the shortest on.
        """
        proofs, settled = self._proofs, self._settled
        opened: dict[Node, list[Instance]] = {}
        todo, count = [(root, False)], 0
        while todo:
            node, is_below_settled = todo.pop()
            if is_below_settled:
                settled[node] = self._shortest(opened.pop(node))
            elif node in opened:
                return self._settle_all(root)
            elif node not in settled:
                if proofs.is_reported(node, self._least):
                    settled[node] = (1, None)
                    continue
                instances = opened[node] = self._instances(node)
                count += len(instances)
                if count > LIMIT:
                    return False
                todo.append((node, True))
                todo += [(premise, False) for one in instances for premise in one.premises if premise not in settled]
        return True

    def _shortest(self, instances: Sequence[Instance]) -> tuple[Cost, Instance | None]:
        """Of the instances of a row the one with the shortest proof, and of these the one of the first rule."""
        settled, steps = self._settled, self._proofs.builder.steps
        costs = [steps(one, [settled[premise][0] for premise in one.premises]) for one in instances]
        least = min(costs)
        cheapest = [one for one, cost in zip(instances, costs, strict=True) if cost == least]
        return least, cheapest[0] if len(cheapest) == 1 else min(cheapest, key=lambda one: place(one, settled))

    def _instances(self, node: Node) -> list[Instance]:
        """The instances of a row that are strong enough."""
        least, strength = self._least, self._proofs.strength
        return [
            one
            for one in self._proofs.instances(node)
            if (one.rule.cap is None or one.rule.cap >= least)
            and all(strength(premise) >= least for premise in one.premises)
        ]

    def _settle_all(self, root: Node) -> bool:
        """The same where rows below a row rest on each other."""
        proofs, settled = self._proofs, self._settled
        instances, enough, seen, todo = list[Instance](), dict[Node, Cost](), set[Node](), [root]
        while todo:
            node = todo.pop()
            if node in seen or node in settled:
                continue
            seen.add(node)
            if proofs.is_reported(node, self._least):
                enough[node] = 1
                continue
            found = self._instances(node)
            instances += found
            todo += [premise for one in found for premise in one.premises]
            if len(instances) > LIMIT:
                return False
        settle(settled, instances, enough, proofs.builder.steps)
        return True


def _lookup(strengths: Strengths | None) -> Callable[[Row], float]:
    """A function from rows to their strengths."""
    if strengths is None:
        return lambda _row: CERTAIN
    if isinstance(strengths, MemoryStrengths) or weak_rows(strengths) > MOST_AT_ONCE:
        return strengths.of
    weak = dict(strengths)
    return lambda row: weak.get(row, CERTAIN)
