"""One stratum after a small change: few rows are derived by rules of changes, and laid on the relations it had.

Any engine evaluates those rules; they are plain. What is recursive goes in two steps. In memory rows fall that
have lost all that they could rest on, wave by wave; in a database all go that rested on something lost. Then what
is left gives back what it can, together with what is new. The rounds of its rows may then be others: they are
evaluated anew when somebody asks for one. A stratum whose changes are not small, or of a kind that rules of changes
do not cover, is left to be evaluated anew.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field

from alignment.engines.base import Budget, BudgetSpent
from alignment.engines.maintenance.deltas import Deltas, as_it_was, doubtful, gained, kept, own_reports
from alignment.engines.maintenance.recursive import Recursive, falling, levels
from alignment.engines.maintenance.recursive import fallen as fallen_last
from alignment.factbase.levels import highest, leveled
from alignment.factbase.overlay import NONE, Change, Inexact, difference, overlaid, takes_layers
from alignment.factbase.relation import EMPTY, MemoryRelation, Relation, Row
from alignment.program.demand import is_demand
from alignment.program.lower import NOW, Lowered
from alignment.program.model import Aggregation, Negative, Positive, Rule, Stratum
from alignment.program.stratify import stratify
from alignment.records import frozen, mutable

FEW = 32
"""Changed rows that are never too many to go on from."""

SHARE = 20
"""One changed row for so many rows in the stratum and below is not too many either."""

ROUNDS, ROWS_A_ROUND = 32, 300
"""Rounds that rules of changes may take in memory; and one more for so many rows in the stratum and below."""

ANEW, ANEW_IN_MEMORY = 30_000, 1_000
"""Rows in the stratum and below up to which a database, or memory, derives it anew sooner than it follows a change."""

QUERIES = 20
"""Rounds that they may take in a database, where each reads whole columns: evaluating anew costs about as much."""

MOST_VARIANTS = 4
"""Recursive premises of a rule up to which all combinations of old and new rows are written out."""

Anew = Callable[[Sequence[Stratum], Mapping[str, Relation], Collection[str]], Mapping[str, Relation]]
"""An engine: strata, the relations that are known, and those that are asked for."""

Run = Callable[[Sequence[Stratum], Mapping[str, Relation], Collection[str], Budget], Mapping[str, Relation]]
"""The same within a budget."""


@frozen
class Reads:
    """What a stratum reads at one time: relations below, and what is reported of its own."""

    below: Mapping[str, Relation]
    reported: Mapping[str, Relation]


@mutable
class Maintenance:
    """The work on one stratum, which had `relations` when it read what it `was`.

    `run` evaluates rules of changes now, `anew` whole strata later, if anybody asks for a round.
    """

    stratum: Stratum
    relations: Mapping[str, Relation]
    was: Reads
    now: Reads
    run: Run
    anew: Anew
    changes: dict[str, Change] = field(default_factory=dict)
    own: dict[str, Change] = field(default_factory=dict)
    budget: Budget | None = None
    is_far: bool = False

    def is_near(self) -> bool:
        """Find what changed; False where that cannot be seen or is much: then it `is_far` from what it was.

        So it is where the date is another, or what a goal asks for, on which all hangs.
        """
        if not is_covered(self.stratum) or not all(map(takes_layers, self.relations.values())):
            return False
        most = self._most
        for found, was, now in (
            (self.changes, self.was.below, self.now.below),
            (self.own, self.was.reported, self.now.reported),
        ):
            for name, relation in now.items():
                change = difference(was[name], relation, most)
                if change is None or ((name == NOW or is_demand(name)) and change):
                    self.is_far = True
                    return False
                if change:
                    found[name] = change
        number = sum(map(len, (*self.changes.values(), *self.own.values())))
        self.is_far = number > most
        is_dear = number > 0 and self._whole <= (ANEW_IN_MEMORY if self._in_memory else ANEW)
        return not self.is_far and not is_dear

    @property
    def _whole(self) -> int:
        """The rows in the stratum and below."""
        return sum(map(len, (*self.now.below.values(), *self.relations.values())))

    @property
    def _in_memory(self) -> bool:
        return all(isinstance(one, MemoryRelation) for one in self.relations.values())

    @property
    def _most(self) -> int:
        """The changed rows up to which it is maintained."""
        return max(FEW, self._whole // SHARE)

    def result(self) -> dict[str, Relation] | None:
        """The relations as they are now; None where the changes become large as they spread."""
        if not self.changes and not self.own:
            return dict(self.relations)
        try:
            return self._recursive() if self.stratum.recursive else self._once()
        except BudgetSpent:
            return None

    def _once(self) -> dict[str, Relation]:
        """A stratum that does not read itself."""
        (name,) = self.stratum.relations
        deltas = self._deltas()
        losses = deltas.losses()
        rules = [*deltas.gains(), *losses, *(deltas.keeps() if losses else ())]
        found = self._found(rules, deltas, self.relations)
        added, removed = found[gained(name)], found[doubtful(name)] - found[kept(name)]
        reported = self.now.reported[name]
        put = {row: 0 if row in reported else 1 for row in added}
        own = self.own.get(name, Change())
        again = dict.fromkeys(own.added - added, 0) | dict.fromkeys(own.removed - removed, 1)
        return {name: overlaid(self.relations[name], removed | again.keys(), put | again)}

    def _recursive(self) -> dict[str, Relation]:
        """What falls, and then what comes or comes back, on levels above all others."""
        members, deltas = self.stratum.relations, self._deltas()
        rules = Recursive(deltas)
        down = self._fallen(rules) if self._in_memory else self._reached(rules)
        left = {name: overlaid(self.relations[name], down[name], {}) for name in members}
        fell = {doubtful(name): MemoryRelation.of(rows) for name, rows in down.items()}
        back = deltas.keeps("{}+") if any(down.values()) else []
        found = self._evaluated([*deltas.gains(), *back, *rules.spread()], deltas, left | fell)
        top = max(map(highest, self.relations.values()))
        exact = _once_only(lambda: self.anew([self.stratum], {**self.now.below, **self.now.reported}, members))
        after = {}
        for name in members:
            new = found.get(gained(name), EMPTY)
            put = {row: top + new.round(row) for row in new}
            inexact = Inexact(_of(exact, name), max(put.values(), default=top))
            after[name] = overlaid(self.relations[name], down[name], put, inexact)
        return after

    def _reached(self, rules: Recursive) -> dict[str, frozenset[Row]]:
        """The rows that may have rested on something that is no more, directly or through others."""
        losses = rules.deltas.losses()
        were = {as_it_was(name): relation for name, relation in self.relations.items()}
        found = self._found([*losses, *rules.reached()] if losses else [], rules.deltas, were)
        return {name: found[doubtful(name)] for name in self.stratum.relations}

    def _fallen(self, rules: Recursive) -> dict[str, frozenset[Row]]:
        """The rows that have nothing left to rest on, wave by wave."""
        members, deltas = self.stratum.relations, rules.deltas
        fallen = dict.fromkeys(members, NONE)
        start, stands = rules.losses(), rules.stands()
        known = {as_it_was(name): relation for name, relation in self.relations.items()}
        known |= {levels(n): leveled(one) for n, one in self.relations.items() if isinstance(one, MemoryRelation)}
        while start:
            known |= {doubtful(name): MemoryRelation.of(rows) for name, rows in fallen.items()}
            found = self._found([*start, *stands], deltas, known)
            wave = {name: _unkept(found[falling(name)], found[kept(name)]) for name in members}
            fallen = {name: fallen[name].union(row[:-1] for row in rows) for name, rows in wave.items()}
            known |= {fallen_last(name): MemoryRelation.of(rows) for name, rows in wave.items()}
            start = rules.dependents() if any(wave.values()) else []
        return fallen

    def _deltas(self) -> Deltas:
        reported = frozenset(name for name, relation in self.now.reported.items() if len(relation))
        return Deltas(self.stratum, self.changes, self.own, self.was.below, self.now.below, reported)

    def _known(self, deltas: Deltas) -> dict[str, Relation]:
        """What the rules of changes read, but for the stratum itself."""
        known = dict(self.now.below)
        known |= {as_it_was(name): self.was.below[name] for name in self.changes}
        known |= {own_reports(name): self.now.reported[name] for name in deltas.reported}
        return known | deltas.given

    def _found(
        self, rules: Sequence[Rule], deltas: Deltas, relations: Mapping[str, Relation]
    ) -> Mapping[str, frozenset[Row]]:
        """The rows that the rules give, none for other relations."""
        found = self._evaluated(rules, deltas, relations)
        return defaultdict(frozenset, {name: frozenset(relation) for name, relation in found.items()})

    def _evaluated(
        self, rules: Sequence[Rule], deltas: Deltas, relations: Mapping[str, Relation]
    ) -> Mapping[str, Relation]:
        """What the rules give; `relations` are those of the stratum that they read."""
        if not rules:
            return {}
        known = {**self._known(deltas), **relations}
        read = {name for rule in rules for name in rule.reads}
        parts = [rule for name, rule in deltas.parts.items() if name in read]
        strata = stratify(Lowered([*parts, *rules])).strata
        return self.run(strata, known, {rule.head for rule in rules}, self._budget())

    def _budget(self) -> Budget:
        """One for all rules of this stratum."""
        if self.budget is None:
            self.budget = Budget(self._most, ROUNDS + self._whole // ROWS_A_ROUND if self._in_memory else QUERIES)
        return self.budget


def _unkept(leveled_rows: Iterable[Row], rows: frozenset[Row]) -> list[Row]:
    """Rows with their levels, those that are kept left out."""
    return [row for row in leveled_rows if row[:-1] not in rows]


def is_covered(stratum: Stratum) -> bool:
    """Whether rules of changes can be written: nothing of the stratum is negated or counted in it."""
    members = stratum.relations
    for rule in stratum.rules:
        if any(isinstance(one, Negative | Aggregation) and one.relation in members for one in rule.body):
            return False
        if sum(isinstance(one, Positive) and one.relation in members for one in rule.body) > MOST_VARIANTS:
            return False
    return True


def _once_only(evaluate: Callable[[], Mapping[str, Relation]]) -> Callable[[], Mapping[str, Relation]]:
    """A function that evaluates when it is first called, in whatever thread, and keeps the result."""
    lock = threading.Lock()
    results: list[Mapping[str, Relation]] = []

    def evaluated() -> Mapping[str, Relation]:
        with lock:
            if not results:
                results.append(evaluate())
            return results[0]

    return evaluated


def _of(exact: Callable[[], Mapping[str, Relation]], name: str) -> Callable[[], Relation]:
    return lambda: exact()[name]
