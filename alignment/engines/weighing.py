"""The strengths of derived rows, found in memory with the help of any engine.

Every instance of a rule is a row of one plain query over relations that are evaluated already. In a stratum
that is not recursive a row is as strong as its strongest instance. In a recursive one rows are settled from
the strongest down (Knuth, "A generalization of Dijkstra's algorithm", 1977): no row is looked at twice, and
no threshold is tried.
"""

from __future__ import annotations

import heapq
import struct
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias, TypeVar

from alignment.engines.base import Engine, Limits, Weighing
from alignment.factbase.relation import MemoryRelation, Relation, Row
from alignment.factbase.strengths import CERTAIN, UNJUDGED, MemoryStrengths, Strengths
from alignment.program.model import Rule, Stratum
from alignment.program.weighing import Reading, WeighedRule, weighed
from alignment.records import frozen

Found: TypeAlias = dict[str, "Strengths | None"]
"""The strengths of relations; None where all rows are certain."""

Given: TypeAlias = dict[str, dict[Row, float]]
"""Rows with strengths, by relation."""

Node: TypeAlias = tuple[str, Row]

MOST_KEPT = 10_000
"""Instances of a rule up to which what they give is kept for the next question."""

T = TypeVar("T", "dict[Row, float]", "list[_Instance]")


def weigh_in_memory(work: Weighing, engine: Engine, limits: Limits) -> Found:
    """The strengths of the relations of all strata, each instance of a rule found by `engine`."""
    weigher = _Weigher(work, engine, limits)
    for stratum in work.strata:
        weigher.weigh(stratum)
    return {name: weigher.found.get(name) for stratum in work.strata for name in stratum.relations}


@frozen
class _Instance:
    """A head that holds, as strong as its premises of other strata allow, if those of its own hold."""

    head: Node
    bound: float
    premises: tuple[Node, ...]


class _Weigher:
    """Weighs one stratum after another.

    What a rule gives is kept by what the relations that it reads hold: most views and changes leave that as it was.
    """

    def __init__(self, work: Weighing, engine: Engine, limits: Limits) -> None:
        self.work, self.engine, self.limits = work, engine, limits
        self.found: Found = dict(work.strengths)
        self.contents: dict[tuple[str, bool], int] = {}
        self.rows: dict[str, Relation] = {}

    def weigh(self, stratum: Stratum) -> None:
        """Add the strengths of a stratum's relations."""
        given = {name: self.strengths(name, self.work.reported(name)) for name in stratum.relations}
        found = self.settled(stratum, given) if stratum.recursive else self.strongest(stratum, given)
        for name, best in found.items():
            weak = {row: strength for row, strength in best.items() if strength != CERTAIN}
            self.found[name] = MemoryStrengths(weak) if weak else None

    def strengths(self, name: str, rows: Iterable[Row]) -> dict[Row, float]:
        """The strengths of rows of a relation that is weighed, or certain."""
        known = self.found.get(name)
        if known is None:
            return dict.fromkeys(rows, CERTAIN)
        if isinstance(known, MemoryStrengths):
            weak = known.weak
            return {row: weak.get(row, CERTAIN) for row in rows}
        return {row: known.of(row) for row in rows}

    def strongest(self, stratum: Stratum, given: Given) -> Given:
        """The rows of a stratum that is not recursive, each with the strength of the strongest that gives it.

        Who asks for strengths first need not evaluate it as well.
        """
        for rule, one, bounds in self.each(stratum, strongest_bounds):
            self.work.heads.setdefault(rule, []).append(bounds)
            best = given[one.rule.head]
            if not best:
                best.update(bounds)
                continue
            for row, bound in bounds.items():
                if bound > best.get(row, UNJUDGED) or row not in best:
                    best[row] = bound
        derived = {}
        for name, best in given.items():
            derived[name] = MemoryRelation(dict.fromkeys(best, 1) | dict.fromkeys(self.work.reported(name), 0))
        self.work.derived(stratum, derived)
        return given

    def settled(self, stratum: Stratum, given: Given) -> Given:
        """The same where rows rest on each other."""
        instances = [one for _, _, found in self.each(stratum, instances_of) for one in found]
        nodes = [((name, row), strength) for name, rows in given.items() for row, strength in rows.items()]
        for (name, row), strength in _settled(nodes, instances).items():
            given[name][row] = strength
        return given

    def each(
        self, stratum: Stratum, read: Callable[[WeighedRule, Iterable[Row]], T]
    ) -> list[tuple[Rule, WeighedRule, T]]:
        """What `read` makes of the rows of each weighed rule of a stratum."""
        cache = self.work.cache
        self.fetch(stratum.reads)
        made = [(rule, weighed) for rule in stratum.rules for weighed in self.weighed(rule, stratum)]
        rules = [weighed for _, weighed in made]
        keys = [("weighed", one.rule, self.inputs(one, stratum)) for one in rules]
        kept: list[T | None] = [cache.get(key) for key in keys]
        missing = [number for number, found in enumerate(kept) if found is None]
        if missing:
            heads = {number: f"~{number}" for number in missing}
            strata = [
                Stratum((head,), (rules[number].rule.renamed(head),), recursive=False)
                for number, head in heads.items()
            ]
            known = self.known([rules[number] for number in missing])
            rows = self.engine.evaluate(strata, known, self.work.dictionary, list(heads.values()), self.limits)
            for number, head in heads.items():
                kept[number] = read(rules[number], rows[head])
                if len(rows[head]) <= MOST_KEPT:
                    cache.put(keys[number], kept[number])
        return [(rule, one, found) for (rule, one), found in zip(made, kept, strict=True) if found is not None]

    def weighed(self, rule: Rule, stratum: Stratum) -> list[WeighedRule]:
        """The rules that give a rule's rows with the strengths of its premises, made once."""
        key = ("weighed", rule, self.work.doubtful.intersection(rule.reads))
        found: list[WeighedRule] | None = self.work.cache.get(key)
        if found is None:
            found = weighed(rule, self.work.doubtful, stratum.relations, keep_own=True)
            self.work.cache.put(key, found)
        return found

    def inputs(self, one: WeighedRule, stratum: Stratum) -> tuple[int, ...]:
        """Numbers for what a weighed rule reads: of its own stratum it reads rows alone."""
        weighed = {reading.name: reading.relation for reading in one.readings}
        return tuple(
            self.content(weighed.get(name, name), sure=name in weighed and weighed[name] not in stratum.relations)
            for name in one.rule.reads
        )

    def fetch(self, names: Collection[str]) -> Mapping[str, Relation]:
        """The rows of relations, all that are not at hand at once."""
        missing = [name for name in names if name not in self.rows]
        if missing:
            self.rows.update(self.work.rows(missing))
        return self.rows

    def content(self, name: str, *, sure: bool) -> int:
        """A number for the rows of a relation, with their strengths if these are read."""
        key = (name, sure)
        if key not in self.contents:
            rows = self.fetch((name,))[name]
            self.contents[key] = self.work.cache.contents.number(name, rows, self.found.get(name) if sure else None)
        return self.contents[key]

    def known(self, rules: Sequence[WeighedRule]) -> dict[str, Relation]:
        """What the queries of instances read."""
        readings = {reading.name: reading for one in rules for reading in one.readings}
        reads = {name for one in rules for name in one.rule.reads if name not in readings}
        reads |= {reading.relation for reading in readings.values()}
        rows = self.fetch(reads)
        known = {name: rows[name] for name in reads}
        for name, reading in readings.items():
            key = ("reading", name, self.content(reading.relation, sure=True))
            read: MemoryRelation | None = self.work.cache.get(key)
            if read is None:
                read = self.read(reading, rows[reading.relation])
                self.work.cache.put(key, read)
            known[name] = read
        return known

    def read(self, reading: Reading, rows: Iterable[Row]) -> MemoryRelation:
        """A relation's values of some columns, each with the level of its strongest row, or of its weakest."""
        choose = min if reading.weakest else max
        columns = reading.columns
        strengths = self.strengths(reading.relation, rows)
        if columns == tuple(range(len(next(iter(strengths), columns)))):  # all of them: each row is read as it is
            return MemoryRelation.of([(*row, level(strength)) for row, strength in strengths.items()])
        best: dict[Row, float] = {}
        for row, strength in strengths.items():
            key = tuple([row[i] for i in columns])
            best[key] = choose(strength, best[key]) if key in best else strength
        return MemoryRelation.of([(*key, level(strength)) for key, strength in best.items()])


