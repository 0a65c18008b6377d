"""Strata evaluated on all days at once: each row once, with the set of days on which it holds.

What a program gives on a day is what its rules give from what holds on that day (snapshot reducibility: Dignös,
Glavic, Niu and Böhlen, "Snapshot semantics for temporal multiset relations", 2019). So a join leaves the days of both
sides, alternatives unite theirs, a `not` leaves those outside, and recursion is semi-naive in rows with days:
a row is new on the days that it did not have. Boundaries come from the facts alone, so it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from alignment.engines.base import Limits, too_large
from alignment.engines.conditions import Conditions
from alignment.engines.dated.body import Body, Setting
from alignment.engines.dated.calendar import Calendar
from alignment.engines.dated.days import Days, either
from alignment.engines.dated.reading import DatedRule, dated_rules
from alignment.engines.dated.relation import DatedRelation
from alignment.engines.dated.truth import Truth
from alignment.factbase.arithmetic import NumberTooLarge
from alignment.factbase.relation import EMPTY, Row
from alignment.problems import LimitReached
from alignment.program.model import Negative, Positive, Stratum

Reported = Callable[[str], DatedRelation]
Progress = Callable[[int, int], None]


def can_be_dated(strata: Sequence[Stratum]) -> bool:
    """Whether no stratum depends on its own absence: then days are settled before a `not` reads them."""
    return not any(
        isinstance(literal, Negative) and literal.relation in stratum.relations
        for stratum in strata
        for rule in stratum.rules
        for literal in rule.body
    )


def dated_rows(
    strata: Sequence[Stratum],
    name: str,
    reported: Reported,
    calendar: Calendar,
    limits: Limits,
    progress: Progress,
) -> Mapping[Row, Days]:
    """The rows of a relation that the last of some strata gives, each with its days.

    Raises LimitReached, and ChangesDaily where a condition may turn on any day.
    """
    run = Run(reported, calendar, limits)
    rules = dated_rules([rule for stratum in strata for rule in stratum.rules])
    for done, stratum in enumerate(strata):
        progress(done, len(strata))
        own = [rule for rule in rules if rule.head in stratum.relations]
        run.evaluate(stratum, own)
    progress(len(strata), len(strata))
    del run.setting  # it leads back to the run: nothing is to wait for the collector
    return run.relation(name).rows


class Run:
    """The relations as they grow, stratum after stratum."""

    def __init__(self, reported: Reported, calendar: Calendar, limits: Limits) -> None:
        self.relations: dict[str, DatedRelation] = {}
        self.reported = reported
        conditions = Conditions(lambda _name: EMPTY, calendar.dictionary)
        self.setting = Setting(self.relation, conditions, Truth(calendar), limits)

    def relation(self, name: str) -> DatedRelation:
        """A relation as it is now: derived, or reported."""
        if name not in self.relations:
            self.relations[name] = self.reported(name)
        return self.relations[name]

    def evaluate(self, stratum: Stratum, rules: Sequence[DatedRule]) -> None:
        """Derive the relations of a stratum from those before it."""
        once = [(rule, Body(rule, self.setting), None) for rule in rules]
        found = self._found(once)
        for _, body, _ in once:
            body.end()
        new = {name: self._added(name, found.get(name, {})) for name in stratum.relations}
        if not stratum.recursive:
            return
        bodies = [
            (rule, item.relation, Body(rule, self.setting, place))
            for rule in rules
            for place, item in enumerate(rule.items)
            if isinstance(item, Positive) and item.relation in stratum.relations
        ]
        while any(new.values()):
            found = self._found([(rule, body, new[read]) for rule, read, body in bodies if new[read]])
            new = {name: self._added(name, found.get(name, {})) for name in stratum.relations}
        for _, _, body in bodies:
            body.end()

    def _found(
        self, bodies: Collection[tuple[DatedRule, Body, Mapping[Row, Days] | None]]
    ) -> dict[str, dict[Row, Days]]:
        """The rows that some rules give, from what the relations are before any of them is added."""
        found: dict[str, dict[Row, Days]] = {}
        for rule, body, delta in bodies:
            rows = found.setdefault(rule.head, {})
            try:
                for row, days in body.rows(delta):
                    before = rows.get(row)
                    rows[row] = days if before is None else either(before, days)
            except NumberTooLarge:
                raise LimitReached(too_large(rule.origin)) from None
        return found

    def _added(self, name: str, rows: Mapping[Row, Days]) -> dict[Row, Days]:
        return self.relation(name).add(rows.items())
