"""Since when until when each answer of a goal holds.

All days are evaluated at once (`engines.dated`): each row has the days on which it holds, so the periods are
exact, those behind negation, aggregates and conditions on the date in view too. Where that cannot be done, or
where few days matter and the base is large, the goal is evaluated day after day (`reasoning.daily`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TypeAlias

from alignment.engines.base import Limits
from alignment.engines.dated.calendar import calendar_of
from alignment.engines.dated.days import END, FIRST, Days, periods
from alignment.engines.dated.evaluate import can_be_dated, dated_rows
from alignment.engines.dated.relation import DatedRelation
from alignment.engines.dated.reports import reported
from alignment.engines.dated.truth import ChangesDaily
from alignment.engines.evaluation import Evaluation
from alignment.factbase.dictionary import Value
from alignment.factbase.relation import Row
from alignment.language import tree
from alignment.problems import AlignmentError, Problem
from alignment.program.lower import Lowered, lower_goal, variables
from alignment.program.model import Program, Rule
from alignment.program.stratify import with_goal
from alignment.program.turns import Turn, turns
from alignment.reasoning.answers import GOAL, decoded, in_order
from alignment.reasoning.daily import day_after_day
from alignment.records import frozen

DAY, ROW_AND_DAY, ROW = 0.02, 1e-6, 25e-6
"""Seconds: of an evaluation on one day, for each row that it reads then, and for each row on all days at once."""

Day: TypeAlias = "datetime.date | None"
Progress: TypeAlias = Callable[[int, int], None]
"""Is told how much is done, and of how much: parts of the work, or days."""


@frozen
class Period:
    """The days from `start` (inclusive) to `end` (exclusive); None where it is open."""

    start: Day
    end: Day


@frozen
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
        for row, held in zip(self.rows, self.periods, strict=True):
            for period in held:
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
    held = _held(evaluation, lowered, limits or Limits(), progress or (lambda _done, _of: None))
    ordered = in_order(held, evaluation.dictionary)
    found = decoded(evaluation.dictionary, columns, ordered)
    spans = tuple(tuple(Period(_day(start), _day(end)) for start, end in periods(held[row])) for row in ordered)
    return Timeline(found.columns, found.rows, found.constants, spans)


def _held(evaluation: Evaluation, goal: Lowered, limits: Limits, progress: Progress) -> Mapping[Row, Days]:
    """The answers of a goal, each with the days on which it holds."""
    program, turning = _program(evaluation, goal)
    strata = program.needed(frozenset((GOAL,)))
    names = {name for stratum in strata for name in (*stratum.relations, *stratum.reads)}
    bases = {program.evidence[name].base if name in program.evidence else name for name in names}
    tables = {name: evaluation.facts.tables[name] for name in bases if name in evaluation.facts.tables}
    turned = {name: sorted(evaluation.facts.turning(name, evaluation.view)) for name in tables}
    days = sorted({day for one in turned.values() for day in one})
    calendar = calendar_of(evaluation.dictionary, days)
    rows = sum(map(len, tables.values()))
    try:
        if not can_be_dated(strata) or (not turning and (len(days) + 1) * (DAY + rows * ROW_AND_DAY) < rows * ROW):
            return day_after_day(evaluation.with_program(program), GOAL, turned, calendar, limits, progress)

        def reports(name: str) -> DatedRelation:
            return reported(evaluation.facts, name, program.evidence.get(name), evaluation.view)

        return dated_rows(strata, GOAL, reports, calendar, limits, progress)
    except ChangesDaily as error:
        raise AlignmentError(_changes_daily(error.rule)) from None


def _program(evaluation: Evaluation, goal: Lowered) -> tuple[Program, list[Turn]]:
    """The goal's program, narrowed to what it asks for where that does not bring the date into rows, and its turns."""
    for narrowed in (evaluation.narrowed(goal), goal):
        program = with_goal(evaluation.program, narrowed)
        strata = program.needed(frozenset((GOAL,)))
        found, _ = turns([rule for stratum in strata for rule in stratum.rules])
        daily = [turn.rule for turn in found if turn.condition is None]
        if not daily:
            return program, found
    raise AlignmentError(_changes_daily(daily[0]))


def _changes_daily(rule: Rule) -> Problem:
    message = f"the rule '{rule.name}' gives other rows with every day, so answers that need it have no timeline"
    hint = "compare the date in the rule that reads it, for example `D >= now - 90`, and conclude no value of it"
    return Problem("changes-daily", rule.origin.span, message, hint)


def _day(ordinal: int) -> Day:
    return None if ordinal in (FIRST, END) else datetime.date.fromordinal(ordinal)
