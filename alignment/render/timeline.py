"""Since when until when: a timeline as a table with bars, as bars alone, or as rows for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from alignment.reasoning.timeline import Day, Period, Timeline
from alignment.records import frozen
from alignment.render.answers import NO_ANSWERS, cell
from alignment.render.bars import LEAST_CELLS, MOST_CELLS, Axis
from alignment.render.data import constant_data
from alignment.render.rows import Field, written_rows
from alignment.render.style import Style, plain
from alignment.render.tables import GAP, Cell, table
from alignment.render.widths import display_width
from alignment.render.words import Words

if TYPE_CHECKING:
    from alignment.checks.model import Schema
    from alignment.factbase.dictionary import Value

ENDS = ("from", "until")
"""The columns behind the goal's variables: the first day of a period, and the first day after it."""

OPEN, NEVER = "open", "never"
WIDTH = 80
"""The columns that bars take where no terminal says how wide it is."""


@frozen
class TimelineTable:
    """The periods of some answers with the words to tell them. Iterating gives a dict a period."""

    timeline: Timeline
    schema: Schema

    def __iter__(self) -> Iterator[dict[str, Value | None]]:
        return iter(self.timeline)

    def __len__(self) -> int:
        return len(self.timeline)

    def __bool__(self) -> bool:
        return bool(self.timeline)

    def __str__(self) -> str:
        return self.render()

    @property
    def columns(self) -> tuple[str, ...]:
        """The goal's variables, `from`, `until`."""
        return (*self.timeline.columns, *ENDS)

    def render(self, width: int | None = None, style: Style = plain) -> str:
        """A table of a period a row; with bars behind it where the width leaves room for them."""
        if not self:
            return style("fails", self._nothing())
        rows = [
            [*(self._names(i) if first else [None] * len(self.timeline.columns)), _end(one.start), _end(one.end)]
            for i, periods in enumerate(self.timeline.periods)
            for first, one in zip((True, *[False] * len(periods)), periods, strict=False)
        ]
        titles = [*self.timeline.columns, *(end.title() for end in ENDS)]
        cells = 0 if width is None else width - _width(titles, rows) - len(GAP)
        if cells < LEAST_CELLS:
            return table(titles, rows, width, style)
        axis = Axis.over(self._periods(), min(cells, MOST_CELLS))
        bars = [axis.bar([one]) for one in self._periods()]
        return table([*titles, axis.labels()], [[*row, bar] for row, bar in zip(rows, bars, strict=True)], width, style)

    def bars(self, width: int | None = None, style: Style = plain) -> str:
        """A bar for each answer, with all its periods."""
        if not self:
            return style("fails", self._nothing())
        width = WIDTH if width is None else width
        names = [self._names(i) for i in range(len(self.timeline.rows))]
        room = width - _width(self.timeline.columns, names) - len(GAP) * bool(self.timeline.columns)
        axis = Axis.over(self._periods(), max(LEAST_CELLS, min(room, MOST_CELLS)))
        rows = [[*row, axis.bar(periods)] for row, periods in zip(names, self.timeline.periods, strict=True)]
        return table([*self.timeline.columns, axis.labels()], rows, width, style)

    def rows(self) -> list[list[Field]]:
        """A row a period: the values, then its ends, None where one is open."""
        return [
            [*row, one.start, one.end]
            for row, periods in zip(self.timeline.rows, self.timeline.periods, strict=True)
            for one in periods
        ]

    def to_dict(self) -> dict[str, Any]:
        """All answers with their periods, safe for JSON."""
        answers = [
            {
                "values": dict(zip(self.timeline.columns, map(constant_data, row), strict=True)),
                "periods": [{"from": _iso(one.start), "until": _iso(one.end)} for one in periods],
            }
            for row, periods in zip(self.timeline.constants, self.timeline.periods, strict=True)
        ]
        return {"columns": list(self.timeline.columns), "answers": answers}

    def format(self, form: str = "table", *, width: int | None = None, style: Style = plain) -> str | bytes:
        """The timeline as `table`, `bars`, `csv`, `json`, `jsonl` or `parquet`. Raises ValueError for another."""
        if form == "table":
            return self.render(width, style)
        if form == "bars":
            return self.bars(width, style)
        return written_rows(self.columns, self.rows(), form)

    def _names(self, number: int) -> list[Cell]:
        words = Words(self.schema)
        return [cell(words, constant) for constant in self.timeline.constants[number]]

    def _periods(self) -> list[Period]:
        return [one for periods in self.timeline.periods for one in periods]

    def _nothing(self) -> str:
        return NO_ANSWERS if self.timeline.columns else NEVER


def _end(day: Day) -> str:
    return OPEN if day is None else day.isoformat()


def _iso(day: Day) -> str | None:
    return None if day is None else day.isoformat()


def _width(titles: tuple[str, ...] | list[str], rows: list[list[Cell]]) -> int:
    """The columns that a table takes."""
    texts = zip(titles, *([("" if one is None else str(one)) for one in row] for row in rows), strict=True)
    return sum(max(map(display_width, column)) + len(GAP) for column in texts) - len(GAP)
