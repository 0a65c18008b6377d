"""One report of a fact, and the view in which reports are seen."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import field
from typing import TypeAlias

from alignment.records import frozen
from alignment.source import Span


@frozen
class Report:
    """Who says so, in which words, how sure, and when it holds.

    `confidence` is in 0..1, or None where it cannot be judged (a source of reliability `f`).
    A state holds from `since` (inclusive) to `until` (exclusive); an event happened `on` a day.
    """

    source: str | None = None
    quote: str | None = None
    confidence: float | None = 1.0
    since: datetime.date | None = None
    until: datetime.date | None = None
    on: datetime.date | None = None
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def begin(self) -> datetime.date | None:
        """The first day on which it is seen."""
        return self.on or self.since


Reports: TypeAlias = tuple[Report, ...]


@frozen
class View:
    """What of the base is looked at: a date (None for `ever`), a threshold, sources left out."""

    as_of: datetime.date | None = None
    min_confidence: float = 0.0
    without: frozenset[str] = frozenset()

    @property
    def sees_all(self) -> bool:
        """Whether every report is seen."""
        return self.as_of is None and self.min_confidence <= 0.0 and not self.without

    def sees(self, report: Report) -> bool:
        """Whether the report counts in this view.

        A state is seen while its period covers the date, an event from its day on.
        """
        return self.seeing()(report)

    def seeing(self) -> Callable[[Report], bool]:
        """`sees` as a function for many reports: it tests only what this view asks for."""
        if self.sees_all:
            return lambda _: True
        day, least, without = self.as_of, self.min_confidence, self.without
        careful = least > 0.0 or bool(without)

        def sees(report: Report) -> bool:
            if careful and not self.trusts(report):
                return False
            if day is None:
                return True
            begin = report.begin
            if begin is not None and begin > day:
                return False
            until = report.until
            return until is None or day < until

        return sees

    def trusts(self, report: Report) -> bool:
        """Whether the report counts on the days that it is about.

        One that cannot be judged is below every threshold above 0.
        """
        if report.source is not None and report.source in self.without:
            return False
        least = self.min_confidence
        return least <= 0.0 or (report.confidence is not None and report.confidence >= least)
