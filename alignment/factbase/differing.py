"""The rows of a table that two views may see differently: found by dates, sources and confidences in order.

A report is seen by one view and not by another only if its begin or its end lies between their dates, its
source is left out of one of them, or its confidence lies between their thresholds.
"""

from __future__ import annotations

import datetime
import weakref
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from operator import itemgetter
from typing import TypeAlias

from alignment.factbase.dictionary import Dictionary
from alignment.factbase.layered import FEW, SHARE
from alignment.factbase.relation import Row
from alignment.factbase.report import View
from alignment.factbase.table import Table

SMALL, OFTEN = 2000, 2
"""Annotated rows up to which all of them are looked at, and nothing is put in order first; and so many times."""

Ordered: TypeAlias = Sequence[tuple[float, Row]]


def differing(table: Table, one: View, other: View, dictionary: Dictionary) -> Collection[Row] | None:
    """The rows of which only one view may see a report; None where they are many."""
    most = max(FEW, len(table) // SHARE)
    found: set[Row] = set()
    for row in _written(table, one, other):
        found.add(row)
        if len(found) > most:
            return None
    for imported in table.imported:
        found.update(imported.differing(one, other, dictionary, most))
        if len(found) > most:
            return None
    return found


def _written(table: Table, one: View, other: View) -> Iterator[Row]:
    base = table.origin or table
    compared = _compared[base] = _compared.get(base, 0) + 1
    if len(base.annotated) > SMALL or compared > OFTEN:
        yield from _index_of(base).differing(one, other)
        yield from table.touched
        return
    sees, saw = one.seeing(), other.seeing()
    for row, reports in table.annotated.items():
        if list(map(sees, reports)) != list(map(saw, reports)):
            yield row


class _Index:
    """The reports of a table by begin, by end, by confidence and by source."""

    def __init__(self, table: Table) -> None:
        begins: list[tuple[float, Row]] = []
        ends: list[tuple[float, Row]] = []
        sure: list[tuple[float, Row]] = []
        self.by_source: dict[str, list[Row]] = {}
        for row, reports in table.annotated.items():
            for report in reports:
                begin = report.on or report.since
                if begin is not None:
                    begins.append((begin.toordinal(), row))
                if report.until is not None:
                    ends.append((report.until.toordinal(), row))
                if report.source is not None:
                    self.by_source.setdefault(report.source, []).append(row)
                sure.append((-1.0 if report.confidence is None else report.confidence, row))
        self.begins, self.ends, self.sure = sorted(begins), sorted(ends), sorted(sure)

    def differing(self, one: View, other: View) -> Iterator[Row]:
        """The rows that may be seen by one view alone."""
        for source in one.without ^ other.without:
            yield from self.by_source.get(source, ())
        if one.min_confidence != other.min_confidence:
            least, most = sorted((one.min_confidence, other.min_confidence))
            begin = 0 if least <= 0 else _first_at(self.sure, least)
            yield from _rows(self.sure, begin, _first_at(self.sure, most))
        if one.as_of != other.as_of:
            yield from self._between(one.as_of, other.as_of)

    def _between(self, day: datetime.date | None, other: datetime.date | None) -> Iterator[Row]:
        """Rows with a report that begins or ends after one day, and on the other at the latest."""
        if day is None or other is None:
            known = (day or other or datetime.date.min).toordinal()
            yield from _rows(self.begins, _first_after(self.begins, known), len(self.begins))
            yield from _rows(self.ends, 0, _first_after(self.ends, known))
            return
        first, last = sorted((day.toordinal(), other.toordinal()))
        for given in (self.begins, self.ends):
            yield from _rows(given, _first_after(given, first), _first_after(given, last))


def _first_at(given: Ordered, value: float) -> int:
    return bisect_left(given, value, key=itemgetter(0))


def _first_after(given: Ordered, value: float) -> int:
    return bisect_right(given, value, key=itemgetter(0))


def _rows(given: Ordered, begin: int, end: int) -> Iterator[Row]:
    return (row for _, row in given[begin:end])


_compared: weakref.WeakKeyDictionary[Table, int] = weakref.WeakKeyDictionary()

_indexes: weakref.WeakKeyDictionary[Table, _Index] = weakref.WeakKeyDictionary()


def _index_of(table: Table) -> _Index:
    """The index of a table, made when two views of it are first compared."""
    found = _indexes.get(table)
    if found is None:
        found = _indexes[table] = _Index(table)
    return found
