"""The reported rows of one relation, each with its reports; never changed once made.

A plain fact (no annotation) is certain, always holds and has no source, so every view sees it: it is
kept as a row and a number that leads back to its place. Only annotated facts carry `Report`s.

A table with a few facts more or fewer lies on the one that it was made from (`factbase.layered`). It knows
that `origin` and the rows that were `touched` since, so that what was read of the origin is read once.
"""

from __future__ import annotations

import datetime
import itertools
import weakref
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, TypeAlias

from alignment.factbase.layered import FEW, SHARE, changed
from alignment.factbase.relation import Row
from alignment.factbase.report import Report, Reports, View
from alignment.language import tree
from alignment.language.bulk import FactColumns
from alignment.records import frozen, mutable

if TYPE_CHECKING:
    from alignment.factbase.importing.reports import ImportedReports

_versions = itertools.count(1)

_days: weakref.WeakKeyDictionary[Table, Sequence[datetime.date]] = weakref.WeakKeyDictionary()
"""The days on which what is seen of written reports changes, in order, of each table that was asked."""

Written: TypeAlias = FactColumns | tree.Fact | None
"""What a plain fact was written in: a run of facts, a statement, or nothing that is known."""

Place: TypeAlias = tuple[Written, int]
"""A fact of what was written."""


@frozen(eq=False, weakref_slot=True)
class Table:
    """The rows of one relation as reported.

    `plain` maps a row to its place, or to an ordinal that `runs` maps back to runs of facts in a file. Imported
    rows stay in the database. Rows in `taken_back` are not reported any more; `whole` is the table with them.
    """

    plain: Mapping[Row, int | Place] = field(default_factory=dict)
    annotated: Mapping[Row, Reports] = field(default_factory=dict)
    runs: Sequence[tuple[int, Written]] = ()
    imported: tuple[ImportedReports, ...] = ()
    taken_back: frozenset[Row] = frozenset()
    whole: Table | None = None
    origin: Table | None = None
    touched: frozenset[Row] = frozenset()
    written: int = 0
    version: int = field(default_factory=lambda: next(_versions))

    def __len__(self) -> int:
        return self.written + sum(map(len, self.imported))

    def reports(self, row: Row) -> Reports:
        """The written reports of a row; none if it is not reported."""
        reports = self.annotated.get(row, ())
        place = self.plain.get(row)
        return reports if place is None else (self._plain_report(place), *reports)

    def _plain_report(self, place: int | Place) -> Report:
        run, index = self.place(place) if isinstance(place, int) else place
        if run is None:
            return Report()
        return Report(span=run.span(index) if isinstance(run, FactColumns) else run.span)

    def place(self, ordinal: int) -> Place:
        """What a plain fact was written in, and where in it."""
        start, run = self.runs[bisect_right(self.runs, ordinal, key=lambda run: run[0]) - 1]
        return run, ordinal - start

    def seen(self, view: View) -> Iterator[Row]:
        """The rows with at least one written report that the view sees."""
        yield from self.plain
        sees = view.seeing()
        for row, reports in self.annotated.items():
            if any(map(sees, reports)):
                yield row

    def only(self, rows: Iterable[Row]) -> Table:
        """The written reports of some rows."""
        wanted = list(rows)
        plain = {row: self.plain[row] for row in wanted if row in self.plain}
        annotated = {row: self.annotated[row] for row in wanted if row in self.annotated}
        return Table(plain, annotated, self.runs)

    def turning(self, view: View) -> Iterator[datetime.date]:
        """The days on which a written report that the view trusts is seen first, or no more."""
        for reports in self.annotated.values():
            for report in reports:
                if (report.begin or report.until) and view.trusts(report):
                    yield from (day for day in (report.begin, report.until) if day is not None)

    def last_change(self, day: datetime.date) -> datetime.date | None:
        """The last day, up to a day, on which what is seen changed; each import must know its days."""
        days = _turning_days(self)
        written = days[: bisect_right(days, day)][-1:]
        imported = (found for one in self.imported if one.days and (found := one.last_change(day)))
        return max((*written, *imported), default=None)

    @property
    def is_one_import(self) -> bool:
        """Whether all its rows are those of one import."""
        return len(self.imported) == 1 and not (self.plain or self.annotated or self.taken_back)

    def extended(self, more: Table) -> Table:
        """The table with the facts of another, which is small. Rows of those are not taken back any more."""
        whole = self.whole or self
        places = {row: more.place(place) if isinstance(place, int) else place for row, place in more.plain.items()}
        reports = {row: whole.annotated.get(row, ()) + added for row, added in more.annotated.items()}
        rows = frozenset((*places, *reports))
        grown = replace(
            whole,
            plain=changed(whole.plain, places) if places else whole.plain,
            annotated=changed(whole.annotated, reports) if reports else whole.annotated,
            written=whole.written + sum(row not in whole.plain and row not in whole.annotated for row in rows),
        )
        return _since(self, _hiding(grown, self.taken_back - rows), rows)

    def without(self, rows: frozenset[Row]) -> Table:
        """The table without any report of these rows, and with those of all others."""
        return _since(self, _hiding(self.whole or self, rows), rows ^ self.taken_back)


def _since(before: Table, after: Table, rows: frozenset[Row]) -> Table:
    """The table after a change, known to differ in these rows alone from the one before; not where they are many."""
    origin: Table | None = before.origin or before
    touched = before.touched | rows
    if len(touched) > max(FEW, len(before) // SHARE):
        origin, touched = None, frozenset()
    return replace(after, origin=origin, touched=touched, version=next(_versions))


def _hiding(whole: Table, rows: frozenset[Row]) -> Table:
    """A table without the reports of some rows."""
    if not rows:
        return whole
    plain = [row for row in rows if row in whole.plain]
    annotated = [row for row in rows if row in whole.annotated]
    return replace(
        whole,
        plain=changed(whole.plain, {}, plain) if plain else whole.plain,
        annotated=changed(whole.annotated, {}, annotated) if annotated else whole.annotated,
        taken_back=rows,
        whole=whole,
        written=whole.written - len({*plain, *annotated}),
    )


@mutable
class Filling:
    """A table while it is filled, by one builder."""

    plain: dict[Row, int | Place] = field(default_factory=dict)
    annotated: dict[Row, Reports] = field(default_factory=dict)
    runs: list[tuple[int, Written]] = field(default_factory=list)
    imported: list[ImportedReports] = field(default_factory=list)
    _next: int = 0

    def add_plain(self, rows: Sequence[Row], run: Written) -> None:
        """Rows of plain facts, in the order of their run."""
        start = self._next
        self._next += len(rows)
        self.runs.append((start, run))
        self.plain.update(zip(rows, range(start, self._next), strict=True))

    def add_reports(self, row: Row, reports: Reports) -> None:
        """Reports of an annotated fact, after those that the row has."""
        self.annotated[row] = self.annotated.get(row, ()) + reports

    def table(self, taken_back: Iterable[Row] = ()) -> Table:
        """The table, without some rows. Nothing more may be added."""
        written = len(self.plain) + sum(row not in self.plain for row in self.annotated)
        whole = Table(self.plain, self.annotated, self.runs, tuple(self.imported), written=written)
        return _hiding(whole, frozenset(taken_back))


def _turning_days(table: Table) -> Sequence[datetime.date]:
    found = _days.get(table)
    if found is None:
        found = _days[table] = sorted(set(table.turning(View())))
    return found
