"""The strongest proof of one row after another, and of several as strong the shortest, without all the others.

How strong a row is, is known from weighing. So a proof of it need not be looked for among those with a weaker premise,
nor beyond a report that is strong enough.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.dated.lasting import WeakOnDay
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Row
from alignment.factbase.strengths import CERTAIN, MemoryStrengths, Strengths, report_strength, weak_rows
from alignment.program.model import POSSIBLE
from alignment.reasoning.confidences import confidences
from alignment.reasoning.derivations import (
    LIMIT,
    Choice,
    Cost,
    CostOf,
    DerivationReader,
    Derivations,
    Instance,
    Node,
    Settled,
    place,
    settle,
    steps,
)
from alignment.reasoning.proving import ProofBuilder

MOST_AT_ONCE = 100_000
"""Rows less than certain that are taken out of a database at once, to be looked up."""


class StrongestProofs:
    """Looks for the proofs of rows of one evaluation."""

    def __init__(self, evaluation: Evaluation, limits: Limits) -> None:
        self.instances = Instances(evaluation, limits)
        self._choices: dict[float, ShortestProofs] = {}

    def proved(self, node: Node) -> tuple[ProofBuilder, ShortestProofs]:
        """What builds the proofs of a row that holds, and the choice that the one we want stands for."""
        least = self.instances.strength(node)
        choice = self._choices.get(least)
        if choice is None:
            choice = self._choices[least] = ShortestProofs(self.instances, least)
        return self.instances.builder, choice


class Instances:
    """What gives rows of one evaluation, and how strong they are."""

    def __init__(self, evaluation: Evaluation, limits: Limits) -> None:
        self.evaluation = evaluation
        self.limits = limits
        self.reader = DerivationReader(evaluation, limits)
        self.builder = ProofBuilder(evaluation, Derivations(("", ())), self.reader.solver)
        self.weak = _Weak(evaluation, limits)
        self._instances: dict[Node, list[Instance]] = {}

    def narrow(self, node: Node) -> Choice:
        """One proof of a row of which there are too many, as it was found first."""
        builder = ProofBuilder(self.evaluation, self.reader.narrow(node))
        return builder.strongest_choice(node)

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

    def of(self, node: Node) -> list[Instance]:
        """The instances that give a row, at most one more than can be compared."""
        found = self._instances.get(node)
        if found is None:
            self.limits.check()
            every = self.reader.instances(node, earlier_only=False)
            found = self._instances[node] = list(itertools.islice(every, LIMIT + 1))
        return found


class ShortestProofs(Mapping[Node, "Instance | None"]):
    """For each row that is at least so strong the last instance of its shortest proof of that strength.

    A row that only one instance gives so strongly has that one, however long its proof is: what it rests on is looked
    at when somebody asks for it. Where more would have to be compared than can be, rows are proved as they were found.
    """

    def __init__(self, every: Instances, least: float) -> None:
        self._every, self._least = every, least
        self._settled: Settled = {}
        self._known: dict[Node, Instance | None] = {}

    def __getitem__(self, node: Node) -> Instance | None:
        if node not in self._known:
            self._find(node)
        return self._known[node]

    def is_reported(self, node: Node) -> bool:
        """Whether the proof of a row is a report of it."""
        if node in self._known:
            return self._known[node] is None
        return self._every.is_reported(node, self._least)

    def _find(self, node: Node) -> None:
        if node not in self._settled:
            if self._every.is_reported(node, self._least):
                self._known[node] = None
                return
            instances = self._instances(node)
            if len(instances) == 1 and len(self._every.of(node)) <= LIMIT:
                (self._known[node],) = instances
                return
            if not self._settle_below(node):
                self._known |= self._every.narrow(node)
                return
        self._known[node] = self._settled[node][1]

    def __contains__(self, node: object) -> bool:
        """Whether a row that holds is strong enough."""
        return isinstance(node, tuple) and self._every.strength(node) >= self._least

    def __iter__(self) -> Iterator[Node]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def _settle_below(self, root: Node) -> bool:
        """Find the proof of a row and of all that stands in it; False where that is too much, or there is none.

        Depth first, and no further than where a proof cannot become the shortest any more (branch and bound). Where
        rows rest on each other, they are settled from the shortest on.
        """
        opened: dict[Node, _Open] = {}
        count = self._open(root, opened)
        while opened and count <= LIMIT:
            node, one = next(reversed(opened.items()))
            premise = one.next_premise(self._settled)
            if premise is None:
                if one.best[1] is None:
                    return False
                self._settled[node] = one.best
                del opened[node]
            elif premise in opened:
                return self._settle_all(root)
            else:
                count += self._open(premise, opened)
        return count <= LIMIT

    def _open(self, node: Node, opened: dict[Node, _Open]) -> int:
        """Begin with a row; how many instances it has. One that is reported is settled with that."""
        if self._every.is_reported(node, self._least):
            self._settled[node] = (1, None)
            return 0
        instances = self._instances(node)
        opened[node] = _Open(instances, self._every.builder.steps, self._settled)
        return len(self._every.of(node))

    def _instances(self, node: Node) -> list[Instance]:
        """The instances of a row that are strong enough."""
        found = []
        for one in self._every.of(node):
            cap = one.rule.cap
            if (cap is None or cap >= self._least) and self._are_strong(one.premises):
                found.append(one)
        return found

    def _are_strong(self, nodes: Iterable[Node]) -> bool:
        least, weak = self._least, self._every.weak
        for name, row in nodes:  # noqa: SIM110  # a loop of its own for each instance takes twice as long
            if weak[name].get(row, CERTAIN) < least:
                return False
        return True

    def _settle_all(self, root: Node) -> bool:
        """The same where rows below a row rest on each other."""
        every, settled, count = self._every, self._settled, 0
        instances, enough, seen, todo = list[Instance](), dict[Node, Cost](), set[Node](), [root]
        while todo:
            node = todo.pop()
            if node in seen or node in settled:
                continue
            seen.add(node)
            if every.is_reported(node, self._least):
                enough[node] = 1
                continue
            found = self._instances(node)
            instances += found
            todo += [premise for one in found for premise in one.premises]
            count += len(every.of(node))
            if count > LIMIT:
                return False
        settle(settled, instances, enough, every.builder.steps)
        return True


class _Open:
    """A row whose shortest proof is looked for: the best so far, and the instances that may be better."""

    def __init__(self, instances: Sequence[Instance], cost: CostOf, settled: Settled) -> None:
        self.best: tuple[Cost, Instance | None] = (math.inf, None)
        self._best: tuple[Cost, int, int] = (math.inf, -1, -1)
        self._cost = cost
        self._left = list(enumerate(instances))
        if len(self._left) > 1:
            self._left.sort(key=lambda one: (at_least(one[1], settled), one[0]), reverse=True)

    def next_premise(self, settled: Settled) -> Node | None:
        """A row to be settled next, of the instance that promises the shortest proof; None when the best is known."""
        while self._left:
            number, instance = self._left[-1]
            if self._may_be_best(number, instance, settled):
                for premise in instance.premises:
                    if premise not in settled:
                        return premise
                cost = self._cost(instance, [settled[premise][0] for premise in instance.premises])
                found = (cost, place(instance, settled), number)
                if found < self._best:
                    self._best, self.best = found, (cost, instance)
            self._left.pop()
        return None

    def _may_be_best(self, number: int, instance: Instance, settled: Settled) -> bool:
        """A made rule has the place of what it passes on, so it may have any."""
        if self.best[1] is None:
            return True
        rank = -1 if instance.rule.made else instance.place
        return (at_least(instance, settled), rank, number) < self._best


def at_least(instance: Instance, settled: Settled) -> Cost:
    """What the proof by an instance takes at least: a row that is not settled takes a step or more.

    One that is possible may take none: rules made for those are no steps, and one of them may have no premise.
    """
    premises = instance.premises
    return steps(instance, [settled[one][0] if one in settled else not one[0].endswith(POSSIBLE) for one in premises])


class _Weak(dict[str, "Weak"]):
    """For each relation its rows that are less than certain, looked up when somebody asks."""

    def __init__(self, evaluation: Evaluation, limits: Limits) -> None:
        self._evaluation, self._limits = evaluation, limits

    def __missing__(self, name: str) -> Weak:
        lasting = self._evaluation.lasting(name)
        if lasting is not None:
            relation, day = lasting
            self[name] = relation.weak_on(day)
            return self[name]
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


Weak: TypeAlias = Mapping[Row, float] | WeakOnDay | _Stored
"""The rows of a relation that are less than certain, with their strengths."""
