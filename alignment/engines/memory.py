"""Evaluation in memory: semi-naive, each rule body joined by nested loops over indexes.

A stratum is evaluated round by round, and in each round every body is a plain join in which one recursive
literal reads only the newest rows (Bancilhon 1986). All rules of a round see the state at its beginning, so
the round of a row does not depend on the order of rules.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from alignment.collector import collector_paused
from alignment.engines.base import Limits, Weighing, out_of_memory, too_large
from alignment.engines.body import Body, Setting, batches
from alignment.engines.bodyplan import plan
from alignment.engines.conditions import Conditions
from alignment.engines.joins import Joins, Opened
from alignment.engines.journal import Journal
from alignment.engines.nested import nested_loops
from alignment.factbase.arithmetic import NumberTooLarge
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.relation import MemoryRelation, Relation, Row
from alignment.factbase.strengths import Strengths
from alignment.problems import LimitReached
from alignment.program.model import Positive, Rule, Stratum

NewRows = dict[str, dict[Row, int]]


class MemoryEngine:
    """Evaluates strata in memory. It keeps nothing between calls and may run in several threads."""

    name = "memory"
    joins: Opened = staticmethod(nested_loops)

    def evaluate(
        self,
        strata: Sequence[Stratum],
        known: Mapping[str, Relation],
        dictionary: Dictionary,
        asked: Collection[str],
        limits: Limits,
    ) -> dict[str, Relation]:
        """The relations of `strata`, each with the round of its rows. Raises LimitReached."""
        del asked  # all of them are at hand anyway
        with self.joins() as joins, collector_paused():
            run = _Run(known, dictionary, limits, joins, self.name)
            try:
                for stratum in strata:
                    run.evaluate(stratum)
            finally:
                del run.setting  # it leads back to the run: nothing is to wait for the collector
            return {name: run.relations[name] for stratum in strata for name in stratum.relations}

    def weigh(self, work: Weighing, limits: Limits) -> dict[str, Strengths | None]:
        """The strengths of the rows of some strata. Raises LimitReached."""
        from alignment.engines.weighing import weigh_in_memory  # noqa: PLC0415  # only where rows are doubted

        return weigh_in_memory(work, self, limits)


class _Run:
    """One call of the engine: the relations as they grow, and what evaluates them."""

    def __init__(
        self, known: Mapping[str, Relation], dictionary: Dictionary, limits: Limits, joins: Joins, name: str
    ) -> None:
        self.name = name
        self._distinct: dict[tuple[str, int], int] = {}
        self.known = known
        self.relations: dict[str, MemoryRelation] = {}
        self.limits = limits
        self.setting = Setting(self.relation, Conditions(self.relation, dictionary), joins, limits)

    def relation(self, name: str) -> MemoryRelation:
        """A relation as it is now: derived, reported, or empty."""
        found = self.relations.get(name)
        if found is None:
            given = self.known.get(name, ())
            found = given if isinstance(given, MemoryRelation) else MemoryRelation.of(given)
            self.relations[name] = found
        return found

    def evaluate(self, stratum: Stratum) -> None:
        """Derive the relations of a stratum from those before it."""
        for name in stratum.relations:
            self.relations[name] = MemoryRelation.of(self.known.get(name, ()))
        new = self._first_round(stratum.rules)
        rounds = 1
        if stratum.recursive:
            rounds = self._later_rounds(stratum, new)
        else:
            self._extend(new, 1)
        if self.limits.journal:
            self._write_down(stratum, rounds if new else 0, self.limits.journal)

    def _first_round(self, rules: Iterable[Rule]) -> NewRows:
        new: NewRows = {}
        for rule in rules:
            if not all(self.relation(one.relation) for one in rule.body if isinstance(one, Positive)):
                continue  # a premise has no rows at all: not worth a plan
            begin = 0 if self.limits.budget and rule.body and isinstance(rule.body[0], Positive) else None
            body = Body(rule, plan(rule, begin, self), self.setting)  # rules of changes begin with the change
            self._gather(rule, body.rows(), new, 1)
        return new

    def _write_down(self, stratum: Stratum, rounds: int, journal: Journal) -> None:
        how = "round by round in memory" if stratum.recursive else "in memory, each rule once"
        reason = f"the engine {self.name} joins every rule body in memory, literal by literal"
        rows = sum(len(self.relations[name]) for name in stratum.relations)
        journal.add(stratum.relations, how, reason, rows, rounds)

    def _later_rounds(self, stratum: Stratum, new: NewRows) -> int:
        """All rounds after the first; the number of the last that found anything."""
        bodies = list(self._delta_bodies(stratum))
        round_ = 1
        while new:
            self._extend(new, round_)
            delta, new = new, {}
            for rule, relation, body in bodies:
                if relation in delta:
                    self._gather(rule, body.rows(delta[relation], round_), new, round_ + 1)
            round_ += 1
        return round_ - 1

    def _delta_bodies(self, stratum: Stratum) -> Iterator[tuple[Rule, str, Body]]:
        """A body for each recursive literal of each rule, which begins with that literal."""
        for rule in stratum.rules:
            for place, literal in enumerate(rule.body):
                if isinstance(literal, Positive) and literal.relation in stratum.relations:
                    planned = plan(rule, place, self)
                    yield rule, literal.relation, Body(rule, planned, self.setting, place, stratum.relations)

    def _gather(self, rule: Rule, rows: Iterator[Iterable[Row]], new: NewRows, round_: int) -> None:
        """Add the head rows of one rule that are not known yet."""
        known = self.relation(rule.head).rounds
        found = new.get(rule.head, {})
        try:
            for some in rows:
                for batch in batches(some):
                    self._check(rule, found, len(batch))
                    found.update({row: round_ for row in batch if row not in known})
        except NumberTooLarge:
            raise LimitReached(too_large(rule)) from None
        if found:
            new[rule.head] = found

    def _check(self, rule: Rule, found: dict[Row, int], more: int) -> None:
        """Look at the limits before rows are added. Where that moves all of them, there must be room for both."""
        self.limits.check(rule)
        moves = (3 * len(found) // 2).bit_length() < (3 * (len(found) + more) // 2).bit_length()
        if moves and not self.limits.has_room(2 * sys.getsizeof(found)):
            raise LimitReached(out_of_memory(self.limits.memory, rule))

    def _extend(self, new: NewRows, round_: int) -> None:
        for name, rows in new.items():
            self.limits.spend(len(rows))
            self.relations[name].extend(rows, round_)

    # Statistics, for the plans of bodies -------------------------------------------------------------

    def rows(self, relation: str) -> int:
        """The number of rows of a relation as it is now."""
        return len(self.relation(relation))

    def distinct(self, relation: str, column: int) -> int:
        """The number of different values in a column, as it was when a plan first asked for it."""
        key = (relation, column)
        if key not in self._distinct:
            self._distinct[key] = len({row[column] for row in self.relation(relation)})
        return self._distinct[key]