@lru_cache(maxsize=65_536)
def level(strength: float) -> int:
    """A strength as a whole number that stands in rows, in which constants are whole numbers too."""
    return int.from_bytes(struct.pack(">d", strength))


@lru_cache(maxsize=65_536)
def strength_of(level: int) -> float:
    """The strength that a whole number stands for."""
    return float(struct.unpack(">d", level.to_bytes(8))[0])


def strongest_bounds(one: WeighedRule, rows: Iterable[Row]) -> dict[Row, float]:
    """The heads of a rule's instances, each with the strength of the strongest."""
    width, cap = one.arity, CERTAIN if one.rule.cap is None else one.rule.cap
    if one.strengths == 0:
        return dict.fromkeys(rows, cap)
    best: dict[Row, float] = {}
    for row in rows:
        head = row[:width]
        bound = strength_of(row[width]) if one.strengths == 1 else min(map(strength_of, row[width:]))
        if head not in best or bound > best[head]:
            best[head] = bound
    return best if cap == CERTAIN else {head: min(cap, bound) for head, bound in best.items()}


def instances_of(one: WeighedRule, rows: Iterable[Row]) -> list[_Instance]:
    """The instances of a rule that reads relations of its own stratum."""
    cap = CERTAIN if one.rule.cap is None else one.rule.cap
    found = []
    for row in rows:
        codes, rest = row[one.arity : one.arity + one.strengths], row[one.arity + one.strengths :]
        premises = []
        for premise in one.premises:
            width = len(premise.args)
            premises.append((premise.relation, rest[:width]))
            rest = rest[width:]
        bound = min([cap, *map(strength_of, codes)])
        found.append(_Instance((one.rule.head, row[: one.arity]), bound, tuple(premises)))
    return found


def _settled(given: Iterable[tuple[Node, float]], instances: Sequence[_Instance]) -> dict[Node, float]:
    """The strengths of rows that rest on each other: the strongest row not yet settled is settled next."""
    waiting = [len(set(one.premises)) for one in instances]
    readers: dict[Node, list[int]] = {}
    heap: list[tuple[float, Node]] = [(-strength, node) for node, strength in given]
    for number, one in enumerate(instances):
        if not one.premises:
            heap.append((-one.bound, one.head))
        for premise in set(one.premises):
            readers.setdefault(premise, []).append(number)
    heapq.heapify(heap)
    settled: dict[Node, float] = {}
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
