"""Periods as bars on a terminal, over an axis of dates. A cell of the terminal has two halves."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from alignment.reasoning.timeline import Period
from alignment.records import frozen

Tick: TypeAlias = tuple[datetime.date, str]
"""A day on an axis with its label."""

LEAST_CELLS, MOST_CELLS = 16, 60
"""A bar narrower than that tells nothing; a wider one tells no more."""


LEFT, RIGHT, FULL, BEFORE, AFTER = "▌", "▐", "█", "◄", "►"
"""A cell by which of its halves are filled, and open ends. Where a terminal lacks them, its Console has others."""


@frozen
class Axis:
    """The days from `first` to `last`, as ordinals, over a number of cells."""

    first: int
    last: int
    cells: int
    dates: tuple[datetime.date, ...] = ()

    @classmethod
    def over(cls, periods: Iterable[Period], cells: int) -> Axis:
        """An axis on which all dates of the periods stand, with room for open ends at both sides."""
        dates = sorted({day for one in periods for day in (one.start, one.end) if day is not None})
        first, last = (dates[0].toordinal(), dates[-1].toordinal()) if dates else (1, 1)
        room = max(30, (last - first) // 10)
        end = datetime.date.max.toordinal()
        return cls(max(1, first - room), min(end, last + room), cells, tuple(dates[:MOST_CELLS]))

    def half(self, day: datetime.date) -> int:
        """The half of a cell in which a day begins, counted from the left."""
        return (day.toordinal() - self.first) * 2 * self.cells // (self.last - self.first)

    def bar(self, periods: Sequence[Period]) -> str:
        """The periods of one answer. Each is seen, however short it is."""
        filled = [False] * (2 * self.cells)
        for one in periods:
            start = 0 if one.start is None else min(self.half(one.start), 2 * self.cells - 1)
            end = 2 * self.cells if one.end is None else self.half(one.end)
            filled[start : max(end, start + 1)] = [True] * (max(end, start + 1) - start)
        cells = [_cell(filled[2 * i], filled[2 * i + 1]) for i in range(self.cells)]
        if any(one.start is None for one in periods):
            cells[0] = BEFORE
        if any(one.end is None for one in periods):
            cells[-1] = AFTER
        return "".join(cells)

    def labels(self) -> str:
        """Dates above the bars, each behind a stroke at its day: those of the periods, or else round ones."""
        own = [(day, day.isoformat()) for day in self.dates]
        if self._fits(own):
            return self._line(own)
        inside = ([tick for tick in ticks if self._fits([tick])] for ticks in _ticks(self.first, self.last))
        return next((self._line(ticks) for ticks in inside if ticks and self._fits(ticks)), "")

    def _fits(self, ticks: Sequence[Tick]) -> bool:
        """Whether labels stand apart from each other, and none runs over the end."""
        places = [*(self.half(day) // 2 for day, _ in ticks), self.cells + 1]
        return all(at + len(label) + 1 < then for at, then, (_, label) in zip(places, places[1:], ticks, strict=False))

    def _line(self, ticks: Iterable[Tick]) -> str:
        line = ""
        for day, label in ticks:
            line = line.ljust(self.half(day) // 2) + f"|{label}"
        return line


def _cell(left: bool, right: bool) -> str:
    if left and right:
        return FULL
    return LEFT if left else RIGHT if right else " "


def _ticks(first: int, last: int) -> Iterator[list[Tick]]:
    """Days to name on an axis, the most detailed list first."""
    begin, end = datetime.date.fromordinal(first), datetime.date.fromordinal(last)
    for step in (1, 2, 5, 10):
        days = range(first, min(last, first + 400) + 1)
        if last - first <= 400:
            yield [(day, day.isoformat()) for day in map(datetime.date.fromordinal, days[::step])]
    for step in (1, 3, 6):
        if end.year - begin.year <= 20:
            months = range(begin.year * 12 + begin.month, end.year * 12 + end.month)
            dates = [datetime.date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0]
            yield [(day, f"{day:%Y-%m}") for day in dates]
    for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000):
        years = [year for year in range(begin.year + 1, end.year + 1) if year % step == 0]
        yield [(datetime.date(year, 1, 1), f"{year:04}") for year in years]
