"""The strongest proof of one row after another, and of several as strong the shortest, without all the others.

How strong a row is, is known from weighing. So a proof of it need not be looked for among those with a weaker premise,
nor beyond a report that is strong enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

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
        self.weak = _Weak(evaluation, limits)
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
        return self.weak[name].get(row, CERTAIN)

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
        if len(costs) == 1:
            return costs[0], instances[0]
        least = min(costs)
        cheapest = [one for one, cost in zip(instances, costs, strict=True) if cost == least]
        return least, cheapest[0] if len(cheapest) == 1 else min(cheapest, key=lambda one: place(one, settled))

    def _instances(self, node: Node) -> list[Instance]:
        """The instances of a row that are strong enough."""
        found = []
        for one in self._proofs.instances(node):
            cap = one.rule.cap
            if (cap is None or cap >= self._least) and self._are_strong(one.premises):
                found.append(one)
        return found

    def _are_strong(self, nodes: Iterable[Node]) -> bool:
        least, weak = self._least, self._proofs.weak
        for name, row in nodes:  # noqa: SIM110  # a loop of its own for each instance takes twice as long
            if weak[name].get(row, CERTAIN) < least:
                return False
        return True

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


class _Weak(dict[str, "Weak"]):
    """For each relation its rows that are less than certain, looked up when somebody asks."""

    def __init__(self, evaluation: Evaluation, limits: Limits) -> None:
        self._evaluation, self._limits = evaluation, limits

    def __missing__(self, name: str) -> Weak:
        strengths = confidences(self._evaluation, (name,), self._limits)[name].strengths
        found: Weak
        if isinstance(strengths, MemoryStrengths):
            found = strengths.weak
        elif strengths is None or weak_rows(strengths) <= MOST_AT_ONCE:
            found = dict(strengths or ())
        else:
            found = _Stored(strengths)
        self[name] = found
        return found


class _Stored:
    """Strengths that stay in a database."""

    def __init__(self, strengths: Strengths) -> None:
        self._strengths = strengths

    def get(self, row: Row, certain: float, /) -> float:
        """The strength of a row; the database knows what is certain."""
        del certain
        return self._strengths.of(row)


Weak: TypeAlias = Mapping[Row, float] | _Stored
"""The rows of a relation that are less than certain, with their strengths."""
