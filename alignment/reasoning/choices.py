"""Proofs of a row as choices: one instance for each row that it rests on, without a cycle; the strongest, or every one.

The search never meets a dead end. It keeps a witness, a full acyclic choice that agrees with what is
chosen so far; an instance other than the witness's is tried only if another witness has it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.graph import strong_components
from alignment.reasoning.derivations import Choice, Cost, CostOf, Derivations, Instance, Node, Settled, settle

Option: TypeAlias = Instance | None
"""An instance that gives a row, or None: it is reported."""

Todo: TypeAlias = tuple[Node, "Todo"] | None
"""Rows that still need a choice, as a linked list that branches of the search share."""


def every_choice(
    graph: Derivations, root: Node, reported: Collection[Node], first: Choice, limits: Limits
) -> Iterator[Choice]:
    """The acyclic choices for the rows that `root` rests on, beginning with `first`, each once.

    What it yields covers the rows it needs and no others; it changes when the search goes on.
    """
    return _Search(graph, reported, first, limits).run(root)


class _Search:
    def __init__(self, graph: Derivations, reported: Collection[Node], first: Choice, limits: Limits) -> None:
        self.options: dict[Node, list[Option]] = {
            node: [*([None] if node in reported else []), *instances] for node, instances in graph.instances.items()
        }
        self.witness: dict[Node, Option] = dict(first)
        self.limits = limits
        edges = {
            node: [premise for instance in instances for premise in instance.premises]
            for node, instances in graph.instances.items()
        }
        self.peers = {node: members for members in strong_components(edges) for node in members}
        self.chosen: dict[Node, Option] = {}

    def run(self, root: Node) -> Iterator[Choice]:
        """Depth first; `chosen` is undone to the length it had where a branch began."""
        branches: list[tuple[int, Node, Option, Todo]] = []
        self.branch(branches, (root, None))
        while branches:
            self.limits.check()
            depth, node, option, rest = branches.pop()
            while len(self.chosen) > depth:
                self.chosen.popitem()
            self.chosen[node] = option
            if not self.possible(node, option):
                continue
            todo = rest
            for premise in reversed(option.premises if option else ()):
                todo = (premise, todo)
            if not self.branch(branches, todo):
                yield self.chosen

    def branch(self, branches: list[tuple[int, Node, Option, Todo]], todo: Todo) -> bool:
        """Push the options of the next row without a choice, the witness's on top; False if there is none."""
        while todo is not None and todo[0] in self.chosen:
            todo = todo[1]
        if todo is None:
            return False
        node, rest = todo
        depth = len(self.chosen)
        own = [option for option in self.options[node] if self.is_witness(node, option)]
        others = [option for option in self.options[node] if not self.is_witness(node, option)]
        branches += [(depth, node, option, rest) for option in reversed([*own, *others])]
        return True

    def is_witness(self, node: Node, option: Option) -> bool:
        return node in self.witness and self.witness[node] is option

    def possible(self, node: Node, option: Option) -> bool:
        """Whether the choices made can be completed without a cycle; then the witness agrees with them."""
        if self.is_witness(node, option):
            return True
        if option is None or not self.leads_to(node, option, self.witness):
            self.witness[node] = option
            return True
        if self.leads_to(node, option, self.chosen, unknown=False):
            return False
        members = self.peers[node]
        found = self.grounded(members)
        if node not in found:
            return False
        for member in members:
            self.witness.pop(member, None)
        self.witness.update(found)
        return True

    def leads_to(self, node: Node, option: Instance, choice: Choice, *, unknown: bool = True) -> bool:
        """Whether an instance rests on `node` under a choice, or, if `unknown`, on a row that it leaves open."""
        members = self.peers[node]
        todo, seen = [premise for premise in option.premises if self.peers[premise] is members], {node}
        while todo:
            other = todo.pop()
            if other == node or (unknown and other not in choice):
                return True
            if other not in seen:
                seen.add(other)
                last = choice.get(other)
                todo += [premise for premise in last.premises if self.peers[premise] is members] if last else []
        return False

    def grounded(self, members: Collection[Node]) -> dict[Node, Option]:
        """The rows of a component that what is chosen still proves, each with an instance; acyclic."""
        inside = set(members)
        waiting: dict[int, int] = {}
        users: dict[Node, list[Instance]] = {}
        ready: list[tuple[Node, Option]] = []
        for member in members:
            options = [self.chosen[member]] if member in self.chosen else self.options[member]
            for option in options:
                needed = [premise for premise in option.premises if premise in inside] if option else []
                if option is None or not needed:
                    ready.append((member, option))
                    continue
                waiting[id(option)] = len(needed)
                for premise in needed:
                    users.setdefault(premise, []).append(option)
        found: dict[Node, Option] = {}
        while ready:
            node, option = ready.pop()
            if node in found:
                continue
            found[node] = option
            for user in users.get(node, ()):
                waiting[id(user)] -= 1
                if waiting[id(user)] == 0:
                    ready.append((user.head, user))
        return found


def in_order(root: Node, chosen: Choice) -> Iterator[Node]:
    """The rows that a choice proves `root` from, each after those it rests on."""
    edges: dict[Node, tuple[Node, ...]] = {}
    todo = [root]
    while todo:
        node = todo.pop()
        if node not in edges:
            instance = chosen[node]
            edges[node] = instance.premises if instance else ()
            todo += edges[node]
    return (node for (node,) in strong_components(edges))


class StrongestChoice(Mapping[Node, "Instance | None"]):
    """For each row the last instance of the shortest proof that is at least so strong, or else of its strongest.

    `best` are the strongest proofs, and `reported` how strong reports are. The shortest ones are looked for below what
    somebody asks for.
    """

    def __init__(
        self, graph: Derivations, least: float, best: Settled, reported: Mapping[Node, float], cost: CostOf
    ) -> None:
        self._graph, self._least, self._best, self._reported, self._cost = graph, least, best, reported, cost
        self._shortest: Settled = {}
        self._seen: set[Node] = set()

    def __getitem__(self, node: Node) -> Instance | None:
        if node not in self._seen:
            self._settle_below(node)
        return (self._shortest if node in self._shortest else self._best)[node][1]

    def _settle_below(self, root: Node) -> None:
        """Find the shortest proofs strong enough of a row and of all that may stand in them."""
        least, instances, enough = self._least, list[Instance](), dict[Node, Cost]()
        todo = [root]
        while todo:
            node = todo.pop()
            if node in self._seen:
                continue
            below = self._graph.instances[node]
            self._seen.add(node)
            if self._reported.get(node, -math.inf) >= least:
                enough[node] = 1
            for instance in below:
                cap = instance.rule.cap
                if cap is not None and cap < least:
                    continue
                if all(-self._best[premise][0] >= least for premise in instance.premises):
                    instances.append(instance)
                    todo += instance.premises
        settle(self._shortest, instances, enough, self._cost)

    def __contains__(self, node: object) -> bool:
        return node in self._best

    def __iter__(self) -> Iterator[Node]:
        return iter(self._best)

    def __len__(self) -> int:
        return len(self._best)
