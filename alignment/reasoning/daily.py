"""The answers of a goal on one day after another: each day on which a report or a condition on the date turns.

Any program can be evaluated so, on any engine; what does not change from one day to the next is not evaluated again.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from alignment.engines.base import Limits
from alignment.engines.cache import Cache
from alignment.engines.dated.calendar import Calendar
from alignment.engines.dated.days import END, FIRST, Days
from alignment.engines.dated.truth import ChangesDaily
from alignment.engines.evaluation import Evaluation
from alignment.factbase.relation import Relation, Row
from alignment.program.stratify import with_goal
from alignment.program.turns import Turn, turns
from alignment.records import mutable

Turning = Mapping[str, Sequence[datetime.date]]
"""The days, sorted, on which what is seen of a reported relation may change."""


def day_after_day(
    evaluation: Evaluation,
    name: str,
    turning: Turning,
    calendar: Calendar,
    limits: Limits,
    progress: Callable[[int, int], None],
) -> dict[Row, Days]:
    """The rows of a relation, each with its days. Raises LimitReached, and ChangesDaily."""
    strata = evaluation.program.needed(frozenset((name,)))
    found, collecting = turns([rule for stratum in strata for rule in stratum.rules])
    asked = evaluation.with_program(with_goal(evaluation.program, collecting))
    held: dict[Row, list[int]] = {}
    now: frozenset[Row] = frozenset()
    for day, rows in _Days(asked, name, found, turning, calendar, limits).changes(progress):
        for row in rows ^ now:
            held.setdefault(row, []).append(day)
        now = rows
    return {row: tuple(days if len(days) % 2 == 0 else [*days, END]) for row, days in held.items()}


@mutable
class _Days:
    """Goes from each day on which something may change to the next."""

    evaluation: Evaluation
    name: str
    turns: Sequence[Turn]
    turning: Turning
    calendar: Calendar
    limits: Limits
    turned: dict[tuple[int, Row], list[int]] = field(default_factory=dict)

    def changes(self, progress: Callable[[int, int], None]) -> Iterator[tuple[int, frozenset[Row]]]:
        """The rows on the first day and on each day on which they may be others."""
        known = sorted({day.toordinal() for days in self.turning.values() for day in days})
        days = [day for day in known if day > self.calendar.first]
        cache = Cache(kept=4 * (len(self.evaluation.program.stratum_of) + len(self.turning) + 1))
        asked = [self.name, *(turn.relation for turn in self.turns if turn.relation is not None)]
        today = self.calendar.first
        done = 0
        while True:
            self.limits.check()
            seen = self.evaluation.on(datetime.date.fromordinal(today), self.turning, cache)
            relations = seen.relations(asked, self.limits)
            yield FIRST if today == self.calendar.first else today, frozenset(relations[self.name])
            done = bisect_right(days, today)
            progress(done, len(days))
            later = [day for turn in range(len(self.turns)) for day in self.next_turns(turn, relations, today)]
            later += days[done : done + 1]
            if not later:
                return
            today = min(later)

    def next_turns(self, number: int, relations: Mapping[str, Relation], today: int) -> Iterator[int]:
        """For each row that a condition is asked with, the next day on which it turns."""
        turn = self.turns[number]
        rows: Iterable[Row] = [()] if turn.relation is None else relations[turn.relation]
        for row in rows:
            days = self.turned.get((number, row))
            if days is None:
                days = self.turned[number, row] = self.days_of(turn, row)
            place = bisect_right(days, today)
            if place < len(days):
                yield days[place]

    def days_of(self, turn: Turn, row: Row) -> list[int]:
        """All days on which a condition turns for the values of a row."""
        assert turn.condition is not None
        days = self.calendar.turning(turn.condition, dict(zip(turn.columns, row, strict=True)))
        if days is None:
            raise ChangesDaily(turn.rule)
        return days
