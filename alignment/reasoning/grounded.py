"""What holds of a ground program without some of its facts, found by going only where something changes.

The nodes are put in an order in which each comes after all that it depends on (the strongly connected components of
Tarjan 1972, which come out so). What holds with all facts is found once, component by component; without some facts
only the components are looked at again that read a node that has changed, each at most once. Where a component
depends on the absence of one of its own nodes there is no such order: then the whole program is evaluated under the
well-founded semantics by alternating fixpoint (Van Gelder, Ross and Schlipf 1991).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from alignment.reasoning.ground import GroundProgram, GroundRule, Node

Truth: TypeAlias = Mapping[Node, GroundRule | None]
"""What holds, each with the instance that gave it first; None: it is reported."""


class Grounded:
    """Evaluates a ground program without some of its facts. `work` counts the nodes that were looked at for it."""

    def __init__(self, program: GroundProgram) -> None:
        self.program = program
        self.work = 0
        self._parts = list(_components(program))
        self._part = {node: i for i, nodes in enumerate(self._parts) for node in nodes}
        self._readers: dict[Node, list[int]] = {}
        self._ordered = True
        self._find_readers()
        self._all: dict[Node, GroundRule | None] = {}
        if self._ordered:
            for i in range(len(self._parts)):
                self._settle(i, self._all, ())

    def _find_readers(self) -> None:
        """Which components read a node of another one; and whether one depends on an absence within itself."""
        for i, nodes in enumerate(self._parts):
            inside = set(nodes)
            for node in nodes:
                for one in self.program.rules.get(node, ()):
                    judged = list(_judged(one))
                    self._ordered = self._ordered and inside.isdisjoint(judged)
                    for read in {*one.premises, *judged}:
                        readers = self._readers.setdefault(read, [])
                        if read not in inside and (not readers or readers[-1] != i):
                            readers.append(i)

    def without(self, gone: Collection[Node]) -> Truth:
        """What holds where these facts are not reported; what stays undefined does not hold."""
        if not self._ordered:
            self.work += sum(map(len, self.program.rules.values()))
            return _alternating(self.program, gone)
        truth = dict(self._all)
        todo = sorted({self._part[node] for node in gone if node in self.program.facts})
        waiting = set(todo)
        while todo:
            i = heapq.heappop(todo)
            waiting.discard(i)
            nodes = self._parts[i]
            before = [node in truth for node in nodes]
            self._settle(i, truth, gone)
            for node, held in zip(nodes, before, strict=True):
                if (node in truth) != held:
                    for reader in self._readers.get(node, ()):
                        if reader not in waiting:
                            waiting.add(reader)
                            heapq.heappush(todo, reader)
        return truth

    def _settle(self, i: int, truth: dict[Node, GroundRule | None], gone: Collection[Node]) -> None:
        """Find out what holds of a component, where all that it reads of others is known."""
        nodes = self._parts[i]
        self.work += len(nodes)
        for node in nodes:
            truth.pop(node, None)
        for node in nodes:
            if node in self.program.facts and node not in gone:
                truth[node] = None
        if len(nodes) == 1:
            for one in self.program.rules.get(nodes[0], ()) if nodes[0] not in truth else ():
                if all(premise in truth for premise in one.premises) and _fits(one, truth):
                    truth[one.head] = one
                    break
        else:
            rules = (one for node in nodes if node not in truth for one in self.program.rules.get(node, ()))
            _close([one for one in rules if _fits(one, truth)], truth)


def _close(rules: Sequence[GroundRule], truth: dict[Node, GroundRule | None]) -> None:
    """Add what follows by rules whose absences and counts hold: each as soon as its last premise is there."""
    missing: list[int] = []
    readers: dict[Node, list[int]] = {}
    todo: list[Node] = []

    def conclude(one: GroundRule) -> None:
        if one.head not in truth:
            truth[one.head] = one
            todo.append(one.head)

    for i, one in enumerate(rules):
        absent = {premise for premise in one.premises if premise not in truth}
        missing.append(len(absent))
        for premise in absent:
            readers.setdefault(premise, []).append(i)
    for i, one in enumerate(rules):
        if not missing[i]:
            conclude(one)
    while todo:
        for i in readers.get(todo.pop(), ()):
            missing[i] -= 1
            if not missing[i]:
                conclude(rules[i])


def _judged(one: GroundRule) -> Iterator[Node]:
    """The nodes whose absence an instance needs, or which it counts."""
    yield from one.absent
    for counted in one.counted:
        yield from counted.nodes


def _fits(one: GroundRule, against: Truth) -> bool:
    """Whether the absences and counts of an instance hold."""
    if any(node in against for node in one.absent):
        return False
    return all(counted.holds([node for node in counted.nodes if node in against]) for counted in one.counted)


def _components(program: GroundProgram) -> Iterator[list[Node]]:
    """The strongly connected components of what depends on what, each after those that it depends on."""
    number: dict[Node, int] = {}
    low: dict[Node, int] = {}
    settled: set[Node] = set()
    path: list[Node] = []

    def reads(node: Node) -> Iterable[Node]:
        for one in program.rules.get(node, ()):
            yield from one.premises
            yield from _judged(one)

    for root in (program.root, *program.rules, *sorted(program.facts)):
        if root in number:
            continue
        number[root] = low[root] = len(number)
        path.append(root)
        walk = [(root, iter(reads(root)))]
        while walk:
            node, following = walk[-1]
            for read in following:
                if read not in number:
                    number[read] = low[read] = len(number)
                    path.append(read)
                    walk.append((read, iter(reads(read))))
                    break
                if read not in settled:
                    low[node] = min(low[node], number[read])
            else:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == number[node]:
                    found = [path.pop()]
                    while found[-1] != node:
                        found.append(path.pop())
                    settled.update(found)
                    yield found


def _alternating(program: GroundProgram, gone: Collection[Node]) -> Truth:
    before: Truth = {}
    now = _least(program, gone, before)
    while True:
        following = _least(program, gone, now)
        if following.keys() == now.keys():
            return following
        if following.keys() == before.keys():  # it swings between what holds and what may hold
            return following if len(following) < len(now) else now
        before, now = now, following


def _least(program: GroundProgram, gone: Collection[Node], against: Truth) -> Truth:
    """The least fixpoint where absences and counts are judged by another interpretation."""
    found: dict[Node, GroundRule | None] = {fact: None for fact in program.facts if fact not in gone}
    _close([one for rules in program.rules.values() for one in rules if _fits(one, against)], found)
    return found
