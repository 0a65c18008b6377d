"""The ways in which a row follows: every rule instance below it, as a graph, and the best proof in it.

Nodes are rows of relations. An instance is a rule with all its variables bound; its premises are nodes.
The graph may be cyclic where rules are mutually recursive; proofs picked out of it never are. Where it
would grow past `LIMIT` instances, only premises of an earlier round are followed and one instance a
row is kept, which is enough for one proof (rounds fall, so it ends).
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Relation, Row
from alignment.factbase.strengths import CERTAIN
from alignment.program.model import Rule
from alignment.reasoning.confidences import known_heads
from alignment.reasoning.search import Head, Search, Solution
from alignment.reasoning.solving import Solver
from alignment.records import frozen, mutable

LIMIT = 20_000
"""Instances beyond which a graph is no longer built whole."""

Node: TypeAlias = tuple[str, Row]


@mutable(eq=False)  # thousands are made for an answer, and a frozen one takes three times as long
class Instance:
    """A rule with its variables bound: `head` holds because all `premises` do. `place` is that of the rule.

    `found` is the solution as the `search` for it found it. Nobody changes it.
    """

    head: Node
    rule: Rule
    premises: tuple[Node, ...]
    place: int
    search: Search = field(repr=False)
    found: Row = field(repr=False)

    @property
    def solution(self) -> Solution:
        """The values of its variables, and what made each literal of its body true."""
        return self.search.solution(self.found)


@mutable
class Derivations:
    """The instances below a node. `whole` is False where the graph was cut to one instance a row."""

    root: Node
    instances: dict[Node, list[Instance]] = field(default_factory=dict)
    whole: bool = True


def derivations(evaluation: Evaluation, root: Node, limits: Limits | None = None) -> Derivations:
    """The derivations of a row that holds."""
    return DerivationReader(evaluation, limits or Limits()).derivations(root)


class DerivationReader:
    """Reads the derivations of one row after another."""

    def __init__(self, evaluation: Evaluation, limits: Limits) -> None:
        self.evaluation = evaluation
        self.limits = limits
        self._ways: dict[str, list[_Way]] = {}
        self.solver = Solver(lambda name: evaluation.relation(name, limits), evaluation.dictionary, limits)
        self.rules: Mapping[str, list[tuple[int, Rule]]] = _rules_by_head(evaluation)

    def lay_out(self) -> None:
        """Lay out the bodies of all rules, so that this is done when somebody asks."""
        for rules in self.rules.values():
            for _, rule in rules:
                self.solver.search(rule.body, Head(rule.args).names)

    def derivations(self, root: Node) -> Derivations:
        """All instances below a row that holds; where that is too much, as `narrow` gives them."""
        graph, todo, count = Derivations(root), [root], 0
        while todo:
            node = todo.pop()
            if node in graph.instances:
                continue
            found = graph.instances[node] = []
            for instance in self.instances(node, earlier_only=False):
                self.limits.check(instance.rule)
                found.append(instance)
                todo += instance.premises
                count += 1
                if count > LIMIT:
                    return self.narrow(root)
        return graph

    def relation(self, name: str) -> Relation:
        """The rows of a relation."""
        return self.evaluation.relation(name, self.limits)

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
        for way in self.ways(name):
            if way.rows and not _is_in(row, way.rows):
                continue
            values = way.head.values(row)
            if values is None:
                continue
            search = self.solver.search(way.rule.body, way.head.names)
            for found in search.all(values) if admit is None else search.found(values, admit):
                premises = search.premises(found)
                if not way.is_shown:
                    # of a row that an aggregate sees only what it rests on is shown: the rest makes no other proof
                    seen = (premises, *search.negated(found))
                    if seen in shown:
                        continue
                    shown.add(seen)
                yield Instance(node, way.rule, premises, way.place, search, found)

    def ways(self, name: str) -> Sequence[_Way]:
        """The rules of a relation made ready, each with the rows that it gives, as far as these are known."""
        ways = self._ways.get(name)
        if ways is None:
            program, heads = self.evaluation.program, known_heads(self.evaluation, name) if name in self.rules else {}
            ways = self._ways[name] = []
            for place, rule in self.rules.get(name, ()):
                head = Head(rule.args)
                is_shown = rule.made or program.is_written(rule)
                ways.append(_Way(rule, place, head, heads.get(rule, ()), is_shown=is_shown))
        return ways


@frozen
class _Way:
    """A rule by which rows of a relation may follow. `rows` are those that it gives, empty where that is not known."""

    rule: Rule
    place: int
    head: Head
    rows: Sequence[Collection[Row]]
    is_shown: bool


def _is_in(row: Row, some: Sequence[Collection[Row]]) -> bool:
    return row in some[0] if len(some) == 1 else any(row in rows for rows in some)


def _rules_by_head(evaluation: Evaluation) -> dict[str, list[tuple[int, Rule]]]:
    """The rules of each relation with their places in the order in which they were written."""
    rules = [rule for stratum in evaluation.program.strata for rule in stratum.rules]
    places = {at: place for place, at in enumerate(sorted(range(len(rules)), key=lambda at: _written_at(rules[at])))}
    found: dict[str, list[tuple[int, Rule]]] = {}
    for at, rule in enumerate(rules):
        found.setdefault(rule.head, []).append((places[at], rule))
    return found


def _written_at(rule: Rule) -> tuple[str, int]:
    span = rule.origin.span
    return (span.file, span.start) if span else ("", 0)


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


Settled: TypeAlias = dict[Node, tuple[Cost, Instance | None]]
"""For each row that is proved: the cost of its cheapest proof, and its last instance."""


def settle(settled: Settled, instances: Iterable[Instance], reported: Mapping[Node, Cost], cost: CostOf) -> None:
    """Add the rows that instances prove from reported rows and from those that are settled.

    The superior derivations of Knuth (1977), generalising Dijkstra: costs never fall along a rule, so
    the cheapest row not yet settled is settled next, and no proof is cyclic. Of instances as cheap that of the first
    rule counts, whatever else is in the graph. All instances of a row come at once.
    """
    waiting: dict[int, int] = {}
    users: dict[Node, list[tuple[int, Instance]]] = {}
    order = itertools.count()
    heap: list[tuple[Cost, int, int, Node, Instance | None]] = []
    for node, known in reported.items():
        heap.append((known, -1, next(order), node, None))

    def ready(number: int, instance: Instance) -> tuple[Cost, int, int, Node, Instance | None]:
        costs = [settled[premise][0] for premise in instance.premises]
        return cost(instance, costs), place(instance, settled), number, instance.head, instance

    for instance in instances:
        number = next(order)
        missing = [premise for premise in instance.premises if premise not in settled]
        waiting[number] = len(missing)
        if not missing:
            heap.append(ready(number, instance))
        for premise in missing:
            users.setdefault(premise, []).append((number, instance))
    heapq.heapify(heap)
    while heap:
        least, _, _, node, last = heapq.heappop(heap)
        if node in settled:
            continue
        settled[node] = (least, last)
        for number, instance in users.get(node, ()):
            waiting[number] -= 1
            if waiting[number] == 0 and instance.head not in settled:
                heapq.heappush(heap, ready(number, instance))


def place(instance: Instance, settled: Settled) -> int:
    """The place of a rule among those that are written; a made one has that of what it passes on."""
    last: Instance | None = instance
    while last is not None and last.rule.made and last.premises:
        _, last = settled[last.premises[0]]
    return -1 if last is None else last.place
