"""A base in one view, evaluated on demand: only what a goal depends on, kept until it changes.

Each relation has a fingerprint: its rules, the versions of its tables as the view sees them, and the
fingerprints of what it reads. Results are kept by fingerprint, so a change of one fact or rule leaves
everything that does not depend on it, and views share what looks the same in both.
"""

from __future__ import annotations

import datetime
import time
from bisect import bisect_right
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from alignment.engines.base import Engine, Limits
from alignment.engines.cache import DERIVED, LASTING, REPORTED, Cache
from alignment.engines.dated.days import EARLIEST, LATEST
from alignment.engines.deriving import Deriving
from alignment.factbase.dictionary import Dictionary
from alignment.factbase.reading import Reading
from alignment.factbase.relation import EMPTY, MemoryRelation, Relation, Row
from alignment.factbase.report import Reports, View
from alignment.factbase.table import Table
from alignment.factbase.tables import FactBase
from alignment.program.demand import demanded
from alignment.program.lower import NOW, Lowered
from alignment.program.model import Contrary, Program, Stratum

if TYPE_CHECKING:
    from alignment.engines.dated.lasting import Lasting

LARGE = 20_000
"""Rows of a base from which on a question is answered for what it asks alone."""


class Evaluation:
    """The relations of a program over a base, as one view sees them.

    `today` is the date of `now` where the view has none. Nothing here changes once made: another fact,
    rule or view is another Evaluation over the same cache.
    """

    def __init__(
        self,
        program: Program,
        facts: FactBase,
        dictionary: Dictionary,
        view: View,
        engine: Engine,
        cache: Cache,
        today: datetime.date,
    ) -> None:
        self.program = program
        self.facts = facts
        self.dictionary = dictionary
        self.view = view
        self.engine = engine
        self.cache = cache
        self.today = today
        self._fingerprints: dict[str, int] = {}
        self._states: dict[str, int] = {}
        self._found: dict[str, Relation] = {}
        self._rows: dict[str, Relation] = {}
        self._contraries: dict[str, list[Contrary]] | None = None
        self._turning: Mapping[str, Sequence[datetime.date]] = {}
        self._is_goal = False
        self._on_all_days: Evaluation | None = None

    def with_program(self, program: Program) -> Evaluation:
        """The same base and view under a program that has a goal on top."""
        other = Evaluation(program, self.facts, self.dictionary, self.view, self.engine, self.cache, self.today)
        other._is_goal = True
        return other

    def supposing(self, rows: Mapping[str, Collection[Row]]) -> Evaluation:
        """The same program and view over a base with some rows more."""
        facts = self.facts.supposing(rows)
        return Evaluation(self.program, facts, self.dictionary, self.view, self.engine, self.cache, self.today)

    def afresh(self) -> Evaluation:
        """The same base and view with nothing derived yet."""
        cache = self.cache.as_reported()
        return Evaluation(self.program, self.facts, self.dictionary, self.view, self.engine, cache, self.today)

    def on(self, day: datetime.date, turning: Mapping[str, Sequence[datetime.date]], cache: Cache) -> Evaluation:
        """The same program and base seen on a day, over a cache of its own for one day after another.

        `turning` has the days, sorted, on which what is seen of a reported relation may change: between two
        of them it is the same to the cache.
        """
        view = replace(self.view, as_of=day)
        other = Evaluation(self.program, self.facts, self.dictionary, view, self.engine, cache, day)
        other._turning = turning
        return other

    def narrowed(self, goal: Lowered, limits: Limits | None = None) -> Lowered:
        """The goal, and where the base is large, rules that derive no more than it asks for.

        A relation that is kept whole, or will be for other questions of a small base, is left as it is.
        """
        found, reason = self._narrowed(goal)
        if limits and limits.journal:
            limits.journal.demand = reason
        return found

    def _narrowed(self, goal: Lowered) -> tuple[Lowered, str]:
        reads = frozenset(name for rule in goal.rules for name in rule.reads)
        strata = self.program.needed(reads)
        tables = {name for stratum in strata for name in (*stratum.relations, *stratum.reads)}
        rows = sum(len(self.facts.tables[name]) for name in tables if name in self.facts.tables)
        if rows < LARGE:
            return goal, f"relations are derived whole, for the next questions too: facts read are {rows:,}"
        kept = {name for stratum in strata if self._is_at_hand(stratum) for name in stratum.relations}
        found = demanded(self.program, goal, kept=kept, reported=self.facts.tables)
        if found is None:
            return goal, "relations are derived whole: no recursion is asked with a known argument"
        return found, f"magic sets: of {rows:,} facts only what the goal asks for is followed"

    def contraries(self, name: str) -> list[Contrary]:
        """The contraries of a relation, it on the left, of which something is reported or concluded."""
        if self._contraries is None:
            self._contraries = {}
            for one in (one for contrary in self.program.contraries for one in (contrary, contrary.turned)):
                if self.is_known(one.right.relation):
                    self._contraries.setdefault(one.left.relation, []).append(one)
        return self._contraries.get(name, [])

    def is_known(self, name: str) -> bool:
        """Whether anything reports or concludes a relation."""
        return name in self.facts.tables or name in self.program.stratum_of

    def relation(self, name: str, limits: Limits | None = None) -> Relation:
        """The rows of one relation, evaluated now if they are not kept."""
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self.relations([name], limits)[name]
        return found

    def relations(self, names: Iterable[str], limits: Limits | None = None) -> dict[str, Relation]:
        """The rows of several relations and of all that they depend on."""
        asked = frozenset(names)
        known: dict[str, Relation] = {}
        missing: list[Stratum] = []
        wanted = set(asked)
        for stratum in reversed(self.program.needed(asked)):
            if not wanted.intersection(stratum.relations):
                continue  # all that reads it is kept
            kept = {name: self.cache.get((DERIVED, self._fingerprint(name))) for name in stratum.relations}
            if None in kept.values():
                kept = self._looked_up(stratum) or self._shelved(stratum) or kept
            if None in kept.values():
                missing.append(stratum)
                wanted |= stratum.reads
            else:
                known.update({name: relation for name, relation in kept.items() if relation is not None})
        if missing:
            began = time.monotonic()
            Deriving(self, known, limits or Limits()).derive(missing[::-1], asked)
            for name in [] if self._is_goal else asked.intersection(known):
                self.shelve(name, known[name], time.monotonic() - began)
        for name in asked.difference(known):
            known[name] = self.reported(name)
        return known

    def _is_at_hand(self, stratum: Stratum) -> bool:
        """Whether the relations of a stratum are kept whole, as they are or as they were."""
        name = stratum.relations[0]
        if self.cache.get((DERIVED, self._fingerprint(name))) is not None:
            return True
        return any(self.cache.derived(name, state) is not None for state in self.former(stratum))

    # On all days ---------------------------------------------------------------------------------

    def keep_lasting(self, name: str, relation: Lasting) -> None:
        """Keep a relation on all days for the views that differ from this one in their date alone."""
        self.cache.put((LASTING, self._undated().key(name)), relation)
        self.cache.has_lasting = True

    def lasting(self, name: str) -> tuple[Lasting, int] | None:
        """A relation on all days, if it is kept, and the day of this view as an ordinal."""
        day = self.view.as_of
        if not self.cache.has_lasting or day != self.today or not EARLIEST <= self.today <= LATEST:
            return None
        found: Lasting | None = self.cache.get((LASTING, self._undated().key(name)))
        return None if found is None else (found, self.today.toordinal())

    def _undated(self) -> Evaluation:
        """The same of no date: what its keys stand for does not depend on one."""
        if self._on_all_days is None:
            view = replace(self.view, as_of=None)
            self._on_all_days = Evaluation(
                self.program, self.facts, self.dictionary, view, self.engine, self.cache, datetime.date.min
            )
        return self._on_all_days

    def _looked_up(self, stratum: Stratum) -> dict[str, Relation] | None:
        """The relations of a stratum, looked up in those of all days."""
        found: dict[str, Relation] = {}
        for name in stratum.relations:
            lasting = self.lasting(name)
            if lasting is None:
                return None
            relation, day = lasting
            found[name] = relation.derived_on(day, self.reported(name))
        self.keep(stratum, found)
        return found

    # For other processes -------------------------------------------------------------------------

    def shelved(self, name: str) -> Relation | None:
        """A derived relation, if it was kept by this or another process; nothing is evaluated."""
        at = self.program.stratum_of.get(name)
        found = None if at is None else self._shelved(self.program.strata[at])
        return None if found is None else found[name]

    def _shelved(self, stratum: Stratum) -> dict[str, Relation] | None:
        """The relations of a stratum, if all were kept for other processes."""
        if self.cache.shelf is None:
            return None
        from alignment.engines.keeping import kept_relations  # noqa: PLC0415  # only where they are kept

        found = kept_relations(self, stratum)
        if found is not None:
            self.keep(stratum, found)
        return found

    def shelve(self, name: str, relation: Relation, seconds: float) -> None:
        """Keep a relation for other processes, if it took long to derive."""
        if self.cache.shelf is not None:
            from alignment.engines.keeping import keep_relation  # noqa: PLC0415  # only where they are kept

            keep_relation(self, name, relation, seconds)

    # States --------------------------------------------------------------------------------------

    def keep(self, stratum: Stratum, relations: Mapping[str, Relation]) -> None:
        """Keep the relations of a stratum in this view."""
        for name, relation in relations.items():
            self.cache.put((DERIVED, self._fingerprint(name)), relation)
        self.cache.remember(stratum.rules, self._states[stratum.relations[0]], self.view)

    def keep_new(self, stratum: Stratum, relations: Mapping[str, Relation]) -> None:
        """The same for a stratum that was found out on the way, unless it is kept already."""
        if any(self.cache.get((DERIVED, self._fingerprint(name))) is None for name in stratum.relations):
            self.keep(stratum, relations)

    def former(self, stratum: Stratum) -> list[int]:
        """The states in which the rules of a stratum were evaluated: in this view first, and of these the last."""
        states = self.cache.alike(stratum.rules)
        return sorted(states, key=lambda state: self.cache.view_of(state) != self.view)

    # Reports -------------------------------------------------------------------------------------

    def key(self, name: str) -> Hashable:
        """What tells whether two evaluations have the same rows of a relation."""
        return self._fingerprint(name)

    def reported(self, name: str) -> Relation:
        """The reported rows of a relation that the view sees, or the rows of an evidence relation."""
        found = self._rows.get(name)
        if found is None:
            found = self._rows[name] = self._reported(name)
        return found

    def _reported(self, name: str) -> Relation:
        if name == NOW:
            return MemoryRelation.of([(self.dictionary.value(self.today),)])
        evidence = self.program.evidence.get(name)
        reading = self.facts.reading(evidence.base if evidence else name, self.view, evidence)
        if reading is None:
            return EMPTY
        key = (REPORTED, self._read_as(name, reading))
        if name not in self.program.stratum_of and self.cache.get(key) is None:
            lasting = self.lasting(name)
            if lasting is not None:
                relation, day = lasting
                self.cache.put(key, relation.reported_on(day))
                self.cache.remember((name, reading.table.version), self.view)
        return self._read(name, reading)

    def _read(self, name: str, reading: Reading) -> Relation:
        """What is read of a table: from its origin, or from another view of it, where that was read before."""
        key = (REPORTED, self._read_as(name, reading))
        kept: Relation | None = self.cache.get(key)
        if kept is None:
            kept = self._read_from_others(name, reading)
            kept = reading.whole() if kept is None else kept
            self.cache.put(key, kept)
            self.cache.remember((name, reading.table.version), self.view)
        return kept

    def _read_from_others(self, name: str, reading: Reading) -> Relation | None:
        origin = reading.origin
        if origin is not None:
            return reading.after(self._read(name, origin))
        for view in self.cache.alike((name, reading.table.version)):
            before: Relation | None = self.cache.get((REPORTED, self._read_as(name, replace(reading, view=view))))
            found = None if before is None else reading.otherwise(view, before)
            if found is not None:
                return found
        return None

    def reports(self, name: str, row: Row) -> Reports:
        """The reports of a row that the view sees."""
        return tuple(report for report in self.facts.reports(name, row) if self.view.sees(report))

    def _reported_fingerprint(self, name: str) -> Hashable:
        if name == NOW:
            return (NOW, self.today)
        evidence = self.program.evidence.get(name)
        reading = self.facts.reading(evidence.base if evidence else name, self.view, evidence)
        return None if reading is None else self._read_as(name, reading)

    def _read_as(self, name: str, reading: Reading) -> Hashable:
        """What tells whether two readings give the same: which evidence, which table, and how it is seen."""
        table, evidence = reading.table, reading.evidence
        seen = self._seen(evidence.base if evidence else name, table, reading.view)
        return (name if evidence else "", table.version, seen)

    def _seen(self, name: str, table: Table, view: View) -> Hashable:
        """What tells how a view sees a table from how others see it."""
        days = self._turning.get(name)
        if days is not None and view.as_of is not None:
            return bisect_right(days, view.as_of)
        return view if table.annotated or table.imported else None

    def _fingerprint(self, name: str) -> int:
        """The fingerprint of a relation; a derived one has that of its stratum, and strata go in order."""
        if name not in self._fingerprints:
            for stratum in self.program.needed(frozenset((name,))):
                if stratum.relations[0] not in self._fingerprints:
                    self._add_fingerprints(stratum)
            if name not in self._fingerprints:
                self._fingerprints[name] = self.cache.number((REPORTED, self._reported_fingerprint(name)))
        return self._fingerprints[name]

    def _add_fingerprints(self, stratum: Stratum) -> None:
        own = tuple(self._reported_fingerprint(member) for member in stratum.relations)
        others = sorted(stratum.reads.difference(stratum.relations))
        read = tuple((other, self._fingerprint(other)) for other in others)
        state = self.cache.number((stratum.rules, own, read))
        for member in stratum.relations:
            self._states[member] = state
            self._fingerprints[member] = self.cache.number((member, state))

