"""One stratum after a small change: few rows are derived by rules of changes, and laid on the relations it had.

Any engine evaluates those rules; they are plain. What is recursive goes in two steps: all that rested on
something lost is taken out, then what is left gives back what it can, together with what is new. The
rounds of its rows may then be others: they are evaluated anew when somebody asks for one. A stratum whose changes
are not small, or of a kind that rules of changes do not cover, is left to be evaluated anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from alignment.engines.base import Budget, BudgetSpent
from alignment.engines.maintenance.deltas import Deltas, as_it_was, doubtful, gained, kept, own_reports
from alignment.factbase.overlay import NONE, Change, Exact, difference, overlaid, takes_layers
from alignment.factbase.relation import MemoryRelation, Relation, Row
from alignment.program.lower import NOW, Lowered
from alignment.program.model import Aggregation, Negative, Positive, Rule, Stratum
from alignment.program.stratify import stratify

FEW = 32
"""Changed rows that are never too many to go on from."""

SHARE = 20
"""One changed row for so many rows in the stratum and below is not too many either."""

ROUNDS, ROWS_A_ROUND = 64, 4000
"""Rounds that the rules of changes may take; and one more for so many rows in the stratum and below."""

MOST_VARIANTS = 4
"""Recursive premises of a rule up to which all combinations of old and new rows are written out."""

Anew = Callable[[Sequence[Stratum], Mapping[str, Relation], Collection[str]], Mapping[str, Relation]]
"""An engine: strata, the relations that are known, and those that are asked for."""

Run = Callable[[Sequence[Stratum], Mapping[str, Relation], Collection[str], Budget], Mapping[str, Relation]]
"""The same within a budget."""


@dataclass(frozen=True, slots=True)
class Reads:
    """What a stratum reads at one time: relations below, and what is reported of its own."""

    below: Mapping[str, Relation]
    reported: Mapping[str, Relation]


@dataclass(slots=True)
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

    def is_near(self) -> bool:
        """Find what changed; False where that cannot be seen, is much, or is the date, on which too much hangs."""
        if not is_covered(self.stratum) or not all(map(takes_layers, self.relations.values())):
            return False
        most = self._most
        for found, was, now in (
            (self.changes, self.was.below, self.now.below),
            (self.own, self.was.reported, self.now.reported),
        ):
            for name, relation in now.items():
                change = difference(was[name], relation, most)
                if change is None or (name == NOW and change):
                    return False
                if change:
                    found[name] = change
        return sum(map(len, (*self.changes.values(), *self.own.values()))) <= most

    @property
    def _whole(self) -> int:
        """The rows in the stratum and below."""
        return sum(map(len, (*self.now.below.values(), *self.relations.values())))

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
        """Delete and rederive, then insert."""
        members = self.stratum.relations
        deltas = self._deltas()
        taken = dict.fromkeys(members, NONE)
        losses = deltas.losses()
        if losses:
            were = {as_it_was(name): relation for name, relation in self.relations.items()}
            found = self._found([*losses, *deltas.spread_of_losses()], deltas, were)
            taken = {name: found[doubtful(name)] for name in members}
        left = {name: overlaid(self.relations[name], taken[name], {}) for name in members}
        rules = [*deltas.gains(), *(deltas.keeps("{}+") if losses else ()), *deltas.spread()]
        doubts = {doubtful(name): MemoryRelation.of(rows) for name, rows in taken.items()}
        found = self._found(rules, deltas, left | doubts)
        exact = _once_only(lambda: self.anew([self.stratum], {**self.now.below, **self.now.reported}, members))
        return {
            name: overlaid(
                self.relations[name],
                taken[name] - found[gained(name)],
                dict.fromkeys(found[gained(name)] - taken[name], 1),
                _of(exact, name),
            )
            for name in members
        }

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
    ) -> dict[str, frozenset[Row]]:
        """The rows of what the rules give; `relations` are those of the stratum that they read."""
        names = [make(name) for name in self.stratum.relations for make in (gained, doubtful, kept)]
        known = {**self._known(deltas), **relations}
        read = {name for rule in rules for name in rule.reads}
        parts = [rule for name, rule in deltas.parts.items() if name in read]
        strata = stratify(Lowered([*parts, *rules])).strata
        heads = {rule.head for rule in rules}
        budget = Budget(self._most, ROUNDS + self._whole // ROWS_A_ROUND)
        found = self.run(strata, known, heads, budget) if strata else {}
        return {name: frozenset(found.get(name, ())) for name in names}


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


def _of(exact: Callable[[], Mapping[str, Relation]], name: str) -> Exact:
    return lambda: exact()[name]
