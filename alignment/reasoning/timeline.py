"""Since when until when each answer of a goal holds.

The goal is evaluated on each day on which something it depends on changes, so the periods are exact, those
behind negation and aggregates too. Such days are known from the reports; a condition on the date in view
(`D >= now - 90`) has days of its own, found from the rows that it is asked with (`program.turns`).
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.cache import Cache
from alignment.engines.evaluation import Evaluation
from alignment.factbase.dictionary import Value
from alignment.factbase.relation import Relation, Row
from alignment.language import tree
from alignment.problems import AlignmentError, Problem
from alignment.program.lower import Lowered, lower_goal, variables
from alignment.program.model import Program, Rule
from alignment.program.stratify import with_goal
from alignment.program.turns import Turn, turns
from alignment.reasoning.answers import GOAL, decoded, in_order
from alignment.reasoning.switching import Calendar

EARLIEST, LATEST = datetime.date(1000, 1, 1), datetime.date(8999, 12, 31)
"""The days that are looked at unless a report names an earlier or a later one; beyond them ends are open."""

Day: TypeAlias = "datetime.date | None"
Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many of the days that are known to look at are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` (inclusive) to `end` (exclusive); None where it is open."""

    start: Day
    end: Day


@dataclass(frozen=True, slots=True)
class Timeline:
    """The answers that hold on some day, sorted, each with its periods in order.

    `columns` are the goal's variables. Iterating gives a dict a period: the variables, `from`, `until`.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    constants: tuple[tuple[tree.Constant, ...], ...] = field(repr=False)
    periods: tuple[tuple[Period, ...], ...] = ()

    def __len__(self) -> int:
        return sum(map(len, self.periods))

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value | None]]:
        for row, periods in zip(self.rows, self.periods, strict=True):
            for period in periods:
                yield {**dict(zip(self.columns, row, strict=True)), "from": period.start, "until": period.end}


def timeline(
    evaluation: Evaluation,
    body: Sequence[tree.BodyLiteral],
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Timeline:
    """The periods of the answers of a checked goal, on all days, in the view apart from its date.

    Raises LimitReached, and AlignmentError for answers that change with every day.
    """
    columns = variables(body)
    lowered = lower_goal(body, columns, evaluation.dictionary.constant, GOAL)
    plan = planned(evaluation, lowered)
    held: dict[Row, list[Period]] = {}
    since: dict[Row, Day] = {}
    for day, rows in _Days(plan, limits or Limits(), progress or (lambda _done, _of: None)).changes():
        for row in [row for row in since if row not in rows]:
            held.setdefault(row, []).append(Period(since.pop(row), day))
        since.update({row: day for row in rows if row not in since})
    for row, start in since.items():
        held.setdefault(row, []).append(Period(start, None))
    ordered = in_order(held, evaluation.dictionary)
    found = decoded(evaluation.dictionary, columns, ordered)
    return Timeline(found.columns, found.rows, found.constants, tuple(tuple(held[row]) for row in ordered))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is evaluated day by day: the goal's program with the rules of its turns, and the days of the reports."""

    evaluation: Evaluation
    turns: tuple[Turn, ...]
    turning: Mapping[str, Sequence[datetime.date]]

    @property
    def relations(self) -> list[str]:
        """The goal and the relations that tell when a condition turns."""
        return [GOAL, *(turn.relation for turn in self.turns if turn.relation is not None)]


def planned(evaluation: Evaluation, goal: Lowered) -> Plan:
    """The goal's program, narrowed to what it asks for where that does not bring the date into rows."""
    for narrowed in (evaluation.narrowed(goal), goal):
        program = with_goal(evaluation.program, narrowed)
        strata = program.needed(frozenset((GOAL,)))
        found, collecting = turns([rule for stratum in strata for rule in stratum.rules])
        daily = [turn for turn in found if turn.condition is None]
        if not daily:
            break
    else:
        raise AlignmentError(_changes_daily(daily[0].rule))
    asked = evaluation.with_program(with_goal(program, collecting))
    return Plan(asked, tuple(found), _turning(asked, program))


def _turning(evaluation: Evaluation, program: Program) -> dict[str, Sequence[datetime.date]]:
    """The days on which what is seen of a relation that the goal depends on may change, by relation."""
    strata = program.needed(frozenset((GOAL,)))
    names = {name for stratum in strata for name in (*stratum.relations, *stratum.reads)}
    bases = {program.evidence[name].base if name in program.evidence else name for name in names}
    return {name: sorted(evaluation.facts.turning(name, evaluation.view)) for name in bases}


def _changes_daily(rule: Rule) -> Problem:
    message = f"the rule '{rule.name}' gives other rows with every day, so answers that need it have no timeline"
    hint = "compare the date in the rule that reads it, for example `D >= now - 90`, and conclude no value of it"
    return Problem("changes-daily", rule.origin.span, message, hint)


class _Days:
    """Goes from each day on which something may change to the next."""

    def __init__(self, plan: Plan, limits: Limits, progress: Progress) -> None:
        self.plan = plan
        self.limits = limits
        self.progress = progress
        self.known = sorted({day for days in plan.turning.values() for day in days})
        first = min([EARLIEST, *(_day_before(day) for day in self.known[:1])])
        last = max([LATEST, *self.known[-1:]])
        self.calendar = Calendar(plan.evaluation.dictionary, first.toordinal(), last.toordinal())
        self.turned: dict[tuple[int, Row], list[int]] = {}

    def changes(self) -> Iterator[tuple[Day, frozenset[Row]]]:
        """The answers on the first day (None) and on each day on which they may be others."""
        days = [day.toordinal() for day in self.known if day.toordinal() > self.calendar.first]
        cache = Cache(kept=4 * (len(self.plan.evaluation.program.stratum_of) + len(self.plan.turning) + 1))
        today = self.calendar.first
        done = 0
        while True:
            self.limits.check()
            seen = self.plan.evaluation.on(datetime.date.fromordinal(today), self.plan.turning, cache)
            relations = seen.relations(self.plan.relations, self.limits)
            begins = None if today == self.calendar.first else datetime.date.fromordinal(today)
            yield begins, frozenset(relations[GOAL])
            later = [day for turn in range(len(self.plan.turns)) for day in self.turning(turn, relations, today)]
            while done < len(days) and days[done] <= today:
                done += 1
            self.progress(done, len(days))
            later += days[done : done + 1]
            if not later:
                return
            today = min(later)

    def turning(self, number: int, relations: Mapping[str, Relation], today: int) -> Iterator[int]:
        """For each row that a condition is asked with, the next day on which it turns."""
        turn = self.plan.turns[number]
        rows: Iterable[Row] = [()] if turn.relation is None else relations[turn.relation]
        for row in rows:
            days = self.turned.get((number, row))
            if days is None:
                days = self.turned[number, row] = self.days_of(turn, row)
            place = bisect_right(days, today)
            if place < len(days):
                yield days[place]

    def days_of(self, turn: Turn, row: Row) -> list[int]:
        """All days on which a condition turns for the values of a row. Raises AlignmentError if it may be any."""
        assert turn.condition is not None
        days = self.calendar.turning(turn.condition, dict(zip(turn.columns, row, strict=True)))
        if days is None:
            raise AlignmentError(_changes_daily(turn.rule))
        return days


def _day_before(day: datetime.date) -> datetime.date:
    return max(datetime.date.min + datetime.timedelta(1), day) - datetime.timedelta(1)
