"""The strengths of derived rows, found in memory with the help of any engine.

Every instance of a rule is a row of one plain query over relations that are evaluated already. In a stratum
that is not recursive a row is as strong as its strongest instance. In a recursive one rows are settled from
the strongest down (Knuth, "A generalization of Dijkstra's algorithm", 1977): no row is looked at twice, and
no threshold is tried.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from alignment.engines.base import Engine, Limits, Weighing
from alignment.factbase.relation import MemoryRelation, Relation, Row
from alignment.factbase.strengths import CERTAIN, UNJUDGED, Strengths, memory_strengths
from alignment.program.model import Stratum
from alignment.program.weighing import Reading, WeighedRule, weighed

Found: TypeAlias = dict[str, "Strengths | None"]
"""The strengths of relations; None where all rows are certain."""


def weigh_in_memory(work: Weighing, engine: Engine, limits: Limits) -> Found:
    """The strengths of the relations of all strata, each instance of a rule found by `engine`."""
    weigher = _Weigher(work, engine, limits)
    for stratum in work.strata:
        weigher.weigh(stratum)
    return {name: weigher.found.get(name) for stratum in work.strata for name in stratum.relations}


@dataclass(frozen=True, slots=True)
class _Instance:
    """A head that holds, as strong as its premises of other strata allow, if those of its own hold."""

    head: tuple[str, Row]
    bound: float
    premises: tuple[tuple[str, Row], ...]


class _Weigher:
    def __init__(self, work: Weighing, engine: Engine, limits: Limits) -> None:
        self.work, self.engine, self.limits = work, engine, limits
        self.found: Found = dict(work.strengths)
        self.levels = _Levels()
        self.readings: dict[str, MemoryRelation] = {}

    def weigh(self, stratum: Stratum) -> None:
        """Add the strengths of a stratum's relations."""
        instances = list(self.instances(stratum))
        given = [
            ((name, row), self.strength(name, row)) for name in stratum.relations for row in self.work.reported(name)
        ]
        settled = _settled(given, instances) if stratum.recursive else _strongest(given, instances)
        for name in stratum.relations:
            own = ((row, strength) for (relation, row), strength in settled.items() if relation == name)
            self.found[name] = memory_strengths(own)

    def strength(self, name: str, row: Row) -> float:
        """The strength of a row of a relation that is weighed, or certain."""
        strengths = self.found.get(name)
        return CERTAIN if strengths is None else strengths.of(row)

    def instances(self, stratum: Stratum) -> Iterator[_Instance]:
        """Every way in which a row of a stratum follows."""
        rules = [
            one
            for rule in stratum.rules
            for one in weighed(rule, self.work.doubtful, stratum.relations, keep_own=True)
        ]
        heads = [f"~{number}" for number in range(len(rules))]
        strata = [
            Stratum((head,), (one.rule.renamed(head),), recursive=False)
            for head, one in zip(heads, rules, strict=True)
        ]
        rows = self.engine.evaluate(strata, self.known(rules), self.work.dictionary, heads, self.limits)
        for head, one in zip(heads, rules, strict=True):
            for row in rows[head]:
                yield self.instance(one, row)

    def known(self, rules: Sequence[WeighedRule]) -> dict[str, Relation]:
        """What the queries of instances read."""
        readings = {reading.name: reading for one in rules for reading in one.readings}
        reads = {name for one in rules for name in one.rule.reads if name not in readings}
        reads |= {reading.relation for reading in readings.values()}
        rows = self.work.rows(reads)
        known = dict(rows)
        for name, reading in readings.items():
            if name not in self.readings:
                self.readings[name] = self.read(reading, rows[reading.relation])
            known[name] = self.readings[name]
        return known

    def read(self, reading: Reading, rows: Iterable[Row]) -> MemoryRelation:
        """A relation's values of some columns, each with the level of its strongest row, or of its weakest."""
        choose = min if reading.weakest else max
        best: dict[Row, float] = {}
        for row in rows:
            key = tuple([row[i] for i in reading.columns])
            strength = self.strength(reading.relation, row)
            best[key] = choose(strength, best[key]) if key in best else strength
        return MemoryRelation.of([(*key, self.levels.code(strength)) for key, strength in best.items()])

    def instance(self, one: WeighedRule, row: Row) -> _Instance:
        codes, rest = row[one.arity : one.arity + one.strengths], row[one.arity + one.strengths :]
        cap = CERTAIN if one.rule.cap is None else one.rule.cap
        bound = min([cap, *map(self.levels.strength, codes)])
        premises = []
        for premise in one.premises:
            width = len(premise.args)
            premises.append((premise.relation, rest[:width]))
            rest = rest[width:]
        return _Instance((one.rule.head, row[: one.arity]), bound, tuple(premises))


class _Levels:
    """Strengths as whole numbers that stand in rows, in which constants are whole numbers too."""

    def __init__(self) -> None:
        self._codes: dict[float, int] = {}
        self._strengths: list[float] = []

    def code(self, strength: float) -> int:
        if strength not in self._codes:
            self._codes[strength] = len(self._strengths)
            self._strengths.append(strength)
        return self._codes[strength]

    def strength(self, code: int) -> float:
        return self._strengths[code]


Given: TypeAlias = Iterable[tuple[tuple[str, Row], float]]
Settled: TypeAlias = dict[tuple[str, Row], float]


def _strongest(given: Given, instances: Iterable[_Instance]) -> Settled:
    """Each row with the strength of the strongest that gives it."""
    best = dict(given)
    for one in instances:
        best[one.head] = max(one.bound, best.get(one.head, UNJUDGED))
    return best


def _settled(given: Given, instances: Sequence[_Instance]) -> Settled:
    """The same where instances rest on each other: the strongest row not yet settled is settled next."""
    waiting = [len(set(one.premises)) for one in instances]
    readers: dict[tuple[str, Row], list[int]] = {}
    heap: list[tuple[float, tuple[str, Row]]] = [(-strength, node) for node, strength in given]
    for number, one in enumerate(instances):
        if not one.premises:
            heap.append((-one.bound, one.head))
        for premise in set(one.premises):
            readers.setdefault(premise, []).append(number)
    heapq.heapify(heap)
    settled: Settled = {}
    while heap:
        cost, node = heapq.heappop(heap)
        if node in settled:
            continue
        settled[node] = -cost
        for number in readers.get(node, ()):
            waiting[number] -= 1
            one = instances[number]
            if not waiting[number] and one.head not in settled:
                heapq.heappush(heap, (max(cost, -one.bound), one.head))
    return settled
