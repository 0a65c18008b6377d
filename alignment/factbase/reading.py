"""What is read of a table in a view: its rows, or those of an evidence relation; whole, or from what was read before.

A table with few changes is read from what was read of its origin, and a view from another view of the
same table: only the rows are looked at again that were touched, or that the two views may see differently.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from alignment.factbase.dictionary import Dictionary
from alignment.factbase.differing import differing
from alignment.factbase.overlay import beginning_with, overlaid
from alignment.factbase.relation import MemoryRelation, Relation, Row
from alignment.factbase.report import Report, View
from alignment.factbase.table import Table
from alignment.program.model import Evidence
from alignment.records import frozen

if TYPE_CHECKING:
    from alignment.factbase.lent import Borrower


@frozen
class Reading:
    """The reported rows of a table that a view sees; with `evidence`, a row for each report that has it."""

    table: Table
    view: View
    dictionary: Dictionary
    evidence: Evidence | None = None

    @property
    def origin(self) -> Reading | None:
        """The same reading of the table that this one was made from by few changes, if that helps."""
        table = self.table
        if table.origin is None or (table.imported and table.origin.taken_back - table.taken_back):
            return None  # where imported rows come back, only the database knows which
        return replace(self, table=table.origin)

    def whole(self) -> Relation:
        """All rows."""
        if not self.table.imported:
            return MemoryRelation.of(self._written(self.table))
        if self.evidence is None and self.table.is_one_import and self.table.imported[0].distinct:
            return self.table.imported[0].seen(self.view, self.dictionary)
        written = list(self._written(self.table))
        if self.evidence is None and not written and not self.table.taken_back and self._width:
            return self._unread()
        from alignment.factbase.stored import stored  # noqa: PLC0415  # only a base with imports pays for DuckDB

        return stored(self.table.imported[0].database, self._width, self._imported(), written, self.table.taken_back)

    def _unread(self) -> Relation:
        """The rows of imports alone, which are not read yet."""
        from alignment.factbase.unread import UnreadRelation  # noqa: PLC0415

        imports, view, dictionary = self.table.imported, self.view, self.dictionary

        def rows(used: Collection[int] | None = None, borrower: Borrower | None = None) -> str:
            queries = [one.rows(view, dictionary, used=used, borrower=borrower, rounds=True) for one in imports]
            return queries[0] if len(queries) == 1 else " UNION ALL ".join(f"({query})" for query in queries)

        size = sum(one.count(view, dictionary) for one in imports)
        read = [one.kept for one in imports if isinstance(one.kept, str)]
        lent = imports[0].lent(view, dictionary) if len(imports) == 1 else None
        return UnreadRelation(imports[0].database, self._width, rows, size, read, lent)

    def after(self, before: Relation) -> Relation:
        """All rows, from those that were read of the origin.

        Of imported rows none has come: a fact may be added to them, and they may be taken back.
        """
        table, rows = self.table, self.table.touched
        assert table.origin is not None
        new = frozenset(self._written(table.only(rows)))
        if table.imported:
            old = frozenset(beginning_with(before, rows))
            gone = frozenset(row for row in old if row[: table.imported[0].arity] in table.taken_back)
        else:
            old = frozenset(self._written(table.origin.only(rows)))
            gone = old - new
        return overlaid(before, gone, dict.fromkeys(new - old, 0))

    def otherwise(self, view: View, before: Relation) -> Relation | None:
        """All rows, from those that another view saw; None where many differ."""
        rows = differing(self.table, view, self.view, self.dictionary)
        if rows is None:
            return None
        part = self.table.only(rows)
        new = frozenset(self._written(part))
        if self.table.imported:
            new |= self._imported_among(rows)
            old = frozenset(beginning_with(before, rows))
        else:
            old = frozenset(replace(self, view=view)._written(part))  # noqa: SLF001  # of another view
        return overlaid(before, old - new, dict.fromkeys(new - old, 0))

    def _written(self, table: Table) -> Iterable[Row]:
        """The rows of what is written in files or told."""
        if self.evidence is None:
            return table.seen(self.view)
        return (row for row, _ in evidence_of(table, self.evidence, self.view, self.dictionary))

    def _imported(self) -> list[str]:
        """A query for each import that has such rows."""
        given, evidence = self.table.imported, self.evidence
        if evidence is None:
            return [one.rows(self.view, self.dictionary) for one in given]
        asked = (one.evidence(evidence, self.view, self.dictionary) for one in given)
        return [query for query in asked if query is not None]

    def _imported_among(self, rows: Collection[Row]) -> frozenset[Row]:
        """The rows of imports that begin with one of these."""
        from alignment.factbase.stored import beginning  # noqa: PLC0415

        wanted = [row for row in rows if row not in self.table.taken_back]
        queries = self._imported()
        if not wanted or not queries:
            return frozenset()
        union = " UNION ALL ".join(f"({query})" for query in queries)
        return frozenset(beginning(self.table.imported[0].database, f"({union})", self._width, wanted))

    @property
    def _width(self) -> int:
        return self.table.imported[0].arity + (len(self.evidence.columns) if self.evidence else 0)


def evidence_of(
    table: Table, evidence: Evidence, view: View, dictionary: Dictionary
) -> Iterator[tuple[Row, Report | None]]:
    """The rows of an evidence relation, each with the report it comes from; None for a plain fact."""
    if evidence.bound is None or evidence.bound.allows(1.0):
        if evidence.columns == ("confidence",):
            certain = (dictionary.value(1.0),)
            for row in table.plain:
                yield row + certain, None
        if not evidence.columns:
            yield from ((row, None) for row in table.plain)
    sees = view.seeing()
    for row, reports in table.annotated.items():
        for report in reports:
            if not sees(report) or not _within(evidence, report):
                continue
            values = [_EVIDENCE[column](report) for column in evidence.columns]
            if None not in values:
                yield row + tuple([dictionary.value(value) for value in values if value is not None]), report


def _within(evidence: Evidence, report: Report) -> bool:
    return evidence.bound is None or evidence.bound.allows(report.confidence)


_EVIDENCE = {
    "from": lambda report: report.source,
    "since": lambda report: report.since,
    "until": lambda report: report.until,
    "on": lambda report: report.on,
    "confidence": lambda report: report.confidence,
}
