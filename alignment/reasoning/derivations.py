"""The ways in which a row follows: every rule instance below it, as a graph, and the best proof in it.

Nodes are rows of relations. An instance is a rule with all its variables bound; its premises are nodes.
The graph may be cyclic where rules are mutually recursive; proofs picked out of it never are. Where it
would grow past `LIMIT` instances, only premises of an earlier round are followed and one instance a
row is kept, which is enough for one proof (rounds fall, so it ends).
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Relation, Row
from alignment.factbase.strengths import CERTAIN
from alignment.program.lower import NOW
from alignment.program.model import Aggregation, BodyLiteral, Negative, Positive, Rule
from alignment.reasoning.solving import Solution, Solver, value_of

LIMIT = 20_000
"""Instances beyond which a graph is no longer built whole."""

Node: TypeAlias = tuple[str, Row]


@dataclass(frozen=True, slots=True)
class Instance:
    """A rule with its variables bound: `head` holds because all `premises` do."""

    head: Node
    rule: Rule
    solution: Solution
    premises: tuple[Node, ...]


@dataclass(slots=True)
class Derivations:
    """The instances below a node. `whole` is False where the graph was cut to one instance a row."""

    root: Node
    instances: dict[Node, list[Instance]] = field(default_factory=dict)
    whole: bool = True


def derivations(evaluation: Evaluation, root: Node, limits: Limits | None = None) -> Derivations:
    """The derivations of a row that holds."""
    return DerivationReader(evaluation, limits or Limits()).derivations(root)


class DerivationReader:
    """Reads the derivations of one row after another; what several of them rest on is found once."""

    def __init__(self, evaluation: Evaluation, limits: Limits) -> None:
        self.evaluation = evaluation
        self.limits = limits
        self.known: dict[str, Relation] = {}
        self.solver = Solver(self.relation, evaluation.dictionary, self.limits)
        self.rules: Mapping[str, list[Rule]] = _rules_by_head(evaluation)
        self._found: dict[Node, list[Instance]] = {}

    def derivations(self, root: Node) -> Derivations:
        """The derivations of a row that holds."""
        graph = self.collect(root, earlier_only=False)
        return graph if graph is not None else self.narrow(root)

    def relation(self, name: str) -> Relation:
        if name not in self.known:
            self.known[name] = self.evaluation.relation(name, self.limits)
        return self.known[name]

    def collect(self, root: Node, *, earlier_only: bool) -> Derivations | None:
        """All instances below the root, or None when there are more than `LIMIT`."""
        graph = Derivations(root)
        todo, count = [root], 0
        while todo:
            node = todo.pop()
            if node in graph.instances:
                continue
            known = None if earlier_only else self._found.get(node)
            graph.instances[node] = []
            for instance in self.instances(node, earlier_only=earlier_only) if known is None else known:
                self.limits.check(instance.rule)
                graph.instances[node].append(instance)
                todo += instance.premises
                count += 1
                if count > LIMIT:
                    return None
            if not earlier_only:
                self._found[node] = graph.instances[node]
        return graph

    def narrow(self, root: Node) -> Derivations:
        """One instance a row, premises of earlier rounds only."""
        graph = Derivations(root, whole=False)
        todo = [root]
        while todo:
            node = todo.pop()
            if node in graph.instances:
                continue
            self.limits.check()
            reported = self.is_reported(node)
            first = None if reported else next(self.instances(node, earlier_only=True), None)
            graph.instances[node] = [first] if first else []
            if first:
                todo += first.premises
        return graph

    def is_reported(self, node: Node) -> bool:
        return node[1] in self.evaluation.reported(node[0])

    def instances(self, node: Node, *, earlier_only: bool) -> Iterator[Instance]:
        """The instances that derive a row, in the order of rules and values."""
        name, row = node
        admit = None
        if earlier_only:
            peers = self.evaluation.program.strata[self.evaluation.program.stratum_of[name]].relations
            round_ = self.relation(name).round(row)

            def admit(other: str, candidate: Row) -> bool:
                return other not in peers or self.relation(other).round(candidate) < round_

        shown: set[Hashable] = set()
        for rule in self.rules.get(name, ()):
            binding = self.solver.bind_head(rule, row)
            if binding is None:
                continue
            for solution in self.solver.solutions(rule.body, binding, admit):
                instance = Instance(node, rule, solution, self.premises(solution))
                if rule.made or self.evaluation.program.is_written(rule):
                    yield instance
                    continue
                # of a row that an aggregate sees only what it rests on is shown: the rest makes no other proof
                denied = [said for step in solution.steps if (said := negated(step.literal, solution))]
                seen = (instance.premises, *denied)
                if seen not in shown:
                    shown.add(seen)
                    yield instance

    def premises(self, solution: Solution) -> tuple[Node, ...]:
        """The rows that an instance rests on, those that its aggregates saw included."""
        nodes: list[Node] = []
        for step in solution.steps:
            literal = step.literal
            if isinstance(literal, Positive) and step.row is not None and literal.relation != NOW:
                nodes.append((literal.relation, step.row))
            elif isinstance(literal, Aggregation):
                rows = self.solver.counted_rows(literal, solution.binding)
                nodes += [(literal.relation, row) for row in rows]
        return tuple(dict.fromkeys(nodes))


def negated(literal: BodyLiteral, solution: Solution) -> Hashable:
    """What a negated literal says under a solution; None for all others."""
    if not isinstance(literal, Negative):
        return None
    return literal.relation, tuple(value_of(arg, solution.binding) for arg in literal.args)


def _rules_by_head(evaluation: Evaluation) -> dict[str, list[Rule]]:
    rules: dict[str, list[Rule]] = {}
    for stratum in evaluation.program.strata:
        for rule in stratum.rules:
            rules.setdefault(rule.head, []).append(rule)
    return rules


Cost: TypeAlias = float
Choice: TypeAlias = Mapping[Node, Instance | None]
"""For each row the instance that gives it; None: it is reported so."""


CostOf: TypeAlias = Callable[[Instance, Sequence[Cost]], Cost]
"""From an instance of a rule and the costs of its premises to the cost of its conclusion."""


def weakness(instance: Instance, premises: Sequence[Cost]) -> Cost:
    """The cost by which the strongest proof is cheapest: minus the confidence of its weakest premise.

    A rule that is capped gives no more than its cap.
    """
    cap = instance.rule.cap
    return max(-CERTAIN if cap is None else -cap, *premises, -CERTAIN)


def steps(instance: Instance, premises: Sequence[Cost]) -> Cost:
    """The cost by which the shortest proof is cheapest: rows, each as often as it is used. A made rule is no step."""
    return sum(premises) if instance.rule.made else 1 + sum(premises)


def best_choices(
    graph: Derivations, reported: Mapping[Node, Cost], cost: CostOf
) -> dict[Node, tuple[Cost, Instance | None]]:
    """For each row that the reported ones prove: the cost of its cheapest proof, and its last instance.

    The superior derivations of Knuth (1977), generalising Dijkstra: costs never fall along a rule, so
    the cheapest row not yet settled is settled next, and no proof is cyclic.
    """
    waiting: dict[int, int] = {}
    users: dict[Node, list[tuple[int, Instance]]] = {}
    order = itertools.count()
    heap: list[tuple[Cost, int, Node, Instance | None]] = []
    for node, known in reported.items():
        heapq.heappush(heap, (known, next(order), node, None))
    for instances in graph.instances.values():
        for instance in instances:
            number = next(order)
            waiting[number] = len(instance.premises)
            if not instance.premises:
                heapq.heappush(heap, (cost(instance, []), number, instance.head, instance))
            for premise in instance.premises:
                users.setdefault(premise, []).append((number, instance))
    settled: dict[Node, tuple[Cost, Instance | None]] = {}
    while heap:
        least, _, node, last = heapq.heappop(heap)
        if node in settled:
            continue
        settled[node] = (least, last)
        for number, instance in users.get(node, ()):
            waiting[number] -= 1
            if waiting[number] == 0 and instance.head not in settled:
                costs = [settled[premise][0] for premise in instance.premises]
                heapq.heappush(heap, (cost(instance, costs), number, instance.head, instance))
    return settled
